"""A real Valkey: writable at once, its data kept, its users as they were told."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from cdk_elasticache.local.engines.acl import OPEN, user_rules
from cdk_elasticache.local.engines.admin import Admin
from cdk_elasticache.local.engines.errors import EngineError
from cdk_elasticache.local.engines.servers import find_server
from cdk_elasticache.local.engines.valkey import Valkey


def made(folder: Path) -> Valkey:
    return Valkey(folder, name="shop", port=7777)


def test_it_takes_writes_long_before_a_primary_would(tmp_path: Path) -> None:
    began = time.monotonic()
    with made(tmp_path / "cache") as engine:
        assert engine.admin.call("SET", "k", "1") == b"OK"
        assert time.monotonic() - began < 1.5  # a primary that boots waits for two seconds
        shown = engine.admin.call("CLUSTER", "INFO")
        assert isinstance(shown, bytes)
        info = dict(line.split(":") for line in shown.decode().split())
        assert (info["cluster_state"], info["cluster_slots_ok"], info["cluster_known_nodes"]) == (
            "ok",
            "16384",
            "1",
        )


def test_a_killed_server_comes_back_with_every_write_and_the_same_id(tmp_path: Path) -> None:
    first = made(tmp_path / "cache")
    first.start()
    name = first.admin.call("CLUSTER", "MYID")
    for at in range(100):
        first.admin.call("SET", f"k{at}", str(at))
    first.process.kill()
    first.stop()
    with made(tmp_path / "cache") as second:
        assert second.admin.call("DBSIZE") == 100
        assert second.admin.call("CLUSTER", "MYID") == name


def test_a_stopped_server_comes_back_with_every_write(tmp_path: Path) -> None:
    with made(tmp_path / "cache") as first:
        first.admin.call("SET", "k", "1")
    with made(tmp_path / "cache") as second:
        assert second.admin.call("GET", "k") == b"1"


def test_its_files_are_nobody_elses_to_read(tmp_path: Path) -> None:
    with made(tmp_path / "cache") as engine:
        modes = [oct(os.stat(path).st_mode & 0o777) for path in (engine.folder, engine.socket)]
        modes.append(oct(os.stat(engine.folder / "valkey.conf").st_mode & 0o777))
        assert modes == ["0o700", "0o700", "0o600"]
        assert engine.admin_password not in (engine.folder / "valkey.conf").read_text()


def test_a_folder_whose_path_is_too_long_for_a_socket_serves_all_the_same(tmp_path: Path) -> None:
    engine = made(tmp_path / ("long" * 30))
    with engine:
        assert engine.admin.call("PING") == b"PONG"
        place = engine.socket.parent
        assert place != engine.folder
    assert not place.exists()


def test_until_it_is_told_its_users_nobody_may_enter(tmp_path: Path) -> None:
    with made(tmp_path / "cache") as engine, pytest.raises(EngineError, match="WRONGPASS"):
        Admin(engine.socket, "default", "anything")


def test_selectors_do_not_open_what_serverless_refuses(tmp_path: Path) -> None:
    with made(tmp_path / "cache") as engine:
        engine.set_users({"app": user_rules("on ~a +get (~* +@all)", passwords=["p" * 16])})
        run = engine.admin.call
        assert run("ACL", "DRYRUN", "app", "SET", "k", "v") == b"OK"
        refused = run("ACL", "DRYRUN", "app", "CONFIG", "GET", "x")
        assert refused == b"User app has no permissions to run the 'config|get' command"


def test_users_no_longer_told_are_gone_and_default_is_off(tmp_path: Path) -> None:
    with made(tmp_path / "cache") as engine:
        engine.set_users({"default": user_rules(OPEN, open_to_all=True), "app": user_rules("on +get")})
        engine.set_users({})
        assert engine.admin.call("ACL", "USERS") == sorted([engine.admin_name.encode(), b"default"])
        assert engine.admin.call("ACL", "DRYRUN", "default", "GET", "k") != b"OK"


def test_data_of_a_newer_server_are_left_alone_and_it_is_said_who_wrote_them(tmp_path: Path) -> None:
    with made(tmp_path / "cache") as engine:
        engine.admin.call("SET", "k", "1")
    mine = engine.server
    older = Valkey(tmp_path / "cache", name="shop", port=7777, server=mine._replace(version="8.1.8"))
    with pytest.raises(EngineError) as refused:
        older.start()
    assert refused.value.code == "DataNotReadable"
    assert refused.value.message == (
        f"valkey 8.1.8 must be able to read the data of the cache, which valkey {mine.version} wrote; name that "
        "server in CDK_ELASTICACHE_SERVER, or remove the data: cdk-elasticache down --delete"
    )
    with made(tmp_path / "cache") as again:
        assert again.admin.call("GET", "k") == b"1"


@pytest.mark.skipif(not shutil.which("redis-server"), reason="no redis-server on PATH")
def test_a_redis_server_on_path_takes_writes_at_once_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CDK_ELASTICACHE_SERVER", "redis-server")
    server = find_server("redis", "7")
    assert server.kind == "redis"
    with Valkey(tmp_path / "cache", name="shop", port=7777, server=server) as engine:
        assert engine.admin.call("SET", "k", "1") == b"OK"


def test_an_answer_that_came_too_late_is_not_taken_for_the_next(tmp_path: Path) -> None:
    with made(tmp_path / "cache") as engine:
        engine.set_users({"app": user_rules("on ~* +get", passwords=["p" * 16])})
        pid = engine.process.pid
        assert pid
        engine.admin._socket.settimeout(0.1)
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(EngineError, match="must answer"):
            engine.set_users({"app": user_rules("on ~* +set", passwords=["p" * 16])})
        os.kill(pid, signal.SIGCONT)
        # Which it may have heard by now: only what is told anew is sure.
        engine.set_users({"app": user_rules("on ~* +get", passwords=["p" * 16])})
        assert engine.admin.call("ACL", "DRYRUN", "app", "GET", "k") == b"OK"
        assert engine.admin.call("ECHO", "mine") == b"mine"


def test_every_byte_that_an_access_string_can_hold_reaches_the_engine(tmp_path: Path) -> None:
    with made(tmp_path / "cache") as engine:
        engine.set_users({"app": user_rules("on ~a\udcff +get", passwords=["p" * 16])})
        verdicts = [engine.admin.call("ACL", "DRYRUN", "app", "GET", key) for key in (b"a\xff", b"a")]
        assert verdicts == [b"OK", b"User app has no permissions to access the 'a' key"]
