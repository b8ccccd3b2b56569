"""What PostgreSQL has of the results, kept in the warehouse beside the facts: a run writes only what it changes.

Each table that is written back has a twin there, `written_<table>`, with the same rows: money as ten-thousandths, no
currency. A stamp, the comment of the table in PostgreSQL, says whether the twin is still its likeness; where it is not,
the table is read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pyarrow as pa

from visavis.insight.analyses import ANALYSES
from visavis.insight.analyses.base import Analysis, Customer
from visavis.insight.drift import drifts
from visavis.insight.feed import GENERATION, Source
from visavis.insight.refresh import Base, Computed
from visavis.insight.settings import Settings
from visavis.insight.warehouse import Warehouse
from visavis.store.arrow import reading
from visavis.store.db import quoted

MONTHS = "insight_month"
KEYS: Mapping[str, tuple[str, ...]] = {
    "derived_company": ("id",),
    "derived_person": ("id",),
    MONTHS: ("object", "id", "month"),
}
_FIELDS = pa.schema([("id", pa.int64()), *(field for a in ANALYSES for field in a.schema if field.name != "id")])
_MONEY = frozenset(name for a in ANALYSES for name in a.money)
_MONTH = pa.schema([("object", pa.string()), ("id", pa.int64()), ("month", pa.date32())])
_TYPES = {
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.string(): "varchar",
    pa.date32(): "date",
    pa.bool_(): "boolean",
}
_READ_AS = _TYPES | {pa.float64(): "float8", pa.string(): "text"}
_STAMPS = "select n as name, obj_description(to_regclass(n), 'pg_class') as stamp from unnest(array[{names}]) n"
_SHARE_FOR_SWAP = 0.25
BOUGHT = ("invoice_count", "won_count")
"""Outputs of `value`, one of which is known of everybody who bought or won a deal, and of nobody else."""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one table: `rows` that are new or different (all of them where `whole`), keys that are `gone`."""

    rows: pa.Table
    gone: pa.Table
    whole: bool
    stamp: str


@dataclass(frozen=True, slots=True)
class Writing:
    """The change of each table, and how far each analysis moved for each kind of customer."""

    changes: Mapping[str, Change]
    drift: Mapping[tuple[Customer, str], Mapping[str, Any]]


def recall(warehouse: Warehouse, source: Source) -> bool:
    """See that each twin is like its table; whether all of them were."""
    names = ", ".join(f"'{name}'" for name in KEYS)
    with reading(source.dsn, source.schema) as read:
        stamps = read(_STAMPS.format(names=names)).read_all().to_pylist()
        stale = [row["name"] for row in stamps if not _alike(warehouse, row["name"], row["stamp"])]
        for table in stale:
            warehouse.connection.register("written_rows", read(_read(table)))
            try:
                warehouse.connection.execute(f"create or replace table written_{table} as from written_rows")
            finally:
                warehouse.connection.unregister("written_rows")
    return not stale


def _alike(warehouse: Warehouse, table: str, stamp: str | None) -> bool:
    if stamp is None or warehouse.setting(f"stamp.{table}") != stamp:
        return False
    listed = "select column_name, lower(data_type) from information_schema.columns where table_name = ?"
    found = dict(warehouse.connection.execute(listed, [f"written_{table}"]).fetchall())
    return found == {field.name: _TYPES[field.type] for field in _schema(table)}


def _schema(table: str) -> pa.Schema:
    return _MONTH if table == MONTHS else _FIELDS


def _read(table: str) -> str:
    columns = (
        f"({quoted(f.name)}{' * 10000' if f.name in _MONEY else ''})::{_READ_AS[f.type]} as {quoted(f.name)}"
        for f in _schema(table)
    )
    return f"select {', '.join(columns)} from {quoted(table)}"


def prepare(warehouse: Warehouse, computed: Computed, carried: frozenset[str]) -> Writing:
    """Set the results beside the twins. The fields of methods that are `carried` stay, those of others not run empty.

    The twin to be stays in the warehouse until `accept`.
    """
    for base in computed.bases:
        _lay_out(warehouse, base, carried)
    _lay_out_months(warehouse, computed.bases)
    anew = warehouse.setting("written") != _written(computed)
    changes = {table: _change(warehouse, table, anew and table != MONTHS) for table in KEYS}
    drift = {
        (base.customer, outcome.analysis.name): drifts(
            warehouse.connection, outcome.analysis, *_names(f"derived_{base.customer}")
        )
        for base in computed.bases
        for outcome in base.outcomes
    }
    return Writing(changes, drift)


def _names(table: str) -> tuple[str, str]:
    return f"written_{table}", f"next_{table}"


