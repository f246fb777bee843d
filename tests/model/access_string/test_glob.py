"""Patterns, matched and compared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_elasticache.model.access_string.glob import matches
from cdk_elasticache.model.access_string.inclusion import difference, example, includes
from scripts.command_tables import Server

patterns = st.lists(
    st.sampled_from(
        [b"a", b"b", b"*", b"?", b"[ab]", b"[^a]", b"[a-c]", b"[", b"]", b"\\", b"-", b"^", b"\xff"]
    ),
    max_size=6,
).map(b"".join)
subjects = st.lists(st.sampled_from([b"a", b"b", b"c", b"*", b"[", b"\\", b"]", b"\xff"]), max_size=6).map(
    b"".join
)

#: (pattern, subject, whether it matches), as Valkey 9.1 and Redis OSS 7.0 answer.
CORNERS = [
    (b"", b"", True),
    (b"*", b"", False),
    (b"*", b"a", True),
    (b"**", b"a", True),
    (b"a*", b"a", True),
    (b"?*", b"a", True),
    (b"a*b*a*b", b"aXbab", True),
    (b"[", b"[", False),
    (b"[]", b"a", False),
    (b"[^]", b"a", True),
    (b"[^", b"a", True),
    (b"[a", b"a", True),
    (b"[a-]", b"]", True),
    (b"[a-]", b"_", True),
    (b"[a-]", b"b", False),
    (b"[z-a]", b"m", True),
    (b"[\\]]", b"]", True),
    (b"[\\", b"\\", True),
    (b"\\", b"\\", True),
    (b"a\\", b"a\\", True),
    (b"\\*", b"*", True),
    (b"\\*", b"a", False),
    (b"[a-\xff]", b"Z", True),
    (b"[a-\xff]", b"b", False),
    (b"[\x80-\xff]", b"\x90", True),
    (b"*a" * 1000, b"a" * 1000, True),
    (b"*a" * 1001, b"a" * 1001, False),
]


@pytest.mark.parametrize(("pattern", "subject", "expected"), CORNERS, ids=ascii)
def test_a_corner_of_patterns_is_as_the_server_has_it(
    pattern: bytes, subject: bytes, expected: bool, valkey_server: Server
) -> None:
    client = valkey_server.connect()
    client("ACL", "SETUSER", "globber", "reset", b"%R~" + pattern, "+get")
    assert (client("ACL", "DRYRUN", "globber", "get", subject) == b"OK") is expected
    assert matches(pattern, subject) is expected
    client.close()


def test_a_pattern_made_to_be_slow_is_answered_within_length_times_length() -> None:
    assert not matches(b"*a" * 50 + b"b", b"a" * 10_000)


@given(patterns, patterns, subjects)
@settings(max_examples=1_000, deadline=None)
def test_a_pattern_that_includes_another_matches_whatever_it_matches(
    wide: bytes, narrow: bytes, subject: bytes
) -> None:
    if includes(wide, narrow) and matches(narrow, subject):
        assert matches(wide, subject)


@given(patterns, st.lists(patterns, max_size=3))
@settings(max_examples=1_000, deadline=None)
def test_what_is_found_between_patterns_is_matched_by_the_first_and_by_none_of_the_others(
    pattern: bytes, others: list[bytes]
) -> None:
    found = difference(pattern, tuple(others))
    if found:
        assert matches(pattern, found)
        assert not any(matches(other, found) for other in others)


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (b"*", b"app:*"),
        (b"app:*", b"app:1"),
        (b"app:*", b"app:*:x"),
        (b"[a-z]*", b"[c-f]?"),
        (b"*a*", b"ba"),
        (b"a?*", b"a*?"),
        (b"[^a]", b"b"),
        (b"x", b"[x]"),
    ],
)
def test_inclusion_is_proved(wide: bytes, narrow: bytes) -> None:
    assert includes(wide, narrow)


@pytest.mark.parametrize(
    ("pattern", "others", "found"),
    [
        (b"app:*", (b"app:1",), b"app:"),
        (b"*", (b"a*",), b"0"),
        (b"[ab]", (b"a",), b"b"),
        (b"?", (b"[^x]",), b"x"),
        (b"*", (b"*a",), b"0"),  # the walk comes back to where it began
    ],
)
def test_the_shortest_and_most_readable_difference_is_found(
    pattern: bytes, others: tuple[bytes, ...], found: bytes
) -> None:
    assert difference(pattern, others) == found


def test_a_union_covers_what_none_of_its_parts_does() -> None:
    assert difference(b"[ab]*", (b"a*", b"b*")) is None


def test_a_comparison_that_would_take_too_long_is_left_open() -> None:
    wide = b"".join(b"*%c" % letter for letter in b"abcdefghij") + b"*"
    assert difference(wide + b"[a-j]" * 12, (wide[::-1] + b"?" * 13,)) is not None


@given(patterns)
def test_an_example_is_matched(pattern: bytes) -> None:
    found = example(pattern)
    assert found is None or matches(pattern, found)
