"""What the alpha module, or a user's own class, made serves wherever ours does; what it tells is checked as well."""

from typing import Any

import jsii
import pytest
from aws_cdk import Resource, assertions
from aws_cdk import aws_iam as iam

import cdk_elasticache as elasticache
from cdk_elasticache import ArgumentTypeError

from .ground import Ground, Refusal, children, new_ground, properties, refusal, warnings
from .making import VALKEY, Known, KnownGroup, cache, group, iam_user, password_user

alpha = pytest.importorskip("aws_cdk.aws_elasticache_alpha", reason="it fits one version of aws-cdk-lib")
THEIRS = alpha.AccessControl.from_access_string("on ~theirs:* +@read")


def default_user(ground: Ground) -> Any:
    return alpha.NoPasswordUser(
        ground.stack, "Theirs", user_id="theirs", user_name="default", access_control=THEIRS
    )


def test_a_user_of_the_alpha_module_is_a_member_and_comes_first() -> None:
    ground = new_ground()
    made = group(engine=elasticache.UserEngine.REDIS, users=[default_user(ground)])(ground, "Group")
    made.add_user(iam_user(engine=elasticache.UserEngine.REDIS)(ground, "Ours"))
    (found,) = (
        assertions.Template.from_stack(ground.stack).find_resources("AWS::ElastiCache::UserGroup").values()
    )
    assert found["Properties"]["UserIds"] == ["theirs", "app"]
    users = assertions.Template.from_stack(ground.stack).find_resources("AWS::ElastiCache::User")
    assert sorted(found["DependsOn"]) == sorted(users)


def test_a_group_of_the_alpha_module_is_assigned_and_comes_first() -> None:
    ground = new_ground()
    theirs = alpha.UserGroup(
        ground.stack, "Group", engine=alpha.UserEngine.REDIS, users=[default_user(ground)]
    )
    made = cache(engine=elasticache.CacheEngine.REDIS_7, user_group=theirs)(ground, "Cache")
    (found,) = (
        assertions.Template.from_stack(ground.stack)
        .find_resources("AWS::ElastiCache::ServerlessCache")
        .values()
    )
    assert made.user_group is theirs
    assert found["Properties"]["UserGroupId"] == ground.stack.resolve(theirs.user_group_name)
    assert ground.stack.get_logical_id(theirs.node.default_child) in found["DependsOn"]


def test_imports_of_the_alpha_module_serve() -> None:
    ground = new_ground()
    user = alpha.IamUser.from_user_id(ground.stack, "User", "theirs")
    users = alpha.UserGroup.from_user_group_name(ground.stack, "Group", "theirs")
    group(users=[user])(ground, "Ours")
    cache(user_group=users)(ground, "Cache")
    (found,) = (
        assertions.Template.from_stack(ground.stack)
        .find_resources("AWS::ElastiCache::ServerlessCache")
        .values()
    )
    assert (found["Properties"]["UserGroupId"], "DependsOn" in found) == ("theirs", False)
    assert properties(ground.stack, "UserGroup")[0]["UserIds"] == ["theirs"]


def test_engines_access_and_caches_of_the_alpha_module_serve() -> None:
    ground = new_ground()
    iam_user(engine=alpha.UserEngine.REDIS, access_control=THEIRS)(ground, "User")
    cache(engine=alpha.CacheEngine.MEMCACHED_1_6)(ground, "Cache")
    role = iam.Role(ground.stack, "Role", assumed_by=iam.AccountRootPrincipal())
    theirs = alpha.ServerlessCache.from_serverless_cache_name(ground.stack, "Theirs", "theirs")
    assert elasticache.ServerlessCacheGrants.from_serverless_cache(theirs).connect(role).success
    (user,), (made,) = properties(ground.stack, "User"), properties(ground.stack, "ServerlessCache")
    assert (user["Engine"], user["AccessString"]) == ("redis", "on ~theirs:* +@read")
    assert (made["Engine"], made["MajorEngineVersion"]) == ("memcached", "1.6")
    assert warnings(ground.stack) == []


