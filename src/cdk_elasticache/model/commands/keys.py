"""Which words of a command line are keys, and what permission each needs: as the server's ACL sees it.

The server first follows the command's key specs. A spec says where keys begin and how to go on from there:

==============================  ===========================================================================
in a table                      meaning
==============================  ===========================================================================
``RO,access@1>range:-2:1:0``    from word 1 to the last but one, each word; they are read
``RW,insert@2>range:0:1:0``     word 2 alone; it is written
``…@STREAMS:1>range:-1:1:2``    after the word STREAMS, sought from word 1 on: the first half of the rest
``…@1>keynum:0:1:1``            word 1 holds their number, they begin one word after it
``…@?>?``                       no rule can tell
==============================  ===========================================================================

``access`` needs the read permission; ``insert``, ``update`` and ``delete`` the write permission; a spec with
``not_key`` is passed over: its word only says which node to ask. https://valkey.io/topics/key-specs/

Where a spec cannot be followed (``?``, ``incomplete``, or a line that is wrong or too short for it), or any
has ``variable_flags``, the server asks the command's own function, if there is one: :mod:`.own_keys`.

The judge is ``COMMAND GETKEYSANDFLAGS``: tests/model/commands/test_keys.py. One thing is not followed there:
a number of keys beyond 2**31, where servers before 9 wrap around. None of them would run such a command.
"""

from functools import cache

from .own_keys import FUNCTIONS, same_word
from .uses import KeyUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Spec:
    """One key spec of a table, read."""

    __slots__ = ("find", "flags", "keyword", "numbers", "reads", "start", "writes")

    def __init__(self, text: str) -> None:
        flags, _, rest = text.partition("@")
        begin, _, find = rest.partition(">")
        keyword, _, start = begin.rpartition(":")
        self.flags = frozenset(flags.split(","))
        self.reads = "access" in self.flags
        self.writes = not self.flags.isdisjoint(("insert", "update", "delete"))
        self.keyword = keyword.encode()
        self.start = 0 if start == "?" else int(start)
        self.find, *numbers = find.split(":")
        self.numbers = [int(number) for number in numbers]


@cache  # a few dozen combinations serve four hundred commands
def _read(specs: tuple[str, ...]) -> tuple[Spec, ...]:
    return tuple(map(Spec, specs))


def key_uses(name: str, specs: tuple[str, ...], words: "Sequence[bytes]") -> tuple[KeyUse, ...]:
    """The keys of a command line, in the order in which the server checks them."""
    read = _read(specs)
    if read and not any("variable_flags" in spec.flags for spec in read):
        found = _follow(read, words)
        if found is not None:
            return tuple(found)
    return tuple(FUNCTIONS[name](words)) if name in FUNCTIONS else ()


def _follow(specs: "Sequence[Spec]", words: "Sequence[bytes]") -> list[KeyUse] | None:
    """The keys that the specs find; None when one of them cannot be followed to its end."""
    found: list[KeyUse] = []
    for spec in specs:
        if "not_key" in spec.flags:
            continue
        begin = _begin(spec, words)
        if begin is None:  # an optional part that is not there
            continue
        places = _places(spec, begin, words)
        if places is None or "incomplete" in spec.flags:
            return None
        found += [KeyUse(words[place], spec.reads, spec.writes) for place in places if place < len(words)]
    return found


def _begin(spec: Spec, words: "Sequence[bytes]") -> int | None:
    """Where the keys of a spec begin; None when its keyword is not there."""
    if not spec.keyword:
        return spec.start
    # A keyword that is the last word (forward), or word 1 (backward), is not looked at: nothing follows it.
    sought = range(spec.start, len(words) - 1) if spec.start > 0 else range(len(words) + spec.start, 1, -1)
    return next((place + 1 for place in sought if same_word(words[place], spec.keyword)), None)


def _places(spec: Spec, begin: int, words: "Sequence[bytes]") -> range | None:
    """Which words the spec says are keys; None when the line is not long enough, or no rule can tell."""
    if spec.find == "range":
        last_key, step, limit = spec.numbers
        first = begin
        if last_key >= 0:
            last = first + last_key
        elif limit:
            last = first + (len(words) - first) // limit + last_key
        else:
            last = len(words) + last_key
    elif spec.find == "keynum":
        number_at, first_key, step = spec.numbers
        number = _number(words[begin + number_at]) if begin + number_at < len(words) else None
        if number is None:
            return None
        first = begin + first_key
        last = first + (number - 1) * step
    else:
        return None
    return range(first, last + 1, step) if first <= last < len(words) else None


def _number(word: bytes) -> int | None:
    """A number as the protocol writes it: no plus sign, no blank, no leading zero; None for another word."""
    try:
        number = int(word)
    except ValueError:
        return None
    return number if b"%d" % number == word and -(2**63) <= number < 2**63 else None
