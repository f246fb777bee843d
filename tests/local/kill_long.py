"""Kill -9 of the runtime, the gateway or the engine at random instants, while a client writes: the long run.

    python -m tests.local.kill_long [--kills 50] [--seed 0]

Each round brings a cache up, writes, kills one of the three, and looks: what was declared is there as before, with
every write that had been acknowledged for a second at the kill. Rounds whose runtime survives end with a clean stop,
under load; after that every acknowledged write has to be there. A line a round; status 1 where something is lost.
"""

import argparse
import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import redis

from cdk_elasticache import local
from cdk_elasticache.errors import ElastiCacheError
from cdk_elasticache.local.control_plane.bring_up import Runtime, Wish, bring_up
from tests.local.control_plane.conftest import assert_gone, cache, group, role, user
from tests.local.control_plane.holding import (
    children_of,
    command_of,
    connect_to,
    drop,
)

VICTIMS = ("starting runtime", "runtime", "gateway", "engine")
COMMANDS = {"gateway": "cdk_elasticache.local.data_plane", "engine": "valkey-server"}
#: Seconds that a write may be young to be lost with a kill.
YOUNG = 1.0


class Writer:
    """A client that writes as long as it may, and remembers what was acknowledged, and when.

    :param first: the number of its first write.
    """

    def __init__(self, one: local.Cache, first: int) -> None:
        self._one, self._number, self._last = one, first, -1
        self._news = threading.Condition()
        self._end = threading.Event()
        self.acknowledged: dict[int, float] = {}
        self.faults: list[Exception] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        client = None
        while not self._end.wait(0.001):
            try:
                client = client or connect_to(self._one.port, self._one.ca_file, "app")
                client.set(key(self._number), self._number)
            except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError) as error:
                if isinstance(error, redis.exceptions.AuthenticationError):
                    self.faults.append(error)
                client = None
            except redis.exceptions.RedisError as error:
                self.faults.append(error)
            else:
                with self._news:
                    self.acknowledged[self._number] = time.monotonic()
                    self._last = self._number
                    self._news.notify_all()
            self._number += 1  # never the same again: who knows what became of it

    def wait_for_another(self) -> None:
        """Return when a write that begins from now on was acknowledged."""
        asked = self._number + 1
        with self._news:
            served = self._news.wait_for(lambda: self._last > asked, timeout=30)
        assert served, "no write was acknowledged for 30 seconds"

    def stop(self) -> int:
        """End; return the number that the next one begins with."""
        self._end.set()
        self._thread.join()
        assert self.faults == []
        return self._number


def key(number: int) -> str:
    """All in one slot, so that one MGET reads many."""
    return f"{{write}}{number}"


class Trial:
    """A state folder that is hurt again and again."""

    def __init__(self, folder: Path, seed: int = 0) -> None:
        self.state = folder / "state"
        self.random = random.Random(seed)
        self.kills: Counter[str] = Counter()
        self.lost_young = 0
        self._kept: set[int] = set()  # writes that must be there
        self._young: set[int] = set()  # writes that may have been lost with the last kill
        self._next = 0
        self._status: Any = None
        resources = {"App": user("app", "on ~* +@all -flushall"), "Team": group("team", "App")}
        resources |= {"Cache": cache("shop", of="Team"), "Role": role("worker", "Cache")}
        self._source = folder / "Shop.template.json"
        self._source.write_text(json.dumps({"Resources": resources}))

    def round(self, victim: str) -> None:
        """Bring up, look, write, kill, look again. Without a victim, only look."""
        if victim == "starting runtime":
            self._kill_starting()
        runtime = Runtime(self.state, ephemeral=True)
        try:
            running = local.Local(self.state, bring_up(self.state, Wish(self._source), runtime, report=drop))
            self._look(running)
            if victim in COMMANDS or victim == "runtime":
                self._hurt(runtime, victim, running)
        finally:
            runtime.stop()
            assert_gone(self.state)

    def _hurt(self, runtime: Runtime, victim: str, running: local.Local) -> None:
        writer = Writer(running.caches["Cache"], self._next)
        try:
            self._kill(runtime, victim, writer)
            if victim != "runtime":
                writer.wait_for_another()
                self._look(running)
                runtime.stop()  # while it writes
        finally:
            self._next = writer.stop()
        if victim != "runtime":
            self._promise(writer, float("inf"))

    def _kill(self, runtime: Runtime, victim: str, writer: Writer) -> None:
        writer.wait_for_another()
        threading.Event().wait(self.random.uniform(0, 2))  # not for anything: the instant is the subject
        pid = runtime._child.pid
        if victim in COMMANDS:
            (pid,) = (one for one in children_of(pid) if COMMANDS[victim] in command_of(one))
        until = time.monotonic() - YOUNG
        os.kill(pid, signal.SIGKILL)
        if victim == "runtime":
            runtime.wait()
            assert_gone(self.state)
        self._promise(writer, until)
        self.kills[victim] += 1

    def _kill_starting(self) -> None:
        runtime = Runtime(self.state, ephemeral=True)
        pid, moment = runtime._child.pid, self.random.uniform(0, 1.5)
        timer = threading.Timer(moment, os.kill, (pid, signal.SIGKILL))
        timer.start()
        with suppress(ElastiCacheError):
            bring_up(self.state, Wish(self._source), runtime, report=drop)
        timer.join()
        runtime.stop()
        assert_gone(self.state)
        self.kills["starting runtime"] += 1

    def _promise(self, writer: Writer, until: float) -> None:
        """What was acknowledged by then must be there from now on; of the rest, nobody knows yet."""
        acknowledged = dict(writer.acknowledged)
        self._kept |= {number for number, when in acknowledged.items() if when <= until}
        self._young = acknowledged.keys() - self._kept

    def _look(self, running: local.Local) -> None:
        """What was declared is there, and every write that must be."""
        entries = [{**one, "usage": 0} for one in running.status["caches"]]
        status = {**running.status, "caches": entries}
        self._status = self._status or status
        assert status == self._status
        one = running.caches["Cache"]
        with connect_to(one.port, one.ca_file, "app") as client:
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.flushall()
            found = self._found(client)
        assert not self._kept - found, f"{len(self._kept - found)} writes are lost"
        self.lost_young += len(self._young - found)
        self._kept |= self._young & found
        self._young = set()

    def _found(self, client: redis.Redis) -> set[int]:
        """Those of the writes that are there, with their value."""
        asked = sorted(self._kept | self._young)
        found = set()
        for at in range(0, len(asked), 1000):
            part = asked[at : at + 1000]
            values: Any = client.mget([key(number) for number in part])
            found |= {number for number, value in zip(part, values, strict=True) if value == str(number)}
        return found

    def __str__(self) -> str:
        """What was done so far."""
        kills = ", ".join(f"{count} {victim}" for victim, count in sorted(self.kills.items()))
        return (
            f"{self.kills.total()} kills ({kills}): {len(self._kept)} writes, none lost that was promised; "
            f"{self.lost_young} lost that were younger than {YOUNG:g} s"
        )


def main() -> int:
    """Run it, and say what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0, help="of the instants and the order of victims")
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        trial = Trial(Path(name), options.seed)
        while trial.kills.total() < options.kills:
            victim = trial.random.choice(VICTIMS)
            trial.round(victim)
            print(f"{victim}: {trial}", flush=True)  # noqa: T201 - a command's output
        trial.round("")
    print(f"seed {options.seed}: {trial}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
