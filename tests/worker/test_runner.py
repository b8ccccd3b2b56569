"""The worker on a real queue: results, errors, cancelling, stopping, crashes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from visavis.catalogue import Catalogue
from visavis.features.app import App, JobSpec
from visavis.features.runtime import Workspace
from visavis.kernel.errors import FieldError, Invalid
from visavis.store import Database, jobs
from visavis.store.schema import ensure_system
from visavis.worker import JobRun, run_worker

Handler = Callable[[JobRun], Awaitable[Any]]


@pytest.fixture
async def workspace(database: Database, tmp_path: Path) -> Workspace:
    await ensure_system(database, ())
    return Workspace(database, App(), tmp_path, Catalogue(objects=(), version=1))


@asynccontextmanager
async def running(workspace: Workspace, grace: float = 5.0, **handlers: Handler) -> AsyncIterator[asyncio.Event]:
    for kind, handler in handlers.items():
        workspace.app.add_job(JobSpec(kind, handler))
    stop = asyncio.Event()
    task = asyncio.create_task(run_worker(workspace, stop=stop, grace=grace))
    try:
        yield stop
    finally:
        stop.set()
        await task


async def add(workspace: Workspace, kind: str, **args: Any) -> int:
    async with workspace.db.transaction() as tx:
        return await jobs.enqueue(tx, kind, args)


async def until(workspace: Workspace, job_id: int, *states: str, tried: int = 0) -> jobs.Job:
    async with asyncio.timeout(30):
        while True:
            async with workspace.db.transaction(readonly=True) as tx:
                job = await jobs.get(tx, job_id)
            if job and job.state in states and job.attempts >= tried:
                return job
            await asyncio.sleep(0.01)


async def test_a_job_runs_and_leaves_its_result(workspace: Workspace) -> None:
    async def double(run: JobRun) -> dict[str, int]:
        await run.progress(1, 2, "rows", "half")
        await run.progress(2, 2, "rows", "all")
        return {"twice": run.args["n"] * 2}

    async with running(workspace, double=double):
        job = await until(workspace, await add(workspace, "double", n=21), "done")
    assert job.result == {"twice": 42}
    assert job.progress == {"done": 2, "total": 2, "unit": "rows", "message": "all"}


async def test_many_jobs_each_run_once(workspace: Workspace) -> None:
    seen: list[int] = []

    async def note(run: JobRun) -> None:
        seen.append(run.id)

    made = [await add(workspace, "note") for _ in range(30)]
    async with running(workspace, note=note):
        for job_id in made:
            await until(workspace, job_id, "done")
    assert seen == made


async def test_errors_are_kept_in_words(workspace: Workspace) -> None:
    async def wrong(run: JobRun) -> None:
        raise Invalid("The file is empty", errors=[FieldError("file", "empty", "has no rows")])

    async def unlucky(run: JobRun) -> str:
        if run.attempt == 1:
            raise ValueError("try me again")
        return "well"

    async def unkept(run: JobRun) -> object:
        return object()

    async with running(workspace, wrong=wrong, unlucky=unlucky, unkept=unkept):
        final = await until(workspace, await add(workspace, "wrong"), "failed")
        odd = await until(workspace, await add(workspace, "unkept"), "failed")
        again = await add(workspace, "unlucky")
        waiting = await until(workspace, again, "queued", tried=1)
        assert waiting.error == "ValueError: try me again"
        async with workspace.db.transaction() as tx:
            await tx.execute("update job set run_at = now() where id = $1", again)
        second = await until(workspace, again, "done")
    assert final.error == "The file is empty; file: has no rows"
    assert "cannot be kept" in (odd.error or "")
    assert (second.result, second.error, second.attempts) == ("well", None, 2)


async def test_a_running_job_hears_that_it_is_cancelled(workspace: Workspace) -> None:
    async def endless(run: JobRun) -> None:
        while True:
            await run.checkpoint()
            await asyncio.sleep(0.01)

    async with running(workspace, endless=endless):
        job_id = await add(workspace, "endless")
        await until(workspace, job_id, "running")
        async with workspace.db.transaction() as tx:
            await jobs.cancel(tx, job_id)
        await until(workspace, job_id, "cancelled")


async def test_stopping_puts_unfinished_jobs_back(workspace: Workspace) -> None:
    started = asyncio.Event()

    async def slow(run: JobRun) -> None:
        started.set()
        await asyncio.sleep(3600)

    async with running(workspace, grace=0.05, slow=slow) as stop:
        job_id = await add(workspace, "slow")
        await asyncio.wait_for(started.wait(), 30)
        stop.set()
    job = await until(workspace, job_id, "queued")
    assert job.attempts == 0


async def test_stopping_lets_short_jobs_end(workspace: Workspace) -> None:
    started = asyncio.Event()

    async def short(run: JobRun) -> str:
        started.set()
        await asyncio.sleep(0.05)
        return "ended"

    async with running(workspace, short=short) as stop:
        job_id = await add(workspace, "short")
        await asyncio.wait_for(started.wait(), 30)
        stop.set()
    assert (await until(workspace, job_id, "done")).result == "ended"


async def test_a_lost_connection_is_survived(workspace: Workspace) -> None:
    async def count(run: JobRun) -> int:
        return run.attempt

    async with running(workspace, count=count):
        await until(workspace, await add(workspace, "count"), "done")
        await workspace.db.rows(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where pid <> pg_backend_pid() and query like 'LISTEN%' || $1 || '%'",
            workspace.db.schema,
        )
        await until(workspace, await add(workspace, "count"), "done")


async def test_a_job_of_a_dead_worker_is_taken_up(workspace: Workspace) -> None:
    async def resume(run: JobRun) -> int:
        return run.attempt

    job_id = await add(workspace, "resume")
    async with workspace.db.transaction() as tx:
        await jobs.claim(tx, "1@elsewhere:1", {"resume": 3}, 1)
    async with running(workspace, resume=resume):
        assert (await until(workspace, job_id, "done")).result == 2


async def test_cron_runs(workspace: Workspace) -> None:
    ran = asyncio.Event()

    async def tick(run: JobRun) -> None:
        ran.set()

    workspace.app.add_job(JobSpec("tick", tick, every=0.05))
    async with running(workspace), asyncio.timeout(30):
        await ran.wait()
