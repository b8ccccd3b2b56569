"""Sets of changes that can be taken back: what rows were before, and the way there.

A batch is one import, bulk edit or merge. Its rows are kept as they were (``to_jsonb``), in the transaction that
changes them. Undoing goes in chunks, one transaction each, and can be stopped and taken up again at any point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from visavis.kernel.errors import Conflict, NotFound
from visavis.records import reverting
from visavis.records.context import Context
from visavis.store import Row
from visavis.store.db import quoted

CHUNK = 5000
_COLUMNS = "id, kind, actor_id, at, facts, undo_below, undone_at, undone_by"


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that an undo left as it is, wholly or in these fields, and why.

    ``edited`` since, ``linked`` from elsewhere, its unique value ``taken``, a ``circle`` in a hierarchy, no ``access``.
    """

    table: str
    id: int
    reason: str
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Undone:
    """What one call of ``undo`` did; ``more`` says that there is work left."""

    restored: int = 0
    removed: int = 0
    kept: list[Kept] = field(default_factory=list)
    more: bool = False


async def begin(ctx: Context, kind: str, facts: Mapping[str, Any] | None = None) -> int:
    """A new, empty batch; work goes on in a ``Context`` with this ``batch_id``."""
    batch_id: int = await ctx.tx.value(
        "insert into batch (kind, actor_id, facts) values ($1, $2, $3) returning id",
        kind,
        ctx.actor.user_id,
        dict(facts or {}),
    )
    return batch_id


async def find(ctx: Context, batch_id: int, kind: str) -> Row:
    """The batch of that kind: ``{id, kind, actor_id, at, facts, undone_at, undone_by}``; or ``NotFound``."""
    row = await ctx.tx.row(f"select {_COLUMNS} from batch where id = $1 and kind = $2", batch_id, kind)
    if row is None:
        raise NotFound(f"There is no {kind} {batch_id}.")
    return row


async def keep(ctx: Context, table: str, condition: str, *args: Any) -> int:
    """Keep the rows ``t`` that are about to change, as they are now; how many are new to the batch.

    The first image of a row wins. Rows that the batch itself created need none.
    """
    place = len(args) + 1
    return await ctx.tx.execute(
        "insert into before_image (batch_id, table_name, id, image)"
        f" select ${place}::bigint, ${place + 1}::text, t.id, to_jsonb(t) from {quoted(table)} t where ({condition})"
        f" and (select e.seq from event e where e.record_id = t.id and e.batch_id + 0 = ${place}::bigint"
        " and e.kind = 'created' limit 1) is null on conflict do nothing",
        *args,
        _batch(ctx),
        table,
    )


async def made(ctx: Context, table: str, source: str, *args: Any) -> int:
    """Rows of a table without events (one that a slice keeps) that the batch made; ``source`` selects their ids."""
    place = len(args) + 1
    return await ctx.tx.execute(
        "insert into before_image (batch_id, table_name, id)"
        f" select ${place}::bigint, ${place + 1}::text, s.id from ({source}) s (id) on conflict do nothing",
        *args,
        _batch(ctx),
        table,
    )


def _batch(ctx: Context) -> int:
    assert ctx.batch_id is not None, "the context has no batch"
    return ctx.batch_id


async def undo(ctx: Context, batch_id: int, limit: int = CHUNK, *, freely: bool = False) -> Undone:
    """Take back up to ``limit`` rows of the batch; call again, each time in a new transaction, until not ``more``.

    ``ctx`` has the same ``batch_id``, so that its events are told from what others did since. Rows that nobody changed
    since are restored whole, except that ``version`` counts on: it is a lock token and never repeats. Of rows that
    were edited since, only the fields go back that still hold what the batch wrote. Created rows are removed unless
    they were edited or something else links to them. Rows that the actor may write neither as they are nor as they
    were are left alone, except with ``freely``: for what is linked to records that were merged.
    """
    row = await ctx.tx.row(f"select {_COLUMNS} from batch where id = $1 for update", batch_id)
    if row is None:
        raise NotFound("These changes are not known.")
    if row["undone_at"] is not None:
        raise Conflict("These changes are undone already.")
    done = Undone()
    images = await ctx.tx.rows(
        "select table_name, id from before_image where batch_id = $1 order by seq desc limit $2", batch_id, limit
    )
    if images:
        await _images(ctx, images, done, freely=freely)
        done.more = True
        return done
    return await _created(ctx, row, limit, done)


async def _images(ctx: Context, images: Sequence[Row], done: Undone, *, freely: bool) -> None:
    for table in dict.fromkeys(row["table_name"] for row in images):
        ids = [row["id"] for row in images if row["table_name"] == table]
        obj = ctx.catalogue.by_name.get(table)
        if obj is None:
            restored, kept = await reverting.rows(ctx, table, ids)
        else:
            restored, kept = await reverting.records(ctx, obj, ids, freely=freely)
        done.restored += restored
        done.kept += [Kept(table, *each) for each in kept]
        await ctx.tx.execute(
            "delete from before_image where batch_id = $1 and table_name = $2 and id = any($3::bigint[])",
            ctx.batch_id,
            table,
            ids,
        )


async def _created(ctx: Context, batch: Row, limit: int, done: Undone) -> Undone:
    """The last made go first: what hangs on a record goes before the record."""
    events = await ctx.tx.rows(
        "select seq, object, record_id from event where batch_id = $1 and kind = 'created'"
        " and ($2::bigint is null or seq < $2) order by seq desc limit $3",
        batch["id"],
        batch["undo_below"],
        limit,
    )
    for name in dict.fromkeys(row["object"] for row in events):
        ids = [row["record_id"] for row in events if row["object"] == name]
        removed, kept = await reverting.created(ctx, ctx.catalogue.object(name), ids)
        done.removed += removed
        done.kept += [Kept(name, *each) for each in kept]
    if events:
        await ctx.tx.execute("update batch set undo_below = $2 where id = $1", batch["id"], events[-1]["seq"])
        done.more = True
        return done
    await ctx.tx.execute(
        "update batch set undone_at = $2, undone_by = $3 where id = $1", batch["id"], ctx.now, ctx.actor.user_id
    )
    return done
