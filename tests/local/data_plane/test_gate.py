"""The gate against the engine itself: it changes what it must, and nothing else, however bytes arrive."""

import socket
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_elasticache.local.data_plane import plain
from cdk_elasticache.local.data_plane.gate import Gate, slot
from cdk_elasticache.local.data_plane.meter import Bucket, Exchange
from cdk_elasticache.local.data_plane.plain import PlainCounter
from cdk_elasticache.local.data_plane.resp import encode
from cdk_elasticache.local.data_plane.rules import Rules, plain_names

from ..conftest import Running
from .wire import wire

WORD = st.binary(max_size=8)
PLAIN = st.one_of(
    st.builds(lambda word: encode([b"ECHO", word]), WORD),
    st.builds(lambda word: encode([b"echo", word, word]), WORD),
    st.builds(lambda word: encode([b"get", b"gate:" + word]), WORD),
    st.builds(lambda word: encode([b"EVAL", b"return ARGV[1]", b"0", word]), WORD),
    st.builds(lambda word: encode([b"nosuch" + word, word]), st.text("ab'\"", max_size=4).map(str.encode)),
    st.integers(65_500, 70_000).map(lambda size: encode([b"ECHO", b"x" * size])),
)
#: Typed lines are text: at a NUL the engine forgets that the line ended, and bytes beyond ASCII confuse it.
LINE = st.binary(max_size=12).map(
    lambda line: b"ECHO " + bytes(char & 0x7F for char in line if char & 0x7F not in (0, 10)) + b"\r\n"
)
BROKEN = st.sampled_from(
    [
        b"*x\r\n",
        b"*3000000000\r\n",
        b"*1\r\n$-5\r\n",
        b"*1\r\n:3\r\n",
        b"*01\r\n",
        b"*2\r\n$4\r\nECHO\r\n$x\r\n",
    ]
)
STREAMS = st.tuples(st.lists(st.one_of(PLAIN, LINE), max_size=6), st.one_of(st.just(b""), BROKEN)).map(
    lambda parts: b"".join(parts[0]) + parts[1] + encode([b"QUIT"])
)


def all_of(connection: socket.socket) -> bytes:
    """What comes until the end, which is a reset where the engine left something unread."""
    answers = bytearray()
    with suppress(ConnectionResetError):
        while more := connection.recv(1 << 16):
            answers += more
    return bytes(answers)


def direct(cache: Running, stream: bytes) -> bytes:
    """What the engine itself answers."""
    with socket.socket(socket.AF_UNIX) as engine:
        engine.settimeout(10)
        engine.connect(str(cache.engine.socket))
        engine.sendall(stream)
        return all_of(engine)


@settings(max_examples=60, deadline=None)
@given(STREAMS)
def test_what_serverless_does_not_change_is_answered_as_the_engine_answers(
    open_cache: Running, stream: bytes
) -> None:
    with wire(open_cache) as client:
        client.socket.sendall(stream)
        assert all_of(client.socket) == direct(open_cache, stream)


def gate(cache: Running, nonce: str = "0123456789abcdef") -> Gate:
    """A gate of that cache."""
    return Gate(Rules(cache.snapshot), admit=lambda _, token: token, signed_in=lambda *_: None, nonce=nonce)


TOUCHED = [
    [b"PING"],
    [b"CONFIG", b"GET", b"*"],
    [b"CLUSTER", b"SLOTS"],
    [b"CLUSTER", b"NODES"],
    [b"CLIENT", b"LIST"],
    [b"ACL", b"LIST"],
    [b"ECHO", b"-ERR unknown command '__0123456789abcde"],
    [b"HELLO", b"3"],
    [b"AUTH", b"x"],
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(TOUCHED), max_size=6), st.data())
def test_any_split_of_the_engines_answers_shows_the_same(
    open_cache: Running, commands: list[list[bytes]], data: st.DataObject
) -> None:
    stream = b"".join(map(encode, [*commands, [b"QUIT"]]))
    whole, split = gate(open_cache), gate(open_cache)
    sent = b"".join(raw for raw, _ in whole.receive(stream))
    assert sent == b"".join(raw for at in range(len(stream)) for raw, _ in split.receive(stream[at : at + 1]))
    answers = direct(open_cache, sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(answers)), max_size=8)))
    parts = [answers[a:b] for a, b in zip([0, *cuts], [*cuts, len(answers)], strict=True)]

    shown = whole.reply(answers)
    assert b"".join(map(split.reply, parts)) == shown
    assert b"0123456789abcdef:" not in shown


@pytest.mark.parametrize(
    ("packet", "commands"),
    [
        (encode([b"GET", b"k"]), 1),
        (encode([b"get", b"k"]) * 16, 16),
        (encode([b"GeT", b"k"]), 0),
        (encode([b"AUTH", b"k"]), 0),
        (encode([b"GET", b"k"])[:-1], 0),
        (encode([b"GET", b"k"]) + b"*1\r\n", 0),
        (b"GET k\r\n", 0),
        (b"*0\r\n", 0),
        (b"*1\r\n*1\r\n$3\r\nGET\r\n", 0),
        (encode([b"GET", b"k"]) + b"~1\r\n$10\r\nCONFIG GET\r\n", 0),
        (b"*3000000000\r\n", 0),
        (encode([b"GET", b"k" * 5000]), 0),
        (encode([b"DEL", *[b"k"] * 3999]), 0),
    ],
)
def test_the_fast_way_takes_whole_plain_commands_only(packet: bytes, commands: int) -> None:
    counter = PlainCounter(plain_names("valkey_9"))
    assert [counter.count(packet), counter.count(encode([b"GET", b"k"]))] == [commands, 1]


def test_without_hiredis_the_exact_scanner_does_it_all(
    open_cache: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain, "hiredis", None)
    stream = encode([b"GET", b"k"]) * 3
    assert gate(open_cache).receive(stream) == [(stream, 3)]


@pytest.mark.parametrize("key", [b"123456789", b"a", b"{a}b", b"{}a", b"{", b"", b"x{y}{z}"])
def test_a_slot_is_that_of_the_engine(open_cache: Running, key: bytes) -> None:
    assert slot(key) == open_cache.engine.admin.call("CLUSTER", "KEYSLOT", key)


def test_a_command_costs_its_kilobytes_at_least_one() -> None:
    one = Exchange()
    assert [one.request(1, 20), one.reply(5)] == [1, 0]
    assert [one.request(1, 20), one.reply(3 * 1024 - 20)] == [1, 2]
    assert [one.request(4, 200), one.reply(100)] == [4, 0]
    assert one.request(1, 2560) == 2.5


def test_a_budget_holds_one_second_and_is_paid_back_before_anybody_goes_on() -> None:
    bucket = Bucket(100, now=0)
    assert bucket.wait(0) == 0
    bucket.spend(150)
    assert bucket.wait(0) == 0.5
    assert bucket.wait(0.75) == 0
    bucket.spend(25)
    assert bucket.wait(0.75) == 0.001
    bucket.set_rate(None, 1)
    assert bucket.wait(1) == 0
