"""The ground that constructs are built on in these tests, and what is told of a mistake."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from aws_cdk import App, Stack, assertions
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

import cdk_elasticache as elasticache

ALL = elasticache.AccessControl.from_access_string("on ~* +@all")


def new_app() -> App:
    """An app."""
    return App(analytics_reporting=False)


class Ground(NamedTuple):
    """A stack with a VPC of two zones: made once, used by many tests, each under ids of its own."""

    stack: Stack
    vpc: ec2.Vpc


def new_ground() -> Ground:
    """A stack of its own, for a test that looks at the template."""
    stack = Stack(new_app(), "Stack")
    return Ground(stack, ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=1))


class Refusal(NamedTuple):
    """All that is told of a mistake."""

    kind: type[Exception]
    code: str
    parameter: str
    value: Any
    path: str


def refusal(make: Callable[[], object]) -> tuple[Refusal, elasticache.ElastiCacheError]:
    """What is told of a mistake; the test fails where nothing is."""
    with pytest.raises(elasticache.ElastiCacheError) as caught:
        make()
    error = caught.value
    return Refusal(type(error), error.code, error.parameter, error.value, error.construct_path), error


def children(scope: Construct) -> int:
    """How many constructs are in a scope: a constructor that fails leaves them as they were."""
    return len(scope.node.children)


def properties(stack: Stack, kind: str) -> list[dict[str, Any]]:
    """The properties of each resource of ElastiCache of this kind, in the template's order."""
    resources = assertions.Template.from_stack(stack).find_resources(f"AWS::ElastiCache::{kind}")
    return [resource["Properties"] for resource in resources.values()]


def warnings(stack: Stack) -> list[tuple[str, str]]:
    """Each warning of a stack: path and text, which ends with its id."""
    found = assertions.Annotations.from_stack(stack).find_warning("*", assertions.Match.any_value())
    return [(message.id, str(message.entry.data)) for message in found]
