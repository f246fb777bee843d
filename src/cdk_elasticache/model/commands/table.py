"""A table of commands, read from a generated module when first asked for."""

from functools import cache
from importlib import import_module
from types import MappingProxyType

from ...errors import ValidationError
from .command import Command
from .modules import COMMANDS as MODULE_COMMANDS
from .modules import MODULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..engines import CacheEngine

#: engine: module of its table. An engine without a version is its newest, as for the service.
TABLES = {
    "valkey": "valkey_9",
    "valkey_9": "valkey_9",
    "valkey_8": "valkey_8",
    "valkey_7": "valkey_7",
    "redis": "redis_7",
    "redis_7": "redis_7",
}


class CommandTable:
    """The commands of one engine version; :func:`table` gives the only one there is.

    :param engine: ``valkey_9``, ``redis_7``...
    :param server: who was asked: ``Valkey`` or ``Redis OSS``.
    :param version: the version that was asked, ``9.1.2``.
    :param date: when, ``2026-11-22``.
    :param commands: every command and subcommand by its name, ``get``, ``config``, ``config|get``.
    :param categories: the members of each category, as ``ACL CAT <category>`` lists them, and those of the
        modules.
    """

    __slots__ = ("categories", "commands", "containers", "date", "engine", "server", "version")

    def __init__(
        self,
        engine: str,
        server: str,
        version: str,
        date: str,
        commands: "Mapping[str, Command]",
        categories: "Mapping[str, frozenset[str]]",
    ) -> None:
        self.engine = engine
        self.server = server
        self.version = version
        self.date = date
        self.commands = commands
        self.categories = categories
        #: The commands that have subcommands.
        self.containers = frozenset(command.parent for command in commands.values()) - {""}

    def find(self, words: "Sequence[bytes]") -> Command | None:
        """The command that a command line names, as the server looks it up; ``None`` for an unknown one.

        Case doesn't matter. A container alone is found as itself, though the server then refuses its arity.
        """
        names = [word.lower().decode("latin-1") for word in words[:2]]
        if not names or "|" in names[0]:  # "config|get" as one word is no command
            return None
        command = self.commands.get(names[0])
        if command is None or len(names) == 1 or names[0] not in self.containers:
            return command
        return self.commands.get("|".join(names))


def table(engine: "CacheEngine | str" = "valkey") -> CommandTable:
    """The commands of an engine.

    :param engine: ``valkey_9``, ``valkey_8``, ``valkey_7``, ``redis_7``, or ``valkey``, ``redis`` for the
        newest of each. Default: the newest Valkey.
    :raises ValidationError: ``UnknownEngine``: Memcached, which has no access strings, or a version without
        a table.
    """
    name = str(engine)
    if name not in TABLES:
        shown = name if name.isprintable() and len(name) < 80 else ascii(name)[:80]
        rule = f"engine must be one of {', '.join(TABLES)}, got {shown}"
        raise ValidationError("UnknownEngine", rule, parameter="engine", value=engine)
    return _load(TABLES[name])


@cache
def _load(name: str) -> CommandTable:
    source = import_module(f"{__package__}.tables.{name}")
    commands = _read(source.COMMANDS)
    for module in MODULES[name]:
        commands |= _read(MODULE_COMMANDS[module], module)
    members: dict[str, set[str]] = {name: set() for name in (*source.CATEGORIES.split(), *MODULES[name])}
    for command in commands.values():
        for category in command.categories:
            members[category].add(command.name)
    categories = {category: frozenset(names) for category, names in members.items()}
    return CommandTable(
        name,
        source.SERVER,
        source.VERSION,
        source.DATE,
        MappingProxyType(commands),  # everybody shares them
        MappingProxyType(categories),
    )


def _read(lines: str, module: str = "") -> dict[str, Command]:
    commands = {}
    for line in lines.splitlines():
        name, arity, group, flags, categories, *specs = line.split(" ")
        commands[name] = Command(
            name, int(arity), group, _names(flags), _names(categories), tuple(specs), module
        )
    return commands


@cache  # a few dozen combinations serve four hundred commands
def _names(field: str) -> frozenset[str]:
    return frozenset() if field == "-" else frozenset(field.split(","))
