"""Print, whatever becomes of the other end: a reader that left, a full disk, a stream that was never open.

A reader that left changes neither what a command does nor its exit status. A full disk behind standard output is an
error, since somebody wants what is lost; behind standard error nobody is left to be told.
"""

import os
import re
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


#: What a terminal would act on, or what changes the order in which text is read. Tabs and new lines are fine.
_CONTROLS = {
    number: f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
    for number in (
        *range(9), *range(11, 32), *range(127, 160),
        0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A),
    )
}  # fmt: skip
#: The colours of :mod:`.terminal`, and nothing else that begins with an escape.
_COLOUR = re.compile(r"(\x1b\[(?:0|3[1236])m)")


def in_a_line(text: str) -> str:
    """Somebody else's text as part of a line: control characters, colours and new lines as escapes."""
    return text.translate({**_CONTROLS, 9: "\\t", 10: "\\n"})


def visible(text: str) -> str:
    """A text of several lines, with our own colours: every other control character as an escape."""
    parts = _COLOUR.split(text)  # text, colour, text, ...
    return "".join(part if number % 2 else part.translate(_CONTROLS) for number, part in enumerate(parts))


def say(text: str, *, raw: bool = False) -> None:
    """Print the answer of a command, or a part of it, to standard output.

    :param raw: print control characters too, for a program that reads it.
    :raises OSError: it can't be written for another reason than that its reader left.
    """
    try:
        print(text if raw else visible(text))
    except BrokenPipeError:
        _drop(sys.stdout)


def tell(line: str) -> None:
    """Print a line about the command, for a person, to standard error."""
    with suppress(OSError):
        sys.stderr.write(f"{visible(line)}\n")  # at once: Ctrl-C comes between two writes
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
