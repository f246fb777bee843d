"""No engine listens on a TCP port: all that listens are the gateways, on the ports that were told."""

import json
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cdk_elasticache import local
from cdk_elasticache.local.engines.errors import EngineError
from cdk_elasticache.local.engines.listening import of_lsof, tcp_listeners
from cdk_elasticache.local.engines.memcached import Memcached
from cdk_elasticache.local.engines.process import ServerProcess
from cdk_elasticache.local.engines.servers import find_server
from cdk_elasticache.local.engines.valkey import Valkey
from tests.local.control_plane.conftest import cache

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc")
needs_memcached = pytest.mark.skipif(not shutil.which("memcached"), reason="no memcached on PATH")
needs_redis = pytest.mark.skipif(not shutil.which("redis-server"), reason="no redis-server on PATH")


def listening(host: str, family: socket.AddressFamily = socket.AF_INET) -> socket.socket:
    found = socket.socket(family)
    found.bind((host, 0))
    found.listen()
    return found


@pytest.mark.parametrize(
    ("host", "family", "shown"),
    [("127.0.0.1", socket.AF_INET, "127.0.0.1"), ("127.1.2.3", socket.AF_INET, "127.1.2.3")]
    + (
        [("::1", socket.AF_INET6, "[::1]")] if socket.has_ipv6 and Path("/proc/net/if_inet6").exists() else []
    ),
)
@needs_proc
def test_a_listener_is_told_with_its_address(host: str, family: socket.AddressFamily, shown: str) -> None:
    before = tcp_listeners(os.getpid())
    with closing(listening(host, family)) as found:
        port = found.getsockname()[1]
        assert [one for one in tcp_listeners(os.getpid()) if one not in before] == [f"{shown}:{port}"]
    assert tcp_listeners(os.getpid()) == before


def test_a_bound_or_connected_socket_is_no_listener() -> None:
    before = tcp_listeners(os.getpid())
    with closing(listening("127.0.0.1")) as server, socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with socket.create_connection(server.getsockname()):
            assert len(tcp_listeners(os.getpid())) == len(before) + 1


@pytest.mark.skipif(not shutil.which("lsof"), reason="no lsof on PATH")
def test_lsof_tells_the_same(tmp_path: Path) -> None:
    with closing(listening("127.0.0.1")):
        assert sorted(of_lsof(os.getpid())) == tcp_listeners(os.getpid())


@needs_proc
def test_a_process_that_is_gone_listens_nowhere() -> None:
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)
    assert tcp_listeners(pid) == []


def valkey_in(folder: Path) -> Valkey:
    return Valkey(folder, name="shop", port=7777)


def redis_in(folder: Path) -> Valkey:
    server = find_server("redis", "7")
    assert server.kind == "redis"
    return Valkey(folder, name="shop", port=7777, server=server)


