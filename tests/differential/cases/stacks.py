"""Stacks, stages, names, and the ways by which the CDK changes what constructs made."""

from typing import Any

import jsii
from aws_cdk import (
    Aspects,
    CfnCondition,
    CfnDeletionPolicy,
    CfnResource,
    Fn,
    IAspect,
    NestedStack,
    RemovalPolicies,
    RemovalPolicy,
    Stack,
    Stage,
    Tags,
)
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as cfn
from aws_cdk import aws_sns as sns
from constructs import Construct, IConstruct

from .. import parts
from ..building import case, each, output

LOCATED = {"region": "us-east-1", "account": "111122223333"}


def everything(scope: Construct, lib: Any) -> tuple[Any, Any, Any]:
    user = parts.iam_user(scope, lib)
    group = lib.UserGroup(scope, "Group", users=[user])
    return parts.cache(scope, lib, user_group=group), user, group


@case()
def a_nested_stack(stack: Stack, lib: Any) -> None:
    everything(NestedStack(stack, "Nested"), lib)


@case()
def references_out_of_a_nested_stack(stack: Stack, lib: Any) -> None:
    cache, user, group = everything(NestedStack(stack, "Nested"), lib)
    output(
        stack,
        Arn=cache.serverless_cache_arn,
        Port=cache.serverless_cache_endpoint_port,
        Name=cache.serverless_cache_name,
        User=user.user_arn,
        Group=group.user_group_arn,
        GroupName=group.user_group_name,
    )
    cache.grant_connect(parts.role(stack))


@case()
def references_into_a_nested_stack(stack: Stack, lib: Any) -> None:
    user = parts.iam_user(stack, lib)
    group = lib.UserGroup(stack, "Group", users=[user])
    parts.cache(NestedStack(stack, "Nested"), lib, user_group=group)


@case()
def a_group_in_a_nested_stack_for_a_cache_outside(stack: Stack, lib: Any) -> None:
    group = lib.UserGroup(NestedStack(stack, "Nested"), "Group")
    parts.cache(stack, lib, user_group=group)


@case()
def attributes_in_another_stack(stack: Stack, lib: Any) -> None:
    cache, user, group = everything(stack, lib)
    parts.cache_outputs(parts.beside(stack, "Two"), cache)
    parts.user_outputs(parts.beside(stack, "Three"), user)
    parts.group_outputs(parts.beside(stack, "Four"), group)


@case()
def attributes_in_another_region(stack: Stack, lib: Any) -> None:
    root: Any = stack.node.root
    there = Stack(root, "There", env={**LOCATED, "region": "eu-west-1"}, cross_region_references=True)
    here = Stack(root, "Here", env=LOCATED, cross_region_references=True)
    output(here, Name=parts.cache(there, lib).serverless_cache_name)


@case()
def a_user_in_another_stack(stack: Stack, lib: Any) -> None:
    user = parts.iam_user(parts.beside(stack, "Users"), lib)
    lib.UserGroup(stack, "Group", users=[user])


@case()
def a_group_in_another_stack(stack: Stack, lib: Any) -> None:
    group = lib.UserGroup(parts.beside(stack, "Groups"), "Group")
    parts.cache(stack, lib, user_group=group)


@case()
def each_thing_in_its_own_stack(stack: Stack, lib: Any) -> None:
    root: Any = stack.node.root
    net = ec2.Vpc(Stack(root, "Net"), "Vpc", max_azs=2)
    user = parts.iam_user(Stack(root, "Users"), lib)
    group = lib.UserGroup(Stack(root, "Groups"), "Group", users=[user])
    key = parts.key(Stack(root, "Keys"))
    cache = parts.cache(stack, lib, vpc=net, user_group=group, kms_key=key)
    role = parts.role(Stack(root, "Apps"))
    cache.grant_connect(role)
    user.grant_connect(role)


@case()
def a_stage(stack: Stack, lib: Any) -> None:
    root: Any = stack.node.root
    for name in ("Beta", "Prod"):
        stage = Stage(root, name, env=LOCATED)
        cache, user, _ = everything(Stack(stage, "Inner"), lib)
        role = parts.role(Stack(stage, "Apps"))
        cache.grant_connect(role)
        user.grant_connect(role)


IDS: dict[str, Any] = {
    "slash": "a/b",
    "many_slashes": "/a//b/",
    "blank": "my cache",
    "unicode": "Käse-ß-信号",
    "long": "VeryLong" * 20,
    "digits": "123",
    "underscore": "my_cache",
    "dots": "my.cache.example.com",
    "same_as_child": "Resource",
    "default": "Default",
    "lower": "cache",
    "hyphens": "--a--",
}


