"""Grants to identities of all kinds, and metrics with each option."""

from typing import Any

from aws_cdk import Duration, Fn, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticache as cfn
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from .. import parts
from ..building import case, each, output
from ..corrections import dashboard_dimension, dimension

ROLE_ARN = "arn:aws:iam::111122223333:role/mine"


def function(stack: Stack) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_12,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(*_): ..."),
    )


GRANTEES: dict[str, Any] = {
    "role": parts.role,
    "user": lambda stack: iam.User(stack, "Person"),
    "group": lambda stack: iam.Group(stack, "People"),
    "function": function,
    "policy": lambda stack: iam.ManagedPolicy(stack, "Policy", roles=[parts.role(stack)]),
    "imported_role": lambda stack: iam.Role.from_role_arn(stack, "Role", ROLE_ARN),
    "immutable_role": lambda stack: iam.Role.from_role_arn(stack, "Role", ROLE_ARN, mutable=False),
    "imported_user": lambda stack: iam.User.from_user_name(stack, "Person", "person"),
    "role_by_name": lambda stack: iam.Role.from_role_name(stack, "Role", "mine"),
    "role_of_tokens": lambda stack: iam.Role.from_role_arn(stack, "Role", Fn.import_value("RoleArn")),
    "service": lambda stack: iam.ServicePrincipal("lambda.amazonaws.com"),
    "arn_principal": lambda stack: iam.ArnPrincipal(ROLE_ARN),
    "unknown": lambda stack: iam.UnknownPrincipal(resource=stack),
}


@each(**GRANTEES)
def grants_to(stack: Stack, lib: Any, grantee: Any) -> None:
    cache, user, who = parts.cache(stack, lib), parts.iam_user(stack, lib), grantee(stack)
    made = [
        cache.grant_connect(who),
        user.grant_connect(who),
        cache.grant(who, "elasticache:ModifyServerlessCache"),
    ]
    output(stack, Success=str([grant.success for grant in made]))


@each(
    connect=lambda cache, user, role: cache.grant_connect(role),
    connect_by_grants=lambda cache, user, role: cache.grants.connect(role),
    one_action=lambda cache, user, role: cache.grant(role, "elasticache:DeleteServerlessCache"),
    two_actions=lambda cache, user, role: cache.grant(role, "elasticache:Connect", "elasticache:Describe*"),
    wildcard=lambda cache, user, role: cache.grant(role, "elasticache:*"),
    actions=lambda cache, user, role: cache.grants.actions(role, ["elasticache:Connect"]),
    actions_on_arns=lambda cache, user, role: cache.grants.actions(
        role, ["elasticache:Connect"], resource_arns=["*", cache.serverless_cache_arn]
    ),
    user_connect=lambda cache, user, role: user.grant_connect(role),
    user_action=lambda cache, user, role: user.grant(role, "elasticache:ModifyUser"),
    user_actions=lambda cache, user, role: user.grant(
        role, "elasticache:Connect", "elasticache:DescribeUsers"
    ),
    twice=lambda cache, user, role: [cache.grant_connect(role), cache.grant_connect(role)],
    all_together=lambda cache, user, role: [cache.grant_connect(role), user.grant_connect(role)],
)
def a_grant(stack: Stack, lib: Any, give: Any) -> None:
    give(parts.cache(stack, lib), parts.iam_user(stack, lib), parts.role(stack))


@case(context={"@aws-cdk/aws-iam:minimizePolicies": True})
def grants_with_minimized_policies(stack: Stack, lib: Any) -> None:
    role, user = parts.role(stack), parts.iam_user(stack, lib)
    for index in range(3):
        parts.cache(stack, lib, f"Cache{index}").grant_connect(role)
    user.grant_connect(role)


@case(context={"@aws-cdk/aws-iam:importedRoleStackSafeDefaultPolicyName": True})
def grants_to_an_imported_role_with_a_stack_safe_policy(stack: Stack, lib: Any) -> None:
    role = iam.Role.from_role_arn(stack, "Role", ROLE_ARN)
    parts.cache(stack, lib).grant_connect(role)


@case()
def a_grant_that_others_wait_for(stack: Stack, lib: Any) -> None:
    parts.cache(stack, lib).grant_connect(parts.role(stack)).apply_before(iam.User(stack, "Waiting"))


@case()
def a_grant_in_another_stack(stack: Stack, lib: Any) -> None:
    cache, user = parts.cache(stack, lib), parts.iam_user(stack, lib)
    role = parts.role(parts.beside(stack, "Other"))
    cache.grant_connect(role)
    user.grant_connect(role)


