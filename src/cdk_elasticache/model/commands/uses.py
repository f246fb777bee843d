"""What a command line touches: keys and channels."""

from ..record import Record


class KeyUse(Record):
    """A key on a command line, and what the server's ACL asks for it.

    :param key: the key's name.
    :param reads: a pattern with the read permission must match (``~p``, ``%R~p``, ``%RW~p``).
    :param writes: a pattern with the write permission must match, the same one if ``reads`` too.
        Where neither is asked, any pattern that matches will do.

    https://valkey.io/topics/acl/ ("Key permissions"), https://valkey.io/topics/key-specs/
    """

    __slots__ = ("key", "reads", "writes")
    key: bytes
    reads: bool
    writes: bool

    def __init__(self, key: bytes, reads: bool, writes: bool) -> None:
        self._fill(key=key, reads=reads, writes=writes)


class ChannelUse(Record):
    """A channel on a command line.

    :param channel: its name, or the pattern of a PSUBSCRIBE.
    :param pattern: it is a pattern: the server asks for ``&*`` or for that very pattern, byte for byte.

    https://valkey.io/topics/acl/ ("Pub/Sub")
    """

    __slots__ = ("channel", "pattern")
    channel: bytes
    pattern: bool

    def __init__(self, channel: bytes, pattern: bool) -> None:
        self._fill(channel=channel, pattern=pattern)
