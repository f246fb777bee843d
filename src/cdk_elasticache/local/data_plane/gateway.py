"""The sockets: TLS in front, the engine's unix socket behind, a gate between them for each connection.

Bytes flow when three allow it: the budget (meter.py), the engine, whose full buffer stops the reading from the
client, and the client, whose full buffer stops the reading from the engine. So memory stays flat, whatever
either does.
"""

import asyncio
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol, cast

from .meter import Bucket, Exchange
from .snapshot import Snapshot

#: Seconds after which a TLS handshake that doesn't end, and a closed connection that isn't read, is cut.
HANDSHAKE, LINGER = 10.0, 5.0
#: Seconds for which new connections wait for an engine that restarts.
ENGINE = 5.0
#: Bytes that may wait to be written on either side before the other is stopped.
BUFFER = 256 * 1024

Tell = Callable[[dict[str, Any]], None]


class AnyGate(Protocol):
    """What a connection needs of its gate; :class:`.gate.Gate` or :class:`.memcache.Gate`."""

    def receive(self, data: bytes) -> list[tuple[bytes, int]]:
        """Bytes from the client: what to send to the engine, with its number of commands, in pieces."""

    def reply(self, data: bytes) -> bytes:
        """Bytes from the engine: what to send to the client."""


class Counters:
    """What was used since the gateway started."""

    def __init__(self) -> None:
        self.ecpus = 0.0
        self.commands = self.throttled_commands = self.bytes_in = self.bytes_out = 0
        self.connections = self.new_connections = self.refused_connections = 0
        self.authentication_failures = self.command_failures = self.key_failures = self.data_bytes = 0


