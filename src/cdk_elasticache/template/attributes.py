"""What ``Ref`` and ``Fn::GetAtt`` give for a resource: the service's own form where we know it, else a stand-in.

Return values: the page of each type in
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..model.engines import TRAITS
from . import functions
from .stand_in import StandIn, token
from .text import Tree
from .where import Where

if TYPE_CHECKING:
    from .stack import Resource

_Value = Callable[["Resource"], Tree]

#: Ids of EC2: a prefix and 17 hexadecimal digits.
_EC2_PREFIXES = {
    "AWS::EC2::InternetGateway": "igw",
    "AWS::EC2::NatGateway": "nat",
    "AWS::EC2::PrefixList": "pl",
    "AWS::EC2::RouteTable": "rtb",
    "AWS::EC2::SecurityGroup": "sg",
    "AWS::EC2::Subnet": "subnet",
    "AWS::EC2::VPC": "vpc",
    "AWS::EC2::VPCEndpoint": "vpce",
}


def reference(resource: "Resource", where: Where) -> Tree:
    """What ``Ref`` gives."""
    del where
    if resource.type in _KNOWN:
        return _KNOWN[resource.type][0](resource)
    return _stand_in(resource, "")


def attribute(resource: "Resource", name: str, where: Where) -> Tree:
    """What ``Fn::GetAtt`` gives.

    :raises TemplateError: ``UnresolvedReference`` where a type that we know has no such attribute.
    """
    if resource.type == "AWS::CloudFormation::Stack" and name.startswith("Outputs."):
        return resource.stack.child(resource).output(name.removeprefix("Outputs."), where)
    if resource.type == "Custom::CrossRegionExportReader":
        return _from_another_region(resource, name, where)
    if resource.type not in _KNOWN:
        return _stand_in(resource, name)
    running = resource.stack.stacks.inputs.attributes
    if running and resource.type == "AWS::ElastiCache::ServerlessCache":
        given = running.get(elasticache_arn(resource, "serverlesscache", "ServerlessCacheName"), {}).get(name)
        if given is not None:
            return given
    attributes = _KNOWN[resource.type][1]
    if name not in attributes:
        got = {"Fn::GetAtt": [resource.logical_id, name]}
        remedy = functions.nearest(name, attributes)
        raise where.refuse("UnresolvedReference", f"name an attribute of {resource.type}", got, remedy)
    return attributes[name](resource)


def physical_name(resource: "Resource", property_name: str) -> str:
    """The name that the template gives, else one such as CloudFormation makes: stack, logical id, a stamp."""
    given = resource.properties.text(property_name)
    return given if given is not None else generated_name(resource)


def generated_name(resource: "Resource") -> str:
    """A name such as CloudFormation makes where the template gives none, within the 64 characters of IAM."""
    stack = resource.stack.name
    return f"{stack}-{resource.logical_id}"[:51] + f"-{token(stack, resource.logical_id).upper()}"


def elasticache_arn(resource: "Resource", kind: str, name_property: str) -> str:
    """The ARN of a cache, user or group, whose names the service stores in lower case."""
    name = resource.properties.required(name_property).lower()
    return resource.stack.arn("elasticache", f"{kind}:{name}")


def iam_arn(resource: "Resource", kind: str, name_property: str) -> str:
    """The ARN of an IAM identity or policy: global, with its path before its name."""
    path = resource.properties.text("Path") or "/"
    name = physical_name(resource, name_property)
    return resource.stack.arn("iam", f"{kind}{path}{name}", region="")


def secret_arn(resource: "Resource") -> str:
    """The ARN of a secret: its name, a hyphen and six characters of the service's own."""
    name = physical_name(resource, "Name")
    return resource.stack.arn("secretsmanager", f"secret:{name}-{token(resource.stack.name, name, length=6)}")


def group_id(resource: "Resource") -> str:
    """The id of a security group."""
    return f"sg-{token(resource.stack.name, resource.logical_id, length=17)}"


def _stand_in(resource: "Resource", name: str) -> StandIn:
    stack = resource.stack
    stack.stacks.stood_in[resource.where.owner] = resource.type
    if name.lower() == "arn" or name.lower().endswith("arn"):
        service = resource.type.split("::")[1].lower() if resource.type.startswith("AWS::") else "custom"
        return StandIn(stack.arn(service, generated_name(resource)))
    if not name and resource.type in _EC2_PREFIXES:
        stamp = token(stack.name, resource.logical_id, length=17)
        return StandIn(f"{_EC2_PREFIXES[resource.type]}-{stamp}")
    return StandIn(f"{generated_name(resource)}.{name}" if name else generated_name(resource))


