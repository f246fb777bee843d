"""One cache's Valkey: found, configured, writable in a twentieth of a second, its users kept up to date.

Cluster mode with one node that owns every slot, as a serverless cache shows itself. A primary that boots waits
two seconds before it takes writes; a replica doesn't. So each start writes a ``nodes.conf`` in which this node
is the replica of a primary that never was, and takes over from it.

Data: an append-only file, written before each reply, and synced each second by :mod:`.syncing`. A killed server
loses nothing that it acknowledged, however slow the disk is; a machine that crashes loses what was written since the
last sync began; a clean stop syncs. https://valkey.io/topics/persistence/
"""

import errno
import hashlib
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from .acl import digest
from .admin import Admin
from .errors import EngineError
from .process import ServerProcess
from .servers import SERVER_VARIABLE, Server, find_server
from .syncing import Syncing

#: Configuration that never varies, and that the engine must report back. Sources: service.md's tables of
#: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/RedisConfiguration.html, and what a local run needs.
#: No path is among it: the working folder is the cache's, so none can be read as anything but a name.
_SETTINGS = {
    "port": "0",
    # In cluster mode the engine also listens for other nodes, without authentication, on the addresses of "bind".
    # No machine has this one (RFC 5737), and the minus lets the engine go on without: so it listens on no port.
    "bind": "-192.0.2.1",
    "unixsocketperm": "700",
    "daemonize": "no",
    "save": "",
    "appendonly": "yes",
    "appendfsync": "no",  # it would put off its writes while it syncs: see syncing.py
    "timeout": "0",
    "acl-pubsub-default": "allchannels",
    "maxmemory-policy": "volatile-lru",
    "cluster-enabled": "yes",
    "cluster-config-file": "nodes.conf",
    "cluster-require-full-coverage": "no",
    "cluster-allow-reads-when-down": "yes",
    "cluster-allow-pubsubshard-when-down": "yes",
    "enable-debug-command": "no",
    "enable-module-command": "no",
}
#: What it reports in words of its own, or as much as the system allows.
_MORE = """\
maxclients 65000
client-output-buffer-limit normal 512mb 256mb 20
client-output-buffer-limit pubsub 32mb 8mb 60
"""

#: The port that the topology tells for other nodes: nobody listens there.
_BUS = 1
#: The longest path that a unix socket can have everywhere (macOS: 104 bytes with the final NUL).
_SOCKET_PATH = 100


