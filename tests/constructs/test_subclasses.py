"""An app's subclass may set and define what it likes: no name of ours is in its way, but those of the alpha module."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Resource, assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

import cdk_elasticache as elasticache
import cdk_elasticache.constructs

from .ground import ALL, Ground, new_ground
from .making import PASSWORD, Maker, importing, plain

#: The attribute in which each class keeps what is its own; nobody else's attribute is called so.
OURS = "_cdk_elasticache"
#: Public names that the alpha module doesn't have: documented ones, a part of what we offer. And what its structs
#: have, though their classes don't.
ADDED = {"allows", "_values"}
SOURCE = Path(cdk_elasticache.constructs.__file__).parent

Named = tuple[str, str]


def is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def names_of(made: ast.ClassDef) -> Iterator[str]:
    """Every name that a class defines or sets on ``self``, as its subclasses see it."""
    for node in ast.walk(made):
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_self(node.value):
            yield node.attr
    for node in made.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def open_classes() -> set[str]:
    """The classes that an app may subclass, structs too, and those between them and the CDK's."""
    public = [getattr(elasticache, name) for name in elasticache.__all__]
    constructs = [
        it for it in public if inspect.isclass(it) and (issubclass(it, Resource) or is_dataclass(it))
    ]
    return {
        above.__name__
        for kind in [*constructs, elasticache.ServerlessCacheGrants, elasticache.AccessControl]
        for above in kind.__mro__
        if above.__module__.startswith("cdk_elasticache")
    }


NAMES: list[Named] = [
    (node.name, name)
    for path in sorted(SOURCE.glob("*.py"))
    for node in ast.walk(ast.parse(path.read_text()))
    if isinstance(node, ast.ClassDef) and node.name in open_classes()
    for name in sorted(set(names_of(node)))
    if not is_dunder(name)
]


def test_the_source_has_names_to_hold() -> None:
    assert {
        ("UserGroup", OURS),
        ("OwnedUser", OURS),
        ("ServerlessCache", OURS),
        ("UserGroup", "users"),
        ("Struct", "_values"),
        ("IamUserProps", "user_name"),
    } <= set(NAMES)


def test_every_name_of_ours_is_one_of_the_alpha_module_or_the_one_attribute(alpha: Any) -> None:
    theirs = {name for kind in alpha.__all__ for name in dir(getattr(alpha, kind))}
    assert {
        (kind, name) for kind, name in NAMES if not (name in theirs | ADDED or name.startswith(OURS))
    } == set()


def cache(ground: Ground, kind: Any, id: str) -> Any:
    return kind(ground.stack, id, vpc=ground.vpc, backup={"backup_retention_limit": 3})


def user(ground: Ground, kind: Any, id: str) -> Any:
    passwords = {"passwords": plain(PASSWORD)} if issubclass(kind, elasticache.PasswordUser) else {}
    return kind(ground.stack, id, user_id="app", access_control=ALL, **passwords)


def group(ground: Ground, kind: Any, id: str) -> Any:
    made = kind(ground.stack, id, users=[user(ground, elasticache.IamUser, f"{id}First")])
    other = elasticache.IamUser(ground.stack, f"{id}Second", user_id="second", access_control=ALL)
    made.add_user(other)
    return made


KINDS: list[tuple[Any, Any]] = [
    (elasticache.ServerlessCache, cache),
    (elasticache.IamUser, user),
    (elasticache.PasswordUser, user),
    (elasticache.NoPasswordUser, user),
    (elasticache.UserGroup, group),
]
#: Names that people give: those that collided, and those that hold our state today wherever it's kept.
PRIVATE = sorted(
    {f"_{name.strip('_')}" for _, name in NAMES if not name.startswith(OURS)}
    | {"_name", "_users", "_props", "_engine", "_resource", "_node", "_members", "_selected", "_connections"}
    | {"_identity", "_attributes", "_access_string", "_user_id", "_user_name", "_security_groups", "_memory"}
    | {"_check", "_warn", "_authentication", "_metric", "_metric_place", "_depend_on", "_new_security_group"}
    | {"_depend_on_group", "_DEFAULT_ENGINE", "_values", "_settings", "_kind", "_owned", "_doubts"}
    | {"resource", "settings", "name", "props", "kind", "members", "selected", "config", "role", "team"}
)


