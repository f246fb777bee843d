"""A state folder that came from elsewhere is data: links lead nowhere, and what isn't ours stays as it is."""

import json
import os
import re
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from cdk_elasticache.local.control_plane.faults import LocalError
from cdk_elasticache.local.control_plane.folder import MARK, claim, is_ours, remove
from cdk_elasticache.local.control_plane.journal import Journal
from cdk_elasticache.local.control_plane.plan import Record
from cdk_elasticache.local.control_plane.resources import Resource
from cdk_elasticache.local.control_plane.state import Hold, State

from .conftest import Write, cache
from .holding import Held

NOBODY = 65_534


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """A folder of the user's, with a file, that nothing may touch."""
    folder = tmp_path / "precious"
    (folder / "inner").mkdir(parents=True)
    (folder / "file").write_text("precious")
    return folder


def tree(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("made_here", [True, False], ids=["marked", "unmarked"])
@pytest.mark.parametrize(
    "name",
    ["caches", "tls", "set-aside", "caches/a-1", "caches/a-1/valkey.log", "tls/ca.key", "lock", "runtime.log",
     "runtime.log.1", "state.db", "state.db-wal", "state.db-journal", "sockets-at", "control", MARK],
)  # fmt: skip
def test_a_link_anywhere_in_the_folder_is_refused(
    tmp_path: Path, precious: Path, name: str, made_here: bool
) -> None:
    state = tmp_path / "state"
    if made_here:
        claim(state)
    (state / name).parent.mkdir(parents=True, exist_ok=True)
    (state / name).unlink(missing_ok=True)
    (state / name).symlink_to(precious if name in ("caches", "tls", "set-aside") else precious / "file")
    for use in (claim, State, Hold):
        with pytest.raises(LocalError) as caught:
            use(state)
        assert caught.value.code == "StateFolderRefused"
        assert f"{state / name}, which must be a " in caught.value.message
        assert "got a link; remove it, or name another folder" in caught.value.message
    assert tree(precious) == {"file": "precious"}
    assert (precious / "inner").is_dir()


@pytest.mark.parametrize("name", ["caches", "runtime.log", "lock"])
def test_removal_and_the_log_never_go_through_a_link(tmp_path: Path, precious: Path, name: str) -> None:
    state = tmp_path / "state"
    claim(state)
    (state / name).symlink_to(precious if name == "caches" else precious / "file")
    Journal(state).add("runtime", "text")
    assert remove(state) == [name]
    assert tree(precious) == {"file": "precious"}
    assert (state / name).is_symlink()


def test_a_state_folder_that_is_a_link_is_refused(tmp_path: Path, precious: Path) -> None:
    (tmp_path / "state").symlink_to(precious)
    with pytest.raises(LocalError, match="must be a folder of its own, got a link"):
        claim(tmp_path / "state")
    assert not is_ours(tmp_path / "state")
    assert sorted(os.listdir(precious)) == ["file", "inner"]


def test_a_folder_with_other_files_is_left_as_it_is(precious: Path) -> None:
    before = precious.stat().st_mode
    with pytest.raises(LocalError) as caught:
        claim(precious)
    assert caught.value.message == (
        f"state folder must be empty or made by cdk-elasticache, got {precious} with other files; name another with "
        "--state, or empty it to begin anew"
    )
    assert (sorted(os.listdir(precious)), precious.stat().st_mode) == (["file", "inner"], before)


def test_another_programs_database_is_left_as_it_is(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "state.db")) as theirs:
        theirs.execute("CREATE TABLE precious (data)")
    with pytest.raises(LocalError, match="a database of another program"):
        State(tmp_path)
    with closing(sqlite3.connect(tmp_path / "state.db")) as theirs:
        assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("precious",)]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("name", ["caches", "caches/a-1/dump", "state.db", "lock", "."])
def test_what_is_somebody_elses_is_refused(tmp_path: Path, name: str) -> None:
    state = tmp_path / "state"
    State(state).close()
    Hold(state).release()
    (state / "caches" / "a-1").mkdir(parents=True)
    (state / "caches" / "a-1" / "dump").write_text("")
    os.chown(state / name, NOBODY, NOBODY)
    with pytest.raises(LocalError) as caught:
        claim(state)
    assert caught.value.code == "StateFolderRefused"
    assert f"of user {NOBODY}" in caught.value.message


