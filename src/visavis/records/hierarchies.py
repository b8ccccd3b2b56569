"""Hierarchies stay trees: nothing stands above itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from visavis.catalogue import Field, Object
from visavis.kernel.errors import FieldError, Invalid
from visavis.records.context import Context
from visavis.store.db import quoted

_UPWARDS = """
with recursive above (id) as (
    select $2::bigint
    union
    select t.{link} from {table} t join above on t.id = above.id where t.{link} is not null
)
select exists (select 1 from above where id = $1)
"""


async def keep_trees(ctx: Context, obj: Object, record_id: int, values: Mapping[str, Any]) -> None:
    """``Invalid`` where a record would come to stand below itself. Writers of one hierarchy wait for one another."""
    for name, above in values.items():
        field = obj.by_name.get(name)
        if field is None or not field.hierarchy or above is None:
            continue
        await ctx.tx.execute(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{ctx.tx.schema} hierarchy {field.id}"
        )
        if await ctx.tx.value(_UPWARDS.format(table=quoted(obj.name), link=quoted(name)), record_id, above):
            raise Invalid("Some values need mending; nothing was saved.", errors=[_circle(field)])


def _circle(field: Field) -> FieldError:
    return FieldError(
        field.name, "circle", "This would put the record below itself.", "Choose one that does not stand below it."
    )