@case()
def grants_made_of_a_reference(stack: Stack, lib: Any) -> None:
    role, cache = parts.role(stack), parts.cache(stack, lib)
    raw = cfn.CfnServerlessCache(stack, "Raw", engine="valkey", serverless_cache_name="raw")
    lib.ServerlessCacheGrants.from_serverless_cache(raw).connect(role)
    lib.ServerlessCacheGrants.from_serverless_cache(cache).actions(role, ["elasticache:Connect"])


@case()
def grants_made_by_the_cdk_on_a_reference(stack: Stack, lib: Any) -> None:
    cache = parts.cache(stack, lib)
    output(stack, Arn=cfn.CfnServerlessCache.arn_for_serverless_cache(cache))


METRICS = (
    "metric_cache_hit_count",
    "metric_cache_miss_count",
    "metric_cache_hit_rate",
    "metric_data_stored",
    "metric_processing_units_consumed",
    "metric_network_bytes_in",
    "metric_network_bytes_out",
    "metric_active_connections",
    "metric_write_request_latency",
    "metric_read_request_latency",
)


def alarm(stack: Stack, metric: Any, id: str = "Alarm") -> None:
    metric.create_alarm(stack, id, threshold=1, evaluation_periods=2)


@each(*METRICS, corrections=(dimension,))
def an_alarm_on(stack: Stack, lib: Any, name: str) -> None:
    cache = parts.cache(stack, lib, serverless_cache_name="My-Cache")
    metric = getattr(cache, name)()
    alarm(stack, metric)
    output(
        stack,
        Statistic=metric.statistic,
        Period=metric.period.to_iso_string(),
        Name=metric.metric_name,
        Label=metric.label,
    )


OPTIONS: dict[str, Any] = {
    "statistic": {"statistic": "p99"},
    "period": {"period": Duration.minutes(1)},
    "label": {"label": "Hits"},
    "color": {"color": "#ff0000"},
    "unit": {"unit": cloudwatch.Unit.COUNT},
    "region": {"region": "eu-west-1"},
    "account": {"account": "444455556666"},
    "both": {"region": "eu-west-1", "account": "444455556666"},
    "id": {"id": "m1"},
    "visible": {"visible": False},
    "stack_region": {"stack_region": "us-east-1"},
    "stack_account": {"stack_account": "111122223333"},
    "none": {"statistic": None, "period": None, "label": None, "dimensions_map": None, "region": None},
}


@each(corrections=(dimension,), **OPTIONS)
def an_alarm_with(stack: Stack, lib: Any, options: dict[str, Any]) -> None:
    cache = parts.cache(stack, lib, serverless_cache_name="mine")
    alarm(stack, cache.metric_cache_hit_count(**options), "Hits")
    alarm(stack, cache.metric("Evictions", **options), "Evictions")


@case()
def an_alarm_with_dimensions_of_the_app(stack: Stack, lib: Any) -> None:
    cache = parts.cache(stack, lib, serverless_cache_name="mine")
    alarm(stack, cache.metric_cache_hit_count(dimensions_map={"CacheClusterId": "Mine"}))


@case(dimension)
def alarms_on_a_generated_name(stack: Stack, lib: Any) -> None:
    alarm(stack, parts.cache(stack, lib).metric_data_stored())


@each(corrections=(dimension,), **parts.TEXT_TOKENS)
def alarms_on_a_name_of_tokens(stack: Stack, lib: Any, token: Any) -> None:
    alarm(stack, parts.cache(stack, lib, serverless_cache_name=token(stack)).metric_data_stored())


@case(dimension)
def an_alarm_on_an_imported_cache(stack: Stack, lib: Any) -> None:
    alarm(
        stack, lib.ServerlessCache.from_serverless_cache_name(stack, "Cache", "My-Cache").metric_data_stored()
    )


@case(dimension)
def an_alarm_in_another_stack(stack: Stack, lib: Any) -> None:
    env = {"region": "us-east-1", "account": "111122223333"}
    here = parts.beside(stack, "Here", env=env)
    there = parts.beside(stack, "There", env=env)
    alarm(there, parts.cache(here, lib).metric_data_stored())


@case(dimension, dashboard_dimension)
def a_dashboard_and_an_expression(stack: Stack, lib: Any) -> None:
    cache = parts.cache(stack, lib, serverless_cache_name="mine")
    hits, misses = (
        cache.metric_cache_hit_count(),
        cache.metric_cache_miss_count(label="Misses", color="#00ff00"),
    )
    rate = cloudwatch.MathExpression(
        expression="hits/(hits+misses)", using_metrics={"hits": hits, "misses": misses}
    )
    alarm(stack, rate)
    dashboard = cloudwatch.Dashboard(stack, "Dashboard")
    dashboard.add_widgets(cloudwatch.GraphWidget(left=[hits, misses], right=[cache.metric("Evictions")]))
