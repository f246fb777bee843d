"""What one cache serves, and how often it is brought back."""

import socket

import pytest

from cdk_elasticache.local.control_plane import ports
from cdk_elasticache.local.control_plane.faults import LocalError
from cdk_elasticache.local.control_plane.names import named
from cdk_elasticache.local.control_plane.plan import Record
from cdk_elasticache.local.control_plane.resources import Resource
from cdk_elasticache.local.control_plane.serving import Deaths, data_limit, request_limit, view

STEM = "arn:aws:elasticache:us-east-1:000000000000:"


def resource(kind: str, name: str, **properties: object) -> Resource:
    return Resource(f"{STEM}{kind}:{name}", kind, "Shop", name, "", (), retain=False, properties=properties)


APP = resource("user", "app", UserName="app", Authentication="password")
OTHER = resource("user", "other", UserName="other", Authentication="password")
TEAM = resource("usergroup", "team", UserIds=["App"])
RECORDS = {one.arn: Record(one, "active") for one in (APP, OTHER, TEAM)}


def test_a_cache_serves_the_users_of_its_group_alone() -> None:
    shop = resource("serverlesscache", "shop", UserGroupId="team")
    served = view(shop, (6379, 6380), RECORDS, ())
    assert (served.open_default, served.users) == (False, (APP,))


def test_a_cache_without_a_group_is_open() -> None:
    served = view(resource("serverlesscache", "shop"), (6379, 6380), RECORDS, ())
    assert (served.open_default, served.users) == (True, ())


def test_a_cache_whose_group_is_gone_is_closed() -> None:
    served = view(resource("serverlesscache", "shop", UserGroupId="gone"), (6379, 6380), RECORDS, ())
    assert (served.open_default, served.users) == (False, ())


def test_local_limits_win_over_declared_ones() -> None:
    declared = {"DataStorage": {"Maximum": 2}, "ECPUPerSecond": {"Maximum": 5000}}
    plain = resource("serverlesscache", "shop", **declared)
    local = resource("serverlesscache", "shop", LocalLimits={"storage": 4096, "ecpu": 9}, **declared)
    none = resource("serverlesscache", "shop")
    assert [data_limit(one) for one in (plain, local, none)] == [2 * 1024**3, 4096, None]
    assert [request_limit(one) for one in (plain, local, none)] == [5000, 9, None]


def test_pauses_double_and_the_fifth_death_within_a_minute_is_the_last() -> None:
    deaths = Deaths()
    assert [deaths.pause(now) for now in (0.0, 1.0, 2.0, 3.0, 4.0)] == [0.1, 0.2, 0.4, 0.8, None]


def test_deaths_of_more_than_a_minute_ago_are_forgotten() -> None:
    deaths = Deaths()
    assert [deaths.pause(now) for now in (0.0, 61.0, 122.0, 183.0, 244.0, 305.0)] == [0.1] * 6


def test_ports_are_the_next_free_pair_and_memcached_takes_one() -> None:
    pair = ports.choose("valkey", range(6379, 40_000))
    single = ports.choose("memcached", range(11_211, 40_000))
    pair.end()
    single.end()
    assert pair.reader_port == pair.port + 1
    assert pair.port >= 40_000
    assert (single.port >= 40_000, single.reader_port) == (True, None)


def test_a_promised_port_is_given_to_nobody_else_until_the_promise_ends() -> None:
    first = ports.choose("valkey", range(6379, 40_000))
    assert ports.promise(first.port, first.reader_port) is None
    assert ports.promise(first.port + 1, None) is None
    first.end()
    again = ports.promise(first.port, first.reader_port)
    assert again is not None
    again.end()


def test_any_ports_are_none_that_the_system_may_give_to_a_connection_meanwhile() -> None:
    lowest = 32_768  # of Linux's ip_local_port_range; macOS begins at 49,152
    promises = [ports.choose("valkey", (), ephemeral=True) for _ in range(50)]
    for promise in promises:
        promise.end()
    chosen = [port for promise in promises for port in (promise.port, promise.reader_port) if port]
    assert max(chosen) < lowest
    assert len(set(chosen)) == 100  # promised at once, they are all different


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert not ports.is_free(port)
        chosen = ports.choose("valkey", range(6379, port))
        chosen.end()
        assert port not in (chosen.port, chosen.reader_port)
    assert ports.is_free(port)


ENTRIES = [
    {"name": "shop", "arn": "arn:1", "logical_id": "CacheA", "path": "One/Cache/Resource"},
    {"name": "orders", "arn": "arn:2", "logical_id": "CacheB", "path": "One/Orders"},
    {"name": "other", "arn": "arn:3", "logical_id": "CacheB", "path": "Two/Orders"},
]


@pytest.mark.parametrize("word", ["shop", "SHOP", "arn:1", "CacheA", "One/Cache", "One/Cache/Resource"])
def test_a_thing_is_found_by_any_of_its_names(word: str) -> None:
    assert named(word, ENTRIES, what="cache")["arn"] == "arn:1"


def test_an_ambiguous_name_is_refused_with_its_candidates() -> None:
    with pytest.raises(LocalError) as caught:
        named("CacheB", ENTRIES, what="cache")
    assert (
        str(caught.value) == "cache must name one thing, got 'CacheB'; it may be arn:2, arn:3 [AmbiguousName]"
    )


def test_a_word_that_is_the_name_of_one_and_the_logical_id_of_another_is_ambiguous() -> None:
    both = [
        {"name": "a", "arn": "arn:1", "logical_id": "B"},
        {"name": "b", "arn": "arn:2", "logical_id": "a"},
    ]
    with pytest.raises(LocalError) as caught:
        named("a", both, what="cache")
    assert caught.value.code == "AmbiguousName"
    assert named("arn:2", both, what="cache") == both[1]


def test_an_unknown_name_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(LocalError) as caught:
        named("nothing", ENTRIES, what="cache")
    assert str(caught.value) == (
        "cache must name one that is declared, got 'nothing'; there are shop, orders, other [UnknownName]"
    )
