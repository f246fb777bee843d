"""The first pass of an app: what the CDK's look-ups give before anything was looked up stops nothing."""

import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from aws_cdk import Environment, SecretValue, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events

import cdk_elasticache as elasticache
from cdk_elasticache.constructs.lookups import DUMMIES, WORDS, is_dummy

from .ground import Ground, new_app, new_ground, properties, refusal, warnings
from .making import cache, group, iam_user, importing, no_password_user, password_user

ROOT = Path(__file__).parents[2]
CDK = ROOT / "node_modules" / ".bin" / "cdk"
DUMMY = "dummy-value-for-/app/value"


def sources() -> Iterator[tuple[str, str]]:
    """The files of the library's own source that ask for a look-up."""
    (bundle,) = (Path(aws_cdk.__file__).parent / "_jsii").glob("aws-cdk-lib@*.jsii.tgz")
    with tarfile.open(bundle) as archive:
        for member in archive:
            name = member.name.removeprefix("package/")
            if name.endswith(".js") and "/lib/" in name and not name.startswith("node_modules/"):
                text = archive.extractfile(member).read().decode()  # type: ignore[union-attr]
                if "dummyValue:" in text and name != "core/lib/context-provider.js":
                    yield name, text


def expression(text: str, start: int) -> str:
    """The JavaScript expression that begins here, up to the comma or bracket that ends it."""
    depth = 0
    for index in range(start, len(text)):
        depth += (text[index] in "{[(") - (text[index] in "}])")
        if depth < 0 or (depth == 0 and text[index] in ",;"):
            return text[start:index]
    raise AssertionError(text[start : start + 80])


def dummies(text: str) -> set[str]:
    """All texts in the dummies of a file, those it keeps under a name included."""
    found = set()
    for match in re.finditer(r"dummyValue:", text):
        value = expression(text, match.end())
        for name in re.findall(
            r"\b(?:DUMMY_VPC_PROPS|DEFAULT_HOSTED_ZONE|dummyResponse|DEFAULT_DUMMY_KEY_ID)\b", value
        ):
            value += expression(text, text.index(f"{name}=") + len(name) + 1)
        if value == "void 0":
            name = "DUMMY_VPC_PROPS="
            value = expression(text, text.index(name) + len(name))
        value = re.sub(r'name:"\w+"', "", value)
        texts = re.finditer(r'["`]([^"`]+)["`]', value)
        found |= {text[1] for text in texts if value[text.end() : text.end() + 1] != ":"}
    return found


@pytest.mark.skipif(not hasattr(aws_cdk, "Validations"), reason="the table is that of the newest aws-cdk-lib")
def test_the_table_has_each_dummy_of_the_librarys_own_source() -> None:
    found = dict(sources())
    # Zones of an endpoint service are those of the stack.
    del found["aws-ec2/lib/vpc-endpoint.js"]
    assert found.keys() == DUMMIES.keys() | WORDS.keys()
    for name, text in found.items():
        shown = {re.sub(r"\$\{.*?\}", "", dummy) for dummy in dummies(text)}
        listed = (DUMMIES | WORDS)[name].split()
        assert shown, name
        # Each text of a dummy is in the table, or holds what is, or belongs to one that does.
        assert {word for word in listed if not any(word in dummy for dummy in shown)} == set(), name
        unknown = {dummy for dummy in shown if not is_dummy(dummy)}
        assert unknown <= {"service", "ecr", "us-east-1", "repository", "iam", "role", "123456789012"}, name


@pytest.mark.parametrize(
    "value", ["sg-1234abcd", "vpc-123456", "subnets-12345", "my-TEST", "dummy", "", None, 3]
)
def test_what_only_looks_like_a_dummy_is_judged(value: object) -> None:
    assert not is_dummy(value)


DUMMY_ARN = f"arn:aws:elasticache:eu-west-1:111122223333:user:{DUMMY}"
PARTS = elasticache.CacheEngine.of(DUMMY, DUMMY)


@pytest.mark.parametrize(
    "maker",
    [
        iam_user(user_id=DUMMY),
        iam_user(user_id="looked-up", user_name=DUMMY),
        iam_user(user_id=f"9{DUMMY}", access_control=elasticache.AccessControl.from_access_string(DUMMY)),
        password_user(
            user_id=f"-{DUMMY}",
            passwords=[SecretValue.unsafe_plain_text(DUMMY), SecretValue.unsafe_plain_text("@dummy1a")],
        ),
        no_password_user(user_id=DUMMY, engine=elasticache.UserEngine.of(DUMMY)),
        group(user_group_name=f"{DUMMY}_"),
        cache(serverless_cache_name=f"{DUMMY}--", description=f"<{DUMMY}>", engine=PARTS),
        cache(
            backup={
                "backup_name_before_deletion": f"-{DUMMY}",
                "backup_arns_to_restore": [DUMMY, f"x:{DUMMY}"],
            }
        ),
        cache(
            backup={"backup_time": events.Schedule.cron(hour=DUMMY, minute="5"), "backup_retention_limit": 1}
        ),
        cache(backup={"backup_time": events.Schedule.expression(DUMMY), "backup_retention_limit": 1}),
        importing(elasticache.IamUser.from_user_arn, DUMMY),
        importing(elasticache.IamUser.from_user_arn, DUMMY_ARN),
        importing(elasticache.UserGroup.from_user_group_arn, DUMMY),
        importing(elasticache.ServerlessCache.from_serverless_cache_arn, f"arn:aws:{DUMMY}"),
    ],
)
def test_a_value_that_is_or_holds_a_dummy_is_not_judged(maker: Any) -> None:
    ground = new_ground()
    maker(ground, "It")
    assert warnings(ground.stack) == []


