"""What only a deployment knows: it passes every rule that it could satisfy, and is named as not judged."""

import itertools
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_elasticache.errors import ElastiCacheError
from cdk_elasticache.template.bundle import Bundle, StackTemplate
from cdk_elasticache.template.conditions import truth
from cdk_elasticache.template.declaration import Declaration, Place
from cdk_elasticache.template.declare import declare
from cdk_elasticache.template.inputs import Inputs
from cdk_elasticache.template.location import Location
from cdk_elasticache.template.rules import warnings
from cdk_elasticache.template.stacks import Stacks

ACCOUNT = "111122223333"
TEXT = {"Type": "String"}
LISTS = [
    {"Type": "CommaDelimitedList"},
    {"Type": "List<Number>"},
    {"Type": "List<AWS::EC2::Subnet::Id>"},
    {"Type": "AWS::SSM::Parameter::Value<List<String>>"},
    {"Type": "AWS::SSM::Parameter::Value<CommaDelimitedList>", "Default": "/shop/ids"},
]
Told = list[tuple[str, str, str]]


def checked(resources: Mapping[str, Any], **sections: Any) -> tuple[Declaration, Told]:
    """What a template declares where nothing is known, and each error: where, under which condition, which code."""
    told: Told = []

    def refuse(error: ElastiCacheError, place: Place) -> None:
        told.append((place.logical_id, place.condition, error.code))

    source = StackTemplate(name="Shop", template={"Resources": resources, **sections}, account=ACCOUNT)
    return declare(Bundle((source,)), Inputs(guess=True), refuse=refuse), told


def resource(kind: str, condition: str = "", **properties: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"Type": f"AWS::ElastiCache::{kind}", "Properties": properties}
    return made | ({"Condition": condition} if condition else {})


def user(condition: str = "", **changes: Any) -> dict[str, Any]:
    own = {"UserId": "app", "UserName": "app", "Engine": "valkey", "AccessString": "on ~app:* +@read"}
    return resource("User", condition, **own | {"AuthenticationMode": {"Type": "iam"}} | changes)


def cache(condition: str = "", **changes: Any) -> dict[str, Any]:
    return resource(
        "ServerlessCache", condition, **{"ServerlessCacheName": "web", "Engine": "valkey"} | changes
    )


def not_judged(declared: Declaration) -> list[tuple[str, str, str]]:
    return [(it.place.logical_id, it.parameter, it.reason) for it in declared.not_judged]


@pytest.mark.parametrize("declaration", LISTS, ids=json.dumps)
def test_a_list_without_a_value_may_hold_whatever_a_rule_wants(declaration: dict[str, Any]) -> None:
    group = resource("UserGroup", UserGroupId="g", Engine="redis", UserIds={"Ref": "Ids"})
    subnets = {"Fn::Split": [",", {"Fn::Join": [",", {"Ref": "Ids"}]}]}
    declared, told = checked(
        {
            "G": group,
            "C": cache(SubnetIds={"Ref": "Ids"}, SnapshotArnsToRestore={"Ref": "Ids"}),
            "D": cache(ServerlessCacheName="d", SubnetIds=subnets, Tags={"Ref": "Ids"}),
            "E": cache(ServerlessCacheName="e", SubnetIds=[{"Fn::Select": [5, {"Ref": "Ids"}]}]),
        },
        Parameters={"Ids": declaration},
    )
    assert told == []
    stored = declaration["Type"].startswith("AWS::SSM") and "Default" in declaration
    reason = "ssm /shop/ids has no value here" if stored else "parameter Ids has no value"
    assert not_judged(declared) == [
        ("G", "Properties.UserIds[0]", reason),
        ("C", "Properties.SubnetIds[0]", reason),
        ("C", "Properties.SnapshotArnsToRestore[0]", reason),
        ("D", "Properties.Tags[0]", reason),
        ("D", "Properties.SubnetIds[0]", reason),
        ("E", "Properties.SubnetIds[0]", reason),
    ]


def test_a_name_without_a_value_may_be_the_default_users() -> None:
    group = resource("UserGroup", UserGroupId="g", Engine="redis", UserIds=["a", "b"])
    users = {
        "A": user(UserId="a", UserName="a", Engine="redis"),
        "B": user(
            UserId="b",
            UserName={"Ref": "Name"},
            Engine="redis",
            AuthenticationMode={"Type": "no-password-required"},
        ),
    }
    declared, told = checked({"G": group, **users}, Parameters={"Name": TEXT})
    assert told == []
    assert not_judged(declared) == [("B", "Properties.UserName", "parameter Name has no value")]


