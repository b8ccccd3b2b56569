"""Claims jobs and runs them, until told to stop; what it leaves unfinished, another attempt takes up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

from visavis.features.runtime import Workspace
from visavis.kernel.errors import Problem, Unavailable
from visavis.store import BadValue, SerializationRetry, Tx, UniqueViolation, jobs
from visavis.store.notify import Listener
from visavis.worker.run import JobCancelled, JobRun

log = logging.getLogger("visavis.worker")
_BEAT = 5.0
_KEEP = timedelta(days=30)
_RETRY = 1.0


async def run_worker(workspace: Workspace, *, stop: asyncio.Event, concurrency: int = 2, grace: float = 10.0) -> None:
    """Run the jobs of all registered kinds until `stop` is set, up to `concurrency` at once.

    Then running jobs get `grace` seconds to end; the rest goes back to the queue. A lost database is waited for.
    """
    while not stop.is_set():
        try:
            async with _Worker.open(workspace, concurrency, grace) as worker:
                await worker.work(stop)
        except (Unavailable, SerializationRetry) as problem:
            log.warning("worker: %s; trying again", problem)
            await _within(stop.wait(), _RETRY)


class _Worker:
    def __init__(self, workspace: Workspace, name: str, listener: Listener, concurrency: int, grace: float) -> None:
        self._workspace = workspace
        self._name = name
        self._listener = listener
        self._concurrency = concurrency
        self._grace = grace
        self._kinds = {kind: spec.max_attempts for kind, spec in workspace.app.jobs.items()}
        self._running: dict[asyncio.Task[None], JobRun] = {}
        self._wake = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def open(cls, workspace: Workspace, concurrency: int, grace: float) -> AsyncIterator[_Worker]:
        db = workspace.db
        async with Listener.open(db.dsn, db.schema) as listener:
            name = await jobs.take_seat(listener)
            await listener.subscribe(jobs.CHANNEL)
            yield cls(workspace, name, listener, concurrency, grace)

    async def work(self, stop: asyncio.Event) -> None:
        helpers = [asyncio.create_task(job) for job in (self._hear(), self._beat(), _forward(stop, self._wake))]
        for helper in helpers:
            helper.add_done_callback(lambda _: self._wake.set())
        try:
            await self._set_crons()
            while not stop.is_set():
                _raise_failed(helpers)
                await self._fill()
                await self._sleep()
            await self._drain()
        finally:
            await _end(helpers)
            await self._abandon()

    async def _fill(self) -> None:
        while free := self._concurrency - len(self._running):
            claimed = await self._claim(free)
            if not claimed:
                return
            await self._workspace.follow()
            for job in claimed:
                run = JobRun(self._workspace, job, self._name)
                task = asyncio.create_task(self._run(run), name=f"job {job.id} {job.kind}")
                self._running[task] = run
                task.add_done_callback(self._ended)

    async def _claim(self, free: int) -> list[jobs.Job]:
        async def take(tx: Tx) -> list[jobs.Job]:
            await jobs.run_cron(tx, list(self._kinds))
            return await jobs.claim(tx, self._name, self._kinds, free)

        try:
            return await self._workspace.db.run(take)
        except UniqueViolation:
            self._wake.set()
            return []

    def _ended(self, task: asyncio.Task[None]) -> None:
        run = self._running.pop(task, None)
        self._wake.set()
        if run and not task.cancelled() and (error := task.exception()):
            log.warning("job %s %s is left to another attempt: %s", run.id, run.kind, error)

    async def _sleep(self) -> None:
        async with self._workspace.db.transaction(readonly=True) as tx:
            due = await jobs.seconds_to_next(tx, list(self._kinds))
        await _within(self._wake.wait(), max(0.01, min(_BEAT, _BEAT if due is None else due)))
        self._wake.clear()

    async def _run(self, run: JobRun) -> None:
        try:
            result = await self._workspace.app.jobs[run.kind].handler(run)
        except asyncio.CancelledError:
            raise
        except JobCancelled:
            await self._close(run, jobs.finish, None, "cancelled")
        except Exception as error:
            log.exception("job %s %s failed", run.id, run.kind)
            await self._close(run, jobs.fail, readable(error), final=_is_final(error))
        else:
            await self._finish(run, result)

    async def _finish(self, run: JobRun, result: Any) -> None:
        try:
            await self._close(run, jobs.finish, result, "cancelled" if run.saw_cancel else "done")
        except (TypeError, BadValue) as error:
            await self._close(run, jobs.fail, f"The result cannot be kept: {error}", final=True)

    async def _close(self, run: JobRun, how: Any, *args: Any, **options: Any) -> None:
        run.closing = True

        async def close(tx: Tx) -> None:
            if run.last_progress is not None:
                await jobs.progress(tx, self._name, run.id, run.last_progress)
            await how(tx, self._name, run.id, *args, **options)

        await self._workspace.db.run(close)

    async def _hear(self) -> None:
        async for _, payload in self._listener.listen():
            if not payload:
                raise Unavailable("The database connection was lost")
            job_id, _, word = payload.partition(" ")
            if word == "queued":
                self._wake.set()
            elif word == "cancelling":
                self._ask_to_end(int(job_id))

    def _ask_to_end(self, job_id: int) -> None:
        for run in self._running.values():
            run.cancel_requested |= run.id == job_id

    async def _beat(self) -> None:
        while True:
            running = dict(self._running)
            async with self._workspace.db.transaction() as tx:
                await jobs.requeue_dead(tx)
                await jobs.prune(tx, _KEEP)
                ours = await jobs.heartbeat(tx, self._name, [run.id for run in running.values()])
            for task, run in running.items():
                run.cancel_requested |= ours.get(run.id, False)
                if run.id not in ours and not run.closing:
                    task.cancel("the job was given to another worker")
            await asyncio.sleep(_BEAT)

    async def _set_crons(self) -> None:
        async with self._workspace.db.transaction() as tx:
            for spec in self._workspace.app.jobs.values():
                if spec.every:
                    await jobs.set_cron(tx, spec.kind, spec.every)

    async def _drain(self) -> None:
        if self._running:
            await asyncio.wait(list(self._running), timeout=self._grace)

    async def _abandon(self) -> None:
        left = dict(self._running)
        await _end(list(left))
        for run in left.values():
            with suppress(Problem):
                await self._close(run, jobs.release)


def readable(error: BaseException) -> str:
    """An error in one paragraph, for the person who started the job."""
    if isinstance(error, Problem):
        wrong = (f"{each.field}: {each.message} {each.remedy}".rstrip() for each in error.errors)
        return "; ".join((error.detail, *wrong))
    return f"{type(error).__name__}: {error}".rstrip(": ")


def _is_final(error: BaseException) -> bool:
    """What the input is to blame for will not go better next time."""
    return isinstance(error, Problem) and error.status < 500


async def _forward(stop: asyncio.Event, wake: asyncio.Event) -> None:
    await stop.wait()
    wake.set()


async def _within(waiting: Any, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(waiting, seconds)


def _raise_failed(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        if task.done() and not task.cancelled() and (error := task.exception()):
            raise error


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel the tasks and wait for their end."""
    ending = list(tasks)
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)
