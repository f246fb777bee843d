"""A value of the wrong Python type, for every argument of everything public: said by name, and nothing is left."""

from typing import Any, NamedTuple

import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam

import cdk_elasticache as elasticache
from cdk_elasticache import ArgumentTypeError

from .ground import Ground, Refusal, children, refusal
from .making import (
    Known,
    Maker,
    cache,
    group,
    iam_user,
    importing,
    no_password_user,
    password_user,
    plain,
)

#: What is no text, no number, no construct and no list.
ODD = object()
from_user = elasticache.IamUser.from_user_attributes
from_group = elasticache.UserGroup.from_user_group_attributes
from_cache = elasticache.ServerlessCache.from_serverless_cache_attributes


class Slip(NamedTuple):
    """A value of the wrong type, the argument that it's given for, and how the message goes on."""

    make: Maker
    parameter: str
    value: Any
    rule: str


TEXT = "must be a str, got "
NUMBER = "must be a number, got "
TEXTS = "must be a list of str, got "
A_CACHE_ENGINE = "must be a CacheEngine, got "
A_USER_ENGINE = "must be a UserEngine, got "
USERS = "must be a list, each of it a user, got "


def limits(name: str, value: object) -> Maker:
    return cache(cache_usage_limits={name: value})


def backup(name: str, value: object) -> Maker:
    return cache(backup={name: value})


def slips(maker: Any, parameter: str, rule: str, *values: object) -> list[Slip]:
    return [Slip(maker(**{parameter: value}), parameter, value, rule) for value in values]


