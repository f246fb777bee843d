"""Memcached: its text protocol, less what Serverless doesn't have.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html ("Memcached") and the protocol's
own text, https://github.com/memcached/memcached/blob/master/doc/protocol.txt. The engine gets no command line of
the client: each line is parsed and written anew, so that both see the same words, numbers and data blocks. Only
the content of a data block is passed on unseen.

An answer of ours must stand in the order of the engine's. The engine answers ``ERROR`` to a line it doesn't
know, so that is what a refused line becomes; memcached serves one connection's commands in order.
"""

import binascii
import re

#: Lines longer than this are no commands; memcached itself closes then.
LINE = 64 * 1024
#: "A GET request is limited to 16 KB", its list of keys.
GET = 16 * 1024

#: The longest key, in bytes: protocol.txt ("Keys").
KEY = 250

#: Commands of one line that Serverless has: all of memcached's, less those of
#: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ServerlessMemcached.html. The engine may have more.
_LINES = frozenset(
    (b"get", b"gets", b"gat", b"gats", b"touch", b"delete", b"incr", b"decr", b"mg", b"md", b"ma", b"mn")
) | {b"version", b"quit"}
#: Commands that a data block follows, with the number of words before an optional ``noreply``.
_STORES = dict.fromkeys((b"set", b"add", b"replace", b"append", b"prepend"), 5) | {b"cas": 6}
#: The flags of ``ms``, with what may follow the letter.
_MS_FLAGS = re.compile(rb"[bcfIkqst]|[CDE]\d{1,19}|F\d{1,9}|O[!-~]{1,31}|[TN]-?\d{1,9}|M[EAPRSeaprs]")
_NUMBER = re.compile(rb"[+-]?\d{1,20}")
_INT32, _UINT32, _UINT64 = range(-(1 << 31), 1 << 31), range(1 << 32), range(1 << 64)
#: Lengths of a data block that the engine accepts: less than ``INT_MAX - 2``.
_LENGTHS = range((1 << 31) - 3)

#: To the engine a line like any other it doesn't know: it answers ERROR.
_UNAVAILABLE = b"unavailable\r\n"


class Gate:
    """The state of one connection."""

    def __init__(self) -> None:
        self._line = b""  # a command line that isn't whole
        self._block = 0  # bytes of a data block still to come
        self._closed = False

    def receive(self, data: bytes) -> list[tuple[bytes, int]]:
        """Take bytes from the client; return what to send to the engine, and its number of commands."""
        if self._closed:
            return []
        out: list[bytes] = []
        commands, data, self._line = 0, self._line + data, b""
        while data:
            if self._block:
                out.append(data[: self._block])
                data, self._block = data[self._block :], max(0, self._block - len(data))
                continue
            line, newline, rest = data.partition(b"\n")
            if not newline or data[0] == 0x80:  # 0x80 begins the binary protocol
                self._hold(data, out)
                break
            out.append(self._command(line + b"\n"))
            commands, data = commands + 1, rest
        return [(b"".join(out), commands)] if out else []

    def _hold(self, data: bytes, out: list[bytes]) -> None:
        if data[0] == 0x80 or len(data) > LINE:
            too_long = b"" if data[0] == 0x80 else _UNAVAILABLE
            out.append(too_long + b"quit\r\n")  # the engine hangs up when it has answered what came before
            self._closed = True
        else:
            self._line = data

    def _command(self, line: bytes) -> bytes:
        """What the engine gets for a command line."""
        text = (
            line.removesuffix(b"\n").removesuffix(b"\r").partition(b"\0")[0]
        )  # a NUL ends the engine's line
        words = [word for word in text.split(b" ") if word]  # a tab is no blank for the engine
        name = words[0] if words else b""
        if name in _STORES:
            written, self._block = _store(words)
        elif name == b"ms":
            written, self._block = _meta_store(words)
        elif name == b"flush_all":
            written = _flush(words)
        elif name in _LINES or words in ([b"stats"], [b"stats", b"reset"]):
            long = name in (b"get", b"gets") and len(line) > GET
            written = _UNAVAILABLE if long else _line(words)
        else:
            written = _UNAVAILABLE
        return written

    def reply(self, data: bytes) -> bytes:
        """Bytes from the engine pass."""
        return data


def _line(words: list[bytes]) -> bytes:
    return b" ".join(words) + b"\r\n"


def _store(words: list[bytes]) -> tuple[bytes, int]:
    """The line of a ``set`` or its kin, and the bytes of the data block that follows, its end included.

    A line with a mistake has no data block, for the engine either: the bytes after it are the next command.
    """
    count = _STORES[words[0]]
    if not count <= len(words) <= count + 1:
        return _UNAVAILABLE, 0
    silent = [b"noreply"] if words[count:] == [b"noreply"] else []
    ranges = (_UINT32, _INT32, _LENGTHS, _UINT64)
    numbers = [_number(word, valid) for word, valid in zip(words[2:count], ranges, strict=False)]
    if len(words[1]) > KEY or None in numbers:
        return _line([b"set", b"-", b"-", b"-", b"-", *silent]), 0  # CLIENT_ERROR bad command line format
    written = _line([*words[:2], *(b"%d" % number for number in numbers if number is not None), *silent])
    return written, (numbers[2] or 0) + 2


def _meta_store(words: list[bytes]) -> tuple[bytes, int]:
    """The line of an ``ms``, and the bytes of the data block that follows, its end included."""
    flags = words[3:]
    length = _number(words[2], _LENGTHS) if len(words) > 2 else None
    letters = [flag[:1] for flag in flags]
    valid = (
        length is not None
        and len(words[1]) <= KEY
        and all(map(_MS_FLAGS.fullmatch, flags))
        and len(set(letters)) == len(letters)
        and (b"b" not in letters or _is_base64(words[1]))
    )
    if length is None or not valid:
        return b"ms -\r\n", 0  # CLIENT_ERROR bad command line format
    return _line([*words[:2], b"%d" % length, *flags]), length + 2


def _is_base64(key: bytes) -> bool:
    try:
        return bool(binascii.a2b_base64(key, strict_mode=True))
    except binascii.Error:
        return False


def _flush(words: list[bytes]) -> bytes:
    """``flush_all [delay] [noreply]``: now, or not at all."""
    silent = [b"noreply"] if words[-1] == b"noreply" else []
    delay = words[1 : len(words) - len(silent)]
    if delay and (len(delay) > 1 or _number(delay[0], range(-(1 << 31), 1)) is None):
        return b"flush_all later\r\n"  # CLIENT_ERROR, as the service says
    return _line([b"flush_all", *delay, *silent])


def _number(word: bytes, valid: range) -> int | None:
    """The number that the word is; None: none, or out of range."""
    number = int(word) if _NUMBER.fullmatch(word) else None
    return number if number is not None and number in valid else None
