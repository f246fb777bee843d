"""Which words of a command line are channels that need a permission.

Publishing and subscribing need it, unsubscribing doesn't: https://valkey.io/topics/acl/. No reply of a
server tells which words are channels; ``ACL DRYRUN`` is the judge.
"""

from .uses import ChannelUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

#: command: (how many words after the name are channels, None for all; whether they are patterns).
CHANNELS: "dict[str, tuple[int | None, bool]]" = {
    "publish": (1, False),
    "spublish": (1, False),
    "subscribe": (None, False),
    "ssubscribe": (None, False),
    "psubscribe": (None, True),
}


def channel_uses(name: str, words: "Sequence[bytes]") -> tuple[ChannelUse, ...]:
    """The channels of a command line, in order."""
    if name not in CHANNELS:
        return ()
    count, pattern = CHANNELS[name]
    return tuple(ChannelUse(channel, pattern) for channel in words[1:][:count])
