"""The slots into which lifetime value puts purchases: days, or periods with one opportunity each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from visavis.insight.analyses.base import day
from visavis.insight.engine import Engine

_MONDAY = dt.date(1970, 1, 5)
_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Clock:
    """A slot is `days` long, `scale` of them are one unit of time of the model; `discrete` if it is an opportunity."""

    every: str
    days: float
    scale: float
    discrete: bool

    def number(self, date: dt.date) -> int:
        """The slot that a day lies in."""
        if self.every in ("month", "quarter"):
            months = date.year * 12 + date.month - 1
            return months if self.every == "month" else months // 3
        days = (date - _MONDAY).days
        return days // 7 if self.every == "week" else days

    def begins(self, number: int) -> dt.date:
        """The first day of a slot."""
        if self.every in ("month", "quarter"):
            months = number * (1 if self.every == "month" else 3)
            return dt.date(months // 12, months % 12 + 1, 1)
        return _MONDAY + dt.timedelta(days=number * (7 if self.every == "week" else 1))

    def last(self, as_of: dt.date) -> int:
        """The last slot that had ended when `as_of` began."""
        return self.number(as_of) - 1


CLOCKS: Mapping[str, Clock] = MappingProxyType(
    {
        "any_day": Clock("any_day", 1.0, 7.0, False),
        "week": Clock("week", 7.0, 1.0, True),
        "month": Clock("month", _YEAR / 12, 1.0, True),
        "quarter": Clock("quarter", _YEAR / 4, 1.0, True),
    }
)


def slot(engine: Engine, every: str) -> Any:
    """The slot of the column `day`, as a 64-bit integer."""
    F = engine.F  # noqa: N806
    if every in ("month", "quarter"):
        months = F.year("day") * 12 + F.month("day") - 1
        return (months if every == "month" else F.floor(months / 3)).cast("bigint")
    days = F.datediff(F.col("day"), day(engine, _MONDAY))
    return (F.floor(days / 7) if every == "week" else days).cast("bigint")
