"""Where ours differs from the alpha module on purpose: claims that hold for ours and fail for the alpha module.

The numbers are the rows of the table in docs/migrating.md. Rows 10, 17 and 19 change nothing: the same templates,
which test_same_templates.py holds.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from aws_cdk import Annotations, Fn, SecretValue, Stack, assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events

import cdk_elasticache as ours

from . import parts
from .building import new_stack, synthesize

alpha: Any = pytest.importorskip("aws_cdk.aws_elasticache_alpha", reason="it fits one version of aws-cdk-lib")

PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "REGION", "AWS::AccountId": "ACCOUNT"}
LOCATED = {"region": "us-east-1", "account": "000000000000"}


class Claim(NamedTuple):
    """What holds of a library.

    :param upstream: what the alpha module's failure looks like: a regular expression.
    """

    holds: Callable[[Any], None]
    upstream: str


CLAIMS: dict[str, Claim] = {}


def claim(row: int, *, upstream: str) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    def register(holds: Callable[[Any], None]) -> Callable[[Any], None]:
        CLAIMS[f"{row:02d}-{holds.__name__}"] = Claim(holds, upstream)
        return holds

    return register


def claims(
    row: int, *, upstream: str = "DID NOT RAISE", **calls: Callable[..., Any]
) -> Callable[[Callable[[Stack, Any, Any], None]], None]:
    """Register a claim for each of several calls."""

    def register(holds: Callable[[Stack, Any, Any], None]) -> None:
        for label, call in calls.items():
            name = f"{row:02d}-{holds.__name__}[{label}]"
            CLAIMS[name] = Claim(lambda lib, call=call: holds(new_stack(), lib, call), upstream)  # type: ignore[misc]

    return register


def told(stack: Stack, text: str) -> str:
    """A text as CloudFormation would write it out in some account."""
    resolved = stack.resolve(text)
    if isinstance(resolved, str):
        return resolved
    pieces = resolved["Fn::Join"][1]
    return "".join(piece if isinstance(piece, str) else PSEUDO[piece["Ref"]] for piece in pieces)


def the(resource_type: str, stack: Stack) -> Any:
    """The one resource of a type in a stack's template."""
    (resource,) = (
        assertions.Template.from_stack(stack).find_resources(f"AWS::ElastiCache::{resource_type}").values()
    )
    return resource


def warnings(build: Any, lib: Any) -> tuple[str, ...]:
    return synthesize(build, lib).warnings


@claim(1, upstream="ServerlessCacheName")
def a_metric_has_the_dimension_that_serverless_caches_are_published_under(lib: Any) -> None:
    stack = new_stack()
    cache = parts.cache(stack, lib, serverless_cache_name="my-cache")
    assert cache.metric_cache_hit_count().dimensions == {"clusterId": "my-cache"}


@claim(1, upstream="ServerlessCacheName")
def a_metric_of_a_cache_whose_name_is_a_token_has_the_token_unchanged(lib: Any) -> None:
    stack = new_stack()
    name = parts.text_parameter(stack)
    cache = parts.cache(stack, lib, serverless_cache_name=name)
    assert cache.metric("Evictions").dimensions == {"clusterId": name}


@claim(2, upstream="No child with id: 'Resource'")
def an_imported_group_works_on_a_cache(lib: Any) -> None:
    stack = new_stack()
    group = lib.UserGroup.from_user_group_name(stack, "Group", "people")
    parts.cache(stack, lib, user_group=group)
    cache = the("ServerlessCache", stack)
    assert (cache["Properties"]["UserGroupId"], cache.get("DependsOn")) == ("people", None)


def _arns_of_imports(stack: Stack, lib: Any, name: str) -> list[str]:
    cache = lib.ServerlessCache.from_serverless_cache_name(stack, "Cache", name)
    user = lib.PasswordUser.from_user_id(stack, "User", name)
    group = lib.UserGroup.from_user_group_name(stack, "Group", name)
    return [told(stack, arn) for arn in (cache.serverless_cache_arn, user.user_arn, group.user_group_arn)]


@claim(3, upstream="serverlesscache/mine")
def arns_made_of_names_have_a_colon_before_the_name(lib: Any) -> None:
    arn = "arn:aws:elasticache:REGION:ACCOUNT"
    assert _arns_of_imports(new_stack(), lib, "mine") == [
        f"{arn}:serverlesscache:mine",
        f"{arn}:user:mine",
        f"{arn}:usergroup:mine",
    ]


