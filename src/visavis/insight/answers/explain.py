"""Why one customer has these values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from visavis import access
from visavis.insight.analyses import ANALYSES, MONEY_FIELDS
from visavis.insight.analyses.base import Analysis, Reason
from visavis.insight.answers.scope import Last, customers, last, money
from visavis.kernel.errors import NotFound
from visavis.kernel.money import plain
from visavis.records import Context
from visavis.store.build import column


async def explain(ctx: Context, name: str, record_id: int) -> dict[str, Any]:
    """Each derived field that the actor may see, with method, version and reason. Raises NotFound."""
    found = await last(ctx, name)
    scope = customers(ctx, name)
    columns = ", ".join(["t_d.as_of", *(column(field, "t") for field in scope.obj.derived)])
    row = await ctx.tx.row(
        f"select {columns} {scope.rows} and t.id = ${len(scope.params) + 1}", *scope.params, record_id
    )
    if row is None:
        await _exists(ctx, name, record_id)
        return {"as_of": found.as_of and found.as_of.isoformat(), "facts": []}
    visible = {f.name for f in access.readable(ctx.actor, scope.obj)}
    facts = {key: value for key, value in row.items() if key in visible}
    facts["not_weighed"] = found.documents.get("key_index", {}).get("left_out", [])
    facts["not_costed"] = found.documents.get("profit", {}).get("not_costed", [])
    return {
        "as_of": row["as_of"].date().isoformat(),
        "facts": [_fact(a, field, facts, found) for a in ANALYSES for field in a.outputs if field in visible],
        "waterfall": _waterfall(facts, found.settings.currency),
    }


async def _exists(ctx: Context, name: str, record_id: int) -> None:
    obj = ctx.catalogue.object(name)
    params: list[Any] = []
    allowed = access.predicate(ctx.actor, ctx.catalogue, obj, "read", "t", params)
    sql = f'select 1 from "{name}" t where t.deleted_at is null and {allowed} and t.id = ${len(params) + 1}'
    if await ctx.tx.value(sql, *params, record_id) is None:
        raise NotFound(f"There is no {name} {record_id}.")


def _fact(analysis: Analysis, field: str, facts: dict[str, Any], found: Last) -> dict[str, Any]:
    reason = analysis.explain(field, facts, found.settings)
    return {
        "field": field,
        "value": _value(field, facts.get(field), found.settings.currency),
        "method": analysis.name,
        "version": analysis.version,
        "reason": reason and _told(reason, found.settings.currency),
        "interval": _interval(field, facts, found.settings.currency),
    }


def _interval(field: str, facts: dict[str, Any], currency: str) -> dict[str, Any] | None:
    """Between which values it lies, where a method keeps both ends as fields of the customer."""
    low, high = (facts.get(f"{field}_{end}") for end in ("low", "high"))
    if low is None or high is None:
        return None
    return {"low": _value(f"{field}_low", low, currency), "high": _value(f"{field}_high", high, currency)}


def _told(reason: Reason, currency: str) -> dict[str, Any]:
    return {"code": reason.code, "params": {key: _value(key, value, currency) for key, value in reason.params.items()}}


def _value(field: str, value: Any, currency: str) -> Any:
    if isinstance(value, Decimal):
        return money(value, currency) if field in MONEY_FIELDS else plain(value)
    if isinstance(value, Mapping):
        amounts = {name: part for name, part in value.items() if isinstance(part, Decimal)}
        return {**value, **{name: _value(name, part, currency) for name, part in amounts.items()}}
    return value.isoformat() if isinstance(value, dt.date) else value


def _waterfall(facts: dict[str, Any], currency: str) -> list[dict[str, Any]]:
    """From what was sold to what is left: gross, returns, net, cost, margin."""
    if any(facts.get(name) is None for name in ("revenue_gross", "returns", "revenue_net")):
        return []
    steps = [(name, facts[name]) for name in ("revenue_gross", "returns", "revenue_net")]
    if facts.get("margin") is not None:
        steps += [("cost", facts["margin"] - facts["revenue_net"]), ("margin", facts["margin"])]
    return [{"label": label, "amount": money(amount, currency)} for label, amount in steps]
