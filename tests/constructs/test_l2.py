"""The constructs are ordinary L2s: everything that the CDK does to a construct works on ours."""

from typing import Any

import jsii
import pytest
from aws_cdk import (
    Aspects,
    CfnOutput,
    CfnResource,
    Environment,
    IAspect,
    NestedStack,
    RemovalPolicy,
    Resource,
    Stack,
    Stage,
    Tags,
    assertions,
    pipelines,
)
from aws_cdk import aws_codecommit as codecommit
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as cfn
from constructs import Construct, IConstruct, IValidation

import cdk_elasticache as elasticache

from .ground import ALL, Ground, new_app, new_ground, properties
from .making import Known, cache, group, iam_user, importing, no_password_user, password_user

MADE = [
    (cache(), "ServerlessCache", cfn.CfnServerlessCache),
    (iam_user(), "User", cfn.CfnUser),
    (password_user(), "User", cfn.CfnUser),
    (no_password_user(), "User", cfn.CfnUser),
    (group(), "UserGroup", cfn.CfnUserGroup),
]
EACH = pytest.mark.parametrize(("maker", "kind", "resource"), MADE)
ARN = "arn:aws:elasticache:eu-west-1:999999999999:{}:it"


def whole(stack: Stack, kind: str) -> dict[str, Any]:
    """The only resource of a kind, with its policies and dependencies."""
    (found,) = assertions.Template.from_stack(stack).find_resources(f"AWS::ElastiCache::{kind}").values()
    return dict(found)


@EACH
def test_a_construct_is_a_resource_whose_default_child_is_its_l1(
    maker: Any, kind: str, resource: Any
) -> None:
    ground = new_ground()
    made = maker(ground, "It")
    assert isinstance(made, Resource)
    assert isinstance(made.node.default_child, resource)
    assert made.node.default_child.node.path == "Stack/It/Resource"
    assert made.stack is ground.stack
    assert Stack.of(made) is ground.stack
    assert ground.stack.node.find_child("It") is made
    assert made in ground.stack.node.find_all()
    assert (made.env.region, made.env.account) == (ground.stack.region, ground.stack.account)


@EACH
def test_tags_reach_the_resource(maker: Any, kind: str, resource: Any) -> None:
    ground = new_ground()
    Tags.of(maker(ground, "It")).add("team", "blue")
    Tags.of(ground.stack).add("stage", "test")
    assert whole(ground.stack, kind)["Properties"]["Tags"] == [
        {"Key": "stage", "Value": "test"},
        {"Key": "team", "Value": "blue"},
    ]


@EACH
def test_a_removal_policy_reaches_the_resource(maker: Any, kind: str, resource: Any) -> None:
    ground = new_ground()
    maker(ground, "It").apply_removal_policy(RemovalPolicy.RETAIN)
    found = whole(ground.stack, kind)
    assert (found["DeletionPolicy"], found["UpdateReplacePolicy"]) == ("Retain", "Retain")


@EACH
def test_escape_hatches_reach_the_resource(maker: Any, kind: str, resource: Any) -> None:
    ground = new_ground()
    child = maker(ground, "It").node.default_child
    child.add_property_override("Engine", "other")
    child.add_override("Metadata.Why", "because")
    child.override_logical_id("Mine")
    found = assertions.Template.from_stack(ground.stack).to_json()["Resources"]["Mine"]
    assert (found["Properties"]["Engine"], found["Metadata"]) == ("other", {"Why": "because"})


@EACH
def test_an_aspect_visits_the_construct_and_may_change_it(maker: Any, kind: str, resource: Any) -> None:
    @jsii.implements(IAspect)
    class Rename:
        def __init__(self) -> None:
            self.visited: list[str] = []

        def visit(self, node: IConstruct) -> None:
            self.visited.append(node.node.path)
            if isinstance(node, resource):
                node.engine = "renamed"

    ground, aspect = new_ground(), Rename()
    maker(ground, "It")
    Aspects.of(ground.stack).add(aspect)
    assert whole(ground.stack, kind)["Properties"]["Engine"] == "renamed"
    assert {"Stack/It", "Stack/It/Resource"} <= set(aspect.visited)


