"""Wrong, odd and huge values, thrown at every argument of every callable: an error that names it, or success."""

import datetime
import decimal
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from aws_cdk import Duration, SecretValue, Stack, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

import cdk_elasticache as elasticache

from . import making
from .callables import arguments, calls
from .ground import ALL, Ground, new_ground


class Array:
    """Like an array of numpy: its truth and its comparisons are arrays, or raise."""

    def __bool__(self) -> bool:
        raise ValueError("The truth value of an array with more than one element is ambiguous.")

    def __eq__(self, other: object) -> Any:
        return self

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> Any:
        if index >= 2:
            raise IndexError
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter((1, 2))


class Text(str):
    """A str of one's own class."""


class Shy:
    """Every attribute is there, and none can be had."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("no")


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)
ODD: dict[str, Any] = {
    "none": None,
    "true": True,
    "zero": 0,
    "below zero": -1,
    "fraction": 1.5,
    "nan": float("nan"),
    "infinite": float("inf"),
    "huge": 10**400,
    "decimal": decimal.Decimal("1.5"),
    "complex": 1j,
    "empty": "",
    "blank": " \t\n",
    "nul": "a\0b",
    "surrogate": "\ud800",
    "unicode": "ü漢\u202e🙂",
    "long": "x" * 100_000,
    "newline": "app\n",
    "arn": "arn:aws:elasticache:eu-west-1:111122223333:user:app\n",
    "own text": Text("app"),
    "bytes": b"app",
    "list": [],
    "nones": [None],
    "nested": [[["a"]]],
    "circle": CIRCLE,
    "tuple": ("a", 1),
    "dict": {},
    "keys": {1: 2},
    "surrogate key": {"\ud800": 1},
    "unknown key": {"colour": "red"},
    "set": {"a"},
    "range": range(3),
    "generator": (it for it in "ab"),
    "class": dict,
    "function": print,
    "object": object(),
    "array": Array(),
    "arrays": [Array()],
    "shy": Shy(),
    "error": ValueError("x"),
    "date": datetime.date(2026, 1, 1),
    "text token": Token.as_string({"Ref": "X"}),
    "list token": Token.as_list({"Ref": "X"}),
    "number token": Token.as_number({"Ref": "X"}),
    "secret": SecretValue.unsafe_plain_text("x"),
    "stack": Stack(),
    "cache": elasticache.ServerlessCache,
    "ellipsis": ...,
}


def flaw(name: str, call: Callable[[], object]) -> str:
    """What is wrong with the way that a call ends; ``""`` where it is right."""
    try:
        call()
    except elasticache.ElastiCacheError as error:
        printable = error.message.encode(errors="replace").decode() == error.message
        return "" if printable and len(error.message) < 1000 else f"unreadable: {error.message[:200]!a}"
    except TypeError as error:
        # Python's own, or the CDK's check of a type: it says which argument.
        return "" if re.search(rf"\b{name}\b", str(error)) else f"TypeError: {error}"[:200]
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]
    return ""


@pytest.mark.parametrize("label", ODD)
def test_an_odd_value_is_taken_or_refused_by_name(label: str) -> None:
    ground, flaws = new_ground(), {}
    for index, (call, positional, options) in enumerate(calls(ground, "It")):
        for name in arguments(call, positional):
            place = tuple(f"It{index}{name}" if it == "It" else it for it in positional)
            found = flaw(name, partial(call, *place, **{**options, name: ODD[label]}))
            if found:
                flaws[getattr(call, "__qualname__", ""), name] = found
    assert flaws == {}


class Like:
    """Something with the attributes that an argument must have."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