@claim(3, upstream=r"Fn::Split': \['/'")
def the_name_in_an_arn_of_tokens_is_its_seventh_field(lib: Any) -> None:
    stack, arn = new_stack(), {"Fn::ImportValue": "Arn"}
    cache = lib.ServerlessCache.from_serverless_cache_arn(stack, "Cache", Fn.import_value("Arn"))
    user = lib.IamUser.from_user_arn(stack, "User", Fn.import_value("Arn"))
    group = lib.UserGroup.from_user_group_arn(stack, "Group", Fn.import_value("Arn"))
    names = (cache.serverless_cache_name, user.user_id, group.user_group_name)
    seventh = {"Fn::Select": [6, {"Fn::Split": [":", arn]}]}
    assert [stack.resolve(name) for name in names] == [seventh] * 3


@claims(
    3,
    cache=lambda stack, lib: lib.ServerlessCache.from_serverless_cache_arn(stack, "It", parts.USER_ARN),
    user=lambda stack, lib: lib.IamUser.from_user_arn(stack, "It", parts.GROUP_ARN),
    user_group=lambda stack, lib: lib.UserGroup.from_user_group_arn(
        stack, "It", "arn:aws:s3:::bucket/people"
    ),
)
def the_arn_of_another_kind_of_thing_is_refused(stack: Stack, lib: Any, call: Any) -> None:
    with pytest.raises(ValueError, match="must be arn:PARTITION:elasticache:REGION:ACCOUNT:"):
        call(stack, lib)


@claim(4, upstream="us-east-1")
def an_import_by_arn_is_where_the_arn_says(lib: Any) -> None:
    stack = new_stack(env=LOCATED)
    place = "eu-west-1:999999999999"
    things = (
        lib.ServerlessCache.from_serverless_cache_arn(
            stack, "C", f"arn:aws:elasticache:{place}:serverlesscache:c"
        ),
        lib.IamUser.from_user_arn(stack, "U", f"arn:aws:elasticache:{place}:user:u"),
        lib.UserGroup.from_user_group_arn(stack, "G", f"arn:aws:elasticache:{place}:usergroup:g"),
    )
    assert [f"{thing.env.region}:{thing.env.account}" for thing in things] == [place] * 3


@claim(4, upstream="us-east-1")
def the_metrics_of_a_cache_imported_by_arn_are_where_the_arn_says(lib: Any) -> None:
    arn = "arn:aws:elasticache:eu-west-1:999999999999:serverlesscache:c"
    cache = lib.ServerlessCache.from_serverless_cache_arn(new_stack(env=LOCATED), "Cache", arn)
    config = cache.metric_data_stored().to_metric_config().metric_stat
    assert (config.region, config.account) == ("eu-west-1", "999999999999")


@claims(
    5,
    upstream="no attribute 'grant",
    by_id=lambda stack, lib: lib.IamUser.from_user_id(stack, "User", "me"),
    by_arn=lambda stack, lib: lib.IamUser.from_user_arn(
        stack, "User", "arn:aws:elasticache:us-east-1:111122223333:user:me"
    ),
    by_attributes=lambda stack, lib: lib.IamUser.from_user_attributes(stack, "User", user_id="me"),
)
def an_imported_iam_user_can_be_granted(stack: Stack, lib: Any, call: Any) -> None:
    user, role = call(stack, lib), parts.role(stack)
    user.grant_connect(role)
    user.grant(role, "elasticache:ModifyUser")
    template = assertions.Template.from_stack(stack)
    (policy,) = template.find_resources("AWS::IAM::Policy").values()
    arn = stack.resolve(user.user_arn)
    assert policy["Properties"]["PolicyDocument"]["Statement"] == [
        {"Action": "elasticache:Connect", "Effect": "Allow", "Resource": arn},
        {"Action": "elasticache:ModifyUser", "Effect": "Allow", "Resource": arn},
    ]


@claim(6, upstream="My-Thing")
def an_arn_made_of_a_name_has_it_in_lower_case_and_the_attribute_as_it_was_given(lib: Any) -> None:
    arn = "arn:aws:elasticache:REGION:ACCOUNT"
    cache = lib.ServerlessCache.from_serverless_cache_name(new_stack(), "Cache", "My-Thing")
    assert cache.serverless_cache_name == "My-Thing"
    assert _arns_of_imports(new_stack(), lib, "My-Thing") == [
        f"{arn}:serverlesscache:my-thing",
        f"{arn}:user:my-thing",
        f"{arn}:usergroup:my-thing",
    ]


