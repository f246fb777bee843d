"""Import existing users and a group: put them into a group of this app, and onto a cache."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

import cdk_elasticache as elasticache

app = cdk.App()
stack = cdk.Stack(app, "ImportUsersChapter")
vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)
role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))

worker = elasticache.IamUser.from_user_id(stack, "Worker", "worker")
worker.grant_connect(role)
auditor = elasticache.PasswordUser.from_user_attributes(stack, "Auditor", user_id="auditor")
elasticache.UserGroup(stack, "Group", users=[worker, auditor])

existing = elasticache.UserGroup.from_user_group_name(stack, "Existing", "platform-users")
elasticache.ServerlessCache(stack, "Cache", vpc=vpc, user_group=existing)
app.synth()
