"""Memcached: what Serverless lacks is refused in the engine's order; the real one behind real TLS."""

import os
import shutil
import socket
import ssl
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_elasticache.local.data_plane.certificates import Certificates
from cdk_elasticache.local.data_plane.memcache import Gate
from cdk_elasticache.local.data_plane.process import GatewayProcess
from cdk_elasticache.local.data_plane.snapshot import Snapshot
from cdk_elasticache.local.engines.errors import EngineError
from cdk_elasticache.local.engines.memcached import Memcached, find_memcached

from ..conftest import CACHE_ARN, REGION, free_ports

SERVER = os.environ.get("MEMCACHED_SERVER", "memcached")
#: What a client sends, and what the engine gets.
TABLE = [
    (b"get k\r\n", b"get k\r\n"),
    (b"set k 0 0 7\r\nwatch\r\n\r\n", b"set k 0 0 7\r\nwatch\r\n\r\n"),
    (b"set k 0 0 +7 noreply\r\nwatch\r\n\r\n", b"set k 0 0 7 noreply\r\nwatch\r\n\r\n"),
    (b"cas k 0 0 5 9 noreply\r\nwatch\r\n", b"cas k 0 0 5 9 noreply\r\nwatch\r\n"),
    (b"set k 0 0 5 6 7\r\nwatch\r\n", b"unavailable\r\nunavailable\r\n"),
    (b"set k x 0 5\r\nwatch\r\n", b"set - - - -\r\nunavailable\r\n"),
    (b"set k 0 0 -5\r\nwatch\r\n", b"set - - - -\r\nunavailable\r\n"),
    (b"set k 0 0 %b\r\nwatch\r\n" % (b"9" * 5000), b"set - - - -\r\nunavailable\r\n"),
    (b"ms k 5\r\nme k\r\r\n", b"ms k 5\r\nme k\r\r\n"),
    (b"mg k v\r\n", b"mg k v\r\n"),
    (b"stats\r\n", b"stats\r\n"),
    (b"stats reset\r\n", b"stats reset\r\n"),
    (b"stats items\r\n", b"unavailable\r\n"),
    (b"flush_all\r\n", b"flush_all\r\n"),
    (b"flush_all 10\r\n", b"flush_all later\r\n"),
    (b"flush_all +10 noreply\r\n", b"flush_all later\r\n"),
    (b"flush_all 0\r\n", b"flush_all 0\r\n"),
    (b"watch\0\r\n", b"unavailable\r\n"),
    (b"lru_crawler enable\r\n", b"unavailable\r\n"),
    (b"watch\r\n", b"unavailable\r\n"),
    (b"verbosity 1\r\n", b"unavailable\r\n"),
    (b"me k\r\n", b"unavailable\r\n"),
    (b"  get  a   b \n", b"get a b\r\n"),
    (b"set k\t0 0 0 5\r\nwatch\r\n", b"set k\t0 0 0 5\r\nwatch\r\n"),
    (b"set\tk 0 0 7\r\nwatch\r\n", b"unavailable\r\nunavailable\r\n"),
    (b"set k 0 0\t5 5\r\nwatch\r\n", b"set - - - -\r\nunavailable\r\n"),
    (b"set k 0 0 5 x\r\nwatch\r\n", b"set k 0 0 5\r\nwatch\r\n"),
    (b"set %b 0 0 5\r\nwatch\r\n" % (b"k" * 250), b"set %b 0 0 5\r\nwatch\r\n" % (b"k" * 250)),
    (b"set %b 0 0 5\r\nwatch\r\n" % (b"k" * 251), b"set - - - -\r\nunavailable\r\n"),
    (b"set %b 0 0 5 noreply\r\n" % (b"k" * 251), b"set - - - - noreply\r\n"),
    (b"set k 4294967296 0 5\r\nwatch\r\n", b"set - - - -\r\nunavailable\r\n"),
    (b"set k 0 2147483648 5\r\nwatch\r\n", b"set - - - -\r\nunavailable\r\n"),
    (b"set k 0 0 2147483645\r\n", b"set - - - -\r\n"),
    (b"cas k 0 0 5 18446744073709551616\r\nwatch\r\n", b"set - - - -\r\nunavailable\r\n"),
    (b"ms %b 5\r\nwatch\r\n" % (b"k" * 251), b"ms -\r\nunavailable\r\n"),
    (b"ms k 5 T0 c\r\nwatch\r\n", b"ms k 5 T0 c\r\nwatch\r\n"),
    (b"ms k 5 T0 T1\r\nwatch\r\n", b"ms -\r\nunavailable\r\n"),
    (b"ms k 5 S9\r\nwatch\r\n", b"ms -\r\nunavailable\r\n"),
    (b"ms Zm9v 5 b\r\nwatch\r\n", b"ms Zm9v 5 b\r\nwatch\r\n"),
    (b"ms Zm9 5 b\r\nwatch\r\n", b"ms -\r\nunavailable\r\n"),
    (b"ms k\r\n", b"ms -\r\n"),
    (b"flush_all \t10\r\n", b"flush_all later\r\n"),
    (b"flush_all noreply\r\n", b"flush_all noreply\r\n"),
    (b"cache_memlimit 1\r\n", b"unavailable\r\n"),
    (b"nosuch\r\n", b"unavailable\r\n"),
    (b"\r\n", b"unavailable\r\n"),
    (b"get " + b"k" * 16384 + b"\r\n", b"unavailable\r\n"),
]


