"""Whether the actor may do something to one record."""

from __future__ import annotations

from typing import Any

from visavis import access
from visavis.access import Action
from visavis.kernel.errors import NotFound
from visavis.records.context import Context
from visavis.store.db import quoted


async def require_reach(ctx: Context, object_name: str, record_id: int, action: Action) -> None:
    """Unseen is ``NotFound``; seen but out of reach for this action is ``Forbidden`` with the reason."""
    obj = ctx.catalogue.object(object_name)
    access.require(ctx.actor, obj, "read")
    params: list[Any] = [record_id]
    sees = access.predicate(ctx.actor, ctx.catalogue, obj, "read", "t", params)
    may = access.predicate(ctx.actor, ctx.catalogue, obj, action, "t", params)
    row = await ctx.tx.row(f"select {may} as may from {quoted(obj.name)} t where t.id = $1 and {sees}", *params)
    if row is None:
        raise NotFound(f"There is no {obj.name} {record_id}, or you may not see it.")
    if not row["may"]:
        access.require(ctx.actor, obj, action)
        raise access.refusal(ctx.actor, obj, action)
