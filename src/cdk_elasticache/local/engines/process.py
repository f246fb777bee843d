"""One server process, from started-and-answering to gone."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from .errors import EngineError

#: The server takes the place of this shell, so its process id is the one we know. The subshell beside it
#: waits at a pipe that only we hold open: when we are gone, however that came about, it ends the server.
#: (Linux has PR_SET_PDEATHSIG, but that fires when the *thread* that forked ends, and macOS has nothing.)
_UNDER_WATCH = 'exec 3<&0; (read -r _ <&3; kill -9 $$) & exec "$@" 3<&- </dev/null'


class ServerProcess:
    """A server that lives in a ``with`` block, or between :meth:`start` and :meth:`stop`.

    :param argv: the command line, as a list: no shell reads its words.
    :param ready: asked every few milliseconds until it says yes; "not yet" is False, never an exception.
    :param log: where its output is appended. A file, not a pipe: a full pipe stops the server.
    :param cwd: its working folder. Default: ours.
    """

    def __init__(
        self, argv: Sequence[str], *, ready: Callable[[], bool], log: Path, cwd: Path | None = None
    ) -> None:
        self.argv = list(argv)
        self.log = log
        self._ready = ready
        self._cwd = cwd
        self._child: subprocess.Popen[bytes] | None = None

    def start(self, timeout: float = 10.0) -> None:
        """Return when it is ready.

        :param timeout: seconds.
        :raises EngineError: ``EngineNotStarted``: it cannot be run, ended at once, or is not ready in time.
        """
        self.stop()  # what an earlier start left
        command = ["/bin/sh", "-c", _UNDER_WATCH, "sh", *self.argv]
        with self.log.open("ab") as out:  # its own session: our Ctrl-C is not also its Ctrl-C
            self._child = subprocess.Popen(  # noqa: S603 - the words of a shell of ours, which evaluates none
                command, stdin=subprocess.PIPE, stdout=out, stderr=out, cwd=self._cwd, start_new_session=True
            )
        try:
            self._wait_ready(time.monotonic() + timeout)
        except BaseException:  # Ctrl-C too: nothing half started is left behind
            self.stop()
            raise

    def _wait_ready(self, deadline: float) -> None:
        pause = 0.001
        while not self._ready():
            if self.returncode is not None:
                raise self._fault(f"ended with status {self.returncode}")
            if time.monotonic() > deadline:
                raise self._fault("did not answer in time")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)

    def _fault(self, what: str) -> EngineError:
        name = Path(self.argv[0]).name
        return EngineError("EngineNotStarted", f"{name} must start and answer, but it {what}: {self.tail(3)}")

    @property
    def pid(self) -> int | None:
        """Its process id; None before the start."""
        return self._child.pid if self._child else None

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs, and before the start."""
        return self._child.poll() if self._child else None

    def terminate(self) -> None:
        """Ask it to end, from any thread; a :meth:`start` that waits for it fails then."""
        if self._child:
            self._child.terminate()

    def kill(self) -> None:
        """End it as a crash would, and wait."""
        if self._child:
            self._child.kill()
            self._child.wait()

    def wait(self) -> int:
        """Block until it ends, and return how."""
        if self._child is None:
            return 0
        return self._child.wait()

    def tail(self, lines: int = 10) -> str:
        """The last lines of its log."""
        with suppress(OSError), self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 4096))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
        return ""

    def stop(self, timeout: float = 5.0) -> None:
        """Ask, wait ``timeout`` seconds, insist. Safe to call twice."""
        if self._child is None:
            return
        if self._child.poll() is None:
            self._child.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(timeout)
        # The watcher still holds the group, so its number cannot be another's yet. macOS: EPERM for zombies.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        if self._child.stdin:
            self._child.stdin.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
