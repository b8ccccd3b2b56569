"""From gross sales to net profit: of one customer, a group or all; and who is dear to serve."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from visavis.insight.analyses.profit import FIELDS
from visavis.insight.answers.scope import Customers, Last, customers, last, money
from visavis.kernel.errors import NotFound
from visavis.records import Context
from visavis.store import quoted

STEPS = (("gross", "gross_sales"), *FIELDS.items(), ("net_profit", "net_profit"))


async def waterfall(
    ctx: Context, name: str, tree: Any = None, record_id: int | None = None, *, known: bool = False
) -> dict[str, Any]:
    """The bars, which sum to the net profit.

    Each bar is the sum over the customers, empty where it is unknown for one of them; `known_amount` is the sum of
    what is known and `unknown` opens the others. With `known` only customers whose net profit is known count. A bar
    that nothing in the workspace costs is named in `not_costed` and is no part of the sum. Of a group `customers` opens
    those who count, so that a list of them with the bar's `field` as a column shows what the bar is made of; of one
    customer `rows` is where the rows behind the bar are told.
    """
    found = await last(ctx, name)
    scope = customers(ctx, name, *(field for _, field in STEPS), "unknown_costs", tree=_chosen(tree, record_id, known))
    row = await ctx.tx.row(
        f"select count(*) as n, {', '.join(_summed(field) for _, field in STEPS)},"
        f" sum(t_d.unknown_costs) as unknown_rows {scope.rows} and t_d.gross_sales is not null",
        *scope.params,
    )
    whole = dict(row or {})
    if record_id is not None and not whole["n"]:
        raise NotFound(f"There is no {name} {record_id} with sales that were worked out.")
    not_costed = found.documents.get("profit", {}).get("not_costed", [])
    return {
        "as_of": found.as_of and found.as_of.isoformat(),
        "currency": found.settings.currency,
        "customers": {"count": whole["n"], "filter": _opened(tree, record_id, known)},
        "unknown_rows": int(whole["unknown_rows"] or 0),
        "not_costed": not_costed,
        "bars": [_bar(bar, field, whole, found, name, record_id) for bar, field in STEPS if bar not in not_costed],
        "rates": found.documents.get("base", {}).get("rates", 0),
    }


def _chosen(tree: Any, record_id: int | None, known: bool) -> Any:
    parts = [tree] if tree else []
    if record_id is not None:
        parts.append({"field": "id", "op": "eq", "value": record_id})
    if known:
        parts.append({"field": "net_profit", "op": "not_empty"})
    return {"and": parts} if parts else None


def _opened(tree: Any, record_id: int | None, known: bool) -> Any:
    sold = {"field": "gross_sales", "op": "not_empty"}
    chosen = _chosen(tree, record_id, known)
    return {"and": [*chosen["and"], sold]} if chosen else sold


def _summed(field: str) -> str:
    column = f"t_d.{quoted(field)}"
    missing = f"count(*) filter (where {column} is null)"
    return (
        f"case when {missing} = 0 then sum({column}) end as {quoted(field)},"
        f" sum({column}) as {quoted('known_' + field)}, {missing} as {quoted('missing_' + field)}"
    )


def _bar(bar: str, field: str, whole: dict[str, Any], found: Last, name: str, record_id: int | None) -> dict[str, Any]:
    """Costs go down: their amounts are below zero (plus nothing, so that none is minus zero)."""
    currency = found.settings.currency
    sign = 1 if bar in ("gross", "net_profit") else -1
    amount, part = whole[field], whole[f"known_{field}"]
    rows = f"/insight/waterfall/rows?object={name}&id={record_id}&bar={bar}"
    return {
        "bar": bar,
        "field": field,
        "amount": money(None if amount is None else sign * amount + 0, currency),
        "known_amount": money(sign * (part or Decimal(0)) + 0, currency),
        "unknown": {"count": whole[f"missing_{field}"], "filter": {"field": field, "op": "empty"}},
        "rows": rows if record_id is not None and bar != "net_profit" else None,
    }


async def dear(ctx: Context, name: str) -> dict[str, Any]:
    """B customers who cost as much to serve as the mean A customer: how many, what they cost and bring."""
    found = await last(ctx, name)
    scope = customers(ctx, name, "dear_to_serve", "cost_to_serve", "net_profit")
    row = await ctx.tx.row(
        f"select count(*) as n, sum(t_d.cost_to_serve) as cost, sum(t_d.net_profit) as profit,"
        f" count(*) filter (where t_d.net_profit is null) as unknown {scope.rows} and t_d.dear_to_serve",
        *scope.params,
    )
    whole, currency = dict(row or {}), found.settings.currency
    document = found.documents.get("serving", {})
    return {
        "count": whole["n"],
        "filter": {"field": "dear_to_serve", "op": "eq", "value": True},
        "cost_to_serve": money(whole["cost"], currency),
        "net_profit": money(whole["profit"], currency),
        "unknown": whole["unknown"],
        "mean_of_a": _mean(document, scope, currency),
    }


def _mean(document: Any, scope: Customers, currency: str) -> dict[str, str] | None:
    """The yardstick is a figure of the whole base: who sees a part of it does not see the figure."""
    if not scope.everybody or "mean_of_a" not in document:
        return None
    return money(Decimal(document["mean_of_a"]).scaleb(-4), currency)
