"""What the alpha module refuses, ours refuses too, with the same code where the alpha module has one."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import SecretValue, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events

import cdk_elasticache as ours

from . import parts
from .building import new_stack, synthesize

alpha: Any = pytest.importorskip("aws_cdk.aws_elasticache_alpha", reason="it fits one version of aws-cdk-lib")

Call = Callable[[Stack, Any], Any]


def cache(**props: Any) -> Call:
    return lambda stack, lib: parts.cache(stack, lib, **props)


def limits(**values: Any) -> Call:
    return cache(cache_usage_limits=values)


def backup(**values: Any) -> Call:
    return cache(backup=values)


def vpc_of(kind: ec2.SubnetType) -> Call:
    subnets = [ec2.SubnetConfiguration(name="Only", subnet_type=kind)]
    return lambda stack, lib: parts.cache(
        stack, lib, vpc=ec2.Vpc(stack, "Net", max_azs=2, subnet_configuration=subnets)
    )


def passwords(count: int) -> Call:
    return lambda stack, lib: lib.PasswordUser(
        stack,
        "User",
        user_id="me",
        passwords=[SecretValue.secrets_manager(f"secret-{number}") for number in range(count)],
        access_control=lib.AccessControl.from_access_string("on ~* +@all"),
    )


def group_on(cache_engine: str, group_engine: str | None) -> Call:
    def call(stack: Stack, lib: Any) -> None:
        engine = group_engine and getattr(lib.UserEngine, group_engine)
        group = lib.UserGroup.from_user_group_attributes(
            stack, "Group", user_group_name="people", engine=engine
        )
        parts.cache(stack, lib, engine=getattr(lib.CacheEngine, cache_engine), user_group=group)

    return call


def no_password_user(stack: Stack, lib: Any) -> None:
    parts.default_user(stack, lib, engine=lib.UserEngine.VALKEY)


def added_to_an_import(stack: Stack, lib: Any) -> None:
    lib.UserGroup.from_user_group_name(stack, "Group", "people").add_user(parts.iam_user(stack, lib))


def twins(stack: Stack, lib: Any) -> None:
    users = [
        lib.IamUser.from_user_attributes(stack, name, user_id=name, user_name="same")
        for name in ("one", "two")
    ]
    lib.UserGroup(stack, "Group", users=users)


def redis_group(*engines: str) -> Call:
    def call(stack: Stack, lib: Any) -> None:
        users = [
            parts.iam_user(stack, lib, engine, engine.lower(), engine=getattr(lib.UserEngine, engine))
            for engine in engines
        ]
        lib.UserGroup(stack, "Group", engine=lib.UserEngine.REDIS, users=users)

    return call


def imports(kind: str, method: str, **attributes: Any) -> Call:
    return lambda stack, lib: getattr(getattr(lib, kind), method)(stack, "It", **attributes)


def two_rules(stack: Stack, lib: Any) -> None:
    selection = {"subnets": parts.vpc(stack).private_subnets, "subnet_group_name": "Private"}
    parts.cache(stack, lib, vpc_subnets=selection)


CACHE, USER, GROUP = "from_serverless_cache_attributes", "from_user_attributes", "from_user_group_attributes"
NO_NAME = "arn:aws:elasticache:us-east-1:111122223333:serverlesscache"

REFUSALS: list[tuple[str, Call]] = [
    ("DescriptionTooLong", cache(description="d" * 256)),
    ("InvalidDescriptionCharacters", cache(description="a < b")),
    ("InvalidDescriptionCharacters", cache(description="a > b")),
    ("InvalidDataStorageMinimum", limits(data_storage_minimum_size=Size.gibibytes(0))),
    ("InvalidDataStorageMinimum", limits(data_storage_minimum_size=Size.gibibytes(5001))),
    ("InvalidDataStorageMinimum", limits(data_storage_minimum_size=Size.mebibytes(1536))),
    ("InvalidDataStorageMaximum", limits(data_storage_maximum_size=Size.gibibytes(0))),
    ("InvalidDataStorageMaximum", limits(data_storage_maximum_size=Size.tebibytes(5))),
    (
        "InvalidDataStorageRange",
        limits(data_storage_minimum_size=Size.gibibytes(3), data_storage_maximum_size=Size.gibibytes(2)),
    ),
    ("InvalidRequestRateMinimum", limits(request_rate_limit_minimum=0)),
    ("InvalidRequestRateMinimum", limits(request_rate_limit_minimum=999)),
    ("InvalidRequestRateMaximum", limits(request_rate_limit_maximum=15000001)),
    (
        "InvalidRequestRateRange",
        limits(request_rate_limit_minimum=2000, request_rate_limit_maximum=1000),
    ),
    ("InvalidBackupRetentionLimit", backup(backup_retention_limit=0)),
    ("InvalidBackupRetentionLimit", backup(backup_retention_limit=36)),
    ("InvalidBackupNameStart", backup(backup_name_before_deletion="1st")),
    ("InvalidBackupNameStart", backup(backup_name_before_deletion="")),
    ("InvalidBackupNameCharacters", backup(backup_name_before_deletion="my_backup")),
    ("InvalidBackupNameCharacters", backup(backup_name_before_deletion="mine\n")),
    ("InvalidBackupNameEnd", backup(backup_name_before_deletion="mine-")),
    ("InvalidBackupNameConsecutiveHyphens", backup(backup_name_before_deletion="my--backup")),
    ("UnsupportedBackupSchedule", backup(backup_time=events.Schedule.cron(day="1", hour="2"))),
    ("UnsupportedBackupSchedule", backup(backup_time=events.Schedule.cron(month="1"))),
    ("UnsupportedBackupSchedule", backup(backup_time=events.Schedule.cron(year="2030"))),
    ("UnsupportedBackupSchedule", backup(backup_time=events.Schedule.cron(week_day="MON"))),
    ("UnsupportedBackupSchedule", backup(backup_time=events.Schedule.expression("cron(0 9 * * *)"))),
    ("MemcachedUserGroupNotSupported", group_on("MEMCACHED_LATEST", "VALKEY")),
    ("MemcachedUserGroupNotSupported", group_on("MEMCACHED_1_6", None)),
    ("RedisUserGroupMismatch", group_on("REDIS_7", "VALKEY")),
    ("RedisUserGroupMismatch", group_on("REDIS_LATEST", None)),
    ("NoMatchingSubnets", vpc_of(ec2.SubnetType.PRIVATE_ISOLATED)),
    ("NoMatchingSubnets", vpc_of(ec2.SubnetType.PUBLIC)),
    ("NoMatchingSubnets", two_rules),
    (
        "ConflictingCacheIdentifiers",
        imports("ServerlessCache", CACHE, serverless_cache_name="a", serverless_cache_arn=parts.CACHE_ARN),
    ),
    ("MissingCacheIdentifier", imports("ServerlessCache", CACHE)),
    ("MissingCacheIdentifier", imports("ServerlessCache", CACHE, serverless_cache_name="")),
    ("InvalidCacheArn", imports("ServerlessCache", CACHE, serverless_cache_arn=NO_NAME)),
    ("InvalidCacheArn", imports("ServerlessCache", CACHE, serverless_cache_arn="mine")),
    ("ConflictingUserIdentifiers", imports("IamUser", USER, user_id="a", user_arn=parts.USER_ARN)),
    ("MissingUserIdentifier", imports("PasswordUser", USER, user_arn="")),
    ("InvalidUserArn", imports("NoPasswordUser", USER, user_arn="mine")),
    (
        "ConflictingUserGroupIdentifiers",
        imports("UserGroup", GROUP, user_group_name="a", user_group_arn=parts.GROUP_ARN),
    ),
    ("MissingUserGroupIdentifier", imports("UserGroup", GROUP)),
    ("InvalidUserGroupArn", imports("UserGroup", GROUP, user_group_arn="mine")),
    (
        "UnsupportedCacheEngine",
        lambda stack, lib: lib.ServerlessCache.from_serverless_cache_attributes(
            stack, "It", serverless_cache_name="mine", engine=lib.CacheEngine.of("dragonfly")
        ),
    ),
    ("IamUserNameMustEqualUserId", lambda stack, lib: parts.iam_user(stack, lib, user_name="other")),
    (
        "IamUserNameMustEqualUserId",
        lambda stack, lib: parts.iam_user(stack, lib, user_name="My-User"),
    ),
    ("InvalidPasswordCount", passwords(0)),
    ("InvalidPasswordCount", passwords(3)),
    ("UnsupportedEngineForNoPassword", no_password_user),
    ("ImportedUserGroupModification", added_to_an_import),
    ("DuplicateUserName", twins),
    ("RedisUserGroupEngineMismatch", redis_group("VALKEY")),
]
IDS = [f"{number}-{code}" for number, (code, _) in enumerate(REFUSALS)]


@pytest.mark.parametrize(("code", "call"), REFUSALS, ids=IDS)
def test_ours_refuses_in_the_call_with_the_code(code: str, call: Call) -> None:
    with pytest.raises(ours.ValidationError) as caught:
        call(new_stack(), ours)
    assert caught.value.code == code


@pytest.mark.parametrize(("code", "call"), REFUSALS, ids=IDS)
def test_the_alpha_module_refuses_at_synthesis_at_the_latest(code: str, call: Call) -> None:
    with pytest.raises(RuntimeError):
        synthesize(call, alpha)


@pytest.mark.parametrize("engines", [(), ("REDIS",)], ids=["empty", "others"])
def test_both_refuse_a_redis_group_without_default_user_at_synthesis(engines: tuple[str, ...]) -> None:
    for library in (ours, alpha):
        with pytest.raises(RuntimeError, match="RedisUserGroupMissingDefaultUser"):
            synthesize(redis_group(*engines), library)


def test_both_refuse_a_default_port_that_is_not_known() -> None:
    libraries: tuple[Any, ...] = (ours, alpha)
    for library in libraries:
        stack = new_stack()
        cache = library.ServerlessCache.from_serverless_cache_name(stack, "Cache", "mine")
        with pytest.raises(RuntimeError, match="CannotCallAllowDefaultPort"):
            cache.connections.allow_default_port_from(ec2.Peer.any_ipv4())
