"""The properties that ElastiCache's resources have: what else a template gives is a slip, or newer than we are.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ElastiCache.html
CloudFormation refuses a property that it doesn't know. So do we where the name is nearly one of ours, since then a
cache would come up without its user group, say; any other is told, and has no effect.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .location import Literal
from .properties import Properties
from .resource import Resource

#: Members by name; ``None`` where what is within isn't looked at here.
Shape = Mapping[str, Any]


def _leaves(*names: str) -> Shape:
    return dict.fromkeys(names)


_TAGGED = _leaves("Tags")
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


def unknown_properties(resource: Resource) -> Iterator[str]:
    """A line for each property that has no effect here.

    :raises TemplateError: ``UnknownProperty`` for one that is surely another's name misspelt.
    """
    shape = SCHEMAS.get(resource.type)
    if shape:
        for name in _unknown(resource.properties, shape):
            yield f"{resource.location.owner}: {resource.type} has no property {name} here: it has no effect"


def _unknown(own: Properties, shape: Shape) -> Iterator[str]:
    for name in own:
        if name not in shape:
            _refuse_slip(own, name, shape)
            yield own.location(name).path.removeprefix("Properties.")
        elif shape[name]:
            inner = own.object(name)
            if inner:
                yield from _unknown(inner, shape[name])


def _refuse_slip(own: Properties, name: str, shape: Shape) -> None:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), [known.lower() for known in shape], n=1, cutoff=0.8)
    if near:
        meant = next(known for known in shape if known.lower() == near[0])
        location = own.location(name)
        rule = "be a property that CloudFormation knows"
        raise location.refuse("UnknownProperty", rule, Literal(name), f"did you mean {meant}?")