@pytest.mark.parametrize(
    "made",
    [
        valkey_in,
        pytest.param(redis_in, marks=needs_redis),
        pytest.param(Memcached, marks=needs_memcached),
    ],
)
def test_an_engine_listens_on_no_port(
    made: Callable[[Path], Valkey | Memcached], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CDK_ELASTICACHE_SERVER", "redis-server" if made is redis_in else "")
    with made(tmp_path / "cache") as engine:
        assert engine.process.pid
        assert tcp_listeners(engine.process.pid) == []


def wrapped(folder: Path, words: str) -> Valkey:
    """A Valkey whose executable is a script that starts the real server with other words."""
    real = find_server()
    script = folder / "valkey-server"
    script.write_text(f'#!/bin/sh\nexec "{real.path}" {words}\n')
    script.chmod(0o755)
    return Valkey(folder / "cache", name="shop", port=7777, server=real._replace(path=script))


def unused_port() -> int:
    with closing(listening("127.0.0.1")) as found:
        return int(found.getsockname()[1])


def test_an_engine_that_listens_is_stopped_at_once(tmp_path: Path) -> None:
    port = unused_port()
    # It ignores its configuration, so it never answers on the socket.
    engine = wrapped(tmp_path, f"--port {port} --bind 127.0.0.1")
    with pytest.raises(EngineError) as refused:
        engine.start(timeout=60)
    assert refused.value.code == "EngineNotStarted"
    assert refused.value.message == (
        f"valkey-server must start and answer, but it listens on 127.0.0.1:{port}, beside the gateway"
    )
    assert engine.process.returncode is not None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


LISTENER = """
import socket, sys, time
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
open("ready", "w").close()
time.sleep(1000)
"""


def test_a_server_that_is_ready_and_listens_is_stopped_too(tmp_path: Path) -> None:
    port, ready = unused_port(), tmp_path / "ready"
    argv = [sys.executable, "-c", LISTENER, str(port)]

    def waited() -> bool:  # the first question is answered yes
        while not ready.exists():
            time.sleep(0.01)
        return True

    server = ServerProcess(argv, ready=waited, log=tmp_path / "log", cwd=tmp_path)
    with pytest.raises(EngineError, match=f"it listens on 127.0.0.1:{port}, beside the gateway"):
        server.start()
    assert server.returncode is not None


@pytest.mark.parametrize(
    ("words", "got"),
    [
        ("--appendonly no", "appendonly no"),
        ("--save 60 1", "save 60 1"),
        ("--enable-debug-command yes", "enable-debug-command yes"),
        ("--timeout 5 --acl-pubsub-default resetchannels", "timeout 5, acl-pubsub-default resetchannels"),
    ],
)
def test_an_engine_that_runs_as_nobody_configured_it_is_stopped(words: str, got: str, tmp_path: Path) -> None:
    engine = wrapped(tmp_path, f"- {words}")
    with pytest.raises(EngineError) as refused:
        engine.start(timeout=60)
    assert str(refused.value) == f"valkey-server must run as configured, got {got} [EngineNotStarted]"
    assert engine.process.returncode is not None


@pytest.mark.parametrize(
    "name",
    [
        "app[1]",
        "[",
        "a*",
        "a?",
        "*",
        "{a,b}",
        "a b",
        " a ",
        'a"b',
        "a'b",
        "a\\b",
        "a\nb",
        "a\tb",
        "$HOME",
        "~",
        "-",
        "é☃",
        "%s",
    ]
    + ([] if sys.platform == "darwin" else ["\udcff"]),  # bytes that aren't UTF-8, which macOS has none of
)
def test_no_folder_name_keeps_the_configuration_from_the_engine(name: str, tmp_path: Path) -> None:
    with valkey_in(tmp_path / name / "cache") as engine:
        assert engine.admin.call("SET", "k", "1") == b"OK"
        assert engine.admin.config("dir") == {"dir": os.fsencode(engine.folder).decode(errors="replace")}
    with valkey_in(tmp_path / name / "cache") as again:
        assert again.admin.call("GET", "k") == b"1"


def descendants(pid: int) -> Iterator[int]:
    """Every process that a process, or one that it started, has started."""
    for found in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((found / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # gone meanwhile
            continue
        if parent == pid:
            yield int(found.name)
            yield from descendants(int(found.name))


@needs_proc
@needs_memcached
def test_all_that_listens_are_the_ports_that_were_told(tmp_path: Path) -> None:
    before = set(descendants(os.getpid()))
    caches = {
        "Shop": cache("shop"),
        "Cart": cache("cart"),
        "Pages": cache("pages", engine="memcached"),
    }
    template = tmp_path / "Shop.template.json"
    template.write_text(json.dumps({"Resources": caches}))
    with local.run(template) as up:
        ours = set(descendants(os.getpid())) - before
        found = sorted(address for pid in ours for address in tcp_listeners(pid))
        told = [
            f"127.0.0.1:{one[kind]['port']}"
            for one in up.status["caches"]
            for kind in ("endpoint", "reader_endpoint")
            if one.get(kind)
        ]
    assert len(ours) >= 6  # three engines, three gateways
    assert found == sorted(told)
