"""Caches: every option, alone and together."""

from typing import Any

from aws_cdk import Fn, Size, Stack, Token
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms

from .. import parts
from ..building import case, each, output


@case()
def a_cache_with_only_a_vpc(stack: Stack, lib: Any) -> None:
    parts.cache_outputs(stack, parts.cache(stack, lib))


@each(
    "VALKEY_LATEST",
    "VALKEY_7",
    "VALKEY_8",
    "VALKEY_9",
    "REDIS_LATEST",
    "REDIS_7",
    "MEMCACHED_LATEST",
    "MEMCACHED_1_6",
)
def an_engine(stack: Stack, lib: Any, name: str) -> None:
    parts.cache_outputs(stack, parts.cache(stack, lib, engine=getattr(lib.CacheEngine, name)))


@each(
    type_only=("valkey",),
    with_version=("redis", "7"),
    no_version=("memcached", None),
    empty_version=("valkey", ""),
)
def an_engine_by_of(stack: Stack, lib: Any, words: tuple[str, ...]) -> None:
    parts.cache_outputs(stack, parts.cache(stack, lib, engine=lib.CacheEngine.of(*words)))


@each(
    unknown_type=("dragonfly",),
    unknown_version=("valkey", "10"),
    warns=("unknown-engine",),
)
def an_engine_that_aws_does_not_have(stack: Stack, lib: Any, words: tuple[str, ...]) -> None:
    parts.cache_outputs(stack, parts.cache(stack, lib, engine=lib.CacheEngine.of(*words)))


@case()
def an_engine_of_tokens(stack: Stack, lib: Any) -> None:
    engine = lib.CacheEngine.of(
        parts.text_parameter(stack, "Type"), major_engine_version=parts.text_parameter(stack, "Version")
    )
    parts.cache(stack, lib, engine=engine)


@each("my-cache", "My-Cache", "a", "x" * 40)
def a_name(stack: Stack, lib: Any, name: str) -> None:
    parts.cache_outputs(stack, parts.cache(stack, lib, serverless_cache_name=name))


@each("9lives", "has blank", "two--hyphens", "ends-", "y" * 41, "café", warns=("doubtful-name",))
def a_name_that_aws_likely_refuses(stack: Stack, lib: Any, name: str) -> None:
    parts.cache_outputs(stack, parts.cache(stack, lib, serverless_cache_name=name))


@each(**parts.TEXT_TOKENS)
def a_name_of_tokens(stack: Stack, lib: Any, token: Any) -> None:
    parts.cache_outputs(stack, parts.cache(stack, lib, serverless_cache_name=token(stack)))


@each(
    empty="", plain="Sessions, mostly.", longest="d" * 255, unicode="¡Señal — 信号! 🚦", newline="two\nlines"
)
def a_description(stack: Stack, lib: Any, text: str) -> None:
    parts.cache(stack, lib, description=text)


@each(**parts.TEXT_TOKENS)
def a_description_of_tokens(stack: Stack, lib: Any, token: Any) -> None:
    parts.cache(stack, lib, description=token(stack))


@each(
    minimum_storage={"data_storage_minimum_size": Size.gibibytes(1)},
    maximum_storage={"data_storage_maximum_size": Size.gibibytes(5000)},
    minimum_rate={"request_rate_limit_minimum": 1000},
    maximum_rate={"request_rate_limit_maximum": 15000000},
    rate_as_float={"request_rate_limit_minimum": 1000.0, "request_rate_limit_maximum": 2000.0},
    both_storage={
        "data_storage_minimum_size": Size.gibibytes(2),
        "data_storage_maximum_size": Size.gibibytes(3),
    },
    both_rate={"request_rate_limit_minimum": 1000, "request_rate_limit_maximum": 10000},
    equal_ends={
        "data_storage_minimum_size": Size.gibibytes(7),
        "data_storage_maximum_size": Size.gibibytes(7),
        "request_rate_limit_minimum": 5000,
        "request_rate_limit_maximum": 5000,
    },
    other_units={
        "data_storage_minimum_size": Size.mebibytes(2048),
        "data_storage_maximum_size": Size.tebibytes(4),
    },
    kibibytes={"data_storage_minimum_size": Size.kibibytes(1048576)},
    one_of_each={"data_storage_minimum_size": Size.gibibytes(2), "request_rate_limit_maximum": 10000},
    nothing={},
)
def limits(stack: Stack, lib: Any, values: dict[str, Any]) -> None:
    parts.cache(stack, lib, cache_usage_limits=lib.CacheUsageLimitsProperty(**values))


