"""Which values are CDK tokens: values that are known only at deployment, and pass every check untouched.

Told here by their encoding, since asking ``Token.is_unresolved`` costs a call into Node for each argument; a test
holds the two equal.
"""

import re
import struct
from collections.abc import Sequence
from typing import TypeVar

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


def literal(value: T | None) -> T | None:
    """Give the value where it is known now, else ``None``."""
    return None if is_token(value) else value


def hide_tokens(text: str) -> tuple[str, dict[str, str]]:
    """Replace each token within a text by a plain word, so that the text can be split.

    Returns the text, and what each word stands for.
    """
    hidden: dict[str, str] = {}

    def hide(match: re.Match[str]) -> str:
        word = f"<token{len(hidden)}>"
        hidden[word] = match.group()
        return word

    return _IN_TEXT.sub(hide, text), hidden
