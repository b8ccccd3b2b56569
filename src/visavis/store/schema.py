"""Tables that follow the catalogue: a pure plan, applied in one transaction with the overlay and the version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from visavis.catalogue import Catalogue, Field, Object
from visavis.fields import References, columns_of, type_of
from visavis.store.db import Database, Tx, quoted
from visavis.store.jobs import SCHEMA as JOBS_SQL

SYSTEM_SQL = (Path(__file__).parent / "system.sql").read_text(encoding="utf-8")

SYSTEM_COLUMNS = (
    ("id", "bigint", "bigint primary key default nextval('record_id')"),
    ("version", "integer", "integer not null default 1"),
    ("external_id", "text", "text"),
    ("created_at", "timestamp with time zone", "timestamptz not null default now()"),
    ("updated_at", "timestamp with time zone", "timestamptz not null default now()"),
    ("created_by", "bigint", "bigint"),
    ("updated_by", "bigint", "bigint"),
    ("deleted_at", "timestamp with time zone", "timestamptz"),
)
DERIVED_COLUMNS = (("id", "bigint", "bigint primary key"), ("as_of", "timestamp with time zone", "timestamptz"))

SYSTEM_SORTED = ("created_at", "updated_at")

Actual = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Plan:
    """``apply`` runs now; ``later`` are index builds on tables that have rows; ``unexplained`` forbids to serve.

    ``orphans`` are columns that no field claims: kept, reported by ``visavis doctor``.
    """

    apply: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.apply or self.unexplained)


def derived_table(obj: Object) -> str:
    """Where the derived fields of the object stand, beside its records."""
    return f"derived_{obj.name}"


def plan(catalogue: Catalogue, actual: Actual) -> Plan:
    """What is to be done so that the tables fit the catalogue. Pure."""
    parts = [_plan_object(obj, actual) for obj in catalogue.objects]
    return Plan(
        apply=tuple(s for p in parts for s in p.apply),
        later=tuple(s for p in parts for s in p.later),
        unexplained=tuple(s for p in parts for s in p.unexplained),
        orphans=tuple(s for p in parts for s in p.orphans),
    )


def _plan_object(obj: Object, actual: Actual) -> Plan:
    main = _plan_table(obj.name, SYSTEM_COLUMNS, _stored(obj, derived=False), _indexes(obj), actual)
    derived = _stored(obj, derived=True)
    if not derived:
        return main
    side = _plan_table(derived_table(obj), DERIVED_COLUMNS, derived, _derived_indexes(obj), actual)
    return Plan(
        main.apply + side.apply,
        main.later + side.later,
        main.unexplained + side.unexplained,
        main.orphans + side.orphans,
    )


def _stored(obj: Object, *, derived: bool) -> tuple[tuple[str, str], ...]:
    """Hidden fields keep their columns."""
    return tuple(column for f in obj.fields if f.derived == derived for column in columns_of(f))


def _plan_table(
    table: str,
    system: Sequence[tuple[str, str, str]],
    columns: Sequence[tuple[str, str]],
    indexes: Mapping[str, str],
    actual: Actual,
) -> Plan:
    have = actual.get(table)
    if have is None:
        return Plan(apply=(_create(table, system, columns), *indexes.values()))
    wanted = {name: kind for name, kind, _ in system} | dict(columns)
    missing = [(name, kind) for name, kind in columns if name not in have]
    return Plan(
        apply=tuple(f"alter table {quoted(table)} add column {quoted(name)} {kind}" for name, kind in missing),
        later=tuple(indexes[name] for name, _ in missing if name in indexes),
        unexplained=tuple(_differences(table, wanted, have)),
        orphans=tuple(f"{table}.{name}" for name in have if name not in wanted),
    )


def _create(table: str, system: Sequence[tuple[str, str, str]], columns: Sequence[tuple[str, str]]) -> str:
    parts = [f"{quoted(name)} {ddl}" for name, _, ddl in system]
    parts += [f"{quoted(name)} {kind}" for name, kind in columns]
    return f"create table {quoted(table)} ({', '.join(parts)})"


def _differences(table: str, wanted: Mapping[str, str], have: Mapping[str, str]) -> Iterable[str]:
    for name, kind in wanted.items():
        found = have.get(name)
        if found is not None and found != _spelled(kind):
            yield f"{table}.{name} is {found}, but the catalogue says {_spelled(kind)}"


_SPELLINGS = {"timestamptz": "timestamp with time zone", "char(3)": "character(3)"}


def _spelled(kind: str) -> str:
    return _SPELLINGS.get(kind, kind)


def _indexes(obj: Object) -> dict[str, str]:
    """By leading column: one per relation, per unique field, and for the default order of the list."""
    table, sort = quoted(obj.name), obj.sort.lstrip("-")
    found = {"external_id": f"create unique index on {table} (external_id) where external_id is not null"}
    if sort in SYSTEM_SORTED:
        found[sort] = f"create index on {table} ({sort}, id)"
    return found | {f.name: _field_index(table, f) for f in obj.fields if _is_indexed(f, sort)}


def _derived_indexes(obj: Object) -> dict[str, str]:
    """Customers are looked at by what they are worth: every derived amount can be sorted by."""
    table = quoted(derived_table(obj))
    return {f.name: f"create index on {table} ({quoted(f.name)}, id)" for f in obj.derived if f.type == "money"}


def _is_indexed(field: Field, sort: str) -> bool:
    return not field.derived and (field.unique or field.name == sort or isinstance(type_of(field), References))


def _field_index(table: str, field: Field) -> str:
    column = quoted(field.name)
    if field.unique:
        return f"create unique index on {table} ({column}) where deleted_at is null"
    if isinstance(type_of(field), References):
        return f"create index on {table} ({column}) where {column} is not null"
    return f"create index on {table} ({column}, id)"


_ACTUAL = """
select c.relname as table_name, a.attname as column_name, format_type(a.atttypid, a.atttypmod) as kind
from pg_attribute a
join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
where a.attnum > 0 and not a.attisdropped
order by c.relname, a.attnum
"""


async def actual_tables(tx: Tx) -> dict[str, dict[str, str]]:
    """Table → column → SQL type, as the workspace has them."""
    tables: dict[str, dict[str, str]] = {}
    for row in await tx.rows(_ACTUAL):
        tables.setdefault(row["table_name"], {})[row["column_name"]] = row["kind"]
    return tables


async def ensure_system(db: Database, schemas: Iterable[str]) -> None:
    """The schema, the system tables and those that the slices brought, in one transaction."""
    async with db.transaction() as tx:
        await tx.execute("select pg_advisory_xact_lock(hashtext('visavis.schema'))")
        await tx.execute(f"create schema if not exists {quoted(db.schema)}")
        for sql in (SYSTEM_SQL, JOBS_SQL, *schemas):
            await tx.execute(sql)
