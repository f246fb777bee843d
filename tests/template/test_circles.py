"""Resources that wait for one another."""

from typing import Any

import pytest

from cdk_elasticache.errors import ElastiCacheError, TemplateError
from cdk_elasticache.template.bundle import Bundle
from cdk_elasticache.template.declaration import Place
from cdk_elasticache.template.declare import declare
from tests.template.test_declare import cache, read, resource, stack, user

YES_AND_NO = {"Yes": {"Fn::Equals": [1, 1]}}
ARN = {"Fn::GetAtt": ["C", "ARN"]}


def circles(resources: dict[str, Any], **sections: Any) -> list[tuple[str, str]]:
    found: list[tuple[ElastiCacheError, Place]] = []
    bundle = Bundle((stack(Resources=resources, **sections),))
    declare(bundle, refuse=lambda error, place: found.append((error, place)))
    return [(place.logical_id, error.message) for error, place in found if error.code == "CircularReference"]


@pytest.mark.parametrize(
    "waits",
    [
        user() | {"DependsOn": "C"},
        user() | {"DependsOn": ["X", "C"]},
        user(Tags=[{"Key": "cache", "Value": {"Ref": "C"}}]),
        user(Tags=[{"Key": "cache", "Value": ARN}]),
        user(Tags=[{"Key": "cache", "Value": {"Fn::GetAtt": "C.ARN"}}]),
        user(Tags=[{"Key": "cache", "Value": {"Fn::Sub": "of ${C.ARN}"}}]),
        user(Tags=[{"Key": "cache", "Value": {"Fn::Sub": ["${own}", {"own": {"Ref": "C"}}]}}]),
        user(Tags=[{"Key": "cache", "Value": {"Fn::If": ["Yes", ARN, "none"]}}]),
    ],
    ids=[
        "DependsOn",
        "DependsOn of several",
        "Ref",
        "GetAtt",
        "short GetAtt",
        "Sub",
        "Sub with variables",
        "If",
    ],
)
def test_a_circle_is_told_once_whichever_way_it_goes(waits: dict[str, Any]) -> None:
    others = {
        "C": cache() | {"DependsOn": "U"},
        "X": resource("SNS::Topic"),
        "V": user(UserId="v", UserName="v"),
    }
    others["V"]["DependsOn"] = "C"  # it waits for the circle, and is no part of it
    assert circles({"U": waits, **others}, Conditions=YES_AND_NO) == [
        ("U", "Shop.U must not wait for itself, got U -> C -> U")
    ]


def test_a_circle_may_go_through_resources_of_other_services() -> None:
    parameter = resource("SSM::Parameter", Value={"Fn::GetAtt": ["C", "Endpoint.Address"]})
    with pytest.raises(TemplateError) as caught:
        read(
            {
                "C": cache() | {"DependsOn": "Topic"},
                "Topic": resource("SNS::Topic", Name={"Ref": "P"}),
                "P": parameter,
            }
        )
    assert str(caught.value) == (
        "Shop.C must not wait for itself, got C -> Topic -> P -> C [CircularReference at Shop.C]"
    )


@pytest.mark.parametrize(
    "apart",
    [
        user(Tags=[{"Key": "cache", "Value": {"Fn::If": ["Yes", "none", ARN]}}]),
        user(Tags=[{"Key": "cache", "Value": {"Fn::Sub": ["${C} ${!C}", {"C": "its own"}]}}]),
        user() | {"Metadata": {"cache": {"Ref": "C"}}},
    ],
    ids=["the other side of an If", "a variable of the same name", "metadata"],
)
def test_what_refers_to_nothing_that_waits_is_no_circle(apart: dict[str, Any]) -> None:
    assert circles({"U": apart, "C": cache() | {"DependsOn": "U"}}, Conditions=YES_AND_NO) == []


def test_a_circle_that_nothing_of_ours_waits_for_is_left_to_aws() -> None:
    topics = {
        "A": resource("SNS::Topic") | {"DependsOn": "B"},
        "B": resource("SNS::Topic") | {"DependsOn": "A"},
    }
    assert circles({"C": cache(), **topics}) == []


def test_a_chain_of_ten_thousand_is_no_circle_and_no_trouble() -> None:
    chain = {f"T{n}": resource("SNS::Topic") | {"DependsOn": f"T{n + 1}"} for n in range(10_000)}
    assert circles({"C": cache() | {"DependsOn": "T0"}, **chain, "T10000": resource("SNS::Topic")}) == []
