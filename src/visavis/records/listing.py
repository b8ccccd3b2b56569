"""Lists: a page by cursor, and a capped count."""

from __future__ import annotations

import json
from typing import Any

from visavis import access
from visavis.catalogue import Object
from visavis.kernel.errors import BadRequest
from visavis.kernel.paging import COUNT_CAP, MAX_LIMIT, decode_cursor, encode_cursor
from visavis.records.context import Context
from visavis.records.query import Query, build, chosen, guarded, readable_where
from visavis.records.searching import text_condition
from visavis.store import Row
from visavis.store.build import Build, projection
from visavis.store.order import Key, Part, keys, parts, places


async def list_page(ctx: Context, object_name: str, query: Query) -> bytes:
    """One page as ``{"data": [...], "next": cursor | null, "count": {"value", "capped"} | null}``.

    One statement for the page, one more where a count is asked for. PostgreSQL writes the JSON.
    """
    obj = readable_object(ctx, object_name)
    if not 1 <= query.limit <= MAX_LIMIT:
        raise BadRequest(f"'limit' is a number from 1 to {MAX_LIMIT}.")
    statement = build(ctx)
    sql = page_sql(statement, obj, query)
    with guarded(query.cursor):
        rows = await ctx.tx.rows(sql, *statement.params)
    shown = rows[: query.limit]
    further = _cursor(shown[-1]) if len(rows) > query.limit else None
    counted = await count(ctx, object_name, query) if query.count else None
    body = ",".join([row["record"] for row in shown])
    return f'{{"data":[{body}],"next":{json.dumps(further)},"count":{json.dumps(counted)}}}'.encode()


def _cursor(row: Row) -> str:
    return encode_cursor([value for name, value in row.items() if name != "record"])


def readable_object(ctx: Context, name: str) -> Object:
    """The object, or ``Forbidden`` if the actor may read none of its records."""
    obj = ctx.catalogue.object(name)
    access.require(ctx.actor, obj, "read")
    return obj


def page_sql(statement: Build, obj: Object, query: Query) -> str:
    """Rows of (record as JSON text, sort values as texts), one more than the limit where there are more.

    PostgreSQL reads the parts one after the other and stops where the page is full.
    """
    terms = keys(statement, obj, "t", query.sort)
    values = decode_cursor(query.cursor, len(terms)) if query.cursor else None
    selects = [_part_sql(statement, obj, query, part, terms) for part in parts(statement, terms, values)]
    if len(selects) == 1:
        return selects[0]
    return f"({') union all ('.join(selects)}) limit {query.limit + 1}"


def _part_sql(statement: Build, obj: Object, query: Query, part: Part, terms: list[Key]) -> str:
    fits = fitting(statement, obj, query)
    shown = projection(statement, obj, "t", chosen(statement, obj, query.columns))
    return (
        f"select (select row_to_json(record) from (select {shown}) record)::text as record, {places(terms)}"
        f" from {statement.rows(obj, 't')} where {part.fits} and {fits} order by {part.order} limit {query.limit + 1}"
    )


def fitting(statement: Build, obj: Object, query: Query) -> str:
    """The rows (alias ``t``) that the query chooses and the actor may read."""
    fits = readable_where(statement, obj, "t", query.filter, trash=query.trash)
    return f"{fits} and {text_condition(statement, obj, query.text, 't')}" if query.text.strip() else fits


async def count(ctx: Context, object_name: str, query: Query) -> dict[str, Any]:
    """How many records fit, counted up to the cap only."""
    obj = readable_object(ctx, object_name)
    statement = build(ctx)
    fits = fitting(statement, obj, query)
    found = await ctx.tx.value(
        f"select count(*) from (select 1 from {statement.rows(obj, 't')} where {fits} limit {COUNT_CAP + 1}) capped",
        *statement.params,
    )
    return {"value": min(found, COUNT_CAP), "capped": found > COUNT_CAP}