@case()
def limits_as_a_dict(stack: Stack, lib: Any) -> None:
    limits = {"data_storage_maximum_size": Size.gibibytes(10), "request_rate_limit_maximum": 5000}
    parts.cache(stack, lib, cache_usage_limits=limits)


@each(**parts.NUMBER_TOKENS)
def limits_of_tokens(stack: Stack, lib: Any, token: Any) -> None:
    number = token(stack)
    limits = lib.CacheUsageLimitsProperty(
        data_storage_minimum_size=Size.gibibytes(number),
        data_storage_maximum_size=Size.gibibytes(9),
        request_rate_limit_minimum=number,
        request_rate_limit_maximum=2000,
    )
    parts.cache(stack, lib, cache_usage_limits=limits)


@each(1, 6, 35)
def a_retention(stack: Stack, lib: Any, days: int) -> None:
    parts.cache(stack, lib, backup=lib.BackupSettings(backup_retention_limit=days))


@each(**parts.NUMBER_TOKENS)
def a_retention_of_tokens(stack: Stack, lib: Any, token: Any) -> None:
    parts.cache(stack, lib, backup=lib.BackupSettings(backup_retention_limit=token(stack)))


@each(
    both=parts.daily("9", "0"),
    padded=parts.daily("09", "05"),
    last=parts.daily("23", "59"),
    hour_only=parts.daily("9", None),
    minute_only=parts.daily(None, "5"),
    neither=events.Schedule.cron(),
    expression=events.Schedule.expression("cron(15 10 * * ? *)"),
)
def a_backup_time(stack: Stack, lib: Any, time: events.Schedule) -> None:
    parts.cache(stack, lib, backup=lib.BackupSettings(backup_time=time, backup_retention_limit=3))


@each("hour", "minute", "both")
def a_backup_time_of_tokens(stack: Stack, lib: Any, which: str) -> None:
    hour = "7" if which == "minute" else parts.text_parameter(stack, "Hour")
    minute = "0" if which == "hour" else parts.text_parameter(stack, "Minute")
    backup = lib.BackupSettings(backup_time=parts.daily(hour, minute), backup_retention_limit=3)
    parts.cache(stack, lib, backup=backup)


@case()
def a_backup_time_of_a_number_token(stack: Stack, lib: Any) -> None:
    hour = Token.as_string(parts.number_parameter(stack))
    backup = lib.BackupSettings(backup_time=parts.daily(hour, "0"), backup_retention_limit=3)
    parts.cache(stack, lib, backup=backup)


@case(warns=("backup-time-without-retention",))
def a_backup_time_without_retention(stack: Stack, lib: Any) -> None:
    parts.cache(stack, lib, backup=lib.BackupSettings(backup_time=parts.daily()))


@each("a", "my-final-backup", "B2", "f" * 255)
def a_final_backup(stack: Stack, lib: Any, name: str) -> None:
    parts.cache(stack, lib, backup=lib.BackupSettings(backup_name_before_deletion=name))


@each(**parts.TEXT_TOKENS)
def a_final_backup_of_tokens(stack: Stack, lib: Any, token: Any) -> None:
    parts.cache(stack, lib, backup=lib.BackupSettings(backup_name_before_deletion=token(stack)))


@each(
    one=[parts.SNAPSHOT_ARN],
    two=[parts.SNAPSHOT_ARN, f"{parts.SNAPSHOT_ARN}-2"],
    node_based=["arn:aws:elasticache:us-east-1:111122223333:snapshot:my-snapshot"],
    file=["arn:aws:s3:::my-bucket/my-snapshot.rdb"],
    other_partition=["arn:aws-cn:elasticache:cn-north-1:111122223333:serverlesscachesnapshot:s"],
    none=[],
)
def backups_to_restore(stack: Stack, lib: Any, arns: list[str]) -> None:
    cache = parts.cache(stack, lib, backup=lib.BackupSettings(backup_arns_to_restore=arns))
    parts.cache_outputs(stack, cache)


