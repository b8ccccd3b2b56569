"""Search rows that were left for later: of records written in bulk, and of all records after an upgrade."""

from __future__ import annotations

from typing import Any

from visavis.features.app import JobSpec
from visavis.records.searching import FILL_JOB, bring_in, waiting

_AT_ONCE = 5_000


async def fill(run: Any) -> dict[str, int]:
    """Bring them in, a few thousand in each transaction; what is left is found again by the next attempt."""
    workspace, done = run.workspace, 0
    async with workspace.db.transaction(readonly=True) as tx:
        total = await waiting(tx)
    while True:
        await run.checkpoint()
        async with workspace.db.transaction() as tx:
            brought = await bring_in(tx, workspace.catalogue, _AT_ONCE)
        if not brought:
            return {"records": done}
        done += brought
        await run.progress(done, max(total, done), "records", "search")


fill_search = JobSpec(FILL_JOB, fill)
