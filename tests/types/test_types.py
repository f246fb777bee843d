"""Types hold for a user: two type checkers pass what is right in sample.py, and tell each mistake in it."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import assertions

import cdk_elasticache

from ..constructs.ground import new_app
from .sample import Shop

SAMPLE = Path(__file__).with_name("sample.py")
ROOT = Path(__file__).parents[2]
SOURCE = Path(cdk_elasticache.__file__).parents[1]

#: The lines where sample.py is wrong on purpose.
WRONG = [
    number
    for number, line in enumerate(SAMPLE.read_text().splitlines(), start=1)
    if re.search(r"# type: ignore\[", line)
]


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def pyright() -> list[str]:
    """The command that starts pyright from what is installed: it must not download anything."""
    package = importlib.util.find_spec("pyright")
    folders = [Path(package.origin or "").parent / "dist"] if package else []
    folders.append(ROOT / "node_modules" / "pyright")
    node = os.environ.get("JSII_NODE") or shutil.which("node")
    script = next((folder / "index.js" for folder in folders if (folder / "index.js").exists()), None)
    if node is None or script is None:
        pytest.skip("pyright is not installed, as npm was out of reach")
    return [node, str(script)]


def test_the_sample_is_a_program_that_synthesizes() -> None:
    template = assertions.Template.from_stack(Shop(new_app(), "Shop"))
    template.resource_count_is("AWS::ElastiCache::User", 2)


def test_mypy_passes_what_is_right_and_tells_each_mistake() -> None:
    # The project's own settings are --strict, which refuses an ignored error that isn't there; in the checkout it
    # finds what scripts/check has read of aws_cdk already, which takes a minute.
    done = run([sys.executable, "-m", "mypy", str(SAMPLE)], ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "Success: no issues found in 1 source file\n",
        "",
    )


def test_pyright_passes_what_is_right_and_tells_each_mistake(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path)
    settings = {"include": [SAMPLE.name], "extraPaths": [str(SOURCE)], "enableTypeIgnoreComments": False}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    done = run([*pyright(), "--outputjson", "--pythonpath", sys.executable], tmp_path)
    told = json.loads(done.stdout)["generalDiagnostics"]
    lines = [it["range"]["start"]["line"] + 1 for it in told if it["severity"] == "error"]
    assert lines == WRONG
    assert len(WRONG) == 11
