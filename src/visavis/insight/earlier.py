"""The classes that customers had on days before the first refresh, worked out from what was known on those days."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from visavis.insight.analyses import ANALYSES, Analysis
from visavis.insight.analyses.base import CUSTOMERS
from visavis.insight.api import SQL, Progress, load_settings
from visavis.insight.engine import engine_for, engine_here
from visavis.insight.history import keep_earlier, oldest
from visavis.insight.methods.keeping import kept, needed
from visavis.insight.refresh import Computed, compute, entered_fields
from visavis.insight.settings import Settings
from visavis.insight.warehouse import open_warehouse
from visavis.kernel.errors import Conflict
from visavis.store import Database, Tx

LOOKED_BACK = frozenset(("abc", "rfm", "xyz"))
"""Methods whose classes of earlier days are worked out: quick, and told by sales alone."""


async def look_back(
    db: Database, data_dir: Path, days: Sequence[dt.date], progress: Progress | None = None
) -> dict[str, Any]:
    """Work out which classes customers had on earlier days, the latest first, by what the last refresh knew of sales.

    Only days before all that is known of a class, and after the first sale; each in a transaction of its own. Raises
    Conflict while a refresh runs, and where a class goes by a field filled in by hand, of which the past is not known.
    """
    async with db.transaction(readonly=True) as lock:
        if not await lock.value(SQL.refresh_lock):
            raise Conflict("The customer base is being refreshed already; wait for that to end.")
        settings = await load_settings(lock)
        enabled = {key for key, state in (await kept(lock)).items() if state.enabled}
        analyses = needed(sorted(enabled & LOOKED_BACK), settings)
        if entered_fields(analyses, settings):
            raise Conflict("A class goes by a field that is filled in by hand; what it held earlier is not known.")
        done = []
        for number, day in enumerate(sorted(days, reverse=True)):
            if progress is not None:
                await progress(day.isoformat(), number, len(days))
            computed = await asyncio.to_thread(_computed, data_dir, settings.at(day), analyses)
            if computed.first_day is None or computed.first_day >= day:
                break
            await _kept_earlier(db, computed, day)
            done.append(day.isoformat())
    return {"days": done}


def _computed(data_dir: Path, settings: Settings, analyses: Sequence[Analysis]) -> Computed:
    with open_warehouse(data_dir) as warehouse:
        engine = engine_for(engine_here(settings.engine), warehouse.connection, warehouse.snapshots)
        try:
            return compute(engine, settings, analyses=analyses)
        finally:
            engine.close()


async def _kept_earlier(db: Database, computed: Computed, day: dt.date) -> None:
    async with db.transaction() as tx:
        for base in computed.bases:
            for outcome in base.outcomes:
                for field in outcome.analysis.history:
                    await keep_earlier(tx, base.customer, field, outcome.rows, day)


async def known_since(tx: Tx) -> dt.date | None:
    """The first day of which such a class of any customer is known."""
    fields = [field for analysis in ANALYSES if analysis.name in LOOKED_BACK for field in analysis.history]
    days = [await oldest(tx, customer, fields) for customer in CUSTOMERS]
    return min((day for day in days if day), default=None)
