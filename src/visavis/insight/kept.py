"""What PostgreSQL has of the results, kept in the warehouse beside the facts: a run writes only what it changes.

Each table that is written back has a twin there, `written_<table>`, with the same rows: money as ten-thousandths, no
currency. A stamp, in the row of the table in `insight_stamp`, says whether the twin is still its likeness; where it is
not, the table is read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from visavis.insight.analyses import ANALYSES
from visavis.insight.analyses.base import CUSTOMERS, Analysis, Customer
from visavis.insight.feed import GENERATION, Source
from visavis.insight.refresh import Computed
from visavis.insight.settings import Settings
from visavis.insight.warehouse import Warehouse
from visavis.objects import BUILT_IN
from visavis.store.arrow import reading
from visavis.store.db import quoted
from visavis.store.tables import derived_table, standing_table

MONTHS = "insight_month"
_OBJECTS = {obj.name: obj for obj in BUILT_IN}
FIELDS = {customer: derived_table(_OBJECTS[customer]) for customer in CUSTOMERS}
PLACES = {customer: standing_table(_OBJECTS[customer]) for customer in CUSTOMERS}
"""The tables of what is relative: a place among all customers moves when any of them does."""
KEYS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((*FIELDS.values(), *PLACES.values()), ("id",)),
    MONTHS: ("object", "id", "month"),
}
RELATIVE = frozenset(f.name for customer in CUSTOMERS for f in _OBJECTS[customer].derived if f.relative)
_OUTPUTS = tuple(field for a in ANALYSES for field in a.schema if field.name != "id")
_OWN = pa.schema([("id", pa.int64()), *(field for field in _OUTPUTS if field.name not in RELATIVE)])
_PLACES = pa.schema([("id", pa.int64()), *(field for field in _OUTPUTS if field.name in RELATIVE)])
_MONEY = frozenset(name for a in ANALYSES for name in a.money)
_MONTH = pa.schema([("object", pa.string()), ("id", pa.int64()), ("month", pa.date32())])
TYPES = {
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.string(): "varchar",
    pa.date32(): "date",
    pa.bool_(): "boolean",
}
_READ_AS = TYPES | {pa.float64(): "float8", pa.string(): "text"}
_STAMPS = "select name, s.stamp from unnest(array[{names}]) name left join insight_stamp s using (name)"
BOUGHT = ("invoice_count", "won_count")
"""Outputs of `value`, one of which is known of everybody who bought or won a deal, and of nobody else."""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one table: `rows` that are new or different (all of them where `whole`), keys that are `gone`.

    `laid`: the twin to be is the twin with these rows laid over it; it has no table of its own.
    """

    rows: pa.Table
    gone: pa.Table
    whole: bool
    stamp: str
    laid: bool = False


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
    return found == {field.name: TYPES[field.type] for field in schema_of(table)}


def schema_of(table: str) -> pa.Schema:
    """The columns of a twin."""
    if table == MONTHS:
        return _MONTH
    return _PLACES if table in PLACES.values() else _OWN


def _read(table: str) -> str:
    columns = (
        f"({quoted(f.name)}{' * 10000' if f.name in _MONEY else ''})::{_READ_AS[f.type]} as {quoted(f.name)}"
        for f in schema_of(table)
    )
    return f"select {', '.join(columns)} from {quoted(table)}"


def names(table: str) -> tuple[str, str]:
    """The twin, and the twin to be."""
    return f"written_{table}", f"next_{table}"


def accept(
    warehouse: Warehouse, computed: Computed, writing: Writing, enabled: Iterable[str], settings: Settings
) -> None:
    """What was prepared is written: it is the twin now. `settings` are those that the run was asked for with."""
    connection = warehouse.connection
    connection.execute("begin")
    for table, change in writing.changes.items():
        (_lay if change.laid else _put)(warehouse, table, change)
        warehouse.remember(f"stamp.{table}", change.stamp)
    for outcome in computed.bases[0].outcomes:
        word = "told" if computed.since and outcome.analysis.score else "ran"
        warehouse.remember(f"{word}.{outcome.analysis.name}", _now(warehouse, outcome.analysis, settings))
    warehouse.remember("written", shape(computed))
    warehouse.remember("enabled", _listed(enabled))
    connection.execute("commit")


def _put(warehouse: Warehouse, table: str, change: Change) -> None:
    written, following = names(table)
    warehouse.connection.execute(f"drop table {written}")
    warehouse.connection.execute(f"alter table {following} rename to {written}")


def _lay(warehouse: Warehouse, table: str, change: Change) -> None:
    connection, (written, following) = warehouse.connection, names(table)
    same = " and ".join(f"w.{key} = l.{key}" for key in KEYS[table])
    for name, rows in (("gone_rows", change.gone), ("laid_rows", change.rows)):
        connection.register(name, rows)
        connection.execute(f"delete from {written} w using {name} l where {same}")
    connection.execute(f"insert into {written} by name from laid_rows")
    connection.execute(f"drop table {following}")
    for name in ("gone_rows", "laid_rows"):
        connection.unregister(name)


def stale(
    warehouse: Warehouse, analyses: Sequence[Analysis], enabled: Iterable[str], settings: Settings, *, anew: bool
) -> tuple[Analysis, ...]:
    """Those of the analyses that would read or be told something else than when they ran.

    With `anew` those, too, that told touched customers by what they had learned before.
    """
    if warehouse.setting("enabled") != _listed(enabled):
        return tuple(analyses)
    words = ("ran",) if anew else ("ran", "told")
    return tuple(a for a in analyses if not _is_now(warehouse, words, a, settings))


def _is_now(warehouse: Warehouse, words: Iterable[str], analysis: Analysis, settings: Settings) -> bool:
    now = _now(warehouse, analysis, settings)
    return any(warehouse.setting(f"{word}.{analysis.name}") == now for word in words)


def known(warehouse: Warehouse, customer: Customer) -> int:
    """How many customers bought or won a deal, of what stands."""
    bought = " or ".join(f"{name} is not null" for name in BOUGHT)
    return warehouse.count(f"written_{FIELDS[customer]} where {bought}")


def written_on(warehouse: Warehouse) -> dt.date:
    """The as-of day of what stands."""
    return dt.date.fromisoformat(json.loads(warehouse.setting("written") or "[]")[0])


def _listed(enabled: Iterable[str]) -> str:
    return ",".join(sorted(enabled))


def _now(warehouse: Warehouse, analysis: Analysis, settings: Settings) -> str:
    told = json.dumps(settings.as_json(), sort_keys=True)
    key = hashlib.sha256(told.encode()).hexdigest()
    return f"{warehouse.setting(GENERATION)} {analysis.version} {key}"


def shape(computed: Computed) -> str:
    """What stands in every row that a run writes and the twins do not show."""
    return json.dumps([computed.settings.day.isoformat(), computed.settings.currency])