def test_a_number_without_a_value_is_within_every_bound() -> None:
    unknown = {"Ref": "Number"}
    made = cache(
        DailySnapshotTime="05:00",
        SnapshotRetentionLimit=unknown,
        CacheUsageLimits={
            "DataStorage": {"Unit": "GB", "Minimum": unknown, "Maximum": 1},
            "ECPUPerSecond": {"Minimum": 9000, "Maximum": unknown},
        },
    )
    declared, told = checked({"C": made}, Parameters={"Number": {"Type": "Number"}})
    assert (told, list(warnings(declared))) == ([], [])
    assert [parameter for _, parameter, _ in not_judged(declared)] == [
        "Properties.CacheUsageLimits.DataStorage.Minimum",
        "Properties.CacheUsageLimits.ECPUPerSecond.Maximum",
        "Properties.SnapshotRetentionLimit",
    ]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ({"Ref": "Rules"}, "parameter Rules has no value"),
        ({"Fn::Sub": "on ~${Rules} +get"}, "parameter Rules has no value"),
        ({"Fn::ImportValue": "rules"}, "no stack of the source exports rules"),
        ("on ~{{resolve:ssm:/rules}} +get", "ssm /rules has no value here"),
        ({"Fn::FindInMap": ["Map", {"Ref": "Rules"}, "x"]}, "parameter Rules has no value"),
        ({"Fn::If": ["Unknown", "on +get", "on +set"]}, "condition Unknown can't be decided"),
        (
            {"Fn::GetStackOutput": {"StackName": "Other", "OutputName": "O"}},
            "stack Other is none of the source in us-east-1",
        ),
        ({"Fn::Base64": {"Ref": "Rules"}}, "parameter Rules has no value"),
    ],
    ids=json.dumps,
)
def test_what_is_made_of_an_unknown_value_is_named_with_the_reason(expression: Any, reason: str) -> None:
    declared, told = checked(
        {"U": user(AccessString=expression)},
        Parameters={"Rules": TEXT},
        Conditions={"Unknown": {"Fn::Equals": [{"Ref": "Rules"}, "x"]}},
        Mappings={"Map": {"a": {"x": "on +get"}}},
    )
    assert told == []
    assert not_judged(declared) == [("U", "Properties.AccessString", reason)]


def test_passwords_that_are_kept_elsewhere_are_not_judged_and_those_the_template_makes_are() -> None:
    elsewhere = "{{resolve:secretsmanager:shop:SecretString:password::}}"
    own = {"Fn::Sub": "{{resolve:secretsmanager:${Made}:SecretString:password::}}"}
    secret = {
        "Type": "AWS::SecretsManager::Secret",
        "Properties": {"SecretString": '{"password": "correct horse battery staple"}'},
    }
    declared, told = checked(
        {
            "U": user(AuthenticationMode={"Type": "password", "Passwords": [elsewhere]}),
            "V": user(UserId="v", UserName="v", AuthenticationMode={"Type": "password", "Passwords": [own]}),
            "Made": secret,
        }
    )
    assert told == []
    assert not_judged(declared) == [
        (
            "U",
            "Properties.AuthenticationMode.Passwords[0]",
            "secretsmanager shop (key password) has no value here",
        )
    ]


