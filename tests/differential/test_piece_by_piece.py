"""Apps move piece by piece, in any order: the alpha module's constructs take ours, or say that they don't.

tests/differential/test_interop.py has the other direction, and test_every_direction.py each piece by itself. What is given here to the alpha module is rendered as if it
was the alpha module's own, or is refused, or fails synthesis: never silence, which would deploy an open cache.
"""

import json
import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aws_cdk import PropertyInjectors, Stack, assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk.interfaces import aws_elasticache as refs

import cdk_elasticache as ours

from . import parts
from .building import built, new_stack, synthesize
from .cases import CASES
from .javascript import call, injector, read
from .javascript import user as javascripts_user
from .test_interop import IMPORTING, VALUES, BaseUser, ImplementedUser, OwnCache, with_alphas

alpha: Any = pytest.importorskip("aws_cdk.aws_elasticache_alpha", reason="it fits one version of aws-cdk-lib")

CONSTRUCTS = ("ServerlessCache", "UserGroup", "IamUser", "NoPasswordUser", "PasswordUser")
#: Whatever an app has moved so far: some of the constructs are the alpha module's, the others ours.
MIXES = [set(mix) for size in range(1, 5) for mix in combinations(CONSTRUCTS, size)]
#: Cases about groups of the app, whose templates are the same with either library.
GROUPED = sorted(
    name
    for name in set(CASES) - IMPORTING
    if ("a_group" in name or "s_group" in name or "y_group" in name or "everything" in name)
    and not CASES[name].corrections
)


@pytest.mark.parametrize("case", GROUPED)
def test_an_app_that_has_moved_in_part_is_rendered_as_before(case: str) -> None:
    before = built(case, alpha).templates
    # Each case meets some of the mixes, and each mix some of the cases.
    for mix in MIXES[GROUPED.index(case) % 5 :: 5]:
        assert with_alphas(VALUES | mix, case) == before, f"with {sorted(mix)} of the alpha module"


APP = """
import sys
import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
import cdk_elasticache as ours
app = cdk.App(outdir=sys.argv[1], analytics_reporting=False)
stack = cdk.Stack(app, "Stack")
access = ours.AccessControl.from_access_string("on ~* +@all")
user = ours.IamUser(stack, "User", user_id="me", access_control=access)
imported = ours.IamUser.from_user_id(stack, "Imported", "other")
group = ours.UserGroup(stack, "Group", user_group_name="people", users=[user])
import aws_cdk.aws_elasticache_alpha as alpha
alpha.ServerlessCache(stack, "Cache", vpc=ec2.Vpc(stack, "Vpc", max_azs=2), user_group=group)
alpha.UserGroup(stack, "Alphas", user_group_name="more", users=[user]).add_user(imported)
app.synth()
"""


