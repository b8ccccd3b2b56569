"""Checking and running in the background."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from visavis.access import Actor
from visavis.features.accounts.api import starter_of
from visavis.features.base.api import enqueue_refresh
from visavis.features.imports import finding, service, takingback, together
from visavis.features.imports.ledger import CANCELLED, SQL, Cancelled, read
from visavis.store import Row, jobs
from visavis.store.db import quoted

_TABLE = re.compile(r"^import_(\d+)_")


async def check_job(job: Any) -> Any:
    """Judge every row of an import."""
    return await _unless_cancelled(job, service.check(*await _given(job)))


async def run_job(job: Any) -> Any:
    """Write the records of an import; another attempt goes on where this one ends."""
    return await _to_its_end(job, service.run, "done", "counts")


async def rollback_job(job: Any) -> Any:
    """Take an import back; another attempt goes on where this one ends."""
    return await _to_its_end(job, takingback.roll_back, "rolled_back", "undone")


async def set_job(job: Any) -> Any:
    """Run imports that belong together."""
    from visavis.features.imports.api import report_of

    return await _of_set(job, together.run(*await _given_set(job), report_of))


async def set_rollback_job(job: Any) -> Any:
    """Take imports that belong together back."""
    return await _of_set(job, together.roll_back(*await _given_set(job)))


async def _of_set(job: Any, work: Awaitable[Any]) -> Any:
    done = await _unless_cancelled(job, work)
    async with job.workspace.context(door="job") as ctx:
        await enqueue_refresh(ctx)
    return done


async def _given_set(job: Any) -> tuple[Any, int, Actor, service.Progress]:
    return job.workspace, job.args["set"], await starter_of(job), _progress(job)


async def _to_its_end(job: Any, work: Callable[..., Awaitable[Any]], state: str, report: str) -> Any:
    """The work, unless an earlier attempt has ended it: then what that one reported. Either way analyses are due."""
    ended = await _ended(job, state)
    done = ended[report] if ended else await _unless_cancelled(job, work(*await _given(job)))
    async with job.workspace.context(door="job") as ctx:
        await enqueue_refresh(ctx)
    return done


async def _ended(job: Any, state: str) -> Row | None:
    """The import, where an earlier attempt of this job has ended it and died before it could say so."""
    async with job.workspace.db.transaction(readonly=True) as tx:
        own = await jobs.get(tx, job.id)
        row = await read(tx, job.args["import"])
    if own is None or row["state"] != state or row["finished_at"] is None:
        return None
    return row if row["finished_at"] >= own.created_at else None


async def _given(job: Any) -> tuple[Any, int, Actor, service.Progress]:
    return job.workspace, job.args["import"], await starter_of(job), _progress(job)


async def _unless_cancelled(job: Any, work: Awaitable[Any]) -> Any:
    """A job that ends because it was asked to is no failure."""
    try:
        return await work
    except Cancelled:
        if not await job.cancelled():
            raise
        return None


def _progress(job: Any) -> service.Progress:
    async def tell(done: int, total: int, doing: str) -> None:
        await job.progress(done, total, "rows", doing)
        if job.cancel_requested:
            raise Cancelled(CANCELLED)

    return tell


async def sweep_job(job: Any) -> None:
    """Staging tables of imports that rest for a week, files of those that rest for a month; notes of killed ones."""
    await finding.soon(job.workspace)
    async with job.workspace.db.transaction() as tx:
        idle = {row["id"] for row in await tx.rows(SQL.idle)}
        for row in await tx.rows(SQL.staging_tables):
            found = _TABLE.match(row["name"])
            if found and int(found[1]) in idle:
                await tx.execute(f"drop table if exists {quoted(row['name'])}")
        for row in await tx.rows(SQL.forgettable):
            path = Path(row["path"])
            for file in path.parent.glob(f"{path.stem}*"):
                file.unlink(missing_ok=True)