USERS_SLIPS = [
    slip
    for maker in (iam_user, password_user, no_password_user)
    for slip in [
        *slips(maker, "user_id", TEXT, None, 5, True, b"app", ["app"], ODD),
        *slips(maker, "user_name", TEXT, 5, True, b"app", ["app"], ODD),
        *slips(maker, "engine", A_USER_ENGINE, "redis", "", 5, ["redis"], b"redis", ODD),
        *slips(maker, "access_control", "must be an AccessControl, got ", None, "on ~* +@all", 5, {}, ODD),
    ]
]
CACHE_SLIPS = [
    *slips(cache, "vpc", "must be a VPC, got ", None, "vpc-1", 5, ODD),
    *slips(cache, "engine", A_CACHE_ENGINE, "valkey", "", 8, elasticache.UserEngine.VALKEY, ODD),
    *slips(cache, "serverless_cache_name", TEXT, 5, True, b"name", ["name"]),
    *slips(cache, "description", TEXT, 5, False, b"text", ["text"]),
    *slips(
        cache, "cache_usage_limits", "must be a CacheUsageLimitsProperty or a dict, got ", "x", 5, [1], ODD
    ),
    *slips(cache, "backup", "must be a BackupSettings or a dict, got ", "x", 5, [1], ODD),
    *slips(cache, "kms_key", "must be a KMS key, got ", "key-1", 5, ODD),
    *slips(
        cache, "security_groups", "must be a list, each of it a security group, got ", "sg-1", 5, b"sg", ODD
    ),
    *slips(cache, "user_group", "must be a user group, got ", "group", 5, Known("a"), ODD),
    *slips(cache, "vpc_subnets", "must be an ec2.SubnetSelection or a dict, got ", "subnet-1", 5, [1], ODD),
    *(
        Slip(limits(name, value), name, value, rule)
        for bound in ("minimum", "maximum")
        for name, rule, values in [
            (f"data_storage_{bound}_size", "must be a Size, got ", (5, "5", True, ODD)),
            (f"request_rate_limit_{bound}", NUMBER, (True, False, "1000", b"1000", [1000], ODD)),
        ]
        for value in values
    ),
    *(
        Slip(backup(name, value), name, value, rule)
        for name, rule, values in [
            ("backup_time", "must be a Schedule, got ", ("09:00", 9, ODD)),
            ("backup_retention_limit", NUMBER, (True, "7", b"7", ODD)),
            ("backup_name_before_deletion", TEXT, (5, True, b"name")),
            ("backup_arns_to_restore", TEXTS, ("arn:aws:s3:::bucket/a", 5, b"arn", {"arn"})),
        ]
        for value in values
    ),
    Slip(backup("backup_arns_to_restore", [5]), "backup_arns_to_restore[0]", 5, TEXT),
    Slip(
        cache(security_groups=["sg-1"]),
        "security_groups[0]",
        "sg-1",
        "must be a security group, got 'sg-1'; write ",
    ),
]
GROUP_SLIPS = [
    *slips(group, "engine", A_USER_ENGINE, "redis", 5, ODD),
    *slips(group, "user_group_name", TEXT, 5, True, b"us"),
    *slips(group, "users", USERS, "me", 5, b"me", ODD, {"a"}),
    Slip(group(users=[Known("a"), "b"]), "users[1]", "b", "must be a user, got 'b'; write "),
    Slip(group(users=[None]), "users[0]", None, "must be a user, got None; write "),
]
IMPORT_SLIPS = [
    *(
        Slip(importing(importer, value), parameter, value, TEXT)
        for parameter, importer in [
            ("user_id", elasticache.UserBase.from_user_id),
            ("user_id", elasticache.IamUser.from_user_id),
            ("user_arn", elasticache.PasswordUser.from_user_arn),
            ("user_arn", elasticache.NoPasswordUser.from_user_arn),
            ("user_group_name", elasticache.UserGroup.from_user_group_name),
            ("user_group_arn", elasticache.UserGroup.from_user_group_arn),
            ("serverless_cache_name", elasticache.ServerlessCache.from_serverless_cache_name),
            ("serverless_cache_arn", elasticache.ServerlessCache.from_serverless_cache_arn),
        ]
        for value in (5, True, b"me", ["me"], ODD)
    ),
    *(
        Slip(importing(importer, **{parameter: value}), parameter, value, rule)
        for importer, parameter, rule, values in [
            (from_user, "user_id", TEXT, (5, b"me")),
            (from_user, "user_arn", TEXT, (5, b"me")),
            (from_user, "user_name", TEXT, (5, b"me")),
            (from_user, "engine", A_USER_ENGINE, ("redis", 5)),
            (from_group, "user_group_name", TEXT, (5, b"us")),
            (from_group, "user_group_arn", TEXT, (5, b"us")),
            (from_group, "engine", A_USER_ENGINE, ("redis", 5)),
            (from_group, "users", USERS, ("me", 5)),
            (from_cache, "serverless_cache_name", TEXT, (5, b"it")),
            (from_cache, "serverless_cache_arn", TEXT, (5, b"it")),
            (from_cache, "engine", A_CACHE_ENGINE, ("valkey", 5)),
            (from_cache, "backup_arns_to_restore", TEXTS, ("arn", 5)),
            (from_cache, "kms_key", "must be a KMS key, got ", ("key", 5)),
            (from_cache, "vpc", "must be a VPC, got ", ("vpc-1", 5)),
            (from_cache, "subnets", "must be a list, each of it a subnet, got ", ("subnet-1", 5)),
            (from_cache, "security_groups", "must be a list, each of it a security group, got ", ("sg-1", 5)),
            (from_cache, "user_group", "must be a user group, got ", ("us", 5)),
        ]
        for value in values
    ),
]
SLIPS = [*USERS_SLIPS, *CACHE_SLIPS, *GROUP_SLIPS, *IMPORT_SLIPS]


def name_of(slip: Slip) -> str:
    return f"{slip.parameter}-{type(slip.value).__name__}"


@pytest.mark.parametrize("slip", SLIPS, ids=name_of)
def test_a_wrong_type_is_told_by_the_argument_and_leaves_nothing(
    slip: Slip, ground: Ground, here: str
) -> None:
    before = children(ground.stack)
    told, error = refusal(lambda: slip.make(ground, here))
    # Of a text or a dict that was given for what holds an access string, an error has only the kind.
    hidden = {"on ~* +@all": "a str of 11 characters", "{}": "a dict"} if "access" in slip.parameter else {}
    value = hidden.get(str(slip.value), slip.value)
    assert told == Refusal(ArgumentTypeError, "WrongType", slip.parameter, value, f"Stack/{here}")
    assert error.message.startswith(f"{slip.parameter} {slip.rule}")
    assert children(ground.stack) == before


