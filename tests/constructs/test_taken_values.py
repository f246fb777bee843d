"""The right side of each bound, through the constructs, and what the template has of it."""

from typing import Any

import pytest
from aws_cdk import Duration, Size
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms

from cdk_elasticache import CacheEngine, UserEngine

from .ground import Ground
from .making import (
    REDIS,
    VALKEY,
    Known,
    KnownGroup,
    Maker,
    backup,
    cache,
    group,
    iam_user,
    limits,
    no_password_user,
    password_user,
    plain,
)


@pytest.mark.parametrize(
    ("maker", "attribute", "value"),
    [
        (cache(description="a" * 255), "description", "a" * 255),
        (cache(description=""), "description", ""),
        (cache(serverless_cache_name="a"), "serverless_cache_name", "a"),
        (cache(serverless_cache_name="a--B_"), "serverless_cache_name", "a--B_"),
        (backup(backup_retention_limit=1), "snapshot_retention_limit", 1),
        (backup(backup_retention_limit=35), "snapshot_retention_limit", 35),
        (backup(backup_name_before_deletion="a"), "final_snapshot_name", "a"),
        (backup(backup_name_before_deletion="a" * 255), "final_snapshot_name", "a" * 255),
        (backup(backup_arns_to_restore=[]), "snapshot_arns_to_restore", []),
        (backup(backup_time=events.Schedule.cron(hour="23", minute="59")), "daily_snapshot_time", "23:59"),
        (backup(backup_time=events.Schedule.cron(hour="0", minute="0")), "daily_snapshot_time", "00:00"),
        (backup(backup_time=events.Schedule.cron(hour="9")), "daily_snapshot_time", "09:00"),
        (backup(backup_time=events.Schedule.cron(minute="5")), "daily_snapshot_time", "00:05"),
        (iam_user(user_id="a"), "user_id", "a"),
        (iam_user(user_id="A-1-z"), "user_id", "A-1-z"),
        (iam_user(user_id="a", user_name="a"), "user_name", "a"),
        (no_password_user(user_name="any name"), "user_name", "any name"),
        (no_password_user(engine=REDIS), "engine", "redis"),
        (no_password_user(), "engine", "redis"),
        (password_user(engine=VALKEY), "engine", "valkey"),
        (password_user(engine=UserEngine.of("redis")), "engine", "redis"),
        (group(user_group_name="a"), "user_group_id", "a"),
        (group(users=[]), "user_ids", []),
        (
            group(users=[Known("a", "n"), Known("b", "N"), Known("c"), Known("d")]),
            "user_ids",
            ["a", "b", "c", "d"],
        ),
        (group(engine=REDIS, users=[Known("a", "default", REDIS)]), "engine", "redis"),
        (group(users=[Known("a", None, REDIS), Known("b", None, None)]), "user_ids", ["a", "b"]),
        (cache(engine=CacheEngine.REDIS_7, user_group=KnownGroup(REDIS)), "user_group_id", "known"),
        (cache(engine=CacheEngine.VALKEY_8, user_group=KnownGroup(REDIS)), "user_group_id", "known"),
        (cache(engine=CacheEngine.VALKEY_8, user_group=KnownGroup(None)), "user_group_id", "known"),
        (cache(engine=CacheEngine.MEMCACHED_1_6), "engine", "memcached"),
    ],
)
def test_a_value_on_the_right_side_is_taken(
    maker: Maker, attribute: str, value: Any, ground: Ground, here: str
) -> None:
    made = getattr(maker(ground, here).node.default_child, attribute)
    assert ground.stack.resolve(made) == value


@pytest.mark.parametrize("passwords", [["a" * 16], ["a" * 128], ["a" * 16, "b" * 16]])
def test_one_or_two_passwords_in_bounds_are_taken(passwords: list[str], ground: Ground, here: str) -> None:
    user = password_user(passwords=plain(*passwords))(ground, here)
    assert user.node.default_child.authentication_mode == {"Type": "password", "Passwords": passwords}


@pytest.mark.parametrize(
    ("given", "minimum", "maximum"),
    [
        ({"data_storage_minimum_size": Size.gibibytes(1)}, 1, None),
        ({"data_storage_maximum_size": Size.gibibytes(5000)}, None, 5000),
        ({"data_storage_minimum_size": Size.mebibytes(2048)}, 2, None),
        ({"data_storage_maximum_size": Size.tebibytes(4)}, None, 4096),
        (
            {"data_storage_minimum_size": Size.gibibytes(7), "data_storage_maximum_size": Size.gibibytes(7)},
            7,
            7,
        ),
    ],
)
def test_storage_in_bounds_is_taken_in_gibibytes(
    given: dict[str, Size], minimum: int | None, maximum: int | None, ground: Ground, here: str
) -> None:
    storage = limits(**given)(ground, here).node.default_child.cache_usage_limits.data_storage
    assert (storage.unit, storage.minimum, storage.maximum) == ("GB", minimum, maximum)


@pytest.mark.parametrize(
    ("minimum", "maximum"), [(1000, None), (None, 15_000_000), (1000, 1000), (1000.0, 2e3)]
)
def test_a_rate_in_bounds_is_taken(
    minimum: float | None, maximum: float | None, ground: Ground, here: str
) -> None:
    made = limits(request_rate_limit_minimum=minimum, request_rate_limit_maximum=maximum)(ground, here)
    rate = made.node.default_child.cache_usage_limits.ecpu_per_second
    assert (rate.minimum, rate.maximum) == (minimum, maximum)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"key_spec": kms.KeySpec.SYMMETRIC_DEFAULT},
        {"key_usage": kms.KeyUsage.ENCRYPT_DECRYPT},
        {"enable_key_rotation": True, "pending_window": Duration.days(7)},
    ],
)
def test_a_symmetric_key_is_taken(options: Any, ground: Ground, here: str) -> None:
    key = kms.Key(ground.stack, f"{here}Key", **options)
    made = cache(kms_key=key)(ground, here)
    assert made.kms_key is key
    assert made.node.default_child.kms_key_id == key.key_id


def test_a_key_that_is_only_named_is_taken_whatever_its_kind(ground: Ground, here: str) -> None:
    alias = kms.Alias.from_alias_name(ground.stack, f"{here}Alias", "alias/mine")
    assert cache(kms_key=alias)(ground, here).node.default_child.kms_key_id == "alias/mine"


def test_a_selection_of_subnets_may_be_a_dict(ground: Ground, here: str) -> None:
    made = cache(vpc_subnets={"subnet_type": ec2.SubnetType.PUBLIC})(ground, here)
    public = [subnet.subnet_id for subnet in ground.vpc.public_subnets]
    assert made.node.default_child.subnet_ids == public
    assert [subnet.subnet_id for subnet in made.subnets] == public


def test_no_limits_leave_the_property_out(ground: Ground, here: str) -> None:
    assert cache(cache_usage_limits={})(ground, here).node.default_child.cache_usage_limits is None
    assert limits()(ground, f"{here}B").node.default_child.cache_usage_limits is None
