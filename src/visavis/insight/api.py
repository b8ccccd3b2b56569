"""What other rooms may ask of insight."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visavis.catalogue import Catalogue, Field
from visavis.insight.analyses import ANALYSES, Analysis
from visavis.insight.analyses.base import CUSTOMERS, Customer
from visavis.insight.analyses.leaving import foreseeing
from visavis.insight.answers.base import base_summary, run_told
from visavis.insight.answers.behind import BARS, behind
from visavis.insight.answers.budget import budget
from visavis.insight.answers.clusters import clusters_told
from visavis.insight.answers.declared import churn_of
from visavis.insight.answers.explain import explain
from visavis.insight.answers.groups import SPREADS, cohorts, distribution, rfm
from visavis.insight.answers.offers import bought_together, offers_now
from visavis.insight.answers.pareto import pareto
from visavis.insight.answers.scope import MEASURES, load_settings
from visavis.insight.answers.waterfall import dear, waterfall
from visavis.insight.answers.whale import whale
from visavis.insight.engine import DuckEngine, engine_for, engine_here
from visavis.insight.feed import Fed, Source, entered_rows, feed
from visavis.insight.following import Unforeseen, follow
from visavis.insight.kept import Writing, accept, known, recall, stale, written_on
from visavis.insight.methods.keeping import asks_itself, checked, kept, laid_over, needed, note
from visavis.insight.preparing import prepare, prepare_few
from visavis.insight.refresh import Computed, compute, entered_fields
from visavis.insight.remembering import remember, remembered
from visavis.insight.settings import SHARED, Settings
from visavis.insight.warehouse import Warehouse, open_warehouse
from visavis.insight.writeback import ensure_tables, write_back
from visavis.kernel.errors import Conflict, FieldError, Invalid
from visavis.objects import BUILT_IN
from visavis.records import Context
from visavis.store import Database, LockTimeout
from visavis.store.live import load_catalogue
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
TABLES_SQL = SQL.tables
_TRIES = 5

Progress = Callable[[str, int, int], Awaitable[None]]
"""What is being done, steps done, steps in all. What it raises stops the refresh."""

__all__ = [
    "BARS",
    "MEASURES",
    "SPREADS",
    "TABLES_SQL",
    "Progress",
    "RefreshReport",
    "Settings",
    "base_summary",
    "behind",
    "bought_together",
    "budget",
    "churn_of",
    "clusters_told",
    "cohorts",
    "dear",
    "distribution",
    "ensure_tables",
    "explain",
    "load_settings",
    "offers_now",
    "pareto",
    "refresh",
    "rfm",
    "runs",
    "save_settings",
    "set_method",
    "waterfall",
    "whale",
]


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh did; `customers` per kind, `seconds` per step; `up_to_date` where there was nothing to do.

    `touched`: so many customers had changed, and methods told them by what they had learned before.
    """

    as_of: str
    rebuilt: bool
    lines: int
    customers: Mapping[str, int]
    seconds: Mapping[str, float]
    warnings: tuple[str, ...]
    up_to_date: bool = False
    touched: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            "rebuilt": self.rebuilt,
            "lines": self.lines,
            "customers": dict(self.customers),
            "seconds": dict(self.seconds),
            "warnings": list(self.warnings),
            "up_to_date": self.up_to_date,
            "touched": self.touched,
        }


async def refresh(
    db: Database,
    data_dir: Path,
    settings: Settings | None = None,
    progress: Progress | None = None,
    *,
    methods: Sequence[str] | None = None,
    actor_id: int | None = None,
) -> RefreshReport:
    """Feed the warehouse, run every method that is enabled (or `methods` and what they read), write what that changes.

    Where no record and no setting that they read has changed since they ran, nothing is done.

    Raises Conflict while another refresh of this workspace runs, on whichever machine.
    """
    async with db.transaction() as lock:
        await ensure_tables(lock)
    async with db.transaction(readonly=True) as lock:
        if not await lock.value(SQL.refresh_lock):
            raise Conflict("The customer base is being refreshed already; wait for that to end.")
        catalogue = await load_catalogue(lock, BUILT_IN)
        settings = foreseeing(settings or await load_settings(lock), catalogue)
        enabled = frozenset(key for key, state in (await kept(lock)).items() if state.enabled)
        analyses = needed(sorted(enabled) if methods is None else methods, settings)
        async with _opened(data_dir) as warehouse:
            work = _Work(db, warehouse, settings, analyses, enabled, catalogue, _bridge(progress), methods is None)
            report = await _refreshed(work, actor_id)
    if report.up_to_date and methods is not None:
        async with db.transaction() as tx:
            await tx.execute(SQL.log_again, list(methods), actor_id)
    return report


