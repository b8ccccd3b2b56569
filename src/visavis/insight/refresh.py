"""One run of all analyses over a warehouse, for both kinds of customer."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from visavis.insight.analyses import ANALYSES
from visavis.insight.analyses.base import CUSTOMERS, Analysis, Customer
from visavis.insight.analyses.cohorts import ACTIVITY, activity
from visavis.insight.analyses.receipts import kind_of, of, receipts, reconciliation
from visavis.insight.analyses.value import deals_of
from visavis.insight.engine import Engine, Frame
from visavis.insight.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called with what is being done, steps done, steps in all."""

RECONCILIATION = pa.schema(
    [
        ("customer_kind", pa.string()),
        ("bucket", pa.string()),
        ("lines", pa.int64()),
        ("invoices", pa.int64()),
        ("raw", pa.int64()),
        ("amount", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one analysis made for one kind of customer. `rows` has `id` and the columns of the analysis."""

    analysis: Analysis
    rows: pa.Table
    document: Mapping[str, Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class Base:
    """All results for one kind of customer."""

    customer: Customer
    outcomes: tuple[Outcome, ...]
    months: pa.Table


@dataclass(frozen=True, slots=True)
class Computed:
    """All results of a run, in memory, ready to be written back."""

    settings: Settings
    reconciliation: pa.Table
    bases: tuple[Base, ...]
    first_day: dt.date | None
    last_day: dt.date | None


def compute(
    engine: Engine,
    settings: Settings,
    progress: Progress = lambda *_: None,
    analyses: Sequence[Analysis] = ANALYSES,
) -> Computed:
    """Run the analyses on the tables of the engine. Without an as-of day, the day after the last sale is taken."""
    lines = engine.table("sale_line")
    first, last = _span(engine, lines)
    deals = _deals(engine)
    if settings.as_of is None:
        settings = settings.at(_after(last, *deals.values()))
    kept = engine.keep("receipts", receipts(engine, lines, settings))
    table = _ordered(engine.arrow(reconciliation(engine, kept, settings), RECONCILIATION))
    busy = set(table.column("customer_kind").to_pylist()) | set(deals)
    bases = []
    for position, customer in enumerate(CUSTOMERS):
        if customer not in busy:
            bases.append(_nobody(customer, analyses))
            continue
        tell = _shifted(progress, position * len(analyses), len(CUSTOMERS) * len(analyses))
        bases.append(_base(engine, kept, customer, settings, analyses, tell))
    return Computed(settings, table, tuple(bases), first, last)


def _nobody(customer: Customer, analyses: Sequence[Analysis]) -> Base:
    """The base where no line and no deal has a customer of the kind."""
    return Base(customer, tuple(Outcome(a, a.schema.empty_table(), {}, 0.0) for a in analyses), ACTIVITY.empty_table())


def _base(
    engine: Engine, kept: Frame, customer: Customer, settings: Settings, analyses: Sequence[Analysis], tell: Progress
) -> Base:
    tables = {
        "receipts": engine.keep(f"receipts_{customer}", of(engine, kept, customer, settings)),
        "deals": deals_of(engine, engine.table("deal"), customer),
    }
    outcomes = []
    for step, analysis in enumerate(analyses):
        tell(f"{customer}: {analysis.name}", step, len(analyses))
        began = time.perf_counter()
        made = analysis.run(engine, tables, settings)
        tables[analysis.name] = engine.keep(f"{analysis.name}_{customer}", made.frame)
        rows = engine.arrow(tables[analysis.name], analysis.schema)
        outcomes.append(Outcome(analysis, rows, made.document, time.perf_counter() - began))
    return Base(customer, tuple(outcomes), engine.arrow(activity(engine, tables, settings), ACTIVITY))


def _shifted(progress: Progress, done: int, total: int) -> Progress:
    return lambda words, step, _: progress(words, done + step, total)


def _span(engine: Engine, lines: Frame) -> tuple[dt.date | None, dt.date | None]:
    F = engine.F  # noqa: N806
    schema = pa.schema([("first", pa.date32()), ("last", pa.date32())])
    days = engine.arrow(lines.agg(F.min("issued_on").alias("first"), F.max("issued_on").alias("last")), schema)
    row = days.to_pylist()[0]
    return row["first"], row["last"]


def _deals(engine: Engine) -> dict[str, dt.date | None]:
    """The kinds of customer that have won deals, with the last day of one."""
    F = engine.F  # noqa: N806
    won = engine.table("deal").where(F.col("stage") == "won").withColumn("kind", kind_of(engine))
    schema = pa.schema([("kind", pa.string()), ("last", pa.date32())])
    rows = engine.arrow(won.groupBy("kind").agg(F.max("closed_on").alias("last")), schema).to_pylist()
    return {row["kind"]: row["last"] for row in rows}


def _after(*days: dt.date | None) -> dt.date:
    known = [day for day in days if day is not None]
    return max(known) + dt.timedelta(days=1) if known else dt.datetime.now(dt.UTC).date()


def _ordered(table: pa.Table) -> pa.Table:
    return table.sort_by([("customer_kind", "ascending"), ("bucket", "ascending")])
