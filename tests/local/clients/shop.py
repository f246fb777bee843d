"""The declaration that every client of the matrix meets, and every way to sign in to what it declares."""

from collections.abc import Callable
from typing import Any

from botocore.auth import SigV4QueryAuth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials  # type: ignore[import-untyped]

from cdk_elasticache import local

PASSWORDS = ["first-long-password", "second-long-password"]


def user(
    id: str, mode: dict[str, Any], engine: str = "valkey", access: str = "on ~* &* +@all", name: str = ""
) -> dict[str, Any]:
    properties = {"UserId": id, "UserName": name or id, "Engine": engine, "AccessString": access}
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
    "iam token": lambda running: (running.caches["Shop"], *running.caches["Shop"].login("token")),
    "iam token of botocore": _botocore_token,
    "user without password": lambda running: (running.caches["Lobby"], "guest", "anything"),
    "no user": lambda running: (running.caches["Open"], None, None),
}
