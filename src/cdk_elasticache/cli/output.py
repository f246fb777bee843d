"""Print, whatever becomes of the other end: a reader that left, a full disk, a stream that was never open.

A reader that left changes neither what a command does nor its exit status. A full disk behind standard output is an
error, since somebody wants what is lost; behind standard error nobody is left to be told.
"""

import os
import sys
from contextlib import suppress
from io import TextIOWrapper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def open_what_is_closed() -> None:
    """Give the process a standard output and a standard error where its caller closed them."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (for the whole process)


def escape_what_cannot_be_encoded() -> None:
    """Let stdout show characters that its encoding lacks as escapes, for output that a person reads."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Print the answer of a command, or a part of it, to standard output.

    :raises OSError: it can't be written for another reason than that its reader left.
    """
    try:
        print(text)
    except BrokenPipeError:
        _drop(sys.stdout)


def tell(line: str) -> None:
    """Print a line about the command, for a person, to standard error."""
    with suppress(OSError):
        sys.stderr.write(f"{line}\n")  # at once: Ctrl-C comes between two writes
        sys.stderr.flush()


def flush() -> None:
    """Write what is still held back, so that Python has nothing to complain of at its end.

    :raises OSError: as :func:`say`.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        _drop(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            raise


def drop_what_nobody_reads() -> None:
    """Forget what standard error still holds and can't write: Python would end with a status of its own."""
    try:
        sys.stderr.flush()
    except OSError:
        _drop(sys.stderr)


def _drop(stream: "TextIO") -> None:
    """Let a stream lead nowhere from now on, what it still holds included."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
