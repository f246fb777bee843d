"""The life of a gateway: a first snapshot, open ports, later snapshots, a count each second, the end."""

import asyncio
import json
import os
import resource
import sys
from contextlib import suppress
from typing import Any

from ...errors import ElastiCacheError
from . import memcache
from .gate import Gate
from .gateway import AnyGate, Cache, Client, Tell, listen
from .identity import Judge
from .rules import Rules
from .snapshot import Snapshot
from .usage import Usage


class Service:
    """One cache's gateway.

    :param tell: takes the events.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._unread: set[str] = set()
        self._cache: Cache | None = None
        self._lines: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def run(self) -> int:
        """Serve until told to stop; return the exit status."""
        try:
            return await self._serve()
        except ElastiCacheError as wrong:  # a policy, say, that is none
            self._tell({"event": "failed", "reason": str(wrong)})
            return 1

    async def _serve(self) -> int:
        _raise_file_limit()
        await asyncio.get_running_loop().connect_read_pipe(lambda: _Lines(self._lines), sys.stdin)
        line = await self._lines.get()
        if "snapshot" not in line:
            return 0
        cache = self._cache = self._made(Snapshot.from_dict(line["snapshot"]))
        try:
            servers = await listen(cache)
        except OSError as busy:
            self._tell({"event": "failed", "reason": _reason(busy, cache.snapshot)})
            return 1
        self._tell({"event": "ready"})
        counting = asyncio.create_task(Usage(cache, self._tell).run())
        while "snapshot" in (line := await self._lines.get()):
            self._apply(cache, Snapshot.from_dict(line["snapshot"]))
            self._tell({"event": "applied"})
        counting.cancel()
        for server in servers:
            server.close()
        await _hang_up(cache)
        return 0

    def _made(self, snapshot: Snapshot) -> Cache:
        if snapshot.engine == "memcached":
            return Cache(snapshot, lambda _client, _reader: memcache.Gate())
        self._rules, self._judge = Rules(snapshot), Judge(snapshot, self._tell, self._unread)
        return Cache(snapshot, self._gate)

    def _gate(self, client: Client, reader: bool) -> AnyGate:
        return Gate(
            self._rules,
            admit=self._admit,
            signed_in=lambda _name, iam: client.start_session(iam),
            reader=reader,
        )

    def _admit(self, name: bytes, token: bytes) -> bytes:
        return self._judge.admit(name, token)  # of the snapshot in force now

    def _apply(self, cache: Cache, snapshot: Snapshot) -> None:
        if snapshot.engine != "memcached":
            self._rules, self._judge = Rules(snapshot), Judge(snapshot, self._tell, self._unread)
            for client in cache.clients:
                if isinstance(gate := getattr(client, "gate", None), Gate):
                    gate.rules = self._rules
        cache.apply(snapshot)


class _Lines(asyncio.Protocol):
    """Lines of JSON from a pipe; ``{"stop": true}`` when it ends."""

    def __init__(self, lines: "asyncio.Queue[dict[str, Any]]") -> None:
        self._lines, self._data = lines, bytearray()

    def data_received(self, data: bytes) -> None:
        self._data += data
        *whole, rest = self._data.split(b"\n")
        self._data = bytearray(rest)
        for line in whole:
            self._lines.put_nowait(json.loads(line))

    def connection_lost(self, exc: Exception | None) -> None:
        self._lines.put_nowait({"stop": True})


async def _hang_up(cache: Cache) -> None:
    """Close every connection; those that don't read are cut off after half a second."""
    for client in list(cache.clients):
        client.close()
    deadline = asyncio.get_running_loop().time() + 0.5
    while cache.clients and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.01)


def _raise_file_limit() -> None:
    """Two files a connection: as many as we may have."""
    with suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _reason(busy: OSError, snapshot: Snapshot) -> str:
    ports = f"{snapshot.port}" + (f" or {snapshot.reader_port}" if snapshot.reader_port else "")
    return f"port {ports} of 127.0.0.1 cannot be had: {os.strerror(busy.errno) if busy.errno else busy}"
