"""Replies as trees, RESP2 and RESP3, for the few that are read; all others pass as bytes.

https://valkey.io/topics/protocol/
"""

from typing import NamedTuple

#: The kinds whose header is the length of a text, and the kinds whose header counts members.
_TEXTS, _LISTS = b"$=!", b"*~>%"


class Reply(NamedTuple):
    """One reply.

    :param kind: its first byte: ``*``, ``%``, ``$``, ``=``...
    :param text: the line, or the text of a bulk or verbatim string (with its ``txt:``); of a list ``b""``.
    :param items: members of a list; of a map its keys and values in turn. None: no list, or the null one.
    """

    kind: bytes
    text: bytes = b""
    items: "list[Reply] | None" = None

    def encode(self) -> bytes:
        """As it goes over the wire."""
        if self.items is not None:
            count = len(self.items) // (2 if self.kind == b"%" else 1)
            return b"%b%d\r\n" % (self.kind, count) + b"".join(item.encode() for item in self.items)
        if self.kind in _TEXTS and self.text != NULL:
            return b"%b%d\r\n%b\r\n" % (self.kind, len(self.text), self.text)
        return b"%b%b\r\n" % (self.kind, b"-1" if self.text == NULL else self.text)

    def get(self, name: bytes) -> "Reply | None":
        """The value of a map, or of a list that stands for one."""
        items = self.items or []
        return next((items[at + 1] for at in range(0, len(items) - 1, 2) if items[at].text == name), None)

    def put(self, name: bytes, value: "Reply") -> "Reply":
        """The map with another value, where it has the name."""
        items = list(self.items or [])
        for at in range(0, len(items) - 1, 2):
            if items[at].text == name:
                items[at + 1] = value
        return self._replace(items=items)


#: The text of the null bulk string and the null list of RESP2. No real text holds it: it is not a line.
NULL = b"\r\n-1"


def bulk(text: bytes) -> Reply:
    """A bulk string."""
    return Reply(b"$", text)


def read(data: bytes, at: int = 0) -> tuple[Reply, int] | None:
    """The reply at a place and where it ends; None where more bytes are to come."""
    end = data.find(b"\r\n", at)
    if end < 0:
        return None
    kind, line, at = data[at : at + 1], data[at + 1 : end], end + 2
    if kind in _TEXTS:
        return _read_text(data, at, kind, int(line))
    if kind in _LISTS:
        if line == b"-1":
            return Reply(kind, NULL), at
        items: list[Reply] = []
        for _ in range(int(line) * (2 if kind == b"%" else 1)):
            found = read(data, at)
            if found is None:
                return None
            item, at = found
            items.append(item)
        return Reply(kind, b"", items), at
    return Reply(kind, line), at


def _read_text(data: bytes, at: int, kind: bytes, length: int) -> tuple[Reply, int] | None:
    if length < 0:
        return Reply(kind, NULL), at
    if at + length + 2 > len(data):
        return None
    return Reply(kind, data[at : at + length]), at + length + 2
