"""What the state folder keeps, and from whom."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cdk_elasticache.local.control_plane.faults import LocalError
from cdk_elasticache.local.control_plane.plan import Record
from cdk_elasticache.local.control_plane.resources import Resource
from cdk_elasticache.local.control_plane.state import Hold, State, holder, wait_free

RECORD = Record(
    Resource(
        "arn:aws:x",
        "user",
        "Shop",
        "User",
        "Shop/User",
        ("arn:aws:y",),
        True,
        {"UserId": "x", "Tags": [["a", "b"]]},
    ),
    "active",
    "x-1",
)


def test_what_was_put_is_there_for_the_next_one(tmp_path: Path) -> None:
    with State(tmp_path / "s") as state:
        state.put(RECORD)
        state.put_ports("arn:aws:x", 6379, None)
        state.put_fact("principals", [{"arn": "p"}])
    with State(tmp_path / "s") as state:
        assert state.records() == [RECORD]
        assert state.ports() == {"arn:aws:x": (6379, None)}
        assert state.fact("principals") == [{"arn": "p"}]


def test_what_was_forgotten_is_not(tmp_path: Path) -> None:
    with State(tmp_path) as state:
        state.put(RECORD)
        state.forget("arn:aws:x")
        assert state.records() == []


def test_a_write_that_returned_survives_the_kill_of_its_process(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, signal, sys\n"
        "from cdk_elasticache.local.control_plane.state import State\n"
        "State(pathlib.Path(sys.argv[1])).put_fact('told', 42)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    with State(tmp_path) as state:
        assert state.fact("told") == 42


def test_nobody_else_can_read_what_is_kept(tmp_path: Path) -> None:
    with State(tmp_path / "s") as state:
        state.put_secret("name", "", "value")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "s").iterdir()}
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o700
    assert modes == {"made-by": 0o600, "state.db": 0o600, "state.db-wal": 0o600, "state.db-shm": 0o600}


def test_state_of_a_later_release_is_left_alone(tmp_path: Path) -> None:
    State(tmp_path).close()
    with sqlite3.connect(tmp_path / "state.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(LocalError) as caught:
        State(tmp_path)
    assert caught.value.code == "StateTooNew"
    assert caught.value.message == (
        f"state must be of version 1 or older, got 99 in {tmp_path}; use the release that wrote it"
    )


def test_a_folder_that_cannot_be_one_is_refused_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalError) as caught:
        State(tmp_path / "file" / "state")
    assert caught.value.code == "StateFolderRefused"
    assert caught.value.message == (
        f"state folder must be writable, got 'Not a directory' for {tmp_path}/file/state; name another with --state"
    )


def test_a_file_that_is_no_database_is_refused_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_text("this is text, and no database at all. " * 100)
    with pytest.raises(LocalError) as caught:
        State(tmp_path)
    assert caught.value.message == (
        f"state folder must have a database that can be read, got 'file is not a database' for {tmp_path}/state.db; "
        "put a copy of it back, or begin anew with cdk-elasticache down --delete, which removes the data too"
    )


def test_a_full_disk_is_said_in_a_line_and_costs_nothing_that_was_written(tmp_path: Path) -> None:
    code = (
        "import pathlib, resource, signal, sys\n"
        "from cdk_elasticache.local.control_plane.state import State\n"
        "state = State(pathlib.Path(sys.argv[1]))\n"
        "state.put_fact('small', 1)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "try:\n"
        "    state.put_fact('big', 'x' * 1_000_000)\n"
        "except Exception as error:\n"
        "    print(error.code)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True
    )
    assert said.stdout == "StateFolderRefused\n"
    with State(tmp_path) as state:
        assert (state.fact("small"), state.fact("big")) == (1, None)


def test_the_second_one_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    hold = Hold(tmp_path)
    with pytest.raises(LocalError) as caught:
        Hold(tmp_path)
    assert caught.value.code == "StateFolderHeld"
    assert f"held by process {os.getpid()};" in caught.value.message
    assert holder(tmp_path) == os.getpid()
    hold.release()
    assert holder(tmp_path) is None
    wait_free(tmp_path)
    Hold(tmp_path).release()
