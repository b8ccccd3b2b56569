"""The event log: one row for each write, in the transaction of the write."""

from __future__ import annotations

import json
from typing import Any

from visavis.records.context import Context
from visavis.store.db import channel_of

KINDS = ("created", "updated", "deleted", "restored", "purged")

_APPEND = """
with written as (
    insert into event (actor_id, door, object, record_id, kind, changes, batch_id)
    values ($1, $2, $3, $4, $5, $6, $7) returning seq, object, record_id, kind
)
select seq, pg_notify($8, json_build_object('seq', seq, 'object', object, 'id', record_id, 'kind', kind)::text)
from written
"""


async def append(
    ctx: Context, object_name: str, record_id: int, kind: str, changes: dict[str, list[Any]] | None = None
) -> int:
    """Write one event and tell the listeners on commit; its place in the log.

    ``changes`` is ``{"field": [old, new]}``. A created record has none: its first values follow from the later changes.
    """
    seq: int = await ctx.tx.value(
        _APPEND,
        ctx.actor.user_id,
        ctx.door,
        object_name,
        record_id,
        kind,
        changes,
        ctx.batch_id,
        channel_of(ctx.tx.schema, "event"),
    )
    return seq


async def append_many(ctx: Context, object_name: str, kind: str, source: str, *args: Any) -> int:
    """Write one event for each row of ``source``, an SQL query of ``(record_id, changes)``; how many there were.

    Listeners get one notification for the whole batch.
    """
    place = len(args)
    written = await ctx.tx.execute(
        "insert into event (actor_id, door, object, record_id, kind, changes, batch_id)"
        f" select ${place + 1}::bigint, ${place + 2}::text, ${place + 3}::text, s.record_id, ${place + 4}::text,"
        f" s.changes, ${place + 5}::bigint from ({source}) s (record_id, changes)",
        *args,
        ctx.actor.user_id,
        ctx.door,
        object_name,
        kind,
        ctx.batch_id,
    )
    if written:
        await ctx.tx.notify("event", json.dumps({"object": object_name, "kind": kind, "count": written}))
    return written
