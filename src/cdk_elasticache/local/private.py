"""Folders and files that only their owner may read.

What is under a state folder may have come with a checkout, so nothing is opened by following a link: a folder is held
open by its descriptor, and each name is opened in it, with ``O_NOFOLLOW``. Whatever isn't the caller's own is refused.
Files that are written whole are written beside their name, synced, and renamed: a kill leaves the old or the new one.
"""

import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Self

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
#: Without O_NONBLOCK, to open a FIFO would wait for somebody at its other end.
_FILE_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class NotOursError(PermissionError):
    """Something that must be the caller's own file or folder is a link, of another kind, or somebody else's."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(errno.EPERM, reason, str(path))


class Folder:
    """A folder of the caller's own, held open.

    :param path: whose last part may not be a link. What leads to it may have links: that is the caller's own way.
    :param make: make it where it is missing, with mode 0700, and its parents as the umask says.
    :raises NotOursError: it is a link or no folder, or somebody else's.
    :raises FileNotFoundError: it is missing, and not to be made.
    :raises OSError: what the system says.
    """

    def __init__(self, path: Path, *, make: bool = False) -> None:
        self.path = path
        if make:
            with suppress(FileExistsError):
                path.mkdir(mode=0o700, parents=True)
        self._fd = _open_folder(path, None)

    def folder(self, name: str, *, make: bool = False) -> "Folder":
        """A folder in this one; raises as the class does."""
        if make:
            with suppress(FileExistsError):
                os.mkdir(_plain(name), 0o700, dir_fd=self._fd)
        inner = Folder.__new__(Folder)
        inner.path = self.path / _plain(name)
        inner._fd = _open_folder(inner.path, self._fd)
        return inner

    def close(self) -> None:
        """Let go of it."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def mode(self) -> int:
        """The permissions, such as 0o700."""
        return stat.S_IMODE(os.fstat(self._fd).st_mode)

    def restrict(self) -> None:
        """Give it the mode 0700."""
        if self.mode != 0o700:
            os.fchmod(self._fd, 0o700)

    def names(self) -> list[str]:
        """The names of what is in it, in alphabetical order."""
        return sorted(os.listdir(self._fd))

    def mode_of(self, name: str) -> int | None:
        """The permissions of a file of the caller's own; ``None`` where there is no such file."""
        try:
            fd = self.open(name, os.O_RDONLY)
        except OSError:
            return None
        with os.fdopen(fd) as file:
            return stat.S_IMODE(os.fstat(file.fileno()).st_mode)

    def check(self, name: str) -> None:
        """Look at a file or folder and all that is in it. What is gone meanwhile is no matter.

        :raises NotOursError: something of it is a link, or somebody else's.
        """
        path = self.path / _plain(name)
        try:
            found = os.stat(name, dir_fd=self._fd, follow_symlinks=False)
            _check(found, path, lambda mode: not stat.S_ISLNK(mode), "file of its own")
            if stat.S_ISDIR(found.st_mode):
                with self.folder(name) as inner:
                    for one in inner.names():
                        inner.check(one)
        except FileNotFoundError:
            return

    def open(self, name: str, flags: int) -> int:
        """A descriptor of a regular file. One that is made has mode 0600.

        :param flags: those of :func:`os.open`.
        :raises NotOursError: it is a link or no regular file, or somebody else's.
        """
        path = self.path / _plain(name)
        truncates = flags & os.O_TRUNC  # not before it is known to be ours
        try:
            fd = os.open(name, (flags & ~os.O_TRUNC) | _FILE_FLAGS, 0o600, dir_fd=self._fd)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EMLINK):
                raise NotOursError(path, "must be a file of its own, got a link") from None
            if error.errno in (errno.ENXIO, errno.EISDIR):
                raise NotOursError(path, "must be a file, got something else") from None
            raise
        try:
            _check(os.fstat(fd), path, stat.S_ISREG, "file")
            if truncates:
                os.ftruncate(fd, 0)
        except BaseException:
            os.close(fd)
            raise
        return fd

    def append(self, name: str) -> BinaryIO:
        """A file to add to, made where it is missing."""
        return os.fdopen(self.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "ab", buffering=0)

    def read(self, name: str) -> bytes | None:
        """What is in a file; ``None`` where there is none."""
        try:
            fd = self.open(name, os.O_RDONLY)
        except FileNotFoundError:
            return None
        with os.fdopen(fd, "rb") as file:
            return file.read()

    def write(self, name: str, data: bytes, *, mode: int = 0o600) -> None:
        """Write a file whole: after a kill there is the old one or this one, and after this returns this one."""
        temporary = f".{_plain(name)}.{secrets.token_hex(4)}"
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE_FLAGS, 0o600, dir_fd=self._fd)
        try:
            with os.fdopen(fd, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            os.rename(temporary, name, src_dir_fd=self._fd, dst_dir_fd=self._fd)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=self._fd)
            raise
        os.fsync(self._fd)

    def rename(self, name: str, new: str) -> None:
        """Give a file or folder another name."""
        os.rename(_plain(name), _plain(new), src_dir_fd=self._fd, dst_dir_fd=self._fd)

    def remove(self, name: str) -> None:
        """Remove a file, a link itself, or a folder with all that is in it. Nothing happens where it is missing."""
        try:
            os.unlink(_plain(name), dir_fd=self._fd)
        except FileNotFoundError:
            return
        except (IsADirectoryError, PermissionError):  # macOS says EPERM of a folder
            with self.folder(name) as inner:
                for one in inner.names():
                    inner.remove(one)
            os.rmdir(name, dir_fd=self._fd)


