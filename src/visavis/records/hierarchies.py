"""Hierarchies stay trees: nothing stands above itself, by whichever door it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from visavis.catalogue import Field, Object
from visavis.kernel.errors import FieldError, Invalid
from visavis.records.context import Context
from visavis.store.db import quoted

_CIRCLES = """
with recursive given (row, id, above) as materialized ({edges}), fresh as (
    select g.row, g.id, g.above from given g left join {table} t on t.id = g.id
    where g.above is not null and g.above is distinct from t.{link} and (
        g.id in (select above from given) or exists (select from {table} c where c.{link} = g.id))
), up (row, start, id) as (
    select row, id, above from fresh
    union
    select u.row, u.start, case when g.id is null then t.{link} else g.above end
    from up u left join given g on g.id = u.id left join {table} t on t.id = u.id
    where u.id <> u.start and case when g.id is null then t.{link} else g.above end is not null
)
select distinct row from up where id = start order by row
"""


def trees_of(obj: Object) -> list[Field]:
    """The relations of the type that may not run in a circle."""
    return [field for field in obj.fields if field.hierarchy and field.kind == "entered"]


async def hold(ctx: Context, fields: Iterable[Field]) -> None:
    """Writers of one hierarchy wait for one another."""
    for field in fields:
        await ctx.tx.execute(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{ctx.tx.schema} hierarchy {field.id}"
        )


async def circles(ctx: Context, obj: Object, field: Field, edges: str, *args: Any) -> list[int]:
    """Which of the links that are about to be written would close a circle with what is there and with each other.

    ``edges`` selects (row, id, above): a number by which the caller knows the link, the record, and the one that it is
    to stand below (null for none). The hierarchy has to be held. Without the links found there may be others, where a
    record then stands where it stood.
    """
    sql = _CIRCLES.format(edges=edges, table=quoted(obj.name), link=quoted(field.name))
    return [row["row"] for row in await ctx.tx.rows(sql, *args)]


async def keep_trees(ctx: Context, obj: Object, record_id: int, values: Mapping[str, Any]) -> None:
    """``Invalid`` where a record would come to stand below itself."""
    for field in trees_of(obj):
        if values.get(field.name) is None:
            continue
        await hold(ctx, [field])
        edge = "select $1::bigint, $1::bigint, $2::bigint"
        if await circles(ctx, obj, field, edge, record_id, values[field.name]):
            raise Invalid("Some values need mending; nothing was saved.", errors=[_circle(field)])


def _circle(field: Field) -> FieldError:
    return FieldError(
        field.name, "circle", "This would put the record below itself.", "Choose one that does not stand below it."
    )
