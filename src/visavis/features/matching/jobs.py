"""Search rows that were left for later: of records written in bulk, and of all records after an upgrade."""

from __future__ import annotations

from typing import Any

from visavis.features.app import JobSpec
from visavis.features.matching.catching_up import catch_up
from visavis.records.searching import FILL_JOB


async def fill(run: Any) -> dict[str, int]:
    """Bring them in, a few thousand in each transaction or all at once; what is left is found by the next attempt."""

    async def tell(done: int, total: int) -> None:
        await run.checkpoint()
        await run.progress(done, total, "records", "search")

    return {"records": await catch_up(run.workspace.db, run.workspace.catalogue, tell)}


fill_search = JobSpec(FILL_JOB, fill)
