"""Lists: a page by cursor, and a capped count."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from visavis.catalogue import Object
from visavis.kernel.errors import BadRequest
from visavis.kernel.paging import MAX_LIMIT, decode_cursor, encode_cursor
from visavis.records.context import Context
from visavis.records.counting import count
from visavis.records.means import with_means
from visavis.records.paths import along, ready
from visavis.records.paths import page_sql as path_sql
from visavis.records.query import Query, build, chosen, guarded, is_choosy, readable_object
from visavis.records.searching import fitting, is_waiting
from visavis.records.wishing import EVERY_SECONDS, wish, wish_for_path
from visavis.store import Row
from visavis.store.build import Build, projection
from visavis.store.estimates import Estimate
from visavis.store.filters import conjuncts, gathered
from visavis.store.order import Key, Part, keys, parts, placed, places, texts

Way = Literal["walk", "few", "gathered", "merged", "path"]
FEW = 3000
GAMBLE = 20_000.0
RISK = 5
LITTLE = 2.5
UNSURE = 3
SCATTERED = 2.5
CLOSE = 3.0
DEAR = 5_000.0
OFTEN = 50_000.0
WORTH_A_THOUGHT = 2_500.0
NOT_CHEAP = 100.0


async def list_page(ctx: Context, object_name: str, query: Query) -> bytes:
    """One page as ``{"data": [...], "next": cursor | null, "count": {"value", "capped", "estimated"} | null, "partial":
    false}``.

    ``partial``: a text is looked for, and some records are still being made ready for that. One statement for the page
    where nothing is chosen, else three with the planner's opinion. PostgreSQL writes the JSON.
    """
    obj = readable_object(ctx, object_name)
    if not 1 <= query.limit <= MAX_LIMIT:
        raise BadRequest(f"'limit' is a number from 1 to {MAX_LIMIT}.")
    with guarded(query.cursor):
        rows = await _rows(ctx, obj, query)
    shown = rows[: query.limit]
    further = _cursor(shown[-1]) if len(rows) > query.limit else None
    counted = await count(ctx, object_name, query) if query.count else None
    partial = bool(query.text.strip()) and await is_waiting(ctx.tx)
    body = ",".join([row["record"] for row in shown])
    rest = {"next": further, "count": counted, "partial": partial}
    return f'{{"data":[{body}],{json.dumps(rest)[1:]}'.encode()


def _cursor(row: Row) -> str:
    return encode_cursor([value for name, value in row.items() if name not in ("record", "found")])


async def _rows(ctx: Context, obj: Object, query: Query) -> list[Row]:
    if not is_choosy(ctx, obj, query):
        statement = build(ctx)
        return await ctx.tx.rows(page_sql(statement, obj, query), *statement.params)
    query = await with_means(ctx, obj, query)
    way = await _best_way(ctx, obj, query)
    if way == "merged":
        return await _merged(ctx, obj, query)
    if way == "path":
        there = await ctx.tx.unless_gone(lambda: _along(ctx, obj, query))
        if there is not None:
            return there
    await ctx.tx.with_values()
    if way in ("few", "path"):
        statement = build(ctx)
        rows = await ctx.tx.rows(few_sql(statement, obj, query), *statement.params)
        if not rows or rows[0]["found"] <= FEW:
            return rows
    statement = build(ctx)
    statement.gathered = way == "gathered"
    return await ctx.tx.rows(page_sql(statement, obj, query), *statement.params)


async def _best_way(ctx: Context, obj: Object, query: Query) -> Way:
    """The way through the list, which is remembered. One that is dear, or comes to be by being asked so often, wishes
    for its indexes.
    """
    statement = build(ctx)
    sql = _ids_sql(statement, obj, query)
    walk = await ctx.tx.estimate(sql, *statement.params)
    way: Way = "walk"
    if walk.whole > GAMBLE or walk.cost > WORTH_A_THOUGHT:
        way = await ctx.tx.remembered("way", sql, statement.params, lambda: _way(ctx, obj, query, walk))
        if way != "path" and ctx.tx.adds_up(f"path {sql}", walk.cost, OFTEN):
            await wish_for_path(ctx, obj, query)
    dear = way != "walk" or walk.cost > DEAR
    if (dear and ctx.tx.once(sql, EVERY_SECONDS)) or (walk.cost > NOT_CHEAP and ctx.tx.adds_up(sql, walk.cost, DEAR)):
        await wish(ctx, obj, query)
    return way


async def _way(ctx: Context, obj: Object, query: Query, walk: Estimate) -> Way:
    """The best bet, should fewer rows fit than the planner believes.

    few: to look for the rows in any order, unless walking to the very end would cost hardly more. gathered: to find
    what is related first, and to look each row on the way up there. merged: the same, along those rows only that the
    actor may see, stretch by stretch of the index. path: along a table that has them by what is related.
    """
    statement = build(ctx)
    terms, stretches = _order(statement, obj, query)
    few = await ctx.tx.estimate(_few_sql(statement, obj, query, terms, stretches), *statement.params)
    ways = await _gathering(ctx, obj, query, few.rows)
    best = min(ways, key=lambda way: ways[way], default=None)
    if best and ways[best] < min(few.cost * SCATTERED, walk.cost * RISK):
        return best
    return "few" if few.cost < min(walk.cost * RISK, walk.whole / LITTLE) else "walk"


async def _gathering(ctx: Context, obj: Object, query: Query, fitting_rows: float) -> dict[Way, float]:
    """What it costs to gather, with the part of the way that a page takes if so many rows fit, or a third of them."""
    walk, statement, other = build(ctx), replace(build(ctx), gathered=True), build(ctx)
    ways: dict[Way, tuple[Build, str]] = {"gathered": (statement, _ids_sql(statement, obj, query))}
    if ways["gathered"][1] == _ids_sql(walk, obj, query):
        return {}
    if gathered(build(ctx), obj, query.filter) and other.stretches(obj, "t", []):
        terms, stretches = _order(other, obj, query)
        ways["merged"] = (other, _merged_sql(other, obj, query, stretches[0], terms, checked=False))
    part = min(1.0, UNSURE * (query.limit + 1) / max(1.0, fitting_rows))
    found = {way: await ctx.tx.estimate(sql, *build_.params) for way, (build_, sql) in ways.items()}
    price = await ctx.tx.unless_gone(lambda: _priced_path(ctx, obj, query))
    if price is not None:
        found["path"] = price
    costs: dict[Way, float] = {way: p.cost + (p.whole - p.cost) * part for way, p in found.items()}
    return costs | ({"path": costs["path"] / CLOSE} if "path" in costs else {})


async def _priced_path(ctx: Context, obj: Object, query: Query) -> Estimate | None:
    found = await ready(ctx, obj, query)
    if found is None:
        return None
    statement = build(ctx)
    sql = path_sql(statement, obj, query, found, 0, checked=False)
    return await ctx.tx.estimate(sql, *statement.params)


async def _along(ctx: Context, obj: Object, query: Query) -> list[Row]:
    found = along(ctx, obj, query)
    assert found is not None
    return await _by_parts(ctx, obj, query, lambda *asked: path_sql(asked[0], obj, asked[1], found, asked[2]))


async def _merged(ctx: Context, obj: Object, query: Query) -> list[Row]:
    def made(statement: Build, asked: Query, number: int) -> str:
        terms, stretches = _order(statement, obj, asked)
        return _merged_sql(statement, obj, asked, stretches[number], terms)

    return await _by_parts(ctx, obj, query, made)


async def _by_parts(ctx: Context, obj: Object, query: Query, made: Callable[[Build, Query, int], str]) -> list[Row]:
    """The page part by part, then its records: one statement for all would take longer to plan than to run.

    The cursor lies in the first part.
    """
    found: list[Row] = []
    for number in range(len(_order(build(ctx), obj, query)[1])):
        statement = build(ctx)
        sql = made(statement, replace(query, cursor=None) if number else query, number)
        if not await ctx.tx.is_steady(sql, *statement.params):
            await ctx.tx.with_values()
        found += await ctx.tx.rows(sql, *statement.params)
        if len(found) > query.limit:
            break
    return await _recorded(ctx, obj, query, found[: query.limit + 1])


async def _recorded(ctx: Context, obj: Object, query: Query, found: list[Row]) -> list[Row]:
    """The rows with their records, by a statement that is kept. What has gone out of reach meanwhile is left out."""
    statement = build(ctx)
    shown = projection(statement, obj, "t", chosen(statement, obj, query.columns))
    allowed = statement.allow(obj, "t", statement.params)
    statement.params.append([row["id"] for row in found])
    await ctx.tx.for_any_values()
    rows = await ctx.tx.rows(
        f"select t.id, (select row_to_json(record) from (select {shown}) record)::text as record"
        f" from {statement.rows(obj, 't')} where t.id = any(${len(statement.params)}::bigint[]) and {allowed}",
        *statement.params,
    )
    records = {row["id"]: row["record"] for row in rows}
    keys_of = ({name: value for name, value in row.items() if name != "id"} for row in found)
    ids = (row["id"] for row in found)
    return [{"record": records[id_], **values} for id_, values in zip(ids, keys_of, strict=True) if id_ in records]


def page_sql(statement: Build, obj: Object, query: Query) -> str:
    """Rows of (record as JSON text, sort values as texts), one more than the limit where there are more."""
    terms, stretches = _order(statement, obj, query)
    ids = _walk_sql([_part_sql(statement, obj, query, part, terms) for part in stretches], query.limit + 1)
    return _shown_sql(statement, obj, query, terms, ids)


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


def _rows_sql(statement: Build, obj: Object, terms: list[Key], fits: str) -> str:
    """The rows that fit, by their numbers and sort values."""
    shown = places(terms)
    return f"select {shown} from {statement.rows(obj, 't', used=shown + fits)} where {fits}"


def _walk_sql(selects: list[str], most: int) -> str:
    """PostgreSQL reads the parts one after the other and stops where the page is full."""
    return selects[0] if len(selects) == 1 else f"({') union all ('.join(selects)}) limit {most}"


def _part_sql(statement: Build, obj: Object, query: Query, part: Part, terms: list[Key]) -> str:
    fits = fitting(statement, obj, query)
    rows = _rows_sql(statement, obj, terms, f"{part.fits} and {fits}")
    return f"{rows} order by {part.order} limit {query.limit + 1}"


def _merged_sql(
    statement: Build, obj: Object, query: Query, part: Part, terms: list[Key], *, checked: bool = True
) -> str:
    """A part merged from stretches of an index: ids and sort values as texts.

    Which rows have been gathered is known from their numbers alone; where the list asks for more, those that have been
    are looked up. The planner expects that of far too many rows: ``checked=False`` leaves it out for an estimate.
    """
    number = f"m.k{len(terms) - 1}"
    sets = [f"({number} in ({ids}) or false is null)" for ids in gathered(statement, obj, query.filter)]
    more = query.text.strip() or len(sets) < len(list(conjuncts(query.filter)))
    if checked and more:
        fits = fitting(statement, obj, query)
        rows = statement.rows(obj, "t", used=fits)
        sets.append(f"(select true from {rows} where t.id = {number} and {fits})")
    return (
        f"select {number} as id, {texts(terms, 'm')} from ({_stretches_sql(statement, obj, query, part, terms)}) m"
        f" where {' and '.join(sets)} order by {part.placed(terms, 'm')} limit {query.limit + 1}"
    )


def _stretches_sql(statement: Build, obj: Object, query: Query, part: Part, terms: list[Key]) -> str:
    """All live rows of the part that the actor may see, in order.

    Without offset 0 the planner would look for each row in each stretch, in a set of its own.
    """
    alive = f"t.deleted_at is {'not ' if query.trash else ''}null"
    rows = _rows_sql(statement, obj, terms, f"{part.fits} and {alive}")
    stretches = statement.stretches(obj, "t", statement.params)
    each = " union all ".join(f"({rows} and {stretch} order by {part.order})" for stretch in stretches)
    return f"select * from ({each}) s order by {part.placed(terms, 's')} offset 0"


def _few_sql(statement: Build, obj: Object, query: Query, terms: list[Key], stretches: list[Part]) -> str:
    fits = fitting(statement, obj, query)
    within = " or ".join(part.fits for part in stretches) if query.cursor else "true"
    return f"{_rows_sql(statement, obj, terms, f'({within}) and {fits}')} limit {FEW + 1}"
