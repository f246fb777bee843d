"""A gateway as its owner sees it: started and ready, told each change, stopped."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from ...errors import ElastiCacheError
from .snapshot import Snapshot

Event = Mapping[str, Any]


class GatewayError(ElastiCacheError):
    """``GatewayNotStarted``: it cannot serve, for the reason it gave: most often a port in use."""


class GatewayProcess:
    """The gateway of one cache, between :meth:`start` and :meth:`stop`.

    It lives as long as its standard input is open, so it ends with us, however that comes about.

    :param snapshot: what to serve.
    :param log: where its standard error is appended.
    :param on_event: called for each event, on a thread of its own; ``{"event": "ended", "status": 0}`` is the
        last. Default: nobody listens.
    """

    def __init__(
        self, snapshot: Snapshot, *, log: Path, on_event: Callable[[Event], None] | None = None
    ) -> None:
        self._snapshot, self._log = snapshot, log
        self._on_event = on_event
        self._child: subprocess.Popen[bytes] | None = None
        self._first: list[Event] = []
        self._answered = threading.Event()
        self._applied = threading.Semaphore(0)

    def start(self, timeout: float = 10.0) -> None:
        """Return when every port answers.

        :raises GatewayError: it cannot serve, or is not ready in ``timeout`` seconds.
        """
        argv = [sys.executable, "-P", "-m", "cdk_elasticache.local.data_plane"]
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(  # noqa: S603 - ourselves
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True
            )
        threading.Thread(target=self._listen, args=(self._child,), daemon=True).start()
        try:
            self._send(b'{"snapshot": %s}\n' % self._snapshot.to_json().encode())
            if not self._answered.wait(timeout) or self._first[0]["event"] != "ready":
                raise self._fault()
        except BaseException:
            self.stop()
            raise

    def _fault(self) -> GatewayError:
        reason = self._first[0].get("reason", "it ended") if self._first else "it did not answer in time"
        return GatewayError("GatewayNotStarted", f"the gateway must serve its ports, but {reason}")

    def _listen(self, child: "subprocess.Popen[bytes]") -> None:
        assert child.stdout is not None
        with child.stdout as lines:
            for line in lines:
                self._take(json.loads(line))
        self._take({"event": "ended", "status": child.wait()})

    def _take(self, event: Event) -> None:
        if not self._first:
            self._first.append(event)
            self._answered.set()
        if event["event"] in ("applied", "ended"):
            self._applied.release()
        if self._on_event:
            self._on_event(event)

    def _send(self, line: bytes) -> None:
        if self._child and self._child.stdin:
            with suppress(BrokenPipeError, ValueError):  # it ended: "ended" tells
                self._child.stdin.write(line)
                self._child.stdin.flush()

    def update(self, snapshot: Snapshot, timeout: float = 5.0) -> None:
        """Serve this from now on; return when it is in force. Open connections stay."""
        self._snapshot = snapshot
        self._send(b'{"snapshot": %s}\n' % snapshot.to_json().encode())
        self._applied.acquire(timeout=timeout)

    @property
    def pid(self) -> int | None:
        """Its process id; None before the start."""
        return self._child.pid if self._child else None

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""
        return self._child.poll() if self._child else None

    def stop(self, timeout: float = 2.0) -> None:
        """Close its ports, then its connections, and end it. Safe to call twice."""
        if self._child is None:
            return
        if self._child.stdin:
            with suppress(BrokenPipeError):
                self._child.stdin.close()
        try:
            self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
