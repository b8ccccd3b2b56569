"""Jobs: list, read, cancel."""

from __future__ import annotations

from msgspec import Struct

from visavis.features.app import Answer, Request, Route
from visavis.features.jobs.api import JobShown, find, may_see, sees_others
from visavis.kernel.errors import NotFound
from visavis.records.context import Context
from visavis.store import jobs

MOST = 200


class JobList(Struct):
    data: list[JobShown]


async def recent(ctx: Context, request: Request) -> Answer:
    found = await jobs.recent(ctx.tx, MOST, actor_id=None if sees_others(ctx.actor) else ctx.actor.user_id or 0)
    return Answer({"data": [job.as_json() for job in found if may_see(ctx.actor, job)]})


async def read(ctx: Context, request: Request) -> Answer:
    return Answer((await _visible(ctx, request)).as_json())


async def cancel(ctx: Context, request: Request) -> Answer:
    job = await _visible(ctx, request)
    await jobs.cancel(ctx.tx, job.id)
    return Answer((await _visible(ctx, request)).as_json())


async def _visible(ctx: Context, request: Request) -> jobs.Job:
    job = await find(ctx, int(request.path["id"]))
    if job is None or not may_see(ctx.actor, job):
        raise NotFound(f"There is no job {request.path['id']}, or it is not yours.")
    return job


ROUTES = (
    Route("GET", "/jobs", recent, "The newest jobs", answer=JobList),
    Route("GET", "/jobs/{id}", read, "A job, with how far it is", answer=JobShown),
    Route("POST", "/jobs/{id}/cancellation", cancel, "Ask a job to stop", answer=JobShown),
)
