"""Property injection, from Python: the same inputs as upstream, either spelling back, the nearest injector wins."""

from collections.abc import Callable, Mapping
from typing import Any

import jsii
import pytest
from aws_cdk import App, IPropertyInjector, PropertyInjectors, Size, Stack, Stage
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

import cdk_elasticache as elasticache
from cdk_elasticache import ArgumentTypeError, ValidationError

from .ground import Ground, Refusal, new_app, new_ground, properties, refusal
from .making import PASSWORD, cache, group, iam_user, no_password_user, password_user, plain

Change = Callable[[dict[str, Any]], Any]


@jsii.implements(IPropertyInjector)
class Injector:
    """Remembers what it is asked, and answers with what ``change`` makes of it."""

    def __init__(self, unique_id: str, change: Change = dict) -> None:
        self._unique_id, self._change = unique_id, change
        self.asked: list[tuple[dict[str, Any], str]] = []

    @property
    def construct_unique_id(self) -> str:
        return self._unique_id

    def inject(self, original_props: Any, *, scope: Construct, id: str) -> Any:
        self.asked.append((original_props, id))
        return self._change(original_props)


def on(scope: Construct, kind: Any, change: Change = dict) -> Injector:
    injector = Injector(kind.PROPERTY_INJECTION_ID, change)
    PropertyInjectors.of(scope).add(injector)
    return injector


def test_each_class_has_the_id_of_the_alpha_module(alpha: Any) -> None:
    for name in ("ServerlessCache", "IamUser", "PasswordUser", "NoPasswordUser", "UserGroup"):
        assert (
            getattr(elasticache, name).PROPERTY_INJECTION_ID
            == getattr(alpha, name).PROPERTY_INJECTION_ID
            == f"aws-cdk-lib.aws-elasticache.{name}"
        )


