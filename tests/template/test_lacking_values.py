"""Values that the templates don't hold: which have to be given, how they are, and what may go without."""

from collections.abc import Mapping
from typing import Any

import pytest

from cdk_elasticache.errors import ElastiCacheError
from cdk_elasticache.template.bundle import Bundle, StackTemplate
from cdk_elasticache.template.declaration import Declaration, Place
from cdk_elasticache.template.declare import declare, outputs
from cdk_elasticache.template.inputs import Inputs
from cdk_elasticache.template.networks import who_may_connect

ACCOUNT = "111122223333"
LACKING: dict[str, Any] = {
    "a parameter": {"Ref": "Given"},
    "an import": {"Fn::ImportValue": "given"},
    "an output of another stack": {"Fn::GetStackOutput": {"StackName": "Other", "OutputName": "Given"}},
    "an SSM parameter": "{{resolve:ssm:/given}}",
}
REMEDIES = {
    "a parameter": "give one with --parameter Shop:Given=VALUE",
    "an import": "give one with --import given=VALUE",
    "an output of another stack": "give one with --import Other.Given=VALUE",
    "an SSM parameter": "set one with: cdk-elasticache secret set /given",
}
UNKNOWN_OUTPUTS = {
    "a parameter": "Outputs.Out.Value.Ref > Parameters.Given must have a value, got none",
    "an import": "Outputs.Out.Value.Fn::ImportValue must name what a stack of the source exports, got "
    '{"Fn::ImportValue": "given"}',
    "an output of another stack": "Outputs.Out.Value.Fn::GetStackOutput must name a stack of the source in us-east-1, "
    'got {"StackName": "Other", "OutputName": "Given"}',
    "an SSM parameter": "",
}
every_kind = pytest.mark.parametrize("kind", LACKING)


def bundle(resources: Mapping[str, Any], **sections: Any) -> Bundle:
    parameters = {"Parameters": {"Given": {"Type": "String"}}}
    template = {"Resources": resources, **parameters, **sections}
    return Bundle((StackTemplate(name="Shop", template=template, account=ACCOUNT),))


def given(value: str) -> Inputs:
    imports = {"given": value, "Other.Given": value}
    return Inputs({"Given": value}, lambda reference: value if reference.id == "/given" else None)._replace(
        imports=imports
    )


def cache(**changes: Any) -> dict[str, Any]:
    own = {"ServerlessCacheName": "web", "Engine": "valkey"} | changes
    return {"Type": "AWS::ElastiCache::ServerlessCache", "Properties": own}


def user(**changes: Any) -> dict[str, Any]:
    own = {"UserId": "app", "UserName": "app", "Engine": "valkey", "AccessString": "on ~app:* +@read"}
    own["AuthenticationMode"] = {"Type": "iam"}  # type: ignore[assignment]
    return {"Type": "AWS::ElastiCache::User", "Properties": own | changes}


def declared_and_refused(source: Bundle) -> tuple[Declaration, list[tuple[str, str]]]:
    refused: list[tuple[str, str]] = []

    def refuse(error: ElastiCacheError, place: Place) -> None:
        refused.append((place.logical_id, error.remedy))

    return declare(source, refuse=refuse), refused


def unknown_values(declared: Declaration) -> list[tuple[str, str]]:
    return [(it.place.logical_id, it.parameter) for it in declared.not_judged if it.parameter]


@every_kind
@pytest.mark.parametrize(
    "resource",
    [
        lambda value: cache(ServerlessCacheName=value),
        lambda value: cache(UserGroupId=value),
        lambda value: cache(CacheUsageLimits={"ECPUPerSecond": {"Maximum": value}}),
        lambda value: user(AccessString=value),
        lambda value: user(UserId=value),
    ],
    ids=["name", "group", "limit", "access string", "user id"],
)
def test_what_a_cache_or_a_user_needs_has_to_be_given(kind: str, resource: Any) -> None:
    _, refused = declared_and_refused(bundle({"It": resource(LACKING[kind])}))
    assert refused == [("It", REMEDIES[kind])]


def test_all_that_is_lacking_is_told_at_once() -> None:
    resources = {
        "Cache": cache(ServerlessCacheName=LACKING["a parameter"], UserGroupId=LACKING["an import"]),
        "User": user(AccessString=LACKING["an SSM parameter"]),
        "Other": user(UserId="o", UserName=LACKING["an output of another stack"]),
    }
    _, refused = declared_and_refused(bundle(resources))
    kinds = ["a parameter", "an import", "an SSM parameter", "an output of another stack"]
    assert sorted(remedy for _, remedy in refused) == sorted(REMEDIES[kind] for kind in kinds)


@every_kind
def test_what_is_lacking_can_be_given(kind: str) -> None:
    inputs = given("on ~b:* +get")
    declared = declare(bundle({"User": user(AccessString=LACKING[kind])}), inputs)
    assert declared.users[0].access_string == "on ~b:* +get"


