"""Results back into PostgreSQL: as derived fields, patched or swapped in whole, with a row for each run."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from visavis.insight.analyses import ANALYSES
from visavis.insight.analyses.base import MONEY, Analysis
from visavis.insight.history import keep_classes
from visavis.insight.kept import BOUGHT, FIELDS, KEYS, MONTHS, PLACES, RELATIVE, Change, Writing
from visavis.insight.refresh import Base, Computed, Outcome
from visavis.store.db import Tx, quoted
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
LOCK_TIMEOUT = "3s"
ARRIVED, GONE = "arrived", "gone"
_CHUNK = 50_000


async def ensure_tables(tx: Tx) -> None:
    """The tables of insight beside the records; safe to run again."""
    await tx.execute(SQL.tables)


async def write_back(tx: Tx, computed: Computed, writing: Writing, actor_id: int | None = None) -> None:
    """Write what a run changes, in the one transaction `tx`: readers see the old base or the new one.

    A table of which little changes is patched, any other made anew and swapped in.

    Raises LockTimeout when readers hold a table for longer than three seconds; nothing has happened then.
    """
    await tx.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
    await tx.execute("set local maintenance_work_mem = '256MB'")
    # Lost with the power, the stamps are lost as well, and the next run writes it again.
    await tx.execute("set local synchronous_commit = off")
    as_of = moment(computed.settings.day)
    for base in computed.bases:
        await _base(tx, base, computed, writing, as_of, actor_id)
    await _put(tx, MONTHS, writing.changes[MONTHS], writing.changes[MONTHS].rows)
    for table, change in writing.changes.items():
        await tx.execute(SQL.put_stamp, table, change.stamp)
    await _results(tx, computed, as_of)
    await tx.notify("insight", json.dumps({"as_of": as_of.date().isoformat()}))


def moment(day: dt.date) -> dt.datetime:
    """The as-of day as the moment it begins."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)


async def _base(
    tx: Tx, base: Base, computed: Computed, writing: Writing, as_of: dt.datetime, actor_id: int | None
) -> None:
    table = PLACES[base.customer]
    await _put(tx, table, writing.changes[table], writing.changes[table].rows)
    table, change = FIELDS[base.customer], writing.changes[FIELDS[base.customer]]
    arrived = await _put(tx, table, change, _fields(change.rows, computed.settings.currency, as_of))
    for outcome in base.outcomes:
        if outcome.few is False:
            drift = writing.drift.get((base.customer, outcome.analysis.name), {})
            await _log(tx, base, outcome, computed, as_of, drift, actor_id)
    classes = [field for outcome in base.outcomes for field in outcome.analysis.history]
    await keep_classes(tx, base.customer, arrived, classes, as_of.date(), None if change.whole else GONE)
    if change.whole:
        # A refresh after few changes may follow before autovacuum does, and would be planned for an empty table.
        await tx.execute("analyze class_history")


async def _put(tx: Tx, table: str, change: Change, rows: pa.Table) -> str:
    """Where the rows stand that arrived."""
    return await (_swap(tx, table, rows) if change.whole else _patch(tx, table, rows, change.gone))


async def _swap(tx: Tx, live: str, rows: pa.Table) -> str:
    """The table made anew, its indexes once the rows are there; its name.

    Where rows are patched later, room on their page spares the indexes of what stays.
    """
    following = f"{live}__next"
    await tx.execute(f"drop table if exists {quoted(following)}")
    room = " with (fillfactor = 85)" if live in FIELDS.values() else ""
    await tx.execute(f"create table {quoted(following)} (like {quoted(live)} including all excluding indexes){room}")
    await _copy(tx, following, rows)
    await tx.execute(f"alter table {quoted(following)} add primary key ({', '.join(KEYS[live])})")
    for row in await tx.rows(SQL.indexes, live, following):
        await tx.execute(row["ddl"])
    await tx.execute(f"analyze {quoted(following)}")
    await tx.execute(f"drop table {quoted(live)}")
    await tx.execute(f"alter table {quoted(following)} rename to {quoted(live)}")
    return live


