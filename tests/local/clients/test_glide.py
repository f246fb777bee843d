"""valkey-glide, in cluster mode, as AWS recommends it: each scenario on a client of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import glide
import pytest

from cdk_elasticache import local
from tests.local.clients.shop import WAYS, Way

Client = glide.GlideClusterClient


async def connect(way: Way, **options: Any) -> Client:
    cache, name, password = way
    trust = glide.TlsAdvancedConfiguration(root_pem_cacerts=Path(cache.ca_file).read_bytes())
    return await Client.create(
        glide.GlideClusterClientConfiguration(
            [glide.NodeAddress(cache.host, cache.port)],
            use_tls=True,
            credentials=glide.ServerCredentials(password, name) if password else None,
            advanced_config=glide.AdvancedGlideClusterClientConfiguration(
                connection_timeout=5_000, tls_config=trust
            ),
            request_timeout=5_000,
            **options,
        )
    )


async def a_value_is_written_and_read(client: Client, key: str) -> None:
    assert (await client.set(key, "1"), await client.get(key)) == ("OK", b"1")


async def a_pipeline_answers_in_order(client: Client, key: str) -> None:
    batch = glide.ClusterBatch(is_atomic=False)
    for number in range(100):
        batch.rpush(key, [str(number)])
    assert await client.exec(batch, raise_on_error=True) == list(range(1, 101))


async def a_transaction_takes_all_or_nothing(client: Client, key: str) -> None:
    batch = glide.ClusterBatch(is_atomic=True)
    batch.incr(key).incr(key).get(key)
    assert await client.exec(batch, raise_on_error=True) == [1, 2, b"2"]


async def a_script_runs_by_its_hash(client: Client, key: str) -> None:
    script = glide.Script("return redis.call('INCRBY', KEYS[1], ARGV[1])")  # type: ignore[no-untyped-call]
    assert await client.invoke_script(script, keys=[key], args=["2"]) == 2


async def a_blocking_pop_waits_for_a_push(client: Client, key: str) -> None:
    waiting = asyncio.create_task(client.blpop([key], 10))
    await client.rpush(key, ["job"])
    assert await waiting == [key.encode(), b"job"]


async def a_stream_is_read_and_acknowledged(client: Client, key: str) -> None:
    await client.xgroup_create(key, "workers", "0", glide.StreamGroupOptions(make_stream=True))
    entry = await client.xadd(key, [("order", "1")])
    assert entry is not None
    await client.xreadgroup({key: ">"}, "workers", "one")
    assert await client.xack(key, "workers", [entry]) == 1


async def a_scan_finds_every_key(client: Client, key: str) -> None:
    names = {f"{key}:{number}" for number in range(300)}
    await client.mset(dict.fromkeys(names, ""))
    cursor, found = glide.ClusterScanCursor(), set[bytes]()  # type: ignore[no-untyped-call]
    pattern = key.replace("[", r"\[").replace("]", r"\]") + ":*"
    while not cursor.is_finished():
        answer: Any = await client.scan(cursor, match=pattern, count=200)
        cursor, keys = answer
        found.update(keys)
    assert found == {name.encode() for name in names}


async def a_value_of_5_megabytes_comes_back_whole(client: Client, key: str) -> None:
    value = b"x" * 5_000_000
    await client.set(key, value, expiry=glide.ExpirySet(glide.ExpiryType.SEC, 30))
    assert await client.get(key) == value


def run(scenario: Callable[[Client, str], Awaitable[None]], way: Way, key: str) -> None:
    async def whole() -> None:
        client = await connect(way)
        try:
            await scenario(client, key)
        finally:
            await client.close()

    asyncio.run(asyncio.wait_for(whole(), 20))


@pytest.mark.parametrize("way", WAYS)
def test_the_client_signs_in(way: str, running: local.Local, key: str) -> None:
    run(a_value_is_written_and_read, WAYS[way](running), key)


@pytest.mark.parametrize(
    "scenario",
    [
        a_pipeline_answers_in_order,
        a_transaction_takes_all_or_nothing,
        a_script_runs_by_its_hash,
        a_blocking_pop_waits_for_a_push,
        a_stream_is_read_and_acknowledged,
        a_scan_finds_every_key,
        a_value_of_5_megabytes_comes_back_whole,
    ],
)
def test_with_the_client(
    scenario: Callable[[Client, str], Awaitable[None]], running: local.Local, key: str
) -> None:
    run(scenario, WAYS["first password"](running), key)


@pytest.mark.parametrize("mode", ["Exact", "Sharded"])
def test_a_message_reaches_its_channel(mode: str, running: local.Local, key: str) -> None:
    modes = glide.GlideClusterClientConfiguration.PubSubChannelModes
    subscriptions = glide.GlideClusterClientConfiguration.PubSubSubscriptions(
        {modes[mode]: {key}}, callback=None, context=None
    )
    way = WAYS["first password"](running)

    async def whole() -> glide.PubSubMsg:
        listener = await connect(way, pubsub_subscriptions=subscriptions)
        speaker = await connect(way)
        try:
            await speaker.publish("news", key, sharded=mode == "Sharded")
            return await listener.get_pubsub_message()
        finally:
            await listener.close()
            await speaker.close()

    message = asyncio.run(asyncio.wait_for(whole(), 20))
    assert (message.channel, message.message) == (key.encode(), b"news")
