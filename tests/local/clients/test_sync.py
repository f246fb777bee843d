"""redis-py and valkey-py, in cluster mode and plain: what a team's code does with them works here."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
import valkey
from redis.backoff import NoBackoff
from redis.retry import Retry

from cdk_elasticache import local
from tests.local.clients.shop import WAYS, Way

#: Their own types differ, their methods don't.
Client = Any

CLIENTS: dict[str, Callable[..., Client]] = {
    "redis-py-cluster": redis.RedisCluster,
    "redis-py": redis.Redis,
    "valkey-py-cluster": valkey.ValkeyCluster,
    "valkey-py": valkey.Valkey,
}
#: redis-py tries a wrong password again and again.
NO_RETRY: dict[str, dict[str, Any]] = {"redis-py": {"retry": Retry(NoBackoff(), 0)}}


def connect(kind: str, way: Way, **options: Any) -> Client:
    cache, name, password = way
    return CLIENTS[kind](
        host=cache.host,
        port=cache.port,
        ssl=True,
        ssl_ca_certs=cache.ca_file,
        username=name,
        password=password,
        decode_responses=True,
        **options,
    )


@pytest.fixture(scope="module", params=CLIENTS)
def client(request: pytest.FixtureRequest, running: local.Local) -> Iterator[Client]:
    with connect(request.param, WAYS["first password"](running)) as made:
        yield made


def next_message(pubsub: Any, kind: str, get: str = "get_message") -> dict[str, Any]:
    """The next message of a kind. In cluster mode valkey-py doesn't wait for it, whatever the timeout."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        message = getattr(pubsub, get)(timeout=1)
        if message and message["type"] == kind:
            return dict(message)
    raise AssertionError(f"no {kind} came")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", CLIENTS)
def test_a_client_signs_in(kind: str, way: str, running: local.Local, key: str) -> None:
    with connect(kind, WAYS[way](running)) as client:
        assert (client.set(key, way), client.get(key)) == (True, way)


@pytest.mark.parametrize("protocol", [2, 3])
@pytest.mark.parametrize("kind", CLIENTS)
def test_a_client_speaks_either_protocol(kind: str, protocol: int, running: local.Local, key: str) -> None:
    with connect(kind, WAYS["iam token"](running), protocol=protocol) as client:
        client.hset(key, mapping={"a": "1", "b": "2"})
        assert client.hgetall(key) == {"a": "1", "b": "2"}


@pytest.mark.parametrize("kind", CLIENTS)
def test_a_wrong_password_is_refused_in_the_words_of_the_server(kind: str, running: local.Local) -> None:
    cache, name, _ = WAYS["first password"](running)
    with pytest.raises(Exception, match="invalid username-password pair or user is disabled"):
        connect(kind, (cache, name, "another-long-password"), **NO_RETRY.get(kind, {})).ping()


def test_a_pipeline_answers_in_order(client: Client, key: str) -> None:
    with client.pipeline(transaction=False) as pipeline:
        for number in range(100):
            pipeline.rpush(key, number)
        assert pipeline.execute() == list(range(1, 101))


def test_a_transaction_takes_all_or_nothing(client: Client, key: str) -> None:
    if isinstance(client, valkey.ValkeyCluster):
        pytest.skip("valkey-py has no transactions in cluster mode")
    with client.pipeline(transaction=True) as pipeline:
        pipeline.incr(key).incr(key).get(key)
        assert pipeline.execute() == [1, 2, "2"]


def test_a_script_runs_by_its_text_and_by_its_hash(client: Client, key: str) -> None:
    text = "return redis.call('INCRBY', KEYS[1], ARGV[1])"
    digest = client.script_load(text)
    assert (client.eval(text, 1, key, 2), client.evalsha(digest, 1, key, 3)) == (2, 5)


def test_a_published_message_reaches_its_channel(client: Client, key: str) -> None:
    with client.pubsub() as pubsub:
        pubsub.subscribe(key)
        next_message(pubsub, "subscribe")
        client.publish(key, "news")
        assert next_message(pubsub, "message")["data"] == "news"


def test_a_sharded_message_reaches_its_channel(client: Client, key: str) -> None:
    cluster = isinstance(client, redis.RedisCluster | valkey.ValkeyCluster)
    get = "get_sharded_message" if cluster else "get_message"
    with client.pubsub() as pubsub:
        pubsub.ssubscribe(key)
        next_message(pubsub, "ssubscribe", get)
        client.spublish(key, "news")
        assert next_message(pubsub, "smessage", get)["data"] == "news"


def test_a_pattern_of_channels_is_not_served(client: Client, key: str) -> None:
    with pytest.raises(Exception, match=r"(?i)unknown command 'psubscribe'"):
        client.execute_command("PSUBSCRIBE", key + "*")


def test_a_blocking_pop_waits_for_a_push_and_no_longer_than_told(client: Client, key: str) -> None:
    popped: list[Any] = []
    waiter = threading.Thread(target=lambda: popped.append(client.blpop(key, timeout=10)))
    waiter.start()
    client.rpush(key, "job")
    waiter.join(timeout=15)
    assert [list(*popped), client.blpop(key, timeout=0.05)] == [[key, "job"], None]


def test_a_stream_is_read_by_a_group_and_acknowledged(client: Client, key: str) -> None:
    client.xgroup_create(key, "workers", id="0", mkstream=True)
    entry = client.xadd(key, {"order": "1"})
    read = client.xreadgroup("workers", "one", {key: ">"})
    entries = read[key][0] if isinstance(read, dict) else read[0][1]
    assert [(one[0], one[1]) for one in entries] == [(entry, {"order": "1"})]
    assert (client.xack(key, "workers", entry), client.xpending(key, "workers")["pending"]) == (1, 0)


def test_a_scan_finds_every_key_once_at_least(client: Client, key: str) -> None:
    names = {f"{key}:{number}" for number in range(500)}
    client.mset(dict.fromkeys(names, ""))
    pattern = key.replace("[", r"\[").replace("]", r"\]") + ":*"
    assert set(client.scan_iter(match=pattern, count=200)) == names


def test_a_value_of_20_megabytes_comes_back_whole(client: Client, key: str) -> None:
    value = "x" * 20_000_000
    client.set(key, value)
    whole = client.get(key) == value
    client.delete(key)
    assert whole
