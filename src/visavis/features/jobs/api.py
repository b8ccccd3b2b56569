"""Jobs for the doors."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from visavis import access
from visavis.access import Actor
from visavis.features.accounts.api import narrower
from visavis.features.app import App
from visavis.records.context import Context
from visavis.store import jobs
from visavis.store.jobs import Job

__all__ = ["Job", "JobShown", "find", "may_see", "register", "sees_others"]


class JobShown(Struct):
    id: int
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: dict[str, Any] | None
    result: Any
    error: str | None
    created_at: datetime
    finished_at: datetime | None


async def find(ctx: Context, job_id: int) -> Job | None:
    """The job, whoever asks."""
    return await jobs.get(ctx.tx, job_id)


def sees_others(actor: Actor) -> bool:
    """Owners see all jobs, and managers who see all that jobs tell of."""
    return actor.role in ("owner", "manager") and access.sees_everything(actor)


def may_see(actor: Actor, job: Job) -> bool:
    """One's own jobs, if one may still do as much as then, or all."""
    role = job.args.get("role")
    own = job.actor_id is not None and job.actor_id == actor.user_id
    return (own and narrower(role, actor.role) == narrower(role, None)) or sees_others(actor)


def register(app: App) -> None:
    from visavis.features.jobs.routes import ROUTES

    app.add_routes(*ROUTES)
