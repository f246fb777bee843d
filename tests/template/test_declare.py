"""What a template declares, as plain values. Templates by hand; those of the CDK are in test_load.py."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_elasticache.errors import ElastiCacheError, TemplateError, ValidationError
from cdk_elasticache.model.engines import CacheEngine
from cdk_elasticache.template.bundle import Bundle, StackTemplate
from cdk_elasticache.template.declaration import (
    Cache,
    Declaration,
    Ingress,
    Place,
    Policy,
    Secret,
    SecurityGroup,
    Snapshot,
    User,
    UserGroup,
)
from cdk_elasticache.template.declare import declare, outputs
from cdk_elasticache.template.dynamic_references import Confidential, DynamicReference
from cdk_elasticache.template.inputs import Inputs
from cdk_elasticache.template.networks import who_may_connect
from cdk_elasticache.template.parse import parse

ACCOUNT = "111122223333"
PASSWORD = "correct horse battery staple"


def stack(name: str = "Shop", **sections: Any) -> StackTemplate:
    return StackTemplate(name=name, template={"Resources": {}, **sections}, account=ACCOUNT)


def read(resources: Mapping[str, Any], inputs: Inputs | None = None, **sections: Any) -> Declaration:
    return declare(Bundle((stack(Resources=resources, **sections),)), inputs)


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def user(**changes: Any) -> dict[str, Any]:
    given = {
        "UserId": "app",
        "UserName": "app",
        "Engine": "valkey",
        "AccessString": "on ~app:* +@read",
        "AuthenticationMode": {"Type": "iam"},
    } | changes
    return resource(
        "ElastiCache::User", **{name: value for name, value in given.items() if value is not None}
    )


def cache(**changes: Any) -> dict[str, Any]:
    return resource(
        "ElastiCache::ServerlessCache", **{"ServerlessCacheName": "c", "Engine": "valkey", **changes}
    )


def arn(kind: str, name: str) -> str:
    return f"arn:aws:elasticache:us-east-1:{ACCOUNT}:{kind}:{name}"


def test_a_template_by_hand_in_yaml_is_read_whole() -> None:
    template = parse(
        """
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Stage: {Type: String, Default: prod}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Cache:
    Type: AWS::ElastiCache::ServerlessCache
    DeletionPolicy: Retain
    DependsOn: Group
    Metadata: {'aws:cdk:path': Shop/Cache/Resource}
    Properties:
      ServerlessCacheName: !Sub '${Stage}-Cache'
      Engine: valkey
      MajorEngineVersion: 8
      Description: !If [IsProd, for sale, !Ref AWS::NoValue]
      CacheUsageLimits:
        DataStorage: {Unit: GB, Minimum: 1, Maximum: '10'}
        ECPUPerSecond: {Maximum: 5000}
      UserGroupId: !Ref Group
      SecurityGroupIds: [sg-1]
      SubnetIds: !Split [',', 'subnet-1,subnet-2']
      DailySnapshotTime: 11:00
      SnapshotRetentionLimit: 3
      Tags: [{Key: team, Value: shop}]
  Group:
    Type: AWS::ElastiCache::UserGroup
    Properties: {UserGroupId: people, Engine: valkey, UserIds: [!Ref App]}
  App:
    Type: AWS::ElastiCache::User
    Properties:
      UserId: app
      UserName: app
      Engine: valkey
      AccessString: on ~app:* +@read
      AuthenticationMode: {Type: iam}
  Backup:
    Type: AWS::ElastiCache::ServerlessCacheSnapshot
    Properties: {ServerlessCacheSnapshotName: before, ServerlessCacheName: !Ref Cache}
Outputs:
  Endpoint: {Value: !GetAtt Cache.Endpoint.Address, Description: where to connect}
