"""Structs: keyword-only values that are equal by what they hold, and can't be changed; a dict serves as well."""

from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest
from aws_cdk import Size, assertions
from aws_cdk import aws_ec2 as ec2

import cdk_elasticache as elasticache

from .ground import ALL, Ground, new_ground, properties
from .making import PASSWORD, cache, plain

STRUCTS: list[tuple[Any, dict[str, Any], dict[str, Any]]] = [
    (elasticache.BackupSettings, {"backup_retention_limit": 7}, {"backup_retention_limit": 8}),
    (elasticache.CacheUsageLimitsProperty, {"request_rate_limit_minimum": 1000}, {}),
    (elasticache.ServerlessCacheProps, {"vpc": "vpc", "description": "a"}, {"vpc": "vpc"}),
    (elasticache.ServerlessCacheAttributes, {"serverless_cache_name": "a"}, {"serverless_cache_name": "b"}),
    (
        elasticache.UserBaseProps,
        {"user_id": "a", "access_control": ALL},
        {"user_id": "b", "access_control": ALL},
    ),
    (
        elasticache.IamUserProps,
        {"user_id": "a", "access_control": ALL},
        {"user_id": "b", "access_control": ALL},
    ),
    (
        elasticache.NoPasswordUserProps,
        {"user_id": "a", "access_control": ALL},
        {"user_id": "b", "access_control": ALL},
    ),
    (
        elasticache.PasswordUserProps,
        {"user_id": "a", "access_control": ALL, "passwords": ["x"]},
        {"user_id": "a", "access_control": ALL, "passwords": ["y"]},
    ),
    (elasticache.UserBaseAttributes, {"user_id": "a"}, {"user_arn": "a"}),
    (elasticache.UserGroupProps, {"user_group_name": "a"}, {}),
    (elasticache.UserGroupAttributes, {"user_group_name": "a"}, {"user_group_arn": "a"}),
]
EACH = pytest.mark.parametrize(("struct", "given", "other"), STRUCTS)


@EACH
def test_structs_are_equal_by_what_they_hold(
    struct: Any, given: dict[str, Any], other: dict[str, Any]
) -> None:
    assert struct(**given) == struct(**given)
    assert struct(**given) != struct(**other)
    assert struct(**given) != given


@EACH
def test_a_struct_gives_back_what_it_was_given_and_none_for_the_rest(
    struct: Any, given: dict[str, Any], other: dict[str, Any]
) -> None:
    made = struct(**given)
    assert {field.name: getattr(made, field.name) for field in fields(struct)} == {
        **{field.name: None for field in fields(struct)},
        **given,
    }


@EACH
def test_a_struct_cannot_be_changed(struct: Any, given: dict[str, Any], other: dict[str, Any]) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(struct(**given), next(iter(given)), "changed")


@EACH
def test_a_struct_takes_keywords_only(struct: Any, given: dict[str, Any], other: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="positional argument"):
        struct(*given.values())


def test_the_repr_of_a_struct_names_what_was_given_but_for_passwords() -> None:
    assert (
        repr(elasticache.BackupSettings(backup_retention_limit=7))
        == "BackupSettings(backup_retention_limit=7)"
    )
    props = elasticache.PasswordUserProps(user_id="me", access_control=ALL, passwords=plain(PASSWORD))
    assert repr(props) == (
        "PasswordUserProps(user_id='me', access_control=AccessControl.from_access_string('on ~* +@all'), "
        "passwords=<hidden>)"
    )


@EACH
def test_the_values_of_a_struct_are_what_was_given(
    struct: Any, given: dict[str, Any], other: dict[str, Any]
) -> None:
    assert struct(**given)._values == given
    assert struct(**struct(**given)._values) == struct(**given)


def two_of_each(module: Any) -> list[Any]:
    """Structs of a library, each twice."""
    access = module.AccessControl.from_access_string("on ~* +@all")
    kinds: list[tuple[Any, dict[str, Any]]] = [
        (module.BackupSettings, {}),
        (module.BackupSettings, {"backup_retention_limit": 7}),
        (module.BackupSettings, {"backup_retention_limit": 7.0, "backup_time": None}),
        (module.CacheUsageLimitsProperty, {}),
        (module.UserBaseAttributes, {"user_id": "a"}),
        (module.UserBaseProps, {"user_id": "a", "access_control": access}),
        (module.IamUserProps, {"user_id": "a", "access_control": access}),
        (module.NoPasswordUserProps, {"user_id": "a", "access_control": access}),
        (module.UserGroupAttributes, {"user_group_name": "a"}),
        (module.UserGroupProps, {"user_group_name": "a"}),
    ]
    return [kind(**given) for _ in range(2) for kind, given in kinds]


