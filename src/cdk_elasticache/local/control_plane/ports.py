"""Where caches answer: the service's own ports for the first cache, then the next ones that are free.

A cache keeps its ports for as long as the state folder lives. Where another program has taken one meanwhile, the
cache moves, and says so. Between the choice of a port and the moment when its gateway listens, other runtimes may
choose too; a UDP socket of the same number, which nobody uses, tells them that it is promised.
"""

import secrets
import socket
from collections.abc import Collection, Iterator
from typing import NamedTuple

from ...model.engines import TRAITS

_MEMCACHED = "memcached"


class Promise(NamedTuple):
    """Ports that no other runtime takes, until :meth:`end` or the end of this process."""

    port: int
    reader_port: int | None
    sockets: tuple[socket.socket, ...]

    def end(self) -> None:
        """Let others have them."""
        for one in self.sockets:
            one.close()


def promise(port: int, reader_port: int | None) -> Promise | None:
    """Promise these ports, or nothing where one of them is taken or promised already."""
    made = Promise(port, reader_port, tuple(_datagrams() for one in (port, reader_port) if one))
    numbers = [one for one in (port, reader_port) if one]
    try:
        for number, one in zip(numbers, made.sockets, strict=True):
            one.bind(("127.0.0.1", number))
    except OSError:
        made.end()
        return None
    if all(map(is_free, numbers)):
        return made
    made.end()
    return None


def _datagrams() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def choose(engine: str, taken: Collection[int], *, ephemeral: bool = False) -> Promise:
    """A port, and one for reads where the engine has such an endpoint.

    :param engine: ``valkey``, ``redis`` or ``memcached``.
    :param taken: ports that are others', though nobody listens there now.
    :param ephemeral: any, instead of those that begin at the service's own.
    """
    single = engine == _MEMCACHED
    for port in _any() if ephemeral else range(TRAITS[engine].port, 65_535, 1 if single else 2):
        pair = (port, None if single else port + 1)
        if not any(one in taken for one in pair) and (made := promise(*pair)):
            return made
    raise OSError("no port is free")


def _any() -> Iterator[int]:
    """Below those that the system gives to connections, one of which could have it when a gateway starts again."""
    while True:
        yield 10_000 + secrets.randbelow(10_000)


def is_free(port: int) -> bool:
    """Whether nobody listens there now."""
    with socket.socket() as probe:
        # As servers do: a connection of a moment ago, which lingers, is in nobody's way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
