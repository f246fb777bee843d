"""Who may be in which group, and which group may be on which cache: the table of the RBAC page."""

import pytest

from cdk_elasticache.model.doubts import Doubt
from cdk_elasticache.model.membership import (
    Member,
    check_group_on_cache,
    check_iam_name,
    check_members,
    check_no_password_engine,
    check_user_engine,
    doubts_about_members,
    has_default,
    missing_default,
    mistakes_in_members,
)

from .refusals import Refusal, refusal


def member(user_id: str = "u", name: str | None = "n", engine: str | None = "valkey", **more: bool) -> Member:
    return Member(user_id, name, engine, **more)


@pytest.mark.parametrize("engine", ["valkey", "redis"])
def test_users_and_groups_may_be_valkey_or_redis(engine: str) -> None:
    check_user_engine(engine)


@pytest.mark.parametrize("engine", ["memcached", "", "Valkey", "valkey_8"])
def test_users_and_groups_may_be_nothing_else(engine: str) -> None:
    assert refusal(check_user_engine, engine) == Refusal(
        "UnsupportedUserEngine",
        "engine",
        engine,
        f"engine must be one of valkey and redis for a user or a user group, got {engine!r}",
    )


def test_only_a_redis_user_may_have_no_password() -> None:
    check_no_password_engine("redis")
    assert refusal(check_no_password_engine, "valkey") == Refusal(
        "UnsupportedEngineForNoPassword",
        "engine",
        "valkey",
        "engine must be redis for a user without a password, got 'valkey'; take UserEngine.REDIS, or a PasswordUser "
        "or an IamUser",
    )


def test_the_name_of_an_iam_user_is_its_id() -> None:
    check_iam_name("me", "me")
    assert refusal(check_iam_name, "me", "Me") == Refusal(
        "IamUserNameMustEqualUserId",
        "user_name",
        "Me",
        "user_name must equal user_id ('me') for an IAM user, got 'Me'; leave it out",
    )


@pytest.mark.parametrize(
    ("cache", "group"),
    [
        ("redis", "redis"),
        ("valkey", "redis"),
        ("valkey", "valkey"),
        ("valkey", None),
        ("new-engine", "valkey"),
    ],
)
def test_a_group_fits_on_a_cache(cache: str, group: str | None) -> None:
    check_group_on_cache(cache, group)


@pytest.mark.parametrize("group", ["redis", "valkey", None])
def test_no_group_fits_on_memcached(group: str | None) -> None:
    assert refusal(check_group_on_cache, "memcached", group) == Refusal(
        "MemcachedUserGroupNotSupported",
        "user_group",
        group,
        "user_group must not be given for a memcached cache, got a group; Memcached has no users: control access with "
        "security groups",
    )


def test_a_valkey_group_does_not_fit_on_a_redis_cache() -> None:
    assert refusal(check_group_on_cache, "redis", "valkey") == Refusal(
        "RedisUserGroupMismatch",
        "user_group",
        "valkey",
        "user_group must be a redis group for a redis cache, got a valkey group; make the cache a valkey one",
    )


def test_a_group_of_unknown_engine_does_not_fit_on_a_redis_cache() -> None:
    assert refusal(check_group_on_cache, "redis", None).message == (
        "user_group must be a redis group for a redis cache, got a group of unknown engine; import it with "
        "engine=UserEngine.REDIS"
    )


@pytest.mark.parametrize(
    ("group", "members"),
    [
        ("redis", []),
        ("valkey", []),
        ("redis", [member("a", "a", "redis"), member("b", "b", "redis", has_password=False)]),
        ("valkey", [member("a", "a", "valkey"), member("b", "b", "redis"), member("c", "c", None)]),
        ("valkey", [member("a", None), member("b", None)]),
        ("valkey", [member("a", "name"), member("b", "Name")]),
    ],
    ids=["no redis users", "no valkey users", "redis users", "mixed", "unknown names", "names by case"],
)
def test_these_users_may_be_in_one_group(group: str, members: list[Member]) -> None:
    check_members(group, members)


def test_two_users_of_one_name_may_not_be_in_one_group() -> None:
    assert refusal(check_members, "valkey", [member("a", "app"), member("b", "app")]) == Refusal(
        "DuplicateUserName", "users", "app", "users must differ in user_name, got 'app' twice"
    )


@pytest.mark.parametrize("second", ["a", "A"])
def test_one_user_may_not_be_in_a_group_twice(second: str) -> None:
    assert refusal(check_members, "valkey", [member("a", None), member(second, None)]) == Refusal(
        "DuplicateUserId", "users", second, f"users must differ in user_id, got {second!r} twice"
    )


def test_a_valkey_user_may_not_be_in_a_redis_group() -> None:
    assert refusal(
        check_members, "redis", [member("a", "a", "redis"), member("b", "b", "valkey")]
    ) == Refusal(
        "RedisUserGroupEngineMismatch",
        "users",
        "valkey for b",
        "users must have the engine redis in a redis group, got valkey for b; make the group a valkey one",
    )


def test_a_user_of_unknown_engine_may_not_be_in_a_redis_group() -> None:
    assert refusal(check_members, "redis", [member("b", "b", None)]).message == (
        "users must have the engine redis in a redis group, got an unknown engine for b; import it with "
        "engine=UserEngine.REDIS"
    )


def test_all_that_is_wrong_with_members_is_told_and_a_member_given_twice_once() -> None:
    members = [member("a", "a"), member("a", "a"), member("b", "b"), member("b", "c"), member("c", "c")]
    told = [(mistake.code, mistake.value) for mistake in mistakes_in_members("valkey", members)]
    assert told == [("DuplicateUserName", "a"), ("DuplicateUserId", "b"), ("DuplicateUserName", "c")]


def test_the_default_user_is_told_by_its_name_and_not_by_its_id() -> None:
    assert has_default([member("a", "a"), member("b", "default")])
    assert not has_default([member("default", "other"), member("b", None)])
    assert not has_default([])


def test_a_missing_default_user_is_told_with_both_ways_to_have_one() -> None:
    error = missing_default()
    assert (error.code, error.parameter) == ("RedisUserGroupMissingDefaultUser", "users")
    assert error.message == (
        "users must include one with user_name 'default' in a redis group, got none; import the built-in one with "
        "NoPasswordUser.from_user_attributes(user_id='default'), or make your own"
    )


def test_a_user_without_password_in_a_valkey_group_is_doubted() -> None:
    members = [member("a", "a"), member("b", "b", "redis", has_password=False)]
    assert list(doubts_about_members("valkey", members)) == [
        Doubt(
            "no-password-user-in-valkey-group",
            "user b has no password: AWS documents that a valkey group takes only users who authenticate",
            "make the group a redis one, or the user a PasswordUser or an IamUser",
        )
    ]
    assert list(doubts_about_members("redis", members)) == []