@each(**IDS)
def an_id(stack: Stack, lib: Any, id: str) -> None:
    scope = Construct(stack, "Scope")
    cache = parts.cache(scope, lib, id)
    parts.cache_outputs(stack, cache)
    lib.UserGroup(Construct(stack, "Groups"), id, users=[parts.iam_user(Construct(stack, "Users"), lib, id)])


@case()
def deep_trees(stack: Stack, lib: Any) -> None:
    scope: Construct = stack
    for level in range(12):
        scope = Construct(scope, f"Level{level}OfTheTree")
    cache, _, group = everything(scope, lib)
    output(stack, Cache=cache.serverless_cache_name, Group=group.user_group_name)


@case()
def a_stack_of_another_name(stack: Stack, lib: Any) -> None:
    named = parts.beside(stack, "Inner", stack_name="A-Quite-Long-Name-For-A-Stack-Of-Many-Caches-2026")
    cache, _, group = everything(named, lib)
    output(stack, Cache=cache.serverless_cache_name, Group=group.user_group_name)


@case()
def a_class_of_the_app(stack: Stack, lib: Any) -> None:
    class Sessions(lib.ServerlessCache):  # type: ignore[misc]  # one class of two libraries
        def __init__(self, scope: Construct, id: str) -> None:
            super().__init__(scope, id, vpc=parts.vpc(scope), description="Sessions")

    parts.cache_outputs(stack, Sessions(stack, "Sessions"))


@each("DESTROY", "RETAIN", "SNAPSHOT", "RETAIN_ON_UPDATE_OR_DELETE")
def a_removal_policy(stack: Stack, lib: Any, policy: str) -> None:
    if policy == "SNAPSHOT":
        parts.cache(stack, lib).node.default_child.cfn_options.deletion_policy = CfnDeletionPolicy.SNAPSHOT
        return
    for thing in everything(stack, lib):
        thing.apply_removal_policy(getattr(RemovalPolicy, policy))


@case()
def removal_policies_of_a_scope(stack: Stack, lib: Any) -> None:
    everything(stack, lib)
    RemovalPolicies.of(stack).retain()


@case()
def tags(stack: Stack, lib: Any) -> None:
    cache, user, group = everything(stack, lib)
    Tags.of(stack).add("Everything", "yes")
    Tags.of(cache).add("Cache", "yes", priority=300)
    Tags.of(user).add("User", "yes")
    Tags.of(group).add("Group", "yes")
    Tags.of(cache).remove("Everything")
    Tags.of(stack).add("Caches", "yes", include_resource_types=["AWS::ElastiCache::ServerlessCache"])


@jsii.implements(IAspect)
class Renamer:
    """Changes what it visits."""

    def visit(self, node: IConstruct) -> None:
        """Change a cache or a user."""
        if isinstance(node, cfn.CfnServerlessCache):
            node.description = "Seen"
        if isinstance(node, cfn.CfnUser):
            node.access_string = "off"
        if isinstance(node, cfn.CfnUserGroup):
            node.add_metadata("Seen", value=True)


@case()
def an_aspect(stack: Stack, lib: Any) -> None:
    everything(stack, lib)
    Aspects.of(stack).add(Renamer())