def test_one_thing_where_a_list_is_meant_is_told_with_the_way_out(ground: Ground, here: str) -> None:
    security_group = ec2.SecurityGroup(ground.stack, f"{here}Group", vpc=ground.vpc)
    for maker, parameter, kind in [
        (group(users=Known("a")), "users", "user, got a Known"),
        (cache(security_groups=security_group), "security_groups", "security group, got a SecurityGroup"),
        (password_user(passwords=plain("hunter2")[0]), "passwords", "SecretValue, got a SecretValue"),
    ]:
        _, error = refusal(lambda maker=maker: maker(ground, here))  # type: ignore[misc]
        assert error.message == (
            f"{parameter} must be a list, each of it a {kind}; put it into a list: {parameter}=[...]"
        )


def test_one_text_where_a_list_is_meant_is_told_with_the_way_out(ground: Ground, here: str) -> None:
    _, error = refusal(lambda: backup("backup_arns_to_restore", "arn:x")(ground, here))
    assert error.message == (
        "backup_arns_to_restore must be a list of str, got 'arn:x'; put it into a list: backup_arns_to_restore=[...]"
    )


@pytest.mark.parametrize(
    ("maker", "parameter", "keys"),
    [
        (
            cache(backup={"retention": 7}),
            "backup",
            "backup_time, backup_retention_limit, backup_name_before_deletion, backup_arns_to_restore",
        ),
        (
            cache(cache_usage_limits={"retention": 7}),
            "cache_usage_limits",
            "data_storage_minimum_size, data_storage_maximum_size, request_rate_limit_minimum, "
            "request_rate_limit_maximum",
        ),
    ],
)
def test_a_dict_with_an_unknown_key_is_told_with_the_keys_there_are(
    maker: Maker, parameter: str, keys: str, ground: Ground, here: str
) -> None:
    told, error = refusal(lambda: maker(ground, here))
    assert told == Refusal(ArgumentTypeError, "UnknownKey", parameter, "retention", f"Stack/{here}")
    assert error.message == f"{parameter} must have only the keys {keys}, got 'retention'"


def test_a_subnet_selection_with_an_unknown_key_is_told(ground: Ground, here: str) -> None:
    told, _ = refusal(lambda: cache(vpc_subnets={"zones": 2})(ground, here))
    assert told == Refusal(ArgumentTypeError, "UnknownKey", "vpc_subnets", "zones", f"Stack/{here}")


@pytest.mark.parametrize(
    "maker",
    [cache(), iam_user(), password_user(), no_password_user(), group(), importing(from_user, user_id="me")],
)
@pytest.mark.parametrize("scope", [None, "Stack", 5, ODD])
def test_a_scope_that_is_no_construct_is_told(maker: Maker, scope: Any, ground: Ground, here: str) -> None:
    told, error = refusal(lambda: maker(ground._replace(stack=scope), here))
    assert told == Refusal(ArgumentTypeError, "WrongType", "scope", scope, "")
    assert error.message == f"scope must be a construct, such as a Stack, got {scope!r}"


@pytest.mark.parametrize(
    "maker",
    [cache(), iam_user(), password_user(), no_password_user(), group(), importing(from_user, user_id="me")],
)
@pytest.mark.parametrize("id", [None, 5, b"id", ["id"]])
def test_an_id_that_is_no_text_is_told(maker: Maker, id: Any, ground: Ground) -> None:
    told, error = refusal(lambda: maker(ground, id))
    assert told == Refusal(ArgumentTypeError, "WrongType", "id", id, "")
    assert error.message == f"id must be a str, got {id!r}"


@pytest.mark.parametrize(
    ("maker", "message"),
    [
        (cache(colour="red"), "unexpected keyword argument 'colour'"),
        (iam_user(colour="red"), "unexpected keyword argument 'colour'"),
        (password_user(colour="red"), "unexpected keyword argument 'colour'"),
        (no_password_user(colour="red"), "unexpected keyword argument 'colour'"),
        (group(colour="red"), "unexpected keyword argument 'colour'"),
        (importing(from_user, colour="red"), "unexpected keyword argument 'colour'"),
        (importing(from_group, colour="red"), "unexpected keyword argument 'colour'"),
        (importing(from_cache, colour="red"), "unexpected keyword argument 'colour'"),
        (importing(elasticache.ServerlessCache), "missing 1 required keyword-only argument: 'vpc'"),
        (
            importing(elasticache.IamUser, user_id="me"),
            "missing 1 required keyword-only argument: 'access_control'",
        ),
        (importing(elasticache.UserGroup, "us"), "takes 3 positional arguments but 4 were given"),
    ],
)
def test_arguments_that_do_not_exist_or_lack_are_told_by_python(
    maker: Maker, message: str, ground: Ground, here: str
) -> None:
    before = children(ground.stack)
    with pytest.raises(TypeError, match=message):
        maker(ground, here)
    assert children(ground.stack) == before


