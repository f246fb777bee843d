"""A running cache: real Valkey, a real gateway, real TLS."""

import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cdk_elasticache.local.data_plane.certificates import Certificates, certificates
from cdk_elasticache.local.data_plane.process import GatewayProcess
from cdk_elasticache.local.data_plane.snapshot import Principal, Snapshot, User
from cdk_elasticache.local.engines.acl import OPEN, user_rules
from cdk_elasticache.local.engines.servers import Server
from cdk_elasticache.local.engines.valkey import Valkey
from cdk_elasticache.model.access_string import AccessString

REGION, ACCOUNT = "eu-west-1", "111122223333"
CACHE_ARN = f"arn:aws:elasticache:{REGION}:{ACCOUNT}:serverlesscache:shop"


def user(name: str, access: str, authentication: str = "password") -> User:
    """A user as the control plane declares one."""
    return User(
        name=name,
        arn=f"arn:aws:elasticache:{REGION}:{ACCOUNT}:user:{name}",
        authentication=authentication,
        access_string=AccessString.parse(access).canonical("valkey_9", modules=False),
        engine_password=secrets.token_hex(32) if authentication == "iam" else "",
    )


class Running:
    """A cache that serves: its engine, its gateway, and every event so far."""

    def __init__(self, engine: Valkey, snapshot: Snapshot, files: Certificates, folder: Path) -> None:
        self.engine, self.snapshot = engine, snapshot
        self.gateway = GatewayProcess(snapshot, log=folder / "gateway.log", on_event=self.hear)
        self.events: list[Any] = []
        self.heard = threading.Condition()
        self.port, self.reader_port, self.ca = snapshot.port, snapshot.reader_port or 0, str(files.ca)

    def update(self, **changes: Any) -> None:
        """Serve a changed snapshot."""
        self.snapshot = replace(self.snapshot, **changes)
        self.gateway.update(self.snapshot)

    def hear(self, event: Any) -> None:
        """Keep an event."""
        with self.heard:
            self.events.append(event)
            self.heard.notify_all()

    def wait_for(self, holds: Callable[[Any], bool]) -> Any:
        """The first event of which this holds."""
        with self.heard:
            assert self.heard.wait_for(lambda: any(map(holds, self.events)), timeout=10)
            return next(filter(holds, self.events))

    def tls(self) -> dict[str, Any]:
        """What every client of ours needs to connect."""
        return {"host": "localhost", "port": self.port, "ssl": True, "ssl_ca_certs": self.ca}


def free_ports() -> tuple[int, int]:
    """Two ports that nobody holds now."""
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


Serve = Callable[..., Running]


@pytest.fixture(scope="session")
def tls_files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """One authority for every cache."""
    return certificates(tmp_path_factory.mktemp("tls"))


def serve(
    stack: ExitStack,
    folder: Path,
    files: Certificates,
    *,
    users: tuple[User, ...] = (),
    passwords: dict[str, list[str]] | None = None,
    data_limit: int | None = None,
    server: Server | None = None,
    **fields: Any,
) -> Running:
    """Start a cache; without users it is open to all."""
    port, reader_port = free_ports()
    engine = Valkey(folder, name="shop", port=port, data_limit=data_limit, server=server)
    stack.enter_context(engine)
    rules = {
        one.name: user_rules(
            one.access_string,
            passwords=[one.engine_password]
            if one.authentication == "iam"
            else (passwords or {}).get(one.name, []),
            open_to_all=one.authentication == "no-password-required",
            commands=engine.server.commands,
        )
        for one in users
    }
    engine.set_users(
        rules or {"default": user_rules(OPEN, open_to_all=True, commands=engine.server.commands)}
    )
    snapshot = Snapshot(
        cache_name="shop",
        cache_arn=CACHE_ARN,
        region=REGION,
        commands=engine.server.commands,
        port=port,
        reader_port=reader_port,
        certificate=str(files.certificate),
        key=str(files.key),
        socket=str(engine.socket),
        admin_name=engine.admin_name,
        admin_password=engine.admin_password,
        node_id=engine.node_id,
        users=users,
        open_default=not users,
        **{"engine": "valkey", **fields},
    )
    running = Running(engine, snapshot, files, folder)
    stack.enter_context(running.gateway)
    return running


@pytest.fixture
def start(tmp_path: Path, tls_files: Certificates) -> Iterator[Serve]:
    """Starts caches of a test's own: ``start(users=…)``."""
    with ExitStack() as stack:
        yield lambda **options: serve(stack, tmp_path / "cache", tls_files, **options)


@pytest.fixture(scope="session")
def open_cache(tmp_path_factory: pytest.TempPathFactory, tls_files: Certificates) -> Iterator[Running]:
    """A cache without a user group, for tests that change nothing for others."""
    with ExitStack() as stack:
        yield serve(stack, tmp_path_factory.mktemp("open"), tls_files)


@pytest.fixture(scope="session")
def principal() -> Principal:
    """A role that may connect to everything here."""
    allow = {"Effect": "Allow", "Action": "elasticache:Connect", "Resource": "*"}
    return Principal(
        arn=f"arn:aws:iam::{ACCOUNT}:role/app",
        access_key_id="AKIAEXAMPLE",
        secret_access_key=secrets.token_hex(20),
        policies={"Connect": {"Version": "2012-10-17", "Statement": [allow]}},
    )
