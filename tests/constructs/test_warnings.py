"""Warnings: which there are, that each can be acknowledged, and where there is none."""

from typing import Any

import pytest
from aws_cdk import Annotations, App, Environment, SecretValue, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events

import cdk_elasticache as elasticache
from cdk_elasticache import CacheEngine
from cdk_elasticache.errors import WARNINGS

from .ground import Ground, new_app, new_ground, properties, warnings
from .making import REDIS, Known, Maker, cache, group, iam_user, importing, no_password_user, password_user

NIGHTLY = events.Schedule.cron(hour="3", minute="0")


def twins(maker: Maker) -> Maker:
    def make(ground: Ground, here: str) -> Any:
        maker(ground, f"{here}First")
        return maker(ground, here)

    return make


def group_without_passwords(ground: Ground, here: str) -> Any:
    return group(users=[no_password_user()(ground, f"{here}User")])(ground, here)


def group_that_gets_a_user_without_password(ground: Ground, here: str) -> Any:
    made = group()(ground, here)
    made.add_user(no_password_user()(ground, f"{here}User"))
    return made


def group_with_the_built_in_user(ground: Ground, here: str) -> Any:
    return group(
        users=[importing(elasticache.NoPasswordUser.from_user_id, "default")(ground, f"{here}User")]
    )(ground, here)


DOUBTFUL = [
    ("backup-time-without-retention", cache(backup={"backup_time": NIGHTLY})),
    ("doubtful-name", cache(serverless_cache_name="a" * 41)),
    ("doubtful-name", cache(serverless_cache_name="a_b")),
    ("doubtful-name", iam_user(user_id="a" * 41)),
    ("doubtful-name", password_user(user_name="a b")),
    ("doubtful-name", group(user_group_name="a" * 41)),
    ("DuplicateName", twins(cache(serverless_cache_name="it"))),
    ("DuplicateName", twins(iam_user(user_id="me"))),
    ("DuplicateName", twins(group(user_group_name="us"))),
    ("iam-user-capitals", iam_user(user_id="App")),
    ("no-password-user-in-valkey-group", group_without_passwords),
    ("no-password-user-in-valkey-group", group_that_gets_a_user_without_password),
    ("no-password-user-in-valkey-group", group_with_the_built_in_user),
    ("reserved-user-id", no_password_user(user_id="default")),
    ("single-zone", cache(vpc_subnets=ec2.SubnetSelection(availability_zones=["us-east-1a"]))),
    ("ssm-secure", password_user(passwords=[SecretValue.ssm_secure("/app/password")])),
    ("ssm-secure", iam_user(user_id="app-{{resolve:ssm-secure:/app/id}}")),
    ("ssm-secure", group(user_group_name="{{resolve:ssm-secure:/app/group:3}}")),
    ("unknown-engine", cache(engine=CacheEngine.of("keydb"))),
    ("unknown-engine", cache(engine=CacheEngine.of("valkey", "6"))),
]


@pytest.mark.parametrize(("warning", "maker"), DOUBTFUL)
def test_what_is_doubtful_is_a_warning_with_an_id_on_the_construct(warning: str, maker: Maker) -> None:
    ground = ground_in_zones()
    maker(ground, "It")
    ((path, text),) = warnings(ground.stack)
    assert path == "/Stack/It"
    assert text.endswith(f" [ack: cdk-elasticache:{warning}]")


@pytest.mark.parametrize(("warning", "maker"), DOUBTFUL)
def test_a_warning_can_be_acknowledged_by_its_id(warning: str, maker: Maker) -> None:
    ground = ground_in_zones()
    Annotations.of(maker(ground, "It")).acknowledge_warning(f"cdk-elasticache:{warning}", "known")
    assert warnings(ground.stack) == []


def test_a_warning_can_be_acknowledged_for_a_whole_stack() -> None:
    ground = ground_in_zones()
    cache(serverless_cache_name="a_b")(ground, "One")
    cache(serverless_cache_name="b_c")(ground, "Two")
    Annotations.of(ground.stack).acknowledge_warning("cdk-elasticache:doubtful-name", "known")
    assert warnings(ground.stack) == []


def test_every_warning_is_claimed_here() -> None:
    assert {warning for warning, _ in DOUBTFUL} == set(WARNINGS)


