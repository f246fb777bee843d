"""Dynamic references written as text: what holds one is judged by the rest of it, and reaches the template."""

from typing import Any

import pytest
from aws_cdk import SecretValue
from aws_cdk import aws_events as events

import cdk_elasticache as elasticache

from .ground import Ground, new_ground, properties, refusal, warnings
from .making import Known, cache, group, iam_user, importing, no_password_user, password_user

SSM = "{{resolve:ssm:/App/Name:3}}"
SECRET = "{{resolve:secretsmanager:App:SecretString:name::}}"


def access(text: str) -> elasticache.AccessControl:
    return elasticache.AccessControl.from_access_string(text)


@pytest.mark.parametrize("reference", [SSM, SECRET, "{{resolve:ssm:/a}}"])
def test_every_text_of_a_user_may_hold_a_dynamic_reference(reference: str) -> None:
    ground = new_ground()
    password_user(
        user_id=f"app-{reference}",
        user_name=reference,
        access_control=access(
            f"on ~{reference}:* %R~{reference} &{reference} (~a +get) +@read {reference} -{reference}"
        ),
        passwords=[SecretValue.unsafe_plain_text(reference), SecretValue.unsafe_plain_text(f"x{reference}")],
    )(ground, "User")
    (made,) = properties(ground.stack, "User")
    assert made == {
        "AccessString": f"on ~{reference}:* %R~{reference} &{reference} (~a +get) +@read {reference} -{reference}",
        "AuthenticationMode": {"Type": "password", "Passwords": [reference, f"x{reference}"]},
        "Engine": "valkey",
        "NoPasswordRequired": False,
        "UserId": f"app-{reference}",
        "UserName": reference,
    }
    assert warnings(ground.stack) == []


def test_every_text_of_a_cache_and_a_group_may_hold_a_dynamic_reference() -> None:
    ground = new_ground()
    arns = [SSM, f"arn:aws:s3:::{SSM}", f"arn:aws:elasticache:{SSM}:1:snapshot:{SSM}", f"arn:{SSM}"]
    cache(
        serverless_cache_name=SSM,
        description=f"{SSM} {'x' * 250}",
        backup={
            "backup_time": events.Schedule.cron(hour=SSM, minute="5"),
            "backup_retention_limit": 1,
            "backup_name_before_deletion": f"last-{SSM}",
            "backup_arns_to_restore": arns,
        },
    )(ground, "Cache")
    group(user_group_name=SSM, users=[Known(SSM, SSM)], engine=elasticache.UserEngine.VALKEY)(ground, "Group")
    (made,) = properties(ground.stack, "ServerlessCache")
    assert (made["ServerlessCacheName"], made["DailySnapshotTime"]) == (SSM, f"{SSM}:05")
    assert (made["FinalSnapshotName"], made["SnapshotArnsToRestore"]) == (f"last-{SSM}", arns)
    assert properties(ground.stack, "UserGroup") == [
        {"Engine": "valkey", "UserGroupId": SSM, "UserIds": [SSM]}
    ]
    assert warnings(ground.stack) == []


