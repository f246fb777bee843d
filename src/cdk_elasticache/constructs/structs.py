"""The structs: keyword-only values. Wherever one is taken, a dict with the same keys is taken too."""

from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from typing import Any

from aws_cdk import SecretValue, Size
from aws_cdk import aws_ec2 as ec2

from ..model.engines import CacheEngine, UserEngine
from . import arguments
from .access_control import AccessControl
from .interfaces import IUser, IUserGroup
from .later import events, kms
from .network import as_selection


def _fields(struct: "Struct") -> tuple[Field[Any], ...]:
    return fields(struct)  # type: ignore[arg-type]  # every struct is a dataclass


class Struct:
    """What every struct has: it behaves as those of the CDK do."""

    @property
    def _values(self) -> dict[str, Any]:
        """What was given, by name: ``IamUser(self, "User", **props._values)``. ``None`` counts as not given."""
        return {it.name: value for it in _fields(self) if (value := getattr(self, it.name)) is not None}

    def __repr__(self) -> str:
        hidden = {it.name for it in _fields(self) if not it.repr}
        given = (
            f"{name}={'<hidden>' if name in hidden else repr(value)}" for name, value in self._values.items()
        )
        return f"{type(self).__name__}({', '.join(given)})"


@dataclass(frozen=True, kw_only=True, repr=False)
class CacheUsageLimitsProperty(Struct):
    """The range within which a cache scales.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Scaling.html#Pre-Scaling

    :param data_storage_minimum_size: storage that is always there, and billed: 1 to 5000 GiB, whole. Default: none.
    :param data_storage_maximum_size: storage that is never exceeded: keys with a TTL are evicted, then writes
        refused. 1 to 5000 GiB, whole. Default: none.
    :param request_rate_limit_minimum: rate that is always there, and billed: 1000 to 15000000 ECPU/s. Default: none.
    :param request_rate_limit_maximum: rate beyond which requests are throttled: 1000 to 15000000 ECPU/s. Default:
        none.
    """

    data_storage_minimum_size: Size | None = None
    data_storage_maximum_size: Size | None = None
    request_rate_limit_minimum: float | None = None
    request_rate_limit_maximum: float | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class BackupSettings(Struct):
    """When backups are made, and what a new cache starts from.

    :param backup_time: when the daily backup is made, in UTC: ``events.Schedule.cron(hour="9", minute="0")``. Has
        no effect without ``backup_retention_limit``. Default: the service picks a time.
    :param backup_retention_limit: days to keep each daily backup, 1 to 35. Default: no daily backups.
    :param backup_name_before_deletion: name of the backup that is made when the cache is deleted. Default: none is.
    :param backup_arns_to_restore: ARNs of the backups that a new cache is filled from. Default: it starts empty.
    """

    backup_time: "events.Schedule | None" = None
    backup_retention_limit: float | None = None
    backup_name_before_deletion: str | None = None
    backup_arns_to_restore: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False, init=False)
class ServerlessCacheProps(Struct):
    """The arguments of :class:`ServerlessCache`. A dict becomes the struct that it stands for.

    :param vpc: the network in which the cache is reached.
    :param backup: when backups are made, and what the cache starts from. Default: no backups, an empty cache.
    :param cache_usage_limits: the range within which it scales. Default: from nothing to the service's quotas.
    :param description: at most 255 characters, without ``<`` and ``>``. Default: none.
    :param engine: engine and major version. Default: ``CacheEngine.VALKEY_LATEST``.
    :param kms_key: a symmetric key that encrypts data at rest. Default: a key that AWS owns.
    :param security_groups: what guards the cache. Default: a new security group.
    :param serverless_cache_name: unique in the account and region; changing it replaces the cache. Default: made from
        the construct's path.
    :param user_group: who may use it; not for Memcached. Default: anybody whom the security groups let in.
    :param vpc_subnets: where in the VPC it is reached, in two zones or more. Default: the private subnets with
        egress.
    :raises ArgumentTypeError: ``UnknownKey`` for a dict with another key than the struct has.
    """

    vpc: ec2.IVpc
    engine: CacheEngine | None = None
    serverless_cache_name: str | None = None
    description: str | None = None
    cache_usage_limits: CacheUsageLimitsProperty | None = None
    backup: BackupSettings | None = None
    kms_key: "kms.IKey | None" = None
    vpc_subnets: ec2.SubnetSelection | None = None
    security_groups: Sequence[ec2.ISecurityGroup] | None = None
    user_group: IUserGroup | None = None

    def __init__(
        self,
        *,
        vpc: ec2.IVpc,
        engine: CacheEngine | None = None,
        serverless_cache_name: str | None = None,
        description: str | None = None,
        cache_usage_limits: CacheUsageLimitsProperty | Mapping[str, Any] | None = None,
        backup: BackupSettings | Mapping[str, Any] | None = None,
        kms_key: "kms.IKey | None" = None,
        vpc_subnets: ec2.SubnetSelection | Mapping[str, Any] | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        user_group: IUserGroup | None = None,
    ) -> None:
        if isinstance(cache_usage_limits, Mapping):
            cache_usage_limits = arguments.struct(
                "cache_usage_limits", cache_usage_limits, CacheUsageLimitsProperty
            )
        if isinstance(backup, Mapping):
            backup = arguments.struct("backup", backup, BackupSettings)
        if isinstance(vpc_subnets, Mapping):
            vpc_subnets = as_selection(vpc_subnets)
        # Not one by one, since the class is frozen.
        self.__dict__.update(
            vpc=vpc,
            engine=engine,
            serverless_cache_name=serverless_cache_name,
            description=description,
            cache_usage_limits=cache_usage_limits,
            backup=backup,
            kms_key=kms_key,
            vpc_subnets=vpc_subnets,
            security_groups=security_groups,
            user_group=user_group,
        )


