"""Serverless cache: one endpoint whose capacity follows the traffic."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

import cdk_elasticache as elasticache

app = cdk.App()
stack = cdk.Stack(app, "ServerlessCacheChapter")
vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)

cache = elasticache.ServerlessCache(stack, "Cache", vpc=vpc)

cdk.CfnOutput(stack, "Address", value=cache.serverless_cache_endpoint_address)
cdk.CfnOutput(stack, "Port", value=cache.serverless_cache_endpoint_port)
app.synth()
