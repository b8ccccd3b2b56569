"""What a piece of work costs: rates by driver, each from a day on; none is ever changed, so every version stays known.

A driver is what is priced: a kind of activity, a priority of tickets, a delivery, a return, credit given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from visavis.kernel.errors import FieldError, Invalid
from visavis.kernel.money import plain
from visavis.records.context import Context
from visavis.store import Tx
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
Unit = Literal["hour", "each", "per_cent_year"]

WORK = ("call", "meeting", "visit")
"""Activities that always take somebody's time: without a rate their cost is unknown, not nothing."""
TICKETS = ("ticket", "ticket.low", "ticket.normal", "ticket.high", "ticket.urgent")
_TIMED: tuple[Unit, ...] = ("hour", "each")
DRIVERS: Mapping[str, tuple[Unit, ...]] = {
    **dict.fromkeys((*WORK, "task", "email", "note", "time"), _TIMED),
    **dict.fromkeys((*TICKETS, "delivery", "return", "discount", "campaign", "other"), ("each",)),
    "credit": ("per_cent_year",),
}
"""Every driver and the units in which it can be priced."""
BARS = {
    **dict.fromkeys((*WORK, "task", "email", "note", "time"), "sales"),
    **dict.fromkeys(TICKETS, "service"),
    "delivery": "delivery",
    "return": "returns",
    "credit": "credit",
    "discount": "discounts",
    "campaign": "campaign",
    "other": "other",
}
"""The bar of the waterfall into which a driver goes; work that serves a ticket goes into service."""
_MOST = Decimal(1_000_000_000)


@dataclass(frozen=True, slots=True)
class Rate:
    """`amount` per hour or piece in the workspace's currency, or per cent a year; None: not priced from that day on.

    `minutes` is what a piece of work is taken to last where no duration was logged.
    """

    driver: str
    unit: Unit
    amount: Decimal | None
    valid_from: dt.date
    minutes: Decimal | None = None
    note: str | None = None


async def load_rates(tx: Tx) -> dict[str, Any]:
    """`version`, the rates in force today as `now`, and every rate ever set as `history`, the newest first."""
    rows = [dict(row) for row in await tx.rows(SQL.rate_history)]
    today = [row for row in rows if row["in_force"]]
    told = [_told(row) for row in rows]
    return {
        "version": max((row["id"] for row in rows), default=0),
        "now": [told[rows.index(row)] for row in sorted(today, key=lambda row: row["driver"])],
        "history": told,
        "drivers": {name: list(units) for name, units in DRIVERS.items()},
    }


async def save_rates(ctx: Context, rates: Sequence[Rate], currency: str) -> None:
    """Add the rates to the history. They hold from the next refresh. Raises Invalid with a problem per rate."""
    problems = [problem for place, rate in enumerate(rates) for problem in _problems(place, rate)]
    if problems:
        raise Invalid("The rates do not fit.", errors=problems)
    for rate in rates:
        values = (rate.driver, rate.unit, rate.amount, currency, rate.minutes, rate.valid_from, rate.note)
        await ctx.tx.execute(SQL.add_rate, *values, ctx.actor.user_id)


def _problems(place: int, rate: Rate) -> list[FieldError]:
    where = f"rates.{place}"
    units = DRIVERS.get(rate.driver)
    if units is None:
        return [FieldError(f"{where}.driver", "unknown", f"There is no driver '{rate.driver}': {', '.join(DRIVERS)}.")]
    found = []
    if rate.unit not in units:
        found.append(FieldError(f"{where}.unit", "value", f"{rate.driver} is priced by {' or '.join(units)}."))
    if rate.amount is not None and not 0 <= rate.amount < _MOST:
        found.append(FieldError(f"{where}.amount", "value", "A rate is zero or more, and below a billion."))
    if rate.minutes is not None and not 0 <= rate.minutes <= 1440:
        found.append(FieldError(f"{where}.minutes", "value", "A piece of work lasts between 0 and 1,440 minutes."))
    return found


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: row[name] if row[name] is None else plain(row[name]) for name in ("amount", "minutes")}
    dates = {"valid_from": row["valid_from"].isoformat(), "set_at": row["set_at"].isoformat().replace("+00:00", "Z")}
    return dict(row) | numbers | dates
