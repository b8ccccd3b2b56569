"""Changes to many records: what was asked for, who may see and take it back, and the steps of the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from visavis import access
from visavis.kernel.errors import Conflict, Forbidden, NotFound
from visavis.records import batches, bulk
from visavis.records.bulk import Applied, Change, Selection
from visavis.records.context import Context
from visavis.records.query import Query
from visavis.store import Row, jobs
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
KIND = "bulk"
PART = 5_000
MOST_KEPT = 1_000
PAGE = 100
_ONE = SQL.shown.format(which="c.id = $1")
_RECENT = SQL.shown.format(which="($1 or c.actor_id = $2) and ($3::bigint is null or c.id < $3)") + " limit $4"


def selection_of(body: Mapping[str, Any]) -> Selection:
    ids = body.get("ids")
    query = Query(body.get("filter"), text=body.get("q") or "")
    return Selection(query, None if ids is None else tuple(ids))


def change_of(body: Mapping[str, Any]) -> Change:
    return Change(body["action"], body.get("set") or {}, body.get("add") or {}, body.get("remove") or {})


async def begin(ctx: Context, body: Mapping[str, Any]) -> int:
    """Check what is asked for and queue it; the number of the change, which is that of its batch."""
    change = {k: body[k] for k in ("action", "set", "add", "remove") if body.get(k)}
    selection = {k: body[k] for k in ("filter", "q", "ids") if body.get(k) is not None}
    await bulk.check(ctx, body["object"], selection_of(selection), change_of(change))
    change_id = await batches.begin(ctx, KIND, {"object": body["object"], **change})
    await ctx.tx.execute(
        SQL.add, change_id, body["object"], ctx.actor.user_id, ctx.actor.role, change, selection, ctx.now
    )
    await _queue(ctx, "changing.run", change_id, "queued")
    return change_id


async def _queue(ctx: Context, kind: str, change_id: int, state: str) -> None:
    args = {"change": change_id, "role": ctx.actor.role}
    job_id = await jobs.enqueue(ctx.tx, kind, args, dedupe=f"{kind} {change_id}", actor_id=ctx.actor.user_id)
    await ctx.tx.execute(SQL.set_job, change_id, job_id, state)


async def fix(ctx: Context, change_id: int) -> Row | None:
    """Write down which records are meant, once; later steps do not ask the filter again. None when it is over."""
    row = await _locked(ctx, change_id)
    if row["state"] != "queued":
        return row if row["state"] == "running" else None
    sql, params = bulk.select(ctx, row["object"], selection_of(row["selection"]), row["change"]["action"])
    await write_parts(ctx, change_id, sql, params)
    return await _locked(ctx, change_id)


async def write_parts(ctx: Context, change_id: int, sql: str, params: Sequence[Any]) -> None:
    """Fix the records of a change: those whose ids (``id``) the query gives. It is running from here on."""
    place = len(params)
    total = await ctx.tx.value(
        f"with chosen as (select id, (row_number() over (order by id) - 1) / {PART} as part from ({sql}) s),"
        f" written as (insert into bulk_part (change_id, part, ids)"
        f" select ${place + 1}::bigint, part, array_agg(id order by id) from chosen group by part"
        " returning cardinality(ids) as n) select coalesce(sum(n), 0)::bigint from written",
        *params,
        change_id,
    )
    await ctx.tx.execute(SQL.begin, change_id, total)


async def step(ctx: Context, change_id: int) -> Row | None:
    """Change the records of the next part; the change as it then stands, or None when nothing is left to do."""
    row = await _locked(ctx, change_id)
    part = await ctx.tx.row(SQL.next_part, change_id) if row["state"] == "running" else None
    if part is None:
        return None
    done = await bulk.apply(ctx, row["object"], change_of(row["change"]), part["ids"])
    await ctx.tx.execute(SQL.part_done, change_id, part["part"])
    await ctx.tx.execute(SQL.advance, change_id, done.changed, done.unchanged, _added(row["skipped"], done))
    return await _locked(ctx, change_id)


def _added(before: Mapping[str, int], done: Applied) -> dict[str, int]:
    return {reason: before.get(reason, 0) + done.skipped.get(reason, 0) for reason in {**before, **done.skipped}}


async def finish(ctx: Context, change_id: int, state: str) -> None:
    """Close a change that still runs; what was done stays done."""
    row = await _locked(ctx, change_id)
    if row["state"] in ("queued", "running"):
        await ctx.tx.execute(SQL.drop_parts, change_id)
        await ctx.tx.execute(SQL.finish, change_id, state)


async def undo(ctx: Context, change_id: int) -> None:
    """Queue the way back, for whoever made the change, if they may still make such changes, and for owners."""
    row = await find(ctx, change_id)
    _require_rights(ctx, row)
    if row["state"] in ("queued", "running", "undoing"):
        raise Conflict("This change is still under way. Wait for its end, or stop it first.")
    if row["state"] == "undone":
        raise Conflict("This change is undone already.")
    if not row["undoable"] and not row["undo_began"]:
        raise Conflict("There is nothing to take back, or it is too long ago: what was is no longer kept.")
    await ctx.tx.execute(SQL.drop_parts, change_id)
    await _queue(ctx, "changing.undo", change_id, "undoing")


def _require_rights(ctx: Context, row: Row) -> None:
    """``Forbidden`` where the actor may not make such a change any more, of records or of one of these fields."""
    obj, change = ctx.catalogue.object(row["object"]), row["change"]
    access.require(ctx.actor, obj, "update" if change["action"] == "edit" else "delete")
    allowed = {f.name for f in access.writable(ctx.actor, obj)} | {f.name for f in obj.fields if f.hidden}
    names = {name for part in ("set", "add", "remove") for name in change.get(part, {})}
    if names - allowed:
        raise Forbidden(
            f"This change is of fields that a {ctx.actor.role} may not fill in. Ask an owner to take it back."
        )


async def undo_step(ctx: Context, change_id: int) -> tuple[bool, Row]:
    """Take back up to one part; whether there is more, and the change as it stands."""
    row = await _locked(ctx, change_id)
    if row["state"] != "undoing":
        return False, row
    _require_rights(ctx, row)
    done = await batches.undo(ctx, change_id, PART)
    kept = dict(row["kept"])
    for each in done.kept:
        kept[each.reason] = kept.get(each.reason, 0) + 1
    if sum(row["kept"].values()) < MOST_KEPT:
        details = [(change_id, each.id, each.reason, list(each.fields)) for each in done.kept]
        await ctx.tx.execute_many(SQL.keep, details)
    await ctx.tx.execute(SQL.undone_part, change_id, done.restored + done.removed, kept)
    if not done.more:
        await ctx.tx.execute(SQL.finish, change_id, "undone")
    return done.more, await _locked(ctx, change_id)


async def find(ctx: Context, change_id: int) -> Row:
    """One's own change; owners see all."""
    row = await ctx.tx.row(_ONE, change_id)
    if row is None or not (ctx.actor.role == "owner" or _own(ctx, row)):
        raise NotFound(f"There is no change {change_id}, or it is not yours.")
    return row


