"""A Memcached cache of a template: on the memcached of PATH, or left out with a word about it."""

import json
import shutil
import socket
import ssl
from pathlib import Path

import pytest

from cdk_elasticache import local

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
