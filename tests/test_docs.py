"""Every page's Python, from top to bottom, runs: a page is a program that explains itself."""

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: Pages with a test of their own.
ELSEWHERE = {"errors.md", "access-strings.md", "local.md"}
PAGES = sorted(page for page in [ROOT / "README.md", *ROOT.glob("docs/*.md")] if page.name not in ELSEWHERE)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    """The fenced blocks of a language, each with its line."""
    text = page.read_text()
    found = re.finditer(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)
    return [(text[: match.start(1)].count("\n"), match.group(1)) for match in found]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_of_a_page_runs_from_top_to_bottom(page: Path) -> None:
    namespace: dict[str, object] = {"__name__": "__docs__"}
    for line, code in blocks(page, "python"):
        # Empty lines before it, so that a failure names the line of the page.
        exec(compile("\n" * line + code, str(page), "exec"), namespace)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *ROOT.glob("*.md"), *ROOT.glob("docs/*.md")], ids=lambda page: page.name
)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    missing = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_scripts_that_a_page_names_are_there(page: Path) -> None:
    named = [
        shlex.split(command)[0]
        for _, block in blocks(page, "sh")
        for command in block.splitlines()
        if command.startswith("./")
    ]
    assert [script for script in named if not (ROOT / script).is_file()] == []
