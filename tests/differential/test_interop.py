"""Apps move piece by piece: what the alpha module or an app itself made is taken wherever ours is."""

from types import SimpleNamespace
from typing import Any, cast

import jsii
import pytest
from aws_cdk import Resource, Stack, assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as cfn
from aws_cdk.interfaces import aws_elasticache as refs
from constructs import Construct

import cdk_elasticache as ours

from . import parts
from .building import Template, built, new_stack, synthesize
from .cases import CASES

alpha: Any = pytest.importorskip("aws_cdk.aws_elasticache_alpha", reason="it fits one version of aws-cdk-lib")

VALUES = {"AccessControl", "BackupSettings", "CacheEngine", "CacheUsageLimitsProperty", "UserEngine"}
USERS = VALUES | {"IamUser", "NoPasswordUser", "PasswordUser"}
GROUPS = USERS | {"UserGroup"}

#: Cases that import users or groups: the alpha module gives those other ARNs, or none of the methods.
IMPORTING = {
    name
    for name in CASES
    if name.startswith(
        ("a_user_by", "a_group_by", "a_cache_by_attributes", "a_cache_with_an_owned", "imports_into")
    )
}


class Mix:
    """A library some names of which are the alpha module's."""

    def __init__(self, from_alpha: set[str]) -> None:
        self._from_alpha = from_alpha

    def __getattr__(self, name: str) -> Any:
        return getattr(alpha if name in self._from_alpha else ours, name)


def with_alphas(names: set[str], case: str) -> dict[str, Template]:
    return synthesize(CASES[case].build, Mix(names), CASES[case].context).templates


@pytest.mark.parametrize("case", sorted(CASES.keys() - IMPORTING))
def test_engines_structs_and_access_controls_of_the_alpha_module_serve_as_ours(case: str) -> None:
    assert with_alphas(VALUES, case) == built(case, ours).templates


def declaring(resource_type: str) -> list[str]:
    """Cases that declare something of a type; told by their names, since building them all takes time."""
    words = {
        "User": ("user", "password", "access", "group", "everything"),
        "UserGroup": ("group", "everything"),
    }
    named = {name for name in CASES if any(word in name for word in words[resource_type])}
    return sorted(named - IMPORTING)


@pytest.mark.parametrize("case", declaring("User"))
def test_users_of_the_alpha_module_serve_as_ours(case: str) -> None:
    assert with_alphas(USERS, case) == built(case, ours).templates


@pytest.mark.parametrize("case", declaring("UserGroup"))
def test_groups_of_the_alpha_module_serve_as_ours(case: str) -> None:
    assert with_alphas(GROUPS, case) == built(case, ours).templates


class PlainUser(Resource):
    """A user of an app's own class."""

    def __init__(self, scope: Construct, id: str, **known: Any) -> None:
        super().__init__(scope, id)
        self._known = {"user_name": id, "engine": ours.UserEngine.VALKEY, **known}
        self._resource = cfn.CfnUser(
            self, "Inner", user_id=id.lower(), user_name=self._known["user_name"], engine="valkey"
        )

    @property
    def user_id(self) -> str:
        return self._resource.user_id

    @property
    def user_arn(self) -> str:
        return self._resource.attr_arn

    @property
    def user_name(self) -> str | None:
        return self._known["user_name"]  # type: ignore[no-any-return]

    @property
    def engine(self) -> ours.UserEngine | None:
        return self._known["engine"]  # type: ignore[no-any-return]


@jsii.implements(ours.IUser)
class ImplementedUser(PlainUser):
    """The same, said to be a user."""


@jsii.implements(alpha.IUser)
class AlphasUser(PlainUser):
    """The same, said to be a user of the alpha module."""


class BaseUser(ours.UserBase):
    """A user of an app's own class, from our base class."""

    user_id = "based"
    user_arn = "arn:aws:elasticache:us-east-1:111122223333:user:based"
    user_name = "based"
    engine = ours.UserEngine.VALKEY


def logical_id(resource: Any) -> str:
    return str(Stack.of(resource).resolve(resource.logical_id))


def group_of(*users: Any, **props: Any) -> Any:
    stack = users[0].stack if hasattr(users[0], "stack") else new_stack()
    ours.UserGroup(stack, "Group", users=list(users), **props)
    (group,) = assertions.Template.from_stack(stack).find_resources("AWS::ElastiCache::UserGroup").values()
    return group


@pytest.mark.parametrize("kind", [PlainUser, ImplementedUser, AlphasUser])
def test_a_user_of_an_apps_own_class_is_a_member_that_the_group_waits_for(kind: Any) -> None:
    user = kind(new_stack(), "Mine")
    assert group_of(user, user_group_name="people") == {
        "Type": "AWS::ElastiCache::UserGroup",
        "Properties": {"Engine": "valkey", "UserGroupId": "people", "UserIds": ["mine"]},
        "DependsOn": [logical_id(user.node.find_child("Inner"))],
    }


def test_a_user_of_an_apps_own_subclass_of_our_base_is_a_member() -> None:
    group = group_of(BaseUser(new_stack(), "Mine"))
    assert (group["Properties"]["UserIds"], group.get("DependsOn")) == (["based"], None)


