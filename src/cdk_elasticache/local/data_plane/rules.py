"""What holds for every connection of a cache: made once for each snapshot."""

from functools import cache

from ...model.commands import table
from ...model.commands.serverless import REFUSED, refuses
from .plain import PlainCounter
from .snapshot import Snapshot
from .views import info_fields, reader_of, shown_users

#: The longest Lua script, in bytes: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/RedisConfiguration.html
SCRIPT = 4 * 1024 * 1024
#: The most keys that a connection may watch: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html
WATCHED = 1_000

#: What changes the state of a connection that the gate follows, or what the gate answers in its own way.
LOOKED_AT = frozenset((
    "auth", "hello", "multi", "exec", "discard", "reset", "watch", "unwatch", "scan", "readonly", "readwrite",
    "flushall", "flushdb", "info", "subscribe", "ssubscribe", "unsubscribe", "sunsubscribe",
))  # fmt: skip


@cache
def plain_names(commands: str) -> frozenset[bytes]:
    """The commands that a gate on the primary port passes on unseen."""
    known = table(commands)
    names = [
        name.encode()
        for name in known.commands
        if "|" not in name and name not in known.containers and name not in LOOKED_AT and not refuses(name)
    ]
    return frozenset(names) | frozenset(name.upper() for name in names)


class Rules:
    """What the gates of one cache go by.

    :param snapshot: what is served.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.table = table(snapshot.commands)
        self.plain = PlainCounter(plain_names(snapshot.commands))
        self.users = shown_users(snapshot)
        self.reader = reader_of(snapshot)
        self.iam = frozenset(user.name.encode() for user in snapshot.users if user.authentication == "iam")
        self.primary = f"{snapshot.host}:{snapshot.port}".encode()
        self.redis = snapshot.engine == "redis"
        self.info = info_fields(snapshot)
        self.signed_in = snapshot.open_default or any(
            user.name == "default" and user.authentication == "no-password-required"
            for user in snapshot.users
        )
        # The most commands that are sent on at once, a twentieth of a second's budget: nobody waits for longer
        # behind another.
        self.piece = int(max(1, min(1 << 20, (snapshot.ecpu_per_second or 1e9) / 20)))

    def refuses(self, name: str) -> bool:
        """Whether Serverless refuses the command, subcommands as ``config|get``."""
        return refuses(name)

    def refuses_part(self, name: str) -> bool:
        """Whether it is only this subcommand, not its container, that is refused."""
        return name in REFUSED and "|" in name
