"""The customer base for the doors and the other slices."""

from __future__ import annotations

from visavis.features.app import App, JobSpec
from visavis.insight.api import TABLES_SQL
from visavis.records.context import Context
from visavis.store import jobs

__all__ = ["REFRESH", "enqueue_refresh", "register"]

REFRESH = "insight.refresh"


async def enqueue_refresh(ctx: Context) -> int:
    """Have the base worked out anew, soon; the id of the job. A refresh that is waiting already will do."""
    return await jobs.enqueue(ctx.tx, REFRESH, dedupe=REFRESH, lane="insight", actor_id=ctx.actor.user_id)


def register(app: App) -> None:
    from visavis.features.base.jobs import refresh
    from visavis.features.base.routes import ROUTES

    app.add_schema(TABLES_SQL)
    app.add_routes(*ROUTES)
    app.add_job(JobSpec(REFRESH, refresh))
