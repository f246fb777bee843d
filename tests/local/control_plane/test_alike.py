"""One declaration made three ways, by our constructs, by the alpha module and by hand: it comes up alike."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from redis.exceptions import NoPermissionError

from cdk_elasticache import local
from cdk_elasticache.local.engines.servers import find_server

PASSWORD = "sixteen-letters-and-more"
BY_HAND = f"""\
Resources:
  Web:
    Type: AWS::ElastiCache::User
    Properties:
      UserId: web
      UserName: web
      Engine: valkey
      AccessString: on ~session:* -@all +@read +@write +@connection +cluster|slots
      AuthenticationMode: {{Type: iam}}
  Report:
    Type: AWS::ElastiCache::User
    Properties:
      UserId: report
      UserName: report
      Engine: valkey
      AccessString: on %R~session:* -@all +@read +@connection +cluster|slots
      AuthenticationMode: {{Type: password, Passwords: [{PASSWORD}]}}
  Users:
    Type: AWS::ElastiCache::UserGroup
    Properties: {{UserGroupId: users, Engine: valkey, UserIds: [!Ref Web, !Ref Report]}}
  Cache:
    Type: AWS::ElastiCache::ServerlessCache
    Properties:
      ServerlessCacheName: shop
      Engine: valkey
      MajorEngineVersion: "8"
      UserGroupId: !Ref Users
      CacheUsageLimits: {{ECPUPerSecond: {{Maximum: 20000}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      AssumeRolePolicyDocument: {{}}
      Policies:
        - PolicyName: Connect
          PolicyDocument:
            Statement:
              Effect: Allow
              Action: elasticache:Connect
              Resource:
                - !Sub arn:${{AWS::Partition}}:elasticache:${{AWS::Region}}:${{AWS::AccountId}}:user:${{Web}}
                - !GetAtt Cache.ARN
"""


def declared_with(module: str, folder: Path) -> Path:
    """The template that an app makes of the same with a module of constructs."""
    elasticache: Any = pytest.importorskip(module, reason="it fits one version of aws-cdk-lib")
    rules = elasticache.AccessControl.from_access_string
    stack = cdk.Stack(cdk.App(), "Shop")
    web = elasticache.IamUser(
        stack,
        "Web",
        user_id="web",
        access_control=rules("on ~session:* -@all +@read +@write +@connection +cluster|slots"),
    )
    report = elasticache.PasswordUser(
        stack,
        "Report",
        user_id="report",
        access_control=rules("on %R~session:* -@all +@read +@connection +cluster|slots"),
        passwords=[cdk.SecretValue.unsafe_plain_text(PASSWORD)],
    )
    cache = elasticache.ServerlessCache(
        stack,
        "Cache",
        vpc=ec2.Vpc(stack, "Vpc"),
        engine=elasticache.CacheEngine.VALKEY_8,
        serverless_cache_name="shop",
        user_group=elasticache.UserGroup(stack, "Users", user_group_name="users", users=[web, report]),
        cache_usage_limits=elasticache.CacheUsageLimitsProperty(request_rate_limit_maximum=20_000),
    )
    role = iam.Role(
        stack, "Role", role_name="worker", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com")
    )
    cache.grant_connect(role)
    web.grant_connect(role)
    file = folder / "Shop.template.json"
    file.write_text(json.dumps(assertions.Template.from_stack(stack).to_json()))
    return file


def by_hand(folder: Path) -> Path:
    file = folder / "Shop.yaml"
    file.write_text(BY_HAND)
    return file


WAYS: dict[str, Callable[[Path], Path]] = {
    "ours": lambda folder: declared_with("cdk_elasticache", folder),
    "alpha": lambda folder: declared_with("aws_cdk.aws_elasticache_alpha", folder),
    "by hand": by_hand,
}


def placeless(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries of a status without where the template has them, and what differs from run to run."""
    own = {"stack", "logical_id", "path", "endpoint", "reader_endpoint", "usage"}
    return [{name: value for name, value in one.items() if name not in own} for one in entries]


@pytest.mark.parametrize("way", WAYS)
def test_it_comes_up_with_the_same_caches_users_and_permissions(tmp_path: Path, way: str) -> None:
    version = find_server("valkey", "8").short_version
    stem = "arn:aws:elasticache:us-east-1:000000000000:"
    with local.run(WAYS[way](tmp_path)) as running:
        status = running.status
        with running.cache("shop").redis("web") as web, running.cache("shop").redis("report") as report:
            assert web.set("session:1", "hello")
            assert report.get("session:1") == "hello"
            with pytest.raises(NoPermissionError, match="no permissions to run the 'set' command"):
                report.set("session:1", "bye")
    assert placeless(status["caches"]) == [
        {
            "name": "shop",
            "arn": f"{stem}serverlesscache:shop",
            "engine": "valkey",
            "full_engine_version": version,
            "runs_on": "valkey",
            "status": "available",
            "limits": {
                "declared": {"storage": None, "ecpu": 20_000},
                "here": {"storage": None, "ecpu": 20_000, "connections": 65_000},
            },
        }
    ]
    assert [(one["id"], one["authentication"], one["status"]) for one in status["users"]] == [
        ("report", "password", "active"),
        ("web", "iam", "active"),
    ]
    assert [(one["id"], sorted(one["users"]), one["caches"]) for one in status["groups"]] == [
        ("users", ["report", "web"], ["shop"])
    ]
    assert [one["arn"] for one in status["principals"]] == ["arn:aws:iam::000000000000:role/worker"]
