"""An ``up`` that is refused before anything began: said in a line, nothing left."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.local.control_plane.conftest import assert_gone, cache, group, user


def up(folder: Path, *words: str) -> tuple[int, str]:
    argv = [sys.executable, "-m", "cdk_elasticache", "up", *words]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=folder)
    assert done.stdout == ""
    return done.returncode, done.stderr


def write(folder: Path, **resources: Any) -> str:
    (folder / "shop.json").write_text(json.dumps({"Resources": resources}))
    return "shop.json"


@pytest.mark.parametrize(
    ("access", "said"),
    [
        (
            "on ~* +@raed",
            "access_string must name categories that the engine has, got '+@raed' (word 3, character 7); "
            "did you mean '+@read'? [UnknownCategory at shop.App]\n    on ~* +@raed\n          ^^^^^^",
        ),
        (
            "on ~* -@all +gett",
            "access_string must name commands that the engine has, got '+gett' (word 4, character 13); "
            "did you mean '+get'? [UnknownCommand at shop.App]\n    on ~* -@all +gett\n                ^^^^^",
        ),
    ],
)
def test_a_rule_that_the_engine_lacks_is_refused_as_check_refuses_it(
    tmp_path: Path, access: str, said: str
) -> None:
    app, team = user("app", access), group("team", "App")
    assert up(tmp_path, write(tmp_path, App=app, Team=team, Cache=cache("shop", of="Team"))) == (
        1,
        f"cdk-elasticache: {said}\n",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["shop.json"]
    assert_gone(tmp_path)


def test_a_source_that_cannot_be_read_leaves_no_state_folder(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    status, _ = up(tmp_path / "other")
    assert status == 1
    status, _ = up(tmp_path, "shop.json", "--detach")
    assert status == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["other"]


def test_a_secret_without_a_value_leaves_no_state_folder_unless_it_was_there(tmp_path: Path) -> None:
    app = user("app")
    app["Properties"]["AuthenticationMode"]["Passwords"] = ["{{resolve:secretsmanager:app}}"]
    source = write(tmp_path, App=app)
    assert up(tmp_path, source)[0] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["shop.json"]
    state = tmp_path / "kept"
    state.mkdir()
    assert up(tmp_path, source, "--state", "kept")[0] == 1
    assert (state / "state.db").exists()


def test_all_values_that_are_lacking_are_told_at_once_and_only_those_that_are_needed(tmp_path: Path) -> None:
    app = user("app")
    app["Properties"]["AuthenticationMode"]["Passwords"] = ["{{resolve:secretsmanager:app}}"]
    shop = cache("shop", of="Team")
    shop["Properties"] |= {
        "Description": {"Ref": "About"},
        "SubnetIds": {"Ref": "Subnets"},
        "SnapshotRetentionLimit": {"Fn::ImportValue": "retention"},
    }
    group_ = group("team", "App")
    group_["Properties"]["UserGroupId"] = {"Ref": "About"}
    template = {
        "Parameters": {"About": {"Type": "String"}, "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"}},
        "Resources": {"App": app, "Team": group_, "Cache": shop},
        "Outputs": {"Vpc": {"Value": {"Fn::ImportValue": "vpc"}}},
    }
    (tmp_path / "shop.json").write_text(json.dumps(template))
    assert up(tmp_path, "shop.json") == (
        1,
        "cdk-elasticache: source must be given each value that it needs here, got nothing for 3; they are:\n"
        "    give one with --parameter shop:About=VALUE\n"
        "    give one with --import retention=VALUE\n"
        "    give it: cdk-elasticache secret set app [MissingValues]\n",
    )
    words = ["--parameter", "About=about", "--import", "retention=3"]
    assert up(tmp_path, "shop.json", *words) == (
        1,
        "cdk-elasticache: secret app must have a local value, got none; give it: cdk-elasticache secret set app "
        "[SecretMissing]\n",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["shop.json"]
