"""One record, whole."""

from __future__ import annotations

from dataclasses import dataclass

from visavis import access
from visavis.kernel.errors import NotFound
from visavis.records.context import Context
from visavis.records.query import build
from visavis.store.build import projection


@dataclass(frozen=True, slots=True)
class Read:
    """A record as JSON bytes, with the version that they show."""

    id: int
    version: int
    body: bytes
    trashed: bool = False


async def read(ctx: Context, object_name: str, record_id: int) -> Read:
    """The record with every field that the actor may see; ``NotFound`` also where they may not see it."""
    found = await _read(ctx, object_name, record_id, within_reach=True)
    if found is None:
        raise NotFound(f"There is no {object_name} {record_id}, or you may not see it.")
    return found


async def read_written(ctx: Context, object_name: str, record_id: int) -> Read:
    """The record that the actor has just written, also where it has thereby gone out of their reach."""
    found = await _read(ctx, object_name, record_id, within_reach=False)
    assert found is not None
    return found


async def _read(ctx: Context, object_name: str, record_id: int, *, within_reach: bool) -> Read | None:
    obj = ctx.catalogue.object(object_name)
    access.require(ctx.actor, obj, "read")
    statement = build(ctx)
    shown = projection(statement, obj, "t", list(access.readable(ctx.actor, obj)))
    allowed = statement.allow(obj, "t", statement.params) if within_reach else "true"
    row = await ctx.tx.row(
        "select t.id, t.version, t.deleted_at is not null as trashed,"
        f" convert_to((select row_to_json(record) from (select {shown}) record)::text, 'UTF8')"
        f" as body from {statement.rows(obj, 't')} where t.id = {statement.bind(str(record_id), 'bigint')}"
        f" and {allowed}",
        *statement.params,
    )
    return Read(row["id"], row["version"], row["body"], row["trashed"]) if row else None
