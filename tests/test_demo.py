"""The demonstration, run as ``scripts/demo`` runs it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.local.control_plane.conftest import assert_gone

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Where its templates go, and all that it keeps for a while."""
    return tmp_path_factory.mktemp("demo") / "cdk.out", tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def shown(folders: tuple[Path, Path]) -> str:
    """What the demonstration prints."""
    templates, temporary = folders
    done = subprocess.run(
        [sys.executable, "-m", "scripts.demo", str(templates)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_shows_what_is_declared_and_a_mistake_at_its_line(shown: str) -> None:
    assert "Cache ShopCache" in shown
    assert "GET order:1     no: no key pattern lets 'get' read the key 'order:1'" in shown
    assert "request_rate_limit_maximum must be a whole number from 1000 to 15000000 ECPU/s, got 500" in shown


@pytest.mark.parametrize(
    ("who", "command", "answer"),
    [
        # The access strings of examples/shop/app.py: the web user reads and writes carts, the report reads them.
        ("shop-web, with a token", "SET cart:1 apples", "True"),
        ("shop-web, with a token", "GET cart:1", "apples"),
        ("shop-web, with a token", "GET order:1", "refused: No permissions to access a key"),
        ("shop-report, with its password", "GET cart:1", "apples"),
        (
            "shop-report, with its password",
            "SET cart:1 pears",
            "refused: User shop-report has no permissions",
        ),
        ("shop-report, with a wrong password", "GET cart:1", "refused: invalid username-password pair"),
        ("nobody", "GET cart:1", "refused: Authentication required"),
        ("default, with its password", "PING", "refused: invalid username-password pair or user is disabled"),
        ("shop-web, a command", "CONFIG GET maxmemory", "refused: unknown command 'CONFIG'"),
    ],
)
def test_real_clients_show_who_may_do_what(shown: str, who: str, command: str, answer: str) -> None:
    part = shown.partition("Who may do what")[2].partition("Without its grant")[0]
    assert re.search(rf"^  {re.escape(who)}.* {re.escape(command)} +{re.escape(answer)}", part, re.M), part


def test_without_its_grant_the_role_gets_nobody_in_and_the_log_names_the_missing_line(shown: str) -> None:
    part = shown.partition("Without its grant")[2]
    assert re.search(r"^  shop-web, .* GET cart:1 +refused: invalid username-password pair", part, re.M)
    assert re.search(
        r"refused user shop-web: .* allows elasticache:Connect on arn:.*:user:shop-web; .*grant_connect", part
    )


def test_it_ends_with_the_command_that_keeps_the_app_running(shown: str, folders: tuple[Path, Path]) -> None:
    assert re.search(rf"cdk-elasticache up {re.escape(str(folders[0]))}$", shown, re.M)


def test_it_leaves_nothing_running_and_nothing_behind(shown: str, folders: tuple[Path, Path]) -> None:
    assert "Stopped" in shown
    assert_gone(folders[1])
    assert [path.name for path in folders[1].iterdir()] == []
