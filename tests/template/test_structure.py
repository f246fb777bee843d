"""What CloudFormation refuses of a template whatever its resources are, and what ElastiCache refuses of lists and tags."""

from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from cdk_elasticache.errors import ElastiCacheError, TemplateError
from cdk_elasticache.model.doubts import Doubt
from cdk_elasticache.template.bundle import Bundle, StackTemplate
from cdk_elasticache.template.declaration import Declaration
from cdk_elasticache.template.declare import declare
from cdk_elasticache.template.inputs import Inputs
from cdk_elasticache.template.rules import warnings
from cdk_elasticache.template.structure import TYPES, nearest_type
from tests.template.test_declare import cache, read, resource, stack, user

Told = list[tuple[str, str, str]]


def told(template: dict[str, Any]) -> tuple[Told, Told]:
    """The errors and the doubts of a template: logical id, code and message of each."""
    errors: Told = []
    bundle = Bundle((StackTemplate(name="Shop", template={"Resources": {}, **template}),))
    declared = declare(
        bundle, refuse=lambda error, place: errors.append((place.logical_id, error.code, error.message))
    )
    return errors, [(place.logical_id, error.code, error.message) for place, error in declared.doubtful]


def group(**changes: Any) -> dict[str, Any]:
    return resource(
        "ElastiCache::UserGroup", **{"UserGroupId": "g", "Engine": "valkey", "UserIds": ["a"]} | changes
    )


PASSWORD = {"Type": "password", "Passwords": ["correct horse battery staple"]}
NULL = "must not be null, got null; leave it out, or give it a value"


@pytest.mark.parametrize(
    ("template", "logical_id", "where"),
    [
        ({"Resources": {"C": cache(Engine=None)}}, "C", "Properties.Engine"),
        ({"Resources": {"C": cache(Description=None)}}, "C", "Properties.Description"),
        ({"Resources": {"C": cache(SubnetIds=[None])}}, "C", "Properties.SubnetIds[0]"),
        ({"Resources": {"C": cache(Tags=[{"Key": "a", "Value": None}])}}, "C", "Properties.Tags[0].Value"),
        ({"Resources": {"C": cache() | {"DependsOn": None}}}, "C", "DependsOn"),
        ({"Resources": {"T": resource("SNS::Topic", Name={"Fn::Join": [",", [None]]})}}, "T",
         "Properties.Name.Fn::Join[1][0]"),
        ({"Resources": {"T": resource("SNS::Topic", Metadata=None)}}, "T", "Properties.Metadata"),
        ({"Conditions": None}, "", "Conditions"),
        ({"Outputs": {"O": {"Value": "x", "Description": None}}}, "", "Outputs.O.Description"),
    ],
)  # fmt: skip
def test_a_null_is_an_error_wherever_it_stands(template: dict[str, Any], logical_id: str, where: str) -> None:
    errors, doubts = told(template)
    assert (logical_id, "NullValue", f"{where} {NULL}") in errors
    assert [code for _, code, _ in errors if code == "MissingProperty"] == []
    assert doubts == []


@pytest.mark.parametrize(
    ("template", "logical_id", "where"),
    [
        ({"Metadata": {"Note": None}}, "", "Metadata.Note"),
        ({"Resources": {"T": resource("SNS::Topic") | {"Metadata": {"a": None}}}}, "T", "Metadata.a"),
        (
            {
                "Transform": "AWS::Serverless-2016-10-31",
                "Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {"Runtime": None}}},
            },
            "F",
            "Properties.Runtime",
        ),
    ],
)
def test_a_null_that_cloudformation_may_not_see_is_a_doubt(
    template: dict[str, Any], logical_id: str, where: str
) -> None:
    assert told(template) == ([], [(logical_id, "NullValue", f"{where} {NULL}")])


