"""Every rule, through the constructs: what is raised, where, and that nothing is left behind."""

from typing import Any, NamedTuple
from unittest.mock import ANY

import pytest
from aws_cdk import Duration, Size, assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

import cdk_elasticache as elasticache
from cdk_elasticache import AccessStringError, CacheEngine, ElastiCacheError, UserEngine, ValidationError
from cdk_elasticache.errors import CODES

from .ground import Ground, Refusal, children, new_app, new_ground, refusal
from .making import (
    PASSWORD,
    REDIS,
    VALKEY,
    Known,
    KnownGroup,
    Maker,
    backup,
    cache,
    group,
    iam_user,
    importing,
    limits,
    no_password_user,
    password_user,
    plain,
)


class Mistake(NamedTuple):
    name: str
    make: Maker
    code: str
    parameter: str
    value: Any
    kind: type[ElastiCacheError] = ValidationError


USER_ARN = "arn:aws:elasticache:us-east-1:111122223333:user:me"
GROUP_ARN = "arn:aws:elasticache:us-east-1:111122223333:usergroup:us"
CACHE_ARN = "arn:aws:elasticache:us-east-1:111122223333:serverlesscache:it"

from_user = elasticache.IamUser.from_user_attributes
from_group = elasticache.UserGroup.from_user_group_attributes
from_cache = elasticache.ServerlessCache.from_serverless_cache_attributes


def at(**cron: str) -> events.Schedule:
    return events.Schedule.cron(**cron)


def in_subnets(**selection: Any) -> Maker:
    return cache(vpc_subnets=ec2.SubnetSelection(**selection))


def keys_of(ground: Ground) -> Construct:
    """Where keys are made: they aren't the cache's, and stay."""
    keys = ground.stack.node.try_find_child("Keys") or Construct(ground.stack, "Keys")
    assert isinstance(keys, Construct)
    return keys


def with_asymmetric_key(ground: Ground, id: str) -> object:
    key = kms.Key(keys_of(ground), id, key_spec=kms.KeySpec.RSA_2048, key_usage=kms.KeyUsage.SIGN_VERIFY)
    return cache(kms_key=key)(ground, id)


