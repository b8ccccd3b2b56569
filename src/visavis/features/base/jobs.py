"""The refresh in the background."""

from __future__ import annotations

from typing import Any

from visavis.insight.api import refresh as refresh_base


async def refresh(run: Any) -> dict[str, Any]:
    """Feed the warehouse, run every analysis, swap the results in; the report."""

    async def tell(words: str, done: int, total: int) -> None:
        await run.checkpoint()
        await run.progress(done, total or None, "steps", words)

    report = await refresh_base(run.workspace.db, run.workspace.data_dir, progress=tell)
    return report.as_json()