def test_two_users_of_one_dummy_may_differ_later(ground: Ground, here: str) -> None:
    users = [iam_user(user_id=f"user-{ending}-vpc-12345")(ground, f"{here}{ending}") for ending in "ab"]
    twins = [importing(elasticache.IamUser.from_user_id, "vpc-12345")(ground, f"{here}{it}") for it in "cd"]
    made = group(users=[*users, twins[0]])(ground, here)
    made.add_user(twins[1])
    assert len(made.users) == 4


def looked_up(zones: list[str] | None = None) -> Ground:
    """A stack whose account and region are known, so that the CDK looks things up in them."""
    app = new_app()
    if zones:
        app.node.set_context("availability-zones:account=111122223333:region=us-east-1", zones)
    stack = Stack(app, "Stack", env=Environment(account="111122223333", region="us-east-1"))
    return Ground(stack, ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-1"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "select",
    [
        lambda vpc: ec2.SubnetSelection(subnet_group_name="App"),
        lambda vpc: ec2.SubnetSelection(availability_zones=["us-east-1a"]),
        lambda vpc: ec2.SubnetSelection(subnet_filters=[ec2.SubnetFilter.by_ids(["subnet-1"])]),
        lambda vpc: ec2.SubnetSelection(subnet_filters=[ec2.SubnetFilter.availability_zones(["us-east-1a"])]),
        lambda vpc: ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, one_per_az=True),
        lambda vpc: ec2.SubnetSelection(
            subnets=[it for it in vpc.private_subnets if it.availability_zone == "us-east-1a"]
        ),
        lambda vpc: ec2.SubnetSelection(
            subnets=[it for it in vpc.private_subnets if it.subnet_id == "subnet-1"],
            availability_zones=["us-east-1a"],
        ),
    ],
)
def test_subnets_of_a_vpc_that_is_still_to_be_looked_up_may_be_selected_in_every_way(select: Any) -> None:
    ground = looked_up()
    cache(vpc_subnets=select(ground.vpc))(ground, "Cache")
    assert warnings(ground.stack) == []


def test_zones_that_are_still_to_be_looked_up_may_be_filtered() -> None:
    stack = Stack(new_app(), "Stack", env=Environment(account="111122223333", region="us-east-1"))
    ground = Ground(stack, ec2.Vpc(stack, "Vpc", nat_gateways=1))
    cache(vpc_subnets=ec2.SubnetSelection(availability_zones=["us-east-1a"]))(ground, "Cache")
    assert "SubnetIds" not in properties(stack, "ServerlessCache")[0]


def test_a_selection_that_no_look_up_can_fill_is_refused_in_the_first_pass_too() -> None:
    stack = Stack(new_app(), "Stack", env=Environment(account="111122223333", region="us-east-1"))
    ground = Ground(stack, ec2.Vpc(stack, "Vpc", nat_gateways=1))
    told, _ = refusal(
        lambda: cache(vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED))(
            ground, "Cache"
        )
    )
    assert told.code == "NoMatchingSubnets"


