"""Tables that follow the catalogue: a pure plan, applied in one transaction with the overlay and the version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from visavis.catalogue import Catalogue, Field, Object
from visavis.fields import References, columns_of, type_of
from visavis.store.db import Database, Tx, quoted
from visavis.store.jobs import SCHEMA as JOBS_SQL
from visavis.store.rollups import plan_rollups
from visavis.store.tables import Actual, Plan, Table, derived_table, joined, rollup_table, side, standing_table

__all__ = [
    "Actual",
    "Plan",
    "Table",
    "actual_tables",
    "derived_table",
    "ensure_system",
    "plan",
    "record_columns",
    "rollup_table",
]

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
SIDE_COLUMNS = (("id", "bigint", "bigint primary key"),)

LOCK = "select pg_advisory_xact_lock(hashtext('visavis.schema'))"
"""Nobody else changes tables until the transaction ends."""
SYSTEM_SORTED = ("created_at", "updated_at")
CASELESS = ("text",)

_LONGEST = 63


def plan(catalogue: Catalogue, actual: Actual) -> Plan:
    """What is to be done so that the tables fit the catalogue. Pure."""
    parts = [part for obj in catalogue.objects for part in _plan_object(obj, actual)]
    return joined([*parts, plan_rollups(catalogue, actual)])


def _plan_object(obj: Object, actual: Actual) -> Iterable[Plan]:
    yield _plan_table(obj.name, SYSTEM_COLUMNS, _stored(obj, ""), _indexes(obj), actual)
    if derived := _stored(obj, "_d"):
        yield _plan_table(derived_table(obj), DERIVED_COLUMNS, derived, _derived_indexes(obj), actual)
    if relative := _stored(obj, "_s"):
        yield _plan_table(standing_table(obj), SIDE_COLUMNS, relative, {}, actual)
        yield _moved(derived_table(obj), standing_table(obj), relative, actual)
    if rolled := _stored(obj, "_r"):
        yield _plan_table(rollup_table(obj), SIDE_COLUMNS, rolled, _rollup_indexes(obj), actual)


def _stored(obj: Object, key: str) -> tuple[tuple[str, str], ...]:
    """The columns of the table of that key. Hidden fields keep theirs, formulas have none."""
    fields = (f for f in obj.fields if f.kind != "formula" and side(f) == key)
    return tuple(column for f in fields for column in columns_of(f))


def _moved(source: str, target: str, columns: Sequence[tuple[str, str]], actual: Actual) -> Plan:
    """What stood in one table before goes to the new one, and leaves the old."""
    have = actual.get(source)
    names = [name for name, _ in columns if have is not None and name in have.columns]
    if not names or target in actual:
        return Plan()
    listed = ", ".join(["id", *(quoted(name) for name in names)])
    return Plan(
        apply=(
            f"insert into {quoted(target)} ({listed}) select {listed} from {quoted(source)}",
            f"alter table {quoted(source)} {', '.join(f'drop column {quoted(name)}' for name in names)}",
        )
    )


def record_columns(obj: Object) -> tuple[str, ...]:
    """The columns of the record table, in the order of the catalogue."""
    return (*(name for name, _, _ in SYSTEM_COLUMNS), *(name for name, _ in _stored(obj, "")))


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
    found = {"deleted_at": _index(obj.name, "deleted_at", "(deleted_at) where deleted_at is not null")}
    found |= {"external_id": _index(obj.name, "external_id", "(external_id) where external_id is not null", "unique ")}
    return found | _sort_index(obj, sort) | {f.name: _field_index(obj.name, f) for f in plain}


def _sort_index(obj: Object, sort: str) -> dict[str, str]:
    kinds = {f.name: f.type for f in obj.fields if not f.derived}
    if kinds.get(sort) in CASELESS:
        return {f"lower({sort})": _index(obj.name, f"{sort}.caseless", f"(lower({quoted(sort)}), id)")}
    return {sort: _index(obj.name, sort, f"({quoted(sort)}, id)")} if sort in kinds or sort in SYSTEM_SORTED else {}


def _derived_indexes(obj: Object) -> dict[str, str]:
    """Customers are looked at by what they are worth: every derived amount can be sorted by.

    Where it is empty no list finds it here, since who has no derived fields at all stands among the empty ones, too.
    """
    table = derived_table(obj)
    amounts = (f for f in obj.derived if f.type == "money")
    return {f.name: _index(table, f.name, _filled(f)) for f in amounts}


def _filled(field: Field) -> str:
    return f"({quoted(field.name)}, id) where {quoted(field.name)} is not null"


def _rollup_indexes(obj: Object) -> dict[str, str]:
    """Lists are chosen and sorted by counts and sums."""
    table = rollup_table(obj)
    plain = (f for f in obj.rolled if f.type not in ("text", "boolean"))
    return {f.name: _index(table, f.name, f"({quoted(f.name)}, id)") for f in plain}


def _field_index(table: str, field: Field) -> str:
    column = quoted(field.name)
    if field.unique:
        return _index(table, field.name, f"({column}) where deleted_at is null", "unique ")
    return _index(table, field.name, f"({column}) where {column} is not null")


def wished_index(
    obj: Object, equal: str | None, also: str | None, sort: str | None, words: str | None, *, held: bool = False
) -> tuple[str, str, str] | None:
    """Name, statement that builds it beside running work, and statement that drops it; None for unknown fields.

    Rows of one value of ``equal``, by their value of ``also``, in the order of ``sort``; or the three-letter pieces of
    ``words``. Owner and team lie beside, so that who may see a row is known without a look at it; ``held``: they come
    right after ``equal``, so that rows which somebody may not see are not even read.
    """
    kinds = {f.name: f.type for f in obj.fields if f.kind == "entered"} | dict.fromkeys(SYSTEM_SORTED, "datetime")
    holders = ("team", "owner") if held and obj.scope.kind == "own" else ()
    leading = list(dict.fromkeys(part for part in (equal, *holders, also) if part))
    asked = [*leading, *(part for part in (sort, words) if part)]
    if not kinds.keys() >= set(asked):
        return None
    name = _index_name(obj.name, f"wish.{'+'.join(asked)}")
    caseless = sort is not None and kinds[sort] in CASELESS
    ordered = [f"lower({quoted(sort)})" if caseless else quoted(sort)] if sort else []
    terms = ", ".join([*map(quoted, leading), *ordered, "id"])
    beside = [*([sort] if caseless else []), *(("owner", "team") if obj.scope.kind == "own" else ())]
    covered = ", ".join(quoted(part) for part in beside if part not in leading)
    what = f"({terms}){f' include ({covered})' if covered else ''} where deleted_at is null"
    if words:
        what = f"using gin ({quoted(words)} extensions.gin_trgm_ops)"
    create = f"create index concurrently if not exists {quoted(name)} on {quoted(obj.name)} {what}"
    return name, create, f"drop index concurrently if exists {quoted(name)}"


def _index_name(table: str, column: str) -> str:
    name = f"{table}.{column}"
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - 9]}.{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return name


def _index(table: str, column: str, what: str, unique: str = "") -> str:
    """The statement, harmless where the index is there."""
    name = _index_name(table, column)
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
# `pg_get_indexdef` looks past the snapshot and fails on what was dropped meanwhile, as the tables of a refresh are;
# those have no index that begins with an expression.
_INDEXED = """
select c.relname as name,
    array_agg(coalesce(a.attname::text, replace(pg_get_indexdef(i.indexrelid, 1, true), '"', ''))) as indexed
from pg_index i
join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] and a.attnum > 0
where i.indisvalid
group by c.relname
"""


_TRIGGERS = """
select c.relname as name, array_agg(t.tgname::text) as triggers
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
where not t.tgisinternal
group by c.relname
"""


async def actual_tables(tx: Tx) -> dict[str, Table]:
    """The tables of the workspace by name."""
    indexed = {row["name"]: frozenset(row["indexed"]) for row in await tx.rows(_INDEXED)}
    triggers = {row["name"]: frozenset(row["triggers"]) for row in await tx.rows(_TRIGGERS)}
    found = {row["name"]: json.loads(row["columns"]) for row in await tx.rows(_COLUMNS)}
    nothing: frozenset[str] = frozenset()
    return {n: Table(columns, indexed.get(n, nothing), triggers.get(n, nothing)) for n, columns in found.items()}


async def ensure_system(db: Database, schemas: Iterable[str]) -> None:
    """The schema, the system tables and those that the slices brought, in one transaction."""
    async with db.transaction() as tx:
        await tx.execute(LOCK)
        await tx.execute(f"create schema if not exists {quoted(db.schema)}")
        for sql in (SYSTEM_SQL, JOBS_SQL, *schemas):
            await tx.execute(sql)
