"""What is kept for how long: the trash, records that nobody touched, and what changed records were."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from visavis.catalogue import Object
from visavis.features.changing import logic
from visavis.features.changing.logic import SQL
from visavis.kernel.errors import Conflict
from visavis.records import batches, bulk, purging
from visavis.records.bulk import Selection
from visavis.records.context import Context
from visavis.records.query import Query
from visavis.store.db import quoted

KIND = "retention"
CHUNK = 1_000
ObjectName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,47}$")]
Days = Annotated[int, Meta(ge=1, le=3_650)]
Months = Annotated[int, Meta(ge=1, le=600)]


class TrashRule(Struct, forbid_unknown_fields=True):
    """Records of this type leave the trash for good after so many days."""

    object: ObjectName
    days: Days = 30


class IdleRule(Struct, forbid_unknown_fields=True):
    """Records that fit and that nobody touched for so many months go to the trash.

    Touched is a record that was changed, or to which something links that was.
    """

    object: ObjectName
    months: Months
    filter: dict[str, Any] | None = None
    active: bool = False


class Retention(Struct, forbid_unknown_fields=True):
    """Nothing is emptied and no rule runs unless it is written here. ``undo_days``: so long can a change be undone."""

    undo_days: Days = 30
    trash: Annotated[list[TrashRule], Meta(max_length=200)] = []
    rules: Annotated[list[IdleRule], Meta(max_length=200)] = []


class Found(Struct):
    """How many records a rule would take now, and a few of them."""

    object: str
    count: int
    samples: list[dict[str, Any]]


class RetentionPreview(Struct):
    trash: list[Found]
    rules: list[Found]


async def read(ctx: Context) -> Retention:
    """The rules in force. Those of types that are gone are left out."""
    found = msgspec.convert(await ctx.tx.value(SQL.read_setting) or {}, Retention)
    known = ctx.catalogue.by_name
    return Retention(
        found.undo_days,
        [rule for rule in found.trash if rule.object in known],
        [rule for rule in found.rules if rule.object in known],
    )


async def write(ctx: Context, wanted: Retention) -> None:
    """Check every rule by asking it, then keep them."""
    await preview(ctx, wanted)
    await ctx.tx.execute(SQL.write_setting, msgspec.to_builtins(wanted), ctx.actor.user_id)


async def preview(ctx: Context, wanted: Retention) -> RetentionPreview:
    """What the rules would take if they ran now."""
    names = [rule.object for rule in wanted.trash]
    if len(set(names)) < len(names):
        raise Conflict("The trash of a type can be emptied in one way only; it is named twice.")
    return RetentionPreview(
        [await _found(ctx, _object(ctx, rule.object), *_in_trash(ctx, rule)) for rule in wanted.trash],
        [await _found(ctx, _object(ctx, rule.object), *_idle(ctx, rule)) for rule in wanted.rules],
    )


def _object(ctx: Context, name: str) -> Object:
    obj = ctx.catalogue.object(name)
    if name in bulk.ONE_BY_ONE:
        raise Conflict(f"{obj.plural.capitalize()} are never removed by a rule: what they did would lose its author.")
    return obj


async def _found(ctx: Context, obj: Object, sql: str, params: list[Any]) -> Found:
    count = await ctx.tx.value(f"select count(*) from ({sql}) s", *params)
    rows = await ctx.tx.rows(f"select s.id from ({sql}) s order by s.id limit 5", *params)
    named = await bulk.titles(ctx, obj, [row["id"] for row in rows])
    return Found(obj.name, count, [{"id": i, "title": title} for i, title in named.items()])


def _in_trash(ctx: Context, rule: TrashRule) -> tuple[str, list[Any]]:
    """What was merged into another record goes when that one goes."""
    obj = _object(ctx, rule.object)
    sql = (
        f"select t.id from {quoted(obj.name)} t where t.deleted_at < $1::timestamptz - make_interval(days => $2)"
        " and not exists (select from merged_record m where m.id = t.id)"
    )
    return sql, [ctx.now, rule.days]


def _idle(ctx: Context, rule: IdleRule) -> tuple[str, list[Any]]:
    obj = _object(ctx, rule.object)
    sql, params = bulk.select(ctx, obj.name, Selection(Query(rule.filter)), "trash")
    params = [*params, ctx.now, rule.months]
    since = f"${len(params) - 1}::timestamptz - make_interval(months => ${len(params)})"
    touched = " or ".join(
        f"exists (select from {quoted(other.name)} c where c.{quoted(field.name)} = r.id and c.updated_at >= {since})"
        for other, field in purging.links_to(ctx, obj)
    )
    idle = f"r.updated_at < {since} and not ({touched or 'false'})"
    return f"select r.id from ({sql}) s join {quoted(obj.name)} r on r.id = s.id where {idle}", params


async def empty(ctx: Context, rule: TrashRule, above: int) -> tuple[int, int | None]:
    """Remove a chunk of what lies in the trash for too long; how many went, and the last id looked at (None: no more).

    ``above`` is the last id of the chunk before: records that have to stay are passed over.
    """
    sql, params = _in_trash(ctx, rule)
    rows = await ctx.tx.rows(
        f"select s.id from ({sql}) s where s.id > ${len(params) + 1} order by s.id limit {CHUNK}", *params, above
    )
    ids = [row["id"] for row in rows]
    gone = await purging.purge(ctx, _object(ctx, rule.object), ids) if ids else 0
    return gone, ids[-1] if ids else None


async def begin(ctx: Context, rule: IdleRule) -> int | None:
    """A change that moves what the rule takes now to the trash, its records fixed; None where there are none."""
    sql, params = _idle(ctx, rule)
    if not await ctx.tx.value(f"select exists ({sql})", *params):
        return None
    facts = {"object": rule.object, "action": "trash"}
    change_id = await batches.begin(ctx, KIND, facts)
    selection = {"filter": rule.filter} if rule.filter else {}
    await ctx.tx.execute(SQL.add, change_id, rule.object, None, "owner", {"action": "trash"}, selection, ctx.now)
    await logic.write_parts(ctx, change_id, sql, params)
    return change_id


async def unfinished(ctx: Context) -> list[int]:
    """Changes that an earlier night left half done."""
    return [row["id"] for row in await ctx.tx.rows(SQL.unfinished)]


async def forget(ctx: Context, days: int) -> int:
    """Drop what changed records were, where that is too long ago to be undone; how many images."""
    return await ctx.tx.execute(SQL.old_images, days, [logic.KIND, KIND])
