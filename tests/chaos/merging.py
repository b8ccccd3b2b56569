"""A merge: done whole or not at all."""

from __future__ import annotations

import re
from typing import Any

from tests.chaos.harness import Operation, facts
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


class Merging(Operation):
    """Two companies of which one has much hanging on it; always as a job."""

    _wanted = Wanted("company", (), 0)
    _merge_id = 0

    async def prepare(self, workspace: Workspace) -> None:
        async with workspace.context() as ctx:
            keep = (await create(ctx, "company", {"name": "Acme", "country": "RO"})).id
            other = (await create(ctx, "company", {"name": "ACME Ltd", "industry": "Steel"})).id
            for statement in _HANGING.format(rows=ROWS).split(";"):
                await ctx.tx.execute(statement, other)
            for name in ("deal", "activity"):
                await searching.index(ctx.tx, ctx.catalogue.object(name), "true")
        self._wanted = Wanted("company", (keep, other), keep, {"name": other})

    async def make(self, workspace: Workspace) -> int:
        async with workspace.context(SYSTEM, "web") as ctx:
            self._merge_id = await logic.start(ctx, self._wanted)
            return await self._job(ctx)

    async def back(self, workspace: Workspace) -> int:
        async with workspace.context(SYSTEM, "web") as ctx:
            await logic.undo(ctx, self._merge_id)
            return await self._job(ctx)

    async def _job(self, ctx: Any) -> int:
        found: int = (await logic.find(ctx, self._merge_id))["facts"]["job"]
        return found

    async def look(self, workspace: Workspace, since: int) -> dict[str, Any]:
        """Which records are in the trash, not since when."""
        beside = await workspace.db.row(_BESIDE)
        assert beside is not None
        found = await facts(workspace, since)
        found["company"] = sorted(
            re.sub('"deleted_at": "[^"]*"', '"deleted_at": true', row) for row in found["company"]
        )
        return {**found, "beside": dict(beside)}
