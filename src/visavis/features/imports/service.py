"""Take a file in, check it, run it: one path for the page, the API and the command line."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pyarrow.compute as pc
import pyarrow.parquet as pq

from visavis.access import Actor
from visavis.catalogue import Object
from visavis.features.customizing.api import RESERVED_FIELDS, add_fields
from visavis.features.imports import cells, customers, finding, panels, proposing, reading, staging, suggesting
from visavis.features.imports.evaluating import Evaluator
from visavis.features.imports.header import Header
from visavis.features.imports.ledger import BUSY, SQL, Cancelled, Counts, Ledger, TakenOver
from visavis.features.imports.merging import Merge
from visavis.features.imports.options import Options
from visavis.features.imports.panels import Panel
from visavis.features.imports.plan import FieldRule, Plan, plan_from, plan_json
from visavis.features.imports.reading import Source
from visavis.features.imports.shape import Layout, layout
from visavis.features.setup.api import workspace_facts
from visavis.features.uploads import Upload
from visavis.kernel.errors import Conflict, Invalid, Problem
from visavis.records.context import Context
from visavis.store import Row
from visavis.store.db import quoted

_SAMPLES = 5
Progress = Callable[[int, int, str], Awaitable[None]]


async def quiet(done: int, total: int, doing: str) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True, slots=True)
class Look:
    """An uploaded file where it stays, and what it looks like."""

    name: str
    kind: str
    path: Path
    options: Options
    columns: tuple[str, ...]
    rows: int
    sha256: str
    size: int
    panel: Panel | None


@asynccontextmanager
async def looked(filename: str, upload: Upload, said: Mapping[str, Any] | None = None) -> AsyncIterator[Look]:
    """Move the file to where it stays and look at it; it goes again if what follows fails.

    Unpacking and reading take their time: no transaction should wait for that.
    """
    name = safe_name(filename)
    kind = reading.format_of(name)
    path = upload.path.with_name(f"{uuid4().hex}{Path(name).suffix.lower()}")
    try:
        upload.path.rename(path)
        options, source, rows, panel = await asyncio.to_thread(_look, path, kind, dict(said or {}))
        yield Look(name, kind, path, options, tuple(source.columns), rows, upload.sha256, upload.size, panel)
    except BaseException:
        for found in path.parent.glob(f"{path.stem}*"):
            found.unlink(missing_ok=True)
        raise


def _look(path: Path, kind: str, said: dict[str, Any]) -> tuple[Options, Source, int, Panel | None]:
    options = reading.look(path, kind, said)
    source = reading.open_source(path, kind, options)
    return options, source, _expected(source), panels.look(source, cells.Style.of(options, "UTC"))


async def take_in(ctx: Context, look: Look, said: Mapping[str, Any] | None = None) -> Row:
    """Propose plans for the file; the new import, a draft."""
    return await _draft(ctx, look, await _as_last_time(ctx, look, said or {}))


def safe_name(filename: str) -> str:
    """The last part of a file name, without control characters, to be shown and never to be opened."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in last if c.isprintable())[-200:].strip()
    return shown or "file"


async def _as_last_time(ctx: Context, look: Look, said: Mapping[str, Any]) -> Options:
    """Corrected errors are too few to tell decimal sign and order of dates: they are as in the file they are from."""
    if not set(proposing.OWN_COLUMNS) <= set(look.columns):
        return look.options
    known = await ctx.tx.value(SQL.remembered_options, proposing.fingerprint(look.columns), *_whose(ctx)) or {}
    kept = {name: known[name] for name in ("decimal", "date_order") if name in known and name not in said}
    return msgspec.structs.replace(look.options, **kept)


def _whose(ctx: Context) -> tuple[int | None, bool]:
    """Plans show values that their authors typed: a member is offered his own, a manager all."""
    return ctx.actor.user_id, sees_all(ctx)


def sees_all(ctx: Context) -> bool:
    """Files and reports hold what no mask hides: others read them only who may see everything anyhow."""
    return proposing.sees_all(ctx.actor)


def whose(ctx: Context) -> int | None:
    """The user whose imports the actor has; none (0) for who only reads, be it by a token; None for everybody's."""
    return None if sees_all(ctx) else 0 if ctx.actor.role == "reader" else ctx.actor.user_id or 0


def has(ctx: Context, row: Row) -> bool:
    """Whether an import, or a set of them, is the actor's to look at."""
    return whose(ctx) in (None, row["created_by"])


