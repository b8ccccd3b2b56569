"""Which events an actor may hear of: the same row predicate as everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from visavis import access
from visavis.catalogue import Object
from visavis.records.context import Context
from visavis.store import quoted

MOST_EACH = 200
MOST_MISSED = 1_000
OVERLAP = 100
Event = dict[str, Any]


def gathered(events: Sequence[Mapping[str, Any]]) -> list[Event]:
    """Events as pages get them: ``{seq, object, id, kind}``. A batch, or more than a page can use, has id 0."""
    single: dict[str, list[Event]] = {}
    whole: dict[str, Event] = {}
    for event in events:
        name = event["object"]
        if "id" in event:
            single.setdefault(name, []).append({k: event[k] for k in ("seq", "object", "id", "kind")})
        else:
            whole[name] = {"seq": 0, "object": name, "id": 0, "kind": event["kind"]}
    for name, some in single.items():
        if len(some) > MOST_EACH:
            whole[name] = {"seq": some[-1]["seq"], "object": name, "id": 0, "kind": "updated"}
    return [*whole.values(), *(e for name, some in single.items() if name not in whole for e in some)]


async def to(ctx: Context, events: Sequence[Event]) -> list[Event]:
    """Those that the actor may hear of."""
    by_object: dict[str, list[Event]] = {}
    for event in events:
        by_object.setdefault(event["object"], []).append(event)
    found: list[Event] = []
    for name, some in by_object.items():
        obj = ctx.catalogue.by_name.get(name)
        if obj is not None and access.can(ctx.actor, obj, "read"):
            seen = await _seen(ctx, obj, {e["id"] for e in some if e["id"]})
            found += [e for e in some if e["id"] in seen or e["id"] == 0]
    return sorted(found, key=lambda e: e["seq"])


async def _seen(ctx: Context, obj: Object, ids: set[int]) -> set[int]:
    params: list[Any] = [sorted(ids)]
    allowed = access.predicate(ctx.actor, ctx.catalogue, obj, "read", "t", params)
    if not ids or allowed == "true":
        return ids
    rows = await ctx.tx.rows(
        f"select t.id from {quoted(obj.name)} t where t.id = any($1::bigint[]) and {allowed}", *params
    )
    return {row["id"] for row in rows}


async def since(ctx: Context, seq: int) -> list[Event]:
    """What a page missed; of very much only that every type may have changed.

    It may hear of a change twice: numbers are given before transactions commit.
    """
    rows = await ctx.tx.rows(
        "select seq, object, record_id as id, kind from event where seq > $1 order by seq limit $2",
        max(seq - OVERLAP, 0),
        MOST_MISSED + 1,
    )
    if len(rows) > MOST_MISSED:
        newest = await ctx.tx.value("select max(seq) from event")
        every = [{"seq": newest, "object": obj.name, "id": 0, "kind": "updated"} for obj in ctx.catalogue.objects]
        return await to(ctx, every)
    return await to(ctx, gathered([dict(row) for row in rows]))
