"""Import an existing cache: open it to a service, and watch it."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

import cdk_elasticache as elasticache

app = cdk.App()
stack = cdk.Stack(app, "ImportCacheChapter")
vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)
service = ec2.SecurityGroup(stack, "Service", vpc=vpc)
role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))

cache = elasticache.ServerlessCache.from_serverless_cache_attributes(
    stack,
    "Cache",
    serverless_cache_name="orders",
    engine=elasticache.CacheEngine.VALKEY_8,  # gives connections their default port
    security_groups=[ec2.SecurityGroup.from_security_group_id(stack, "Guard", "sg-0123456789abcdef0")],
)
cache.connections.allow_default_port_from(service)
cache.grant_connect(role)
cache.metric_active_connections().create_alarm(stack, "Crowded", threshold=10_000, evaluation_periods=1)
app.synth()
