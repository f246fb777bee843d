"""What a person at a terminal sees of ``up``, and nobody else."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_runtime_commands import Shell, shell
from tests.local.control_plane.conftest import Write, cache, write

__all__ = ["shell", "write"]  # fixtures


class Terminal:
    """A command whose standard error is a terminal."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._ours, theirs = os.openpty()
        argv = [sys.executable, "-m", "cdk_elasticache", *words]
        self.process = subprocess.Popen(argv, cwd=folder, stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        self.seen = ""

    def read_until(self, text: str) -> None:
        while text not in self.seen:
            more = self._read()
            assert more
            self.seen += more

    def end(self) -> str:
        while more := self._read():
            self.seen += more
        os.close(self._ours)
        self.process.wait()
        return self.seen

    def _read(self) -> str:
        try:
            return os.read(self._ours, 65_536).decode()
        except OSError:  # Linux: nobody has the other end any more
            return ""


def test_how_events_ended_is_coloured_on_a_terminal_that_wants_it(
    shell: Shell, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = "CREATE_COMPLETE "
    monkeypatch.delenv("NO_COLOR", raising=False)
    source = str(write(Cache=cache("shop")))
    assert f"Shop \x1b[32m| {complete[:-1]}\x1b[0m" in Terminal(shell.folder, "up", source, "--detach").end()
    assert shell.run("down", "--delete").returncode == 0
    monkeypatch.setenv("NO_COLOR", "1")
    assert f"Shop | {complete}" in Terminal(shell.folder, "up", source, "--detach").end()
    assert shell.run("down", "--delete").returncode == 0
    monkeypatch.delenv("NO_COLOR")
    assert f"Shop | {complete}" in shell.run("up", source, "--detach").stderr


def test_what_takes_longer_than_a_second_is_said_and_then_erased(
    shell: Shell, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = shell.folder / "loads-for-ever"
    loads.write_text("#!/bin/sh\n[ $1 = --version ] && echo Valkey server v=9.1.0 && exit\nexec sleep 600\n")
    loads.chmod(0o700)
    monkeypatch.setenv("CDK_ELASTICACHE_SERVER", str(loads))
    up = Terminal(shell.folder, "up", str(write(Cache=cache("shop"))))
    up.read_until("reading and starting, 1 s")
    up.process.send_signal(signal.SIGINT)
    assert up.end().endswith("\r\x1b[Kstopping\r\n")
    assert up.process.returncode == 1
