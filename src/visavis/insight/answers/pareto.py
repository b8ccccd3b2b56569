"""How unequal the base is: the running share of a measure over customers, best first."""

from __future__ import annotations

from typing import Any

from visavis.insight.answers.base import share
from visavis.insight.answers.scope import Customers, Last, customers, last, measure_field, period, spent
from visavis.records import Context
from visavis.records.query import build
from visavis.store import quoted
from visavis.store.build import column

POINTS = 200


async def pareto(ctx: Context, name: str, measure: str | None = None) -> dict[str, Any]:
    """The curve in at most some 200 points, the cuts with the customer who crosses each, the best fifth, Gini.

    Shares are of the total over all customers whose measure is known, negative ones included. `whole` says whether they
    are all that there are, so that the stored ranks are places on the curve.
    """
    found = await last(ctx, name)
    field = measure_field(ctx, name, measure or found.settings.measure)
    scope = customers(ctx, name, field.name)
    ranked = _ranked(scope, field.name)
    whole = await _whole(ctx, scope, ranked)
    cuts = await _cuts(ctx, scope, ranked, found) if whole["n"] else []
    return {
        "measure": field.name,
        "whole": scope.everybody,
        "n": whole["n"],
        "total": spent(whole["total"], found.settings.currency),
        "currency": found.settings.currency,
        "period": period(found),
        "points": await _points(ctx, scope, ranked, whole["n"], [cut["rank"] for cut in cuts]),
        "cuts": cuts,
        "top20": await _best_fifth(ctx, scope, ranked, whole["n"]),
        "gini": _gini(whole),
    }


def _ranked(scope: Customers, measure: str) -> str:
    value = column(scope.obj.field(measure), "t")
    return (
        f"with v as (select t.id, {value} as value {scope.rows} and {value} is not null),"
        " r as (select id, value, row_number() over w as rank, sum(value) over w as until,"
        " sum(value) over () as total, count(*) over () as n from v"
        " window w as (order by value desc, id rows unbounded preceding))"
    )


async def _whole(ctx: Context, scope: Customers, ranked: str) -> dict[str, Any]:
    row = await ctx.tx.row(
        f"{ranked} select count(*) as n, sum(value) as total, sum((n + 1 - rank) * value) as weighted from r",
        *scope.params,
    )
    return dict(row or {})


async def _points(ctx: Context, scope: Customers, ranked: str, n: int, also: list[int]) -> list[dict[str, Any]]:
    step = max(1, -(-n // POINTS))
    place = len(scope.params)
    rows = await ctx.tx.rows(
        f"{ranked} select rank, n, until, total from r"
        f" where (rank - 1) % ${place + 1} = 0 or rank = n or rank = any(${place + 2}::bigint[]) order by rank",
        *scope.params,
        step,
        also,
    )
    return [_point(row) for row in rows]


def _point(row: Any) -> dict[str, Any]:
    return {
        "rank": row["rank"],
        "share_customers": round(row["rank"] / row["n"], 6),
        "share_value": share(row["until"], row["total"]),
    }


async def _cuts(ctx: Context, scope: Customers, ranked: str, found: Last) -> list[dict[str, Any]]:
    return [
        cut
        for name, per_cent in zip("AB", found.settings.cuts, strict=True)
        if (cut := await _cut(ctx, scope, ranked, name, per_cent, found.settings.crosser == "in"))
    ]


async def _cut(
    ctx: Context, scope: Customers, ranked: str, name: str, per_cent: Any, inside: bool
) -> dict[str, Any] | None:
    """The last customer of the class, and the one whose value crosses the cut (the last one or the next)."""
    limit, beyond = f"${len(scope.params) + 1}::numeric", ">=" if inside else ">"
    rows = await ctx.tx.rows(
        f"{ranked}, c as (select min(rank) as rank from r where until * 100 {beyond} {limit} * total)"
        f" select r.rank, r.n, r.until, r.total, r.id, {build(ctx).title(scope.obj, 't')} as title, c.rank as crossing"
        f" from r join c on r.rank in (c.rank, c.rank - 1)"
        f" join {quoted(scope.obj.name)} t on t.id = r.id order by r.rank",
        *scope.params,
        per_cent,
    )
    if not rows or rows[-1]["total"] <= 0:
        return None
    crossing = rows[-1]
    within = crossing if inside else rows[0] if len(rows) > 1 else None
    point = _point(within) if within else {"rank": 0, "share_customers": 0.0, "share_value": 0.0}
    return {
        "class": name,
        "cut": float(per_cent),
        **point,
        "crosses": {"id": crossing["id"], "title": crossing["title"]},
    }


async def _best_fifth(ctx: Context, scope: Customers, ranked: str, n: int) -> dict[str, Any]:
    """A fifth of the customers, rounded down, and at least one."""
    best = max(1, n // 5) if n else 0
    row = await ctx.tx.row(
        f"{ranked} select until, total from r where rank = ${len(scope.params) + 1}", *scope.params, best
    )
    return {"count": best, "share_value": share(row["until"], row["total"]) if row else 0.0}


def _gini(whole: dict[str, Any]) -> float | None:
    """0 = everybody alike, towards 1 = one customer has all; None where the total is not above zero."""
    n, total = whole["n"], whole["total"]
    if not n or total is None or total <= 0:
        return None
    return round(float((2 * whole["weighted"] / total - n - 1) / n), 6)
