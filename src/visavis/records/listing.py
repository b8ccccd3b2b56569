"""Lists: a page by cursor, a capped count, groups and sums."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from visavis import access
from visavis.catalogue import Field, Object
from visavis.fields import Measure, type_of
from visavis.kernel.errors import BadRequest
from visavis.kernel.paging import COUNT_CAP, MAX_LIMIT, decode_cursor, encode_cursor
from visavis.records.context import Context
from visavis.records.query import Query, build, chosen, readable_where
from visavis.records.searching import text_condition
from visavis.store.build import Build, column, digits, is_reference, projection, title
from visavis.store.db import quoted
from visavis.store.order import after, cursor_of, keys, order_by

MOST_GROUPS = 200


async def list_page(ctx: Context, object_name: str, query: Query) -> bytes:
    """One page as ``{"data": [...], "next": cursor | null, "count": {"value", "capped"} | null}``.

    One statement for the page, one more where a count is asked for. PostgreSQL writes the JSON.
    """
    obj = _readable_object(ctx, object_name)
    statement = build(ctx)
    sql = _page_sql(statement, obj, query)
    row = await ctx.tx.row(sql, *statement.params)
    assert row is not None
    further = encode_cursor(json.loads(row["cursor"])) if row["found"] > query.limit else None
    counted = await count(ctx, object_name, query) if query.count else None
    return b'{"data":%b,"next":%b,"count":%b}' % (row["body"], _json(further), _json(counted))


def _readable_object(ctx: Context, name: str) -> Object:
    obj = ctx.catalogue.object(name)
    access.require(ctx.actor, obj, "read")
    return obj


def _page_sql(statement: Build, obj: Object, query: Query) -> str:
    if not 1 <= query.limit <= MAX_LIMIT:
        raise BadRequest(f"'limit' is a number from 1 to {MAX_LIMIT}.")
    fits = _fits(statement, obj, query)
    terms = keys(statement, obj, "t", query.sort or (obj.sort,))
    if query.cursor:
        fits += " and " + after(statement, terms, decode_cursor(query.cursor, len(terms)))
    shown = projection(statement, obj, "t", chosen(statement, obj, query.columns))
    order = order_by(terms)
    return f"""
        select convert_to(coalesce(json_agg(p.record order by p.place) filter (where p.place <= {query.limit}),
                          '[]'::json)::text, 'UTF8') as body,
               count(*) as found,
               max(p.cursor) filter (where p.place = {query.limit}) as cursor
        from (
            select row_number() over (order by {order}) as place,
                   {cursor_of(terms)} as cursor,
                   (select row_to_json(record) from (select {shown}) record) as record
            from {statement.rows(obj, "t")}
            where {fits}
            order by {order}
            limit {query.limit + 1}
        ) p"""


def _fits(statement: Build, obj: Object, query: Query) -> str:
    fits = readable_where(statement, obj, "t", query.filter, trash=query.trash)
    return f"{fits} and {text_condition(statement, query.text, 't')}" if query.text.strip() else fits


async def count(ctx: Context, object_name: str, query: Query) -> dict[str, Any]:
    """How many records fit, counted up to the cap only."""
    obj = _readable_object(ctx, object_name)
    statement = build(ctx)
    fits = _fits(statement, obj, query)
    found = await ctx.tx.value(
        f"select count(*) from (select 1 from {statement.rows(obj, 't')} where {fits} limit {COUNT_CAP + 1}) capped",
        *statement.params,
    )
    return {"value": min(found, COUNT_CAP), "capped": found > COUNT_CAP}


async def summary(
    ctx: Context, object_name: str, query: Query, group: str | None, sums: Sequence[str]
) -> dict[str, Any]:
    """Counts and sums, of all that fits and by the values of one field.

    ``{"total": {"count", "sum"}, "groups": [{"key", "label", "count", "sum"}]}``. A money sum is a list with one
    amount for each currency, so that different currencies are never added up.
    """
    obj = _readable_object(ctx, object_name)
    total = (await _groups(ctx, obj, query, None, sums))[0]
    groups = await _groups(ctx, obj, query, group, sums) if group else []
    return {"total": {"count": total["count"], "sum": total["sum"]}, "groups": groups}


async def _groups(
    ctx: Context, obj: Object, query: Query, group: str | None, sums: Sequence[str]
) -> list[dict[str, Any]]:
    statement = build(ctx)
    measured = [statement.field(obj, name) for name in sums]
    key, label = _group_key(statement, obj, group)
    parts = [f"{key} as key", f"{label} as label", "count(*) as count", f"{_sums(measured)} as sum"]
    if any(type_of(f).wire == "money" for f in measured):
        return await _by_currency(ctx, statement, obj, query, measured, key, label)
    fits = _fits(statement, obj, query)
    grouped = "group by 1, 2 order by count(*) desc, 1 limit " + str(MOST_GROUPS) if group else ""
    sql = f"select {', '.join(parts)} from {statement.rows(obj, 't')} where {fits} {grouped}"
    return [
        _group(row["key"], row["label"], row["count"], row["sum"]) for row in await ctx.tx.rows(sql, *statement.params)
    ]


def _group(key: Any, label: Any, number: int, sums: Any) -> dict[str, Any]:
    return {"key": json.loads(key) if key else None, "label": label, "count": number, "sum": json.loads(sums)}


def _group_key(statement: Build, obj: Object, group: str | None) -> tuple[str, str]:
    if group is None:
        return "null::text", "null::text"
    field = statement.field(obj, group)
    place = column(field, "t")
    if not is_reference(field):
        return f"to_json({place})::text", f"{place}::text"
    target = statement.catalogue.object(str(field.target))
    allowed = statement.allow(target, "g", statement.params)
    named = f"(select {title(target, 'g')} from {quoted(target.name)} g where g.id = {place} and {allowed})"
    return f"to_json({place})::text", named


def _sums(fields: Sequence[Field]) -> str:
    parts = []
    for field in fields:
        if not isinstance(type_of(field), Measure):
            raise BadRequest(f"{field.name} cannot be summed.")
        if type_of(field).wire != "money":
            parts.append(f"'{field.name}', (sum({column(field, 't')}))::text")
    return f"json_build_object({', '.join(parts)})::text"


async def _by_currency(
    ctx: Context, statement: Build, obj: Object, query: Query, fields: Sequence[Field], key: str, label: str
) -> list[dict[str, Any]]:
    """Groups with money in them: each money field is summed by its own currency."""
    fits = _fits(statement, obj, query)
    rows = statement.rows(obj, "t")
    money = [f for f in fields if type_of(f).wire == "money"]
    plain = [f for f in fields if type_of(f).wire != "money"]
    each = ", ".join(f'{column(f, "t")} as m{i}, {column(f, "t")[:-1]}_currency" as c{i}' for i, f in enumerate(money))
    others = "".join(f", {column(f, 't')} as p{i}" for i, f in enumerate(plain))
    sums = ", ".join(_money_sum(f, i) for i, f in enumerate(money))
    more = "".join(f", '{f.name}', (select sum(b.p{i})::text from base b where {_SAME})" for i, f in enumerate(plain))
    sql = f"""
        with base as materialized (select {key} as key, {label} as label, {each}{others} from {rows} where {fits}),
        groups as (select key, label, count(*) as count from base group by 1, 2 order by 3 desc, 1 limit {MOST_GROUPS})
        select g.key, g.label, g.count, json_build_object({sums}{more})::text as sum from groups g
        order by g.count desc, g.key"""
    found = [_group(r["key"], r["label"], r["count"], r["sum"]) for r in await ctx.tx.rows(sql, *statement.params)]
    return found or [
        {"key": None, "label": None, "count": 0, "sum": {f.name: [] if f in money else None for f in fields}}
    ]


_SAME = "b.key is not distinct from g.key and b.label is not distinct from g.label"


def _money_sum(field: Field, place: int) -> str:
    amount = digits("s.amount")
    return (
        f"'{field.name}', (select coalesce(json_agg(json_build_object('amount', {amount}, 'currency', s.currency)"
        f" order by s.currency), '[]'::json) from (select b.c{place} as currency, sum(b.m{place}) as amount"
        f" from base b where {_SAME} and b.m{place} is not null group by 1) s)"
    )


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
