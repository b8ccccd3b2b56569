"""The whale curve: net profit added up over customers, best first. It rises above the total and sinks to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from visavis.insight.answers.scope import Customers, Last, customers, last, money
from visavis.records import Context

POINTS = 200


async def whale(ctx: Context, name: str) -> dict[str, Any]:
    """The curve in some 200 points, its top, and what the best fifth, the middle and the worst tenth bring or lose.

    Shares are of the total net profit of the customers for whom it is known, so a share can pass 1 or fall below 0;
    they are null where the total is not above zero. The rest is counted as `unknown`. Equal customers by id.
    """
    found = await last(ctx, name)
    scope = customers(ctx, name, "net_profit")
    ranked = _ranked(scope)
    row = await ctx.tx.row(
        f"{ranked} select count(*) as n, sum(value) as total, max(until) as top,"
        " min(rank) filter (where until = (select max(until) from r)) as top_rank from r",
        *scope.params,
    )
    whole = dict(row or {})
    unknown = await ctx.tx.value(f"select count(*) {scope.rows} and t_d.net_profit is null", *scope.params)
    n = whole["n"]
    return {
        "as_of": found.as_of and found.as_of.isoformat(),
        "currency": found.settings.currency,
        "n": n,
        "total": money(whole["total"], found.settings.currency),
        "unknown": {"count": unknown, "filter": {"field": "net_profit", "op": "empty"}},
        "points": await _points(ctx, scope, ranked, whole) if n else [],
        "top": (n and _top(whole, found)) or None,
        "parts": await _parts(ctx, scope, ranked, whole, found) if n else [],
    }


def _ranked(scope: Customers) -> str:
    value = "t_d.net_profit"
    return (
        f"with v as (select t.id, {value} as value {scope.rows} and {value} is not null),"
        " r as (select id, value, row_number() over w as rank, sum(value) over w as until from v"
        " window w as (order by value desc, id rows unbounded preceding))"
    )


async def _points(ctx: Context, scope: Customers, ranked: str, whole: dict[str, Any]) -> list[dict[str, Any]]:
    place, n = len(scope.params), whole["n"]
    rows = await ctx.tx.rows(
        f"{ranked} select rank, until from r where (rank - 1) % ${place + 1}::bigint = 0 or rank = ${place + 2}::bigint"
        f" or rank = ${place + 3}::bigint order by rank",
        *scope.params,
        max(1, -(-n // POINTS)),
        n,
        whole["top_rank"],
    )
    return [
        {
            "rank": row["rank"],
            "share_customers": round(row["rank"] / n, 6),
            "profit": f"{row['until']:f}",
            "share_profit": part_of(row["until"], whole["total"]),
        }
        for row in rows
    ]


def _top(whole: dict[str, Any], found: Last) -> dict[str, Any]:
    return {
        "rank": whole["top_rank"],
        "profit": money(whole["top"], found.settings.currency),
        "share_profit": part_of(whole["top"], whole["total"]),
    }


async def _parts(
    ctx: Context, scope: Customers, ranked: str, whole: dict[str, Any], found: Last
) -> list[dict[str, Any]]:
    """Best fifth, middle, worst tenth: rounded down, and at least one customer at either end where there are two."""
    n = whole["n"]
    best, worst = max(1, n // 5), min(max(1, n // 10), n - 1)
    bounds = (("best_20", 1, best), ("middle_70", best + 1, n - worst), ("worst_10", n - worst + 1, n))
    place = len(scope.params)
    told = []
    for part, first, final in bounds:
        row = await ctx.tx.row(
            f"{ranked} select count(*) as n, sum(value) as value, min(value) as low, max(value) as high from r"
            f" where rank between ${place + 1}::bigint and ${place + 2}::bigint",
            *scope.params,
            first,
            final,
        )
        told.append({"part": part, **_part(dict(row or {}), whole, found)})
    return told


def _part(row: dict[str, Any], whole: dict[str, Any], found: Last) -> dict[str, Any]:
    """`between` is the least and the most that one of them brings."""
    between = [money(row[end], found.settings.currency) for end in ("low", "high")]
    return {
        "count": row["n"],
        "profit": money(row["value"] or Decimal(0), found.settings.currency),
        "share_profit": part_of(row["value"], whole["total"]),
        "between": between if row["n"] else None,
    }


def part_of(value: Decimal | None, total: Decimal | None) -> float | None:
    """A share that may lie below 0 or above 1; None where the whole is not above zero."""
    return None if not total or total <= 0 else round(float((value or Decimal(0)) / total), 6)
