"""Who moved from which class to which between two days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from visavis import access
from visavis.insight.analyses import ANALYSES
from visavis.insight.answers.scope import Filter, measure_field, spent, unseen
from visavis.insight.answers.scope import customers as _customers
from visavis.kernel.errors import BadRequest
from visavis.records import Context
from visavis.records.query import build, where
from visavis.store import quoted

HISTORIES = frozenset(name for analysis in ANALYSES for name in analysis.history)
_DAYS = "select distinct since as day from class_history where object = $1 and field = $2 order by 1 desc limit 100"


async def migration(
    ctx: Context, name: str, field: str, begin: dt.date | None, end: dt.date | None, measure: str | None = None
) -> dict[str, Any]:
    """Customers that the actor may see, by class on both days (null: none), with the value of today and a filter each.

    Without days: the newest day on which a class changed, and the one before.
    """
    _checked(ctx, name, field)
    days = [row["day"] for row in await ctx.tx.rows(_DAYS, name, field)]
    last = end or (days[0] if days else None)
    first = begin or next((day for day in days if last and day < last), None)
    if last is None or first is None:
        return {"field": field, "from": None, "to": None, "days": _iso(days), "classes": [], "cells": []}
    rows = await _cells(ctx, name, field, first, last, measure or "revenue_net")
    known = ctx.catalogue.object(name).field(field)
    return {
        "field": field,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "days": _iso(days),
        "classes": [option.value for option in known.options],
        "cells": [_cell(field, first, last, row) for row in rows],
    }


def _checked(ctx: Context, name: str, field: str) -> None:
    obj = _customers(ctx, name).obj
    if field not in HISTORIES:
        raise BadRequest(f"No history is kept of '{field}': choose one of {', '.join(sorted(HISTORIES))}.")
    if field not in {f.name for f in access.readable(ctx.actor, obj)}:
        raise unseen(obj, field)


async def _cells(
    ctx: Context, name: str, field: str, first: dt.date, last: dt.date, measure: str
) -> list[Mapping[str, Any]]:
    obj = ctx.catalogue.object(name)
    visible = {f.name for f in access.readable(ctx.actor, obj)}
    worth = measure_field(ctx, name, measure).name if measure in visible else None
    params: list[Any] = []
    condition = where(ctx, obj, None, params)
    value = f"sum(t_d.{quoted(worth)})" if worth else "null::numeric"
    place = len(params)
    had = (
        f"(select id, class from class_history where object = ${place + 1}::text and field = ${place + 2}::text"
        " and since <= {day}::date and (until is null or until > {day}::date))"
    )
    before, after = had.format(day=f"${place + 3}"), had.format(day=f"${place + 4}")
    currency = f"max(t_d.{quoted(worth + '_currency')})" if worth else "null::text"
    return await ctx.tx.rows(
        f"select b.class as before, a.class as after, count(*) as n, {value} as value, {currency} as currency"
        f" from {before} b full join {after} a on a.id = b.id"
        f" join {build(ctx).rows(obj, 't')} on t.id = coalesce(a.id, b.id)"
        f" where {condition} group by 1, 2 order by 1 nulls last, 2 nulls last",
        *params,
        name,
        field,
        first,
        last,
    )


def _cell(field: str, first: dt.date, last: dt.date, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "before": row["before"],
        "after": row["after"],
        "count": row["n"],
        "value": None if row["value"] is None else spent(row["value"], row["currency"]),
        "filter": {"and": [was(field, first, row["before"]), was(field, last, row["after"])]},
    }


def was(field: str, day: dt.date, value: str | None) -> Filter:
    """The list filter for those that had the class on the day."""
    test: dict[str, Any] = {"op": "empty"} if value is None else {"op": "eq", "value": value}
    return {"field": field, "on": day.isoformat(), **test}


def _iso(days: list[dt.date]) -> list[str]:
    return [day.isoformat() for day in days]
