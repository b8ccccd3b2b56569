"""How many records fit: exactly where that is soon known, else as a sample has it."""

from __future__ import annotations

from typing import Any

from visavis.catalogue import Object
from visavis.kernel.paging import COUNT_CAP
from visavis.records.context import Context
from visavis.records.query import Query, build, is_choosy, readable_object
from visavis.records.searching import fitting
from visavis.records.wishing import wish_to_count
from visavis.store.build import Build
from visavis.store.db import quoted

CHEAP = 1_500.0
NOT_CHEAP = 100.0
DEAR = 5_000.0
SAMPLED = 1_200
SURE = 30
PATIENCE = 12
FEW = 1_000
SMALL = 10_000
SMALL_PATIENCE = 5_000


async def count(ctx: Context, object_name: str, query: Query) -> dict[str, Any]:
    """How many records fit, up to the cap: ``{"value", "capped"}``, with ``"estimated": true`` where it is no count.

    A small table is counted, however busy the machine is. One that is too large to be counted in a moment is sampled
    first, by the rows that the actor may see only: the statistics of the planner know the others, too. ``value`` is
    null where not even that says anything in time.
    """
    obj = readable_object(ctx, object_name)
    if is_choosy(ctx, obj, query):
        await ctx.tx.with_values()
    sql, params, cost = await _cheapest(ctx, obj, query, COUNT_CAP)
    if cost <= CHEAP:
        if cost > NOT_CHEAP and ctx.tx.adds_up(sql, cost, DEAR):
            await wish_to_count(ctx, obj, query)
        return _counted(await ctx.tx.value(sql, *params))
    size = (await ctx.tx.estimate(f"select 1 from {quoted(obj.name)}")).rows
    if size <= SMALL:
        found = await ctx.tx.value_within(SMALL_PATIENCE, sql, *params)
        if found is not None:
            return _counted(found)
    await wish_to_count(ctx, obj, query)
    seen, times = await _sampled(ctx, obj, query)
    guess = None if seen is None else round(seen * times)
    if guess is not None and seen is not None and seen >= SURE and guess > 2 * COUNT_CAP:
        return _counted(guess)
    return await _patiently(ctx, obj, query, guess)


async def _patiently(ctx: Context, obj: Object, query: Query, guess: int | None) -> dict[str, Any]:
    """What the sample has few of, or nothing: counted as far as that goes in a moment."""
    most = FEW if (await _cheapest(ctx, obj, query, FEW))[2] <= CHEAP else COUNT_CAP
    sql, params, _ = await _cheapest(ctx, obj, query, most)
    found = await ctx.tx.value_within(PATIENCE, sql, *params)
    return _counted(guess) | {"estimated": True} if found is None else _counted(found, most)


async def _cheapest(ctx: Context, obj: Object, query: Query, most: int) -> tuple[str, list[Any], float]:
    """The statement, its values and its price: in one piece, or range by range of an index if that costs less."""
    whole = build(ctx)
    sql = count_sql(whole, obj, query, most)
    cost = (await ctx.tx.estimate(sql, *whole.params)).cost
    cut = build(ctx)
    if cost > NOT_CHEAP and len(cut.ranges(obj, "t", [])) > 1:
        by_range = ranges_sql(cut, obj, query, most)
        less = (await ctx.tx.estimate(by_range, *cut.params)).cost
        if less < cost:
            return by_range, cut.params, less
    return sql, whole.params, cost


def count_sql(statement: Build, obj: Object, query: Query, most: int = COUNT_CAP) -> str:
    """Counts up to one beyond the cap."""
    fits = fitting(statement, obj, query)
    rows = statement.rows(obj, "t", used=fits)
    return f"select count(*) from (select 1 from {rows} where {fits} limit {most + 1}) capped"


def ranges_sql(statement: Build, obj: Object, query: Query, most: int = COUNT_CAP) -> str:
    """The same, range by range of what the actor may read."""
    fits = fitting(statement, obj, query, within="true")
    rows = statement.rows(obj, "t", used=fits)
    ranges = statement.ranges(obj, "t", statement.params)
    each = " union all ".join(f"select 1 from {rows} where {fits} and {part}" for part in ranges)
    return f"select count(*) from (select 1 from ({each}) ranges limit {most + 1}) capped"


async def _sampled(ctx: Context, obj: Object, query: Query) -> tuple[int | None, float]:
    """How many rows of a sample fit, and how many times as large the table is."""
    size = (await ctx.tx.estimate(f"select 1 from {quoted(obj.name)}")).rows
    times = max(1.0, size / SAMPLED)
    statement = build(ctx)
    fits = fitting(statement, obj, query)
    rows = statement.rows(obj, "t", sample=100 / times, used=fits)
    sql = f"select count(*) from {rows} where {fits}"
    return await ctx.tx.value_within(PATIENCE, sql, *statement.params, probing=True), times


def _counted(found: int | None, most: int = COUNT_CAP) -> dict[str, Any]:
    return {"value": None if found is None else min(found, most), "capped": found is None or found > most}
