"""The CDK's own check of templates, which all other tests leave out for its cost, finds no error in ours."""

from importlib.metadata import version
from pathlib import Path

import pytest
from aws_cdk import App, Stack

import cdk_elasticache as ours

from .differential.cases import CASES

#: One case of each kind of resource and option.
REPRESENTATIVE = (
    "everything_at_once",
    "the_default_vpc_of_the_cdk",
    "limits_of_tokens[parameter]",
    "a_backup_time_of_tokens[both]",
    "a_connection[default_port_from]",
    "a_connection_to_an_imported_cache[memcached_from]",
    "a_password[own_field]",
    "two_passwords",
    "a_redis_group",
    "a_group_with_imported_users",
    "a_group_on_a_cache[redis_on_redis]",
    "a_grant[all_together]",
    "a_dashboard_and_an_expression",
    "a_nested_stack",
    "tags",
)
CDK = tuple(map(int, version("aws-cdk-lib").split(".")[:2]))
AS_ERRORS = {"@aws-cdk/core:validateAgainstDefaultRules": True}


def synthesize(directory: Path, *cases: str) -> None:
    app = App(analytics_reporting=False, context=AS_ERRORS, outdir=str(directory))
    for number, name in enumerate(cases):
        CASES[name].build(Stack(app, f"Stack{number}"), ours)
    app.synth()


def test_the_cdk_finds_no_error_in_templates_of_every_kind(tmp_path: Path) -> None:
    synthesize(tmp_path, *REPRESENTATIVE)


@pytest.mark.skipif(CDK < (2, 262), reason="aws-cdk-lib checks templates since 2.262")
def test_the_cdk_does_check(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Validation"):
        synthesize(tmp_path, "two_users_of_one_id")
