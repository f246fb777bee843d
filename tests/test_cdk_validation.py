"""The CDK's own check of templates, which all other tests leave out for its cost, finds no error in ours."""

import os
import subprocess
import sys
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
ROOT = Path(__file__).parents[1]
CDK = tuple(map(int, version("aws-cdk-lib").split(".")[:2]))
AS_ERRORS = {"@aws-cdk/core:validateAgainstDefaultRules": True}


def checked(directory: Path, *cases: str) -> str:
    """What the CDK says of the cases, in a process whose Node has the check on; nothing where it finds no error."""
    script = f"from pathlib import Path; from {__name__} import synthesize; synthesize(Path({str(directory)!r}), *{cases!r})"
    environment = {
        **os.environ,
        "CDK_VALIDATION": "true",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode != 0) == ("RuntimeError" in done.stderr), done.stderr
    return done.stderr if done.returncode else ""


def synthesize(directory: Path, *cases: str) -> None:
    """Make one app of the cases, a stack each."""
    app = App(analytics_reporting=False, context=AS_ERRORS, outdir=str(directory))
    for number, name in enumerate(cases):
        CASES[name].build(Stack(app, f"Stack{number}"), ours)
    app.synth()


def test_the_cdk_finds_no_error_in_templates_of_every_kind(tmp_path: Path) -> None:
    assert checked(tmp_path, *REPRESENTATIVE) == ""


@pytest.mark.skipif(CDK < (2, 262), reason="aws-cdk-lib checks templates since 2.262")
def test_the_cdk_does_check(tmp_path: Path) -> None:
    assert "Validation" in checked(tmp_path, "two_users_of_one_id")
