"""A workspace that grew step by step has the tables of a fresh one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from visavis.catalogue import Object
from visavis.features.runtime import assemble
from visavis.objects import BUILT_IN
from visavis.store import Database, quoted
from visavis.store.live import Change, change_catalogue, synchronise
from visavis.store.schema import ensure_system


@pytest.fixture
async def twin(dsn: str) -> AsyncIterator[Database]:
    """A second empty schema."""
    name = f"test_{uuid4().hex[:12]}"
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"create schema {quoted(name)}")
    opened = await Database.connect(dsn, name, max_size=4)
    yield opened
    await opened.close()
    await connection.execute(f"drop schema {quoted(name)} cascade")
    await connection.close()


def with_fields(code: Sequence[Object], most: int) -> list[Object]:
    """The same types as an older version might have had them: with fewer fields, the sorted one among them."""
    return [
        replace(obj, fields=tuple(f for n, f in enumerate(obj.fields) if n < most or f.name == obj.sort.lstrip("-")))
        for obj in code
    ]


CUSTOM = (
    Change(
        "o_boat",
        "object",
        "boat",
        {"name": "boat", "plural": "boats", "label": {"en": "Boat"}, "label_plural": {"en": "Boats"}},
    ),
    Change("f_1", "field", "boat", {"name": "port", "type": "relation", "target": "company", "label": {"en": "Port"}}),
    Change("f_2", "field", "company", {"name": "fee", "type": "money", "label": {"en": "Fee"}}),
    Change("f_3", "field", "company", {"name": "code", "type": "text", "unique": True, "label": {"en": "Code"}}),
    Change("company.note", "field", "company", {"hidden": True}),
    Change(
        "f_4",
        "field",
        "company",
        {
            "name": "ports",
            "type": "integer",
            "label": {"en": "Ports"},
            "rollup": {"object": "boat", "field": "port", "function": "count"},
        },
    ),
    Change("f_5", "field", "boat", {"name": "twice", "type": "money", "label": {"en": "x"}, "formula": "port.fee * 2"}),
)


async def test_step_by_step_and_at_once_are_the_same(database: Database, twin: Database) -> None:
    schemas = assemble().schemas
    await ensure_system(database, schemas)
    await synchronise(database, BUILT_IN)
    await change_catalogue(database, BUILT_IN, CUSTOM, None)
    await synchronise(database, BUILT_IN)

    for _ in range(2):
        await ensure_system(twin, schemas)
    await synchronise(twin, BUILT_IN[:3])
    for most in (2, 5, 9, 14):
        await synchronise(twin, with_fields(BUILT_IN, most))
    for change in CUSTOM:
        await change_catalogue(twin, with_fields(BUILT_IN, 14), [change], None)
    await synchronise(twin, BUILT_IN)
    assert await _shape(twin) == await _shape(database)


_SHAPE = (
    """select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        replace(coalesce(pg_get_expr(d.adbin, d.adrelid), ''), $1, '')
    from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'S')
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = $1::text::regnamespace and a.attnum > 0 and not a.attisdropped order by 1, 2""",
    "select indexname, replace(indexdef, $1, '') from pg_indexes where schemaname = $1 order by 1",
    """select conname, replace(pg_get_constraintdef(oid), $1, '') from pg_constraint
    where connamespace = $1::text::regnamespace order by 1, 2""",
    """select c.relname, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = $1::text::regnamespace and not t.tgisinternal order by 1, 2""",
    "select proname, prosrc from pg_proc where pronamespace = $1::text::regnamespace order by 1",
)


async def _shape(db: Database) -> list[list[tuple[Any, ...]]]:
    """Columns, indexes, constraints and functions, without the name of the schema."""
    return [[tuple(row.values()) for row in await db.rows(sql, db.schema)] for sql in _SHAPE]
