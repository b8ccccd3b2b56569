"""A merge before it is done: every value there is to choose from, where it came from, and what would move."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from visavis import access
from visavis.catalogue import Field, Object
from visavis.records import merge_plan
from visavis.records.context import Context
from visavis.records.merge_plan import UNION, Plan, Source, Wanted
from visavis.records.moving import references
from visavis.records.reading import read
from visavis.store.db import quoted

MOST_COUNTED = 100_000
Facts = dict[str, Any]

_SOURCES = """
select distinct on (e.record_id, k.name) e.record_id, k.name, e.at, e.door, e.actor_id, u.name as actor
from event e left join "user" u on u.id = e.actor_id,
    lateral (
        select jsonb_object_keys(e.changes) as name where e.kind = 'updated'
        union all select '' where e.kind = 'created'
    ) k
where e.record_id = any($1::bigint[]) order by e.record_id, k.name, e.seq desc
"""


async def preview(ctx: Context, wanted: Wanted) -> Facts:
    """What the merge would make of the records, as far as the actor may see; nothing is written."""
    await merge_plan.together(ctx, wanted, lock=False)
    plan = await merge_plan.plan(ctx, wanted)
    bodies = {i: json.loads((await read(ctx, wanted.object, i)).body) for i in wanted.ids}
    sources = await _sources(ctx, wanted.ids)
    return {
        "object": wanted.object,
        "keep": wanted.keep,
        "records": [{k: bodies[i][k] for k in ("id", "title", "version", "updated_at")} for i in wanted.ids],
        "fields": [_field(f, plan, bodies, sources, _may_choose(ctx, plan.obj, f)) for f in _shown(ctx, plan.obj)],
        "moves": await _moves(ctx, plan),
        "others": _may_be_others(ctx, plan.obj),
        "conflicts": [
            {"kind": o.kind, "object": o.object, "field": o.field, "ids": await _seen(ctx, o.object, o.ids)}
            for o in plan.obstacles
            if o.object != plan.obj.name or o.field in {f.name for f in _shown(ctx, plan.obj)}
        ],
    }


def _shown(ctx: Context, obj: Object) -> list[Field]:
    visible = {f.name for f in access.readable(ctx.actor, obj)}
    return [f for f in merge_plan.merged_fields(obj) if f.name in visible]


def _may_choose(ctx: Context, obj: Object, field: Field) -> bool:
    return field.name in {f.name for f in access.writable(ctx.actor, obj)}


async def _sources(ctx: Context, ids: Sequence[int]) -> Mapping[tuple[int, str], Facts]:
    rows = await ctx.tx.rows(_SOURCES, list(ids))
    return {
        (row["record_id"], row["name"]): {
            "at": row["at"],
            "door": row["door"],
            "actor": {"id": row["actor_id"], "title": row["actor"]} if row["actor_id"] else None,
        }
        for row in rows
    }


_UNKNOWN: Facts = {"at": None, "door": None, "actor": None}


def _field(
    field: Field, plan: Plan, bodies: Mapping[int, Facts], sources: Mapping[tuple[int, str], Facts], writable: bool
) -> Facts:
    name, ids = field.name, plan.wanted.ids
    candidates = [
        {"id": i, "value": bodies[i][name], **(sources.get((i, name)) or sources.get((i, "")) or _UNKNOWN)} for i in ids
    ]
    return {
        "name": name,
        "from": _from(plan.sources[name]),
        "value": _value(plan, name, bodies),
        "differs": any(c["value"] != candidates[0]["value"] for c in candidates),
        "writable": writable,
        "blocked": sorted(i for o in plan.obstacles if o.kind == "circle" and o.field == name for i in o.ids),
        "candidates": candidates,
    }


def _from(source: Source) -> Any:
    return {"union": True} if source == UNION else source


def _value(plan: Plan, name: str, bodies: Mapping[int, Facts]) -> Any:
    source = plan.sources[name]
    if source is None or source == UNION:
        return plan.result(name)
    return bodies[int(source)][name]


async def _moves(ctx: Context, plan: Plan) -> list[Facts]:
    """For each link the rows that the actor may see, live ones, counted up to a limit."""
    found = [
        {"object": obj.name, "field": field.name, **await _count(ctx, obj, field, plan.wanted)}
        for obj, field in _seen_links(ctx, plan.obj)
    ]
    for table, column in references(ctx):
        count = await ctx.tx.value(
            f"select count(*) from (select from {quoted(table)} where {quoted(column)} = any($1::bigint[]) limit $2) f",
            plan.wanted.losers,
            MOST_COUNTED,
        )
        found.append({"object": table, "field": column, "count": count, "capped": count == MOST_COUNTED})
    return [move for move in found if move["count"]]


def _seen_links(ctx: Context, obj: Object) -> Iterator[tuple[Object, Field]]:
    for other, field in merge_plan.pointing(ctx, obj.name):
        known = other.name in ctx.catalogue.by_name and access.can(ctx.actor, other, "read")
        if known and field in access.readable(ctx.actor, other):
            yield other, field


async def _count(ctx: Context, obj: Object, field: Field, wanted: Wanted) -> Facts:
    params: list[Any] = [wanted.losers, list(wanted.ids), MOST_COUNTED]
    allowed = access.predicate(ctx.actor, ctx.catalogue, obj, "read", "t", params)
    own = "t.id <> all($2::bigint[])" if obj.name == wanted.object else "$2::bigint[] is not null"
    count = await ctx.tx.value(
        f"select count(*) from (select from {quoted(obj.name)} t where t.{quoted(field.name)} = any($1::bigint[])"
        f" and t.deleted_at is null and {own} and {allowed} limit $3) f",
        *params,
    )
    return {"count": count, "capped": count == MOST_COUNTED}


def _may_be_others(ctx: Context, obj: Object) -> bool:
    """Whether rows could move that the actor does not see. It follows from the role alone and tells nothing of rows."""
    return any(
        access.reach(ctx.actor, other, "read") != "all" or field not in access.readable(ctx.actor, other)
        for other, field in merge_plan.pointing(ctx, obj.name)
    )


async def _seen(ctx: Context, object_name: str, ids: Sequence[int]) -> list[int]:
    obj = ctx.catalogue.by_name.get(object_name)
    if obj is None or not access.can(ctx.actor, obj, "read"):
        return []
    params: list[Any] = [list(ids)]
    allowed = access.predicate(ctx.actor, ctx.catalogue, obj, "read", "t", params)
    rows = await ctx.tx.rows(
        f"select t.id from {quoted(obj.name)} t where t.id = any($1::bigint[]) and {allowed} order by t.id", *params
    )
    return [row["id"] for row in rows]


async def titles(ctx: Context, object_name: str, ids: Sequence[int]) -> list[Facts]:
    """``{id, title}`` of those records that the actor may see, trash included, in the order given."""
    seen = set(await _seen(ctx, object_name, ids))
    bodies = [json.loads((await read(ctx, object_name, each)).body) for each in ids if each in seen]
    return [{"id": body["id"], "title": body["title"]} for body in bodies]


async def kept(ctx: Context, left: Sequence[Facts]) -> list[Facts]:
    """What an undo left alone, as far as the actor may see it."""
    found = []
    for one in left:
        obj = ctx.catalogue.by_name.get(one["object"])
        if obj is None:
            found.append({**one, "title": None})
            continue
        visible = {f.name for f in access.readable(ctx.actor, obj)}
        shown = await titles(ctx, obj.name, [one["id"]])
        if shown:
            fields = [name for name in one["fields"] if name in visible]
            found.append({**one, "fields": fields, "title": shown[0]["title"]})
    return found
