"""The world that actions act on: records on disk, caches that serve, and who may enter them.

One lock guards the records and what caches are told; servers start and stop outside of it, so that independent
caches come up at once.
"""

import secrets
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from ...errors import ElastiCacheError
from ..engines.errors import EngineError
from ..private import Folder
from . import ports
from .apply import Event, Say, carry_out, clean_up
from .faults import LocalError
from .folder import ASIDE, refuse_full_disk, refused
from .journal import Journal
from .plan import ABSENT, Action, Record, plan
from .principals import ensure
from .resources import READY, Resource
from .serving import CacheServer, Files, View, connection_limit, data_limit, principal, request_limit, view
from .state import State

_AT_ONCE = 8


class Host:
    """Everything that runs from one state folder. Whoever makes one holds the folder.

    :param ephemeral: caches get any free ports, instead of those that begin at 6379.
    """

    def __init__(self, state: State, files: Files, journal: Journal, *, ephemeral: bool = False) -> None:
        self._state, self._files, self._journal, self._ephemeral = state, files, journal, ephemeral
        self._lock = threading.RLock()
        self._records = {record.resource.arn: record for record in state.records()}
        self._servers: dict[str, CacheServer] = {}
        self._starting: set[CacheServer] = set()
        self._ended = False
        self._passwords: dict[str, str] = {}
        self._promised: dict[str, ports.Promise] = {}
        self.folder = state.folder / "caches"
        with refused(state.folder):
            Folder(self.folder, make=True).close()
        self._remember_made()

    # What the owner asks for

    def resume(self) -> None:
        """Start the caches that ran before. One that can't start says so and is left for ``up`` to mend."""
        found = [
            one for one in self._records.values() if _is_cache(one.resource) and one.status not in ABSENT
        ]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._resume, found))

    def _resume(self, record: Record) -> None:
        try:
            self._serve(record)
        except (ElastiCacheError, OSError) as error:
            self.line(record.resource.name, str(error))
            self.status(record.resource.arn, "modifying")

    def apply(
        self,
        declared: Iterable[Resource],
        principals: list[Mapping[str, Any]],
        say: Say,
        only: Collection[tuple[str, str, str]] | None = None,
    ) -> None:
        """Make what is declared run, or leave everything as it was.

        :param only: stacks that the declaration speaks for, as :func:`.plan.plan` has them. Default: all.
        :raises ElastiCacheError: why it was rolled back, or why a delete failed, which is not.
        """

        def tell(event: Event) -> None:
            self.line("runtime", str(event))
            say(event)

        self._refuse_when_ended()
        had = {record.incarnation for record in self._records.values()}
        changes = plan(declared, self._records.values(), only)
        for action in changes.changes:
            if action.verb == "create" and _is_cache(action.resource):
                self._ports(action.resource)  # in order: the first cache gets the service's own
        before = self._state.fact("principals", [])
        self._set_principals([*principals, *_of_others(before, principals, only)])
        try:
            carry_out(changes.changes, self, tell)
        except BaseException:
            with suppress(ElastiCacheError):  # a full disk, say: the first failure is the one to tell
                self._set_principals(before)
            self._purge(had)
            raise
        clean_up(changes.cleanup, self, tell)
        self._purge(set())

    def _set_principals(self, principals: list[Mapping[str, Any]]) -> None:
        with self._lock:
            ensure(self._state, principals)
            self._state.put_fact("principals", principals)
            self._refresh()

    def stop(self) -> None:
        """Stop every cache, with all data on disk. What is being applied fails from here on, and goes back."""
        with self._lock:
            self._ended = True
            servers, self._servers = [*self._servers.values(), *self._starting], {}
        with ThreadPoolExecutor(max(len(servers), 1)) as pool:
            list(pool.map(CacheServer.stop, servers))
        with self._lock:
            while self._promised:
                self._promised.popitem()[1].end()

    def server(self, arn: str) -> CacheServer:
        """A cache that runs.

        :raises LocalError: ``NotRunning``.
        """
        with self._lock:
            if arn not in self._servers:
                raise LocalError("NotRunning", f"cache must run, got {arn}, which doesn't")
            return self._servers[arn]

    def summary(self) -> dict[str, Any]:
        """What ``status --json`` prints, but for the files."""
        with self._lock:
            shown = [one for _, one in sorted(self._records.items()) if one.status != "retained"]
            return {
                "caches": [self._cache(one) for one in shown if _is_cache(one.resource)],
                "users": [_user(one) for one in shown if one.resource.kind == "user"],
                "groups": [_group(one, shown) for one in shown if one.resource.kind == "usergroup"],
                "principals": [_principal(one) for one in self._state.fact("principals", [])],
            }

    def _cache(self, record: Record) -> dict[str, Any]:
        one = record.resource
        port, reader = self._state.ports().get(one.arn, (None, None))
        server = self._servers.get(one.arn)
        return {
            **_place(one),
            "name": one.properties["ServerlessCacheName"],
            "arn": one.arn,
            "engine": one.properties["Engine"],
            "full_engine_version": server.engine.server.short_version if server else "",
            "runs_on": server.engine.server.kind if server else "",
            "status": record.status,
            "endpoint": {"address": "localhost", "port": port},
            "reader_endpoint": {"address": "localhost", "port": reader} if reader else None,
            "limits": _limits(one),
            "usage": dict(server.counters) if server else {},
        }

    # World

    def do(self, action: Action) -> None:
        """Do it, or raise."""
        one = action.resource
        if action.verb == "delete":
            self._delete(one)
        elif not _is_cache(one):
            self._put(Record(one, READY[one.kind]))  # one write, so there is no time at which it is half made
        elif action.verb == "update":
            self._update_cache(action)
        else:
            self._create_cache(action)

    def _update_cache(self, action: Action) -> None:
        one = action.resource
        had = self._records[one.arn]
        self._put(Record(one, "modifying", had.incarnation))
        server = self._servers.get(one.arn)
        if server is None or server.gave_up:  # it couldn't be resumed, or died too often
            self._stop(one.arn)
            self._serve(self._records[one.arn])
        self._put(Record(one, READY[one.kind], had.incarnation))

    def _create_cache(self, action: Action) -> None:
        """Make a cache, or another in the place of one: whose record stays until the new one serves."""
        one, before = action.resource, action.before
        self._stop(one.arn)
        kept = (
            before.incarnation if action.verb == "create" and before and before.status != "deleting" else ""
        )
        record = Record(one, "creating", kept or self._new_incarnation())
        self._put(before._replace(status="modifying") if action.verb == "replace" and before else record)
        try:
            self._serve(record)
        except EngineError as error:
            if error.code != "EngineNotFound" or one.properties["Engine"] != "memcached":
                raise
            # Memcached comes from the system's packages: the rest comes up without it.
            self.line(one.name, error.message)
            self._put(record._replace(status="create-failed"))
        else:
            self._put(record._replace(status=READY[one.kind]))

    def _new_incarnation(self) -> str:
        """A name for a folder of data, remembered before the folder is made: only such folders are ever removed."""
        with self._lock:
            name = secrets.token_hex(8)
            self._remember_made(name)
            return name

    def _remember_made(self, *names: str) -> None:
        before = set(self._state.fact("made", []))
        known = {record.incarnation for record in self._records.values() if record.incarnation}
        if more := {*names, *known} - before:
            self._state.put_fact("made", sorted(before | more))

    def _delete(self, one: Resource) -> None:
        record = self._records[one.arn]
        if _is_cache(one) and one.retain:
            self._stop(one.arn)
            self.line(one.name, "its data is kept, as its DeletionPolicy says; down --delete removes it")
            self._put(record._replace(status="retained"))
            return
        self._put(record._replace(status="deleting"))
        self._stop(one.arn)
        if promise := self._promised.pop(one.arn, None):
            promise.end()
        self._forget(one.arn)

    def undo(self, action: Action) -> None:
        """Put back what was before."""
        arn, before = action.resource.arn, action.before
        if action.verb in ("create", "replace") and _is_cache(action.resource):
            self._stop(arn)
        if before is None:
            self._forget(arn)
            return
        self._put(before)
        if action.verb == "replace":
            self._serve(before)

    # Records, and what follows from them

    def _put(self, record: Record) -> None:
        with self._lock:
            self._state.put(record)
            self._records[record.resource.arn] = record
            self._refresh()

    def _forget(self, arn: str) -> None:
        with self._lock:
            self._state.forget(arn)
            self._records.pop(arn, None)
            self._refresh()

    def _refresh(self) -> None:
        """Tell every cache that runs what it has to serve now."""
        for arn, server in self._servers.items():
            record = self._records.get(arn)
            if record and record.status not in ABSENT:
                server.update(self._view(record))

    def _view(self, record: Record) -> View:
        keys = ensure(self._state, declared := self._state.fact("principals", []))
        signers = tuple(principal(one, keys[one["arn"]]) for one in declared)
        return view(record.resource, self._ports(record.resource), self._records, signers)

    def _ports(self, one: Resource) -> tuple[int, int | None]:
        """The ports of a cache: promised while it runs, remembered from before, or new."""
        with self._lock:
            if one.arn not in self._promised:
                promise = self._promised[one.arn] = self._promise(one)
                self._state.put_ports(one.arn, promise.port, promise.reader_port)
            promise = self._promised[one.arn]
            return promise.port, promise.reader_port

    def _promise(self, one: Resource) -> ports.Promise:
        remembered = self._state.ports()
        mine = remembered.get(one.arn)
        if mine and (same := ports.promise(*mine)):
            return same
        taken = {port for pair in remembered.values() for port in pair if port}
        chosen = ports.choose(one.properties["Engine"], taken, ephemeral=self._ephemeral)
        if mine:
            was = f"port {mine[0]} or {mine[1]}" if mine[1] else f"port {mine[0]}"
            self.line(one.name, f"{was} is taken by another program; it answers on {chosen.port} from now on")
        return chosen

    def _password(self, arn: str) -> str:
        """What only an engine and its gateway know of an IAM user; new at each start of the runtime."""
        return self._passwords.setdefault(arn, secrets.token_hex(32))

    # Servers

    def _serve(self, record: Record) -> None:
        arn = record.resource.arn
        with self._lock:
            self._refuse_when_ended()
            server = CacheServer(
                self._view(record), self.folder / record.incarnation, self._files, self._password, self
            )
            self._starting.add(server)
        try:
            with refused(self._state.folder):
                server.start()
            with self._lock:
                self._refuse_when_ended()
                self._servers[arn] = server
                server.update(self._view(record))
        except ElastiCacheError:
            self._refuse_when_ended()  # then that is why
            refuse_full_disk(self._state.folder)
            raise
        finally:
            with self._lock:
                self._starting.discard(server)

    def _refuse_when_ended(self) -> None:
        if self._ended:
            raise LocalError("NotRunning", "the runtime must run, but it was told to stop")

    def _stop(self, arn: str) -> None:
        with self._lock:
            server = self._servers.pop(arn, None)
        if server:
            server.stop()

    def _purge(self, kept: set[str]) -> None:
        """Remove the data that no record knows, but for those that are kept."""
        known = kept | {record.incarnation for record in self._records.values()}
        with self._lock, Folder(self.folder) as caches:
            made = set(self._state.fact("made", []))
            for name in caches.names():
                if name in made - known:
                    with suppress(OSError):
                        caches.remove(name)
                elif name not in known:
                    self._set_aside(name)
            if gone := made - known - set(caches.names()):
                self._state.put_fact("made", sorted(made - gone))

    def _set_aside(self, name: str) -> None:
        """Keep data that an earlier database may have known: this one may be new, where that one was lost."""
        aside = self._state.folder / ASIDE
        with suppress(OSError):
            Folder(aside, make=True).close()
            (self.folder / name).rename(aside / f"{name}-{secrets.token_hex(4)}")
            self.line("runtime", f"data in caches/{name} that no record knows are kept in {aside}")

    # Listener

    def status(self, arn: str, status: str) -> None:
        """A cache changed by itself."""
        with self._lock:
            if record := self._records.get(arn):
                self._records[arn] = record._replace(status=status)

    def line(self, source: str, text: str) -> None:
        """Something for the log."""
        self._journal.add(source, text)


