"""The keys and channels we find are those that the server's ACL checks, for every command of every engine.

The full comparison, in place of the suite's sample (over a million answers an engine, a minute for four):

    VECTORS=500 python -m pytest tests/model/commands/test_keys.py

VALKEY_8_SERVER and VALKEY_7_SERVER name servers of those versions; redis-server is taken from PATH.
"""

import os
import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk_elasticache.model.commands import ChannelUse, Command, KeyUse, table
from scripts.command_tables import Client, Server, ServerError

#: How many command lines are tried for each command, of each kind.
VECTORS = int(os.environ.get("VECTORS", "40"))

KEYS = [b"a", b"b", b"{x}c", b"key with blanks", b"\xff\x00", b""]
NUMBERS = [
    b"0",
    b"1",
    b"1",
    b"2",
    b"2",
    b"3",
    b"7",
    b"-1",
    b"01",
    b"+1",
    b" 2",
    b"2x",
    b"1_0",
    b"99999999999",
]
#: Every word that decides, for some command, which words are keys.
OPTIONS = [
    *b"STORE storedist BY get Limit streams COUNT block GROUP noack KEYS auth auth2 COPY replace SET".split(),
    *b"incrby overflow GET EX px KEEPTTL ifeq ASC weights stream stores sto".split(),
    b"store\0x",
    b"GET\0",
    b"streams\0",
]


def words_for(command: Command, pick: random.Random) -> list[bytes]:
    """A command line for it, of a length that it takes."""
    words = [part.encode() for part in command.name.split("|")]
    length = command.arity if command.arity > 0 else -command.arity + pick.choice((0, 0, 1, 1, 2, 3, 4, 6, 9))
    # Half of the lines from a few words only: options then come up again and again, in each other's place.
    few = [pick.choice(pool) for pool in (KEYS, OPTIONS, OPTIONS, NUMBERS)]
    pools = pick.choice(((KEYS, KEYS, OPTIONS, NUMBERS), (few,)))
    while len(words) < length:
        words.append(pick.choice(pick.choice(pools)))
    return words


def plain_commands(engine: str) -> list[Command]:
    """The commands that a plain server runs: not those of modules, and no containers."""
    known = table(engine)
    return [each for name, each in known.commands.items() if not each.module and name not in known.containers]


def lines(engine: str, seed: int) -> Iterator[tuple[Command, list[bytes]]]:
    """VECTORS command lines for each command that a plain server has."""
    pick = random.Random(seed)
    for command in plain_commands(engine):
        for _ in range(VECTORS):
            yield command, words_for(command, pick)


def told(reply: object) -> list[KeyUse] | str:
    """What COMMAND GETKEYSANDFLAGS answered."""
    if isinstance(reply, ServerError):
        return str(reply)
    assert isinstance(reply, list)
    return [
        KeyUse(key, b"access" in flags, not {b"insert", b"update", b"delete"}.isdisjoint(flags))
        for key, flags in reply
    ]


#: What the server answers for a line without keys.
NO_KEYS: tuple[object, ...] = (
    [],
    "ERR The command has no key arguments",
    "ERR Invalid arguments specified for command",
    "ERR wrong number of arguments for 'command|getkeysandflags' command",  # of a single word: Redis OSS 7.0
)


def test_the_keys_and_permissions_are_those_the_server_tells(engine: str, engine_server: Server) -> None:
    asked = list(lines(engine, seed=3))
    client = engine_server.connect()
    replies = client.pipeline([("COMMAND", "GETKEYSANDFLAGS", *words) for _, words in asked])
    client.close()

    differing = [
        (words, told(reply), keys)
        for (command, words), reply in zip(asked, replies, strict=True)
        if list(keys := command.keys(words)) != told(reply) and not (keys == () and told(reply) in NO_KEYS)
    ]
    assert len(asked) > 350 * VECTORS
    assert differing == []


KeyRule = Callable[[tuple[KeyUse, ...]], bool]
ChannelRule = Callable[[tuple[ChannelUse, ...]], bool]

