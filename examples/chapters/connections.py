"""Connecting: security groups decide who reaches the cache, for writes and for reads from its replicas."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

import cdk_elasticache as elasticache

app = cdk.App()
stack = cdk.Stack(app, "ConnectionsChapter")
vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)
service = ec2.SecurityGroup(stack, "Service", vpc=vpc)

cache = elasticache.ServerlessCache(stack, "Cache", vpc=vpc)
cache.connections.allow_default_port_from(service, "the service reads and writes")
# The reader endpoint is another port of the same host; nothing opens it unasked.
cache.connections.allow_from(service, ec2.Port.tcp(6380), "the service reads from replicas")
app.synth()
