"""Users in groups: added early, added late, refused, and what only synthesis can tell."""

import copy

import pytest
from aws_cdk import assertions

import cdk_elasticache as elasticache
from cdk_elasticache import ElastiCacheError, ValidationError

from .ground import ALL, Ground, Refusal, new_ground, properties, refusal
from .making import REDIS, VALKEY, Known, cache, group, iam_user, importing, no_password_user

MISSING = (
    "users must include one with user_name 'default' in a redis group, got none; import the built-in one with "
    "NoPasswordUser.from_user_attributes(user_id='default'), or make your own [RedisUserGroupMissingDefaultUser at "
    "Stack/{}]"
)
built_in = importing(elasticache.NoPasswordUser.from_user_id, "default")


def test_users_are_rendered_in_the_order_of_their_addition() -> None:
    ground = new_ground()
    made = group(users=[Known("b"), Known("a")])(ground, "Group")
    made.add_user(Known("d"))
    made.add_user(iam_user(user_id="c")(ground, "User"))
    assert [user.user_id for user in made.users] == ["b", "a", "d", "c"]
    assert properties(ground.stack, "UserGroup")[0]["UserIds"] == ["b", "a", "d", "c"]


def test_the_users_of_a_group_are_a_list_to_change_copy_and_pass_on() -> None:
    ground = new_ground()
    made = group(users=[Known("a"), Known("b")])(ground, "Group")
    users = made.users
    users.append(Known("c"))
    users.reverse()
    del users[0]
    assert [user.user_id for user in copy.copy(users)] == ["b", "a"]
    assert (type(users), [user.user_id for user in made.users]) == (list, ["a", "b"])
    other = group(users=users, user_group_name="other")(ground, "Other")
    assert [user.user_id for user in other.users] == ["b", "a"]
    assert [it["UserIds"] for it in properties(ground.stack, "UserGroup")] == [["a", "b"], ["b", "a"]]


def test_the_users_of_an_imported_group_are_a_list_too(ground: Ground, here: str) -> None:
    users = [Known("a")]
    made = importing(elasticache.UserGroup.from_user_group_attributes, user_group_name="us", users=users)(
        ground, here
    )
    made.users.append(Known("b"))
    assert (type(made.users), made.users) == (list, users)


def test_a_group_depends_on_the_users_that_the_app_makes() -> None:
    ground = new_ground()
    made = group(users=[iam_user(user_id="a")(ground, "A")])(ground, "Group")
    made.add_user(iam_user(user_id="b")(ground, "B"))
    made.add_user(importing(elasticache.IamUser.from_user_id, "c")(ground, "C"))
    template = assertions.Template.from_stack(ground.stack).to_json()
    users = [name for name, it in template["Resources"].items() if it["Type"] == "AWS::ElastiCache::User"]
    (found,) = (it for it in template["Resources"].values() if it["Type"] == "AWS::ElastiCache::UserGroup")
    assert found["DependsOn"] == users
    assert len(users) == 2


@pytest.mark.parametrize(
    ("engine", "user", "code", "value"),
    [
        (VALKEY, Known("other", "name"), "DuplicateUserName", "name"),
        (VALKEY, Known("First"), "DuplicateUserId", "First"),
        (REDIS, Known("other", "other", VALKEY), "RedisUserGroupEngineMismatch", "valkey for other"),
        (REDIS, Known("other", "other", None), "RedisUserGroupEngineMismatch", "an unknown engine for other"),
    ],
)
def test_a_user_that_is_refused_leaves_the_group_as_it_was(
    engine: elasticache.UserEngine, user: Known, code: str, value: str, ground: Ground, here: str
) -> None:
    made = group(engine=engine, users=[Known("first", "name", engine)])(ground, here)
    told, _ = refusal(lambda: made.add_user(user))
    assert told == Refusal(ValidationError, code, "users", value, f"Stack/{here}")
    assert [user.user_id for user in made.users] == ["first"]
    assert ground.stack.resolve(made.node.default_child.user_ids) == ["first"]
    made.add_user(Known("second", "second", engine))
    assert ground.stack.resolve(made.node.default_child.user_ids) == ["first", "second"]
    if engine == REDIS:
        made.add_user(Known("last", "default", REDIS))  # so that the ground can be synthesized


