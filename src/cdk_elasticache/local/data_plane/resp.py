"""Requests: bytes from a client into commands, whatever packets they come in.

https://valkey.io/topics/protocol/. The judge of what is broken is the engine's own ``networking.c``: this
scanner refuses exactly what the engine refuses, and hands it the broken line, so that the client gets the
engine's own words after the replies that come first.

Rule 1: any split of a byte stream gives the same commands (tests/local/data_plane/test_resp.py).
Rule 2: at most :data:`HELD` bytes of a command are kept. A longer one comes as a :class:`Begin` and then as
    bytes that nobody looks at, so a value of 512 MB costs no memory.
"""

import re

#: The most bytes of one command that are looked at together.
HELD = 64 * 1024
#: The longest header or inline command that the engine waits for.
LINE = 64 * 1024
#: The longest word that the engine takes, proto-max-bulk-len.
LARGEST = 512 * 1024 * 1024

_NUMBER = re.compile(rb"-?[1-9]\d{0,18}|0")
_ESCAPES = {ord("n"): b"\n", ord("r"): b"\r", ord("t"): b"\t", ord("b"): b"\b", ord("a"): b"\a"}
_BLANK = b" \t\n\r\v\f\0"


class Command:
    """A whole command.

    :param words: its words.
    :param raw: the bytes to send on: as they came, an inline command as an array.
    """

    __slots__ = ("raw", "words")

    def __init__(self, words: list[bytes], raw: bytes) -> None:
        self.words, self.raw = words, raw


class Begin:
    """The beginning of a command that is too long to hold.

    :param words: the words that came whole.
    :param raw: the bytes so far, the header of the next word included.
    :param count: how many words there will be.
    :param coming: how long the word after ``words`` is, in bytes.
    """

    __slots__ = ("coming", "count", "raw", "words")

    def __init__(self, words: list[bytes], raw: bytes, count: int, coming: int) -> None:
        self.words, self.raw, self.count, self.coming = words, raw, count, coming


class Rest:
    """More bytes of the command that began; ``last`` with its end."""

    __slots__ = ("last", "raw")

    def __init__(self, raw: bytes, last: bool) -> None:
        self.raw, self.last = raw, last


