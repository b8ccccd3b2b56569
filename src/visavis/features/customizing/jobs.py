"""Index builds that follow a new field."""

from __future__ import annotations

from typing import Any

from visavis.features.app import JobSpec
from visavis.features.customizing.logic import INDEX_JOB


async def run_statements(run: Any) -> None:
    """Build each index in a transaction of its own."""
    for statement in run.args["statements"]:
        async with run.workspace.db.transaction() as tx:
            await tx.execute(statement)


build_indexes = JobSpec(INDEX_JOB, run_statements)
