"""The examples are apps that a user copies: the CDK's own command line synthesizes them, and nothing warns."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CDK = ROOT / "node_modules" / ".bin" / "cdk"
CHAPTERS = sorted((ROOT / "examples" / "chapters").glob("*.py"))


def synth(folder: Path, out: Path, *arguments: str) -> None:
    """Run ``cdk synth`` in a folder; --strict makes each warning an error."""
    command: list[str | Path] = [
        CDK,
        "synth",
        "--quiet",
        "--strict",
        "--no-notices",
        "--no-version-reporting",
        "--output",
        out,
    ]
    # The app is run with whatever `python` is first on PATH, as a user's is in an active environment.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": path, "CI": "true"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(autouse=True)
def cdk_command() -> None:
    if not CDK.exists():
        pytest.skip("no node_modules/.bin/cdk: npm was out of reach when scripts/setup ran")


def test_the_shop_synthesizes_with_the_cdk_command_line(tmp_path: Path) -> None:
    shop = shutil.copytree(ROOT / "examples" / "shop", tmp_path / "shop")

    synth(shop, tmp_path / "out")

    assert sorted(path.name for path in (tmp_path / "out").glob("*.template.json")) == ["Shop.template.json"]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_synthesizes_with_the_cdk_command_line(chapter: Path, tmp_path: Path) -> None:
    synth(tmp_path, tmp_path / "out", "--app", f"python '{chapter}'")

    name = "".join(word.capitalize() for word in chapter.stem.split("_"))
    assert [path.name for path in (tmp_path / "out").glob("*.template.json")] == [
        f"{name}Chapter.template.json"
    ]