def test_the_rules_hold_for_what_the_alpha_module_made(ground: Ground, here: str) -> None:
    user = alpha.IamUser(ground.stack, f"{here}User", user_id=here.lower(), access_control=THEIRS)
    told, _ = refusal(lambda: group(engine=elasticache.UserEngine.REDIS, users=[user])(ground, here))
    assert (told.code, told.value) == ("RedisUserGroupEngineMismatch", f"valkey for {here.lower()}")


def test_a_user_of_one_s_own_class_may_be_a_construct_or_not(ground: Ground, here: str) -> None:
    @jsii.implements(elasticache.IUser)
    class Tenant(Resource):
        user_id = "tenant"
        user_arn = "arn:aws:elasticache:us-east-1:111122223333:user:tenant"
        user_name = "tenant"
        engine = VALKEY

    tenant = Tenant(ground.stack, f"{here}Tenant")
    made = group(users=[tenant, Known("plain")])(ground, here)
    assert ground.stack.resolve(made.node.default_child.user_ids) == ["tenant", "plain"]
    assert made.users[0] is tenant


def test_a_user_and_a_group_may_leave_out_what_they_do_not_know(ground: Ground, here: str) -> None:
    class Bare:
        user_id = "bare"
        user_arn = "arn:aws:elasticache:us-east-1:111122223333:user:bare"

    class BareGroup:
        user_group_name = "bare"
        user_group_arn = "arn:aws:elasticache:us-east-1:111122223333:usergroup:bare"

    made = group(users=[Bare()])(ground, f"{here}Group")
    assert ground.stack.resolve(made.node.default_child.user_ids) == ["bare"]
    assert cache(user_group=BareGroup())(ground, here).node.default_child.user_group_id == "bare"


class Odd:
    """A thing whose attributes are not what they should be."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


@pytest.mark.parametrize(
    ("maker", "parameter", "value"),
    [
        (group(users=[Known(5)]), "users[0].user_id", 5),  # type: ignore[arg-type]
        (group(users=[Known("a", None, "redis")]), "engine", "redis"),  # type: ignore[arg-type]
        (group(engine=Odd(engine_type=5)), "engine.engine_type", 5),
        (iam_user(engine=Odd(engine_type=None)), "engine.engine_type", None),
        (password_user(engine=Odd(engine_type=None)), "engine.engine_type", None),
        (cache(engine=Odd(engine_type=5, major_engine_version=None)), "engine.engine_type", 5),
        (
            cache(user_group=Odd(user_group_name=None, user_group_arn="", engine=None)),
            "user_group.user_group_name",
            None,
        ),
        (cache(user_group=KnownGroup("valkey")), "engine", "valkey"),  # type: ignore[arg-type]
        (cache(security_groups=[Odd(security_group_id=5)]), "security_groups[0]", 5),
        (cache(backup={"backup_time": Odd(expression_string=5)}), "backup_time.expression_string", 5),
        (iam_user(access_control=Odd(access_string=None)), "access_string", None),
    ],
)
def test_what_a_thing_tells_of_itself_is_checked(
    maker: Any, parameter: str, value: object, ground: Ground, here: str
) -> None:
    before = children(ground.stack)
    told, _ = refusal(lambda: maker(ground, here))
    assert told == Refusal(ArgumentTypeError, "WrongType", parameter, value, f"Stack/{here}")
    assert children(ground.stack) == before


def test_the_place_of_an_id_with_a_slash_is_as_the_cdk_has_it(ground: Ground, here: str) -> None:
    told, _ = refusal(lambda: cache(description="<")(ground, f"{here}/b"))
    assert told.path == f"Stack/{here}--b"
    assert cache()(ground, f"{here}/b").node.path == f"Stack/{here}--b"
