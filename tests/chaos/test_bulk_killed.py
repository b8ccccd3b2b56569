"""A change to many records and the way back, with a kill -9 somewhere: what is there is what a calm run leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
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
from visavis.access import Actor
from visavis.features.accounts.api import ensure_owner
from visavis.features.changing import logic
from visavis.features.runtime import Workspace

ROWS = 15_000
_FILL = """
insert into company (name, industry, country, tags)
select 'Company ' || n, 'Trade ' || n % 40, case when n % 10 > 0 then 'France' end, array['t' || n % 7]
from generate_series(1, $1::bigint) n
"""
_CHECKSUM = "select md5(string_agg((to_jsonb(t) - 'version')::text, '' order by t.id)) from company t"
_BODY = {
    "object": "company",
    "action": "edit",
    "filter": {"field": "country", "op": "eq", "value": "France"},
    "set": {"country": "Korea", "name": "Renamed"},
    "add": {"tags": ["new"]},
}


@pytest.fixture(scope="module")
def place(product_dir: Path) -> Iterator[Site]:
    with site(product_dir / "chaos-bulk") as running:
        yield running


@pytest.fixture
async def workspace(place: Site) -> AsyncIterator[Workspace]:
    async with workspace_of(place) as opened:
        yield opened


class Edit:
    """An edit of the very field by which the records are chosen, and its undo."""

    change_id = 0

    def __init__(self, owner: int) -> None:
        self._actor = Actor(owner, "owner")

    async def make(self, workspace: Workspace) -> int:
        async with workspace.context(self._actor) as ctx:
            self.change_id = await logic.begin(ctx, _BODY)
            return await self._job(ctx)

    async def undo(self, workspace: Workspace) -> int:
        async with workspace.context(self._actor) as ctx:
            await logic.undo(ctx, self.change_id)
            return await self._job(ctx)

    async def _job(self, ctx: Any) -> int:
        found: int = (await logic.find(ctx, self.change_id))["job_id"]
        return found

    async def counts(self, workspace: Workspace) -> tuple[Any, ...]:
        async with workspace.context(self._actor) as ctx:
            row = await logic.find(ctx, self.change_id)
        return tuple(row[name] for name in ("state", "total", "changed", "unchanged", "skipped", "restored", "kept"))


@pytest.fixture(scope="module")
def calm(place: Site) -> dict[str, Any]:
    """What undisturbed runs leave and how long they take."""
    return asyncio.run(_calm(place))


async def _calm(place: Site) -> dict[str, Any]:
    async with workspace_of(place) as workspace:
        async with workspace.context() as ctx:
            owner = await ensure_owner(ctx, "Ann", "ann@example.com")
            await ctx.tx.execute(_FILL, ROWS)
        operation = Edit(owner)
        found: dict[str, Any] = {"owner": owner, "checksum": await workspace.db.value(_CHECKSUM)}
        for name, start in (("make", operation.make), ("undo", operation.undo)):
            since = await last_event(workspace)
            seconds = await undisturbed(workspace, start)
            found[name] = (seconds, await facts(workspace, since), await operation.counts(workspace))
        assert found["make"][2][:3] == ("done", ROWS * 9 // 10, ROWS * 9 // 10)
        assert await workspace.db.value(_CHECKSUM) == found["checksum"]
    return found


@pytest.mark.parametrize("victim", VICTIMS)
async def test_killed_it_ends_as_if_undisturbed(
    place: Site, workspace: Workspace, calm: dict[str, Any], victim: Victim
) -> None:
    for _ in range(TIMES):
        operation = Edit(calm["owner"])
        for name, start in (("make", operation.make), ("undo", operation.undo)):
            seconds, expected, counts = calm[name]
            since = await last_event(workspace)
            moment = await disturbed(place, workspace, start, victim, seconds)
            where = f"{name}, {victim} killed after {moment:.2f} of {seconds:.2f} s"
            assert await operation.counts(workspace) == counts, where
            found = await facts(workspace, since)
            assert {k: v for k, v in found.items() if v != expected[k]} == {}, where
        assert await workspace.db.value(_CHECKSUM) == calm["checksum"]