@pytest.mark.parametrize(
    ("maker", "code"),
    [
        (iam_user(user_id=f"9{SSM}"), "InvalidIdentifier"),
        (iam_user(user_id=f"{SSM}-"), "InvalidIdentifier"),
        (iam_user(user_id=f"a--{SSM}"), "InvalidIdentifier"),
        (iam_user(user_id=f"a_{SSM}"), "InvalidIdentifier"),
        (iam_user(user_id="{{resolve:s3:/a}}"), "InvalidIdentifier"),
        (iam_user(user_id="{{resolve:ssm:}}"), "InvalidIdentifier"),
        (group(user_group_name=f"{SSM} "), "InvalidIdentifier"),
        (password_user(passwords=[SecretValue.unsafe_plain_text(f"a,{SSM}")]), "InvalidPassword"),
        (password_user(passwords=[SecretValue.unsafe_plain_text(SSM + "x" * 129)]), "InvalidPassword"),
        (password_user(passwords=[SecretValue.unsafe_plain_text(SSM)] * 2), "DuplicatePassword"),
        (cache(description=f"<{SSM}"), "InvalidDescriptionCharacters"),
        (cache(description=SSM + "x" * 255), "DescriptionTooLong"),
        (cache(backup={"backup_name_before_deletion": f"{SSM}-"}), "InvalidBackupNameEnd"),
        (cache(backup={"backup_arns_to_restore": [f"arn:aws:sns:{SSM}"]}), "InvalidBackupArn"),
        (cache(backup={"backup_arns_to_restore": [f"{SSM}"[1:]]}), "InvalidBackupArn"),
        (
            cache(backup={"backup_arns_to_restore": [f"arn:aws:elasticache:r:1:user:{SSM}"]}),
            "InvalidBackupArn",
        ),
        (importing(elasticache.IamUser.from_user_arn, SSM), "InvalidUserArn"),
        (importing(elasticache.IamUser.from_user_arn, f"arn:aws:elasticache:r:1:{SSM}"), "InvalidUserArn"),
        (
            importing(elasticache.IamUser.from_user_arn, f"arn:aws:elasticache:r:1:cache:{SSM}"),
            "InvalidUserArn",
        ),
    ],
)
def test_the_rest_of_a_text_with_a_dynamic_reference_is_judged(
    maker: Any, code: str, ground: Ground, here: str
) -> None:
    told, _ = refusal(lambda: maker(ground, here))
    assert told.code == code


@pytest.mark.parametrize(
    "text", [f"on ~{SSM} no rule", f"on {SSM} >secret", f"on (~{SSM} +get", f"on ~* ~{SSM}"]
)
def test_the_rest_of_an_access_string_with_a_dynamic_reference_is_judged(text: str) -> None:
    with pytest.raises(elasticache.AccessStringError):
        access(text)


def test_an_iam_user_may_have_a_reference_for_its_name(ground: Ground, here: str) -> None:
    assert iam_user(user_name=SSM)(ground, here).user_name == SSM
    with pytest.raises(elasticache.ValidationError, match="user_name must equal user_id"):
        iam_user(user_id="a", user_name="b")(ground, f"{here}Other")


def test_a_reference_in_an_arn_is_the_name_and_keeps_its_letters(ground: Ground, here: str) -> None:
    user = importing(elasticache.IamUser.from_user_arn, f"arn:aws:elasticache:{SSM}:{SSM}:user:{SSM}")(
        ground, here
    )
    assert user.user_id == SSM
    named = importing(elasticache.IamUser.from_user_id, SSM)(ground, f"{here}Named")
    assert ground.stack.resolve(named.user_arn)["Fn::Join"][1][-1].endswith(f":user:{SSM}")


def test_a_user_whose_name_is_a_reference_may_complete_a_redis_group() -> None:
    ground = new_ground()
    redis = elasticache.UserEngine.REDIS
    user = no_password_user(user_id="a", user_name=SSM, engine=redis)(ground, "User")
    group(engine=redis, users=[user])(ground, "Group")
    assert len(properties(ground.stack, "UserGroup")) == 1


def test_an_engine_may_be_a_dynamic_reference() -> None:
    ground = new_ground()
    engine = elasticache.UserEngine.of(SSM)
    users = [
        iam_user(engine=engine)(ground, "App"),
        no_password_user(user_id="guest", engine=engine)(ground, "Guest"),
    ]
    readers = group(engine=engine, users=users)(ground, "Group")
    group(engine=elasticache.UserEngine.REDIS, users=[users[0], Known("a", "default", engine)])(
        ground, "Redis"
    )
    cache(engine=elasticache.CacheEngine.of(SSM, SSM), user_group=readers)(ground, "Cache")
    importing(
        elasticache.ServerlessCache.from_serverless_cache_attributes,
        serverless_cache_name="it",
        engine=elasticache.CacheEngine.of(SSM),
    )(ground, "Old")
    assert [it["Engine"] for it in properties(ground.stack, "User")] == [SSM, SSM]
    assert {it["Engine"] for it in properties(ground.stack, "UserGroup")} == {SSM, "redis"}
    (made,) = properties(ground.stack, "ServerlessCache")
    assert (made["Engine"], made["MajorEngineVersion"]) == (SSM, SSM)
    assert warnings(ground.stack) == []
