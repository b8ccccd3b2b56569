"""A record with what stands around it: its related lists, each with its first rows, and its timeline."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from visavis import access
from visavis.catalogue import Field, Object
from visavis.kernel.clock import iso
from visavis.records.context import Context
from visavis.records.history import around
from visavis.records.query import build, chosen
from visavis.records.reading import Read
from visavis.store.build import Build, is_reference, projection
from visavis.store.db import quoted
from visavis.store.order import keys

MOST_LISTS = 20
SHOWN = 5
COUNTED = 1_000


async def page_of(ctx: Context, object_name: str, found: Read) -> Read:
    """``{"record", "related": [{"object", "field", "count", "data"}], "timeline": {"data", "next"}}`` as JSON.

    The record is one that the actor has read. Four statements at most: all related lists are one. Each has the first
    five rows in the order of its type, and a count up to a thousand; lists that the actor may not read are left out.
    """
    related = await _related(ctx, object_name, found.id)
    timeline = json.dumps(await around(ctx, object_name, found.id), default=_moment, ensure_ascii=False)
    body = f'{{"record":{found.body.decode()},"related":{related},"timeline":{timeline}}}'
    return replace(found, body=body.encode())


def _moment(value: Any) -> str:
    assert isinstance(value, datetime)
    return iso(value)


async def _related(ctx: Context, object_name: str, record_id: int) -> str:
    statement = build(ctx)
    heads = [_head(statement, obj, field, record_id) for obj, field in _lists(ctx, statement, object_name)]
    if not heads:
        return "[]"
    await ctx.tx.for_any_values()
    return str(await ctx.tx.value(f"select json_build_array({', '.join(heads)})::text", *statement.params))


def _lists(ctx: Context, statement: Build, object_name: str) -> list[tuple[Object, str]]:
    """The types that point at the record by a field that the actor may see."""
    relations = [(ctx.catalogue.object(r.object), r.field) for r in ctx.catalogue.relations_to(object_name)]
    seen = [(o, f) for o, f in relations if access.can(ctx.actor, o, "read") and f in statement.visible(o)]
    return seen[:MOST_LISTS]


def _telling(statement: Build, obj: Object, field: str) -> list[Field]:
    """What a list of the type shows, with one link of its own; three where the row is a tie. Each link is a lookup."""
    visible = statement.visible(obj)
    also = [visible[name] for name in (*obj.title, *(obj.period or ())) if name in visible]
    listed = list({f.name: f for f in [*chosen(statement, obj, ()), *also]}.values())
    links = [f for f in listed if is_reference(f) and f.type != "user" and f.name != field]
    return [f for f in listed if not is_reference(f)] + links[: 3 if obj.period else 1]


def _head(statement: Build, obj: Object, field: str, record_id: int) -> str:
    """One related list as JSON. All its rows are read once, for the order as for the count."""
    alias = statement.alias()
    allowed = statement.below(obj, alias, statement.params, field)
    wanted = statement.bind(str(record_id), "bigint")
    order = ", ".join(key.sql for key in keys(statement, obj, alias, ()))
    shown = projection(statement, obj, alias, _telling(statement, obj, field))
    number = "coalesce(max(n), 0)"
    return (
        f"(select json_build_object('object', '{obj.name}', 'field', '{field}',"
        f" 'count', json_build_object('value', least({number}, {COUNTED}), 'capped', {number} > {COUNTED}),"
        f" 'data', coalesce(json_agg(record), '[]')) from (select count(*) over () as n,"
        f" (select row_to_json(record) from (select {shown}) record) as record from {statement.rows(obj, alias)}"
        f" where {alias}.{quoted(field)} = {wanted} and {alias}.deleted_at is null and {allowed}"
        f" order by {order} limit {SHOWN}) rows)"
    )
