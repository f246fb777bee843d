"""Folders and files of ours: links lead nowhere, others' are refused, a file is there whole or not at all."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cdk_elasticache.local import private
from cdk_elasticache.local.private import Folder, NotOursError

NOBODY = 65_534


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A folder of ours, empty."""
    path = tmp_path / "ours"
    path.mkdir()
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A file of the user's that nothing may touch."""
    path = tmp_path / "precious"
    path.write_text("precious")
    return path


#: Every way to open a file in a folder.
OPENS: dict[str, Callable[[Folder], object]] = {
    "read": lambda folder: folder.read("x"),
    "append": lambda folder: folder.append("x"),
    "truncate": lambda folder: folder.open("x", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    "lock": lambda folder: folder.open("x", os.O_RDWR | os.O_CREAT),
}


@pytest.mark.parametrize("opened", OPENS.values(), ids=OPENS)
def test_no_file_is_opened_through_a_link(
    ours: Path, target: Path, opened: Callable[[Folder], object]
) -> None:
    (ours / "x").symlink_to(target)
    with Folder(ours) as folder, pytest.raises(NotOursError) as refused:
        opened(folder)
    assert (refused.value.filename, refused.value.strerror) == (
        str(ours / "x"),
        "must be a file of its own, got a link",
    )
    assert target.read_text() == "precious"


@pytest.mark.parametrize("opened", OPENS.values(), ids=OPENS)
def test_what_is_no_regular_file_is_refused_at_once(ours: Path, opened: Callable[[Folder], object]) -> None:
    for made in (os.mkfifo, os.mkdir):
        made(ours / "x")
        with Folder(ours) as folder, pytest.raises(NotOursError, match="must be a file"):
            opened(folder)
        (Path.unlink if made is os.mkfifo else Path.rmdir)(ours / "x")


def test_a_file_that_is_written_takes_the_place_of_a_link(ours: Path, target: Path) -> None:
    (ours / "x").symlink_to(target)
    with Folder(ours) as folder:
        folder.write("x", b"new")
        assert folder.read("x") == b"new"
    assert (target.read_text(), os.listdir(ours)) == ("precious", ["x"])


@pytest.mark.parametrize("kind", ["link to a folder", "link to nothing"])
def test_a_folder_that_is_a_link_is_refused(tmp_path: Path, ours: Path, kind: str) -> None:
    (tmp_path / "link").symlink_to(ours if kind == "link to a folder" else tmp_path / "nothing")
    for make in (True, False):
        with pytest.raises(NotOursError, match="must be a folder of its own, got a link"):
            Folder(tmp_path / "link", make=make)
        with Folder(tmp_path) as outer, pytest.raises(NotOursError, match="got a link"):
            outer.folder("link", make=make)


def test_removal_takes_links_and_not_what_they_lead_to(ours: Path, target: Path) -> None:
    (ours / "tree" / "deep").mkdir(parents=True)
    (ours / "tree" / "deep" / "link").symlink_to(target)
    (ours / "tree" / "up").symlink_to(target.parent)
    (ours / "top").symlink_to(target.parent)
    with Folder(ours) as folder:
        for name in ("tree", "top", "missing"):
            folder.remove(name)
        assert folder.names() == []
    assert target.read_text() == "precious"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../x", "/etc/passwd", "a\0b"])
def test_a_name_is_never_a_path(ours: Path, name: str) -> None:
    with Folder(ours) as folder:
        for use in (folder.read, folder.append, folder.remove, folder.folder, lambda n: folder.write(n, b"")):
            with pytest.raises(ValueError, match="name must be of a file in the folder"):
                use(name)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_what_is_somebody_elses_is_refused(ours: Path) -> None:
    (ours / "x").write_text("")
    (ours / "inner").mkdir()
    for name in ("x", "inner"):
        os.chown(ours / name, NOBODY, NOBODY)
    with Folder(ours) as folder:
        with pytest.raises(NotOursError, match=f"must be the caller's own, got a file of user {NOBODY}"):
            folder.read("x")
        with pytest.raises(NotOursError, match=f"must be the caller's own, got a folder of user {NOBODY}"):
            folder.folder("inner")
    with pytest.raises(NotOursError, match="must be the caller's own"):
        Folder(ours / "inner", make=True)


def test_what_is_made_is_for_the_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with Folder(tmp_path / "made", make=True) as folder:
            folder.append("log").close()
            folder.write("file", b"")
            folder.folder("inner", make=True).close()
            modes = {name: stat.S_IMODE((tmp_path / "made" / name).stat().st_mode) for name in folder.names()}
            assert (folder.mode, modes) == (0o700, {"log": 0o600, "file": 0o600, "inner": 0o700})
    finally:
        os.umask(before)


def test_a_file_is_there_whole_or_as_it_was_after_a_kill_at_any_instant(ours: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from cdk_elasticache.local import private\n"
        "path = Path(sys.argv[1])\n"
        "private.write(path, b'0' * 100_000)\n"
        "print(flush=True)\n"
        "number = 0\n"
        "while True:\n"
        "    number += 1\n"
        "    private.write(path, str(number % 10).encode() * 100_000)\n"
    )
    for _ in range(5):
        writer = subprocess.Popen([sys.executable, "-c", code, str(ours / "x")], stdout=subprocess.PIPE)
        with writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            writer.send_signal(signal.SIGKILL)
        found = private.read(ours / "x")
        assert found is not None
        assert (len(found), len(set(found))) == (100_000, 1)


def test_a_full_disk_leaves_the_file_as_it_was(ours: Path) -> None:
    code = (
        "import resource, signal, sys; from pathlib import Path; from cdk_elasticache.local import private\n"
        "path = Path(sys.argv[1])\n"
        "private.write(path, b'old')\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    private.write(path, b'x' * 10_000)\n"
        "except OSError:\n"
        "    print('told')\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(ours / "x")], check=True, capture_output=True, text=True
    )
    assert (said.stdout, (ours / "x").read_bytes(), os.listdir(ours)) == ("told\n", b"old", ["x"])
