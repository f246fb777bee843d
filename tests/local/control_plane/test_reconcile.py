"""The planner's law on real servers: applying A and then B leaves what applying B alone does, and keeps data."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdk_elasticache.local.control_plane.host import Host
from cdk_elasticache.local.control_plane.journal import Journal
from cdk_elasticache.local.control_plane.resources import Resource
from cdk_elasticache.local.control_plane.serving import Files
from cdk_elasticache.local.control_plane.state import State
from cdk_elasticache.local.data_plane.certificates import Certificates, certificates
from cdk_elasticache.local.engines.valkey import Valkey
from tests.local.control_plane.conftest import Write, assert_gone, cache, group, user
from tests.local.control_plane.test_rollback import declared_in, drop_event

#: Two runs of real servers an example.
EXAMPLES = int(os.environ.get("EXAMPLES", "5"))
FIXED = "SubnetIds"


@st.composite
def templates(draw: st.DrawFn) -> dict[str, Any]:
    """The resources of a template: users, a group of some, and caches that it may be attached to."""
    access = st.sampled_from(["on ~* -@all +get", "on ~a +@all -@dangerous", "off -@all"])
    made = {name.upper(): user(name, draw(access)) for name in sorted(draw(st.sets(st.sampled_from("uv"))))}
    members = draw(st.lists(st.sampled_from(sorted(made)), unique=True)) if made else []
    if attachable := draw(st.booleans()):
        made["G"] = group("g", *members)
    for name in sorted(draw(st.sets(st.sampled_from("ab")))):
        changes: dict[str, Any] = {FIXED: [draw(st.sampled_from(["subnet-1", "subnet-2"]))]}
        made[name.upper()] = cache(
            name,
            of="G" if attachable and draw(st.booleans()) else "",
            Description=draw(st.sampled_from(["one", "other"])),
            **changes,
        )
    return made


class Applied:
    """A host and what it was told last."""

    def __init__(self, folder: Path, files: Certificates) -> None:
        self._state = State(folder)
        self._host = Host(self._state, Files(files.certificate, files.key), Journal(folder), ephemeral=True)
        self.resources: tuple[Resource, ...] = ()

    def __enter__(self) -> "Applied":
        return self

    def __exit__(self, *error: object) -> None:
        self._host.stop()
        self._state.close()

    def apply(self, declared: Any) -> None:
        self.resources, principals = declared
        self._host.apply(self.resources, principals, drop_event)

    @property
    def fixed(self) -> dict[str, Any]:
        """Of each cache what its data hang on, by ARN."""
        caches = (one for one in self.resources if one.kind == "serverlesscache")
        return {one.arn: one.properties[FIXED] for one in caches}

    def ask(self, arn: str, *words: str) -> Any:
        engine = self._host.server(arn).engine
        assert isinstance(engine, Valkey)
        return engine.admin.call(*words)

    def summary(self) -> Any:
        """What runs, and who may do what there, but for what differs from run to run."""
        status = self._host.summary()
        for one in status["caches"]:
            one |= {"endpoint": 0, "reader_endpoint": 0, "usage": 0}
            rules = [line.decode() for line in self.ask(one["arn"], "ACL", "LIST")]
            one["users"] = sorted(rule for rule in rules if not rule.startswith("user _"))
        return status


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("tls"))


@settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(templates(), templates())
def test_two_deployments_one_after_the_other_equal_the_second_alone_and_keep_data(
    write: Write, files: Certificates, first: dict[str, Any], second: dict[str, Any]
) -> None:
    a, b = (declared_in(write(**resources)) for resources in (first, second))
    with TemporaryDirectory() as name, Applied(Path(name) / "both", files) as both:
        both.apply(a)
        had = both.fixed
        for arn in had:
            both.ask(arn, "SET", "key", "kept")
        both.apply(b)
        kept = {arn for arn, value in both.fixed.items() if had.get(arn) == value}
        found = {arn for arn in both.fixed if both.ask(arn, "GET", "key") == b"kept"}
        with Applied(Path(name) / "alone", files) as alone:
            alone.apply(b)
            assert both.summary() == alone.summary()
        assert found == kept
    assert_gone(Path(name))
