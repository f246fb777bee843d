"""When backups are made, and what can be restored.

The times are those of ``DailySnapshotTime``: ``HH:MM`` in UTC.
"""

import pytest

from cdk_elasticache.model.backups import check_backup_arn, daily_time, doubts_about_backup
from cdk_elasticache.model.doubts import Doubt

from .refusals import Refusal, refusal


@pytest.mark.parametrize(
    ("expression", "time"),
    [
        ("cron(0 9 * * ? *)", "09:00"),
        ("cron(59 23 * * ? *)", "23:59"),
        ("cron(0 0 * * ? *)", "00:00"),
        ("cron(5 4 * * ? *)", "04:05"),
        ("cron(05 04 * * ? *)", "04:05"),
        ("cron(* 9 * * ? *)", "09:00"),
        ("cron(5 * * * ? *)", "00:05"),
        ("cron(* * * * ? *)", "00:00"),
    ],
)
def test_one_time_a_day_is_read(expression: str, time: str) -> None:
    assert daily_time(expression) == time


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ("cron(0 24 * * ? *)", "have one hour from 0 to 23"),
        ("cron(60 9 * * ? *)", "have one minute from 0 to 59"),
        ("cron(-1 9 * * ? *)", "have one minute from 0 to 59"),
        ("cron(*/5 2 * * ? *)", "have one minute from 0 to 59"),
        ("cron(0,30 2 * * ? *)", "have one minute from 0 to 59"),
        ("cron(0 1-3 * * ? *)", "have one hour from 0 to 23"),
        ("cron(0 abc * * ? *)", "have one hour from 0 to 23"),
        ("cron(0 009 * * ? *)", "have one hour from 0 to 23"),
        ("cron(0 ٣ * * ? *)", "have one hour from 0 to 23"),
        ("cron(0 9 1 * ? *)", "leave the day of month open, since backups are daily"),
        ("cron(0 9 * 1 ? *)", "leave the month open, since backups are daily"),
        ("cron(0 9 ? * MON *)", "leave the day of month open, since backups are daily"),
        ("cron(0 9 * * MON *)", "leave the day of week open, since backups are daily"),
        ("cron(0 9 * * ? 2030)", "leave the year open, since backups are daily"),
        ("cron(0 9 * * ?)", "have 6 fields (minute, hour, day of month, month, day of week, year), not 5"),
        (
            "cron(0 9 * * ? * *)",
            "have 6 fields (minute, hour, day of month, month, day of week, year), not 7",
        ),
        ("cron()", "have 6 fields (minute, hour, day of month, month, day of week, year), not 1"),
        ("CRON(0 9 * * ? *)", "be a daily time made with Schedule.cron(hour=..., minute=...)"),
        ("rate(1 day)", "be a daily time made with Schedule.cron(hour=..., minute=...)"),
        ("09:00", "be a daily time made with Schedule.cron(hour=..., minute=...)"),
        ("", "be a daily time made with Schedule.cron(hour=..., minute=...)"),
    ],
)
def test_anything_but_one_time_a_day_is_refused(expression: str, rule: str) -> None:
    assert refusal(daily_time, expression) == Refusal(
        "UnsupportedBackupSchedule", "backup_time", expression, f"backup_time must {rule}, got {expression!r}"
    )


def test_a_field_without_a_value_yet_passes_as_it_is() -> None:
    assert daily_time("cron(0 TOKEN * * ? *)", lambda field: field == "TOKEN") == "TOKEN:00"
    assert daily_time("cron(TOKEN 9 * * ? *)", lambda field: field == "TOKEN") == "09:TOKEN"


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:elasticache:us-east-1:111122223333:serverlesscachesnapshot:my-backup",
        "arn:aws-cn:elasticache:cn-north-1:111122223333:serverlesscachesnapshot:my-backup",
        "arn:aws:elasticache:us-east-1:111122223333:serverlesscachesnapshot:automatic.cache-2030-01-01-09-00",
        "arn:aws:elasticache:us-east-1:111122223333:snapshot:of-a-cluster",
        "arn:aws:s3:::bucket/dump.rdb",
        "arn:aws:s3:::bucket/folder:with/dump.rdb",
    ],
)
def test_the_arn_of_a_backup_is_taken(arn: str) -> None:
    check_backup_arn(arn)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "my-backup",
        "arn:aws:elasticache",
        "arn:aws:elasticache:us-east-1:111122223333:serverlesscache:my-cache",
        "arn:aws:elasticache:us-east-1:111122223333:user:me",
        "arn:aws:rds:us-east-1:111122223333:snapshot:my-backup",
        "ARN:aws:s3:::bucket/dump.rdb",
    ],
)
def test_what_is_no_arn_of_a_backup_is_refused(arn: str) -> None:
    assert refusal(check_backup_arn, arn) == Refusal(
        "InvalidBackupArn",
        "backup_arns_to_restore",
        arn,
        "backup_arns_to_restore must hold ARNs of backups, such as "
        f"arn:aws:elasticache:us-east-1:111122223333:serverlesscachesnapshot:my-backup, got {arn!r}",
    )


def test_a_time_without_retention_is_doubted() -> None:
    assert list(doubts_about_backup(has_time=True, has_retention=False)) == [
        Doubt(
            "backup-time-without-retention",
            "backup_time has no effect without backup_retention_limit: automatic backups stay off",
            "give the days to keep each backup, 1 to 35",
        )
    ]


@pytest.mark.parametrize(("has_time", "has_retention"), [(True, True), (False, True), (False, False)])
def test_a_time_with_retention_or_no_time_is_not_doubted(has_time: bool, has_retention: bool) -> None:
    assert list(doubts_about_backup(has_time=has_time, has_retention=has_retention)) == []
