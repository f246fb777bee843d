"""What an access string allows in total."""

from typing import NamedTuple

from .rules import Rules, Scope, allowed_commands, is_first_argument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..commands import CommandTable


class ScopeSummary(NamedTuple):
    """What the rules outside the parentheses, or one selector, allow; of commands that Serverless runs.

    :param number: 0 outside the parentheses, 1 for the first selector.
    :param keys: patterns of keys to read and write; ``*`` for every key.
    :param read_keys: patterns of keys to read only.
    :param write_keys: patterns of keys to write only.
    :param channels: patterns of channels; ``*`` for every channel.
    :param whole: categories allowed wholly.
    :param partly: categories allowed in part: the category, and how many of how many commands.
    :param commands: every command allowed, sorted.
    :param denied: every command not allowed, sorted.
    :param arguments: commands allowed with one first argument only: ``select|0``.
    """

    number: int
    keys: tuple[str, ...]
    read_keys: tuple[str, ...]
    write_keys: tuple[str, ...]
    channels: tuple[str, ...]
    whole: tuple[str, ...]
    partly: tuple[tuple[str, int, int], ...]
    commands: tuple[str, ...]
    denied: tuple[str, ...]
    arguments: tuple[str, ...]


class Summary(NamedTuple):
    """What an access string allows.

    :param enabled: whether the user may log in.
    :param scopes: the rules outside the parentheses, then each selector.
    """

    enabled: bool
    scopes: tuple[ScopeSummary, ...]


def summarize(rules: Rules, table: "CommandTable") -> Summary:
    """Sum rules up for the engine of a table."""
    return Summary(rules.enabled, tuple(_scope(scope, table) for scope in rules.scopes))


def _scope(scope: Scope, table: "CommandTable") -> ScopeSummary:
    both, reads, writes = (
        tuple(pattern.text for pattern in scope.keys if (pattern.reads, pattern.writes) == mode)
        for mode in ((True, True), (True, False), (False, True))
    )
    channels = ("*",) if scope.all_channels else tuple(pattern.text for pattern in scope.channels)
    commands = allowed_commands(scope, table)
    whole, partly = _categories(commands, table)
    arguments = tuple(word.text[1:] for word in scope.commands if is_first_argument(word, table))
    denied = [name for name, each in table.commands.items() if each.serverless and name not in commands]
    keys = ("*",) if scope.all_keys else both
    lists = tuple(sorted(commands)), tuple(sorted(denied)), arguments
    return ScopeSummary(scope.number, keys, reads, writes, channels, whole, partly, *lists)


def _categories(
    commands: frozenset[str], table: "CommandTable"
) -> tuple[tuple[str, ...], tuple[tuple[str, int, int], ...]]:
    whole: list[str] = []
    partly: list[tuple[str, int, int]] = []
    for category, members in sorted(table.categories.items()):
        served = frozenset(name for name in members if table.commands[name].serverless)
        has = len(served & commands)
        if has and has == len(served):
            whole.append(category)
        elif has:
            partly.append((category, has, len(served)))
    return tuple(whole), tuple(partly)
