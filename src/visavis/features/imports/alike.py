"""New records that are called like others: told by the check, since each becomes a record of its own."""

from __future__ import annotations

from typing import Any

from visavis import access
from visavis.access import Actor
from visavis.features.imports.shape import Shape
from visavis.records.context import Context
from visavis.store.db import quoted

_TELLING = ("email", "phone", "url")


def is_told(shape: Shape, actor: Actor) -> bool:
    """Types that can be written to or called: two of one name may well be the same. The actor has to know the names."""
    obj = shape.object
    filled = {each.field.name for each in shape.filled if each.staged}
    known = filled & {field.name for field in access.readable(actor, obj)}
    return shape.target.create and any(f.type in _TELLING for f in obj.entered) and set(obj.title) <= known


async def found(ctx: Context, import_id: int, shape: Shape) -> dict[str, int]:
    """``rows``: new records that another new one or one that is there is called like; ``there``: of them, the latter.

    Only records that the actor may see count.
    """
    params: list[Any] = [import_id, shape.alias]
    allowed = access.predicate(ctx.actor, ctx.catalogue, shape.object, "read", "o", params)
    await ctx.tx.execute("set local work_mem = '64MB'")
    row = await ctx.tx.row(_sql(shape, allowed), *params)
    return dict(row or {})


def _sql(shape: Shape, allowed: str) -> str:
    """``$1`` is the import, ``$2`` the alias."""
    return f"""
        with fresh as (
            select {_name(shape, "s")} as name from {quoted(shape.stage)} s
            where not exists (select from {quoted(shape.rows)} k where k._row = s._row) and not exists (
                select from import_problem b
                where b.import_id = $1 and b.target = $2 and b.row_no = s._row and not b.note)
        ), called as (
            select name, count(*) as times from fresh where name <> '' group by 1
        ), known as (
            select n.name from called n where exists (
                select from {quoted(shape.object.name)} o
                where {_name(shape, "o")} = n.name and o.deleted_at is null and {allowed})
        )
        select coalesce(sum(n.times) filter (where n.times > 1 or t.name is not null), 0)::bigint as rows,
            coalesce(sum(n.times) filter (where t.name is not null), 0)::bigint as there
        from called n left join known t on t.name = n.name"""


def _name(shape: Shape, alias: str) -> str:
    """A single column as it is in its index: a few names are looked up there, however many records there are."""
    columns = [f"{alias}.{quoted(name)}" for name in shape.object.title]
    return f"lower({columns[0]})" if len(columns) == 1 else f"lower(concat_ws(' ', {', '.join(columns)}))"
