"""What fails in the middle goes back to what was before, and costs no data."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis

from cdk_elasticache.local.control_plane.apply import Event
from cdk_elasticache.local.control_plane.faults import LocalError
from cdk_elasticache.local.control_plane.host import Host
from cdk_elasticache.local.control_plane.journal import Journal
from cdk_elasticache.local.control_plane.plan import Action
from cdk_elasticache.local.control_plane.resources import principals, resources
from cdk_elasticache.local.control_plane.serving import Files
from cdk_elasticache.local.control_plane.state import State
from cdk_elasticache.local.data_plane.certificates import certificates
from cdk_elasticache.local.engines.admin import Admin
from cdk_elasticache.local.engines.errors import EngineError
from cdk_elasticache.local.engines.valkey import Valkey
from cdk_elasticache.template.declare import declare
from cdk_elasticache.template.load import load
from tests.local.control_plane.conftest import (
    Write,
    assert_gone,
    cache,
    group,
    role,
    storage,
    user,
)
from tests.local.control_plane.holding import connect_to


class Failing(Host):
    """A host where one action fails, after it was done."""

    fails_at = ""

    def do(self, action: Action) -> None:
        super().do(action)
        if action.resource.name == self.fails_at:
            raise EngineError("EngineGone", "the power went")


def declared_in(source: Path) -> Any:
    found = declare(load(source))
    return resources(found, lambda _: None), principals(found)


@pytest.mark.parametrize("step", ["app", "team", "a", "b", "c"])
def test_a_failure_at_any_step_rolls_back_all_that_came_with_it(
    tmp_path: Path, write: Write, step: str
) -> None:
    good = write(App=user("app"), Team=group("team", "App"), A=cache("a", of="Team"), B=cache("b"))
    before = declared_in(good)
    bad = declared_in(
        write(
            App=user("app", "on ~* +@all -get"),
            Boss=user("boss"),
            Team=group("team", "Boss"),
            A=cache("a", of="Team", Description="changed"),
            B=cache("b", SubnetIds=["subnet-2"]),
            C=cache("c"),
        )
    )
    files = certificates(tmp_path / "tls")
    with State(tmp_path / "state") as state:
        host = Failing(state, Files(files.certificate, files.key), Journal(tmp_path), ephemeral=True)
        try:
            host.apply(before[0], before[1], drop_event)
            a, b = (client_of(one, files.ca) for one in host.summary()["caches"])
            with a("app") as one, b() as other:
                one.set("key", "value")
                other.set("key", "value")
            was = host.summary()
            host.fails_at = step
            with pytest.raises(EngineError, match="the power went"):
                host.apply(bad[0], bad[1], drop_event)
            now = host.summary()
            with a("app") as one, b() as other:
                assert (one.get("key"), other.get("key")) == ("value", "value")
            assert {**now, "caches": unused(now)} == {**was, "caches": unused(was)}
            assert [record.status for record in state.records()] == [
                "available",
                "available",
                "active",
                "active",
            ]
        finally:
            host.stop()
    assert_gone(tmp_path / "state")


def test_an_engine_that_does_not_answer_is_told_what_holds_as_soon_as_it_does(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Admin.__init__, "__kwdefaults__", {"timeout": 0.2})
    good, bad = (declared_in(write(A=cache("a", CacheUsageLimits=storage(most)))) for most in (1, 2))
    files, said = certificates(tmp_path / "tls"), list[str]()
    with State(tmp_path / "state") as state:
        host = Host(state, Files(files.certificate, files.key), Journal(tmp_path), ephemeral=True)
        try:
            host.apply(good[0], good[1], drop_event)
            engine = host.server(good[0][0].arn).engine
            assert isinstance(engine, Valkey)
            pid, was = engine.process.pid, engine.admin.call("CONFIG", "GET", "maxmemory")
            assert pid

            def hear(event: Event) -> None:
                said.append(event.status)
                if event.status == "UPDATE_ROLLBACK_FAILED":
                    os.kill(pid, signal.SIGCONT)

            os.kill(pid, signal.SIGSTOP)
            with pytest.raises(EngineError, match="the engine must answer"):
                host.apply(bad[0], bad[1], hear)
            assert said == ["UPDATE_IN_PROGRESS", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED"]
            assert (
                engine.admin.call("CONFIG", "GET", "maxmemory") == was
            )  # though it heard of the other at last
            host.apply(bad[0], bad[1], drop_event)
            assert engine.admin.call("CONFIG", "GET", "maxmemory") != was
        finally:
            host.stop()


def unused(status: Any) -> Any:
    return [{**one, "usage": 0} for one in status["caches"]]


def client_of(entry: Any, ca: Path) -> Callable[..., redis.Redis]:
    def client(name: str | None = None) -> redis.Redis:
        return connect_to(entry["endpoint"]["port"], str(ca), name)

    return client


def drop_event(event: Event) -> None:
    del event


class Stuck(Failing):
    """A host that can't go back either."""

    def undo(self, action: Action) -> None:
        raise LocalError("StateFolderRefused", "the disk is full")


