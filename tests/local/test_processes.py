"""A process ends with its owner, or, where its watcher was killed too, before the next one starts."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cdk_elasticache.local.processes import LeftBehindError, Process

OWNER = """
import sys
from pathlib import Path
from cdk_elasticache.local.processes import Process
process = Process(sys.argv[2:], lock=Path(sys.argv[1]))
process.start()
print(process.pid, flush=True)
sys.stdin.read()
"""


def owner_of(lock: Path, *argv: str) -> tuple["subprocess.Popen[str]", int]:
    """A process that owns another, and that one's id."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(lock), *argv],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    deadline = time.monotonic() + 5
    while not group(pid) and time.monotonic() < deadline:  # its watcher
        time.sleep(0.01)
    return owner, pid


def group(leader: int) -> list[int]:
    """The other processes of a group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:  # gone meanwhile
            continue
        if int(words[2]) == leader and int(stat.parent.name) != leader:
            found.append(int(stat.parent.name))
    return found


def wait_gone(pid: int) -> bool:
    """Whether a process ends within five seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc")


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_a_process_ends_when_its_owner_is_killed(tmp_path: Path, state: str) -> None:
    owner, pid = owner_of(tmp_path / "lock", "sleep", "1000")
    with owner:
        if state == "stopped":
            os.kill(pid, signal.SIGSTOP)
        owner.kill()
    assert wait_gone(pid)


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_what_was_left_behind_is_ended_before_another_starts(tmp_path: Path, state: str) -> None:
    owner, pid = owner_of(tmp_path / "lock", "sleep", "1000")
    with owner:
        for one in group(pid):  # the watcher
            os.kill(one, signal.SIGKILL)
        owner.kill()
    if state == "stopped":
        os.kill(pid, signal.SIGSTOP)
    assert not wait_gone_at_once(pid)
    following = Process(["sleep", "1000"], lock=tmp_path / "lock")
    following.start()
    try:
        assert wait_gone(pid)
        wait_written(tmp_path / "lock", str(following.pid))
    finally:
        following.stop()


def wait_written(path: Path, text: str) -> None:
    """Return when a file has this text."""
    deadline = time.monotonic() + 5
    while path.read_text().strip() != text:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def wait_gone_at_once(pid: int) -> bool:
    """Whether a process is gone already."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_lock_that_somebody_else_holds_is_waited_for_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cdk_elasticache.local.processes._PATIENCE", 0.2)
    holding = "import fcntl, sys; file = open(sys.argv[1], 'w'); fcntl.flock(file, fcntl.LOCK_EX); print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(tmp_path / "lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(LeftBehindError, match="process unknown must end, but it doesn't"):
            Process(["true"], lock=tmp_path / "lock").start()
        holder.kill()


def test_a_process_that_talks_gets_our_lines_and_ends_with_them(tmp_path: Path) -> None:
    process = Process(["cat"], log=tmp_path / "log", lock=tmp_path / "lock", talks=True)
    process.start()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"hello\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"hello\n"
    process.stop()
    assert process.returncode == 0


@pytest.mark.parametrize("talks", [True, False])
def test_a_stopped_process_ends_when_it_is_told_to(tmp_path: Path, talks: bool) -> None:
    process = Process(
        ["cat" if talks else "sleep", *([] if talks else ["1000"])], lock=tmp_path / "lock", talks=talks
    )
    process.start()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGSTOP)
    process.stop(timeout=0.1)
    # Some kernels carry out the SIGTERM that waits first, when the SIGKILL comes.
    assert process.returncode in (-signal.SIGKILL, -signal.SIGTERM)


def test_a_log_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "log").symlink_to(tmp_path / "precious")
    with pytest.raises(PermissionError, match="got a link"):
        Process(["echo", "x"], log=tmp_path / "log").start()
    assert (tmp_path / "precious").read_text() == "precious"
