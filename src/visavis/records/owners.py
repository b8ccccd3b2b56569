"""A workspace keeps an owner: nobody locks it from inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from visavis.catalogue import Object
from visavis.kernel.errors import Conflict
from visavis.records.context import Context

_LAST = """
select u.role = 'owner' as owner, exists (
    select 1 from "user" o where o.role = 'owner' and o.active is not false and o.deleted_at is null) as left
from "user" u where u.id = $1
"""


async def keep_an_owner(
    ctx: Context, obj: Object, record_id: int, changes: Mapping[str, Sequence[Any]] | None = None
) -> None:
    """``Conflict`` where a change of this user, or their way to the trash, leaves no owner who can sign in."""
    if obj.name != "user" or (changes is not None and not changes.keys() & {"role", "active"}):
        return
    await ctx.tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{ctx.tx.schema} owners")
    row = await ctx.tx.row(_LAST, record_id)
    was_owner = (changes or {}).get("role", (None,))[0] == "owner"
    if row and (row["owner"] or was_owner) and not row["left"]:
        raise Conflict("This is the last owner who can sign in. Make somebody else an owner first.")