@case()
def backups_to_restore_of_text_tokens(stack: Stack, lib: Any) -> None:
    arns = [
        parts.text_parameter(stack),
        Fn.import_value("Snapshot"),
        stack.format_arn(service="elasticache", resource="serverlesscachesnapshot", resource_name="s"),
    ]
    parts.cache(stack, lib, backup=lib.BackupSettings(backup_arns_to_restore=arns))


@case()
def backups_to_restore_of_a_list_token(stack: Stack, lib: Any) -> None:
    arns = parts.list_parameter(stack)
    parts.cache(stack, lib, backup=lib.BackupSettings(backup_arns_to_restore=arns))


@case()
def a_backup_as_a_dict(stack: Stack, lib: Any) -> None:
    backup = {
        "backup_time": parts.daily("1", "2"),
        "backup_retention_limit": 4,
        "backup_name_before_deletion": "last",
        "backup_arns_to_restore": [parts.SNAPSHOT_ARN],
    }
    parts.cache(stack, lib, backup=backup)


@case()
def a_backup_of_nothing(stack: Stack, lib: Any) -> None:
    parts.cache(stack, lib, backup=lib.BackupSettings())


@each(
    own=parts.key,
    own_explicitly_symmetric=lambda stack: kms.Key(stack, "Key", key_spec=kms.KeySpec.SYMMETRIC_DEFAULT),
    own_multi_region=lambda stack: kms.Key(stack, "Key", multi_region=True),
    by_arn=lambda stack: kms.Key.from_key_arn(stack, "Key", parts.KEY_ARN),
    by_token_arn=lambda stack: kms.Key.from_key_arn(stack, "Key", Fn.import_value("KeyArn")),
    alias=lambda stack: kms.Alias(stack, "Alias", alias_name="mine", target_key=parts.key(stack)),
    alias_of_key=lambda stack: parts.key(stack).add_alias("mine"),
    alias_by_name=lambda stack: kms.Alias.from_alias_name(stack, "Alias", "alias/mine"),
)
def a_key(stack: Stack, lib: Any, make: Any) -> None:
    cache = parts.cache(stack, lib, kms_key=make(stack))
    output(stack, KeyId=cache.kms_key.key_id)


@case()
def everything_at_once(stack: Stack, lib: Any) -> None:
    group = lib.UserGroup(stack, "Group", users=[parts.iam_user(stack, lib)])
    cache = parts.cache(
        stack,
        lib,
        engine=lib.CacheEngine.VALKEY_8,
        serverless_cache_name="everything",
        description="All of it.",
        cache_usage_limits=lib.CacheUsageLimitsProperty(
            data_storage_minimum_size=Size.gibibytes(2),
            data_storage_maximum_size=Size.gibibytes(30),
            request_rate_limit_minimum=1000,
            request_rate_limit_maximum=50000,
        ),
        backup=lib.BackupSettings(
            backup_time=parts.daily(),
            backup_retention_limit=7,
            backup_name_before_deletion="goodbye",
            backup_arns_to_restore=[parts.SNAPSHOT_ARN],
        ),
        kms_key=parts.key(stack),
        user_group=group,
    )
    parts.cache_outputs(stack, cache)


@case()
def every_option_is_none(stack: Stack, lib: Any) -> None:
    parts.cache(
        stack,
        lib,
        engine=None,
        serverless_cache_name=None,
        description=None,
        cache_usage_limits=None,
        backup=None,
        kms_key=None,
        vpc_subnets=None,
        security_groups=None,
        user_group=None,
    )


@case()
def many_caches_in_one_vpc(stack: Stack, lib: Any) -> None:
    for number in range(4):
        parts.cache(stack, lib, f"Cache{number}")


@case(warns=("DuplicateName",))
def two_caches_of_one_name(stack: Stack, lib: Any) -> None:
    parts.cache(stack, lib, "One", serverless_cache_name="same")
    parts.cache(stack, lib, "Other", serverless_cache_name="SAME")
