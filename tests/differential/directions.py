"""Gives each library what each library, an app's own class or a third one made, and prints what came of it.

Run as a program, so that it is this program's arguments that say which library is imported first.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

import jsii
from aws_cdk import (
    Duration,
    IPropertyInjector,
    PropertyInjectors,
    Resource,
    SecretValue,
    Size,
    Stack,
    assertions,
)
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as cfn
from aws_cdk.interfaces import aws_elasticache as refs

from . import parts
from .building import new_stack

LIBRARIES = {"alpha": "aws_cdk.aws_elasticache_alpha", "ours": "cdk_elasticache"}

#: Makes what is given, in a stack.
Giver = Callable[[Stack], Any]
#: Gives it to a library, and tells what of it is then in the template, or in the construct.
Taker = Callable[[Any, Stack, Any], Any]

ACCESS = "on ~* +@all"
BACKUP = {"backup_retention_limit": 3}


def rendered(stack: Stack, kind: str, *names: str) -> list[Any]:
    """Properties of the only resource of a kind, and for how many others it waits."""
    found = assertions.Template.from_stack(stack).find_resources(f"AWS::ElastiCache::{kind}")
    (resource,) = found.values()
    return [*map(resource["Properties"].get, names), len(resource.get("DependsOn", []))]


def engines(ours: Any, alpha: Any) -> dict[str, Giver]:
    """Engines of a cache."""

    class Own(ours.CacheEngine):  # type: ignore[misc]
        __slots__ = ()

    return {
        "ours": lambda _: ours.CacheEngine.VALKEY_7,
        "alpha": lambda _: alpha.CacheEngine.VALKEY_7,
        "own of ours": lambda _: Own("valkey", "7"),
        "third": lambda _: SimpleNamespace(engine_type="valkey", major_engine_version="7"),
    }


def user_engines(ours: Any, alpha: Any) -> dict[str, Giver]:
    """Engines of a user or a group."""

    class Own(ours.UserEngine):  # type: ignore[misc]
        __slots__ = ()

    return {
        "ours": lambda _: ours.UserEngine.REDIS,
        "alpha": lambda _: alpha.UserEngine.REDIS,
        "own of ours": lambda _: Own("redis"),
        "third": lambda _: SimpleNamespace(engine_type="redis"),
    }


def accesses(ours: Any, alpha: Any) -> dict[str, Giver]:
    """What a user may do."""

    class OwnOfOurs(ours.AccessControl):  # type: ignore[misc]
        access_string = ACCESS

    class OwnOfAlpha(alpha.AccessControl):  # type: ignore[misc]
        access_string = property(lambda _: ACCESS)

    return {
        "ours": lambda _: ours.AccessControl.from_access_string(ACCESS),
        "alpha": lambda _: alpha.AccessControl.from_access_string(ACCESS),
        "own of ours": lambda _: OwnOfOurs(),
        "own of alpha": lambda _: OwnOfAlpha(),
        "third": lambda _: SimpleNamespace(access_string=ACCESS),
    }


def structs(name: str, values: Mapping[str, Any]) -> Callable[[Any, Any], dict[str, Giver]]:
    """Structs that hold some values."""

    def givers(ours: Any, alpha: Any) -> dict[str, Giver]:
        kinds = {"ours": getattr(ours, name), "alpha": getattr(alpha, name), "third": SimpleNamespace}
        own = {f"own of {library}": type("Own", (kinds[library],), {}) for library in ("ours", "alpha")}
        made: dict[str, Giver] = {
            label: lambda _, kind=kind: kind(**values)  # type: ignore[misc]
            for label, kind in {**kinds, **own, "dict": dict}.items()
        }
        return made

    return givers


def properties(known: Mapping[str, Any]) -> dict[str, Any]:
    """Values as properties of a class."""

    def telling(value: Any) -> property:
        return property(lambda _: value)

    return {name: telling(value) for name, value in known.items()}


def constructs(
    base: str, interface: str, known: Mapping[str, Any], resource: Callable[[Any], Any]
) -> Callable[[Any, Any], dict[str, Any]]:
    """Classes of an app's own that know the same in each way that there is, and make a resource.

    :param base: the libraries' name for their base class.
    :param interface: the libraries' name for their interface.
    """

    class Made(Resource):
        def __init__(self, scope: Stack, id: str) -> None:
            super().__init__(scope, id)
            resource(self)

    def classes(ours: Any, alpha: Any) -> dict[str, Any]:
        found = {"third": type("Third", (Made,), properties(known))}
        for name, library in {"ours": ours, "alpha": alpha}.items():
            found[f"own of {name}"] = type("Own", (Made, getattr(library, base)), properties(known))
            for how, members in {"": properties(known), ", by attributes": dict(known)}.items():
                said = jsii.implements(getattr(library, interface))
                found[f"said to be of {name}{how}"] = said(type("Said", (Made,), members))
        return found

    return classes


def subclassing(library: Any, name: str) -> Any:
    """A library with an app's own subclass in place of one of its classes."""
    return SimpleNamespace(
        **{"AccessControl": library.AccessControl, name: type("Mine", (getattr(library, name),), {})}
    )