@dataclass(frozen=True, slots=True)
class _Work:
    """What the computing thread is given."""

    db: Database
    warehouse: Warehouse
    settings: Settings
    analyses: tuple[Analysis, ...]
    enabled: frozenset[str]
    catalogue: Catalogue
    tell: Callable[[str, int, int], None]
    whole: bool

    @property
    def source(self) -> Source:
        return Source(self.db.dsn, self.db.schema, self.settings.timezone)


@asynccontextmanager
async def _opened(data_dir: Path) -> AsyncIterator[Warehouse]:
    """The warehouse, which one thread at a time may use; opened and closed aside, since both read and write files."""
    with ExitStack() as stack:
        yield await asyncio.to_thread(stack.enter_context, open_warehouse(data_dir))
        await asyncio.to_thread(stack.close)


async def _refreshed(work: _Work, actor_id: int | None) -> RefreshReport:
    computed, writing, fed, seconds = await asyncio.to_thread(_compute, work)
    if computed is None or writing is None:
        return await asyncio.to_thread(_up_to_date, work, seconds)
    began = time.perf_counter()
    await _written(work.db, computed, writing, actor_id)
    seconds["write"] = round(time.perf_counter() - began, 3)
    seconds |= await asyncio.to_thread(_settled, work, computed, writing, fed)
    return await asyncio.to_thread(_report, work, computed, fed, seconds)


def _compute(work: _Work) -> tuple[Computed | None, Writing | None, Fed, dict[str, float]]:
    """The blocking part up to what is to be written; nothing where all of it stands already."""
    warehouse, settings = work.warehouse, work.settings
    work.tell("feed", 0, 0)
    fed = feed(warehouse, work.source, _having(work.catalogue, entered_fields(work.analyses, settings)))
    began = time.perf_counter()
    alike = recall(warehouse, work.source)
    seconds = {"feed": round(fed.seconds, 3)}
    if alike and not stale(warehouse, work.analyses, work.enabled, settings, anew=not work.whole):
        return None, None, fed, seconds
    with _unwatched():
        computed, writing = (_followed(work) if alike else None) or _anew(work, fed)
    return computed, writing, fed, seconds | {"analyses": round(time.perf_counter() - began, 3)}


