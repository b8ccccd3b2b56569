"""Results back into PostgreSQL: as derived fields, swapped in whole, with a row for each run."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from visavis.insight.analyses import ANALYSES
from visavis.insight.analyses.base import MONEY, Analysis
from visavis.insight.drift import drifts
from visavis.insight.history import keep_classes
from visavis.insight.refresh import Base, Computed, Outcome
from visavis.store.db import Tx, quoted
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
LOCK_TIMEOUT = "3s"
_CHUNK = 50_000


async def ensure_tables(tx: Tx) -> None:
    """The tables of insight beside the records; safe to run again."""
    await tx.execute(SQL.tables)


async def write_back(
    tx: Tx, computed: Computed, carried: frozenset[str] = frozenset(), actor_id: int | None = None
) -> None:
    """Swap every result in, in the one transaction `tx`: readers see the old base or the new one.

    The fields of the methods that are `carried` stay as they are; those of all others that were not run are emptied.

    Raises LockTimeout when readers hold a table for longer than three seconds; nothing has happened then.
    """
    await tx.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
    as_of = moment(computed.settings.day)
    await tx.execute("truncate insight_month")
    for base in computed.bases:
        await _swap(tx, base, computed, as_of, carried, actor_id)
        await _copy(tx, "insight_month", _months(base))
    await _results(tx, computed, as_of)
    await tx.notify("insight", json.dumps({"as_of": as_of.date().isoformat()}))


def moment(day: dt.date) -> dt.datetime:
    """The as-of day as the moment it begins."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)


async def _swap(
    tx: Tx, base: Base, computed: Computed, as_of: dt.datetime, carried: frozenset[str], actor_id: int | None
) -> None:
    live, following = f"derived_{base.customer}", f"derived_{base.customer}__next"
    await tx.execute(f"drop table if exists {quoted(following)}")
    await tx.execute(f"create table {quoted(following)} (like {quoted(live)} including all)")
    await _fill(tx, live, following, _fields(base, computed.settings.currency, as_of), _columns_of(carried))
    await tx.execute(f"analyze {quoted(following)}")
    for outcome in base.outcomes:
        drift = await drifts(tx, outcome.analysis, live, following)
        await _log(tx, base, outcome, computed, as_of, drift, actor_id)
        await keep_classes(tx, base.customer, following, outcome.analysis.history, as_of.date())
    await tx.execute(f"drop table {quoted(live)}")
    await tx.execute(f"alter table {quoted(following)} rename to {quoted(live)}")


async def _fill(tx: Tx, live: str, following: str, rows: pa.Table, carried: Sequence[str]) -> None:
    """The new rows, with the `carried` columns as each customer has them now."""
    if not carried:
        await _copy(tx, following, rows)
        return
    await tx.execute("drop table if exists arrived")
    await tx.execute(f"create temp table arrived (like {quoted(live)}) on commit drop")
    await _copy(tx, "arrived", rows)
    new = [quoted(name) for name in rows.column_names]
    old = [quoted(name) for name in carried]
    await tx.execute(
        f"insert into {quoted(following)} ({', '.join([*new, *old])})"
        f" select {', '.join([*(f'a.{c}' for c in new), *(f'l.{c}' for c in old)])}"
        f" from arrived a left join {quoted(live)} l on l.id = a.id"
    )


def _columns_of(methods: frozenset[str]) -> list[str]:
    """The columns of all the outputs of these methods."""
    chosen = [a for a in ANALYSES if a.name in methods]
    plain = [name for a in chosen for name in a.outputs]
    return plain + [f"{name}_currency" for a in chosen for name in a.outputs if name in a.money]


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
    models = outcome.document.get("models", [])
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
        [warning for model in models for warning in model["warnings"]] if outcome.rows.num_rows else [],
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


def _fields(base: Base, currency: str, as_of: dt.datetime) -> pa.Table:
    """All outcomes side by side, money as decimals with its currency. `value` has every customer."""
    rows = base.outcomes[0].rows
    for outcome in base.outcomes[1:]:
        rows = rows.join(outcome.rows, "id", join_type="left outer")
    columns = {"id": rows.column("id"), "as_of": pa.array([as_of.isoformat()] * rows.num_rows, pa.string())}
    for outcome in base.outcomes:
        columns |= _columns(outcome.analysis, rows, currency)
    return pa.table(columns)


def _columns(analysis: Analysis, rows: pa.Table, currency: str) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name in analysis.outputs:
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


def _months(base: Base) -> pa.Table:
    named = pa.array([base.customer] * base.months.num_rows, pa.string())
    return base.months.add_column(0, "object", named)


async def _copy(tx: Tx, table: str, rows: pa.Table) -> None:
    if rows.num_rows:
        await tx.copy_csv(table, rows.column_names, _csv(rows))


def _csv(rows: pa.Table) -> Iterator[bytes]:
    for batch in rows.to_batches(max_chunksize=_CHUNK):
        sink = io.BytesIO()
        pacsv.write_csv(batch, sink, pacsv.WriteOptions(include_header=False))
        yield sink.getvalue()
