"""The fast way through never sees another command than the exact scanner does."""

from hypothesis import example, given
from hypothesis import strategies as st

from cdk_elasticache.local.data_plane.plain import PlainCounter
from cdk_elasticache.local.data_plane.resp import Broken, Command, Scanner

PLAIN = frozenset({b"GET", b"SET"})
GET = b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"
#: What a typed line may hide in: types of RESP3, and bytes after a word that nobody compares with CR LF.
PARTS = [
    GET,
    b"$3\r\nGET\r\n",
    b"$10\r\nCONFIG GET\r\n",
    b"$1\r\nkXX",
    b"*1\r\n",
    b"*0\r\n",
    b"*-1\r\n",
    b"+",
    b"+\0\r\n",
    b"#f\r\n",
]
TYPES = [b"%b%d\r\n" % (kind, count) for kind in (b"*", b"~", b"%", b">", b"|") for count in (1, 2)]


def judged(packet: bytes) -> tuple[set[bytes], int | None]:
    """The names that the exact scanner sees, and how many commands: 0 where one is cut, None where it breaks."""
    scanner = Scanner()
    items = scanner.feed(packet)
    names = {item.words[0] for item in items if isinstance(item, Command)}
    if any(isinstance(item, Broken) for item in items):  # so does the engine, and hangs up
        return names, None
    return names, len(items) if scanner.idle else 0


def test_whole_plain_commands_are_counted() -> None:
    assert PlainCounter(PLAIN).count(GET * 16) == 16


@given(st.lists(st.sampled_from([*PARTS, *TYPES]), min_size=1, max_size=8).map(b"".join))
@example(GET + b"|1\r\n$3\r\nGET\r\n$10\r\nCONFIG GET\r\n")
@example(b"*2\r\n$3\r\nGET\r\n$1\r\nkXX~1\r\n$3\r\nGET\r\n")
@example(GET + b"#f\r\n+\0\r\n*2\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n")
def test_what_is_counted_holds_no_other_command_and_no_other_number(packet: bytes) -> None:
    names, commands = judged(packet)
    count = PlainCounter(PLAIN).count(packet)
    if count:
        assert names <= PLAIN
        assert count == commands or commands is None


def test_a_counter_that_gave_up_counts_the_next_packet() -> None:
    counter = PlainCounter(PLAIN)
    assert [counter.count(GET[:-3]), counter.count(GET)] == [0, 1]
