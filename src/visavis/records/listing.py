"""Lists: a page by cursor, and a capped count."""

from __future__ import annotations

import json
import math
from typing import Literal

from visavis.catalogue import Object
from visavis.kernel.errors import BadRequest
from visavis.kernel.paging import MAX_LIMIT, decode_cursor, encode_cursor
from visavis.records.context import Context
from visavis.records.counting import count
from visavis.records.means import with_means
from visavis.records.query import Query, build, chosen, guarded, is_choosy, readable_object
from visavis.records.searching import fitting
from visavis.records.wishing import wish, wishes
from visavis.store import Row
from visavis.store.build import Build, projection
from visavis.store.estimates import Estimate
from visavis.store.order import Key, Part, keys, parts, placed, places, texts

FEW = 3000
GAMBLE = 20_000.0
RISK = 5
LITTLE = 2.5
UNSURE = 3
DEAR = 5_000.0
NOT_CHEAP = 100.0


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
    return encode_cursor([value for name, value in row.items() if name not in ("record", "found")])


async def _rows(ctx: Context, obj: Object, query: Query) -> list[Row]:
    if not is_choosy(ctx, obj, query):
        statement = build(ctx)
        return await ctx.tx.rows(page_sql(statement, obj, query), *statement.params)
    await ctx.tx.with_values()
    query = await with_means(ctx, obj, query)
    statement = build(ctx)
    walk = await ctx.tx.estimate(_ids_sql(statement, obj, query), *statement.params)
    way = await _way(ctx, obj, query, walk) if walk.whole > GAMBLE else "walk"
    if way != "walk" or walk.cost > DEAR or (walk.cost > NOT_CHEAP and _adds_up(ctx, obj, query, walk.cost)):
        await wish(ctx, obj, query)
    if way == "few":
        statement = build(ctx)
        rows = await ctx.tx.rows(few_sql(statement, obj, query), *statement.params)
        if not rows or rows[0]["found"] <= FEW:
            return rows
    statement = build(ctx)
    statement.gathered = way == "gathered"
    return await ctx.tx.rows(page_sql(statement, obj, query), *statement.params)


def _adds_up(ctx: Context, obj: Object, query: Query, cost: float) -> bool:
    """Whether a list of this kind is asked so often that it has come to be dear."""
    kind = repr([obj.name, query.sort, *wishes(ctx.catalogue, obj, query)])
    return ctx.tx.adds_up(kind, cost, DEAR)


async def _way(ctx: Context, obj: Object, query: Query, walk: Estimate) -> Literal["walk", "few", "gathered"]:
    """The best bet, should fewer rows fit than the planner believes.

    few: to look for the rows in any order, unless walking to the very end would cost hardly more. gathered: to find
    what is related first, and to look each row on the way up there.
    """
    statement = build(ctx)
    terms, stretches = _order(statement, obj, query)
    few = await ctx.tx.estimate(_few_sql(statement, obj, query, terms, stretches), *statement.params)
    if await _gathering(ctx, obj, query, few.rows) < min(few.cost, walk.cost * RISK):
        return "gathered"
    return "few" if few.cost < min(walk.cost * RISK, walk.whole / LITTLE) else "walk"


async def _gathering(ctx: Context, obj: Object, query: Query, fitting_rows: float) -> float:
    """What it costs to gather, with the part of the way that a page takes if so many rows fit, or a third of them."""
    statement = build(ctx)
    statement.gathered = True
    sql = _ids_sql(statement, obj, query)
    if sql == _ids_sql(build(ctx), obj, query):
        return math.inf
    found = await ctx.tx.estimate(sql, *statement.params)
    part = min(1.0, UNSURE * (query.limit + 1) / max(1.0, fitting_rows))
    return found.cost + (found.whole - found.cost) * part


def page_sql(statement: Build, obj: Object, query: Query) -> str:
    """Rows of (record as JSON text, sort values as texts), one more than the limit where there are more."""
    terms, stretches = _order(statement, obj, query)
    return _shown_sql(statement, obj, query, terms, _walk_sql(statement, obj, query, terms, stretches))


def few_sql(statement: Build, obj: Object, query: Query) -> str:
    """The same where few rows fit: they are looked for in any order and sorted. ``found``: how many they are.

    Where that is more than ``FEW``, the rows are no page: PostgreSQL has to walk along the order until one is full.
    """
    terms, stretches = _order(statement, obj, query)
    few = _few_sql(statement, obj, query, terms, stretches)
    named = ", ".join(f"k{number}" for number in range(len(terms)))
    ids = f"select {named}, count(*) over () as found from few order by {placed(terms, 'few')} limit {query.limit + 1}"
    return f"with few as materialized ({few}) {_shown_sql(statement, obj, query, terms, ids, ', c.found')}"


def _shown_sql(statement: Build, obj: Object, query: Query, terms: list[Key], ids: str, also: str = "") -> str:
    shown = projection(statement, obj, "t", chosen(statement, obj, query.columns))
    return (
        f"select (select row_to_json(record) from (select {shown}) record)::text as record, {texts(terms, 'c')}{also}"
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


def _walk_sql(statement: Build, obj: Object, query: Query, terms: list[Key], stretches: list[Part]) -> str:
    """PostgreSQL reads the parts one after the other and stops where the page is full."""
    selects = [_part_sql(statement, obj, query, part, terms) for part in stretches]
    if len(selects) == 1:
        return selects[0]
    return f"({') union all ('.join(selects)}) limit {query.limit + 1}"


def _part_sql(statement: Build, obj: Object, query: Query, part: Part, terms: list[Key]) -> str:
    fits = fitting(statement, obj, query)
    return (
        f"select {places(terms)} from {statement.rows(obj, 't')} where {part.fits} and {fits}"
        f" order by {part.order} limit {query.limit + 1}"
    )


def _few_sql(statement: Build, obj: Object, query: Query, terms: list[Key], stretches: list[Part]) -> str:
    fits = fitting(statement, obj, query)
    within = " or ".join(part.fits for part in stretches) if query.cursor else "true"
    rows = statement.rows(obj, "t")
    return f"select {places(terms)} from {rows} where ({within}) and {fits} limit {FEW + 1}"