async def _patch(tx: Tx, live: str, rows: pa.Table, gone: pa.Table) -> str:
    """The rows that are new or different laid into the table, those that are gone taken out; where the former stand."""
    keys, columns = KEYS[live], [quoted(name) for name in rows.column_names]
    for name in (ARRIVED, GONE):
        await tx.execute(f"drop table if exists {name}")
    await tx.execute(f"create temp table {ARRIVED} (like {quoted(live)}) on commit drop")
    await tx.execute(f"create temp table {GONE} on commit drop as select {', '.join(keys)} from {quoted(live)} limit 0")
    await _copy(tx, ARRIVED, rows)
    await _copy(tx, GONE, gone)
    for name in (ARRIVED, GONE):
        await tx.execute(f"analyze {name} (id)")
    same = " and ".join(f"l.{key} = g.{key}" for key in keys)
    await tx.execute(f"delete from {quoted(live)} l using {GONE} g where {same}")
    values = [name for name in columns if name.strip('"') not in keys]
    then = f"update set {', '.join(f'{name} = excluded.{name}' for name in values)}" if values else "nothing"
    await tx.execute(
        f"insert into {quoted(live)} ({', '.join(columns)}) select {', '.join(columns)} from {ARRIVED}"
        f" on conflict ({', '.join(keys)}) do {then}"
    )
    return ARRIVED


async def _log(
    tx: Tx,
    base: Base,
    outcome: Outcome,
    computed: Computed,
    as_of: dt.datetime,
    drift: Mapping[str, Any],
    actor_id: int | None,
) -> None:
    analysis = outcome.analysis
    models = outcome.document.get("models", []) if outcome.rows.num_rows else []
    await tx.execute(
        SQL.add_run,
        base.customer,
        analysis.name,
        analysis.version,
        as_of,
        outcome.rows.num_rows,
        outcome.seconds,
        analysis.chosen(computed.settings),
        dict(drift),
        [note for part in (outcome.document, *models) for note in part.get("notes", part.get("warnings", []))],
        [refusal.as_json() for refusal in outcome.refused],
        actor_id,
    )


async def _results(tx: Tx, computed: Computed, as_of: dt.datetime) -> None:
    facts = {
        "reconciliation": computed.reconciliation.to_pylist(),
        "settings": computed.settings.as_json(),
        "rates": computed.rates,
        "first_day": computed.first_day and computed.first_day.isoformat(),
        "last_day": computed.last_day and computed.last_day.isoformat(),
    }
    for base in computed.bases:
        await tx.execute(SQL.put_result, base.customer, "base", as_of, facts)
        for outcome in base.outcomes:
            if outcome.document:
                await tx.execute(SQL.put_result, base.customer, outcome.analysis.name, as_of, dict(outcome.document))


def _fields(rows: pa.Table, currency: str, as_of: dt.datetime) -> pa.Table:
    """The rows as the table has them: money as decimals with its currency.

    Those whom only a method beyond `value` knows have no as-of day: they bought nothing.
    """
    invoiced, won = (rows.column(name).combine_chunks().is_valid() for name in BOUGHT)
    days = pc.if_else(pc.or_(invoiced, won), as_of.isoformat(), pa.scalar(None, pa.string()))
    columns = {"id": rows.column("id"), "as_of": days}
    for analysis in ANALYSES:
        columns |= _columns(analysis, rows, currency)
    return pa.table(columns)


def _columns(analysis: Analysis, rows: pa.Table, currency: str) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name in analysis.outputs:
        if name in RELATIVE:
            continue
        column = rows.column(name).combine_chunks()
        if name not in analysis.money:
            columns[name] = column
            continue
        columns[name] = decimals(column)
        columns[f"{name}_currency"] = pc.if_else(column.is_valid(), currency, pa.scalar(None, pa.string()))
    return columns


def decimals(units: pa.Array) -> pa.Array:
    """Ten-thousandths as decimals of scale 4, without arithmetic: the same integers, widened to 128 bits."""
    low = np.asarray(units.fill_null(0), dtype=np.int64)
    wide = np.column_stack([low, np.where(low < 0, -1, 0)]).astype(np.int64)
    mask = np.packbits(np.asarray(units.is_valid()), bitorder="little")
    buffers = [pa.py_buffer(mask.tobytes()), pa.py_buffer(wide.tobytes())]
    return pa.Array.from_buffers(MONEY, len(units), buffers)


async def _copy(tx: Tx, table: str, rows: pa.Table) -> None:
    if rows.num_rows:
        await tx.copy_csv(table, rows.column_names, _csv(rows))


def _csv(rows: pa.Table) -> Iterator[bytes]:
    for batch in rows.to_batches(max_chunksize=_CHUNK):
        sink = io.BytesIO()
        pacsv.write_csv(batch, sink, pacsv.WriteOptions(include_header=False))
        yield sink.getvalue()
