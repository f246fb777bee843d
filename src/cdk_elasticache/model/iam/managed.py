"""The managed policies of AWS that let their holders connect, so that a role that has one can do so here.

Every other one is taken to say nothing of ``elasticache:Connect``, and named where somebody is refused. Source:
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from .policy import Policy, read_policy

_STATEMENTS: dict[str, dict[str, object]] = {
    "AdministratorAccess": {"Action": "*"},
    "AmazonElastiCacheFullAccess": {"Action": "elasticache:*"},
    "PowerUserAccess": {"NotAction": ["iam:*", "organizations:*", "account:*"]},
}


def managed_policy(arn: str) -> Policy | None:
    """The policy of AWS with this ARN, if it lets its holder connect."""
    _, owned_by_aws, name = arn.partition(":iam::aws:policy/")
    actions = _STATEMENTS.get(name) if owned_by_aws else None
    if actions is None:
        return None
    return read_policy(name, {"Statement": {"Effect": "Allow", "Resource": "*"} | actions})