@every_kind
def test_nobody_has_to_give_what_one_machine_has_no_use_for(kind: str) -> None:
    value = LACKING[kind]
    group = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "GroupDescription": value,
            "SecurityGroupIngress": [{"IpProtocol": "tcp", "CidrIp": value, "FromPort": value}],
        },
    }
    network = {"SubnetIds": [value], "SecurityGroupIds": [value, {"Ref": "Group"}], "KmsKeyId": value}
    key = {"Type": "AWS::EC2::Instance", "Properties": {"KeyName": value}}
    source = bundle(
        {
            "Cache": cache(**network, NetworkType=value, ConnectionType=value),
            "Second": cache(ServerlessCacheName="b", SecurityGroupIds=[{"Ref": "Group"}]),
            "Group": group,
            "Key": key,
        },
        Outputs={"Out": {"Value": value}, "Name": {"Value": "known"}},
    )
    declared, refused = declared_and_refused(source)
    assert refused == []
    assert [it.name for it in declared.caches] == ["web", "b"]
    # AWS, too, leaves a dynamic reference in an output as it is.
    notes = [f"output Out of stack Shop isn't known here: {said}"] if (said := UNKNOWN_OUTPUTS[kind]) else []
    assert [it.key for it in declared.outputs] == (["Name"] if notes else ["Out", "Name"])
    assert outputs(source, Inputs()) == declared.outputs
    assert [note for note in declared.notes if note.startswith("output")] == notes
    assert list(who_may_connect(declared)) == [
        "cache b: its security groups let in, on AWS: unknown (tcp unknown)"
    ]


def test_what_a_mistake_says_of_such_a_property_is_still_told() -> None:
    _, refused = declared_and_refused(bundle({"Cache": cache(SubnetIds=[{"Ref": "Gone"}], KmsKeyId=[])}))
    assert [logical_id for logical_id, _ in refused] == ["Cache", "Cache"]


def test_a_policy_of_elasticache_needs_its_values_and_one_of_another_service_none() -> None:
    def policy(action: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Action": action, "Resource": LACKING["a parameter"]}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        own = {"PolicyName": "p", "PolicyDocument": document, "Roles": ["r"]}
        return {"Type": "AWS::IAM::Policy", "Properties": own}

    resources = {"Ours": policy("elasticache:Connect"), "Theirs": policy("logs:PutLogEvents")}
    _, refused = declared_and_refused(bundle(resources))
    assert refused == [("Ours", REMEDIES["a parameter"])]


@pytest.mark.parametrize("guess", [True, False])
def test_a_value_that_is_given_wins_over_what_the_source_exports(guess: bool) -> None:
    source = bundle(
        {"User": user(UserName=LACKING["an import"], UserId="given", AccessString="on +get")},
        Outputs={"It": {"Value": "exported", "Export": {"Name": "given"}}},
    )
    inputs = Inputs(guess=guess, imports={"given": "given"})
    declared = declare(source, inputs)
    assert (declared.users[0].name, declared.not_judged) == ("given", ())
    assert [note for note in declared.notes if "--import" in note] == []


def test_an_import_that_nothing_asks_for_is_told() -> None:
    declared = declare(bundle({"User": user()}), Inputs(imports={"typo": "x", "Other.Typo": "y"}))
    assert declared.notes == (
        "nothing that was read imports typo, which --import gives",
        "nothing that was read imports Other.Typo, which --import gives",
    )


NETWORK = {
    "Type": "AWS::CloudFormation::Stack",
    "Properties": {"TemplateURL": "https://example.com/net.yaml", "Parameters": {"Cidr": {"Ref": "Given"}}},
}


def test_a_nested_stack_whose_template_is_elsewhere_lacks_what_a_cache_needs_of_it_and_nothing_else() -> None:
    output = {"Fn::GetAtt": ["Net", "Outputs.Name"]}
    outputs_ = {"Out": {"Value": output}}
    unused = bundle({"Net": NETWORK, "Cache": cache(SubnetIds=[output])}, Outputs=outputs_)
    declared, refused = declared_and_refused(unused)
    assert (refused, declared.outputs, len(declared.caches)) == ([], (), 1)
    needed = bundle({"Net": NETWORK, "Cache": cache(ServerlessCacheName=output)})
    assert declared_and_refused(needed)[1] == [("Cache", "give one with --import Net.Outputs.Name=VALUE")]
    inputs = Inputs(imports={"Net.Outputs.Name": "shop"})
    for guess in (True, False):
        declared = declare(needed, inputs._replace(guess=guess))
        assert ([it.name for it in declared.caches], unknown_values(declared)) == (["shop"], [])


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ({"Ref": "ModGroup"}, "ModGroup"),
        ({"Fn::GetAtt": ["Mod.Group", "Id"]}, "Mod.Group.Id"),
        ({"Fn::Sub": "${FunctionRole.Arn}"}, "FunctionRole.Arn"),
    ],
)
@pytest.mark.parametrize("guess", [True, False])
def test_what_aws_alone_makes_can_be_given_and_is_named_where_it_is_not(
    expression: Any, name: str, guess: bool
) -> None:
    resources = {"Mod": {"Type": "My::Own::Thing::MODULE"}, "Cache": cache(UserGroupId=expression)}
    source = bundle(resources, Transform="AWS::Serverless-2016-10-31")
    declared = declare(source, Inputs(guess=guess, imports={name: "team"}))
    assert (declared.caches[0].user_group_id, unknown_values(declared)) == ("team", [])
    without = declare(source, Inputs(guess=guess))
    assert unknown_values(without) == [("Cache", "Properties.UserGroupId")]
