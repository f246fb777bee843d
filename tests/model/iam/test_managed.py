"""AWS's own managed policies, as the table of its day has them."""

from datetime import date

import pytest

from cdk_elasticache.model.iam.evaluation import Principal, unread_policies
from cdk_elasticache.model.iam.managed import Unknown, managed_policy
from cdk_elasticache.model.iam.managed_table import DATE, SILENT, STATEMENTS
from cdk_elasticache.model.iam.policy import Policy

AWS = "arn:aws:iam::aws:policy/"


@pytest.mark.parametrize("path", STATEMENTS)
def test_each_policy_of_the_table_is_read(path: str) -> None:
    policy = managed_policy(AWS + path)
    assert isinstance(policy, Policy)
    assert (policy.name, len(policy.statements)) == (path.rpartition("/")[2], len(STATEMENTS[path]))


def test_a_policy_about_other_services_says_nothing() -> None:
    assert managed_policy(AWS + "service-role/AWSLambdaBasicExecutionRole") == Policy(
        "AWSLambdaBasicExecutionRole", ()
    )


@pytest.mark.parametrize(
    "arn",
    [
        "",
        AWS,
        AWS + "NewerThanTheTable",
        AWS + "AmazonS3",
        "arn:aws:iam::000000000000:policy/AdministratorAccess",
    ],
)
def test_a_policy_that_is_not_in_the_table_is_unknown(arn: str) -> None:
    assert managed_policy(arn) is Unknown.POLICY


def test_only_policies_that_are_unknown_are_told_as_unread() -> None:
    foreign = (
        AWS + "AdministratorAccess",
        AWS + "AmazonS3FullAccess",
        AWS + "New",
        "arn:aws:iam::1:policy/Team",
    )
    principal = Principal("role", "r", "arn:aws:iam::1:role/r", foreign=foreign)
    assert unread_policies(principal) == foreign[2:]


def test_the_table_has_its_day_and_no_policy_twice() -> None:
    paths = [*STATEMENTS, *SILENT.split()]
    assert date.fromisoformat(DATE) < date(2100, 1, 1)
    assert len(paths) == len(set(paths)) > 1_400