@pytest.mark.parametrize(
    ("template", "error"),
    [
        (
            {"Paramters": {}},
            ("", "Paramters must be a section that CloudFormation has, got Paramters; did you mean Parameters?"),
        ),
        (
            {"outputs": {}},
            ("", "outputs must be a section that CloudFormation has, got outputs; did you mean Outputs?"),
        ),
        (
            {"Resources": {"T": {"Type": "AWS::SNS::Topic", "Propertys": {}}}},
            ("T", "Propertys must be a key of a resource that CloudFormation has, got Propertys; did you mean Properties?"),
        ),
        (
            {"Resources": {"T": {"Type": "AWS::SNS::Topic", "DeletionPolcy": "Retain"}}},
            ("T", "DeletionPolcy must be a key of a resource that CloudFormation has, got DeletionPolcy; did you mean "
             "DeletionPolicy?"),
        ),
        (
            {"Parameters": {"P": {"Type": "String", "default": "x"}}},
            ("P", "Parameters.P.default must be a key of Parameters that CloudFormation has, got default; did you mean "
             "Default?"),
        ),
        (
            {"Parameters": {"P": {"Default": "x"}}},
            ("P", "Parameters.P must be an object with a Type, got an object"),
        ),
        (
            {"Outputs": {"O": {"Value": "x", "Exports": {"Name": "x"}}}},
            ("O", "Outputs.O.Exports must be a key of Outputs that CloudFormation has, got Exports; did you mean Export?"),
        ),
        (
            {"Resources": {"my-topic": {"Type": "AWS::SNS::Topic"}}},
            ("my-topic", "Resources.my-topic must be named with ASCII letters and digits alone, got 'my-topic'"),
        ),
        (
            {"Resources": {"Thé": {"Type": "AWS::SNS::Topic"}}},
            ("Thé", "Resources.Thé must be named with ASCII letters and digits alone, got 'Thé'"),
        ),
        (
            {"Parameters": {"a_b": {"Type": "String"}}},
            ("a_b", "Parameters.a_b must be named with ASCII letters and digits alone, got 'a_b'"),
        ),
        (
            {"Outputs": {"": {"Value": "x"}}},
            ("", "Outputs. must be named with ASCII letters and digits alone, got ''"),
        ),
    ],
)  # fmt: skip
def test_a_misspelt_key_or_a_name_that_cannot_be_is_an_error(
    template: dict[str, Any], error: tuple[str, str]
) -> None:
    logical_id, message = error
    assert told(template) == ([(logical_id, "InvalidTemplate", message)], [])


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ({"Weather": {}}, "Weather"),
        ({"Resources": {"T": {"Type": "AWS::SNS::Topic", "Colour": "red"}}}, "Colour"),
        ({"Parameters": {"P": {"Type": "String", "Widget": "list"}}}, "Widget"),
    ],
)
def test_a_key_that_may_be_newer_than_we_are_is_a_doubt(template: dict[str, Any], name: str) -> None:
    errors, ((_, code, message),) = told(template)
    assert (errors, code) == ([], "InvalidTemplate")
    assert message.endswith(
        f"that CloudFormation has, got {name}; CloudFormation refuses what it doesn't know"
    )


def test_what_a_template_can_have_is_taken() -> None:
    everything = {
        **{name: {} for name in ("Conditions", "Hooks", "Globals", "Mappings", "Metadata", "Outputs", "Parameters", "Rules")},
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "all sections",
        "Transform": "AWS::LanguageExtensions",
    }  # fmt: skip
    body = {
        "Type": "AWS::SNS::Topic",
        "CreationPolicy": {},
        "UpdatePolicy": {},
        "UpdateReplacePolicy": "Delete",
    }
    assert told({**everything, "Resources": {"T": body}}) == ([], [])


@pytest.mark.parametrize(
    ("type_", "meant"),
    [
        ("AWS::Elasticache::User", "AWS::ElastiCache::User"),
        ("aws::elasticache::serverlesscache", "AWS::ElastiCache::ServerlessCache"),
        ("AWS::ElastiCache::UserGroups", "AWS::ElastiCache::UserGroup"),
        ("AWS::ElasticCache::ServerlessCache", "AWS::ElastiCache::ServerlessCache"),
        ("AWS::ElastiCache::ServerlesCache", "AWS::ElastiCache::ServerlessCache"),
        ("AWS:ElastiCache:User", "AWS::ElastiCache::User"),
    ],
)
def test_a_misspelt_type_of_elasticache_is_an_error(type_: str, meant: str) -> None:
    message = f"Type must be a type that CloudFormation has, got {type_}; did you mean {meant}?"
    assert told({"Resources": {"X": {"Type": type_}}}) == ([("X", "UnknownType", message)], [])


def test_a_type_of_elasticache_that_may_be_newer_than_we_are_is_a_doubt() -> None:
    errors, doubts = told({"Resources": {"X": {"Type": "AWS::ElastiCache::Blueprint"}}})
    assert (errors, [(one[0], one[1]) for one in doubts]) == ([], [("X", "UnknownType")])


