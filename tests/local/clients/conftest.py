"""The caches that every client of the matrix meets, brought up once from a template as a user would."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cdk_elasticache import local

PASSWORDS = ["first-long-password", "second-long-password"]


def user(name: str, mode: dict[str, Any], engine: str = "valkey", access: str = "on ~* &* +@all") -> dict[str, Any]:
    properties = {"UserId": name, "UserName": name, "Engine": engine, "AccessString": access}
    return {"Type": "AWS::ElastiCache::User", "Properties": properties | {"AuthenticationMode": mode}}


def group(name: str, engine: str, *users: str) -> dict[str, Any]:
    members = [{"Ref": user} for user in users]
    properties = {"UserGroupId": name, "Engine": engine, "UserIds": members}
    return {"Type": "AWS::ElastiCache::UserGroup", "Properties": properties}


def cache(name: str, engine: str, **properties: Any) -> dict[str, Any]:
    own = {"ServerlessCacheName": name, "Engine": engine}
    return {"Type": "AWS::ElastiCache::ServerlessCache", "Properties": own | properties}


def role(*resources: str) -> dict[str, Any]:
    arns = [{"Fn::GetAtt": resource.split(".")} for resource in resources]
    statement = {"Effect": "Allow", "Action": "elasticache:Connect", "Resource": arns}
    policy = {"PolicyName": "Connect", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}, "Policies": [policy]}}


TEMPLATE = {
    "Resources": {
        "App": user("app", {"Type": "password", "Passwords": PASSWORDS}),
        "Token": user("token", {"Type": "iam"}),
        "Users": group("users", "valkey", "App", "Token"),
        "Shop": cache("shop", "valkey", UserGroupId={"Ref": "Users"}),
        "AppRole": role("Shop.ARN", "Token.Arn"),
        # A group may hold users without a password on Redis OSS alone, and needs its own default user there.
        "Off": user("off", {"Type": "no-password-required"}, "redis", "off -@all") | {},
        "Guest": user("guest", {"Type": "no-password-required"}, "redis"),
        "Guests": group("guests", "redis", "Off", "Guest"),
        "Lobby": cache("lobby", "redis", UserGroupId={"Ref": "Guests"}),
        "Open": cache("open", "valkey"),
    }
}
TEMPLATE["Resources"]["Off"]["Properties"]["UserName"] = "default"


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Local]:
    """All three caches, for the whole session."""
    template = tmp_path_factory.mktemp("clients") / "shop.template.json"
    template.write_text(json.dumps(TEMPLATE))
    with local.run(template) as up:
        yield up


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """A key of the test's own; the braces keep those made from it in one slot."""
    return f"{{{request.node.name}}}"
