"""The search table laid out anew beside the old one, where that is quicker than to bring in row by row.

Row by row, each record costs some fifty insertions into indexes that are in use. Here the rows are written without any
index by two connections, the indexes are built at once, and the new table takes the old one's place. Until then the old
one answers. Whoever writes meanwhile notes in ``search_todo`` what has changed: ``search_build`` tells them to.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from visavis.catalogue import Catalogue, Object
from visavis.records.indexing import (
    COLUMNS,
    ONE_BUILDER,
    bring_in,
    is_searchable,
    is_waiting,
    noted_words,
    rows_sql,
    waiting,
)
from visavis.store import Database, Tx
from visavis.store.db import quoted
from visavis.store.failures import LockTimeout

FEWEST = 50_000
_AT_ONCE, _IN_A_ROW = 5_000, 10
_PIECE = 20_000
_FEW_CHANGED = 5_000
_PAUSE = 0.3
_TRIES = 300
_WORKERS = 2
_LOCK_WAIT = "set local lock_timeout = '300ms'"
T = TypeVar("T")
Tell = Callable[[int, int], Awaitable[None]]
Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Span:
    """The records of a type from one id to another, both included."""

    object: str
    low: int
    high: int


async def catch_up(db: Database, catalogue: Catalogue, tell: Tell) -> int:
    """Bring in all that waits, the quicker way; how many. Where others are at it as well, their end is waited for."""
    done = 0
    while left := await _left(db):
        await tell(done, done + left)
        if await _is_worth_it(db):
            done += await _build(db, catalogue, tell)
        for _ in range(_IN_A_ROW):
            async with db.transaction() as tx:
                brought = await bring_in(tx, catalogue, _AT_ONCE)
            if not brought:
                break
            done += brought
            await tell(done, max(done, left))
        else:
            continue
        await asyncio.sleep(_PAUSE if await _left(db) else 0)
    return done


async def _left(db: Database) -> int:
    async with db.transaction(readonly=True) as tx:
        return await waiting(tx) + int(await is_waiting(tx))


async def _is_worth_it(db: Database) -> bool:
    async with db.transaction(readonly=True) as tx:
        return await worthwhile(tx)


async def worthwhile(tx: Tx) -> bool:
    """Whether so many records wait that the table is better laid out anew."""
    many = await waiting(tx)
    if many < FEWEST:
        return False
    there: int = await tx.value("select count(*) from (select from search limit $1) s", 2 * many + 1)
    return there <= 2 * many


async def _build(db: Database, catalogue: Catalogue, tell: Tell) -> int:
    async with db.aside() as leader:
        await leader.execute(f"select pg_advisory_xact_lock({ONE_BUILDER})")
        spans = await _patiently(db, _begin) if await _is_worth_it(db) else []
        if not spans:
            return 0
        done = await _laid(db, catalogue, spans, tell)
        await _in_one(db, _copy)
        await _index(db)
        await _patiently(db, _swap)
        return done


async def _patiently(db: Database, work: Callable[[Tx], Awaitable[T]]) -> T:
    """For what locks the table: others are not kept waiting long, so it is tried again and again."""
    for _ in range(_TRIES):
        try:
            return await _in_one(db, work)
        except LockTimeout:
            await asyncio.sleep(_PAUSE)
    return await _in_one(db, work)


async def _in_one(db: Database, work: Callable[[Tx], Awaitable[T]]) -> T:
    async with db.transaction() as tx:
        return await work(tx)


async def _begin(tx: Tx) -> list[Span]:
    """What the build takes on; none, and there is none, where all that waits is scattered.

    Whoever has written to the table before has committed, whoever does so later sees that a build is under way. Spans
    go to a table of their own, since others make theirs wider.
    """
    await tx.execute(f"{_LOCK_WAIT}; lock table search in share row exclusive mode")
    for fill in await tx.rows("delete from search_fill returning object, upto"):
        ids = f"select max(id) as high from {quoted(fill['object'])}"
        whole = f"insert into search_build select $1, $2::bigint + 1, high from ({ids}) i where high > $2::bigint"
        await tx.execute(whole, fill["object"], fill["upto"])
    await tx.execute(
        "with taken as (delete from search_span returning object, low, high)"
        " insert into search_build select object, low, high from taken"
    )
    await tx.execute(
        "with many as (select object, min(record_id) as low, max(record_id) as high from search_todo group by object"
        " having count(*) >= $1), gone as (delete from search_todo where object in (select object from many))"
        " insert into search_build select object, low, high from many",
        FEWEST,
    )
    spans = [Span(**row) for row in await tx.rows("select object, low, high from search_build")]
    if spans:
        await tx.execute("drop table if exists search_next")
        await tx.execute("create table search_next (like search including defaults) with (autovacuum_enabled = off)")
    return spans


def united(spans: Iterable[Span]) -> list[Span]:
    """The same records, none of them twice."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.object, s.low)):
        if found and found[-1].object == span.object and span.low <= found[-1].high + 1:
            found[-1] = Span(span.object, found[-1].low, max(found[-1].high, span.high))
        else:
            found.append(span)
    return found