def calls_with_an_attribute(ground: Ground, odd: Any) -> dict[str, Callable[[str], object]]:
    """Calls whose argument is of an app's own class, with an odd value behind an attribute."""
    user = elasticache.IamUser(ground.stack, "User", user_id="app", access_control=ALL)
    group = elasticache.UserGroup(ground.stack, "Group")
    role = iam.Role(ground.stack, "Role", assumed_by=iam.AccountRootPrincipal())
    size = Like(to_gibibytes=lambda: odd)
    subnets: list[Any] = [Like(subnet_id=odd, availability_zone="a")]

    def user_with(**attributes: Any) -> object:
        return Like(**{"user_id": "other", "user_arn": "x", **attributes})

    return {
        "actions": lambda _: user.grant(role, odd),
        "grantee": lambda _: user.grant_connect(Like(grant_principal=odd)),  # type: ignore[arg-type]
        "user_id": lambda _: group.add_user(user_with(user_id=odd)),  # type: ignore[arg-type]
        "user_name": lambda _: group.add_user(user_with(user_name=odd)),  # type: ignore[arg-type]
        "engine_type": lambda _: group.add_user(user_with(engine=Like(engine_type=odd))),  # type: ignore[arg-type]
        "engine": lambda _: group.add_user(user_with(engine=odd)),  # type: ignore[arg-type]
        "user_group_name": partial(
            making.cache(user_group=Like(user_group_name=odd, user_group_arn="x")), ground
        ),
        "major_engine_version": partial(
            making.cache(engine=Like(engine_type="valkey", major_engine_version=odd)), ground
        ),
        "kms_key": partial(making.cache(kms_key=Like(key_id=odd)), ground),
        "backup_time": partial(making.cache(backup={"backup_time": Like(expression_string=odd)}), ground),
        "data_storage_minimum_size": partial(making.limits(data_storage_minimum_size=size), ground),
        "security_groups": partial(making.cache(security_groups=[Like(security_group_id=odd)]), ground),
        "vpc_subnets": partial(making.cache(vpc_subnets=ec2.SubnetSelection(subnets=subnets)), ground),
        "passwords": partial(making.password_user(passwords=[Like(unsafe_unwrap=lambda: odd)]), ground),
        "access_string": partial(making.iam_user(access_control=Like(access_string=odd)), ground),
    }


@pytest.mark.parametrize("label", ODD)
def test_an_odd_value_behind_an_attribute_is_taken_or_refused_by_name(label: str) -> None:
    found = {
        name: flaw(name, partial(call, f"It{name}"))
        for name, call in calls_with_an_attribute(new_ground(), ODD[label]).items()
    }
    assert {name: it for name, it in found.items() if it} == {}


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("color", 5, "WrongType"),
        ("period", 5, "WrongType"),
        ("unit", "Count", "WrongType"),
        ("visible", "yes", "WrongType"),
        ("metric_name", 5, "WrongType"),
        ("dimensions_map", {"a": 5}, "WrongType"),
        ("dimensions_map", {"a": ""}, "InvalidMetric"),
        ("period", Duration.seconds(7), "InvalidMetric"),
    ],
)
def test_a_wrong_option_of_a_metric_has_a_code_and_a_place(
    option: str, value: object, code: str, ground: Ground, here: str
) -> None:
    made = elasticache.ServerlessCache.from_serverless_cache_name(ground.stack, here, "mine")
    options: dict[str, Any] = {"metric_name": "Evictions", option: value}
    with pytest.raises(elasticache.ElastiCacheError, match=f" at Stack/{here}") as caught:
        made.metric(**options)
    assert (caught.value.code, str(caught.value).startswith((option, "metric must"))) == (code, True)


def test_an_unknown_option_of_a_metric_is_told_by_name(ground: Ground, here: str) -> None:
    made = elasticache.ServerlessCache.from_serverless_cache_name(ground.stack, here, "mine")
    with pytest.raises(TypeError, match="colour"):
        made.metric("Evictions", colour="red")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "selection",
    [
        {"availability_zones": ("us-east-1a", "us-east-1b")},
        {"availability_zones": "us-east-1a"},
        {"availability_zones": 5},
        {"subnet_type": "Private"},
        {"subnet_filters": "x"},
        {"subnets": 5},
        {"subnets": [5]},
        {"one_per_az": "yes"},
        {"subnet_group_name": 5},
        {5: 5},
        {"subnetType": ec2.SubnetType.PUBLIC},
        [],
        5,
        "Private",
    ],
    ids=str,
)
def test_an_odd_selection_of_subnets_is_taken_or_refused_by_name(
    selection: Any, ground: Ground, here: str
) -> None:
    make = partial(elasticache.ServerlessCache, ground.stack, here, vpc=ground.vpc, vpc_subnets=selection)
    assert "" in {
        flaw(str(name), make) for name in ("vpc_subnets", *(selection if isinstance(selection, dict) else ()))
    }
