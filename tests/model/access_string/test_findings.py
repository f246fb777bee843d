"""The findings table: each has a string that has it and a neighbour that hasn't."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_elasticache.errors import AccessStringError
from cdk_elasticache.model.access_string import AccessString, findings
from tests.model.access_string.test_compare import generated

#: Strings that parse, on.
strings = st.integers(0, 100_000).map(generated)

#: id: (a string that has the finding, the words it names, a neighbour that hasn't).
TABLE = {
    "UnknownCommand": ("on ~a +gett", ("+gett",), "on ~a +get"),
    "UnknownSubcommand": ("on +cluster|slotz", ("+cluster|slotz",), "on +cluster|slots"),
    "UnknownCategory": ("on ~a +@raed", ("+@raed",), "on ~a +@read"),
    "ChannelWithoutResetchannels": ("on &news +publish", ("&news",), "on resetchannels &news +publish"),
    "AuthenticationRule": ("on nopass", ("nopass",), "on"),
    "PayloadRule": ("on sanitize-payload", ("sanitize-payload",), "on"),
    "DatabaseRule": ("on db=0", ("db=0",), "on"),
    "UnsafeFirstArgument": ("on (+get|'\"')", ('+get|"',), "on (+get|'a')"),
    "rule-overridden": ("on ~a allkeys +get", ("~a", "allkeys"), "on ~a +get"),
    "command-lost-to-category": (
        "on +flushall -@dangerous",
        ("+flushall", "-@dangerous"),
        "on -@dangerous +flushall",
    ),
    "pattern-covered": ("on ~app:* ~app:1 +get", ("~app:1", "~app:*"), "on ~app:* %R~apq +get"),
    "refused-by-serverless": ("on +config", ("+config",), "on +cluster"),
    "unbalanced-quote": ('on (~"a +get)', ("()",), 'on (~"a" +get)'),
    "ambiguous-quotes": ('on (~"a"b +get)', ("(~ab +get)",), 'on ("~ab" +get)'),
    "empty-selector": ("on (~a)", ("(~a)",), "on (~a +get)"),
    "not-on": ("~a +get", (), "off ~a +get"),
    "on-without-keys": ("on +get", (), "on +ping"),
    "default-user-open": ("on ~* +@all", (), "on ~* +@all -flushall"),
    "dangerous-commands": ("on ~* +@all", (), "on ~* +@all -@dangerous -@admin"),
    "channels-open": ("on +publish", (), "on allchannels +publish"),
    "first-argument": ("on +select|0", ("+select|0",), "on +select"),
}


def found(text: str, id: str) -> list[findings.Finding]:
    made = AccessString.read(text)
    return [finding for finding in made.findings(user_name="default") if finding.id == id]


@pytest.mark.parametrize("id", TABLE)
def test_a_finding_is_made_of_its_example_and_not_of_the_neighbour(id: str) -> None:
    text, words, neighbour = TABLE[id]
    (finding,) = found(text, id)
    assert finding.words == words
    assert finding.message
    assert not found(neighbour, id)


@pytest.mark.parametrize(
    "id", [name for name, row in TABLE.items() if found(row[0], name)[0].severity == "error"]
)
def test_a_mistake_has_one_id_as_a_finding_and_as_the_error_that_it_becomes(id: str) -> None:
    with pytest.raises(AccessStringError) as caught:
        AccessString.parse(TABLE[id][0])
    assert caught.value.code == id


@pytest.mark.parametrize("id", [name for name, row in TABLE.items() if found(row[0], name)[0].no_effect])
def test_words_without_effect_can_be_left_out_and_nothing_changes(id: str) -> None:
    text, words, _ = TABLE[id]
    if id == "unbalanced-quote":
        words = ('(~"a +get)',)
    without = AccessString.read(text.replace(words[0], "", 1))
    assert without <= AccessString.read(text) <= without


@given(strings)
@settings(max_examples=400, deadline=None)
def test_no_word_that_is_said_to_have_no_effect_has_any(made: AccessString) -> None:
    text = made.text
    for finding in made.findings():
        word = finding.words[0] if finding.words else ""
        if not finding.no_effect or text[finding.position :][: len(word)] != word:
            continue  # a word of a selector that is written otherwise
        without = text[: finding.position] + text[finding.position + len(word) :]
        assert made.difference(AccessString.read(without)).outcome != "witness", (text, finding)
        assert AccessString.read(without).difference(made).outcome != "witness", (text, finding)


def test_the_table_of_the_module_and_this_one_name_the_same_findings() -> None:
    documented = re.findall(r"^(\S+) +(error|warning|advice) ", findings.__doc__ or "", re.M)
    seen = {name: found(row[0], name)[0].severity for name, row in TABLE.items()}
    assert dict(documented) == seen


@pytest.mark.parametrize(
    "text", ["on ~* +@all", "off -@all", "on ~app:* +@read -@dangerous", "on ~a -@all +get"]
)
def test_strings_of_everyday_life_have_no_rule_without_effect_and_no_error(text: str) -> None:
    made = AccessString.parse(text).findings()
    assert [finding for finding in made if finding.no_effect or finding.severity == "error"] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("on off", ("on", "off")),
        ("on ~a resetkeys ~b +get", ("~a", "resetkeys")),
        ("on resetchannels &a &* +publish", ("&a", "&*")),
        ("on (~a +get) clearselectors", ("(~a +get)", "clearselectors")),
        ("on ~a +get +@all", ("+get", "+@all")),
        ("on ~a +@all +get -@all", ("+@all", "-@all")),
        ("on ~a -get +@read", ("-get", "+@read")),
        ("on ~a +cluster|slots -cluster", ("+cluster|slots", "-cluster")),
        ("on (~b -get +@all)", ("-get", "+@all")),
    ],
)
def test_a_rule_that_a_later_one_undoes_is_told_with_that_one(text: str, words: tuple[str, str]) -> None:
    assert words in [finding.words for finding in found(text, "rule-overridden")]


def test_findings_come_errors_first_then_in_the_order_of_the_text() -> None:
    made = AccessString.read("on off ~a ~* +config +gett -@nosuch")
    assert [(finding.severity, finding.words[0]) for finding in made.findings()] == [
        ("error", "+gett"),
        ("error", "-@nosuch"),
        ("warning", "on"),
        ("warning", "~a"),
        ("warning", "+config"),
    ]


def test_a_finding_prints_with_its_remedy_and_id() -> None:
    (finding,) = found("on +config", "refused-by-serverless")
    assert str(finding) == (
        "'+config' has no effect: ElastiCache Serverless refuses it to everybody; "
        "leave it out [refused-by-serverless]"
    )


def test_thousands_of_patterns_are_not_all_held_against_each_other() -> None:
    text = "on +get " + " ".join(f"~a{number}" for number in range(5_000))
    assert found(text, "pattern-covered") == []


@pytest.mark.parametrize(("first", "second"), [("~a", "~[a]"), ("~[a]", "~a")])
def test_of_two_ways_to_write_one_pattern_the_later_is_too_much(first: str, second: str) -> None:
    assert [
        finding.words for finding in found(f"on resetchannels {first} {second} +get", "pattern-covered")
    ] == [(second, first)]
