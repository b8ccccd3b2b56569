"""The warehouse kept up with the records: what the event log says has changed, read as Arrow and merged."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa

from visavis.catalogue import Field
from visavis.fields import columns_of
from visavis.insight.analyses.base import CUSTOMERS, Customer
from visavis.insight.entered import CURRENCY
from visavis.insight.star import RATE, STAR
from visavis.insight.warehouse import TABLES, Warehouse
from visavis.store.arrow import Read, read_arrow, reading
from visavis.store.db import quoted
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
KEYS = {table.name: table.key for table in STAR}
_NAMES = {"company": "t.name", "person": "concat_ws(' ', t.first_name, t.last_name)"}
_SHARE_FOR_REBUILD = 0.5
GENERATION = "generation"
"""The setting of the warehouse that counts the feeds that changed something."""
ALL_TOUCHED = "all_touched"
"""The newest feed after which nothing was as before; what later ones changed stands in `touched`."""
_NAMED = {
    "payment": (("invoice_id", "sale_line", "invoice_id"),),
    "cost": (
        ("invoice_id", "sale_line", "invoice_id"),
        ("activity_id", "activity", "id"),
        ("ticket_id", "ticket", "id"),
    ),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the records are, and the time zone in which a day of issue is a day."""

    dsn: str
    schema: str
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Fed:
    """What one feed did: all tables made anew, or so many rows taken over (or taken out) per table."""

    rebuilt: bool
    rows: dict[str, int]
    seconds: float

    @property
    def changed(self) -> bool:
        return self.rebuilt or any(self.rows.values())


def feed(
    warehouse: Warehouse, source: Source, entered: Mapping[Customer, Sequence[Field]] = MappingProxyType({})
) -> Fed:
    """Bring the warehouse up to every transaction that had ended when this began; blocking.

    Every event since the watermark is looked at, and the watermark moves to the oldest transaction that still ran
    (`pg_snapshot_xmin`): a late commit is never missed, and what ended beside it is taken over again the next time.
    Rows and watermark move in one transaction of the warehouse. `entered`: fields of customers that methods read beside
    it; where one is not as it was, that counts as a feed that changed something.
    """
    began = time.perf_counter()
    with reading(source.dsn, source.schema) as read:
        since, rows = _fed(warehouse, source, read, entered)
    return Fed(since is None, rows, time.perf_counter() - began)


def _fed(
    warehouse: Warehouse, source: Source, read: Read, entered: Mapping[Customer, Sequence[Field]]
) -> tuple[str | None, dict[str, int]]:
    """The watermark that it went on from, and the rows taken over per table."""
    upto, home = _now(read)
    place = f"{home}:{source.schema}:{source.timezone}"
    since = _since(warehouse, place, upto)
    if since is not None and _too_many(warehouse, read, since):
        since = None
    connection = warehouse.connection
    connection.execute("begin")
    try:
        generation = int(warehouse.setting(GENERATION) or 0) + 1
        rows = {table: _take(warehouse, source, read, table, since, generation) for table in TABLES}
        if since is None or rows[RATE.name]:
            _touch_all(warehouse, generation)
        if _differ(warehouse, read, entered) or since is None or any(rows.values()):
            warehouse.remember(GENERATION, str(generation))
        warehouse.remember("watermark", upto)
        warehouse.remember("place", place)
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
    return since, rows


def _now(read: Read) -> tuple[str, str]:
    row = read(SQL.upto).read_all().to_pylist()[0]
    return str(row["upto"]), str(row["home"])


def _since(warehouse: Warehouse, place: str, upto: str) -> str | None:
    """The watermark to go on from; None where the warehouse is empty or follows another database."""
    since = warehouse.setting("watermark")
    if since is None or warehouse.setting("place") != place or int(since) > int(upto):
        return None
    return since if any(warehouse.count(table) for table in TABLES) else None


def _too_many(warehouse: Warehouse, read: Read, since: str) -> bool:
    """Past half of the rows it is quicker to read everything."""
    sql = _joined(SQL.changed.format(since=since), "select count(*) as n from changed")
    changed = read(sql).read_all().to_pylist()[0]["n"]
    known = sum(warehouse.count(table) for table in TABLES)
    return bool(changed > 1000 and changed > _SHARE_FOR_REBUILD * known)


def _take(warehouse: Warehouse, source: Source, read: Read, table: str, since: str | None, generation: int) -> int:
    if table == RATE.name:
        return _rates(warehouse, read, since is None)
    everything, some = _statements(table, source)
    if since is None:
        warehouse.connection.execute(f"delete from {table}")
        return _insert(warehouse, table, read(everything))
    delta = read(_joined(SQL.changed.format(since=since), some))
    return _merge(warehouse, table, delta, generation)


def _statements(table: str, source: Source) -> tuple[str, str]:
    """What reads the whole table, and what reads the rows that changed."""
    zone = source.timezone.replace("'", "''")
    if table == "sale_line":
        columns = SQL.line_columns.format(timezone=zone)
        return SQL.all_lines.format(columns=columns), _joined(SQL.changed_lines, SQL.some_lines.format(columns=columns))
    if table in _NAMES:
        words = {"object": table, "name": _NAMES[table]}
        return SQL.all_named.format(**words), SQL.some_named.format(**words)
    columns, joins, also = (getattr(SQL, f"{table}_{part}", "") for part in ("columns", "joins", "also"))
    words = {"object": table, "columns": columns.format(timezone=zone), "joins": joins, "also": also}
    return SQL.all_rows.format(**words), SQL.some_rows.format(**words)


