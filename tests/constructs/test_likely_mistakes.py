"""What people write by mistake, each told with the way out."""

from typing import Any

import pytest
from aws_cdk import Environment, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager

import cdk_elasticache as elasticache

from .ground import ALL, Ground, new_app, new_ground, properties, refusal
from .making import Known, cache, group, importing, password_user


def message(make: Any) -> str:
    return refusal(make)[1].message


def test_a_secret_in_the_place_of_its_value_is_told_with_the_attribute(ground: Ground, here: str) -> None:
    secret = secretsmanager.Secret(ground.stack, f"{here}Secret")
    assert message(lambda: password_user(passwords=[secret])(ground, here)) == (
        "passwords[0] must be a SecretValue, got a Secret; pass its secret_value"
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (Known("app"), "got a Known; put it into a group: UserGroup(self, 'Group', users=[...])"),
        ([Known("app")], "got a list; put them into a group: UserGroup(self, 'Group', users=[...])"),
        ([], "got a list; write UserGroup.from_user_group_name(...) for one that exists already"),
    ],
)
def test_users_in_the_place_of_a_group_are_told_with_the_group(
    given: Any, told: str, ground: Ground, here: str
) -> None:
    assert (
        message(lambda: cache(user_group=given)(ground, here)) == f"user_group must be a user group, {told}"
    )


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (cache(backup={"backupTime": None}), "got 'backupTime'; did you mean backup_time?"),
        (
            cache(cache_usage_limits={"requestRateLimitMaximum": 1}),
            "did you mean request_rate_limit_maximum?",
        ),
        (cache(vpc_subnets={"subnetType": 1}), "got 'subnetType'; did you mean subnet_type?"),
        (cache(vpc_subnets={"colour": 1}), "got 'colour'"),
        (cache(backup={5: 1}), "got 5"),
    ],
)
def test_a_key_as_javascript_has_it_is_told_with_pythons(
    make: Any, told: str, ground: Ground, here: str
) -> None:
    assert message(lambda: make(ground, here)).endswith(told)


def test_a_cache_in_the_place_of_its_backup_settings_is_refused(ground: Ground, here: str) -> None:
    other = cache()(ground, f"{here}Other")
    assert message(lambda: cache(backup=other)(ground, here)) == (
        "backup must be a BackupSettings or a dict, got a ServerlessCache"
    )


@pytest.mark.parametrize(
    ("importer", "argument", "remedy"),
    [
        (elasticache.IamUser.from_user_id, "user_id", "; give it as user_arn"),
        (elasticache.UserGroup.from_user_group_name, "user_group_name", "; give it as user_group_arn"),
        (
            elasticache.ServerlessCache.from_serverless_cache_name,
            "serverless_cache_name",
            "; give it as serverless_cache_arn",
        ),
    ],
)
def test_an_arn_or_a_line_in_the_place_of_a_name_is_refused(
    importer: Any, argument: str, remedy: str, ground: Ground, here: str
) -> None:
    arn = "arn:aws:elasticache:eu-west-1:111122223333:user:app"
    assert (
        message(lambda: importing(importer, arn)(ground, here))
        == f"{argument} must be a name, got {arn!r}{remedy}"
    )
    assert (
        message(lambda: importing(importer, "app\n")(ground, here))
        == f"{argument} must be a name, got 'app\\n'"
    )


@pytest.mark.parametrize(
    "make",
    [
        importing(elasticache.IamUser.from_user_arn, "arn:aws:elasticache:eu-west-1:111122223333:user:app\n"),
        importing(elasticache.UserGroup.from_user_group_arn, "arn:aws:elasticache:eu-west-1:1:usergroup:a b"),
        cache(backup={"backup_arns_to_restore": ["arn:aws:elasticache:eu-west-1:1:snapshot:app\n"]}),
    ],
)
def test_an_arn_with_a_blank_is_refused(make: Any, ground: Ground, here: str) -> None:
    assert refusal(lambda: make(ground, here))[0].code in {
        "InvalidUserArn",
        "InvalidUserGroupArn",
        "InvalidBackupArn",
    }


def test_what_is_no_identity_is_told_so(ground: Ground, here: str) -> None:
    made = cache()(ground, here)
    assert message(lambda: made.grant_connect("role")) == (
        "grantee must be an identity of IAM, got 'role'; pass an iam.Role, a lambda Function or the like"
    )
    assert message(lambda: elasticache.AccessControl.from_access_string(5)) == (  # type: ignore[arg-type]
        "access_string must be a str or an AccessString, got 5"
    )


@pytest.mark.parametrize(("fields", "number"), [("0 9 * * ?", 5), ("0 9 * * ? * *", 7)])
def test_a_schedule_of_other_than_six_fields_is_refused(
    fields: str, number: int, ground: Ground, here: str
) -> None:
    schedule = events.Schedule.expression(f"cron({fields})")
    assert message(lambda: cache(backup={"backup_time": schedule})(ground, here)) == (
        "backup_time must have 6 fields (minute, hour, day of month, month, day of week, year), not "
        f"{number}, got 'cron({fields})'"
    )


@pytest.mark.parametrize(
    ("key_arn", "rendered"),
    [
        ("arn:aws:kms:eu-west-1:111122223333:key/abc", "abc"),
        ("arn:aws:kms:us-east-1:111122223333:key/abc", "arn:aws:kms:us-east-1:111122223333:key/abc"),
        ("arn:aws:kms:eu-west-1:999999999999:key/abc", "arn:aws:kms:eu-west-1:999999999999:key/abc"),
    ],
)
def test_a_key_of_another_account_or_region_is_rendered_by_its_arn(key_arn: str, rendered: str) -> None:
    stack = Stack(new_app(), "Stack", env=Environment(account="111122223333", region="eu-west-1"))
    ground = Ground(stack, ec2.Vpc(stack, "Vpc", nat_gateways=0))
    subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
    cache(kms_key=kms.Key.from_key_arn(stack, "Key", key_arn), vpc_subnets=subnets)(ground, "Cache")
    assert properties(stack, "ServerlessCache")[0]["KmsKeyId"] == rendered


def test_a_key_is_rendered_by_its_id_where_nobody_knows_the_account() -> None:
    # As the alpha module does: another text would replace the caches of those who come from it.
    ground = new_ground()
    key = kms.Key.from_key_arn(ground.stack, "Key", "arn:aws:kms:eu-west-1:111122223333:key/abc")
    cache(kms_key=key)(ground, "Cache")
    assert properties(ground.stack, "ServerlessCache")[0]["KmsKeyId"] == "abc"


def test_a_user_of_odd_truth_is_a_user_all_the_same(ground: Ground, here: str) -> None:
    class Empty(Known):
        def __len__(self) -> int:
            return 0

    made = group(users=[Empty("app")])(ground, here)
    assert [user.user_id for user in made.users] == ["app"]
    assert ALL.access_string == "on ~* +@all"
