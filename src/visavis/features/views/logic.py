"""Who may see and change a saved view, and whether its query can be run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from visavis import access, records
from visavis.kernel.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound
from visavis.records.context import Context
from visavis.records.query import Query
from visavis.store import Row
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))


async def listed(ctx: Context, object_name: str | None) -> list[Row]:
    """One's own views and the shared ones, of types that the actor may read."""
    rows = await ctx.tx.rows(SQL.listed, ctx.actor.user_id, object_name)
    return [row for row in rows if _readable(ctx, row["object"])]


def _readable(ctx: Context, object_name: str) -> bool:
    obj = ctx.catalogue.by_name.get(object_name)
    return obj is not None and access.can(ctx.actor, obj, "read")


async def find(ctx: Context, view_id: int) -> Row:
    row = await ctx.tx.row(SQL.one, ctx.actor.user_id, view_id)
    if row is None or not _readable(ctx, row["object"]):
        raise NotFound(f"There is no saved view {view_id}, or it is not shared with you.")
    return row


async def changeable(ctx: Context, view_id: int) -> Row:
    """One's own; owners of the workspace may tidy up shared ones."""
    row = await find(ctx, view_id)
    if not row["mine"] and ctx.actor.role != "owner":
        raise Forbidden("This view belongs to somebody else. Save one of your own.")
    return row


async def check(ctx: Context, object_name: str, query: dict[str, Any]) -> None:
    """``Conflict`` when the list cannot be asked this; a view that opens with an error helps nobody."""
    if object_name not in ctx.catalogue.by_name:
        raise NotFound(f"There is no record type '{object_name}'.")
    asked = Query(query.get("filter"), _words(query.get("sort")), _words(query.get("columns")), limit=1)
    try:
        async with ctx.tx.savepoint():
            await records.list_page(ctx, object_name, asked)
    except (BadRequest, Invalid) as problem:
        raise Conflict(f"This view could not be opened: {problem.detail}") from problem


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
