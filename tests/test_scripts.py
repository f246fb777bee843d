"""The scripts' promises: what a lock holds, and that a second set-up has nothing to do."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ["dev", "run", "lowest"]
ALPHA = "aws-cdk-aws-elasticache-alpha"


def locked(lock: str) -> dict[str, tuple[set[Version], int]]:
    """Each package of a lock, with its versions and the number of its hashes.

    A package has two versions where no one version serves every Python.
    """
    packages: dict[str, tuple[set[Version], int]] = {}
    text = (ROOT / f"requirements/{lock}.lock").read_text()
    for name, version, rest in re.findall(r"^([\w.-]+)==(\S+)(.*(?:\n .*)*)", text, re.M):
        versions, hashes = packages.get(name, (set(), 0))
        found = len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", rest))
        packages[name] = (versions | {Version(version)}, min(hashes, found) if versions else found)
    return packages


def required(*groups: str) -> list[Requirement]:
    """What pyproject.toml asks for: the dependencies, the extra ``node`` and dependency groups."""
    texts = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["node"]]
    for group in groups:
        texts += [text for text in PROJECT["dependency-groups"][group] if isinstance(text, str)]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash(lock: str) -> None:
    assert [name for name, (_, hashes) in locked(lock).items() if hashes == 0] == []


@pytest.mark.parametrize("file", [*(f"requirements/{lock}.lock" for lock in LOCKS), "package-lock.json"])
def test_a_lock_names_no_address_and_no_path(file: str) -> None:
    text = (ROOT / file).read_text()
    # An integrity hash is base64 and has slashes, but never one after a space or a quote.
    assert re.findall(r"\w+://\S+|(?<![\w+/])/\w+\S*|--(?:index|extra|find)\S*", text) == []


def test_every_npm_package_has_an_integrity_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, facts in packages.items() if name and "integrity" not in facts] == []


@pytest.mark.parametrize(("lock", "groups"), [("dev", ("setup", "dev")), ("run", ("setup",))])
def test_a_lock_holds_what_pyproject_asks_for_at_versions_that_satisfy_it(
    lock: str, groups: tuple[str, ...]
) -> None:
    packages = locked(lock)
    unmet = [
        str(need)
        for need in required(*groups)
        for versions, _ in [packages.get(canonicalize_name(need.name), ({Version("0")}, 0))]
        if not all(need.specifier.contains(version, prereleases=True) for version in versions)
    ]
    assert unmet == []


def test_the_demo_runs_on_the_versions_that_are_tested() -> None:
    dev = locked("dev")
    assert [name for name, facts in locked("run").items() if dev.get(name) != facts] == []


def test_the_lowest_lock_holds_the_oldest_aws_cdk_lib_that_pyproject_allows_and_no_alpha_module() -> None:
    (cdk,) = [need for need in required() if need.name == "aws-cdk-lib"]
    (oldest,) = [Version(part.version) for part in cdk.specifier if part.operator == ">="]
    lowest = locked("lowest")

    assert lowest["aws-cdk-lib"][0] == {oldest}
    # The CDK's own packages belong to that aws-cdk-lib; all else is as in the ordinary run.
    others = {name: facts for name, facts in locked("dev").items() if not name.startswith("aws-cdk-")}
    assert {name: facts for name, facts in lowest.items() if not name.startswith("aws-cdk-")} == others
    assert ALPHA not in lowest


def setup(checkout: Path, lock: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a checkout's scripts/setup from another folder."""
    return subprocess.run(
        [checkout / "scripts/setup", lock],
        cwd="/",
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_second_setup_does_nothing_and_says_nothing() -> None:
    environment = ROOT / os.environ.get("VENV", ".venv")
    lock = os.environ.get("LOCK", "dev")
    if not (environment / f"made-{lock}").exists():
        pytest.skip("no environment of scripts/setup: these tests run in another one")
    if not (ROOT / "node_modules/.made").exists():
        pytest.skip("npm is out of reach: each set-up tries again")
    # A step that is done again writes its mark again; pip and npm could fetch nothing.
    before = {mark: mark.stat().st_mtime_ns for mark in environment.glob("made-*")}

    second = setup(ROOT, lock, PIP_NO_INDEX="1", npm_config_offline="true")

    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert {mark: mark.stat().st_mtime_ns for mark in environment.glob("made-*")} == before


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout, in a folder with a space and an accent, where nothing has been set up."""
    checkout = tmp_path / "a ch\u00e9ckout"
    checkout.mkdir()
    shutil.copytree(ROOT / "scripts", checkout / "scripts")
    return checkout


@pytest.mark.parametrize(
    ("lock", "environment", "message"),
    [
        ("test", {}, "The lock must be run, dev or lowest, got test"),
        ("dev", {"VENV": "src"}, "VENV must be .venv or start with .venv-, got src"),
        ("dev", {"VENV": ".venv-/../src"}, "VENV must be a name without a slash, got .venv-/../src"),
        (
            "dev",
            {"PYTHON": "/no/python 3"},
            "None of these is a Python 3.11 or later: /no/python 3. Install one, or name it in PYTHON.",
        ),
    ],
    ids=["lock", "folder", "path", "python"],
)
def test_a_setup_that_cannot_work_says_why_and_makes_no_environment(
    bare: Path, lock: str, environment: dict[str, str], message: str
) -> None:
    refused = setup(bare, lock, **environment)

    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", f"{message}\n")
    assert not list(bare.glob(".venv*"))
