"""docs/errors.md: every code and every warning has its place, and its example does what it says."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cdk_elasticache import ElastiCacheError
from cdk_elasticache.errors import (
    ACCESS_STRING_CODES,
    CODES,
    LOCAL_CODES,
    RUNTIME_CODES,
    TEMPLATE_CODES,
    WARNINGS,
)

PAGE = (Path(__file__).parents[1] / "docs" / "errors.md").read_text()
ENTRY = re.compile(
    r"^### (?P<name>\S+)\n\n(?P<rule>.+)\n\n```python\n(?P<code>.*?)^```\n\nRemedy: (?P<remedy>.+)",
    re.M | re.S,
)
PREAMBLE = re.search(r"begins with these lines.\n\n```python\n(.*?)^```", PAGE, re.M | re.S)


class Entry(NamedTuple):
    name: str
    rule: str
    code: str
    remedy: str


def entries() -> list[Entry]:
    parts = re.split(r"^(?=##)", PAGE, flags=re.M)
    found = (ENTRY.match(part) for part in parts if part.startswith("### "))
    return [Entry(*match.groups()) for match in found if match]


ENTRIES = entries()
RULES = {
    **CODES,
    **{code: f"An access string must {rule}." for code, rule in ACCESS_STRING_CODES.items()},
    **WARNINGS,
}


def run(code: str) -> dict[str, Any]:
    """Run an example after the page's first lines, in an app of its own."""
    assert PREAMBLE
    names: dict[str, Any] = {"__name__": "example"}
    exec(PREAMBLE.group(1), names)
    try:
        exec(code, names)
    except Exception as error:
        names["error"] = error
    return names


def warnings(names: dict[str, Any]) -> list[str]:
    """The ids of the warnings in an example's stack."""
    data = [
        str(entry.data)
        for construct in names["stack"].node.find_all()
        for entry in construct.node.metadata
        if entry.type == "aws:cdk:warning"
    ]
    return [match.group(1) for text in data if (match := re.search(r"\[ack: cdk-elasticache:(\S+)\]$", text))]


def test_the_page_has_a_heading_for_every_code_and_every_warning_and_no_other() -> None:
    headings = re.findall(r"^### (\S+)$", PAGE, re.M)
    assert sorted(headings) == sorted(RULES)
    assert [entry.name for entry in ENTRIES] == headings


def test_the_page_lists_every_code_of_templates_and_commands_with_its_rule() -> None:
    rows = re.findall(r"^\| ([A-Z]\w+) \| (.+) \|$", PAGE, re.M)
    assert rows == [*TEMPLATE_CODES.items(), *LOCAL_CODES.items(), *RUNTIME_CODES.items()]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_entry_says_the_rule_of_the_table_and_a_remedy(entry: Entry) -> None:
    assert entry.rule == RULES[entry.name]
    assert entry.remedy.rstrip().endswith(".")


@pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES if entry.name not in WARNINGS], ids=lambda entry: entry.name
)
def test_the_example_of_a_code_raises_it(entry: Entry) -> None:
    error = run(entry.code).get("error")
    if isinstance(error, ElastiCacheError):
        assert error.code == entry.name
    else:  # what only synthesis can tell, the CDK delivers as a RuntimeError
        assert isinstance(error, RuntimeError)
        assert f"[{entry.name} at Stack/" in str(error)


@pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES if entry.name in WARNINGS], ids=lambda entry: entry.name
)
def test_the_example_of_a_warning_attaches_it_and_no_other(entry: Entry) -> None:
    names = run(entry.code)
    assert "error" not in names
    assert warnings(names) == [entry.name]


def test_the_first_lines_raise_nothing_and_warn_of_nothing() -> None:
    names = run("")
    assert "error" not in names
    assert warnings(names) == []


def test_the_page_s_way_to_acknowledge_a_warning_does() -> None:
    (block,) = re.findall(r"```python\n([^`]*acknowledge_warning.*?)^```", PAGE, re.M | re.S)
    names = run(block)
    assert "error" not in names
    assert warnings(names) == []


def test_the_message_that_the_page_shows_is_the_one_that_is_raised() -> None:
    shown = re.search(r"```text\n(.+)\n```", PAGE)
    assert shown
    names = run('elasticache.ServerlessCache(stack, "Cache", vpc=vpc, backup={"backup_retention_limit": 36})')
    assert str(names["error"]) == shown.group(1)
