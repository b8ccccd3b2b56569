"""One run of all analyses over a warehouse, for both kinds of customer."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from visavis.insight.analyses import ANALYSES
from visavis.insight.analyses.base import CUSTOMERS, Analysis, Customer, Made, Refusal, Tables
from visavis.insight.analyses.cohorts import ACTIVITY, activity
from visavis.insight.analyses.costs import Ledger, ledger
from visavis.insight.analyses.receipts import contacts_of, kind_of, of, receipts, reconciliation, sales_of
from visavis.insight.analyses.value import deals_of
from visavis.insight.engine import Engine, Frame
from visavis.insight.entered import given as frames_of
from visavis.insight.entered import remarked
from visavis.insight.settings import Settings
from visavis.insight.since import Learned, Since

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
    """What one analysis made for one kind of customer. `rows` has `id` and the columns of the analysis.

    `few`: the rows are those of the customers that were touched; None: there are none, what stands goes on.
    """

    analysis: Analysis
    rows: pa.Table
    document: Mapping[str, Any]
    seconds: float
    refused: tuple[Refusal, ...] = ()
    learned: Any = None
    few: bool | None = False


@dataclass(frozen=True, slots=True)
class Base:
    """All results for one kind of customer."""

    customer: Customer
    outcomes: tuple[Outcome, ...]
    months: pa.Table


@dataclass(frozen=True, slots=True)
class Computed:
    """All results of a run, in memory, ready to be written back. `rates` is the version of the rates of costs."""

    settings: Settings
    reconciliation: pa.Table
    bases: tuple[Base, ...]
    first_day: dt.date | None
    last_day: dt.date | None
    rates: int = 0
    costed: frozenset[str] = frozenset()
    since: Since | None = None

    @property
    def learned(self) -> Learned:
        """What a later run may tell touched customers by."""
        return {
            (base.customer, outcome.analysis.name): outcome.learned for base in self.bases for outcome in base.outcomes
        }


def compute(
    engine: Engine,
    settings: Settings,
    progress: Progress = lambda *_: None,
    analyses: Sequence[Analysis] = ANALYSES,
    entered: Mapping[Customer, pa.Table] | None = None,
) -> Computed:
    """Run the analyses on the tables of the engine. Without an as-of day, the day after the last sale is taken.

    `entered`: the entered fields that settings name (`entered_fields`), with `id`, for each kind of customer; an amount
    with its currency as text beside it (`<field>_currency`).
    """
    lines = engine.table("sale_line")
    first, last = span(engine, lines)
    deals = deals_won(engine)
    analyses = in_order(analyses, settings)
    if settings.as_of is None:
        settings = settings.at(after(last, *deals.values()))
    kept = engine.keep("receipts", receipts(engine, lines, settings))
    table = ordered(engine.arrow(reconciliation(engine, kept, settings), RECONCILIATION))
    busy = set(table.column("customer_kind").to_pylist()) | set(deals)
    costs = ledger(engine, kept, settings)
    bases = []
    for position, customer in enumerate(CUSTOMERS):
        given = frames_of(engine, customer, (entered or {}).get(customer), settings)
        if customer not in busy:
            bases.append(_nobody(engine, customer, analyses, given, settings))
            continue
        tell = shifted(progress, position * len(analyses), len(CUSTOMERS) * len(analyses))
        tables = {**given, **tables_of(engine, kept, costs, customer, settings)}
        bases.append(_base(engine, tables, customer, settings, analyses, tell))
    return Computed(settings, table, tuple(bases), first, last, costs.version, costs.costed)


def _nobody(
    engine: Engine, customer: Customer, analyses: Sequence[Analysis], given: Mapping[str, Frame], settings: Settings
) -> Base:
    """The base where no line and no deal has a customer of the kind: only what entered fields tell."""
    outcomes = []
    for analysis in analyses:
        named = analysis.beyond and any(f"field.{name}" in given for name in analysis.asked(settings))
        began = time.perf_counter()
        made = (
            remarked(engine, given, analysis, settings, analysis.run(engine, given, settings)) if named else Made(None)
        )
        rows = analysis.schema.empty_table() if made.frame is None else engine.arrow(made.frame, analysis.schema)
        outcomes.append(Outcome(analysis, rows, made.document, time.perf_counter() - began, made.refused))
    return Base(customer, tuple(outcomes), ACTIVITY.empty_table())


def tables_of(engine: Engine, kept: Frame, costs: Ledger, customer: Customer, settings: Settings) -> dict[str, Frame]:
    """What the analyses of one kind of customer read; `kept` are the receipts."""
    return {
        "receipts": engine.keep(f"receipts_{customer}", of(engine, kept, customer, settings)),
        "deals": deals_of(engine, engine.table("deal"), customer),
        "costs": costs.rows.where(engine.F.col("customer_kind") == customer),
        "costed": engine.frame(f"costed_{customer}", pa.table({"bar": pa.array(sorted(costs.costed), pa.string())})),
        "sales": sales_of(engine, engine.table("sale_line"), customer, settings),
        "contacts": contacts_of(engine, customer, settings),
        "product": engine.table("product"),
    }


def _base(
    engine: Engine,
    tables: dict[str, Frame],
    customer: Customer,
    settings: Settings,
    analyses: Sequence[Analysis],
    tell: Progress,
) -> Base:
    outcomes = []
    for step, analysis in enumerate(analyses):
        tell(f"{customer}: {analysis.name}", step, len(analyses))
        outcome, frame = ran(engine, tables, customer, analysis, settings)
        tables |= named(analysis, frame)
        outcomes.append(outcome)
    return Base(customer, tuple(outcomes), engine.arrow(activity(engine, tables, settings), ACTIVITY))


def named(analysis: Analysis, frame: Frame) -> dict[str, Frame]:
    """The names under which later analyses find the results of an earlier one."""
    return {analysis.name: frame} | {f"field.{field}": frame for field in analysis.outputs}


def ran(
    engine: Engine, tables: Tables, customer: Customer, analysis: Analysis, settings: Settings
) -> tuple[Outcome, Frame]:
    """What the analysis makes of the tables, or its refusal, and its rows as a frame."""
    began = time.perf_counter()
    made = _made(engine, tables, analysis, settings)
    name, empty = f"{analysis.name}_{customer}", analysis.schema.empty_table()
    frame = engine.frame(name, empty) if made.frame is None else engine.keep(name, made.frame)
    rows = empty if made.frame is None else engine.arrow(frame, analysis.schema)
    seconds = time.perf_counter() - began
    return Outcome(analysis, rows, made.document, seconds, made.refused, made.learned), frame


def entered_fields(analyses: Sequence[Analysis], settings: Settings) -> tuple[str, ...]:
    """The fields that settings name and no analysis of the product makes."""
    made = {field for analysis in ANALYSES for field in analysis.outputs}
    return tuple(sorted({name for analysis in analyses for name in analysis.asked(settings)} - made))


def in_order(analyses: Sequence[Analysis], settings: Settings) -> tuple[Analysis, ...]:
    """Each after those that make what it reads, by its inputs or by the fields that its settings name."""
    makers = {field: analysis.name for analysis in analyses for field in analysis.outputs}
    left, done = list(analyses), dict[str, Analysis]()
    while left:
        waits = [a for a in left if not _before(a, makers, settings) & {b.name for b in left}]
        first = (waits or left)[0]
        left.remove(first)
        done[first.name] = first
    return tuple(done.values())


def _before(analysis: Analysis, makers: Mapping[str, str], settings: Settings) -> set[str]:
    named = analysis.asked(settings)
    return {*analysis.inputs, *(makers[field] for field in named if field in makers)} - {analysis.name}


def _made(engine: Engine, tables: Tables, analysis: Analysis, settings: Settings) -> Made:
    """What the analysis makes, or its refusal."""
    refused = _refused(engine, tables, analysis) if analysis.needs else ()
    if refused:
        return Made(None, {}, refused)
    return remarked(engine, tables, analysis, settings, analysis.run(engine, tables, settings))


def _refused(engine: Engine, tables: Tables, analysis: Analysis) -> tuple[Refusal, ...]:
    F = engine.F  # noqa: N806
    first, last = F.col("first_purchase"), F.col("last_purchase")
    counts = tables["value"].agg(
        F.count(F.lit(1)).alias("valued"),
        F.count(first).alias("customers"),
        F.coalesce(F.sum(F.when(first < last, 1)), F.lit(0)).alias("repeaters"),
        F.coalesce(F.datediff(F.max(last), F.min(first)), F.lit(0)).alias("days"),
        F.coalesce(F.sum("won_count"), F.lit(0)).alias("deals"),
    )
    schema = pa.schema([(name, pa.int64()) for name in ("valued", "customers", "repeaters", "days", "deals")])
    found = engine.arrow(counts, schema).to_pylist()[0]
    short = (Refusal(need.code, need.least, found[need.code]) for need in analysis.needs)
    return tuple(refusal for refusal in short if refusal.found < refusal.least)


def shifted(progress: Progress, done: int, total: int) -> Progress:
    return lambda words, step, _: progress(words, done + step, total)


def span(engine: Engine, lines: Frame) -> tuple[dt.date | None, dt.date | None]:
    F = engine.F  # noqa: N806
    schema = pa.schema([("first", pa.date32()), ("last", pa.date32())])
    days = engine.arrow(lines.agg(F.min("issued_on").alias("first"), F.max("issued_on").alias("last")), schema)
    row = days.to_pylist()[0]
    return row["first"], row["last"]


def deals_won(engine: Engine) -> dict[str, dt.date | None]:
    """The kinds of customer that have won deals, with the last day of one."""
    F = engine.F  # noqa: N806
    won = engine.table("deal").where(F.col("stage") == "won").withColumn("kind", kind_of(engine))
    schema = pa.schema([("kind", pa.string()), ("last", pa.date32())])
    rows = engine.arrow(won.groupBy("kind").agg(F.max("closed_on").alias("last")), schema).to_pylist()
    return {row["kind"]: row["last"] for row in rows}


def after(*days: dt.date | None) -> dt.date:
    known = [day for day in days if day is not None]
    return max(known) + dt.timedelta(days=1) if known else dt.datetime.now(dt.UTC).date()


def ordered(table: pa.Table) -> pa.Table:
    return table.sort_by([("customer_kind", "ascending"), ("bucket", "ascending")])
