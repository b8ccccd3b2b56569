"""The queue's statements: order, exactly one taker, retries, the dead, cancelling, cron."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise

import pytest

from visavis.kernel.clock import now
from visavis.store import Database, jobs
from visavis.store.notify import Listener

KINDS = {"mail": 3, "insight": 2}


@pytest.fixture
async def queue(database: Database) -> Database:
    async with database.transaction() as tx:
        await tx.execute(jobs.SCHEMA)
    return database


@pytest.fixture
async def worker(queue: Database) -> AsyncIterator[str]:
    async with Listener.open(queue.dsn, queue.schema) as listener:
        yield await jobs.take_seat(listener)


async def _claim(queue: Database, worker: str, limit: int = 10) -> list[jobs.Job]:
    async with queue.transaction() as tx:
        return await jobs.claim(tx, worker, KINDS, limit)


async def _get(queue: Database, job_id: int) -> jobs.Job:
    async with queue.transaction(readonly=True) as tx:
        job = await jobs.get(tx, job_id)
    assert job
    return job


async def _due_again(queue: Database) -> None:
    async with queue.transaction() as tx:
        await tx.execute("update job set run_at = now() where state = 'queued'")


async def test_jobs_are_taken_in_order_of_priority_then_age(queue: Database, worker: str) -> None:
    async with queue.transaction() as tx:
        for name, priority in (("a", 0), ("b", 0), ("c", 5)):
            await jobs.enqueue(tx, "mail", {"name": name}, priority=priority)
        await jobs.enqueue(tx, "unknown")
        await jobs.enqueue(tx, "mail", {"name": "later"}, run_at=now() + timedelta(hours=1))
    taken = [(await _claim(queue, worker, 1))[0].args["name"] for _ in range(3)]
    assert taken == ["c", "a", "b"]
    assert await _claim(queue, worker) == []


async def test_no_job_is_taken_twice(queue: Database, worker: str) -> None:
    async with queue.transaction() as tx:
        made = [await jobs.enqueue(tx, "mail") for _ in range(60)]
    batches = await asyncio.gather(*(_claim(queue, worker, 7) for _ in range(10)))
    taken = [job.id for batch in batches for job in batch]
    assert len(taken) == len(set(taken))
    while batch := await _claim(queue, worker, 7):
        taken += [job.id for job in batch]
    assert sorted(taken) == made


async def test_a_job_of_a_rolled_back_transaction_never_was(queue: Database, worker: str) -> None:
    async def half(tx: object) -> None:
        await jobs.enqueue(tx, "mail")  # type: ignore[arg-type]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await queue.run(half)
    assert await _claim(queue, worker) == []


async def test_dedupe_holds_while_the_first_waits(queue: Database, worker: str) -> None:
    async with queue.transaction() as tx:
        first = await jobs.enqueue(tx, "mail", dedupe="x")
        assert await jobs.enqueue(tx, "mail", dedupe="x") == first
    assert [job.id for job in await _claim(queue, worker)] == [first]
    async with queue.transaction() as tx:
        assert await jobs.enqueue(tx, "mail", dedupe="x") != first
        await jobs.release(tx, worker, first)
    assert (await _get(queue, first)).state == "queued"


async def test_a_lane_runs_one_at_a_time_in_order(queue: Database, worker: str) -> None:
    async with queue.transaction() as tx:
        made = [await jobs.enqueue(tx, "insight", lane="warehouse") for _ in range(3)]
        free = await jobs.enqueue(tx, "mail")
    assert [job.id for job in await _claim(queue, worker)] == [made[0], free]
    for done, following in pairwise(made):
        assert await _claim(queue, worker) == []
        async with queue.transaction() as tx:
            await jobs.finish(tx, worker, done, None)
        assert [job.id for job in await _claim(queue, worker)] == [following]


async def test_failures_wait_longer_and_end(queue: Database, worker: str) -> None:
    async with queue.transaction() as tx:
        job_id = await jobs.enqueue(tx, "insight")
    await _claim(queue, worker)
    async with queue.transaction() as tx:
        await jobs.fail(tx, worker, job_id, "no luck")
    job = await _get(queue, job_id)
    assert (job.state, job.error, job.attempts) == ("queued", "no luck", 1)
    assert job.run_at > now()
    assert await _claim(queue, worker) == []
    await _due_again(queue)
    await _claim(queue, worker)
    async with queue.transaction() as tx:
        await jobs.fail(tx, worker, job_id, "again no luck")
    job = await _get(queue, job_id)
    assert (job.state, job.error, job.finished_at is not None) == ("failed", "again no luck", True)


async def test_a_final_failure_does_not_retry(queue: Database, worker: str) -> None:
    async with queue.transaction() as tx:
        job_id = await jobs.enqueue(tx, "mail")
    await _claim(queue, worker)
    async with queue.transaction() as tx:
        await jobs.fail(tx, worker, job_id, "bad input", final=True)
    assert (await _get(queue, job_id)).state == "failed"


async def test_jobs_of_a_gone_worker_are_put_back_and_given_up_at_last(queue: Database) -> None:
    async with queue.transaction() as tx:
        job_id = await jobs.enqueue(tx, "insight", dedupe="x")
    for state in ("queued", "failed"):
        async with Listener.open(queue.dsn, queue.schema) as listener:
            gone = await jobs.take_seat(listener)
            await _claim(queue, gone)
            async with queue.transaction() as tx:
                assert await jobs.requeue_dead(tx) == []
        await _requeued(queue)
        assert (await _get(queue, job_id)).state == state
    assert "2 times" in ((await _get(queue, job_id)).error or "")


async def _requeued(queue: Database) -> None:
    async with asyncio.timeout(30):
        while True:
            async with queue.transaction() as tx:
                if await jobs.requeue_dead(tx):
                    return
            await asyncio.sleep(0.01)


async def test_a_silent_worker_loses_its_jobs_and_cannot_close_them(queue: Database, worker: str) -> None:
    async with queue.transaction() as tx:
        job_id = await jobs.enqueue(tx, "mail")
    await _claim(queue, worker)
    async with queue.transaction() as tx:
        await tx.execute("update job set heartbeat_at = now() - interval '1 hour'")
        assert await jobs.requeue_dead(tx) == [job_id]
        await jobs.finish(tx, worker, job_id, "late")
        assert await jobs.heartbeat(tx, worker, [job_id]) == {}
    assert (await _get(queue, job_id)).state == "queued"


async def test_cancel(queue: Database, worker: str) -> None:
    async with queue.transaction() as tx:
        running = await jobs.enqueue(tx, "mail")
    await _claim(queue, worker)
    async with queue.transaction() as tx:
        waiting = await jobs.enqueue(tx, "mail")
        assert await jobs.cancel(tx, waiting) == "cancelled"
        assert await jobs.cancel(tx, running) == "running"
        assert await jobs.progress(tx, worker, running, {"done": 1, "total": 2})
        assert await jobs.heartbeat(tx, worker, [running]) == {running: True}
        await jobs.finish(tx, worker, running, None, "cancelled")
        assert await jobs.cancel(tx, running) is None
        assert await jobs.cancel(tx, 999_999) is None
        assert [job.state for job in await jobs.recent(tx)] == ["cancelled", "cancelled"]


async def test_everything_is_announced(queue: Database, worker: str) -> None:
    async with Listener.open(queue.dsn, queue.schema) as listener:
        await listener.subscribe(jobs.CHANNEL)
        async with queue.transaction() as tx:
            job_id = await jobs.enqueue(tx, "mail")
        await _claim(queue, worker)
        async with queue.transaction() as tx:
            await jobs.progress(tx, worker, job_id, {"done": 1})
            await jobs.cancel(tx, job_id)
            await jobs.finish(tx, worker, job_id, {"rows": 3})
        heard = listener.listen()
        words = [(await anext(heard))[1] for _ in range(5)]
    assert words == [f"{job_id} {word}" for word in ("queued", "running", "progress", "cancelling", "done")]
    shown = (await _get(queue, job_id)).as_json()
    assert (shown["state"], shown["result"], shown["progress"]) == ("done", {"rows": 3}, {"done": 1})


async def test_cron_queues_what_is_due_once(queue: Database, worker: str) -> None:
    async with queue.transaction() as tx:
        await jobs.set_cron(tx, "mail", 3600)
        assert await jobs.run_cron(tx, ["mail"]) == []
        assert 0 < (await jobs.seconds_to_next(tx, ["mail"]) or 0) <= 3600
        await tx.execute("update job_cron set next_at = now()")
        assert len(await jobs.run_cron(tx, ["mail"])) == 1
        await tx.execute("update job_cron set next_at = now()")
        await jobs.run_cron(tx, ["mail"])
    assert len(await _claim(queue, worker)) == 1


async def test_old_jobs_are_forgotten(queue: Database, worker: str) -> None:
    async with queue.transaction() as tx:
        job_id = await jobs.enqueue(tx, "mail")
        await jobs.cancel(tx, job_id)
        await jobs.enqueue(tx, "mail")
        assert await jobs.prune(tx, timedelta(days=1)) == 0
        await tx.execute("update job set finished_at = now() - interval '2 days' where id = $1", job_id)
        assert await jobs.prune(tx, timedelta(days=1)) == 1
