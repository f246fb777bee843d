r"""Glob patterns, matched byte for byte as the server matches keys and channels.

=============  ==============================================================================
pattern        matches
=============  ==============================================================================
``*``          any bytes, none included; but nothing except the empty pattern matches nothing
``?``          one byte
``[abc]``      one of these bytes; ``[a-c]`` a range, either end first
``[^abc]``     one byte that is none of these
``\x``         the byte ``x`` itself
anything else  itself
=============  ==============================================================================

Corners, all observed on Valkey 9.1 and Redis OSS 7.0: a class that is not closed ends with the pattern,
``[a-]`` is the range from ``a`` to ``]``, a last ``\`` is itself, bytes above 127 count as negative in a
range, and a pattern that must pass more than a thousand ``*`` matches nothing (the server's guard against
patterns made to be slow). KEYS is documented at https://valkey.io/commands/keys/.

A pattern compiles to *steps*: :data:`STAR`, or a set of bytes as an integer with one bit for each.
"""

from functools import lru_cache

#: The step of ``*``; every other step is a set of bytes.
STAR = -1

#: Every byte: the step of ``?``.
ANY = (1 << 256) - 1

#: The server gives up below this depth of ``*`` inside ``*``.
_DEEPEST = 1000


@lru_cache(maxsize=1024)
def steps(pattern: bytes) -> tuple[int, ...]:
    """Compile a pattern; runs of ``*`` count once."""
    found: list[int] = []
    at = 0
    while at < len(pattern):
        step, at = _step(pattern, at)
        if step != STAR or not found or found[-1] != STAR:
            found.append(step)
    return tuple(found)


def _step(pattern: bytes, at: int) -> tuple[int, int]:
    """The step at an offset, and the offset after it."""
    char = pattern[at : at + 1]
    if char == b"*":
        return STAR, at + 1
    if char == b"?":
        return ANY, at + 1
    if char == b"[":
        return _class(pattern, at + 1)
    if char == b"\\" and at + 1 < len(pattern):
        at += 1
    return 1 << pattern[at], at + 1


def _class(pattern: bytes, at: int) -> tuple[int, int]:
    """The set of bytes of a ``[...]`` whose first byte inside is at an offset, and the offset after it."""
    inverted = pattern[at : at + 1] == b"^"
    at += inverted
    members = 0
    while at < len(pattern) and pattern[at] != ord("]"):
        left = len(pattern) - at
        if pattern[at] == ord("\\") and left >= 2:
            members |= 1 << pattern[at + 1]
            at += 2
        elif left >= 3 and pattern[at + 1] == ord("-"):
            members |= _range(pattern[at], pattern[at + 2])
            at += 3
        else:
            members |= 1 << pattern[at]
            at += 1
    return (ANY ^ members if inverted else members), at + 1


def _range(start: int, end: int) -> int:
    """A range as the server sees it, whose bytes are signed."""
    low, high = sorted((_signed(start), _signed(end)))
    return sum(1 << (byte & 0xFF) for byte in range(low, high + 1))


def _signed(byte: int) -> int:
    return byte - 256 if byte > 127 else byte


def matches(pattern: bytes, subject: bytes) -> bool:
    """Whether a pattern matches the whole of a subject.

    Greedy with one way back, to the last ``*``: at most length of pattern times length of subject.
    """
    if not subject:
        return not pattern
    todo = steps(pattern)
    if todo[:-1].count(STAR) > _DEEPEST:
        return False
    at = seen = 0
    star, restart = -1, 0
    while seen < len(subject):
        if at < len(todo) and todo[at] == STAR:
            star, restart = at, seen
            at += 1
        elif at < len(todo) and todo[at] >> subject[seen] & 1:
            at += 1
            seen += 1
        elif star >= 0:
            restart += 1
            at, seen = star + 1, restart
        else:
            return False
    return at == len(todo) or todo[at:] == (STAR,)
