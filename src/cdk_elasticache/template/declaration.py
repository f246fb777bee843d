"""What a source declares, resolved: plain values that know nothing of templates.

Named tuples, to be made by keyword: a seventh of a dataclass's cost when ``check`` starts.
"""

from collections.abc import Mapping
from typing import NamedTuple

from ..errors import ElastiCacheError
from ..model.doubts import Doubt
from ..model.engines import CacheEngine
from .dynamic_references import Confidential
from .parse import Tree


class Place(NamedTuple):
    """Location a resource is declared.

    :param stack: name of the stack.
    :param logical_id: its key among the template's resources.
    :param path: construct path, such as ``Shop/Cache/Resource``; ``""`` where the template has none.
    :param deletion_policy: ``Delete``, ``Retain``, ``RetainExceptOnCreate`` or ``Snapshot``.
    :param depends_on: logical ids, in the same stack, of ``DependsOn``.
    :param top: name of the stack at the top where ``stack`` is nested in one; ``""`` where it isn't.
    :param condition: name of the condition that may leave it out, where only a deployment decides that.
    """

    stack: str
    logical_id: str
    path: str = ""
    deletion_policy: str = "Delete"
    depends_on: tuple[str, ...] = ()
    top: str = ""
    condition: str = ""

    def __str__(self) -> str:
        return self.path or f"{self.stack}.{self.logical_id}"


class Cache(NamedTuple):
    """``AWS::ElastiCache::ServerlessCache``. ``None``: the template doesn't say.

    :param data_storage_minimum: GiB, as ``data_storage_maximum``.
    :param request_rate_minimum: ECPU a second, as ``request_rate_maximum``.
    :param daily_snapshot_time: ``HH:MM``, UTC.
    :param snapshot_retention_limit: days; 0: no automatic backups.
    """

    place: Place
    name: str
    arn: str
    engine: CacheEngine
    description: str | None = None
    data_storage_minimum: float | None = None
    data_storage_maximum: float | None = None
    request_rate_minimum: float | None = None
    request_rate_maximum: float | None = None
    user_group_id: str | None = None
    security_group_ids: tuple[str, ...] = ()
    subnet_ids: tuple[str, ...] = ()
    kms_key_id: str | None = None
    network_type: str | None = None
    connection_type: str | None = None
    daily_snapshot_time: str | None = None
    snapshot_retention_limit: float | None = None
    snapshot_arns_to_restore: tuple[str, ...] = ()
    final_snapshot_name: str | None = None
    tags: tuple[tuple[str, str], ...] = ()


class User(NamedTuple):
    """``AWS::ElastiCache::User``.

    :param engine: ``valkey`` or ``redis``.
    :param authentication: ``password``, ``iam`` or ``no-password-required``.
    :param passwords: one or two where the authentication is ``password``; never shown.
    """

    place: Place
    id: str
    name: str
    arn: str
    engine: str
    access_string: str
    authentication: str
    passwords: tuple[Confidential, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()


class UserGroup(NamedTuple):
    """``AWS::ElastiCache::UserGroup``."""

    place: Place
    id: str
    arn: str
    engine: str
    user_ids: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()


class Snapshot(NamedTuple):
    """``AWS::ElastiCache::ServerlessCacheSnapshot``."""

    place: Place
    name: str
    arn: str
    cache_name: str
    kms_key_id: str | None = None
    tags: tuple[tuple[str, str], ...] = ()


class Ingress(NamedTuple):
    """Who may connect, and where to.

    :param peer: an address block, the id of a security group or of a prefix list.
    :param protocol: ``tcp``, ``-1`` for all of them, or as the template has it.
    :param group: the resource that makes the peer, where it is a security group of the source.
    :param from_port: first port; ``None`` for all of them, as ``to_port``, the last one.
    """

    peer: str
    protocol: str
    from_port: float | None = None
    to_port: float | None = None
    description: str | None = None
    group: Place | None = None


class SecurityGroup(NamedTuple):
    """``AWS::EC2::SecurityGroup``, with the rules of ``AWS::EC2::SecurityGroupIngress`` resources."""

    place: Place
    id: str
    description: str
    ingress: tuple[Ingress, ...] = ()


class Policy(NamedTuple):
    """An IAM policy.

    :param name: of the policy.
    :param document: ``Version`` and ``Statement``, the latter always a list, of the statements alone that can
        speak of ElastiCache; the others aren't resolved.
    :param place: the resource that declares it.
    """

    name: str
    document: Mapping[str, Tree]
    place: Place


class Principal(NamedTuple):
    """An IAM role or user: of the template, or only named in a policy.

    :param kind: ``role`` or ``user``.
    :param place: ``None`` for one that only a policy names.
    :param policies: inline ones, attached ones and those of a user's groups.
    :param boundary: the permissions boundary, where the template declares it.
    :param foreign_boundary: ARN of a permissions boundary that the source doesn't declare; ``""`` where there is none.
    :param foreign_policies: ARNs of attached managed policies that the source doesn't declare.
    :param tags: ``None``: not known, since only a policy names it or since one can't be resolved.
    """

    kind: str
    name: str
    arn: str
    place: Place | None = None
    policies: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    foreign_boundary: str = ""
    foreign_policies: tuple[str, ...] = ()
    tags: Mapping[str, str] | None = None


class Secret(NamedTuple):
    """``AWS::SecretsManager::Secret``: what its value is, or how to make one.

    :param value: the string that the template gives; never shown.
    :param generate: ``GenerateSecretString`` as the template has it, where AWS makes the value.
    """

    place: Place
    name: str
    arn: str
    value: Confidential | None = None
    generate: Mapping[str, Tree] | None = None


class Output(NamedTuple):
    """An output of a stack. Dynamic references in it stay what they are, as in AWS."""

    stack: str
    key: str
    value: str
    description: str = ""


class NotJudged(NamedTuple):
    """Something that could not be judged.

    :param parameter: way to the value within the resource, such as ``Properties.AccessString``; ``""``: the resource
        itself.
    :param reason: such as ``parameter Rules has no value``.
    """

    place: Place
    parameter: str
    reason: str


class Declaration(NamedTuple):
    """Everything that a source declares.

    :param secrets: those alone that something else here refers to.
    :param stacks: the stacks at the top that were read: name, account and region.
    :param notes: what the user should know about the reading, a line each.
    :param doubtful: what CloudFormation or the service is likely to refuse, or what is surely not meant.
    :param doubts: what the model doubts about texts that aren't there any more once they are resolved.
    :param not_judged: what of caches, users, groups and snapshots no rule could speak of.
    :param counts: how many caches, users and groups there are, broken ones included.
    """

    caches: tuple[Cache, ...] = ()
    users: tuple[User, ...] = ()
    groups: tuple[UserGroup, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    principals: tuple[Principal, ...] = ()
    secrets: tuple[Secret, ...] = ()
    outputs: tuple[Output, ...] = ()
    stacks: tuple[tuple[str, str, str], ...] = ()
    notes: tuple[str, ...] = ()
    doubtful: tuple[tuple[Place, ElastiCacheError], ...] = ()
    doubts: tuple[tuple[Place, Doubt], ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
    counts: Mapping[str, int] = {}
