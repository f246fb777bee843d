"""Each public callable of the constructs, with arguments that are right."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aws_cdk import aws_iam as iam

import cdk_elasticache as elasticache

from .ground import ALL, Ground
from .making import PASSWORD, plain

Call = tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]


def calls(ground: Ground, here: str) -> Iterator[Call]:
    """Each public callable with arguments that are right."""
    scope = (ground.stack, here)
    yield elasticache.IamUser, scope, {"user_id": "app", "access_control": ALL}
    yield (
        elasticache.PasswordUser,
        scope,
        {"user_id": "app", "access_control": ALL, "passwords": plain(PASSWORD)},
    )
    yield elasticache.NoPasswordUser, scope, {"user_id": "app", "access_control": ALL}
    yield elasticache.UserGroup, scope, {}
    yield elasticache.ServerlessCache, scope, {"vpc": ground.vpc}
    yield elasticache.AccessControl.from_access_string, (), {"access_string": "on ~* +@all"}
    yield elasticache.CacheEngine.of, (), {"engine_type": "valkey"}
    yield elasticache.UserEngine.of, (), {"engine_type": "valkey"}
    yield elasticache.AccessString.parse, (), {"text": "on ~* resetchannels +@all"}
    yield elasticache.AccessString.read, (), {"text": "on ~* +@all"}
    yield elasticache.AccessString.build, (), {}
    for kind in (
        elasticache.IamUser,
        elasticache.PasswordUser,
        elasticache.NoPasswordUser,
        elasticache.UserBase,
    ):
        for name in ("from_user_id", "from_user_arn", "from_user_attributes"):
            if importer := getattr(kind, name, None):
                yield importer, scope, {}
    for name in ("from_user_group_name", "from_user_group_arn", "from_user_group_attributes"):
        yield getattr(elasticache.UserGroup, name), scope, {}
    for name in (
        "from_serverless_cache_name",
        "from_serverless_cache_arn",
        "from_serverless_cache_attributes",
    ):
        yield getattr(elasticache.ServerlessCache, name), scope, {}
    for struct in (elasticache.BackupSettings, elasticache.CacheUsageLimitsProperty):
        argument = "backup" if struct is elasticache.BackupSettings else "cache_usage_limits"

        def make(struct: Any = struct, argument: str = argument, **options: Any) -> object:
            return elasticache.ServerlessCache(*scope, vpc=ground.vpc, **{argument: struct(**options)})

        make.__signature__ = inspect.signature(struct)  # type: ignore[attr-defined]
        yield make, (), {}
    yield from calls_on_what_is_made(ground, here)


def calls_on_what_is_made(ground: Ground, here: str) -> Iterator[Call]:
    user = elasticache.IamUser(ground.stack, f"{here}User", user_id=here.lower(), access_control=ALL)
    group = elasticache.UserGroup(ground.stack, f"{here}Group", users=[user])
    cache = elasticache.ServerlessCache(ground.stack, f"{here}Cache", vpc=ground.vpc, user_group=group)
    role = iam.Role(ground.stack, f"{here}Role", assumed_by=iam.AccountRootPrincipal())
    yield group.add_user, (), {"user": user}
    for it in (user, cache):
        yield it.grant_connect, (), {"grantee": role}
        yield it.grant, (role,), {}
    yield user.allows, (), {"command": "get"}
    yield cache.metric, (), {"metric_name": "M"}
    for name in dir(type(cache)):
        if name.startswith("metric_"):
            yield getattr(cache, name), (), {}


def arguments(call: Callable[..., Any], given: tuple[Any, ...]) -> list[str]:
    """Its arguments that can be given by name, but for those given by position already."""
    kinds = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    signature = inspect.signature(call.__init__ if isinstance(call, type) else call)  # type: ignore[misc]
    names = [it.name for it in signature.parameters.values() if it.kind in kinds and it.name != "self"]
    return [
        name
        for name in names[len(given) :]
        if not name.startswith("_") and name not in ("struct", "argument")
    ]
