"""Some of an app's stacks alone, as ``cdk deploy`` takes them: what the others have goes on."""

import json
from pathlib import Path
from typing import Any

from tests.local.control_plane.conftest import cache, group, role, user
from tests.local.control_plane.holding import Held, connect


def assembly(folder: Path, depends: dict[str, list[str]] | None = None, **stacks: dict[str, Any]) -> Path:
    """A cloud assembly of these stacks, each with its resources."""
    folder.mkdir(exist_ok=True)
    artifacts = {}
    for name, resources in stacks.items():
        (folder / f"{name}.json").write_text(json.dumps({"Resources": resources}))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://000000000000/us-east-1",
            "properties": {"templateFile": f"{name}.json"},
            "dependencies": (depends or {}).get(name, []),
        }
    (folder / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}))
    return folder


def running(status: Any) -> dict[str, list[str]]:
    names = {"caches": "name", "users": "id", "principals": "logical_id"}
    return {kind: [one[key] for one in status[kind]] for kind, key in names.items()}


def test_a_stack_that_is_not_named_keeps_its_caches_its_data_and_its_connections(
    held: Held, tmp_path: Path
) -> None:
    shop = {"App": user("app"), "Team": group("team", "App"), "ShopCache": cache("shop", of="Team")}
    shop["Shopper"] = role("shopper", "ShopCache")
    lab = {"LabCache": cache("lab"), "OldCache": cache("old"), "Worker": role("worker", "LabCache")}
    first = held.up(assembly(tmp_path / "out", Shop=shop, Lab=lab))
    with connect(first.cache("shop"), "app") as client:
        client.set("key", "value")
        del lab["OldCache"]
        lab["LabCache"] = cache("lab", Description="changed")
        held.up(assembly(tmp_path / "out", Shop={}, Lab=lab), stacks=["Lab"])
        assert client.get("key") == "value"  # on the connection of before
    assert running(held.status()) == {
        "caches": ["lab", "shop"],
        "users": ["app"],
        "principals": ["Worker", "Shopper"],
    }
    held.up(assembly(tmp_path / "out", Shop={}, Lab=lab))
    assert running(held.status()) == {"caches": ["lab"], "users": [], "principals": ["Worker"]}


def test_a_named_stack_brings_those_that_it_depends_on(held: Held, tmp_path: Path) -> None:
    stacks = {"Base": {"One": cache("one")}, "Shop": {"Two": cache("two")}, "Lab": {"Three": cache("three")}}
    source = assembly(tmp_path / "out", {"Shop": ["Base"]}, **stacks)
    held.up(source, stacks=["Shop"])
    assert running(held.status())["caches"] == ["one", "two"]