#: user: (access rules, whether it may run a line that uses these keys).
#: The pattern ``*`` matches every key but the empty one, which only ``~*`` itself, that is all keys, gives.
KEY_USERS: dict[str, tuple[str, KeyRule]] = {
    "reader": ("%R~*", lambda uses: all(use.key and not use.writes for use in uses)),
    "writer": ("%W~*", lambda uses: all(use.key and not use.reads for use in uses)),
    # Two patterns, neither of which gives both permissions, do not add up (two of the same text would).
    "either": ("%R~* %W~**", lambda uses: all(u.key and not (u.reads and u.writes) for u in uses)),
    "nobody": ("resetkeys", lambda uses: not uses),
}


@pytest.mark.parametrize("user", KEY_USERS)
def test_a_user_may_do_what_the_permissions_of_the_keys_say(
    engine: str, engine_server: Server, user: str
) -> None:
    rules, may = KEY_USERS[user]
    client = engine_server.connect()
    client("ACL", "SETUSER", user, "reset", "+@all", "&*", *rules.split())

    asked = list(lines(engine, seed=4))
    differing = [
        (words, reply)
        for (command, words), reply in zip(asked, dry_run(client, user, asked), strict=True)
        if (reply == b"OK") != may(command.keys(words))
    ]
    client.close()
    assert differing == []


#: A channel pattern is allowed to subscribe to itself, not to what it matches.
CHANNEL_USERS: dict[str, tuple[str, ChannelRule]] = {
    "listener-to-a": ("resetchannels &a", lambda uses: all(use.channel == b"a" for use in uses)),
    "listener-to-none": ("resetchannels", lambda uses: not uses),
}


@pytest.mark.parametrize("user", CHANNEL_USERS)
def test_a_user_may_do_what_the_channels_say(engine: str, engine_server: Server, user: str) -> None:
    rules, may = CHANNEL_USERS[user]
    client = engine_server.connect()
    client("ACL", "SETUSER", user, "reset", "+@all", "~*", *rules.split())

    asked = list(lines(engine, seed=5))
    differing = [
        (words, reply)
        for (command, words), reply in zip(asked, dry_run(client, user, asked), strict=True)
        if (reply == b"OK") != may(command.channels(words))
    ]
    client.close()
    assert differing == []


def dry_run(client: Client, user: str, asked: list[tuple[Command, list[bytes]]]) -> list[object]:
    """``b"OK"`` where the user may run the line, else why not."""
    return client.pipeline([("ACL", "DRYRUN", user, *words) for _, words in asked])


def test_the_arity_is_the_one_the_server_enforces(engine: str, engine_server: Server) -> None:
    client = engine_server.connect()
    asked = [
        (command, [*(part.encode() for part in command.name.split("|")), *[b"x"] * more])
        for command in plain_commands(engine)
        for more in range(7)
    ]
    replies = dry_run(client, "default", asked)
    client.close()
    refused = [isinstance(reply, ServerError) and "number of arguments" in str(reply) for reply in replies]
    assert refused == [not command.takes(words) for command, words in asked]


def one(line: str, engine: str = "valkey_9") -> list[tuple[str, str]]:
    """The keys of a line written with blanks, each with ``R``, ``W``, ``RW`` or nothing."""
    words = line.encode().split(b" ")
    command = table(engine).find(words)
    assert command is not None
    return [(use.key.decode(), "R" * use.reads + "W" * use.writes) for use in command.keys(words)]


