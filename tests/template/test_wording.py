"""What a template's author is told: in the template's names, with ways out that a template has."""

import re
from typing import Any

import pytest

from cdk_elasticache.errors import ElastiCacheError
from cdk_elasticache.model.doubts import Doubt
from cdk_elasticache.template.bundle import Bundle
from cdk_elasticache.template.declare import declare
from cdk_elasticache.template.rules import warnings
from tests.template.test_declare import cache, resource, stack, user

#: Names of Python's that mean a property or a construct; what was given, after "got", may be anything.
PYTHON = re.compile(
    r"\b(?!dual_stack)[a-z]+(_[a-z]+)+\b|\b(PasswordUser|IamUser|NoPasswordUser|UserEngine)\b|\bimport it\b"
)


def group(*members: str, **changes: Any) -> dict[str, Any]:
    return resource(
        "ElastiCache::UserGroup",
        **{"UserGroupId": "g", "Engine": "valkey", "UserIds": list(members), **changes},
    )


def limits(**members: Any) -> dict[str, Any]:
    return {"CacheUsageLimits": members}


PASSWORD = "correct horse battery staple"
KEY = {"AuthenticationMode": {"Type": "password", "Passwords": [PASSWORD]}}
OPEN = {"AuthenticationMode": {"Type": "no-password-required"}}
#: What is wrong, and what is told of it.
ERRORS: dict[str, tuple[dict[str, Any], str]] = {
    "an id": (
        {"U": user(UserId="bad id", UserName="bad id")},
        "Properties.UserId must contain only ASCII letters, digits and hyphens, got 'bad id'",
    ),
    "an IAM user's name": (
        {"U": user(UserName="other")},
        "Properties.UserName must equal UserId ('app') for an IAM user, got 'other'; give both the same value",
    ),
    "a name that is a name of Python's": (
        {"U": user(UserName="user_id")},
        "Properties.UserName must equal UserId ('app') for an IAM user, got 'user_id'; give both the same value",
    ),
    "no name": (
        {"C": cache(ServerlessCacheName="")},
        "Properties.ServerlessCacheName must not be empty, got ''",
    ),
    "a value that is a name of Python's": (
        {"C": cache(Description="<user_id>")},
        "Properties.Description must not contain < or >, got '<' at position 0",
    ),
    "storage": (
        {"C": cache(**limits(DataStorage={"Unit": "GB", "Minimum": 7, "Maximum": 5}))},
        "Properties.CacheUsageLimits.DataStorage.Minimum must not exceed CacheUsageLimits.DataStorage.Maximum, got "
        "7 and 5 GiB",
    ),
    "a rate": (
        {"C": cache(**limits(ECPUPerSecond={"Maximum": 5}))},
        "Properties.CacheUsageLimits.ECPUPerSecond.Maximum must be a whole number from 1000 to 15000000 ECPU/s, got 5",
    ),
    "a unit": (
        {"C": cache(**limits(DataStorage={"Unit": "TB"}))},
        "Properties.CacheUsageLimits.DataStorage.Unit must be GB, got 'TB'",
    ),
    "a retention": (
        {"C": cache(SnapshotRetentionLimit=36)},
        "Properties.SnapshotRetentionLimit must be a whole number from 1 to 35 days, got 36",
    ),
    "a final snapshot": (
        {"C": cache(FinalSnapshotName="a--b")},
        "Properties.FinalSnapshotName must not contain two hyphens in a row, got 'a--b'",
    ),
    "a snapshot": (
        {"C": cache(SnapshotArnsToRestore=["x"])},
        "Properties.SnapshotArnsToRestore must hold ARNs of backups, such as "
        "arn:aws:elasticache:us-east-1:111122223333:serverlesscachesnapshot:my-backup, got 'x'",
    ),
    "a time": (
        {"C": cache(DailySnapshotTime="24:00")},
        "Properties.DailySnapshotTime must be HH:MM, from 00:00 to 23:59 UTC, got '24:00'",
    ),
    "a network": (
        {"C": cache(NetworkType="ipv5")},
        "Properties.NetworkType must be ipv4 or ipv6 or dual_stack, got 'ipv5'",
    ),
    "a group for memcached": (
        {"C": cache(Engine="memcached", UserGroupId="g")},
        "Properties.UserGroupId must not be given for a memcached cache, got a group; Memcached has no users: control "
        "access with security groups",
    ),
    "a group for redis": (
        {"C": cache(Engine="redis", UserGroupId="g"), "G": group()},
        "Properties.UserGroupId must be a redis group for a redis cache, got a valkey group; name a redis group, or set "
        "Engine of the cache to valkey",
    ),
    "no password": (
        {"U": user(**OPEN)},
        "Properties.Engine must be redis for a user without a password, got 'valkey'; set Engine to redis, or "
        "AuthenticationMode.Type to password or iam",
    ),
    "a password": (
        {"U": user(AuthenticationMode={"Type": "password", "Passwords": ["x"]})},
        "Properties.AuthenticationMode.Passwords must have 16 to 128 characters each, got a password of 1 characters",
    ),
    "a password in the older property": (
        {"U": user(AuthenticationMode=None, Passwords=["x"])},
        "Properties.Passwords must have 16 to 128 characters each, got a password of 1 characters",
    ),
    "a way to log in": (
        {"U": user(AuthenticationMode={"Type": "face"})},
        "Properties.AuthenticationMode must be password or no-password-required or iam, got 'face'",
    ),
    "two ways to log in": (
        {"U": user(NoPasswordRequired=True)},
        "Properties.AuthenticationMode must not set NoPasswordRequired with the type iam, got true",
    ),
    "an access string": (
        {"U": user(AccessString="on nosuch")},
        "Properties.AccessString must be made of rules such as on, ~app:*, &news, +get, -@dangerous or (~a +get), got "
        "'nosuch' (word 2, character 4)",
    ),
    "members of one name": (
        {"A": user(UserId="a", UserName="x", **KEY), "B": user(UserId="b", UserName="x", **KEY), "G": group("a", "b")},
        "Properties.UserIds must differ in UserName, got 'x' twice",
    ),
    "a member twice": (
        {"A": user(UserId="a", UserName="a"), "G": group("a", "A")},
        "Properties.UserIds must differ in UserId, got 'a' twice",
    ),
    "a valkey user in a redis group": (
        {"U": user(), "D": group("app", "default", Engine="redis")},
        "Properties.UserIds must have the engine redis in a redis group, got valkey for app; set Engine of the user to "
        "redis, or that of the group to valkey",
    ),
    "a redis group without default": (
        {"G": group(Engine="redis")},
        "Properties.UserIds must include one with UserName 'default' in a redis group, got none; add the id of a user "
        "whose UserName is default; the one that AWS has made has the id default",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ERRORS)
def test_an_error_names_properties_and_ways_out_that_a_template_has(what: str) -> None:
    resources, message = ERRORS[what]
    found: list[ElastiCacheError] = []
    declare(Bundle((stack(Resources=resources),)), refuse=lambda error, place: found.append(error))
    (error,) = found
    assert error.message == error.args[0] == message
    assert error.parameter.startswith("Properties.")
    assert not PYTHON.search(f"{message.partition(', got ')[0]}; {error.remedy}")


@pytest.mark.parametrize(
    ("resources", "doubt"),
    [
        (
            {"C": cache(ServerlessCacheName="1a")},
            Doubt(
                "doubtful-name",
                "Properties.ServerlessCacheName should begin with an ASCII letter, got '1a'",
                "AWS may refuse it",
            ),
        ),
        (
            {"C": cache(DailySnapshotTime="01:00")},
            Doubt(
                "backup-time-without-retention",
                "Properties.DailySnapshotTime has no effect without SnapshotRetentionLimit: automatic backups stay off",
                "give the days to keep each backup, 1 to 35",
            ),
        ),
        (
            {"C": cache(Engine="keydb")},
            Doubt(
                "unknown-engine",
                "Properties.Engine should be one of valkey, redis, memcached, got 'keydb'",
                "AWS may refuse it",
            ),
        ),
        (
            {"U": user(UserId="default", UserName="default")},
            Doubt(
                "reserved-user-id",
                "Properties.UserId should not be 'default' for a new user: AWS has made that one already and refuses a "
                "second",
                "give another UserId, with the UserName default; or leave the resource out, and name default in UserIds",
            ),
        ),
        (
            {"U": user(Engine="redis", **OPEN), "G": group("app")},
            Doubt(
                "no-password-user-in-valkey-group",
                "user app has no password: AWS documents that a valkey group takes only users who authenticate",
                "set Engine of the group to redis, or AuthenticationMode.Type of the user to password or iam",
            ),
        ),
    ],
    ids=lambda value: value.id if isinstance(value, Doubt) else "",
)  # fmt: skip
def test_a_warning_names_properties_and_ways_out_that_a_template_has(
    resources: dict[str, Any], doubt: Doubt
) -> None:
    assert [told for _, told in warnings(declare(Bundle((stack(Resources=resources),))))] == [doubt]
