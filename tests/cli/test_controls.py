"""Text of templates, clients and secrets reaches a terminal as text, whatever it holds."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk_elasticache.cli import logs, status
from cdk_elasticache.cli.output import in_a_line, say, tell, visible
from cdk_elasticache.cli.terminal import Progress

EVIL = "a\x1b]0;title\x07b\x9b31mc\rd\x7fe\u202ef\u2066g\u2028h\x08"
SHOWN = "a\\x1b]0;title\\x07b\\x9b31mc\\x0dd\\x7fe\\u202ef\\u2066g\\u2028h\\x08"


def test_whatever_is_printed_has_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    say(EVIL)
    tell(EVIL)
    with Progress("waiting") as progress:
        progress.say(EVIL)
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == (f"{SHOWN}\n", f"{SHOWN}\n{SHOWN}\n")


def test_our_colours_lines_and_tabs_stay() -> None:
    text = "\x1b[32mgreen\x1b[0m\tand\n\x1b[31mred\x1b[0m"
    assert visible(text) == text


def test_a_log_entry_is_a_line_whatever_its_text() -> None:
    entry = {
        "time": "2026-01-31T12:00:00.000+00:00",
        "source": "a\nb",
        "text": "x\n12:00:00 runtime: \x1b[32mfine",
    }
    assert logs.line(entry) == "12:00:00 a\\nb: x\\n12:00:00 runtime: \\x1b[32mfine"


def test_a_row_of_the_status_is_a_line_whatever_its_names() -> None:
    cache = {
        "name": "a\n\x1b[31mb",
        "endpoint": {"address": "localhost", "port": 1},
        "reader_endpoint": None,
        "engine": "memcached",
        "runs_on": "memcached",
        "full_engine_version": "1.6",
        "status": "available",
        "usage": {},
    }
    users = [{"name": "u\nv", "authentication": "iam", "access_string": "on\x1b[2J"}]
    shown = list(status.table({"caches": [cache], "users": users, "principals": [{"arn": "arn\x07"}]}))
    assert [line for line in shown if re.search(r"[\x00-\x1f]", line)] == []
    assert shown[1].startswith("a\\n\\x1b[31mb  localhost:1")
    assert shown[3].startswith("u\\nv")
    assert shown[5] == "arn\\x07"


@given(st.text())
def test_no_text_in_a_line_has_a_control_character_and_other_text_stays(text: str) -> None:
    shown = in_a_line(text)
    assert not [one for one in shown if unicodedata.category(one) == "Cc"]
    if text.isprintable():
        assert shown == text
