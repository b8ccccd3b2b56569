"""A change to many records."""

from __future__ import annotations

from typing import Any

from tests.chaos.harness import Operation
from visavis.access import SYSTEM, Actor
from visavis.features.accounts.api import ensure_owner
from visavis.features.changing import logic
from visavis.features.runtime import Workspace
from visavis.records import searching

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
_TOLD = ("state", "total", "changed", "unchanged", "skipped", "restored", "kept")


class Edit(Operation):
    """An edit of the very field by which the records are chosen."""

    _actor = SYSTEM
    _change_id = 0

    async def prepare(self, workspace: Workspace) -> None:
        async with workspace.context() as ctx:
            self._actor = Actor(await ensure_owner(ctx, "Ann", "ann@example.com"), "owner")
            await ctx.tx.execute(_FILL, ROWS)
            await searching.index(ctx.tx, ctx.catalogue.object("company"), "true")

    async def make(self, workspace: Workspace) -> int:
        async with workspace.context(self._actor) as ctx:
            self._change_id = await logic.begin(ctx, _BODY)
            return await self._job(ctx)

    async def back(self, workspace: Workspace) -> int:
        async with workspace.context(self._actor) as ctx:
            await logic.undo(ctx, self._change_id)
            return await self._job(ctx)

    async def _job(self, ctx: Any) -> int:
        found: int = (await logic.find(ctx, self._change_id))["job_id"]
        return found

    async def told(self, workspace: Workspace) -> tuple[Any, ...]:
        async with workspace.context(self._actor) as ctx:
            row = await logic.find(ctx, self._change_id)
        return tuple(row[name] for name in _TOLD)

    async def whole(self, workspace: Workspace) -> Any:
        return await workspace.db.value(_CHECKSUM)
