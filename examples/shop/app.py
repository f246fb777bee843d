"""A web shop's cache, and everybody who may use it.

cdk synth          in this folder: the template
cdk deploy         the same in AWS
"""

import aws_cdk as cdk
from aws_cdk import Size
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

import cdk_elasticache as elasticache


class ShopStack(cdk.Stack):
    """One Valkey cache: the web service reads and writes it, a report may only read, nobody else gets in."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        web = iam.Role(self, "WebRole", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))

        # Clients in cluster mode, which every serverless cache is in, begin with CLUSTER SLOTS.
        web_user = elasticache.IamUser(
            self,
            "WebUser",
            user_id="shop-web",
            access_control=elasticache.AccessControl.from_access_string(
                "on ~cart:* ~session:* resetchannels "
                "-@all +@read +@write +@connection -@dangerous -@admin +cluster|slots"
            ),
        )
        report_user = elasticache.PasswordUser(
            self,
            "ReportUser",
            user_id="shop-report",
            access_control=elasticache.AccessControl.from_access_string(
                "on %R~cart:* resetchannels -@all +@read +@connection -@dangerous -@admin +cluster|slots"
            ),
            passwords=[self.new_password("ReportPassword")],
        )
        nobody = elasticache.PasswordUser(
            self,
            "DefaultUser",
            user_id="shop-default",
            user_name="default",
            access_control=elasticache.AccessControl.from_access_string("off -@all"),
            passwords=[self.new_password("DefaultPassword")],
        )
        group = elasticache.UserGroup(self, "Users", users=[web_user, report_user, nobody])

        cache = elasticache.ServerlessCache(
            self,
            "Cache",
            vpc=vpc,
            engine=elasticache.CacheEngine.VALKEY_8,
            description="Carts and sessions of the web shop",
            cache_usage_limits=elasticache.CacheUsageLimitsProperty(
                data_storage_maximum_size=Size.gibibytes(10),
                request_rate_limit_maximum=20_000,
            ),
            backup=elasticache.BackupSettings(
                backup_retention_limit=7,
                backup_time=events.Schedule.cron(hour="3", minute="30"),
                backup_name_before_deletion="shop-final",
            ),
            kms_key=kms.Key(self, "Key", enable_key_rotation=True),
            user_group=group,
        )

        # IAM authentication needs both halves.
        cache.grant_connect(web)
        web_user.grant_connect(web)

        service = ec2.SecurityGroup(self, "WebService", vpc=vpc)
        cache.connections.allow_default_port_from(service)

        # AWS advises to look up at three quarters of a limit. The limit is for each second, the sum over 5 minutes.
        cache.metric_processing_units_consumed(statistic="Sum").create_alarm(
            self, "BusyAlarm", threshold=0.75 * 20_000 * 300, evaluation_periods=3
        )
        cdk.CfnOutput(self, "Endpoint", value=cache.serverless_cache_endpoint_address)

    def new_password(self, id: str) -> cdk.SecretValue:
        """A password that nobody has ever seen, of characters that ElastiCache takes."""
        secret = secretsmanager.Secret(
            self,
            id,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=32, exclude_characters=' ,"/@'
            ),
        )
        return secret.secret_value


app = cdk.App()
ShopStack(app, "Shop")
app.synth()
