"""What a job handler holds in its hand."""

from __future__ import annotations

import time
from typing import Any

from visavis.features.runtime import Workspace
from visavis.store import jobs
from visavis.store.jobs import Job

_PAUSE = 0.25


class JobCancelled(Exception):
    """Raise it (or let `checkpoint` do so) to end a job whose cancellation was asked for."""


class JobRun:
    """One attempt at one job. `args` and the returned result are JSON values; `attempt` counts from 1.

    A handler may run again after a crash or an error: it has to find out what is done already.
    """

    def __init__(self, workspace: Workspace, job: Job, worker: str) -> None:
        self.workspace = workspace
        self.id = job.id
        self.kind = job.kind
        self.args = job.args
        self.actor_id = job.actor_id
        self.attempt = job.attempts
        self.last_progress = job.progress
        self.saw_cancel = False
        self.cancel_requested = False
        self.closing = False
        self._worker = worker
        self._told_at = 0.0

    async def progress(
        self, done: float, total: float | None = None, unit: str = "", message: str = "", **more: Any
    ) -> None:
        """Tell how far the job is. At most four reports a second are written, and always the last one."""
        report = {"done": done, "total": total, "unit": unit, "message": message, **more}
        self.last_progress = report
        if time.monotonic() - self._told_at < _PAUSE:
            return
        self._told_at = time.monotonic()
        async with self.workspace.db.transaction() as tx:
            self.cancel_requested |= await jobs.progress(tx, self._worker, self.id, report)

    async def cancelled(self) -> bool:
        """True once somebody asked this job to stop (known within seconds). Having said so, it ends as cancelled."""
        self.saw_cancel |= self.cancel_requested
        return self.cancel_requested

    async def checkpoint(self) -> None:
        """Raise JobCancelled once somebody asked this job to stop."""
        if await self.cancelled():
            raise JobCancelled