@pytest.mark.parametrize(("sent", "passed"), TABLE)
def test_each_line_reaches_the_engine_or_one_that_it_refuses(sent: bytes, passed: bytes) -> None:
    assert b"".join(raw for raw, _ in Gate().receive(sent)) == passed


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(TABLE), max_size=5), st.data())
def test_any_split_gives_the_same(rows: list[tuple[bytes, bytes]], data: st.DataObject) -> None:
    stream, passed = (b"".join(column) for column in zip(*rows, strict=True)) if rows else (b"", b"")
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    gate = Gate()
    parts = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    assert b"".join(raw for part in parts for raw, _ in gate.receive(part)) == passed


def test_the_binary_protocol_ends_the_connection() -> None:
    gate = Gate()
    assert gate.receive(b"\x80\x00\x00") == [(b"quit\r\n", 0)]
    assert gate.receive(b"get k\r\n") == []


def test_a_line_without_end_is_refused_and_ends_the_connection() -> None:
    gate = Gate()
    assert gate.receive(b"get " + b"k" * 70_000) == [(b"unavailable\r\nquit\r\n", 0)]
    assert gate.receive(b"\r\nversion\r\n") == []


def test_where_there_is_no_memcached_the_error_says_what_to_install() -> None:
    with pytest.raises(EngineError) as missing:
        find_memcached("no-such-memcached")
    assert str(missing.value) == (
        "memcached must be on PATH to run a Memcached cache; install it with apt install memcached, "
        "dnf install memcached or brew install memcached [EngineNotFound]"
    )


@pytest.mark.skipif(
    not shutil.which(SERVER), reason="no memcached: MEMCACHED_SERVER names none, none is on PATH"
)
def test_a_real_memcached_serves_through_tls(tmp_path: Path, tls_files: Certificates) -> None:
    port, _ = free_ports()
    with Memcached(tmp_path / "cache", server=find_memcached(SERVER)) as engine:
        snapshot = Snapshot(
            cache_name="shop",
            cache_arn=CACHE_ARN,
            region=REGION,
            engine="memcached",
            port=port,
            certificate=str(tls_files.certificate),
            key=str(tls_files.key),
            socket=str(engine.socket),
        )
        context = ssl.create_default_context(cafile=str(tls_files.ca))
        with (
            GatewayProcess(snapshot, log=tmp_path / "gateway.log"),
            socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as client,
        ):
            client.sendall(b"set k 0 0 1\r\nv\r\nwatch\r\nflush_all 9\r\nget k\r\nquit\r\n")
            answers = b""
            while more := client.recv(4096):
                answers += more
    assert answers == (
        b"STORED\r\nERROR\r\nCLIENT_ERROR invalid exptime argument\r\nVALUE k 0 1\r\nv\r\nEND\r\n"
    )