@pytest.mark.parametrize("struct", [elasticache.BackupSettings, elasticache.CacheUsageLimitsProperty])
def test_a_struct_s_unknown_key_is_told_by_python(struct: Any) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        struct(colour="red")


@pytest.mark.parametrize("user", [None, "me", 5, ["me"], ODD])
def test_what_is_no_user_cannot_be_added(user: Any, ground: Ground, here: str) -> None:
    made = group()(ground, here)
    told, error = refusal(lambda: made.add_user(user))
    assert told == Refusal(ArgumentTypeError, "WrongType", "user", user, f"Stack/{here}")
    assert error.message.startswith("user must be a user, got ")
    assert made.users == []


@pytest.mark.parametrize(
    ("text", "value"),
    [(None, None), (5, 5), (True, True), (b"on ~* +@all", "a bytes"), (["on"], "a list")],
)
def test_an_access_string_is_text(text: Any, value: object) -> None:
    told, _ = refusal(lambda: elasticache.AccessControl.from_access_string(text))
    assert told == Refusal(ArgumentTypeError, "WrongType", "access_string", value, "")


@pytest.mark.parametrize("grantee", [None, "role", 5, ODD])
def test_what_is_no_grantee_is_granted_nothing(grantee: Any, ground: Ground, here: str) -> None:
    it = importing(from_cache, serverless_cache_name="it")(ground, here)
    me = importing(elasticache.IamUser.from_user_id, "me")(ground, f"{here}User")
    for place, call in [
        (here, lambda: it.grant_connect(grantee)),
        (here, lambda: it.grant(grantee, "elasticache:Connect")),
        (here, lambda: it.grants.connect(grantee)),
        (f"{here}User", lambda: me.grant_connect(grantee)),
        (f"{here}User", lambda: me.grant(grantee, "elasticache:Connect")),
    ]:
        told, _ = refusal(call)
        assert told == Refusal(ArgumentTypeError, "WrongType", "grantee", grantee, f"Stack/{place}")


@pytest.mark.parametrize(
    ("actions", "arns", "parameter"),
    [
        ("elasticache:Connect", None, "actions"),
        (5, None, "actions"),
        ([5], None, "actions[0]"),
        (["elasticache:Connect"], "arn:x", "resource_arns"),
        (["elasticache:Connect"], [5], "resource_arns[0]"),
    ],
)
def test_actions_and_resources_are_lists_of_text(
    actions: Any, arns: Any, parameter: str, ground: Ground, here: str
) -> None:
    it = importing(from_cache, serverless_cache_name="it")(ground, here)
    role = iam.ArnPrincipal("arn:aws:iam::111122223333:role/app")
    told, _ = refusal(lambda: it.grants.actions(role, actions, resource_arns=arns))
    assert (told.kind, told.code, told.parameter) == (ArgumentTypeError, "WrongType", parameter)


@pytest.mark.parametrize("resource", [None, "cache", 5, ODD])
def test_grants_are_made_of_a_cache(resource: Any) -> None:
    told, _ = refusal(lambda: elasticache.ServerlessCacheGrants.from_serverless_cache(resource))
    assert told == Refusal(ArgumentTypeError, "WrongType", "resource", resource, "")


def test_an_option_of_a_metric_that_does_not_exist_is_told_by_python(ground: Ground, here: str) -> None:
    it = importing(from_cache, serverless_cache_name="it")(ground, here)
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        it.metric("Evictions", colour="red")


def test_a_tuple_is_a_list_too(ground: Ground, here: str) -> None:
    made = group(users=(Known("a"), Known("b")))(ground, here)
    assert [user.user_id for user in made.users] == ["a", "b"]


def test_a_schedule_of_another_kind_with_its_attribute_serves(ground: Ground, here: str) -> None:
    class Nightly:
        expression_string = events.Schedule.cron(hour="3", minute="0").expression_string

    assert backup("backup_time", Nightly())(ground, here).node.default_child.daily_snapshot_time == "03:00"
