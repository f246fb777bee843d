"""Parts of the CDK that load slowly and that few apps use: each is loaded when something of it is first asked for.

So annotations may name them, and :func:`typing.get_type_hints` finds what they mean.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = ["cloudwatch", "events", "iam", "kms"]

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_events as events
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_kms as kms
else:

    class _Later:
        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, name: str) -> object:
            value = getattr(import_module(self._name), name)
            setattr(self, name, value)
            return value

    cloudwatch = _Later("aws_cdk.aws_cloudwatch")
    events = _Later("aws_cdk.aws_events")
    iam = _Later("aws_cdk.aws_iam")
    kms = _Later("aws_cdk.aws_kms")
