"""The eighteen snippets run unchanged, and render what they ask for."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Stack

import cdk_elasticache as ours

from ..differential.building import new_stack
from . import snippets

EXPECTED = Path(__file__).parent / "expected"

#: What the specification accepts and AWS documents to refuse.
WARNINGS = {"10-user-and-group": ("no-password-user-in-valkey-group", "reserved-user-id")}


def ran(name: str) -> tuple[Stack, dict[str, Any]]:
    stack = new_stack()
    return stack, snippets.run(name, stack, ours)


@pytest.mark.parametrize("name", snippets.NAMES)
def test_a_snippet_renders_the_whole_template_that_is_written_beside(name: str) -> None:
    expected = json.loads((EXPECTED / f"{name}.json").read_text(encoding="utf-8"))
    assert snippets.synthesized(name, ours).templates == {"Stack.template.json": expected}


@pytest.mark.parametrize("name", snippets.NAMES)
def test_a_snippet_warns_only_where_aws_documents_to_refuse_it(name: str) -> None:
    assert snippets.synthesized(name, ours).warnings == WARNINGS.get(name, ())


def test_every_snippet_of_the_specification_is_run() -> None:
    snippets.source(snippets.NAMES[0])
    assert tuple(sorted(file.stem for file in snippets.FOLDER.glob("*.py"))) == snippets.NAMES


ARN = "arn:${AWS::Partition}:elasticache:${AWS::Region}:${AWS::AccountId}:"


def told(stack: Stack, text: str) -> str:
    """A text as CloudFormation would write it out, but for the pseudo parameters in it."""
    match stack.resolve(text):
        case {"Fn::Join": ["", pieces]}:
            return "".join(piece if isinstance(piece, str) else "${" + piece["Ref"] + "}" for piece in pieces)
        case str(resolved):
            return resolved
        case other:
            raise AssertionError(other)


def test_the_metrics_of_snippet_8_are_those_that_elasticache_publishes() -> None:
    _, names = ran("08-metrics-and-alarm")
    cache = names["serverless_cache"].serverless_cache_name.lower()
    assert [
        (
            metric.namespace,
            metric.metric_name,
            metric.statistic,
            metric.period.to_minutes(),
            metric.dimensions,
        )
        for metric in (
            names["cache_hits"],
            names["bytes_used_for_cache"],
            names["elasti_cache_processing_units"],
        )
    ] == [
        ("AWS/ElastiCache", "CacheHits", "Sum", 5, {"clusterId": cache}),
        ("AWS/ElastiCache", "BytesUsedForCache", "Maximum", 5, {"clusterId": cache}),
        ("AWS/ElastiCache", "ElastiCacheProcessingUnits", "Average", 5, {"clusterId": cache}),
    ]


def test_the_cache_of_snippet_9_has_the_name_and_the_group_that_it_was_imported_with() -> None:
    stack, names = ran("09-import-cache")
    cache = names["imported_serverless_cache"]
    assert cache.serverless_cache_name == "my-serverless-cache"
    assert told(stack, cache.serverless_cache_arn) == f"{ARN}serverlesscache:my-serverless-cache"
    assert cache.security_groups == [names["security_group"]]


def test_the_default_user_of_snippet_14_is_the_one_that_aws_makes() -> None:
    stack, names = ran("14-default-user")
    user = names["default_user"]
    assert (user.user_id, user.user_name, user.engine) == ("default", "default", ours.UserEngine.REDIS)
    assert told(stack, user.user_arn) == f"{ARN}user:default"


def test_the_imports_of_snippet_18_are_what_their_names_say() -> None:
    stack, names = ran("18-import-users-and-group")
    users = ("imported_iam_user", "imported_password_user", "imported_no_password_user")
    assert [(names[user].user_id, told(stack, names[user].user_arn)) for user in users] == [
        ("my-iam-user-id", f"{ARN}user:my-iam-user-id"),
        ("my-password-user-id", f"{ARN}user:my-password-user-id"),
        ("my-no-password-user-id", f"{ARN}user:my-no-password-user-id"),
    ]
    group = names["imported_user_group"]
    assert group.user_group_name == "my-user-group-name"
    assert told(stack, group.user_group_arn) == f"{ARN}usergroup:my-user-group-name"
