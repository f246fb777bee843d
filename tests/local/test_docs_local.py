"""docs/local.md is one long session: files are saved, commands are run and Python is, from top to bottom."""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from cdk_elasticache.local.control_plane.state import State
from tests.local.conftest import free_ports
from tests.local.control_plane.conftest import assert_gone

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "local.md").read_text()
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
#: A block that is to be saved says so at the end of the sentence before it, or in it.
SAVED = re.compile(r"(?:as|in) `([\w.-]+)`[^`]*\n\n\Z")
CACHE = "arn:aws:elasticache:us-east-1:000000000000:serverlesscache:orders"


class Reader:
    """Somebody who follows the page to the letter, in a folder that isn't ``/home/me/orders``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        port, reader_port = free_ports()
        # The ports that this reader's cache has had before, so that tests side by side take none from another.
        self.here = {"/home/me/orders": str(folder), "6379": str(port), "6380": str(reader_port)}
        with State(folder / ".cdk-elasticache") as state:
            state.put_ports(CACHE, port, reader_port)
        self.namespace: dict[str, object] = {"__name__": "__docs__"}

    def follow(self, language: str, text: str, name: str | None, line: int) -> None:
        """Do what one block says."""
        for there, here in self.here.items():
            text = text.replace(there, here)
        if language == "diff":
            self.change(text, name)
        elif name:
            (self.folder / name).write_text(text)
        elif language == "python":
            exec(compile("\n" * line + text, "local.md", "exec"), self.namespace)
        elif language == "console":
            for session in re.split(r"^\$ ", text, flags=re.M)[1:]:
                self.run(*session.split("\n", 1))

    def change(self, text: str, name: str | None) -> None:
        """Replace lines of a file."""
        old = "".join(line[1:] for line in text.splitlines(keepends=True) if line.startswith("-"))
        new = "".join(line[1:] for line in text.splitlines(keepends=True) if line.startswith("+"))
        file = self.folder / (name or "orders.yaml")
        assert file.read_text().count(old) == 1
        file.write_text(file.read_text().replace(old, new))

    def run(self, command: str, shown: str) -> None:
        """Run a command, and compare what it prints with what is shown.

        ``...`` stands for anything, and blanks for any number of them: other ports make other columns.
        """
        parts = (" +".join(map(re.escape, re.split(" +", part))) for part in shown.split("..."))
        pattern = re.compile(".*".join(parts), re.S)
        printed = output(command)
        patience = (
            monotonic() + 10 if "logs" in command else 0
        )  # another process writes the log, in its own time
        while not pattern.fullmatch(printed) and monotonic() < patience:
            printed = output(command)
        assert pattern.fullmatch(printed), f"$ {command}\n{printed}\nshown:\n{shown}"


def output(command: str) -> str:
    """All that a command prints."""
    done = subprocess.run(
        ["sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.stdout


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    # A short path, as a person's: the sockets of engines have to fit.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        commands = folder / "bin"
        commands.mkdir()
        for command, words in {"cdk-elasticache": ["-m", "cdk_elasticache"], "python": []}.items():
            script = f'#!/bin/sh\nexec {shlex.join([sys.executable, *words])} "$@"\n'
            (commands / command).write_text(script)
            (commands / command).chmod(0o700)
        # Undone at the end: the page's Python writes to the environment itself.
        for variable in ("AWS_CONFIG_FILE", "AWS_PROFILE"):
            monkeypatch.setenv(variable, "")
        monkeypatch.setenv("PATH", str(commands), prepend=os.pathsep)
        monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
        monkeypatch.chdir(folder)
        try:
            yield Reader(folder)
        finally:
            subprocess.run(["cdk-elasticache", "down"], capture_output=True, check=False)


def blocks() -> Iterator[tuple[str, str, str | None, int]]:
    """Each block: its language, its text, the file that it is saved in, its line."""
    for found in FENCE.finditer(PAGE):
        saved = SAVED.search(PAGE[: found.start()])
        yield found[1], found[2], saved[1] if saved else None, PAGE[: found.start(2)].count("\n")


def test_whoever_follows_the_page_sees_what_it_shows(reader: Reader) -> None:
    for block in blocks():
        reader.follow(*block)
    assert not (reader.folder / ".cdk-elasticache").exists()
    assert_gone(reader.folder)


def test_the_page_names_every_command_that_runs_things() -> None:
    for command in ("up", "status", "logs", "down", "credentials", "token", "secret"):
        assert re.search(rf"cdk-elasticache {command}\b", PAGE), command
