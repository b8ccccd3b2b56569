"""Where the records went that were merged into others."""

from __future__ import annotations

from visavis.kernel.errors import Conflict
from visavis.records.context import Context


async def went_to(ctx: Context, record_id: int) -> int | None:
    """The record that this one was merged into, or None."""
    found: int | None = await ctx.tx.value("select winner_id from merged_record where id = $1", record_id)
    return found


async def refuse_merged(ctx: Context, record_id: int) -> None:
    """``Conflict`` for a record that only undoing its merge can bring back: what hung on it hangs elsewhere."""
    if await went_to(ctx, record_id) is not None:
        raise Conflict("This record was merged into another one. Undo the merge to get it back.")
