"""What only a terminal sees: colours, and a line that says what is being waited for."""

import os
import sys
import threading
import time
from contextlib import suppress

from cdk_elasticache.cli.output import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self, TextIO

RED, GREEN, YELLOW, CYAN = "31", "32", "33", "36"

#: Seconds that pass before a wait is worth a word.
_PATIENCE = 1.0


def coloured(text: str, colour: str, stream: "TextIO") -> str:
    """The text, coloured on a terminal unless NO_COLOR (https://no-color.org) asks not to."""
    if not colour or not stream.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{colour}m{text}\x1b[0m"


class Progress:
    """Lines on stderr, and under them, on a terminal, what has taken longer than a second.

    :param doing: what is waited for, in a few words.
    """

    def __init__(self, doing: str) -> None:
        self._doing, self._since = doing, time.monotonic()
        self._shown = False
        self._lock = threading.RLock()
        self._done = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def say(self, line: str) -> None:
        """Write a line above."""
        with self._lock:
            self._write(f"{visible(line)}\n")

    def _tick(self) -> None:
        while not self._done.wait(0.2):
            with self._lock:
                waited = time.monotonic() - self._since
                if waited >= _PATIENCE and not self._done.is_set():
                    self._write(f"{self._doing}, {waited:.0f} s")
                    self._shown = True

    def _write(self, text: str) -> None:
        erased = "\r\x1b[K" if self._shown else ""
        self._shown = False
        with suppress(OSError):  # a terminal that is gone, a full disk: no reason not to go on
            sys.stderr.write(f"{erased}{text}")  # at once: Ctrl-C comes between two writes
            sys.stderr.flush()

    def __enter__(self) -> "Self":
        if sys.stderr.isatty():
            self._ticker.start()
        return self

    def __exit__(
        self,
        kind: "type[BaseException] | None",
        error: BaseException | None,
        trace: "TracebackType | None",
    ) -> None:
        self._done.set()
        with self._lock:
            if self._shown:
                self._write("")
