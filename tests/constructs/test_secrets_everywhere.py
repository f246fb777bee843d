"""A secret, thrown at every argument of every callable, never comes out again."""

import inspect
import traceback
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any

import pytest
from aws_cdk import SecretValue
from aws_cdk import aws_iam as iam

import cdk_elasticache as elasticache

from .ground import ALL, Ground, new_ground, warnings
from .making import PASSWORD, plain

SECRET = "hunter2-hunter2"
HASH = sha256(SECRET.encode()).hexdigest()
#: How a secret may stand in a value that isn't meant for one.
HIDDEN: dict[str, Any] = {
    "password": f">{SECRET}",
    "in an access string": f"on ~* +@all >{SECRET}",
    "removed": f"off <{SECRET} -@all",
    "hash": f"on #{HASH} ~app:*",
    "in a selector": f"on (~a +get) ({'>' + SECRET} ~b)",
    "in a list": [f"on >{SECRET} ~*"],
    "in a dict": {"access_string": f"on >{SECRET} ~*"},
    "in a long text": f"on {'~a ' * 40}>{SECRET}",
    "secret value": SecretValue.unsafe_plain_text(SECRET),
    "secret values": [SecretValue.unsafe_plain_text(SECRET)],
}
#: What is given as it is where a secret, or what may hold one, is meant.
OPEN: dict[str, Any] = {"text": SECRET, "bytes": SECRET.encode(), "list": [SECRET], "dict": {SECRET: SECRET}}
MEANT = ("access_control", "access_string", "passwords", "also")

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


def outcome(
    call: Callable[..., Any], positional: tuple[Any, ...], options: Mapping[str, Any], name: str, secret: Any
) -> list[str]:
    """Everything that comes out of a call with a secret for one argument, in words."""
    try:
        made = call(*positional, **{**options, name: secret})
    except Exception as error:
        # The lines of this file hold it, so those of the call stack are left out.
        shown = traceback.TracebackException.from_exception(error, limit=0).format()
        values = [getattr(error, "value", None), getattr(error, "picture", None), error.args]
        return [str(error), repr(error), *map(repr, values), *map(str, values), *shown]
    # A thing says what it is called, and only that.
    return [repr(made), str(made)] if hasattr(made, "node") and name in MEANT else []


def test_no_callable_shows_a_secret_that_is_given_for_another_argument() -> None:
    ground, tried = new_ground(), set()
    for number, (label, secret) in enumerate(HIDDEN.items()):
        for index, (call, positional, options) in enumerate(calls(ground, f"It{number}")):
            for name in arguments(call, positional):
                place = tuple(f"{it}{index}{name}" if it == f"It{number}" else it for it in positional)
                told = outcome(call, place, options, name, secret)
                tried.add((getattr(call, "__qualname__", ""), name))
                assert not [it for it in told if SECRET in it or HASH in it], (call, name, label)
    assert len(tried) > 80
    assert not [text for _, text in warnings(ground.stack) if SECRET in text or HASH in text]


@pytest.mark.parametrize("label", OPEN)
def test_what_is_given_for_a_secret_or_an_access_string_is_never_shown(
    label: str, ground: Ground, here: str
) -> None:
    tried = []
    for index, (call, positional, options) in enumerate(calls(ground, here)):
        for name in set(arguments(call, positional)) & set(MEANT):
            if call == elasticache.AccessControl.from_access_string and label == "text":
                continue  # a text is what it takes: its words are told, without those that are passwords
            place = tuple(f"{it}{index}{name}" if it == here else it for it in positional)
            told = outcome(call, place, options, name, OPEN[label])
            tried.append(name)
            assert not [it for it in told if SECRET in it], (call, name)
    assert len(tried) >= 5


@pytest.mark.parametrize(
    "value", ["a <b c", "<script>", "#1", "on time > 3", "a!b", "x #tag", 3, None, ["a"], "!"]
)
def test_what_is_no_access_string_is_shown_as_it_is(value: object) -> None:
    assert elasticache.ElastiCacheError("X", f"got {value!r}", value=value).value in (value, "<…")
