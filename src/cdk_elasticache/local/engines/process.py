"""One server process, from started-and-answering to gone."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from ..processes import LeftBehindError, Process
from .errors import EngineError
from .listening import tcp_listeners

#: A server that reads a file as its standard input.
_WITH_INPUT = 'exec "$@" <"$0"'


class ServerProcess:
    """A server that lives in a ``with`` block, or between :meth:`start` and :meth:`stop`.

    :param argv: the command line, as a list: no shell reads its words.
    :param ready: asked every few milliseconds until it says yes; "not yet" is False, never an exception.
    :param log: where its output is appended.
    :param lock: a file that it holds locked while it lives, so that no second one runs on the same data. Default: none.
    :param cwd: its working folder. Default: ours.
    :param stdin: a file that it reads as its standard input. Default: nothing.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        ready: Callable[[], bool],
        log: Path,
        lock: Path | None = None,
        cwd: Path | None = None,
        stdin: Path | None = None,
    ) -> None:
        self.argv = list(argv)
        self.log = log
        self._ready = ready
        command = ["/bin/sh", "-c", _WITH_INPUT, str(stdin.absolute()), *argv] if stdin else self.argv
        self._process = Process(command, log=log, lock=lock, cwd=cwd)

    def start(self, timeout: float = 10.0) -> None:
        """Return when it is ready.

        :param timeout: seconds.
        :raises EngineError: ``EngineNotStarted``: it cannot be run, ended at once, is not ready in time, or listens
            on a TCP port.
        """
        try:
            self._process.start()
        except LeftBehindError as error:
            raise self._fault(f"found one on the same data: {error}") from error
        try:
            self._wait_ready(time.monotonic() + timeout)
        except BaseException:  # Ctrl-C too: nothing half started is left behind
            self.stop()
            raise

    def _wait_ready(self, deadline: float) -> None:
        pause = 0.001
        while not self._ready():
            self._refuse_listener()
            if self.returncode is not None:
                raise self._fault(f"ended with status {self.returncode}: {self.tail(3)}")
            if time.monotonic() > deadline:
                raise self._fault(f"did not answer in time: {self.tail(3)}")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)
        self._refuse_listener()  # it has all its sockets by now

    def _refuse_listener(self) -> None:
        """Whoever could connect to a TCP port would get in beside the gateway."""
        if (pid := self.pid) and (found := tcp_listeners(pid)):
            raise self._fault(f"listens on {', '.join(found)}, beside the gateway")

    def _fault(self, what: str) -> EngineError:
        name = Path(self.argv[0]).name
        return EngineError("EngineNotStarted", f"{name} must start and answer, but it {what}")

    @property
    def pid(self) -> int | None:
        """Its process id; None before the start."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs, and before the start."""
        return self._process.returncode

    def terminate(self) -> None:
        """Ask it to end, from any thread; a :meth:`start` that waits for it fails then."""
        self._process.terminate()

    def kill(self) -> None:
        """End it as a crash would, and wait."""
        self._process.kill()

    def wait(self) -> int:
        """Block until it ends, and return how."""
        return self._process.wait()

    def tail(self, lines: int = 10) -> str:
        """The last lines of its log."""
        return self._process.tail(lines)

    def stop(self, timeout: float = 5.0) -> None:
        """Ask, wait ``timeout`` seconds, insist. Safe to call twice."""
        self._process.stop(timeout)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
