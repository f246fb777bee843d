"""Grants give exactly their statement; metrics give what upstream's table says, and each option replaces its own."""

from typing import Any

import pytest
from aws_cdk import Duration, Environment, Stack, assertions
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticache as cfn
from aws_cdk import aws_iam as iam

import cdk_elasticache as elasticache

from .ground import Ground, new_app, new_ground
from .making import cache, iam_user, importing

CONNECT = ["elasticache:Connect", "elasticache:DescribeServerlessCaches"]
from_cache = elasticache.ServerlessCache.from_serverless_cache_attributes


def role(ground: Ground) -> iam.Role:
    return iam.Role(ground.stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def statements(ground: Ground) -> list[dict[str, Any]]:
    policies = assertions.Template.from_stack(ground.stack).find_resources("AWS::IAM::Policy")
    return [
        statement
        for policy in policies.values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def allowing(actions: str | list[str], resource: Any) -> dict[str, Any]:
    return {"Action": actions, "Effect": "Allow", "Resource": resource}


def test_the_grants_of_a_cache() -> None:
    ground = new_ground()
    made, grantee = cache()(ground, "Cache"), role(ground)
    arn = {"Fn::GetAtt": [ground.stack.get_logical_id(made.node.default_child), "ARN"]}
    grants = [
        made.grant_connect(grantee),
        made.grant(grantee, "elasticache:ModifyServerlessCache", "elasticache:ListTagsForResource"),
        made.grants.actions(
            grantee, ["elasticache:CopyServerlessCacheSnapshot"], resource_arns=["arn:aws:x"]
        ),
        made.grants.connect(grantee),
    ]
    assert [grant.success for grant in grants] == [True] * 4
    assert [statement.actions for grant in grants for statement in grant.principal_statements] == [
        CONNECT,
        ["elasticache:ModifyServerlessCache", "elasticache:ListTagsForResource"],
        ["elasticache:CopyServerlessCacheSnapshot"],
        CONNECT,
    ]
    found = statements(ground)
    assert allowing(CONNECT, arn) in found
    assert allowing(["elasticache:ModifyServerlessCache", "elasticache:ListTagsForResource"], arn) in found
    assert allowing("elasticache:CopyServerlessCacheSnapshot", "arn:aws:x") in found


@pytest.mark.parametrize("imported", [False, True])
def test_the_grants_of_an_iam_user(imported: bool) -> None:
    ground = new_ground()
    grantee = role(ground)
    user: Any
    if imported:
        arn: Any = "arn:aws:elasticache:us-east-1:111122223333:user:me"
        user = elasticache.IamUser.from_user_arn(ground.stack, "User", arn)
    else:
        user = iam_user()(ground, "User")
        arn = {"Fn::GetAtt": [ground.stack.get_logical_id(user.node.default_child), "Arn"]}
    assert user.grant_connect(grantee).success
    assert user.grant(grantee, "elasticache:DescribeUsers").success
    assert statements(ground) == [
        allowing("elasticache:Connect", arn),
        allowing("elasticache:DescribeUsers", arn),
    ]


def test_an_imported_cache_is_granted_with_a_colon_and_in_lower_case() -> None:
    ground = new_ground()
    importing(from_cache, serverless_cache_name="MyCache")(ground, "Cache").grant_connect(role(ground))
    (statement,) = statements(ground)
    assert statement["Resource"]["Fn::Join"][1][-1] == ":serverlesscache:mycache"


def test_a_grant_to_a_service_tells_that_it_failed_and_to_a_foreign_role_that_it_did_not() -> None:
    ground = new_ground()
    made = cache()(ground, "Cache")
    assert not made.grant_connect(iam.ServicePrincipal("lambda.amazonaws.com")).success
    arn = "arn:aws:iam::111122223333:role/theirs"
    assert made.grant_connect(iam.Role.from_role_arn(ground.stack, "Theirs", arn)).success
    assert made.grant_connect(iam.Role.from_role_arn(ground.stack, "Fixed", arn, mutable=False)).success


def test_an_l1_cache_is_granted_too() -> None:
    ground = new_ground()
    made = cfn.CfnServerlessCache(ground.stack, "Cache", engine="valkey", serverless_cache_name="it")
    elasticache.ServerlessCacheGrants.from_serverless_cache(made).connect(role(ground))
    (statement,) = statements(ground)
    assert statement == allowing(CONNECT, {"Fn::GetAtt": ["Cache", "ARN"]})


#: (method, metric, statistic): upstream's table.
METRICS = [
    ("metric_cache_hit_count", "CacheHits", "Sum"),
    ("metric_cache_miss_count", "CacheMisses", "Sum"),
    ("metric_cache_hit_rate", "CacheHitRate", "Average"),
    ("metric_data_stored", "BytesUsedForCache", "Maximum"),
    ("metric_processing_units_consumed", "ElastiCacheProcessingUnits", "Average"),
    ("metric_network_bytes_in", "NetworkBytesIn", "Sum"),
    ("metric_network_bytes_out", "NetworkBytesOut", "Sum"),
    ("metric_active_connections", "CurrConnections", "Maximum"),
    ("metric_write_request_latency", "SuccessfulWriteRequestLatency", "Average"),
    ("metric_read_request_latency", "SuccessfulReadRequestLatency", "Average"),
]

#: Each option, a value of one's own, and what it becomes in the metric.
OPTIONS: list[tuple[str, Any, Any]] = [
    ("account", "444455556666", "444455556666"),
    ("color", "#ff0000", "#ff0000"),
    ("dimensions_map", {"Mine": "yes"}, {"Mine": "yes"}),
    ("id", "m1", "m1"),
    ("label", "hits", "hits"),
    ("period", Duration.minutes(1), 60),
    ("region", "eu-north-1", "eu-north-1"),
    ("stack_account", "444455556666", "444455556666"),
    ("stack_region", "eu-north-1", "eu-north-1"),
    ("statistic", "p99", "p99"),
    ("unit", cloudwatch.Unit.COUNT, cloudwatch.Unit.COUNT),
    ("visible", False, False),
]


def fields(metric: cloudwatch.Metric) -> dict[str, Any]:
    return {
        "namespace": metric.namespace,
        "metric_name": metric.metric_name,
        "statistic": metric.statistic,
        "period": metric.period.to_seconds(),
        "dimensions_map": dict(metric.dimensions or {}),
        "unit": metric.unit,
        "label": metric.label,
        "color": metric.color,
        "account": metric.account,
        "region": metric.region,
        "id": metric.id,
        "visible": metric.visible,
    }


PLAIN = {
    "namespace": "AWS/ElastiCache",
    "period": 300,
    "unit": None,
    "label": None,
    "color": None,
    "account": None,
    "region": None,
    "id": None,
    "visible": None,
}


@pytest.fixture(scope="module")
def made(ground: Ground) -> Any:
    return importing(from_cache, serverless_cache_name="MyCache")(ground, "CacheOfMetrics")


@pytest.mark.parametrize(("method", "name", "statistic"), METRICS)
def test_each_metric_is_that_of_upstream_s_table_under_the_dimension_of_the_service(
    method: str, name: str, statistic: str, made: Any
) -> None:
    found = fields(getattr(made, method)())
    visible = {"visible": found["visible"]}  # aws-cdk-lib's own default, which older versions leave open
    assert found == {
        **PLAIN,
        **visible,
        "metric_name": name,
        "statistic": statistic,
        "dimensions_map": {"clusterId": "mycache"},
    }


def test_a_metric_by_name_is_an_average(made: Any) -> None:
    found = fields(made.metric("Evictions"))
    assert (found["metric_name"], found["statistic"], found["period"]) == ("Evictions", "Average", 300)


@pytest.mark.parametrize(("option", "value", "rendered"), OPTIONS)
@pytest.mark.parametrize("method", [None, "metric_cache_hit_count"])
def test_an_option_replaces_the_metric_s_own_and_nothing_else(
    option: str, value: Any, rendered: Any, method: str | None, made: Any
) -> None:
    usual = made.metric("CacheHits") if method is None else getattr(made, method)()
    metric = (
        made.metric("CacheHits", **{option: value})
        if method is None
        else getattr(made, method)(**{option: value})
    )
    # A metric shows the place of its stack as its own, where that is elsewhere.
    assert fields(metric) == {**fields(usual), option.removeprefix("stack_"): rendered}


@pytest.mark.parametrize("option", [option for option, *_ in OPTIONS])
def test_an_option_that_is_none_is_one_that_was_not_given(option: str, made: Any) -> None:
    assert fields(made.metric_cache_hit_count(**{option: None})) == fields(made.metric_cache_hit_count())


def test_the_metrics_of_a_cache_that_the_app_makes_have_its_name_in_lower_case() -> None:
    ground = new_ground()
    metric = cache()(ground, "MyCache").metric_data_stored()
    metric.create_alarm(ground.stack, "Alarm", threshold=1, evaluation_periods=1)
    alarms = assertions.Template.from_stack(ground.stack).find_resources("AWS::CloudWatch::Alarm")
    (alarm,) = (resource["Properties"] for resource in alarms.values())
    (dimension,) = alarm["Dimensions"]
    assert dimension["Name"] == "clusterId"
    assert dimension["Value"].startswith("stackmycache")


def test_the_metrics_of_an_imported_cache_are_where_its_arn_says() -> None:
    stack = Stack(new_app(), "Stack", env=Environment(account="111122223333", region="us-east-1"))
    arn = "arn:aws:elasticache:eu-west-1:999999999999:serverlesscache:it"
    it = elasticache.ServerlessCache.from_serverless_cache_arn(stack, "Cache", arn)
    metric = it.metric_data_stored()
    assert (metric.region, metric.account) == ("eu-west-1", "999999999999")
    assert it.metric_data_stored(region="us-east-1").account == "999999999999"
