"""A server ends with its owner, however the owner ends; and a failed start leaves nothing."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cdk_elasticache.local.engines.errors import EngineError
from cdk_elasticache.local.engines.process import ServerProcess

OWNER = """
import sys
from pathlib import Path
from cdk_elasticache.local.engines.process import ServerProcess
server = ServerProcess(["sh", "-c", "touch ready; exec sleep 1000"], ready=Path("ready").exists, log=Path("log"))
server.start()
print(server.pid, flush=True)
sys.stdin.read()
"""


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped doesn't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc")
def test_a_server_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert alive(pid)
        gone = os.pidfd_open(pid)
        owner.send_signal(signal.SIGKILL)
        with os.fdopen(gone):
            assert select.select([gone], [], [], 5)[0] == [gone]  # readable once it has ended
    assert not alive(pid)


def test_a_server_that_ends_at_once_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    server = ServerProcess(["sh", "-c", "echo no memory; exit 3"], ready=lambda: False, log=tmp_path / "log")
    with pytest.raises(EngineError) as failed:
        server.start()
    assert str(failed.value) == (
        "sh must start and answer, but it ended with status 3: no memory [EngineNotStarted]"
    )


def test_a_server_that_never_answers_is_stopped(tmp_path: Path) -> None:
    server = ServerProcess(["sleep", "1000"], ready=lambda: False, log=tmp_path / "log")
    with pytest.raises(EngineError, match="sleep must start and answer, but it did not answer in time"):
        server.start(timeout=0.1)
    assert server.returncode == -signal.SIGTERM


def test_a_server_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    deaf = ["sh", "-c", "trap '' TERM; touch ready; while :; do sleep 1000; done"]
    server = ServerProcess(deaf, ready=(tmp_path / "ready").exists, log=tmp_path / "log", cwd=tmp_path)
    server.start()
    server.stop(timeout=0.1)
    assert server.returncode == -signal.SIGKILL
