"""Engines: values that are equal, hashable and printable; versions as the engine-versions page has them."""

import pytest

from cdk_elasticache.errors import ArgumentTypeError
from cdk_elasticache.model.doubts import Doubt
from cdk_elasticache.model.engines import TRAITS, CacheEngine, UserEngine, doubts_about_engine

#: (member, engine, major version, text), as the alpha module has them.
CACHE_ENGINES = [
    ("VALKEY_LATEST", "valkey", None, "valkey"),
    ("VALKEY_7", "valkey", "7", "valkey_7"),
    ("VALKEY_8", "valkey", "8", "valkey_8"),
    ("VALKEY_9", "valkey", "9", "valkey_9"),
    ("REDIS_LATEST", "redis", None, "redis"),
    ("REDIS_7", "redis", "7", "redis_7"),
    ("MEMCACHED_LATEST", "memcached", None, "memcached"),
    ("MEMCACHED_1_6", "memcached", "1.6", "memcached_1.6"),
]


@pytest.mark.parametrize(("member", "engine_type", "version", "text"), CACHE_ENGINES)
def test_a_cache_engine_is_a_value(member: str, engine_type: str, version: str | None, text: str) -> None:
    engine = getattr(CacheEngine, member)
    same = CacheEngine.of(engine_type, version)
    assert (engine.engine_type, engine.major_engine_version) == (engine_type, version)
    assert engine == same
    assert hash(engine) == hash(same)
    assert engine.to_string() == str(engine) == f"{engine}" == text
    assert CacheEngine.parse(text) == engine


def test_cache_engines_differ_from_each_other() -> None:
    assert len({getattr(CacheEngine, member) for member, *_ in CACHE_ENGINES}) == len(CACHE_ENGINES)


def test_an_empty_version_counts_as_none_in_text() -> None:
    assert CacheEngine.of("valkey", "").to_string() == "valkey"


@pytest.mark.parametrize(("member", "engine_type"), [("VALKEY", "valkey"), ("REDIS", "redis")])
def test_a_user_engine_is_a_value(member: str, engine_type: str) -> None:
    engine = getattr(UserEngine, member)
    assert engine.engine_type == engine_type
    assert engine == UserEngine.of(engine_type)
    assert hash(engine) == hash(UserEngine.of(engine_type))
    assert engine.to_string() == str(engine) == engine_type


def test_an_engine_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        CacheEngine.VALKEY_8.engine_type = "redis"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        UserEngine.VALKEY.engine_type = "redis"  # type: ignore[misc]


@pytest.mark.parametrize("value", [None, 5, b"valkey", True, ["valkey"]])
def test_an_engine_is_named_by_text(value: object) -> None:
    for make in (CacheEngine.of, UserEngine.of):
        with pytest.raises(ArgumentTypeError) as caught:
            make(value)  # type: ignore[arg-type]
        assert (caught.value.code, caught.value.parameter) == ("WrongType", "engine_type")
        assert str(caught.value) == f"engine_type must be a str, got {value!r} [WrongType]"


@pytest.mark.parametrize("value", [8, 1.6, b"8", True])
def test_a_version_is_named_by_text(value: object) -> None:
    with pytest.raises(ArgumentTypeError) as caught:
        CacheEngine.of("valkey", value)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.parameter) == ("WrongType", "major_engine_version")
    assert caught.value.value is value


@pytest.mark.parametrize("member", [member for member, *_ in CACHE_ENGINES])
def test_no_member_is_doubted(member: str) -> None:
    assert list(doubts_about_engine(getattr(CacheEngine, member))) == []


def test_an_engine_that_is_not_known_is_doubted() -> None:
    assert list(doubts_about_engine(CacheEngine.of("keydb"))) == [
        Doubt(
            "unknown-engine",
            "engine should be one of valkey, redis, memcached, got 'keydb'",
            "AWS may refuse it",
        )
    ]


@pytest.mark.parametrize(
    ("engine_type", "version", "known"),
    [
        ("valkey", "6", "7, 8, 9"),
        ("valkey", "8.0", "7, 8, 9"),
        ("redis", "6", "7"),
        ("memcached", "1", "1.6"),
    ],
)
def test_a_version_that_is_not_known_is_doubted(engine_type: str, version: str, known: str) -> None:
    assert list(doubts_about_engine(CacheEngine.of(engine_type, version))) == [
        Doubt(
            "unknown-engine",
            f"the major version of {engine_type} should be one of {known}, got {version!r}",
            "AWS may refuse it",
        )
    ]


def test_ports_and_user_groups_are_those_of_the_engine() -> None:
    assert {name: (traits.port, traits.user_groups) for name, traits in TRAITS.items()} == {
        "valkey": (6379, True),
        "redis": (6379, True),
        "memcached": (11211, False),
    }