def test_a_redis_group_without_its_default_user_fails_at_synthesis() -> None:
    ground = new_ground()
    group(engine=REDIS, users=[Known("a", "a", REDIS)])(ground, "Group")
    with pytest.raises(RuntimeError) as caught:
        assertions.Template.from_stack(ground.stack)
    assert f"[Stack/Group] {MISSING.format('Group')}" in str(caught.value)


def test_an_empty_redis_group_fails_at_synthesis() -> None:
    ground = new_ground()
    group(engine=REDIS)(ground, "Group")
    with pytest.raises(RuntimeError, match="RedisUserGroupMissingDefaultUser at Stack/Group"):
        assertions.Template.from_stack(ground.stack)


def test_a_redis_group_may_get_its_default_user_after_a_cache_was_built_on_it() -> None:
    ground = new_ground()
    made = group(engine=REDIS)(ground, "Group")
    cache(engine=elasticache.CacheEngine.REDIS_7, user_group=made)(ground, "Cache")
    made.add_user(no_password_user(user_id="mine", user_name="default")(ground, "User"))
    assert properties(ground.stack, "UserGroup")[0]["UserIds"] == ["mine"]


def test_the_built_in_default_user_serves_a_redis_group() -> None:
    ground = new_ground()
    user = built_in(ground, "Default")
    assert (user.user_id, user.user_name, user.engine) == ("default", "default", REDIS)
    group(engine=REDIS, users=[user])(ground, "Group")
    assert properties(ground.stack, "UserGroup")[0]["UserIds"] == ["default"]


def test_an_app_that_lacks_two_default_users_is_told_of_both() -> None:
    ground = new_ground()
    group(engine=REDIS)(ground, "One")
    group(engine=REDIS)(ground, "Two")
    with pytest.raises(RuntimeError) as caught:
        assertions.Template.from_stack(ground.stack)
    assert MISSING.format("One") in str(caught.value)
    assert MISSING.format("Two") in str(caught.value)


def test_a_group_that_was_refused_does_not_come_back_at_synthesis() -> None:
    ground = new_ground()
    with pytest.raises(ElastiCacheError):
        group(engine=REDIS, users=[Known("a", "a", VALKEY)])(ground, "Group")
    assert properties(ground.stack, "UserGroup") == []


def test_the_users_of_an_imported_group_are_those_that_were_given(ground: Ground, here: str) -> None:
    user = Known("a")
    from_group = elasticache.UserGroup.from_user_group_attributes
    known = importing(from_group, user_group_name="us", users=[user], engine=REDIS)(ground, here)
    unknown = importing(from_group, user_group_name="us")(ground, f"{here}Unknown")
    assert (known.users, known.engine) == ([user], REDIS)
    assert (unknown.users, unknown.engine) == (None, None)
    assert known.users is not known.users


def test_a_generated_name_is_in_lower_case_and_at_most_40_characters_long() -> None:
    ground = new_ground()
    made = group()(ground, "AVeryLongNameOfAGroupThatWouldNotFitIntoTheNameOfAGroup")
    assert made.user_group_name == made.user_group_name.lower()
    assert len(made.user_group_name) <= 40


def test_a_user_s_own_class_of_access_control_serves(ground: Ground, here: str) -> None:
    class ReadOnly(elasticache.AccessControl):
        def __init__(self, prefix: str) -> None:
            self._prefix = prefix

        @property
        def access_string(self) -> str:
            return f"on ~{self._prefix}:* +@read"

    user = iam_user(access_control=ReadOnly("app"))(ground, here)
    assert user.access_string == "on ~app:* +@read"
    assert ALL.access_string == "on ~* +@all"