def new(kind: Any, id: str) -> Giver:
    """Makes a construct of a class."""
    return lambda stack: kind(stack, id)


USER = {"user_id": "my-user", "user_name": "my-user", "user_arn": parts.USER_ARN, "engine": None}
own_users = constructs(
    "UserBase",
    "IUser",
    USER,
    lambda user: cfn.CfnUser(user, "Resource", user_id="my-user", user_name="my-user", engine="valkey"),
)


def users(ours: Any, alpha: Any) -> dict[str, Giver]:
    """Users, each called my-user."""
    return {
        "ours": lambda stack: parts.iam_user(stack, ours),
        "alpha": lambda stack: parts.iam_user(stack, alpha),
        "import of ours": lambda stack: ours.IamUser.from_user_id(stack, "User", "my-user"),
        "import of alpha": lambda stack: alpha.IamUser.from_user_id(stack, "User", "my-user"),
        "subclass of ours": lambda stack: parts.iam_user(stack, subclassing(ours, "IamUser")),
        "subclass of alpha": lambda stack: parts.iam_user(stack, subclassing(alpha, "IamUser")),
        "third, no construct": lambda _: SimpleNamespace(**USER),
        **{label: new(kind, "User") for label, kind in own_users(ours, alpha).items()},
    }


GROUP = {"user_group_name": "people", "user_group_arn": parts.GROUP_ARN, "engine": None, "users": None}
own_groups = constructs(
    "UserGroupBase",
    "IUserGroup",
    GROUP,
    lambda group: cfn.CfnUserGroup(
        group, "Resource", user_group_id="people", engine="valkey", user_ids=["my-user"]
    ),
)


def groups(ours: Any, alpha: Any) -> dict[str, Giver]:
    """Groups, each called people."""
    return {
        "ours": lambda stack: ours.UserGroup(stack, "Group", user_group_name="people"),
        "alpha": lambda stack: alpha.UserGroup(stack, "Group", user_group_name="people"),
        "import of ours": lambda stack: ours.UserGroup.from_user_group_name(stack, "Group", "people"),
        "import of alpha": lambda stack: alpha.UserGroup.from_user_group_name(stack, "Group", "people"),
        "subclass of ours": lambda stack: subclassing(ours, "UserGroup").UserGroup(
            stack, "Group", user_group_name="people"
        ),
        "subclass of alpha": lambda stack: subclassing(alpha, "UserGroup").UserGroup(
            stack, "Group", user_group_name="people"
        ),
        "third, no construct": lambda _: SimpleNamespace(**GROUP),
        **{label: new(kind, "Group") for label, kind in own_groups(ours, alpha).items()},
    }


@jsii.implements(ec2.IConnectable, refs.IServerlessCacheRef)
class PlainCache(Resource):
    """A cache that no library knows of, but the CDK does."""

    @property
    def connections(self) -> ec2.Connections:
        """Its connections."""
        return guard(self.stack)

    @property
    def serverless_cache_ref(self) -> refs.ServerlessCacheReference:
        """Its reference."""
        return refs.ServerlessCacheReference(
            serverless_cache_arn=parts.CACHE_ARN, serverless_cache_name="my-cache"
        )


def guard(stack: Stack) -> ec2.Connections:
    """The connections of a cache that exists already."""
    return ec2.Connections(security_groups=[security_group(stack)], default_port=ec2.Port.tcp(6379))


def security_group(stack: Stack) -> ec2.ISecurityGroup:
    """The security group behind which all caches are that are given."""
    found = stack.node.try_find_child("Guard")
    group = found or ec2.SecurityGroup.from_security_group_id(stack, "Guard", "sg-1")
    return cast(ec2.ISecurityGroup, group)


def caches(ours: Any, alpha: Any) -> dict[str, Giver]:
    """Caches, all behind one security group."""
    known: dict[str, Any] = dict.fromkeys(
        ("engine", "backup_arns_to_restore", "kms_key", "vpc", "subnets", "security_groups", "user_group")
    )
    known |= {"serverless_cache_name": "my-cache", "serverless_cache_arn": parts.CACHE_ARN}
    members = {**properties(known), "connections": property(lambda cache: guard(cache.stack))}
    found: dict[str, Giver] = {"third": new(PlainCache, "Given")}
    for name, library in {"ours": ours, "alpha": alpha}.items():
        found[name] = made_cache(library)
        found[f"import of {name}"] = imported_cache(library)
        found[f"subclass of {name}"] = made_cache(subclassing(library, "ServerlessCache"))
        found[f"own of {name}"] = new(type("Own", (library.ServerlessCacheBase,), members), "Given")
    return found


