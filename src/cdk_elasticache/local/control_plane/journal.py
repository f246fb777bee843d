"""The runtime's log: a line of JSON an entry, in the state folder, and to whoever watches."""

import json
import queue
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from .. import private

NAME = "runtime.log"
#: Beyond this many bytes the log starts anew and the old one is kept beside it, once.
_LONGEST = 8 * 1024 * 1024


class Journal:
    """Appends entries; a full disk costs entries and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._lock = Lock()
        self._watchers: list[queue.Queue[dict[str, str] | None]] = []

    def add(self, source: str, text: str) -> None:
        """Write an entry.

        :param source: ``runtime``, or the name of a cache.
        """
        entry = {"time": _now(), "source": source, "text": text}
        with self._lock:
            try:
                if self._path.exists() and self._path.stat().st_size > _LONGEST:
                    self._path.replace(self._path.with_suffix(".log.1"))
                with private.append_to(self._path) as log:
                    log.write(json.dumps(entry).encode() + b"\n")
            except OSError:
                pass
            for watcher in self._watchers:
                watcher.put(entry)

    @contextmanager
    def watched(self) -> Iterator["queue.Queue[dict[str, str] | None]"]:
        """A queue of the entries that are added from now on; ``None`` is the last."""
        watcher: queue.Queue[dict[str, str] | None] = queue.Queue()
        with self._lock:
            self._watchers.append(watcher)
        try:
            yield watcher
        finally:
            with self._lock:
                self._watchers.remove(watcher)

    def end(self) -> None:
        """Tell the watchers that there will be no more."""
        with self._lock:
            for watcher in self._watchers:
                watcher.put(None)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def read(folder: Path) -> Iterator[dict[str, str]]:
    """The entries of a state folder, oldest first, without those that a kill or a full disk cut short."""
    path = folder / NAME
    for one in (path.with_suffix(".log.1"), path):
        for line in (private.read(one) or b"").decode(errors="replace").split("\n"):
            with suppress(ValueError):
                yield json.loads(line)