@claim(6, upstream="ServerlessCacheName")
def a_metric_has_the_generated_name_in_lower_case_and_the_template_has_it_as_before(lib: Any) -> None:
    stack = new_stack()
    cache = parts.cache(stack, lib)
    name = the("ServerlessCache", stack)["Properties"]["ServerlessCacheName"]
    assert name.startswith("StackCache")
    assert cache.metric("Evictions").dimensions == {"clusterId": name.lower()}


@claim(7, upstream="DuplicateUserName")
def users_whose_names_are_unknown_can_be_in_one_group(lib: Any) -> None:
    stack = new_stack()
    users = [lib.PasswordUser.from_user_id(stack, name, name.lower()) for name in ("One", "Two")]
    lib.UserGroup(stack, "Group", users=users)
    assert the("UserGroup", stack)["Properties"]["UserIds"] == ["one", "two"]


@claims(
    7,
    in_the_constructor=lambda lib, stack, users: lib.UserGroup(stack, "Group", users=users),
    in_add_user=lambda lib, stack, users: lib.UserGroup(stack, "Group", users=users[:1]).add_user(users[1]),
)
def the_same_user_id_twice_is_refused(stack: Stack, lib: Any, call: Any) -> None:
    users = [
        lib.PasswordUser.from_user_attributes(stack, name, user_id="same", user_name=name)
        for name in ("one", "other")
    ]
    with pytest.raises(ValueError, match="users must differ in user_id"):
        call(lib, stack, users)


@claim(8, upstream="RedisUserGroupEngineMismatch")
def the_default_user_that_aws_made_serves_a_redis_group(lib: Any) -> None:
    stack = new_stack()
    user = lib.NoPasswordUser.from_user_attributes(stack, "Default", user_id="default")
    lib.UserGroup(stack, "Group", engine=lib.UserEngine.REDIS, users=[user])
    assert the("UserGroup", stack)["Properties"]["UserIds"] == ["default"]


@claim(9, upstream=r"assert \(\) == ")
def a_user_without_password_in_a_valkey_group_is_warned_of(lib: Any) -> None:
    def build(stack: Stack, lib: Any) -> None:
        lib.UserGroup(stack, "Group", users=[parts.default_user(stack, lib)])

    assert warnings(build, lib) == ("no-password-user-in-valkey-group",)


def test_the_warning_of_row_9_can_be_acknowledged() -> None:
    def build(stack: Stack, lib: Any) -> None:
        group = lib.UserGroup(stack, "Group", users=[parts.default_user(stack, lib)])
        Annotations.of(group).acknowledge_warning("cdk-elasticache:no-password-user-in-valkey-group")

    assert warnings(build, ours) == ()


def timed(expression: str) -> Callable[[Stack, Any], Any]:
    backup = {"backup_time": events.Schedule.expression(expression), "backup_retention_limit": 1}
    return lambda stack, lib: parts.cache(stack, lib, backup=backup)


@claims(
    11,
    steps=timed("cron(*/5 2 * * ? *)"),
    out_of_range=timed("cron(99 25 * * ? *)"),
    hour_24=timed("cron(0 24 * * ? *)"),
    minute_60=timed("cron(60 0 * * ? *)"),
    lists_and_ranges=timed("cron(0,30 1-3 * * ? *)"),
    words=timed("cron(1 abc * * ? *)"),
    negative=timed("cron(0 -1 * * ? *)"),
    another_prefix=timed("CRON(0 1 * * ? *)"),
)
def a_backup_time_that_is_not_one_time_a_day_is_refused(stack: Stack, lib: Any, call: Any) -> None:
    with pytest.raises(ValueError, match="backup_time must"):
        call(stack, lib)


@claim(11, upstream="For now, only daily backup time")
def a_rate_is_refused_with_the_reason(lib: Any) -> None:
    with pytest.raises(
        ValueError, match=r"must be a daily time made with Schedule.cron\(hour=\.\.\., minute="
    ):
        timed("rate(1 day)")(new_stack(), lib)


