"""An app with all that a cloud assembly can hold: stages, nested stacks, exports, another region, lookups."""

import os
from importlib import import_module
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm

# The same app with either module of constructs.
elasticache: Any = import_module(os.environ.get("ELASTICACHE_MODULE", "cdk_elasticache"))
ACCOUNT = "111122223333"
READ = "on ~app:* +@read"


def user(scope: cdk.Stack, name: str) -> Any:
    rules = elasticache.AccessControl.from_access_string(READ)
    return elasticache.IamUser(scope, name.title(), user_id=name, access_control=rules)


class Net(cdk.Stack):
    def __init__(self, scope: cdk.App, id: str, **options: Any) -> None:
        super().__init__(scope, id, **options)
        self.vpc = ec2.Vpc(self, "Vpc", max_azs=2)
        ssm.StringParameter(self, "Size", parameter_name="/shop/owner", string_value="the shop team")


class Shop(cdk.Stack):
    def __init__(self, scope: cdk.App, id: str, vpc: ec2.IVpc, **options: Any) -> None:
        super().__init__(scope, id, **options)
        secret = secretsmanager.Secret(self, "Secret")
        writer = elasticache.PasswordUser(
            self,
            "Writer",
            user_id="writer",
            access_control=elasticache.AccessControl.from_access_string("on ~* +@all"),
            passwords=[secret.secret_value],
        )
        reader = user(self, "reader")
        self.cache = elasticache.ServerlessCache(
            self,
            "Cache",
            vpc=vpc,
            engine=elasticache.CacheEngine.VALKEY_8,
            description=ssm.StringParameter.value_for_string_parameter(self, "/shop/owner"),
            user_group=elasticache.UserGroup(self, "Group", users=[writer, reader]),
            cache_usage_limits={
                "data_storage_maximum_size": cdk.Size.gibibytes(self.node.get_context("size"))
            },
        )
        role = iam.Role(
            self, "Role", role_name="app", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
        )
        for grantee in (role, iam.Role.from_role_name(self, "Named", "ops")):
            self.cache.grant_connect(grantee)
        reader.grant_connect(role)
        self.cache.connections.allow_default_port_from(ec2.Peer.ipv4("10.0.0.0/8"))
        self.cache.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        nested = cdk.NestedStack(self, "Nested")
        user(nested, "nested")
        cdk.CfnOutput(nested, "Arn", value=self.cache.serverless_cache_arn)
        cdk.CfnOutput(
            self, "Endpoint", value=self.cache.serverless_cache_endpoint_address, export_name="shop"
        )


class Far(cdk.Stack):
    """In another region, with a policy of this one: the CDK carries its ARN by custom resources."""

    def __init__(self, scope: cdk.App, id: str, policy: iam.ManagedPolicy, **options: Any) -> None:
        super().__init__(scope, id, **options)
        cdk.CfnOutput(self, "Policy", value=policy.managed_policy_arn)


class Lookups(cdk.Stack):
    """Asks AWS for a VPC, and gets the CDK's dummy; finds in a map what isn't there."""

    def __init__(self, scope: cdk.App, id: str, **options: Any) -> None:
        super().__init__(scope, id, **options)
        found = ec2.Vpc.from_lookup(self, "Vpc", vpc_id="vpc-1")
        mapping = cdk.CfnMapping(self, "Map", mapping={"a": {"b": "c"}})
        cdk.CfnOutput(self, "Missing", value=mapping.find_in_map("a", "z", "default"))
        elasticache.ServerlessCache(
            self, "Cache", vpc=found, serverless_cache_name=f"in-{os.environ['CDK_DEFAULT_REGION']}"
        )


app = cdk.App()
here = cdk.Environment(account=ACCOUNT, region="us-east-1")
net = Net(app, "Net", env=here)
Shop(app, "Shop", vpc=net.vpc, env=here)
source = cdk.Stack(app, "Source", env=here, cross_region_references=True)
statement = iam.PolicyStatement(actions=["elasticache:Connect"], resources=["*"])
policy = iam.ManagedPolicy(source, "Policy", managed_policy_name="connect", statements=[statement])
Far(
    app, "Far", policy, env=cdk.Environment(account=ACCOUNT, region="eu-west-1"), cross_region_references=True
)
Lookups(app, "Lookups", env=here)
user(cdk.Stack(cdk.Stage(app, "Prod"), "In", tags={"stage": "prod"}), "staged")
print("synthesizing")  # noqa: T201 - what an app says, our tool passes on
app.synth()
