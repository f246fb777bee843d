"""The wheel: what is in it, and that it works where nothing else is installed."""

import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    # Without isolation: the build backend is the locked one, and nothing is fetched.
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (made,) = out.glob("*.whl")
    return made


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == {
        path.relative_to(SOURCE).as_posix()
        for path in (SOURCE / "cdk_elasticache").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "cdk_elasticache/py.typed" in names


def test_the_metadata_names_licence_dependencies_and_pythons(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = archive.read(name).decode()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    fields = [line.split(": ", 1) for line in metadata.split("\n\n")[0].splitlines() if ": " in line]
    assert ["License-Expression", "Apache-2.0"] in fields
    assert ["Requires-Python", ">=3.11"] in fields
    required = [value for field, value in fields if field == "Requires-Dist" and "extra ==" not in value]
    assert [value.split("<")[0].split(">")[0] for value in required] == ["aws-cdk-lib", "constructs"]
    assert {value for field, value in fields if field == "Classifier"} == set(project["classifiers"])


def test_in_an_empty_environment_access_strings_are_explained_and_templates_checked(
    wheel: Path, tmp_path: Path
) -> None:
    venv.create(tmp_path / "empty", with_pip=False)
    python = tmp_path / "empty" / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index"]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    template = tmp_path / "template.json"
    template.write_text('{"Resources": {}}')

    command = python.with_name("cdk-elasticache")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    for arguments in (["explain", "on ~app:* +@read", "--allows", "GET", "app:1"], ["check", str(template)]):
        done = subprocess.run([command, *arguments], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    done = subprocess.run([command, "up", str(template)], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        1,
        "cdk-elasticache: the extra local must be installed, got no cryptography; "
        "run pip install 'cdk-elasticache[local]' [MissingExtra]\n",
    )
