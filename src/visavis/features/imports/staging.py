"""From the file into staging tables by COPY, batch by batch; the next batch is read while one is sent."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv

from visavis.features.imports import staging_sql
from visavis.features.imports.evaluating import Evaluator, Fault
from visavis.features.imports.ledger import SQL, Counts, Ledger
from visavis.features.imports.reading import Source
from visavis.features.imports.shape import Layout, Shape
from visavis.store import Tx
from visavis.store.db import quoted

Tell = Callable[[int, int, str], Awaitable[None]]
_PROBLEM = (
    "import_id",
    "phase",
    "row_no",
    "target",
    "column_name",
    "value",
    "code",
    "message",
    "remedy",
    "key",
    "note",
)


@dataclass(frozen=True, slots=True)
class _Parcel:
    """One batch, ready to be sent: (table, columns, CSV) for each target, and its faults."""

    copies: list[tuple[str, list[str], bytes]]
    faults: list[Fault]
    rows: int
    skipped: Mapping[str, int]


async def stage(ledger: Ledger, layout: Layout, source: Source, evaluator: Evaluator, tell: Tell) -> Counts:
    """Fill the staging tables from the beginning of the file; the counts so far. Repeatable at any time."""
    await _clear(ledger, layout)
    rows = 0
    skipped: dict[str, int] = {}
    parcels = _parcels(layout, source, evaluator)
    following = asyncio.create_task(asyncio.to_thread(next, parcels, None))
    try:
        while (parcel := await following) is not None:
            following = asyncio.create_task(asyncio.to_thread(next, parcels, None))
            await _send(ledger, parcel)
            rows += parcel.rows
            skipped |= {why: skipped.get(why, 0) + count for why, count in parcel.skipped.items()}
            await tell(rows, max(rows, ledger.row["rows_expected"]), "Reading")
    finally:
        await asyncio.wait([following])
    return await _finish(ledger, layout, rows, skipped)


async def intact(tx: Tx, layout: Layout, staged: dict[str, Any] | None, digest: str) -> bool:
    """Whether the staging tables still hold what was put there for this very plan."""
    if not staged or staged["digest"] != digest:
        return False
    names = [s.stage for s in layout.shapes]
    there = await tx.rows(SQL.existing_tables, names)
    if len(there) != len(names):
        return False
    found = {s.alias: await tx.value(f"select count(*) from {quoted(s.stage)}") for s in layout.shapes}
    return bool(found == staged["stages"])


async def drop(tx: Tx, layout: Layout) -> None:
    """Remove every table that the import kept for itself."""
    for table in layout.tables():
        await tx.execute(f"drop table if exists {quoted(table)}")


def _parcels(layout: Layout, source: Source, evaluator: Evaluator) -> Iterator[_Parcel]:
    for batch in source.batches():
        found = evaluator.evaluate(batch)
        copies = [_copy(s, found.tables[s.alias]) for s in layout.shapes if found.tables[s.alias].num_rows]
        yield _Parcel(copies, found.faults, found.rows, found.skipped)


def _copy(shape: Shape, table: pa.Table) -> tuple[str, list[str], bytes]:
    buffer = io.BytesIO()
    pacsv.write_csv(table, buffer, pacsv.WriteOptions(include_header=False, quoting_style="needed"))
    return shape.raw, table.column_names, buffer.getvalue()


async def _clear(ledger: Ledger, layout: Layout) -> None:
    async with ledger.db.transaction() as tx:
        await ledger.hold(tx)
        await tx.execute(SQL.forget_problems, ledger.id, ["cells"])
        await drop(tx, layout)
        for shape in layout.shapes:
            for statement in staging_sql.create_stage(shape):
                await tx.execute(statement)
        await ledger.set_staged(tx, None)


async def _send(ledger: Ledger, parcel: _Parcel) -> None:
    async with ledger.db.transaction() as tx:
        await ledger.hold(tx)
        for table, columns, body in parcel.copies:
            await tx.copy_csv(table, columns, [body])
        if parcel.faults:
            await tx.copy_csv("import_problem", _PROBLEM, [_fault_csv(ledger.id, parcel.faults)], null="\\N")


def _fault_csv(import_id: int, faults: list[Fault]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_MINIMAL)
    for f in faults:
        texts = (_storable(t) for t in (f.column, f.value[:200], f.code, f.message, f.remedy))
        writer.writerow(
            (import_id, "cells", f.row, f.target, *texts, "\\N" if f.key is None else _storable(f.key), f.note)
        )
    return buffer.getvalue().encode()


def _storable(text: str) -> str:
    """Without NUL; a lone ``\\N`` would read as null."""
    text = text.replace("\x00", "\ufffd")
    return text if text != "\\N" else "\\N "


async def _finish(ledger: Ledger, layout: Layout, rows: int, skipped: dict[str, int]) -> Counts:
    async with ledger.db.transaction() as tx:
        await ledger.hold(tx)
        await tx.execute("set local work_mem = '64MB'")
        for shape in layout.shapes:
            await _settle(tx, ledger, shape)
    async with ledger.db.transaction() as tx:
        counts = Counts(rows=rows, invalid=await tx.value(SQL.bad_rows, ledger.id), skipped=skipped)
        bad = {row["target"]: row["bad"] for row in await tx.rows(SQL.bad_by_target, ledger.id)}
        for shape in layout.shapes:
            counts.add(shape.object.name, invalid=bad.get(shape.alias, 0))
    return counts


async def _settle(tx: Tx, ledger: Ledger, shape: Shape) -> None:
    if shape.repeats:
        await tx.execute(staging_sql.consolidate(shape))
        await tx.execute(f"drop table {quoted(shape.raw)}")
    elif not shape.target.key.ordinal:
        column = shape.target.key.columns[0]
        await tx.execute(staging_sql.remove_doubles(shape), ledger.id, shape.alias, column)
    await tx.execute(f"create index on {quoted(shape.stage)} (_row)")
    await tx.execute(f"analyze {quoted(shape.stage)}")
