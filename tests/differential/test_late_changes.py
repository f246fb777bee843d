"""What an app changes after a construct was made: what the alpha module honours, ours does too."""

from types import SimpleNamespace
from typing import Any

import jsii
import pytest
from aws_cdk import App, Resource, Stack, assertions
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

import cdk_elasticache as ours

from . import parts
from .building import new_stack, synthesize

alpha: Any = pytest.importorskip("aws_cdk.aws_elasticache_alpha", reason="it fits one version of aws-cdk-lib")


def renamable(lib: Any, stack: Stack, id: str, **props: Any) -> Any:
    """A user of an app's own class, from the library's base class, whose id the app may change."""

    class Renamable(lib.UserBase):  # type: ignore[misc]
        user_id = property(lambda self: self.now)
        user_name = property(lambda self: self.now)
        user_arn = property(lambda self: parts.USER_ARN)
        engine = property(lambda self: lib.UserEngine.VALKEY)

    user = Renamable(stack, id, **props)
    user.now = id.lower()
    return user


def an_id_that_changes(stack: Stack, lib: Any) -> None:
    first, later = renamable(lib, stack, "First"), renamable(lib, stack, "Later")
    group = lib.UserGroup(stack, "Group", users=[parts.iam_user(stack, lib), first])
    lib.UserGroup(stack, "Other").add_user(later)
    group.add_user(parts.iam_user(stack, lib, "Second", "second"))
    first.now, later.now = "changed", "changed-too"


class NamedForJavaScript(Resource):
    """A user whose class says what JavaScript calls its members, as jsii wants it of some classes."""

    now = "first"

    @property
    @jsii.member(jsii_name="userId")
    def user_id(self) -> str:
        return self.now

    @property
    @jsii.member(jsii_name="userArn")
    def user_arn(self) -> str:
        return parts.USER_ARN


def an_id_with_a_name_in_javascript_that_changes(stack: Stack, lib: Any) -> None:
    user = jsii.implements(lib.IUser)(type("Named", (NamedForJavaScript,), {}))(stack, "User")
    lib.UserGroup(stack, "Group", users=[user])
    user.now = "changed"


def ids_set_on_the_resource(stack: Stack, lib: Any) -> None:
    for name, users in {
        "Some": [parts.iam_user(stack, lib)],
        "None": [],
        "Own": [renamable(lib, stack, "A")],
    }.items():
        group = lib.UserGroup(stack, name, users=users)
        group.node.default_child.user_ids = ["set-by-hand"]
        group.add_user(parts.iam_user(stack, lib, f"{name}Late", f"{name}-late".lower()))


def ids_set_between_two_additions(stack: Stack, lib: Any) -> None:
    group = lib.UserGroup(stack, "Group")
    group.add_user(parts.iam_user(stack, lib))
    group.node.default_child.user_ids = []
    group.add_user(parts.iam_user(stack, lib, "Late", "late"))
    group.node.default_child.add_property_override("Engine", "other")


def a_construct_removed_and_made_again(stack: Stack, lib: Any) -> None:
    for _ in range(2):
        stack.node.try_remove_child("Cache")
        stack.node.try_remove_child("Part")
        stack.node.try_remove_child("Group")
        parts.cache(stack, lib, serverless_cache_name="it")
        user = parts.iam_user(Construct(stack, "Part"), lib)
        lib.UserGroup(stack, "Group", user_group_name="us", users=[user])


CHANGES = [
    an_id_that_changes,
    an_id_with_a_name_in_javascript_that_changes,
    ids_set_on_the_resource,
    ids_set_between_two_additions,
    a_construct_removed_and_made_again,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_late_change_is_rendered_as_by_the_alpha_module(change: Any) -> None:
    mine, theirs = synthesize(change, ours), synthesize(change, alpha)
    assert mine.templates == theirs.templates
    assert mine.warnings == ()


def test_rules_of_membership_are_judged_anew_where_an_id_has_changed() -> None:
    stack = new_stack()
    user = renamable(ours, stack, "First")
    ours.UserGroup(stack, "Group", users=[user, parts.iam_user(stack, ours)])
    user.now = "my-user"
    with pytest.raises(
        RuntimeError, match=r"users must differ in user_(id|name), got 'my-user' twice .* Stack/Group"
    ):
        assertions.Template.from_stack(stack)


class GrowingVpc(ec2.Vpc):
    """A VPC that gets subnets later, as ``aws_ec2_alpha.VpcV2`` does."""

    now = 2

    def select_subnets(self, **_: Any) -> Any:
        ids = [f"subnet-{number}" for number in range(self.now)]
        return SimpleNamespace(availability_zones=[], subnet_ids=ids, subnets=[], is_pending_lookup=False)


def test_subnets_that_come_after_the_first_cache_are_there_for_the_next() -> None:
    stack = new_stack()
    vpc = GrowingVpc(stack, "Vpc", max_azs=1)
    for vpc.now in (2, 3):
        parts.cache(stack, ours, f"Cache{vpc.now}", vpc=vpc)
    caches = assertions.Template.from_stack(stack).find_resources("AWS::ElastiCache::ServerlessCache")
    assert [len(cache["Properties"]["SubnetIds"]) for cache in caches.values()] == [2, 3]


class EqualStack(Stack):  # noqa: PLW1641 - no hash is what this is about
    """A stack of a class that compares by name, and so has no hash."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EqualStack) and other.stack_name == self.stack_name


def test_a_stack_without_a_hash_is_remembered_by_identity() -> None:
    app = App(analytics_reporting=False)
    # Equal, but two: each has a cache of the name, which is no twin of the other's.
    one, other = EqualStack(app, "One", stack_name="same"), EqualStack(app, "Other", stack_name="same")
    assert one == other
    for stack in (one, other):
        parts.cache(stack, ours, serverless_cache_name="it").metric_cache_hit_count()
    parts.cache(other, ours, "Twin", serverless_cache_name="it")
    assert [_warned(stack) for stack in (one, other)] == [[], ["/Other/Twin"]]


def _warned(stack: Stack) -> list[str]:
    """Where there is a second resource of a name."""
    about = assertions.Match.string_like_regexp("should be unique in a region")
    return [message.id for message in assertions.Annotations.from_stack(stack).find_warning("*", about)]


def test_a_twin_of_what_is_still_there_is_told_of_after_a_removal() -> None:
    stack = new_stack()
    for name in ("First", "Second"):
        parts.cache(stack, ours, name, serverless_cache_name="it")
        stack.node.try_remove_child("First")
    assert _warned(stack) == []
    parts.cache(stack, ours, "Third", serverless_cache_name="it")
    assert _warned(stack) == ["/Stack/Third"]
