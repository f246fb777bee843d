"""What a template declares, running for as long as a ``with`` block lasts.

::

    with cdk_elasticache.local.run("cdk.out") as local:
        orders = local.caches["Orders"].redis("app")
        orders.set("greeting", "hello")

``async with`` does the same without blocking the event loop.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..model.iam.token import Credentials
from ..model.iam.token import sign as sign_token
from ..template.bundle import Target
from .control_plane import wire
from .control_plane.bring_up import Brought, Runtime, Wish, bring_up
from .control_plane.faults import LocalError
from .control_plane.names import named
from .control_plane.principals import credentials
from .control_plane.state import State

if TYPE_CHECKING:
    import glide
    import redis
    import valkey
    from redis.asyncio.cluster import RedisCluster as AsyncRedisCluster
    from valkey.asyncio.cluster import ValkeyCluster as AsyncValkeyCluster


class Cache:
    """A cache that runs.

    :ivar name: the property ``ServerlessCacheName``.
    :ivar arn: of the cache.
    :ivar logical_id: its key in the template.
    :ivar engine: ``valkey``, ``redis`` or ``memcached``.
    :ivar host: where it answers.
    :ivar port: reads and writes.
    :ivar reader_port: reads only; ``None`` for Memcached.
    :ivar ca_file: file of the authority that its certificate is from, PEM.
    """

    def __init__(self, local: "Local", entry: Mapping[str, Any]) -> None:
        self._local = local
        self.name: str = entry["name"]
        self.arn: str = entry["arn"]
        self.logical_id: str = entry["logical_id"]
        self.engine: str = entry["engine"]
        self.host: str = entry["endpoint"]["address"]
        self.port: int = entry["endpoint"]["port"]
        reader = entry["reader_endpoint"]
        self.reader_port: int | None = reader["port"] if reader else None
        self.ca_file: str = local.ca_file

    def __repr__(self) -> str:
        return f"<Cache {self.name} at {self.host}:{self.port}>"

    def login(self, user: str | None = None, principal: str | None = None) -> tuple[str | None, str | None]:
        """User name and password that let a user in; of an IAM user, a token of this moment.

        :param user: any of its names. Default: nobody, as where no group is attached.
        :param principal: the role or IAM user that signs for an IAM user. Default: the only one there is.
        :raises LocalError: ``UnknownName``, ``AmbiguousName``.
        """
        if user is None:
            return None, None
        return self._local.login(self.arn, user, principal)

    def redis(self, user: str | None = None, *, principal: str | None = None) -> "redis.RedisCluster":
        """A client of redis-py, signed in as ``user``. Close it when done."""
        import redis  # noqa: PLC0415  # whoever asks has it

        return redis.RedisCluster(**self._options(user, principal))

    def redis_async(self, user: str | None = None, *, principal: str | None = None) -> "AsyncRedisCluster":
        """An asyncio client of redis-py, signed in as ``user``. Close it when done."""
        from redis.asyncio.cluster import RedisCluster  # noqa: PLC0415  # whoever asks has it

        return RedisCluster(**self._options(user, principal))

    def valkey(self, user: str | None = None, *, principal: str | None = None) -> "valkey.ValkeyCluster":
        """A client of valkey-py, signed in as ``user``. Close it when done."""
        import valkey  # noqa: PLC0415  # whoever asks has it

        return valkey.ValkeyCluster(**self._options(user, principal))

    def valkey_async(self, user: str | None = None, *, principal: str | None = None) -> "AsyncValkeyCluster":
        """An asyncio client of valkey-py, signed in as ``user``. Close it when done."""
        from valkey.asyncio.cluster import ValkeyCluster  # noqa: PLC0415  # whoever asks has it

        return ValkeyCluster(**self._options(user, principal))

    def _options(self, user: str | None, principal: str | None) -> dict[str, Any]:
        """What redis-py and valkey-py are told, which take the same words."""
        place = {"host": self.host, "port": self.port, "ssl": True, "ssl_ca_certs": self.ca_file}
        self.login(user, principal)  # whoever can't be named is told now, not at the first command
        who = {"credential_provider": _Login(self, user, principal)} if user is not None else {}
        return {**place, **who, "decode_responses": True}

    async def glide(
        self, user: str | None = None, *, principal: str | None = None
    ) -> "glide.GlideClusterClient":
        """A client of valkey-glide, signed in as ``user``. Close it when done.

        It keeps the one token of an IAM user that it gets here. To connect again after 15 minutes it needs another:
        ``await client.update_connection_password(cache.login(user)[1])``.
        """
        import glide  # noqa: PLC0415  # whoever asks has it

        name, password = self.login(user, principal)
        trust = glide.TlsAdvancedConfiguration(root_pem_cacerts=Path(self.ca_file).read_bytes())
        configuration = glide.GlideClusterClientConfiguration(
            [glide.NodeAddress(self.host, self.port)],
            use_tls=True,
            credentials=glide.ServerCredentials(password, name) if password else None,
            advanced_config=glide.AdvancedGlideClusterClientConfiguration(tls_config=trust),
        )
        return await glide.GlideClusterClient.create(configuration)

    def flush(self) -> None:
        """Remove all data, whoever may: the runtime does it, not a user."""
        self._local.ask({"do": "flush", "arn": self.arn})

    def verdict(self, user: str, *command: str) -> str:
        """What the engine itself says of a command, without running it: why not, or ``""`` for yes.

        :param user: any of the user's names.
        :param command: its words, such as ``"GET", "order:1"``.
        :raises LocalError: ``UnknownName``, ``AmbiguousName``; ``WrongCommand`` for what is no command.
        """
        name = self._local.user_name(user)
        return str(self._local.ask({"do": "verdict", "arn": self.arn, "user": name, "command": command}))


class _Login:
    """Signs in each connection that a client opens: a token of an IAM user lives for 15 minutes only."""

    def __init__(self, cache: Cache, user: str, principal: str | None) -> None:
        self._cache, self._user, self._principal = cache, user, principal

    def get_credentials(self) -> tuple[str | None, str | None]:
        """What redis-py and valkey-py ask for."""
        return self._cache.login(self._user, self._principal)

    async def get_credentials_async(self) -> tuple[str | None, str | None]:
        """The same, on asyncio."""
        return self.get_credentials()


class Local:
    """What runs. Made by :class:`run`.

    :ivar caches: by logical id; where two stacks have the same, by ``STACK.ID``.
    :ivar ca_file: file of the local authority, PEM.
    :ivar outputs: of each stack, as ``cdk deploy --outputs-file`` writes them.
    :ivar status: as ``status --json`` prints it.
    :ivar notes: what the reading had to say, a line each.
    """

    def __init__(self, folder: Path, brought: Brought) -> None:
        self.folder = folder
        self.status = brought.status
        self.ca_file: str = brought.status["ca_file"]
        self.outputs = brought.outputs
        self.notes = brought.notes
        self._passwords = brought.passwords
        entries = brought.status["caches"]
        ids = [entry["logical_id"] for entry in entries]
        keys = (one if ids.count(one) == 1 else f"{entries[at]['stack']}.{one}" for at, one in enumerate(ids))
        self.caches: Mapping[str, Cache] = {
            key: Cache(self, entry) for key, entry in zip(keys, entries, strict=True)
        }

    def cache(self, word: str) -> Cache:
        """A cache by any of its names: name, ARN, logical id or construct path.

        :raises LocalError: ``UnknownName``, ``AmbiguousName``.
        """
        entry = named(word, self.status["caches"], what="cache")
        return next(cache for cache in self.caches.values() if cache.arn == entry["arn"])

    def credentials(self, principal: str) -> Credentials:
        """Access key of a role or IAM user: id, secret and, of a role, session token.

        :raises LocalError: ``UnknownName``, ``AmbiguousName``.
        """
        entry = named(principal, self.status["principals"], what="principal")
        with State(self.folder) as state:
            return credentials(state)[entry["arn"]]

    def token(self, cache: str, user: str, principal: str) -> str:
        """An IAM token of this moment, valid for 15 minutes.

        :raises LocalError: ``UnknownName``, ``AmbiguousName``.
        """
        one = self.cache(cache)
        iam_users = [found for found in self.status["users"] if found["authentication"] == "iam"]
        found = named(user, iam_users, what="IAM user")
        region = one.arn.split(":")[3]
        return sign_token(one.name, found["name"], self.credentials(principal), region, time.time())

    def ask(self, request: Mapping[str, Any]) -> Any:
        """Ask the runtime's process."""
        return wire.ask(self.folder, request)

    def user_name(self, user: str) -> str:
        """What a user is called on the wire; ``default``, who is there without being declared, included."""
        if user == "default":
            return user
        return str(named(user, self.status["users"], what="user")["name"])

    def login(self, arn: str, user: str, principal: str | None) -> tuple[str, str]:
        """User name and password of a user, for the cache ``arn``; see :meth:`Cache.login`."""
        one = named(user, self.status["users"], what="user")
        if one["authentication"] == "iam":
            signer = principal or self._only_principal()
            return one["name"], self.token(arn, one["arn"], signer)
        passwords = self._passwords.get(one["arn"])
        return one["name"], passwords[0] if passwords else ""

    def _only_principal(self) -> str:
        found = [entry["arn"] for entry in self.status["principals"]]
        if len(found) != 1:
            message = f"principal must be said where there isn't one alone, got {len(found)} of them"
            raise LocalError("AmbiguousName", message, parameter="principal")
        return str(found[0])