@pytest.mark.parametrize(
    ("line", "uses"),
    [
        ("PING", []),
        ("GET k", [("k", "R")]),
        ("SET k v", [("k", "W")]),
        ("SET k v GET", [("k", "RW")]),
        ("MSET a 1 b 2", [("a", "W"), ("b", "W")]),
        ("EXISTS k", [("k", "")]),
        ("BLPOP a b 0", [("a", "RW"), ("b", "RW")]),
        ("BITFIELD k GET u8 0", [("k", "R")]),
        ("BITFIELD k GET u8 0 SET u8 0 1", [("k", "RW")]),
        ("SORT k BY w_* GET STORE LIMIT 0 1", [("k", "R")]),
        ("SORT k STORE a STORE b", [("k", "R"), ("b", "W")]),
        ("SORT_RO k BY w_*", [("k", "R")]),
        ("ZUNIONSTORE d 2 a b WEIGHTS 1 2", [("d", "W"), ("a", "R"), ("b", "R")]),
        ("EVAL script 2 a b c", [("a", "RW"), ("b", "RW")]),
        ("EVAL_RO script 1 a", [("a", "R")]),
        ("EVAL script 0", []),
        ("XREAD COUNT 2 STREAMS a b 0 0", [("a", "R"), ("b", "R")]),
        ("XREADGROUP GROUP g c STREAMS a >", [("a", "R")]),
        ("GEORADIUS k 1 2 3 m STORE a STOREDIST b", [("k", "R"), ("b", "W")]),
        ("MIGRATE h 1 k 0 100", [("k", "RW")]),
        ("LMPOP 2 a b LEFT", [("a", "RW"), ("b", "RW")]),
        ("OBJECT ENCODING k", [("k", "")]),
        ("XINFO STREAM k", [("k", "R")]),
        ("PUBLISH c m", []),
        ("SPUBLISH c m", []),  # the channel is a place to ask, not a key
    ],
)
def test_a_line_has_these_keys(line: str, uses: list[tuple[str, str]]) -> None:
    assert one(line) == uses


def test_before_valkey_9_each_store_of_georadius_is_written() -> None:
    line = "GEORADIUS k 1 2 3 m STORE a STOREDIST b"
    assert one(line, "valkey_8") == [("k", "R"), ("a", "W"), ("b", "W")]


def test_xread_on_a_line_whose_streams_comes_too_early_asks_no_permission_for_its_keys() -> None:
    # The spec finds the second STREAMS, with too little after it; the command's own function finds the first.
    assert one("XREADGROUP STREAMS a b c 1 STREAMS 1") == [("a", ""), ("b", ""), ("c", "")]


def test_a_number_of_keys_that_is_no_number_leaves_the_keys_without_permissions() -> None:
    # The server falls back on C's atoi, which takes "2x" for 2, and doesn't say what becomes of the keys.
    assert one("EVAL script 2x a b") == [("a", ""), ("b", "")]


@given(
    name=st.sampled_from(sorted(table().commands)),
    words=st.lists(st.one_of(st.binary(max_size=6), st.sampled_from(KEYS + OPTIONS + NUMBERS)), max_size=12),
)
def test_any_words_whatever_have_keys_and_channels_from_among_them(name: str, words: list[bytes]) -> None:
    command = table().commands[name]
    assert {use.key for use in command.keys(words)} <= set(words)
    assert {use.channel for use in command.channels(words)} <= set(words)


def test_a_line_that_is_too_short_has_no_keys_and_no_channels() -> None:
    assert table().commands["set"].keys([b"SET", b"k"]) == ()
    assert table().commands["publish"].channels([b"PUBLISH", b"c"]) == ()


@pytest.mark.parametrize(
    ("line", "uses"),
    [
        (b"PUBLISH news hello", (ChannelUse(b"news", False),)),
        (b"SUBSCRIBE a b", (ChannelUse(b"a", False), ChannelUse(b"b", False))),
        (b"PSUBSCRIBE a.*", (ChannelUse(b"a.*", True),)),
        (b"UNSUBSCRIBE a", ()),
        (b"PUNSUBSCRIBE a.*", ()),
        (b"GET k", ()),
    ],
)
def test_a_line_has_these_channels(line: bytes, uses: tuple[ChannelUse, ...]) -> None:
    words = line.split()
    command = table().find(words)
    assert command is not None
    assert command.channels(words) == uses
