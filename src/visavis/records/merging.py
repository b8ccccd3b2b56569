"""Several records become one, and back: values by choice, links moved, nothing lost (decision 0019)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from visavis.catalogue import Object
from visavis.kernel.errors import Conflict, FieldError, Invalid, NotFound
from visavis.records import batches, events, merge_plan, searching
from visavis.records.batches import Undone
from visavis.records.context import Context
from visavis.records.hierarchies import hold, trees_of
from visavis.records.merge_plan import Plan, Wanted
from visavis.records.merged import went_to
from visavis.records.moving import Move, Moved, references
from visavis.records.owners import LAST_OWNER, an_owner_stays
from visavis.records.query import build
from visavis.records.ruling import missing
from visavis.records.writing import kept_image
from visavis.store import Row, UniqueViolation
from visavis.store.db import quoted

KIND = "merge"
Tell = Callable[[int], Awaitable[None]]


async def merge(ctx: Context, wanted: Wanted, tell: Tell) -> Moved:
    """Make one record of them, in this transaction and as the batch of the context.

    ``tell`` hears of links as they are moved. ``Conflict`` where something in the way is not for us to decide,
    ``VersionMismatch`` where a record changed since the caller looked.
    """
    obj = ctx.catalogue.object(wanted.object)
    await hold(ctx, trees_of(obj))
    rows = await merge_plan.together(ctx, wanted, lock=True)
    plan = await merge_plan.plan(ctx, wanted)
    refuse(ctx, plan)
    await batches.keep(ctx, obj.name, "t.id = any($1::bigint[])", list(wanted.ids))
    async with an_owner_stays(ctx, obj):
        await _trash(ctx, obj, wanted)
        await _write(ctx, plan)
    moved = await Move(ctx, obj.name, wanted.keep, wanted.losers, tell).all()
    await _remember(ctx, wanted, rows)
    return moved


async def gather(ctx: Context, object_name: str, winner: int, losers: Sequence[int]) -> Moved:
    """Move what was linked to the merged records by writers that had looked before the merge and wrote after it."""
    return await Move(ctx, object_name, winner, list(losers), _silent).all()


async def _silent(_: int) -> None:
    """Nobody waits for how far it is."""


def refuse(ctx: Context, plan: Plan) -> None:
    """``Conflict`` where records that hang on these cannot all hang on one, or no owner would be left.

    ``Invalid`` where a rule would break.
    """
    empty = [missing(ctx, plan.obj.field(o.field)) for o in plan.obstacles if o.kind == "required"]
    if empty:
        raise Invalid("Some values need mending; nothing was merged.", errors=empty)
    if any(o.kind == "last_owner" for o in plan.obstacles):
        raise Conflict(LAST_OWNER)
    errors = [
        FieldError(
            f"{o.object}.{o.field}",
            "not-unique",
            f"Only one {o.object} may hang on a {plan.obj.name}, and {len(o.ids)} would.",
            "Merge or remove all but one of them first.",
        )
        for o in plan.obstacles
        if o.kind == "unique"
    ]
    if errors:
        raise Conflict(errors[0].message, errors=errors)


async def _trash(ctx: Context, obj: Object, wanted: Wanted) -> None:
    await ctx.tx.execute(
        f"update {quoted(obj.name)} set deleted_at = $2, version = version + 1, updated_at = $2, updated_by = $3"
        " where id = any($1::bigint[])",
        wanted.losers,
        ctx.now,
        ctx.actor.user_id,
    )
    told = (
        "select id, jsonb_build_object('merged_into', jsonb_build_array(null, $2::bigint)) from unnest($1::bigint[]) id"
    )
    await events.append_many(ctx, obj.name, "deleted", told, wanted.losers, wanted.keep)


async def _write(ctx: Context, plan: Plan) -> None:
    """The chosen values onto the record that stays, taken from the columns of the others, so that none is rounded."""
    obj, keep = plan.obj, plan.wanted.keep
    statement = build(ctx, [keep, ctx.now, ctx.actor.user_id])
    sets = [
        *(f"{quoted(column)} = {sql}" for column, sql in merge_plan.given(statement, plan)),
        "version = version + 1",
        "updated_at = $2",
        "updated_by = $3",
    ]
    before = await _image(ctx, plan)
    try:
        await ctx.tx.execute(f"update {quoted(obj.name)} t set {', '.join(sets)} where t.id = $1", *statement.params)
    except UniqueViolation as violation:
        detail = "Another record has this value, and only one may."
        taken = [FieldError(name, "not-unique", detail, "Choose another value.") for name in violation.columns]
        raise Conflict(detail, errors=taken) from violation
    after = await _image(ctx, plan)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    await events.append(ctx, obj.name, keep, "updated", {**changes, "merged_from": [None, plan.wanted.losers]})
    await searching.index(ctx.tx, obj, "t.id = $1", keep)


async def _image(ctx: Context, plan: Plan) -> dict[str, Any]:
    image = kept_image(plan.obj, plan.sources)
    found: dict[str, Any] = await ctx.tx.value(
        f"select ({image})::jsonb from {quoted(plan.obj.name)} t where t.id = $1", plan.wanted.keep
    )
    return found


async def _remember(ctx: Context, wanted: Wanted, rows: Sequence[Row]) -> None:
    """Where the records went, and where those went that had come to them before."""
    await batches.keep(ctx, "merged_record", "t.winner_id = any($1::bigint[])", wanted.losers)
    await ctx.tx.execute(
        "update merged_record set winner_id = $2 where winner_id = any($1::bigint[])", wanted.losers, wanted.keep
    )
    losers = [row for row in rows if row["id"] != wanted.keep]
    await ctx.tx.execute(
        "insert into merged_record (id, object, external_id, winner_id, batch_id)"
        " select l.id, $3, l.external_id, $4, $5 from unnest($1::bigint[], $2::text[]) l (id, external_id)",
        [row["id"] for row in losers],
        [row["external_id"] for row in losers],
        wanted.object,
        wanted.keep,
        ctx.batch_id,
    )
    await batches.made(ctx, "merged_record", "select unnest($1::bigint[])", wanted.losers)


async def unmerge(ctx: Context, wanted: Wanted, dropped: dict[str, list[int]], tell: Tell) -> Undone:
    """Take the merge that is the batch of the context back, in this transaction.

    Rows that nobody changed since are as they were, save for ``version``. What came to the record that stayed since
    stays with it. ``dropped``: the rows of slices that the merge took out, by table.
    """
    obj = ctx.catalogue.object(wanted.object)
    await hold(ctx, trees_of(obj))
    await may_unmerge(ctx, wanted, lock=True)
    done = Undone(more=True)
    done.kept += await _references_back(ctx, wanted, dropped)
    await _forget_gone(ctx, wanted)
    while done.more:
        part = await batches.undo(ctx, _batch(ctx), freely=True)
        done.restored += part.restored
        done.removed += part.removed
        done.kept += part.kept
        done.more = part.more
        await tell(part.restored)
    await _tell_winner(ctx, obj, wanted)
    return done


def _batch(ctx: Context) -> int:
    assert ctx.batch_id is not None, "the context has no batch"
    return ctx.batch_id


async def may_unmerge(ctx: Context, wanted: Wanted, *, lock: bool) -> None:
    """The same rights as for merging, over what is left of the records; nothing was merged on top."""
    params: list[Any] = [sorted(wanted.ids)]
    obj = ctx.catalogue.object(wanted.object)
    merge_plan.require(ctx, obj)
    may = merge_plan.may(ctx, obj, params)
    rows = await ctx.tx.rows(
        f"select t.id, {may} as may from {quoted(obj.name)} t where t.id = any($1::bigint[]) order by t.id"
        + (" for update of t" if lock else ""),
        *params,
    )
    if not all(row["may"] for row in rows) or wanted.keep not in {row["id"] for row in rows}:
        raise NotFound("There is no such merge, or it is not within your reach.")
    if len(rows) < len(wanted.ids):
        raise Conflict("One of the records was removed for good since. The merge cannot be undone.")
    if await went_to(ctx, wanted.keep) is not None:
        raise Conflict("The record was merged into another one since. Undo that merge first.")


async def _references_back(ctx: Context, wanted: Wanted, dropped: dict[str, list[int]]) -> list[batches.Kept]:
    """What slices keep goes back by its link alone: the rest of the row may have changed since."""
    kept: list[batches.Kept] = []
    for table, column in references(ctx):
        args = [ctx.batch_id, table, wanted.keep]
        held = "b.batch_id = $1 and b.table_name = $2 and b.image is not null and t.id = b.id"
        was = f"(b.image ->> '{column}')::bigint"
        away = await ctx.tx.rows(
            f"select t.id from {quoted(table)} t, before_image b where {held} and {was} = any($4::bigint[])"
            f" and t.{quoted(column)} <> $3",
            *args,
            wanted.losers,
        )
        kept += [batches.Kept(table, row["id"], "edited", (column,)) for row in away]
        await ctx.tx.execute(
            f"update {quoted(table)} t set {quoted(column)} = {was} from before_image b where {held}"
            f" and {was} = any($4::bigint[]) and t.{quoted(column)} = $3",
            *args,
            wanted.losers,
        )
    for table in {table for table, _ in references(ctx)}:
        await ctx.tx.execute(
            "delete from before_image where batch_id = $1 and table_name = $2 and id <> all($3::bigint[])",
            ctx.batch_id,
            table,
            dropped.get(table, []),
        )
    return kept


async def _forget_gone(ctx: Context, wanted: Wanted) -> None:
    """What was removed for good since stays removed; only the merged records themselves come back."""
    tables = await ctx.tx.rows("select distinct table_name from before_image where batch_id = $1", ctx.batch_id)
    for name in (row["table_name"] for row in tables):
        if name in {obj.name for obj in ctx.catalogue.objects}:
            await ctx.tx.execute(
                "delete from before_image b where b.batch_id = $1 and b.table_name = $2 and b.id <> all($3::bigint[])"
                f" and not exists (select from {quoted(name)} t where t.id = b.id)",
                ctx.batch_id,
                name,
                list(wanted.ids),
            )


async def _tell_winner(ctx: Context, obj: Object, wanted: Wanted) -> None:
    """The history of the record says so also where an edit since kept it from being restored whole."""
    told = await ctx.tx.value(
        "select exists (select from event where record_id = $1 and batch_id = $2 and kind = 'updated'"
        " and changes -> 'merged_from' ->> 1 is null and changes ? 'merged_from')",
        wanted.keep,
        ctx.batch_id,
    )
    if not told:
        await events.append(ctx, obj.name, wanted.keep, "updated", {"merged_from": [wanted.losers, None]})


async def links_to(ctx: Context, object_name: str, ids: Sequence[int], most: int) -> int:
    """How many rows point at the records, counted up to ``most``."""
    found = 0
    for obj, field in merge_plan.pointing(ctx, object_name):
        found += await _counted(ctx, obj.name, field.name, ids, most - found)
    for table, column in references(ctx):
        found += await _counted(ctx, table, column, ids, most - found)
    return found


async def _counted(ctx: Context, table: str, column: str, ids: Sequence[int], most: int) -> int:
    count: int = await ctx.tx.value(
        f"select count(*) from (select from {quoted(table)} t where t.{quoted(column)} = any($1::bigint[]) limit $2) f",
        list(ids),
        max(most, 0),
    )
    return count