def ground_in_zones() -> Ground:
    """A stack whose zones have been looked up."""
    app, zones = new_app(), ["us-east-1a", "us-east-1b"]
    app.node.set_context("availability-zones:account=111122223333:region=us-east-1", zones)
    stack = Stack(app, "Stack", env=Environment(account="111122223333", region="us-east-1"))
    return Ground(stack, ec2.Vpc(stack, "Vpc", availability_zones=zones, nat_gateways=1))


@pytest.mark.parametrize(
    "maker",
    [
        cache(),
        cache(
            backup={"backup_time": NIGHTLY, "backup_retention_limit": 7},
            serverless_cache_name="a" * 40,
            engine=CacheEngine.MEMCACHED_1_6,
        ),
        iam_user(user_id="a" * 40),
        password_user(user_id="new-default", user_name="default"),
        no_password_user(user_id="new-default", user_name="default"),
        group(user_group_name="a" * 40, users=[Known("a"), Known("b")]),
        group(engine=REDIS, users=[Known("a", "default", REDIS)]),
        cache(vpc_subnets={"subnet_type": ec2.SubnetType.PUBLIC}),
    ],
)
def test_what_is_beyond_doubt_gets_no_warning(maker: Maker) -> None:
    ground = new_ground()
    maker(ground, "It")
    assert warnings(ground.stack) == []


def test_a_redis_group_may_have_users_without_password() -> None:
    ground = new_ground()
    user = no_password_user(user_id="mine", user_name="default")(ground, "User")
    group(engine=REDIS, users=[user])(ground, "Group")
    assert warnings(ground.stack) == []


def test_names_differ_by_kind_and_by_stack() -> None:
    ground = new_ground()
    cache(serverless_cache_name="one")(ground, "Cache")
    iam_user(user_id="one")(ground, "User")
    group(user_group_name="one")(ground, "Group")
    app = ground.stack.node.root
    assert isinstance(app, App)
    other = Stack(app, "Other")
    iam_user(user_id="one")(ground._replace(stack=other), "User")
    assert warnings(ground.stack) + warnings(other) == []


def test_names_are_compared_as_aws_stores_them() -> None:
    ground = new_ground()
    password_user(user_id="One")(ground, "First")
    password_user(user_id="oNE")(ground, "Second")
    assert warnings(ground.stack) == [
        (
            "/Stack/Second",
            "user_id should be unique in a region, got 'oNE', which Stack/First has too; AWS refuses the second [ack: "
            "cdk-elasticache:DuplicateName]",
        )
    ]


def test_a_vpc_that_is_still_to_be_looked_up_is_beyond_doubt() -> None:
    stack = Stack(new_app(), "Stack", env=Environment(account="111122223333", region="us-east-1"))
    vpc = ec2.Vpc.from_lookup(stack, "Vpc", is_default=False, vpc_id="vpc-1")
    elasticache.ServerlessCache(stack, "Cache", vpc=vpc)
    isolated = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    elasticache.ServerlessCache(stack, "Isolated", vpc=vpc, vpc_subnets=isolated)
    assert warnings(stack) == []


def test_a_vpc_of_one_zone_is_doubted() -> None:
    stack = Stack(new_app(), "Stack")
    elasticache.ServerlessCache(stack, "Cache", vpc=ec2.Vpc(stack, "Vpc", max_azs=1))
    ((path, text),) = warnings(stack)
    assert path == "/Stack/Cache"
    assert text.endswith("[ack: cdk-elasticache:single-zone]")


def test_subnets_whose_zones_are_not_known_are_beyond_doubt() -> None:
    ground = new_ground()
    subnets = [ec2.Subnet.from_subnet_id(ground.stack, "Subnet", "subnet-1")]
    cache(vpc_subnets={"subnets": subnets})(ground, "Cache")
    # The CDK itself warns of a subnet that was imported without its route table, where it is asked for it; not we.
    assert [text for _, text in warnings(ground.stack) if "cdk-elasticache" in text] == []


def test_a_warning_changes_no_template() -> None:
    doubted, clean = new_ground(), new_ground()
    for ground, retention in ((doubted, None), (clean, 7)):
        cache(backup={"backup_time": NIGHTLY, "backup_retention_limit": retention})(ground, "Cache")
    (with_warning,), (without,) = (properties(ground.stack, "ServerlessCache") for ground in (doubted, clean))
    assert {**with_warning, "SnapshotRetentionLimit": 7} == without
