"""What a cache uses, told each second; and what commands cost beyond the bytes they move.

"For commands that use more vCPU time, ElastiCache consumes proportionally more ECPUs":
https://aws.amazon.com/elasticache/pricing/. The engine's own ``commandstats`` tell the time.

Where the engine is busy with a script for longer than five seconds, the script is ended, as the service does,
for whose clients SCRIPT KILL is no command.
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/RedisConfiguration.html ("lua-time-limit")
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from .gateway import Cache, Tell
from .replies import Reply, read
from .resp import encode

#: Microseconds of the engine's time in an ECPU: well above a GET or SET, so that those cost one each.
MICROSECONDS = 20.0

Stats = dict[str, tuple[int, int]]


def command_times(info: Mapping[str, str]) -> Stats:
    """Calls and microseconds of each command, from ``cmdstat_get:calls=3,usec=12,…``."""
    times: Stats = {}
    for name, text in info.items():
        if name.startswith("cmdstat_"):
            fields = dict(field.partition("=")[::2] for field in text.split(","))
            times[name] = int(fields["calls"]), int(fields["usec"])
    return times


def excess(before: Stats, after: Stats) -> float:
    """ECPUs of time spent beyond the one that each call cost."""
    total = 0.0
    for name, (calls, spent) in after.items():
        old_calls, old_spent = before.get(name, (0, 0))
        if calls >= old_calls and name not in ("cmdstat_info", "cmdstat_auth"):  # else the engine restarted
            total += max(0.0, (spent - old_spent) / MICROSECONDS - (calls - old_calls))
    return total


class Usage:
    """Asks the engine each second in which something happened, and tells the counters."""

    def __init__(self, cache: Cache, tell: Tell) -> None:
        self._cache, self._tell = cache, tell
        self._told: dict[str, object] = {}
        self._times: Stats = {}
        self._asked = -1
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def run(self) -> None:
        """Count until cancelled."""
        while True:
            await asyncio.sleep(1.0)
            counters = self._cache.counters
            if counters.commands != self._asked and self._cache.snapshot.admin_name:
                self._asked = counters.commands
                with suppress(OSError, EOFError, asyncio.IncompleteReadError):
                    await self._count()
            if vars(counters) != self._told:
                self._told = dict(vars(counters))
                self._tell({"event": "counters", **self._told})

    async def _count(self) -> None:
        reply = await self._info()
        if reply.kind == b"-":  # BUSY
            self._asked = -1
            await self._end_script()
        else:
            lines = (line.partition(":") for line in reply.text.decode().splitlines())
            self._take({name: value for name, _, value in lines})

    async def _end_script(self) -> None:
        """One that has written cannot be ended alone: the engine ends without its changes, and is started again."""
        killed = await self._ask(b"SCRIPT", "KILL")
        if killed.text.startswith(b"UNKILLABLE"):
            await self._ask(b"SHUTDOWN", "NOSAVE")

    def _take(self, info: Mapping[str, str]) -> None:
        counters, times = self._cache.counters, command_times(info)
        if self._times:
            self._cache.charge(excess(self._times, times))
        self._times = times
        counters.data_bytes = int(info.get("used_memory_dataset", 0))
        counters.authentication_failures = int(info.get("acl_access_denied_auth", 0))
        counters.command_failures = int(info.get("acl_access_denied_cmd", 0))
        counters.key_failures = int(info.get("acl_access_denied_key", 0))

    async def _info(self) -> Reply:
        try:
            if self._streams is None:
                self._streams = await asyncio.open_unix_connection(self._cache.snapshot.socket)
                await self._ask(b"AUTH", self._cache.snapshot.admin_name, self._cache.snapshot.admin_password)
            return await self._ask(b"INFO", "stats", "memory", "commandstats")
        except BaseException:
            if self._streams:
                self._streams[1].close()
            self._streams = None
            raise

    async def _ask(self, name: bytes, *words: str) -> Reply:
        assert self._streams is not None
        reader, writer = self._streams
        writer.write(encode([name, *(word.encode() for word in words)]))
        data = b""
        while (found := read(data)) is None:
            more = await reader.read(65536)
            if not more:
                raise EOFError
            data += more
        return found[0]
