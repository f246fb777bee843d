"""A secret, thrown at every argument of every callable, never comes out again."""

import traceback
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import pytest
from aws_cdk import SecretValue, Token

import cdk_elasticache as elasticache

from .callables import arguments, calls
from .ground import Ground, new_ground, warnings

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
    "opaque", ["dummy-value-for-/app", Token.as_string({"Ref": "X"})], ids=["dummy", "token"]
)
def test_an_access_string_that_cannot_be_judged_shows_no_secret_either(opaque: str) -> None:
    control = elasticache.AccessControl.from_access_string(f"on ~{opaque} >{SECRET} +get")
    props = elasticache.IamUserProps(user_id="app", access_control=control)
    assert "+get" in repr(control)
    assert SECRET not in repr(control) + repr(props)


@pytest.mark.parametrize(
    "value", ["a <b c", "<script>", "#1", "on time > 3", "a!b", "x #tag", 3, None, ["a"], "!"]
)
def test_what_is_no_access_string_is_shown_as_it_is(value: object) -> None:
    assert elasticache.ElastiCacheError("X", f"got {value!r}", value=value).value in (value, "<…")
