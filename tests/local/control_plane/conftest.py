"""Templates to bring up, and what is left of a runtime."""

import json
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cdk_elasticache.errors import ElastiCacheError
from cdk_elasticache.local.control_plane import wire

if TYPE_CHECKING:
    from tests.local.control_plane.holding import Held

PASSWORD = "sixteen-letters-and-more"

Write = Callable[..., Path]


def user(name: str, access: str = "on ~* +@all", authentication: str = "password") -> dict[str, Any]:
    mode: dict[str, Any] = {"Type": authentication}
    if authentication == "password":
        mode["Passwords"] = [PASSWORD]
    properties = {"UserId": name, "UserName": name, "Engine": "valkey", "AccessString": access}
    return {"Type": "AWS::ElastiCache::User", "Properties": {**properties, "AuthenticationMode": mode}}


def group(name: str, *users: str) -> dict[str, Any]:
    members = [{"Ref": one} for one in users]
    properties = {"UserGroupId": name, "Engine": "valkey", "UserIds": members}
    return {"Type": "AWS::ElastiCache::UserGroup", "Properties": properties}


def cache(name: str, *, of: str = "", engine: str = "valkey", **properties: Any) -> dict[str, Any]:
    attached = {"UserGroupId": {"Ref": of}} if of else {}
    given = {"ServerlessCacheName": name, "Engine": engine, **attached, **properties}
    return {"Type": "AWS::ElastiCache::ServerlessCache", "Properties": given}


def storage(most: int) -> dict[str, Any]:
    return {"DataStorage": {"Maximum": most, "Unit": "GB"}}


def role(name: str, *connects_to: str) -> dict[str, Any]:
    attribute = {True: "ARN", False: "Arn"}
    resources = [{"Fn::GetAtt": [one, attribute[one.endswith("Cache")]]} for one in connects_to]
    statement = {"Effect": "Allow", "Action": "elasticache:Connect", "Resource": resources}
    policy = {"PolicyName": "Connect", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    trust = {"Version": "2012-10-17", "Statement": []}
    properties = {"RoleName": name, "AssumeRolePolicyDocument": trust}
    return {"Type": "AWS::IAM::Role", "Properties": {**properties, "Policies": [policy] if resources else []}}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a template called Shop, of these resources and outputs."""

    def write(outputs: dict[str, Any] | None = None, **resources: Any) -> Path:
        path = tmp_path / "Shop.template.json"
        path.write_text(json.dumps({"Resources": resources, "Outputs": outputs or {}}))
        return path

    return write


def processes_of(folder: Path) -> list[int]:
    """Every other process that has to do with a folder: named in its command line, or where it works."""
    found = []
    for pid in set(filter(str.isdigit, os.listdir("/proc"))) - {str(os.getpid())}:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
            place = os.readlink(f"/proc/{pid}/cwd")
        except OSError:
            continue
        if str(folder) in words or f"{place}/".startswith(f"{folder}/"):
            found.append(int(pid))
    return found


def assert_gone(folder: Path) -> None:
    """Fail where a process still has to do with a folder after ten seconds: the kernel too takes its time."""
    deadline = time.monotonic() + 10
    while left := processes_of(folder):
        assert time.monotonic() < deadline, left


@contextmanager
def watched(folder: Path) -> Iterator[Iterator[str]]:
    """The log's new entries, while the block lasts."""
    said: queue.Queue[Any] = queue.Queue()

    def ask() -> None:
        with suppress(ElastiCacheError):  # the runtime's end is the end of its log, too
            wire.ask(folder, {"do": "watch"}, said.put)

    threading.Thread(target=ask, daemon=True).start()
    assert said.get(timeout=10) == {"watching": True}
    yield (said.get(timeout=20)["entry"]["text"] for _ in count())


def next_texts(entries: Iterator[str], last: str) -> list[str]:
    """The entries up to one that holds ``last``."""
    texts = []
    for text in entries:
        texts.append(text)
        if last in text:
            break
    return texts


@pytest.fixture
def held(tmp_path: Path) -> Iterator["Held"]:
    """A runtime whose declaration can be changed."""
    from tests.local.control_plane.holding import Held

    one = Held(tmp_path / "state")
    yield one
    one.stop()
    assert_gone(tmp_path / "state")