def test_structs_are_equal_where_those_of_the_alpha_module_are(alpha: Any) -> None:
    mine, theirs = (
        [[one == other for other in made] for one in made] for made in map(two_of_each, (elasticache, alpha))
    )
    assert mine == theirs
    assert {True, False} == {it for row in mine for it in row}


LIMITS: dict[str, Any] = {
    "data_storage_maximum_size": Size.gibibytes(3),
    "request_rate_limit_minimum": 1000,
}
BACKUP: dict[str, Any] = {"backup_retention_limit": 7, "backup_name_before_deletion": "last"}


def props_with_dicts(module: Any, ground: Ground) -> Any:
    return module.ServerlessCacheProps(
        vpc=ground.vpc,
        backup=BACKUP,
        cache_usage_limits=LIMITS,
        vpc_subnets={"subnet_type": ec2.SubnetType.PUBLIC},
    )


def test_a_dict_in_a_struct_becomes_a_struct(alpha: Any) -> None:
    read = []
    for module in (elasticache, alpha):
        props = props_with_dicts(module, new_ground())
        assert props.backup == module.BackupSettings(**BACKUP)
        assert props.cache_usage_limits == module.CacheUsageLimitsProperty(**LIMITS)
        assert props.vpc_subnets == ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
        read.append((props.backup.backup_retention_limit, sorted(props._values)))
    assert read[0] == read[1]


@pytest.mark.parametrize("name", ["backup", "cache_usage_limits", "vpc_subnets"])
def test_a_dict_with_a_key_that_its_struct_lacks_is_refused_by_the_struct(name: str, ground: Ground) -> None:
    given: dict[str, Any] = {name: {"other": 1}}
    with pytest.raises(
        elasticache.ArgumentTypeError, match=f"{name} must have only the keys .*, got 'other'"
    ):
        elasticache.ServerlessCacheProps(vpc=ground.vpc, **given)


def by_keywords(ground: Ground) -> None:
    elasticache.ServerlessCache(
        ground.stack,
        "Cache",
        vpc=ground.vpc,
        backup=BACKUP,
        cache_usage_limits=LIMITS,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
    )
    user = elasticache.PasswordUser(
        ground.stack, "User", user_id="me", access_control=ALL, passwords=plain(PASSWORD)
    )
    other = elasticache.UserBase.from_user_attributes(
        ground.stack, "Other", user_id="other", engine=elasticache.UserEngine.REDIS
    )
    elasticache.UserGroup(ground.stack, "Group", users=[user, other])


def by_structs(ground: Ground) -> None:
    cache = props_with_dicts(elasticache, ground)
    elasticache.ServerlessCache(ground.stack, "Cache", **cache._values)
    user = elasticache.PasswordUserProps(user_id="me", access_control=ALL, passwords=plain(PASSWORD))
    other = elasticache.UserBaseAttributes(user_id="other", engine=elasticache.UserEngine.REDIS)
    group = elasticache.UserGroupProps(
        users=[
            elasticache.PasswordUser(ground.stack, "User", **user._values),
            elasticache.UserBase.from_user_attributes(ground.stack, "Other", **other._values),
        ]
    )
    elasticache.UserGroup(ground.stack, "Group", **group._values)


def test_the_values_of_a_struct_are_the_keywords_of_what_it_describes() -> None:
    made = []
    for make in (by_keywords, by_structs):
        ground = new_ground()
        make(ground)
        made.append(assertions.Template.from_stack(ground.stack).to_json())
    assert made[0] == made[1]


@pytest.mark.parametrize("kind", ["ours", "dict", "alpha"])
def test_a_struct_may_be_ours_a_dict_or_the_alpha_module_s(kind: str, request: pytest.FixtureRequest) -> None:
    limits: Any = LIMITS
    backup: Any = BACKUP
    if kind != "dict":
        module = elasticache if kind == "ours" else request.getfixturevalue("alpha")
        limits, backup = module.CacheUsageLimitsProperty(**LIMITS), module.BackupSettings(**BACKUP)
    ground = new_ground()
    cache(cache_usage_limits=limits, backup=backup)(ground, "Cache")
    (made,) = properties(ground.stack, "ServerlessCache")
    assert made["CacheUsageLimits"] == {
        "DataStorage": {"Unit": "GB", "Maximum": 3},
        "ECPUPerSecond": {"Minimum": 1000},
    }
    assert (made["SnapshotRetentionLimit"], made["FinalSnapshotName"]) == (7, "last")


def test_an_argument_s_list_is_copied(ground: Ground, here: str) -> None:
    arns = ["arn:aws:s3:::bucket/dump.rdb"]
    made = cache(backup={"backup_arns_to_restore": arns})(ground, here)
    arns.append("later")
    assert made.node.default_child.snapshot_arns_to_restore == ["arn:aws:s3:::bucket/dump.rdb"]
