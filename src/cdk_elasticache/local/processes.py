"""Processes of ours: started, watched, ended, and never left behind.

Two things hold that. A watcher beside the process waits at a pipe that only we hold open, and ends the process when
we are gone, however that came about. And the process itself holds a lock, which it inherits: where watcher and owner
are killed together, the next start finds the lock held, and ends who holds it first.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from . import private

#: Words: the file for the process id, then the command. The process takes the place of this shell, so its id is
#: the one we know. The subshell beside it is the watcher.
#: (Linux has PR_SET_PDEATHSIG, but that fires when the *thread* that forked ends, and macOS has nothing.)
_UNDER_WATCH = 'echo $$ >"$0"; exec 3<&0; (read -r _ <&3; kill -9 $$) & exec "$@" 3<&- </dev/null'
#: One that talks over its standard input ends when that ends.
_TALKING = 'echo $$ >"$0"; exec "$@"'
#: Seconds for which what was left behind may take to end.
_PATIENCE = 5.0


class LeftBehindError(OSError):
    """What another runtime started still runs, and can't be ended."""


class Process:
    """A process between :meth:`start` and :meth:`stop`. Its methods may be called from any thread.

    :param argv: the command line, as a list: no shell evaluates its words.
    :param log: where its standard error, and its output unless it talks, are appended. A file: a full pipe stops a
        server. Default: nowhere.
    :param lock: a file in a folder of ours that it holds locked while it lives. Default: none.
    :param cwd: its working folder. Default: ours.
    :param talks: we write to its standard input, and read its output. It has to end when its input does. Default:
        it reads nothing, and a watcher ends it when we are gone.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        log: Path | None = None,
        lock: Path | None = None,
        cwd: Path | None = None,
        talks: bool = False,
    ) -> None:
        self.argv = list(argv)
        self.log, self._lock, self._cwd, self._talks = log, lock, cwd, talks
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it. What an earlier start left, of ours or of a runtime that was killed, is ended first.

        :raises LeftBehindError: another one holds the lock and doesn't end.
        :raises OSError: what the system says: out of processes or descriptors, a log that can't be written.
        """
        self.stop()
        if self._lock is None:
            self._spawn(os.devnull, ())
            return
        with private.lock(self._lock) as held:
            _take(held)
            os.ftruncate(held, 0)
            self._spawn(str(self._lock.absolute()), (held,))

    def _spawn(self, told: str, kept: tuple[int, ...]) -> None:
        script = _TALKING if self._talks else _UNDER_WATCH
        log = private.append_to(self.log) if self.log else None
        try:
            self._child = subprocess.Popen(  # noqa: S603  # the words of a shell of ours, which evaluates none
                ["/bin/sh", "-c", script, told, *self.argv],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if self._talks else log or subprocess.DEVNULL,
                stderr=log or subprocess.DEVNULL,
                cwd=self._cwd,
                pass_fds=kept,
                start_new_session=True,  # our Ctrl-C is not also its Ctrl-C
            )
        finally:
            if log:
                log.close()

    @property
    def stdin(self) -> IO[bytes] | None:
        """Where to write to one that talks."""
        return self._child.stdin if self._child else None

    @property
    def stdout(self) -> IO[bytes] | None:
        """What one that talks has to say."""
        return self._child.stdout if self._child else None

    @property
    def pid(self) -> int | None:
        """Its process id; ``None`` before the start."""
        return self._child.pid if self._child else None

    @property
    def returncode(self) -> int | None:
        """How it ended; ``None`` while it runs, and before the start."""
        return self._child.poll() if self._child else None

    def terminate(self) -> None:
        """Ask it to end."""
        if self._child:
            self._child.terminate()

    def kill(self) -> None:
        """End it as a crash would, and wait. One that is stopped (SIGSTOP) ends too."""
        if self._child:
            self._child.kill()
            self._child.wait()

    def wait(self, timeout: float | None = None) -> int:
        """Block until it ends, and return how.

        :param timeout: seconds. Default: forever.
        :raises subprocess.TimeoutExpired: it didn't end in time.
        """
        return self._child.wait(timeout) if self._child else 0

    def tail(self, lines: int = 10) -> str:
        """The last lines of its log."""
        if self.log is None:
            return ""
        with suppress(OSError):
            text = private.tail(self.log, 4096)
            return "\n".join(text.decode(errors="replace").splitlines()[-lines:])
        return ""

    def stop(self, timeout: float = 5.0) -> None:
        """Ask, wait ``timeout`` seconds, insist. Safe to call twice."""
        child = self._child
        if child is None:
            return
        if child.poll() is None:
            self._ask_to_end(child)
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout)
        if self._talks:
            child.kill()
        else:  # the watcher is in the group, so its number cannot be another's yet
            _kill_group(child.pid)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()

    def _ask_to_end(self, child: "subprocess.Popen[bytes]") -> None:
        if not self._talks:
            child.terminate()
        elif child.stdin:
            with suppress(BrokenPipeError):
                child.stdin.close()


def _take(lock: int) -> None:
    """Lock a file, after whoever holds it is ended: a process that a killed runtime left behind."""
    deadline = time.monotonic() + _PATIENCE
    while not _locked(lock):
        # While the lock is held, the group that inherited it lives, and its number is nobody else's.
        holder = os.pread(lock, 32, 0).strip()
        if holder.isdigit() and int(holder) > 1:
            _kill_group(int(holder))
        if time.monotonic() > deadline:
            raise LeftBehindError(
                f"process {holder.decode(errors='replace') or 'unknown'} must end, but it doesn't"
            )
        time.sleep(0.01)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS: EPERM for zombies
        os.killpg(leader, signal.SIGKILL)