async def _draft(ctx: Context, look: Look, options: Options) -> Row:
    source = await asyncio.to_thread(reading.open_source, look.path, look.kind, options)
    columns, header = await asyncio.to_thread(_described, ctx, look.name, source)
    header = replace(header, panel=look.panel)
    header = replace(header, home=await customers.home(ctx.tx, header))
    mark = proposing.fingerprint(source.columns)
    offers = [p.as_json() for p in proposing.propose(header)]
    remembered = await ctx.tx.value(SQL.remembered, mark, *_whose(ctx))
    if remembered:
        offers.insert(0, {"name": "As last time", "confidence": 1.0, "plan": remembered})
    facts = await workspace_facts(ctx)
    row = await ctx.tx.row(
        SQL.create, look.name, look.kind, str(look.path), look.sha256, look.size, look.rows, columns,
        msgspec.to_builtins(options), offers[0]["plan"] if offers else None, offers, mark, facts.currency,
        ctx.actor.user_id,
    )  # fmt: skip
    assert row is not None
    return row


def _described(ctx: Context, name: str, source: Source) -> tuple[list[dict[str, Any]], proposing.Header]:
    head = source.head().cells
    texts = {c: cells.text_of(head.column(c)) for c in head.schema.names}
    style = cells.Style.of(source.options, "UTC")
    columns = [
        {
            "name": column,
            "samples": [t[:100].replace("\x00", "\ufffd") for t in pc.unique(text.drop_null()).to_pylist()[:_SAMPLES]],
            "filled": round(1 - text.null_count / max(1, len(text)), 3),
            "suggested": suggesting.type_for(column, text, style),
        }
        for column, text in texts.items()
    ]
    samples = {column: text.drop_null().to_pylist() for column, text in texts.items()}
    return columns, Header(name, samples, ctx.catalogue, ctx.actor)


def _expected(source: Source) -> int:
    """How many rows there will be, about."""
    if source.format == "parquet":
        return int(pq.ParquetFile(source.path).metadata.num_rows)
    with source.path.open("rb") as file:
        return max(0, sum(slab.count(b"\n") for slab in iter(lambda: file.read(1 << 20), b"")) - 1)


async def set_plan(ctx: Context, row: Row, plan: Any | None, options: Mapping[str, Any] | None) -> Row:
    """Another plan, or other options, for an import that does not run; it is a draft again."""
    if row["state"] in BUSY:
        raise Conflict("The import is running. Cancel it first.")
    source = await source_of(row, options)
    columns = row["columns"]
    if options:
        columns, _ = await asyncio.to_thread(_described, ctx, row["filename"], source)
    chosen = row["plan"] if plan is None else plan
    if chosen is not None:
        chosen = plan_json(_layout(ctx.catalogue, ctx.actor, row, source, chosen).plan)
    changed = await ctx.tx.row(SQL.set_plan, row["id"], chosen, msgspec.to_builtins(source.options), columns)
    if changed is None:
        raise Conflict("The import is running. Cancel it first.")
    return changed


def _source(row: Row, options: Mapping[str, Any] | None = None) -> Source:
    path = Path(row["path"])
    if not path.exists():
        raise Invalid("The uploaded file is no longer there. Upload it again.")
    chosen = msgspec.convert(dict(options or row["options"]), Options)
    if row["format"] != "parquet":
        return reading.open_source(path, row["format"], chosen)
    return reading.open_source(path, "parquet", chosen)


async def source_of(row: Row, options: Mapping[str, Any] | None = None) -> Source:
    """The uploaded file of an import, ready to be read, perhaps with other options."""
    return await asyncio.to_thread(_source, row, dict(row["options"]) | dict(options or {}))


async def wished(row: Row, wishes: Sequence[suggesting.Wish], obj: Object) -> list[dict[str, Any]]:
    """What fields of the record type would be made for these columns. Raises Invalid for a column that is not there."""
    source = await source_of(row)
    if strange := [wish.column for wish in wishes if wish.column not in source.columns]:
        raise Invalid(f"The file has no column '{strange[0]}'. Choose one of its columns.")
    taken = RESERVED_FIELDS | {part for f in obj.fields for part in (f.name, f"{f.name}_currency")}
    style = cells.Style.of(source.options, "UTC")
    return await asyncio.to_thread(suggesting.bodies, source, style, wishes, taken)


async def placed(ctx: Context, row: Row, plan: Plan) -> Plan:
    """The plan with new fields for the columns that have none. Raises Conflict, Invalid, Forbidden."""
    for alias, columns in plan.without_field([c["name"] for c in row["columns"]]).items():
        wanted = [suggesting.Wish(column) for column in columns if column not in proposing.OWN_COLUMNS]
        if wanted:
            target = plan.target(alias)
            bodies = await wished(row, wanted, ctx.catalogue.object(target.object))
            await add_fields(ctx, target.object, bodies)
            fields = {body["name"]: FieldRule(column=wish.column) for wish, body in zip(wanted, bodies, strict=True)}
            plan = plan.filled(alias, fields)
    return plan


