"""One cache that serves: its engine and its gateway, kept alive.

Where the engine dies, the gateway goes too, since its clients' sessions are lost with it; where the gateway dies,
the engine stays. Either comes back with the data after a pause that grows, unless it dies too often.
"""

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from ...errors import ElastiCacheError
from ...model.access_string import AccessString
from ...model.iam.token import Credentials
from ..data_plane.process import GatewayProcess
from ..data_plane.snapshot import CONNECTIONS, Principal, Snapshot
from ..data_plane.snapshot import User as ServedUser
from ..engines.acl import OPEN, user_rules
from ..engines.errors import EngineError
from ..engines.memcached import Memcached
from ..engines.servers import find_server
from ..engines.valkey import Valkey
from .faults import LocalError
from .plan import Record
from .resources import Resource

_GIB = 1024**3
_WINDOW, _MOST_DEATHS = 60.0, 5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


class View(NamedTuple):
    """All that one cache serves; equal views need no change.

    :param open_default: no user group is attached, so anybody may enter as ``default``.
    :param users: resources of the group's users.
    :param principals: who may sign tokens, with policies and credentials.
    """

    cache: Resource
    port: int
    reader_port: int | None
    open_default: bool
    users: tuple[Resource, ...]
    principals: tuple[Principal, ...]


def view(
    cache: Resource,
    ports: tuple[int, int | None],
    records: Mapping[str, Record],
    principals: tuple[Principal, ...],
) -> View:
    """What a cache has to serve, from everything there is. Pure."""
    group = next((arn for arn in cache.refers_to if ":usergroup:" in arn), None)
    found = records.get(group) if group else None
    members = [records[arn] for arn in found.resource.refers_to if arn in records] if found else []
    users = tuple(member.resource for member in members if member.resource.kind == "user")
    signers = principals if any(one.properties["Authentication"] == "iam" for one in users) else ()
    return View(cache, *ports, not cache.properties.get("UserGroupId"), users, signers)


def replaced_users(before: View, now: View) -> AbstractSet[str]:
    """Names that stay, and are somebody else's now: a default user is swapped for another. Pure."""
    old, new = _owners(before), _owners(now)
    return {name for name in old.keys() & new.keys() if old[name] != new[name]}


def _owners(view: View) -> dict[str, str]:
    """The ARN behind each user name; the open default user has none."""
    if view.open_default:
        return {"default": ""}
    return {one.properties["UserName"]: one.arn for one in view.users}


def principal(one: Mapping[str, Any], key: Credentials) -> Principal:
    """A principal as the gateway takes it."""
    boundary = one["boundary"]
    return Principal(
        arn=one["arn"],
        access_key_id=key.access_key_id,
        secret_access_key=key.secret_access_key,
        session_token=key.session_token,
        policies=_by_name(one["policies"]),
        boundary={boundary["name"]: boundary["document"]} if boundary else {},
        foreign=tuple(one["foreign_policies"]),
        foreign_boundary=one["foreign_boundary"],
        tags=one.get("tags"),
    )


