"""Passwords: ``AuthenticationMode.Passwords``, and 16 to 128 printable characters, none of ``,`` ``"`` ``/`` ``@``."""

from string import ascii_letters, digits, punctuation

import pytest

from cdk_elasticache.model.passwords import check_passwords, describe, mistakes_in_passwords

from .refusals import Refusal, refusal

FIRST, SECOND = "first-password-1", "second-password-2"


@pytest.mark.parametrize(
    "passwords",
    [
        [FIRST],
        [FIRST, SECOND],
        ["a" * 16],
        ["a" * 128],
        [ascii_letters + digits],
        ["".join(sign for sign in punctuation if sign not in ',"/@')],
        ["with blanks in it"],
    ],
)
def test_one_or_two_passwords_of_16_to_128_characters_are_taken(passwords: list[str]) -> None:
    check_passwords(passwords)


@pytest.mark.parametrize("count", [0, 3, 4])
def test_no_password_and_more_than_two_are_refused(count: int) -> None:
    assert refusal(check_passwords, [FIRST + str(number) for number in range(count)]) == Refusal(
        "InvalidPasswordCount",
        "passwords",
        f"{count} of them",
        f"passwords must hold one or two passwords, got {count} of them",
    )


@pytest.mark.parametrize("length", [0, 1, 15, 129])
def test_a_password_shorter_than_16_or_longer_than_128_characters_is_refused(length: int) -> None:
    got = f"a password of {length} characters"
    assert refusal(check_passwords, [FIRST, "z" * length]) == Refusal(
        "InvalidPassword", "passwords", got, f"passwords must have 16 to 128 characters each, got {got}"
    )


@pytest.mark.parametrize("sign", [",", '"', "/", "@", "\n", "\t", "\0", "\x7f"])
def test_a_password_with_a_sign_that_the_service_refuses_is_refused(sign: str) -> None:
    got = "another one in a password of 17 characters"
    assert refusal(check_passwords, [f"{'z' * 16}{sign}"]) == Refusal(
        "InvalidPassword",
        "passwords",
        got,
        f'passwords must hold only printable characters other than , " / @, got {got}',
    )


def test_the_same_password_twice_is_refused() -> None:
    got = "a password of 16 characters twice"
    assert refusal(check_passwords, [FIRST, FIRST]) == Refusal(
        "DuplicatePassword", "passwords", got, f"passwords must differ from each other, got {got}"
    )


def test_all_that_is_wrong_with_passwords_is_told() -> None:
    told = [mistake.code for mistake in mistakes_in_passwords(["short", "@" * 16, "@" * 16])]
    assert told == ["InvalidPasswordCount", *["InvalidPassword"] * 3, "DuplicatePassword"]


@pytest.mark.parametrize("passwords", [[None], [None, None], [None, FIRST], [FIRST, None]])
def test_a_password_that_is_not_known_yet_passes(passwords: list[str | None]) -> None:
    check_passwords(passwords)


def test_an_unknown_password_counts() -> None:
    assert refusal(check_passwords, [None, None, None]).code == "InvalidPasswordCount"


def test_a_password_is_described_by_its_length_alone() -> None:
    assert describe("hunter2") == "a password of 7 characters"
