"""docs/access-strings.md: every block of Python runs, and every command prints what is shown."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import cdk_elasticache
from cdk_elasticache.errors import AccessStringError
from cdk_elasticache.model.access_string import AccessString
from cdk_elasticache.model.access_string.findings import __doc__ as findings_table
from cdk_elasticache.model.commands.serverless import EVERYWHERE, SERVERLESS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/access-strings.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
SESSIONS = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```", PAGE, re.M | re.S)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_block_of_python_runs(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdk_elasticache, "AccessString", AccessString, raising=False)
    monkeypatch.setattr(cdk_elasticache, "AccessStringError", AccessStringError, raising=False)
    exec(compile(block, "access-strings.md", "exec"), {})


@pytest.mark.parametrize(("command", "shown"), SESSIONS, ids=range(len(SESSIONS)))
def test_every_command_prints_what_is_shown(command: str, shown: str) -> None:
    ours = f"{shlex.quote(sys.executable)} -m cdk_elasticache "
    argv = ["sh", "-c", command.replace("cdk-elasticache ", ours, 1)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    answer = subprocess.run(argv, capture_output=True, text=True, env=environment, check=False)
    assert answer.stdout + answer.stderr == shown


def test_the_page_names_every_finding() -> None:
    names = re.findall(r"^(\S+) +(?:error|warning|advice) ", findings_table or "", re.M)
    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_the_page_names_every_refused_command() -> None:
    refused = PAGE.partition("## What Serverless refuses")[2]
    for name in (EVERYWHERE + SERVERLESS).split():
        container, _, sub = name.partition("|")
        group = container in ("client", "cluster")  # named as a group
        assert f"`{container.upper()}" in refused
        assert group or not sub or sub.upper() in refused