class Broken:
    """No protocol from here on; ``raw`` makes the engine say so, and close."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw


Item = Command | Begin | Rest | Broken


class Scanner:
    """The exact reader of requests: one for each connection, pure Python."""

    def __init__(self) -> None:
        self._data = bytearray()  # begins with the command, or the rest of one, under way
        self._at = 0  # where to read on in it
        self._count = 0  # how many words the command has; 0 between commands
        self._words: list[bytes] = []
        self._streaming = False  # the command is passed on unseen:
        self._skip = 0  # so many bytes of its current word are still to come,
        self._left = 0  # and so many words after it
        self._broken = False

    @property
    def idle(self) -> bool:
        """Between two commands, nothing held."""
        return not (self._data or self._streaming or self._broken)

    def feed(self, data: bytes) -> list[Item]:
        """Take bytes; return what they complete, in order."""
        if self._broken:
            return []
        self._data += data
        items: list[Item] = []
        while self._data and not self._broken and (item := self._next()) is not None:
            if not isinstance(item, Command) or item.words:  # an empty line or array asks for nothing
                items.append(item)
        return items

    def _next(self) -> Item | None:
        if self._streaming:
            return self._pass_on()
        if self._count:
            return self._collect()
        if self._data[0] != ord("*"):
            return self._inline()
        header = self._header(0, b"*")
        if not isinstance(header, tuple):
            return header
        self._count, self._at = header
        if self._count > 2**31 - 1:
            return self._break(0)
        return self._collect()

    def _collect(self) -> Item | None:
        """Read words until the command is whole, too long, or waits for more bytes."""
        while len(self._words) < self._count:
            header = self._header(self._at, b"$")
            if not isinstance(header, tuple):
                return header
            length, start = header
            end = start + length + 2
            if end > HELD:
                return self._begin(start, length)
            if end > len(self._data):
                return None
            self._words.append(bytes(self._data[start : end - 2]))
            self._at = end
        command = Command(self._words, bytes(self._data[: self._at]))
        self._drop(self._at)
        return command

    def _begin(self, start: int, length: int) -> Begin:
        begin = Begin(self._words, bytes(self._data[:start]), self._count, length)
        self._streaming, self._skip, self._left = True, length + 2, self._count - len(self._words) - 1
        self._drop(start)
        return begin

    def _drop(self, length: int) -> None:
        del self._data[:length]
        self._at = self._count = 0
        self._words = []

    def _pass_on(self) -> Item | None:
        """As much of the command that began as is there, up to its end."""
        at = 0
        while True:
            step = min(self._skip, len(self._data) - at)
            at += step
            self._skip -= step
            if self._skip:
                break
            if not self._left:
                self._streaming = False
                break
            header = self._header(at, b"$")
            if isinstance(header, Broken):
                return Broken(bytes(self._data[:at]) + header.raw)
            if header is None:
                break
            self._left -= 1
            self._skip, at = header[0] + 2, header[1]
        if not at:
            return None
        rest = Rest(bytes(self._data[:at]), not self._streaming)
        del self._data[:at]
        return rest

    def _header(self, at: int, kind: bytes) -> tuple[int, int] | Broken | None:
        """The number in a header, ``$3``, and where the line after it begins; None where that is still to come."""
        data = self._data
        if at >= len(data):
            return None
        end = data.find(b"\r", at, at + LINE + 1)
        if end < 0 or end + 1 >= len(data):
            return self._break(at) if len(data) - at > LINE else None
        number = bytes(data[at + 1 : end])
        if data[at : at + 1] != kind or not _NUMBER.fullmatch(number):
            return self._break(at)
        if kind == b"$" and not 0 <= int(number) <= LARGEST:
            return self._break(at)
        return int(number), end + 2

    def _break(self, at: int) -> Broken:
        self._broken = True
        return Broken(bytes(self._data[0 if not self._streaming else at : at + LINE + 1]))

    def _inline(self) -> Item | None:
        """A line of words, as one types them: ``SET key "some value"``."""
        end = self._data.find(b"\n", 0, LINE + 1)
        if end < 0:
            return self._break(0) if len(self._data) > LINE else None
        words = split_inline(bytes(self._data[:end]))
        if words is None:
            return self._break(0)
        self._drop(end + 1)
        return Command(words, encode(words))


def encode(words: list[bytes]) -> bytes:
    """A command as an array of bulk strings."""
    return b"*%d\r\n" % len(words) + b"".join([b"$%d\r\n%b\r\n" % (len(word), word) for word in words])


def split_inline(line: bytes) -> list[bytes] | None:
    """The words of an inline command, quotes and escapes undone, as ``sdssplitargs``; None: unbalanced."""
    words: list[bytes] = []
    at, end = 0, len(line)
    if line.endswith(b"\r"):
        end -= 1
    while True:
        while at < end and line[at] in b" \t\n\r\v\f":
            at += 1
        if at >= end or line[at] == 0:
            return words
        word, at = _inline_word(line[:end], at)
        if at < 0:
            return None
        words.append(word)


def _inline_word(line: bytes, at: int) -> tuple[bytes, int]:
    """One word and where it ends; -1 where its quotes don't balance."""
    word, quote, end = bytearray(), 0, len(line)
    while at < end and line[at] != 0:
        char = line[at]
        if quote:
            if char == 0x5C and quote == 0x22 and at + 1 < end and line[at + 1]:
                escaped, at = _escape(line, at + 1)
                word += escaped
                continue
            if char == 0x5C and quote == 0x27 and line[at + 1 : at + 2] == b"'":
                word += b"'"
                at += 2
                continue
            if char == quote:  # only a blank, or the end, may follow
                closed = at + 1 >= end or line[at + 1] in _BLANK
                return bytes(word), at + 1 if closed else -1
            word.append(char)
        elif char in b" \t\n\r":  # \v and \f divide words only beside another blank
            return bytes(word), at
        elif char in b"\"'":
            quote = char
        else:
            word.append(char)
        at += 1
    return bytes(word), -1 if quote else at


def _escape(line: bytes, at: int) -> tuple[bytes, int]:
    if line[at : at + 1] == b"x" and re.fullmatch(rb"[0-9a-fA-F]{2}", line[at + 1 : at + 3]):
        return bytes.fromhex(line[at + 1 : at + 3].decode()), at + 3
    return _ESCAPES.get(line[at], line[at : at + 1]), at + 1