LONG = "a" * 256
MISTAKES = [
    Mistake("description of 256", cache(description=LONG), "DescriptionTooLong", "description", LONG),
    Mistake("description <", cache(description="a<b"), "InvalidDescriptionCharacters", "description", "a<b"),
    Mistake("empty cache name", cache(serverless_cache_name=""), "EmptyName", "serverless_cache_name", ""),
    Mistake(
        "no storage",
        limits(data_storage_minimum_size=Size.gibibytes(0)),
        "InvalidDataStorageMinimum",
        "data_storage_minimum_size",
        0,
    ),
    Mistake(
        "too much storage",
        limits(data_storage_maximum_size=Size.gibibytes(5001)),
        "InvalidDataStorageMaximum",
        "data_storage_maximum_size",
        5001,
    ),
    Mistake(
        "storage in mebibytes",
        limits(data_storage_maximum_size=Size.mebibytes(1500)),
        "InvalidDataStorageMaximum",
        "data_storage_maximum_size",
        ANY,
    ),
    Mistake(
        "a fraction of a gibibyte",
        limits(data_storage_minimum_size=Size.gibibytes(1.5)),
        "InvalidDataStorageMinimum",
        "data_storage_minimum_size",
        1.5,
    ),
    Mistake(
        "storage minimum over maximum",
        limits(data_storage_minimum_size=Size.gibibytes(3), data_storage_maximum_size=Size.gibibytes(2)),
        "InvalidDataStorageRange",
        "data_storage_minimum_size",
        3,
    ),
    Mistake(
        "rate 999",
        limits(request_rate_limit_minimum=999),
        "InvalidRequestRateMinimum",
        "request_rate_limit_minimum",
        999,
    ),
    Mistake(
        "rate 0",
        limits(request_rate_limit_minimum=0),
        "InvalidRequestRateMinimum",
        "request_rate_limit_minimum",
        0,
    ),
    Mistake(
        "rate 15000001",
        limits(request_rate_limit_maximum=15_000_001),
        "InvalidRequestRateMaximum",
        "request_rate_limit_maximum",
        15_000_001,
    ),
    Mistake(
        "fraction of a rate",
        limits(request_rate_limit_maximum=1000.5),
        "InvalidRequestRateMaximum",
        "request_rate_limit_maximum",
        1000.5,
    ),
    Mistake(
        "rate minimum over maximum",
        limits(request_rate_limit_minimum=2000, request_rate_limit_maximum=1000),
        "InvalidRequestRateRange",
        "request_rate_limit_minimum",
        2000,
    ),
    Mistake(
        "retention 0",
        backup(backup_retention_limit=0),
        "InvalidBackupRetentionLimit",
        "backup_retention_limit",
        0,
    ),
    Mistake(
        "retention 36",
        backup(backup_retention_limit=36),
        "InvalidBackupRetentionLimit",
        "backup_retention_limit",
        36,
    ),
    Mistake(
        "retention 1.5",
        backup(backup_retention_limit=1.5),
        "InvalidBackupRetentionLimit",
        "backup_retention_limit",
        1.5,
    ),
    *(
        Mistake(
            f"backup name {name[:9]!r}",
            backup(backup_name_before_deletion=name),
            f"InvalidBackupName{rule}",
            "backup_name_before_deletion",
            name,
        )
        for name, rule in [
            ("", "Start"),
            ("1a", "Start"),
            ("a_b", "Characters"),
            ("a-", "End"),
            ("a--b", "ConsecutiveHyphens"),
            (LONG, "Length"),
        ]
    ),
    Mistake(
        "restore from a cache",
        backup(backup_arns_to_restore=[CACHE_ARN]),
        "InvalidBackupArn",
        "backup_arns_to_restore",
        CACHE_ARN,
    ),
    *(
        Mistake(
            f"schedule {schedule.expression_string}",
            backup(backup_time=schedule, backup_retention_limit=1),
            "UnsupportedBackupSchedule",
            "backup_time",
            schedule.expression_string,
        )
        for schedule in [
            events.Schedule.rate(Duration.days(1)),
            at(hour="25", minute="0"),
            at(hour="2", minute="*/5"),
            at(hour="1-3", minute="0"),
            at(hour="2", minute="0,30"),
            at(hour="2", minute="0", week_day="MON"),
            at(hour="2", minute="0", day="1"),
            at(hour="2", minute="0", month="1"),
            at(hour="2", minute="0", year="2030"),
            events.Schedule.expression("09:00"),
        ]
    ),
    Mistake("asymmetric key", with_asymmetric_key, "AsymmetricKey", "kms_key", "RSA_2048"),
    Mistake(
        "zone without subnets",
        in_subnets(availability_zones=["nowhere"]),
        "NoMatchingSubnets",
        "vpc_subnets",
        None,
    ),
    Mistake("no subnets at all", in_subnets(subnets=[]), "NoMatchingSubnets", "vpc_subnets", None),
    Mistake(
        "no isolated subnets",
        in_subnets(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        "NoMatchingSubnets",
        "vpc_subnets",
        None,
    ),
    *(
        Mistake(
            f"{engine} with a group",
            cache(engine=engine, user_group=KnownGroup(VALKEY)),
            "MemcachedUserGroupNotSupported",
            "user_group",
            "valkey",
        )
        for engine in (
            CacheEngine.MEMCACHED_LATEST,
            CacheEngine.MEMCACHED_1_6,
            CacheEngine.of("memcached", "2"),
        )
    ),
    *(
        Mistake(
            f"{cache_engine} with a {engine} group",
            cache(engine=cache_engine, user_group=KnownGroup(engine)),
            "RedisUserGroupMismatch",
            "user_group",
            engine and str(engine),
        )
        for cache_engine in (CacheEngine.REDIS_LATEST, CacheEngine.REDIS_7)
        for engine in (VALKEY, None)
    ),
    *(
        Mistake(f"{name}: empty id", maker(user_id=""), "EmptyName", "user_id", "")
        for name, maker in [("iam", iam_user), ("password", password_user), ("none", no_password_user)]
    ),
    *(
        Mistake(f"{name}: bad id", maker(user_id="a_b"), "InvalidIdentifier", "user_id", "a_b")
        for name, maker in [("iam", iam_user), ("password", password_user), ("none", no_password_user)]
    ),
    *(
        Mistake(f"{name}: empty name", maker(user_name=""), "EmptyName", "user_name", "")
        for name, maker in [("iam", iam_user), ("password", password_user), ("none", no_password_user)]
    ),
    *(
        Mistake(
            f"{name}: memcached",
            maker(engine=UserEngine.of("memcached")),
            "UnsupportedUserEngine",
            "engine",
            "memcached",
        )
        for name, maker in [("iam", iam_user), ("password", password_user), ("none", no_password_user)]
    ),
    Mistake("iam name", iam_user(user_name="other"), "IamUserNameMustEqualUserId", "user_name", "other"),
    Mistake(
        "valkey without password",
        no_password_user(engine=VALKEY),
        "UnsupportedEngineForNoPassword",
        "engine",
        "valkey",
    ),
    Mistake("no passwords", password_user(passwords=[]), "InvalidPasswordCount", "passwords", "0 of them"),
    Mistake(
        "three passwords",
        password_user(passwords=plain(*(PASSWORD + sign for sign in "abc"))),
        "InvalidPasswordCount",
        "passwords",
        "3 of them",
    ),
    Mistake(
        "short password",
        password_user(passwords=plain("hunter2")),
        "InvalidPassword",
        "passwords",
        "a password of 7 characters",
    ),
    Mistake(
        "password with @",
        password_user(passwords=plain("correct@horse@battery")),
        "InvalidPassword",
        "passwords",
        "another one in a password of 21 characters",
    ),
    Mistake(
        "password twice",
        password_user(passwords=plain(PASSWORD, PASSWORD)),
        "DuplicatePassword",
        "passwords",
        "a password of 21 characters twice",
    ),
    Mistake("empty group name", group(user_group_name=""), "EmptyName", "user_group_name", ""),
    Mistake("bad group name", group(user_group_name="a b"), "InvalidIdentifier", "user_group_name", "a b"),
    Mistake(
        "memcached group",
        group(engine=UserEngine.of("memcached")),
        "UnsupportedUserEngine",
        "engine",
        "memcached",
    ),
    Mistake(
        "one name twice",
        group(users=[Known("a", "app"), Known("b", "app")]),
        "DuplicateUserName",
        "users",
        "app",
    ),
    Mistake("one user twice", group(users=[Known("a"), Known("A")]), "DuplicateUserId", "users", "A"),
    *(
        Mistake(
            f"user of {engine} in a redis group",
            group(engine=REDIS, users=[Known("a", "a", engine)]),
            "RedisUserGroupEngineMismatch",
            "users",
            f"{engine or 'an unknown engine'} for a",
        )
        for engine in (VALKEY, None)
    ),
    Mistake(
        "user: both",
        importing(from_user, user_id="me", user_arn=USER_ARN),
        "ConflictingUserIdentifiers",
        "user_id",
        "me",
    ),
    Mistake("user: neither", importing(from_user), "MissingUserIdentifier", "user_id", None),
    Mistake("user: empty", importing(from_user, user_id=""), "MissingUserIdentifier", "user_id", ""),
    Mistake(
        "user: other arn", importing(from_user, user_arn=GROUP_ARN), "InvalidUserArn", "user_arn", GROUP_ARN
    ),
    Mistake(
        "group: both",
        importing(from_group, user_group_name="us", user_group_arn=GROUP_ARN),
        "ConflictingUserGroupIdentifiers",
        "user_group_name",
        "us",
    ),
    Mistake("group: neither", importing(from_group), "MissingUserGroupIdentifier", "user_group_name", None),
    Mistake(
        "group: other arn",
        importing(from_group, user_group_arn=USER_ARN),
        "InvalidUserGroupArn",
        "user_group_arn",
        USER_ARN,
    ),
    Mistake(
        "cache: both",
        importing(from_cache, serverless_cache_name="it", serverless_cache_arn=CACHE_ARN),
        "ConflictingCacheIdentifiers",
        "serverless_cache_name",
        "it",
    ),
    Mistake("cache: neither", importing(from_cache), "MissingCacheIdentifier", "serverless_cache_name", None),
    Mistake(
        "cache: s3 arn",
        importing(from_cache, serverless_cache_arn="arn:aws:s3:::bucket/foo"),
        "InvalidCacheArn",
        "serverless_cache_arn",
        "arn:aws:s3:::bucket/foo",
    ),
    Mistake(
        "cache: engine",
        importing(from_cache, serverless_cache_name="it", engine=CacheEngine.of("keydb")),
        "UnsupportedCacheEngine",
        "engine",
        "keydb",
    ),
    *(
        Mistake(f"cache by {name}: empty", importing(importer, ""), code, parameter, "")
        for name, importer, code, parameter in [
            (
                "name",
                elasticache.ServerlessCache.from_serverless_cache_name,
                "MissingCacheIdentifier",
                "serverless_cache_name",
            ),
            ("id", elasticache.PasswordUser.from_user_id, "MissingUserIdentifier", "user_id"),
            (
                "group",
                elasticache.UserGroup.from_user_group_name,
                "MissingUserGroupIdentifier",
                "user_group_name",
            ),
        ]
    ),
]
CASES = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)