def test_no_type_that_cloudformation_has_is_taken_for_another_misspelt() -> None:
    every = PROVIDER_SCHEMA_MANAGER.get_resource_types("us-east-1")
    assert len(every) > 1_000
    assert {name for name in every if name.startswith("AWS::ElastiCache::")} == set(TYPES)
    assert [name for name in every if nearest_type(name)] == []


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"SubnetIds": [""]}, "InvalidResourceId", "SubnetIds must hold ids such as subnet-0123456789abcdef0, got ''"),
        ({"SubnetIds": ["vpc-1"]}, "InvalidResourceId",
         "SubnetIds must hold ids such as subnet-0123456789abcdef0, got 'vpc-1'"),
        ({"SubnetIds": ["subnet-1 "]}, "InvalidResourceId",
         "SubnetIds must hold ids such as subnet-0123456789abcdef0, got 'subnet-1 '"),
        ({"SubnetIds": ["subnet-1,subnet-2"]}, "InvalidResourceId",
         "SubnetIds must hold ids such as subnet-0123456789abcdef0, got 'subnet-1,subnet-2'"),
        ({"SecurityGroupIds": ["default"]}, "InvalidResourceId",
         "SecurityGroupIds must hold ids such as sg-0123456789abcdef0, got 'default'"),
        ({"SubnetIds": ["subnet-1", "subnet-2", "subnet-1"]}, "DuplicateItem",
         "SubnetIds must hold each item once, got 'subnet-1' twice"),
        ({"SecurityGroupIds": ["sg-1", "sg-1"]}, "DuplicateItem",
         "SecurityGroupIds must hold each item once, got 'sg-1' twice"),
        ({"Tags": [{"Key": "", "Value": "x"}]}, "InvalidTag", "Tags must have keys of 1 to 128 characters, got 0"),
        ({"Tags": [{"Key": "k" * 129}]}, "InvalidTag", "Tags must have keys of 1 to 128 characters, got 129"),
        ({"Tags": [{"Key": "k", "Value": "v" * 257}]}, "InvalidTag",
         "Tags must have values of at most 256 characters, got 257"),
        ({"Tags": [{"Key": "aws:team", "Value": "x"}]}, "InvalidTag",
         "Tags must have keys that don't begin with aws:, which are AWS's own, got 'aws:team'"),
        ({"Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "1"}]}, "InvalidTag",
         "Tags must have keys that differ, got 'a' twice"),
    ],
)  # fmt: skip
def test_a_list_or_a_tag_that_the_service_refuses_is_an_error(
    changes: dict[str, Any], code: str, message: str
) -> None:
    assert told({"Resources": {"C": cache(**changes)}}) == ([("C", code, f"Properties.{message}")], [])


@pytest.mark.parametrize(
    "changes",
    [
        {"SubnetIds": ["subnet-0a", "s-12345", "p-12345"]},
        {"SecurityGroupIds": ["sg-12345678"]},
        {"SubnetIds": []},
        {"Tags": [{"Key": "k" * 128, "Value": "v" * 256}, {"Key": "K"}, {"Key": "AWS"}]},
        {"Tags": []},
    ],
)
def test_a_list_or_a_tag_that_the_service_takes_is_taken(changes: dict[str, Any]) -> None:
    assert told({"Resources": {"C": cache(**changes)}}) == ([], [])


@pytest.mark.parametrize("kind", ["cache", "user", "group", "snapshot"])
def test_the_tags_of_each_type_are_judged(kind: str) -> None:
    snapshot = resource(
        "ElastiCache::ServerlessCacheSnapshot", ServerlessCacheSnapshotName="s", ServerlessCacheName="c"
    )
    bodies = {"cache": cache(), "user": user(), "group": group(), "snapshot": snapshot}
    bodies[kind]["Properties"]["Tags"] = [{"Key": "aws:x"}]
    ((_, code, _),), _ = told({"Resources": {"X": bodies[kind]}})
    assert code == "InvalidTag"


