"""How much a cache may hold and do: each bound once, with its unit.

Sources: the quotas page, https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html, and the
properties ``CacheUsageLimits`` and ``SnapshotRetentionLimit`` of ``AWS::ElastiCache::ServerlessCache``.
"""

from typing import NamedTuple

from ..errors import ValidationError


class Bounds(NamedTuple):
    """A closed interval of whole numbers with a unit. The message is made here, so no call misquotes it."""

    low: int
    high: int
    unit: str

    def check(self, parameter: str, value: float, *, code: str, remedy: str = "") -> None:
        """Refuse a number outside the interval, or a fraction.

        :raises ValidationError: with ``code``.
        """
        if not self.low <= value <= self.high or value != int(value):
            rule = (
                f"{parameter} must be a whole number from {self.low} to {self.high} {self.unit}, got {value}"
            )
            raise ValidationError(code, rule, remedy=remedy, parameter=parameter, value=value)


#: Size of the data, ``DataStorage``. CloudFormation writes the unit ``GB`` and means GiB.
DATA_STORAGE = Bounds(1, 5_000, "GiB")
#: Rate of requests, ``ECPUPerSecond``.
REQUEST_RATE = Bounds(1_000, 15_000_000, "ECPU/s")
#: How long an automatic backup is kept, ``SnapshotRetentionLimit``.
BACKUP_RETENTION = Bounds(1, 35, "days")


def check_data_storage(minimum: float | None, maximum: float | None) -> None:
    """Refuse storage limits that the service refuses. ``None``: not given, or not known yet.

    :raises ValidationError: ``InvalidDataStorageMinimum``, ``InvalidDataStorageMaximum`` or
        ``InvalidDataStorageRange``.
    """
    _check_pair(DATA_STORAGE, "data_storage_{}_size", "InvalidDataStorage", minimum, maximum)


def check_request_rate(minimum: float | None, maximum: float | None) -> None:
    """Refuse rate limits that the service refuses. ``None``: not given, or not known yet.

    :raises ValidationError: ``InvalidRequestRateMinimum``, ``InvalidRequestRateMaximum`` or
        ``InvalidRequestRateRange``.
    """
    _check_pair(REQUEST_RATE, "request_rate_limit_{}", "InvalidRequestRate", minimum, maximum)


def check_backup_retention(days: float) -> None:
    """Refuse a retention that the service refuses.

    :raises ValidationError: ``InvalidBackupRetentionLimit``.
    """
    BACKUP_RETENTION.check(
        "backup_retention_limit",
        days,
        code="InvalidBackupRetentionLimit",
        remedy="leave it out to turn automatic backups off" if days == 0 else "",
    )


def _check_pair(bounds: Bounds, name: str, code: str, minimum: float | None, maximum: float | None) -> None:
    low, high = name.format("minimum"), name.format("maximum")
    remedy = "leave it out to set no limit"
    if minimum is not None:
        bounds.check(low, minimum, code=f"{code}Minimum", remedy=remedy if minimum == 0 else "")
    if maximum is not None:
        bounds.check(high, maximum, code=f"{code}Maximum", remedy=remedy if maximum == 0 else "")
    if minimum is not None and maximum is not None and minimum > maximum:
        raise ValidationError(
            f"{code}Range",
            f"{low} must not exceed {high}, got {minimum} and {maximum} {bounds.unit}",
            parameter=low,
            value=minimum,
        )