def _layout(catalogue: Any, actor: Actor, row: Row, source: Source, plan: Any) -> Layout:
    try:
        chosen = plan if isinstance(plan, Plan) else plan_from(plan)
    except msgspec.ValidationError as error:
        raise Invalid(f"The plan cannot be read: {error}") from error
    prefix = f"import_{row['id']}"
    return layout(chosen.keyed(), source.columns, catalogue, actor, prefix=prefix, currency=row["currency"])


async def check(workspace: Any, import_id: int, actor: Actor, progress: Progress = quiet) -> dict[str, Any]:
    """Read the whole file and judge every row; nothing is written to the records. The counts."""
    return await _guarded(workspace, import_id, actor, progress, dry=True)


async def run(workspace: Any, import_id: int, actor: Actor, progress: Progress = quiet) -> dict[str, Any]:
    """Write the records; goes on where an earlier attempt ended. The counts. Search follows by a job."""
    return await _guarded(workspace, import_id, actor, progress, dry=False)


async def _guarded(workspace: Any, import_id: int, actor: Actor, progress: Progress, *, dry: bool) -> dict[str, Any]:
    ledger = await Ledger.begin(workspace.db, import_id, "checking" if dry else "running")
    try:
        counts = await _work(workspace, ledger, actor, progress, dry=dry)
    except TakenOver:
        raise
    except Exception as error:
        await ledger.finish("failed", told(error))
        await finding.soon(workspace)
        raise
    await ledger.finish("checked" if dry else "done", None, counts)
    await finding.soon(workspace)
    return counts.as_json()


def told(error: Exception) -> str:
    """What went wrong, in one line."""
    if not isinstance(error, Problem):
        return str(error) or type(error).__name__
    return "; ".join((error.detail, *(f"{wrong.field}: {wrong.message}" for wrong in error.errors)))


async def _work(workspace: Any, ledger: Ledger, actor: Actor, progress: Progress, *, dry: bool) -> Counts:
    row = ledger.row
    if row["plan"] is None:
        raise Invalid("There is no plan yet. Say which columns become which fields.")
    source = await asyncio.to_thread(_source, row)
    plan = _layout(workspace.catalogue, actor, row, source, row["plan"])
    going_on = not dry and ledger.is_half_way and bool(row["batch_ids"])
    if going_on:
        ledger.batch_id = row["batch_ids"][-1]
    else:
        async with workspace.context(actor, "import") as ctx:
            await ledger.restart(ctx, dry=dry)
    staged = await _staged(ledger, plan, source, progress)
    counts = Counts.of(row["counts"]) if going_on else staged
    merge = Merge(workspace, ledger, plan, actor, counts, progress, dry)
    await merge.all(row["step"] if going_on else None)
    await _close(ledger, plan, merge.counts, dry=dry)
    return merge.counts


async def _staged(ledger: Ledger, plan: Layout, source: Source, progress: Progress) -> Counts:
    """The counts after staging. The same file and plan give the same staging tables, so a half-way run goes on."""
    digest = _digest(plan, source.options)
    async with ledger.db.transaction() as tx:
        if await staging.intact(tx, plan, ledger.row["staged"], digest):
            return Counts.of(ledger.row["staged"]["counts"])
    style = cells.Style.of(source.options, plan.plan.timezone)
    counts = await staging.stage(ledger, plan, source, Evaluator(plan, style), progress)
    async with ledger.db.transaction() as tx:
        await ledger.hold(tx)
        stages = {s.alias: await tx.value(f"select count(*) from {quoted(s.stage)}") for s in plan.shapes}
        await ledger.set_staged(tx, {"digest": digest, "stages": stages, "counts": counts.as_json()})
    return Counts.of(counts.as_json())


def _digest(plan: Layout, options: Options) -> str:
    return hashlib.sha256(msgspec.json.encode([plan_json(plan.plan), msgspec.to_builtins(options)])).hexdigest()


async def _close(ledger: Ledger, plan: Layout, counts: Counts, *, dry: bool) -> None:
    async with ledger.db.transaction() as tx:
        await ledger.hold(tx)
        counts.invalid = await tx.value(SQL.bad_rows, ledger.id)
        if dry:
            return
        await tx.execute(SQL.remember, ledger.row["fingerprint"], plan_json(plan.plan), ledger.row["created_by"],
                         ledger.row["options"])  # fmt: skip
        await ledger.set_staged(tx, None)
        await staging.drop(tx, plan)
    async with ledger.db.transaction() as tx:
        for name, found in counts.objects.items():
            if found["created"] or found["updated"]:
                await tx.execute(f"analyze {quoted(name)}")


__all__ = ["Cancelled", "check", "has", "looked", "quiet", "run", "safe_name", "sees_all", "set_plan", "source_of",
           "take_in", "whose"]  # fmt: skip
