"""What one cache goes through, another doesn't notice."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from cdk_elasticache.local import Cache
from tests.local.control_plane.conftest import Write, cache, next_texts, watched
from tests.local.control_plane.holding import Held, children_of, command_of, connect, data_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells who is who")


@pytest.fixture
def two(held: Held, write: Write) -> tuple[Cache, Cache]:
    """Two caches of one runtime."""
    caches = held.up(write(A=cache("a"), B=cache("b"))).caches
    return caches["A"], caches["B"]


def servers(held: Held, one: Cache) -> list[int]:
    """The engine and the gateway of a cache: the first works in its folder, the second listens at its port."""
    data = data_of(held.folder, one.name).resolve()
    children = list(children_of(held.pid))
    (engine,) = (
        pid
        for pid in children
        if Path(f"/proc/{pid}/cwd").readlink() == data and "valkey-server" in command_of(pid)
    )
    (gateway,) = (pid for pid in children if "data_plane" in command_of(pid) and listens(pid, one.port))
    return [engine, gateway]


def listens(pid: int, port: int) -> bool:
    """Whether a process holds the socket that listens at a port."""
    rows = (line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:])
    held = {row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"}
    files = Path(f"/proc/{pid}/fd").iterdir()
    return any(os.readlink(file) == f"socket:[{inode}]" for file in files for inode in held)


@pytest.mark.parametrize("which", [0, 1], ids=["engine", "gateway"])
def test_a_crash_closes_no_connection_of_another_cache(
    held: Held, two: tuple[Cache, Cache], which: int
) -> None:
    a, b = two
    with connect(b) as client:
        client.client_setname("before")
        with watched(held.folder) as entries:
            os.kill(servers(held, a)[which], signal.SIGKILL)
            assert [client.incr("n") for _ in range(50)] == list(range(1, 51))
            next_texts(entries, "it serves again")
        assert (client.client_getname(), client.incr("n")) == ("before", 51)
    with connect(a) as client:
        assert client.ping()


def test_a_cache_under_load_lets_another_answer_at_once(two: tuple[Cache, Cache]) -> None:
    a, b = two
    end = threading.Event()

    def load() -> None:
        with connect(a) as client:
            while not end.is_set():
                pipe = client.pipeline(transaction=False)
                for number in range(5_000):
                    pipe.set(f"k{number}", "x" * 100)
                pipe.execute()

    busy = threading.Thread(target=load)
    busy.start()
    try:
        took = []
        with connect(b) as client:
            for _ in range(200):
                began = time.monotonic()
                client.ping()
                took.append(time.monotonic() - began)
    finally:
        end.set()
        busy.join()
    assert sorted(took)[100] < 0.1
