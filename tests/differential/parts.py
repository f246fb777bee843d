"""The parts that apps of the cases are made of: networks, keys, roles, values that are known only at deployment."""

from typing import Any, cast

import jsii
from aws_cdk import App, CfnParameter, Fn, IStableStringProducer, Lazy, Size, Stack, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from .building import output

ZONES = ["us-east-1a", "us-east-1b"]
KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012"
CACHE_ARN = "arn:aws:elasticache:us-east-1:111122223333:serverlesscache:my-cache"
USER_ARN = "arn:aws:elasticache:us-east-1:111122223333:user:my-user"
GROUP_ARN = "arn:aws:elasticache:us-east-1:111122223333:usergroup:my-group"
SNAPSHOT_ARN = "arn:aws:elasticache:us-east-1:111122223333:serverlesscachesnapshot:my-snapshot"


@jsii.implements(IStableStringProducer)
class Later:
    """Says a text at synthesis."""

    def __init__(self, text: str) -> None:
        self._text = text

    def produce(self) -> str:
        """Say it."""
        return self._text


def beside(stack: Stack, id: str, **props: Any) -> Stack:
    """Another stack of the same app."""
    return Stack(cast(App, stack.node.root), id, **props)


def vpc(scope: Construct) -> ec2.IVpc:
    """A VPC that exists already: it renders nothing, so the templates hold what the cases are about."""
    if found := scope.node.try_find_child("Vpc"):
        return cast(ec2.IVpc, found)
    return ec2.Vpc.from_vpc_attributes(
        scope,
        "Vpc",
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=ZONES,
        private_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        isolated_subnet_ids=["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
        public_subnet_ids=["subnet-0123456789abcdef4", "subnet-0123456789abcdef5"],
    )


def cache(scope: Construct, lib: Any, id: str = "Cache", **props: Any) -> Any:
    """A cache, in a VPC that exists already unless one is given."""
    if "vpc" not in props:
        props["vpc"] = vpc(scope)
    return lib.ServerlessCache(scope, id, **props)


def iam_user(scope: Construct, lib: Any, id: str = "User", user_id: str = "my-user", **props: Any) -> Any:
    """A user with IAM authentication."""
    access_control = lib.AccessControl.from_access_string("on ~app:* +@read")
    return lib.IamUser(scope, id, user_id=user_id, **{"access_control": access_control, **props})


def default_user(scope: Construct, lib: Any, id: str = "Default", **props: Any) -> Any:
    """A redis user that may do nothing and is called default."""
    return lib.NoPasswordUser(
        scope,
        id,
        user_id="new-default",
        user_name="default",
        access_control=lib.AccessControl.from_access_string("off -@all"),
        **props,
    )


def role(scope: Construct, id: str = "Role") -> iam.Role:
    """A role of the app."""
    return iam.Role(scope, id, assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def key(scope: Construct) -> kms.Key:
    """A key of the app."""
    return kms.Key(scope, "Key")


def daily(hour: str | None = "9", minute: str | None = "30") -> events.Schedule:
    """A time each day."""
    return events.Schedule.cron(hour=hour, minute=minute)


def text_parameter(scope: Construct, id: str = "Text") -> str:
    """Text that is known only at deployment."""
    return CfnParameter(scope, id).value_as_string


def number_parameter(scope: Construct, id: str = "Number") -> float:
    """A number that is known only at deployment."""
    return CfnParameter(scope, id, type="Number").value_as_number


def list_parameter(scope: Construct, id: str = "List") -> list[str]:
    """A list that is known only at deployment."""
    return CfnParameter(scope, id, type="CommaDelimitedList").value_as_list


#: Each way for text to be unknown until deployment.
TEXT_TOKENS: dict[str, Any] = {
    "parameter": text_parameter,
    "import": lambda _: Fn.import_value("Exported"),
    "lazy": lambda _: Lazy.string(Later("my-lazy-text")),
    "join": lambda scope: Fn.join("-", ["my", text_parameter(scope)]),
    "embedded": lambda scope: f"my-{text_parameter(scope)}-text",
    "sub": lambda _: Fn.sub("my-${AWS::Region}"),
    "pseudo": lambda scope: f"my-{Stack.of(scope).region}",
    "intrinsic": lambda _: Token.as_string({"Ref": "AWS::StackName"}),
}

#: Each way for a number to be unknown until deployment.
NUMBER_TOKENS: dict[str, Any] = {
    "parameter": number_parameter,
    "import": lambda _: Token.as_number(Fn.import_value("Exported")),
    "intrinsic": lambda _: Token.as_number({"Fn::FindInMap": ["Sizes", "Big", "Rate"]}),
}


def cache_outputs(scope: Construct, cache: Any) -> None:
    """Write every attribute of an owned cache into the template."""
    output(
        scope,
        Name=cache.serverless_cache_name,
        Arn=cache.serverless_cache_arn,
        Address=cache.serverless_cache_endpoint_address,
        Port=cache.serverless_cache_endpoint_port,
        ReaderAddress=cache.serverless_cache_reader_endpoint_address,
        ReaderPort=cache.serverless_cache_reader_endpoint_port,
        Status=cache.serverless_cache_status,
        Engine=cache.engine.to_string(),
        EngineType=cache.engine.engine_type,
        Version=cache.engine.major_engine_version,
        Subnets=None if cache.subnets is None else ",".join(subnet.subnet_id for subnet in cache.subnets),
        Groups=",".join(group.security_group_id for group in cache.security_groups),
        Vpc=cache.vpc.vpc_id,
        Key=None if cache.kms_key is None else cache.kms_key.key_arn,
        UserGroup=None if cache.user_group is None else cache.user_group.user_group_arn,
        Restored=None if cache.backup_arns_to_restore is None else str(len(cache.backup_arns_to_restore)),
        RefName=cache.serverless_cache_ref.serverless_cache_name,
        RefArn=cache.serverless_cache_ref.serverless_cache_arn,
        Region=cache.env.region,
        Account=cache.env.account,
        Path=cache.node.path,
        Child=cache.node.default_child.logical_id,
    )


def user_outputs(scope: Construct, user: Any) -> None:
    """Write every attribute of an owned user into the template."""
    output(
        scope,
        Id=user.user_id,
        Name=user.user_name,
        Arn=user.user_arn,
        Status=user.user_status,
        Engine=user.engine.to_string(),
        EngineType=user.engine.engine_type,
        Access=user.access_string,
        Region=user.env.region,
        Child=user.node.default_child.logical_id,
    )


def group_outputs(scope: Construct, group: Any) -> None:
    """Write every attribute of an owned group into the template."""
    output(
        scope,
        Name=group.user_group_name,
        Arn=group.user_group_arn,
        Status=group.user_group_status,
        Engine=group.engine.to_string(),
        Users=",".join(user.user_id for user in group.users) or None,
        Region=group.env.region,
        Child=group.node.default_child.logical_id,
    )


def gibibytes(amount: float) -> Size:
    """A size in the unit of the service."""
    return Size.gibibytes(amount)
