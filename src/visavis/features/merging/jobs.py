"""Merges of records that much hangs on, and their undoing: one transaction each, so that nothing stays half done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from visavis.access import SYSTEM
from visavis.features.accounts.api import starter_of
from visavis.features.merging import logic
from visavis.records import merging
from visavis.records.context import Context
from visavis.records.merging import Tell

Work = Callable[[Context, int, Tell], Awaitable[None]]
_MOST = 10**9


async def merge_job(job: Any) -> Any:
    """Merge in the background; may be asked to stop until it is done."""
    return await _run(job, logic.perform)


async def undo_job(job: Any) -> Any:
    """Undo a merge in the background."""
    return await _run(job, logic.perform_undo)


async def _run(job: Any, work: Work) -> Any:
    merge_id, actor = job.args["merge"], await starter_of(job)
    async with job.workspace.context(actor, "job") as ctx:
        wanted = logic.wanted_of((await logic.find(ctx, merge_id))["facts"])
        kept = await ctx.tx.value("select count(*) from before_image where batch_id = $1", merge_id)
        total = kept or await merging.links_to(ctx, wanted.object, wanted.losers, _MOST)
        done = 0

        async def tell(more: int) -> None:
            nonlocal done
            done += more
            await job.progress(min(done, total), total, "rows")
            await job.checkpoint()

        await work(ctx, merge_id, tell)
    return {"merge": merge_id}


_RECENT = """
select r.batch_id, r.object, r.winner_id, array_agg(r.id order by r.id) as losers
from merged_record r join batch b on b.id = r.batch_id
where b.at > now() - interval '2 days' and b.undone_at is null group by 1, 2, 3 order by 1
"""


async def gather_job(job: Any) -> None:
    """An import that had found a record before it was merged may link to it after: such links follow, in the batch."""
    for row in await job.workspace.db.rows(_RECENT):
        async with job.workspace.context(SYSTEM, "job", batch_id=row["batch_id"]) as ctx:
            if (await logic.hold(ctx, row["batch_id"]))["facts"]["state"] == "done":
                await merging.gather(ctx, row["object"], row["winner_id"], row["losers"])
