"""Words into rules: what remains when the words have been applied from left to right.

A user has one *scope* outside all parentheses and one for each selector; each starts from nothing, but with
every channel (``acl-pubsub-default allchannels``, as ElastiCache sets it). A command line is allowed when one
scope allows all of it: https://valkey.io/topics/acl/ ("Selectors").

The commands of a scope stay words, since what they stand for depends on the engine: :func:`touches` says it.
The last word that touches a command decides.
"""

from typing import NamedTuple

from ...errors import AccessStringError
from .refusal import refuse
from .words import BLANKS, Report, Word, lower, to_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..commands import CommandTable


class Pattern(NamedTuple):
    """A key pattern, or a channel pattern, which both reads and writes.

    :param glob: the pattern as the server matches it.
    :param text: the same, as text.
    :param word: the word that added it.
    """

    glob: bytes
    text: str
    reads: bool
    writes: bool
    word: Word


class Scope(NamedTuple):
    """The rules outside the parentheses, or those of one selector.

    :param number: 0 outside the parentheses, 1 for the first selector.
    :param all_keys: the word that allows every key.
    :param keys: the key patterns, empty where every key is allowed.
    :param all_channels: every channel is allowed, from the beginning or by a word.
    :param channels: the channel patterns, empty where every channel is allowed.
    :param commands: the words about commands since the last ``+@all`` or ``-@all``, that one included.
    """

    number: int
    all_keys: Word | None
    keys: tuple[Pattern, ...]
    all_channels: bool
    channels: tuple[Pattern, ...]
    commands: tuple[Word, ...]

    @property
    def starts_with_all(self) -> bool:
        """Whether it started from ``+@all``, and so allows commands that no table has."""
        return bool(self.commands) and self.commands[0].name == "all" and self.commands[0].allow


class Rules(NamedTuple):
    """What an access string comes to.

    :param enabled: whether the user may log in.
    :param scopes: the rules outside the parentheses, then each selector that is left.
    :param dropped: channel words that the engine refuses, as every channel is allowed already.
    """

    enabled: bool
    scopes: tuple[Scope, ...]
    dropped: tuple[Word, ...]


def fold(text: str, words: tuple[Word, ...], report: Report | None = None) -> Rules:
    """Apply words in order.

    :param text: where they were read, for the error.
    :param report: takes the error of a word, and the others are applied. Default: raise it.
    :raises AccessStringError: ``PatternAfterAllKeys``, ``ChannelAfterAllChannels``: the engine refuses a
        pattern that adds nothing to everything.
    """
    dropped: list[Word] = []
    enabled = False
    report = report or _raise
    scopes = [_scope(text, words, dropped, report)]
    for word in words:
        if word.kind == "state":
            enabled = word.allow
        elif word.kind == "selector":  # one that is cleared later must be right all the same
            scopes.append(_scope(text, word.inner, dropped, report, len(scopes)))
        elif word.kind == "clearselectors":
            del scopes[1:]
    return Rules(enabled, tuple(scopes), tuple(dropped))


def _raise(error: AccessStringError) -> None:
    raise error


def _scope(text: str, words: tuple[Word, ...], dropped: list[Word], report: Report, number: int = 0) -> Scope:
    all_keys: Word | None = None
    keys: dict[str, Pattern] = {}
    all_channels: Word | bool = True
    channels: dict[str, Pattern] = {}
    commands: list[Word] = []
    for word in words:
        if word.kind in ("allkeys", "resetkeys"):
            all_keys = word if word.kind == "allkeys" else None
            keys.clear()
        elif word.kind == "key":
            if all_keys:
                report(refuse(text, "PatternAfterAllKeys", word.position, word.text, word.number))
            _add(keys, word)
        elif word.kind in ("allchannels", "resetchannels"):
            all_channels = word if word.kind == "allchannels" else False
            channels.clear()
        elif word.kind == "channel" and all_channels is True:
            dropped.append(word)
        elif word.kind == "channel":
            if all_channels:
                report(refuse(text, "ChannelAfterAllChannels", word.position, word.text, word.number))
            _add(channels, word)
        elif word.kind in ("command", "category"):
            if word.kind == "category" and word.name == "all":
                commands.clear()
            commands.append(word)
    values = tuple(keys.values()), bool(all_channels), tuple(channels.values()), tuple(commands)
    return Scope(number, all_keys, *values)


def _add(patterns: dict[str, Pattern], word: Word) -> None:
    """The same pattern once; its permissions add up where it stands first."""
    old = patterns.get(word.name)
    if old:
        patterns[word.name] = old._replace(reads=old.reads or word.reads, writes=old.writes or word.writes)
    else:
        patterns[word.name] = Pattern(to_bytes(word.name), word.name, word.reads, word.writes, word)


def touches(word: Word, table: "CommandTable") -> frozenset[str]:
    """The commands that a word allows or denies; none for a first argument, or what the table doesn't have.

    A container stands for its subcommands, in a category too.
    """
    if word.kind == "category":
        return _category(word.name, table)
    if word.name not in table.commands:
        return frozenset()
    return _with_subcommands(table).get(word.name) or frozenset((word.name,))


def is_first_argument(word: Word, table: "CommandTable") -> bool:
    """Whether ``+select|0`` is about an argument: the command has no subcommands."""
    named = word.kind == "command" and bool(word.argument) and word.allow
    return named and word.base in table.commands and word.base not in table.containers


#: What words stand for, by engine of the table: tables are made once.
_CATEGORIES: dict[tuple[str, str], frozenset[str]] = {}
_CONTAINERS: dict[str, dict[str, frozenset[str]]] = {}


def _category(name: str, table: "CommandTable") -> frozenset[str]:
    key = (table.engine, name)
    if key not in _CATEGORIES:
        members = frozenset(table.commands) if name == "all" else table.categories.get(name, frozenset())
        groups = _with_subcommands(table)
        _CATEGORIES[key] = members.union(*(groups[member] for member in members if member in groups))
    return _CATEGORIES[key]


def _with_subcommands(table: "CommandTable") -> dict[str, frozenset[str]]:
    """Each container with its subcommands."""
    if table.engine not in _CONTAINERS:
        groups: dict[str, set[str]] = {container: {container} for container in table.containers}
        for command in table.commands:
            if "|" in command:
                groups[command.partition("|")[0]].add(command)
        _CONTAINERS[table.engine] = {name: frozenset(members) for name, members in groups.items()}
    return _CONTAINERS[table.engine]


def deciding_word(scope: Scope, name: str, argument: bytes | None, table: "CommandTable") -> Word | None:
    """The last word that decides about a command with a first argument; None where no word does."""
    for word in reversed(scope.commands):
        if word.argument and word.base == name and is_first_argument(word, table):
            # The server folds the case of A to Z on both sides.
            if argument is not None and to_bytes(lower(word.argument)) == argument.lower():
                return word
        elif name in touches(word, table):
            return word
    return None


def allowed_commands(scope: Scope, table: "CommandTable") -> frozenset[str]:
    """The commands of a scope that Serverless runs, whatever their arguments."""
    left = set(table.commands)
    allowed: set[str] = set()
    for word in reversed(scope.commands):
        touched = touches(word, table) & left
        left -= touched
        if word.allow:
            allowed |= touched
    return frozenset(name for name in allowed if table.commands[name].serverless)


def is_safe_argument(argument: str) -> bool:
    """Whether an engine can print the rule again: Valkey 9.1 and Redis OSS 7.0 crash at others."""
    return not any(char in argument for char in "\"'" + BLANKS)
