"""What AWS's own managed policies say of ElastiCache, so that a role that has one may do here what it may do there.

The table knows each policy of its day. A policy that isn't in it is unknown: it may be newer, or it is a customer's
that the template doesn't declare.
"""

from enum import Enum, auto
from functools import cache

from .policy import Policy, read_policy


class Unknown(Enum):
    """What stands for a policy of which nobody here knows what it says."""

    POLICY = auto()


def managed_policy(arn: str) -> Policy | Unknown:
    """The managed policy of AWS with this ARN, without its statements about other services."""
    _, owned_by_aws, path = arn.partition(":iam::aws:policy/")
    return _by_path(path) if owned_by_aws else Unknown.POLICY


@cache
def _by_path(path: str) -> Policy | Unknown:
    from .managed_table import SILENT, STATEMENTS  # noqa: PLC0415 - large, and few principals need it

    name = path.rpartition("/")[2]
    if path in STATEMENTS:
        return read_policy(name, {"Version": "2012-10-17", "Statement": STATEMENTS[path]})
    return Policy(name, ()) if path in SILENT.split() else Unknown.POLICY