@EACH
def test_dependencies_go_either_way(maker: Any, kind: str, resource: Any) -> None:
    ground = new_ground()
    topic = CfnResource(ground.stack, "Topic", type="AWS::SNS::Topic")
    queue = CfnResource(ground.stack, "Queue", type="AWS::SQS::Queue")
    made = maker(ground, "It")
    made.node.add_dependency(topic)
    queue.node.add_dependency(made)
    template = assertions.Template.from_stack(ground.stack).to_json()["Resources"]
    assert "Topic" in whole(ground.stack, kind)["DependsOn"]
    assert ground.stack.get_logical_id(made.node.default_child) in template["Queue"]["DependsOn"]


@EACH
def test_a_validation_of_the_user_s_own_runs_at_synthesis(maker: Any, kind: str, resource: Any) -> None:
    @jsii.implements(IValidation)
    class Never:
        def validate(self) -> list[str]:
            return ["not on a Sunday"]

    ground = new_ground()
    maker(ground, "It").node.add_validation(Never())
    with pytest.raises(RuntimeError, match=r"\[Stack/It\] not on a Sunday"):
        assertions.Template.from_stack(ground.stack)


@EACH
def test_a_construct_may_be_in_a_construct_of_one_s_own(maker: Any, kind: str, resource: Any) -> None:
    ground = new_ground()
    part = Construct(Construct(ground.stack, "Outer"), "Inner")
    made = maker(ground._replace(stack=part), "It")  # type: ignore[arg-type]
    assert made.node.path == "Stack/Outer/Inner/It"
    assert Stack.of(made) is ground.stack


@EACH
def test_a_construct_may_be_subclassed(maker: Any, kind: str, resource: Any) -> None:
    class Mine(elasticache.UserGroup):
        def __init__(self, scope: Construct, id: str) -> None:
            super().__init__(scope, id, user_group_name="mine")
            self.extra = 5

    ground = new_ground()
    mine = Mine(ground.stack, "Mine")
    assert (mine.extra, mine.user_group_name, elasticache.UserGroup.is_user_group(mine)) == (5, "mine", True)


def test_the_attributes_of_a_cache_are_those_of_the_resource() -> None:
    ground = new_ground()
    made = cache()(ground, "It")
    logical = ground.stack.get_logical_id(made.node.default_child)
    attributes = {
        "serverless_cache_arn": "ARN",
        "serverless_cache_endpoint_address": "Endpoint.Address",
        "serverless_cache_endpoint_port": "Endpoint.Port",
        "serverless_cache_reader_endpoint_address": "ReaderEndpoint.Address",
        "serverless_cache_reader_endpoint_port": "ReaderEndpoint.Port",
        "serverless_cache_status": "Status",
    }
    for attribute, name in attributes.items():
        assert ground.stack.resolve(getattr(made, attribute)) == {"Fn::GetAtt": [logical, name]}
    assert ground.stack.resolve(made.serverless_cache_ref.serverless_cache_arn) == {
        "Fn::GetAtt": [logical, "ARN"]
    }
    assert made.serverless_cache_ref.serverless_cache_name == made.serverless_cache_name
    assert made.vpc is ground.vpc
    assert (made.kms_key, made.user_group, made.backup_arns_to_restore) == (None, None, None)
    assert made.engine == elasticache.CacheEngine.VALKEY_LATEST
    assert [it.security_group_id for it in made.security_groups] == [
        it.security_group_id for it in made.connections.security_groups
    ]


def test_the_attributes_of_users_and_groups_are_those_of_the_resource() -> None:
    ground = new_ground()
    user, users = iam_user()(ground, "User"), group()(ground, "Group")
    for made, attributes in [
        (user, {"user_arn": "Arn", "user_status": "Status"}),
        (users, {"user_group_arn": "Arn", "user_group_status": "Status"}),
    ]:
        logical = ground.stack.get_logical_id(made.node.default_child)
        for attribute, name in attributes.items():
            assert ground.stack.resolve(getattr(made, attribute)) == {"Fn::GetAtt": [logical, name]}
    assert (user.user_id, user.user_name, user.access_string) == ("app", "app", "on ~* +@all")


