"""When backups are taken, and what a cache can be restored from.

Sources: ``DailySnapshotTime`` and ``SnapshotArnsToRestore`` of ``AWS::ElastiCache::ServerlessCache``, and
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html
"""

from collections.abc import Callable, Iterator

from ..errors import ValidationError
from .doubts import Doubt
from .references import has_reference

_FIELDS = ("minute", "hour", "day of month", "month", "day of week", "year")
_DAILY = {"day of month": "*", "month": "*", "day of week": "?", "year": "*"}


def daily_time(expression: str, opaque: Callable[[str], bool] = lambda _: False) -> str:
    """Turn ``cron(0 9 * * ? *)`` into the ``09:00`` that the service wants, in UTC.

    A ``*`` as hour or minute counts as 0, as it always did upstream.

    :param expression: a schedule as EventBridge writes it: six fields within ``cron( )``.
    :param opaque: tells which fields have no value yet (tokens); they pass as they are.
    :raises ValidationError: ``UnsupportedBackupSchedule`` where it isn't exactly one time each day.
    """
    if not (expression.startswith("cron(") and expression.endswith(")")):
        raise _unsupported("be a daily time made with Schedule.cron(hour=..., minute=...)", expression)
    given = expression[5:-1].split(" ")
    if len(given) != len(_FIELDS):
        raise _unsupported(f"have {len(_FIELDS)} fields ({', '.join(_FIELDS)}), not {len(given)}", expression)
    fields = dict(zip(_FIELDS, given, strict=True))
    for field, every in _DAILY.items():
        if fields.get(field) != every:
            raise _unsupported(f"leave the {field} open, since backups are daily", expression)
    hour = _clock(fields["hour"], "hour", 23, expression, opaque)
    minute = _clock(fields["minute"], "minute", 59, expression, opaque)
    return f"{hour}:{minute}"


def _clock(text: str, field: str, highest: int, expression: str, opaque: Callable[[str], bool]) -> str:
    if text == "*":
        return "00"
    if opaque(text):
        return text
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and int(text) <= highest):
        raise _unsupported(f"have one {field} from 0 to {highest}", expression)
    return text.zfill(2)


def _unsupported(rule: str, expression: str) -> ValidationError:
    return ValidationError(
        "UnsupportedBackupSchedule",
        f"backup_time must {rule}, got {expression!r}",
        parameter="backup_time",
        value=expression,
    )


def doubts_about_backup(*, has_time: bool, has_retention: bool) -> Iterator[Doubt]:
    """Tell of a backup time that backs nothing up."""
    if has_time and not has_retention:
        yield Doubt(
            "backup-time-without-retention",
            "backup_time has no effect without backup_retention_limit: automatic backups stay off",
            "give the days to keep each backup, 1 to 35",
        )


#: What an ARN in ``SnapshotArnsToRestore`` may name: (service, resource type); "" where ARNs have no type.
_RESTORABLE = {("elasticache", "serverlesscachesnapshot"), ("elasticache", "snapshot"), ("s3", "")}


def check_backup_arn(arn: str) -> None:
    """Refuse what certainly is no backup: no ARN at all, or the ARN of another kind of thing.

    :raises ValidationError: ``InvalidBackupArn``.
    """
    parts = arn.split(":", 6)
    whole = len(parts) > 6 or (len(parts) == 6 and parts[2] == "s3")
    if has_reference(arn):
        # What it refers to may hold any number of fields: only those before it are judged.
        parts, whole = arn.partition("{{resolve:")[0].split(":", 6)[:-1], True
    blank = any(character.isspace() for character in arn)
    if blank or not whole or not any(_may_name(parts, service, kind) for service, kind in _RESTORABLE):
        raise ValidationError(
            "InvalidBackupArn",
            "backup_arns_to_restore must hold ARNs of backups, such as "
            f"arn:aws:elasticache:us-east-1:111122223333:serverlesscachesnapshot:my-backup, got {arn!r}",
            parameter="backup_arns_to_restore",
            value=arn,
        )


def _may_name(parts: list[str], service: str, kind: str) -> bool:
    wanted = ("arn", None, service, None, None, kind or None)
    return all(want in {None, part} for part, want in zip(parts, wanted, strict=False))
