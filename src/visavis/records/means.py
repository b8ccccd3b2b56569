"""The means of groups that a list compares with, worked out once for all the statements of one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from visavis.catalogue import Object
from visavis.records.context import Context
from visavis.records.query import Query, build
from visavis.records.wishing import wish_for_means
from visavis.store.aggregates import Known, means
from visavis.store.filters import MAX_DEPTH

DEAR = 5_000.0


async def with_means(ctx: Context, obj: Object, query: Query) -> Query:
    """The query with what ``mean_of_group`` asks for beside it; the same where it asks for none.

    Means within related records are left to their statement.
    """
    found = await _settled(ctx, obj, query.filter, 0)
    return query if found is query.filter else replace(query, filter=found)


async def _settled(ctx: Context, obj: Object, node: Any, depth: int) -> Any:
    if not isinstance(node, Mapping) or depth > MAX_DEPTH:
        return node
    if set(node) == {"field", "op", "mean_of_group"} and "." not in str(node["field"]):
        statement = build(ctx)
        sql = means(statement, obj, node)
        if (await ctx.tx.estimate(f"select {sql}", *statement.params)).cost > DEAR:
            await wish_for_means(ctx, obj, str(node["field"]), str(node["mean_of_group"]))
        await ctx.tx.with_values()
        return Known(node, await ctx.tx.value(f"select {sql}::text", *statement.params) or "{}")
    if set(node) == {"not"}:
        inner = await _settled(ctx, obj, node["not"], depth + 1)
        return node if inner is node["not"] else {"not": inner}
    for word in ("and", "or"):
        if set(node) == {word} and isinstance(node[word], list):
            parts = [await _settled(ctx, obj, part, depth + 1) for part in node[word]]
            return node if all(a is b for a, b in zip(parts, node[word], strict=True)) else {word: parts}
    return node