@jsii.implements(IAspect)
class Retainer:
    """Retains each construct of a class."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind

    def visit(self, node: IConstruct) -> None:
        """Retain it."""
        if isinstance(node, self._kind):
            node.apply_removal_policy(RemovalPolicy.RETAIN)


@case()
def an_aspect_on_the_constructs(stack: Stack, lib: Any) -> None:
    everything(stack, lib)
    Aspects.of(stack).add(Retainer(lib.ServerlessCache))
    Aspects.of(stack).add(Retainer(lib.UserGroup))


@case()
def an_aspect_that_adds_a_user(stack: Stack, lib: Any) -> None:
    group: Any = lib.UserGroup(stack, "Group")

    @jsii.implements(IAspect)
    class Adder:
        def visit(self, node: IConstruct) -> None:
            if node == group and not group.users:
                group.add_user(lib.IamUser.from_user_id(stack, "Late", "late"))

    Aspects.of(stack).add(Adder())


def _override(child: Any) -> None:
    child.add_property_override("Description", "Overridden")
    child.add_property_override("CacheUsageLimits.ECPUPerSecond.Maximum", 3000)
    child.add_property_deletion_override("SubnetIds")
    child.add_override("Metadata.Mine", {"a": 1})
    child.add_deletion_override("Properties.SecurityGroupIds")


ESCAPES: dict[str, Any] = {
    "overrides": _override,
    "logical_id": lambda child: child.override_logical_id("Kept"),
    "attribute": lambda child: setattr(child, "daily_snapshot_time", "03:00"),
    "limits": lambda child: setattr(
        child,
        "cache_usage_limits",
        cfn.CfnServerlessCache.CacheUsageLimitsProperty(
            ecpu_per_second=cfn.CfnServerlessCache.ECPUPerSecondProperty(maximum=4000)
        ),
    ),
    "condition": lambda child: setattr(
        child.cfn_options,
        "condition",
        CfnCondition(child.stack, "If", expression=Fn.condition_equals(child.stack.region, "us-east-1")),
    ),
    "dependency": lambda child: child.node.add_dependency(
        CfnResource(child.stack, "Topic", type="AWS::SNS::Topic")
    ),
    "tag": lambda child: child.cdk_tag_manager.set_tag("Raw", "yes"),
    "name": lambda child: setattr(child, "serverless_cache_name", "Renamed"),
    "subnets": lambda child: setattr(child, "subnet_ids", [*child.subnet_ids, "subnet-0123456789abcdef9"]),
    "groups": lambda child: setattr(
        child, "security_group_ids", [*child.security_group_ids, "sg-0123456789abcdef2"]
    ),
    "override_in_a_list": lambda child: child.add_property_override(
        "SecurityGroupIds.0", "sg-0123456789abcdef2"
    ),
}


@each(**ESCAPES)
def an_escape_hatch_of_a_cache(stack: Stack, lib: Any, change: Any) -> None:
    change(parts.cache(stack, lib).node.default_child)


@case()
def escape_hatches_of_a_user_and_a_group(stack: Stack, lib: Any) -> None:
    _, user, group = everything(stack, lib)
    user.node.default_child.add_property_override("AccessString", "off")
    user.node.default_child.override_logical_id("KeptUser")
    group.node.default_child.add_property_override("UserIds.1", "one-more")
    group.node.default_child.override_logical_id("KeptGroup")


@case()
def the_cfn_user_of_a_group_is_replaced(stack: Stack, lib: Any) -> None:
    group = lib.UserGroup(stack, "Group", users=[parts.iam_user(stack, lib)])
    group.node.default_child.user_ids = ["someone-else"]


@case()
def dependencies_to_and_fro(stack: Stack, lib: Any) -> None:
    cache, user, group = everything(stack, lib)
    topic = sns.Topic(stack, "Topic")
    topic.node.add_dependency(cache)
    cache.node.add_dependency(sns.Topic(stack, "First"))
    user.node.add_dependency(sns.Topic(stack, "Earlier"))
    sns.Topic(stack, "Last").node.add_dependency(group)


@case()
def what_a_cache_depends_on(stack: Stack, lib: Any) -> None:
    cache, _, _ = everything(stack, lib)
    child = cache.node.default_child
    output(stack, Count=str(len(child.obtain_dependencies())))


@case()
def what_the_tree_holds(stack: Stack, lib: Any) -> None:
    everything(stack, lib)
    found = sorted(construct.node.path for construct in stack.node.find_all())
    output(stack, Paths=" ".join(found))


@case()
def metadata_of_constructs(stack: Stack, lib: Any) -> None:
    cache, _, _ = everything(stack, lib)
    cache.node.add_metadata("mine", "yes")
    output(stack, Metadata=str([entry.type for entry in cache.node.metadata]))


@case(
    context={"@aws-cdk/core:enableAdditionalMetadataCollection": True, "aws:cdk:enable-path-metadata": True}
)
def path_metadata(stack: Stack, lib: Any) -> None:
    everything(stack, lib)


@case(context={"@aws-cdk/core:stackRelativeExports": True, "@aws-cdk/core:newStyleStackSynthesis": True})
def flags_of_the_core(stack: Stack, lib: Any) -> None:
    cache, _, _ = everything(stack, lib)
    output(parts.beside(stack, "Other"), Arn=cache.serverless_cache_arn)


@case(context={"@aws-cdk/core:aspectStabilization": True})
def stabilized_aspects(stack: Stack, lib: Any) -> None:
    everything(stack, lib)
    Aspects.of(stack).add(Renamer())
    Tags.of(stack).add("Everything", "yes")


@case()
def exported_values(stack: Stack, lib: Any) -> None:
    cache, user, _ = everything(stack, lib)
    stack.export_value(cache.serverless_cache_arn)
    stack.export_value(user.user_arn)


@case()
def attributes_as_parts_of_texts(stack: Stack, lib: Any) -> None:
    cache, user, _ = everything(stack, lib)
    address, port = cache.serverless_cache_endpoint_address, cache.serverless_cache_endpoint_port
    output(
        stack, Url=f"rediss://{user.user_name}@{address}:{port}/0", Split=Fn.select(0, Fn.split(".", address))
    )
