"""A bare connection to a cache, for what no client library would send."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager

from ..conftest import Running

WRONGPASS = b"-WRONGPASS invalid username-password pair or user is disabled.\r\n"


class Wire:
    """A bare TLS connection that speaks the protocol's bytes."""

    def __init__(self, cache: Running, port: int = 0) -> None:
        context = ssl.create_default_context(cafile=cache.ca)
        plain = socket.create_connection(("127.0.0.1", port or cache.port), timeout=10)
        self.socket = context.wrap_socket(plain, server_hostname="localhost")

    def ask(self, data: bytes, answer: bytes) -> None:
        """Send, and require exactly this back."""
        self.socket.sendall(data)
        assert self.read(len(answer)) == answer

    def read(self, size: int) -> bytes:
        """So many bytes, or fewer at the end."""
        data = bytearray()
        while len(data) < size and (more := self.socket.recv(min(size - len(data), 1 << 20))):
            data += more
        return bytes(data)

    def skip_to(self, data: bytes, answer: bytes) -> None:
        """Send, and require that this comes next, after the rest of what was asked before."""
        self.socket.sendall(data)
        seen = b""
        while not seen.endswith(answer):
            seen += self.read(1)
            assert seen

    def line(self, data: bytes) -> bytes:
        """Send, and return one line."""
        self.socket.sendall(data)
        line = b""
        while not line.endswith(b"\r\n"):
            line += self.socket.recv(1)
        return line


@contextmanager
def wire(cache: Running, port: int = 0) -> Iterator[Wire]:
    """A bare connection for a while."""
    made = Wire(cache, port)
    with closing(made.socket):
        yield made
