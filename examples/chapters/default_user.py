"""The default user: a redis group needs one; this one is shut. Below, the one that AWS has made, imported."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

import cdk_elasticache as elasticache

app = cdk.App()
stack = cdk.Stack(app, "DefaultUserChapter")
vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)

shut = elasticache.NoPasswordUser(
    stack,
    "ShutDefault",
    user_id="shut-default",
    user_name="default",
    access_control=elasticache.AccessControl.from_access_string("off -@all"),
)
closed = elasticache.UserGroup(stack, "Closed", engine=elasticache.UserEngine.REDIS, users=[shut])
elasticache.ServerlessCache(
    stack, "Cache", vpc=vpc, engine=elasticache.CacheEngine.REDIS_7, user_group=closed
)

built_in = elasticache.NoPasswordUser.from_user_attributes(stack, "BuiltInDefault", user_id="default")
elasticache.UserGroup(stack, "Open", engine=elasticache.UserEngine.REDIS, users=[built_in])
app.synth()
