"""Where sockets are: in the folder, or elsewhere under a name that nobody can guess, in a folder of ours."""

import os
import stat
from pathlib import Path

import pytest

from cdk_elasticache.local import private, sockets
from cdk_elasticache.local.private import NotOursError


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """A folder whose path is too long for a socket."""
    path = tmp_path / ("x" * 120)
    path.mkdir()
    return path


def test_a_socket_is_in_its_folder_where_the_path_is_short_enough() -> None:
    folder = Path("/tmp") / f"short-{os.getpid()}"
    folder.mkdir(mode=0o700)
    try:
        assert sockets.make(folder, "s") == sockets.find(folder, "s") == folder / "s"
    finally:
        folder.rmdir()


def test_else_it_is_where_nobody_can_guess_and_is_found_there(long: Path) -> None:
    path = sockets.make(long, "s")
    try:
        assert path == sockets.find(long, "s") == sockets.make(long, "s")
        assert len(os.fsencode(path)) <= 100
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        sockets.remove(path, long)
    assert not path.parent.exists()
    another = sockets.make(long, "s")
    sockets.remove(another, long)
    assert another.parent != path.parent


@pytest.mark.parametrize("record", ["/etc", "/tmp/other", "/tmp/cdk-elasticache-x/../../etc", "", "x\0y"])
def test_a_record_that_is_none_of_ours_leads_nowhere(long: Path, record: str) -> None:
    (long / "sockets-at").write_text(record)
    path = sockets.make(long, "s")
    sockets.remove(path, long)
    assert path.parent.parent == Path("/tmp")
    assert path.parent.name.startswith("cdk-elasticache-")


def test_a_folder_that_others_may_enter_or_that_is_a_link_is_refused(long: Path, tmp_path: Path) -> None:
    place = sockets.make(long, "s").parent
    try:
        place.chmod(0o755)
        with pytest.raises(NotOursError, match="with mode 0700"):
            sockets.find(long, "s")
        place.rmdir()
        place.symlink_to(tmp_path)
        with pytest.raises(NotOursError, match="with mode 0700"):
            sockets.make(long, "s")
    finally:
        place.unlink() if place.is_symlink() else place.rmdir()


def test_the_record_itself_is_not_read_through_a_link(long: Path, tmp_path: Path) -> None:
    private.write(tmp_path / "record", b"/tmp/cdk-elasticache-planted")
    (long / "sockets-at").symlink_to(tmp_path / "record")
    with pytest.raises(NotOursError, match="got a link"):
        sockets.find(long, "s")