def _own(ctx: Context, row: Row) -> bool:
    return row["actor_id"] is not None and row["actor_id"] == ctx.actor.user_id


async def recent(ctx: Context, before: int | None) -> list[Row]:
    """The newest first, a page of them."""
    return await ctx.tx.rows(_RECENT, ctx.actor.role == "owner", ctx.actor.user_id, before, PAGE)


async def kept(ctx: Context, row: Row) -> list[dict[str, Any]]:
    """The records that an undo left alone, as far as the actor may see them."""
    obj = ctx.catalogue.by_name.get(row["object"])
    if obj is None or not access.can(ctx.actor, obj, "read"):
        return []
    found = {each["record_id"]: each for each in await ctx.tx.rows(SQL.kept, row["id"], PAGE)}
    titles = await bulk.titles(ctx, obj, list(found))
    visible = {f.name for f in access.readable(ctx.actor, obj)}
    return [
        {
            "id": i,
            "title": titles[i],
            "reason": each["reason"],
            "fields": [name for name in each["fields"] if name in visible],
        }
        for i, each in found.items()
        if i in titles
    ]


async def _locked(ctx: Context, change_id: int) -> Row:
    row = await ctx.tx.row(SQL.lock, change_id)
    if row is None:
        raise NotFound(f"There is no change {change_id}.")
    return row
