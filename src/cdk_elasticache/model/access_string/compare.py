"""Does one access string allow anything that another doesn't? Proved, or shown by an example, or left open.

For every command, every scope of the first must be within one scope of the second: the command, the keys for
each permission that the command can ask for, the channels. That is enough for a proof and not necessary (two
scopes may cover a third together), so where it fails an example is sought, and it counts only when
:func:`~cdk_elasticache.model.access_string.decide.decide` agrees. Both are bounded.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from ...errors import ValidationError
from .decide import decide
from .inclusion import difference, example
from .rules import (
    Pattern,
    Rules,
    Scope,
    allowed_commands,
    is_first_argument,
    touches,
)
from .words import lower, to_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..commands import Command, CommandTable

#: Scopes on either side beyond which the question is left open.
_SCOPES = 64

#: Command lines tried before the search for an example ends.
_TRIES = 4_000

#: Commands that make the best examples.
_TELLING = ("get", "set", "publish")

#: What stands where no key or channel does; GET makes SET read as well.
_FILLS = (b"1", b"GET")

#: Permissions a key can need: (read, write).
_MODES = ((False, False), (True, False), (False, True), (True, True))


class Difference(NamedTuple):
    """What one access string allows and another doesn't; false when it is proved that there is nothing.

    :param outcome: ``none``, ``witness`` or ``undecided``.
    :param command: for a witness, the command.
    :param key: for a witness, the key or channel that makes the difference; may be empty.
    :param line: for a witness, the whole command line.
    :param reason: for a witness, why the other denies it.
    """

    outcome: str
    command: str = ""
    key: str = ""
    line: tuple[str, ...] = ()
    reason: str = ""

    def __bool__(self) -> bool:
        return self.outcome != "none"


class Grant(NamedTuple):
    """What commands a scope allows.

    :param scope: the scope.
    :param names: commands, whatever their arguments.
    :param arguments: for other commands, the first arguments with which they are allowed.
    """

    scope: Scope
    names: frozenset[str]
    arguments: dict[str, frozenset[str]]


def compare(one: Rules, other: Rules, table: "CommandTable") -> Difference:
    """What ``one`` allows and ``other`` doesn't."""
    if not one.enabled:
        return Difference("none")
    if max(len(one.scopes), len(other.scopes)) > _SCOPES:
        return Difference("undecided")
    search = _Comparison(one, other, table)
    open_ones = [(name, grant) for grant in search.ours for name in search.open(grant)]
    if not open_ones:
        return Difference("none")
    open_ones.sort(key=lambda pair: (_TELLING.index(pair[0]) if pair[0] in _TELLING else 9, pair[0]))
    return search.witness(open_ones) or Difference("undecided")


def grant(scope: Scope, table: "CommandTable") -> Grant:
    """Which commands a scope allows, to be served by Serverless."""
    arguments: dict[str, set[str]] = {}
    touched: set[str] = set()
    for word in reversed(scope.commands):
        if is_first_argument(word, table) and word.base not in touched:
            arguments.setdefault(word.base, set()).add(lower(word.argument))
        touched |= touches(word, table)
    names = allowed_commands(scope, table)
    left = {name: frozenset(args) for name, args in arguments.items() if name not in names}
    served = {name: args for name, args in left.items() if table.commands[name].serverless}
    return Grant(scope, names, served)


