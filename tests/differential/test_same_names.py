"""Every name, argument and default of the alpha module is ours too, with the same spelling."""

import inspect
from dataclasses import fields, is_dataclass
from typing import Any, get_args, is_typeddict

import pytest

import cdk_elasticache as ours

alpha: Any = pytest.importorskip("aws_cdk.aws_elasticache_alpha", reason="it fits one version of aws-cdk-lib")

#: Constructors that nobody calls: hidden ones, and those of interfaces.
UNCALLED = {
    "AccessControl.__init__",
    "CacheEngine.__init__",
    "IServerlessCache.__init__",
    "IUser.__init__",
    "IUserGroup.__init__",
    "ServerlessCacheGrants.__init__",
    "UserEngine.__init__",
}

MEMBERS = [
    f"{name}.{member}"
    for name in alpha.__all__
    for member in dir(getattr(alpha, name))
    if (member == "__init__" or not member.startswith("_")) and f"{name}.{member}" not in UNCALLED
]


def find(library: Any, path: str) -> Any:
    """A member; of a struct of ours, a field stands for itself."""
    name, member = path.split(".")
    kind = getattr(library, name)
    if is_dataclass(kind) and member in {field.name for field in fields(kind)}:
        return property()
    return getattr(kind, member)


def parameters(function: Any) -> tuple[list[str], set[tuple[str, bool]]]:
    """Positional parameters in order, keywords with whether they may be left out."""
    positional, keywords = [], set()
    for parameter in inspect.signature(function, eval_str=False).parameters.values():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            (options,) = get_args(parameter.annotation)
            assert is_typeddict(options)
            keywords |= {(name, True) for name in options.__optional_keys__}
        elif parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            keywords.add((parameter.name, parameter.default is not parameter.empty))
        else:
            positional.append(f"{parameter.kind.name} {parameter.name.lstrip('_')}")
    return positional, keywords


def test_every_public_name_is_there() -> None:
    assert set(alpha.__all__) <= set(ours.__all__)


@pytest.mark.parametrize("path", MEMBERS)
def test_a_member_is_there_and_takes_the_same_arguments(path: str) -> None:
    theirs, mine = find(alpha, path), find(ours, path)
    assert callable(mine) == callable(theirs)
    if callable(theirs):
        assert parameters(mine) == parameters(theirs)


@pytest.mark.parametrize("name", [name for name in alpha.__all__ if name.endswith("Engine")])
def test_a_member_of_an_engine_says_the_same(name: str) -> None:
    theirs, mine = getattr(alpha, name), getattr(ours, name)
    members = [member for member in dir(theirs) if member.isupper()]
    assert [getattr(mine, member).to_string() for member in members] == [
        getattr(theirs, member).to_string() for member in members
    ]


@pytest.mark.parametrize(
    "name", ["IamUser", "NoPasswordUser", "PasswordUser", "ServerlessCache", "UserGroup"]
)
def test_the_injection_id_is_the_same(name: str) -> None:
    assert getattr(ours, name).PROPERTY_INJECTION_ID == getattr(alpha, name).PROPERTY_INJECTION_ID
