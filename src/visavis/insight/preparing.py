"""The results of a run set beside what stands: what is to be written, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

import pyarrow as pa

from visavis.insight.analyses import ANALYSES
from visavis.insight.drift import drifts
from visavis.insight.kept import FIELDS, KEYS, MONTHS, PLACES, RELATIVE, TYPES, Change, Writing, names, schema_of, shape
from visavis.insight.refresh import Base, Computed, Outcome
from visavis.insight.warehouse import Warehouse

_SHARE_FOR_SWAP = 0.25
LAID_AT_ONCE = 200_000
"""So many customers: all results of a million, joined at once, do not fit into the memory that DuckDB may take."""


def prepare(warehouse: Warehouse, computed: Computed, carried: frozenset[str]) -> Writing:
    """Set the results beside the twins. The fields of methods that are `carried` stay, those of others not run empty.

    The twin to be stays in the warehouse until `accept`.
    """
    for base in computed.bases:
        with _registered(warehouse, base):
            _lay_out(warehouse, base, carried)
    _lay_out_months(warehouse, computed.bases)
    anew = warehouse.setting("written") != shape(computed)
    changes = {table: _change(warehouse, table, anew and table in FIELDS.values()) for table in KEYS}
    drift = {
        (base.customer, outcome.analysis.name): drifts(
            warehouse.connection, outcome.analysis, RELATIVE, *names(FIELDS[base.customer])
        )
        for base in computed.bases
        for outcome in base.outcomes
    }
    return Writing(changes, drift)


@contextmanager
def _registered(warehouse: Warehouse, base: Base) -> Iterator[None]:
    """The rows of each outcome as `outcome_0`, `outcome_1` …"""
    for n, outcome in enumerate(base.outcomes):
        warehouse.connection.register(f"outcome_{n}", outcome.rows)
    try:
        yield
    finally:
        for n in range(len(base.outcomes)):
            warehouse.connection.unregister(f"outcome_{n}")


def _lay_out(warehouse: Warehouse, base: Base, carried: frozenset[str]) -> None:
    (fields, next_fields), (places, next_places) = names(FIELDS[base.customer]), names(PLACES[base.customer])
    stays = {name for a in ANALYSES if a.name in carried for name in a.outputs}
    found = {name: f"o{n}" for n, outcome in enumerate(base.outcomes) for name in outcome.analysis.outputs}
    found |= {name: "p" if name in RELATIVE else "w" for name in stays}
    known = _known(base, carried, fields)
    parts = 1 + max(outcome.rows.num_rows for outcome in base.outcomes) // LAID_AT_ONCE
    for table, following in ((FIELDS[base.customer], next_fields), (PLACES[base.customer], next_places)):
        columns = ", ".join(
            f"{found[f.name]}.{f.name}" if f.name in found else f"null::{TYPES[f.type]} as {f.name}"
            for f in schema_of(table)
            if f.name != "id"
        )
        laid = f"create or replace table {following} as"
        for part in range(parts):
            some = f"where id % {parts} = {part}"
            joined = "".join(
                f" left join (from {source} {some}) {name} on {name}.id = k.id"
                for source, name in (*_named(base), (fields, "w"), (places, "p"))
            )
            warehouse.connection.execute(f"{laid} select k.id, {columns} from (from ({known}) {some}) k{joined}")
            laid = f"insert into {following}"


def _named(base: Base) -> list[tuple[str, str]]:
    """The rows of each outcome, and the name under which it is joined."""
    return [(f"outcome_{n}", f"o{n}") for n in range(len(base.outcomes))]


def _joined(base: Base) -> str:
    return " ".join(f"left join {source} {name} on {name}.id = k.id" for source, name in _named(base))


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


def _change(warehouse: Warehouse, table: str, anew: bool = False) -> Change:
    """`anew`: something stands in every row that the twin does not show."""
    connection, (written, following) = warehouse.connection, names(table)
    gone = connection.sql(
        f"select {', '.join(KEYS[table])} from {written} n anti join {following} w on {_same(table)}"
    ).to_arrow_table()
    count = int(connection.execute(f"select count(*) {_different(table)}").fetchall()[0][0])
    whole = anew or count + gone.num_rows > _SHARE_FOR_SWAP * warehouse.count(following)
    chosen = f"from {following} n" if whole else _different(table)
    order = ", ".join(f"n.{key}" for key in KEYS[table])
    rows = connection.sql(f"select {_columns(table)} {chosen} order by {order}")
    return Change(rows.to_arrow_table(), gone, whole, uuid4().hex)


def _columns(table: str) -> str:
    return ", ".join(f"n.{name}" for name in schema_of(table).names)


def _same(table: str) -> str:
    return " and ".join(f"n.{key} = w.{key}" for key in KEYS[table])


def _different(table: str) -> str:
    """The rows `n` of the twin to be that are new or not as they stand."""
    written, following = names(table)
    values = [name for name in schema_of(table).names if name not in KEYS[table]]
    other = " or ".join(["w.id is null", *(f"n.{name} is distinct from w.{name}" for name in values)])
    return f"from {following} n left join {written} w on {_same(table)} where {other}"


def prepare_few(warehouse: Warehouse, computed: Computed, touched: pa.Table) -> Writing:
    """The same after `follow`: of few customers there are new rows, and everybody has a new place."""
    changes: dict[str, Change] = {}
    warehouse.connection.register("touched_rows", touched)
    try:
        for base in computed.bases:
            with _registered(warehouse, base):
                changes[FIELDS[base.customer]] = _laid(warehouse, base)
                _lay_out_places(warehouse, base)
                changes[PLACES[base.customer]] = _change(warehouse, PLACES[base.customer])
        _lay_out_months(warehouse, computed.bases)
        changes[MONTHS] = _laid_months(warehouse)
    finally:
        warehouse.connection.unregister("touched_rows")
    return Writing(changes, {})


def _laid(warehouse: Warehouse, base: Base) -> Change:
    """The rows of customers that were touched, and of those who are in another class because of them."""
    connection, table = warehouse.connection, FIELDS[base.customer]
    written, following = names(table)
    connection.execute(
        "create or replace temp table gone_ids as"
        f" select id from {written} semi join touched_rows using (id) anti join outcome_0 using (id)"
    )
    found = {name: place for n, outcome in enumerate(base.outcomes) for name, place in _places(n, outcome).items()}
    columns = ", ".join(f"{found.get(f.name, f'w.{f.name}')} as {f.name}" for f in schema_of(table) if f.name != "id")
    moved = (_moved(n, outcome, written) for n, outcome in enumerate(base.outcomes) if outcome.few is False)
    ids = " union ".join(["select id from outcome_0", *(part for part in moved if part)])
    connection.execute(
        f"create or replace table {following} as select k.id, {columns}"
        f" from (from ({ids}) anti join gone_ids using (id)) k {_joined(base)}"
        f" left join {written} w on w.id = k.id left join touched_rows t on t.id = k.id"
    )
    rows = connection.sql(f"select {_columns(table)} {_different(table)} order by n.id").to_arrow_table()
    gone = connection.sql("from gone_ids").to_arrow_table()
    return Change(rows, gone, False, uuid4().hex, laid=True)


def _places(n: int, outcome: Outcome) -> dict[str, str]:
    """Where the value of each column stands, for a row of a customer who may not have been touched."""
    names = [name for name in outcome.analysis.outputs if name not in RELATIVE]
    if outcome.few is None:
        return {}
    if outcome.few:
        return {name: f"case when t.id is null then w.{name} else o{n}.{name} end" for name in names}
    return {name: f"o{n}.{name}" for name in names}


def _moved(n: int, outcome: Outcome, written: str) -> str:
    """Who has another value than stands; nobody where all values are places."""
    names = [name for name in outcome.analysis.outputs if name not in RELATIVE]
    other = " or ".join(f"w.{name} is distinct from o.{name}" for name in names)
    return f"select w.id from {written} w left join outcome_{n} o on o.id = w.id where {other}" if names else ""


def _lay_out_places(warehouse: Warehouse, base: Base) -> None:
    """Needs the rows that `_laid` left."""
    written, following = names(FIELDS[base.customer])
    places, next_places = names(PLACES[base.customer])
    found = {name: f"o{n}" for n, outcome in enumerate(base.outcomes) for name in outcome.analysis.outputs}
    columns = ", ".join(
        f"{found.get(name, 'p')}.{name}" for name in schema_of(PLACES[base.customer]).names if name != "id"
    )
    ids = f"(select id from {written} anti join gone_ids using (id)) union (select id from {following})"
    warehouse.connection.execute(
        f"create or replace table {next_places} as select k.id, {columns} from ({ids}) k {_joined(base)}"
        f" left join {places} p on p.id = k.id"
    )


def _laid_months(warehouse: Warehouse) -> Change:
    written, following = names(MONTHS)
    columns = _columns(MONTHS)
    rows = warehouse.connection.sql(f"select {columns} {_different(MONTHS)} order by {columns}")
    gone = warehouse.connection.sql(
        f"select {columns} from {written} n semi join touched_rows t on t.id = n.id"
        f" anti join {following} w on {_same(MONTHS)}"
    )
    return Change(rows.to_arrow_table(), gone.to_arrow_table(), False, uuid4().hex, laid=True)
