"""What a merge of records would make of them: which value wins in each field, and what stands in the way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from visavis import access
from visavis.access import Action
from visavis.catalogue import Field, Object
from visavis.fields import columns_of
from visavis.kernel.errors import Conflict, FieldError, Invalid, NotFound, VersionMismatch
from visavis.records.context import Context
from visavis.records.owners import owners_beside
from visavis.records.query import build
from visavis.records.reading import read
from visavis.records.ruling import broken
from visavis.records.writing import kept_image
from visavis.store import Row
from visavis.store.build import Build, is_reference
from visavis.store.db import quoted

UNION = "union"
ACTIONS: tuple[Action, ...] = ("read", "update", "delete")
MOST = 100
MOST_OPTIONS = 100
Source = int | str | None
Images = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records become one.

    ``choose`` says for a field the id of the record whose value wins, ``UNION`` (of several options), or None for
    empty. ``versions`` are those that the caller saw, by id; a record without one is taken as it is.
    """

    object: str
    ids: tuple[int, ...]
    keep: int
    choose: Mapping[str, Source] = field(default_factory=dict)
    versions: Mapping[int, int] = field(default_factory=dict)

    @property
    def losers(self) -> list[int]:
        return [i for i in self.ids if i != self.keep]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What cannot stay as it is.

    ``circle``: the value would put the record below itself, and is left out. ``unique``: two records of ``object``
    would share what only one may have. ``required``: the field would be empty though a rule asks for it.
    ``last_owner``: no owner who can sign in would be left. With one of these three the merge is refused.
    """

    kind: str
    object: str
    field: str
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """``sources``: for every field, whose value it gets. ``images``: all values as the event log keeps them."""

    obj: Object
    wanted: Wanted
    images: Images
    sources: Mapping[str, Source]
    obstacles: tuple[Obstacle, ...]

    def result(self, name: str) -> Any:
        """The value that the field gets."""
        source = self.sources[name]
        if source == UNION:
            return union(self.images[i][name] for i in (self.wanted.keep, *self.wanted.losers))
        return None if source is None else self.images[int(source)][name]


def union(values: Iterator[Any]) -> list[str]:
    """All options, each once, those of the first record first."""
    return list(dict.fromkeys(word for words in values for word in words or ()))


async def together(ctx: Context, wanted: Wanted, *, lock: bool) -> list[Row]:
    """The rows, in the order of their ids, if the actor may merge them; locked in that order if so asked."""
    obj = ctx.catalogue.object(wanted.object)
    _check_request(ctx, obj, wanted)
    params: list[Any] = [sorted(wanted.ids)]
    sees, change, delete = (_allowed(ctx, obj, action, params) for action in ACTIONS)
    rows = await ctx.tx.rows(
        f"select t.id, t.version, t.deleted_at, t.external_id, {change} as change, {delete} as remove"
        f" from {quoted(obj.name)} t where t.id = any($1::bigint[]) and {sees} order by t.id"
        + (" for update of t" if lock else ""),
        *params,
    )
    _check_rows(ctx, obj, wanted, rows)
    await _check_versions(ctx, obj, wanted, rows)
    return rows


def require(ctx: Context, obj: Object) -> None:
    """``Forbidden`` unless the actor may merge any records of the type."""
    for action in ACTIONS:
        access.require(ctx.actor, obj, action)


def may(ctx: Context, obj: Object, params: list[Any]) -> str:
    """The rows ``t`` that the actor may see, change and remove, as an SQL condition."""
    return " and ".join(f"({_allowed(ctx, obj, action, params)})" for action in ACTIONS)


def _allowed(ctx: Context, obj: Object, action: Action, params: list[Any]) -> str:
    return access.predicate(ctx.actor, ctx.catalogue, obj, action, "t", params)


def _check_request(ctx: Context, obj: Object, wanted: Wanted) -> None:
    require(ctx, obj)
    if not 2 <= len(set(wanted.ids)) <= MOST or len(set(wanted.ids)) != len(wanted.ids):
        raise _wrong("ids", "count", f"A merge takes from 2 to {MOST} records, each once.", "Choose them again.")
    if wanted.keep not in wanted.ids:
        raise _wrong("keep", "unknown", "The record that stays has to be one of them.", "Name one of 'ids'.")
    if obj.name == "user" and ctx.actor.user_id in wanted.losers:
        raise Conflict("You would lose the account that you are signed in with. Keep that one.")


def _check_rows(ctx: Context, obj: Object, wanted: Wanted, rows: Sequence[Row]) -> None:
    missing = sorted(set(wanted.ids) - {row["id"] for row in rows})
    if missing:
        raise NotFound(f"There is no {obj.name} {missing[0]}, or you may not see it.")
    if trashed := [row["id"] for row in rows if row["deleted_at"] is not None]:
        raise Conflict(f"The {obj.name} {trashed[0]} is in the trash. Restore it first, or leave it out.")
    if not all(row["change"] for row in rows):
        raise access.refusal(ctx.actor, obj, "update")
    if not all(row["remove"] for row in rows):
        raise access.refusal(ctx.actor, obj, "delete")


async def _check_versions(ctx: Context, obj: Object, wanted: Wanted, rows: Sequence[Row]) -> None:
    stale = [row for row in rows if wanted.versions.get(row["id"], row["version"]) != row["version"]]
    if not stale:
        return
    told = [
        {
            "id": row["id"],
            "yours": wanted.versions[row["id"]],
            "theirs": row["version"],
            "current": json.loads((await read(ctx, obj.name, row["id"])).body),
        }
        for row in stale
    ]
    raise VersionMismatch(
        f"{len(stale)} of the records changed since you looked at them. Look again and choose.",
        extra={"current": told[0]["current"], "stale": told},
    )


async def plan(ctx: Context, wanted: Wanted) -> Plan:
    """What would come of it; nothing is written. Every wrong choice is named at once."""
    obj = ctx.catalogue.object(wanted.object)
    images = await _images(ctx, obj, wanted)
    blocked, obstacles = await _circles(ctx, obj, wanted, images)
    errors = [*_choice_errors(ctx, obj, wanted, blocked)]
    if errors:
        raise Invalid("Some choices need mending; nothing was merged.", errors=errors)
    order = [wanted.keep, *sorted(wanted.losers, key=lambda i: images[i]["updated_at"], reverse=True)]
    sources = {
        f.name: wanted.choose[f.name] if f.name in wanted.choose else _usual(f, order, images, blocked)
        for f in merged_fields(obj)
    }
    found = Plan(obj, wanted, images, sources, (*obstacles, *await _shared(ctx, obj, wanted)))
    return replace(found, obstacles=(*found.obstacles, *await _unruled(ctx, found), *await _ownerless(ctx, found)))


def merged_fields(obj: Object) -> list[Field]:
    """The fields that have a value of their own in each record."""
    return [f for f in obj.entered if f.kind == "entered"]


async def _images(ctx: Context, obj: Object, wanted: Wanted) -> dict[int, dict[str, Any]]:
    image = kept_image(obj, [f.name for f in merged_fields(obj)])
    rows = await ctx.tx.rows(
        f"select t.id, t.updated_at, {image} as image from {quoted(obj.name)} t where t.id = any($1::bigint[])",
        list(wanted.ids),
    )
    return {row["id"]: {**json.loads(row["image"]), "updated_at": row["updated_at"]} for row in rows}


def _usual(field_: Field, order: Sequence[int], images: Images, blocked: set[tuple[str, int]]) -> Source:
    """Without a choice nothing is lost: the value of the record that stays, else the one changed last."""
    name = field_.name
    filled = [i for i in order if images[i][name] not in (None, []) and (name, i) not in blocked]
    if field_.type == "multi_choice" and len(filled) > 1:
        words = union(images[i][name] for i in filled)
        if len(words) <= MOST_OPTIONS and words != images[order[0]][name]:
            return UNION
    return filled[0] if filled else order[0] if (name, order[0]) not in blocked else None


def _choice_errors(ctx: Context, obj: Object, wanted: Wanted, blocked: set[tuple[str, int]]) -> Iterator[FieldError]:
    allowed = {f.name: f for f in access.writable(ctx.actor, obj) if f.kind == "entered"}
    for name, source in wanted.choose.items():
        field_ = allowed.get(name)
        if field_ is None:
            yield FieldError(name, "readonly", "There is no such field that you may choose.", "Leave it out.")
        elif source is None and field_.required:
            yield FieldError(name, "required", "This cannot be left empty.", "Choose one of the records.")
        elif source == UNION and field_.type != "multi_choice":
            yield FieldError(name, "union", "Only fields of several options can be joined.", "Choose one record.")
        elif source not in (None, UNION) and source not in wanted.ids:
            yield FieldError(name, "unknown", f"{source} is none of the records.", "Choose one of 'ids'.")
        elif (name, source) in blocked:
            yield FieldError(
                name, "circle", "This would put the record below itself.", "Choose another value, or leave it empty."
            )


async def _circles(
    ctx: Context, obj: Object, wanted: Wanted, images: Images
) -> tuple[set[tuple[str, int]], list[Obstacle]]:
    """The (field, record) pairs whose value would lead back to the merged record."""
    blocked: set[tuple[str, int]] = set()
    found: list[Obstacle] = []
    for field_ in merged_fields(obj):
        if field_.target != obj.name:
            continue
        values = {i: images[i][field_.name] for i in wanted.ids if images[i][field_.name] is not None}
        bad = set(wanted.ids) | await _below(ctx, obj, field_, wanted.ids, set(values.values()))
        hit = tuple(i for i in wanted.ids if values.get(i) in bad)
        blocked |= {(field_.name, i) for i in hit}
        if hit:
            found.append(Obstacle("circle", obj.name, field_.name, hit))
    return blocked, found


_UPWARDS = """
with recursive above (start, id) as (
    select id, id from unnest($1::bigint[]) id
    union
    select above.start, t.{link} from {table} t join above on t.id = above.id where t.{link} is not null
)
select distinct start from above where id = any($2::bigint[])
"""


async def _below(ctx: Context, obj: Object, field_: Field, ids: Sequence[int], values: set[int]) -> set[int]:
    """Those of the values that stand below one of the records."""
    if not field_.hierarchy or not values:
        return set()
    sql = _UPWARDS.format(table=quoted(obj.name), link=quoted(field_.name))
    return {row["start"] for row in await ctx.tx.rows(sql, sorted(values), list(ids))}


async def _shared(ctx: Context, obj: Object, wanted: Wanted) -> list[Obstacle]:
    """Records that each hang alone on one of these, where only one may."""
    found = []
    for other, field_ in pointing(ctx, obj.name):
        if not field_.unique:
            continue
        rows = await ctx.tx.rows(
            f"select t.id from {quoted(other.name)} t where t.{quoted(field_.name)} = any($1::bigint[])"
            " and t.deleted_at is null order by t.id limit 100",
            list(wanted.ids),
        )
        if len(rows) > 1:
            found.append(Obstacle("unique", other.name, field_.name, tuple(row["id"] for row in rows)))
    return found


def given(statement: Build, plan_: Plan) -> Iterator[tuple[str, str]]:
    """What the columns of the record that stays get, as SQL, so that nothing is rounded on the way."""
    for name, source in plan_.sources.items():
        for column, kind in columns_of(plan_.obj.field(name)):
            if source == UNION:
                yield column, statement.bind(plan_.result(name), kind)
            elif source is None:
                yield column, f"null::{kind}"
            elif source != plan_.wanted.keep:
                row = statement.bind(str(source), "bigint")
                yield column, f"(select o.{quoted(column)} from {quoted(plan_.obj.name)} o where o.id = {row})"


async def _unruled(ctx: Context, plan_: Plan) -> list[Obstacle]:
    """The fields that the merge would leave empty against a rule; what was so before is not its fault."""
    obj, keep = plan_.obj, plan_.wanted.keep
    touched = [name for name in plan_.sources if plan_.result(name) != plan_.images[keep][name]]
    statement = build(ctx)
    columns = dict(given(statement, plan_))
    empty = await broken(ctx, obj, keep, touched, statement, columns)
    return [Obstacle("required", obj.name, each.name, (keep,)) for each in empty]


async def _ownerless(ctx: Context, plan_: Plan) -> list[Obstacle]:
    """Users of whom one was an owner, where the one that they become is none and nobody else is."""
    if plan_.obj.name != "user":
        return []
    own = [i for i, image in plan_.images.items() if _owns(image["role"], image["active"])]
    if not own or _owns(plan_.result("role"), plan_.result("active")) or await owners_beside(ctx, plan_.wanted.ids):
        return []
    return [Obstacle("last_owner", "user", "role", tuple(own))]


def _owns(role: Any, active: Any) -> bool:
    return role == "owner" and active is not False


def pointing(ctx: Context, object_name: str) -> list[tuple[Object, Field]]:
    """Every link to the type, hidden ones and those of hidden types too."""
    return [
        (obj, f)
        for obj in ctx.catalogue.objects
        for f in obj.fields
        if f.kind == "entered" and is_reference(f) and f.target == object_name
    ]


def _wrong(name: str, code: str, message: str, remedy: str) -> Invalid:
    return Invalid("The merge cannot be read; nothing was merged.", errors=[FieldError(name, code, message, remedy)])