def made_cache(library: Any) -> Giver:
    """Makes a library's cache."""
    return lambda stack: parts.cache(stack, library, "Given", security_groups=[security_group(stack)])


def imported_cache(library: Any) -> Giver:
    """Imports a cache with a library."""
    return lambda stack: library.ServerlessCache.from_serverless_cache_attributes(
        stack, "Given", serverless_cache_arn=parts.CACHE_ARN, security_groups=[security_group(stack)]
    )


def engine_of_cache(lib: Any, stack: Stack, it: Any) -> Any:
    parts.cache(stack, lib, engine=it)
    return rendered(stack, "ServerlessCache", "Engine", "MajorEngineVersion")


def engine_of_imported_cache(lib: Any, stack: Stack, it: Any) -> Any:
    cache = lib.ServerlessCache.from_serverless_cache_attributes(
        stack, "It", serverless_cache_name="mine", engine=it
    )
    return [cache.engine.engine_type, cache.engine.major_engine_version]


def engine_of_user(lib: Any, stack: Stack, it: Any) -> Any:
    parts.iam_user(stack, lib, engine=it)
    return rendered(stack, "User", "Engine")


def engine_of_imported_user(lib: Any, stack: Stack, it: Any) -> Any:
    return lib.UserBase.from_user_attributes(stack, "It", user_id="mine", engine=it).engine.engine_type


def engine_of_group(lib: Any, stack: Stack, it: Any) -> Any:
    lib.UserGroup(stack, "It", engine=it, users=[parts.default_user(stack, lib)])
    return rendered(stack, "UserGroup", "Engine")


def engine_of_imported_group(lib: Any, stack: Stack, it: Any) -> Any:
    group = lib.UserGroup.from_user_group_attributes(stack, "It", user_group_name="people", engine=it)
    return group.engine.engine_type


def access_of_iam_user(lib: Any, stack: Stack, it: Any) -> Any:
    parts.iam_user(stack, lib, access_control=it)
    return rendered(stack, "User", "AccessString")


def access_of_password_user(lib: Any, stack: Stack, it: Any) -> Any:
    secret = SecretValue.unsafe_plain_text("a-password-of-24-letters")
    lib.PasswordUser(stack, "It", user_id="me", access_control=it, passwords=[secret])
    return rendered(stack, "User", "AccessString")


def access_of_user_without_password(lib: Any, stack: Stack, it: Any) -> Any:
    lib.NoPasswordUser(stack, "It", user_id="me", access_control=it)
    return rendered(stack, "User", "AccessString")


def backup_of_cache(lib: Any, stack: Stack, it: Any) -> Any:
    parts.cache(stack, lib, backup=it)
    return rendered(stack, "ServerlessCache", "SnapshotRetentionLimit")


def limits_of_cache(lib: Any, stack: Stack, it: Any) -> Any:
    parts.cache(stack, lib, cache_usage_limits=it)
    return rendered(stack, "ServerlessCache", "CacheUsageLimits")


@jsii.implements(IPropertyInjector)
class Injector:
    """Changes what a class of constructs is given."""

    def __init__(self, kind: Any, change: Callable[[Any], Any]) -> None:
        self._unique_id, self._change = kind.PROPERTY_INJECTION_ID, change

    @property
    def construct_unique_id(self) -> str:
        """The class, by a name that both libraries have for it."""
        return cast(str, self._unique_id)

    def inject(self, original_props: Any, *, scope: Any, id: str) -> Any:
        """Change it."""
        del scope, id
        return self._change(original_props)


def engine_that_is_injected(lib: Any, stack: Stack, it: Any) -> Any:
    PropertyInjectors.of(stack).add(Injector(lib.ServerlessCache, lambda props: {**props, "engine": it}))
    parts.cache(stack, lib)
    return rendered(stack, "ServerlessCache", "Engine", "MajorEngineVersion")


def struct_that_is_injected(lib: Any, stack: Stack, it: Any) -> Any:
    if isinstance(it, dict):  # an injector's dict has the names of JavaScript
        it = {"userGroupName": it["user_group_name"]}
    PropertyInjectors.of(stack).add(Injector(lib.UserGroup, lambda _: it))
    lib.UserGroup(stack, "It")
    return rendered(stack, "UserGroup", "UserGroupId")


def user_of_group(lib: Any, stack: Stack, it: Any) -> Any:
    lib.UserGroup(stack, "It", users=[it])
    return rendered(stack, "UserGroup", "UserIds")


def user_added_to_group(lib: Any, stack: Stack, it: Any) -> Any:
    lib.UserGroup(stack, "It").add_user(it)
    return rendered(stack, "UserGroup", "UserIds")


