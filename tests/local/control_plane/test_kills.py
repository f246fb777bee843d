"""Kill the runtime at any instant: the next one goes on with all that was promised.

``KILLS=50 pytest tests/local/control_plane/test_kills.py`` is the long run.
"""

import os
import random
import signal
import threading
from contextlib import suppress
from pathlib import Path

import pytest
import redis

from cdk_elasticache import local
from cdk_elasticache.errors import ElastiCacheError
from cdk_elasticache.local.control_plane.bring_up import Runtime, Wish, bring_up
from tests.local.control_plane.conftest import Write, assert_gone, cache, group, user
from tests.local.control_plane.holding import connect_to

KILLS = int(os.environ.get("KILLS", "3"))


def drop(line: str) -> None:
    del line


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_kill_while_a_change_is_applied_loses_nothing(tmp_path: Path, write: Write, seed: int) -> None:
    state = tmp_path / "kept"
    old = {"App": user("app"), "Team": group("team", "App"), "Keep": cache("keep", of="Team")}
    with local.run(write(**old), state=state) as first:
        one = first.caches["Keep"]
        with connect_to(one.port, one.ca_file, "app") as client:
            client.set("key", "value")
    new = {**old, "App": user("app", "on ~* +@all -flushall"), "More": cache("more", of="Team")}
    source = write(**new)

    runtime = Runtime(state, ephemeral=True)
    # Somewhere between its start and its answer: the kill is the subject, so its moment is left to chance.
    moment = threading.Timer(
        random.Random(seed).uniform(0, 1.2), os.kill, (runtime._child.pid, signal.SIGKILL)
    )
    moment.start()
    with suppress(ElastiCacheError):
        bring_up(state, Wish(source), runtime, report=drop)
    moment.join()
    runtime.stop()
    assert_gone(state)

    with local.run(source, state=state) as again:
        assert [entry["status"] for entry in again.status["caches"]] == ["available", "available"]
        one = again.caches["Keep"]
        with connect_to(one.port, one.ca_file, "app") as client:
            assert client.get("key") == "value"
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.flushall()
    assert_gone(state)