class run:  # noqa: N801  # read as a verb, like open
    """Bring up what a source declares, for as long as the block lasts.

    :param source: a template file, a cloud assembly or a folder with a ``cdk.json``. Default: this folder.
    :param state: state folder, whose data and ports stay. Default: a temporary one. Ports are any free ones.
    :param limits: figures that replace a cache's own here, by any of its names: ``storage`` in bytes, ``ecpu`` a
        second, ``connections``.
    :param parameters: values of parameters, by ``NAME`` or ``STACK:NAME``.
    :param secrets: local values of secrets, by name or ARN.
    :param stacks: names of those to take. Default: all.
    :param region: of stacks that name none.
    :param account: of stacks that name none, 12 digits.
    :param report: takes each line that a CDK app prints, as it is printed. Default: they are dropped, and the error of
        an app that fails holds them.
    :param cdk_validation: let aws-cdk-lib check the app's templates too, which takes most of its time. Default: not.
    :param imports: values that the source imports and doesn't export: by the name of the export, or by
        ``STACK.OUTPUT`` for ``Fn::GetStackOutput``.
    :raises ElastiCacheError: why it can't run; whatever was begun is gone then.
    """

    def __init__(
        self,
        source: str | PathLike[str] = ".",
        *,
        state: str | PathLike[str] | None = None,
        limits: Mapping[str, Mapping[str, float]] | None = None,
        parameters: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        stacks: Sequence[str] = (),
        region: str | None = None,
        account: str | None = None,
        report: Callable[[str], None] | None = None,
        cdk_validation: bool = False,
        imports: Mapping[str, str] | None = None,
    ) -> None:
        target = Target(region, account)
        self._wish = Wish(
            source, parameters or {}, stacks, target, limits or {}, cdk_validation, imports or {}
        )
        self._state, self._secrets, self._report = state, secrets or {}, report
        self._temporary: str | None = None
        self._runtime: Runtime | None = None

    def __enter__(self) -> Local:
        if self._runtime:
            raise RuntimeError("a block of local.run must not begin inside of itself; call local.run again")
        if self._state is None:
            self._temporary = tempfile.mkdtemp(prefix="cdk-elasticache-")
        folder = Path(self._state or self._temporary or "").absolute()
        try:
            temporary = self._state is None
            self._runtime = Runtime(folder, ephemeral=True, temporary=temporary)
            with State(folder) as state:
                for name, value in self._secrets.items():
                    state.put_secret(name, name if name.startswith("arn:") else "", value)
            return Local(folder, bring_up(folder, self._wish, self._runtime, report=self._report))
        except BaseException:
            self._end()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    async def __aenter__(self) -> Local:
        entering = asyncio.ensure_future(asyncio.to_thread(self.__enter__))
        try:
            return await asyncio.shield(entering)
        except asyncio.CancelledError:  # the thread goes on: what it has begun has to end
            await asyncio.wait([entering])
            await asyncio.to_thread(self._end)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.shield(asyncio.to_thread(self._end))

    def _end(self) -> None:
        if self._runtime:
            self._runtime.stop()
            self._runtime = None
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None
