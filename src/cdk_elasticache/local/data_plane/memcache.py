"""Memcached: its text protocol, less what Serverless doesn't have.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html ("Memcached") and the protocol's
own text, https://github.com/memcached/memcached/blob/master/doc/protocol.txt. Only command lines are looked
at; the data blocks of ``set`` and its kin are passed on unseen.

An answer of ours must stand in the order of the engine's. The engine answers ``ERROR`` to a line it doesn't
know, so that is what a refused line becomes; memcached serves one connection's commands in order.
"""

import re

#: Lines longer than this are no commands; memcached itself closes then.
LINE = 64 * 1024
#: "A GET request is limited to 16 KB", its list of keys.
GET = 16 * 1024

#: Not on Serverless: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ServerlessMemcached.html
REFUSED = frozenset(
    (b"lru", b"lru_crawler", b"watch", b"verbosity", b"me", b"slabs", b"shutdown", b"cache_memlimit")
)
#: Commands that a data block follows, with the most words that they take.
_STORES = dict.fromkeys((b"set", b"add", b"replace", b"append", b"prepend"), 6) | {b"cas": 7}
_NUMBER = re.compile(rb"[+-]?\d{1,18}")


#: To the engine a line like any other it doesn't know: it answers ERROR.
_UNAVAILABLE = b"unavailable\r\n"


class Gate:
    """The state of one connection."""

    def __init__(self) -> None:
        self._line = b""  # a command line that isn't whole
        self._block = 0  # bytes of a data block still to come
        self._closed = False

    def receive(self, data: bytes) -> list[tuple[bytes, int]]:
        """Take bytes from the client; return what to send to the engine, and its number of commands."""
        if self._closed:
            return []
        out: list[bytes] = []
        commands, data, self._line = 0, self._line + data, b""
        while data:
            if self._block:
                out.append(data[: self._block])
                data, self._block = data[self._block :], max(0, self._block - len(data))
                continue
            line, newline, rest = data.partition(b"\n")
            if not newline or data[0] == 0x80:  # 0x80 begins the binary protocol
                self._hold(data, out)
                break
            out.append(self._command(line + b"\n"))
            commands, data = commands + 1, rest
        return [(b"".join(out), commands)] if out else []

    def _hold(self, data: bytes, out: list[bytes]) -> None:
        if data[0] == 0x80 or len(data) > LINE:
            too_long = b"" if data[0] == 0x80 else _UNAVAILABLE
            out.append(too_long + b"quit\r\n")  # the engine hangs up when it has answered what came before
            self._closed = True
        else:
            self._line = data

    def _command(self, line: bytes) -> bytes:
        words = line.partition(b"\0")[0].split()  # for the engine a line ends there too
        name = words[0] if words else b""
        if name in _STORES or name == b"ms":
            self._block = _block(name, words)
        elif name == b"flush_all" and (_number(words, 1) or 0) > 0:
            return b"flush_all later\r\n"  # CLIENT_ERROR, as the service says
        elif self._refuses(name, words) or (name in (b"get", b"gets") and len(line) > GET):
            return _UNAVAILABLE
        return line

    def _refuses(self, name: bytes, words: list[bytes]) -> bool:
        if name == b"stats":
            return words[1:] not in ([], [b"reset"])
        return name in REFUSED

    def reply(self, data: bytes) -> bytes:
        """Bytes from the engine pass."""
        return data


def _block(name: bytes, words: list[bytes]) -> int:
    """The bytes of the data block that follows, its end included; 0 where the engine takes none."""
    if name == b"ms":
        size = _number(words, 2)
    elif len(words) > _STORES[name] or _number(words, 2) is None or _number(words, 3) is None:
        return 0
    else:
        size = _number(words, 4)
    return 0 if size is None or size < 0 else size + 2


def _number(words: list[bytes], at: int) -> int | None:
    """The number at a place in the line."""
    return int(words[at]) if at < len(words) and _NUMBER.fullmatch(words[at]) else None
