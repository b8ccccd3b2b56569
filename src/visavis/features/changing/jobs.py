"""The work of a change, part by part; another attempt goes on where this one ends."""

from __future__ import annotations

from typing import Any

from visavis.access import SYSTEM, Actor
from visavis.features.accounts.api import starter_of
from visavis.features.changing import logic, retention
from visavis.store import Row, SerializationRetry

TRIES = 20
DOOR = "retention"


async def run(job: Any) -> None:
    """Make a change to all its records."""
    await _run(job, await starter_of(job), job.args["change"])


async def _run(job: Any, actor: Actor, change_id: int) -> None:
    row = await _step(job, actor, change_id, logic.fix)
    while row is not None:
        await _tell(job, row)
        if await job.cancelled():
            await _close(job, change_id, "cancelled")
            return
        row = await _step(job, actor, change_id, logic.step)
    await _close(job, change_id, "done")


async def undo(job: Any) -> None:
    """Take a change back. It cannot be stopped half way; another attempt goes on."""
    change_id, more = job.args["change"], True
    actor = await starter_of(job)
    while more:
        more, row = await _step(job, actor, change_id, logic.undo_step)
        told = row["restored"] + sum(row["kept"].values())
        await job.progress(told, max(row["changed"], told), "rows", "undo")


async def keep_rules(job: Any) -> dict[str, int]:
    """The nightly rules: empty the trash, move what nobody touched there, forget what is too old to be undone."""
    async with job.workspace.context(SYSTEM, DOOR) as ctx:
        rules, left = await retention.read(ctx), await retention.unfinished(ctx)
    for change_id in left:
        await _run(job, SYSTEM, change_id)
    purged = sum([await _empty(job, rule) for rule in rules.trash])
    trashed = 0
    for rule in rules.rules:
        trashed += await _idle(job, rule) if rule.active else 0
    async with job.workspace.context(SYSTEM, DOOR) as ctx:
        forgotten = await retention.forget(ctx, rules.undo_days)
    return {"purged": purged, "trashed": trashed, "forgotten": forgotten}


async def _empty(job: Any, rule: retention.TrashRule) -> int:
    purged, above = 0, 0
    while True:
        await job.checkpoint()
        async with job.workspace.context(SYSTEM, DOOR) as ctx:
            gone, last = await retention.empty(ctx, rule, above)
        purged += gone
        if last is None:
            return purged
        above = last
        await job.progress(purged, None, "rows", rule.object)


async def _idle(job: Any, rule: retention.IdleRule) -> int:
    async with job.workspace.context(SYSTEM, DOOR) as ctx:
        change_id = await retention.begin(ctx, rule)
    if change_id is None:
        return 0
    await _run(job, SYSTEM, change_id)
    async with job.workspace.context(SYSTEM, DOOR) as ctx:
        changed: int = (await logic.find(ctx, change_id))["changed"]
    return changed


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
