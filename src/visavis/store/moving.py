"""Whole tables out of a workspace and into another one, as CSV, with the places of their sequences."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from visavis.catalogue import Catalogue
from visavis.store.db import Tx, quoted
from visavis.store.live import fit
from visavis.store.schema import LOCK, Actual, actual_tables, record_columns

RECORD_IDS = "record_id"


@dataclass(frozen=True, slots=True)
class Table:
    """What of a table is moved: ``columns`` in this order, the rows that are ``wanted`` in the order of ``order``."""

    name: str
    columns: tuple[str, ...]
    order: tuple[str, ...] = ("id",)
    wanted: str = "true"


async def snapshot(tx: Tx) -> None:
    """All that this transaction reads is of one moment. To be said before anything else."""
    await tx.execute("set transaction isolation level repeatable read")


def record_tables(catalogue: Catalogue) -> list[Table]:
    """The tables of all record types, hidden ones too, by name."""
    return sorted((Table(o.name, record_columns(o)) for o in catalogue.objects), key=lambda table: table.name)


def described(there: Actual, name: str, order: Sequence[str], without: Sequence[str], wanted: str) -> Table:
    """A table beside the records, its columns by name, so that two workspaces agree on their order."""
    columns = sorted(set(there[name].columns) - set(without))
    return Table(name, tuple(columns), tuple(order), wanted)


async def copy_out(tx: Tx, table: Table, sink: Callable[[bytes], Awaitable[None]]) -> int:
    """The rows as CSV without a header, null as nothing; how many."""
    order = ", ".join(quoted(name) for name in table.order)
    sql = f"select {_list(table.columns)} from {quoted(table.name)} where {table.wanted} order by {order}"
    return await tx.copy_out_csv(sql, sink=sink, header=False)


async def copy_in(tx: Tx, table: Table, source: AsyncIterable[bytes] | Iterable[bytes]) -> int:
    """The same back; how many."""
    return await tx.copy_csv(table.name, table.columns, source)


async def sequences(tx: Tx, tables: Iterable[str]) -> dict[str, tuple[int, bool]]:
    """(Last value, whether it was given out) of the record numbers and of the numbers that these tables give."""
    names = [RECORD_IDS, *(row["name"] for row in await tx.rows(_OWNED, list(tables)))]
    found = {}
    for name in names:
        row = await tx.row(f"select last_value, is_called from {quoted(name)}")
        assert row is not None
        found[name] = (row["last_value"], row["is_called"])
    return dict(sorted(found.items()))


async def set_sequences(tx: Tx, places: Mapping[str, tuple[int, bool]]) -> None:
    """Go on where the other workspace is."""
    for name, (value, called) in places.items():
        await tx.execute("select setval(quote_ident($1)::regclass, $2, $3)", name, value, called)


async def make_tables(tx: Tx, catalogue: Catalogue) -> None:
    """Bring the tables of an empty workspace into line with a catalogue, indexes too, in the caller's transaction."""
    for statement in await fit(tx, catalogue):
        await tx.execute(statement)


async def analyze(tx: Tx, tables: Iterable[str]) -> None:
    """Tell the planner what has come in."""
    for name in tables:
        await tx.execute(f"analyze {quoted(name)}")


async def lock_tables(tx: Tx) -> None:
    """Nobody else changes the catalogue until this transaction ends."""
    await tx.execute(LOCK)


async def is_empty(tx: Tx, tables: Iterable[str]) -> bool:
    """Whether none of these tables has a row."""
    there = await actual_tables(tx)
    parts = [f"exists (select from {quoted(name)})" for name in tables if name in there]
    return not (parts and await tx.value(f"select {' or '.join(parts)}"))


def _list(columns: Sequence[str]) -> str:
    return ", ".join(quoted(name) for name in columns)


_OWNED = """
select s.relname as name
from pg_class s
join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
join pg_class t on t.oid = d.refobjid and d.refclassid = 'pg_class'::regclass
where s.relkind = 'S' and t.relnamespace = current_schema()::regnamespace and t.relname = any($1::text[])
order by 1
"""
