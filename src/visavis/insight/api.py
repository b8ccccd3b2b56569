"""What other rooms may ask of insight."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visavis.insight.answers.base import base_summary, run_told
from visavis.insight.answers.explain import explain
from visavis.insight.answers.groups import cohorts, distribution, rfm
from visavis.insight.answers.pareto import pareto
from visavis.insight.engine import engine_for
from visavis.insight.feed import Fed, Source, feed
from visavis.insight.refresh import Computed, compute
from visavis.insight.settings import Settings
from visavis.insight.warehouse import open_warehouse
from visavis.insight.writeback import ensure_tables, write_back
from visavis.kernel.errors import Conflict
from visavis.records import Context
from visavis.store import Database, LockTimeout, Tx
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
TABLES_SQL = SQL.tables
_TRIES = 5

Progress = Callable[[str, int, int], Awaitable[None]]
"""What is being done, steps done, steps in all. What it raises stops the refresh."""

__all__ = [
    "TABLES_SQL",
    "Progress",
    "RefreshReport",
    "Settings",
    "base_summary",
    "cohorts",
    "distribution",
    "ensure_tables",
    "explain",
    "load_settings",
    "pareto",
    "refresh",
    "rfm",
    "runs",
    "save_settings",
]


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh did; `customers` per kind of customer, `seconds` per step."""

    as_of: str
    rebuilt: bool
    lines: int
    customers: Mapping[str, int]
    seconds: Mapping[str, float]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            "rebuilt": self.rebuilt,
            "lines": self.lines,
            "customers": dict(self.customers),
            "seconds": dict(self.seconds),
            "warnings": list(self.warnings),
        }


async def refresh(
    db: Database, data_dir: Path, settings: Settings | None = None, progress: Progress | None = None
) -> RefreshReport:
    """Feed the warehouse, run every analysis, swap the results in.

    Raises Conflict while another refresh of this workspace runs, on whichever machine.
    """
    async with db.transaction() as lock:
        await ensure_tables(lock)
    async with db.transaction(readonly=True) as lock:
        if not await lock.value(SQL.refresh_lock):
            raise Conflict("The customer base is being refreshed already; wait for that to end.")
        settings = settings or await load_settings(lock)
        tell = _bridge(progress)
        computed, fed, lines, seconds = await asyncio.to_thread(_compute, db, data_dir, settings, tell)
        began = time.perf_counter()
        await _written(db, computed)
        return _report(computed, fed, lines, seconds | {"write": round(time.perf_counter() - began, 3)})


def _compute(
    db: Database, data_dir: Path, settings: Settings, tell: Callable[[str, int, int], None]
) -> tuple[Computed, Fed, int, dict[str, float]]:
    """The blocking part, in a thread of its own: the only place that opens the warehouse."""
    with open_warehouse(data_dir) as warehouse:
        tell("feed", 0, 0)
        fed = feed(warehouse, Source(db.dsn, db.schema, settings.timezone))
        began = time.perf_counter()
        if fed.changed:
            warehouse.snapshot()
        snapshot = time.perf_counter() - began
        engine = engine_for(settings.engine, warehouse.connection, warehouse.snapshots)
        try:
            computed = compute(engine, settings, tell)
        finally:
            engine.close()
        analyses = time.perf_counter() - began - snapshot
        seconds = {"feed": fed.seconds, "snapshot": snapshot, "analyses": analyses}
        return computed, fed, warehouse.count("sale_line"), {key: round(value, 3) for key, value in seconds.items()}


def _bridge(progress: Progress | None) -> Callable[[str, int, int], None]:
    """Lets the computing thread report through the event loop, and be stopped by what the report raises."""
    loop = asyncio.get_running_loop()

    def tell(words: str, done: int, total: int) -> None:
        if progress is not None:
            asyncio.run_coroutine_threadsafe(_awaited(progress(words, done, total)), loop).result()

    return tell


async def _awaited(work: Awaitable[None]) -> None:
    await work


async def _written(db: Database, computed: Computed) -> None:
    for attempt in range(_TRIES):
        try:
            async with db.transaction() as tx:
                await write_back(tx, computed)
            break
        except LockTimeout:
            if attempt == _TRIES - 1:
                raise
            await asyncio.sleep(0.2 * 2**attempt)


def _report(computed: Computed, fed: Fed, lines: int, seconds: dict[str, float]) -> RefreshReport:
    models = [m for base in computed.bases for o in base.outcomes for m in o.document.get("models", []) if m["n"]]
    return RefreshReport(
        as_of=computed.settings.day.isoformat(),
        rebuilt=fed.rebuilt,
        lines=lines,
        customers={base.customer: base.outcomes[0].rows.num_rows for base in computed.bases},
        seconds=seconds,
        warnings=tuple(warning for model in models for warning in model["warnings"]),
    )


async def load_settings(tx: Tx) -> Settings:
    """The workspace's settings; its currency and time zone stand in for those not set."""
    row = await tx.row(SQL.load_settings)
    workspace, own = (dict(row["workspace"]), dict(row["insight"])) if row else ({}, {})
    shared = {key: workspace[key] for key in ("currency", "timezone") if workspace.get(key)}
    return Settings.from_json(shared | own)


async def save_settings(ctx: Context, document: Mapping[str, Any]) -> Settings:
    """Lay the named settings over those that stand. They hold from the next refresh. Raises Invalid."""
    row = await ctx.tx.row(SQL.load_settings)
    own = dict(row["insight"]) if row else {}
    Settings.from_json(own | dict(document))
    await ctx.tx.execute(SQL.save_settings, own | dict(document), ctx.actor.user_id)
    return await load_settings(ctx.tx)


async def runs(ctx: Context, limit: int = 100) -> list[dict[str, Any]]:
    """The newest runs first: method, version, as-of, rows, seconds, settings, drift, warnings."""
    return [run_told(row) for row in await ctx.tx.rows(SQL.run_log, limit)]
