"""The runtime's own connection to a Valkey: a request, a reply, in turn, over the unix socket."""

import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

from .errors import EngineError

Reply = bytes | int | list["Reply"] | None


class Admin:
    """A connection that is signed in as the hidden administrator.

    :param path: the unix socket.
    :param name: of the administrator.
    :param password: of the administrator.
    :param timeout: seconds for which an answer may take.
    :ivar lost: an answer didn't come, so the next one could be that one: there is no more to be asked here.
    :raises OSError: nobody listens there (yet).
    :raises EngineError: ``EngineRefused``: these are not its name and password.
    """

    def __init__(self, path: Path, name: str, password: str, *, timeout: float = 5.0) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(timeout)
        self._replies = self._socket.makefile("rb")
        self._turn = threading.Lock()
        self.lost = False
        try:
            self._socket.connect(str(path))
            self.call("AUTH", name, password)
        except BaseException:
            self.close()
            raise

    def call(self, *words: str | bytes) -> Reply:
        """Send a command, return its reply.

        :raises EngineError: ``EngineRefused``: the reply is an error; ``EngineGone``: there is none. The text
            is the server's own, which repeats no argument of AUTH or ACL SETUSER but the rule at fault.
        """
        encoded = [
            word.encode("utf-8", "surrogateescape") if isinstance(word, str) else word for word in words
        ]
        # Several threads of the runtime ask: each its question, then its answer.
        body = b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)
        try:
            with self._turn:
                self._socket.sendall(b"*%d\r\n%s" % (len(encoded), body))
                return self._read()
        except (OSError, EOFError) as lost:
            self.lost = True
            raise EngineError("EngineGone", "the engine must answer, but the connection is lost") from lost

    def info(self, *sections: str) -> dict[str, str]:
        """``INFO`` as a dictionary."""
        text = self.call("INFO", *sections)
        assert isinstance(text, bytes)
        lines = (line.partition(":") for line in text.decode().splitlines() if line and line[0] != "#")
        return {name: value for name, _, value in lines}

    def config(self, *names: str) -> dict[str, str]:
        """What is set under these names, of those that the engine has."""
        told = self.call("CONFIG", "GET", *names)
        assert isinstance(told, list)
        words = [bytes(word).decode(errors="replace") for word in told]  # type: ignore[arg-type]
        return dict(zip(words[::2], words[1::2], strict=True))

    def _read(self) -> Reply:
        line = self._replies.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise EngineError("EngineRefused", rest.decode(errors="replace"))
        if kind == b"+":
            return rest
        number = int(rest)
        if kind == b":" or number < 0:
            return number if kind == b":" else None
        if kind == b"*":
            return [self._read() for _ in range(number)]
        return self._replies.read(number + 2)[:-2]

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self._replies.close()
            self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
