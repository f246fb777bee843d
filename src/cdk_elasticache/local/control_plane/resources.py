"""What is to run: users, groups and caches as plain values that a database and a socket can hold.

A resource is known by its ARN: two of one ARN are the same thing at two times, whatever their logical ids.
Properties have CloudFormation's names; passwords are here as SHA-256 alone, which is all that the engine takes.
Pure.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from ...template.declaration import Cache, Declaration, Place, Policy, Principal, User, UserGroup
from ...template.dynamic_references import Lookup

#: Kinds, in the order in which one refers to another; their CloudFormation types.
TYPES = {
    "user": "AWS::ElastiCache::User",
    "usergroup": "AWS::ElastiCache::UserGroup",
    "serverlesscache": "AWS::ElastiCache::ServerlessCache",
}
#: The status of a kind that is there and does its work (reference of each API's Status field).
READY = {"user": "active", "usergroup": "active", "serverlesscache": "available"}


class Resource(NamedTuple):
    """A user, a group or a cache.

    :param kind: ``user``, ``usergroup`` or ``serverlesscache``, as in its ARN.
    :param depends_on: ARNs of what ``DependsOn`` names, where that is one of ours.
    :param retain: whether its data stays when the template no longer has it (``DeletionPolicy``).
    :param properties: by CloudFormation's names, JSON values only.
    :param top: name of the stack at the top, which is ``stack`` itself or has it nested.
    """

    arn: str
    kind: str
    stack: str
    logical_id: str
    path: str
    depends_on: tuple[str, ...]
    retain: bool
    properties: Mapping[str, Any]
    top: str = ""

    @property
    def owner(self) -> tuple[str, str, str]:
        """The stack at the top: its name, account and region."""
        _, _, _, region, account, *_ = self.arn.split(":")
        return self.top, account, region

    @property
    def name(self) -> str:
        """What the service calls it: a user's or group's id, a cache's name, in lower case as stored."""
        return self.arn.rpartition(":")[2]

    @property
    def refers_to(self) -> tuple[str, ...]:
        """ARNs of what it can't be without: a group's users, a cache's group, and ``DependsOn``."""
        stem = self.arn.removesuffix(f"{self.kind}:{self.name}")
        users = (f"{stem}user:{one.lower()}" for one in self.properties.get("UserIds", ()))
        group = self.properties.get("UserGroupId") if self.kind == "serverlesscache" else None
        groups = (f"{stem}usergroup:{group.lower()}",) if group else ()
        return (*users, *groups, *self.depends_on)


def to_json(resource: Resource) -> dict[str, Any]:
    """A resource as JSON holds it."""
    return {
        **resource._asdict(),
        "depends_on": list(resource.depends_on),
        "properties": dict(resource.properties),
    }


def from_json(tree: Mapping[str, Any]) -> Resource:
    """Read back what :func:`to_json` wrote."""
    return Resource(**{**tree, "depends_on": tuple(tree["depends_on"])})


def resources(
    declared: Declaration, lookup: Lookup, limits: Mapping[str, Mapping[str, float]] | None = None
) -> tuple[Resource, ...]:
    """What a declaration wants to run.

    :param lookup: answers the references that passwords hold.
    :param limits: figures that replace a cache's own while it runs here, by ARN: ``storage`` in bytes, ``ecpu``
        a second, ``connections``. Default: none.
    :raises UnknownReferenceError: for a password that ``lookup`` doesn't know.
    """
    made = (
        *(_resource("user", one, _user(one, lookup)) for one in declared.users),
        *(_resource("usergroup", one, _group(one)) for one in declared.groups),
        *(
            _resource("serverlesscache", one, _cache(one, (limits or {}).get(one.arn)))
            for one in declared.caches
        ),
    )
    arns = {(one.stack, one.logical_id): one.arn for one in made}
    return tuple(_with_dependencies(one, arns) for one in made)


def _resource(kind: str, one: Cache | User | UserGroup, properties: Mapping[str, Any]) -> Resource:
    place: Place = one.place
    kept = {key: value for key, value in properties.items() if value not in (None, [], {})}
    retain = place.deletion_policy.startswith("Retain")
    top = place.top or place.stack
    return Resource(
        one.arn, kind, place.stack, place.logical_id, place.path, place.depends_on, retain, kept, top
    )


def _with_dependencies(one: Resource, arns: Mapping[tuple[str, str], str]) -> Resource:
    found = (arns.get((one.stack, name)) for name in one.depends_on)
    return one._replace(depends_on=tuple(arn for arn in found if arn))


def _user(user: User, lookup: Lookup) -> dict[str, Any]:
    return {
        "UserId": user.id,
        "UserName": user.name,
        "Engine": user.engine,
        "AccessString": user.access_string,
        "Authentication": user.authentication,
        "PasswordHashes": [_digest(one.reveal(lookup)) for one in user.passwords],
        "Tags": _tags(user.tags),
    }


def _group(group: UserGroup) -> dict[str, Any]:
    return {
        "UserGroupId": group.id,
        "Engine": group.engine,
        "UserIds": list(group.user_ids),
        "Tags": _tags(group.tags),
    }


def _cache(cache: Cache, limits: Mapping[str, float] | None) -> dict[str, Any]:
    storage = {"Minimum": cache.data_storage_minimum, "Maximum": cache.data_storage_maximum}
    rate = {"Minimum": cache.request_rate_minimum, "Maximum": cache.request_rate_maximum}
    return {
        "ServerlessCacheName": cache.name,
        "Engine": cache.engine.engine_type,
        "MajorEngineVersion": cache.engine.major_engine_version,
        "Description": cache.description,
        "DataStorage": {key: value for key, value in storage.items() if value},
        "ECPUPerSecond": {key: value for key, value in rate.items() if value},
        "UserGroupId": cache.user_group_id,
        "SecurityGroupIds": list(cache.security_group_ids),
        "SubnetIds": sorted(cache.subnet_ids),
        "KmsKeyId": cache.kms_key_id,
        "NetworkType": cache.network_type,
        "ConnectionType": cache.connection_type,
        "DailySnapshotTime": cache.daily_snapshot_time,
        "SnapshotRetentionLimit": cache.snapshot_retention_limit,
        "SnapshotArnsToRestore": list(cache.snapshot_arns_to_restore),
        "FinalSnapshotName": cache.final_snapshot_name,
        "Tags": _tags(cache.tags),
        "LocalLimits": dict(limits or {}),
    }


def _tags(tags: tuple[tuple[str, str], ...]) -> list[list[str]]:
    return [list(tag) for tag in tags]


def _digest(password: str) -> str:
    return sha256(password.encode()).hexdigest()


def principals(declared: Declaration) -> list[dict[str, Any]]:
    """The roles and IAM users of a declaration, with the policies that decide, as JSON holds them."""
    return [_principal(one) for one in declared.principals]


def _principal(one: Principal) -> dict[str, Any]:
    return {
        "arn": one.arn,
        "kind": one.kind,
        "name": one.name,
        "stack": one.place.stack if one.place else "",
        "logical_id": one.place.logical_id if one.place else "",
        "path": one.place.path if one.place else "",
        "top": (one.place.top or one.place.stack) if one.place else "",
        "policies": [_policy(policy) for policy in one.policies],
        "boundary": _policy(one.boundary) if one.boundary else None,
        "foreign_boundary": one.foreign_boundary,
        "foreign_policies": list(one.foreign_policies),
        "tags": None if one.tags is None else dict(one.tags),
    }


def _policy(policy: Policy) -> dict[str, Any]:
    return {"name": policy.name, "document": dict(policy.document)}
