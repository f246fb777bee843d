"""Access strings from what is meant, for those who don't want to learn the grammar."""

from collections.abc import Iterable

from ...errors import ArgumentTypeError, ValidationError
from .words import BLANKS

#: One text, or several.
Texts = str | Iterable[str]


def build(
    *,
    allow: Texts,
    deny: Texts,
    keys: Texts,
    read_keys: Texts,
    write_keys: Texts,
    channels: Texts,
    also: Iterable[str],
    enabled: bool,
) -> str:
    """The text of an access string: see :meth:`AccessString.build`.

    :param also: the text of each selector.
    """
    if not isinstance(enabled, bool):
        message = f"enabled must be True or False, got {type(enabled).__name__}"
        raise ArgumentTypeError("WrongType", message, parameter="enabled", value=enabled)
    words = ["on" if enabled else "off"]
    readable, writable = _texts("read_keys", read_keys), _texts("write_keys", write_keys)
    words += _keys("~", _texts("keys", keys), "read_keys" if readable else "write_keys" if writable else "")
    words += [f"%R~{pattern}" for pattern in readable]
    words += [f"%W~{pattern}" for pattern in writable]
    words += _channels(_texts("channels", channels))
    words += _commands("allow", allow, "+", "-@all") + _commands("deny", deny, "-", "")
    return " ".join([*words, *also])


def _keys(mark: str, patterns: list[str], beside: str) -> list[str]:
    if "*" in patterns and (len(patterns) > 1 or beside):
        rule = f"keys must be '*' alone or patterns without it, got {patterns!r}"
        message = f"{rule}, with {beside}" if beside else rule
        raise ValidationError("RedundantPattern", message, parameter="keys", value=patterns)
    return [mark + pattern for pattern in patterns]


def _channels(patterns: list[str]) -> list[str]:
    if patterns == ["*"]:
        return ["&*"]
    if "*" in patterns:
        message = f"channels must be '*' alone or patterns without it, got {patterns!r}"
        raise ValidationError("RedundantPattern", message, parameter="channels", value=patterns)
    return ["resetchannels", *(f"&{pattern}" for pattern in patterns)]


def _commands(parameter: str, names: Texts, sign: str, start: str) -> list[str]:
    found = _texts(parameter, names)
    for name in found:
        if name[:1] in ("+", "-", "") or name in ("@", "|"):
            message = f"{parameter} must be names such as 'get', 'config|get' or '@read', got {name!r}"
            raise ValidationError("CommandName", message, parameter=parameter, value=name)
    if sign == "+" and "@all" in found[:1]:
        start = ""
    return [*([start] if start else ()), *(sign + name for name in found)]


def _texts(parameter: str, texts: Texts) -> list[str]:
    """One or several texts as a list.

    :raises ArgumentTypeError: something else than text.
    :raises ValidationError: ``BlankInRule``: a blank or NUL, which would end the word.
    """
    found: list[object] = [texts]
    if isinstance(texts, Iterable) and not isinstance(texts, (str, bytes)):
        found = list(texts)
    for text in found:
        if not isinstance(text, str):
            kind = type(text).__name__
            message = f"{parameter} must be text, or several texts, got {kind}"
            raise ArgumentTypeError("WrongType", message, parameter=parameter, value=text)
        if any(char in text for char in BLANKS + "\0"):
            message = f"{parameter} must be without blanks and NUL, got {text!r}"
            remedy = "'?' matches any one character"
            raise ValidationError("BlankInRule", message, remedy=remedy, parameter=parameter, value=text)
    return [text for text in found if isinstance(text, str)]