def test_a_user_that_is_no_construct_is_a_member_that_nothing_waits_for() -> None:
    user = SimpleNamespace(user_id="plain", user_arn=parts.USER_ARN, user_name="plain", engine=None)
    group = group_of(user)
    assert (group["Properties"]["UserIds"], group.get("DependsOn")) == (["plain"], None)


def test_a_group_takes_members_from_everywhere_in_the_order_of_their_addition() -> None:
    stack = new_stack()
    group: Any = ours.UserGroup(
        stack, "Group", users=[parts.iam_user(stack, alpha, "FromAlpha", "from-alpha")]
    )
    for user in (
        parts.iam_user(stack, ours, "FromOurs", "from-ours"),
        alpha.IamUser.from_user_id(stack, "AlphaImport", "alpha-import"),
        ours.IamUser.from_user_id(stack, "OurImport", "our-import"),
        PlainUser(stack, "Plain"),
        ImplementedUser(stack, "Implemented"),
        SimpleNamespace(user_id="none", user_arn=parts.USER_ARN, user_name=None, engine=None),
    ):
        group.add_user(user)
    (rendered,) = assertions.Template.from_stack(stack).find_resources("AWS::ElastiCache::UserGroup").values()
    assert rendered["Properties"]["UserIds"] == [
        "from-alpha",
        "from-ours",
        "alpha-import",
        "our-import",
        "plain",
        "implemented",
        "none",
    ]
    # By construct path, as the CDK orders them; imports make nothing to wait for.
    assert [name[:-8] for name in rendered["DependsOn"]] == [
        "FromAlpha",
        "FromOurs",
        "ImplementedInner",
        "PlainInner",
    ]


@pytest.mark.parametrize("same", ["user_name", "user_id"])
def test_rules_of_membership_hold_for_members_from_everywhere(same: str) -> None:
    stack = new_stack()
    first: Any = alpha.PasswordUser.from_user_attributes(stack, "Alpha", user_id="one", user_name="one")
    other = {"user_id": "other", "user_name": "other"} | {same: "one"}
    group: Any = ours.UserGroup(stack, "Group", users=[first])
    with pytest.raises(ours.ValidationError, match=f"users must differ in {same}, got 'one' twice"):
        group.add_user(SimpleNamespace(**other, user_arn=parts.USER_ARN, engine=None))


def test_a_default_user_of_the_alpha_module_satisfies_a_redis_group() -> None:
    stack = new_stack()
    group_of(parts.default_user(stack, alpha), engine=alpha.UserEngine.REDIS)


class PlainGroup(Construct):
    """A group of an app's own class, or of another library's."""

    engine = ours.UserEngine.REDIS
    user_group_arn = parts.GROUP_ARN

    def __init__(self, scope: Construct, id: str, child: str) -> None:
        super().__init__(scope, id)
        self.user_group_name = "their-group"
        cfn.CfnUserGroup(self, child, user_group_id=self.user_group_name, engine="redis", user_ids=[])


@pytest.mark.parametrize("child", ["Resource", "Other"])
def test_a_cache_takes_a_group_of_another_library_and_waits_for_its_child_named_resource(child: str) -> None:
    stack = new_stack()
    group = PlainGroup(stack, "Theirs", child)
    parts.cache(stack, ours, user_group=group)
    (cache,) = (
        assertions.Template.from_stack(stack).find_resources("AWS::ElastiCache::ServerlessCache").values()
    )
    assert cache["Properties"]["UserGroupId"] == "their-group"
    waits_for = [logical_id(group.node.find_child("Resource"))] if child == "Resource" else None
    assert cache.get("DependsOn") == waits_for


def test_a_cache_takes_an_imported_group_of_the_alpha_module() -> None:
    stack = new_stack()
    group = alpha.UserGroup.from_user_group_attributes(
        stack, "Group", user_group_name="theirs", engine=alpha.UserEngine.REDIS
    )
    parts.cache(stack, ours, engine=ours.CacheEngine.REDIS_7, user_group=group)
    (cache,) = (
        assertions.Template.from_stack(stack).find_resources("AWS::ElastiCache::ServerlessCache").values()
    )
    assert (cache["Properties"]["UserGroupId"], cache.get("DependsOn")) == ("theirs", None)


def test_an_engine_of_the_alpha_module_is_judged_as_ours() -> None:
    stack = new_stack()
    with pytest.raises(ours.ValidationError, match="user_group must not be given for a memcached cache"):
        parts.cache(
            stack, ours, engine=alpha.CacheEngine.MEMCACHED_1_6, user_group=alpha.UserGroup(stack, "Group")
        )


def test_an_access_control_is_anything_with_an_access_string() -> None:
    stack = new_stack()
    parts.iam_user(stack, ours, access_control=SimpleNamespace(access_string="on ~* +get"))
    template = assertions.Template.from_stack(stack)
    template.has_resource_properties("AWS::ElastiCache::User", {"AccessString": "on ~* +get"})


