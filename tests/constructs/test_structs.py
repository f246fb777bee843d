"""Structs: keyword-only values that are equal by what they hold, and can't be changed; a dict serves as well."""

from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest
from aws_cdk import Size

import cdk_elasticache as elasticache

from .ground import ALL, Ground, new_ground, properties
from .making import cache

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


def test_the_repr_of_a_struct_names_its_fields() -> None:
    assert repr(elasticache.BackupSettings(backup_retention_limit=7)) == (
        "BackupSettings(backup_time=None, backup_retention_limit=7, backup_name_before_deletion=None, "
        "backup_arns_to_restore=None)"
    )


LIMITS = {"data_storage_maximum_size": Size.gibibytes(3), "request_rate_limit_minimum": 1000}
BACKUP = {"backup_retention_limit": 7, "backup_name_before_deletion": "last"}


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
