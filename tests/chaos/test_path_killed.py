"""A path that is being built while others write, with a kill -9 somewhere: it ends ready, and as the records are."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.chaos.harness import TIMES, VICTIMS, Site, Victim, ended, site, struck, workspace_of
from tests.records.test_paths import EMPLOYERS, check
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Unavailable
from visavis.records.wishing import PATH_JOB
from visavis.store import jobs, paths

ROWS = 20_000
_FILL = (
    "insert into company (name, country, owner) select 'C' || n, 'L' || n % 9, n % 7 from generate_series(1, 500) n",
    f"insert into person (last_name, owner) select 'P' || n, n % 7 from generate_series(1, {ROWS}) n",
    "insert into employment (person, company) select id, (select min(id) from company) + id % 500 from person",
    "analyze employment",
)
_WRITES = (
    "insert into employment (person, company) select person, company from employment where id % 3001 = $1",
    "update person set last_name = last_name || 'x', owner = owner % 7 + 1 where id % 3001 = $1",
    "update company set country = 'M' || $1, deleted_at = case when id % 2 = 0 then now() end where id % 50 = $1 % 50",
    "update employment set deleted_at = case when deleted_at is null then now() end where id % 3001 = $1",
    "delete from employment where id % 3001 = $1",
)
_MADE = """
select 'relation' as kind, relname as name, coalesce(indisvalid, true) as whole
from pg_class left join pg_index on indexrelid = pg_class.oid
where relnamespace = current_schema()::regnamespace and relname ^@ 'path.'
union all select 'function', proname, true from pg_proc
where pronamespace = current_schema()::regnamespace and proname ^@ 'path.'
union all select 'trigger', t.tgname, t.tgenabled = 'O' from pg_trigger t join pg_class c on c.oid = t.tgrelid
where c.relnamespace = current_schema()::regnamespace and t.tgname ^@ 'path.'
union all select 'filled', name, ready_at is not null from path_fill
order by 1, 2
"""
_PROGRESS = """
select coalesce(max(f.upto), 0)::float8 / (select max(id) from employment) + coalesce(max((
    select count(*) from pg_index where indrelid = to_regclass(quote_ident(f.name)) and not indisprimary)), 0)
from path_fill f
"""
"""How much is taken in, and how many indexes are begun."""
_WHOLE = 3
Made = list[tuple[str, str, bool]]


async def _made(workspace: Workspace) -> Made:
    """All that belongs to paths."""
    return [(row["kind"], row["name"], row["whole"]) for row in await workspace.db.rows(_MADE)]


async def _start(workspace: Workspace) -> int:
    async with workspace.db.transaction() as tx:
        return await jobs.enqueue(tx, PATH_JOB, {"path": asdict(EMPLOYERS)})


async def _dropped(workspace: Workspace, name: str) -> None:
    async with workspace.db.transaction() as tx:
        await paths.drop(tx, name)
    assert await _made(workspace) == []


async def _calm(place: Site) -> Made:
    """What an undisturbed run leaves."""
    async with workspace_of(place) as workspace:
        for statement in _FILL:
            await workspace.db.rows(statement)
        await ended(workspace, await _start(workspace))
        return await _made(workspace)


@pytest.fixture(scope="module")
def running(product_dir: Path) -> Iterator[tuple[Site, Made]]:
    with site(product_dir / "chaos-path") as place:
        yield place, asyncio.run(_calm(place))


@pytest.fixture
async def workspace(running: tuple[Site, Made]) -> AsyncIterator[Workspace]:
    async with workspace_of(running[0]) as opened:
        yield opened


async def _write(workspace: Workspace) -> None:
    """One write after the other, until cancelled; what a kill takes is not written."""
    number = 0
    while True:
        number += 1
        statement = _WRITES[number % len(_WRITES)]
        with suppress(Unavailable):
            await workspace.db.rows(statement, number % 3001)
        await asyncio.sleep(0.01)


async def _come_to(workspace: Workspace, progress: float, job_id: int) -> None:
    while await workspace.db.value(_PROGRESS) < progress:
        if await workspace.db.value("select state in ('done', 'failed') from job where id = $1", job_id):
            return
        await asyncio.sleep(0.002)


@pytest.mark.parametrize("victim", VICTIMS)
async def test_killed_it_ends_ready(running: tuple[Site, Made], workspace: Workspace, victim: Victim) -> None:
    place, made = running
    name = next(name for kind, name, _ in made if kind == "filled")
    for _ in range(TIMES):
        await _dropped(workspace, name)
        writing = asyncio.create_task(_write(workspace))
        moment = random.uniform(0, _WHOLE)
        try:
            job_id = await _start(workspace)
            await _come_to(workspace, moment, job_id)
            await struck(place, workspace, job_id, victim)
        finally:
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
        assert await _made(workspace) == made, f"{victim} killed at {moment:.2f} of {_WHOLE}"
        await check(workspace, name)
