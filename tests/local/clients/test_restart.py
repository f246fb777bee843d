"""A server that was killed comes back with its data, and clients that were connected go on as they are."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from cdk_elasticache import local
from tests.local.clients import test_asyncio, test_glide, test_sync
from tests.local.clients.shop import IOREDIS, WAYS, Way, ioredis

#: Seconds in which everybody is to be back.
PATIENCE = 20


def engine_process(cache: local.Cache) -> int:
    """Process id of the engine, of which the runtime is the parent."""
    with cache.redis("app") as client:
        return int(client.info("server")["process_id"])


@contextmanager
def node_waiting(cluster: bool, way: Way, key: str) -> Iterator[subprocess.Popen[str]]:
    """A Node that has written the key with ioredis and waits for its input to end."""
    command = ioredis("restart", cluster, way, key)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
        try:
            assert node.stdout is not None
            assert node.stdout.readline() == "ready\n"
            yield node
        finally:
            node.kill()


def get_when_back(client: Any, key: str) -> Any:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return client.get(key)
        except Exception:
            if time.monotonic() > deadline:
                raise


async def get_async_when_back(client: Any, key: str) -> Any:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return await client.get(key)
        except Exception:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0)


def test_every_client_goes_on_after_the_server_was_killed(running: local.Local, key: str) -> None:
    way = WAYS["first password"](running)
    before = engine_process(way[0])
    found: dict[str, Any] = {}
    with ExitStack() as stack:
        blocking = {kind: stack.enter_context(test_sync.connect(kind, way)) for kind in test_sync.CLIENTS}
        nodes = {}
        if IOREDIS.exists():
            for name, cluster in (("ioredis-cluster", True), ("ioredis", False)):
                nodes[name] = stack.enter_context(node_waiting(cluster, way, key))
        for client in blocking.values():
            client.set(key, "kept")

        async def with_asyncio() -> None:
            others = {f"async-{kind}": test_asyncio.connect(kind, way) for kind in test_asyncio.CLIENTS}
            others["glide"] = await test_glide.connect(way)
            for client in others.values():
                await client.set(key, "kept")
            os.kill(before, signal.SIGKILL)
            for name, client in others.items():
                value = await get_async_when_back(client, key)
                found[name] = value.decode() if isinstance(value, bytes) else value
                await (client.close() if name == "glide" else client.aclose())

        asyncio.run(with_asyncio())
        for name, client in blocking.items():
            found[name] = get_when_back(client, key)
        for name, node in nodes.items():
            found[name] = node.communicate(timeout=PATIENCE)[0].strip().strip('"')
    assert found == dict.fromkeys(found, "kept")
    assert len(found) == (11 if nodes else 9)
    assert engine_process(way[0]) != before
