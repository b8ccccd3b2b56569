"""One field of every record changed in the background, and taken back, against a bare `update` of the same column.

The reference is one statement with nothing kept: no event, no image of what was, no rights, no way back. The change
goes by the steps of its job: the records fixed, then 5,000 at a time, each with its event and the row as it was.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.place import server
from visavis.access import SYSTEM
from visavis.features.accounts.api import ensure_owner
from visavis.features.changing import jobs, logic
from visavis.features.runtime import Workspace, open_workspace

ROWS = int(os.environ.get("VISAVIS_BENCH_ROWS", "1000000"))
_FILL = """
insert into company (name, industry, country, employees, tags, owner)
select 'Company ' || n, 'Trade ' || n % 40, 'Country ' || n % 90, n % 5000, array['t' || n % 7], $2
from generate_series(1, $1::bigint) n
"""
_BARE = "update company set industry = 'Plain', version = version + 1, updated_at = now()"


@dataclass
class _Run:
    """What the job handlers ask of a run."""

    workspace: Workspace
    args: dict[str, Any]
    actor_id: int

    async def progress(self, *_: Any) -> None:
        """Nobody looks."""

    async def cancelled(self) -> bool:
        return False


def run() -> list[dict[str, Any]]:
    """Rows a second of an edit and of its undo."""
    with server() as (dsn, folder):
        return asyncio.run(_measured(dsn, folder))


async def _measured(dsn: str, folder: Path) -> list[dict[str, Any]]:
    async with open_workspace(dsn, folder / "data", "bench") as workspace:
        async with workspace.context() as ctx:
            owner = await ensure_owner(ctx, "Ann", "ann@example.com")
            await ctx.tx.execute(_FILL, ROWS, owner)
        await _settle(workspace)
        began = time.perf_counter()
        async with workspace.context() as ctx:
            await ctx.tx.execute(_BARE)
        bare = time.perf_counter() - began
        await _settle(workspace)
        edit, change = await _edit(workspace, owner)
        await _settle(workspace)
        return [_line("bulk_edit", edit, bare), _line("bulk_undo", await _undo(workspace, owner, change), bare)]


async def _settle(workspace: Workspace) -> None:
    """Without dead rows and with statistics, as a server that runs for a while is."""
    await workspace.db.rows("vacuum analyze")


async def _edit(workspace: Workspace, owner: int) -> tuple[float, int]:
    body = {"object": "company", "action": "edit", "set": {"industry": "Metals"}, "add": {"tags": ["new"]}}
    async with workspace.context() as ctx:
        change = await logic.begin(ctx, body)
    began = time.perf_counter()
    await jobs.run(_Run(workspace, {"change": change, "role": "owner"}, owner))
    seconds = time.perf_counter() - began
    async with workspace.context(SYSTEM) as ctx:
        row = await logic.find(ctx, change)
    assert (row["state"], row["changed"]) == ("done", ROWS)
    return seconds, change


async def _undo(workspace: Workspace, owner: int, change: int) -> float:
    async with workspace.context() as ctx:
        await logic.undo(ctx, change)
    began = time.perf_counter()
    await jobs.undo(_Run(workspace, {"change": change, "role": "owner"}, owner))
    seconds = time.perf_counter() - began
    async with workspace.context(SYSTEM) as ctx:
        row = await logic.find(ctx, change)
    assert (row["state"], row["restored"], row["kept"]) == ("undone", ROWS, {})
    return seconds


def _line(name: str, seconds: float, bare: float) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ROWS / seconds),
        "reference": round(ROWS / bare),
        "ratio": round(bare / seconds, 3),
        "unit": "rows/s",
        "rows": ROWS,
    }


if __name__ == "__main__":
    for line in run():
        print(line)
