"""Groups and sums."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from visavis.catalogue import Field, Object
from visavis.fields import Measure, columns_of, type_of
from visavis.kernel.errors import BadRequest
from visavis.kernel.money import plain
from visavis.records.context import Context
from visavis.records.query import Query, build, readable_object
from visavis.records.searching import fitting
from visavis.store import Row
from visavis.store.build import Build, is_reference, seen_link, wire
from visavis.store.db import quoted

MOST_GROUPS = 200
UNGROUPABLE = ("address", "long_text", "multi_choice")


async def summary(
    ctx: Context, object_name: str, query: Query, group: str | None, sums: Sequence[str]
) -> dict[str, Any]:
    """Counts and sums, of all that fits and by the values of one field.

    ``{"total": {"count", "sum"}, "groups": [{"key", "label", "count", "sum"}]}``, the largest groups first. A money
    sum is a list with one amount for each currency, so that different currencies are never added up. Records that the
    actor may not see are in no count, and a link to such a record groups with the empty ones.
    """
    obj = readable_object(ctx, object_name)
    total = await _groups(ctx, obj, query, None, sums)
    groups = await _groups(ctx, obj, query, group, sums) if group else []
    return {"total": {name: total[0][name] for name in ("count", "sum")}, "groups": groups}


async def _groups(
    ctx: Context, obj: Object, query: Query, group: str | None, sums: Sequence[str]
) -> list[dict[str, Any]]:
    statement = build(ctx)
    measured = [_measure(statement, obj, name) for name in dict.fromkeys(sums)]
    sql = _sql(statement, obj, query, _grouping(statement, obj, group), measured)
    found: dict[str | None, list[Row]] = {None: []} if group is None else {}
    for row in await ctx.tx.rows(sql, *statement.params):
        found.setdefault(row["key"], []).append(row)
    return [_group(key, parts, measured) for key, parts in found.items()]


def _measure(statement: Build, obj: Object, name: str) -> Field:
    field = statement.field(obj, name)
    if not isinstance(type_of(field), Measure):
        raise BadRequest(f"{field.name} cannot be summed.")
    return field


def _grouping(statement: Build, obj: Object, name: str | None) -> Field | None:
    field = statement.field(obj, name) if name else None
    if field is not None and field.type in UNGROUPABLE:
        raise BadRequest(f"{obj.name} cannot be grouped by {field.name}.")
    return field


def _sql(statement: Build, obj: Object, query: Query, group: Field | None, measured: Sequence[Field]) -> str:
    """One row for each group and combination of currencies in it."""
    key = _key(statement, group) if group else "null::text"
    fits = fitting(statement, obj, query)
    sums = "".join(f", sum({statement.place(f, 't')}) as s{i}" for i, f in enumerate(measured))
    money = {i: f for i, f in enumerate(measured) if _is_money(f)}
    currencies = "".join(f", {statement.currency(f, 't')} as c{i}" for i, f in money.items())
    by = ", ".join(["1", *(f"c{i}" for i in money)])
    label = _label(statement, group) if group else "null::text"
    return f"""
        with part as (
            select {key} as key{currencies}, count(*) as n{sums}
            from {statement.rows(obj, "t")} where {fits} group by {by}
        ), whole as (
            select *, sum(n) over (partition by key) as count from part
        ), placed as (
            select *, dense_rank() over (order by count desc, key) as place from whole
        )
        select *, {label} as label from placed where place <= {MOST_GROUPS} order by place"""


def _key(statement: Build, field: Field) -> str:
    """The value as JSON text; of a link its id."""
    if is_reference(field):
        return f"({seen_link(statement, field, statement.place(field, 't'))})::text"
    return f"to_json({wire(statement, field, 't')})::text"


def _label(statement: Build, field: Field) -> str:
    if not is_reference(field):
        return "null::text"
    target = statement.catalogue.object(str(field.target))
    return f"(select {statement.title(target, 'g')} from {quoted(target.name)} g where g.id = key::bigint)"


def _group(key: str | None, parts: Sequence[Row], measured: Sequence[Field]) -> dict[str, Any]:
    value = json.loads(key) if key is not None else None
    return {
        "key": value,
        "label": (parts[0]["label"] or _spelled(key, value)) if parts else None,
        "count": sum(part["n"] for part in parts),
        "sum": {field.name: _sum(field, place, parts) for place, field in enumerate(measured)},
    }


def _spelled(key: str | None, value: Any) -> str | None:
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values())
    return value if isinstance(value, str) else key


def _sum(field: Field, place: int, parts: Sequence[Row]) -> Any:
    filled = [part for part in parts if part[f"s{place}"] is not None]
    if not _is_money(field):
        return _digits(sum((part[f"s{place}"] for part in filled), Decimal(0))) if filled else None
    totals: dict[str, Decimal] = {}
    for part in filled:
        currency = part[f"c{place}"]
        totals[currency] = totals.get(currency, Decimal(0)) + part[f"s{place}"]
    return [{"amount": plain(total), "currency": currency} for currency, total in sorted(totals.items())]


def _digits(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_money(field: Field) -> bool:
    return len(columns_of(field)) > 1
