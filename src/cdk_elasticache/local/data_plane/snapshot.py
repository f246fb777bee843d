"""What the gateway of one cache serves: an immutable value, replaced whole at each change.

The control plane writes it as one line of JSON to the gateway's standard input.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

#: "The maximum number of simultaneous client connections": maxclients of a serverless cache.
#: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/RedisConfiguration.html
CONNECTIONS = 65_000

#: "IAM authenticated connections to ElastiCache will automatically be disconnected after 12 hours", in seconds.
#: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
SESSION = 12 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user who may sign in.

    :param name: what clients send, the property ``UserName``.
    :param arn: of the user.
    :param authentication: ``password``, ``iam`` or ``no-password-required``.
    :param access_string: canonical form, shown by ``ACL LIST`` and ``ACL GETUSER``.
    :param engine_password: for an IAM user, the random password that only engine and gateway know.
    """

    name: str
    arn: str
    authentication: str
    access_string: str
    engine_password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A role or IAM user of the template, with its local credentials.

    :param arn: of the role or user.
    :param access_key_id: public half of the credentials.
    :param secret_access_key: secret half.
    :param session_token: of a role's credentials. Default: none.
    :param expires: when the credentials end, in seconds since 1970. Default: never.
    :param policies: identity policies, those of a user's groups included: name (for messages) and document.
    :param boundary: permissions boundary: its name and document. Default: none.
    :param foreign: ARNs of attached managed policies that the template doesn't declare.
    :param foreign_boundary: ARN of a boundary that the template doesn't declare. Default: none.
    :param tags: of the role or user. Default: not known.
    """

    arn: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expires: float | None = None
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    boundary: dict[str, dict[str, Any]] = field(default_factory=dict)
    foreign: tuple[str, ...] = ()
    foreign_boundary: str = ""
    tags: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One cache, its users and its limits.

    :param cache_name: in lower case, as the service stores it; IAM tokens are signed for it.
    :param cache_arn: of the cache.
    :param region: tokens are signed for it.
    :param engine: ``valkey``, ``redis`` or ``memcached``.
    :param commands: whose commands the engine process runs, a table of the model: ``valkey_9``, ``redis_7``.
    :param host: announced name. Default: ``localhost``.
    :param port: reads and writes, on 127.0.0.1.
    :param reader_port: reads only. Default: none, as Memcached has none.
    :param certificate: file of the certificate chain, PEM.
    :param key: file of its private key, PEM.
    :param socket: unix socket of the engine.
    :param admin_name: the hidden administrator of the engine.
    :param admin_password: theirs.
    :param node_id: 40 hex digits, as the engine calls itself; the reader's id follows from it.
    :param users: who may sign in; empty for a cache without a group, whose default user is open.
    :param open_default: no group is attached.
    :param principals: who may sign tokens.
    :param ecpu_per_second: the most, ``ECPUPerSecond``. Default: no limit.
    :param connections: at most so many clients. Default: 65,000.
    :param session: seconds that an IAM user stays signed in. Default: 12 hours, as the service has it.
    :param resource_tags: of cache and users by ARN, for conditions on ``aws:ResourceTag``.
    """

    cache_name: str
    cache_arn: str
    region: str
    engine: str
    commands: str = "valkey_9"
    host: str = "localhost"
    port: int
    reader_port: int | None = None
    certificate: str
    key: str
    socket: str
    admin_name: str = ""
    admin_password: str = field(default="", repr=False)
    node_id: str = ""
    users: tuple[User, ...] = ()
    open_default: bool = False
    principals: tuple[Principal, ...] = ()
    ecpu_per_second: float | None = None
    connections: int = CONNECTIONS
    session: float = SESSION
    resource_tags: dict[str, dict[str, str]] = field(default_factory=dict)

    def to_json(self) -> str:
        """One line of JSON. It holds secrets: it goes through a pipe, never into a log."""
        return json.dumps(asdict(self))

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> "Snapshot":
        """Make one of what JSON gives."""
        users = tuple(User(**user) for user in fields["users"])
        principals = tuple(
            Principal(**principal | {"foreign": tuple(principal["foreign"])})
            for principal in fields["principals"]
        )
        return cls(**fields | {"users": users, "principals": principals})