def mischievous(kind: Any, how: str) -> Any:
    """A subclass, called as its base is, with a thing of its own under every name."""

    class Mine(kind):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            if how == "before":
                for name in PRIVATE:
                    setattr(self, name, object())
            super().__init__(*args, **options)
            if how == "after":
                for name in PRIVATE:
                    setattr(self, name, object())

    if how == "methods":
        for name in PRIVATE:
            setattr(Mine, name, lambda *_, **__: 1 / 0)
    if how == "properties":
        for name in PRIVATE:
            setattr(Mine, name, property(lambda _: 1 / 0))
    if how == "mangled":
        for attribute in [*PRIVATE, "_it", "_made", "_state"]:
            setattr(Mine, f"_{kind.__name__}_{attribute}", property(lambda _: 1 / 0))
    Mine.__name__ = Mine.__qualname__ = kind.__name__
    return Mine


def rendered(maker: Any, kind: Any) -> dict[str, Any]:
    """The template of an app that uses all that the construct has."""
    ground = new_ground()
    made = maker(ground, kind, "It")
    role = iam.Role(ground.stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    if hasattr(made, "grant_connect"):
        made.grant_connect(role)
    if hasattr(made, "connections"):
        made.connections.allow_default_port_from(ec2.Peer.ipv4("10.0.0.0/8"))
        made.metric_data_stored().create_alarm(ground.stack, "Alarm", threshold=1, evaluation_periods=1)
    template = dict(assertions.Template.from_stack(ground.stack).to_json())
    template["Shown"] = {
        name: ground.stack.resolve(value)
        for name in dir(kind)
        if not name.startswith("_") and name not in PRIVATE and isinstance(getattr(kind, name), property)
        if isinstance(value := getattr(made, name), str)
    }
    return template


@pytest.mark.parametrize("how", ["before", "after", "methods", "properties", "mangled"])
@pytest.mark.parametrize(("kind", "maker"), KINDS)
def test_a_subclass_with_names_of_its_own_is_rendered_as_its_base(kind: Any, maker: Any, how: str) -> None:
    assert rendered(maker, mischievous(kind, how)) == rendered(maker, kind)


@pytest.mark.parametrize(("kind", "maker"), KINDS)
def test_an_instance_has_one_attribute_of_ours(kind: Any, maker: Any) -> None:
    ground = new_ground()
    bare = Resource(ground.stack, "Bare")
    assert set(vars(maker(ground, kind, "It"))) - set(vars(bare)) == {OURS}


IMPORTS: list[Maker] = [
    importing(elasticache.ServerlessCache.from_serverless_cache_name, "it"),
    importing(elasticache.UserBase.from_user_id, "it"),
    importing(elasticache.IamUser.from_user_id, "it"),
    importing(elasticache.UserGroup.from_user_group_name, "it"),
]


@pytest.mark.parametrize("make", IMPORTS)
def test_an_import_has_one_attribute_of_ours(make: Maker) -> None:
    ground = new_ground()
    assert set(vars(make(ground, "It"))) - set(vars(Resource(ground.stack, "Bare"))) == {OURS}


def metrics_made_by_a_subclass_s_own(module: Any) -> list[str]:
    asked: list[str] = []

    class Mine(module.ServerlessCache):  # type: ignore[misc]
        def metric(self, metric_name: str, *, statistic: Any = None, period: Any = None) -> Any:
            asked.append(metric_name)
            return super().metric(metric_name, statistic=statistic, period=period)

    ground = new_ground()
    made = Mine(ground.stack, "It", vpc=ground.vpc)
    made.metric_cache_hit_count()
    made.metric_data_stored(statistic="Average")
    return asked


def test_a_subclass_s_own_metric_makes_every_metric(alpha: Any) -> None:
    asked = metrics_made_by_a_subclass_s_own(elasticache)
    assert asked == metrics_made_by_a_subclass_s_own(alpha) == ["CacheHits", "BytesUsedForCache"]