APP = """
from aws_cdk import App, Environment, SecretValue, Stack, Tags
from aws_cdk import aws_ec2 as ec2, aws_events as events, aws_kms as kms, aws_ssm as ssm
import cdk_elasticache as elasticache

app = App(analytics_reporting=False)
stack = Stack(app, "Shop", env=Environment(account="111122223333", region="eu-west-1"))
found = lambda name: ssm.StringParameter.value_from_lookup(stack, f"/shop/{name}")
vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-0abc")
unset = lambda name, value: ssm.StringParameter.value_from_lookup(stack, f"/shop/{name}", default_value=value)
twins = [
    elasticache.PasswordUser(
        stack, f"Twin{name}", user_id=unset(name, "not set"), user_name=unset(name, "not set"),
        passwords=[SecretValue.unsafe_plain_text(unset("short", "?"))],
        access_control=elasticache.AccessControl.from_access_string(unset("rules", "to be given")),
        engine=elasticache.UserEngine.REDIS,
    )
    for name in ("one", "default")
]
elasticache.UserGroup(stack, "Twins", engine=elasticache.UserEngine.REDIS, users=twins[:1]).add_user(twins[1])
elasticache.UserGroup.from_user_group_arn(stack, "Elsewhere", unset("group-arn", "arn?"))
user = elasticache.IamUser(
    stack, "User", user_id=found("user"), access_control=elasticache.AccessControl.from_access_string(found("access"))
)
guest = elasticache.PasswordUser(
    stack, "Guest", user_id=f"{found('user')}-guest", passwords=[SecretValue.unsafe_plain_text(found("password"))],
    access_control=elasticache.AccessControl.from_access_string("on ~* +@read"),
)
old = elasticache.IamUser.from_user_arn(stack, "Old", found("arn"))
group = elasticache.UserGroup(stack, "Group", user_group_name=found("group"), users=[user, guest, old])
elasticache.ServerlessCache(
    stack, "Cache", vpc=vpc, user_group=group, serverless_cache_name=found("cache"), description=found("text"),
    kms_key=kms.Key.from_lookup(stack, "Key", alias_name="alias/shop"),
    security_groups=[ec2.SecurityGroup.from_lookup_by_id(stack, "Guard", "sg-0abc")],
    vpc_subnets=ec2.SubnetSelection(subnet_group_name="App"),
    backup=elasticache.BackupSettings(
        backup_arns_to_restore=[found("backup")], backup_retention_limit=3,
        backup_time=events.Schedule.cron(hour=found("hour"), minute="5"),
    ),
)
app.synth()
"""
VALUES = {
    "user": "app",
    "access": "on ~app:* +@read",
    "password": "a-password-of-the-shop",
    "arn": "arn:aws:elasticache:eu-west-1:111122223333:user:old",
    "group": "readers",
    "cache": "shop",
    "text": "The cache of the shop",
    "backup": "arn:aws:elasticache:eu-west-1:111122223333:serverlesscachesnapshot:shop-1",
    "hour": "4",
    "one": "one",
    "default": "default",
    "short": "long-enough-to-be-one",
    "rules": "on ~* +@read",
    "group-arn": "arn:aws:elasticache:eu-west-1:111122223333:usergroup:old",
}


def answer(missing: list[dict[str, Any]]) -> dict[str, Any]:
    """What the CDK's command line would write into cdk.context.json, once it has asked AWS."""
    subnets = [
        {
            "subnetId": f"subnet-0{zone}",
            "cidr": "10.0.0.0/24",
            "availabilityZone": f"eu-west-1{zone}",
            "routeTableId": "rtb-0",
        }
        for zone in "ab"
    ]
    others = {
        "vpc-provider": {
            "vpcId": "vpc-0abc",
            "vpcCidrBlock": "10.0.0.0/16",
            "ownerAccountId": "111122223333",
            "availabilityZones": [],
            "subnetGroups": [{"name": "App", "type": "Private", "subnets": subnets}],
        },
        "key-provider": {"keyId": "11111111-2222-3333-4444-555555555555"},
        "security-group": {"securityGroupId": "sg-0abc", "allowAllOutbound": True},
    }
    return {
        it["key"]: VALUES[it["props"]["parameterName"].rpartition("/")[2]]
        if it["provider"] == "ssm"
        else others[it["provider"]]
        for it in missing
    }


@pytest.mark.skipif(
    not CDK.exists(), reason="no node_modules/.bin/cdk: npm was out of reach when scripts/setup ran"
)
def test_the_cdks_command_line_runs_an_app_of_look_ups_twice(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "cdk.json").write_text(json.dumps({"app": f"{sys.executable} app.py"}))
    environment = {**os.environ, "CI": "true", "CDK_VALIDATION": "false"}

    def synth(*arguments: str) -> dict[str, Any]:
        command: list[str | Path] = [
            CDK,
            "synth",
            "--quiet",
            "--no-notices",
            "--no-version-reporting",
            "--no-lookups",
            *arguments,
        ]
        subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        manifest: dict[str, Any] = json.loads((tmp_path / "cdk.out" / "manifest.json").read_text())
        return manifest

    missing = synth().get("missing", [])
    assert {it["provider"] for it in missing} == {"ssm", "vpc-provider", "key-provider", "security-group"}
    (tmp_path / "cdk.context.json").write_text(json.dumps(answer(missing)))

    assert "missing" not in synth("--strict")
    resources = json.loads((tmp_path / "cdk.out" / "Shop.template.json").read_text())["Resources"].values()
    (made,) = (it["Properties"] for it in resources if it["Type"] == "AWS::ElastiCache::ServerlessCache")
    assert made == {
        "DailySnapshotTime": "04:05",
        "Description": VALUES["text"],
        "Engine": "valkey",
        "KmsKeyId": "11111111-2222-3333-4444-555555555555",
        "SecurityGroupIds": ["sg-0abc"],
        "ServerlessCacheName": "shop",
        "SnapshotArnsToRestore": [VALUES["backup"]],
        "SnapshotRetentionLimit": 3,
        "SubnetIds": ["subnet-0a", "subnet-0b"],
        "UserGroupId": made["UserGroupId"],
    }
    groups = [it["Properties"] for it in resources if it["Type"] == "AWS::ElastiCache::UserGroup"]
    assert sorted((it["UserGroupId"], it["UserIds"]) for it in groups if "Shop" not in it["UserGroupId"]) == [
        ("readers", ["app", "app-guest", "old"]),
        (groups[0]["UserGroupId"], ["one", "default"]),
    ]
