"""What Python's own tools say of the public names: hints, signatures, documentation, reprs."""

import inspect
import pydoc
import re
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from aws_cdk import aws_cloudwatch as cloudwatch

import cdk_elasticache as elasticache

from .ground import ALL, Ground, new_ground

PUBLIC = {name: getattr(elasticache, name) for name in elasticache.__all__}


def callables() -> Iterator[tuple[str, Any]]:
    """Every public function, method and property of ours, and every class."""
    for name, kind in PUBLIC.items():
        yield name, kind
        for member in dir(kind) if inspect.isclass(kind) else ():
            if member != "__init__" and member.startswith("_"):
                continue
            found = inspect.getattr_static(kind, member)
            function = getattr(found, "__func__", getattr(found, "fget", found))
            if inspect.isfunction(function) and function.__module__.startswith("cdk_elasticache"):
                yield f"{name}.{member}", function


CALLABLES = dict(callables())


def test_there_are_callables_of_each_kind() -> None:
    assert {
        "AccessString.allows",
        "BackupSettings.__init__",
        "IServerlessCache.metric",
        "ServerlessCache.__init__",
        "ServerlessCache.kms_key",
        "ServerlessCache.from_serverless_cache_arn",
        "UserGroup.add_user",
    } < CALLABLES.keys()


@pytest.mark.parametrize("name", CALLABLES)
def test_type_hints_resolve(name: str) -> None:
    typing.get_type_hints(CALLABLES[name])


def is_construct(kind: Any) -> bool:
    return inspect.isclass(kind) and "__signature__" in dir(kind)


CONSTRUCTS = ["IamUser", "NoPasswordUser", "PasswordUser", "ServerlessCache", "UserGroup"]
METRICS = [name for name in CALLABLES if re.search(r"\.metric\w*$", name)]


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_the_signature_of_a_class_is_what_its_constructor_takes(name: str, alpha: Any) -> None:
    shown = list(inspect.signature(PUBLIC[name]).parameters)
    assert shown[:2] == ["scope", "id"]
    assert set(shown[2:]) == {field.name for field in fields(PUBLIC[f"{name}Props"])}
    assert {"self", *shown} == set(inspect.signature(getattr(alpha, name).__init__).parameters)
    assert f"{name}(scope: constructs.Construct, id: str, *," in pydoc.plain(pydoc.render_doc(PUBLIC[name]))


def test_a_subclass_s_signature_is_that_of_its_own_constructor() -> None:
    class Mine(elasticache.IamUser):
        def __init__(self, scope: Any, team: str) -> None:
            super().__init__(scope, team, user_id=team, access_control=ALL)

    assert str(inspect.signature(Mine)) == "(scope: Any, team: str)"


def test_every_metric_shows_the_options_that_the_cdk_has() -> None:
    assert len(METRICS) == 3 * 11  # of the interface, of the base class and of the class that an app makes
    cdk = set(inspect.signature(cloudwatch.MetricOptions.__init__).parameters) - {"self"}
    assert len(cdk) == 12
    imported = elasticache.ServerlessCache.from_serverless_cache_name(new_ground().stack, "It", "web")
    for metric in [type(imported).metric, *map(CALLABLES.__getitem__, METRICS)]:
        parameters = inspect.signature(metric).parameters.values()
        options = {it.name: it.default for it in parameters if it.kind is it.KEYWORD_ONLY}
        assert options == dict.fromkeys(cdk)
        assert not any(it.kind is it.VAR_KEYWORD for it in parameters)
        assert "dimensions_map: " in pydoc.plain(pydoc.render_doc(metric))


def test_the_keys_of_metric_options_are_those_of_the_cdk() -> None:
    cdk = set(inspect.signature(cloudwatch.MetricOptions.__init__).parameters) - {"self"}
    assert set(elasticache.MetricOptions.__annotations__) == cdk == set(documented(elasticache.MetricOptions))


def documented(it: Any) -> dict[str, str]:
    """What a docstring says of each parameter, in one line."""
    text = inspect.cleandoc(it.__doc__)
    found = re.findall(r"^:param (\w+): (.*(?:\n    .*)*)", text, re.MULTILINE)
    return {name: " ".join(words.split()) for name, words in found}


STRUCTS = [name for name, kind in PUBLIC.items() if is_dataclass(kind)]


@pytest.mark.parametrize("name", STRUCTS)
def test_each_field_of_a_struct_is_documented(name: str) -> None:
    assert documented(PUBLIC[name]).keys() == {field.name for field in fields(PUBLIC[name])}


DESCRIBED = {f"{name}Props": PUBLIC[name] for name in CONSTRUCTS} | {
    "ServerlessCacheAttributes": elasticache.ServerlessCache.from_serverless_cache_attributes,
    "UserBaseAttributes": elasticache.UserBase.from_user_attributes,
    "UserGroupAttributes": elasticache.UserGroup.from_user_group_attributes,
}


@pytest.mark.parametrize("name", DESCRIBED)
def test_a_struct_and_what_takes_its_fields_say_the_same_of_them(name: str) -> None:
    said = documented(DESCRIBED[name])
    assert said == documented(PUBLIC[name])


def user(ground: Ground, kind: Any = elasticache.IamUser) -> Any:
    return kind(ground.stack, "It", user_id="me", access_control=ALL)


@pytest.mark.parametrize(
    ("make", "shown"),
    [
        (user, "IamUser(user_id='me')"),
        (lambda it: user(it, elasticache.NoPasswordUser), "NoPasswordUser(user_id='me')"),
        (lambda it: user(it, type("Mine", (elasticache.IamUser,), {})), "Mine(user_id='me')"),
        (
            lambda it: elasticache.IamUser.from_user_id(it.stack, "It", "me"),
            "ImportedIamUser(user_id='me')",
        ),
        (
            lambda it: elasticache.UserGroup(it.stack, "It", user_group_name="us"),
            "UserGroup(user_group_name='us')",
        ),
        (
            lambda it: elasticache.UserGroup.from_user_group_name(it.stack, "It", "us"),
            "ImportedUserGroup(user_group_name='us')",
        ),
        (
            lambda it: elasticache.ServerlessCache(it.stack, "It", vpc=it.vpc, serverless_cache_name="web"),
            "ServerlessCache(serverless_cache_name='web')",
        ),
        (
            lambda it: elasticache.ServerlessCache.from_serverless_cache_name(it.stack, "It", "web"),
            "ImportedServerlessCache(serverless_cache_name='web')",
        ),
        (
            lambda it: elasticache.ServerlessCache.from_serverless_cache_name(it.stack, "It", "web").grants,  # type: ignore[attr-defined]
            "ServerlessCacheGrants(ImportedServerlessCache(serverless_cache_name='web'))",
        ),
        (lambda _: ALL, "AccessControl.from_access_string('on ~* +@all')"),
        (lambda _: elasticache.CacheEngine.VALKEY_7, None),
    ],
)
def test_a_repr_says_what_a_thing_is(make: Any, shown: str | None) -> None:
    it = make(new_ground())
    if shown is not None:
        assert repr(it) == shown
    else:
        assert "valkey" in repr(it)


def test_a_construct_that_is_being_made_has_a_repr() -> None:
    assert repr(elasticache.IamUser.__new__(elasticache.IamUser)) == "IamUser()"
