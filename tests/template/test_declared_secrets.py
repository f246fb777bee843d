"""Secrets and SSM parameters that the source itself declares: made when something refers to them, or never."""

from typing import Any

import pytest

from cdk_elasticache.errors import ElastiCacheError, TemplateError
from cdk_elasticache.template.declaration import Secret
from cdk_elasticache.template.inputs import Inputs
from tests.template.test_declare import ACCOUNT, cache, read, resource, user

LOGIN = "{{resolve:secretsmanager:login:SecretString:name::}}"


def secret(**properties: Any) -> dict[str, Any]:
    return resource("SecretsManager::Secret", **({"Name": "login"} | properties))


def password(reference: object) -> dict[str, Any]:
    return {"Type": "password", "Passwords": [reference]}


@pytest.mark.parametrize(
    "properties",
    [
        {"SecretString": {"Fn::ImportValue": "nowhere"}},
        {"SecretString": "{{resolve:ssm:/nowhere}}"},
        {"Name": {"Fn::GetAtt": ["Gone", "Name"]}},
        {"GenerateSecretString": "nonsense"},
        {"GenerateSecretString": {"PasswordLength": "long"}},
    ],
)
def test_a_secret_that_nothing_refers_to_is_neither_made_nor_read(properties: dict[str, Any]) -> None:
    kept: list[Secret] = []
    declared = read({"S": secret(**properties), "U": user()}, Inputs(keep=kept.append))
    assert (len(declared.users), declared.secrets, kept) == (1, (), [])


@pytest.mark.parametrize(
    "reference",
    [
        "login",
        {"Ref": "S"},
        {"Fn::GetAtt": ["S", "Id"]},
        f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:login",
    ],
    ids=["name", "ARN", "attribute", "ARN without its end"],
)
def test_a_secret_is_made_once_for_all_that_refer_to_it_however_they_do(reference: object) -> None:
    kept: list[Secret] = []

    def keep(one: Secret) -> str:
        kept.append(one)
        return '{"name": "app", "word": "in the state folder"}'

    name = {"Fn::Join": ["", ["{{resolve:secretsmanager:", reference, ":SecretString:name}}"]]}
    word = {"Fn::Join": ["", ["{{resolve:secretsmanager:", reference, ":SecretString:word}}"]]}
    users = {"U": user(UserName=name, AuthenticationMode=password(word)), "C": cache(Description=name)}
    declared = read({"S": secret(GenerateSecretString={"PasswordLength": 20})} | users, Inputs(keep=keep))
    assert (declared.users[0].name, declared.caches[0].description) == ("app", "app")
    assert [(one.name, one.generate) for one in kept] == [("login", {"PasswordLength": 20})]
    assert declared.secrets == tuple(kept)


def test_what_a_template_puts_into_a_secret_is_what_refers_to_it_gets() -> None:
    inner = secret(Name="inner", SecretString='{"name": "app"}')
    outer = secret(SecretString="{{resolve:secretsmanager:inner}}")
    declared = read({"Outer": outer, "Inner": inner, "U": user(UserName=LOGIN)})
    assert declared.users[0].name == "app"
    assert sorted(one.name for one in declared.secrets) == ["inner", "login"]


def test_what_a_template_puts_into_a_secret_counts_more_than_what_was_kept_of_it() -> None:
    kept = Inputs(
        lookup=lambda reference: "before", keep=lambda one: one.value.literal if one.value else None
    )
    declared = read({"S": secret(SecretString='{"name": "app"}'), "U": user(UserName=LOGIN)}, kept)
    assert declared.users[0].name == "app"


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        (
            {"SecretString": {"Fn::ImportValue": "nowhere"}},
            "Properties.SecretString.Fn::ImportValue must name what a stack of the source exports, got "
            "Fn::ImportValue (contents hidden); give one with --import nowhere=VALUE",
        ),
        (
            {"SecretString": "{{resolve:ssm:/nowhere}}"},
            "Properties.SecretString must have a local value for each dynamic reference, got none for ssm /nowhere; "
            "set one with: cdk-elasticache secret set /nowhere",
        ),
        (
            {"GenerateSecretString": "nonsense"},
            'Properties.GenerateSecretString must be an object, got "nonsense"',
        ),
        (
            {"GenerateSecretString": {"PasswordLength": 4097}},
            "Properties.GenerateSecretString.PasswordLength must be a whole number from 1 to 4096, got 4097",
        ),
        (
            {"GenerateSecretString": {"PasswordLength": 0}},
            "Properties.GenerateSecretString.PasswordLength must be a whole number from 1 to 4096, got 0",
        ),
        (
            {"GenerateSecretString": {"SecretStringTemplate": "{}"}},
            "Properties.GenerateSecretString.GenerateStringKey must be given with its twin, got nothing",
        ),
        (
            {"GenerateSecretString": {"GenerateStringKey": "a"}},
            "Properties.GenerateSecretString.SecretStringTemplate must be given with its twin, got nothing",
        ),
        (
            {"GenerateSecretString": {"SecretStringTemplate": "[]", "GenerateStringKey": "a"}},
            "Properties.GenerateSecretString.SecretStringTemplate must be a JSON object, got another text",
        ),
    ],
    ids=lambda value: value[-30:] if isinstance(value, str) else "",
)
@pytest.mark.parametrize("refers", [user(AuthenticationMode=password(LOGIN)), user(UserName=LOGIN)])
def test_what_is_wrong_with_a_secret_is_told_where_it_is_declared(
    refers: dict[str, Any], properties: dict[str, Any], message: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        read({"S": secret(**properties), "U": refers})
    assert (caught.value.message, caught.value.construct_path) == (message, "Shop.S")


def test_a_secret_that_holds_itself_is_a_circle() -> None:
    with pytest.raises(ElastiCacheError) as caught:
        read({"S": secret(SecretString="{{resolve:secretsmanager:login}}"), "U": user(UserName=LOGIN)})
    assert caught.value.code == "CircularReference"
