"""The job queue: rows in PostgreSQL, claimed with SKIP LOCKED, announced by NOTIFY (decision 0010).

Channel `job` carries "<id> <state>"; beside the states there are `progress` and `cancelling`.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from visavis.kernel.clock import iso
from visavis.store.db import Row, Tx
from visavis.store.notify import Listener
from visavis.store.queries import queries

State = Literal["queued", "running", "done", "failed", "cancelled"]
CHANNEL = "job"
SILENCE = timedelta(minutes=2)
_SQL = queries(Path(__file__).with_name("jobs.sql"))
SCHEMA = _SQL.schema
_SEATS = 0x6A6F6273


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the queue. `progress` is {done, total, unit, message} or None."""

    id: int
    kind: str
    args: dict[str, Any]
    state: State
    attempts: int
    max_attempts: int
    progress: dict[str, Any] | None
    result: Any
    error: str | None
    actor_id: int | None
    run_at: datetime
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested: bool

    def as_json(self) -> dict[str, Any]:
        """The job as the API shows it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "progress": self.progress,
            "result": self.result,
            "error": self.error,
            "created_at": iso(self.created_at),
            "finished_at": iso(self.finished_at) if self.finished_at else None,
        }


_COLUMNS = tuple(field.name for field in fields(Job))


async def enqueue(
    tx: Tx,
    kind: str,
    args: Mapping[str, Any] | None = None,
    *,
    dedupe: str | None = None,
    run_at: datetime | None = None,
    actor_id: int | None = None,
    priority: int = 0,
    lane: str | None = None,
) -> int:
    """Queue a job with the transaction; its id.

    While a job with the same `dedupe` still waits, no second one is made and the id is that of the first. Jobs of one
    `lane` run one at a time, in order. Higher `priority` goes first.
    """
    job_id: int = await tx.value(_SQL.enqueue, kind, dict(args or {}), dedupe, run_at, actor_id, priority, lane)
    await _tell(tx, job_id, "queued")
    return job_id


async def get(tx: Tx, job_id: int) -> Job | None:
    """One job."""
    row = await tx.row(_SQL.one, job_id)
    return _job(row) if row else None


async def recent(tx: Tx, limit: int = 50, before: int | None = None, actor_id: int | None = None) -> list[Job]:
    """The newest jobs first; `before` is the last id of the page before, `actor_id` who asked for them."""
    return [_job(row) for row in await tx.rows(_SQL.recent, before, limit, actor_id)]


async def cancel(tx: Tx, job_id: int) -> State | None:
    """Cancel a waiting job at once, ask a running one to stop; the state now, or None when it is over or unknown."""
    state: State | None = await tx.value(_SQL.cancel, job_id)
    if state:
        await _tell(tx, job_id, "cancelling" if state == "running" else state)
    return state


async def claim(tx: Tx, worker: str, kinds: Mapping[str, int], limit: int) -> list[Job]:
    """Take up to `limit` jobs of these kinds (each with its allowed attempts), in order."""
    rows = await tx.rows(_SQL.claim, worker, dict(kinds), limit)
    for row in rows:
        await _tell(tx, row["id"], "running")
    return sorted((_job(row) for row in rows), key=lambda job: job.id)


async def heartbeat(tx: Tx, worker: str, job_ids: Iterable[int]) -> dict[int, bool]:
    """Say that these still run; those that are still ours, with whether their end was asked for."""
    rows = await tx.rows(_SQL.heartbeat, list(job_ids), worker)
    return {row["id"]: row["cancel_requested"] for row in rows}


async def progress(tx: Tx, worker: str, job_id: int, report: Mapping[str, Any]) -> bool:
    """Record how far a running job is; whether its end was asked for (also when it is ours no longer)."""
    asked = await tx.value(_SQL.progress, job_id, worker, dict(report))
    await _tell(tx, job_id, "progress")
    return asked is None or bool(asked)


async def finish(tx: Tx, worker: str, job_id: int, result: Any, state: State = "done") -> None:
    """Close a running job with its result."""
    await _close(tx, job_id, _SQL.finish, worker, state, result)


async def fail(tx: Tx, worker: str, job_id: int, error: str, *, final: bool = False) -> None:
    """Record the error; the job waits for its next attempt (2 s, 8 s, 32 s ...), or has failed when it was the last."""
    await _close(tx, job_id, _SQL.fail, worker, error, final)


async def release(tx: Tx, worker: str, job_id: int) -> None:
    """Put a running job back unharmed: its worker stops."""
    await _close(tx, job_id, _SQL.release, worker)


async def requeue_dead(tx: Tx, silence: timedelta = SILENCE) -> list[int]:
    """Put back the jobs of workers that are gone, or silent for longer than `silence`; their ids."""
    rows = await tx.rows(_SQL.requeue_dead, silence, _SEATS)
    for row in rows:
        await _tell(tx, row["id"], row["state"])
    return [row["id"] for row in rows]


async def prune(tx: Tx, older: timedelta) -> int:
    """Forget the jobs that ended longer ago; how many."""
    return await tx.execute(_SQL.prune, older)


async def set_cron(tx: Tx, kind: str, seconds: float) -> None:
    """Have `kind` run every so many seconds, first after that time."""
    await tx.execute(_SQL.cron_set, kind, timedelta(seconds=seconds))


async def run_cron(tx: Tx, kinds: Sequence[str]) -> list[int]:
    """Queue what is due now; a kind that still waits is not queued twice."""
    due = await tx.rows(_SQL.cron_due, list(kinds))
    return [await enqueue(tx, row["kind"], dedupe=f"cron {row['kind']}") for row in due]


async def seconds_to_next(tx: Tx, kinds: Sequence[str]) -> float | None:
    """Seconds until a waiting job or a cron entry of these kinds falls due; None when nothing waits."""
    seconds: float | None = await tx.value(_SQL.next_due, list(kinds))
    return seconds


async def take_seat(listener: Listener) -> str:
    """A worker's name, `<number>@<host>:<pid>`, alive as long as the listener's connection.

    A busy worker may be late with its heartbeat; it is dead only without its lock (or silent for `SILENCE`).
    """
    number = secrets.randbelow(2**31)
    await listener.lock(_SEATS, number)
    return f"{number}@{socket.gethostname()}:{os.getpid()}"


async def _close(tx: Tx, job_id: int, sql: str, *args: Any) -> None:
    state = await tx.value(sql, job_id, *args)
    if state:
        await _tell(tx, job_id, state)


async def _tell(tx: Tx, job_id: int, state: str) -> None:
    await tx.notify(CHANNEL, f"{job_id} {state}")


def _job(row: Row) -> Job:
    return Job(**{name: row[name] for name in _COLUMNS})
