"""A change that neither comes to its end nor can be gone back costs no data."""

from pathlib import Path

import pytest

from cdk_elasticache.local.control_plane.faults import LocalError
from cdk_elasticache.local.control_plane.host import Host
from cdk_elasticache.local.control_plane.journal import Journal
from cdk_elasticache.local.control_plane.plan import Action
from cdk_elasticache.local.control_plane.serving import Files
from cdk_elasticache.local.control_plane.state import State
from cdk_elasticache.local.data_plane.certificates import certificates
from cdk_elasticache.local.engines.errors import EngineError
from tests.local.control_plane.conftest import Write, cache
from tests.local.control_plane.test_running import Failing, client_of, declared_in, drop_event


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
