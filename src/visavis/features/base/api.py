"""The customer base for the doors and the other slices."""

from __future__ import annotations

from collections.abc import Sequence

from visavis.features.app import App, JobSpec
from visavis.insight.api import TABLES_SQL
from visavis.records.context import Context
from visavis.store import jobs

__all__ = ["REFRESH", "enqueue_look_back", "enqueue_refresh", "register"]

REFRESH = "insight.refresh"
LOOK_BACK = "insight.look_back"


async def enqueue_refresh(ctx: Context, methods: Sequence[str] | None = None) -> int:
    """Have the base worked out anew, soon; the id of the job. A refresh of the same that is waiting already will do.

    ``methods``: only these and what they read; else all that are enabled.
    """
    which = ",".join(sorted(methods or ()))
    return await jobs.enqueue(
        ctx.tx,
        REFRESH,
        {"methods": list(methods)} if methods else {},
        dedupe=f"{REFRESH} {which}".strip(),
        lane="insight",
        actor_id=ctx.actor.user_id,
    )


async def enqueue_look_back(ctx: Context, months: int) -> int:
    """Have the classes of earlier months worked out; the id of the job."""
    return await jobs.enqueue(
        ctx.tx, LOOK_BACK, {"months": months}, dedupe=LOOK_BACK, lane="insight", actor_id=ctx.actor.user_id
    )


def register(app: App) -> None:
    from visavis.features.base import methods
    from visavis.features.base.jobs import look_back, refresh, schedule
    from visavis.features.base.routes import ROUTES

    app.add_schema(TABLES_SQL)
    app.add_kept("insight_method", "id")
    app.add_kept("insight_method_change", "id")
    app.add_kept("class_history", "object", "field", "id", "since")
    app.add_routes(*ROUTES, *methods.ROUTES)
    app.add_job(JobSpec(REFRESH, refresh))
    app.add_job(JobSpec(LOOK_BACK, look_back))
    app.add_job(JobSpec("insight.schedule", schedule, every=1_800))
