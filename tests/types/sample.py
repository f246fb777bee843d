"""An app as a user writes it, for type checkers: what is right passes, what is wrong is told.

Each ``type: ignore`` below stands where a mistake must be told: a checker that finds none there says so.
"""

from typing import Any

import jsii
from aws_cdk import App, Duration, Environment, RemovalPolicy, Resource, SecretValue, Size, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

import cdk_elasticache as elasticache


class Prefixed(elasticache.AccessControl):
    """What a user may do with the keys of one prefix."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    @property
    def access_string(self) -> str:
        return f"on ~{self._prefix}:* +@read"


@jsii.implements(elasticache.IUser)
class Tenant(Resource):
    """A user that something else makes."""

    @property
    def user_id(self) -> str:
        return "tenant"

    @property
    def user_arn(self) -> str:
        return "arn:aws:elasticache:us-east-1:111122223333:user:tenant"

    @property
    def user_name(self) -> str | None:
        return None

    @property
    def engine(self) -> elasticache.UserEngine | None:
        return elasticache.UserEngine.VALKEY


class Shop(Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, env=Environment(account="111122223333", region="us-east-1"))
        vpc: ec2.IVpc = ec2.Vpc.from_lookup(self, "Vpc", is_default=True)
        key: kms.IKey = kms.Key.from_key_arn(self, "Key", "arn:aws:kms:us-east-1:111122223333:key/1")
        role: iam.IRole = iam.Role.from_role_name(self, "Role", "app")

        iam_user = elasticache.IamUser(self, "Iam", user_id="app", access_control=Prefixed("app"))
        password_user = elasticache.PasswordUser(
            self,
            "Password",
            user_id="batch",
            access_control=elasticache.AccessControl.from_access_string("on ~* +@read"),
            passwords=[SecretValue.secrets_manager("batch")],
        )
        built_in = elasticache.NoPasswordUser.from_user_id(self, "Default", "default")
        group = elasticache.UserGroup(self, "Group", users=[iam_user, password_user, built_in])
        group.add_user(Tenant(self, "Tenant"))
        first: elasticache.IUser = group.users[0]
        first_name: str | None = first.user_name

        cache = elasticache.ServerlessCache(
            self,
            "Cache",
            vpc=vpc,
            engine=elasticache.CacheEngine.VALKEY_8,
            kms_key=key,
            user_group=group,
            backup={"backup_retention_limit": 7, "backup_time": events.Schedule.cron(hour="3", minute="0")},
            cache_usage_limits=elasticache.CacheUsageLimitsProperty(
                data_storage_maximum_size=Size.gibibytes(5), request_rate_limit_maximum=10_000
            ),
            vpc_subnets={"subnet_type": ec2.SubnetType.PRIVATE_WITH_EGRESS},
        )
        cache.apply_removal_policy(RemovalPolicy.RETAIN)
        cache.connections.allow_default_port_from_any_ipv4()
        cache.metric_cache_hit_rate(period=Duration.minutes(1)).create_alarm(
            self, "Alarm", threshold=0.5, evaluation_periods=3
        )
        latency: cloudwatch.Metric = cache.metric("Evictions", statistic="p99", label=None)
        host: str = cache.serverless_cache_endpoint_address
        props = elasticache.ServerlessCacheProps(vpc=vpc, backup={"backup_retention_limit": 7})
        kept: float | None = props.backup.backup_retention_limit if props.backup else None

        granted: iam.Grant = cache.grant_connect(role)
        iam_user.grant_connect(role)
        elasticache.IamUser.from_user_id(self, "Other", "other").grant_connect(role)
        imported: elasticache.IServerlessCache = elasticache.ServerlessCache.from_serverless_cache_attributes(
            self, "Imported", serverless_cache_name="mine", engine=elasticache.CacheEngine.of("valkey", "9")
        )
        imported.grant(role, "elasticache:Connect")
        elasticache.ServerlessCacheGrants.from_serverless_cache(cache).connect(role)
        self.seen: tuple[Any, ...] = (first_name, latency, host, kept, granted.success)


class Mistaken(Stack):
    """Never made: only checkers read it."""

    def __init__(self, scope: Construct, vpc: ec2.IVpc, role: iam.IRole) -> None:
        super().__init__(scope, "Mistaken")
        access = elasticache.AccessControl.from_access_string("on ~* +@all")
        elasticache.ServerlessCache(self, "A")  # type: ignore[call-arg]
        elasticache.ServerlessCache(self, "B", vpc=vpc, colour="red")  # type: ignore[call-arg]
        elasticache.ServerlessCache(self, "C", vpc=vpc, engine="valkey")  # type: ignore[arg-type]
        elasticache.IamUser(self, "D", user_id=5, access_control=access)  # type: ignore[arg-type]
        elasticache.IamUser(self, "E", user_id="e", access_control="on ~* +@all")  # type: ignore[arg-type]
        elasticache.UserGroup(self, "F", users=access)  # type: ignore[arg-type]
        elasticache.UserGroup(self, "G").add_user("me")  # type: ignore[arg-type]
        elasticache.BackupSettings(retention=7)  # type: ignore[call-arg]
        elasticache.NoPasswordUser.from_user_id(self, "H", "h").grant_connect(role)  # type: ignore[attr-defined]
        elasticache.CacheEngine.VALKEY_6  # type: ignore[attr-defined]  # noqa: B018
        elasticache.Nothing  # type: ignore[attr-defined]  # noqa: B018


if __name__ == "__main__":
    Shop(App(), "Shop")