@claim(11, upstream=r"assert \(\) == ")
def a_backup_time_without_retention_is_warned_of(lib: Any) -> None:
    def build(stack: Stack, lib: Any) -> None:
        parts.cache(stack, lib, backup={"backup_time": parts.daily()})

    assert warnings(build, lib) == ("backup-time-without-retention",)


def with_limits(**limits: Any) -> Callable[[Stack, Any], Any]:
    return lambda stack, lib: parts.cache(stack, lib, cache_usage_limits=limits)


def with_backup(**backup: Any) -> Callable[[Stack, Any], Any]:
    return lambda stack, lib: parts.cache(stack, lib, backup=backup)


def with_passwords(*texts: str) -> Callable[[Stack, Any], Any]:
    return lambda stack, lib: lib.PasswordUser(
        stack,
        "User",
        user_id="me",
        access_control=lib.AccessControl.from_access_string("on ~* +@all"),
        passwords=[SecretValue.unsafe_plain_text(text) for text in texts],
    )


@claims(
    12,
    empty_user_id=lambda stack, lib: parts.iam_user(stack, lib, user_id=""),
    user_id_with_blank=lambda stack, lib: parts.iam_user(stack, lib, user_id="my user"),
    user_id_from_a_digit=lambda stack, lib: parts.iam_user(stack, lib, user_id="9lives"),
    group_name_with_underscore=lambda stack, lib: lib.UserGroup(stack, "Group", user_group_name="my_group"),
    blank_access_string=lambda stack, lib: lib.AccessControl.from_access_string("  "),
    short_password=with_passwords("too-short"),
    long_password=with_passwords("p" * 129),
    no_backup=with_backup(backup_arns_to_restore=["my-backup"]),
    arn_of_a_user_as_backup=with_backup(backup_arns_to_restore=[parts.USER_ARN]),
    long_backup_name=with_backup(backup_name_before_deletion="b" * 256),
    fraction_of_a_day=with_backup(backup_retention_limit=1.5),
    fraction_of_an_ecpu=with_limits(request_rate_limit_minimum=1000.5),
    user_group_of_another_engine=lambda stack, lib: lib.UserGroup(
        stack, "Group", engine=lib.UserEngine.of("memcached")
    ),
    zones_without_subnets=lambda stack, lib: parts.cache(
        stack, lib, vpc_subnets=ec2.SubnetSelection(availability_zones=["us-east-1z"])
    ),
    no_subnets=lambda stack, lib: parts.cache(stack, lib, vpc_subnets=ec2.SubnetSelection(subnets=[])),
)
def what_aws_certainly_rejects_is_refused_at_once(stack: Stack, lib: Any, call: Any) -> None:
    with pytest.raises(ValueError, match=r" must .*, got "):
        call(stack, lib)


@claim(12, upstream=r"assert \(\) == ")
def a_new_user_with_the_id_default_is_warned_of(lib: Any) -> None:
    def build(stack: Stack, lib: Any) -> None:
        parts.iam_user(stack, lib, user_id="default")

    assert warnings(build, lib) == ("reserved-user-id",)


@claim(13, upstream="InvalidBackupRetentionLimit|must be between 1 and 35 days")
def a_mistake_is_a_value_error_with_code_parameter_value_and_path(lib: Any) -> None:
    with pytest.raises(ValueError, match="backup_retention_limit must be") as caught:
        with_backup(backup_retention_limit=36)(new_stack(), lib)
    error: Any = caught.value
    assert (error.code, error.parameter, error.value, error.construct_path) == (
        "InvalidBackupRetentionLimit",
        "backup_retention_limit",
        36,
        "Stack/Cache",
    )


def _two_of_one_name(stack: Stack, lib: Any) -> list[Any]:
    return [
        lib.PasswordUser.from_user_attributes(stack, name, user_id=name, user_name="same")
        for name in ("one", "other")
    ]