class _Comparison:
    """One comparison, with what it has found out about pairs of scopes."""

    def __init__(self, one: Rules, other: Rules, table: "CommandTable") -> None:
        self.one, self.other, self.table = one, other, table
        self.ours = [grant(scope, table) for scope in one.scopes]
        self.theirs = [grant(scope, table) for scope in other.scopes] if other.enabled else []
        self._within: dict[tuple[int, int, tuple[bool, bool]], bool] = {}
        self._tries = _TRIES

    def open(self, ours: Grant) -> Iterator[str]:
        """The commands of a scope that no scope of the other is proved to cover."""
        free = {name for name, each in self.table.commands.items() if "no_auth" in each.flags}
        if not self.other.enabled:  # logging in, which needs no rule, is a difference
            yield from sorted(free)
        for name in sorted(ours.names.union(ours.arguments) - free):
            command = self.table.commands[name]
            if not any(self._covers(theirs, ours, command) for theirs in self._granting(ours, name)):
                yield name

    def _granting(self, ours: Grant, name: str) -> list[Grant]:
        """The scopes of the other that allow a command with every first argument of ours."""
        mine = ours.arguments.get(name)
        return [
            theirs
            for theirs in self.theirs
            if name in theirs.names or (mine and mine <= theirs.arguments.get(name, frozenset()))
        ]

    def _covers(self, theirs: Grant, ours: Grant, command: "Command") -> bool:
        keys = all(self._keys_within(ours.scope, theirs.scope, mode) for mode in modes(command))
        return keys and (not _has_channels(command) or _channels_within(ours.scope, theirs.scope))

    def _keys_within(self, ours: Scope, theirs: Scope, mode: tuple[bool, bool]) -> bool:
        at = (ours.number, theirs.number, mode)
        if at not in self._within:
            self._within[at] = bool(theirs.all_keys) or (
                not ours.all_keys and _within(_opening(ours.keys, mode), _opening(theirs.keys, mode))
            )
        return self._within[at]

    def witness(self, open_ones: list[tuple[str, Grant]]) -> Difference | None:
        """A command line that one allows and the other doesn't."""
        for name, ours in open_ones:
            command = self.table.commands[name]
            for subject in self._subjects(ours, command):
                for line in _lines(command, subject, ours.arguments.get(name)):
                    found = self._try(line, subject)
                    if found:
                        return found
                    if self._tries <= 0:
                        return None
        return None

    def _try(self, line: list[bytes], subject: bytes) -> Difference | None:
        self._tries -= 1
        try:
            if not decide(self.one, line, self.table):
                return None
            denied = decide(self.other, line, self.table)
        except ValidationError:  # not a line that the engine would take
            return None
        if denied:
            return None
        texts = tuple(word.decode("utf-8", "surrogateescape") for word in line)
        key = subject.decode("utf-8", "surrogateescape") if subject in line[1:] else ""
        return Difference("witness", "|".join(_names(line, self.table)), key, texts, denied.reason)

    def _subjects(self, ours: Grant, command: "Command") -> Iterator[bytes]:
        """Keys and channels that ours allows and none of the other's scopes does, if they can be found."""
        theirs = self._granting(ours, command.name)
        if _has_channels(command):
            mine = (b"*",) if ours.scope.all_channels else _globs(ours.scope.channels)
            yield from _outside(mine, [pattern for grant in theirs for pattern in grant.scope.channels])
        for mode in modes(command):
            mine = (b"*",) if ours.scope.all_keys else _globs(_opening(ours.scope.keys, mode))
            others = [pattern for grant in theirs for pattern in _opening(grant.scope.keys, mode)]
            yield from _outside(mine, others)
        yield b"1"
        yield b""


def _outside(mine: Sequence[bytes], others: Sequence[Pattern]) -> Iterator[bytes]:
    globs = _globs(others)
    for pattern in mine[:32]:
        found = difference(pattern, globs) if globs else example(pattern)
        if found is not None:
            yield found


def _globs(patterns: Sequence[Pattern]) -> tuple[bytes, ...]:
    return tuple(pattern.glob for pattern in patterns)


def _opening(patterns: Sequence[Pattern], mode: tuple[bool, bool]) -> list[Pattern]:
    reads, writes = mode
    return [pattern for pattern in patterns if pattern.reads >= reads and pattern.writes >= writes]


def _within(ours: Sequence[Pattern], theirs: Sequence[Pattern]) -> bool:
    others = _globs(theirs)
    return all(difference(pattern.glob, others) is None for pattern in ours)


def _channels_within(ours: Scope, theirs: Scope) -> bool:
    return theirs.all_channels or (not ours.all_channels and _within(ours.channels, theirs.channels))


def _has_channels(command: "Command") -> bool:
    return bool(command.channels([b"name", b"channel", b"message"]))


def modes(command: "Command") -> tuple[tuple[bool, bool], ...]:
    """The permissions that a key of a command can need; all where its key specs don't say."""
    found: set[tuple[bool, bool]] = set()
    for spec in command.specs:
        flags = spec.partition("@")[0].split(",")
        if not {"variable_flags", "incomplete"}.isdisjoint(flags) or "?" in spec:
            return _MODES[:2] if "readonly" in command.flags else _MODES
        if "not_key" not in flags:
            found.add(("access" in flags, not {"insert", "update", "delete"}.isdisjoint(flags)))
    return tuple(sorted(found))


def _names(line: Sequence[bytes], table: "CommandTable") -> list[str]:
    command = table.find(line)
    return [command.name] if command else []


def _lines(command: "Command", subject: bytes, arguments: frozenset[str] | None) -> Iterator[list[bytes]]:
    """Command lines with a key or channel in one place or in all."""
    name = [part.encode() for part in command.name.split("|")]
    least = max(abs(command.arity), len(name))
    firsts = [[to_bytes(argument)] for argument in sorted(arguments)[:4]] if arguments else [[]]
    for count in (least,) if command.arity > 0 else range(least, least + 4):
        for first in firsts:
            rest = count - len(name) - len(first)
            for place, fill in product(range(rest), _FILLS):
                yield [*name, *first, *(subject if at == place else fill for at in range(rest))]
            yield [*name, *first, *(subject for _ in range(rest))]
