"""Every command, where nobody reads its output or its disk is full."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cdk_elasticache.cli import COMMANDS
from tests.local.control_plane.conftest import cache, group, role, user

FULL = "cdk-elasticache: standard output must be writable, got 'No space left on device'\n"

#: What is tried of each command: what succeeds, and what fails.
CASES = {
    "": ["--help", "--version", "nonsense", ""],
    "check": ["check --help", "check shop.json", "check shop.json --json", "check none.json"],
    "explain": ["explain on", "explain 'on ~a' --json", "explain 'on ~a' --allows GET a", "explain on~"],
    "up": ["up shop.json --detach", "up none.json"],
    "status": ["status", "status --json", "status --state none"],
    "logs": ["logs", "logs --json"],
    "down": ["down --state none"],
    "credentials": ["credentials Role", "credentials None"],
    "token": ["token shop app --principal Role", "token shop none --principal Role"],
    "secret": ["secret get one", "secret get none", "secret list"],
}

Ended = tuple[int, str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder where something runs."""
    made = tmp_path_factory.mktemp("shop")
    resources = {
        "Cache": cache("shop", of="Group"),
        "Group": group("g", "User"),
        "User": user("app", "on ~app:* ~app:1 resetchannels +get", "iam"),
        "Role": role("Role", "Cache", "User"),
    }
    (made / "shop.json").write_text(json.dumps({"Resources": resources}))
    assert ended(made, "up shop.json --detach")[0] == 0
    subprocess.run(command("secret set one"), shell=True, input=b"value", cwd=made, check=True)
    while "clients 0, ECPU 0" not in ended(made, "status")[1]:
        pass  # The gateway tells its usage for the first time: from then on two answers are alike.
    yield made
    assert ended(made, "down")[0] == 0


def command(words: str) -> str:
    return f"{shlex.quote(sys.executable)} -m cdk_elasticache {words}"


def ended(folder: Path, words: str, redirections: str = "", *, gone: tuple[int, ...] = ()) -> Ended:
    """Run a command to its end, buffered as it is for whoever uses it.

    :param gone: file descriptors whose reader has left.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with ExitStack() as pipes:

        def pipe(descriptor: int) -> int:
            if descriptor not in gone:
                return subprocess.PIPE
            reader, writer = os.pipe()
            os.close(reader)
            pipes.callback(os.close, writer)
            return writer

        done = subprocess.run(
            f"{command(words)} {redirections}",
            shell=True,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=pipe(1),
            stderr=pipe(2),
            text=True,
            check=False,
        )
    # The moment at which a token was signed is in it, and in its signature.
    answer = re.sub(r"(X-Amz-(?:Date|Signature)=)\w+", r"\1...", done.stdout or "")
    return done.returncode, answer, done.stderr or ""


def test_every_command_is_tried() -> None:
    assert set(CASES) == {"", *COMMANDS}


@pytest.mark.parametrize("words", [words for cases in CASES.values() for words in cases])
def test_who_reads_the_output_changes_nothing_and_a_full_disk_is_said(folder: Path, words: str) -> None:
    status, out, err = ended(folder, words)
    assert ended(folder, words, ">&-") == (status, "", err)
    assert ended(folder, words, gone=(1,)) == (status, "", err)
    for redirections, gone in (("2>&-", ()), ("", (2,)), ("2>/dev/full", ())):
        assert ended(folder, words, redirections, gone=gone) == (status, out, "")
    assert ended(folder, words, ">/dev/full") == ((1, "", err + FULL) if out else (status, "", err))
    assert ended(folder, words, ">/dev/full 2>/dev/full") == (1 if out else status, "", "")


def test_a_verdict_too_long_for_the_pipe_that_nobody_reads_is_the_exit_status(folder: Path) -> None:
    words = "explain 'on ~a +get' --json --allows SET " + "k" * 100_000 + " v"
    assert ended(folder, words)[0] == 1
    assert ended(folder, words, gone=(1,)) == (1, "", "")


def test_nobody_reading_the_table_stops_nothing_that_runs(folder: Path) -> None:
    ours, theirs = os.pipe()
    argv = [sys.executable, "-m", "cdk_elasticache", "up", "shop.json", "--state", "other"]
    with subprocess.Popen(argv, cwd=folder, stdout=theirs, stderr=subprocess.PIPE, text=True) as up:
        os.close(theirs)
        os.close(ours)
        assert up.stderr is not None
        while "running; Ctrl-C stops it" not in (line := up.stderr.readline()):
            assert line
        up.terminate()
        assert up.communicate(timeout=30)[1] == "stopping\n"
    assert up.returncode == 0
