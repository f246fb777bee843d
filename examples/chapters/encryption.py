"""Encryption at rest: always on; here with a key of your own."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms

import cdk_elasticache as elasticache

app = cdk.App()
stack = cdk.Stack(app, "EncryptionChapter")
vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)

elasticache.ServerlessCache(stack, "Cache", vpc=vpc, kms_key=kms.Key(stack, "Key", enable_key_rotation=True))
app.synth()