def guard(scope: Construct) -> ec2.Connections:
    found = scope.node.try_find_child("Guard")
    group = found or ec2.SecurityGroup.from_security_group_id(scope, "Guard", "sg-own")
    return ec2.Connections(security_groups=[cast(ec2.ISecurityGroup, group)], default_port=ec2.Port.tcp(6379))


@jsii.implements(ours.IServerlessCache)
class OwnCache(ours.ServerlessCacheBase):
    """A cache of an app's own class."""

    serverless_cache_name = "own"
    serverless_cache_arn = parts.CACHE_ARN
    engine = ours.CacheEngine.VALKEY_8
    backup_arns_to_restore = kms_key = vpc = subnets = security_groups = user_group = None

    @property
    def connections(self) -> ec2.Connections:
        return guard(self)


@jsii.implements(ours.IServerlessCache)
class BareCache(Resource):
    """The same, without our base class."""

    @property
    def connections(self) -> ec2.Connections:
        return guard(self)

    @property
    def serverless_cache_ref(self) -> refs.ServerlessCacheReference:
        return refs.ServerlessCacheReference(
            serverless_cache_arn=parts.CACHE_ARN, serverless_cache_name="own"
        )


@pytest.mark.parametrize("kind", [OwnCache, BareCache])
def test_the_cdk_connects_to_a_cache_of_an_apps_own_class(kind: Any) -> None:
    stack = new_stack()
    client = ec2.SecurityGroup(stack, "Client", vpc=parts.vpc(stack))
    client.connections.allow_to(kind(stack, "Own"), ec2.Port.tcp(6380), "To the readers")
    template = assertions.Template.from_stack(stack)
    (rule,) = template.find_resources("AWS::EC2::SecurityGroupIngress").values()
    assert rule["Properties"] == {
        "Description": "To the readers",
        "FromPort": 6380,
        "ToPort": 6380,
        "GroupId": "sg-own",
        "IpProtocol": "tcp",
        "SourceSecurityGroupId": {"Fn::GetAtt": [logical_id(client.node.default_child), "GroupId"]},
    }


@pytest.mark.parametrize("kind", [OwnCache, BareCache])
def test_the_default_port_of_a_cache_of_an_apps_own_class_is_known_to_the_cdk(kind: Any) -> None:
    stack = new_stack()
    client = ec2.SecurityGroup(stack, "Client", vpc=parts.vpc(stack))
    client.connections.allow_to_default_port(kind(stack, "Own"))
    template = assertions.Template.from_stack(stack)
    template.has_resource_properties("AWS::EC2::SecurityGroupIngress", {"FromPort": 6379, "ToPort": 6379})


@pytest.mark.parametrize("kind", [OwnCache, BareCache])
def test_our_grants_are_given_on_a_cache_of_an_apps_own_class(kind: Any) -> None:
    stack = new_stack()
    ours.ServerlessCacheGrants.from_serverless_cache(kind(stack, "Own")).connect(parts.role(stack))
    (policy,) = assertions.Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Resource"] == parts.CACHE_ARN


@pytest.mark.parametrize("kind", [OwnCache, BareCache])
def test_the_cdk_reads_the_arn_of_a_cache_of_an_apps_own_class(kind: Any) -> None:
    own = kind(new_stack(), "Own")
    assert cfn.CfnServerlessCache.arn_for_serverless_cache(own) == parts.CACHE_ARN


def test_our_grants_are_given_on_a_cache_of_the_alpha_module() -> None:
    stack = new_stack()
    cache = parts.cache(stack, alpha)
    ours.ServerlessCacheGrants.from_serverless_cache(cache).connect(parts.role(stack))
    (policy,) = assertions.Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Resource"] == {"Fn::GetAtt": [logical_id(cache.node.default_child), "ARN"]}


def test_the_alpha_modules_grants_are_given_on_a_cache_of_ours() -> None:
    stack = new_stack()
    cache = parts.cache(stack, ours)
    alpha.ServerlessCacheGrants.from_serverless_cache(cache).connect(parts.role(stack))
    (policy,) = assertions.Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Resource"] == stack.resolve(cache.serverless_cache_arn)


def test_a_cache_of_ours_meets_one_of_the_alpha_module() -> None:
    stack = new_stack()
    one, other = parts.cache(stack, ours, "One"), parts.cache(stack, alpha, "Other")
    other.connections.allow_default_port_from(one)
    one.connections.allow_default_port_from(other)
    assertions.Template.from_stack(stack).resource_count_is("AWS::EC2::SecurityGroupIngress", 2)


def test_an_import_takes_an_engine_and_a_group_of_the_alpha_module() -> None:
    stack = new_stack()
    given: dict[str, Any] = {
        "engine": alpha.CacheEngine.MEMCACHED_1_6,
        "user_group": alpha.UserGroup.from_user_group_name(stack, "Group", "people"),
    }
    cache: Any = ours.ServerlessCache.from_serverless_cache_attributes(
        stack, "Cache", serverless_cache_name="mine", **given
    )
    assert (cache.user_group, cache.connections.default_port.to_string()) == (given["user_group"], "11211")