def _rates(warehouse: Warehouse, read: Read, anew: bool) -> int:
    """All rates, few as they are, where one was added: none is ever changed or removed. How many were taken."""
    rows = read(SQL.rates).read_all()
    if not anew and rows.num_rows == warehouse.count(RATE.name):
        return 0
    warehouse.connection.execute(f"delete from {RATE.name}")
    return _insert(warehouse, RATE.name, rows.to_reader())


def _joined(*parts: str) -> str:
    return "\n".join(parts)


def _insert(warehouse: Warehouse, table: str, rows: pa.RecordBatchReader) -> int:
    warehouse.connection.register("feed_rows", rows)
    try:
        listed = ", ".join(TABLES[table])
        warehouse.connection.execute(f"insert into {table} ({listed}) select {listed} from feed_rows")
    finally:
        warehouse.connection.unregister("feed_rows")
    return warehouse.count(table)


def _merge(warehouse: Warehouse, table: str, delta: pa.RecordBatchReader, generation: int) -> int:
    """Take over the rows that are not as they were; how many."""
    connection, key, columns = warehouse.connection, KEYS[table], TABLES[table]
    connection.register("feed_rows", delta)
    try:
        connection.execute("create or replace temp table delta as from feed_rows")
    finally:
        connection.unregister("feed_rows")
    taken = 0
    if connection.execute("select count(*) from delta").fetchall()[0][0]:
        connection.execute(
            f"create or replace temp table before as from {table} t semi join delta d on t.{key} = d.{key}"
        )
        same = " and ".join(f"d.{c} is not distinct from b.{c}" for c in columns if c != key)
        connection.execute(f"delete from delta d using before b where d.{key} = b.{key} and not d.gone and {same}")
        connection.execute(f"delete from delta where gone and {key} not in (select {key} from before)")
        taken = int(connection.execute("select count(*) from delta").fetchall()[0][0])
    if taken:
        _touch(warehouse, table, generation)
        listed = ", ".join(columns)
        connection.execute(f"delete from {table} where {key} in (select {key} from delta)")
        connection.execute(f"insert into {table} ({listed}) select {listed} from delta where not gone")
    connection.execute("drop table delta")
    return taken


def _touch(warehouse: Warehouse, table: str, generation: int) -> None:
    """Note the customers of the rows in `delta`, of what these were `before`, and of the records that they name."""
    key = KEYS[table]
    parts = [
        f"select {_customer(table)} from delta",
        f"select {_customer(table)} from before where {key} in (select {key} from delta)",
    ]
    for column, fact, named in _NAMED.get(table, ()):
        ids = f"select {column} from delta union select {column} from before"
        parts.append(f"select {_customer(fact)} from {fact} where {named} in ({ids})")
    warehouse.connection.execute(
        f"insert into touched select distinct id, {generation} from ({' union all '.join(parts)}) t (id)"
    )


def _customer(table: str) -> str:
    """Whose a row is: no customer's is 0's; a product is nobody's."""
    if table in CUSTOMERS:
        return "id"
    return "coalesce(company_id, person_id, 0)" if "company_id" in TABLES[table] else "-1"


def _touch_all(warehouse: Warehouse, generation: int) -> None:
    warehouse.connection.execute("delete from touched")
    warehouse.remember(ALL_TOUCHED, str(generation))


def _differ(warehouse: Warehouse, read: Read, entered: Mapping[Customer, Sequence[Field]]) -> bool:
    """Whether an entered field is not as it was when this was asked last, by number and hash of live values."""
    differ = False
    for customer, fields in entered.items():
        marks = read(_marks(customer, fields)).read_all().to_pylist()[0] if fields else {}
        for name, mark in marks.items():
            if warehouse.setting(f"entered.{customer}.{name}") != mark:
                warehouse.remember(f"entered.{customer}.{name}", mark)
                differ = True
    return differ


def _marks(customer: Customer, fields: Sequence[Field]) -> str:
    parts = []
    for field in fields:
        name, columns = quoted(field.name), ", ".join(f"t.{quoted(column)}" for column, _ in columns_of(field))
        parts.append(SQL.entered_mark.format(columns=columns, name=name))
    return SQL.entered_marks.format(marks=", ".join(parts), object=customer)


_PLAIN = {"integer": "{}", "decimal": "{}", "percent": "{}", "money": "{}", "date": "({} - date '1970-01-01')"}


def entered_rows(source: Source, fields: Mapping[Customer, Sequence[Field]]) -> dict[Customer, pa.Table]:
    """Entered fields of the live customers with `id`, for each kind; rows without any are left out.

    Numbers and dates (days since 1970) are doubles, booleans and choices texts, an amount has its currency beside it.
    """
    found: dict[Customer, pa.Table] = {}
    for customer, wanted in fields.items():
        if wanted:
            columns = ", ".join(part for field in wanted for part in _entered(field))
            known = " or ".join(f"t.{quoted(field.name)} is not null" for field in wanted)
            sql = SQL.entered.format(columns=columns, object=customer, any=known)
            found[customer] = read_arrow(source.dsn, source.schema, sql).read_all()
    return found


def _entered(field: Field) -> Iterator[str]:
    column = f"t.{quoted(field.name)}"
    value = f"{_PLAIN[field.type].format(column)}::float8" if field.type in _PLAIN else f"{column}::text"
    yield f"{value} as {quoted(field.name)}"
    if field.type == "money":
        currency = quoted(field.name + CURRENCY)
        yield f"t.{currency}::text as {currency}"
