"""One command: its row of a table, and what a command line with it touches."""

from ..record import Record
from .channels import channel_uses
from .keys import key_uses
from .serverless import refuses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .uses import ChannelUse, KeyUse


class Command(Record):
    """A command or a subcommand, as ``COMMAND INFO`` tells it.

    :param name: lower case, a subcommand after its container: ``get``, ``config|get``.
    :param arity: the number of words, the command's own included; ``-3`` means 3 or more.
    :param group: ``string``, ``hash``, ``connection``...: the ``group`` of ``COMMAND DOCS``.
    :param flags: ``write``, ``readonly``, ``no_auth``...: the third field of ``COMMAND INFO``.
    :param categories: its ACL categories without ``@``; ``all`` is not among them.
    :param specs: its key specs, in the notation of the tables: see :mod:`.keys`.
    :param module: ``json`` or ``bloom`` for a command known from documentation only; ``""`` for one that a
        plain server told about itself.

    https://valkey.io/commands/command-info/
    """

    __slots__ = ("arity", "categories", "flags", "group", "module", "name", "specs")
    name: str
    arity: int
    group: str
    flags: frozenset[str]
    categories: frozenset[str]
    specs: tuple[str, ...]
    module: str

    def __init__(
        self,
        name: str,
        arity: int,
        group: str,
        flags: frozenset[str],
        categories: frozenset[str],
        specs: tuple[str, ...],
        module: str = "",
    ) -> None:
        self._fill(
            name=name,
            arity=arity,
            group=group,
            flags=flags,
            categories=categories,
            specs=specs,
            module=module,
        )

    @property
    def parent(self) -> str:
        """The container of a subcommand: ``config`` of ``config|get``; else ``""``."""
        container, bar, _ = self.name.partition("|")
        return container if bar else ""

    @property
    def serverless(self) -> bool:
        """Whether ElastiCache Serverless runs it for anybody: :mod:`.serverless`."""
        return not refuses(self.name)

    def takes(self, words: "Sequence[bytes]") -> bool:
        """Whether the number of words is one the server would run, or try under ``ACL DRYRUN``."""
        return len(words) == self.arity if self.arity > 0 else len(words) >= -self.arity

    def keys(self, words: "Sequence[bytes]") -> "tuple[KeyUse, ...]":
        """The keys of a command line, each use in the order in which the server's ACL checks them.

        :param words: the whole command line, the command's own name included. One of a length that it doesn't
            take has no keys; one that is otherwise wrong has those the server's ACL sees in it, maybe none.
        """
        return key_uses(self.name, self.specs, words) if self.takes(words) else ()

    def channels(self, words: "Sequence[bytes]") -> "tuple[ChannelUse, ...]":
        """The channels of a command line whose permission the server's ACL checks.

        Leaving a channel (UNSUBSCRIBE and its kin) needs no permission, so has none.
        """
        return channel_uses(self.name, words) if self.takes(words) else ()
