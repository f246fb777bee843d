"""Where caches answer: the service's own ports for the first cache, then the next ones that are free.

A cache keeps its ports for as long as the state folder lives. Where another program has taken one meanwhile, the
cache moves, and says so.
"""

import socket
from collections.abc import Collection, Iterator

from ...model.engines import TRAITS

_MEMCACHED = "memcached"


def choose(engine: str, taken: Collection[int], *, ephemeral: bool = False) -> tuple[int, int | None]:
    """A port, and one for reads where the engine has such an endpoint. Both are free now.

    :param engine: ``valkey``, ``redis`` or ``memcached``.
    :param taken: ports that are promised to others.
    :param ephemeral: any that the system gives, instead of those that begin at the service's own.
    """
    single = engine == _MEMCACHED
    for port in _any() if ephemeral else range(TRAITS[engine].port, 65_535, 1 if single else 2):
        ports = (port,) if single else (port, port + 1)
        if not any(one in taken or not is_free(one) for one in ports):
            return port, None if single else port + 1
    raise OSError("no port is free")


def _any() -> Iterator[int]:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        yield min(port, 65_534)


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