@contextmanager
def _unwatched() -> Iterator[None]:
    """Statements are built of a great many small objects: what lived before is not looked through for each lot."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _followed(work: _Work) -> tuple[Computed, Writing] | None:
    """What few changed customers change; None where all has to be worked out anew."""
    warehouse, settings, analyses = work.warehouse, work.settings, work.analyses
    if not work.whole or engine_here(settings.engine) != "duckdb" or entered_fields(analyses, settings):
        return None
    since = remembered(warehouse, settings, work.enabled)
    if since is None:
        return None
    engine = DuckEngine(warehouse.connection)
    try:
        computed = follow(engine, settings, since, analyses, work.tell)
    except Unforeseen:
        return None
    finally:
        engine.close()
    return computed, prepare_few(warehouse, computed, since.ids)


def _anew(work: _Work, fed: Fed) -> tuple[Computed, Writing]:
    warehouse, settings = work.warehouse, work.settings
    where = engine_here(settings.engine)
    if where != "duckdb":
        warehouse.snapshot([table for table, rows in fed.rows.items() if rows])
    engine = engine_for(where, warehouse.connection, warehouse.snapshots)
    try:
        entered = entered_rows(work.source, _having(work.catalogue, entered_fields(work.analyses, settings)))
        computed = compute(engine, settings, work.tell, work.analyses, entered)
    finally:
        engine.close()
    carried = work.enabled - {analysis.name for analysis in work.analyses}
    return computed, prepare(warehouse, computed, carried)


def _settled(work: _Work, computed: Computed, writing: Writing, fed: Fed) -> dict[str, float]:
    """What was written is known to be so; the open tables follow last, since no figure waits for them."""
    accept(work.warehouse, computed, writing, work.enabled, work.settings)
    remember(work.warehouse, computed, work.settings, work.enabled, work.whole)
    began = time.perf_counter()
    work.warehouse.snapshot([table for table, rows in fed.rows.items() if rows])
    return {"snapshot": round(time.perf_counter() - began, 3)}


def _up_to_date(work: _Work, seconds: dict[str, float]) -> RefreshReport:
    warehouse = work.warehouse
    return RefreshReport(
        as_of=written_on(warehouse).isoformat(),
        rebuilt=False,
        lines=warehouse.count("sale_line"),
        customers={customer: known(warehouse, customer) for customer in CUSTOMERS},
        seconds=seconds,
        warnings=(),
        up_to_date=True,
    )


def _having(catalogue: Catalogue, names: Sequence[str]) -> dict[Customer, list[Field]]:
    """The fields of these names that each kind of customer has."""
    fields = {customer: catalogue.object(customer).by_name for customer in CUSTOMERS}
    return {customer: [found[name] for name in names if name in found] for customer, found in fields.items()}


def _bridge(progress: Progress | None) -> Callable[[str, int, int], None]:
    """Lets the computing thread report through the event loop, and be stopped by what the report raises."""
    loop = asyncio.get_running_loop()

    def tell(words: str, done: int, total: int) -> None:
        if progress is not None:
            asyncio.run_coroutine_threadsafe(_awaited(progress(words, done, total)), loop).result()

    return tell


async def _awaited(work: Awaitable[None]) -> None:
    await work


async def _written(db: Database, computed: Computed, writing: Writing, actor_id: int | None) -> None:
    for attempt in range(_TRIES):
        try:
            async with db.transaction() as tx:
                await write_back(tx, computed, writing, actor_id)
            break
        except LockTimeout:
            if attempt == _TRIES - 1:
                raise
            await asyncio.sleep(0.2 * 2**attempt)


def _report(work: _Work, computed: Computed, fed: Fed, seconds: dict[str, float]) -> RefreshReport:
    documents = [outcome.document for base in computed.bases for outcome in base.outcomes]
    models = [model for document in documents for model in document.get("models", []) if model["n"]]
    return RefreshReport(
        as_of=computed.settings.day.isoformat(),
        rebuilt=fed.rebuilt,
        lines=work.warehouse.count("sale_line"),
        customers={customer: known(work.warehouse, customer) for customer in CUSTOMERS},
        seconds=seconds,
        warnings=tuple(warning for part in (*documents, *models) for warning in part.get("warnings", ())),
        touched=None if computed.since is None else computed.since.ids.num_rows,
    )


async def save_settings(ctx: Context, document: Mapping[str, Any]) -> Settings:
    """Lay the named settings over those that stand. They hold from the next refresh. Raises Invalid, Conflict."""
    if "own" in document:
        raise Invalid("The settings do not fit.", errors=[FieldError("own", "unknown", "Ask the method for these.")])
    _check_fields(ctx, document)
    return await _keep(ctx, None, await _own(ctx) | dict(document))


async def set_method(ctx: Context, key: str, given: Mapping[str, Any]) -> Settings:
    """The same for settings of one method; shared ones hold for all. Raises NotFound, Invalid, Conflict."""
    own = await _own(ctx)
    return await _keep(ctx, key, laid_over(ctx, own, key, given)) if given else await load_settings(ctx.tx)


async def _own(ctx: Context) -> dict[str, Any]:
    """The document as it stands, held until the end of the transaction: two who change it wait for each other."""
    await ctx.tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{ctx.tx.schema} insight settings")
    row = await ctx.tx.row(SQL.load_settings)
    return dict(row["insight"]) if row else {}


def _check_fields(ctx: Context, document: Mapping[str, Any]) -> None:
    for name in set(document) & set(SHARED):
        if SHARED[name].kind == "field":
            try:
                checked(ctx, SHARED[name], document[name])
            except ValueError as error:
                problem = FieldError(name, "value", str(error))
                raise Invalid("The settings do not fit.", errors=[problem]) from error


async def _keep(ctx: Context, key: str | None, document: Mapping[str, Any]) -> Settings:
    before = await load_settings(ctx.tx)
    circle = asks_itself(Settings.from_json(document))
    if circle is not None:
        raise Conflict(f"With these settings '{circle}' would have to run before itself.")
    await ctx.tx.execute(SQL.save_settings, dict(document), ctx.actor.user_id)
    await ctx.tx.notify("access")
    after = await load_settings(ctx.tx)
    old, new = _flat(before), _flat(after)
    await note(ctx, key, {name: [old.get(name), new.get(name)] for name in new if old.get(name) != new.get(name)})
    return after


def _flat(settings: Settings) -> dict[str, Any]:
    """Every setting with its value in force, the default where nothing was chosen."""
    told: dict[str, Any] = settings.as_json()
    own = {setting.name: setting.as_json()["default"] for analysis in ANALYSES for setting in analysis.own}
    return own | {name: value for name, value in told.items() if name != "own"} | dict(told["own"])


async def runs(ctx: Context, limit: int = 100) -> list[dict[str, Any]]:
    """The newest runs first: method, version, as-of, rows, seconds, settings, drift, warnings."""
    return [run_told(ctx, row) for row in await ctx.tx.rows(SQL.run_log, limit)]
