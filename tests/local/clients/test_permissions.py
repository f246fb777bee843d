"""What a user must be allowed for a client in cluster mode to connect at all."""

import asyncio
import json
from collections.abc import Callable, Iterator

import pytest
import redis
import valkey

from cdk_elasticache import local
from tests.local.clients.shop import cache, group, user

PASSWORD = {"Type": "password", "Passwords": ["sixteen-letters-and-more"]}
READ = "on ~* -@all +@read"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Cache]:
    template = {
        "Resources": {
            "Enough": user("enough", PASSWORD, access=f"{READ} +@connection +cluster|slots"),
            "NoTopology": user("no-topology", PASSWORD, access=f"{READ} +@connection"),
            "NoCommands": user("no-commands", PASSWORD, access=f"{READ} +cluster|slots"),
            "Users": group("users", "valkey", "Enough", "NoTopology", "NoCommands"),
            "Shop": cache("shop", "valkey", UserGroupId={"Ref": "Users"}),
        }
    }
    file = tmp_path_factory.mktemp("permissions") / "shop.json"
    file.write_text(json.dumps(template))
    with local.run(file) as running:
        yield running.caches["Shop"]


def with_redis(cache: local.Cache, name: str) -> object:
    with cache.redis(name) as client:
        return client.get("key")


def with_valkey(cache: local.Cache, name: str) -> object:
    with cache.valkey(name) as client:
        return client.get("key")


def with_glide(cache: local.Cache, name: str) -> object:
    async def get() -> object:
        client = await cache.glide(name)
        try:
            return await client.get("key")
        finally:
            await client.close()

    return asyncio.run(get())


CLIENTS = [with_redis, with_valkey, with_glide]


@pytest.mark.parametrize("get", CLIENTS)
def test_connection_and_cluster_slots_are_enough_for_a_client_in_cluster_mode(
    shop: local.Cache, get: Callable[[local.Cache, str], object]
) -> None:
    assert get(shop, "enough") is None


@pytest.mark.parametrize("name", ["no-topology", "no-commands"])
@pytest.mark.parametrize("get", [with_redis, with_valkey])
def test_neither_is_enough_alone(
    shop: local.Cache, get: Callable[[local.Cache, str], object], name: str
) -> None:
    words = "Cluster mode is not enabled on this node|no permissions to run the 'command' command"
    refusals = (redis.RedisError, redis.exceptions.RedisClusterException, valkey.ValkeyError)
    with pytest.raises((*refusals, valkey.exceptions.ValkeyClusterException), match=words):
        get(shop, name)
