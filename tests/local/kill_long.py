"""Kill -9 of the runtime, the gateway or the engine at random instants, while a client writes: the long run.

    python -m tests.local.kill_long [--kills 50] [--seed 0]

Each round brings a cache up, writes, kills one of the three, and looks: what was declared is there as before, with
every write that had been acknowledged for a second at the kill. Rounds whose runtime survives end with a clean stop,
under load; after that every acknowledged write has to be there. A line a round; status 1 where something is lost.
"""

import argparse
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

import redis

from cdk_elasticache import local
from cdk_elasticache.errors import ElastiCacheError
from cdk_elasticache.local.control_plane.bring_up import Runtime, Wish, bring_up
from tests.local.control_plane.conftest import cache, group, processes_of, role, user, write_template
from tests.local.control_plane.test_running import (
    children_of,
    command_of,
    connect_to,
    drop,
    shape,
    wait_until_gone,
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
        self._one, self._number = one, first
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
                    self._news.notify_all()
            self._number += 1  # never the same again: who knows what became of it

    def wait_for_another(self) -> None:
        """Return when a write that begins from now on was acknowledged."""
        asked = self._number + 1
        with self._news:
            served = self._news.wait_for(lambda: any(one > asked for one in self.acknowledged), timeout=30)
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
        self.kept: set[int] = set()  # writes that must be there
        self.doubtful: set[int] = set()  # those too young to be promised
        self.lost_young = 0
        self._next = 0
        self._shape: Any = None
        resources = {"App": user("app", "on ~* +@all -flushall"), "Team": group("team", "App")}
        resources |= {"Cache": cache("shop", of="Team"), "Role": role("worker", "Cache")}
        self._source = write_template(folder / "Shop.template.json", **resources)

    def round(self, victim: str) -> None:
        """Bring up, write, kill, look."""
        if victim == "starting runtime":
            self._kill_starting()
        runtime = Runtime(self.state, ephemeral=True)
        try:
            running = local.Local(self.state, bring_up(self.state, Wish(self._source), runtime, report=drop))
            self._look(running)
            if victim == "starting runtime":
                return
            writer = Writer(running.caches["Cache"], self._next)
            try:
                self._kill_running(runtime, victim, writer)
                if victim != "runtime":
                    writer.wait_for_another()
                    self._look(running)
                    runtime.stop()
            finally:
                self._next = writer.stop()
            # What was acknowledged after the kill was followed by a clean stop.
            self._promise(writer, float("inf"))
        finally:
            runtime.stop()
            wait_until_gone(self.state)

    def _kill_starting(self) -> None:
        runtime = Runtime(self.state, ephemeral=True)
        pid, moment = runtime._child.pid, self.random.uniform(0, 1.5)
        timer = threading.Timer(moment, os.kill, (pid, signal.SIGKILL))
        timer.start()
        with suppress(ElastiCacheError):
            bring_up(self.state, Wish(self._source), runtime, report=drop)
        timer.join()
        runtime.stop()
        wait_until_gone(self.state)
        self.kills["starting runtime"] += 1

    def _kill_running(self, runtime: Runtime, victim: str, writer: Writer) -> None:
        writer.wait_for_another()
        threading.Event().wait(self.random.uniform(0, 2))  # the instant is the subject
        pid = runtime._child.pid
        if victim != "runtime":
            (pid,) = (one for one in children_of(pid) if COMMANDS[victim] in command_of(one))
        killed = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        self._promise(writer, killed - YOUNG)
        self.kills[victim] += 1
        if victim == "runtime":
            wait_until_gone(self.state)

    def _promise(self, writer: Writer, until: float) -> None:
        """Whatever was acknowledged by then must be there from now on."""
