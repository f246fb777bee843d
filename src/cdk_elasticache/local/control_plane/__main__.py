"""The runtime's own process: ``python -m cdk_elasticache.local.control_plane FOLDER [FLAG ...]``, with the flags

* ``--ephemeral``: give caches any free ports;
* ``--temporary``: remove the folder at the end.

It writes one line to its standard output, ``{"ready": true}`` or ``{"error": ...}``, and then nothing more. It ends
at SIGTERM, at SIGINT, when asked over its socket, when its folder is removed, and when its standard input ends, as it
does when whoever started it is gone, unless a byte came before: then it stays.
"""

import json
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from .. import sockets
from ..data_plane.certificates import certificates
from . import wire
from .apply import Event
from .folder import refused
from .host import Host
from .journal import Journal
from .resources import from_json
from .serving import Files
from .state import Hold, State


class Server:
    """Answers requests until somebody asks it to end."""

    def __init__(self, host: Host, journal: Journal, files: dict[str, str], folder: Path, hold: Hold) -> None:
        self._host, self._journal, self._files = host, journal, files
        self._applying = threading.Lock()
        self._folder, self._hold = folder, hold
        self._wake_read, self._wake = os.pipe()
        with refused(folder):
            path = sockets.make(folder, wire.SOCKET)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(64)
        self._path = path
        self._ended = threading.Event()
        # While the main thread still starts what ran before, too.
        threading.Thread(target=self._await_end, daemon=True).start()

    def run(self) -> None:
        """Answer; return when it was told to end, and everything has."""
        threading.Thread(target=self._accept, daemon=True).start()
        while not self._ended.wait(1.0):
            if self._hold.is_gone:  # and nobody could find us any more
                self.end()
        with self._applying:  # it goes back what it has done
            pass

    def end(self, *_: object) -> None:
        """Make :meth:`run` return."""
        # A byte in a pipe, since a signal's handler may take no lock.
        os.write(self._wake, b".")

    def _await_end(self) -> None:
        os.read(self._wake_read, 1)
        if not (self._hold.is_gone and self._folder.exists()):  # else it is another runtime's
            sockets.remove(self._path, self._folder)
        self._listener.close()
        try:
            self._host.stop()
        finally:
            self._ended.set()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rwb") as file:  # OSError: they hung up
            line = file.readline()
            if not line:
                return
            request = json.loads(line)
            try:
                answer = getattr(self, f"_{request['do']}")(request, file)
            except Exception as error:  # whatever it is, the other side has to know
                wire.send(file, {"error": wire.error_message(error)})
            else:
                wire.send(file, {"done": answer})

    def _apply(self, request: Mapping[str, Any], file: Any) -> dict[str, Any]:
        lock = threading.Lock()

        def say(event: Event) -> None:
            with lock, suppress(BrokenPipeError):
                wire.send(file, {"event": event._asdict()})

        only = None if request["only"] is None else [tuple(one) for one in request["only"]]
        with self._applying:
            self._host.apply(
                [from_json(one) for one in request["resources"]], request["principals"], say, only
            )
        return self._status(request, file)

    def _status(self, request: Mapping[str, Any], file: Any) -> dict[str, Any]:
        return {"api": None, **self._files, **self._host.summary()}

    def _watch(self, request: Mapping[str, Any], file: Any) -> None:
        with self._journal.watched() as entries:
            wire.send(file, {"watching": True})  # nothing that happens from now on is missed
            while (entry := entries.get()) is not None:
                wire.send(file, {"entry": entry})

    def _flush(self, request: Mapping[str, Any], file: Any) -> None:
        self._host.server(request["arn"]).flush()

    def _verdict(self, request: Mapping[str, Any], file: Any) -> str:
        return self._host.server(request["arn"]).verdict(request["user"], request["command"])

    def _stop(self, request: Mapping[str, Any], file: Any) -> int:
        self.end()
        return os.getpid()


def main(words: list[str]) -> int:
    """Hold a folder and serve from it until it is time to end."""
    folder = Path(words[0]).absolute()
    os.umask(0o077)
    try:
        hold = Hold(folder)  # until this process is gone, not only its work
        with State(folder) as state:
            _serve(folder, hold, state, words[1:])
        if "--temporary" in words:  # whoever started us may be gone
            shutil.rmtree(folder, ignore_errors=True)
    except Exception as error:
        _report({"error": wire.error_message(error)})
        return 1
    return 0


def _serve(folder: Path, hold: Hold, state: State, flags: list[str]) -> None:
    with refused(folder):
        made = certificates(folder / "tls")
    journal = Journal(folder)
    host = Host(state, Files(made.certificate, made.key), journal, ephemeral="--ephemeral" in flags)
    server = Server(host, journal, {"ca_file": str(made.ca)}, folder, hold)
    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(one, server.end)
    threading.Thread(target=_await_owner, args=(server,), daemon=True).start()
    try:
        host.resume()
        _report({"ready": True})
        server.run()
    finally:
        host.stop()
        journal.end()


def _await_owner(server: Server) -> None:
    if not os.read(0, 1):
        server.end()


def _report(message: dict[str, Any]) -> None:
    with suppress(BrokenPipeError):  # whoever started us is gone; nothing is held back that Python would miss
        os.write(1, json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
