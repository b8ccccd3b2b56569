"""A merge and its undoing, with a kill -9 somewhere: it is done whole or not at all, and ends as a calm one does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.chaos.harness import (
    TIMES,
    VICTIMS,
    Site,
    Victim,
    disturbed,
    facts,
    last_event,
    site,
    undisturbed,
    workspace_of,
)
from visavis.access import SYSTEM
from visavis.features.merging import logic
from visavis.features.runtime import Workspace
from visavis.records import create, searching
from visavis.records.merge_plan import Wanted

ROWS = 3000
_HANGING = """
insert into deal (name, company) select 'Deal ' || n, $1 from generate_series(1, {rows}) n;
insert into activity (kind, subject, company, at)
select 'note', 'Note ' || n, $1, '2026-01-01T00:00:00Z' from generate_series(1, {rows}) n
"""
_BESIDE = """
select (select count(*) from merged_record) as merged,
    (select count(*) from deal d join company c on c.id = d.company where c.deleted_at is not null) as lost
"""


@pytest.fixture(scope="module")
def place(product_dir: Any) -> Iterator[Site]:
    with site(product_dir / "chaos-merge") as running:
        yield running


@pytest.fixture
async def workspace(place: Site) -> AsyncIterator[Workspace]:
    async with workspace_of(place) as opened:
        yield opened


class Merging:
    """Two companies of which one has much hanging on it; always as a job."""

    merge_id = 0

    def __init__(self, keep: int, other: int) -> None:
        self.wanted = Wanted("company", (keep, other), keep, {"name": other})

    async def join(self, workspace: Workspace) -> int:
        async with workspace.context(SYSTEM, "web") as ctx:
            self.merge_id = await logic.start(ctx, self.wanted)
            return await self._job(ctx)

    async def part(self, workspace: Workspace) -> int:
        async with workspace.context(SYSTEM, "web") as ctx:
            await logic.undo(ctx, self.merge_id)
            return await self._job(ctx)

    async def _job(self, ctx: Any) -> int:
        found: int = (await logic.find(ctx, self.merge_id))["facts"]["job"]
        return found


async def _prepared(workspace: Workspace) -> Merging:
    async with workspace.context() as ctx:
        keep = (await create(ctx, "company", {"name": "Acme", "country": "RO"})).id
        other = (await create(ctx, "company", {"name": "ACME Ltd", "industry": "Steel"})).id
        for statement in _HANGING.format(rows=ROWS).split(";"):
            await ctx.tx.execute(statement, other)
        for name in ("deal", "activity"):
            await searching.index(ctx.tx, ctx.catalogue.object(name), "true")
    return Merging(keep, other)


async def _found(workspace: Workspace, since: int) -> dict[str, Any]:
    """Which records are in the trash, not since when."""
    beside = await workspace.db.row(_BESIDE)
    assert beside is not None
    found = await facts(workspace, since)
    found["company"] = sorted(re.sub('"deleted_at": "[^"]*"', '"deleted_at": true', row) for row in found["company"])
    return {**found, "beside": dict(beside)}


@pytest.fixture(scope="module")
def calm(place: Site) -> dict[str, Any]:
    """What undisturbed runs leave and how long they take."""
    return asyncio.run(_calm(place))


async def _calm(place: Site) -> dict[str, Any]:
    async with workspace_of(place) as workspace:
        operation = await _prepared(workspace)
        base = await _found(workspace, await last_event(workspace))
        found: dict[str, Any] = {"operation": operation}
        for name, start in (("join", operation.join), ("part", operation.part)):
            since = await last_event(workspace)
            seconds = await undisturbed(workspace, start)
            found[name] = (seconds, await _found(workspace, since))
        assert found["part"][1] == base | {"events": found["part"][1]["events"]}
    return found


@pytest.mark.parametrize("victim", VICTIMS)
async def test_killed_it_ends_as_if_undisturbed(
    place: Site, workspace: Workspace, calm: dict[str, Any], victim: Victim
) -> None:
    operation: Merging = calm["operation"]
    for _ in range(TIMES):
        for name, start in (("join", operation.join), ("part", operation.part)):
            seconds, expected = calm[name]
            since = await last_event(workspace)
            moment = await disturbed(place, workspace, start, victim, seconds)
            found = await _found(workspace, since)
            where = f"{name}, {victim} killed after {moment:.2f} of {seconds:.2f} s"
            assert {k: v for k, v in found.items() if v != expected[k]} == {}, where
