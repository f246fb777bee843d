"""Credentials of roles and IAM users, for this machine alone: AWS knows none of them.

Made once for each principal and state folder, so that a profile with ``credential_process`` goes on working. A
role's have a session token, as those that STS gives; an IAM user's have none.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
"""

import secrets
import string
from collections.abc import Iterable, Mapping
from typing import Any

from ...model.iam.token import Credentials
from .state import State

_CAPITALS = string.ascii_uppercase + "234567"
_MIXED = string.ascii_letters + string.digits


def process_output(keys: Credentials) -> dict[str, Any]:
    """Credentials as a ``credential_process`` prints them."""
    output = {"Version": 1, "AccessKeyId": keys.access_key_id, "SecretAccessKey": keys.secret_access_key}
    return {**output, "SessionToken": keys.session_token} if keys.session_token else output


def ensure(state: State, principals: Iterable[Mapping[str, Any]]) -> dict[str, Credentials]:
    """The credentials of each principal, by ARN; new ones for those that have none."""
    known = credentials(state)
    for one in principals:
        if one["arn"] not in known:
            made = known[one["arn"]] = _make(role=one["kind"] == "role")
            state.put_key(one["arn"], *made)
    return known


def credentials(state: State) -> dict[str, Credentials]:
    """The credentials of each principal that has some, by ARN."""
    return {arn: Credentials(*key) for arn, key in state.keys().items()}


def _make(*, role: bool) -> Credentials:
    prefix = "ASIA" if role else "AKIA"
    return Credentials(
        prefix + _random(_CAPITALS, 16), _random(_MIXED, 40), _random(_MIXED, 200) if role else None
    )


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
