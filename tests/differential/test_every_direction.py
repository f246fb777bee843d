"""Whatever is given to either library, whoever made it: it's rendered as what was meant, or refused.

directions.py names who gives what to whom.
"""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

pytest.importorskip("aws_cdk.aws_elasticache_alpha", reason="it fits one version of aws-cdk-lib")

REFUSED = "refused"
CONNECT = [["elasticache:Connect", "elasticache:DescribeServerlessCaches"], True]

#: What is meant. The last number says for how many resources that one waits.
MEANT: dict[str, Any] = {
    "engine_of_cache": ["valkey", "7", 0],
    "engine_of_imported_cache": ["valkey", "7"],
    "engine_that_is_injected": ["valkey", "7", 0],
    "struct_that_is_injected": ["people", 0],
    "engine_of_user": ["redis", 0],
    "engine_of_imported_user": "redis",
    "engine_of_group": ["redis", 1],
    "engine_of_imported_group": "redis",
    "access_of_iam_user": ["on ~* +@all", 0],
    "access_of_password_user": ["on ~* +@all", 0],
    "access_of_user_without_password": ["on ~* +@all", 0],
    "backup_of_cache": [3, 0],
    "limits_of_cache": [{"DataStorage": {"Maximum": 3, "Unit": "GB"}}, 0],
    "user_of_group": [["my-user"], 1],
    "user_added_to_group": [["my-user"], 1],
    "user_of_imported_group": ["my-user"],
    "group_of_cache": ["people", 1],
    "group_of_imported_cache": "people",
    "cache_of_grants": CONNECT,
    "cache_that_connects": ["sg-1"],
    "cache_connected_to": ["sg-1"],
    "metric_beside_another": [["Minimum", 60, "Evictions"], ["Minimum", 60, "BytesUsedForCache"]],
}
VALUES = ("engine", "access", "backup", "limits", "struct")
WAITING = {"user_of_group", "user_added_to_group", "group_of_cache"}


def expected(direction: str) -> Any:
    """What comes of a direction, by what docs/migrating.md says."""
    take, way = direction.split(": ")
    given, taker = way.rsplit(" to ", 1)
    meant = MEANT[take]
    if take in WAITING and (given.startswith("import") or given == "third, no construct"):
        meant = [*meant[:-1], 0]
    if given == "third" and take == "metric_beside_another":
        return REFUSED  # it has no metrics
    if taker == "ours":
        return meant
    if take.startswith(VALUES):
        return meant if given in ("alpha", "own of alpha", "dict") else REFUSED
    if given == "third, no construct" or (take == "group_of_cache" and given.startswith("import")):
        return REFUSED
    if take in WAITING and (given == "third" or given.endswith("by attributes")):
        # JavaScript sees no attributes of such a class, whichever library's interface it names: nothing of ours
        # is asked, so nothing of ours could refuse it.
        return [None if take == "group_of_cache" else [], 1]
    return meant


@pytest.mark.parametrize(
    ("options", "order"), [("", "ours alpha"), ("", "alpha ours"), ("-O", "ours alpha")], ids=str
)
def test_nothing_that_is_given_is_lost(options: str, order: str) -> None:
    # With -O, Python runs without the alpha module's checks of types.
    program = [sys.executable, *options.split(), "-m", "tests.differential.directions", *order.split()]
    environment = {**os.environ, "CDK_VALIDATION": "false"}
    run = subprocess.run(program, check=True, env=environment, stdout=subprocess.PIPE, text=True)
    came: dict[str, Any] = json.loads(run.stdout)
    assert {take for take, _ in (direction.split(": ") for direction in came)} == MEANT.keys()
    assert {way: outcome(it) for way, it in came.items()} == {way: expected(way) for way in came}


def outcome(it: Any) -> Any:
    """What came of a direction; errors as such."""
    is_error = isinstance(it, str) and it.startswith(("TypeError: ", "AttributeError: ", "RuntimeError: "))
    return REFUSED if is_error else it
