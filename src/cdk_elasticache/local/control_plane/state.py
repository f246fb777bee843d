"""What must outlive the runtime: a SQLite file in the state folder, and who holds the folder.

Each write is durable when the call returns (write-ahead log, synced at each commit), so a kill at any instant
loses nothing that was said to be done. The folder has mode 0700 and the file 0600, since secrets lie in it.
https://www.sqlite.org/wal.html
"""

import fcntl
import json
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any, Self

from ..private import Folder
from .faults import LocalError
from .folder import claim, damaged, refused
from .plan import Record
from .resources import from_json, to_json

#: Raised by one at each change of the tables.
_SCHEMA = 1
#: Folders of data have names that we make up. Earlier releases put the cache's name before.
_INCARNATION = re.compile(r"[A-Za-z0-9-]*")
_TABLES = """
CREATE TABLE resources (arn TEXT PRIMARY KEY, status TEXT, incarnation TEXT, body TEXT) WITHOUT ROWID;
CREATE TABLE ports (arn TEXT PRIMARY KEY, port INTEGER, reader_port INTEGER) WITHOUT ROWID;
CREATE TABLE secrets (name TEXT PRIMARY KEY, arn TEXT, value TEXT) WITHOUT ROWID;
CREATE TABLE keys (arn TEXT PRIMARY KEY, id TEXT, secret TEXT, session_token TEXT) WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID;
"""


class State:
    """The state folder's database. Safe to use from several threads, and from several processes.

    :param folder: made where it is missing.
    :raises LocalError: ``StateFolderRefused``, ``StateTooNew``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = RLock()
        claim(folder)
        with refused(folder):
            with Folder(
                folder
            ) as inside:  # born 0600: SQLite gives its log and index the mode of the database
                os.close(inside.open("state.db", os.O_RDWR | os.O_CREAT))
            self._database = sqlite3.connect(
                folder / "state.db", isolation_level=None, check_same_thread=False, timeout=10
            )
            try:
                self._prepare()
            except BaseException:
                self.close()
                raise

    def _prepare(self) -> None:
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        with self._transaction() as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version > _SCHEMA:
                message = f"state must be of version {_SCHEMA} or older, got {version} in {self.folder}"
                raise LocalError("StateTooNew", f"{message}; use the release that wrote it")
            if version == 0:
                if database.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
                    raise damaged(self.folder, "a database of another program")
                for statement in _TABLES.split(";"):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {_SCHEMA}")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, refused(self.folder):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock, refused(self.folder):
            return self._database.execute(query, values).fetchall()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # Resources

    def records(self) -> list[Record]:
        """Everything that runs, or was about to, in the order of the ARNs."""
        rows = self._rows("SELECT body, status, incarnation FROM resources ORDER BY arn")
        try:
            found = [
                Record(from_json(json.loads(body)), status, incarnation) for body, status, incarnation in rows
            ]
        except (ValueError, TypeError, KeyError) as error:
            raise damaged(self.folder, "records of another shape") from error
        for one in found:
            nameless = one.incarnation is None or (
                one.resource.kind == "serverlesscache" and not one.incarnation
            )
            if nameless or not _INCARNATION.fullmatch(one.incarnation):  # it becomes the name of a folder
                raise damaged(self.folder, "a record whose folder has a name that we give none")
        return found

    def put(self, record: Record) -> None:
        """Remember a resource as it now is."""
        row = (record.resource.arn, record.status, record.incarnation, json.dumps(to_json(record.resource)))
        with self._transaction() as database:
            database.execute("REPLACE INTO resources VALUES (?, ?, ?, ?)", row)

    def forget(self, arn: str) -> None:
        """Drop a resource."""
        with self._transaction() as database:
            database.execute("DELETE FROM resources WHERE arn = ?", (arn,))

    # Ports

    def ports(self) -> dict[str, tuple[int, int | None]]:
        """Each cache's port and reader's port, those of caches that are gone included."""
        return {arn: (port, reader) for arn, port, reader in self._rows("SELECT * FROM ports")}

    def put_ports(self, arn: str, port: int, reader_port: int | None) -> None:
        """Remember where a cache answers."""
        with self._transaction() as database:
            database.execute("REPLACE INTO ports VALUES (?, ?, ?)", (arn, port, reader_port))

    # Secrets: see secrets.py

    def secrets(self) -> list[tuple[str, str, str]]:
        """Name, ARN (``""`` where unknown) and value of each secret, by name."""
        return self._rows("SELECT name, arn, value FROM secrets ORDER BY name")

    def put_secret(self, name: str, arn: str, value: str) -> None:
        """Remember a secret's value."""
        with self._transaction() as database:
            database.execute("REPLACE INTO secrets VALUES (?, ?, ?)", (name, arn, value))

    # Access keys: see principals.py

    def keys(self) -> dict[str, tuple[str, str, str | None]]:
        """Access key id, secret key and session token of each principal, by ARN."""
        return {arn: (name, secret, token) for arn, name, secret, token in self._rows("SELECT * FROM keys")}

    def put_key(self, arn: str, id: str, secret: str, session_token: str | None) -> None:
        """Remember a principal's credentials."""
        with self._transaction() as database:
            database.execute("REPLACE INTO keys VALUES (?, ?, ?, ?)", (arn, id, secret, session_token))

    # Facts: one JSON value a name

    def fact(self, name: str, default: Any = None) -> Any:
        """A single value, such as the principals that are declared."""
        rows = self._rows("SELECT body FROM facts WHERE name = ?", name)
        try:
            return json.loads(rows[0][0]) if rows else default
        except (ValueError, TypeError) as error:
            raise damaged(self.folder, "records of another shape") from error

    def put_fact(self, name: str, value: Any) -> None:
        """Remember a single value."""
        with self._transaction() as database:
            database.execute("REPLACE INTO facts VALUES (?, ?)", (name, json.dumps(value)))


