"""Records taken out of the tables for good, with all that hangs on them; what remains is who did it and when.

Links to a purged record are emptied, each with its event. A record that another one cannot be without (a link that
has to be filled) stays until that one is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from visavis.catalogue import Field, Object
from visavis.records import events
from visavis.records.context import Context
from visavis.store.db import quoted
from visavis.store.tables import tables_beside

_ALONE = "select id, null::jsonb from unnest($1::bigint[]) id"


def links_to(ctx: Context, obj: Object) -> Iterator[tuple[Object, Field]]:
    """Every field of every type that points at records of this one; those of hidden types, too."""
    for other in ctx.catalogue.objects:
        for field in other.fields:
            if field.kind == "entered" and field.target == obj.name:
                yield other, field


async def purge(ctx: Context, obj: Object, ids: Sequence[int]) -> int:
    """Take those of the records out that lie in the trash, in the caller's transaction; how many.

    They are locked in the order of their ids. What was merged into one of them goes along.
    """
    merged = await ctx.tx.rows("select id, winner_id from merged_record where winner_id = any($1::bigint[])", list(ids))
    ids = [*ids, *(row["id"] for row in merged)]
    held = " or ".join(
        f"exists (select from {quoted(other.name)} c where c.{quoted(field.name)} = t.id)"
        for other, field in links_to(ctx, obj)
        if field.required
    )
    table = quoted(obj.name)
    await ctx.tx.execute(f"select 1 from {table} where id = any($1::bigint[]) order by id for update", ids)
    rows = await ctx.tx.rows(
        f"select t.id from {table} t where t.id = any($1::bigint[]) and t.deleted_at is not null"
        f" and not ({held or 'false'})",
        ids,
    )
    found = {row["id"] for row in rows}
    free = sorted(found - {row["id"] for row in merged if row["winner_id"] not in found})
    if free:
        await _unlink(ctx, obj, free)
        await _forget(ctx, obj, free)
    return len(free)


async def _unlink(ctx: Context, obj: Object, ids: list[int]) -> None:
    for other, field in links_to(ctx, obj):
        table, column = quoted(other.name), quoted(field.name)
        source = (
            f"select c.id, jsonb_build_object('{field.name}', jsonb_build_array(c.{column}, null)) from {table} c"
            f" where c.{column} = any($1::bigint[]) and c.id <> all($1::bigint[]) order by c.id"
        )
        await events.append_many(ctx, other.name, "updated", source, ids)
        await ctx.tx.execute(
            f"update {table} set {column} = null, version = version + 1, updated_at = $2, updated_by = $3"
            f" where {column} = any($1::bigint[])",
            ids,
            ctx.now,
            ctx.actor.user_id,
        )


async def _forget(ctx: Context, obj: Object, ids: list[int]) -> None:
    """Out of every place that knew them. Their history keeps who and when, and loses what."""
    for table, column in ctx.workspace.app.references if ctx.workspace else ():
        await ctx.tx.execute(f"delete from {quoted(table)} where {quoted(column)} = any($1::bigint[])", ids)
    await ctx.tx.execute("update event set changes = null where record_id = any($1::bigint[])", ids)
    await ctx.tx.execute("delete from before_image where table_name = $2 and id = any($1::bigint[])", ids, obj.name)
    await ctx.tx.execute("delete from merged_record where id = any($1::bigint[]) or winner_id = any($1::bigint[])", ids)
    await ctx.tx.execute("delete from search where record_id = any($1::bigint[])", ids)
    for beside in tables_beside(obj).values():
        await ctx.tx.execute(f"delete from {quoted(beside)} where id = any($1::bigint[])", ids)
    await ctx.tx.execute(f"delete from {quoted(obj.name)} where id = any($1::bigint[])", ids)
    await events.append_many(ctx, obj.name, "purged", _ALONE, ids)