@dataclass(frozen=True, kw_only=True, repr=False)
class ServerlessCacheAttributes(Struct):
    """The arguments of :meth:`ServerlessCache.from_serverless_cache_attributes`. Defaults: unknown.

    :param backup_arns_to_restore: the backups it was filled from.
    :param engine: gives ``connections`` their default port.
    :param kms_key: the key that encrypts it.
    :param security_groups: what ``connections`` adds rules to.
    :param serverless_cache_arn: the cache's ARN. Give this or ``serverless_cache_name``.
    :param serverless_cache_name: the cache's name. Give this or ``serverless_cache_arn``.
    :param subnets: the subnets it is reached in.
    :param user_group: the group of those who may use it.
    :param vpc: the VPC it is reached in.
    """

    serverless_cache_name: str | None = None
    serverless_cache_arn: str | None = None
    engine: CacheEngine | None = None
    backup_arns_to_restore: Sequence[str] | None = None
    kms_key: "kms.IKey | None" = None
    vpc: ec2.IVpc | None = None
    subnets: Sequence[ec2.ISubnet] | None = None
    security_groups: Sequence[ec2.ISecurityGroup] | None = None
    user_group: IUserGroup | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class UserBaseProps(Struct):
    """The arguments that every class of users has.

    :param access_control: what the user may do.
    :param user_id: the user's id: ASCII letters, digits and hyphens, beginning with a letter.
    :param engine: ``UserEngine.VALKEY`` or ``UserEngine.REDIS``. Default: as the class of users says.
    """

    user_id: str
    access_control: AccessControl
    engine: UserEngine | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class IamUserProps(UserBaseProps):
    """The arguments of :class:`IamUser`.

    :param access_control: what the user may do.
    :param user_id: the user's id: ASCII letters, digits and hyphens, beginning with a letter.
    :param engine: ``UserEngine.VALKEY`` or ``UserEngine.REDIS``. Default: ``UserEngine.VALKEY``.
    :param user_name: the same as ``user_id``. Default: ``user_id``.
    """

    user_name: str | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class NoPasswordUserProps(UserBaseProps):
    """The arguments of :class:`NoPasswordUser`.

    :param access_control: what the user may do.
    :param user_id: the user's id: ASCII letters, digits and hyphens, beginning with a letter.
    :param engine: ``UserEngine.REDIS``, since valkey users need to authenticate. Default: ``UserEngine.REDIS``.
    :param user_name: the name that clients log in with. Default: ``user_id``.
    """

    user_name: str | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class PasswordUserProps(UserBaseProps):
    """The arguments of :class:`PasswordUser`.

    :param passwords: one or two; of 16 to 128 printable characters, none of them ``,`` ``"`` ``/`` ``@``.
    :param access_control: what the user may do.
    :param user_id: the user's id: ASCII letters, digits and hyphens, beginning with a letter.
    :param engine: ``UserEngine.VALKEY`` or ``UserEngine.REDIS``. Default: ``UserEngine.VALKEY``.
    :param user_name: the name that clients log in with. Default: ``user_id``.
    """

    # Not shown, since what comes instead of a SecretValue is likely the secret itself.
    passwords: Sequence[SecretValue] = field(repr=False)
    user_name: str | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class UserBaseAttributes(Struct):
    """The arguments of :meth:`UserBase.from_user_attributes`.

    :param engine: the user's engine. Default: unknown.
    :param user_arn: the user's ARN. Give this or ``user_id``.
    :param user_id: the user's id. Give this or ``user_arn``.
    :param user_name: the name that clients log in with. Default: unknown.
    """

    user_id: str | None = None
    user_arn: str | None = None
    engine: UserEngine | None = None
    user_name: str | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class UserGroupProps(Struct):
    """The arguments of :class:`UserGroup`.

    :param engine: ``UserEngine.VALKEY`` or ``UserEngine.REDIS``; a redis group takes redis users only and needs one
        whose name is ``default``. Default: ``UserEngine.VALKEY``.
    :param user_group_name: the group's name, which is its id: ASCII letters, digits and hyphens, beginning with a
        letter. Default: made from the construct's path.
    :param users: its first users; :meth:`add_user` adds more. Names are unique within a group. Default: none.
    """

    user_group_name: str | None = None
    engine: UserEngine | None = None
    users: Sequence[IUser] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class UserGroupAttributes(Struct):
    """The arguments of :meth:`UserGroup.from_user_group_attributes`.

    :param engine: the group's engine. Default: unknown.
    :param user_group_arn: the group's ARN. Give this or ``user_group_name``.
    :param user_group_name: the group's name. Give this or ``user_group_arn``.
    :param users: its users. Default: unknown.
    """

    user_group_name: str | None = None
    user_group_arn: str | None = None
    engine: UserEngine | None = None
    users: Sequence[IUser] | None = None
