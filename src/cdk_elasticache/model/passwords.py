"""What a password must be like.

Source: ``AuthenticationMode.Passwords`` of ``AWS::ElastiCache::User`` and
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html. No message here shows a password.
"""

from collections.abc import Iterator, Sequence

from ..errors import ValidationError
from .references import has_reference, mask_references

SHORTEST, LONGEST = 16, 128
MOST = 2
FORBIDDEN = ',"/@'


def describe(password: str) -> str:
    """Say of a password all that may be said of it."""
    return f"a password of {len(password)} characters"


def check_passwords(passwords: Sequence[str | None]) -> None:
    """Refuse passwords that the service refuses. ``None``: one that has no value yet.

    :raises ValidationError: ``InvalidPasswordCount``, ``InvalidPassword`` or ``DuplicatePassword``.
    """
    for mistake in mistakes_in_passwords(passwords):
        raise mistake


def mistakes_in_passwords(passwords: Sequence[str | None]) -> Iterator[ValidationError]:
    """Every reason for which :func:`check_passwords` would refuse."""
    if not 1 <= len(passwords) <= MOST:
        yield _refused("InvalidPasswordCount", "hold one or two passwords", f"{len(passwords)} of them")
    known = [password for password in passwords if password is not None]
    for password in known:
        # What a dynamic reference stands for has a length of its own, and characters that nobody knows here.
        judged = mask_references(password, "")
        shortest = 0 if has_reference(password) else SHORTEST
        if not shortest <= len(judged) <= LONGEST:
            yield _refused(
                "InvalidPassword", f"have {SHORTEST} to {LONGEST} characters each", describe(password)
            )
        if not judged.isprintable() or any(character in FORBIDDEN for character in judged):
            rule = 'hold only printable characters other than , " / @'
            yield _refused("InvalidPassword", rule, f"another one in {describe(password)}")
    if len(set(known)) < len(known):
        yield _refused("DuplicatePassword", "differ from each other", f"{describe(known[0])} twice")


def _refused(code: str, rule: str, got: str) -> ValidationError:
    return ValidationError(code, f"passwords must {rule}, got {got}", parameter="passwords", value=got)
