"""Which values are known now. Others pass every check untouched: CDK tokens, and dummies of look-ups.

Tokens are told here by their encoding, since asking ``Token.is_unresolved`` costs a call into Node for each argument;
a test holds the two equal.
"""

import re
import struct
from collections.abc import Sequence
from typing import TypeVar

from ..model.references import REFERENCE, has_reference
from .lookups import is_dummy

T = TypeVar("T")

#: ``${Token[name.12]}`` within a string, or a number token that was turned into text.
_IN_TEXT = re.compile(r"\$\{Token\[[a-zA-Z0-9:._-]+\]\}|-1\.[0-9]{10,16}e\+289")
_IN_LIST = re.compile(r"#\{Token\[[a-zA-Z0-9:._-]+\]\}")
#: The upper 16 bits of the double that stands for a number token.
_NUMBER_MARK = b"\xfb\xff"


def is_token(value: object) -> bool:
    """Whether a string, number or list stands for a value that isn't known yet, or holds one."""
    if isinstance(value, str):
        return "Token[" in value and _IN_TEXT.search(value) is not None
    if isinstance(value, float | int):
        # An int is one too where a caller wrote int(token); no other int comes near it.
        return value < -1e289 and _is_token_number(value)
    if isinstance(value, Sequence):
        return len(value) == 1 and isinstance(value[0], str) and _IN_LIST.search(value[0]) is not None
    return False


def _is_token_number(value: float) -> bool:
    try:
        return struct.pack(">d", value)[:2] == _NUMBER_MARK
    except OverflowError:  # an int beyond every double
        return False


def is_known(value: object) -> bool:
    """Whether a value may be judged: it is neither a token nor the dummy of a look-up."""
    return not (is_token(value) or is_dummy(value))


def is_literal(text: str) -> bool:
    """Whether a text may be judged as a whole: it may be, and holds no dynamic reference."""
    return is_known(text) and not has_reference(text)


def known(value: T | None) -> T | None:
    """Give the value where it may be judged, else ``None``."""
    return value if is_known(value) else None


def in_lower_case(name: str) -> str:
    """Give a name as ElastiCache stores it. What stands for another text keeps its letters."""
    return name if is_token(name) or has_reference(name) else name.lower()


def hide_unknown(text: str) -> tuple[str, dict[str, str]]:
    """Replace each token and dynamic reference within a text by a plain word, so that the text can be split.

    Returns the text, and what each word stands for.
    """
    hidden: dict[str, str] = {}

    def hide(match: re.Match[str]) -> str:
        word = f"<token{len(hidden)}>"
        hidden[word] = match.group()
        return word

    for pattern in (_IN_TEXT, REFERENCE):
        text = pattern.sub(hide, text)
    return text, hidden
