"""The text that an engine shows for a user: always flags, keys, channels, commands, selectors.

Observed with ``ACL LIST`` (Valkey 7.2 to 9.1 alike, apart from payload and database rules, which
ElastiCache does not take; Redis OSS 7.0 shows the same rights in words of its own). One difference is on
purpose: what the engine could not read back as it was, a quote in a selector or ``%RW~*``, is written so that it can.
"""

from .rules import (
    Pattern,
    Rules,
    Scope,
    is_first_argument,
    is_safe_argument,
)
from .words import Word, selector_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..commands import CommandTable


def canonical(rules: Rules, table: "CommandTable", *, modules: bool = True) -> str:
    """Print rules as the engine of a table shows them.

    :param modules: whether to name the commands and categories of modules (JSON, Bloom), which a plain server
        does not have. Default: yes, as the service does.
    """
    root, *selectors = (words(scope, table, modules=modules) for scope in rules.scopes)
    state = "on" if rules.enabled else "off"
    return " ".join([state, *root, *map(selector_text, selectors)])


def module_words(rules: Rules, table: "CommandTable") -> tuple[str, ...]:
    """The words of rules about commands and categories that a plain server does not have."""
    said = [word for scope in rules.scopes for word in scope.commands]
    known = [word for word in said if _name(word, table, modules=True)]
    return tuple(word.text for word in known if not _name(word, table, modules=False))


def words(scope: Scope, table: "CommandTable", *, modules: bool = True) -> list[str]:
    """The words of one scope."""
    keys = ["~*"] if scope.all_keys else [_key(pattern) for pattern in scope.keys]
    channels = ["&*"] if scope.all_channels else ["resetchannels"]
    channels += [f"&{pattern.text}" for pattern in scope.channels]
    return keys + channels + _commands(scope, table, modules)


def _key(pattern: Pattern) -> str:
    if pattern.reads and pattern.writes:
        # "~*" would be every key, even the empty one, and refuse or forget the patterns beside it.
        return f"%RW~{pattern.text}" if pattern.text == "*" else f"~{pattern.text}"
    return f"%{'R' if pattern.reads else 'W'}~{pattern.text}"


def _commands(scope: Scope, table: "CommandTable", modules: bool) -> list[str]:
    """The start, then each rule where it was said last; a command's replaces those of its parts."""
    signs: dict[str, str] = {}
    parts: dict[str, list[str]] = {}
    for word in scope.commands:
        name = _name(word, table, modules=modules)
        if not name or (word.kind == "category" and word.name == "all"):
            continue
        for old in (name, *parts.pop(name, ())):
            signs.pop(old, None)
        signs[name] = "+" if word.allow else "-"
        if word.argument:
            parts.setdefault(word.base, []).append(name)
    start = "+@all" if scope.starts_with_all else "-@all"
    return [start, *(sign + name for name, sign in signs.items())]


def _name(word: Word, table: "CommandTable", *, modules: bool) -> str:
    """How a rule is shown; empty for one that the engine refuses."""
    if word.kind == "category":
        members = table.categories.get(word.name, frozenset())
        known = any(modules or not table.commands[member].module for member in members)
        return f"@{word.name}" if known or word.name == "all" else ""
    if is_first_argument(word, table):
        shown = word.name if table.server == "Valkey" else f"{word.base}|{word.argument}"  # in its own case
        return shown if is_safe_argument(word.argument) and _is_served(word.base, table, modules) else ""
    return word.name if word.name in table.commands and _is_served(word.name, table, modules) else ""


def _is_served(name: str, table: "CommandTable", modules: bool) -> bool:
    return modules or not table.commands[name].module
