"""The properties that ElastiCache's resources have: what else a template gives is a slip, or newer than we are.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ElastiCache.html
CloudFormation refuses a property that it doesn't know. So do we where the name is nearly one of ours, since then a
cache would come up without its user group, say; any other is told, and has no effect.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .location import Literal, Location
from .properties import Properties
from .resource import Resource
from .structure import Mistake, nearest_key

#: Members by name; ``None`` where what is within isn't looked at here, a list of one shape for a list of objects.
Shape = Mapping[str, Any]


def _leaves(*names: str) -> Shape:
    return dict.fromkeys(names)


_TAGGED: Shape = {"Tags": [_leaves("Key", "Value")]}
_ENDPOINT = _leaves("Endpoint", "ReaderEndpoint")  # the CDK's L1 takes them; the service alone fills them

SCHEMAS: Mapping[str, Shape] = {
    "AWS::ElastiCache::ServerlessCache": {
        **_leaves(
            "ConnectionType", "DailySnapshotTime", "Description", "Engine", "FinalSnapshotName", "KmsKeyId"
        ),
        **_leaves("MajorEngineVersion", "NetworkType", "SecurityGroupIds", "ServerlessCacheName"),
        **_leaves("SnapshotArnsToRestore", "SnapshotRetentionLimit", "SubnetIds", "UserGroupId"),
        **_TAGGED,
        **_ENDPOINT,
        "CacheUsageLimits": {
            "DataStorage": _leaves("Maximum", "Minimum", "Unit"),
            "ECPUPerSecond": _leaves("Maximum", "Minimum"),
        },
    },
    "AWS::ElastiCache::ServerlessCacheSnapshot": {
        **_leaves("KmsKeyId", "ServerlessCacheName", "ServerlessCacheSnapshotName"),
        **_TAGGED,
    },
    "AWS::ElastiCache::User": {
        **_leaves("AccessString", "Engine", "NoPasswordRequired", "Passwords", "UserId", "UserName"),
        **_TAGGED,
        "AuthenticationMode": _leaves("Passwords", "Type"),
    },
    "AWS::ElastiCache::UserGroup": {**_leaves("Engine", "UserGroupId", "UserIds"), **_TAGGED},
}


def unknown_properties(resource: Resource) -> Iterator[Mistake]:
    """Every property that its type doesn't have, as far as we know: sure where it is another's name misspelt."""
    shape = SCHEMAS.get(resource.type)
    if shape:
        for location, name, near in _unknown(resource.properties, shape):
            remedy = f"did you mean {near}?" if near else "it has no effect here"
            rule = "be a property that CloudFormation knows"
            error = location.refuse("UnknownProperty", rule, Literal(name), remedy)
            yield Mistake(resource.place, error, sure=bool(near))


def _unknown(own: Properties, shape: Shape) -> Iterator[tuple[Location, str, str]]:
    for name in own:
        if name not in shape:
            yield own.location(name), name, nearest_key(name, shape)
        elif isinstance(shape[name], list):
            for item in own.objects(name):
                yield from _unknown(item, shape[name][0])
        elif shape[name]:
            inner = own.object(name)
            if inner:
                yield from _unknown(inner, shape[name])
