"""ioredis on Node, in cluster mode and plain: ioredis.js runs a scenario, and here is what must come of it."""

import json
import subprocess
from typing import Any

import pytest

from cdk_elasticache import local
from tests.local.clients.shop import IOREDIS, WAYS, ioredis

pytestmark = pytest.mark.skipif(not IOREDIS.exists(), reason="ioredis isn't installed: npm is out of reach")


def run(scenario: str, cluster: bool, way: str, running: local.Local, key: str) -> Any:
    command = ioredis(scenario, cluster, WAYS[way](running), key)
    done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.mark.parametrize("cluster", [True, False], ids=["cluster", "plain"])
@pytest.mark.parametrize("way", WAYS)
def test_the_client_signs_in(way: str, cluster: bool, running: local.Local, key: str) -> None:
    assert run("value", cluster, way, running, key) == ["OK", "1"]


@pytest.mark.parametrize("cluster", [True, False], ids=["cluster", "plain"])
@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        ("pipeline", [[None, number] for number in range(1, 101)]),
        ("transaction", [[None, 1], [None, 2], [None, "2"]]),
        ("script", [2, 5]),
        ("stream", [True, 1]),
        ("scan", 300),
        ("big", True),
    ],
)
def test_a_scenario_gives(
    scenario: str, expected: Any, cluster: bool, running: local.Local, key: str
) -> None:
    assert run(scenario, cluster, "first password", running, key) == expected


@pytest.mark.parametrize("cluster", [True, False], ids=["cluster", "plain"])
@pytest.mark.parametrize(
    ("scenario", "word"), [("published", "news"), ("sharded", "news"), ("blocking", "job")]
)
def test_what_comes_names_where_it_came(
    scenario: str, word: str, cluster: bool, running: local.Local, key: str
) -> None:
    assert run(scenario, cluster, "first password", running, key) == [key, word]
