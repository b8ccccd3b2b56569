"""The refresh in the background."""

from __future__ import annotations

from typing import Any

from visavis.features.base.api import enqueue_refresh
from visavis.insight.api import refresh as refresh_base
from visavis.insight.methods.keeping import due


async def refresh(run: Any) -> dict[str, Any]:
    """Feed the warehouse, run every analysis, swap the results in; the report."""

    async def tell(words: str, done: int, total: int) -> None:
        await run.checkpoint()
        await run.progress(done, total or None, "steps", words)

    asked = {"methods": run.args.get("methods"), "actor_id": run.actor_id}
    report = await refresh_base(run.workspace.db, run.workspace.data_dir, progress=tell, **asked)
    return report.as_json()


async def schedule(run: Any) -> dict[str, Any]:
    """Queue the methods that are due."""
    async with run.workspace.context() as ctx:
        keys = await due(ctx.tx, ctx.now)
        if keys:
            await enqueue_refresh(ctx, keys)
    return {"due": keys}
