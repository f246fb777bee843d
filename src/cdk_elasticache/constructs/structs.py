"""The structs: keyword-only values. Wherever one is taken, a dict with the same keys is taken too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..model.engines import CacheEngine, UserEngine

if TYPE_CHECKING:
    from aws_cdk import SecretValue, Size
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_events as events
    from aws_cdk import aws_kms as kms

    from .access_control import AccessControl
    from .interfaces import IUser, IUserGroup


@dataclass(frozen=True, kw_only=True)
class CacheUsageLimitsProperty:
    """The range within which a cache scales.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Scaling.html#Pre-Scaling

    :param data_storage_minimum_size: storage that is always there, and billed: 1 to 5000 GiB, whole. Default: none.
    :param data_storage_maximum_size: storage that is never exceeded: keys with a TTL are evicted, then writes
        refused. 1 to 5000 GiB, whole. Default: none.
    :param request_rate_limit_minimum: rate that is always there, and billed: 1000 to 15000000 ECPU/s. Default: none.
    :param request_rate_limit_maximum: rate beyond which requests are throttled: 1000 to 15000000 ECPU/s. Default:
        none.
    """

    data_storage_minimum_size: "Size | None" = None
    data_storage_maximum_size: "Size | None" = None
    request_rate_limit_minimum: float | None = None
    request_rate_limit_maximum: float | None = None


@dataclass(frozen=True, kw_only=True)
class BackupSettings:
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


@dataclass(frozen=True, kw_only=True)
class ServerlessCacheProps:
    """The arguments of :class:`ServerlessCache`, which documents them."""

    vpc: "ec2.IVpc"
    engine: CacheEngine | None = None
    serverless_cache_name: str | None = None
    description: str | None = None
    cache_usage_limits: CacheUsageLimitsProperty | Mapping[str, Any] | None = None
    backup: BackupSettings | Mapping[str, Any] | None = None
    kms_key: "kms.IKey | None" = None
    vpc_subnets: "ec2.SubnetSelection | Mapping[str, Any] | None" = None
    security_groups: "Sequence[ec2.ISecurityGroup] | None" = None
    user_group: "IUserGroup | None" = None


@dataclass(frozen=True, kw_only=True)
class ServerlessCacheAttributes:
    """The arguments of :meth:`ServerlessCache.from_serverless_cache_attributes`, which documents them."""

    serverless_cache_name: str | None = None
    serverless_cache_arn: str | None = None
    engine: CacheEngine | None = None
    backup_arns_to_restore: Sequence[str] | None = None
    kms_key: "kms.IKey | None" = None
    vpc: "ec2.IVpc | None" = None
    subnets: "Sequence[ec2.ISubnet] | None" = None
    security_groups: "Sequence[ec2.ISecurityGroup] | None" = None
    user_group: "IUserGroup | None" = None


@dataclass(frozen=True, kw_only=True)
class UserBaseProps:
    """The arguments that every class of users has.

    :param user_id: the user's id: ASCII letters, digits and hyphens, beginning with a letter.
    :param access_control: what the user may do.
    :param engine: ``UserEngine.VALKEY`` or ``UserEngine.REDIS``. Default: as the class of users says.
    """

    user_id: str
    access_control: "AccessControl"
    engine: UserEngine | None = None


@dataclass(frozen=True, kw_only=True)
class IamUserProps(UserBaseProps):
    """The arguments of :class:`IamUser`, which documents them."""

    user_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class NoPasswordUserProps(UserBaseProps):
    """The arguments of :class:`NoPasswordUser`, which documents them."""

    user_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class PasswordUserProps(UserBaseProps):
    """The arguments of :class:`PasswordUser`, which documents them."""

    # Not shown, since what comes instead of a SecretValue is likely the secret itself.
    passwords: "Sequence[SecretValue]" = field(repr=False)
    user_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class UserBaseAttributes:
    """The arguments of :meth:`UserBase.from_user_attributes`, which documents them."""

    user_id: str | None = None
    user_arn: str | None = None
    engine: UserEngine | None = None
    user_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class UserGroupProps:
    """The arguments of :class:`UserGroup`, which documents them."""

    user_group_name: str | None = None
    engine: UserEngine | None = None
    users: "Sequence[IUser] | None" = None


@dataclass(frozen=True, kw_only=True)
class UserGroupAttributes:
    """The arguments of :meth:`UserGroup.from_user_group_attributes`, which documents them."""

    user_group_name: str | None = None
    user_group_arn: str | None = None
    engine: UserEngine | None = None
    users: "Sequence[IUser] | None" = None
