"""Each entered value with its source: who said it, when, by which door, and who has checked it since."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from visavis import access
from visavis.catalogue import Field, Object
from visavis.kernel.errors import Conflict, FieldError, Invalid
from visavis.records.context import Context
from visavis.records.reading import read
from visavis.records.writing import permitted
from visavis.store import Row

_SAID = """
with said as (
    select distinct on (k.name) k.name, e.at, e.actor_id, e.door, e.batch_id
    from event e cross join lateral jsonb_object_keys(e.changes) k (name)
    where e.record_id = $1 and e.kind = 'updated' order by k.name, e.seq desc
), made as (
    select '' as name, at, actor_id, door, batch_id from event
    where record_id = $1 and kind = 'created' order by seq desc limit 1
)
select s.*, u.name as actor, b.kind as batch, b.facts ->> 'filename' as filename
from (select * from said union all select * from made) s
left join "user" u on u.id = s.actor_id left join batch b on b.id = s.batch_id
"""
_CHECKED = """
select distinct on (v.field) v.field as name, v.at, v.actor_id, u.name as actor
from verification v left join "user" u on u.id = v.actor_id
where v.record_id = $1 order by v.field, v.at desc
"""


async def facts(ctx: Context, object_name: str, record_id: int) -> dict[str, Any]:
    """The entered fields that have a value and that the actor may see.

    ``{"data": [{field, value, since, author, source: {door, kind, file}, verified: {at, by}, due}]}``. ``since`` is
    when the value was written, ``due`` when it has to be checked again; null where nothing asks for it.
    """
    record = json.loads((await read(ctx, object_name, record_id)).body)
    obj = ctx.catalogue.object(object_name)
    said = {row["name"]: row for row in await ctx.tx.rows(_SAID, record_id)}
    checked = {row["name"]: row for row in await ctx.tx.rows(_CHECKED, record_id)}
    shown = [f for f in access.readable(ctx.actor, obj) if f.kind == "entered" and record[f.name] is not None]
    return {"data": [_fact(f, record[f.name], said.get(f.name) or said.get(""), checked.get(f.name)) for f in shown]}


def _fact(field: Field, value: Any, said: Row | None, checked: Row | None) -> dict[str, Any]:
    source = said and {"door": said["door"], "kind": said["batch"], "file": said["filename"]}
    holds = checked and said and checked["at"] >= said["at"]
    verified = {"at": checked["at"], "by": _who(checked)} if checked and holds else None
    last: datetime | None = verified["at"] if verified else said["at"] if said else None
    return {
        "field": field.name,
        "value": value,
        "since": said and said["at"],
        "author": said and _who(said),
        "source": source,
        "verified": verified,
        "due": _due(field, last),
    }


def _who(row: Row) -> dict[str, Any] | None:
    return {"id": row["actor_id"], "title": row["actor"] or f"#{row['actor_id']}"} if row["actor_id"] else None


def _due(field: Field, last: datetime | None) -> datetime | None:
    return last + timedelta(days=field.verify_every) if field.verify_every and last else None


async def verify(ctx: Context, object_name: str, record_id: int, names: Sequence[str]) -> dict[str, Any]:
    """Write down that the actor has found these values still right; the facts then.

    Whoever may change the record may say so. ``Invalid`` names fields that are
    not people's to fill in, ``Conflict`` those that are empty.
    """
    obj = ctx.catalogue.object(object_name)
    await permitted(ctx, obj, record_id, "update")
    record = json.loads((await read(ctx, object_name, record_id)).body)
    known = {f.name for f in access.readable(ctx.actor, obj) if f.kind == "entered"}
    if unknown := [_unknown(obj, name) for name in dict.fromkeys(names) if name not in known]:
        raise Invalid("Some fields cannot be verified; nothing was saved.", errors=unknown)
    if empty := [_empty(name) for name in dict.fromkeys(names) if record[name] is None]:
        raise Conflict("Some fields have no value to verify; nothing was saved.", errors=empty)
    await ctx.tx.execute(
        "insert into verification (record_id, field, at, actor_id) select $1, n, $3, $4 from unnest($2::text[]) n",
        record_id,
        list(dict.fromkeys(names)),
        ctx.now,
        ctx.actor.user_id,
    )
    return await facts(ctx, object_name, record_id)


def _unknown(obj: Object, name: str) -> FieldError:
    return FieldError(name, "unknown", f"{obj.name} has no field '{name}' to verify.", "Choose an entered field.")


def _empty(name: str) -> FieldError:
    return FieldError(name, "empty", "There is no value to verify.", "Fill it in instead.")
