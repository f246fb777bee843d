"""Grant permissions to IAM users: the role may connect to the cache, and may be the user. It takes both."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

import cdk_elasticache as elasticache

app = cdk.App()
stack = cdk.Stack(app, "GrantsChapter")
vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)
role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))

reader = elasticache.IamUser(
    stack,
    "Reader",
    user_id="reader",
    access_control=elasticache.AccessControl.from_access_string("on ~* -@all +@read"),
)
group = elasticache.UserGroup(stack, "Group", users=[reader])
cache = elasticache.ServerlessCache(stack, "Cache", vpc=vpc, user_group=group)

cache.grant_connect(role)
reader.grant_connect(role)
app.synth()