@CASES
def test_a_mistake_is_told_by_kind_code_argument_value_and_place(
    mistake: Mistake, ground: Ground, here: str
) -> None:
    told, error = refusal(lambda: mistake.make(ground, here))
    assert told == Refusal(mistake.kind, mistake.code, mistake.parameter, mistake.value, f"Stack/{here}")
    assert str(error) == f"{error.message} [{mistake.code} at Stack/{here}]"
    assert error.message.startswith(f"{mistake.parameter} must ")


@CASES
def test_a_constructor_that_fails_leaves_nothing_and_its_id_can_be_used_again(
    mistake: Mistake, ground: Ground, here: str
) -> None:
    keys_of(ground)
    before = children(ground.stack)
    with pytest.raises(ElastiCacheError):
        mistake.make(ground, here)
    assert children(ground.stack) == before
    Construct(ground.stack, here)


def test_the_template_after_every_mistake_is_the_template_before() -> None:
    untouched, tried = new_ground(), new_ground()
    for number, mistake in enumerate(MISTAKES):
        if mistake.code == "AsymmetricKey":  # its key stays
            continue
        with pytest.raises(ElastiCacheError):
            mistake.make(tried, f"Id{number}")
    assert (
        assertions.Template.from_stack(tried.stack).to_json()
        == assertions.Template.from_stack(untouched.stack).to_json()
    )


