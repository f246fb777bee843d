"""What an engine has written is brought to the disk each second, from outside of it.

With ``appendfsync everysec`` the engine postpones its own writes while it syncs, so a kill loses what it
acknowledged meanwhile. With ``appendfsync no`` it writes before each answer and never waits for the disk; then
only a crash of the machine loses anything: what was written since the last sync began.
"""

import os
import threading
from contextlib import suppress
from pathlib import Path

#: Seconds between two syncs.
_PERIOD = 1.0


class Syncing:
    """Syncs the append-only files of a folder each second, between :meth:`start` and :meth:`stop`.

    :param folder: of the append-only files; it need not be there yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._synced: dict[tuple[int, int], tuple[int, int]] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Sync from now on."""
        self.stop()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._keep, name=f"sync of {self._folder}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Sync no more. Safe to call twice."""
        if self._thread:
            self._stopping.set()
            self._thread.join()
            self._thread = None

    def _keep(self) -> None:
        while not self._stopping.wait(_PERIOD):
            self.sync()

    def sync(self) -> int:
        """Sync what has changed since the last time.

        :return: how many files that was.
        """
        count, seen = 0, {}
        with suppress(OSError):  # no such folder (any more)
            for path in sorted(self._folder.glob("*.aof")):
                with suppress(
                    OSError
                ):  # rewritten, and gone; or the disk fails, which the next sync tries again
                    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
                    try:
                        found = os.fstat(file)
                        name, now = (found.st_dev, found.st_ino), (found.st_size, found.st_mtime_ns)
                        if self._synced.get(name) != now:
                            os.fsync(file)
                            count += 1
                        seen[name] = now
                    finally:
                        os.close(file)
        self._synced = seen
        return count