@pytest.mark.parametrize("step", ["b", "c"])
def test_no_data_of_before_are_removed_where_going_back_fails(
    tmp_path: Path, write: Write, step: str
) -> None:
    good = declared_in(write(B=cache("b")))
    bad = declared_in(write(B=cache("b", SubnetIds=["subnet-2"]), C=cache("c", Description="x")))
    made = certificates(tmp_path / "tls")
    files = Files(made.certificate, made.key)
    with State(tmp_path / "state") as state:
        host = Stuck(state, files, Journal(tmp_path), ephemeral=True)
        try:
            host.apply(good[0], good[1], drop_event)
            with client_of(host.summary()["caches"][0], made.ca)() as client:
                client.set("key", "value")
            before = {path.name for path in host.folder.iterdir()}
            host.fails_at = step
            with pytest.raises(EngineError, match="the power went"):
                host.apply(bad[0], bad[1], drop_event)
            assert before <= {path.name for path in host.folder.iterdir()}
        finally:
            host.stop()


def test_a_delete_that_fails_leaves_the_changes_before_it(tmp_path: Path, write: Write) -> None:
    had = declared_in(write(Cache=cache("a"), Role=role("before", "Cache")))
    wanted = declared_in(write(Cache=cache("c"), Role=role("after", "Cache")))
    made = certificates(tmp_path / "tls")
    files = Files(made.certificate, made.key)
    with State(tmp_path / "state") as state:
        host = Failing(state, files, Journal(tmp_path), ephemeral=True)
        try:
            host.apply(had[0], had[1], drop_event)
            host.fails_at = "a"
            with pytest.raises(EngineError, match="the power went"):
                host.apply(wanted[0], wanted[1], drop_event)
            now = host.summary()
            assert [one["name"] for one in now["caches"]] == ["c"]
            assert [one["name"] for one in now["principals"]] == ["after"]
        finally:
            host.stop()


def test_a_replacement_that_was_cut_short_leaves_the_cache_as_it_was(tmp_path: Path, write: Write) -> None:
    good = declared_in(write(B=cache("b")))
    bad = declared_in(write(B=cache("b", SubnetIds=["subnet-2"])))
    made = certificates(tmp_path / "tls")
    files = Files(made.certificate, made.key)

    class Cut(Host):
        """A host that ends in the middle of an action, as a kill does: nothing is gone back."""

        cut = False

        def _serve(self, record: object) -> None:
            if self.cut:
                raise EngineError("EngineGone", "the power went")
            super()._serve(record)  # type: ignore[arg-type]

        def undo(self, action: Action) -> None:
            if not self.cut:
                super().undo(action)

    with State(tmp_path / "state") as state:
        first = Cut(state, files, Journal(tmp_path), ephemeral=True)
        first.apply(good[0], good[1], drop_event)
        with client_of(first.summary()["caches"][0], made.ca)() as client:
            client.set("key", "value")
        first.cut = True
        with pytest.raises(EngineError):
            first.apply(bad[0], bad[1], drop_event)
        first.stop()
        second = Host(state, files, Journal(tmp_path), ephemeral=True)
        try:
            second.resume()
            with client_of(second.summary()["caches"][0], made.ca)() as client:
                assert client.get("key") == "value"
        finally:
            second.stop()
