"""Memcached: its text protocol, less what Serverless doesn't have.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html ("Memcached") and the protocol's
own text, https://github.com/memcached/memcached/blob/master/doc/protocol.txt. Only command lines are looked
at; the data blocks of ``set`` and its kin are passed on unseen.

An answer of ours must stand in the order of the engine's. The engine answers ``ERROR`` to a line it doesn't
know, so that is what a refused line becomes; memcached serves one connection's commands in order.
"""

#: Lines longer than this are no commands; memcached itself closes then.
LINE = 64 * 1024
#: "A GET request is limited to 16 KB", its list of keys.
GET = 16 * 1024

#: Not on Serverless: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ServerlessMemcached.html
REFUSED = frozenset(
    (b"lru", b"lru_crawler", b"watch", b"verbosity", b"me", b"slabs", b"shutdown", b"cache_memlimit")
)
_STORES = frozenset((b"set", b"add", b"replace", b"append", b"prepend", b"cas"))


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
            out.append(b"quit\r\n")  # the engine hangs up when it has answered what came before
            self._closed = True
        else:
            self._line = data

    def _command(self, line: bytes) -> bytes:
        words = line.split()
        name = words[0] if words else b""
        if name in _STORES and len(words) >= 5 and words[4].isdigit():
            self._block = int(words[4]) + 2
        elif name == b"ms" and len(words) >= 3 and words[2].isdigit():
            self._block = int(words[2]) + 2
        elif name == b"flush_all" and any(word.isdigit() and int(word) for word in words[1:2]):
            return b"flush_all later\r\n"  # CLIENT_ERROR, as the service says
        elif self._refuses(name, words) or (name in (b"get", b"gets") and len(line) > GET):
            return b"unavailable\r\n"  # to the engine a line like any other it doesn't know
        return line

    def _refuses(self, name: bytes, words: list[bytes]) -> bool:
        if name == b"stats":
            return words[1:] not in ([], [b"reset"])
        return name in REFUSED

    def reply(self, data: bytes) -> bytes:
        """Bytes from the engine pass."""
        return data
