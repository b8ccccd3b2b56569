"""The work of a change, part by part; another attempt goes on where this one ends."""

from __future__ import annotations

from typing import Any

from visavis.access import Actor
from visavis.features.accounts.api import actor_of
from visavis.features.changing import logic
from visavis.kernel.errors import Forbidden
from visavis.store import Row, SerializationRetry

TRIES = 20


async def run(job: Any) -> dict[str, Any] | None:
    """Make a change to all its records."""
    change_id = job.args["change"]
    actor = await _actor(job)
    row = await _step(job, actor, change_id, logic.fix)
    while row is not None:
        await _tell(job, row)
        if await job.cancelled():
            await _close(job, change_id, "cancelled")
            return None
        row = await _step(job, actor, change_id, logic.step)
    await _close(job, change_id, "done")
    return None


async def undo(job: Any) -> None:
    """Take a change back. It cannot be stopped half way; another attempt goes on."""
    change_id, more = job.args["change"], True
    actor = await _actor(job)
    while more:
        more, row = await _step(job, actor, change_id, logic.undo_step)
        told = row["restored"] + sum(row["kept"].values())
        await job.progress(told, max(row["changed"], told), "rows", "undo")


async def _actor(job: Any) -> Actor:
    """Who asked for it, with the rights of today and no more than those of the door that was used."""
    actor = await actor_of(job.workspace.db, job.actor_id, job.args.get("role"))
    if actor is None:
        raise Forbidden("Whoever started this change may no longer sign in.")
    return actor


async def _step(job: Any, actor: Actor, change_id: int, work: Any) -> Any:
    """One transaction, again where the database says that nothing happened."""
    for _ in range(TRIES):
        try:
            async with job.workspace.context(actor, "bulk", batch_id=change_id) as ctx:
                return await work(ctx, change_id)
        except SerializationRetry:
            continue
    async with job.workspace.context(actor, "bulk", batch_id=change_id) as ctx:
        return await work(ctx, change_id)


async def _tell(job: Any, row: Row) -> None:
    done = row["changed"] + row["unchanged"] + sum(row["skipped"].values())
    await job.progress(done, row["total"], "rows", row["change"]["action"])


async def _close(job: Any, change_id: int, state: str) -> None:
    async with job.workspace.context() as ctx:
        await logic.finish(ctx, change_id, state)