def test_an_access_string_that_is_none_is_told_with_the_word_at_fault(ground: Ground, here: str) -> None:
    with pytest.raises(AccessStringError) as caught:
        elasticache.AccessControl.from_access_string("on ~* +@all nonsense")
    assert (caught.value.position, caught.value.word) == (12, "nonsense")


def test_a_blank_access_string_is_refused_in_a_class_of_ones_own_too(ground: Ground, here: str) -> None:
    class Mine(elasticache.AccessControl):
        @property
        def access_string(self) -> str:
            return " "

    told, _ = refusal(lambda: iam_user(access_control=Mine())(ground, here))
    assert told == Refusal(
        elasticache.AccessStringError, "BlankAccessString", "access_string", " ", f"Stack/{here}"
    )


def test_the_same_id_twice_is_told_with_the_words_of_the_cdk(ground: Ground, here: str) -> None:
    group()(ground, here)
    for make in (group(), cache(), iam_user(), importing(from_user, user_id="me")):
        told, error = refusal(lambda make=make: make(ground, here))  # type: ignore[misc]
        assert told == Refusal(ValidationError, "ConstructIdRefused", "id", here, f"Stack/{here}")
        assert error.message.startswith(
            f"id must be new and valid within its scope, got {here!r}; the CDK says: There is already a Construct "
            f"with name '{here}' in "
        )


