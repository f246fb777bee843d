"""Instants, held against the standard library's own calendar."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk_elasticache.model.iam.instant import compact, extended, read, read_compact

INSTANTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(INSTANTS)
def test_an_instant_is_written_as_the_calendar_has_it(instant: datetime) -> None:
    whole = instant.replace(microsecond=0)
    written = whole.replace(tzinfo=None).isoformat() + "Z"
    assert extended(whole.timestamp()) == extended(whole.timestamp() + 0.5) == written
    assert compact(whole.timestamp()) == written.replace("-", "").replace(":", "")


@given(INSTANTS, ZONES)
def test_what_is_written_is_read_back_in_any_zone(instant: datetime, zone: timezone) -> None:
    whole = instant.replace(microsecond=0)
    assert read_compact(compact(whole.timestamp())) == whole.timestamp()
    assert read(extended(whole.timestamp())) == whole.timestamp()
    assert read(whole.astimezone(zone).isoformat()) == whole.timestamp()


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026", "2026-01-01T00:00:00Z"),
        ("2024-02", "2024-02-01T00:00:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
        ("2026-01-31T12:00Z", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00", "2026-01-31T12:00:00Z"),
        ("2026-01-31T00:30:00+01:00", "2026-01-30T23:30:00Z"),
        ("2026-01-31T23:30-01:00", "2026-02-01T00:30:00Z"),
        ("1769860800", "2026-01-31T12:00:00Z"),
    ],
)
def test_a_shorter_form_stands_for_a_whole_one(text: str, same: str) -> None:
    assert read(text) == read(same)


def test_parts_of_a_second_count() -> None:
    assert read("2026-01-31T12:00:00.25Z") == 1_769_860_800.25


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "soon",
            "26",
            "2026-13",
            "2026-00",
            "2025-02-29",
            "1900-02-29",
            "2026-01-31T",
            "2026-01-31T24:00Z",
        ),
        *("2026-01-31T12", "2026-01-31T12:60Z", "2026-01-31T12:00:60Z", "2026-01-31 12:00Z", "2026-1-31"),
        *("2026-01-31T12:00+1", "2026-01-31T12:00:00.Z", "2026-01-31T12:00+01.00", "2026-01-31-01", "٢٠٢٦"),
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it is all there is to say
        read(text)


@given(st.text("0123456789-:TZ+.", max_size=25))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    for reader in (read, read_compact):
        with suppress(ValueError):
            assert isinstance(reader(text), float | int)
