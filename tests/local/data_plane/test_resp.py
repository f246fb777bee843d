"""The reader of requests, fed in every way, against what the engine itself says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_elasticache.local.data_plane.resp import HELD, Begin, Broken, Command, Item, Rest, Scanner, encode

WORDS = st.lists(st.binary(max_size=12), min_size=1, max_size=4)
LINES = st.sampled_from([b"PING\r\n", b'SET k "a b"\n', b"\r\n", b"*0\r\n", b"*-1\r\n", b"GET 'it''\r\n"])
BROKEN = st.sampled_from(
    [b"*x\r\n", b"*3000000000\r\n", b"*1\r\n$-5\r\n", b"*1\r\n:3\r\n", b'GET "a\r\n', b"*01\r\n"]
)
LONG = st.builds(
    lambda n, words: encode([b"SET", b"k", b"v" * n, *words]), st.integers(HELD, HELD + 9), WORDS
)
STREAMS = st.lists(st.one_of(WORDS.map(encode), LINES, BROKEN, LONG, st.binary(max_size=30)), max_size=6).map(
    b"".join
)


def told(items: list[Item]) -> list[object]:
    """What was read, the pieces of a long command put together."""
    seen: list[object] = []
    for item in items:
        if isinstance(item, Rest):
            assert isinstance(seen[-1], list)
            seen[-1][0] += item.raw
            seen[-1][1] = item.last
        elif isinstance(item, Begin):
            seen.append([item.raw, False, tuple(item.words), item.count, item.coming])
        elif isinstance(item, Command):
            seen.append((item.words, item.raw))
        elif seen and isinstance(seen[-1], list) and not seen[-1][1]:  # broken within a long command
            seen[-1][0] += item.raw
            seen.append("broken")
        else:
            seen.append("broken")
    return seen


@settings(max_examples=150, deadline=None)
@given(STREAMS, st.data())
def test_any_split_of_any_stream_reads_the_same(stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    scanner = Scanner()
    parts = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    in_parts = [item for part in parts for item in scanner.feed(part)]

    whole, split = told(Scanner().feed(stream)), told(in_parts)
    if "broken" in whole:  # what follows the break is not looked at, so may or may not be in the last piece
        at = whole.index("broken")
        whole, split = whole[: max(0, at - 1)], split[: max(0, split.index("broken") - 1)]
    assert split == whole


@settings(max_examples=100, deadline=None)
@given(st.lists(WORDS, max_size=5))
def test_byte_by_byte_gives_each_command_as_it_was_sent(commands: list[list[bytes]]) -> None:
    scanner = Scanner()
    stream = b"".join(map(encode, commands))
    items = [item for at in range(len(stream)) for item in scanner.feed(stream[at : at + 1])]

    assert told(items) == [(words, encode(words)) for words in commands]
    assert scanner.idle


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"PING\r\n", [b"PING"]),
        (b"  SET  k   v \n", [b"SET", b"k", b"v"]),
        (b'"\\x43ONFIG" GET *\r\n', [b"CONFIG", b"GET", b"*"]),
        (b'SET k "a\\n\\"b\\" \\x4g"\r\n', [b"SET", b"k", b'a\n"b" x4g']),
        (b"SET k 'it\\'s \\n'\r\n", [b"SET", b"k", b"it's \\n"]),
        (b'SET k ""\r\n', [b"SET", b"k", b""]),
        (b'GET a"b c"\r\n', [b"GET", b"ab c"]),
        (b"ECHO a\x0cb \x0c\r\n", [b"ECHO", b"a\x0cb"]),
    ],
)
def test_a_typed_line_is_split_as_the_engine_splits_it(line: bytes, words: list[bytes]) -> None:
    assert told(Scanner().feed(line)) == [(words, encode(words))]


@pytest.mark.parametrize("line", [b'GET "a\r\n', b"GET 'a\r\n", b'GET "a"b\r\n', b"GET 'a'b\r\n"])
def test_a_typed_line_whose_quotes_do_not_balance_is_broken(line: bytes) -> None:
    assert told(Scanner().feed(line)) == ["broken"]


def test_a_long_value_is_passed_on_and_the_next_command_is_read_again() -> None:
    scanner = Scanner()
    value = b"*1\r\n$6\r\nCONFIG\r\n" * 10_000
    stream = encode([b"SET", b"k", value]) + encode([b"GET", b"k"])
    items = scanner.feed(stream)

    assert told(items) == [
        [encode([b"SET", b"k", value]), True, (b"SET", b"k"), 3, len(value)],
        ([b"GET", b"k"], encode([b"GET", b"k"])),
    ]


def test_a_value_of_a_hundred_megabytes_is_never_held() -> None:
    scanner = Scanner()
    scanner.feed(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$104857600\r\n")
    chunk = bytes(256 * 1024)
    passed = sum(len(item.raw) for _ in range(400) for item in scanner.feed(chunk))

    assert passed == 104857600
    assert not scanner._data


def test_a_hundred_thousand_empty_arrays_and_lines_ask_for_nothing() -> None:
    scanner = Scanner()

    assert scanner.feed(b"*0\r\n\r\n*-1\r\n" * 100_000) == []
    assert scanner.idle


@pytest.mark.parametrize("stream", [b"*" + b"1" * 70_000, b"x" * 70_000, b"*1\r\n$" + b"1" * 70_000])
def test_a_line_without_end_is_broken(stream: bytes) -> None:
    assert told(Scanner().feed(stream)) == ["broken"]


def test_nothing_is_read_after_the_break() -> None:
    scanner = Scanner()
    first = scanner.feed(b"*x\r\n")

    assert [type(item) for item in first] == [Broken]
    assert scanner.feed(encode([b"PING"])) == []
