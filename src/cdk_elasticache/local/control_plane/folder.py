"""The state folder itself: whose it is, what of it is ours, and which release wrote it.

The folder may have come with a checkout, so nothing in it is believed: links are refused, what somebody else owns is
refused, and a folder that has other files and no mark of ours is left as it is.
"""

import errno
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from ..private import Folder, NotOursError
from . import journal
from .faults import LocalError

#: Raised by one where an earlier release couldn't use the folder any more.
FORMAT = 1
#: The file that says that the folder was made here, and in which format.
MARK = "made-by"
#: Data of caches that no record knows and that we can't be sure to have made.
ASIDE = "set-aside"
_FOLDERS = ("caches", "tls", ASIDE)
_FILES = (
    "state.db", "state.db-wal", "state.db-shm", "state.db-journal", "lock", "control", "runtime.log", "runtime.log.1",
    "sockets-at", MARK,
)  # fmt: skip
#: What a kill leaves of a file that was being written.
_UNFINISHED = re.compile(rf"\.(?:{MARK}|sockets-at)\.[0-9a-f]{{8}}")
#: Bytes with which no server gets far.
_LITTLE = 1024**2


def claim(path: Path) -> None:
    """Make a state folder, or take one over that we made, in this release or an earlier one.

    :raises LocalError: ``StateFolderRefused``: it has other files and no mark of ours, or something in it is a link
        or somebody else's. ``StateTooNew``.
    """
    with refused(path), Folder(path, make=True) as folder:
        mark = folder.read(MARK)
        if mark is None and not all(_is_known(name) for name in folder.names()) and not _is_earlier(folder):
            message = (
                f"state folder must be empty or made by cdk-elasticache, got {path} with other files; name another "
                "with --state, or empty it to begin anew"
            )
            raise LocalError("StateFolderRefused", message, parameter="state", value=str(path))
        version = _version(mark)
        if version > FORMAT:
            message = f"state must be of version {FORMAT} or older, got {version} in {path}"
            raise LocalError("StateTooNew", f"{message}; use the release that wrote it")
        for name in folder.names():
            if name in _FOLDERS or name in _FILES:
                folder.check(name)
        folder.restrict()
        for name in ("caches", "tls"):
            with suppress(FileNotFoundError), folder.folder(name) as inner:
                inner.restrict()
        written = json.dumps({"format": FORMAT}).encode() + b"\n"
        if mark != written:
            folder.write(MARK, written)


def _is_known(name: str) -> bool:
    return name in _FOLDERS or name in _FILES or bool(_UNFINISHED.fullmatch(name))


def _version(mark: bytes | None) -> int:
    """The format in a mark; 0 where it is damaged: the database says its own, too."""
    with suppress(ValueError, TypeError, KeyError):
        found = json.loads(mark or b"")["format"]
        return found if isinstance(found, int) else 0
    return 0


def _is_earlier(folder: Folder) -> bool:
    """Whether a release without marks made it: its database is ours, or somebody has held it."""
    if folder.mode_of("state.db") is None:
        return False
    if folder.mode_of("lock") is not None:
        return True
    with suppress(sqlite3.Error), closing(sqlite3.connect(folder.path / "state.db")) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        return {"resources", "keys", "facts"} <= tables
    return False


def is_ours(path: Path) -> bool:
    """Whether a folder is a state folder."""
    with suppress(OSError), Folder(path) as folder:
        return folder.mode_of(MARK) is not None or _is_earlier(folder)
    return False


def remove(path: Path) -> list[str]:
    """Remove a state folder. Return the names of what is in it and not ours, which stays, with the folder then.

    :raises LocalError: ``StateFolderRefused``.
    """
    with refused(path), Folder(path) as folder:
        for name in folder.names():
            if _is_known(name) and not (path / name).is_symlink():
                folder.remove(name)
        if not (left := folder.names()):
            path.rmdir()
    return left


def remove_unused(path: Path) -> None:
    """Remove a state folder for which nothing was begun: neither does it run anything nor has it a log."""
    if is_ours(path) and not (path / journal.NAME).exists():
        with suppress(LocalError):
            remove(path)


@contextmanager
def refused(path: Path) -> Iterator[None]:
    """Turn what the disk says into one line."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # the disk, not what is on it
            raise _refusal(path, str(error)) from error
        raise damaged(path, str(error)) from error
    except sqlite3.Error as error:
        raise _refusal(path, str(error)) from error
    except NotOursError as error:
        message = (
            f"state folder must hold nothing but the caller's own files, got {error.filename}, which "
            f"{error.strerror}; remove it, or name another folder with --state"
        )
        raise LocalError("StateFolderRefused", message, parameter="state", value=str(path)) from error
    except OSError as error:
        raise _refusal(path, error.strerror or str(error)) from error


def damaged(path: Path, reason: str) -> LocalError:
    """What the database holds can't be read."""
    message = (
        f"state folder must have a database that can be read, got {reason!r} for {path / 'state.db'}; put a copy of it "
        "back, or begin anew with cdk-elasticache down --delete, which removes the data too"
    )
    return LocalError("StateFolderRefused", message, parameter="state", value=str(path))


def refuse_full_disk(path: Path) -> None:
    """Say so where the disk is full, which servers that fail seldom do.

    :raises LocalError: ``StateFolderRefused``.
    """
    if shutil.disk_usage(path).free < _LITTLE:
        raise _refusal(path, os.strerror(errno.ENOSPC))


def _refusal(path: Path, reason: str) -> LocalError:
    message = f"state folder must be writable, got {reason!r} for {path}; name another with --state"
    return LocalError("StateFolderRefused", message, parameter="state", value=str(path))