async def _laid(db: Database, catalogue: Catalogue, spans: Sequence[Span], tell: Tell) -> int:
    """Write the rows of all spans; how many."""
    known = [s for s in united(spans) if s.object in catalogue.by_name and is_searchable(catalogue.by_name[s.object])]
    pieces = [piece for span in known for piece in await _pieces(db, span)]
    total, done = len(pieces) * _PIECE, 0

    async def write(piece: Span) -> None:
        nonlocal done
        async with db.transaction() as tx:
            written = await _write(tx, catalogue.by_name[piece.object], piece)
        done += written
        await tell(done, total)

    await _by_all([partial(write, piece) for piece in pieces])
    return done


async def _pieces(db: Database, span: Span) -> list[Span]:
    found, low = [], span.low
    async with db.transaction(readonly=True) as tx:
        part = f"select id from {quoted(span.object)} where id between $1 and $2 order by id limit {_PIECE}"
        while (last := await tx.value(f"select max(id) from ({part}) p", low, span.high)) is not None:
            found.append(Span(span.object, low, last))
            low = last + 1
    return found


async def _write(tx: Tx, obj: Object, piece: Span) -> int:
    await tx.execute("set local synchronous_commit = off")
    written: int = await tx.value(
        f"with fresh as (insert into search_next ({COLUMNS}) {rows_sql(obj, 't.id between $1 and $2')}"
        f" returning folded), met as ({noted_words('fresh')}) select count(*) from fresh",
        piece.low,
        piece.high,
    )
    return written


async def _copy(tx: Tx) -> None:
    """The rows of all that did not wait."""
    await tx.execute("set local work_mem = '64MB'; set local synchronous_commit = off; analyze search_next")
    await tx.execute(
        f"insert into search_next ({COLUMNS}) select {COLUMNS} from search s"
        " where not exists (select from search_next n where n.record_id = s.record_id)"
    )
    await tx.execute("analyze search_next")


async def _index(db: Database) -> None:
    """The indexes of the old table for the new one, the dear ones first."""
    rows = await db.rows(
        "select indexname, indexdef from pg_indexes where schemaname = current_schema() and tablename = 'search'"
        " order by indexdef not like '% USING gin %', indexname"
    )

    async def create(name: str, definition: str) -> None:
        wanted = re.sub(r" INDEX \S+ ON (\S+\.)?search ", f" INDEX {_next(name)} ON search_next ", definition, count=1)
        async with db.transaction() as tx:
            await tx.execute(wanted)

    await _by_all([partial(create, row["indexname"], row["indexdef"]) for row in rows])


def _next(index: str) -> str:
    return index.replace("search_", "search_next_", 1)


async def _by_all(work: list[Work]) -> None:
    """Work that is shared by so many connections; the first error ends it all."""
    left = list(reversed(work))

    async def help_out() -> None:
        while left:
            await left.pop()()

    tasks = [asyncio.create_task(help_out()) for _ in range(_WORKERS)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _swap(tx: Tx) -> None:
    await tx.execute(f"{_LOCK_WAIT}; lock table search in access exclusive mode")
    await _follow(tx)
    shape = "select indexname from pg_indexes where schemaname = current_schema() and tablename = 'search'"
    names = [row["indexname"] for row in await tx.rows(shape)]
    await tx.execute("drop table search; alter table search_next rename to search")
    for name in names:
        await tx.execute(f"alter index {_next(name)} rename to {name}")
    await tx.execute(
        "alter table search add constraint search_pkey primary key using index search_pkey;"
        " alter table search reset (autovacuum_enabled); delete from search_build"
    )


async def _follow(tx: Tx) -> None:
    """What has changed meanwhile is taken from the old table. Very much of it is left to be brought in afterwards."""
    gone = "delete from search_next n using search_todo d where n.record_id = d.record_id"
    if await tx.value("select count(*) from search_todo") > _FEW_CHANGED:
        await tx.execute(f"{gone} and not exists (select from search s where s.record_id = d.record_id)")
        return
    await tx.execute(gone)
    await tx.execute(
        f"insert into search_next ({COLUMNS}) select {COLUMNS} from search"
        " where record_id in (select record_id from search_todo)"
    )
