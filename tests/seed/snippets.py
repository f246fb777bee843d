"""The eighteen snippets that the library was asked for, and what their comments leave to the reader."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import SecretValue, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from ..differential import parts
from ..differential.building import Synthesized, synthesize

#: Beside the checkout: the snippets are the specification's, and no part of the project.
FOLDER = Path(__file__).parents[2].parent / "shared" / "seed"

NAMES = (
    "01-serverless-cache",
    "02-connections",
    "03-usage-limits",
    "04-automatic-backups",
    "05-final-backup",
    "06-restore",
    "07-customer-managed-key",
    "08-metrics-and-alarm",
    "09-import-cache",
    "10-user-and-group",
    "11-iam-user",
    "12-password-user",
    "13-no-password-user",
    "14-default-user",
    "15-add-users-to-group",
    "16-assign-group",
    "17-grant-connect",
    "18-import-users-and-group",
)

_DECLARATION = re.compile(r"^# (\w+): ([\w.]+)$", re.MULTILINE)


def _instance(stack: Stack, lib: Any) -> ec2.Instance:
    return ec2.Instance(
        stack,
        "Instance",
        vpc=parts.vpc(stack),
        instance_type=ec2.InstanceType("t3.micro"),
        machine_image=ec2.MachineImage.from_ssm_parameter("/an/image"),
    )


def _password_user(stack: Stack, lib: Any) -> Any:
    return lib.PasswordUser(
        stack,
        "GivenDefault",
        user_id="given-default",
        user_name="default",
        passwords=[SecretValue.secrets_manager("GivenSecret")],
        access_control=lib.AccessControl.from_access_string("off -@all"),
    )


#: What a line ``# name: Type`` of a snippet stands for.
_GIVEN: dict[tuple[str, str], Callable[[Stack, Any], Any]] = {
    ("vpc", "ec2.Vpc"): lambda stack, lib: parts.vpc(stack),
    ("serverless_cache", "elasticache.ServerlessCache"): lambda stack, lib: parts.cache(
        stack, lib, "GivenCache"
    ),
    ("instance", "ec2.Instance"): _instance,
    ("kms_key", "Key"): lambda stack, lib: kms.Key(stack, "GivenKey"),
    ("security_group", "ec2.SecurityGroup"): lambda stack, lib: ec2.SecurityGroup(
        stack, "GivenSecurityGroup", vpc=parts.vpc(stack)
    ),
    ("new_default_user", "elasticache.IUser"): _password_user,
    ("user", "elasticache.IUser"): lambda stack, lib: parts.iam_user(stack, lib, "GivenUser", "given-user"),
    ("another_user", "elasticache.IUser"): lambda stack, lib: parts.iam_user(
        stack, lib, "AnotherGivenUser", "another-given-user"
    ),
    ("user_group", "elasticache.UserGroup"): lambda stack, lib: lib.UserGroup(stack, "GivenGroup"),
    ("user", "elasticache.IamUser"): lambda stack, lib: parts.iam_user(stack, lib, "GivenUser", "given-user"),
    ("role", "iam.Role"): lambda stack, lib: parts.role(stack, "GivenRole"),
}


def source(name: str) -> str:
    """Read a snippet; skip the test where the specification isn't at hand, which it must be in CI."""
    file = FOLDER / f"{name}.py"
    if not file.is_file():
        reason = f"the specification's snippets are not at {FOLDER.name} beside the checkout"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return file.read_text(encoding="utf-8")


def run(name: str, stack: Stack, elasticache: Any) -> dict[str, Any]:
    """Run a snippet unchanged, with either library. Gives the names it leaves behind."""
    text = source(name)
    names: dict[str, Any] = {
        "self": stack,
        "elasticache": elasticache,
        "ec2": ec2,
        "events": events,
        "iam": iam,
        "SecretValue": SecretValue,
        "Size": Size,
        "Stack": Stack,
    }
    for declared in _DECLARATION.findall(text):
        names[declared[0]] = _GIVEN[declared](stack, elasticache)
    exec(compile(text, f"{name}.py", "exec"), names)
    return names


def synthesized(name: str, library: Any) -> Synthesized:
    """Give what a snippet comes to with either library."""

    def build(stack: Stack, lib: Any) -> None:
        run(name, stack, lib)

    return synthesize(build, library)
