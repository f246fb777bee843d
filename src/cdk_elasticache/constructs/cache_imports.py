"""Caches that exist already."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ..errors import ValidationError
from ..model.engines import TRAITS, CacheEngine
from . import arguments
from .imports import Imported
from .interfaces import IUserGroup
from .introspection import describe
from .later import cloudwatch, kms
from .metrics import MetricOptions, over, with_metric_options
from .serverless_cache_base import ServerlessCacheBase
from .structs import ServerlessCacheAttributes
from .tokens import is_literal


@dataclass
class _Existing:
    """What is known of a cache that exists already."""

    identity: Imported
    attributes: ServerlessCacheAttributes
    connections: ec2.Connections | None = None


class ImportedServerlessCache(ServerlessCacheBase):
    """A cache that exists already. Renders nothing."""

    def __init__(
        self, scope: Construct, id: str, identity: Imported, attributes: ServerlessCacheAttributes
    ) -> None:
        super().__init__(scope, id, account=identity.account, region=identity.region)
        self._cdk_elasticache = _Existing(identity, attributes)

    def __repr__(self) -> str:
        return describe(self, "serverless_cache_name")

    @property
    def serverless_cache_name(self) -> str:
        """The cache's name."""
        return self._cdk_elasticache.identity.name

    @property
    def serverless_cache_arn(self) -> str:
        """The cache's ARN."""
        return self._cdk_elasticache.identity.arn

    @property
    def engine(self) -> CacheEngine | None:
        """The cache's engine, where it was given. The same goes for what follows."""
        return self._cdk_elasticache.attributes.engine

    @property
    def backup_arns_to_restore(self) -> Sequence[str] | None:
        """The backups it was filled from."""
        return self._cdk_elasticache.attributes.backup_arns_to_restore

    @property
    def kms_key(self) -> "kms.IKey | None":
        """The key that encrypts it."""
        return self._cdk_elasticache.attributes.kms_key

    @property
    def vpc(self) -> ec2.IVpc | None:
        """The VPC it is reached in."""
        return self._cdk_elasticache.attributes.vpc

    @property
    def subnets(self) -> Sequence[ec2.ISubnet] | None:
        """The subnets it is reached in."""
        return self._cdk_elasticache.attributes.subnets

    @property
    def security_groups(self) -> Sequence[ec2.ISecurityGroup] | None:
        """The security groups that guard it."""
        return self._cdk_elasticache.attributes.security_groups

    @property
    def user_group(self) -> IUserGroup | None:
        """The group of those who may use it."""
        return self._cdk_elasticache.attributes.user_group

    @property
    def connections(self) -> ec2.Connections:
        """Who may reach it over the network. The default port is the engine's, where the engine was given."""
        known = self._cdk_elasticache
        if known.connections is None:
            groups = self.security_groups
            traits = None if self.engine is None else TRAITS.get(self.engine.engine_type)
            known.connections = ec2.Connections(
                security_groups=None if groups is None else list(groups),
                default_port=None if traits is None else ec2.Port.tcp(traits.port),
            )
        return known.connections

    @with_metric_options
    def metric(self, metric_name: str, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """Give a metric of this cache, where its ARN says that the cache is; see :meth:`ServerlessCache.metric`."""
        place: MetricOptions = {}
        if self._cdk_elasticache.identity.region is not None:
            place["region"] = self._cdk_elasticache.identity.region
        if self._cdk_elasticache.identity.account is not None:
            place["account"] = self._cdk_elasticache.identity.account
        return super().metric(metric_name, **over(place, options))


def check_attributes(attributes: ServerlessCacheAttributes) -> None:
    """Refuse what can't be said of an existing cache; its name and ARN apart.

    :raises ArgumentTypeError: ``WrongType``.
    :raises ValidationError: ``UnsupportedCacheEngine``.
    """
    arguments.check_optional("engine", attributes.engine, arguments.CACHE_ENGINE)
    arguments.check_texts("backup_arns_to_restore", attributes.backup_arns_to_restore)
    arguments.check_optional("kms_key", attributes.kms_key, arguments.KEY)
    arguments.check_optional("vpc", attributes.vpc, arguments.VPC)
    if attributes.subnets is not None:
        arguments.check_objects("subnets", attributes.subnets, arguments.SUBNET)
    if attributes.security_groups is not None:
        arguments.check_objects("security_groups", attributes.security_groups, arguments.SECURITY_GROUP)
    arguments.check_optional("user_group", attributes.user_group, arguments.USER_GROUP)
    if attributes.engine is None or not is_literal(attributes.engine.engine_type):
        return
    if attributes.engine.engine_type not in TRAITS:
        raise ValidationError(
            "UnsupportedCacheEngine",
            f"engine must be one of {', '.join(TRAITS)} for an import, got {attributes.engine.engine_type!r}",
            remedy="leave it out and give the port when you allow connections",
            parameter="engine",
            value=attributes.engine.engine_type,
        )
