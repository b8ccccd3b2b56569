"""Lists: a page by cursor, and a capped count."""

from __future__ import annotations

import json

from visavis.catalogue import Object
from visavis.kernel.errors import BadRequest
from visavis.kernel.paging import MAX_LIMIT, decode_cursor, encode_cursor
from visavis.records.context import Context
from visavis.records.counting import count
from visavis.records.query import Query, build, chosen, guarded, is_choosy, readable_object
from visavis.records.searching import fitting
from visavis.records.wishing import wish
from visavis.store import Row
from visavis.store.build import Build, projection
from visavis.store.order import Key, Part, keys, parts, placed, places, texts

FEW = 3000
GAMBLE = 20_000.0
RISK = 5
DEAR = 5_000.0


async def list_page(ctx: Context, object_name: str, query: Query) -> bytes:
    """One page as ``{"data": [...], "next": cursor | null, "count": {"value", "capped", "estimated"} | null}``.

    One statement for the page where nothing is chosen, else three with the planner's opinion. PostgreSQL writes the
    JSON.
    """
    obj = readable_object(ctx, object_name)
    if not 1 <= query.limit <= MAX_LIMIT:
        raise BadRequest(f"'limit' is a number from 1 to {MAX_LIMIT}.")
    with guarded(query.cursor):
        rows = await _rows(ctx, obj, query)
    shown = rows[: query.limit]
    further = _cursor(shown[-1]) if len(rows) > query.limit else None
    counted = await count(ctx, object_name, query) if query.count else None
    body = ",".join([row["record"] for row in shown])
    return f'{{"data":[{body}],"next":{json.dumps(further)},"count":{json.dumps(counted)}}}'.encode()


def _cursor(row: Row) -> str:
    return encode_cursor([value for name, value in row.items() if name != "record"])


async def _rows(ctx: Context, obj: Object, query: Query) -> list[Row]:
    if not is_choosy(ctx, obj, query):
        statement = build(ctx)
        return await ctx.tx.rows(page_sql(statement, obj, query), *statement.params)
    await ctx.tx.with_values()
    statement = build(ctx)
    expected = await ctx.tx.estimate(_ids_sql(statement, obj, query), *statement.params)
    careful = expected.whole > GAMBLE and await _is_risky(ctx, obj, query, expected.cost)
    if careful or expected.cost > DEAR:
        await wish(ctx, obj, query)
    statement = build(ctx)
    sql = page_sql(statement, obj, query, careful=careful)
    return await ctx.tx.rows(sql, *statement.params)


async def _is_risky(ctx: Context, obj: Object, query: Query, cost: float) -> bool:
    """Whether looking for the rows in any order is the better bet, should fewer fit than the planner believes."""
    statement = build(ctx)
    terms, stretches = _order(statement, obj, query)
    few = await ctx.tx.estimate(_few_sql(statement, obj, query, terms, stretches), *statement.params)
    return few.cost < cost * RISK


def page_sql(statement: Build, obj: Object, query: Query, *, careful: bool = False) -> str:
    """Rows of (record as JSON text, sort values as texts), one more than the limit where there are more.

    ``careful``: rows that fit are looked for in any order first. Where there are few, they are sorted; only where
    there are many does PostgreSQL walk along the order until the page is full.
    """
    terms, stretches = _order(statement, obj, query)
    found = _careful_sql if careful else _walk_sql
    ids = found(statement, obj, query, terms, stretches)
    shown = projection(statement, obj, "t", chosen(statement, obj, query.columns))
    return (
        f"select (select row_to_json(record) from (select {shown}) record)::text as record, {texts(terms, 'c')}"
        f" from ({ids}) c join {statement.rows(obj, 't')} on t.id = c.k{len(terms) - 1} order by {placed(terms, 'c')}"
    )


def _ids_sql(statement: Build, obj: Object, query: Query) -> str:
    terms, stretches = _order(statement, obj, query)
    return _part_sql(statement, obj, query, stretches[0], terms)


def _order(statement: Build, obj: Object, query: Query) -> tuple[list[Key], list[Part]]:
    """The terms of the order, and the stretches of the list behind the cursor."""
    terms = keys(statement, obj, "t", query.sort)
    values = decode_cursor(query.cursor, len(terms)) if query.cursor else None
    return terms, parts(statement, terms, values)


def _walk_sql(
    statement: Build, obj: Object, query: Query, terms: list[Key], stretches: list[Part], gate: str = "true"
) -> str:
    """PostgreSQL reads the parts one after the other and stops where the page is full."""
    selects = [_part_sql(statement, obj, query, part, terms, gate) for part in stretches]
    if len(selects) == 1:
        return selects[0]
    return f"({') union all ('.join(selects)}) limit {query.limit + 1}"


def _part_sql(statement: Build, obj: Object, query: Query, part: Part, terms: list[Key], gate: str = "true") -> str:
    fits = fitting(statement, obj, query)
    return (
        f"select {places(terms)} from {statement.rows(obj, 't')} where {gate} and {part.fits} and {fits}"
        f" order by {part.order} limit {query.limit + 1}"
    )


def _careful_sql(statement: Build, obj: Object, query: Query, terms: list[Key], stretches: list[Part]) -> str:
    few = _few_sql(statement, obj, query, terms, stretches)
    many = f"(select count(*) > {FEW} from few)"
    walk = _walk_sql(statement, obj, query, terms, stretches, many)
    return (
        f"with few as materialized ({few})"
        f" (select * from few where not {many} order by {placed(terms, 'few')} limit {query.limit + 1})"
        f" union all ({walk})"
    )


def _few_sql(statement: Build, obj: Object, query: Query, terms: list[Key], stretches: list[Part]) -> str:
    fits = fitting(statement, obj, query)
    within = " or ".join(part.fits for part in stretches)
    rows = statement.rows(obj, "t")
    return f"select {places(terms)} from {rows} where ({within}) and {fits} limit {FEW + 1}"
