"""The SQL of staging: tables for what the file says. Pure."""

from __future__ import annotations

from visavis.features.imports.shape import Shape
from visavis.store.db import quoted


def create_stage(shape: Shape) -> list[str]:
    """Fresh, empty staging tables. Unlogged: after a crash of the server they are filled again."""
    named = (("_row", "bigint"), ("_key", "text"), *shape.staged)
    columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in named)
    tables = [quoted(table) for table in dict.fromkeys((shape.raw, shape.stage))]
    return [
        *(f"drop table if exists {table}" for table in tables),
        *(f"create unlogged table {table} ({columns})" for table in tables),
    ]


def consolidate(shape: Shape) -> str:
    """Rows of one key made one: the first filled cell of each column, in the order of the file."""
    firsts = [_first(quoted(name), kind) for name, kind in shape.staged]
    names = ", ".join(("_row", "_key", *(quoted(name) for name, _ in shape.staged)))
    return f"""
        insert into {quoted(shape.stage)} ({names})
        select {", ".join(("min(_row)", "_key", *firsts))}
        from {quoted(shape.raw)} group by _key order by min(_row)"""


def _first(column: str, kind: str) -> str:
    if kind == "text[]":
        return f"max({column})"
    return f"(array_agg({column} order by _row) filter (where {column} is not null))[1]"


def remove_doubles(shape: Shape) -> str:
    """Take out the later rows of a key that stands more than once. ``$1`` import, ``$2`` alias, ``$3`` key column."""
    stage = quoted(shape.stage)
    return f"""
        with doubled as (
            select _key, min(_row) as first from {stage} group by _key having count(*) > 1
        ), gone as (
            delete from {stage} s using doubled d where s._key = d._key and s._row > d.first
            returning s._row, s._key, d.first
        )
        insert into import_problem (import_id, phase, row_no, target, column_name, value, code, message, remedy)
        select $1, 'cells', _row, $2, $3, left(_key, 200), 'double', 'Row ' || first || ' has the same key.',
            'Keep one of them.'
        from gone"""