CHECKS = [
    elasticache.ServerlessCache.is_serverless_cache,
    elasticache.IamUser.is_iam_user,
    elasticache.PasswordUser.is_password_user,
    elasticache.NoPasswordUser.is_no_password_user,
    elasticache.UserGroup.is_user_group,
]


@pytest.mark.parametrize(("number", "check"), list(enumerate(CHECKS)))
def test_each_check_knows_its_own_class_and_nothing_else(
    number: int, check: Any, ground: Ground, here: str
) -> None:
    made = [maker(ground, f"{here}Of{index}") for index, (maker, *_) in enumerate(MADE)]
    assert [check(it) for it in made] == [index == number for index in range(len(made))]
    imports = [
        importing(elasticache.ServerlessCache.from_serverless_cache_name, "it")(ground, f"{here}Cache"),
        importing(elasticache.IamUser.from_user_id, "me")(ground, f"{here}User"),
        importing(elasticache.UserGroup.from_user_group_name, "us")(ground, f"{here}Group"),
    ]
    assert not any(check(it) for it in [*imports, None, "it", 5, ground.stack, object()])


def test_a_cache_of_another_stack_is_referred_to_by_an_export() -> None:
    app = new_app()
    first, second = Stack(app, "First"), Stack(app, "Second")
    made = elasticache.ServerlessCache(first, "Cache", vpc=ec2.Vpc(first, "Vpc", max_azs=2))
    CfnOutput(second, "Host", value=made.serverless_cache_endpoint_address)
    (value,) = assertions.Template.from_stack(second).find_outputs("Host").values()
    assert value["Value"]["Fn::ImportValue"].startswith("First:ExportsOutputFnGetAttCache")


def test_a_group_of_another_stack_makes_that_stack_come_first() -> None:
    app = new_app()
    first, second = Stack(app, "First"), Stack(app, "Second")
    users = elasticache.UserGroup(first, "Group", user_group_name="us")
    users.add_user(elasticache.IamUser(Stack(app, "Zeroth"), "User", user_id="me", access_control=ALL))
    vpc = ec2.Vpc(second, "Vpc", max_azs=2)
    elasticache.ServerlessCache(second, "Cache", vpc=vpc, user_group=users)
    made = whole(second, "ServerlessCache")
    assert (made["Properties"]["UserGroupId"], "DependsOn" in made) == ("us", False)
    assert [stack.stack_name for stack in second.dependencies] == ["First"]
    assert [stack.stack_name for stack in first.dependencies] == ["Zeroth"]


def referring_from_afar(module: Any) -> str:
    """What the CDK makes of a reference into another region: newer versions a template, older ones an error."""
    app = new_app()
    here = Stack(app, "Here", env=Environment(account="111122223333", region="us-east-1"))
    there = Stack(app, "There", env=Environment(account="111122223333", region="eu-west-1"))
    access = module.AccessControl.from_access_string("on ~* +@all")
    user = module.IamUser(here, "User", user_id="me", access_control=access)
    CfnOutput(there, "Arn", value=user.user_arn)
    try:
        return str(assertions.Template.from_stack(there).to_json())
    except RuntimeError as error:
        return str(error)


def test_a_reference_into_another_region_is_what_the_cdk_makes_of_it(alpha: Any) -> None:
    assert referring_from_afar(elasticache) == referring_from_afar(alpha)


def test_a_nested_stack_holds_its_own_resources() -> None:
    ground = new_ground()
    nested = NestedStack(ground.stack, "Nested")
    users = elasticache.UserGroup(nested, "Group", users=[iam_user(user_id="me")(ground, "User")])
    cache(user_group=users)(ground, "Cache")
    assert properties(nested, "UserGroup")[0]["UserIds"] == ["me"]
    assert properties(nested, "User") == []
    made = properties(ground.stack, "ServerlessCache")[0]
    assert made["UserGroupId"] == users.user_group_name