@claims(
    13,
    same_name_in_the_constructor=lambda stack, lib: lib.UserGroup(
        stack, "Group", users=_two_of_one_name(stack, lib)
    ),
    same_name_in_add_user=lambda stack, lib: [
        lib.UserGroup(stack, f"{user.user_id}s", users=_two_of_one_name(stack, lib)[:1]).add_user(user)
        for user in [lib.PasswordUser.from_user_attributes(stack, "third", user_id="third", user_name="same")]
    ],
    engine_in_the_constructor=lambda stack, lib: lib.UserGroup(
        stack, "Group", engine=lib.UserEngine.REDIS, users=[parts.iam_user(stack, lib)]
    ),
    engine_in_add_user=lambda stack, lib: lib.UserGroup(stack, "Group", engine=lib.UserEngine.REDIS).add_user(
        parts.iam_user(stack, lib)
    ),
)
def users_that_cannot_be_in_a_group_are_refused_by_the_call_that_puts_them_there(
    stack: Stack, lib: Any, call: Any
) -> None:
    with pytest.raises(ValueError, match="users must "):
        call(stack, lib)


def test_a_redis_group_without_its_default_user_is_told_of_at_synthesis_with_code_and_path() -> None:
    def build(stack: Stack, lib: Any) -> None:
        lib.UserGroup(stack, "Group", engine=lib.UserEngine.REDIS)

    with pytest.raises(RuntimeError, match=r"\[RedisUserGroupMissingDefaultUser at Stack/Group\]"):
        synthesize(build, ours)


@claim(14, upstream="already a Construct with name 'Cache'")
def a_constructor_that_failed_leaves_nothing(lib: Any) -> None:
    stack = new_stack()
    with pytest.raises((ValueError, RuntimeError), match="backup"):
        timed("rate(1 day)")(stack, lib)
    parts.cache(stack, lib)
    template = assertions.Template.from_stack(stack)
    template.resource_count_is("AWS::EC2::SecurityGroup", 1)
    template.resource_count_is("AWS::ElastiCache::ServerlessCache", 1)


@claim(15, upstream="CacheEngine object at 0x")
def members_of_engines_are_equal_and_hashable(lib: Any) -> None:
    assert lib.CacheEngine.VALKEY_8 == lib.CacheEngine.VALKEY_8
    assert lib.CacheEngine.of("valkey", "8") == lib.CacheEngine.VALKEY_8
    assert lib.CacheEngine.VALKEY_8 != lib.CacheEngine.VALKEY_7
    assert lib.UserEngine.of("redis") == lib.UserEngine.REDIS
    assert len({lib.CacheEngine.VALKEY_8, lib.CacheEngine.VALKEY_8}) == 1


@claim(15, upstream="object at 0x")
def members_of_engines_print_as_their_names(lib: Any) -> None:
    engines = (lib.CacheEngine.VALKEY_8, lib.CacheEngine.MEMCACHED_1_6, lib.CacheEngine.REDIS_LATEST)
    assert [*map(str, engines), str(lib.UserEngine.REDIS)] == ["valkey_8", "memcached_1.6", "redis", "redis"]


@claims(
    18,
    on_a_cache=lambda stack, lib: parts.cache(stack, lib).grant(parts.role(stack)),
    by_its_grants=lambda stack, lib: parts.cache(stack, lib).grants.actions(parts.role(stack), []),
    on_a_user=lambda stack, lib: parts.iam_user(stack, lib).grant(parts.role(stack)),
)
def a_grant_of_no_action_is_refused_at_once(stack: Stack, lib: Any, call: Any) -> None:
    with pytest.raises(ValueError, match="actions must name at least one action"):
        call(stack, lib)


@claims(
    20,
    cache=lambda stack, lib: parts.cache(stack, lib, serverless_cache_name=""),
    user=lambda stack, lib: lib.NoPasswordUser(
        stack,
        "User",
        user_id="me",
        user_name="",
        access_control=lib.AccessControl.from_access_string("off -@all"),
    ),
    user_group=lambda stack, lib: lib.UserGroup(stack, "Group", user_group_name=""),
)
def an_empty_name_is_refused_at_once(stack: Stack, lib: Any, call: Any) -> None:
    with pytest.raises(ValueError, match="name must not be empty"):
        call(stack, lib)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_correction_holds_for_ours(name: str) -> None:
    CLAIMS[name].holds(ours)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_correction_fails_for_the_alpha_module(name: str) -> None:
    # `pytest.raises` in a claim fails with an exception of pytest's own, which is no Exception.
    with pytest.raises((Exception, pytest.fail.Exception), match=CLAIMS[name].upstream):
        CLAIMS[name].holds(alpha)


def test_every_row_that_changes_something_has_a_claim() -> None:
    assert sorted({int(name[:2]) for name in CLAIMS}) == [
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        11,
        12,
        13,
        14,
        15,
        18,
        20,
    ]
