"""Serverless caches that an app makes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from aws_cdk import CfnResource, Names, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as cfn
from constructs import Construct

from ..model.arns import CACHE
from ..model.backups import doubts_about_backup
from ..model.doubts import Doubt
from ..model.engines import CacheEngine, doubts_about_engine
from ..model.membership import check_group_on_cache
from ..model.names import check_description, check_not_empty, doubts_about_cache_name
from . import arguments
from .cache_imports import ImportedServerlessCache, check_attributes
from .cache_properties import backup_properties, key_id, limits_property
from .first_pass import patient
from .imports import identify
from .injection import injected
from .interfaces import IUserGroup
from .introspection import describe
from .later import kms
from .network import Subnets, doubts_about_zones, select_subnets
from .places import as_id, checked, creation, doubts_about_twins, stack_of, warn
from .serverless_cache_base import IServerlessCache, ServerlessCacheBase
from .structs import BackupSettings, CacheUsageLimitsProperty, ServerlessCacheAttributes, ServerlessCacheProps
from .tokens import is_known, is_literal
from .user_group import UserGroup, engine_of, resource_of

#: How one resource is made to depend on another; older versions of the CDK have only the second name.
_depend = getattr(CfnResource, "add_resource_dependency", None) or CfnResource.add_dependency


@dataclass
class _Owned:
    """What a cache of this app is."""

    props: ServerlessCacheProps
    name: str
    engine: CacheEngine
    selected: Subnets
    security_groups: list[ec2.ISecurityGroup]
    resource: cfn.CfnServerlessCache
    connections: ec2.Connections | None = None


class ServerlessCache(ServerlessCacheBase):
    """A serverless cache: one TLS endpoint whose capacity follows the traffic.

    Defines one ``AWS::ElastiCache::ServerlessCache``, and one security group that lets nobody in until
    ``connections`` is asked to.
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/WhatIs.html

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
    :raises ValidationError: for every value that the service would refuse; docs/errors.md lists the codes.
    :raises ArgumentTypeError: ``WrongType`` or ``UnknownKey``.
    """

    #: What identifies the class to property injectors.
    PROPERTY_INJECTION_ID: ClassVar[str] = "aws-cdk-lib.aws-elasticache.ServerlessCache"

    @patient
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        backup: BackupSettings | Mapping[str, Any] | None = None,
        cache_usage_limits: CacheUsageLimitsProperty | Mapping[str, Any] | None = None,
        description: str | None = None,
        engine: CacheEngine | None = None,
        kms_key: "kms.IKey | None" = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        serverless_cache_name: str | None = None,
        user_group: IUserGroup | None = None,
        vpc_subnets: ec2.SubnetSelection | Mapping[str, Any] | None = None,
    ) -> None:
        with checked(scope, id):
            props = ServerlessCacheProps(
                vpc=vpc,
                backup=backup,
                cache_usage_limits=cache_usage_limits,
                description=description,
                engine=engine,
                kms_key=kms_key,
                security_groups=security_groups,
                serverless_cache_name=serverless_cache_name,
                user_group=user_group,
                vpc_subnets=vpc_subnets,
            )
            props = injected(self.PROPERTY_INJECTION_ID, scope, id, props)
            _check(props)
            engine = CacheEngine.VALKEY_LATEST if props.engine is None else props.engine
            limits = limits_property(props.cache_usage_limits)
            backup_settings = backup_properties(props.backup)
            if props.user_group is not None:
                check_group_on_cache(engine.engine_type, engine_of(props.user_group))
            key = key_id(props.kms_key, scope)
            selected = select_subnets(props.vpc, props.vpc_subnets)
            guards = [group.security_group_id for group in props.security_groups or ()]
            arguments.check_texts("security_groups", guards)
            with creation(id):
                super().__init__(scope, id)
        name = props.serverless_cache_name
        if name is None:
            name = Names.unique_resource_name(self, max_length=40)
        groups = list(props.security_groups or ()) or [_new_security_group(self, id, props.vpc)]
        resource = cfn.CfnServerlessCache(
            self,
            # Part of the logical id: another name would replace every user's cache.
            "Resource",
            engine=engine.engine_type,
            major_engine_version=engine.major_engine_version,
            serverless_cache_name=name,
            description=props.description,
            cache_usage_limits=limits,
            kms_key_id=key,
            subnet_ids=selected.ids or None,
            security_group_ids=guards or [groups[0].security_group_id],
            user_group_id=None if props.user_group is None else props.user_group.user_group_name,
            **backup_settings,
        )
        self._cdk_elasticache = _Owned(props, name, engine, selected, groups, resource)
        _depend_on_group(resource, props.user_group)
        for doubts in _doubts(props, engine, selected, backup_settings):
            warn(self, doubts)
        if props.serverless_cache_name is not None and is_known(name):
            warn(self, doubts_about_twins(self, stack_of(scope), "serverless_cache_name", name))

    def __repr__(self) -> str:
        return describe(self, "serverless_cache_name")

    @classmethod
    def is_serverless_cache(cls, x: object) -> bool:
        """Whether something is a ``ServerlessCache`` that this app makes."""
        return isinstance(x, ServerlessCache)

    @classmethod
    def from_serverless_cache_name(
        cls, scope: Construct, id: str, serverless_cache_name: str
    ) -> IServerlessCache:
        """Import a cache by its name.

        :raises ValidationError: ``MissingCacheIdentifier`` for an empty name.
        """
        return cls.from_serverless_cache_attributes(scope, id, serverless_cache_name=serverless_cache_name)

    @classmethod
    def from_serverless_cache_arn(
        cls, scope: Construct, id: str, serverless_cache_arn: str
    ) -> IServerlessCache:
        """Import a cache by its ARN; region and account are those of the ARN.

        :raises ValidationError: ``MissingCacheIdentifier`` or ``InvalidCacheArn``.
        """
        return cls.from_serverless_cache_attributes(scope, id, serverless_cache_arn=serverless_cache_arn)

    @classmethod
    @patient
    def from_serverless_cache_attributes(
        cls,
        scope: Construct,
        id: str,
        *,
        backup_arns_to_restore: Sequence[str] | None = None,
        engine: CacheEngine | None = None,
        kms_key: "kms.IKey | None" = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        serverless_cache_arn: str | None = None,
        serverless_cache_name: str | None = None,
        subnets: Sequence[ec2.ISubnet] | None = None,
        user_group: IUserGroup | None = None,
        vpc: ec2.IVpc | None = None,
    ) -> IServerlessCache:
        """Import a cache by what is known of it. Defaults: unknown.

        :param backup_arns_to_restore: the backups it was filled from.
        :param engine: gives ``connections`` their default port.
        :param kms_key: the key that encrypts it.
        :param security_groups: what ``connections`` adds rules to.
        :param serverless_cache_arn: the cache's ARN. Give this or ``serverless_cache_name``.
        :param serverless_cache_name: the cache's name. Give this or ``serverless_cache_arn``.
        :param subnets: the subnets it is reached in.
        :param user_group: the group of those who may use it.
        :param vpc: the VPC it is reached in.
        :raises ValidationError: ``ConflictingCacheIdentifiers``, ``MissingCacheIdentifier``, ``InvalidCacheArn`` or
            ``UnsupportedCacheEngine``.
        :raises ArgumentTypeError: ``WrongType``.
        """
        attributes = ServerlessCacheAttributes(
            serverless_cache_name=serverless_cache_name,
            serverless_cache_arn=serverless_cache_arn,
            engine=engine,
            backup_arns_to_restore=backup_arns_to_restore,
            kms_key=kms_key,
            vpc=vpc,
            subnets=subnets,
            security_groups=security_groups,
            user_group=user_group,
        )
        with checked(scope, id):
            check_attributes(attributes)
            identity = identify(
                scope, CACHE, "Cache", "serverless_cache_name", serverless_cache_name, serverless_cache_arn
            )
            with creation(id):
                return ImportedServerlessCache(scope, id, identity, attributes)

    @property
    def serverless_cache_name(self) -> str:
        """The cache's name."""
        return self._cdk_elasticache.name

    @property
    def serverless_cache_arn(self) -> str:
        """The cache's ARN."""
        return self._cdk_elasticache.resource.attr_arn

    @property
    def serverless_cache_endpoint_address(self) -> str:
        """The host that clients connect to."""
        return self._cdk_elasticache.resource.attr_endpoint_address

    @property
    def serverless_cache_endpoint_port(self) -> str:
        """The port that clients connect to, as text."""
        return self._cdk_elasticache.resource.attr_endpoint_port

    @property
    def serverless_cache_reader_endpoint_address(self) -> str:
        """The host for reads that may lag behind."""
        return self._cdk_elasticache.resource.attr_reader_endpoint_address

    @property
    def serverless_cache_reader_endpoint_port(self) -> str:
        """The port for reads that may lag behind, as text. ``connections`` doesn't open it."""
        return self._cdk_elasticache.resource.attr_reader_endpoint_port

    @property
    def serverless_cache_status(self) -> str:
        """The cache's status: ``creating``, ``available``, ``modifying``, ``deleting`` or ``create-failed``."""
        return self._cdk_elasticache.resource.attr_status

    @property
    def engine(self) -> CacheEngine:
        """Engine and major version."""
        return self._cdk_elasticache.engine

    @property
    def backup_arns_to_restore(self) -> Sequence[str] | None:
        """The backups it is filled from, as given."""
        return self._cdk_elasticache.resource.snapshot_arns_to_restore

    @property
    def kms_key(self) -> "kms.IKey | None":
        """The key that encrypts it, as given."""
        return self._cdk_elasticache.props.kms_key

    @property
    def vpc(self) -> ec2.IVpc:
        """The VPC it is reached in."""
        return self._cdk_elasticache.props.vpc

    @property
    def subnets(self) -> list[ec2.ISubnet] | None:
        """The subnets it is reached in."""
        return list(self._cdk_elasticache.selected.subnets) or None

    @property
    def security_groups(self) -> list[ec2.ISecurityGroup]:
        """The security groups that guard it: those given, or the new one."""
        return list(self._cdk_elasticache.security_groups)

    @property
    def user_group(self) -> IUserGroup | None:
        """The group of those who may use it, as given."""
        return self._cdk_elasticache.props.user_group

    @property
    def connections(self) -> ec2.Connections:
        """Who may reach it over the network. The default port is the endpoint's."""
        made = self._cdk_elasticache
        if made.connections is None:
            made.connections = ec2.Connections(
                security_groups=made.security_groups,
                default_port=ec2.Port.tcp(Token.as_number(self.serverless_cache_endpoint_port)),
            )
        return made.connections


