"""A runtime that a test holds, and changes while clients are connected."""

import os
import signal
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from cdk_elasticache import local
from cdk_elasticache.local.control_plane import wire
from cdk_elasticache.local.control_plane.bring_up import Runtime, Wish, bring_up
from cdk_elasticache.local.control_plane.state import State
from tests.local.control_plane.conftest import (
    PASSWORD,
)


def drop(line: str) -> None:
    del line


class Held:
    """A runtime whose declaration can be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runtime = Runtime(folder, ephemeral=True)
        self._runtime.wait_ready()
        self.pid = self._runtime._child.pid

    def up(self, source: Path, **wish: Any) -> local.Local:
        return local.Local(self.folder, bring_up(self.folder, Wish(source, **wish), report=drop))

    def status(self) -> Any:
        return wire.ask(self.folder, {"do": "status"})

    def stop(self) -> None:
        self._runtime.stop()


def connect(one: local.Cache, name: str | None = None, password: str | None = PASSWORD) -> redis.Redis:
    """A connection that stays: no pool behind it that would reconnect unseen."""
    return connect_to(one.port, one.ca_file, name, password)


def connect_to(
    port: int, ca_file: str, name: str | None = None, password: str | None = PASSWORD
) -> redis.Redis:
    return redis.Redis(
        host="localhost",
        port=port,
        ssl=True,
        ssl_ca_certs=ca_file,
        retry=Retry(NoBackoff(), 0),
        username=name,
        password=password if name else None,
        single_connection_client=True,
        decode_responses=True,
    )


def client_id(client: redis.Redis) -> Any:
    """What tells a connection from another: its name lives as long as it does."""
    return client.client_getname()


def children_of(pid: int) -> list[int]:
    return [
        int(one)
        for path in Path(f"/proc/{pid}/task").iterdir()
        for one in (path / "children").read_text().split()
    ]


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def data_of(folder: Path, name: str) -> Path:
    """Where a cache's data are."""
    with State(folder) as state:
        (found,) = (one for one in state.records() if one.resource.name == name)
    return folder / "caches" / found.incarnation


def kill_engine(host: int, folder: Path) -> None:
    """Kill the server that works in a folder."""
    found = (pid for pid in children_of(host) if Path(f"/proc/{pid}/cwd").resolve() == folder.resolve())
    (victim,) = (pid for pid in found if "valkey-server" in command_of(pid))
    os.kill(victim, signal.SIGKILL)