def user_of_imported_group(lib: Any, stack: Stack, it: Any) -> Any:
    group = lib.UserGroup.from_user_group_attributes(stack, "It", user_group_name="people", users=[it])
    return [user.user_id for user in group.users]


def group_of_cache(lib: Any, stack: Stack, it: Any) -> Any:
    parts.cache(stack, lib, user_group=it)
    return rendered(stack, "ServerlessCache", "UserGroupId")


def group_of_imported_cache(lib: Any, stack: Stack, it: Any) -> Any:
    cache = lib.ServerlessCache.from_serverless_cache_attributes(
        stack, "It", serverless_cache_name="mine", user_group=it
    )
    return cache.user_group.user_group_name


def cache_of_grants(lib: Any, stack: Stack, it: Any) -> Any:
    lib.ServerlessCacheGrants.from_serverless_cache(it).connect(parts.role(stack))
    return granted(stack)


def granted(stack: Stack) -> Any:
    """Actions, and whether they are allowed on the one cache that there is."""
    (policy,) = assertions.Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    where = statement["Resource"]
    return [
        statement["Action"],
        where == parts.CACHE_ARN or where == {"Fn::GetAtt": [where["Fn::GetAtt"][0], "ARN"]},
    ]


def cache_that_connects(lib: Any, stack: Stack, it: Any) -> Any:
    parts.cache(stack, lib, "It").connections.allow_from(it, ec2.Port.tcp(1))
    rules = assertions.Template.from_stack(stack).find_resources("AWS::EC2::SecurityGroupIngress")
    return [rule["Properties"]["SourceSecurityGroupId"] for rule in rules.values()]


def cache_connected_to(lib: Any, stack: Stack, it: Any) -> Any:
    parts.cache(stack, lib, "It").connections.allow_to(it, ec2.Port.tcp(1))
    rules = assertions.Template.from_stack(stack).find_resources("AWS::EC2::SecurityGroupIngress")
    return [rule["Properties"]["GroupId"] for rule in rules.values()]


def metric_beside_another(lib: Any, stack: Stack, it: Any) -> Any:
    options = cloudwatch.MetricOptions(statistic="Minimum", period=Duration.minutes(1))
    metrics = {
        "given": it.metric("Evictions", **options._values),
        "other": parts.cache(stack, lib, "It").metric_data_stored(**options._values),
    }
    both = cloudwatch.MathExpression(
        expression="given + other", using_metrics=metrics, period=Duration.minutes(1)
    )
    both.create_alarm(stack, "Alarm", threshold=1, evaluation_periods=1)
    (alarm,) = assertions.Template.from_stack(stack).find_resources("AWS::CloudWatch::Alarm").values()
    return [
        [metric["MetricStat"][key] for key in ("Stat", "Period")]
        + [metric["MetricStat"]["Metric"]["MetricName"]]
        for metric in alarm["Properties"]["Metrics"]
        if "MetricStat" in metric
    ]


#: What is given, to what.
PIECES: list[tuple[Callable[[Any, Any], dict[str, Giver]], list[Taker]]] = [
    (engines, [engine_of_cache, engine_of_imported_cache, engine_that_is_injected]),
    (structs("UserGroupProps", {"user_group_name": "people"}), [struct_that_is_injected]),
    (
        user_engines,
        [engine_of_user, engine_of_imported_user, engine_of_group, engine_of_imported_group],
    ),
    (accesses, [access_of_iam_user, access_of_password_user, access_of_user_without_password]),
    (structs("BackupSettings", BACKUP), [backup_of_cache]),
    (
        structs("CacheUsageLimitsProperty", {"data_storage_maximum_size": Size.gibibytes(3)}),
        [limits_of_cache],
    ),
    (users, [user_of_group, user_added_to_group, user_of_imported_group]),
    (groups, [group_of_cache, group_of_imported_cache]),
    (caches, [cache_of_grants, cache_that_connects, cache_connected_to, metric_beside_another]),
]


def outcomes() -> Iterator[tuple[str, Any]]:
    """Name each direction, and tell what came of it."""
    libraries: dict[str, Any] = {label: import_module(name) for label, name in LIBRARIES.items()}
    for givers, takers in PIECES:
        for label, give in givers(libraries["ours"], libraries["alpha"]).items():
            for take in takers:
                for name, library in libraries.items():
                    yield f"{take.__name__}: {label} to {name}", outcome(take, library, give)


def outcome(take: Taker, library: Any, give: Giver) -> Any:
    """What a library makes of what is given, or the error."""
    stack = new_stack()
    it = give(stack)
    try:
        return take(library, stack, it)
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"


if __name__ == "__main__":
    for first in sys.argv[1:]:
        import_module(LIBRARIES[first])
    sys.stdout.write(json.dumps(dict(outcomes())))