class Valkey:
    """The server of one cache, between :meth:`start` and :meth:`stop`.

    :param folder: its files, made if need be, nobody else's to read.
    :param name: of the cache; the node's id follows from it, so it is the same at each start.
    :param port: the port that cluster replies announce: the gateway's.
    :param host: the name they announce. Default: ``localhost``.
    :param data_limit: bytes of data; beyond it keys with a time to live go, then writes are refused.
        Default: no limit.
    :param server: what to run. Default: :func:`find_server`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        port: int,
        host: str = "localhost",
        data_limit: int | None = None,
        server: Server | None = None,
    ) -> None:
        self.folder = folder
        self.server = server or find_server()
        self.node_id = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
        self.admin_name = f"_{secrets.token_hex(8)}"
        self.admin_password = secrets.token_hex(32)
        self.socket = socket_path(folder)
        self.port, self._host, self._data_limit = port, host, data_limit
        #: Rules by user name, as :meth:`set_users` last made them.
        self.users: dict[str, tuple[str, ...]] = {}
        self._baseline = 0
        self._admin: Admin | None = None
        self._syncing = Syncing(folder / "appendonlydir")
        self.process = ServerProcess(
            [str(self.server.path), "-"],  # a path would be a pattern: the server ignores a file in "app[1]"
            ready=self._answers,
            log=folder / "engine.log",
            lock=folder / "engine.lock",
            cwd=folder,
            stdin=folder / "valkey.conf",
        )

    def start(self, timeout: float = 10.0) -> None:
        """Return when it takes writes. Its default user is off until :meth:`set_users`.

        :param timeout: seconds; loading many data takes longer than a start.
        :raises EngineError: ``EngineNotStarted``, ``DataNotReadable``.
        :raises OSError: the folder cannot be written.
        """
        self._hang_up()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sign_data()
        make_socket_folder(self.socket)
        self.socket.unlink(missing_ok=True)
        phantom = secrets.token_hex(20)
        self._write_files(phantom)
        self.users = {}
        self.process.start(timeout)
        try:
            self._take_over(phantom)
            self._baseline = int(self.admin.info("memory")["used_memory_startup"])
            self.set_data_limit(self._data_limit)
            self._syncing.start()
        except BaseException:
            self.stop()
            raise

    def _sign_data(self) -> None:
        """Leave word beside the data which server writes them, unless another did that this one can't read."""
        signature = self.folder / "written-by"
        if signature.exists():
            kind, version = signature.read_text().split()
            if not self.server.reads_data_of(kind, version):
                raise EngineError(
                    "DataNotReadable",
                    f"{self.server.kind} {self.server.version} must be able to read the data of the cache, which "
                    f"{kind} {version} wrote; name that server in {SERVER_VARIABLE}, or remove the data: "
                    "cdk-elasticache down --delete",
                )
        write_private(signature, f"{self.server.kind} {self.server.version}\n")

    def _write_files(self, phantom: str) -> None:
        shard = hashlib.sha1(self.node_id.encode(), usedforsecurity=False).hexdigest()
        write_private(
            self.folder / "nodes.conf",
            f"{self.node_id} 127.0.0.1:{self.port}@{_BUS},{self._host},shard-id={shard} "
            f"myself,slave {phantom} 0 0 1 connected\n"
            # Nobody can listen on port 0, so nobody can pass for the other node.
            f"{phantom} 127.0.0.1:0@0,,shard-id={shard} master - 0 0 1 connected 0-16383\n"
            "vars currentEpoch 1 lastVoteEpoch 0\n",
        )
        fixed = "".join(f'{name} "{value}"\n' for name, value in _SETTINGS.items())
        near = self.socket.parent == self.folder.absolute()
        place = f"unixsocket {self.socket.name if near else self.socket}\ncluster-port {_BUS}\n"
        announced = (
            f"cluster-announce-ip 127.0.0.1\ncluster-announce-port {self.port}\n"
            f"cluster-announce-hostname {self._host}\ncluster-preferred-endpoint-type hostname\n"
        )
        users = f"user {self.admin_name} on #{digest(self.admin_password)} ~* &* +@all\nuser default off\n"
        write_private(self.folder / "valkey.conf", fixed + _MORE + place + announced + users)

    def _answers(self) -> bool:
        try:
            admin = Admin(self.socket, self.admin_name, self.admin_password)
        except (OSError, EngineError):
            return False
        try:
            self._refuse_settings(admin.config(*_SETTINGS))
            with suppress(EngineError):  # "-LOADING …"
                admin.call("PING")
                if b"cluster_state:ok" in bytes(admin.call("CLUSTER", "INFO")):  # type: ignore[arg-type]
                    self._admin = admin
                    return True
            return False
        finally:
            if self._admin is not admin:
                admin.close()

    def _refuse_settings(self, told: Mapping[str, str]) -> None:
        """Stop a start with other settings than ours.

        :raises EngineError: ``EngineNotStarted``.
        """
        wrong = [f"{name} {told.get(name)}" for name, value in _SETTINGS.items() if told.get(name) != value]
        if wrong:
            name = self.server.path.name
            raise EngineError("EngineNotStarted", f"{name} must run as configured, got {', '.join(wrong)}")

    def _take_over(self, phantom: str) -> None:
        if self.admin.info("replication")["role"] == "slave":
            self.admin.call("CLUSTER", "FAILOVER", "TAKEOVER")
            while self.admin.info("replication")["role"] != "master":
                pass  # a millisecond; each question is a round trip
        self.admin.call("CLUSTER", "FORGET", phantom)

    @property
    def admin(self) -> Admin:
        """The administrator's connection; another one where an answer didn't come on the last.

        :raises EngineError: ``EngineGone``.
        """
        if self._admin is None:
            raise EngineError("EngineGone", "the engine must run, but it isn't started")
        if self._admin.lost:
            self._admin.close()
            try:
                self._admin = Admin(self.socket, self.admin_name, self.admin_password)
            except OSError as error:
                raise EngineError("EngineGone", "the engine must answer, but it doesn't") from error
            # What was told last may have come about, or not: told anew, it will.
            self.users = dict.fromkeys(self.users, ())
        return self._admin

    def set_users(self, users: Mapping[str, Sequence[str]]) -> None:
        """Make these, and the administrator, all the users there are.

        Rights act on open connections at once. Who is gone loses theirs.

        :param users: words of :func:`.acl.user_rules` by user name. Where ``default`` is missing, it is off.
        :raises EngineError: ``EngineRefused``: the engine doesn't take a rule.
        """
        admin = self.admin  # first: where it is a new one, all of this is told anew
        for name, rules in users.items():
            if self.users.get(name) != tuple(rules):
                admin.call("ACL", "SETUSER", name, *rules)
                self.users[name] = tuple(rules)
        for name in self.users.keys() - users.keys():
            if name == "default":
                admin.call("ACL", "SETUSER", name, "reset")
                admin.call("CLIENT", "KILL", "USER", name)
            else:
                admin.call("ACL", "DELUSER", name)  # closes their connections
            del self.users[name]

    def set_data_limit(self, data_limit: int | None) -> None:
        """Change how many bytes of data it holds, at once. ``None``: no limit."""
        self._data_limit = data_limit
        most = self._baseline + data_limit if data_limit else 0  # an empty engine is not data
        self.admin.call("CONFIG", "SET", "maxmemory", str(most))

    def data_bytes(self) -> int:
        """How many bytes of data it holds, the buffers of clients and files not among them."""
        return int(self.admin.info("memory")["used_memory_dataset"])

    def stop(self, timeout: float = 5.0) -> None:
        """End it, with all its data on disk. Safe to call twice."""
        self._hang_up()
        self.process.stop(timeout)
        self._syncing.stop()
        self.socket.unlink(missing_ok=True)
        if self.socket.parent != self.folder:
            with suppress(OSError):
                self.socket.parent.rmdir()

    def _hang_up(self) -> None:
        if self._admin:
            self._admin.close()
            self._admin = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def socket_path(folder: Path) -> Path:
    """Beside the data, or, where that path is too long, in a folder that always is the same and ours."""
    near = folder.absolute() / "s"
    if len(os.fsencode(near)) <= _SOCKET_PATH:
        return near
    mark = hashlib.sha1(os.fsencode(folder.absolute()), usedforsecurity=False).hexdigest()[:12]
    # Not where TMPDIR says, which may be as long a path.
    return Path("/tmp") / f"cdk-elasticache-{os.getuid()}-{mark}" / "s"  # noqa: S108  # mode 0700


def make_socket_folder(path: Path) -> None:
    """Make the folder of a socket.

    :raises PermissionError: somebody else has made it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.parent.stat().st_uid != os.getuid():
        raise PermissionError(errno.EPERM, "it must be ours, got somebody else's", str(path.parent))
