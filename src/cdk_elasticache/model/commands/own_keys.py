"""Commands whose keys no key spec can tell, or not with all their permissions.

Each function here answers for its command when :mod:`.keys` could not follow the specs: because the keyword
may stand anywhere (SORT), because an option decides whether the key is read or written (SET), or because the
line is wrong. In that last case the server may know the keys but not what would happen to them; then neither
permission is asked. Learned from ``COMMAND GETKEYSANDFLAGS``; the options are those of
https://valkey.io/commands/. A line has at least as many words as its command's arity asks for.
"""

from .uses import KeyUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Words = Sequence[bytes]


def same_word(word: bytes, option: bytes) -> bool:
    """Whether a word is that option, as the server compares: case doesn't matter, a zero byte ends it."""
    return word.partition(b"\0")[0].lower() == option.lower()


def _option(word: bytes, *options: bytes) -> bytes:
    """Which of the options the word is; empty for none."""
    return next((option for option in options if same_word(word, option)), b"")


def _set(words: "Words") -> "Iterator[KeyUse]":
    """SET key value [GET …]: GET makes it read as well."""
    yield KeyUse(words[1], any(same_word(word, b"get") for word in words[3:]), True)


def _bitfield(words: "Words") -> "Iterator[KeyUse]":
    """BITFIELD key [GET … | SET … | INCRBY … | OVERFLOW …]: with GET alone it is only read."""
    place, writes = 2, False
    while place < len(words) and not writes:
        option = _option(words[place], b"get", b"overflow")
        needs = {b"get": 2, b"overflow": 1}.get(option, 0)
        writes = not needs or place + needs >= len(words)  # SET, INCRBY, or a line that is wrong
        place += 1 + needs
    yield KeyUse(words[1], True, writes)


def _sort(words: "Words") -> "Iterator[KeyUse]":
    """SORT key [BY p] [LIMIT n m] [GET p …] [STORE destination]: the last STORE counts."""
    yield KeyUse(words[1], True, False)
    skip = {b"limit": 2, b"get": 1, b"by": 1}
    place, stored = 2, 0
    while place < len(words):
        option = _option(words[place], b"limit", b"get", b"by", b"store")
        if option == b"store" and place + 1 < len(words):
            stored = place + 1  # the destination is looked at again: it may be called STORE
        place += 1 + skip.get(option, 0)
    if stored:
        yield KeyUse(words[stored], False, True)


def _sort_ro(words: "Words") -> "Iterator[KeyUse]":
    """SORT_RO key …: nothing else is a key."""
    yield KeyUse(words[1], True, False)


def _georadius(words: "Words") -> "Iterator[KeyUse]":
    """GEORADIUS key … [STORE destination | STOREDIST destination]: the last one counts."""
    yield KeyUse(words[1], True, False)
    place, stored = 5, 0
    while place + 1 < len(words):
        if _option(words[place], b"store", b"storedist"):
            stored = place = place + 1
        place += 1
    if stored:
        yield KeyUse(words[stored], False, True)


def _migrate(words: "Words") -> "Iterator[KeyUse]":
    """MIGRATE host port key|"" db timeout [COPY] [REPLACE] [AUTH p | AUTH2 u p] [KEYS key …]."""
    keys = words[3:4]
    skip = {b"auth": 1, b"auth2": 2}
    place = 6
    while place < len(words):
        option = _option(words[place], b"auth", b"auth2", b"keys")
        if option == b"keys":
            keys = words[place + 1 :] if not words[3] else ()
            break
        place += 1 + skip.get(option, 0)
    return (KeyUse(key, True, True) for key in keys)


def _xread(words: "Words") -> "Iterator[KeyUse]":
    """XREAD and XREADGROUP on a line whose STREAMS no spec could follow."""
    skip = {b"block": 1, b"count": 1, b"group": 2, b"noack": 0}
    place = 1
    while place < len(words) and (option := _option(words[place], *skip)):
        place += 1 + skip[option]
    rest = words[place + 1 :] if place < len(words) and same_word(words[place], b"streams") else ()
    keys = rest[: len(rest) // 2] if len(rest) % 2 == 0 else ()
    return (KeyUse(key, False, False) for key in keys)


def _numbered(number_at: int, stored_at: int = 0) -> "Callable[[Words], Iterator[KeyUse]]":
    """Commands that say how many keys follow, on a line whose number no spec could read.

    :param stored_at: where the destination stands; 0 for none. It comes last.
    """

    def uses(words: "Words") -> "Iterator[KeyUse]":
        first = number_at + 1
        number = _leading_number(words[number_at])
        if 1 <= number <= len(words) - first:
            for key in words[first : first + number]:
                yield KeyUse(key, False, False)
            if stored_at:
                yield KeyUse(words[stored_at], False, False)

    return uses


def _leading_number(word: bytes) -> int:
    """The number a word begins with, as C's ``atoi`` reads it; 0 for none."""
    text = word.lstrip(b" \t\n\v\f\r")
    sign = -1 if text.startswith(b"-") else 1
    text = text[1:] if text[:1] in (b"+", b"-") else text
    digits = text[: len(text) - len(text.lstrip(b"0123456789"))].lstrip(b"0")
    number = max(-(2**63), min(sign * int(digits[:20] or b"0"), 2**63 - 1))
    return (number + 2**31) % 2**32 - 2**31  # a long, cut to an int


#: command: its own function.
FUNCTIONS: "dict[str, Callable[[Words], Iterator[KeyUse]]]" = {
    "set": _set,
    "bitfield": _bitfield,
    "sort": _sort,
    "sort_ro": _sort_ro,
    "georadius": _georadius,
    "georadiusbymember": _georadius,
    "migrate": _migrate,
    "xread": _xread,
    "xreadgroup": _xread,
    **dict.fromkeys(("zunionstore", "zinterstore", "zdiffstore"), _numbered(2, stored_at=1)),
    **dict.fromkeys(
        ("zunion", "zinter", "zdiff", "zintercard", "sintercard", "lmpop", "zmpop"), _numbered(1)
    ),
    **dict.fromkeys(("blmpop", "bzmpop"), _numbered(2)),
    **dict.fromkeys(("eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro"), _numbered(2)),
}
