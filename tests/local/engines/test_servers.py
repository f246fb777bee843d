"""Which server runs: the nearest to what is declared, of those that there are."""

import os
from pathlib import Path

import pytest

from cdk_elasticache.local.engines.errors import EngineError
from cdk_elasticache.local.engines.servers import Server, find_server, named_server


def test_an_engine_that_is_not_there_is_an_error_with_the_remedy() -> None:
    with pytest.raises(EngineError) as missing:
        named_server("no-such-server")
    assert str(missing.value) == (
        "server must be an executable, got no-such-server; CDK_ELASTICACHE_SERVER takes paths, or names on PATH "
        "[EngineNotFound]"
    )
    with pytest.raises(EngineError, match="/bin/ls must be a Valkey or Redis OSS server"):
        named_server("/bin/ls")


def fake(folder: Path, name: str, version: str) -> str:
    """An executable that says it is a server."""
    path = folder / name
    path.write_text(
        f"#!/bin/sh\necho '{name.split('-', maxsplit=1)[0].capitalize()} server v={version} sha=0'\n"
    )
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("told", "engine", "major", "runs"),
    [
        ([], "valkey", "8", "9.1"),  # of the wheel: there is no other
        ([], "redis", "7", "9.1"),
        (["valkey-8.0.2"], "valkey", "8", "8.0"),
        (["valkey-8.0.2"], "valkey", "9", "9.1"),
        (["valkey-8.0.2"], "valkey", None, "8.0"),  # either will do: what was told goes first
        (["valkey-8.0.2"], "redis", "7", "8.0"),
        (["valkey-8.0.2", "redis-7.0.15"], "redis", "7", "7.0"),
        (["valkey-8.0.2", "redis-7.0.15"], "valkey", "8", "8.0"),
        (["redis-6.2.1", "redis-7.2.4"], "redis", "7", "7.2"),
        (["redis-7.0.15"], "valkey", "7", "9.1"),
    ],
)
def test_a_cache_runs_on_the_server_that_is_nearest_to_what_is_declared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: list[str], engine: str, major: str, runs: str
) -> None:
    paths = [fake(tmp_path, one, one.partition("-")[2]) for one in told]
    monkeypatch.setenv("CDK_ELASTICACHE_SERVER", os.pathsep.join(paths))
    assert find_server(engine, major).short_version == runs


def test_a_server_that_is_told_and_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDK_ELASTICACHE_SERVER", "no-such-server")
    with pytest.raises(EngineError, match="server must be an executable, got no-such-server"):
        find_server()


@pytest.mark.parametrize(
    ("wrote", "runs", "reads"),
    [
        (("valkey", "8.1.8"), ("valkey", "9.1.2"), True),
        (("valkey", "9.1.3"), ("valkey", "9.1.2"), True),
        (("valkey", "9.2.0"), ("valkey", "9.1.2"), False),
        (("valkey", "10.0.0"), ("valkey", "9.1.2"), False),
        (("redis", "7.0.15"), ("valkey", "9.1.2"), True),
        (("valkey", "7.2.4"), ("redis", "7.2.4"), False),
        (("redis", "7.2.4"), ("redis", "7.0.15"), False),
    ],
)
def test_a_server_reads_what_older_ones_wrote(
    wrote: tuple[str, str], runs: tuple[str, str], reads: bool
) -> None:
    assert Server(Path("server"), *runs).reads_data_of(*wrote) is reads
