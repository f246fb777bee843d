"""Comparison: proved, shown by an example, or left open."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_elasticache.errors import AccessStringError, ValidationError
from cdk_elasticache.model.access_string import AccessString
from cdk_elasticache.model.access_string.compare import modes
from cdk_elasticache.model.commands import table
from tests.model.access_string.generate import Generator


def parsed(text: str) -> AccessString | None:
    try:
        return AccessString.parse("on " + text)
    except AccessStringError:
        return None


def generated(seed: int) -> AccessString:
    """The next string of a generator that parses, on."""
    generator = Generator(seed, table())
    while True:
        made = parsed(generator.text().replace("off", "on").replace("OFF", "ON"))
        if made:
            return made


def relaxed(made: AccessString) -> AccessString:
    """A string that mostly allows a little more."""
    return parsed(str(made).removeprefix("on ") + " +@fast (~* +@read)") or made


strings = st.integers(0, 100_000).map(generated)


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("off ~* +@all", "off -@all"),
        ("on ~app:* +@read", "on ~* +@all"),
        ("on ~app:1 +get", "on ~app:* +get"),
        ("on %R~app:* +get", "on ~app:* +@read"),
        ("on ~app:* +@read -@dangerous", "on ~app:* +@all -flushall"),
        ("on ~a* ~b* +get", "on ~[ab]* +get"),
        ("on ~[ab]* +get", "on ~a* ~b* +get"),
        ("on ~a +get (~b +set)", "on ~a +get (~b +@write)"),
        ("on ~a +get", "on +ping (~a +get)"),
        ("on resetchannels &news.* +@pubsub", "on +@pubsub"),
        ("on +select|0", "on +select"),
        ("on +select|0", "on +select|0 +select|1"),
        ("on ~* +@all +config -keys", "on ~* +@all"),
        ("on ~* -@all +hello", "on -@all"),
    ],
)
def test_less_is_proved_to_be_within_more(less: str, more: str) -> None:
    one, other = AccessString.parse(less), AccessString.parse(more)
    assert one <= other
    assert one.difference(other).outcome == "none"


@pytest.mark.parametrize(
    ("one", "other", "line", "key"),
    [
        ("on ~* +@all", "off ~* +@all", ("get", "a"), "a"),
        ("on -@all", "off -@all", ("auth", "1"), ""),
        ("on ~* +@all", "on ~app:* +@all", ("get", "0"), "0"),
        ("on ~app:* +@all", "on ~app:* +@read", ("set", "app:", "1"), ""),
        ("on ~app:* +@all", "on ~app:1* +@all", ("get", "app:"), "app:"),
        ("on ~a +set", "on %W~a +set", ("set", "a", "GET", "GET"), "a"),
        ("on +@pubsub", "on resetchannels &a* +@pubsub", ("publish", "0", "1"), "0"),
        ("on +select", "on +select|0", ("select", "1"), "1"),
        ("on +select|5", "on +select|0", ("select", "5"), ""),
        ("on ~a +get (~b +get)", "on ~a +get", ("get", "b"), "b"),
        ("on ~a +@read", "on %R~a +@read", ("bf.card", "a"), "a"),
        ("on ~* +flushall", "on ~* +@read", ("flushall",), ""),
    ],
)
def test_more_is_shown_by_a_command_line(one: str, other: str, line: tuple[str, ...], key: str) -> None:
    first, second = AccessString.parse(one), AccessString.parse(other)
    found = first.difference(second)
    assert not first <= second
    assert first.allows(*found.line)
    assert not second.allows(*found.line)
    assert (found.line, found.outcome) == (line, "witness")
    assert found.key == key or not key


def test_what_neither_proof_nor_search_settles_is_undecided() -> None:
    whole = AccessString.parse("on ~[ab] +get")
    halves = AccessString.parse("on ~a +get (~b +get)")
    assert not whole <= halves
    assert whole.difference(halves)._asdict() == {
        "outcome": "undecided",
        "command": "",
        "key": "",
        "line": (),
        "reason": "",
    }


def test_more_scopes_than_anybody_writes_leave_the_question_open() -> None:
    many = AccessString.parse("on " + "(~a +get) " * 100)
    assert many.difference(AccessString.parse("on ~* +@all")).outcome == "undecided"
    assert many <= AccessString.parse(str(many))


@given(strings)
@settings(max_examples=100, deadline=None)
def test_everything_is_within_itself(made: AccessString) -> None:
    assert made <= made


@given(strings, strings, st.integers(0, 100_000))
@settings(max_examples=150, deadline=None)
def test_what_is_proved_agrees_with_the_decisions(one: AccessString, other: AccessString, seed: int) -> None:
    arity = {name: command.arity for name, command in table().commands.items()}
    for more in (other, AccessString.parse("on ~* +@all"), relaxed(one), AccessString.disabled()):
        found = one.difference(more)
        if found.outcome == "witness":
            assert one.allows(*found.line)
            assert not more.allows(*found.line)
        elif found.outcome == "none":
            for line in Generator(seed, table()).lines(60, arity):
                assert not _allows(one, line) or _allows(more, line)


def _allows(made: AccessString, line: list[bytes]) -> bool:
    try:
        return bool(made.allows(line[0].decode("utf-8", "surrogateescape"), *line[1:]))
    except ValidationError:
        return False


@pytest.mark.parametrize("engine", ["valkey_9", "valkey_8", "valkey_7", "redis_7"])
def test_no_line_needs_a_permission_that_its_command_is_not_known_to_need(engine: str) -> None:
    commands = table(engine)
    arity = {name: command.arity for name, command in commands.commands.items()}
    for line in Generator(7, commands).lines(20_000, arity):
        command = commands.find(line)
        if command and command.takes(line):
            used = {(key.reads, key.writes) for key in command.keys(line)}
            assert used <= set(modes(command)), (command.name, line)