class Hold:
    """The folder is ours: a lock that ends with the process, however that comes about, or at :meth:`release`.

    :raises LocalError: ``StateFolderHeld``, which says who has it.
    """

    def __init__(self, folder: Path) -> None:
        claim(folder)
        with refused(folder), Folder(folder) as inside:
            self._lock = inside.open("lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise LocalError(
                "StateFolderHeld",
                f"state folder must be free, got {folder} held by process {holder(folder) or 'unknown'}; stop it "
                "with cdk-elasticache down, or name another folder with --state",
                parameter="state",
                value=str(folder),
            ) from None
        with refused(folder):
            os.ftruncate(self._lock, 0)
            os.write(self._lock, str(os.getpid()).encode())
        self._path = folder / "lock"

    @property
    def is_gone(self) -> bool:
        """Somebody has removed the folder, or put another in its place."""
        try:
            return not os.path.samestat(os.fstat(self._lock), self._path.stat())
        except OSError:
            return True

    def release(self) -> None:
        """Let others have it."""
        os.close(self._lock)


def holder(folder: Path) -> int | None:
    """The process that holds the folder, if any does."""
    with suppress(OSError, ValueError), (folder / "lock").open("r+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read())
    return None


def wait_free(folder: Path) -> None:
    """Return when nobody holds the folder any more."""
    with suppress(FileNotFoundError), (folder / "lock").open("r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_SH)


def entries(state: State) -> dict[str, list[Mapping[str, Any]]]:
    """What a person can name: caches, users, groups and principals, each with its names."""
    named: dict[str, list[Mapping[str, Any]]] = {"user": [], "usergroup": [], "serverlesscache": []}
    for record in state.records():
        if record.status != "retained":
            one = record.resource
            place = {"stack": one.stack, "logical_id": one.logical_id, "path": one.path}
            label = one.properties.get("UserName", one.name)
            how = {"authentication": one.properties["Authentication"]} if one.kind == "user" else {}
            named[one.kind].append({"id": one.name, "name": label, "arn": one.arn, **place, **how})
    return {**named, "principal": state.fact("principals", [])}
