"""One cache's memcached: found on PATH, on a unix socket. Its data live as long as it does, as memcached's do."""

import os
import resource
import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Self

from .errors import EngineError
from .process import ServerProcess
from .servers import Server
from .valkey import make_socket_folder, socket_path

#: Megabytes where no limit is declared; memcached's own default is 64.
DEFAULT_MEGABYTES = 1024


def find_memcached(told: str = "memcached") -> Server:
    """The memcached to run.

    :param told: a path, or a name to seek on PATH. Default: ``memcached``.
    :raises EngineError: ``EngineNotFound``.
    """
    path = shutil.which(told)
    if path:
        with suppress(OSError, ValueError, subprocess.SubprocessError):
            asked = subprocess.run(  # noqa: S603 - what the user chose
                [path, "-V"], capture_output=True, text=True, timeout=10, check=True
            )
            name, version, *_ = asked.stdout.split()
            if name == "memcached":
                return Server(Path(path), name, version)
    remedy = "install it with apt install memcached, dnf install memcached or brew install memcached"
    raise EngineError("EngineNotFound", f"memcached must be on PATH to run a Memcached cache; {remedy}")


def _connections() -> int:
    """As many as the service has, or as the system allows: memcached doesn't start with more."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 65_000 if files == resource.RLIM_INFINITY else min(65_000, files - 64)


def _megabytes(data_limit: int | None) -> int:
    return max(1, data_limit >> 20) if data_limit else DEFAULT_MEGABYTES


class Memcached:
    """The server of one cache, between :meth:`start` and :meth:`stop`.

    :param folder: its socket and its log, made if need be.
    :param data_limit: bytes of data; beyond it the oldest go. Default: 1 GB.
    :param server: what to run. Default: :func:`find_memcached`.
    """

    def __init__(self, folder: Path, *, data_limit: int | None = None, server: Server | None = None) -> None:
        self.folder = folder
        self.server = server or find_memcached()
        self.socket = socket_path(folder)
        limits = ["-c", str(_connections()), "-m", str(_megabytes(data_limit))]
        owner = ["-u", "root"] if os.getuid() == 0 else []  # it asks root to say so
        where = ["-s", str(self.socket), "-a", "700", "-B", "ascii"]
        self.process = ServerProcess(
            [str(self.server.path), *where, *limits, *owner],
            ready=self._answers,
            log=folder / "engine.log",
            lock=folder / "engine.lock",
        )

    def start(self, timeout: float = 10.0) -> None:
        """Return when it answers.

        :param timeout: seconds.
        :raises EngineError: ``EngineNotStarted``.
        :raises OSError: the folder cannot be written.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_socket_folder(self.socket)
        self.socket.unlink(missing_ok=True)
        self.process.start(timeout)

    def _answers(self) -> bool:
        with suppress(OSError):
            return self._ask("version").startswith(b"VERSION")
        return False

    def _ask(self, line: str) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(self.socket))
            connection.sendall(f"{line}\r\n".encode())
            return connection.recv(64)

    def set_data_limit(self, data_limit: int | None) -> None:
        """Change how many bytes of data it holds, at once. ``None``: the default."""
        self._ask(f"cache_memlimit {_megabytes(data_limit)}")

    def flush(self) -> None:
        """Remove all data."""
        self._ask("flush_all")

    def stop(self, timeout: float = 5.0) -> None:
        """End it. Safe to call twice."""
        self.process.stop(timeout)
        self.socket.unlink(missing_ok=True)
        if self.socket.parent != self.folder:
            with suppress(OSError):
                self.socket.parent.rmdir()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
