"""What every cache has, made here or imported: grants, metrics, connections."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Protocol, Unpack

import jsii
from aws_cdk import IResource, Resource
from aws_cdk import aws_ec2 as ec2
from aws_cdk.interfaces import aws_elasticache as refs

from ..model.engines import CacheEngine
from .arguments import CACHE, check_dimensions, check_object
from .interfaces import HasEngine, IUserGroup, as_alphas
from .introspection import ConstructorSignature
from .later import cloudwatch, iam, kms
from .metrics import DIMENSION, MetricOptions, five_minutes, new_metric, over, with_metric_options
from .places import at, environment_of
from .tokens import in_lower_case
from .user_base import grant


class IServerlessCache(ec2.IConnectable, IResource, refs.IServerlessCacheRef, Protocol):
    """A serverless cache, made here or imported."""

    @property
    @jsii.member(jsii_name="serverlessCacheName")
    def serverless_cache_name(self) -> str:
        """The cache's name."""
        ...

    @property
    @jsii.member(jsii_name="serverlessCacheArn")
    def serverless_cache_arn(self) -> str:
        """The cache's ARN."""
        ...

    @property
    def engine(self) -> CacheEngine | None:
        """The cache's engine; ``None`` where an import doesn't know. The same goes for what follows."""
        ...

    @property
    @jsii.member(jsii_name="backupArnsToRestore")
    def backup_arns_to_restore(self) -> Sequence[str] | None:
        """The backups it was filled from."""
        ...

    @property
    @jsii.member(jsii_name="kmsKey")
    def kms_key(self) -> "kms.IKey | None":
        """The key that encrypts it."""
        ...

    @property
    @jsii.member(jsii_name="vpc")
    def vpc(self) -> ec2.IVpc | None:
        """The VPC it is reached in."""
        ...

    @property
    @jsii.member(jsii_name="subnets")
    def subnets(self) -> Sequence[ec2.ISubnet] | None:
        """The subnets it is reached in."""
        ...

    @property
    @jsii.member(jsii_name="securityGroups")
    def security_groups(self) -> Sequence[ec2.ISecurityGroup] | None:
        """The security groups that guard it."""
        ...

    @property
    @jsii.member(jsii_name="userGroup")
    def user_group(self) -> IUserGroup | None:
        """The group of those who may use it."""
        ...

    @jsii.member(jsii_name="grant")
    def grant(self, grantee: "iam.IGrantable", *actions: str) -> "iam.Grant":
        """Let a role, or another identity, do something with this cache."""
        ...

    @jsii.member(jsii_name="grantConnect")
    def grant_connect(self, grantee: "iam.IGrantable") -> "iam.Grant":
        """Let a role, or another identity, connect to this cache."""
        ...

    @with_metric_options
    def metric(self, metric_name: str, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """Give a metric of this cache."""
        ...

    @with_metric_options
    def metric_cache_hit_count(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """See :meth:`ServerlessCache.metric_cache_hit_count`."""
        ...

    @with_metric_options
    def metric_cache_miss_count(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """See :meth:`ServerlessCache.metric_cache_miss_count`."""
        ...

    @with_metric_options
    def metric_cache_hit_rate(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """See :meth:`ServerlessCache.metric_cache_hit_rate`."""
        ...

    @with_metric_options
    def metric_data_stored(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """See :meth:`ServerlessCache.metric_data_stored`."""
        ...

    @with_metric_options
    def metric_processing_units_consumed(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """See :meth:`ServerlessCache.metric_processing_units_consumed`."""
        ...

    @with_metric_options
    def metric_network_bytes_in(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """See :meth:`ServerlessCache.metric_network_bytes_in`."""
        ...

    @with_metric_options
    def metric_network_bytes_out(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """See :meth:`ServerlessCache.metric_network_bytes_out`."""
        ...

    @with_metric_options
    def metric_active_connections(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """See :meth:`ServerlessCache.metric_active_connections`."""
        ...

    @with_metric_options
    def metric_write_request_latency(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """See :meth:`ServerlessCache.metric_write_request_latency`."""
        ...

    @with_metric_options
    def metric_read_request_latency(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """See :meth:`ServerlessCache.metric_read_request_latency`."""
        ...


class ServerlessCacheGrants:
    """Grants on a cache: anything that has a ``serverless_cache_ref``."""

    def __init__(self, resource: refs.IServerlessCacheRef) -> None:
        self._cdk_elasticache = resource

    def __repr__(self) -> str:
        return f"ServerlessCacheGrants({self._cdk_elasticache!r})"

    @classmethod
    def from_serverless_cache(cls, resource: refs.IServerlessCacheRef) -> "ServerlessCacheGrants":
        """Make the grants of a cache.

        :raises ArgumentTypeError: ``WrongType`` for anything without a ``serverless_cache_ref``.
        """
        check_object("resource", resource, CACHE)
        return cls(resource)

    def actions(
        self,
        grantee: "iam.IGrantable",
        actions: Sequence[str],
        *,
        resource_arns: Sequence[str] | None = None,
    ) -> "iam.Grant":
        """Let an identity do something.

        :param resource_arns: with what. Default: with the cache.
        :raises ValidationError: ``NoActions``, ``NoResources`` or ``InvalidActions``.
        :raises ArgumentTypeError: ``WrongType``.
        """
        with at(self._cdk_elasticache):
            if resource_arns is None:
                resource_arns = [self._cdk_elasticache.serverless_cache_ref.serverless_cache_arn]
            return grant(grantee, actions, resource_arns)

    def connect(self, grantee: "iam.IGrantable") -> "iam.Grant":
        """Let an identity connect: ``elasticache:Connect`` and ``elasticache:DescribeServerlessCaches``."""
        return self.actions(grantee, ["elasticache:Connect", "elasticache:DescribeServerlessCaches"])


@jsii.implements(ec2.IConnectable, refs.IServerlessCacheRef, IServerlessCache, HasEngine)
class ServerlessCacheBase(Resource):
    """A serverless cache, made here or imported."""

    __signature__ = ConstructorSignature()

    @property
    @abstractmethod
    def serverless_cache_name(self) -> str:
        """The cache's name."""

    @property
    @abstractmethod
    def serverless_cache_arn(self) -> str:
        """The cache's ARN."""

    @property
    @abstractmethod
    def engine(self) -> CacheEngine | None:
        """The cache's engine; ``None`` where an import doesn't know. The same goes for what follows."""

    @property
    def _cdk_elasticache_engine(self) -> object:
        return as_alphas(self.engine, "CacheEngine")

    @property
    @abstractmethod
    def backup_arns_to_restore(self) -> Sequence[str] | None:
        """The backups it was filled from."""

    @property
    @abstractmethod
    def kms_key(self) -> "kms.IKey | None":
        """The key that encrypts it."""

    @property
    @abstractmethod
    def vpc(self) -> ec2.IVpc | None:
        """The VPC it is reached in."""

    @property
    @abstractmethod
    def subnets(self) -> Sequence[ec2.ISubnet] | None:
        """The subnets it is reached in."""

    @property
    @abstractmethod
    def security_groups(self) -> Sequence[ec2.ISecurityGroup] | None:
        """The security groups that guard it."""

    @property
    @abstractmethod
    def user_group(self) -> IUserGroup | None:
        """The group of those who may use it."""

    @property
    @abstractmethod
    def connections(self) -> ec2.Connections:
        """Who may reach it over the network."""

    @property
    def serverless_cache_ref(self) -> refs.ServerlessCacheReference:
        """The cache as the CDK's own interfaces refer to it."""
        return refs.ServerlessCacheReference(
            serverless_cache_arn=self.serverless_cache_arn, serverless_cache_name=self.serverless_cache_name
        )

    @property
    def grants(self) -> ServerlessCacheGrants:
        """The grants on this cache."""
        return ServerlessCacheGrants.from_serverless_cache(self)

    def grant(self, grantee: "iam.IGrantable", *actions: str) -> "iam.Grant":
        """Let a role, or another identity, do something with this cache.

        :raises ValidationError: ``NoActions`` where no action is named.
        """
        return self.grants.actions(grantee, actions)

    def grant_connect(self, grantee: "iam.IGrantable") -> "iam.Grant":
        """Let a role, or another identity, connect to this cache.

        That is half of it: :meth:`IamUser.grant_connect` is the other, and IAM authentication needs both.
        https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
        """
        return self.grants.connect(grantee)

    @with_metric_options
    def metric(self, metric_name: str, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """Give a metric of this cache.

        :param metric_name: the name, as CloudWatch has it: ``Evictions``.
        :param options: see :class:`MetricOptions`. Default: the average over 5 minutes.
        :raises ArgumentTypeError: ``WrongType``.
        :raises ValidationError: ``InvalidMetric`` for what the CDK refuses, such as a period of 7 seconds.
        """
        with at(self):
            check_dimensions(options.get("dimensions_map"))
        cluster = self.serverless_cache_name
        settings: dict[str, Any] = {
            # CloudWatch compares dimensions letter by letter, and the service stores names in lower case.
            "dimensions_map": {DIMENSION: in_lower_case(cluster)},
            "period": five_minutes(),
            "statistic": "Average",
            **over({}, options),
        }
        # What Metric.attach_to does, for a call into Node less.
        for option, value in zip(("stack_account", "stack_region"), environment_of(self), strict=True):
            if value is not None:
                settings[option] = value
        with at(self):
            return new_metric(metric_name, settings)

    @with_metric_options
    def metric_cache_hit_count(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """Read-only key lookups that found the key. Default: the sum over 5 minutes."""
        return _metric(self, "CacheHits", "Sum", options)

    @with_metric_options
    def metric_cache_miss_count(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """Read-only key lookups that found nothing. Default: the sum over 5 minutes."""
        return _metric(self, "CacheMisses", "Sum", options)

    @with_metric_options
    def metric_cache_hit_rate(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """Share of the lookups that found their key, in percent. Default: the average over 5 minutes."""
        return _metric(self, "CacheHitRate", "Average", options)

    @with_metric_options
    def metric_data_stored(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """Bytes of data held. Default: the maximum over 5 minutes."""
        return _metric(self, "BytesUsedForCache", "Maximum", options)

    @with_metric_options
    def metric_processing_units_consumed(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """ECPUs used by requests. Default: the average over 5 minutes."""
        return _metric(self, "ElastiCacheProcessingUnits", "Average", options)

    @with_metric_options
    def metric_network_bytes_in(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """Bytes received. Default: the sum over 5 minutes."""
        return _metric(self, "NetworkBytesIn", "Sum", options)

    @with_metric_options
    def metric_network_bytes_out(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """Bytes sent. Default: the sum over 5 minutes."""
        return _metric(self, "NetworkBytesOut", "Sum", options)

    @with_metric_options
    def metric_active_connections(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """Open connections. Default: the maximum over 5 minutes."""
        return _metric(self, "CurrConnections", "Maximum", options)

    @with_metric_options
    def metric_write_request_latency(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """Time that writes took on the server, in microseconds. Default: the average over 5 minutes."""
        return _metric(self, "SuccessfulWriteRequestLatency", "Average", options)

    @with_metric_options
    def metric_read_request_latency(self, **options: Unpack[MetricOptions]) -> "cloudwatch.Metric":
        """Time that reads took on the server, in microseconds. Default: the average over 5 minutes."""
        return _metric(self, "SuccessfulReadRequestLatency", "Average", options)


def _metric(
    cache: ServerlessCacheBase, name: str, statistic: str, options: MetricOptions
) -> "cloudwatch.Metric":
    # Through the method, as in the alpha module: a subclass that has its own has it for every metric.
    return cache.metric(name, **over({"statistic": statistic}, options))
