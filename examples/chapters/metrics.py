"""Metrics and monitoring: an alarm on the hit rate, and a dashboard."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2

import cdk_elasticache as elasticache

app = cdk.App()
stack = cdk.Stack(app, "MetricsChapter")
vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)
cache = elasticache.ServerlessCache(stack, "Cache", vpc=vpc)

cache.metric_cache_hit_rate(period=cdk.Duration.minutes(15)).create_alarm(
    stack,
    "MissesTooMuch",
    threshold=80,  # percent
    comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluation_periods=4,
)
cloudwatch.Dashboard(
    stack,
    "Dashboard",
    widgets=[
        [
            cloudwatch.GraphWidget(
                title="Traffic", left=[cache.metric_network_bytes_in(), cache.metric_network_bytes_out()]
            ),
            # Any metric of the service, by its name.
            cloudwatch.GraphWidget(title="Throttled", left=[cache.metric("ThrottledCmds", statistic="Sum")]),
        ]
    ],
)
app.synth()
