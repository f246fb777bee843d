"""Cache usage limits: what a cache holds at most and at least, and how fast it may be."""

import aws_cdk as cdk
from aws_cdk import Size
from aws_cdk import aws_ec2 as ec2

import cdk_elasticache as elasticache

app = cdk.App()
stack = cdk.Stack(app, "UsageLimitsChapter")
vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)

elasticache.ServerlessCache(
    stack,
    "Cache",
    vpc=vpc,
    cache_usage_limits=elasticache.CacheUsageLimitsProperty(
        data_storage_minimum_size=Size.gibibytes(1),  # always there, and billed
        data_storage_maximum_size=Size.gibibytes(50),  # then keys with a TTL go, then writes are refused
        request_rate_limit_minimum=5_000,  # ECPU/s
        request_rate_limit_maximum=50_000,  # then requests wait
    ),
)
app.synth()
