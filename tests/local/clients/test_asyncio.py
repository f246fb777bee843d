"""redis-py and valkey-py on asyncio, in cluster mode and plain: each scenario with each client."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import redis.asyncio
import valkey.asyncio

from cdk_elasticache import local
from tests.local.clients.shop import WAYS, Way

#: Their own types differ, their methods don't.
Client = Any

CLIENTS: dict[str, Callable[..., Client]] = {
    "redis-py-cluster": redis.asyncio.RedisCluster,
    "redis-py": redis.asyncio.Redis,
    "valkey-py-cluster": valkey.asyncio.ValkeyCluster,
    "valkey-py": valkey.asyncio.Valkey,
}
#: On asyncio the cluster clients have no pub/sub; valkey-py's has no transactions, and redis-py's runs each of
#: their commands on an event loop of its own, which its connections don't survive.
PLAIN = ["redis-py", "valkey-py"]


def connect(kind: str, way: Way) -> Client:
    cache, name, password = way
    return CLIENTS[kind](
        host=cache.host,
        port=cache.port,
        ssl=True,
        ssl_ca_certs=cache.ca_file,
        username=name,
        password=password,
        decode_responses=True,
    )


def run(scenario: Callable[[Client, str], Awaitable[None]], kind: str, way: Way, key: str) -> None:
    async def whole() -> None:
        client = connect(kind, way)
        try:
            await scenario(client, key)
        finally:
            await client.aclose()

    asyncio.run(asyncio.wait_for(whole(), 20))


async def a_value_is_written_and_read(client: Client, key: str) -> None:
    assert (await client.set(key, "1"), await client.get(key)) == (True, "1")


async def a_pipeline_answers_in_order(client: Client, key: str) -> None:
    pipeline = client.pipeline(transaction=False)
    for number in range(100):
        pipeline.rpush(key, number)
    assert await pipeline.execute() == list(range(1, 101))


async def a_transaction_takes_all_or_nothing(client: Client, key: str) -> None:
    pipeline = client.pipeline(transaction=True)
    pipeline.incr(key).incr(key).get(key)
    assert await pipeline.execute() == [1, 2, "2"]


async def a_script_runs_by_its_text(client: Client, key: str) -> None:
    assert await client.eval("return redis.call('INCRBY', KEYS[1], ARGV[1])", 1, key, 2) == 2


async def a_blocking_pop_waits_for_a_push(client: Client, key: str) -> None:
    waiting = asyncio.create_task(client.blpop(key, timeout=10))
    await client.rpush(key, "job")
    assert list(await waiting) == [key, "job"]
    assert await client.blpop(key, timeout=0.05) is None


async def a_stream_is_read_and_acknowledged(client: Client, key: str) -> None:
    await client.xgroup_create(key, "workers", id="0", mkstream=True)
    entry = await client.xadd(key, {"order": "1"})
    await client.xreadgroup("workers", "one", {key: ">"})
    assert await client.xack(key, "workers", entry) == 1


async def a_scan_finds_every_key(client: Client, key: str) -> None:
    names = {f"{key}:{number}" for number in range(300)}
    await client.mset(dict.fromkeys(names, ""))
    pattern = key.replace("[", r"\[").replace("]", r"\]") + ":*"
    assert {name async for name in client.scan_iter(match=pattern, count=200)} == names


async def a_value_of_5_megabytes_comes_back_whole(client: Client, key: str) -> None:
    value = "x" * 5_000_000
    await client.set(key, value, ex=30)
    assert await client.get(key) == value


async def ten_tasks_share_a_client(client: Client, key: str) -> None:
    assert set(await asyncio.gather(*(client.incr(key) for _ in range(10)))) == set(range(1, 11))


async def a_message_reaches_its_channel(client: Client, key: str) -> None:
    async with client.pubsub() as pubsub:
        await pubsub.subscribe(key)
        assert (await pubsub.get_message(timeout=10))["type"] == "subscribe"
        await client.publish(key, "news")
        assert (await pubsub.get_message(timeout=10))["data"] == "news"


async def a_sharded_message_reaches_its_channel(client: Client, key: str) -> None:
    async with client.pubsub() as pubsub:
        await pubsub.execute_command("SSUBSCRIBE", key)
        assert (await pubsub.parse_response())[0] == "ssubscribe"
        await client.execute_command("SPUBLISH", key, "news")
        assert list(await pubsub.parse_response()) == ["smessage", key, "news"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", CLIENTS)
def test_a_client_signs_in(kind: str, way: str, running: local.Local, key: str) -> None:
    run(a_value_is_written_and_read, kind, WAYS[way](running), key)


@pytest.mark.parametrize("kind", CLIENTS)
@pytest.mark.parametrize(
    "scenario",
    [
        a_pipeline_answers_in_order,
        a_script_runs_by_its_text,
        a_blocking_pop_waits_for_a_push,
        a_stream_is_read_and_acknowledged,
        a_scan_finds_every_key,
        a_value_of_5_megabytes_comes_back_whole,
        ten_tasks_share_a_client,
    ],
)
def test_with_a_client(
    scenario: Callable[[Client, str], Awaitable[None]], kind: str, running: local.Local, key: str
) -> None:
    run(scenario, kind, WAYS["first password"](running), key)


@pytest.mark.parametrize("kind", PLAIN)
@pytest.mark.parametrize(
    "scenario",
    [
        a_transaction_takes_all_or_nothing,
        a_message_reaches_its_channel,
        a_sharded_message_reaches_its_channel,
    ],
)
def test_with_a_plain_client(
    scenario: Callable[[Client, str], Awaitable[None]], kind: str, running: local.Local, key: str
) -> None:
    run(scenario, kind, WAYS["first password"](running), key)
