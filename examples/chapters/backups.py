"""Backups and restore: daily ones, one before deletion, and a cache that starts from one."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events

import cdk_elasticache as elasticache

app = cdk.App()
stack = cdk.Stack(app, "BackupsChapter")
vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)

elasticache.ServerlessCache(
    stack,
    "Daily",
    vpc=vpc,
    backup=elasticache.BackupSettings(
        backup_retention_limit=14,  # days
        backup_time=events.Schedule.cron(hour="2", minute="15"),  # UTC
        backup_name_before_deletion="daily-cache-final",
    ),
)
elasticache.ServerlessCache(
    stack,
    "Restored",
    vpc=vpc,
    backup=elasticache.BackupSettings(
        backup_arns_to_restore=[
            stack.format_arn(
                service="elasticache",
                resource="serverlesscachesnapshot",
                resource_name="last-good",
                arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
            )
        ]
    ),
)
app.synth()