def test_the_alpha_module_may_be_imported_when_ours_are_made_already(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text(APP)
    environment = {**os.environ, "CDK_VALIDATION": "false"}
    subprocess.run([sys.executable, app, tmp_path / "out"], check=True, env=environment)
    template = json.loads((tmp_path / "out" / "Stack.template.json").read_text())
    rendered = {name[:-8]: resource for name, resource in template["Resources"].items()}
    assert rendered["Cache"]["Properties"]["UserGroupId"] == "people"
    assert [name[:-8] for name in rendered["Cache"]["DependsOn"]] == ["Group"]
    assert rendered["Alphas"]["Properties"]["UserIds"] == ["me", "other"]
    assert [name[:-8] for name in rendered["Alphas"]["DependsOn"]] == ["User"]


def made(kind: str) -> tuple[Any, Any]:
    """A construct of ours that knows all that it can, and the alpha module's interface for it."""
    stack = new_stack()
    named = {
        "owned cache": lambda: parts.cache(
            stack,
            ours,
            engine=ours.CacheEngine.VALKEY_8,
            kms_key=parts.key(stack),
            user_group=ours.UserGroup(stack, "Group"),
            backup={"backup_arns_to_restore": [parts.SNAPSHOT_ARN]},
        ),
        "imported cache": lambda: ours.ServerlessCache.from_serverless_cache_attributes(
            stack,
            "It",
            serverless_cache_arn=parts.CACHE_ARN,
            engine=ours.CacheEngine.MEMCACHED_1_6,
            vpc=parts.vpc(stack),
            subnets=parts.vpc(stack).private_subnets,
            security_groups=[ec2.SecurityGroup(stack, "Guard", vpc=parts.vpc(stack))],
        ),
        "bare imported cache": lambda: ours.ServerlessCache.from_serverless_cache_name(stack, "It", "mine"),
        "own cache": lambda: OwnCache(stack, "It"),
        "owned user": lambda: parts.iam_user(stack, ours),
        "default user": lambda: parts.default_user(stack, ours),
        "imported user": lambda: ours.IamUser.from_user_arn(stack, "It", parts.USER_ARN),
        "own user": lambda: BaseUser(stack, "It"),
        "owned group": lambda: ours.UserGroup(stack, "It", users=[parts.iam_user(stack, ours)]),
        "imported group": lambda: ours.UserGroup.from_user_group_name(stack, "It", "people"),
    }
    interface = {"cache": alpha.IServerlessCache, "user": alpha.IUser, "group": alpha.IUserGroup}
    return named[kind](), interface[kind.rsplit(" ", 1)[1]]  # type: ignore[no-untyped-call]


KINDS = [
    *("owned cache", "imported cache", "bare imported cache", "own cache"),
    *("owned user", "default user", "imported user", "own user"),
    *("owned group", "imported group"),
]


def comparable(value: Any) -> Any:
    """What two views of one value have in common: where it is in Node, or an engine's words."""
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if hasattr(value, "engine_type"):
        return (value.engine_type, getattr(value, "major_engine_version", None))
    if isinstance(value, refs.ServerlessCacheReference):
        return {
            "serverlessCacheArn": value.serverless_cache_arn,
            "serverlessCacheName": value.serverless_cache_name,
        }
    return value.__jsii_ref__.ref if hasattr(value, "__jsii_ref__") else value


def members(interface: Any) -> dict[str, Any]:
    """The members of an interface of the alpha module, by their names in Python."""
    proxy = interface.__jsii_proxy_class__()
    return {name: getattr(proxy, name) for name in dir(proxy) if not name.startswith("_")}


@pytest.mark.parametrize("kind", KINDS)
def test_javascript_reads_each_property_of_the_alpha_modules_interface(kind: str) -> None:
    it, interface = made(kind)
    properties: dict[str, Any] = {
        name: member for name, member in members(interface).items() if isinstance(member, property)
    }
    assert properties.keys() >= {"engine", "node", "stack", "env"}
    # The CDK makes the environment anew at each reading, and the app's own cache its connections.
    new = {"env": None, "connections": None} if kind == "own cache" else {"env": None}
    seen = {name: comparable(read(it, member.fget.__jsii_name__)) for name, member in properties.items()}
    expected = {name: comparable(getattr(it, name)) for name in properties}
    assert {**seen, **new} == {**expected, **new}


@pytest.mark.parametrize("kind", ["owned cache", "imported cache", "own cache"])
def test_javascript_grants_on_our_caches(kind: str) -> None:
    it, _ = made(kind)
    call(it, "grantConnect", parts.role(it.stack, "One"))
    call(it, "grant", parts.role(it.stack, "Other"), "elasticache:Connect", "elasticache:DescribeSnapshots")
    template = assertions.Template.from_stack(it.stack)
    arn = it.stack.resolve(it.serverless_cache_arn)
    granted = {
        name[:3]: policy["Properties"]["PolicyDocument"]["Statement"][0]
        for name, policy in template.find_resources("AWS::IAM::Policy").items()
    }
    assert {name: (statement["Action"], statement["Resource"]) for name, statement in granted.items()} == {
        "One": (["elasticache:Connect", "elasticache:DescribeServerlessCaches"], arn),
        "Oth": (["elasticache:Connect", "elasticache:DescribeSnapshots"], arn),
    }


def test_javascript_adds_a_user_to_our_group() -> None:
    it, _ = made("owned group")
    call(it, "addUser", alpha.IamUser.from_user_id(it.stack, "Late", "late"))
    assert [user.user_id for user in it.users] == ["my-user", "late"]


def test_javascript_that_asks_our_caches_for_a_metric_fails() -> None:
    it, interface = made("owned cache")
    metrics = [
        member.__jsii_name__ for name, member in members(interface).items() if name.startswith("metric")
    ]
    assert len(metrics) == 11
    for name in metrics:
        with pytest.raises(RuntimeError, match="is not a function"):
            call(it, name)


def injected_from_javascript(stack: Stack, lib: Any) -> None:
    for kind, *how in (
        (lib.ServerlessCache, "description", "engine.majorEngineVersion", "backup.backupRetentionLimit"),
        (lib.NoPasswordUser, "userName", "engine.engineType", "accessControl.accessString"),
        (lib.UserGroup, "userGroupName", "engine.engineType", "users.0.userId"),
    ):
        PropertyInjectors.of(stack).add(injector(kind, *how))
    group = lib.UserGroup(stack, "Group", engine=lib.UserEngine.VALKEY, users=[parts.iam_user(stack, lib)])
    lib.NoPasswordUser(
        stack,
        "Default",
        user_id="new-default",
        engine=lib.UserEngine.REDIS,
        access_control=lib.AccessControl.from_access_string("off"),
    )
    parts.cache(
        stack,
        lib,
        engine=lib.CacheEngine.VALKEY_8,
        user_group=group,
        vpc_subnets=ec2.SubnetSelection(subnets=parts.vpc(stack).private_subnets),
        backup=lib.BackupSettings(backup_retention_limit=3, backup_time=parts.daily()),
    )


def test_an_injector_that_is_written_in_javascript_reads_and_changes_ours_as_the_alpha_modules() -> None:
    mine, theirs = (synthesize(injected_from_javascript, lib).templates for lib in (ours, alpha))
    assert mine == theirs
    rendered = [it["Properties"] for it in mine["Stack.template.json"]["Resources"].values()]
    changed = [
        it[name] for it in rendered for name in ("UserGroupId", "UserName", "Description") if name in it
    ]
    # The group's name is the group's and the cache's.
    assert sorted(changed) == ["8-3", "my-user", "redis-off", "valkey-my-user", "valkey-my-user"]


def test_values_of_ours_that_an_injector_in_javascript_had_come_back_as_they_were() -> None:
    stack = new_stack()
    PropertyInjectors.of(stack).add(injector(ours.ServerlessCache, "description", "engine.engineType"))
    cache = parts.cache(stack, ours, engine=ours.CacheEngine.VALKEY_8)
    assert cache.engine is ours.CacheEngine.VALKEY_8
    PropertyInjectors.of(stack).add(injector(ours.UserGroup, "userGroupName", "users.0.userId"))
    plain: Any = SimpleNamespace(user_id="plain", user_arn=parts.USER_ARN)
    users = [parts.iam_user(stack, ours), plain]
    assert ours.UserGroup(stack, "Group", users=users).users == users


@pytest.mark.parametrize("lib", [ours, alpha])
def test_a_user_that_only_javascript_knows_is_a_member(lib: Any) -> None:
    stack = new_stack()
    lib.UserGroup(stack, "Group", users=[javascripts_user(stack, "theirs")])
    (group,) = assertions.Template.from_stack(stack).find_resources("AWS::ElastiCache::UserGroup").values()
    assert group["Properties"]["UserIds"] == ["theirs"]


def alphas_group(stack: Stack, *users: Any, **props: Any) -> Any:
    alpha.UserGroup(stack, "Group", users=list(users), **props)
    (group,) = assertions.Template.from_stack(stack).find_resources("AWS::ElastiCache::UserGroup").values()
    return group["Properties"]["UserIds"]


def test_our_users_of_both_engines_are_judged_by_the_alpha_modules_redis_group() -> None:
    stack = new_stack()
    redis = {"engine": alpha.UserEngine.REDIS}
    assert alphas_group(stack, parts.default_user(stack, ours), **redis) == ["new-default"]
    stack = new_stack()
    with pytest.raises(RuntimeError, match="Redis user group can only contain Redis users"):
        alphas_group(stack, parts.default_user(stack, ours), parts.iam_user(stack, ours), **redis)


@pytest.mark.parametrize("engine", [None, ours.UserEngine.VALKEY, ours.UserEngine.REDIS])
def test_our_group_is_judged_by_the_alpha_modules_redis_cache(engine: Any) -> None:
    stack = new_stack()
    group = ours.UserGroup(stack, "Group", engine=engine, users=[parts.default_user(stack, ours)])
    props: dict[str, Any] = {"engine": alpha.CacheEngine.REDIS_7, "user_group": group}
    if engine == ours.UserEngine.REDIS:
        assert parts.cache(stack, alpha, **props).user_group is group
    else:
        with pytest.raises(RuntimeError, match="Redis cache can only use Redis user groups"):
            parts.cache(stack, alpha, **props)


def test_a_user_of_an_apps_own_class_without_our_base_fails_in_the_alpha_modules_redis_group() -> None:
    user = ImplementedUser(new_stack(), "Mine", engine=ours.UserEngine.REDIS, user_name="default")
    with pytest.raises(RuntimeError, match="Redis user group can only contain Redis users"):
        alphas_group(user.stack, user, engine=alpha.UserEngine.REDIS)


def test_an_imported_group_of_ours_is_refused_by_the_alpha_modules_cache_as_its_own_is() -> None:
    stack = new_stack()
    for module in (ours, alpha):
        group = module.UserGroup.from_user_group_name(stack, module.__name__, "people")
        with pytest.raises(RuntimeError, match=r"No child with id: 'Resource'"):
            parts.cache(stack, alpha, f"Of{module.__name__}", user_group=group)


def test_an_alpha_import_gives_our_group_back() -> None:
    stack = new_stack()
    group = ours.UserGroup(stack, "Group")
    imported = alpha.ServerlessCache.from_serverless_cache_attributes(
        stack, "Cache", serverless_cache_name="mine", user_group=group
    )
    assert imported.user_group is group
