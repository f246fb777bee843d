"""The error about one word of an access string: where it is, what rule it breaks, what was meant.

Nothing here shows a password or a hash: where a text holds one, neither the text nor the word is shown.
"""

from collections.abc import Iterable
from functools import lru_cache

from ...errors import ACCESS_STRING_CODES, AccessStringError

#: The way out, by code; a near word is better where there is one.
REMEDIES = {
    "AuthenticationRule": "say how the user logs in with its authentication mode",
    "BlankAccessString": "'off -@all' is a user who may do nothing",
    "ChannelAfterAllChannels": "put resetchannels before it, or leave it out",
    "ChannelWithoutResetchannels": "a user starts with every channel: put resetchannels before it",
    "DatabaseRule": "leave it out: a serverless cache has one database",
    "PasswordInAccessString": "give it to the user's authentication mode",
    "PatternAfterAllKeys": "put resetkeys before it, or leave it out",
    "PayloadRule": "leave it out",
    "ResetInAccessString": "leave it out: rules apply to a user who may do nothing yet",
    "UnmatchedParenthesis": "end the selector with a word whose last character is ')'",
    "UnsafeFirstArgument": "leave the blank or the quote out of the argument",
}

#: How much of a text and of a word an error shows, in characters.
_WIDTH = 72
_WORD = 40

_SECRET = (">", "<", "#", "!")
#: What begins a pattern, which may hold any of them. No command and no category does.
_PATTERNS = ("~", "%", "&")


def refuse(text: str, code: str, position: int, word: str, number: int, near: str = "") -> AccessStringError:
    """Make the error.

    :param text: the whole access string.
    :param code: one of :data:`cdk_elasticache.errors.ACCESS_STRING_CODES`.
    :param position: offset of the word in the text, in characters.
    :param number: which word it is, from 1.
    :param near: a word that was perhaps meant.
    """
    remedy = f"did you mean {show(near)}?" if near else REMEDIES.get(code, "")
    secret = holds_secret(text)
    shown = describe(word) if secret else show(word)
    got = f"{shown} (word {number}, character {position + 1})" if word else "nothing"
    message = f"access_string must {ACCESS_STRING_CODES[code]}, got {got}"
    return AccessStringError(
        code,
        message,
        remedy=remedy,
        position=position,
        word=shown if secret else word,
        value=f"an access string of {len(text)} characters" if secret else text,
        picture="" if secret or not word else _picture(text, position, len(word)),
    )


def holds_secret(text: str) -> bool:
    """Whether any word looks like a password or a hash, wherever it stands."""
    return first_secret(text) is not None


def first_secret(text: str) -> int | None:
    """The offset of the first word that looks like a password or a hash; None where there is none."""
    at = 0
    for word in text.split():
        at = text.index(word, at)
        if _is_secret(word):
            return at
        at += len(word)
    return None


def _is_secret(word: str) -> bool:
    bare = word.lstrip("('\"")
    is_hash = len(bare) >= 32 and all(char in "0123456789abcdefABCDEF" for char in bare)
    return is_hash or (bare[:1] not in _PATTERNS and any(mark in bare for mark in _SECRET))


def describe(word: str) -> str:
    """A word of a text that holds a secret: a secret by kind and length, any other as it is."""
    if not _is_secret(word):
        return show(word)
    kind = "hash" if word.lstrip("('\"")[:1] in ("#", "!") else "password"
    return f"a {kind} of {len(word) - 1} characters"


def show(word: str) -> str:
    """A word in quotes, cut where it is long, with what cannot be printed escaped."""
    cut = word if len(word) <= _WORD else word[:_WORD] + "…"
    return f"'{cut}'" if cut.isprintable() else ascii(cut)


def _picture(text: str, position: int, length: int) -> str:
    """The text in one line, and carets under the word."""
    start = max(0, position - _WIDTH // 2)
    line = "".join(char if char.isprintable() else "·" for char in text[start : start + _WIDTH])
    head = "…" if start else ""
    tail = "…" if start + _WIDTH < len(text) else ""
    carets = min(length, len(line) - (position - start))
    return f"    {head}{line}{tail}\n    {' ' * (len(head) + position - start)}{'^' * carets}"


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one; empty where none is like it. Long words have none: it takes time."""
    return _nearest(word, tuple(known)) if len(word) <= _WORD else ""


@lru_cache(maxsize=64)
def _nearest(word: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 (slow to import, and only errors need it)

    return next(iter(get_close_matches(word, known, n=1, cutoff=0.7)), "")
