"""Properties that a resource doesn't have."""

from collections.abc import Mapping
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from cdk_elasticache.errors import TemplateError
from cdk_elasticache.template.schema import SCHEMAS
from tests.template.test_declare import cache, read, resource, user

#: Properties that only the service sets, which the CDK's L1 takes nevertheless.
FILLED_BY_THE_SERVICE = {"Endpoint", "ReaderEndpoint"}


@pytest.mark.parametrize("type_", SCHEMAS)
def test_the_properties_are_those_of_cloudformations_own_schema(type_: str) -> None:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type_).schema
    read_only = {pointer.split("/")[2] for pointer in schema["readOnlyProperties"]}
    assert set(SCHEMAS[type_]) - FILLED_BY_THE_SERVICE == set(schema["properties"]) - read_only


def test_the_members_of_limits_are_those_of_cloudformations_own_schema() -> None:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(
        "us-east-1", "AWS::ElastiCache::ServerlessCache"
    ).schema
    limits: Mapping[str, Any] = SCHEMAS["AWS::ElastiCache::ServerlessCache"]["CacheUsageLimits"]
    assert set(limits) == set(schema["definitions"]["CacheUsageLimits"]["properties"])
    for name, members in limits.items():
        assert set(members) == set(schema["definitions"][name]["properties"])


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        (
            {"C": cache(UserGroupID="staff")},
            "Properties.UserGroupID must be a property that CloudFormation knows, got UserGroupID; "
            "did you mean UserGroupId?",
        ),
        (
            {"C": cache(CacheUsageLimits={"DataStorage": {"Unit": "GB", "maximum": 5}})},
            "Properties.CacheUsageLimits.DataStorage.maximum must be a property that CloudFormation knows, "
            "got maximum; did you mean Maximum?",
        ),
        (
            {"C": cache(Tags=[{"Key": "a", "value": "b"}])},
            "Properties.Tags[0].value must be a property that CloudFormation knows, got value; did you mean Value?",
        ),
        (
            {"U": user(AuthenticationMode={"Type": "iam", "Password": ["secret"]})},
            "Properties.AuthenticationMode.Password must be a property that CloudFormation knows, got Password; "
            "did you mean Passwords?",
        ),
        (
            {"G": resource("ElastiCache::UserGroup", UserGroupId="g", Engine="valkey", UserIDs=["u"])},
            "Properties.UserIDs must be a property that CloudFormation knows, got UserIDs; did you mean UserIds?",
        ),
    ],
    ids=["cache", "limits", "tag", "authentication", "group"],
)
def test_a_misspelt_property_is_refused_as_cloudformation_does(
    resources: dict[str, Any], message: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        read(resources)
    assert (caught.value.code, caught.value.message) == ("UnknownProperty", message)


def test_a_property_that_may_be_newer_than_we_are_is_a_doubt() -> None:
    declared = read(
        {"C": cache(Colour="red", Endpoint={"Address": "set by the service"}, Tags=[{"Key": "a", "X": 1}])}
    )
    assert len(declared.caches) == 1
    assert [(place.logical_id, error.code, error.message) for place, error in declared.doubtful] == [
        (
            "C",
            "UnknownProperty",
            f"Properties.{where} must be a property that CloudFormation knows, got {name}; it has no effect here",
        )
        for where, name in (("Colour", "Colour"), ("Tags[0].X", "X"))
    ]


@pytest.mark.parametrize(
    ("resources", "code", "message"),
    [
        (
            {"C": {"Type": "AWS::ElastiCache::ServerlessCache", "Properties": {"Fn::If": ["A", {}, {}]}}},
            "InvalidFunction",
            "Properties must hold Fn::If alone in its object, got it in the place of a resource's properties",
        ),
        (
            {"C": cache(**{"Fn::Transform": {"Name": "AWS::Include"}})},
            "UnsupportedTransform",
            "Properties.Fn::Transform must be written out: Fn::Transform runs in AWS only, got AWS::Include",
        ),
        (
            {"C": cache(CacheUsageLimits={"DataStorage": {"Unit": "GB"}, "Fn::Transform": {"Name": "Mine"}})},
            "UnsupportedTransform",
            "Properties.CacheUsageLimits.Fn::Transform must be written out: Fn::Transform runs in AWS only, got Mine",
        ),
        (
            {"C": cache(Tags=[{"Key": "a", "Fn::Transform": {"Name": "Mine"}}])},
            "UnsupportedTransform",
            "Properties.Tags[0].Fn::Transform must be written out: Fn::Transform runs in AWS only, got Mine",
        ),
    ],
    ids=["If for all", "Transform among properties", "Transform within", "Transform in a list"],
)
def test_a_function_in_the_place_of_a_property_is_an_error_and_never_left_out(
    resources: dict[str, Any], code: str, message: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        read(resources)
    assert (caught.value.code, caught.value.message) == (code, message)


def test_nodes_that_are_no_serverless_cache_are_said_to_be_left_out() -> None:
    nodes = {name: resource("ElastiCache::ReplicationGroup") for name in ("A", "B")}
    declared = read({"C": cache(), "Subnets": resource("ElastiCache::SubnetGroup"), **nodes})
    assert declared.notes == (
        "only serverless caches run here, and are checked: not AWS::ElastiCache::ReplicationGroup (2), "
        "AWS::ElastiCache::SubnetGroup (1)",
    )
