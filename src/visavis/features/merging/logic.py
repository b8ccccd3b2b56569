"""A merge from request to result: at once where little hangs on the records, else as a job. The batch is its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from visavis.features.views import api as views
from visavis.kernel.errors import Conflict
from visavis.records import batches, merge_plan, merging
from visavis.records.context import Context
from visavis.records.merge_plan import Wanted
from visavis.records.merging import Tell
from visavis.store import Row, jobs

MERGE_JOB = "merging.merge"
UNDO_JOB = "merging.undo"
GATHER_JOB = "merging.gather"
AT_ONCE = 5000


async def start(ctx: Context, wanted: Wanted) -> int:
    """Merge, or have it done in the background where many rows are to be moved; the number of the merge."""
    await merge_plan.together(ctx, wanted, lock=False)
    merging.refuse(ctx, await merge_plan.plan(ctx, wanted))
    merge_id = await batches.begin(ctx, merging.KIND, {**_facts(wanted), "state": "waiting"})
    if await merging.links_to(ctx, wanted.object, wanted.losers, AT_ONCE + 1) > AT_ONCE:
        await _enqueue(ctx, MERGE_JOB, merge_id)
    else:
        await perform(ctx, merge_id, _silent)
    return merge_id


async def _enqueue(ctx: Context, kind: str, merge_id: int) -> None:
    args = {"merge": merge_id, "role": ctx.actor.role}
    job = await jobs.enqueue(ctx.tx, kind, args, actor_id=ctx.actor.user_id)
    await _note(ctx, merge_id, {"job": job})


async def perform(ctx: Context, merge_id: int, tell: Tell) -> None:
    """The merge itself; nothing where an earlier attempt has done it."""
    row = await hold(ctx, merge_id)
    if row["facts"]["state"] != "waiting":
        return
    wanted, inside = wanted_of(row["facts"]), replace(ctx, batch_id=merge_id)
    moved = await merging.merge(inside, wanted, tell)
    await views.repoint(inside, wanted.object, wanted.losers, wanted.keep)
    await _note(ctx, merge_id, {"state": "done", "dropped": moved.dropped})


async def undo(ctx: Context, merge_id: int) -> None:
    """Take the merge back, or have it done in the background."""
    row = await hold(ctx, merge_id)
    if await state_of(ctx, row) != "done":
        raise Conflict("This merge is not in force.")
    await merging.may_unmerge(ctx, wanted_of(row["facts"]), lock=False)
    await _note(ctx, merge_id, {"state": "undoing"})
    kept = await ctx.tx.value(
        "select count(*) from (select from before_image where batch_id = $1 limit $2) f", merge_id, AT_ONCE + 1
    )
    if kept > AT_ONCE:
        await _enqueue(ctx, UNDO_JOB, merge_id)
    else:
        await perform_undo(ctx, merge_id, _silent)


async def perform_undo(ctx: Context, merge_id: int, tell: Tell) -> None:
    """The way back; nothing where an earlier attempt has gone it."""
    row = await hold(ctx, merge_id)
    if row["facts"]["state"] != "undoing":
        return
    wanted, inside = wanted_of(row["facts"]), replace(ctx, batch_id=merge_id)
    changed = await views.repoint_back(inside, wanted.object, wanted.losers, wanted.keep)
    done = await merging.unmerge(inside, wanted, row["facts"].get("dropped", {}), tell)
    left = [{"object": k.table, "id": k.id, "reason": k.reason, "fields": list(k.fields)} for k in done.kept]
    left += [{"object": "saved_view", "id": i, "reason": "edited", "fields": ["query"]} for i in changed]
    await _note(ctx, merge_id, {"state": "undone", "kept": left})


async def find(ctx: Context, merge_id: int) -> Row:
    """The batch of a merge, or ``NotFound``."""
    return await batches.find(ctx, merge_id, merging.KIND)


async def state_of(ctx: Context, row: Row) -> str:
    """``waiting``, ``done``, ``undoing``, ``undone`` or ``failed``; a job that ended too early leaves no trace."""
    state: str = row["facts"]["state"]
    if state not in ("waiting", "undoing") or "job" not in row["facts"]:
        return state
    job = await jobs.get(ctx.tx, row["facts"]["job"])
    if job is not None and job.state in ("queued", "running"):
        return state
    return "failed" if state == "waiting" else "done"


async def why_not(ctx: Context, row: Row) -> str | None:
    """What kept the last job of a merge from its end, and the remedy, for who asked for it or decides for others."""
    job = await jobs.get(ctx.tx, row["facts"]["job"]) if "job" in row["facts"] else None
    if job is None or (job.actor_id != ctx.actor.user_id and ctx.actor.role not in ("owner", "manager")):
        return None
    return job.error


async def hold(ctx: Context, merge_id: int) -> Row:
    """The batch of a merge, locked."""
    await ctx.tx.execute("select from batch where id = $1 for update", merge_id)
    return await find(ctx, merge_id)


async def _note(ctx: Context, merge_id: int, facts: Mapping[str, Any]) -> None:
    await ctx.tx.execute("update batch set facts = facts || $2 where id = $1", merge_id, dict(facts))


async def _silent(_: int) -> None:
    """Nobody waits for how far it is."""


def _facts(wanted: Wanted) -> dict[str, Any]:
    return {
        "object": wanted.object,
        "ids": list(wanted.ids),
        "keep": wanted.keep,
        "choose": dict(wanted.choose),
        "versions": [[i, version] for i, version in wanted.versions.items()],
    }


def wanted_of(facts: Mapping[str, Any]) -> Wanted:
    """What was asked for, as the batch keeps it."""
    return Wanted(facts["object"], tuple(facts["ids"]), facts["keep"], facts["choose"], dict(facts["versions"]))
