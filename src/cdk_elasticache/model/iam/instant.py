"""Instants as IAM writes them, in UTC; here they are seconds since the epoch. There is no clock in this file.

``20260131T120000Z`` stands in tokens, ``2026-01-31T12:00:00Z`` in policies:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
"""

_DAY = 86_400
#: Days of 400 years, after which the calendar repeats itself, and those from 1 March of year 0 to the epoch.
_CYCLE, _EPOCH = 146_097, 719_468


def compact(instant: float) -> str:
    """``20260131T120000Z``; parts of a second are dropped."""
    return extended(instant).replace("-", "").replace(":", "")


def extended(instant: float) -> str:
    """``2026-01-31T12:00:00Z``; parts of a second are dropped."""
    days, seconds = divmod(int(instant // 1), _DAY)
    year, month, day = _date(days)
    return f"{year:04}-{month:02}-{day:02}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"


def read_compact(text: str) -> int:
    """Seconds since the epoch at ``20260131T120000Z``.

    :raises ValueError: it is written otherwise, or there is no such instant.
    """
    if len(text) != 16 or text[8] != "T" or text[15] != "Z":
        raise ValueError(text)
    return _days(text[:4], text[4:6], text[6:8]) * _DAY + _seconds(text[9:11], text[11:13], text[13:15])


def read(text: str) -> float:
    """Seconds since the epoch at ``2026``, ``2026-01``, ``2026-01-31``, at ``2026-01-31T12:00Z`` with or without
    seconds, their parts and a zone such as ``+01:00``, or at ``1769860800``.

    :raises ValueError: it is written otherwise, or there is no such instant.
    """
    if len(text) > 4 and text.isascii() and text.isdecimal():
        return float(text)
    date, has_time, rest = text.partition("T")
    year, month, day, *more = [*date.split("-"), "01", "01"]
    if len(more) > 2 or (has_time and more != ["01", "01"]):
        raise ValueError(text)
    return _days(year, month, day) * _DAY + (_time(rest) if has_time else 0)


def _time(text: str) -> float:
    """Seconds since midnight in UTC; they may be of the day before or after."""
    time, zone = (text[:-6], text[-6:]) if text[-6:-5] in {"+", "-"} else (text.removesuffix("Z"), "+00:00")
    offset = _seconds(*zone[1:].split(":")) * (1 if zone[0] == "+" else -1)
    clock, has_parts, parts = time.partition(".")
    fraction = _number(parts, len(parts)) / 10 ** len(parts) if has_parts else 0
    return _seconds(*clock.split(":")) + fraction - offset


def _seconds(*fields: str) -> int:
    """Seconds since midnight at hours, minutes and, maybe, seconds."""
    clock = [_number(field, 2) for field in (*fields, "00")[:3]]
    if not 2 <= len(fields) <= 3 or clock[0] > 23 or clock[1] > 59 or clock[2] > 59:
        raise ValueError(clock)
    return clock[0] * 3600 + clock[1] * 60 + clock[2]


def _days(year: str, month: str, day: str) -> int:
    """Days from the epoch to a date of the calendar."""
    date = (_number(year, 4), _number(month, 2), _number(day, 2))
    # A year that begins in March has its leap day at its end.
    years, months = (date[0], date[1] - 3) if date[1] > 2 else (date[0] - 1, date[1] + 9)
    cycle, years = divmod(years, 400)
    days = years * 365 + years // 4 - years // 100 + (153 * months + 2) // 5 + date[2] - 1
    found = cycle * _CYCLE + days - _EPOCH
    if _date(found) != date:
        raise ValueError(date)
    return found


def _date(days: int) -> tuple[int, int, int]:
    """The date so many days after the epoch."""
    cycle, day = divmod(days + _EPOCH, _CYCLE)
    years = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
    day -= years * 365 + years // 4 - years // 100
    months = (5 * day + 2) // 153
    month = months + 3 if months < 10 else months - 9
    return cycle * 400 + years + (month <= 2), month, day - (153 * months + 2) // 5 + 1


def _number(text: str, length: int) -> int:
    if len(text) != length or not (text.isascii() and text.isdigit()) or length > 9:
        raise ValueError(text)
    return int(text)
