"""The RFM grid, the cohorts and the spread of a measure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Any

from visavis.insight.answers.scope import MEASURES, Customers, Filter, Last, customers, equals, last, spent
from visavis.insight.settings import Settings
from visavis.kernel.errors import BadRequest
from visavis.kernel.money import plain
from visavis.records import Context
from visavis.store.build import column

_STEPS = (Decimal(1), Decimal(2), Decimal(5))
_EVEN = {"p_alive": Decimal(5), "recency_days": Decimal(30)}
_COUNTS = ("frequency", "invoice_count", "expected_purchases")
SPREADS = (*MEASURES, *_EVEN, *_COUNTS)
MAX_BINS = 40


async def rfm(ctx: Context, name: str) -> dict[str, Any]:
    """25 cells of recency and frequency, and the named segments, with the value of each."""
    found = await last(ctx, name)
    scope = customers(ctx, name, "r_score", "f_score", "rfm_segment", "monetary")
    cells = await ctx.tx.rows(
        "select t_d.r_score as r, t_d.f_score as f, count(*) as n, sum(t_d.monetary) as value"
        f" {scope.rows} and t_d.r_score is not null group by 1, 2 order by 1, 2",
        *scope.params,
    )
    segments = await ctx.tx.rows(
        "select t_d.rfm_segment as segment, count(*) as n, sum(t_d.monetary) as value"
        f" {scope.rows} and t_d.rfm_segment is not null group by 1 order by 3 desc",
        *scope.params,
    )
    return {
        "n": sum(row["n"] for row in cells),
        "cells": [
            {"r": row["r"], "f": row["f"]}
            | _counted(row, found, {"and": [equals("r_score", row["r"]), equals("f_score", row["f"])]})
            for row in cells
        ],
        "segments": [
            {"segment": row["segment"]} | _counted(row, found, equals("rfm_segment", row["segment"]))
            for row in segments
        ],
    }


def _counted(row: Any, found: Last, tree: Filter) -> dict[str, Any]:
    return {"count": row["n"], "value": spent(row["value"], found.settings.currency), "filter": tree}


async def cohorts(ctx: Context, name: str) -> dict[str, Any]:
    """Customers by month of first purchase, and how many of them bought again in each later month."""
    found = await last(ctx, name)
    scope = customers(ctx, name, "cohort_month")
    place = f"${len(scope.params) + 1}::text"
    rows = await ctx.tx.rows(
        f"with c as (select t.id, t_d.cohort_month as first {scope.rows} and t_d.cohort_month is not null)"
        " select c.first, m.month, count(*) as retained from c"
        f" join insight_month m on m.object = {place} and m.id = c.id group by 1, 2 order by 1, 2",
        *scope.params,
        name,
    )
    sizes = {row["first"]: row["retained"] for row in rows if row["first"] == row["month"]}
    return {"cohorts": [_cohort(name, month, size, rows, found) for month, size in sizes.items()]}


def _cohort(name: str, first: dt.date, size: int, rows: Any, found: Last) -> dict[str, Any]:
    cells = [_cell(name, first, size, row, found) for row in rows if row["first"] == first]
    return {
        "month": first.isoformat(),
        "size": size,
        "filter": equals("cohort_month", first.isoformat()),
        "cells": cells,
    }


def _cell(name: str, first: dt.date, size: int, row: Any, found: Last) -> dict[str, Any]:
    month: dt.date = row["month"]
    return {
        "offset": (month.year - first.year) * 12 + month.month - first.month,
        "month": month.isoformat(),
        "retained": row["retained"],
        "share": round(row["retained"] / size, 6),
        "filter": {"and": [equals("cohort_month", first.isoformat()), bought_in(name, month, found)]},
    }


def bought_in(name: str, month: dt.date, found: Last) -> dict[str, Any]:
    """Customers with an invoice of that month with a line that the settings call a sale: a purchase to the analyses."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(found.settings.timezone)
    following = (month + dt.timedelta(days=32)).replace(day=1)
    ends = [dt.datetime.combine(day, dt.time(), zone) for day in (month, min(following, found.settings.day))]
    begin, end = (moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z") for moment in ends)
    tests: list[Any] = [
        {"field": "issued_at", "op": "ge", "value": begin},
        {"field": "issued_at", "op": "lt", "value": end},
        {"field": "status", "op": "not_in", "value": ["draft", "void"]},
        {"field": "kind", "op": "ne", "value": "credit_note"},
        {"related": "invoice_line.invoice", "filter": {"and": _sold(found.settings)}},
    ]
    if found.settings.cleaning == "textbook":
        tests.append({"not": {"field": "number", "op": "starts_with", "value": "C"}})
    if name == "person":
        tests.append({"field": "company", "op": "empty"})
    return {"related": f"invoice.{name}", "filter": {"and": tests}}


def _sold(settings: Settings) -> list[Filter]:
    above = ("amount", "quantity", "unit_price") if settings.cleaning == "textbook" else ("amount",)
    tests: list[Filter] = [{"field": name, "op": "gt", "value": "0"} for name in above]
    tests.append(equals("amount.currency", settings.currency))
    if settings.fee_products:
        tests.append({"not": {"field": "product.code", "op": "in", "value": list(settings.fee_products)}})
    return tests


async def distribution(ctx: Context, name: str, measure: str | None = None) -> dict[str, Any]:
    """Customers per bin of a measure, its median and mean. Money and counts have bins that grow (1, 2, 5, 10 ...)."""
    found = await last(ctx, name)
    chosen = measure or found.settings.measure
    if chosen not in SPREADS:
        raise BadRequest(f"'{chosen}' cannot be spread: choose one of {', '.join(SPREADS)}.")
    scope = customers(ctx, name, chosen)
    value = column(scope.obj.field(chosen), "t")
    row = await ctx.tx.row(
        f"select count(*) as n, min({value})::numeric as low, max({value})::numeric as high, avg({value}) as mean,"
        f" percentile_cont(0.5) within group (order by {value})::numeric as median"
        f" {scope.rows} and {value} is not null",
        *scope.params,
    )
    whole = dict(row or {})
    bins = await _bins(ctx, scope, value, chosen, whole) if whole["n"] else []
    told = {key: None if whole[key] is None else plain(round(whole[key], 4)) for key in ("median", "mean")}
    return {"measure": chosen, "n": whole["n"], "bins": bins, **told}


async def _bins(
    ctx: Context, scope: Customers, value: str, measure: str, whole: dict[str, Any]
) -> list[dict[str, Any]]:
    edges = _edges(measure, whole["low"], whole["high"])
    rows = await ctx.tx.rows(
        f"select width_bucket({value}::numeric, ${len(scope.params) + 1}::numeric[]) as bin, count(*) as n"
        f" {scope.rows} and {value} is not null group by 1",
        *scope.params,
        edges,
    )
    counts = {row["bin"]: row["n"] for row in rows}
    return [_bin(measure, low, high, counts.get(i, 0)) for i, (low, high) in enumerate(pairwise(edges), 1)]


def _bin(measure: str, low: Decimal, high: Decimal, count: int) -> dict[str, Any]:
    begin, end = f"{low:f}", f"{high:f}"
    inside = [{"field": measure, "op": "ge", "value": begin}, {"field": measure, "op": "lt", "value": end}]
    return {"from": begin, "to": end, "count": count, "filter": {"and": inside}}


def _edges(measure: str, low: Decimal, high: Decimal) -> list[Decimal]:
    """Edges of half-open bins from below the smallest to above the largest value."""
    if measure in _EVEN:
        return _even(_EVEN[measure], high)
    ladder = _ladder(max(abs(low), abs(high)))
    edges = [-edge for edge in reversed(ladder)] + [Decimal(0), *ladder]
    first = max(i for i, edge in enumerate(edges) if edge <= low)
    past = min(i for i, edge in enumerate(edges) if edge > high)
    return edges[first : past + 1]


def _even(step: Decimal, high: Decimal) -> list[Decimal]:
    count = int(high // step) + 2
    while count > MAX_BINS:
        step, count = step * 2, int(high // (step * 2)) + 2
    return [step * i for i in range(count)]


def _ladder(top: Decimal) -> list[Decimal]:
    """1, 2, 5, 10, 20, 50 ... past `top`."""
    ladder: list[Decimal] = []
    power = Decimal(1)
    while not ladder or ladder[-1] <= top:
        ladder += [step * power for step in _STEPS]
        power *= 10
    return ladder
