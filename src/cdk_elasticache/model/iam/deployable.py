"""What IAM refuses of a policy when it is created, beyond the grammar that ``policy.py`` reads.

Only what is written as text is judged: a value that the template makes of something else isn't known here.

===========================  ==============================================================================
refused                      IAM's own words
===========================  ==============================================================================
no statement                 the grammar: a policy holds at least one
two statements of one Sid    ``Statement IDs (SID) in a single policy must be unique.``
a Sid of other characters    ``Statement IDs (SID) must be alpha-numeric.``
a service with a wildcard    ``Vendor elasti* is not valid``; only a lone ``*`` stands for every action
a blank in an action         ``Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.``
a resource that's no ARN     ``Resource web must be in ARN format or "*".``
an unknown partition         ``Partition "awsome" is not valid for resource "arn:awsome:...".``
===========================  ==============================================================================

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import ValidationError

_SID = re.compile(r"[A-Za-z0-9]*")
_ACTION = re.compile(r"[A-Za-z0-9-]+:\S+")
_PARTITION = re.compile(r"aws(-[a-z]+)*")


def check_deployable(name: str, document: object) -> None:
    """Refuse what IAM would refuse of a policy, as far as its text says.

    :param name: of the policy, for the message.
    :param document: as the template writes it; what isn't text is passed over.
    :raises ValidationError: ``MalformedPolicyDocument``, with the path of the mistake.
    """
    if not isinstance(document, Mapping) or "Statement" not in document:
        return  # not written here, or refused by the grammar
    listed = document["Statement"]
    if isinstance(listed, list) and not listed:
        raise _malformed(name, "Statement", "hold at least one statement", listed)
    first: dict[str, str] = {}
    for path, statement in _statements(listed):
        _check_sid(name, path, statement.get("Sid"), first)
        for element in ("Action", "NotAction"):
            for text in _texts(statement.get(element)):
                _check_action(name, f"{path}.{element}", text)
        for element in ("Resource", "NotResource"):
            for text in _texts(statement.get(element)):
                _check_resource(name, f"{path}.{element}", text)


def _statements(listed: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(listed, Mapping):
        yield "Statement", listed
    elif isinstance(listed, list):
        for index, statement in enumerate(listed):
            if isinstance(statement, Mapping):
                yield f"Statement[{index}]", statement


def _texts(value: object) -> Iterator[str]:
    listed = value if isinstance(value, list) else [value]
    return (text for text in listed if isinstance(text, str) and "{{resolve:" not in text)


def _check_sid(name: str, path: str, sid: object, first: dict[str, str]) -> None:
    if not isinstance(sid, str) or not sid or "{{resolve:" in sid:
        return
    if not _SID.fullmatch(sid):
        raise _malformed(name, f"{path}.Sid", "have only ASCII letters and digits", sid)
    if sid in first:
        raise _malformed(name, f"{path}.Sid", f"be unique, and {first[sid]} has it too", sid)
    first[sid] = path


def _check_action(name: str, path: str, action: str) -> None:
    if action != "*" and not _ACTION.fullmatch(action):
        rule = "be * or a service, a colon and an action, with wildcards in the action alone and no blank"
        raise _malformed(name, path, rule, action)


def _check_resource(name: str, path: str, resource: str) -> None:
    # What begins with a wildcard or a variable is left to IAM: its documentation doesn't tell.
    if not resource.startswith(("arn:", "*", "?", "$")):
        raise _malformed(name, path, "be * or an ARN", resource)
    partition = resource.removeprefix("arn:").partition(":")[0]
    literal = resource.startswith("arn:") and not any(mark in partition for mark in "*?$")
    if literal and not _PARTITION.fullmatch(partition):
        raise _malformed(name, path, "name a partition of AWS, such as aws", resource)


def _malformed(name: str, path: str, rule: str, got: object) -> ValidationError:
    return ValidationError(
        "MalformedPolicyDocument",
        f"{path} must {rule} in the policy {name!r}, got {repr(got)[:100]}",
        parameter=path,
        value=got,
    )
