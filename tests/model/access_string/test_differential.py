"""The model against the running server, in a sample; ``python -m tests.model.access_string.differential``
runs it in full."""

import pytest

from cdk_elasticache.model.access_string import AccessString
from scripts.command_tables import Server
from tests.model.access_string.differential import compare, setuser


def test_strings_are_accepted_shown_and_decided_as_by_the_server(engine: str, engine_server: Server) -> None:
    outcome = compare(engine_server, engine, strings=1_500, decisions=15_000, seed=20_260_601)
    assert outcome.disagreements == []
    assert outcome.counts["strings"] == 1_500
    assert outcome.counts["accepted"] > 600
    assert outcome.counts["refused"] > 300
    assert outcome.counts["decided: allowed"] > 1_500
    assert outcome.counts["decided: key"] > 1_500
    assert outcome.generator.ruled == outcome.generator.run == set(outcome.generator.plain)


# Disagreements that were found while the model was written, each now as the server has it.
FOUND = {
    "a pattern with both permissions beside others is shown so that it can be loaded": (
        "%RW~* ~a",
        "off %RW~* ~a &* -@all",
    ),
    "text glued to a quote belongs to the word": ('(~"a"b +get)', "off &* -@all (~ab &* -@all +get)"),
    "a backslash before the last character stands for itself": (
        '("~a\\")',
        "off &* -@all (~a\\ &* -@all)",
    ),
    "byte 255 falls out of a selector": ("(~a\udcffb +get)", "off &* -@all (~ab &* -@all +get)"),
    "byte 255 falls out after a backslash, too": ('("~a\\\udcffb")', "off &* -@all (~ab &* -@all)"),
    "byte 255 stays where it is escaped": ('("~a\\xff")', 'off &* -@all ("~a\\xff" &* -@all)'),
    "a quote that stays open empties the selector": ('(~"a +get)', "off &* -@all (&* -@all)"),
    "a first argument is shown in lower case": ("+get|A", "off &* -@all +get|a"),
    "a pattern for everything is not every key: the empty one stays shut": ("%RW~*", "off %RW~* &* -@all"),
    "permissions of one pattern add up": ("%r~x %W~x", "off ~x &* -@all"),
    "a permission without its mark is the empty pattern": ("%R", "off %R~ &* -@all"),
}


@pytest.mark.parametrize(("text", "canonical"), FOUND.values(), ids=FOUND.keys())
def test_a_found_disagreement_is_settled(text: str, canonical: str, valkey_server: Server) -> None:
    assert AccessString.parse(text).canonical() == canonical
    client = valkey_server.connect()
    client(*setuser("given", text))
    client(*setuser("shown", canonical))
    assert client("ACL", "GETUSER", "given") == client("ACL", "GETUSER", "shown")
    client.close()