UNKNOWN = {"Parameters": {"Stage": TEXT}, "Conditions": {}}
PROD = {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
CONDITIONS = {
    "Parameters": {"Stage": TEXT},
    "Conditions": {
        "IsProd": PROD,
        "IsTest": {"Fn::Not": [{"Condition": "IsProd"}]},
        "Never": {"Fn::Equals": [1, 2]},
    },
}


def test_what_stands_under_an_undecided_condition_is_checked_and_its_findings_say_so() -> None:
    declared, told = checked(
        {"C": cache("IsProd", Description="<", DailySnapshotTime="25:00"), "D": cache("IsTest")}, **CONDITIONS
    )
    assert told == [
        ("C", "IsProd", "InvalidDescriptionCharacters"),
        ("C", "IsProd", "InvalidDailySnapshotTime"),
    ]
    assert [(place.condition, doubt.id) for place, doubt in warnings(declared)] == [
        ("IsProd", "backup-time-without-retention")
    ]
    assert not_judged(declared) == [
        ("C", "", "condition IsProd can't be decided, so it may not be there"),
        ("D", "", "condition IsTest can't be decided, so it may not be there"),
    ]


def test_a_name_is_taken_twice_only_by_resources_of_the_same_condition() -> None:
    resources = {"C": cache("IsProd"), "D": cache("IsTest"), "E": cache("IsProd"), "F": cache()}
    assert checked(resources, **CONDITIONS)[1] == [("E", "IsProd", "DuplicateName")]


def test_what_a_decided_condition_leaves_out_is_named_too() -> None:
    declared, told = checked({"C": cache("Never", Description="<")}, **CONDITIONS)
    assert (told, declared.caches, declared.counts["caches"]) == ([], (), 0)
    assert not_judged(declared) == [("C", "", "condition Never leaves it out")]


def test_each_property_of_a_resource_tells_its_error() -> None:
    wrong: dict[str, Any] = {
        "Description": "<",
        "Engine": {"Ref": "Gone"},
        "SnapshotRetentionLimit": "many",
        "FinalSnapshotName": "a--b",
        "SnapshotArnsToRestore": ["x", "y"],
        "SubnetIds": "subnet-1",
        "NetworkType": "ipv5",
        "CacheUsageLimits": {"DataStorage": {"Unit": "TB", "Maximum": 0}, "ECPUPerSecond": {"Minimum": 1}},
    }
    declared, told = checked({"C": cache(**wrong) | {"DeletionPolicy": "Keep", "DependsOn": "Gone"}})
    assert {code for _, _, code in told} == {
        "UnresolvedReference",
        "InvalidDescriptionCharacters",
        "InvalidValue",
        "InvalidBackupNameConsecutiveHyphens",
        "InvalidBackupArn",
        "InvalidChoice",
        "InvalidDataStorageMaximum",
        "InvalidRequestRateMinimum",
    }
    assert (len(declared.caches), declared.counts) == (1, {"caches": 1, "users": 0, "groups": 0})
    assert not_judged(declared) == []


def test_a_user_tells_all_its_errors() -> None:
    declared, told = checked(
        {
            "U": user(
                UserId="9", UserName="", Engine="mysql", AccessString="off >secret", AuthenticationMode={}
            )
        }
    )
    assert [code for _, _, code in told] == [
        "MissingProperty",
        "PasswordInAccessString",
        "InvalidIdentifier",
        "EmptyName",
        "UnsupportedUserEngine",
    ]
    assert declared.counts["users"] == 1


def test_resources_that_cannot_be_read_at_all_are_counted() -> None:
    broken = {"C": {"Type": "AWS::ElastiCache::ServerlessCache", "Properties": [], "Condition": "Gone"}}
    declared, told = checked({**broken, "D": cache() | {"Properties": "x"}})
    assert [code for _, _, code in told] == ["UnresolvedReference", "InvalidTemplate"]
    assert declared.counts["caches"] == 2


ATOMS = st.sampled_from(["a", "b", {"Ref": "P"}, {"Ref": "Q"}, {"Fn::Join": ["", ["a", {"Ref": "P"}]]}])
EXPRESSIONS = st.recursive(
    st.tuples(ATOMS, ATOMS).map(lambda sides: {"Fn::Equals": list(sides)}),
    lambda inner: st.one_of(
        inner.map(lambda it: {"Fn::Not": [it]}),
        st.lists(inner, min_size=2, max_size=3).map(lambda sides: {"Fn::And": sides}),
        st.lists(inner, min_size=2, max_size=3).map(lambda sides: {"Fn::Or": sides}),
    ),
    max_leaves=6,
)


@settings(max_examples=200)
@given(EXPRESSIONS)
def test_a_condition_is_decided_only_where_every_deployment_decides_it_alike(expression: Any) -> None:
    source = StackTemplate(
        name="Shop", template={"Parameters": {"P": TEXT, "Q": TEXT}, "Resources": {}}, account=ACCOUNT
    )

    def evaluate(inputs: Inputs) -> bool | None:
        return truth(Stacks(Bundle((source,)), inputs).top[0], expression, Location("Shop"))

    found = evaluate(Inputs(guess=True))
    possible = {
        evaluate(Inputs(parameters={"P": p, "Q": q}))
        for p, q in itertools.product(["a", "b", "aa", "c"], repeat=2)
    }
    assert found is None or possible == {found}


@pytest.mark.parametrize("engine", [{"Engine": "keydb"}, {"Engine": "valkey", "MajorEngineVersion": "6"}])
def test_an_engine_that_is_not_known_to_be_offered_is_doubted(engine: dict[str, str]) -> None:
    declared, told = checked({"C": cache(**engine)})
    assert (told, [doubt.id for _, doubt in warnings(declared)]) == ([], ["unknown-engine"])


@pytest.mark.parametrize("engine", [{"Ref": "Engine"}, {"Fn::Sub": "val${Engine}"}])
def test_an_engine_without_a_value_is_not_doubted(engine: Any) -> None:
    declared, told = checked({"C": cache(Engine=engine, MajorEngineVersion="6")}, Parameters={"Engine": TEXT})
    assert (told, list(warnings(declared))) == ([], [])


@pytest.mark.parametrize(
    "argument", ["IsProd", ["IsProd"], ["IsProd", {"Ref": "C"}, 1, 2], {"a": {"Ref": "C"}}]
)
def test_a_choice_that_is_none_is_told_once_and_is_no_circle(argument: Any) -> None:
    _, told = checked({"C": cache(Description={"Fn::If": argument})}, **CONDITIONS)
    assert told == [("C", "", "InvalidFunction")]


@pytest.mark.parametrize("tags", [["x"], [1], [["Key", "a"]], [{"Key": "a", "Value": "b"}, "x"]])
def test_a_scalar_or_a_list_where_objects_are_listed_is_refused(tags: Any) -> None:
    assert checked({"C": cache(Tags=tags)})[1] == [("C", "", "InvalidValue")]


@pytest.mark.parametrize("allowed", ["abc", {"a": 1}, 3])
def test_allowed_values_that_are_no_list_allow_nothing_less(allowed: Any) -> None:
    parameters = {"Text": {"Type": "String", "AllowedValues": allowed, "Default": "xyz"}}
    declared, told = checked({"C": cache(Description={"Ref": "Text"})}, Parameters=parameters)
    assert (told, declared.caches[0].description) == ([], "xyz")
