"""Dynamic references within a text: ``{{resolve:SERVICE:...}}``, which CloudFormation replaces at deployment.

A text that holds one is judged by the rest of it. Source:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

import re
from collections.abc import Iterator

from .doubts import Doubt

REFERENCE = re.compile(r"\{\{resolve:(?:ssm|ssm-secure|secretsmanager):[^{}]+\}\}")
_SECURE = "{{resolve:ssm-secure:"


def has_reference(text: str) -> bool:
    """Whether a text holds a dynamic reference."""
    return "{{resolve:" in text and REFERENCE.search(text) is not None


def mask_references(text: str, mask: str = "a") -> str:
    """Put a letter in the place of each dynamic reference, so that a rule judges the rest of the text."""
    return REFERENCE.sub(mask, text) if "{{resolve:" in text else text


def doubts_about_references(parameter: str, text: str) -> Iterator[Doubt]:
    """Tell of a reference to a secure string of SSM, which CloudFormation takes in a few properties only.

    None of ElastiCache's users and serverless caches is among them:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html
    """
    if _SECURE in text:
        yield Doubt(
            "ssm-secure",
            f"{parameter} should not refer to a secure string of SSM (ssm-secure): CloudFormation doesn't resolve it "
            "there",
            "keep the value in Secrets Manager",
        )
