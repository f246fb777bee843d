"""ARNs: ``arn:PARTITION:elasticache:REGION:ACCOUNT:TYPE:NAME``, as the service authorization reference has them."""

import pytest

from cdk_elasticache.model.arns import CACHE, USER, USER_GROUP, Arn, Kind, parse_arn

from .refusals import Refusal, refusal

KINDS = [CACHE, USER, USER_GROUP]
HEAD = "arn:aws:elasticache:eu-west-1:111122223333"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("separator", [":", "/"])
def test_the_service_s_colon_and_the_alpha_module_s_slash_are_read(kind: Kind, separator: str) -> None:
    assert parse_arn(f"{HEAD}:{kind.type}{separator}my-name", kind) == Arn(
        "eu-west-1", "111122223333", "my-name"
    )


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_every_partition_is_read(partition: str) -> None:
    assert parse_arn(f"arn:{partition}:elasticache:r:a:user:me", USER) == Arn("r", "a", "me")


def test_region_and_account_may_be_missing() -> None:
    assert parse_arn("arn:aws:elasticache:::usergroup:us", USER_GROUP) == Arn("", "", "us")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "arn",
    [
        "",
        "my-name",
        "arn:aws:s3:::bucket/foo",
        "arn:aws:rds:eu-west-1:111122223333:{type}:my-name",
        "arn:aws:elasticache:eu-west-1:111122223333",
        HEAD + ":{type}",
        HEAD + ":{type}:",
        HEAD + ":{type}/",
        HEAD + ":other:my-name",
        HEAD + ":{type}x:my-name",
        HEAD + ":{type}:my:name",
        HEAD + ":{type}/my/name",
        "ar:aws:elasticache:eu-west-1:111122223333:{type}:my-name",
        "arn::elasticache:eu-west-1:111122223333:{type}:my-name",
        "arn:a:b:elasticache:eu-west-1:111122223333:{type}:my-name",
    ],
)
def test_what_is_no_arn_of_that_kind_is_refused(kind: Kind, arn: str) -> None:
    arn = arn.format(type=kind.type)
    assert refusal(parse_arn, arn, kind) == Refusal(
        kind.code,
        kind.parameter,
        arn,
        f"{kind.parameter} must be arn:PARTITION:elasticache:REGION:ACCOUNT:{kind.type}:NAME, got {arn!r}",
    )


def test_each_kind_has_the_code_of_the_alpha_module() -> None:
    assert [kind.code for kind in KINDS] == ["InvalidCacheArn", "InvalidUserArn", "InvalidUserGroupArn"]


def test_a_user_group_is_no_user() -> None:
    assert refusal(parse_arn, f"{HEAD}:usergroup:us", USER).code == "InvalidUserArn"