class Cache:
    """What the connections of a cache share.

    :param snapshot: what is served; replaced by :meth:`apply`.
    :param gates: makes the gate of a connection, told the connection and whether it came to the reader port.
    """

    def __init__(self, snapshot: Snapshot, gates: Callable[["Client", bool], AnyGate]) -> None:
        self.snapshot = snapshot
        self.gates = gates
        self.counters = Counters()
        self.clients: set[Client] = set()
        self.bucket = Bucket(snapshot.ecpu_per_second, time.monotonic())
        self._waiting: deque[Client] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def apply(self, snapshot: Snapshot) -> None:
        """Serve this from now on."""
        self.snapshot = snapshot
        self.bucket.set_rate(snapshot.ecpu_per_second, time.monotonic())
        self._serve_waiting()

    def charge(self, cost: float) -> None:
        """Count what was used."""
        self.counters.ecpus += cost
        self.bucket.spend(cost)

    @property
    def must_wait(self) -> bool:
        """Nothing may be sent on now."""
        return bool(self._waiting) or self.bucket.wait(time.monotonic()) > 0

    def enqueue(self, client: "Client") -> None:
        """Let a connection wait for its turn: first come, first served, a piece each."""
        self._waiting.append(client)
        self._schedule()

    def _schedule(self) -> None:
        if self._waiting and self._timer is None:
            wait = self.bucket.wait(time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(wait, self._serve_waiting)

    def _serve_waiting(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while self._waiting and self.bucket.wait(time.monotonic()) <= 0:
            client = self._waiting.popleft()
            if client.serve_piece():
                self._waiting.append(client)
        self._schedule()


class Client(asyncio.Protocol):
    """The client's side of a connection."""

    def __init__(self, cache: Cache, reader: bool) -> None:
        self._cache = cache
        self._is_reader = reader
        self._exchange = Exchange()
        self._pieces: deque[tuple[bytes, int]] = deque()
        self._holds: set[str] = set()  # why nothing is read from the client now
        self._engine: asyncio.Transport | None = None
        self._session: asyncio.TimerHandle | None = None
        self._cut: asyncio.TimerHandle | None = None
        self._lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A handshake is done: find the engine, or refuse."""
        self._transport = transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        counters = self._cache.counters
        counters.new_connections += 1
        self._cache.clients.add(self)
        counters.connections = len(self._cache.clients)
        if len(self._cache.clients) > self._cache.snapshot.connections:
            counters.refused_connections += 1
            transport.write(b"-ERR max number of clients reached\r\n")
            self.close()
            return
        transport.set_write_buffer_limits(BUFFER)
        _keep_alive(transport.get_extra_info("socket"))
        self.gate = self._cache.gates(self, self._is_reader)
        self.hold("engine starts")
        self._connecting = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        """Reach the engine: its backlog may be full, or it may be restarting."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + ENGINE
        while not self._lost:
            try:
                await loop.create_unix_connection(lambda: Engine(self), self._cache.snapshot.socket)
            except OSError:
                if loop.time() > deadline:
                    self.close()
                    return
                await asyncio.sleep(0.02)
            else:
                return

    def engine_made(self, engine: asyncio.Transport) -> None:
        """The engine answers."""
        self._engine = engine
        if self._lost:
            engine.abort()
            return
        self.release("engine starts")

    def data_received(self, data: bytes) -> None:
        """Requests: send them on, or let them wait."""
        self._cache.counters.bytes_in += len(data)
        pieces = self.gate.receive(data)
        if self._pieces:
            self._pieces.extend(pieces)
            return
        for at, (raw, commands) in enumerate(pieces):
            if self._cache.must_wait:
                self._wait(pieces[at:])
                return
            self._send(raw, commands)

    def _wait(self, pieces: list[tuple[bytes, int]]) -> None:
        self._pieces.extend(pieces)
        self._cache.counters.throttled_commands += sum(commands for _, commands in pieces)
        self.hold("budget")
        self._cache.enqueue(self)

    def serve_piece(self) -> bool:
        """Send on what waits longest; return whether more waits."""
        if self._pieces and not self._lost:
            self._send(*self._pieces.popleft())
        if self._pieces and not self._lost:
            return True
        self.release("budget")
        return False

    def _send(self, raw: bytes, commands: int) -> None:
        self._cache.counters.commands += commands
        self._cache.charge(self._exchange.request(commands, len(raw)))
        if self._engine:
            self._engine.write(raw)

    def replied(self, data: bytes) -> None:
        """Replies, or messages: count them and pass them on."""
        if cost := self._exchange.reply(len(data)):
            self._cache.charge(cost)
        shown = self.gate.reply(data)
        self._cache.counters.bytes_out += len(shown)
        if shown and not self._lost:
            self._transport.write(shown)

    def hold(self, reason: str) -> None:
        """Read nothing more from the client until this reason, and every other, is gone."""
        if not self._holds and not self._transport.is_closing():
            self._transport.pause_reading()
        self._holds.add(reason)

    def release(self, reason: str) -> None:
        """A reason is gone."""
        self._holds.discard(reason)
        if not self._holds and not self._lost and not self._transport.is_closing():
            self._transport.resume_reading()

    def pause_writing(self) -> None:
        """The client reads slowly: take no more replies from the engine."""
        if self._engine and not self._engine.is_closing():
            self._engine.pause_reading()

    def resume_writing(self) -> None:
        """The client has read."""
        if self._engine and not self._engine.is_closing():
            self._engine.resume_reading()

    def start_session(self, iam: bool) -> None:
        """Somebody signed in; an IAM user for a time."""
        if self._session:
            self._session.cancel()
        seconds = self._cache.snapshot.session
        self._session = asyncio.get_running_loop().call_later(seconds, self.close) if iam else None

    def close(self) -> None:
        """Send what is left and hang up; a client that doesn't read is cut off."""
        if not self._lost and self._cut is None:
            self._transport.close()
            self._cut = asyncio.get_running_loop().call_later(LINGER, self._transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone, so its engine connection goes."""
        self._lost = True
        self._cache.clients.discard(self)
        self._cache.counters.connections = len(self._cache.clients)
        for timer in (self._session, self._cut):
            if timer:
                timer.cancel()
        if self._engine:
            self._engine.abort()


class Engine(asyncio.Protocol):
    """The engine's side of a connection."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Tell the client's side."""
        transport = cast(asyncio.Transport, transport)
        transport.set_write_buffer_limits(BUFFER)
        self._client.engine_made(transport)

    def data_received(self, data: bytes) -> None:
        """Replies."""
        self._client.replied(data)

    def pause_writing(self) -> None:
        """The engine takes no more: read no more from the client."""
        self._client.hold("engine is busy")

    def resume_writing(self) -> None:
        """The engine takes more."""
        self._client.release("engine is busy")

    def connection_lost(self, exc: Exception | None) -> None:
        """QUIT, a removed user, or the end of the engine: hang up."""
        self._client.close()


def _keep_alive(connection: Any) -> None:
    """Find out within minutes about a client that vanished."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        idle = getattr(socket, "TCP_KEEPIDLE", getattr(socket, "TCP_KEEPALIVE", None))
        if idle is not None:
            connection.setsockopt(socket.IPPROTO_TCP, idle, 60)


def tls(snapshot: Snapshot) -> ssl.SSLContext:
    """The server's side of TLS: 1.2 and 1.3, as the service has."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(snapshot.certificate, snapshot.key)
    return context


async def listen(cache: Cache) -> list[asyncio.Server]:
    """Open the ports of the cache, on 127.0.0.1.

    :raises OSError: one is in use.
    """
    loop, context = asyncio.get_running_loop(), tls(cache.snapshot)
    servers = []
    for port, reader in ((cache.snapshot.port, False), (cache.snapshot.reader_port, True)):
        if port is not None:
            server = await loop.create_server(
                lambda reader=reader: Client(cache, reader),  # type: ignore[misc]
                "127.0.0.1",
                port,
                ssl=context,
                ssl_handshake_timeout=HANDSHAKE,
                backlog=1024,
            )
            servers.append(server)
    return servers
