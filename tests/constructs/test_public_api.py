"""Every name, parameter, default, property and method of the alpha module exists here, spelled the same."""

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

import cdk_elasticache as elasticache

alpha = pytest.importorskip("aws_cdk.aws_elasticache_alpha", reason="it fits one version of aws-cdk-lib")

Parameter = tuple[str, str, object]

#: What differs, and why.
DIFFERENCES = {
    ("CacheEngine", "__init__"): "a value with fields; upstream's can only be made with of()",
    ("UserEngine", "__init__"): "a value with a field; upstream's can only be made with of()",
    ("AccessControl", "__init__"): "an abstract class of Python's own, without a constructor of its own",
    ("ServerlessCacheGrants", "__init__"): "upstream's can only be made with from_serverless_cache()",
    ("UserGroupBase", "add_user"): "the parameter is called user, as in UserGroup; upstream's base has _user",
}


def members(kind: type) -> Iterator[str]:
    """The public members, and the constructor."""
    yield "__init__"
    yield from (name for name in dir(kind) if not name.startswith(("_", "jsii_")))


ALL_MEMBERS = [(name, member) for name in sorted(alpha.__all__) for member in members(getattr(alpha, name))]


def parameters(function: Any) -> list[Parameter]:
    """Name, kind and default of each parameter, keyword-only ones by name."""
    found: list[Parameter] = [
        (parameter.name, parameter.kind.name, parameter.default)
        for parameter in inspect.signature(function).parameters.values()
    ]
    positional = [it for it in found if it[1] != "KEYWORD_ONLY"]
    return positional + sorted((it for it in found if it[1] == "KEYWORD_ONLY"), key=lambda it: it[0])


def is_property(kind: type, name: str) -> bool:
    if is_dataclass(kind):
        return name in {field.name for field in fields(kind)}
    return isinstance(inspect.getattr_static(kind, name), property)


def test_the_26_names_of_the_alpha_module_are_exported() -> None:
    assert len(alpha.__all__) == 26
    assert set(alpha.__all__) <= set(elasticache.__all__)


@pytest.mark.parametrize(("name", "member"), ALL_MEMBERS)
def test_a_member_of_the_alpha_module_exists_and_is_of_its_kind(name: str, member: str) -> None:
    theirs, ours = getattr(alpha, name), getattr(elasticache, name)
    if isinstance(inspect.getattr_static(theirs, member), property):
        assert is_property(ours, member)
    else:
        assert callable(getattr(theirs, member)) == callable(getattr(ours, member))


METHODS = [(name, member) for name, member in ALL_MEMBERS if callable(getattr(getattr(alpha, name), member))]


@pytest.mark.parametrize(("name", "member"), [it for it in METHODS if it not in DIFFERENCES])
def test_a_method_takes_the_same_arguments_with_the_same_defaults(name: str, member: str) -> None:
    theirs, ours = (getattr(getattr(module, name), member) for module in (alpha, elasticache))
    assert parameters(ours) == parameters(theirs)


@pytest.mark.parametrize(("name", "member"), DIFFERENCES)
def test_a_difference_that_is_allowed_is_one(name: str, member: str) -> None:
    theirs, ours = (getattr(getattr(module, name), member) for module in (alpha, elasticache))
    assert parameters(ours) != parameters(theirs)


def test_static_members_are_static_here_too() -> None:
    for name, member in METHODS:
        static = inspect.ismethod(getattr(getattr(alpha, name), member))
        assert (
            inspect.ismethod(getattr(getattr(elasticache, name), member))
            or not static
            or member == "from_access_string"
        )
