"""What ``Ref`` and ``Fn::GetAtt`` give for a resource: the service's own form where we know it, else a stand-in.

Return values: the page of each type in
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from collections.abc import Callable

from ..model.engines import TRAITS
from .location import Location, nearest
from .parse import Tree
from .placeholders import Placeholder, token
from .resource import Resource

_Value = Callable[[Resource], Tree]

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


def reference(resource: Resource) -> Tree:
    """What ``Ref`` gives."""
    if resource.type in _KNOWN:
        return _KNOWN[resource.type][0](resource)
    return _placeholder(resource, "")


def attribute(resource: Resource, name: str, location: Location) -> Tree:
    """What ``Fn::GetAtt`` gives.

    :raises TemplateError: ``UnresolvedReference`` where a type that we know has no such attribute.
    """
    if resource.type not in _KNOWN:
        return _placeholder(resource, name)
    attributes = _KNOWN[resource.type][1]
    if name not in attributes:
        got = {"Fn::GetAtt": [resource.logical_id, name]}
        remedy = nearest(name, attributes)
        raise location.refuse("UnresolvedReference", f"name an attribute of {resource.type}", got, remedy)
    return attributes[name](resource)


def is_made_up(resource: Resource) -> bool:
    """Whether it is of a type that we know nothing of, so that all its values are made up."""
    return resource.type not in _KNOWN


def physical_name(resource: Resource, property_name: str) -> str:
    """The name that the template gives, else one such as CloudFormation makes: stack, logical id, a stamp."""
    given = resource.properties.text(property_name)
    return given if given is not None else generated_name(resource)


def generated_name(resource: Resource) -> str:
    """A name such as CloudFormation makes where the template gives none, within the 64 characters of IAM."""
    stack = resource.stack.name
    return f"{stack}-{resource.logical_id}"[:51] + f"-{token(stack, resource.logical_id).upper()}"


def elasticache_arn(resource: Resource, kind: str, name_property: str) -> str:
    """The ARN of a cache, user or group, whose names the service stores in lower case."""
    name = resource.properties.required(name_property).lower()
    return resource.stack.arn("elasticache", f"{kind}:{name}")


def iam_arn(resource: Resource, kind: str, name_property: str) -> str:
    """The ARN of an IAM identity or policy: global, with its path before its name."""
    path = resource.properties.text("Path") or "/"
    name = physical_name(resource, name_property)
    return resource.stack.arn("iam", f"{kind}{path}{name}", region="")


def secret_arn(resource: Resource) -> str:
    """The ARN of a secret: its name, a hyphen and six characters of the service's own."""
    name = physical_name(resource, "Name")
    return resource.stack.arn("secretsmanager", f"secret:{name}-{token(resource.stack.name, name, length=6)}")


def group_id(resource: Resource) -> str:
    """The id of a security group."""
    return f"sg-{token(resource.stack.name, resource.logical_id, length=17)}"


def _placeholder(resource: Resource, name: str) -> Placeholder:
    stack = resource.stack
    if name.lower() == "arn" or name.lower().endswith("arn"):
        service = resource.type.split("::")[1].lower() if resource.type.startswith("AWS::") else "custom"
        return Placeholder(stack.arn(service, generated_name(resource)))
    if not name and resource.type in _EC2_PREFIXES:
        stamp = token(stack.name, resource.logical_id, length=17)
        return Placeholder(f"{_EC2_PREFIXES[resource.type]}-{stamp}")
    return Placeholder(f"{generated_name(resource)}.{name}" if name else generated_name(resource))


def _port(resource: Resource) -> str:
    traits = TRAITS.get(resource.properties.required("Engine"))
    return str(traits.port if traits else TRAITS["valkey"].port)


def _text(name: str) -> _Value:
    return lambda resource: resource.properties.required(name)


def _named(name: str) -> _Value:
    return lambda resource: physical_name(resource, name)


def _constant(value: str) -> _Value:
    return lambda _: value


def _made_up(name: str) -> _Value:
    return lambda resource: _placeholder(resource, name)


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
}
