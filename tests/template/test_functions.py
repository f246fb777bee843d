"""Intrinsic functions. Expected values come from the examples and rules of CloudFormation's own reference:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from collections.abc import Mapping
from typing import Any

import pytest

from cdk_elasticache.errors import TemplateError
from cdk_elasticache.template.bundle import Bundle, StackTemplate
from cdk_elasticache.template.functions import resolve
from cdk_elasticache.template.inputs import Inputs
from cdk_elasticache.template.location import Location
from cdk_elasticache.template.stacks import Stacks

Template = Mapping[str, Any]

SHOP: Template = {
    "Parameters": {
        "Name": {"Type": "String", "Default": "shop"},
        "Zones": {"Type": "CommaDelimitedList", "Default": "a, b ,c"},
        "Count": {"Type": "Number", "Default": 3},
    },
    "Conditions": {
        "Yes": {"Fn::Equals": [{"Ref": "Name"}, "shop"]},
        "No": {"Fn::Not": [{"Condition": "Yes"}]},
    },
    "Mappings": {"Sizes": {"us-east-1": {"small": "1", "list": ["x", "y"]}}},
    "Resources": {
        "Cache": {
            "Type": "AWS::ElastiCache::ServerlessCache",
            "Properties": {"ServerlessCacheName": "Shop-Cache", "Engine": "memcached"},
        },
        "Maybe": {"Type": "AWS::SNS::Topic", "Condition": "No"},
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Vpc": {"Type": "AWS::EC2::VPC"},
    },
}
EXTENDED = {**SHOP, "Transform": "AWS::LanguageExtensions"}


def evaluate(expression: object, template: Template = SHOP, region: str = "us-east-1") -> Any:
    source = StackTemplate(name="Shop", template=template, region=region, account="111122223333")
    stack = Stacks(Bundle((source,)), Inputs()).top[0]
    return resolve(stack, expression, Location("Shop.X", "P"))


def refused(expression: object, template: Template = SHOP) -> tuple[str, str]:
    with pytest.raises(TemplateError) as caught:
        evaluate(expression, template)
    assert caught.value.construct_path == "Shop.X"
    return caught.value.code, caught.value.message


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        # The examples of the reference, as far as they need no account.
        ({"Fn::Join": [":", ["a", "b", "c"]]}, "a:b:c"),
        ({"Fn::Split": ["|", "a|b|c"]}, ["a", "b", "c"]),
        ({"Fn::Split": ["|", "a||c|"]}, ["a", "", "c", ""]),
        ({"Fn::Select": ["1", ["apples", "grapes", "oranges", "mangoes"]]}, "grapes"),
        (
            {"Fn::Cidr": ["192.168.0.0/24", "6", "5"]},
            [
                "192.168.0.0/27",
                "192.168.0.32/27",
                "192.168.0.64/27",
                "192.168.0.96/27",
                "192.168.0.128/27",
                "192.168.0.160/27",
            ],
        ),
        ({"Fn::Cidr": ["2001:db8::/56", 2, 64]}, ["2001:db8::/64", "2001:db8:0:1::/64"]),
        ({"Fn::Base64": "AWS CloudFormation"}, "QVdTIENsb3VkRm9ybWF0aW9u"),
        (
            {"Fn::Sub": "arn:aws:ec2:${AWS::Region}:${AWS::AccountId}:vpc/${Name}"},
            "arn:aws:ec2:us-east-1:111122223333:vpc/shop",
        ),
        ({"Fn::Sub": ["www.${Domain}", {"Domain": {"Ref": "Name"}}]}, "www.shop"),
        ({"Fn::Sub": "${!Literal} ${Cache.Endpoint.Port} ${Cache} ${"}, "${Literal} 11211 Shop-Cache ${"),
        ({"Fn::Sub": ["${Name}", {"Name": "nearer"}]}, "nearer"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "small"]}, "1"),
        ({"Fn::FindInMap": ["Sizes", "us-east-1", "list"]}, ["x", "y"]),
        ({"Fn::If": ["Yes", "then", "else"]}, "then"),
        ({"Fn::If": ["No", "then", "else"]}, "else"),
        (
            {"Fn::GetAtt": ["Cache", "ARN"]},
            "arn:aws:elasticache:us-east-1:111122223333:serverlesscache:shop-cache",
        ),
        ({"Fn::GetAtt": "Cache.Endpoint.Port"}, "11211"),
        ({"Fn::GetAZs": ""}, ["us-east-1a", "us-east-1b", "us-east-1c"]),
        ({"Fn::GetAZs": "eu-west-1"}, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
        # Pseudo parameters.
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
        ({"Ref": "AWS::StackName"}, "Shop"),
        ({"Ref": "AWS::NotificationARNs"}, []),
        # Lists made on the way.
        ({"Ref": "Zones"}, ["a", "b", "c"]),
        ({"Ref": "Count"}, "3"),
        ({"Fn::Join": ["-", {"Ref": "Zones"}]}, "a-b-c"),
        ({"Fn::Select": [2, {"Ref": "Zones"}]}, "c"),
        ({"Fn::Join": ["", ["a", 1, True, {"Ref": "AWS::NoValue"}]]}, "a1true"),
        # What comes to nothing is left out; the branch that isn't taken is never looked at.
        ({"A": {"Fn::If": ["No", "x", {"Ref": "AWS::NoValue"}]}, "B": 1}, {"B": 1}),
        ([1, {"Ref": "AWS::NoValue"}, 2], [1, 2]),
        ({"Fn::If": ["Yes", "fine", {"Ref": "Nowhere"}]}, "fine"),
        ({"Fn::Select": [0, ["fine", {"Ref": "Nowhere"}]]}, "fine"),
        # No functions at all.
        (
            {"Condition": {"StringEquals": {"a": "b"}}, "Ref": 1},
            {"Condition": {"StringEquals": {"a": "b"}}, "Ref": 1},
        ),
    ],
    ids=str,
)
def test_a_function_gives_what_its_page_says(expression: object, value: object) -> None:
    assert evaluate(expression) == value


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [("cn-north-1", "aws-cn", "amazonaws.com.cn"), ("us-gov-west-1", "aws-us-gov", "amazonaws.com")],
)
def test_the_region_decides_partition_and_suffix(region: str, partition: str, suffix: str) -> None:
    expression = {"Fn::Sub": "${AWS::Partition} ${AWS::URLSuffix}"}
    assert evaluate(expression, region=region) == f"{partition} {suffix}"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ({"Fn::Length": [1, {"Ref": "Name"}, 3]}, 3),
        ({"Fn::Length": {"Ref": "Zones"}}, 3),
        ({"Fn::ToJsonString": {"a": {"Ref": "Name"}, "b": [1, True]}}, '{"a":"shop","b":[1,true]}'),
        ({"Fn::FindInMap": ["Sizes", "nowhere", "small", {"DefaultValue": {"Ref": "Name"}}]}, "shop"),
        ({"Fn::FindInMap": ["Sizes", "us-east-1", "small", {"DefaultValue": "9"}]}, "1"),
    ],
)
def test_a_language_extension_works_under_its_transform_and_only_there(
    expression: object, value: object
) -> None:
    assert evaluate(expression, EXTENDED) == value
    code, message = refused(expression)
    assert code == "InvalidFunction"
    assert message.endswith("; add Transform: AWS::LanguageExtensions")


@pytest.mark.parametrize(
    ("expression", "truth"),
    [
        ({"Fn::Equals": ["1", 1]}, True),
        ({"Fn::Equals": [True, "true"]}, True),
        ({"Fn::Equals": ["a", "A"]}, False),
        ({"Fn::Equals": [{"Ref": "Zones"}, ["a", "b", "c"]]}, True),
        ({"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]}, False),
        ({"Fn::Or": [{"Condition": "No"}, {"Fn::Not": [{"Condition": "No"}]}]}, True),
    ],
)
def test_a_condition_is_true_where_its_page_says_so(expression: object, truth: bool) -> None:
    template = {**SHOP, "Conditions": {**SHOP["Conditions"], "C": expression}}
    assert evaluate({"Fn::If": ["C", True, False]}, template) is truth


@pytest.mark.parametrize(
    ("expression", "code", "message"),
    [
        (
            {"Ref": "Cash"},
            "UnresolvedReference",
            'P.Ref must name what the template declares, got {"Ref": "Cash"}; did you mean Cache?',
        ),
        (
            {"Ref": "Maybe"},
            "UnresolvedReference",
            'P.Ref must name a resource that its condition No lets be, got {"Ref": "Maybe"}',
        ),
        (
            {"Fn::GetAtt": ["Cache", "Arn"]},
            "UnresolvedReference",
            "P.Fn::GetAtt must name an attribute of AWS::ElastiCache::ServerlessCache, got "
            '{"Fn::GetAtt": ["Cache", "Arn"]}; did you mean ARN?',
        ),
        (
            {"Fn::Select": [4, ["a"]]},
            "InvalidFunction",
            'P.Fn::Select must select a value that is there, index 4, got [4, ["a"]]',
        ),
        (
            {"Fn::Select": ["-1", ["a"]]},
            "InvalidFunction",
            'P.Fn::Select[0] must be a whole number, got "-1"',
        ),
        ({"Fn::Join": ["", "a"]}, "InvalidFunction", 'P.Fn::Join[1] must be a list, got "a"'),
        ({"Fn::Join": [""]}, "InvalidFunction", 'P.Fn::Join must take a list of 2 values, got [""]'),
        ({"Fn::Join": ["", [["a"]]]}, "InvalidValue", 'P.Fn::Join[1][0] must be a text, got [["a"]]'),
        (
            {"Fn::Split": ["", "a"]},
            "InvalidFunction",
            'P.Fn::Split[0] must be a delimiter of at least one character, got ""',
        ),
        (
            {"Fn::Cidr": ["10.0.0.0/30", 5, 1]},
            "InvalidFunction",
            "P.Fn::Cidr must make blocks that fit in it, got 5 in 10.0.0.0/30",
        ),
        (
            {"Fn::Sub": "${Nowhere}"},
            "UnresolvedReference",
            'P.Fn::Sub must name what the template declares, got {"Ref": "Nowhere"}',
        ),
        (
            {"Fn::FindInMap": ["Sizes", "mars", "small"]},
            "UnresolvedReference",
            'P.Fn::FindInMap must name a value of the mapping, Sizes mars small, got ["Sizes", "mars", "small"]',
        ),
        (
            {"Fn::If": ["Perhaps", 1, 2]},
            "UnresolvedReference",
            'P.Fn::If[0] must name a condition of the template, got "Perhaps"',
        ),
        (
            {"Fn::Equals": [1, 1]},
            "InvalidFunction",
            "P.Fn::Equals must stand in a condition, got [1, 1]; take Fn::If to choose a value",
        ),
        (
            {"Fn::ImportValue": "nowhere"},
            "UnresolvedImport",
            'P.Fn::ImportValue must name what a stack of the source exports, got {"Fn::ImportValue": "nowhere"}; '
            "give one with --import nowhere=VALUE",
        ),
        (
            {"Fn::Transform": {"Name": "AWS::Include"}},
            "UnsupportedTransform",
            "P.Fn::Transform must be written out: Fn::Transform runs in AWS only, got AWS::Include",
        ),
        (
            {"Fn::ForEach::Loop": ["x", ["a"], {}]},
            "UnsupportedFunction",
            "P.Fn::ForEach::Loop must stand in Conditions, Outputs or Resources, under the transform "
            "AWS::LanguageExtensions, got Fn::ForEach::Loop",
        ),
        (
            {"Fn::Joyn": ["", []]},
            "UnsupportedFunction",
            "P.Fn::Joyn must be a function that CloudFormation has here, got Fn::Joyn; did you mean Fn::Join?",
        ),
        (
            {"Fn::Join": ["", []], "Other": 1},
            "InvalidFunction",
            "P must hold Fn::Join alone in its object, got 2 members",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_resolved_is_named_by_path_and_expression(
    expression: object, code: str, message: str
) -> None:
    assert refused(expression) == (code, message)


@pytest.mark.parametrize(
    "template",
    [
        {"Conditions": {"A": {"Condition": "B"}, "B": {"Fn::Not": [{"Condition": "A"}]}}},
        {"Conditions": {"A": {"Fn::Equals": [{"Fn::If": ["A", 1, 2]}, 1]}}},
    ],
)
def test_a_circle_of_conditions_is_an_error_that_says_so(template: Template) -> None:
    code, message = refused({"Fn::If": ["A", 1, 2]}, {"Resources": {}, **template})
    assert code == "CircularReference"
    assert message.endswith("must not depend on itself, got condition A, which does")


def test_a_cache_named_after_its_own_arn_is_a_circle() -> None:
    name = {"ServerlessCacheName": {"Fn::GetAtt": ["Cache", "ARN"]}}
    template = {"Resources": {"Cache": {"Type": "AWS::ElastiCache::ServerlessCache", "Properties": name}}}
    with pytest.raises(TemplateError) as caught:
        evaluate({"Ref": "Cache"}, template)
    assert caught.value.code == "CircularReference"


def test_a_long_chain_of_conditions_ends_in_an_error_of_ours() -> None:
    chain = {f"C{n}": {"Fn::Not": [{"Condition": f"C{n + 1}"}]} for n in range(5000)}
    code, _ = refused({"Fn::If": ["C0", 1, 2]}, {"Resources": {}, "Conditions": chain})
    assert code == "TemplateTooDeep"


def test_a_text_that_doubles_at_each_step_is_stopped() -> None:
    def doubled(name: str) -> object:
        return {"Fn::Join": ["", [{"Fn::ImportValue": name}, {"Fn::ImportValue": name}]]}

    outputs = {f"O{n}": {"Value": doubled(f"e{n - 1}"), "Export": {"Name": f"e{n}"}} for n in range(1, 40)}
    outputs["O0"] = {"Value": "x" * 1000, "Export": {"Name": "e0"}}
    code, _ = refused({"Fn::ImportValue": "e20"}, {"Resources": {}, "Outputs": outputs})
    assert code == "TextTooLong"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (
            {"Fn::Select": [3, {"Fn::Split": ["/", {"Fn::GetAtt": ["Topic", "TopicArn"]}]}]},
            "arn:aws:sns:us-east-1:111122223333:Shop-Topic-",
        ),
        ({"Ref": "Vpc"}, "vpc-"),
        ({"Fn::Select": [1, {"Fn::Cidr": [{"Fn::GetAtt": ["Vpc", "CidrBlock"]}, 2, 8]}]}, "Shop-Vpc-"),
        ({"Fn::Select": [0, {"Fn::GetAtt": ["Vpc", "Ipv6CidrBlocks"]}]}, "Shop-Vpc-"),
        ({"Fn::Join": [",", {"Fn::GetAtt": ["Vpc", "Ipv6CidrBlocks"]}]}, "Shop-Vpc-"),
        ({"Fn::Select": [5, {"Fn::GetAZs": ""}]}, "us-east-1"),
    ],
)
def test_a_value_of_another_service_is_made_up_and_bears_taking_apart(expression: object, value: str) -> None:
    assert str(evaluate(expression)).startswith(value)
    assert evaluate(expression) == evaluate(expression)
