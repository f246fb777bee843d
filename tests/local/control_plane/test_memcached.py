"""A Memcached cache of a template: on the memcached of PATH, or left out with a word about it."""

import json
import shutil
import socket
import ssl
from pathlib import Path

import pytest

from cdk_elasticache import local
from cdk_elasticache.local.control_plane.bring_up import Runtime, Wish, bring_up
from cdk_elasticache.local.engines.valkey import socket_path
from tests.local.control_plane.holding import data_of

TEMPLATE = {
    "Resources": {
        "Pages": {
            "Type": "AWS::ElastiCache::ServerlessCache",
            "Properties": {"ServerlessCacheName": "pages", "Engine": "memcached"},
        },
        "Sessions": {
            "Type": "AWS::ElastiCache::ServerlessCache",
            "Properties": {"ServerlessCacheName": "sessions", "Engine": "valkey"},
        },
    }
}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "web.template.json"
    path.write_text(json.dumps(TEMPLATE))
    return path


def statuses(up: local.Local) -> dict[str, str]:
    return {cache["name"]: cache["status"] for cache in up.status["caches"]}


@pytest.mark.skipif(not shutil.which("memcached"), reason="no memcached on PATH")
def test_a_memcached_cache_answers_behind_tls_beside_a_valkey_one(template: Path) -> None:
    with local.run(template) as up:
        assert statuses(up) == {"pages": "available", "sessions": "available"}
        (pages,) = (cache for cache in up.status["caches"] if cache["name"] == "pages")
        endpoint = pages["endpoint"]
        context = ssl.create_default_context(cafile=up.status["ca_file"])
        with (
            socket.create_connection((endpoint["address"], endpoint["port"]), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname=endpoint["address"]) as client,
        ):
            client.sendall(b"set k 0 0 1\r\nv\r\nget k\r\nquit\r\n")
            answers = b""
            while more := client.recv(4096):
                answers += more
    assert answers == b"STORED\r\nVALUE k 0 1\r\nv\r\nEND\r\n"


@pytest.mark.skipif(not shutil.which("memcached"), reason="no memcached on PATH")
def test_the_limit_of_a_memcached_cache_changes_while_it_runs(template: Path, tmp_path: Path) -> None:
    runtime = Runtime(tmp_path / "state", ephemeral=True)

    def most(limits: dict[str, dict[str, float]]) -> int:
        bring_up(tmp_path / "state", Wish(template, limits=limits), report=print)
        folder = data_of(tmp_path / "state", "pages")
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(str(socket_path(folder)))
            asked.sendall(b"stats\r\nquit\r\n")
            stats = asked.makefile().read()
        (found,) = (line.split()[2] for line in stats.splitlines() if line.startswith("STAT limit_maxbytes"))
        return int(found)

    try:
        runtime.wait_ready()
        assert most({}) == 1024**3
        assert most({"pages": {"storage": 64 * 1024**2}}) == 64 * 1024**2
    finally:
        runtime.stop()


def test_without_a_memcached_the_rest_comes_up_and_a_note_says_what_to_install(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The runtime looks on PATH: one with nothing but a shell has no memcached.
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sh").symlink_to(shutil.which("sh") or "/bin/sh")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with local.run(template) as up:
        assert statuses(up) == {"pages": "create-failed", "sessions": "available"}
        assert up.caches["Sessions"].redis().ping()
        assert list(up.notes) == [
            "cache pages isn't started: memcached must be on PATH; install it, then run up again"
        ]