def test_a_folder_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    state = tmp_path / "state"
    State(state).close()
    for folder in (state / "caches", state / "tls"):
        folder.mkdir()
        folder.chmod(0o777)
    state.chmod(0o755)
    claim(state)
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (state, state / "caches", state / "tls")]
    assert modes == [0o700, 0o700, 0o700]


def test_a_folder_of_an_earlier_release_is_taken_over_with_all_that_it_keeps(tmp_path: Path) -> None:
    with State(tmp_path) as state:
        state.put_fact("told", 42)
    Hold(tmp_path).release()
    (tmp_path / MARK).unlink()
    (tmp_path / "notes.txt").write_text("somebody said --state .")
    with State(tmp_path) as state:
        assert state.fact("told") == 42
    assert json.loads((tmp_path / MARK).read_text()) == {"format": 1}
    assert (tmp_path / "notes.txt").exists()


def test_a_folder_of_a_later_release_is_left_alone(tmp_path: Path) -> None:
    State(tmp_path).close()
    (tmp_path / MARK).write_text('{"format": 2}')
    for use in (State, Hold):
        with pytest.raises(LocalError) as caught:
            use(tmp_path)
        assert (caught.value.code, caught.value.message) == (
            "StateTooNew",
            f"state must be of version 1 or older, got 2 in {tmp_path}; use the release that wrote it",
        )


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": "x"}', "\0" * 20, "\udcff" * 3])
def test_a_damaged_mark_is_written_anew(tmp_path: Path, text: str) -> None:
    with State(tmp_path) as state:
        state.put_fact("told", 42)
    (tmp_path / MARK).write_bytes(os.fsencode(text))
    with State(tmp_path) as state:
        assert state.fact("told") == 42
    assert json.loads((tmp_path / MARK).read_text()) == {"format": 1}


@pytest.mark.parametrize(
    "query",
    [
        "UPDATE resources SET body = 'no JSON'",
        "UPDATE resources SET body = '[]'",
        "UPDATE resources SET body = '{}'",
        "UPDATE resources SET body = NULL",
        "UPDATE resources SET incarnation = '../../evil'",
        "UPDATE resources SET incarnation = '/etc'",
        "UPDATE resources SET incarnation = '..'",
        "UPDATE resources SET incarnation = NULL",
        "DROP TABLE resources",
    ],
)
def test_records_that_nobody_can_have_written_are_told_with_the_way_out(tmp_path: Path, query: str) -> None:
    with State(tmp_path) as state:
        state.put(Record(Resource("arn:aws:x", "user", "S", "U", "S/U", (), True, {}), "active", "x-1"))
    with closing(sqlite3.connect(tmp_path / "state.db")) as database, database:
        database.execute(query)
    with State(tmp_path) as state, pytest.raises(LocalError) as caught:
        state.records()
    assert caught.value.code == "StateFolderRefused"


def test_data_that_no_record_knows_are_kept_aside(held: Held, write: Write) -> None:
    """As after the loss of the database, which an empty file takes the place of."""
    held.up(write(A=cache("a")))
    lost = held.folder / "caches" / "0123456789abcdef"
    lost.mkdir()
    (lost / "data").write_text("precious")
    held.up(write(B=cache("b")))
    (aside,) = (held.folder / "set-aside").iterdir()
    assert (aside / "data").read_text() == "precious"
    assert len(list((held.folder / "caches").iterdir())) == 1


@pytest.mark.parametrize("name", ["../../../evil", "..", "/tmp/evil", "a/../../b", "app[1]"])
def test_a_name_is_never_a_path(held: Held, write: Write, name: str) -> None:
    around = sorted(os.listdir(held.folder.parent))
    held.up(write(A=cache(name)))
    (data,) = (held.folder / "caches").iterdir()
    assert re.fullmatch(r"[0-9a-f]{16}", data.name)
    assert sorted(os.listdir(held.folder.parent)) == sorted({*around, "Shop.template.json"})
