"""A load generator for machines without redis-benchmark; :mod:`local` runs it, in a process of its own.

    python benchmarks/load.py PORT set|get PIPELINE REQUESTS [CA]

Fifty connections, each of which sends PIPELINE requests, waits for all their replies, and sends the next. Prints
requests a second, and the 50th and 99th percentile of the time between the two, in milliseconds, as JSON.
"""

import asyncio
import json
import ssl
import sys
import time
from typing import cast

CONNECTIONS = 50
VALUE = b"x" * 100
REQUESTS = {
    "set": b"*3\r\n$3\r\nSET\r\n$5\r\nbench\r\n$100\r\n%b\r\n" % VALUE,
    "get": b"*2\r\n$3\r\nGET\r\n$5\r\nbench\r\n",
}
#: Replies of a known length are counted, not read.
REPLIES = {"set": len(b"+OK\r\n"), "get": len(b"$100\r\n%b\r\n" % VALUE)}


class Connection(asyncio.Protocol):
    """One client: its share of the requests, and what each batch of them took."""

    def __init__(self, command: str, pipeline: int, batches: int) -> None:
        self._request, self._size = REQUESTS[command] * pipeline, REPLIES[command] * pipeline
        self._left, self._missing, self._sent = batches, 0, 0.0
        self.took: list[float] = []
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; :meth:`send` begins when all are there."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name

    def send(self) -> None:
        """Send the next batch, or end."""
        if not self._left:
            self._transport.close()
            self.done.set_result(None)
            return
        self._left -= 1
        self._missing = self._size
        self._sent = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Replies."""
        self._missing -= len(data)
        if not self._missing:
            self.took.append(time.perf_counter() - self._sent)
            self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Too early is an error: nothing is measured then."""
        if not self.done.done():
            self.done.set_exception(ConnectionError("the server hung up"))


async def load(port: int, command: str, pipeline: int, requests: int, ca: str) -> tuple[float, float, float]:
    """Requests a second, and milliseconds at the 50th and 99th percentile."""
    loop = asyncio.get_running_loop()
    tls = ssl.create_default_context(cafile=ca) if ca else None
    batches = max(1, requests // (CONNECTIONS * pipeline))
    clients = []
    for _ in range(CONNECTIONS):
        _, client = await loop.create_connection(
            lambda: Connection(command, pipeline, batches),
            "127.0.0.1",
            port,
            ssl=tls,
            server_hostname="localhost" if ca else None,
        )
        clients.append(client)
    start = time.perf_counter()
    for client in clients:
        client.send()
    await asyncio.gather(*(client.done for client in clients))
    seconds = time.perf_counter() - start
    took = sorted(1000 * one for client in clients for one in client.took)
    return len(took) * pipeline / seconds, took[len(took) // 2], took[len(took) * 99 // 100]


def main(port: str, command: str, pipeline: str, requests: str, ca: str = "") -> None:
    """Measure, and print."""
    try:
        import uvloop
    except ImportError:
        loop_factory = None
    else:
        loop_factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        print(json.dumps(runner.run(load(int(port), command, int(pipeline), int(requests), ca))))


if __name__ == "__main__":
    main(*sys.argv[1:])
