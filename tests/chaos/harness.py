"""The whole product on a data folder of its own, one of its processes killed at a random moment of an operation.

An ``Operation`` is made and taken back by jobs. ``measured`` runs it calmly; ``endure`` runs it again and again, kills
`worker`, `server` or `database` with SIGKILL somewhere within its usual duration, brings everything up again, waits
for the end of the job and compares. ``facts`` is what is there, without what differs from run to run (ids, moments,
lock tokens).

CI kills each of them once; ``CHAOS=25`` in the environment is the nightly run.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tests.web.serving import free_port
from visavis.features.runtime import Workspace, open_workspace
from visavis.fields import References, type_of
from visavis.kernel.errors import Unavailable
from visavis.store import embedded, jobs
from visavis.store import embedded_process as processes
from visavis.store.build import title
from visavis.store.db import quoted

Victim = Literal["worker", "server", "database"]
VICTIMS: tuple[Victim, ...] = ("worker", "server", "database")
TIMES = int(os.environ.get("CHAOS", "1"))
_PATIENCE = 90.0
_OVER = ("done", "failed", "cancelled")

Start = Callable[[Workspace], Awaitable[int]]
"""Enqueues the job of an operation and gives its id."""


@dataclass
class Site:
    """Server, worker and database of one data folder."""

    data_dir: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def serve(self) -> None:
        command = [sys.executable, "-m", "visavis.cli", "--data-dir", str(self.data_dir), "serve", "--port"]
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        environment["PYTHONPATH"] = os.pathsep.join(sys.path)
        with (self.data_dir.parent / "serve.log").open("ab") as log:
            self.process = subprocess.Popen([*command, str(self.port)], stdout=log, stderr=log, env=environment)

    def kill(self, victim: Victim) -> None:
        """SIGKILL; returns when they are gone."""
        pids = self._of(victim)
        processes.signal_all(pids, signal.SIGKILL)
        if victim == "server":
            assert self.process is not None
            self.process.wait(30)
        assert processes.wait_gone(pids, 30), f"{victim} {pids} outlived SIGKILL"

    def _of(self, victim: Victim) -> list[int]:
        if victim == "server":
            assert self.process is not None
            return [self.process.pid]
        if victim == "worker":
            return self._workers()
        return processes.family(embedded.status(self.data_dir).cluster)

    def bring_up(self, victim: Victim) -> None:
        """What an operator's service manager does; a killed worker is followed by another without that."""
        embedded.ensure_running(self.data_dir)
        if victim == "server":
            self.serve()

    def log_end(self) -> str:
        """What server and worker said last."""
        return (self.data_dir.parent / "serve.log").read_text(errors="replace")[-4000:]

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    def wait_for_worker(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not self._workers():
            assert time.monotonic() < deadline, "no worker came up"
            time.sleep(0.1)

    def _workers(self) -> list[int]:
        return [holder.pid for holder in embedded.status(self.data_dir).holders if holder.role == "worker"]


@contextmanager
def site(data_dir: Path) -> Iterator[Site]:
    """A product that runs, with an empty workspace. Held by the test too, the database ends with nobody else."""
    place = Site(data_dir, free_port())
    with embedded.hold(data_dir, "chaos"):
        place.serve()
        try:
            place.wait_for_worker()
            yield place
        finally:
            place.stop()


@asynccontextmanager
async def workspace_of(place: Site) -> AsyncIterator[Workspace]:
    """The same workspace in the test's own process; its pool outlives a restart of the database."""
    dsn = embedded.status(place.data_dir).dsn
    assert dsn is not None
    async with open_workspace(dsn, place.data_dir, max_size=3) as workspace:
        yield workspace


class Operation(ABC):
    """Something that a job does and another takes back."""

    @abstractmethod
    async def prepare(self, workspace: Workspace) -> None:
        """Fill the empty workspace."""

    @abstractmethod
    async def make(self, workspace: Workspace) -> int:
        """Enqueue the operation; its job."""

    @abstractmethod
    async def back(self, workspace: Workspace) -> int:
        """Enqueue the way back of what was made last; its job."""

    async def look(self, workspace: Workspace, since: int) -> dict[str, Any]:
        """What a step has left, as ``facts`` tells it."""
        return await facts(workspace, since)

    async def told(self, workspace: Workspace) -> Any:
        """What the operation itself says that it did."""
        return ()

    async def whole(self, workspace: Workspace) -> Any:
        """What is to the last digit as it was at first when all is taken back."""
        return ()


@dataclass(frozen=True)
class Calm:
    """What undisturbed runs leave, and how many seconds they take: by step (seconds, facts, what was told)."""

    operation: Operation
    whole: Any
    steps: Mapping[str, tuple[float, dict[str, Any], Any]]

    def start(self, step: str) -> Start:
        return self.operation.make if step == "make" else self.operation.back


async def measured(workspace: Workspace, operation: Operation) -> Calm:
    """Make the operation and take it back, in an empty workspace; afterwards all is there as before."""
    await operation.prepare(workspace)
    base = await operation.look(workspace, await last_event(workspace))
    steps: dict[str, tuple[float, dict[str, Any], Any]] = {}
    calm = Calm(operation, await operation.whole(workspace), steps)
    for step in ("make", "back"):
        since, began = await last_event(workspace), time.monotonic()
        await ended(workspace, await calm.start(step)(workspace))
        seconds = time.monotonic() - began
        steps[step] = (seconds, await operation.look(workspace, since), await operation.told(workspace))
    left = steps["back"][1]
    assert left == base | {"events": left["events"]}
    assert left != steps["make"][1]
    assert await operation.whole(workspace) == calm.whole
    return calm


async def endure(place: Site, workspace: Workspace, calm: Calm, victim: Victim) -> None:
    """Make the operation and take it back with one kill in each; both end as the calm ones did."""
    operation = calm.operation
    for step, (seconds, expected, told) in calm.steps.items():
        since = await last_event(workspace)
        moment = await disturbed(place, workspace, calm.start(step), victim, seconds)
        where = f"{step}, {victim} killed after {moment:.2f} of {seconds:.2f} s"
        assert await operation.told(workspace) == told, where
        found = await operation.look(workspace, since)
        assert {k: v for k, v in found.items() if v != expected[k]} == {}, where
    assert await operation.whole(workspace) == calm.whole


async def disturbed(place: Site, workspace: Workspace, start: Start, victim: Victim, longest: float) -> float:
    """Run the operation with one kill within ``longest`` seconds, to its end; the moment of the kill."""
    job_id = await start(workspace)
    moment = random.uniform(0, longest)
    await asyncio.sleep(moment)
    await struck(place, workspace, job_id, victim)
    return moment


async def struck(place: Site, workspace: Workspace, job_id: int, victim: Victim) -> None:
    """Kill, bring up, and the job to its end."""
    await asyncio.to_thread(place.kill, victim)
    await asyncio.to_thread(place.bring_up, victim)
    try:
        await ended(workspace, job_id)
    except AssertionError as error:
        error.add_note(place.log_end())
        raise


async def ended(workspace: Workspace, job_id: int) -> jobs.Job:
    """The job when it is done; a pause before another attempt is cut short."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            async with workspace.db.transaction() as tx:
                job = await jobs.get(tx, job_id)
                await tx.execute("update job set run_at = now() where id = $1 and state = 'queued'", job_id)
        except Unavailable:
            job = None
        if job is not None and job.state in _OVER:
            assert job.state == "done", (job.state, job.error)
            return job
        await asyncio.sleep(0.1)
    raise AssertionError(f"job {job_id} did not end: {job}")


async def facts(workspace: Workspace, since: int = 0) -> dict[str, Any]:
    """The rows of every record type, what can be searched, and how many events came after number ``since``.

    What is brought into the search by a job of its own is waited for.
    """
    await _searchable(workspace)
    found: dict[str, Any] = {}
    async with workspace.db.transaction(readonly=True) as tx:
        for obj in workspace.catalogue.by_name.values():
            links = [f for f in obj.entered if isinstance(type_of(f), References)]
            dropped = ("id", "version", "created_at", "updated_at", *(f.name for f in links))
            named = "".join(f", '{f.name}', {_label(workspace, f.name, str(f.target))}" for f in links)
            rows = await tx.rows(
                f"select ((to_jsonb(t) - '{{{','.join(dropped)}}}'::text[])"
                f" || jsonb_build_object('version', 0{named}))::text as row from {quoted(obj.name)} t order by 1"
            )
            found[obj.name] = [row["row"] for row in rows]
        searched = await tx.rows("select object, title, folded from search order by object, title, folded")
        found["search"] = [tuple(row.values()) for row in searched]
        told = await tx.rows("select object, kind, count(*) as n from event where seq > $1 group by 1, 2", since)
        found["events"] = {(row["object"], row["kind"]): row["n"] for row in told}
    return found


async def _searchable(workspace: Workspace) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with suppress(Unavailable):
            async with workspace.db.transaction() as tx:
                if not await tx.value("select exists (select from search_todo)"):
                    return
                await tx.execute("update job set run_at = now() where state = 'queued'")
        await asyncio.sleep(0.1)
    raise AssertionError("the search was not brought up to date")


def _label(workspace: Workspace, column: str, target: str) -> str:
    """A record by what does not change from run to run."""
    other = workspace.catalogue.object(target)
    return (
        f"(select coalesce(x.external_id, {title(other, 'x')}) from {quoted(target)} x where x.id = t.{quoted(column)})"
    )


async def last_event(workspace: Workspace) -> int:
    """The number of the newest event, for ``facts`` of what follows."""
    found: int = await workspace.db.value("select coalesce(max(seq), 0) from event")
    return found
