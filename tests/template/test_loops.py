"""Fn::ForEach, with the examples of its page, and what else only AWS writes out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from typing import Any

import pytest

from cdk_elasticache.errors import TemplateError
from cdk_elasticache.template.bundle import Bundle, StackTemplate
from cdk_elasticache.template.declaration import Declaration
from cdk_elasticache.template.declare import declare
from cdk_elasticache.template.inputs import Inputs
from cdk_elasticache.template.stacks import Stacks

EXTENSIONS, SERVERLESS = "AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"


def source(transform: Any = EXTENSIONS, **sections: Any) -> Bundle:
    template = {"Transform": transform, "Resources": {}, **sections}
    return Bundle((StackTemplate(name="Shop", template=template, account="111122223333"),))


def bodies(**sections: Any) -> Any:
    return Stacks(source(**sections), Inputs()).top[0].bodies


def read(bundle: Bundle, **inputs: Any) -> Declaration:
    return declare(bundle, Inputs(**inputs))


def topic(name: Any) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}


def test_a_loop_makes_a_resource_of_each_item() -> None:
    loop = [
        "TopicName",
        ["Success", "Failure", "Timeout"],
        {"SnsTopic${TopicName}": topic({"Fn::Join": [".", [{"Ref": "TopicName"}, "fifo"]]})},
    ]
    assert bodies(Resources={"Fn::ForEach::Topics": loop}) == {
        f"SnsTopic{name}": topic({"Fn::Join": [".", [name, "fifo"]]})
        for name in ("Success", "Failure", "Timeout")
    }


def test_an_ampersand_keeps_letters_and_digits_alone() -> None:
    blocks = {"CidrBlock": "${Cidr}", "Id": {"Fn::Sub": "&{Cidr}-${AWS::Region}"}}
    loop = [
        "Cidr",
        ["10.0.2.0/24", "10.0.3.0/24"],
        {"Subnet&{Cidr}": {"Type": "AWS::EC2::Subnet", "Properties": blocks}},
    ]
    assert bodies(Resources={"Fn::ForEach::Subnets": loop}) == {
        f"Subnet100{number}024": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {
                "CidrBlock": f"10.0.{number}.0/24",
                "Id": {"Fn::Sub": f"100{number}024-${{AWS::Region}}"},
            },
        }
        for number in (2, 3)
    }


def test_loops_within_loops_and_lists_of_parameters_and_mappings() -> None:
    inner = [
        "Size",
        {"Fn::FindInMap": ["Sizes", "${Stage}", "All"]},
        {"T${Stage}${Size}": topic("${Stage}-${Size}")},
    ]
    made = bodies(
        Resources={
            "Fn::ForEach::Stages": ["Stage", {"Ref": "Stages"}, {"Fn::ForEach::Sizes${Stage}": inner}]
        },
        Parameters={"Stages": {"Type": "CommaDelimitedList", "Default": "dev,prod"}},
        Mappings={"Sizes": {"dev": {"All": ["s"]}, "prod": {"All": ["m", "l"]}}},
    )
    assert made == {"Tdevs": topic("dev-s"), "Tprodm": topic("prod-m"), "Tprodl": topic("prod-l")}


def test_a_loop_makes_properties_conditions_and_outputs_too() -> None:
    cache = {
        "Type": "AWS::ElastiCache::ServerlessCache",
        "Properties": {
            "ServerlessCacheName": "web",
            "Engine": "valkey",
            "Fn::ForEach::Texts": [
                "Which",
                ["Description", "KmsKeyId"],
                {"${Which}": {"Fn::Sub": "the ${Which}"}},
            ],
        },
    }
    declared = read(
        source(
            Conditions={"Fn::ForEach::C": ["N", ["1", "2"], {"Is${N}": {"Fn::Equals": [{"Ref": "N"}, "1"]}}]},
            Resources={
                "Fn::ForEach::Caches": [
                    "N",
                    ["1", "2"],
                    {"Cache${N}": {**cache, "Condition": "Is${N}"}},
                ],
            },
            Outputs={
                "Fn::ForEach::O": ["N", ["1"], {"Name${N}": {"Value": {"Fn::GetAtt": ["Cache${N}", "ARN"]}}}],
            },
        )
    )
    assert [(it.place.logical_id, it.description, it.kms_key_id) for it in declared.caches] == [
        ("Cache1", "the Description", "the KmsKeyId")
    ]
    assert [(it.key, it.value) for it in declared.outputs] == [
        ("Name1", "arn:aws:elasticache:us-east-1:111122223333:serverlesscache:web")
    ]


def test_a_loop_over_a_list_without_a_value_makes_nothing_and_check_says_so() -> None:
    loop = ["N", {"Ref": "Ids"}, {"T${N}": topic("${N}")}]
    bundle = source(Resources={"Fn::ForEach::T": loop}, Parameters={"Ids": {"Type": "CommaDelimitedList"}})
    assert [(it.place.stack, it.parameter, it.reason) for it in read(bundle, guess=True).not_judged] == [
        ("Shop", "Resources.Fn::ForEach::T[1]", "parameter Ids has no value")
    ]


@pytest.mark.parametrize(
    ("loop", "message"),
    [
        (["N", ["a"]], "take a list of 3 values"),
        ("N", "take a list of 3 values"),
        ([{"Ref": "N"}, ["a"], {}], "name its variable"),
        (["N", ["a"], []], "name its variable"),
        (["N", "a", {}], "be a list"),
        (["N", [["a"]], {"T${N}": topic("x")}], "be a text"),
        (["N", ["a", "b"], {"T": topic("x")}], "make members of other names"),
        (["N", ["a"], {"Own": topic("x")}], "make members of other names"),
    ],
)
def test_a_loop_that_is_none_is_refused_where_it_stands(loop: Any, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        bodies(Resources={"Fn::ForEach::T": loop, "Own": topic("own")})
    assert message in caught.value.message
    assert caught.value.parameter.startswith("Resources.Fn::ForEach::T")


def test_a_loop_over_what_loops_make_is_refused() -> None:
    with pytest.raises(TemplateError) as caught:
        bodies(Resources={"Fn::ForEach::T": ["N", [{"Ref": "Gone"}], {"T${N}": topic("x")}]})
    assert caught.value.code == "CircularReference"


@pytest.mark.parametrize("section", ["Parameters", "Mappings", "Outputs"])
def test_a_loop_elsewhere_or_without_the_transform_is_refused(section: str) -> None:
    with pytest.raises(TemplateError) as caught:
        bodies(**{section: {"Fn::ForEach::T": ["N", ["a"], {}]}}, transform=[SERVERLESS])
    assert (caught.value.code, caught.value.parameter) == ("InvalidFunction", section)


def test_loops_that_make_far_more_than_the_template_is_are_stopped() -> None:
    names = "ABCDEFGHIJKLMNOPQR"
    loop: Any = ["Z", ["a", "b"], {"T${Z}" + "".join(f"${{{name}}}" for name in names): topic("x")}]
    for name in names:
        loop = [name, list("abcdefgh"), {f"Fn::ForEach::L{name}": loop}]
    with pytest.raises(TemplateError) as caught:
        bodies(Resources={"Fn::ForEach::T": loop})
    assert caught.value.code == "TextTooLong"


PLAIN = {
    "Cache": {
        "Type": "AWS::ElastiCache::ServerlessCache",
        "Properties": {"ServerlessCacheName": "web", "Engine": "valkey"},
    },
    "Function": {"Type": "AWS::Serverless::Function", "Properties": {"Role": {"Ref": "Whatever"}}},
}


@pytest.mark.parametrize("transform", [SERVERLESS, [EXTENSIONS, SERVERLESS]])
def test_the_serverless_transform_leaves_plain_resources_as_they_are(transform: Any) -> None:
    outputs = {"Role": {"Value": {"Fn::GetAtt": ["FunctionRole", "Arn"]}}}
    declared = read(source(transform, Resources=PLAIN, Outputs=outputs, Globals={"Function": {"Timeout": 3}}))
    assert [it.name for it in declared.caches] == ["web"]
    assert (
        "only AWS knows what these are written out to, so it isn't looked at: AWS::Serverless::Function (1)"
        in (declared.notes)
    )


def test_what_a_module_makes_may_be_referred_to() -> None:
    module = {"Type": "My::Own::Network::MODULE", "Properties": {}}
    cache = {
        "Type": "AWS::ElastiCache::ServerlessCache",
        "Properties": {
            "ServerlessCacheName": {"Fn::GetAtt": ["Net.Vpc", "Name"]},
            "Engine": "valkey",
            "SubnetIds": [{"Ref": "NetSubnetA"}, {"Ref": "Net.SubnetB"}],
        },
    }
    declared = read(source("AWS::LanguageExtensions", Resources={"Net": module, "C": cache}), guess=True)
    assert {(it.parameter, it.reason) for it in declared.not_judged} == {
        (f"Properties.{name}", "module Net is written out by AWS")
        for name in ("ServerlessCacheName", "SubnetIds[0]", "SubnetIds[1]")
    } | {("", "only AWS knows what My::Own::Network::MODULE is written out to")}
    with pytest.raises(TemplateError, match="name what the template declares"):
        read(source(Resources={"C": cache}))


def test_a_nested_stack_whose_template_is_elsewhere_is_a_note_and_its_outputs_are_not_judged() -> None:
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "https://example.com/net.yaml"},
    }
    cache = {
        "Type": "AWS::ElastiCache::ServerlessCache",
        "Properties": {
            "ServerlessCacheName": "web",
            "Engine": "valkey",
            "Description": {"Fn::GetAtt": ["Net", "Outputs.Text"]},
            "Tags": [{"Key": "stack", "Value": {"Ref": "Net"}}],
        },
    }
    declared = read(source(Resources={"Net": nested, "C": cache}), guess=True)
    assert [(it.parameter, it.reason) for it in declared.not_judged] == [
        ("Properties.Description", "the template of nested stack Net isn't at hand"),
        ("", "its template isn't at hand"),
    ]
    assert declared.notes[0] == (
        "Shop.Net: its template isn't at hand (\"https://example.com/net.yaml\"): what it declares isn't looked at"
    )
