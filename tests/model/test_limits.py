"""Storage, rate and retention: both sides of each bound, from the quotas page and CloudFormation's properties."""

import pytest

from cdk_elasticache.errors import ValidationError
from cdk_elasticache.model.limits import check_backup_retention, check_data_storage, check_request_rate

from .refusals import Refusal, refusal

STORAGE = "data_storage_{}_size must be a whole number from 1 to 5000 GiB, got {}"
RATE = "request_rate_limit_{} must be a whole number from 1000 to 15000000 ECPU/s, got {}"
NO_LIMIT = "; leave it out to set no limit"
INFINITY, NAN = float("inf"), float("nan")


@pytest.mark.parametrize("size", [1, 2, 4999, 5000, 5000.0])
def test_storage_from_1_to_5000_gib_is_taken(size: float) -> None:
    check_data_storage(size, None)
    check_data_storage(None, size)
    check_data_storage(size, size)


@pytest.mark.parametrize("size", [-1, 0.5, 1.5, 5001, INFINITY, -INFINITY])
def test_storage_outside_of_1_to_5000_whole_gib_is_refused(size: float) -> None:
    assert refusal(check_data_storage, size, None) == Refusal(
        "InvalidDataStorageMinimum", "data_storage_minimum_size", size, STORAGE.format("minimum", size)
    )
    assert refusal(check_data_storage, None, size) == Refusal(
        "InvalidDataStorageMaximum", "data_storage_maximum_size", size, STORAGE.format("maximum", size)
    )


@pytest.mark.parametrize("rate", [1000, 1001, 14_999_999, 15_000_000, 15e6])
def test_a_rate_from_1000_to_15000000_is_taken(rate: float) -> None:
    check_request_rate(rate, None)
    check_request_rate(None, rate)
    check_request_rate(rate, rate)


@pytest.mark.parametrize("rate", [-1000, 999, 999.5, 1000.5, 15_000_001, INFINITY])
def test_a_rate_outside_of_1000_to_15000000_whole_ecpu_is_refused(rate: float) -> None:
    assert refusal(check_request_rate, rate, None) == Refusal(
        "InvalidRequestRateMinimum", "request_rate_limit_minimum", rate, RATE.format("minimum", rate)
    )
    assert refusal(check_request_rate, None, rate) == Refusal(
        "InvalidRequestRateMaximum", "request_rate_limit_maximum", rate, RATE.format("maximum", rate)
    )


def test_zero_is_refused_with_the_way_to_have_no_limit() -> None:
    assert refusal(check_data_storage, 0, None).message == STORAGE.format("minimum", 0) + NO_LIMIT
    assert refusal(check_data_storage, None, 0).message == STORAGE.format("maximum", 0) + NO_LIMIT
    assert refusal(check_request_rate, 0, None).message == RATE.format("minimum", 0) + NO_LIMIT
    assert refusal(check_request_rate, None, 0).message == RATE.format("maximum", 0) + NO_LIMIT


def test_a_minimum_above_the_maximum_is_refused() -> None:
    assert refusal(check_data_storage, 11, 10) == Refusal(
        "InvalidDataStorageRange",
        "data_storage_minimum_size",
        11,
        "data_storage_minimum_size must not exceed data_storage_maximum_size, got 11 and 10 GiB",
    )
    assert refusal(check_request_rate, 2001, 2000) == Refusal(
        "InvalidRequestRateRange",
        "request_rate_limit_minimum",
        2001,
        "request_rate_limit_minimum must not exceed request_rate_limit_maximum, got 2001 and 2000 ECPU/s",
    )


@pytest.mark.parametrize(("minimum", "maximum"), [(1, 2), (2, 2), (1, None), (None, 1), (None, None)])
def test_a_minimum_up_to_the_maximum_is_taken(minimum: int | None, maximum: int | None) -> None:
    check_data_storage(minimum, maximum)


@pytest.mark.parametrize("days", [1, 2, 34, 35, 35.0])
def test_a_retention_from_1_to_35_days_is_taken(days: float) -> None:
    check_backup_retention(days)


@pytest.mark.parametrize("days", [-1, 0.5, 1.5, 36, 365])
def test_a_retention_outside_of_1_to_35_whole_days_is_refused(days: float) -> None:
    assert refusal(check_backup_retention, days) == Refusal(
        "InvalidBackupRetentionLimit",
        "backup_retention_limit",
        days,
        f"backup_retention_limit must be a whole number from 1 to 35 days, got {days}",
    )


def test_no_retention_is_refused_with_the_way_to_turn_backups_off() -> None:
    assert refusal(check_backup_retention, 0).message == (
        "backup_retention_limit must be a whole number from 1 to 35 days, got 0; leave it out to turn automatic "
        "backups off"
    )


def test_what_is_no_number_at_all_is_refused_as_outside() -> None:
    with pytest.raises(ValidationError, match="must be a whole number from 1 to 35 days, got nan"):
        check_backup_retention(NAN)
