"""Does one glob pattern match all that another matches? Decided exactly, within a bound.

A pattern is a row of steps, so a set of places in it is an integer with one bit a place. Walking two patterns
side by side over every kind of byte finds the shortest subject that one matches and the other doesn't, or
that there is none.
"""

from functools import lru_cache

from .glob import ANY, STAR, matches, steps

#: How many pairs of sets of places are looked at before the question counts as undecided.
BOUND = 2_000

#: Patterns with more steps than this are not walked at all.
_LONGEST = 400

#: Bytes that read well in an example come first.
_READABLE = sorted(range(256), key=lambda byte: (not chr(byte).isalnum() or byte > 127, byte < 33, byte))


class Walker:
    """The places that can be reached in some patterns at once, read as one row of steps."""

    def __init__(self, patterns: tuple[bytes, ...]) -> None:
        self.stars = self.start = self.ends = 0
        self._users: dict[int, int] = {}
        at = 0
        for pattern in patterns:
            self.start |= 1 << at
            for step in steps(pattern):
                if step == STAR:
                    self.stars |= 1 << at
                else:
                    self._users[step] = self._users.get(step, 0) | 1 << at
                at += 1
            self.ends |= 1 << at
            at += 1
        self.sets = list(self._users)
        self.start = self._pass_stars(self.start)

    def after(self, places: int, byte: int) -> int:
        """Where one can be after a byte."""
        moved = 0
        for members, users in self._users.items():
            if members >> byte & 1:
                moved |= (places & users) << 1
        return self._pass_stars(moved | (places & self.stars))

    def _pass_stars(self, places: int) -> int:
        """A ``*`` may also match nothing; two never follow each other."""
        return places | (places & self.stars) << 1


def includes(wide: bytes, narrow: bytes) -> bool:
    """Whether it is proved that ``wide`` matches whatever ``narrow`` matches."""
    known = example(narrow)  # settles most questions at once
    return (known is None or matches(wide, known)) and difference(narrow, (wide,)) is None


def difference(pattern: bytes, others: tuple[bytes, ...]) -> bytes | None:
    """A subject that a pattern matches and none of the others does.

    :returns: None where it is proved that there is none; ``b""`` also where the question is undecided, for
        the caller to try: ask :func:`~cdk_elasticache.model.access_string.glob.matches`.
    """
    if pattern in others or (b"*" in others and pattern):
        return None
    return _difference(pattern, others)


@lru_cache(maxsize=512)
def _difference(pattern: bytes, others: tuple[bytes, ...]) -> bytes | None:
    if any(len(steps(each)) > _LONGEST for each in (pattern, *others)):
        return b""
    if not pattern:  # it matches nothing else than the empty subject, and nothing else matches that
        return b""
    left, right = Walker((pattern,)), Walker(others)
    alphabet = _alphabet(left.sets + right.sets)
    seen = {(left.start, right.start)}
    todo = [(left.start, right.start, b"")]
    for places, other, subject in todo:
        for byte in alphabet:
            here, there = left.after(places, byte), right.after(other, byte)
            longer = subject + bytes((byte,))
            if here & left.ends and not there & right.ends:
                return longer
            if not here or (here, there) in seen:
                continue
            if len(seen) >= BOUND:
                return b""
            seen.add((here, there))
            todo.append((here, there, longer))
    return None


def _alphabet(sets: list[int]) -> list[int]:
    """One byte of each kind that no set tells apart, readable ones first."""
    kinds = {ANY}
    for members in sets:
        kinds = {part for kind in kinds for part in (kind & members, kind & ~members) if part}
    return sorted((_readable(kind) for kind in kinds), key=_READABLE.index)


def _readable(members: int) -> int:
    """The byte of a set that reads best."""
    return next(byte for byte in _READABLE if members >> byte & 1)


def example(pattern: bytes) -> bytes | None:
    """A short subject that a pattern matches; None where nothing does."""
    subject = bytes(_readable(step) for step in steps(pattern) if step not in (STAR, 0))
    if pattern and not subject:  # only stars, and a star alone does not match the empty subject
        subject = b"a"
    return subject if matches(pattern, subject) else None