def test_an_empty_id_is_told_with_the_words_of_the_cdk(ground: Ground) -> None:
    told, error = refusal(lambda: group()(ground, ""))
    assert (told.code, told.value) == ("ConstructIdRefused", "")
    assert error.message.endswith("the CDK says: Only root constructs may have an empty ID")


@pytest.mark.parametrize("maker", [cache(), iam_user(), group(), importing(from_user, user_id="me")])
def test_a_construct_outside_of_a_stack_is_refused(maker: Maker, ground: Ground) -> None:
    app = new_app()
    told, error = refusal(lambda: maker(ground._replace(stack=app), "Lost"))  # type: ignore[arg-type]
    assert told == Refusal(ValidationError, "ScopeOutsideStack", "scope", app, "Lost")
    assert error.message == "scope must be a Stack, or a construct in one, got App; pass the stack"
    assert children(app) == 0


@pytest.mark.parametrize(
    ("actions", "arns", "code", "parameter"),
    [
        ([], None, "NoActions", "actions"),
        (["elasticache:Connect"], [], "NoResources", "resource_arns"),
        (["connect"], None, "InvalidActions", "actions"),
    ],
)
def test_a_grant_of_nothing_is_refused(
    actions: list[str], arns: list[str] | None, code: str, parameter: str, ground: Ground, here: str
) -> None:
    imported = importing(from_cache, serverless_cache_name="it")(ground, here)
    role = iam.ArnPrincipal("arn:aws:iam::111122223333:role/app")
    told, _ = refusal(lambda: imported.grants.actions(role, actions, resource_arns=arns))
    assert told == Refusal(ValidationError, code, parameter, ANY, f"Stack/{here}")


def test_a_user_is_not_granted_nothing_either(ground: Ground, here: str) -> None:
    user = importing(elasticache.IamUser.from_user_id, "me")(ground, here)
    role = iam.ArnPrincipal("arn:aws:iam::111122223333:role/app")
    told, _ = refusal(lambda: user.grant(role))
    assert told == Refusal(ValidationError, "NoActions", "actions", (), f"Stack/{here}")


def test_a_metric_that_cloudwatch_does_not_take_is_refused(ground: Ground, here: str) -> None:
    imported = importing(from_cache, serverless_cache_name="it")(ground, here)
    told, error = refusal(lambda: imported.metric("Evictions", dimensions_map={"clusterId": ""}))
    assert told == Refusal(ValidationError, "InvalidMetric", "options", ANY, f"Stack/{here}")
    assert error.message.startswith(
        "metric must have settings that CloudWatch takes, got others; the CDK says: "
    )


def test_a_user_is_not_added_to_an_imported_group(ground: Ground, here: str) -> None:
    imported = importing(elasticache.UserGroup.from_user_group_name, "us")(ground, here)
    told, error = refusal(lambda: imported.add_user(Known("a")))
    assert told == Refusal(ValidationError, "ImportedUserGroupModification", "user", ANY, f"Stack/{here}")
    assert error.message == "add_user must be called on a group that this app makes, got an imported one"


def test_every_code_that_a_construct_can_raise_is_claimed_in_these_tests() -> None:
    claimed = {mistake.code for mistake in MISTAKES} | {
        "ConstructIdRefused",
        "ImportedUserGroupModification",
        "InvalidActions",
        "InvalidMetric",
        "NoActions",
        "NoResources",
        "ScopeOutsideStack",
        # in other files: wrong types, synthesis; the last of errors.py are no construct's
        "RedisUserGroupMissingDefaultUser",
        "UnknownKey",
        "WrongType",
    }
    codes = list(CODES)
    of_constructs = codes[: codes.index("BlankInRule")]
    assert claimed == set(of_constructs) - {"UnknownEngine"}