def _of_others(
    before: Iterable[Mapping[str, Any]],
    now: Iterable[Mapping[str, Any]],
    only: Collection[tuple[str, str, str]] | None,
) -> Iterator[Mapping[str, Any]]:
    """Principals of stacks that a declaration doesn't speak for. They are of no region."""
    arns = {one["arn"] for one in now}
    owners = {(name, account) for name, account, _ in only or ()}
    for one in before if only is not None else ():
        if one["arn"] not in arns and (one.get("top", ""), one["arn"].split(":")[4]) not in owners:
            yield one


def _is_cache(one: Resource) -> bool:
    return one.kind == "serverlesscache"


def _place(one: Resource) -> dict[str, str]:
    place = {"stack": one.stack, "logical_id": one.logical_id}
    return {**place, "path": one.path} if one.path else place


def _limits(one: Resource) -> dict[str, Any]:
    """What is declared, and what holds here."""
    declared = {
        "storage": one.properties.get("DataStorage", {}).get("Maximum"),
        "ecpu": one.properties.get("ECPUPerSecond", {}).get("Maximum"),
    }
    here = {"storage": data_limit(one), "ecpu": request_limit(one), "connections": connection_limit(one)}
    return {"declared": declared, "here": here}


def _user(record: Record) -> dict[str, Any]:
    one = record.resource
    return {
        **_place(one),
        "id": one.name,
        "name": one.properties["UserName"],
        "arn": one.arn,
        "authentication": one.properties["Authentication"],
        "access_string": one.properties["AccessString"],
        "status": record.status,
    }


def _group(record: Record, records: list[Record]) -> dict[str, Any]:
    one = record.resource
    caches = [
        other.resource
        for other in records
        if _is_cache(other.resource) and one.arn in other.resource.refers_to
    ]
    users = [one_id.lower() for one_id in one.properties.get("UserIds", ())]
    return {
        **_place(one),
        "id": one.name,
        "arn": one.arn,
        "users": users,
        "caches": [cache.properties["ServerlessCacheName"] for cache in caches],
        "status": record.status,
    }


def _principal(one: Mapping[str, Any]) -> dict[str, Any]:
    place = {name: one[name] for name in ("stack", "logical_id", "path") if one.get(name)}
    return {**place, "logical_id": one["logical_id"], "name": one["name"], "arn": one["arn"]}
