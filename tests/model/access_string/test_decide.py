"""Decisions, each with its reason."""

import pytest

from cdk_elasticache.errors import ArgumentTypeError, ValidationError
from cdk_elasticache.model.access_string import AccessString
from cdk_elasticache.model.engines import CacheEngine

#: (access string, command line, whether it is allowed, what decides, the reason).
CASES = [
    ("on ~* +@all", "GET a", True, "", "'+@all' allows 'get'"),
    ("on ~app:* +@read", "get app:1", True, "", "'+@read' allows 'get'"),
    ("on ~app:* +@read", "GET other", False, "key", "no key pattern lets 'get' read the key 'other'"),
    ("on ~app:* +@read", "set app:1 v", False, "command", "no rule allows 'set'"),
    ("on ~* +@all -@dangerous", "FLUSHALL", False, "command", "'-@dangerous' denies 'flushall'"),
    ("on ~* -@all +get -get", "get a", False, "command", "'-get' denies 'get'"),
    ("on ~* +@all -@write +set", "set a v", True, "", "'+set' allows 'set'"),
    ("on ~a +mget", "mget a b", False, "key", "no key pattern lets 'mget' read the key 'b'"),
    (
        "on %R~a +@all",
        "set a v",
        False,
        "key",
        "no key pattern lets 'set' write the key 'a': '%R~a' is not enough",
    ),
    ("on %W~a +@all", "set a v", True, "", "'+@all' allows 'set'"),
    (
        "on %W~a +@all",
        "set a v GET",
        False,
        "key",
        "no key pattern lets 'set' read and write the key 'a': '%W~a' is not enough",
    ),
    ("on %R~a %W~b +@all", "copy a b", True, "", "'+@all' allows 'copy'"),
    ("on %R~a +@all", "sort a STORE b", False, "key", "no key pattern lets 'sort' write the key 'b'"),
    ("on ~a +@all", "eval x 2 a b", False, "key", "no key pattern lets 'eval' read and write the key 'b'"),
    ("on ~a +@all", "eval x 1 a b", True, "", "'+@all' allows 'eval'"),
    ("on ~a +@all", "xread STREAMS a b 0 0", False, "key", "no key pattern lets 'xread' read the key 'b'"),
    (
        "on %R~a +@all",
        "georadius a 1 1 1 m STORE b",
        False,
        "key",
        "no key pattern lets 'georadius' write the key 'b'",
    ),
    (
        "on ~a +@all -cluster|slots",
        "cluster slots",
        False,
        "command",
        "'-cluster|slots' denies 'cluster|slots'",
    ),
    ("on ~a -@all +cluster|slots", "CLUSTER slots", True, "", "'+cluster|slots' allows 'cluster|slots'"),
    ("on ~a +cluster", "cluster info", True, "", "'+cluster' allows 'cluster|info'"),
    ("on +select|0", "select 0", True, "", "'+select|0' allows 'select'"),
    ("on +select|0", "select 1", False, "command", "no rule allows 'select'"),
    ("on +@pubsub", "publish news x", True, "", "'+@pubsub' allows 'publish'"),
    (
        "on resetchannels &a* +@pubsub",
        "subscribe ab b",
        False,
        "channel",
        "no rule for channels matches the channel 'b' of 'subscribe'",
    ),
    ("on resetchannels +@pubsub", "unsubscribe b", True, "", "'+@pubsub' allows 'unsubscribe'"),
    ("on ~a +get (~b +set)", "set b v", True, "", "'+set' allows 'set' in selector 1"),
    (
        "on ~a +get (~b +set)",
        "set a v",
        False,
        "key",
        "no key pattern lets 'set' write the key 'a' in selector 1",
    ),
    ("on ~a +get (~b +set) clearselectors", "set b v", False, "command", "no rule allows 'set'"),
    ("on ~a +mget (~b +mget)", "mget a b", False, "key", "no key pattern lets 'mget' read the key 'b'"),
    ("on -@all", "hello", True, "", "it needs no rule"),
    ("on -@all", "multi", False, "command", "'-@all' denies 'multi'"),
    ("off ~* +@all", "get a", False, "state", "the user is off: it cannot log in"),
    ("~* +@all", "get a", False, "state", "the user is off: it cannot log in"),
    (
        "on ~* +@all",
        "CONFIG GET x",
        False,
        "service",
        "ElastiCache Serverless refuses 'config|get' to everybody",
    ),
    ("on ~* +@all", "keys *", False, "service", "ElastiCache Serverless refuses 'keys' to everybody"),
    ("on ~* +@all", "json.get a", True, "", "'+@all' allows 'json.get'"),
    ("on ~* +@all -@json", "json.get a", False, "command", "'-@json' denies 'json.get'"),
]


@pytest.mark.parametrize(("text", "line", "allowed", "about", "reason"), CASES)
def test_a_decision_has_its_reason(text: str, line: str, allowed: bool, about: str, reason: str) -> None:
    command, *args = line.split(" ")
    decision = AccessString.parse(text).allows(command, *args)
    assert (bool(decision), decision.about, decision.reason) == (allowed, about, reason)


def test_a_denied_key_is_told_with_what_it_lacks_and_where() -> None:
    decision = AccessString.parse("on ~a +get (%R~b +@all)").allows("SET", "b", 1)
    assert decision._asdict() == {
        "allowed": False,
        "reason": "no key pattern lets 'set' write the key 'b' in selector 1: '%R~b' is not enough",
        "about": "key",
        "word": "%R~b",
        "name": "b",
        "missing": "write",
        "selector": 1,
    }


def test_arguments_may_be_text_bytes_and_numbers() -> None:
    made = AccessString.parse("on ~1 ~a +@all")
    assert made.allows("SET", 1, 2.5)
    assert made.allows("SET", b"a", b"\xff")
    with pytest.raises(ArgumentTypeError):
        made.allows("SET", None, "v")


@pytest.mark.parametrize(
    ("line", "code", "remedy"),
    [
        (("FLUSHAL",), "UnknownCommand", "did you mean 'flushall'?"),
        (("cluster", "slotz"), "UnknownCommand", "did you mean 'cluster|slots'?"),
        (("GET",), "WrongNumberOfArguments", "must be 1, got 0"),
        (("MGET",), "WrongNumberOfArguments", "must be at least 1, got 0"),
    ],
)
def test_a_line_that_no_engine_would_answer_is_an_error_so_that_no_assertion_about_it_passes(
    line: tuple[str, ...], code: str, remedy: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        AccessString.parse("on ~* +@all").allows(*line)
    assert caught.value.code == code
    assert remedy in caught.value.message


def test_a_command_that_only_newer_engines_have_is_denied_with_that_reason() -> None:
    made = AccessString.parse("on ~* +@all")
    assert made.allows("HGETEX", "a", "FIELDS", 1, "f")
    older = made.allows("HGETEX", "a", "FIELDS", 1, "f", engine=CacheEngine.VALKEY_8)
    assert (bool(older), older.about, older.reason) == (
        False,
        "engine",
        "Valkey 8.1.8 has no command 'hgetex'",
    )


@pytest.mark.parametrize(
    "engine", ["valkey_7", "valkey_8", "valkey_9", "redis_7", CacheEngine.REDIS_7], ids=str
)
def test_every_engine_of_serverless_decides(engine: CacheEngine | str) -> None:
    made = AccessString.parse("on ~app:* +@read")
    assert made.allows("GET", "app:1", engine=engine)
    assert not made.allows("GET", "b", engine=engine)
