"""Indexes on tables in use: built without keeping anybody from writing."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import asyncpg

from visavis.store.db import Database, quoted, settings
from visavis.store.failures import translated

_TURN = "select pg_try_advisory_lock(hashtext('visavis.index'))"
_PAUSE = 0.2
_BROKEN = """
select c.relname from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
where not i.indisvalid and c.relname = $1
"""


async def build_index(db: Database, statement: str) -> None:
    """Run a ``create index if not exists`` of the schema plan concurrently, on a connection of its own.

    ``UniqueViolation`` where values stand against a unique index, which is then left out; what an attempt that was
    killed has left half built is built anew.
    """
    with translated(OSError):
        connection = await asyncpg.connect(db.dsn, server_settings=settings(db.schema))
    try:
        with translated():
            await _turn(connection)
            await _build(connection, statement)
    finally:
        await connection.close()


async def _turn(connection: Any) -> None:
    """Asked for again and again: who waits inside a statement is waited for by the build, and neither would end."""
    while not await connection.fetchval(_TURN):  # noqa: ASYNC110  (the turn is kept in the database)
        await asyncio.sleep(_PAUSE)


async def _build(connection: Any, statement: str) -> None:
    found = re.search(r' index if not exists ("(?:[^"]|"")+")', statement)
    name = found.group(1)[1:-1].replace('""', '"') if found else ""
    await _drop_broken(connection, name)
    try:
        await connection.execute(statement.replace(" index if not exists ", " index concurrently if not exists ", 1))
    except asyncpg.UniqueViolationError:
        await _drop_broken(connection, name)
        raise


async def _drop_broken(connection: Any, name: str) -> None:
    if await connection.fetchval(_BROKEN, name):
        await connection.execute(f"drop index concurrently if exists {quoted(name)}")
