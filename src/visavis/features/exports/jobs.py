"""Exports in the background."""

from __future__ import annotations

from typing import Any

from visavis.access import SYSTEM, Actor
from visavis.features.accounts.api import actor_of
from visavis.features.exports import logic
from visavis.kernel.errors import Forbidden


async def run_job(job: Any) -> Any:
    """Make the file, with the rights that whoever asked has today and no more than those of the door that was used."""

    async def tell(done: int, total: int, doing: str) -> None:
        await job.progress(done, total, "rows", doing)
        if job.cancel_requested:
            await job.checkpoint()

    return await logic.run(job.workspace, job.args["export"], await _actor(job), tell)


async def _actor(job: Any) -> Actor:
    if job.actor_id is None:
        return SYSTEM
    found = await actor_of(job.workspace.db, job.actor_id, job.args.get("role"))
    if found is None:
        raise Forbidden("Whoever asked for this export may no longer sign in.")
    return found


async def sweep_job(job: Any) -> None:
    await logic.sweep(job.workspace)
