"""Where the unix sockets of a folder are: in it, or, where that path would be too long, in another folder of ours.

The other folder has a name that nobody can guess, and the file ``sockets-at`` in the first one tells it. It has to
belong to the caller and to be closed to everybody else each time it is used.
"""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from .private import Folder, NotOursError

#: The longest path that a unix socket can have everywhere (macOS: 104 bytes with the final NUL).
_LONGEST = 100
_RECORD = "sockets-at"
#: Not where TMPDIR says, which may be as long a path.
_ELSEWHERE = "/tmp"  # noqa: S108  # only a folder of mode 0700 and an unpredictable name is made there
_PREFIX = "cdk-elasticache-"


def make(folder: Path, name: str) -> Path:
    """Where to listen: a path at which nothing is. What an earlier process left there is removed.

    :param folder: exists, and is the caller's own.
    :param name: of the socket; short.
    :raises NotOursError: the folder is not the caller's own.
    :raises OSError: what the system says.
    """
    path = folder.absolute() / name
    with Folder(folder) as inside:
        if len(os.fsencode(path)) > _LONGEST:
            path = (_recorded(inside) or _made(inside)) / name
    path.unlink(missing_ok=True)
    return path


def find(folder: Path, name: str) -> Path:
    """Where somebody listens, if somebody does.

    :raises NotOursError: the folder of the socket is not the caller's own.
    :raises OSError: there is no such folder.
    """
    path = folder.absolute() / name
    with Folder(folder) as inside:
        if len(os.fsencode(path)) <= _LONGEST:
            return path
        return (_recorded(inside) or folder) / name


def remove(path: Path, folder: Path) -> None:
    """Remove a socket that :func:`make` gave a place, and its folder where that is another one and empty now."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
        if path.parent != folder.absolute():
            path.parent.rmdir()
            with Folder(folder) as inside:
                inside.remove(_RECORD)


def elsewhere(folder: Path) -> Path | None:
    """The other folder of a folder's sockets, where it has one."""
    with suppress(OSError), Folder(folder) as inside:
        return _recorded(inside)
    return None


def _recorded(inside: Folder) -> Path | None:
    """The folder that the record names; ``None`` where there is none (any more)."""
    record = inside.read(_RECORD)
    path = Path(os.fsdecode(record or b""))
    if path.parent != Path(_ELSEWHERE) or not path.name.startswith(_PREFIX):  # nothing that we wrote
        return None
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != 0o700:
        raise NotOursError(path, "must be a folder of the caller's own with mode 0700, got something else")
    return path


def _made(inside: Folder) -> Path:
    path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_ELSEWHERE))
    inside.write(_RECORD, os.fsencode(path))
    return path
