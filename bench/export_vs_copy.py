"""Exports of a whole record type against `psql \\copy` of its bare columns, the same rows, the same server, one run.

The export asks permission for every row, sorts, names links with title and key, and takes the bite out of formulas; for
XLSX and Parquet it also types every cell. `memory` is how much the largest of the exports added to the process.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from pathlib import Path
from typing import Any

from bench.import_vs_copy import psql
from bench.place import server
from visavis.access import Actor
from visavis.features.exports.api import back_up, export_view, export_whole
from visavis.features.runtime import Workspace, open_workspace

ROWS = int(os.environ.get("VISAVIS_BENCH_ROWS", "1000000"))
_FIELDS = ("name", "domain", "industry", "country", "employees", "annual_revenue", "founded", "owner")
_BARE = f"id, external_id, {', '.join(_FIELDS)}, annual_revenue_currency"
_FILL = """
insert into company (external_id, name, domain, industry, country, employees, annual_revenue, annual_revenue_currency,
    founded, owner)
select 'K' || n, 'Company ' || n, 'https://company' || n || '.example', 'Trade ' || n % 40, 'Country ' || n % 90,
    n % 5000, n * 1.25, 'EUR', 1900 + n % 120, (select min(id) from "user") + n % 50
from generate_series(1, $1::integer) n
"""


def run() -> list[dict[str, Any]]:
    """Rows a second of each format, and of the whole workspace."""
    with server() as (dsn, folder):
        return asyncio.run(_measured(dsn, folder))


async def _measured(dsn: str, folder: Path) -> list[dict[str, Any]]:
    async with open_workspace(dsn, folder / "data", "bench") as workspace:
        actor = await _fill(workspace)
        reference = _copied(dsn, folder / "bare.csv")
        before = _peak()
        lines = [
            _line(f"export_{kind}_vs_copy", await _exported(workspace, actor, kind, folder / f"x.{kind}"), reference)
            for kind in ("csv", "parquet", "xlsx")
        ]
        lines.append(_line("export_whole_vs_copy", await _timed(export_whole(workspace, folder / "w.zip")), reference))
        lines.append(_line("backup_vs_copy", await _timed(back_up(workspace, folder / "b.zip")), reference))
        print(f"memory: {_peak() - before} MiB above {before} MiB")
    return lines


async def _fill(workspace: Workspace) -> Actor:
    async with workspace.context() as ctx:
        await ctx.tx.execute("""insert into "user" (name) select 'User ' || n from generate_series(1, 50) n""")
        await ctx.tx.execute(_FILL, ROWS)
    async with workspace.context() as ctx:
        await ctx.tx.execute("analyze company")
        return Actor(await ctx.tx.value('select min(id) from "user"'), "manager", None)


async def _exported(workspace: Workspace, actor: Actor, kind: str, target: Path) -> float:
    query = {"columns": ",".join(_FIELDS)}
    return await _timed(export_view(workspace, "company", query, kind, target, actor=actor))


async def _timed(work: Any) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def _copied(dsn: str, path: Path) -> float:
    """Seconds of the faster of two."""
    best = float("inf")
    for _ in range(2):
        began = time.perf_counter()
        psql(dsn, f"\\copy (select {_BARE} from bench.company) to '{path}' with (format csv, header true)")
        best = min(best, time.perf_counter() - began)
    return best


def _line(name: str, seconds: float, reference: float) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ROWS / seconds),
        "reference": round(ROWS / reference),
        "ratio": round(reference / seconds, 3),
        "unit": "rows/s",
        "rows": ROWS,
    }


def _peak() -> int:
    """The most memory that this process has had, in MiB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) >> 10 if found else 0


if __name__ == "__main__":
    for line in run():
        print(line)
