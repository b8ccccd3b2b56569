"""The refresh in the background."""

from __future__ import annotations

import datetime as dt
from typing import Any

from visavis.features.base.api import enqueue_refresh
from visavis.insight.api import refresh as refresh_base
from visavis.insight.earlier import known_since
from visavis.insight.earlier import look_back as look_back_to
from visavis.insight.methods.keeping import due

MONTHS = 12


async def refresh(run: Any) -> dict[str, Any]:
    """Feed the warehouse, run every analysis, swap the results in; the report."""

    async def tell(words: str, done: int, total: int) -> None:
        await run.checkpoint()
        await run.progress(done, total or None, "steps", words)

    asked = {"methods": run.args.get("methods"), "actor_id": run.actor_id}
    report = await refresh_base(run.workspace.db, run.workspace.data_dir, progress=tell, **asked)
    return report.as_json()


async def look_back(run: Any) -> dict[str, Any]:
    """The classes of the first days of earlier months, as far back as sales reach."""

    async def tell(words: str, done: int, total: int) -> None:
        await run.checkpoint()
        await run.progress(done, total, "days", words)

    async with run.workspace.context() as ctx:
        known = await known_since(ctx.tx)
    days = months_before(known, run.args.get("months", MONTHS)) if known else []
    return await look_back_to(run.workspace.db, run.workspace.data_dir, days, tell)


def months_before(day: dt.date, count: int) -> list[dt.date]:
    """The first days of so many months before the day, the latest first."""
    month = day.year * 12 + day.month - (2 if day.day == 1 else 1)
    return [dt.date((month - k) // 12, (month - k) % 12 + 1, 1) for k in range(count)]


async def schedule(run: Any) -> dict[str, Any]:
    """Queue the methods that are due."""
    async with run.workspace.context() as ctx:
        keys = await due(ctx.tx, ctx.now)
        if keys:
            await enqueue_refresh(ctx, keys)
    return {"due": keys}