def _by_name(policies: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Documents by name. Those of a role's own and of a managed policy may have one name: none is lost."""
    named: dict[str, dict[str, Any]] = {}
    for policy in policies:
        same = sum(policy["name"] == one.partition(" (")[0] for one in named)
        named[f"{policy['name']} ({same + 1})" if same else policy["name"]] = policy["document"]
    return named


def data_limit(cache: Resource) -> int | None:
    """The most data in bytes: the local limit where there is one, else the declared one."""
    local = cache.properties.get("LocalLimits", {}).get("storage")
    declared = cache.properties.get("DataStorage", {}).get("Maximum")
    return int(local) if local else int(declared * _GIB) if declared else None


def request_limit(cache: Resource) -> float | None:
    """The most ECPU a second: the local limit where there is one, else the declared one."""
    local: float | None = cache.properties.get("LocalLimits", {}).get("ecpu")
    return local or cache.properties.get("ECPUPerSecond", {}).get("Maximum")


def connection_limit(cache: Resource) -> int:
    """How many clients may be connected: the local limit where there is one, else the service's."""
    return int(cache.properties.get("LocalLimits", {}).get("connections") or CONNECTIONS)


class Deaths:
    """When a server may be started again."""

    def __init__(self) -> None:
        self._times: list[float] = []

    def pause(self, now: float) -> float | None:
        """It died now: how many seconds to wait, or ``None`` where it died too often.

        0.1 s, doubled each time up to 5 s; the fifth death within a minute is the last.
        """
        self._times = [one for one in self._times if one > now - _WINDOW] + [now]
        if len(self._times) >= _MOST_DEATHS:
            return None
        return min(_FIRST_PAUSE * 2.0 ** (len(self._times) - 1), _LONGEST_PAUSE)


def _engine(view: View, folder: Path) -> Valkey | Memcached:
    """The engine of a cache, not started.

    :raises EngineError: ``EngineNotFound``.
    """
    own, most = view.cache.properties, data_limit(view.cache)
    if own["Engine"] == "memcached":
        return Memcached(folder, data_limit=most)
    server = find_server(own["Engine"], own.get("MajorEngineVersion"))
    name = own["ServerlessCacheName"]
    return Valkey(folder, name=name, port=view.port, data_limit=most, server=server)


class Files(NamedTuple):
    """The certificate that every gateway shows, and its key."""

    certificate: Path
    key: Path


class Listener(Protocol):
    """Who is told what becomes of a cache. Called from several threads."""

    def status(self, arn: str, status: str) -> None:
        """It is ``available`` or ``modifying`` now."""

    def line(self, source: str, text: str) -> None:
        """Something for the log."""


class CacheServer:
    """A cache between :meth:`start` and :meth:`stop`.

    :param view: what to serve.
    :param folder: its data and its logs.
    :param secrets: passwords that engine and gateway alone know, by user's ARN.
    """

    def __init__(
        self, view: View, folder: Path, files: Files, password_of: Callable[[str], str], listener: Listener
    ) -> None:
        self.view = view
        self.folder = folder
        self.counters: Mapping[str, Any] = {}
        self.gave_up = False
        self._in_force = True
        self._files, self._password_of, self._listener = files, password_of, listener
        self._lock = threading.RLock()
        self._ends: queue.Queue[str | None] = queue.Queue()
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name=f"keeper of {view.cache.name}", daemon=True)
        self.engine = _engine(view, folder)
        self._gateway: GatewayProcess | None = None

    def start(self) -> None:
        """Return when clients are served.

        :raises ElastiCacheError: why they aren't.
        """
        with self._lock:
            self._start_engine()
            try:
                self._start_gateway()
            except BaseException:
                self.engine.stop()
                raise
        self._keeper.start()

    def _start_engine(self) -> None:
        self.engine.start(timeout=60)
        self._tell_engine()
        threading.Thread(target=self._await_engine, daemon=True).start()

    def _tell_engine(self, replaced: AbstractSet[str] = frozenset()) -> None:
        """Limits, and users, which Memcached has none of."""
        self.engine.set_data_limit(data_limit(self.view.cache))
        if isinstance(self.engine, Valkey):
            rules = self._rules(self.engine.server.commands)
            if replaced:  # to be gone for a moment closes their connections
                self.engine.set_users({name: rules[name] for name in rules.keys() - replaced})
            self.engine.set_users(rules)

    def _await_engine(self) -> None:
        self.engine.process.wait()
        self._ends.put("engine")

    def _start_gateway(self) -> None:
        gateway = GatewayProcess(
            self._snapshot(),
            log=self.folder / "gateway.log",
            on_event=lambda event: self._take(event, gateway),
        )
        gateway.start()
        self._gateway = gateway

    def _take(self, event: Mapping[str, Any], gateway: GatewayProcess) -> None:
        kind = event["event"]
        if kind == "counters":
            self.counters = {name: value for name, value in event.items() if name != "event"}
        elif kind == "ended" and gateway is self._gateway:
            self._ends.put("gateway")
        elif kind == "refused":
            self._say("; ".join([f"refused user {event['user']}: {event['reason']}", *event["remedies"]]))
        elif kind == "unread":
            policies = ", ".join(event["policies"])
            self._say(f"not judged: what these policies of {event['principal']} allow or deny: {policies}")

    def update(self, view: View) -> None:
        """Serve this from now on; connections stay, but those of users who are gone."""
        with self._lock:
            if view == self.view and self._in_force:
                return
            replaced, self.view = replaced_users(self.view, view), view
            self._in_force = False  # until all is told: an engine may not answer
            if self.engine.process.returncode is None:
                self._tell_engine(replaced)
            if self._gateway:
                self._gateway.update(self._snapshot())
            self._in_force = True

    def _rules(self, commands: str) -> dict[str, tuple[str, ...]]:
        if self.view.open_default:
            return {"default": user_rules(OPEN, open_to_all=True, commands=commands)}
        return {one.properties["UserName"]: self._user_rules(one, commands) for one in self.view.users}

    def _user_rules(self, user: Resource, commands: str) -> tuple[str, ...]:
        kind = user.properties["Authentication"]
        rules = user_rules(
            user.properties["AccessString"],
            passwords=[self._password_of(user.arn)] if kind == "iam" else (),
            open_to_all=kind == "no-password-required",
            commands=commands,
        )
        return (*rules, *(f"#{digest}" for digest in user.properties.get("PasswordHashes", ())))

    def _snapshot(self) -> Snapshot:
        cache, engine = self.view.cache, self.engine
        inside: dict[str, Any] = (
            {
                "commands": engine.server.commands,
                "admin_name": engine.admin_name,
                "admin_password": engine.admin_password,
                "node_id": engine.node_id,
            }
            if isinstance(engine, Valkey)
            else {}
        )
        return Snapshot(
            cache_name=cache.name,
            cache_arn=cache.arn,
            region=cache.arn.split(":")[3],
            engine=cache.properties["Engine"],
            **inside,
            port=self.view.port,
            reader_port=self.view.reader_port,
            certificate=str(self._files.certificate),
            key=str(self._files.key),
            socket=str(engine.socket),
            users=tuple(self._served(user) for user in self.view.users),
            open_default=self.view.open_default,
            principals=self.view.principals,
            ecpu_per_second=request_limit(cache),
            connections=connection_limit(cache),
            resource_tags={
                one.arn: dict(one.properties.get("Tags", ())) for one in (cache, *self.view.users)
            },
        )

    def _served(self, user: Resource) -> ServedUser:
        commands = self.engine.server.commands
        kind = user.properties["Authentication"]
        return ServedUser(
            name=user.properties["UserName"],
            arn=user.arn,
            authentication=kind,
            access_string=AccessString.read(user.properties["AccessString"]).canonical(
                commands, modules=False
            ),
            engine_password=self._password_of(user.arn) if kind == "iam" else "",
        )

    def flush(self) -> None:
        """Remove all data."""
        with self._lock:
            if isinstance(self.engine, Valkey):
                self.engine.admin.call("FLUSHALL")
            else:
                self.engine.flush()

    def verdict(self, user: str, command: Sequence[str]) -> str:
        """Why a user may not run a command; ``""`` where they may. The engine decides, for those who can sign in.

        :raises LocalError: ``WrongCommand``: the engine has no such command, or not with so many arguments, or it
            is Memcached, which has no users.
        """
        if not isinstance(self.engine, Valkey):
            raise LocalError("WrongCommand", "cache must have users to ask about, but Memcached has none")
        if locked_out := self._locked_out(user):
            return locked_out
        try:
            with self._lock:
                answer = self.engine.admin.call("ACL", "DRYRUN", user, *command)
        except EngineError as refusal:
            if refusal.code != "EngineRefused":
                raise
            # No verdict: to take it for one would let a misspelt command pass as denied.
            message = f"command must be one that the engine takes, got {' '.join(command)}: {refusal.message}"
            raise LocalError("WrongCommand", message, parameter="command", value=command) from None
        return "" if answer == b"OK" else bytes(answer).decode() if isinstance(answer, bytes) else str(answer)

    def _locked_out(self, user: str) -> str:
        """Why a user can't sign in at all, which the engine's own verdict leaves out."""
        if self.view.open_default:
            return "" if user == "default" else f"User {user} isn't there: the cache has no user group"
        access = {one.properties["UserName"]: one.properties["AccessString"] for one in self.view.users}
        if user not in access:
            return f"User {user} isn't in the cache's user group"
        if not AccessString.read(access[user]).summary(self.engine.server.commands).enabled:
            return f"User {user} is off: they can't sign in"
        return ""

    # Keeping it alive

    def _keep(self) -> None:
        deaths = Deaths()
        while (who := self._ends.get()) is not None and not self._stopping.is_set():
            if self._whole:  # news of a process that has a successor already
                continue
            self._listener.status(self.view.cache.arn, "modifying")
            while not self._stopping.is_set():
                pause = deaths.pause(time.monotonic())
                if pause is None:
                    self._give_up(who)
                    return
                self._say(f"the {who} died; it starts again in {pause:g} s")
                if self._stopping.wait(pause) or self._restarted():
                    break

    def _restarted(self) -> bool:
        with self._lock:
            if self._stopping.is_set():
                return True
            try:
                if self.engine.process.returncode is not None:
                    self._end_gateway()
                    self.engine.stop()
                    self._start_engine()
                if self._gateway is None or self._gateway.returncode is not None:
                    self._end_gateway()
                    self._start_gateway()
            except (ElastiCacheError, OSError) as error:
                self._say(str(error))
                return False
        self._listener.status(self.view.cache.arn, "available")
        self._say("it serves again")
        return True

    @property
    def _whole(self) -> bool:
        gateway = self._gateway
        return self.engine.process.returncode is None and gateway is not None and gateway.returncode is None

    def _give_up(self, who: str) -> None:
        log = self.engine.process.tail(5) if who == "engine" else ""
        self.gave_up = True
        self._say(f"the {who} died {_MOST_DEATHS} times in a minute and is left alone. {log}".rstrip())

    def _end_gateway(self) -> None:
        gateway, self._gateway = self._gateway, None
        if gateway:
            gateway.stop()

    def stop(self) -> None:
        """Close the ports, then the connections, then end the engine with all data on disk."""
        self._stopping.set()
        self._ends.put(None)
        while not self._lock.acquire(timeout=0.1):
            self.engine.process.terminate()  # it is starting, with many data perhaps: not needed any more
        try:
            self._end_gateway()
            self.engine.stop()
        finally:
            self._lock.release()
        if self._keeper.is_alive():
            self._keeper.join()

    def _say(self, text: str) -> None:
        self._listener.line(self.view.cache.name, text)
