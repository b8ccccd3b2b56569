"""A record as it was: today's values, with every later change taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from visavis import access
from visavis.catalogue import Field, Object
from visavis.fields import type_of
from visavis.kernel.errors import NotFound
from visavis.records.context import Context
from visavis.records.history import shown_value, titles_of
from visavis.records.reading import read
from visavis.records.writing import kept_image
from visavis.store import Row
from visavis.store.build import is_reference
from visavis.store.db import quoted

_EVENTS = "select at, kind, changes from event where record_id = $1 order by seq desc"
_FAMILY_FIRST = re.compile("[가-힣一-鿿]")


async def as_of(ctx: Context, object_name: str, record_id: int, moment: datetime) -> dict[str, Any]:
    """The record with its entered fields as they were at that moment; what is worked out is left out.

    ``version`` is that of today. Masks and rights are those of today, too; ``NotFound`` for a moment before the record
    was there.
    """
    await read(ctx, object_name, record_id)
    obj = ctx.catalogue.object(object_name)
    fields = [f for f in access.readable(ctx.actor, obj) if f.kind == "entered"]
    image = kept_image(obj, [f.name for f in fields], external_id=True)
    row = await ctx.tx.row(
        f"select t.version, t.created_at, {image} as image from {quoted(obj.name)} t where t.id = $1", record_id
    )
    assert row is not None
    events = await ctx.tx.rows(_EVENTS, record_id)
    began = next((e["at"] for e in events if e["kind"] == "created"), row["created_at"])
    if moment < began:
        raise NotFound(f"There was no {obj.name} {record_id} yet.")
    kept = _rewound(json.loads(row["image"]), [e for e in events if e["at"] > moment])
    earlier = [e for e in events if e["at"] <= moment]
    values = {f.name: shown_value(kept[f.name], type_of(f).wire) for f in fields}
    await _name(ctx, fields, values)
    return {
        "id": record_id,
        "version": row["version"],
        "title": _title(obj, values) or f"#{record_id}",
        "external_id": kept["external_id"],
        "created_at": row["created_at"],
        "updated_at": earlier[0]["at"] if earlier else row["created_at"],
        "deleted_at": _deleted(earlier),
        **values,
    }


def _rewound(image: dict[str, Any], later: Sequence[Row]) -> dict[str, Any]:
    """Newest first, so that the oldest change has the last word."""
    for event in later:
        for name, (before, _) in (event["changes"] or {}).items():
            if name in image:
                image[name] = before
    return image


def _deleted(earlier: Sequence[Row]) -> datetime | None:
    last = next((e for e in earlier if e["kind"] in ("deleted", "restored")), None)
    return last["at"] if last and last["kind"] == "deleted" else None


async def _name(ctx: Context, fields: Sequence[Field], values: dict[str, Any]) -> None:
    """Links with their titles; those that lead out of sight are empty."""
    links = {f.name: str(f.target) for f in fields if is_reference(f) and values[f.name] is not None}
    wanted: dict[str, set[int]] = {}
    for name, target in links.items():
        wanted.setdefault(target, set()).add(values[name])
    found = await titles_of(ctx, wanted)
    for name, target in links.items():
        values[name] = found.get((target, values[name]))


def _title(obj: Object, values: Mapping[str, Any]) -> str:
    parts = [str(values[name]) for name in obj.title if values.get(name)]
    if len(parts) == 2 and _FAMILY_FIRST.match(parts[1]):
        return parts[1] + parts[0]
    return " ".join(parts)
