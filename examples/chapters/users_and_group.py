"""Users and a user group: with a password, with IAM, and a default user who may do nothing; then the cache."""

import aws_cdk as cdk
from aws_cdk import SecretValue
from aws_cdk import aws_ec2 as ec2

import cdk_elasticache as elasticache

app = cdk.App()
stack = cdk.Stack(app, "UsersAndGroupChapter")
vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)

app_user = elasticache.IamUser(
    stack,
    "App",
    user_id="app",
    access_control=elasticache.AccessControl.from_access_string("on ~app:* -@all +@read +@write"),
)
admin = elasticache.PasswordUser(
    stack,
    "Admin",
    user_id="admin",
    access_control=elasticache.AccessControl.from_access_string("on ~* +@all"),
    # Two while one replaces the other: clients go on with either.
    passwords=[
        SecretValue.secrets_manager("admin-password"),
        SecretValue.secrets_manager("admin-password-next"),
    ],
)
group = elasticache.UserGroup(stack, "Group", users=[app_user])
group.add_user(admin)

elasticache.ServerlessCache(stack, "Cache", vpc=vpc, user_group=group)
app.synth()