def _plain(name: str) -> str:
    """A name that leads nowhere else."""
    if not name or name in (".", "..") or "/" in name or "\0" in name:
        raise ValueError(f"name must be of a file in the folder, got {name!r}")
    return name


def _open_folder(path: Path, parent: int | None) -> int:
    try:
        fd = os.open(path if parent is None else path.name, _FOLDER_FLAGS, dir_fd=parent)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK, errno.ENOTDIR) and path.is_symlink():
            raise NotOursError(path, "must be a folder of its own, got a link") from None
        raise
    try:
        _check(os.fstat(fd), path, stat.S_ISDIR, "folder")
    except BaseException:
        os.close(fd)
        raise
    return fd


def _check(found: os.stat_result, path: Path, is_kind: Callable[[int], bool], kind: str) -> None:
    if not is_kind(found.st_mode):
        got = "a link" if stat.S_ISLNK(found.st_mode) else "something else"
        raise NotOursError(path, f"must be a {kind}, got {got}")
    if found.st_uid != os.getuid():
        raise NotOursError(path, f"must be the caller's own, got a {kind} of user {found.st_uid}")


def append_to(path: Path) -> BinaryIO:
    """A file of the caller's own to add to, by its path."""
    with Folder(path.parent) as folder:
        return folder.append(path.name)


def write(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write a file whole, by its path: see :meth:`Folder.write`."""
    with Folder(path.parent) as folder:
        folder.write(path.name, data, mode=mode)


def read(path: Path) -> bytes | None:
    """What is in a file of the caller's own, by its path; ``None`` where there is none, or no folder for it."""
    try:
        with Folder(path.parent) as folder:
            return folder.read(path.name)
    except FileNotFoundError:
        return None


def tail(path: Path, most: int) -> bytes:
    """The last bytes of a file of the caller's own."""
    with Folder(path.parent) as folder, os.fdopen(folder.open(path.name, os.O_RDONLY), "rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - most))
        return file.read()


@contextmanager
def lock(path: Path) -> Iterator[int]:
    """The descriptor of a file to lock, closed at the end."""
    with Folder(path.parent) as folder:
        fd = folder.open(path.name, os.O_RDWR | os.O_CREAT)
    try:
        yield fd
    finally:
        os.close(fd)