def test_a_tag_with_two_values_is_a_doubt() -> None:
    tags = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    message = "Properties.Tags must have keys that differ, got 'a' with different values"
    assert told({"Resources": {"C": cache(Tags=tags)}}) == ([], [("C", "InvalidTag", message)])


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"UserIds": ["a", "A"]}, [("DuplicateUserId", "UserIds must differ in UserId, got 'a' twice")]),
        ({"UserIds": [""]}, [("EmptyName", "UserIds must not be empty, got ''")]),
        (
            {"UserIds": ["a b"]},
            [("InvalidIdentifier", "UserIds must contain only ASCII letters, digits and hyphens, got 'a b'")],
        ),
        ({"Engine": "redis", "UserIds": ["a", "a", "default"]}, [
            ("DuplicateUserId", "UserIds must differ in UserId, got 'a' twice")
        ]),
    ],
)  # fmt: skip
def test_members_that_the_service_refuses_are_errors(
    changes: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    expected = [("G", code, f"Properties.{message}") for code, message in errors]
    assert told({"Resources": {"G": group(**changes)}}) == (expected, [])


def test_a_group_that_names_no_list_of_users_is_an_error_and_an_empty_list_a_doubt() -> None:
    absent = group()
    del absent["Properties"]["UserIds"]
    message = "Properties.UserIds must be given, got nothing; [] is a group without users"
    assert told({"Resources": {"G": absent}}) == ([("G", "MissingProperty", message)], [])
    message = "Properties.UserIds must name users, got []; nobody can log in to a cache with this group"
    assert told({"Resources": {"G": group(UserIds=[])}}) == ([], [("G", "GroupWithoutUsers", message)])
    errors, doubts = told({"Resources": {"G": group(UserIds=[], Engine="redis")}})
    assert ([code for _, code, _ in errors], doubts) == (["RedisUserGroupMissingDefaultUser"], [])


def test_an_empty_group_id_of_a_cache_is_a_doubt_since_the_cache_may_be_open() -> None:
    message = (
        "Properties.UserGroupId must not be empty, got ''; leave it out for a cache without users, which all may use "
        "that reach it"
    )
    assert told({"Resources": {"C": cache(UserGroupId="")}}) == ([], [("C", "EmptyName", message)])


def test_what_is_wrong_stops_who_does_not_ask_for_all_of_it() -> None:
    with pytest.raises(TemplateError) as caught:
        read({"C": cache(Description=None)})
    assert caught.value.code == "NullValue"
    with pytest.raises(ElastiCacheError):
        declare(Bundle((stack(Paramters={}),)))
    assert isinstance(declare(Bundle((stack(Weather={}),))), Declaration)


@pytest.mark.parametrize("element", ["Resource", "NotResource"])
@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:elasticache:us-east-1:111122223333:serverless*:web",
        "arn:aws:elasticache:*:*:use?:web",
        "arn:aws:elasti*:us-east-1:111122223333:user:web",
        "arn:aws:*:*:*:*",
    ],
)
def test_a_wildcard_in_the_service_or_type_of_a_policys_arn_is_a_doubt(element: str, arn: str) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "elasticache:Connect",
        element: ["arn:aws:elasticache:*:*:user:*", arn],
    }
    policy = {"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}
    role = resource("IAM::Role", RoleName="r", Policies=[policy])
    errors, ((logical_id, code, message),) = told({"Resources": {"R": role}})
    assert (errors, logical_id, code) == ([], "R", "UnsupportedArnWildcard")
    assert message == (
        f"Statement[0].{element} must name the service and the resource type without a wildcard in the policy 'p', got "
        f"{arn!r}; AWS doesn't say what such an ARN matches: write * for every resource, or the type in full"
    )


@pytest.mark.parametrize(
    "arn",
    [
        "*",
        "arn:*",
        "arn:aws:elasticache:*:*:*",
        "arn:aws:elasticache:*:*:user:*",
        "arn:aws:elasticache:*:*:user:a?c",
    ],
)
def test_a_wildcard_where_aws_allows_it_is_no_doubt(arn: str) -> None:
    statement = {"Effect": "Allow", "Action": "elasticache:Connect", "Resource": arn}
    managed = resource("IAM::ManagedPolicy", PolicyDocument={"Statement": statement}, Roles=["r"])
    assert told({"Resources": {"M": managed}}) == ([], [])


def test_a_policy_of_two_roles_is_doubted_once() -> None:
    statement = {
        "Effect": "Allow",
        "Action": "elasticache:Connect",
        "Resource": "arn:aws:elasticache:*:*:u*:web",
    }
    managed = resource("IAM::ManagedPolicy", PolicyDocument={"Statement": statement}, Roles=["a", "b"])
    _, (doubt,) = told({"Resources": {"M": managed}})
    assert doubt[:2] == ("M", "UnsupportedArnWildcard")


def test_a_stack_that_cannot_be_read_keeps_no_other_from_being_read() -> None:
    stacks = (
        stack("Macro", Transform="Mine"),
        stack("Untyped", Resources={"X": {}}),
        stack("Fine", Resources={"C": cache(Description="<b>")}),
    )
    found: list[tuple[str, str, str]] = []
    declared = declare(
        Bundle(stacks), refuse=lambda error, place: found.append((place.stack, place.logical_id, error.code))
    )
    assert found == [
        ("Macro", "", "UnsupportedTransform"),
        ("Untyped", "", "InvalidTemplate"),
        ("Fine", "C", "InvalidDescriptionCharacters"),
    ]
    assert declared.counts["caches"] == 1
    given = Inputs({"Macro:Size": "5"})  # perhaps a parameter of a stack that can't be read
    assert declare(Bundle(stacks), given, refuse=lambda error, place: None).counts["caches"] == 1
    with pytest.raises(TemplateError):
        declare(Bundle(stacks))


def test_every_inline_policy_of_a_role_is_judged() -> None:
    def policy(name: str, action: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        return {"PolicyName": name, "PolicyDocument": {"Statement": [statement]}}

    policies = [policy("a", "elasti*:*"), policy("b", "elasticache:Connect"), policy("c", " elasticache:*")]
    found: list[str] = []
    declared = declare(
        Bundle((stack(Resources={"R": resource("IAM::Role", RoleName="r", Policies=policies)}),)),
        refuse=lambda error, place: found.append(error.message),
    )
    assert [message.rpartition(" in the policy ")[2][:3] for message in found] == ["'a'", "'c'"]
    assert [one.name for one in declared.principals[0].policies] == ["b"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (user(AccessString="on ~{{resolve:ssm-secure:a:1}} +get"), "AccessString"),
        (
            user(AuthenticationMode={"Type": "password", "Passwords": ["{{resolve:ssm-secure:a}}"]}),
            "AuthenticationMode.Passwords[0]",
        ),
        (user(UserId={"Fn::Sub": "{{resolve:ssm-secure:a}}"}), "UserId.Fn::Sub"),
        (cache(Description="{{resolve:ssm-secure:a}}"), "Description"),
        (group(UserIds=["{{resolve:ssm-secure:a}}"]), "UserIds[0]"),
    ],
)
def test_a_secure_string_of_ssm_where_cloudformation_resolves_none_is_a_warning(
    body: dict[str, Any], where: str
) -> None:
    source = Bundle((stack(Resources={"X": body}),))
    doubts = [doubt for _, doubt in warnings(declare(source, Inputs(guess=True))) if doubt.id == "ssm-secure"]
    assert doubts == [
        Doubt(
            "ssm-secure",
            f"Properties.{where} should not refer to a secure string of SSM (ssm-secure): CloudFormation doesn't "
            "resolve it there",
            "keep the value in Secrets Manager",
        )
    ]


def test_other_dynamic_references_are_no_warning() -> None:
    texts = ["{{resolve:ssm:a}}", "{{resolve:secretsmanager:a:SecretString:b}}"]
    mode = {"Type": "password", "Passwords": texts}
    source = Bundle((stack(Resources={"U": user(AuthenticationMode=mode)}),))
    assert list(warnings(declare(source, Inputs(guess=True)))) == []


def test_a_boundarys_arns_are_doubted_too() -> None:
    statement = {
        "Effect": "Allow",
        "Action": "elasticache:Connect",
        "Resource": "arn:aws:elasticache:*:*:u*:web",
    }
    resources = {
        "B": resource("IAM::ManagedPolicy", PolicyDocument={"Statement": statement}),
        "R": resource("IAM::Role", RoleName="r", PermissionsBoundary={"Ref": "B"}),
    }
    _, (doubt,) = told({"Resources": resources})
    assert doubt[:2] == ("B", "UnsupportedArnWildcard")


def test_names_that_cannot_be_read_are_not_taken_for_one_another() -> None:
    broken = {name: cache(ServerlessCacheName={"Ref": name * 2}) for name in ("C", "D")}
    errors, _ = told({"Resources": broken})
    assert [(logical_id, code) for logical_id, code, _ in errors] == [
        ("C", "UnresolvedReference"),
        ("D", "UnresolvedReference"),
    ]


def test_a_user_of_unknown_engine_may_be_in_a_redis_group() -> None:
    resources = {
        "U": user(
            UserName="default", UserId="default1", Engine={"Ref": "Engine"}, AuthenticationMode=PASSWORD
        ),
        "G": group(Engine="redis", UserIds=[{"Ref": "U"}]),
    }
    template = {"Resources": resources, "Parameters": {"Engine": {"Type": "String"}}}
    errors: list[str] = []
    source = Bundle((StackTemplate(name="Shop", template=template),))
    declare(source, Inputs(guess=True), refuse=lambda error, place: errors.append(error.code))
    assert errors == []
