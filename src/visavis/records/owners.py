"""A workspace keeps an owner: nobody locks it from inside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

from visavis.catalogue import Object
from visavis.kernel.errors import Conflict
from visavis.records.context import Context

LAST_OWNER = "This is the last owner who can sign in. Make somebody else an owner first."
_THERE = """
select exists (select 1 from "user" o where o.role = 'owner' and o.active is not false and o.deleted_at is null
    and o.id <> all($1::bigint[]))
"""


async def owners_beside(ctx: Context, ids: Sequence[int] = ()) -> bool:
    """Whether anybody but these users is an owner who can sign in."""
    found: bool = await ctx.tx.value(_THERE, list(ids))
    return found


@asynccontextmanager
async def an_owner_stays(ctx: Context, obj: Object, touched: Collection[str] | None = None) -> AsyncIterator[None]:
    """``Conflict`` where what is done inside leaves no owner who can sign in, and there was one.

    ``touched`` are the fields that it changes, if it does no more.
    """
    if obj.name != "user" or (touched is not None and not {"role", "active"} & set(touched)):
        yield
        return
    await ctx.tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{ctx.tx.schema} owners")
    before = await owners_beside(ctx)
    yield
    if before and not await owners_beside(ctx):
        raise Conflict(LAST_OWNER)