def shape(value: Any) -> Any:
    """What an injector sees, without the identity of objects: those are of each module's own classes."""
    if isinstance(value, Mapping):
        return {key: shape(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return (
        value if isinstance(value, str | int | float) and not isinstance(value, ec2.SubnetType) else "object"
    )


def asked(module: Any) -> dict[str, Any]:
    """What injectors of every class are asked while a module declares one of each."""
    stack = Stack(new_app(), "Stack")
    kinds = (
        module.ServerlessCache,
        module.IamUser,
        module.PasswordUser,
        module.NoPasswordUser,
        module.UserGroup,
    )
    injectors = {kind.__name__: on(stack, kind) for kind in kinds}
    access = module.AccessControl.from_access_string("on ~* +@all")
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    user = module.IamUser(stack, "Iam", user_id="iam", access_control=access, user_name=None)
    module.PasswordUser(
        stack, "Password", user_id="pw", access_control=access, passwords=plain(PASSWORD), user_name="app"
    )
    module.NoPasswordUser(
        stack, "None", user_id="none", access_control=access, engine=module.UserEngine.REDIS
    )
    users = module.UserGroup(stack, "Group", user_group_name="us", users=[user])
    module.ServerlessCache(stack, "Bare", vpc=vpc)
    module.ServerlessCache(
        stack,
        "Cache",
        vpc=vpc,
        engine=module.CacheEngine.VALKEY_8,
        description="d",
        serverless_cache_name="it",
        user_group=users,
        security_groups=[],
        vpc_subnets=ec2.SubnetSelection(one_per_az=True, subnet_group_name="Private"),
        backup=module.BackupSettings(
            backup_retention_limit=7,
            backup_name_before_deletion="last",
            backup_arns_to_restore=["arn:aws:s3:::b/k"],
        ),
        cache_usage_limits={
            "data_storage_maximum_size": Size.gibibytes(2),
            "request_rate_limit_minimum": 1000,
        },
    )
    return {
        name: [(shape(props), place) for props, place in injector.asked]
        for name, injector in injectors.items()
    }


def test_an_injector_is_asked_the_same_as_with_the_alpha_module(alpha: Any) -> None:
    assert asked(elasticache) == asked(alpha)


@pytest.mark.parametrize(
    "change",
    [
        lambda props: {**props, "description": "injected"},
        lambda props: elasticache.ServerlessCacheProps(vpc=props["vpc"], description="injected"),
        lambda props: {"vpc": props["vpc"], "cacheUsageLimits": None, "description": "injected"},
    ],
    ids=["dict", "struct", "new dict"],
)
def test_an_injector_s_answer_replaces_the_properties(change: Change) -> None:
    ground = new_ground()
    on(ground.stack, elasticache.ServerlessCache, change)
    cache(description="given")(ground, "Cache")
    assert properties(ground.stack, "ServerlessCache")[0]["Description"] == "injected"


@pytest.mark.parametrize(
    "limits",
    [
        {"cacheUsageLimits": {"requestRateLimitMaximum": 5000}},
        {"cache_usage_limits": {"request_rate_limit_maximum": 5000}},
        {"cache_usage_limits": elasticache.CacheUsageLimitsProperty(request_rate_limit_maximum=5000)},
    ],
    ids=["camelCase", "snake_case", "struct"],
)
def test_an_injector_may_answer_in_either_spelling(limits: dict[str, Any]) -> None:
    ground = new_ground()
    on(ground.stack, elasticache.ServerlessCache, lambda props: {**props, **limits})
    cache()(ground, "Cache")
    (made,) = properties(ground.stack, "ServerlessCache")
    assert made["CacheUsageLimits"] == {"ECPUPerSecond": {"Maximum": 5000}}


def test_every_class_of_users_and_groups_is_injected() -> None:
    ground = new_ground()
    on(ground.stack, elasticache.IamUser, lambda props: {**props, "userId": "iam", "userName": "iam"})
    on(ground.stack, elasticache.PasswordUser, lambda props: {**props, "userId": "pw"})
    on(ground.stack, elasticache.NoPasswordUser, lambda props: {**props, "userId": "none"})
    on(ground.stack, elasticache.UserGroup, lambda props: {**props, "userGroupName": "us"})
    iam_user()(ground, "Iam")
    password_user()(ground, "Password")
    no_password_user()(ground, "None")
    group()(ground, "Group")
    assert [user["UserId"] for user in properties(ground.stack, "User")] == ["iam", "pw", "none"]
    assert properties(ground.stack, "UserGroup")[0]["UserGroupId"] == "us"


def described(where: Callable[[App, Stage, Stack], list[Construct]], module: Any) -> str | None:
    """The description of a cache whose injectors stand at these scopes, each adding its own class's name."""
    app = new_app()
    stage = Stage(app, "Stage")
    stack = Stack(stage, "Stack")
    for scope in where(app, stage, stack):
        name = type(scope).__name__
        on(scope, module.ServerlessCache, lambda props, name=name: {**props, "description": name})  # type: ignore[misc]
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    resource = module.ServerlessCache(stack, "Cache", vpc=vpc).node.default_child
    return str(resource.description) if resource.description else None


NEAREST = pytest.mark.parametrize(
    ("where", "description"),
    [
        (lambda app, stage, stack: [app], "App"),
        (lambda app, stage, stack: [app, stage], "Stage"),
        (lambda app, stage, stack: [app, stage, stack], "Stack"),
        (lambda app, stage, stack: [stage], "Stage"),
        (lambda app, stage, stack: [], None),
    ],
)


@NEAREST
def test_the_nearest_injector_alone_is_asked(where: Any, description: str | None) -> None:
    assert described(where, elasticache) == description


@NEAREST
def test_the_nearest_injector_alone_is_asked_upstream(
    where: Any, description: str | None, alpha: Any
) -> None:
    assert described(where, alpha) == description


def test_an_injector_of_another_class_is_passed_by() -> None:
    ground = new_ground()
    app = ground.stack.node.root
    assert isinstance(app, App)
    on(app, elasticache.ServerlessCache, lambda props: {**props, "description": "app"})
    on(ground.stack, elasticache.UserGroup)
    cache()(ground, "Cache")
    assert properties(ground.stack, "ServerlessCache")[0]["Description"] == "app"


def test_what_an_injector_adds_is_checked_as_if_it_was_written(here: str) -> None:
    ground = new_ground()
    on(ground.stack, elasticache.ServerlessCache, lambda props: {**props, "description": "<"})
    told, _ = refusal(lambda: cache()(ground, here))
    assert told == Refusal(
        ValidationError, "InvalidDescriptionCharacters", "description", "<", f"Stack/{here}"
    )


@pytest.mark.parametrize(
    ("answer", "code", "value"),
    [({"colour": "red"}, "UnknownKey", "colour"), (None, "WrongType", None), ("props", "WrongType", "props")],
)
def test_an_answer_that_is_no_properties_is_told(answer: Any, code: str, value: Any, here: str) -> None:
    ground: Ground = new_ground()
    on(ground.stack, elasticache.ServerlessCache, lambda _: answer)
    told, _ = refusal(lambda: cache()(ground, here))
    assert (told.kind, told.code, told.value) == (ArgumentTypeError, code, value)
    assert told.path == f"Stack/{here}"


def test_an_injector_in_python_is_asked_with_the_very_values() -> None:
    ground = new_ground()
    injector = on(ground.stack, elasticache.ServerlessCache)
    cache(engine=elasticache.CacheEngine.VALKEY_8)(ground, "Cache")
    ((asked, _),) = injector.asked
    assert asked["engine"] is elasticache.CacheEngine.VALKEY_8
