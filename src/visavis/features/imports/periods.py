"""Periods as files write them: a running number, or a name like 2024-Q3; each has a first day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

from visavis.features.imports.plan import Period

Unit = Literal["day", "week", "month", "quarter", "half", "year"]
MONTHS: dict[Unit, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_DAYS: dict[Unit, int] = {"day": 1, "week": 7}
_NUMBER = re.compile(r"^([+-]?[0-9]{1,6})(?:\.0+)?$")
_YEAR = re.compile(r"^((?:19|20|21)[0-9]{2})(?:\.0+)?[년年]?$")
_WRITTEN: tuple[tuple[Unit, str], ...] = (
    ("quarter", r"^(?P<y>[0-9]{4})\s*[-/. ]?\s*[QT](?P<n>[1-4])$"),
    ("quarter", r"^[QT](?P<n>[1-4])\s*[-/. ]?\s*(?P<y>[0-9]{4})$"),
    ("quarter", r"^(?P<y>[0-9]{4})\s*[년年]?\s*第?(?P<n>[1-4])\s*(?:분기|季度)$"),
    ("half", r"^(?P<y>[0-9]{4})\s*[-/. ]?\s*[HS](?P<n>[12])$"),
    ("week", r"^(?P<y>[0-9]{4})\s*[-/. ]?\s*W(?P<n>[0-9]{1,2})$"),
    ("month", r"^(?P<y>[0-9]{4})\s*[-/.]\s*(?P<n>0?[1-9]|1[0-2])$"),
    ("month", r"^(?P<n>0?[1-9]|1[0-2])\s*[-/.]\s*(?P<y>[0-9]{4})$"),
    ("month", r"^(?P<y>(?:19|20|21)[0-9]{2})(?P<n>0[1-9]|1[0-2])(?:\.0+)?$"),
    ("month", r"^(?P<y>[0-9]{4})\s*[년年]\s*(?P<n>[0-9]{1,2})\s*[월月]$"),
)
_NAMES = tuple((unit, re.compile(pattern, re.IGNORECASE)) for unit, pattern in _WRITTEN)


def is_day(text: str) -> bool:
    """Whether it is a date like 2026-01-01."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def day_of(cell: str, year: str, period: Period) -> str | None:
    """The first day of the period that the cell tells, as 2026-01-01; None where it cannot be known."""
    try:
        return _day(cell.strip(), year.strip(), period).isoformat()
    except (ValueError, OverflowError):
        return None


def _day(cell: str, year: str, period: Period) -> date:
    number = number_of(cell)
    if period.year is not None:
        found = _YEAR.match(year)
        if found is None or number is None or number < 1:
            raise ValueError(cell)
        return _within(int(found[1]), number, period.unit)
    named = _named(cell, period.unit)
    if named is not None:
        return named
    if number is None or period.start is None:
        raise ValueError(cell)
    return moved(date.fromisoformat(period.start), number - period.first, period.unit)


def number_of(cell: str) -> int | None:
    """The number of a period: ``3``, ``3.0``."""
    found = _NUMBER.match(cell)
    return int(found[1]) if found else None


def unit_of_name(cell: str) -> Unit | None:
    """What a cell like 2024-Q3 names; a year alone only where the file is by years."""
    return next((unit for unit, pattern in _NAMES if pattern.match(cell)), None)


def is_year(cell: str) -> bool:
    return _YEAR.match(cell) is not None


def _named(cell: str, unit: Unit) -> date | None:
    if unit == "year" and (found := _YEAR.match(cell)):
        return date(int(found[1]), 1, 1)
    for named, pattern in _NAMES:
        if found := pattern.match(cell):
            return _within(int(found["y"]), int(found["n"]), named)
    return None


def _within(year: int, number: int, unit: Unit) -> date:
    """The first day of a period of that year; weeks as ISO 8601 counts them."""
    if unit == "week":
        return date.fromisocalendar(year, number, 1)
    day = moved(date(year, 1, 1), number - 1, unit)
    if day.year != year:
        raise ValueError(number)
    return day


def moved(day: date, by: int, unit: Unit) -> date:
    """So many periods later; the day of the month stays, or is the last one that the month has."""
    if unit in _DAYS:
        return day + timedelta(days=by * _DAYS[unit])
    month = day.year * 12 + day.month - 1 + by * MONTHS[unit]
    for shorter in range(4):
        try:
            return date(month // 12, month % 12 + 1, day.day - shorter)
        except ValueError:
            if day.day - shorter <= 28:
                raise
    raise ValueError(by)


def start_before(today: date, count: int, unit: Unit) -> date:
    """The first day of the first of ``count`` periods, when the last of them is the last that is over."""
    return moved(_beginning(today, unit), -count, unit)


def _beginning(today: date, unit: Unit) -> date:
    """The first day of the period that today is in."""
    if unit == "day":
        return today
    if unit == "week":
        return today - timedelta(days=today.weekday())
    size = MONTHS[unit]
    return date(today.year, (today.month - 1) // size * size + 1, 1)
