"""Tables that follow the catalogue: a pure plan, applied in one transaction with the overlay and the version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from visavis.catalogue import Catalogue, Field, Kind, Object
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
CASELESS = ("text",)

_LONGEST = 63


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the workspace has it: column → SQL type, and the terms that an index begins with."""

    columns: Mapping[str, str]
    indexed: frozenset[str] = frozenset()


Actual = Mapping[str, Table]


@dataclass(frozen=True, slots=True)
class Plan:
    """``apply`` runs now; ``later`` are index builds on tables that may have rows; ``unexplained`` forbids to serve.

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


def rollup_table(obj: Object) -> str:
    """Where what is kept fresh from related records stands, beside the records."""
    return f"rollup_{obj.name}"


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
    main = _plan_table(obj.name, SYSTEM_COLUMNS, _stored(obj, "entered"), _indexes(obj), actual)
    derived = _stored(obj, "insight")
    if not derived:
        return main
    side = _plan_table(derived_table(obj), DERIVED_COLUMNS, derived, _derived_indexes(obj), actual)
    return Plan(
        main.apply + side.apply,
        main.later + side.later,
        main.unexplained + side.unexplained,
        main.orphans + side.orphans,
    )


def _stored(obj: Object, kind: Kind) -> tuple[tuple[str, str], ...]:
    """Hidden fields keep their columns."""
    return tuple(column for f in obj.fields if f.kind == kind for column in columns_of(f))


def record_columns(obj: Object) -> tuple[str, ...]:
    """The columns of the record table, in the order of the catalogue."""
    return (*(name for name, _, _ in SYSTEM_COLUMNS), *(name for name, _ in _stored(obj, "entered")))


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
    missing = [(name, kind) for name, kind in columns if name not in have.columns]
    return Plan(
        apply=tuple(f"alter table {quoted(table)} add column {quoted(name)} {kind}" for name, kind in missing),
        later=tuple(sql for name, sql in indexes.items() if name not in have.indexed),
        unexplained=tuple(_differences(table, system, wanted, have.columns)),
        orphans=tuple(f"{table}.{name}" for name in have.columns if name not in wanted),
    )


def _create(table: str, system: Sequence[tuple[str, str, str]], columns: Sequence[tuple[str, str]]) -> str:
    parts = [f"{quoted(name)} {ddl}" for name, _, ddl in system]
    parts += [f"{quoted(name)} {kind}" for name, kind in columns]
    return f"create table {quoted(table)} ({', '.join(parts)})"


def _differences(
    table: str, system: Sequence[tuple[str, str, str]], wanted: Mapping[str, str], have: Mapping[str, str]
) -> Iterable[str]:
    yield from (f"{table}.{name} is missing" for name, _, _ in system if name not in have)
    for name, kind in wanted.items():
        found = have.get(name)
        if found is not None and found != _spelled(kind):
            yield f"{table}.{name} is {found}, but the catalogue says {_spelled(kind)}"


_SPELLINGS = {"timestamptz": "timestamp with time zone", "char(3)": "character(3)"}


def _spelled(kind: str) -> str:
    return _SPELLINGS.get(kind, kind)


def _indexes(obj: Object) -> dict[str, str]:
    """By leading term: one per relation, per unique field, and for the default order of the list."""
    sort = obj.sort.lstrip("-")
    plain = (f for f in obj.fields if f.kind == "entered" and (f.unique or isinstance(type_of(f), References)))
    found = {"external_id": _index(obj.name, "external_id", "(external_id) where external_id is not null", "unique ")}
    return found | _sort_index(obj, sort) | {f.name: _field_index(obj.name, f) for f in plain}


def _sort_index(obj: Object, sort: str) -> dict[str, str]:
    kinds = {f.name: f.type for f in obj.fields if not f.derived}
    if kinds.get(sort) in CASELESS:
        return {f"lower({sort})": _index(obj.name, f"{sort}.caseless", f"(lower({quoted(sort)}), id)")}
    return {sort: _index(obj.name, sort, f"({quoted(sort)}, id)")} if sort in kinds or sort in SYSTEM_SORTED else {}


def _derived_indexes(obj: Object) -> dict[str, str]:
    """Customers are looked at by what they are worth: every derived amount can be sorted by."""
    table = derived_table(obj)
    return {f.name: _index(table, f.name, f"({quoted(f.name)}, id)") for f in obj.derived if f.type == "money"}


def _field_index(table: str, field: Field) -> str:
    column = quoted(field.name)
    if field.unique:
        return _index(table, field.name, f"({column}) where deleted_at is null", "unique ")
    return _index(table, field.name, f"({column}) where {column} is not null")


def _index(table: str, column: str, what: str, unique: str = "") -> str:
    """The statement, harmless where the index is there."""
    name = f"{table}.{column}"
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - 9]}.{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return f"create {unique}index if not exists {quoted(name)} on {quoted(table)} {what}"


_COLUMNS = """
select c.relname as name,
    json_object_agg(a.attname, format_type(a.atttypid, a.atttypmod) order by a.attnum)::text as columns
from pg_attribute a
join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
where a.attnum > 0 and not a.attisdropped
group by c.relname
"""
_INDEXED = """
select c.relname as name, array_agg(replace(pg_get_indexdef(i.indexrelid, 1, true), '"', '')) as indexed
from pg_index i
join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
where i.indisvalid
group by c.relname
"""


async def actual_tables(tx: Tx) -> dict[str, Table]:
    """The tables of the workspace by name."""
    indexed = {row["name"]: frozenset(row["indexed"]) for row in await tx.rows(_INDEXED)}
    found = await tx.rows(_COLUMNS)
    return {row["name"]: Table(json.loads(row["columns"]), indexed.get(row["name"], frozenset())) for row in found}


async def ensure_system(db: Database, schemas: Iterable[str]) -> None:
    """The schema, the system tables and those that the slices brought, in one transaction."""
    async with db.transaction() as tx:
        await tx.execute("select pg_advisory_xact_lock(hashtext('visavis.schema'))")
        await tx.execute(f"create schema if not exists {quoted(db.schema)}")
        for sql in (SYSTEM_SQL, JOBS_SQL, *schemas):
            await tx.execute(sql)