def _from_another_region(resource: "Resource", name: str, where: Where) -> Tree:
    """A value that the CDK carries to another region: the writer there holds it under the same name."""
    for stack in resource.stack.stacks.everywhere():
        for writer in stack.resources({"Custom::CrossRegionExportWriter"}):
            given = writer.properties.object("WriterProps")
            exports = given.object("exports") if given else None
            if exports and name in exports:
                return exports.tree(name)
    rule = "name what a stack of the source exports to this region"
    raise where.refuse("UnresolvedImport", rule, {"Fn::GetAtt": [resource.logical_id, name]})


def _port(resource: "Resource") -> str:
    traits = TRAITS.get(resource.properties.required("Engine"))
    return str(traits.port if traits else TRAITS["valkey"].port)


def _text(name: str) -> _Value:
    return lambda resource: resource.properties.required(name)


def _named(name: str) -> _Value:
    return lambda resource: physical_name(resource, name)


def _constant(value: str) -> _Value:
    return lambda _: value


def _made_up(name: str) -> _Value:
    return lambda resource: _stand_in(resource, name)


def _elasticache_arn(kind: str, name: str) -> _Value:
    return lambda resource: elasticache_arn(resource, kind, name)


def _iam_arn(kind: str, name: str) -> _Value:
    return lambda resource: iam_arn(resource, kind, name)


def _iam_id(prefix: str) -> _Value:
    return lambda resource: prefix + token(resource.stack.name, resource.logical_id, length=17).upper()


_snapshot_arn = _elasticache_arn("serverlesscachesnapshot", "ServerlessCacheSnapshotName")
_managed_policy_arn = _iam_arn("policy", "ManagedPolicyName")
_localhost = _constant("localhost")
_reader_port = _constant("6380")

#: Type: what Ref gives, and what each attribute gives.
_KNOWN: dict[str, tuple[_Value, dict[str, _Value]]] = {
    "AWS::ElastiCache::ServerlessCache": (
        _text("ServerlessCacheName"),
        {
            "ARN": _elasticache_arn("serverlesscache", "ServerlessCacheName"),
            "CreateTime": _made_up("CreateTime"),
            "Endpoint.Address": _localhost,
            "Endpoint.Port": _port,
            "FullEngineVersion": _made_up("FullEngineVersion"),
            "ReaderEndpoint.Address": _localhost,
            "ReaderEndpoint.Port": _reader_port,
            "Status": _constant("available"),
        },
    ),
    "AWS::ElastiCache::ServerlessCacheSnapshot": (
        _snapshot_arn,
        {
            "ARN": _snapshot_arn,
            "BytesUsedForCache": _constant("0"),
            "CreateTime": _made_up("CreateTime"),
            "SnapshotType": _constant("manual"),
            "Status": _constant("available"),
        },
    ),
    "AWS::ElastiCache::User": (
        _text("UserId"),
        {"Arn": _elasticache_arn("user", "UserId"), "Status": _constant("active")},
    ),
    "AWS::ElastiCache::UserGroup": (
        _text("UserGroupId"),
        {"Arn": _elasticache_arn("usergroup", "UserGroupId"), "Status": _constant("active")},
    ),
    "AWS::EC2::SecurityGroup": (
        group_id,
        {
            "GroupId": group_id,
            "Id": group_id,
            "VpcId": lambda resource: resource.properties.text("VpcId") or "",
        },
    ),
    "AWS::IAM::Group": (_named("GroupName"), {"Arn": _iam_arn("group", "GroupName")}),
    "AWS::IAM::ManagedPolicy": (
        _managed_policy_arn,
        {
            "AttachmentCount": _made_up("AttachmentCount"),
            "CreateDate": _made_up("CreateDate"),
            "DefaultVersionId": _made_up("DefaultVersionId"),
            "IsAttachable": _made_up("IsAttachable"),
            "PermissionsBoundaryUsageCount": _made_up("PermissionsBoundaryUsageCount"),
            "PolicyArn": _managed_policy_arn,
            "PolicyId": _iam_id("ANPA"),
            "UpdateDate": _made_up("UpdateDate"),
        },
    ),
    "AWS::IAM::Role": (_named("RoleName"), {"Arn": _iam_arn("role", "RoleName"), "RoleId": _iam_id("AROA")}),
    "AWS::IAM::User": (_named("UserName"), {"Arn": _iam_arn("user", "UserName")}),
    "AWS::SSM::Parameter": (
        _named("Name"),
        {"Type": lambda resource: resource.properties.text("Type") or "String", "Value": _text("Value")},
    ),
    "AWS::SecretsManager::Secret": (secret_arn, {"Id": secret_arn}),
    "AWS::CloudFormation::Stack": (lambda resource: resource.stack.child(resource).id, {}),
}
