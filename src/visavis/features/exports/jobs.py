"""Exports in the background."""

from __future__ import annotations

from typing import Any

from visavis.features.accounts.api import starter_of
from visavis.features.exports import logic


async def run_job(job: Any) -> Any:
    """Make the file, with the rights that whoever asked has today and no more than those of the door that was used."""

    async def tell(done: int, total: int, doing: str) -> None:
        await job.progress(done, total, "rows", doing)
        if job.cancel_requested:
            await job.checkpoint()

    return await logic.run(job.workspace, job.args["export"], await starter_of(job), tell)


async def sweep_job(job: Any) -> None:
    await logic.sweep(job.workspace)
