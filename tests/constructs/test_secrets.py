"""No message, value, repr or log line holds a password."""

import traceback
from typing import Any

import pytest
from aws_cdk import SecretValue

import cdk_elasticache as elasticache
from cdk_elasticache import ArgumentTypeError

from .ground import ALL, Ground, refusal
from .making import password_user, plain

SECRET = "hunter2"
LONG = "hunter2-hunter2-hunter2"


@pytest.mark.parametrize(
    "passwords",
    [
        SECRET,
        LONG,
        SECRET.encode(),
        LONG.encode(),
        [SECRET],
        [LONG],
        [LONG.encode()],
        {LONG: LONG},
        [{LONG: LONG}],
        plain(SECRET),
        plain(SECRET)[0],
        plain(LONG, LONG),
        plain(f"{LONG}@"),
        plain(LONG, SECRET),
        plain(LONG * 10),
        plain(f"{LONG}1", f"{LONG}2", f"{LONG}3"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_refused_password_is_not_shown(passwords: Any, ground: Ground, here: str) -> None:
    told, error = refusal(lambda: password_user(passwords=passwords)(ground, here))
    shown = [str(error), repr(error), repr(error.args), error.message, repr(told.value), str(told.value)]
    shown += traceback.format_exception(error)
    assert told.parameter.startswith("passwords")
    assert all(SECRET not in text for text in shown)


def test_a_password_given_as_text_is_told_by_its_length(ground: Ground, here: str) -> None:
    told, error = refusal(lambda: password_user(passwords=[LONG])(ground, here))
    assert (told.kind, told.parameter, told.value) == (
        ArgumentTypeError,
        "passwords[0]",
        "a str of 23 characters",
    )
    assert error.message == (
        "passwords[0] must be a SecretValue, got a str of 23 characters; write SecretValue.secrets_manager('my-secret')"
    )


def test_the_repr_of_a_struct_does_not_show_passwords() -> None:
    wrong: Any = [LONG]
    assert LONG not in repr(elasticache.PasswordUserProps(user_id="app", access_control=ALL, passwords=wrong))


def test_a_user_does_not_show_its_passwords(ground: Ground, here: str) -> None:
    user = password_user(passwords=[SecretValue.unsafe_plain_text(LONG)])(ground, here)
    assert LONG not in repr(user) + str(user)


def test_a_password_in_an_access_string_is_not_shown() -> None:
    told, error = refusal(lambda: elasticache.AccessControl.from_access_string(f"on >{LONG} ~* +@all"))
    shown = [str(error), repr(error), repr(told.value), *traceback.format_exception(error, limit=0)]
    assert all(SECRET not in text for text in shown)
