"""The gateway's memory at its highest stays flat, whatever clients send, and however slowly they read."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from ..conftest import Running, Serve
from .wire import wire

MB = 1024 * 1024
pytestmark = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="Linux tells the peak")


class Peak:
    """How much more memory the gateway held at any moment of the block than at its beginning, in bytes."""

    def __init__(self, cache: Running) -> None:
        self._folder = Path(f"/proc/{cache.gateway.pid}")

    def __enter__(self) -> "Peak":
        (self._folder / "clear_refs").write_text("5")  # the highest so far is now's
        self._before = self._figure("VmRSS")
        return self

    def __exit__(self, *error: object) -> None:
        self.growth = self._figure("VmHWM") - self._before

    def _figure(self, name: str) -> int:
        return int((self._folder / "status").read_text().partition(f"{name}:")[2].split()[0]) * 1024


@pytest.fixture
def cache(start: Serve) -> Running:
    """A cache that has served somebody."""
    cache = start()
    with wire(cache) as client:
        client.ask(b"SET small %b\r\n" % (b"x" * 1024), b"+OK\r\n")
    return cache


def store(cache: Running, size: int) -> None:
    """A value of so many bytes under ``k``."""
    with wire(cache) as client:
        client.socket.sendall(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$%d\r\n" % size)
        for _ in range(size // MB):
            client.socket.sendall(bytes(MB))
        client.ask(b"\r\n", b"+OK\r\n")


def test_a_value_of_a_hundred_megabytes_passes_through_both_ways(cache: Running) -> None:
    size = 100 * MB
    with Peak(cache) as peak, wire(cache) as client:
        store(cache, size)
        client.socket.sendall(b"GET k\r\n")
        assert client.read(size + 14) == b"$%d\r\n" % size + bytes(size) + b"\r\n"
    assert peak.growth < 16 * MB


def test_readers_that_do_not_read_hold_a_buffer_each(cache: Running) -> None:
    store(cache, 10 * MB)
    readers = 20
    with Peak(cache) as peak, ExitStack() as stack:
        for client in [stack.enter_context(wire(cache)) for _ in range(readers)]:
            client.ask(b"GET k\r\n" * 3, b"$%d\r\n" % (10 * MB))  # and reads no more of it
        with wire(cache) as another:  # is served meanwhile
            another.socket.sendall(b"GET k\r\n")
            assert len(another.read(10 * MB + 13)) == 10 * MB + 13
    assert peak.growth < readers * 2 * MB


def test_a_hundred_thousand_commands_sent_before_the_first_reply_is_read(cache: Running) -> None:
    commands, reply = 100_000, b"$1024\r\n%b\r\n" % (b"x" * 1024)
    with Peak(cache) as peak, wire(cache) as client:
        client.socket.settimeout(60)
        client.socket.sendall(b"*2\r\n$3\r\nGET\r\n$5\r\nsmall\r\n" * commands)  # 100 MB of replies wait
        for _ in range(100):
            assert client.read(len(reply) * (commands // 100)) == reply * (commands // 100)
    assert peak.growth < 16 * MB