def test_a_stage_of_a_pipeline_deploys_the_constructs() -> None:
    app = new_app()
    stack = Stack(app, "Pipeline", env=Environment(account="111122223333", region="us-east-1"))
    source = pipelines.CodePipelineSource.code_commit(
        codecommit.Repository.from_repository_name(stack, "Repository", "app"), "main"
    )
    pipeline = pipelines.CodePipeline(
        stack, "Pipeline", synth=pipelines.ShellStep("Synth", input=source, commands=["cdk synth"])
    )
    stage = Stage(stack, "Test", env=Environment(account="111122223333", region="us-east-1"))
    inner = Stack(stage, "Inner")
    elasticache.UserGroup(inner, "Group", user_group_name="us", users=[Known("a")])  # type: ignore[list-item]
    pipeline.add_stage(stage)
    assert properties(inner, "UserGroup")[0]["UserIds"] == ["a"]
    assertions.Template.from_stack(stack).resource_count_is("AWS::CodePipeline::Pipeline", 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda stack: elasticache.UserBase.from_user_arn(stack, "It", ARN.format("user")),
        lambda stack: elasticache.UserGroup.from_user_group_arn(stack, "It", ARN.format("usergroup")),
        lambda stack: elasticache.ServerlessCache.from_serverless_cache_arn(
            stack, "It", ARN.format("serverlesscache")
        ),
    ],
)
def test_an_import_renders_nothing_and_is_where_its_arn_says(make: Any) -> None:
    stack = Stack(new_app(), "Stack", env=Environment(account="111122223333", region="us-east-1"))
    it = make(stack)
    assert (it.env.region, it.env.account) == ("eu-west-1", "999999999999")
    assert it.stack is stack
    assert "Resources" not in assertions.Template.from_stack(stack).to_json() or all(
        not resource["Type"].startswith("AWS::ElastiCache")
        for resource in assertions.Template.from_stack(stack).to_json()["Resources"].values()
    )


def test_security_group_rules_use_the_endpoint_s_own_port() -> None:
    ground = new_ground()
    made = cache()(ground, "Cache")
    made.connections.allow_default_port_from(ec2.Peer.ipv4("10.0.0.0/8"))
    logical = ground.stack.get_logical_id(made.node.default_child)
    port = {"Fn::GetAtt": [logical, "Endpoint.Port"]}
    assertions.Template.from_stack(ground.stack).has_resource_properties(
        "AWS::EC2::SecurityGroupIngress", {"FromPort": port, "ToPort": port, "CidrIp": "10.0.0.0/8"}
    )


@pytest.mark.parametrize(
    ("engine", "port"),
    [
        (elasticache.CacheEngine.VALKEY_8, 6379),
        (elasticache.CacheEngine.REDIS_7, 6379),
        (elasticache.CacheEngine.MEMCACHED_1_6, 11211),
    ],
)
def test_an_imported_cache_has_its_engine_s_port(engine: elasticache.CacheEngine, port: int) -> None:
    ground = new_ground()
    groups = [ec2.SecurityGroup(ground.stack, "Guard", vpc=ground.vpc)]
    it = elasticache.ServerlessCache.from_serverless_cache_attributes(
        ground.stack, "Cache", serverless_cache_name="it", engine=engine, security_groups=groups
    )
    it.connections.allow_default_port_from_any_ipv4()
    guards = assertions.Template.from_stack(ground.stack).find_resources("AWS::EC2::SecurityGroup")
    (guard,) = guards.values()
    (rule,) = guard["Properties"]["SecurityGroupIngress"]
    assert (rule["FromPort"], rule["ToPort"]) == (port, port)


def test_objects_print_and_compare_as_objects_do(ground: Ground, here: str) -> None:
    one, two = iam_user()(ground, f"{here}One"), iam_user()(ground, f"{here}Two")
    assert one == one
    assert one != two
    assert len({one, two, one}) == 2
