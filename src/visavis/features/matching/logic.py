"""Which records may mean the same as the values typed so far, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visavis import access
from visavis.catalogue import Field, Object
from visavis.features.matching.names import called, likeness, telling
from visavis.records import finding, nearby
from visavis.records.context import Context
from visavis.records.indexing import key_of
from visavis.records.query import build
from visavis.store import Row
from visavis.store.build import title
from visavis.store.db import quoted

MOST = 5
_WEIGHED = 20
_ENOUGH = 0.6
_WEIGHTS = {"email": 0.95, "phone": 0.9, "url": 0.85, "name": 0.7, "similar_name": 0.5, "mail_domain": 0.4, "same": 0.2}
_FEWEST_LETTERS = 4
_UNPARTED = re.compile("[가-힣一-鿿]")
_KEYS = ("email", "phone", "url")


@dataclass(frozen=True, slots=True)
class Reason:
    """``code``: email, phone, url, name, similar_name, mail_domain or same; ``field``: where, None for the name."""

    code: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """``score`` runs from 0 to 1; reasons come with the strongest first."""

    id: int
    title: str
    score: float
    reasons: tuple[Reason, ...]


async def duplicates(ctx: Context, obj: Object, given: Mapping[str, Any], limit: int = MOST) -> list[Candidate]:
    """Up to ``limit`` records that the actor may see and that look like the values, the likeliest first.

    Values of any shape may be given, half typed ones as well: what says nothing is passed over.
    """
    access.require(ctx.actor, obj, "read")
    typed = _typed(ctx, obj, given)
    name = await _name(ctx, obj, typed)
    ids = await _candidates(ctx, obj, typed, name)
    weighed = [_weighed(obj, row, typed, name) for row in await _rows(ctx, obj, ids)]
    likely = sorted((c for c in weighed if c.score >= _ENOUGH), key=lambda c: (-c.score, c.id))
    return likely[:limit]


def _typed(ctx: Context, obj: Object, given: Mapping[str, Any]) -> dict[str, str]:
    """The texts among the values, of fields that the actor may see."""
    seen = {f.name: f for f in access.readable(ctx.actor, obj) if not f.derived}
    texts = {k: v.strip()[:300].replace("\x00", "") for k, v in given.items() if k in seen and isinstance(v, str)}
    return {k: v.encode(errors="ignore").decode() for k, v in texts.items() if v}


async def _name(ctx: Context, obj: Object, typed: Mapping[str, str]) -> list[str]:
    """The words of the title as they are compared; none while a part of it is missing."""
    parts = [typed.get(part, "") for part in obj.title]
    if not all(parts):
        return []
    written = "".join(reversed(parts)) if _UNPARTED.match(parts[-1]) else " ".join(parts)
    return str(await ctx.tx.value("select spelled($1::text)", written) or "").split()


async def _candidates(ctx: Context, obj: Object, typed: Mapping[str, str], name: Sequence[str]) -> list[int]:
    fields = [f for f in _of_types(obj, typed, *_KEYS) if f.searchable]
    keys = [key for f in fields if (key := key_of(f.type, typed[f.name]))]
    found = dict.fromkeys(await finding.keyed(ctx, obj, keys, _WEIGHED))
    words = telling(name)
    if len("".join(words)) >= _FEWEST_LETTERS:
        found |= dict.fromkeys(await finding.named(ctx, obj, await _readings(ctx, words), _WEIGHED))
    return list(found)


async def _readings(ctx: Context, words: Sequence[str]) -> list[list[str]]:
    near = await nearby.words(ctx.tx, words) or [[word] for word in words]
    return [[*alike, *sorted(called(alike[0]) - set(alike))] for alike in near]


def _of_types(obj: Object, typed: Mapping[str, str], *types: str) -> list[Field]:
    return [f for f in obj.entered if f.name in typed and f.type in types]


async def _rows(ctx: Context, obj: Object, ids: Sequence[int]) -> list[Row]:
    if not ids:
        return []
    statement = build(ctx)
    allowed = statement.allow(obj, "t", statement.params)
    seen = [f for f in access.readable(ctx.actor, obj) if not f.derived and f.type in ("text", *_KEYS)]
    columns = "".join(f", t.{quoted(f.name)}" for f in seen)
    name = title(obj, "t", {f.name for f in seen})
    return await ctx.tx.rows(
        f"select t.id, {name} as title_, string_to_array(spelled({name}), ' ') as words_{columns}"
        f" from {quoted(obj.name)} t"
        f" where t.id = any({statement.bind(list(map(str, ids)), 'bigint[]')}) and t.deleted_at is null and {allowed}",
        *statement.params,
    )


def _weighed(obj: Object, row: Row, typed: Mapping[str, str], name: Sequence[str]) -> Candidate:
    reasons = sorted(_reasons(obj, row, typed, name), key=lambda r: -_WEIGHTS[r.code])
    doubt = 1.0
    for reason in reasons:
        doubt *= 1 - _WEIGHTS[reason.code]
    strong = any(_WEIGHTS[reason.code] >= _WEIGHTS["similar_name"] for reason in reasons)
    return Candidate(row["id"], row["title_"], round(1 - doubt, 2) if strong else 0.0, tuple(reasons))


def _reasons(obj: Object, row: Row, typed: Mapping[str, str], name: Sequence[str]) -> Iterator[Reason]:
    like = likeness(name, row["words_"] or ())
    if like != "none":
        yield Reason("name" if like == "same" else "similar_name", None)
    for field in _of_types(obj, typed, *_KEYS):
        key = key_of(field.type, typed[field.name])
        for other in obj.entered:
            if key and other.type == field.type and row.get(other.name) and key_of(other.type, row[other.name]) == key:
                yield Reason(field.type, other.name)
                break
        else:
            if field.type == "email" and key and _domain(row.get(field.name)) == _domain(typed[field.name]):
                yield Reason("mail_domain", field.name)
    for field in _of_types(obj, typed, "text"):
        if field.name not in obj.title and (row.get(field.name) or "").lower() == typed[field.name].lower():
            yield Reason("same", field.name)


def _domain(address: str | None) -> str | None:
    return address.lower().rpartition("@")[2] if address else None