def _lay_out(warehouse: Warehouse, base: Base, carried: frozenset[str]) -> None:
    written, following = _names(f"derived_{base.customer}")
    stays = {name for a in ANALYSES if a.name in carried for name in a.outputs}
    places = {name: f"o{n}" for n, outcome in enumerate(base.outcomes) for name in outcome.analysis.outputs}
    places |= dict.fromkeys(stays, "w")
    columns = [
        f"{places[f.name]}.{f.name}" if f.name in places else f"null::{_TYPES[f.type]} as {f.name}"
        for f in _FIELDS
        if f.name != "id"
    ]
    joins = "".join(f" left join outcome_{n} o{n} on o{n}.id = k.id" for n in range(len(base.outcomes)))
    connection = warehouse.connection
    for n, outcome in enumerate(base.outcomes):
        connection.register(f"outcome_{n}", outcome.rows)
    try:
        connection.execute(
            f"create or replace table {following} as select k.id, {', '.join(columns)}"
            f" from ({_known(base, carried, written)}) k{joins} left join {written} w on w.id = k.id"
        )
    finally:
        for n in range(len(base.outcomes)):
            connection.unregister(f"outcome_{n}")


def _known(base: Base, carried: frozenset[str], written: str) -> str:
    """Every customer of whom something is said: who bought, and whom a method beyond that knows, now or carried."""
    parts = ["select id from outcome_0"]
    parts += [
        f"select id from outcome_{n}" for n, o in enumerate(base.outcomes) if o.analysis.beyond and o.rows.num_rows
    ]
    stays = [name for a in ANALYSES if a.beyond and a.name in carried for name in a.outputs]
    if stays:
        parts.append(f"select id from {written} where {' or '.join(f'{name} is not null' for name in stays)}")
    return " union ".join(parts)


def _lay_out_months(warehouse: Warehouse, bases: Sequence[Base]) -> None:
    connection = warehouse.connection
    connection.execute(f"create or replace table next_{MONTHS} (object varchar, id bigint, month date)")
    for base in bases:
        connection.register("month_rows", base.months)
        try:
            connection.execute(f"insert into next_{MONTHS} select ?, id, month from month_rows", [base.customer])
        finally:
            connection.unregister("month_rows")


def _change(warehouse: Warehouse, table: str, anew: bool) -> Change:
    """`anew`: something stands in every row that the twin does not show."""
    connection, schema, keys = warehouse.connection, _schema(table), ", ".join(KEYS[table])
    written, following = _names(table)
    same = " and ".join(f"n.{key} = w.{key}" for key in KEYS[table])
    values = [name for name in schema.names if name not in KEYS[table]]
    other = " or ".join(["w.id is null", *(f"n.{name} is distinct from w.{name}" for name in values)])
    differ = f"from {following} n left join {written} w on {same} where {other}"
    gone = connection.sql(f"select {keys} from {written} n anti join {following} w on {same}").to_arrow_table()
    count = int(connection.execute(f"select count(*) {differ}").fetchall()[0][0])
    whole = anew or count + gone.num_rows > _SHARE_FOR_SWAP * warehouse.count(following)
    chosen = f"from {following} n" if whole else differ
    columns = ", ".join(f"n.{name}" for name in schema.names)
    rows = connection.sql(f"select {columns} {chosen} order by {', '.join(f'n.{key}' for key in KEYS[table])}")
    return Change(rows.to_arrow_table(), gone, whole, uuid4().hex)


def accept(
    warehouse: Warehouse, computed: Computed, writing: Writing, enabled: Iterable[str], settings: Settings
) -> None:
    """What was prepared is written: it is the twin now. `settings` are those that the run was asked for with."""
    connection = warehouse.connection
    connection.execute("begin")
    for table, change in writing.changes.items():
        written, following = _names(table)
        connection.execute(f"drop table {written}")
        connection.execute(f"alter table {following} rename to {written}")
        warehouse.remember(f"stamp.{table}", change.stamp)
    for outcome in computed.bases[0].outcomes:
        warehouse.remember(f"ran.{outcome.analysis.name}", _now(warehouse, outcome.analysis, settings))
    warehouse.remember("written", _written(computed))
    warehouse.remember("enabled", _listed(enabled))
    connection.execute("commit")


def stale(
    warehouse: Warehouse, analyses: Sequence[Analysis], enabled: Iterable[str], settings: Settings
) -> tuple[Analysis, ...]:
    """Those of the analyses that would read or be told something else than when they ran."""
    if warehouse.setting("enabled") != _listed(enabled):
        return tuple(analyses)
    return tuple(a for a in analyses if warehouse.setting(f"ran.{a.name}") != _now(warehouse, a, settings))


def written_on(warehouse: Warehouse) -> dt.date:
    """The as-of day of what stands."""
    return dt.date.fromisoformat(json.loads(warehouse.setting("written") or "[]")[0])


def _listed(enabled: Iterable[str]) -> str:
    return ",".join(sorted(enabled))


def _now(warehouse: Warehouse, analysis: Analysis, settings: Settings) -> str:
    told = json.dumps(settings.as_json(), sort_keys=True)
    key = hashlib.sha256(told.encode()).hexdigest()
    return f"{warehouse.setting(GENERATION)} {analysis.version} {key}"


def _written(computed: Computed) -> str:
    return json.dumps([computed.settings.day.isoformat(), computed.settings.currency])
