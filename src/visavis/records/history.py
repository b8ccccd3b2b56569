"""What happened to a record, and around it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from visavis import access
from visavis.catalogue import Object
from visavis.fields import type_of
from visavis.kernel.errors import Conflict
from visavis.kernel.money import plain
from visavis.kernel.paging import decode_cursor, encode_cursor
from visavis.records.context import Context
from visavis.records.query import build, guarded
from visavis.records.reading import read
from visavis.store import Row
from visavis.store.build import Build, is_reference, wire
from visavis.store.db import quoted

PAGE = 50
FILES = "$files"

_KIND = """
case when e.changes ? 'merged_into' then 'merged' when e.changes ? 'merged_from' is not true then e.kind
    when e.changes -> 'merged_from' ->> 0 is null then 'merged' else 'unmerged' end
"""
_HISTORY = f"""
select e.seq, e.at, e.actor_id, u.name as actor, e.door, {_KIND} as kind, e.changes, e.batch_id,
    b.undone_at is not null as undone
from event e left join "user" u on u.id = e.actor_id left join batch b on b.id = e.batch_id
where e.record_id = $1 and ($2::bigint is null or e.seq < $2) order by e.seq desc limit $3
"""


async def history(ctx: Context, object_name: str, record_id: int, cursor: str | None = None) -> dict[str, Any]:
    """The events of a record, newest first, with the old and new values of the fields that the actor may see."""
    await read(ctx, object_name, record_id)
    obj = ctx.catalogue.object(object_name)
    with guarded(cursor):
        rows = await ctx.tx.rows(_HISTORY, record_id, _before(cursor), PAGE + 1)
    visible = _visible(ctx, obj)
    data = [_event(row, visible) for row in rows[:PAGE]]
    await _name_links(ctx, obj, data)
    await _name_merged(ctx, obj, rows, data)
    return {"data": data, "next": encode_cursor([data[-1]["seq"]]) if len(rows) > PAGE else None}


def _before(cursor: str | None) -> int | None:
    place = decode_cursor(cursor, 1)[0] if cursor else None
    if place is not None and not isinstance(place, int):
        raise Conflict("The cursor belongs to another list. Start again from the first page.")
    return place


def _visible(ctx: Context, obj: Object) -> Mapping[str, str]:
    """How each value that the actor may see travels, by field."""
    return {f.name: type_of(f).wire for f in access.readable(ctx.actor, obj)} | {"external_id": "plain", FILES: "plain"}


def _changes(row: Row, visible: Mapping[str, str]) -> dict[str, list[Any]]:
    changes = (row["changes"] or {}).items()
    return {name: [shown_value(value, visible[name]) for value in pair] for name, pair in changes if name in visible}


def shown_value(value: Any, wire: str) -> Any:
    """The log keeps the digits of the column; a record shows as many as there are."""
    if value is None or wire not in ("money", "text"):
        return value
    if wire == "money":
        return {**value, "amount": plain(Decimal(value["amount"]))}
    return value.rstrip("0").rstrip(".") if "." in value else value


def _event(row: Row, visible: Mapping[str, str]) -> dict[str, Any]:
    actor = {"id": row["actor_id"], "title": row["actor"]} if row["actor_id"] else None
    changes = _changes(row, visible)
    return {
        "seq": row["seq"],
        "at": row["at"],
        "actor": actor,
        "door": row["door"],
        "kind": row["kind"],
        "changes": changes,
        "merge": None,
    }


async def _name_merged(ctx: Context, obj: Object, rows: Sequence[Row], data: list[dict[str, Any]]) -> None:
    """With which records it became one, as far as the actor may see them, and by which merge."""
    ids = [_merged_ids(row) for row in rows[: len(data)]]
    if not any(ids):
        return
    titles = await titles_of(ctx, {obj.name: {i for some in ids for i in some}})
    for event, row, some in zip(data, rows, ids, strict=False):
        if some:
            records = [titles[obj.name, i] for i in some if (obj.name, i) in titles]
            event["merge"] = {"id": row["batch_id"], "undone": row["undone"], "records": records}


def _merged_ids(row: Row) -> list[int]:
    """Those that came to this record or left it again, or the one that this record went to."""
    changes = row["changes"] or {}
    came, left = changes.get("merged_from", (None, None))
    _, into = changes.get("merged_into", (None, None))
    return came or left or ([into] if into else [])


async def _name_links(ctx: Context, obj: Object, data: list[dict[str, Any]]) -> None:
    """Ids in the changes of links become ``{id, title}``; those that the actor may not see become null."""
    links = {f.name: str(f.target) for f in obj.entered if is_reference(f)}
    wanted: dict[str, set[int]] = {}
    for event in data:
        for name, pair in event["changes"].items():
            if name in links:
                wanted.setdefault(links[name], set()).update(v for v in pair if v is not None)
    titles = await titles_of(ctx, wanted)
    for event in data:
        for name in event["changes"].keys() & links.keys():
            event["changes"][name] = [titles.get((links[name], v)) for v in event["changes"][name]]


async def titles_of(ctx: Context, wanted: Mapping[str, set[int]]) -> dict[tuple[str, int], dict[str, Any]]:
    """By type and id, in one statement for all types."""
    if not wanted:
        return {}
    statement = build(ctx)
    parts = [_named(statement, ctx.catalogue.object(name), ids) for name, ids in wanted.items()]
    rows = await ctx.tx.rows(" union all ".join(parts), *statement.params)
    return {(row["object"], row["id"]): {"id": row["id"], "title": row["title"]} for row in rows}


def _named(statement: Build, obj: Object, ids: set[int]) -> str:
    allowed = statement.allow(obj, "t", statement.params)
    chosen = statement.bind([str(i) for i in sorted(ids)], "bigint[]")
    return (
        f"select '{obj.name}'::text as object, t.id, {statement.title(obj, 't')} as title"
        f" from {quoted(obj.name)} t where t.id = any({chosen}) and {allowed}"
    )


# A file that comes or goes is no write of the record: its version stays.
_LATEST = f"""
select kind, changes from event where record_id = $1 and kind <> 'created' and changes ? '{FILES}' is not true
order by seq desc limit $2
"""


async def before_writes(ctx: Context, obj: Object, record_id: int, writes: int) -> dict[str, Any] | None:
    """The values, as far as the actor may see them, that the last so many writes replaced; None if the log is shorter.

    A field that is not named was not changed.
    """
    if not 0 < writes <= PAGE:
        return None
    rows = await ctx.tx.rows(_LATEST, record_id, writes)
    visible = _visible(ctx, obj)
    changed = {name: pair for row in rows for name, pair in _changes(row, visible).items()}
    await _name_links(ctx, obj, [{"changes": changed}])
    return {name: old for name, (old, _) in changed.items()} if len(rows) == writes else None


async def timeline(ctx: Context, object_name: str, record_id: int, cursor: str | None = None) -> dict[str, Any]:
    """What stands around a record in time, newest first: activities, deals, invoices, payments, and its own events.

    One statement, one more to name the links that were changed; each related type brings at most one page.
    """
    await read(ctx, object_name, record_id)
    return await around(ctx, object_name, record_id, cursor)


async def around(ctx: Context, object_name: str, record_id: int, cursor: str | None = None) -> dict[str, Any]:
    """The timeline of a record that the actor is known to see."""
    statement = build(ctx)
    after = decode_cursor(cursor, 2) if cursor else None
    parts = [_own_events(statement, record_id, after)]
    parts += [_related(statement, obj, field, record_id, after) for obj, field in _around(ctx, statement, object_name)]
    sql = (
        "select at, object, id, kind, title, amount::text as amount, changes, key"
        f" from ({' union all '.join(parts)}) around order by at desc, key desc limit {PAGE + 1}"
    )
    with guarded(cursor):
        rows = await ctx.tx.rows(sql, *statement.params)
    obj = ctx.catalogue.object(object_name)
    visible = _visible(ctx, obj)
    data = [_entry(row, visible) for row in rows[:PAGE]]
    await _name_links(ctx, obj, data)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return {"data": data, "next": encode_cursor([last["at"].isoformat(), last["key"]]) if last else None}


def _entry(row: Row, visible: Mapping[str, str]) -> dict[str, Any]:
    amount = json.loads(row["amount"]) if row["amount"] else None
    shown = {k: row[k] for k in ("at", "object", "id", "kind", "title")}
    return shown | {"amount": amount, "changes": _changes(row, visible)}


def _around(ctx: Context, statement: Build, object_name: str) -> list[tuple[Object, str]]:
    relations = [(ctx.catalogue.object(r.object), r.field) for r in ctx.catalogue.relations_to(object_name)]
    seen = [(o, f) for o, f in relations if o.timeline and access.can(ctx.actor, o, "read")]
    return [(o, f) for o, f in seen if {f, str(o.timeline)} <= statement.visible(o).keys()]


def _own_events(statement: Build, record_id: int, after: list[Any] | None) -> str:
    """Keys of events are odd, those of records even, so that no two entries share one."""
    key = "(e.seq * 2 + 1)"
    return (
        f"(select e.at, e.object, e.record_id as id, {_KIND} as kind, ''::text as title, null::json as amount,"
        f" e.changes, {key} as key from event e where e.record_id = {statement.bind(str(record_id), 'bigint')}"
        f" and {_older(statement, 'e.at', key, after)} order by e.at desc, e.seq desc limit {PAGE + 1})"
    )


def _related(statement: Build, obj: Object, field: str, record_id: int, after: list[Any] | None) -> str:
    alias = statement.alias()
    key = f"({alias}.id * 2)"
    moment = f"({alias}.{quoted(str(obj.timeline))})::timestamptz"
    visible = statement.visible(obj)
    kind = f"{alias}.kind" if "kind" in visible else "null::text"
    money = next((f for f in visible.values() if type_of(f).wire == "money" and not f.derived), None)
    amount = f"({wire(statement, money, alias)})" if money else "null::json"
    allowed = statement.below(obj, alias, statement.params, field)
    return (
        f"(select {moment} as at, '{obj.name}' as object, {alias}.id, {kind} as kind,"
        f" {statement.title(obj, alias)} as title, {amount} as amount, null::jsonb as changes, {key} as key"
        f" from {statement.rows(obj, alias)}"
        f" where {alias}.{quoted(field)} = {statement.bind(str(record_id), 'bigint')} and {alias}.deleted_at is null"
        f" and {moment} is not null and {allowed} and {_older(statement, moment, key, after)}"
        f" order by {moment} desc, {alias}.id desc limit {PAGE + 1})"
    )


def _older(statement: Build, moment: str, key: str, after: list[Any] | None) -> str:
    if after is None:
        return "true"
    at, last = statement.bind(str(after[0]), "timestamptz"), statement.bind(str(after[1]), "bigint")
    return f"({moment}, {key}) < ({at}, {last})"