def _new_security_group(cache: ServerlessCache, id: str, vpc: ec2.IVpc) -> ec2.SecurityGroup:
    return ec2.SecurityGroup(
        cache, "SecurityGroup", vpc=vpc, description=f"Security group for {as_id(id)} cache."
    )


def _depend_on_group(resource: cfn.CfnServerlessCache, group: IUserGroup | None) -> None:
    if isinstance(group, UserGroup):
        _depend(resource, resource_of(group))
    elif group is not None and arguments.has(group, "node"):
        # Made elsewhere: by the alpha module, say. An import has no such child.
        found = group.node.try_find_child("Resource")
        if isinstance(found, CfnResource):
            _depend(resource, found)


def _check(props: ServerlessCacheProps) -> None:
    """Check what needs no rendering."""
    arguments.check_object("vpc", props.vpc, arguments.VPC)
    arguments.check_optional("engine", props.engine, arguments.CACHE_ENGINE)
    if props.engine is not None:
        arguments.check_text("engine.major_engine_version", props.engine.major_engine_version)
    arguments.check_text("serverless_cache_name", props.serverless_cache_name)
    arguments.check_text("description", props.description)
    if props.security_groups is not None:
        arguments.check_objects("security_groups", props.security_groups, arguments.SECURITY_GROUP)
    arguments.check_optional("user_group", props.user_group, arguments.USER_GROUP)
    if props.serverless_cache_name is not None:
        check_not_empty("serverless_cache_name", props.serverless_cache_name)
    if props.description is not None and is_known(props.description):
        check_description(props.description)


def _doubts(
    props: ServerlessCacheProps, engine: CacheEngine, subnets: Subnets, backup: dict[str, Any]
) -> Iterator[Iterator[Doubt]]:
    if is_literal(engine.engine_type) and is_literal(engine.major_engine_version or ""):
        yield doubts_about_engine(engine)
    if props.serverless_cache_name is not None and is_known(props.serverless_cache_name):
        yield doubts_about_cache_name(props.serverless_cache_name)
    yield doubts_about_zones(subnets)
    yield doubts_about_backup(
        has_time=backup.get("daily_snapshot_time") is not None,
        has_retention=backup.get("snapshot_retention_limit") is not None,
    )