""",
        "shop.yaml",
    )
    declared = declare(Bundle((StackTemplate(name="Shop", template=template, account=ACCOUNT),)))
    assert declared.caches == (
        Cache(
            place=Place(
                stack="Shop",
                logical_id="Cache",
                path="Shop/Cache/Resource",
                deletion_policy="Retain",
                depends_on=("Group",),
            ),
            name="prod-Cache",
            arn=arn("serverlesscache", "prod-cache"),
            engine=CacheEngine.VALKEY_8,
            description="for sale",
            data_storage_minimum=1,
            data_storage_maximum=10,
            request_rate_maximum=5000,
            user_group_id="people",
            security_group_ids=("sg-1",),
            subnet_ids=("subnet-1", "subnet-2"),
            daily_snapshot_time="11:00",
            snapshot_retention_limit=3,
            tags=(("team", "shop"),),
        ),
    )
    assert declared.groups == (
        UserGroup(
            place=Place(stack="Shop", logical_id="Group"),
            id="people",
            arn=arn("usergroup", "people"),
            engine="valkey",
            user_ids=("app",),
        ),
    )
    assert declared.users == (
        User(
            place=Place(stack="Shop", logical_id="App"),
            id="app",
            name="app",
            arn=arn("user", "app"),
            engine="valkey",
            access_string="on ~app:* +@read",
            authentication="iam",
        ),
    )
    assert declared.snapshots == (
        Snapshot(
            place=Place(stack="Shop", logical_id="Backup"),
            name="before",
            arn=arn("serverlesscachesnapshot", "before"),
            cache_name="prod-Cache",
        ),
    )
    assert [tuple(output) for output in declared.outputs] == [
        ("Shop", "Endpoint", "localhost", "where to connect")
    ]


@pytest.mark.parametrize(
    ("properties", "authentication", "passwords"),
    [
        ({"AuthenticationMode": {"Type": "password", "Passwords": [PASSWORD]}}, "password", [PASSWORD]),
        ({"AuthenticationMode": None, "Passwords": [PASSWORD]}, "password", [PASSWORD]),
        (
            {"AuthenticationMode": {"Type": "no-password-required"}, "Engine": "redis"},
            "no-password-required",
            [],
        ),
        (
            {"AuthenticationMode": None, "NoPasswordRequired": "true", "Engine": "redis"},
            "no-password-required",
            [],
        ),
        ({"NoPasswordRequired": False}, "iam", []),
    ],
)
def test_a_user_logs_in_as_either_of_the_two_ways_to_say_so_has_it(
    properties: dict[str, Any], authentication: str, passwords: list[str]
) -> None:
    (found,) = read({"U": user(**properties)}).users
    assert found.authentication == authentication
    assert found.passwords == tuple(map(Confidential, passwords))


def test_a_password_stays_a_reference_until_the_caller_answers_it() -> None:
    secret = resource("SecretsManager::Secret", Name="pw", GenerateSecretString={"PasswordLength": 20})
    password = {"Fn::Sub": "{{resolve:secretsmanager:${S}:SecretString:key::}}"}
    mode = {"Type": "password", "Passwords": [password]}
    declared = read({"S": secret, "U": user(AuthenticationMode=mode)})
    (declared_secret,) = declared.secrets
    assert declared_secret == Secret(
        place=Place(stack="Shop", logical_id="S"),
        name="pw",
        arn=declared_secret.arn,
        generate={"PasswordLength": 20},
    )
    assert declared_secret.arn.startswith(f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:pw-")
    reference = DynamicReference("secretsmanager", declared_secret.arn, "key")
    (found,) = declared.users[0].passwords
    assert (found.references, found.reveal({reference: PASSWORD}.get)) == ((reference,), PASSWORD)


def test_no_text_or_error_shows_a_secret() -> None:
    parameter = {"Pw": {"Type": "String", "NoEcho": True, "Default": PASSWORD}}
    mode = {"Type": "password", "Passwords": [{"Ref": "Pw"}]}
    secret = resource("SecretsManager::Secret", SecretString=PASSWORD)
    shown = [repr(read({"U": user(AuthenticationMode=mode), "S": secret}, Parameters=parameter))]
    broken: list[dict[str, Any]] = [
        {"Type": "password", "Passwords": [PASSWORD, PASSWORD]},
        {"Type": "password", "Passwords": [PASSWORD + "@"]},
        {"Type": "password", "Passwords": [[PASSWORD]]},
        {"Type": "password", "Passwords": PASSWORD},
        {"Type": "password", "Passwords": [{"Fn::Join": [PASSWORD, {"Ref": "Nowhere"}]}]},
        {"Type": "password", "Passwords": [{"Fn::Select": [7, [PASSWORD]]}]},
        {"Type": "iam", "Passwords": [PASSWORD]},
    ]
    for mode in broken:
        with pytest.raises(ElastiCacheError) as caught:
            read({"U": user(AuthenticationMode=mode)})
        shown += [str(caught.value), repr(caught.value.value), repr(caught.value.args)]
    for text in ({"Fn::Join": [" ", ["on", ">" + PASSWORD, {"Ref": "Gone"}]]}, ["#" + PASSWORD]):
        with pytest.raises(ElastiCacheError) as caught:
            read({"U": user(AccessString=text)})
        shown += [str(caught.value), repr(caught.value.value)]
    limited = {"Pw": {"Type": "String", "NoEcho": True, "Default": PASSWORD, "MaxLength": 5}}
    with pytest.raises(TemplateError) as refused:
        read({"U": user(UserId={"Ref": "Pw"})}, Parameters=limited)
    shown += [str(refused.value), repr(refused.value.value)]
    assert [text for text in shown if "horse" in text] == []


@pytest.mark.parametrize(
    ("resources", "code", "place"),
    [
        ({"C": cache(Description="<b>")}, "InvalidDescriptionCharacters", "Shop.C"),
        (
            {"C": cache(CacheUsageLimits={"DataStorage": {"Unit": "GB", "Maximum": 5001}})},
            "InvalidDataStorageMaximum",
            "Shop.C",
        ),
        ({"C": cache(CacheUsageLimits={"DataStorage": {"Unit": "TB"}})}, "InvalidChoice", "Shop.C"),
        (
            {"C": cache(CacheUsageLimits={"ECPUPerSecond": {"Minimum": 999}})},
            "InvalidRequestRateMinimum",
            "Shop.C",
        ),
        ({"C": cache(SnapshotRetentionLimit=36)}, "InvalidBackupRetentionLimit", "Shop.C"),
        ({"C": cache(FinalSnapshotName="a--b")}, "InvalidBackupNameConsecutiveHyphens", "Shop.C"),
        ({"C": cache(DailySnapshotTime="24:00")}, "InvalidDailySnapshotTime", "Shop.C"),
        ({"C": cache(SnapshotArnsToRestore=["nonsense"])}, "InvalidBackupArn", "Shop.C"),
        ({"C": cache(NetworkType="ipv5")}, "InvalidChoice", "Shop.C"),
        ({"C": cache(Engine="memcached", UserGroupId="g")}, "MemcachedUserGroupNotSupported", "Shop.C"),
        ({"U": user(UserId="bad id")}, "InvalidIdentifier", "Shop.U"),
        ({"U": user(UserName="other")}, "IamUserNameMustEqualUserId", "Shop.U"),
        ({"U": user(Engine="memcached")}, "UnsupportedUserEngine", "Shop.U"),
        ({"U": user(AccessString="on >secret")}, "PasswordInAccessString", "Shop.U"),
        ({"U": user(AuthenticationMode=None)}, "InvalidAuthentication", "Shop.U"),
        ({"U": user(AuthenticationMode={"Type": "face"})}, "InvalidChoice", "Shop.U"),
        ({"U": user(NoPasswordRequired=True)}, "InvalidAuthentication", "Shop.U"),
        ({"U": user(AuthenticationMode={"Type": "password"})}, "InvalidPasswordCount", "Shop.U"),
        (
            {"U": user(AuthenticationMode={"Type": "no-password-required"})},
            "UnsupportedEngineForNoPassword",
            "Shop.U",
        ),
        ({"U": user(), "V": user(UserId="APP", UserName="APP")}, "DuplicateName", "Shop.V"),
        (
            {"G": resource("ElastiCache::UserGroup", UserGroupId="g", Engine="redis", UserIds=[])},
            "RedisUserGroupMissingDefaultUser",
            "Shop.G",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_service_would_refuse_is_refused_with_the_models_own_code_and_the_place(
    resources: dict[str, Any], code: str, place: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        read(resources)
    assert (caught.value.code, caught.value.construct_path) == (code, place)


@pytest.mark.parametrize(
    "changes",
    [
        {"SnapshotRetentionLimit": 0},
        {"CacheUsageLimits": {"ECPUPerSecond": {"Minimum": 0, "Maximum": "15000000"}}},
        {"CacheUsageLimits": {"DataStorage": {"Unit": "GB", "Minimum": 5000, "Maximum": 5000}}},
        {"UserGroupId": "made-elsewhere"},
    ],
)
def test_what_the_service_takes_is_taken(changes: dict[str, Any]) -> None:
    assert len(read({"C": cache(**changes)}).caches) == 1


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ({"U": user(AccessString=None)}, "Properties.AccessString must be given, got nothing"),
        (
            {"U": user(AccessString=False)},
            "Properties.AccessString must be a text, which YAML's on, off, yes and no are not, got a boolean; "
            "put it in quotes",
        ),
        ({"C": cache(SubnetIds="subnet-1")}, 'Properties.SubnetIds must be a list, got "subnet-1"'),
        (
            {"C": cache(SubnetIds=[{"Fn::GetAtt": ["Gone", "Id"]}])},
            "Properties.SubnetIds[0].Fn::GetAtt must name what the template declares, got "
            '{"Fn::GetAtt": "Gone"}',
        ),
        (
            {"C": cache(SnapshotRetentionLimit="many")},
            'Properties.SnapshotRetentionLimit must be a number, got "many"',
        ),
        (
            {"C": cache(SnapshotRetentionLimit="1_0")},
            'Properties.SnapshotRetentionLimit must be a number, got "1_0"',
        ),
        (
            {"C": cache() | {"DeletionPolicy": "Keep"}},
            'DeletionPolicy must be one of Delete, Retain, RetainExceptOnCreate, Snapshot, got "Keep"',
        ),
        (
            {"C": cache() | {"DependsOn": ["Gone"]}},
            'DependsOn must name resources of the template, got ["Gone"]',
        ),
        (
            {"C": cache() | {"Condition": "Gone"}},
            'Condition must name a condition of the template, got "Gone"',
        ),
        (
            {"C": cache(Description="{{resolve:ssm:/text}}")},
            "Properties.Description must have a local value for each dynamic reference, got none for ssm /text; "
            "set one with: cdk-elasticache secret set /text",
        ),
        ({"C": {"Properties": {}}}, "Resources.C must be an object with a Type, got an object"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_an_error_that_names_property_and_expression(
    resources: dict[str, Any], message: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        read(resources)
    assert caught.value.message == message


def test_only_what_is_asked_for_is_resolved() -> None:
    unresolvable = {"Fn::ImportValue": "nowhere"}
    others = {
        "Topic": resource("SNS::Topic", DisplayName=unresolvable),
        "Policy": resource(
            "IAM::Policy",
            PolicyName="p",
            PolicyDocument={"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": unresolvable}]},
            Roles=["r"],
        ),
    }
    declared = read(
        {"C": cache(), **others},
        Parameters={"Unset": {"Type": "String"}},
        Conditions={"Unused": {"Fn::Equals": [unresolvable, 1]}},
        Rules={"R": {"Assertions": [{"Assert": {"Fn::Contains": [["1"], {"Ref": "Unset"}]}}]}},
    )
    assert (len(declared.caches), declared.principals, declared.notes) == (1, (), ())


def test_an_output_that_cannot_be_resolved_is_named_once_wherever_it_is_read() -> None:
    broken = {"O": {"Value": {"Ref": "Gone"}, "Export": {"Name": "o"}}}
    got = 'must name what the template declares, got {"Ref": "Gone"}'
    with pytest.raises(TemplateError) as caught:
        read({"C": cache()}, Outputs=broken)
    assert caught.value.message == f"Outputs.O.Value.Ref {got}"
    with pytest.raises(TemplateError) as caught:
        read({"C": cache(Description={"Fn::ImportValue": "o"})}, Outputs=broken)
    assert caught.value.message == f"Properties.Description.Fn::ImportValue > Outputs.O.Value.Ref {got}"


@pytest.mark.parametrize(
    ("sections", "got"),
    [
        ({"Transform": ["AWS::LanguageExtensions", "Own"]}, '"Own"'),
        ({"Resources": {"Fn::Transform": {"Name": "AWS::Include"}}}, "Fn::Transform"),
    ],
)
def test_a_transform_that_only_aws_knows_is_an_error_that_names_itself(
    sections: dict[str, Any], got: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        declare(Bundle((stack(**sections),)))
    assert caught.value.code == "UnsupportedTransform"
    assert f"got {got}" in caught.value.message


def test_a_parameter_takes_the_nearest_value() -> None:
    name = {"N": {"Type": "String", "Default": "default"}}

    def named(given: dict[str, str], assembly: dict[str, str] | None = None) -> str:
        template = {"Parameters": name, "Resources": {"C": cache(ServerlessCacheName={"Ref": "N"})}}
        source = StackTemplate(name="Shop", template=template, parameters=assembly or {})
        return declare(Bundle((source,)), Inputs(parameters=given)).caches[0].name

    assert named({}) == "default"
    assert named({}, {"N": "assembly"}) == "assembly"
    assert named({"N": "caller"}, {"N": "assembly"}) == "caller"
    assert named({"N": "caller", "Shop:N": "nearest"}) == "nearest"


@pytest.mark.parametrize(
    ("declared", "given", "code"),
    [
        ({"Type": "String"}, {}, "MissingParameter"),
        ({"Type": "String", "AllowedValues": ["a", "b"]}, {"N": "c"}, "InvalidParameter"),
        ({"Type": "Number", "Default": "x"}, {}, "InvalidParameter"),
        ({"Type": "Number", "MaxValue": 5}, {"N": "6"}, "InvalidParameter"),
        ({"Type": "String", "MinLength": "2"}, {"N": "a"}, "InvalidParameter"),
        ({"Type": "String"}, {"N": "a", "M": "b"}, "UnknownParameter"),
        ({"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a"}, {}, "UnresolvedDynamicReference"),
    ],
)
def test_a_parameter_without_a_fitting_value_is_refused(
    declared: dict[str, Any], given: dict[str, str], code: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        read(
            {"C": cache(ServerlessCacheName={"Ref": "N"})},
            Inputs(parameters=given),
            Parameters={"N": declared},
        )
    assert caught.value.code == code


def test_an_ssm_parameter_comes_from_the_caller_or_from_the_stack_that_declares_it() -> None:
    parameters = {"N": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name"}}
    consumer = stack(Parameters=parameters, Resources={"C": cache(ServerlessCacheName={"Ref": "N"})})
    producer = stack("Producer", Resources={"P": resource("SSM::Parameter", Name="/name", Value="declared")})
    bundle = Bundle((consumer, producer))
    assert declare(bundle).caches[0].name == "declared"
    answers = Inputs(lookup={DynamicReference("ssm", "/name"): "given"}.get)
    assert declare(bundle, answers).caches[0].name == "given"


def test_a_value_crosses_stacks_by_export_and_by_output_within_its_region() -> None:
    exported = {"Name": {"Value": "shared", "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-name"}}}}
    producer = stack("Producer", Outputs=exported)
    for name in (
        {"Fn::ImportValue": "Producer-name"},
        {"Fn::GetStackOutput": {"StackName": "Producer", "OutputName": "Name"}},
    ):
        consumer = stack("Consumer", Resources={"C": cache(ServerlessCacheName=name)})
        assert declare(Bundle((consumer, producer))).caches[0].name == "shared"
        with pytest.raises(TemplateError) as caught:
            declare(Bundle((consumer, producer._replace(region="eu-west-1"))))
        assert caught.value.code == "UnresolvedImport"


def test_an_output_of_another_region_is_had_by_naming_the_region() -> None:
    name = {"Fn::GetStackOutput": {"StackName": "Producer", "OutputName": "Name", "Region": "eu-west-1"}}
    producer = stack("Producer", Outputs={"Name": {"Value": "far"}})._replace(region="eu-west-1")
    consumer = stack("Consumer", Resources={"C": cache(ServerlessCacheName=name)})
    assert declare(Bundle((consumer, producer))).caches[0].name == "far"


def test_a_nested_stack_takes_its_parents_values_and_gives_its_outputs_back() -> None:
    inner = stack(
        "",
        Parameters={"Name": {"Type": "String"}},
        Resources={"C": cache(ServerlessCacheName={"Ref": "Name"})},
        Outputs={"Arn": {"Value": {"Fn::GetAtt": ["C", "ARN"]}}},
    )
    outer = stack(
        Resources={"N": resource("CloudFormation::Stack", TemplateURL="x", Parameters={"Name": "inner"})},
        Outputs={"Arn": {"Value": {"Fn::GetAtt": ["N", "Outputs.Arn"]}}},
    )
    declared = declare(Bundle((outer._replace(nested={"N": inner}),)))
    assert [found.name for found in declared.caches] == ["inner"]
    assert declared.caches[0].place.stack.startswith("Shop-N-")
    assert [output.value for output in declared.outputs] == [arn("serverlesscache", "inner")]


def test_a_name_taken_in_another_stack_is_an_error_but_not_where_accounts_are_guessed() -> None:
    bundle = Bundle(tuple(stack(name, Resources={"U": user()}) for name in ("Dev-App", "Prod-App")))
    with pytest.raises(ValidationError) as caught:
        declare(bundle)
    assert (caught.value.code, caught.value.construct_path) == ("DuplicateName", "Prod-App.U")
    assert len(declare(bundle, Inputs(guess=True)).users) == 2


def test_a_group_means_the_users_of_its_own_stack_before_those_of_another() -> None:
    def stage(name: str, engine: str) -> StackTemplate:
        group = resource("ElastiCache::UserGroup", UserGroupId="g", Engine=engine, UserIds=["app", "default"])
        return stack(name, Resources={"U": user(Engine=engine), "G": group})

    # A valkey user in a redis group would be refused.
    bundle = Bundle((stage("Redis", "redis"), stage("Valkey", "valkey")))
    assert len(declare(bundle, Inputs(guess=True)).groups) == 2


def test_outputs_take_the_endpoints_that_the_runtime_knows() -> None:
    address = {"Fn::Sub": "${C.Endpoint.Address}:${C.Endpoint.Port}"}
    bundle = Bundle((stack(Resources={"C": cache()}, Outputs={"Location": {"Value": address}}),))
    endpoint = {"Endpoint.Address": "127.0.0.1", "Endpoint.Port": "6399"}
    assert [output.value for output in outputs(bundle, Inputs())] == ["localhost:6379"]
    known = Inputs(attributes={arn("serverlesscache", "c"): endpoint})
    assert [output.value for output in outputs(bundle, known)] == ["127.0.0.1:6399"]


def test_stacks_of_one_name_in_two_regions_have_each_their_own_endpoints() -> None:
    port = {"P": {"Value": {"Fn::GetAtt": ["C", "Endpoint.Port"]}}}
    here = stack(Resources={"C": cache()}, Outputs=port)
    there = here._replace(region="eu-west-1")
    known = {arn("serverlesscache", "c"): {"Endpoint.Port": "1"}}
    known[arn("serverlesscache", "c").replace("us-east-1", "eu-west-1")] = {"Endpoint.Port": "2"}
    found = outputs(Bundle((here, there)), Inputs(attributes=known))
    assert [output.value for output in found] == ["1", "2"]


def test_chosen_stacks_come_with_those_they_depend_on_and_no_others() -> None:
    names = ("A", "B", "C")
    a, b, c = (stack(name, Resources={"X": cache(ServerlessCacheName=name)}) for name in names)
    bundle = Bundle((a, b._replace(depends_on=("A",)), c._replace(depends_on=("B",))))

    def chosen(*only: str) -> list[str]:
        return [found.name for found in declare(bundle, only=only).caches]

    assert [chosen(), chosen("A"), chosen("B"), chosen("C")] == [
        ["A", "B", "C"],
        ["A"],
        ["A", "B"],
        ["A", "B", "C"],
    ]
    with pytest.raises(TemplateError, match="stack must be one of the source, got 'D'; there are A, B, C"):
        chosen("D")


def test_security_groups_of_caches_tell_who_may_connect() -> None:
    group = resource(
        "EC2::SecurityGroup",
        GroupDescription="for the cache",
        SecurityGroupIngress=[
            {"IpProtocol": "tcp", "FromPort": 6379, "ToPort": 6380, "CidrIp": "10.0.0.0/8"}
        ],
    )
    beside = resource(
        "EC2::SecurityGroupIngress",
        GroupId={"Fn::GetAtt": ["G", "GroupId"]},
        IpProtocol="tcp",
        FromPort={"Fn::GetAtt": ["C", "Endpoint.Port"]},
        ToPort={"Fn::GetAtt": ["C", "Endpoint.Port"]},
        SourceSecurityGroupId="sg-peer",
        Description="from the peer",
    )
    from_own = resource(
        "EC2::SecurityGroupIngress",
        GroupId={"Ref": "G"},
        IpProtocol="-1",
        SourceSecurityGroupId={"Fn::GetAtt": ["Other", "GroupId"]},
    )
    declared = read(
        {
            "C": cache(SecurityGroupIds=[{"Fn::GetAtt": ["G", "GroupId"]}, "sg-elsewhere"]),
            "G": group,
            "I": beside,
            "J": from_own,
            "Other": resource("EC2::SecurityGroup", GroupDescription={"Fn::ImportValue": "nowhere"}),
            "Apart": cache(ServerlessCacheName="apart", SecurityGroupIds=["sg-elsewhere"]),
        }
    )
    own, _ = declared.caches[0].security_group_ids
    (from_other,) = [rule.peer for rule in declared.security_groups[0].ingress if rule.group]
    assert declared.security_groups == (
        SecurityGroup(
            place=Place(stack="Shop", logical_id="G"),
            id=own,
            description="for the cache",
            ingress=(
                Ingress(peer="10.0.0.0/8", protocol="tcp", from_port=6379, to_port=6380),
                Ingress("sg-peer", "tcp", 6379, 6379, "from the peer"),
                Ingress(from_other, "-1", group=Place(stack="Shop", logical_id="Other")),
            ),
        ),
    )
    assert list(who_may_connect(declared)) == [
        "cache c: its security groups let in, on AWS: 10.0.0.0/8 (tcp 6379-6380), sg-peer (tcp 6379), "
        "Shop.Other (all), whom sg-elsewhere lets in"
    ]


def test_a_security_group_without_a_rule_lets_nobody_in() -> None:
    closed = resource("EC2::SecurityGroup", GroupDescription="closed")
    declared = read({"C": cache(SecurityGroupIds=[{"Ref": "G"}]), "G": closed})
    assert list(who_may_connect(declared)) == [
        "cache c: its security groups let in, on AWS: nobody: no security group of it has a rule"
    ]


CONNECT = {"Effect": "Allow", "Action": "elasticache:Connect", "Resource": "*"}
WRITE = {"Effect": "Allow", "Action": ["s3:*", "sqs:SendMessage"], "Resource": "*"}


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def test_a_principals_policies_come_from_every_place_that_iam_has() -> None:
    inline = {"PolicyName": "inline", "PolicyDocument": document(CONNECT, WRITE)}
    declared = read(
        {
            "U": resource(
                "IAM::User",
                UserName="ann",
                Groups=[{"Ref": "G"}],
                Policies=[inline],
                PermissionsBoundary={"Ref": "M"},
                ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess", {"Ref": "M"}],
            ),
            "G": resource("IAM::Group", GroupName="team", Policies=[inline | {"PolicyName": "of-group"}]),
            "M": resource("IAM::ManagedPolicy", ManagedPolicyName="managed", PolicyDocument=document(CONNECT)),
            "P": resource("IAM::Policy", PolicyName="attached", PolicyDocument=document(CONNECT), Users=[{"Ref": "U"}]),
            "L": resource("IAM::UserPolicy", PolicyName="lone", PolicyDocument={"Statement": CONNECT}, UserName="ann"),
            "Dull": resource("IAM::Policy", PolicyName="dull", PolicyDocument=document(WRITE), Users=["ann"]),
        }
    )  # fmt: skip
    (ann,) = declared.principals
    at = {name: Place(stack="Shop", logical_id=name) for name in "UGMPL"}
    managed = Policy(name="managed", document=document(CONNECT), place=at["M"])
    assert (ann.kind, ann.name, ann.arn, ann.place) == (
        "user", "ann", f"arn:aws:iam::{ACCOUNT}:user/ann", at["U"],
    )  # fmt: skip
    assert ann.policies == (
        Policy(name="inline", document=document(CONNECT), place=at["U"]),
        Policy(name="attached", document=document(CONNECT), place=at["P"]),
        Policy(name="lone", document={"Version": "2008-10-17", "Statement": [CONNECT]}, place=at["L"]),
        Policy(name="of-group", document=document(CONNECT), place=at["G"]),
        managed,
    )
    assert (ann.boundary, ann.foreign_boundary) == (managed, "")
    assert ann.foreign_policies == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)


def test_a_boundary_from_elsewhere_is_told_from_the_policies_that_are_attached() -> None:
    limits = "arn:aws:iam::aws:policy/PowerUserAccess"
    declared = read({"R": resource("IAM::Role", PermissionsBoundary=limits)})
    (role,) = declared.principals
    assert (role.boundary, role.foreign_boundary, role.foreign_policies) == (None, limits, ())


def test_tags_are_the_stacks_the_nested_stacks_and_the_resources_own_and_the_nearest_wins() -> None:
    def tags(**own: str) -> list[dict[str, str]]:
        return [{"Key": key, "Value": value} for key, value in own.items()]

    tagged = {
        "C": cache(Tags=tags(c="own")),
        "U": user(Tags=tags(b="own", d="")),
        "R": resource("IAM::Role", RoleName="r", Tags=[*tags(c="own"), {"Key": "d", "Value": {"Ref": "C"}}]),
    }
    inner = StackTemplate(name="", template={"Resources": tagged})
    parent = resource("CloudFormation::Stack", Tags=tags(b="nested", c="nested"))
    outer = stack(Resources={"N": parent})._replace(nested={"N": inner}, tags={"a": "stack", "b": "stack"})
    declared = declare(Bundle((outer,)))
    above = {"a": "stack", "b": "nested", "c": "nested"}
    assert [dict(one.tags) for one in declared.caches] == [above | {"c": "own"}]
    assert [dict(one.tags) for one in declared.users] == [above | {"b": "own", "d": ""}]
    assert [one.tags for one in declared.principals] == [above | {"c": "own", "d": "c"}]


def test_the_tags_of_a_principal_that_only_a_policy_names_are_not_known() -> None:
    policy = resource("IAM::Policy", PolicyName="p", PolicyDocument=document(CONNECT), Roles=["ops"])
    assert [one.tags for one in read({"P": policy}).principals] == [None]


def test_a_tag_that_cannot_be_resolved_keeps_no_role_from_being_read() -> None:
    broken = [{"Key": "from", "Value": {"Fn::ImportValue": "nowhere"}}]
    (role,) = read({"R": resource("IAM::Role", RoleName="r", Tags=broken)}).principals
    assert (role.name, role.tags) == ("r", None)


def test_one_name_in_two_accounts_is_two_principals_and_two_groups() -> None:
    def of(account: str) -> StackTemplate:
        inline = {"PolicyName": account, "PolicyDocument": document(CONNECT)}
        resources = {
            "G": resource("IAM::Group", GroupName="team", Policies=[inline]),
            "U": resource("IAM::User", UserName="ann", Groups=["team"]),
        }
        return stack(f"Of{account}", Resources=resources)._replace(account=account)

    declared = declare(Bundle((of("111111111111"), of("222222222222"))))
    assert [(one.arn, [policy.name for policy in one.policies]) for one in declared.principals] == [
        ("arn:aws:iam::111111111111:user/ann", ["111111111111"]),
        ("arn:aws:iam::222222222222:user/ann", ["222222222222"]),
    ]


@pytest.mark.parametrize("text", [json.dumps, lambda tree: {"Fn::Sub": json.dumps(tree)}])
def test_a_policy_may_be_json_text(text: Callable[[Any], Any]) -> None:
    inline = {"PolicyName": "p", "PolicyDocument": text(document(CONNECT, WRITE))}
    (role,) = read({"R": resource("IAM::Role", Policies=[inline])}).principals
    assert [policy.document for policy in role.policies] == [document(CONNECT)]


def test_a_policy_of_text_that_is_no_json_is_refused_where_it_stands() -> None:
    inline = {"PolicyName": "p", "PolicyDocument": "{"}
    with pytest.raises(
        TemplateError, match=r"^Properties.Policies\[0\].PolicyDocument must be JSON"
    ) as caught:
        read({"R": resource("IAM::Role", Policies=[inline])})
    assert (caught.value.code, caught.value.construct_path) == ("InvalidTemplateText", "Shop.R")


@pytest.mark.parametrize(
    ("statements", "parameter"),
    [
        ([CONNECT | {"Effect": "allow"}], "Statement[0].Effect"),
        ([CONNECT | {"Resource": "web"}], "Statement[0].Resource"),
        ([CONNECT | {"Action": " elasticache:Connect"}], "Statement[0].Action"),
        ([CONNECT | {"Action": "elasti*:*"}], "Statement[0].Action"),
        ([CONNECT | {"Sid": "A"}, WRITE | {"Sid": "A"}], "Statement[1].Sid"),
        ([], "Statement"),
    ],
)
def test_a_policy_that_iam_refuses_is_refused_where_it_is_declared(
    statements: list[dict[str, Any]], parameter: str
) -> None:
    wrong = {"PolicyName": "wrong", "PolicyDocument": document(*statements)}
    for policy in (wrong, wrong | {"PolicyDocument": json.dumps(document(*statements))}):
        with pytest.raises(ValidationError) as caught:
            read({"R": resource("IAM::Role", Policies=[policy])})
        assert (caught.value.code, caught.value.parameter, caught.value.construct_path) == (
            "MalformedPolicyDocument",
            parameter,
            "Shop.R",
        )


@pytest.mark.parametrize("action", ["elasticache:Connect", "ElastiCache:*", "*"])
def test_a_role_that_only_a_policy_names_is_a_principal_where_the_policy_can_speak_of_elasticache(
    action: str,
) -> None:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    policy = resource("IAM::Policy", PolicyName="p", PolicyDocument=document(statement), Roles=["ops"])
    (ops,) = read({"P": policy}).principals
    assert (ops.kind, ops.name, ops.arn, ops.place) == (
        "role",
        "ops",
        f"arn:aws:iam::{ACCOUNT}:role/ops",
        None,
    )


def test_an_identity_of_another_service_fails_nothing_by_what_another_stack_exports() -> None:
    elsewhere = {"Fn::ImportValue": "nowhere"}
    logs = {"Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": elsewhere}]}
    connect = {"Statement": [{"Effect": "Allow", "Action": "elasticache:Connect", "Resource": "*"}]}
    resources = {
        "Role": resource("IAM::Role", RoleName="r", ManagedPolicyArns=[elsewhere, {"Ref": "Mine"}]),
        "Mine": resource("IAM::ManagedPolicy", PolicyDocument=connect),
        "Bounded": resource("IAM::User", UserName="u", PermissionsBoundary=elsewhere),
        "Logs": resource("IAM::Policy", PolicyName="l", PolicyDocument=logs, Roles=[elsewhere]),
        "More": resource("IAM::RolePolicy", PolicyName="m", PolicyDocument=logs, RoleName=elsewhere),
        "Rule": resource("EC2::SecurityGroupIngress", GroupId=elsewhere, IpProtocol="tcp"),
        "Group": resource("EC2::SecurityGroup", GroupDescription="of the cache"),
        "C": cache(SecurityGroupIds=[{"Fn::GetAtt": ["Group", "GroupId"]}]),
    }
    declared = read(resources)
    role, bounded = declared.principals
    unknown = 'what {"Fn::ImportValue": "nowhere"} would be'
    assert [policy.document["Statement"] for policy in role.policies] == [connect["Statement"]]
    assert role.foreign_policies == (unknown,)
    assert (bounded.boundary, bounded.foreign_boundary) == (None, unknown)
    assert [group.ingress for group in declared.security_groups] == [()]


def test_a_policy_of_ours_fails_by_what_another_stack_exports() -> None:
    statement = {
        "Effect": "Allow",
        "Action": "elasticache:Connect",
        "Resource": {"Fn::ImportValue": "nowhere"},
    }
    policy = resource("IAM::Policy", PolicyName="p", PolicyDocument={"Statement": statement}, Roles=["r"])
    with pytest.raises(TemplateError) as caught:
        read({"P": policy})
    assert caught.value.message == (
        "Properties.PolicyDocument.Statement[0].Resource.Fn::ImportValue must name what a stack of the source "
        'exports, got {"Fn::ImportValue": "nowhere"}; give one with --import nowhere=VALUE'
    )


def test_every_attribute_of_a_managed_policy_may_be_an_output() -> None:
    names = ["PolicyArn", "PolicyId", "AttachmentCount", "CreateDate", "DefaultVersionId", "IsAttachable"]
    names += ["PermissionsBoundaryUsageCount", "UpdateDate"]
    wanted = {name: {"Value": {"Fn::GetAtt": ["M", name]}} for name in names}
    policy = resource("IAM::ManagedPolicy", PolicyDocument=document(CONNECT))
    assert [output.key for output in read({"M": policy}, Outputs=wanted).outputs] == names


def test_what_is_left_out_by_its_condition_is_not_declared() -> None:
    off = {"Off": {"Fn::Equals": [1, 2]}}
    resources = {"C": cache() | {"Condition": "Off"}, "U": user()}
    declared = read(resources, Conditions=off, Outputs={"O": {"Condition": "Off", "Value": {"Ref": "C"}}})
    assert (declared.caches, len(declared.users), declared.outputs) == ((), 1, ())


def test_one_line_says_what_has_made_up_values() -> None:
    subnets = [{"Ref": "S1"}, {"Ref": "S2"}]
    resources = {name: resource("EC2::Subnet") for name in ("S1", "S2", "Unused")}
    declared = read(
        {"C": cache(SubnetIds=subnets, KmsKeyId={"Ref": "K"}), "K": resource("KMS::Key"), **resources}
    )
    assert declared.notes == (
        "stand-in values for resources that don't run here: AWS::EC2::Subnet (2), AWS::KMS::Key (1)",
    )


def test_a_template_of_ten_thousand_resources_reads_each_resource_once() -> None:
    # Counted, not timed: each subnet's name is worked out once although every cache refers to it.
    subnets = {f"S{n}": resource("EC2::Subnet") for n in range(9_000)}
    users = {f"U{n}": user(UserId=f"u{n}", UserName=f"u{n}") for n in range(1_000)}
    declared = read({**subnets, **users, "C": cache(SubnetIds=[{"Ref": name} for name in subnets])})
    assert (len(declared.users), len(set(declared.caches[0].subnet_ids))) == (1_000, 9_000)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
    | st.sampled_from(["C", "P", "AWS::NoValue", "X", "{{resolve:ssm:a}}", "arn:x"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from([
            "Ref", "Fn::Sub", "Fn::GetAtt", "Fn::If", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Cidr", "Fn::Equals",
            "Fn::FindInMap", "Fn::ImportValue", "Fn::Base64", "Fn::GetAZs", "Fn::GetStackOutput", "Fn::Not",
            "Fn::ToJsonString", "Fn::Length", "Type", "Properties", "Condition", "Value", "Default", "Statement", "k",
        ]),
        inner, max_size=3,
    ),
    max_leaves=12,
)  # fmt: skip
NAMES = {
    "ElastiCache::ServerlessCache": [
        "ServerlessCacheName",
        "Engine",
        "SubnetIds",
        "CacheUsageLimits",
        "Tags",
    ],
    "ElastiCache::User": ["UserId", "UserName", "Engine", "AccessString", "AuthenticationMode", "Passwords"],
    "ElastiCache::UserGroup": ["UserGroupId", "Engine", "UserIds"],
    "IAM::Role": ["RoleName", "Policies", "ManagedPolicyArns", "PermissionsBoundary"],
    "IAM::Policy": ["PolicyName", "PolicyDocument", "Roles", "Users"],
    "EC2::SecurityGroup": ["GroupDescription", "SecurityGroupIngress"],
    "CloudFormation::Stack": ["TemplateURL", "Parameters"],
}
PARAMETER = st.sampled_from(["Type", "Default", "NoEcho", "AllowedValues", "MinLength", "MaxValue"])
OUTPUT = st.sampled_from(["Value", "Condition", "Export", "Description"])
RESOURCE = st.sampled_from(sorted(NAMES)).flatmap(
    lambda kind: st.fixed_dictionaries(
        {"Type": st.just(f"AWS::{kind}"), "Properties": st.dictionaries(st.sampled_from(NAMES[kind]), JSON)},
        optional={
            "Condition": st.just("C") | JSON,
            "DependsOn": JSON,
            "DeletionPolicy": JSON,
            "Metadata": JSON,
        },
    )
)


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "Resources": st.dictionaries(st.sampled_from(["C", "X", "Y"]), RESOURCE, max_size=3),
            "Parameters": st.just({}) | st.fixed_dictionaries({"P": st.dictionaries(PARAMETER, JSON)}),
            "Conditions": st.fixed_dictionaries({"C": JSON}),
            "Mappings": st.just({}) | st.dictionaries(st.just("X"), JSON),
            "Outputs": st.just({}) | st.fixed_dictionaries({"O": st.dictionaries(OUTPUT, JSON)}),
        },
        optional={"Transform": st.just("AWS::LanguageExtensions")},
    )
    | st.dictionaries(st.sampled_from(["Resources", "Parameters", "Outputs", "Transform"]), JSON),
    st.booleans(),
)
def test_no_template_whatever_raises_anything_but_our_own_error(
    template: dict[str, Any], guess: bool
) -> None:
    try:
        bundle = Bundle((StackTemplate(name="Shop", template=template),))
        assert isinstance(declare(bundle, Inputs(guess=guess), refuse=lambda error, place: None), Declaration)
    except ElastiCacheError:
        pass
