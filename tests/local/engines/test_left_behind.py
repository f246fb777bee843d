"""An engine that outlived its runtime and its watcher is ended before another one starts on the same data."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cdk_elasticache.local.engines.memcached import Memcached
from cdk_elasticache.local.engines.valkey import Valkey
from tests.local.engines.test_process import alive
from tests.local.test_processes import group

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc")


def valkey_in(folder: Path) -> Valkey:
    return Valkey(folder, name="shop", port=7777)


OWNER = """
import sys
from pathlib import Path
from tests.local.engines.test_left_behind import Memcached, valkey_in
engine = {"valkey_in": valkey_in, "Memcached": Memcached}[sys.argv[1]](Path(sys.argv[2]))
engine.start()
if sys.argv[1] == "valkey_in":
    engine.admin.call("SET", "k", "1")
print(engine.process.pid, flush=True)
sys.stdin.read()
"""


def left_behind(kind: str, folder: Path) -> int:
    """The id of an engine whose owner and watcher were killed together."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path])}
    argv = [sys.executable, "-c", OWNER, kind, str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(argv, env=environment, text=True, **pipes) as owner:  # type: ignore[call-overload]
        pid = int(owner.stdout.readline())
        (watcher,) = group(pid)
        os.kill(watcher, signal.SIGKILL)
        owner.kill()
    assert alive(pid)
    return pid


@pytest.mark.parametrize("hung", [False, True])
@pytest.mark.parametrize(
    "made",
    [
        valkey_in,
        pytest.param(
            Memcached,
            marks=pytest.mark.skipif(not shutil.which("memcached"), reason="no memcached on PATH"),
        ),
    ],
)
def test_the_next_start_ends_it_first(
    made: Callable[[Path], Valkey | Memcached], hung: bool, tmp_path: Path
) -> None:
    folder = tmp_path / "cache"
    left = left_behind(made.__name__, folder)
    if hung:
        os.kill(left, signal.SIGSTOP)
    with made(folder) as engine:
        assert not alive(left)
        if isinstance(engine, Valkey):
            assert engine.admin.call("GET", "k") == b"1"
