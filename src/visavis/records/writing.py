"""Create, update, trash, restore: each with its event, in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from visavis import access
from visavis.access import Action
from visavis.catalogue import Object
from visavis.fields import columns_of, type_of
from visavis.kernel.errors import Conflict, FieldError, NotFound, VersionMismatch
from visavis.records import events
from visavis.records.context import Context
from visavis.records.hierarchies import keep_trees
from visavis.records.history import before_writes
from visavis.records.merged import refuse_merged
from visavis.records.owners import an_owner_stays
from visavis.records.reading import Read, read, read_written
from visavis.records.ruling import keep_rules
from visavis.records.searching import index
from visavis.records.validating import Values, validated
from visavis.store import Row, UniqueViolation
from visavis.store.build import column
from visavis.store.db import quoted

_NOTHING: Mapping[str, Any] = {}


async def create(ctx: Context, object_name: str, values: Mapping[str, Any]) -> Read:
    """A new record, owned by the actor unless the values say otherwise."""
    obj = ctx.catalogue.object(object_name)
    access.require(ctx.actor, obj, "create")
    ready = await validated(ctx, obj, values, new=True, ours=_owned(ctx, obj, values))
    with _unique(obj):
        record_id = await _insert(ctx, obj, ready)
    await _within_reach(ctx, obj, record_id)
    await keep_rules(ctx, obj, record_id)
    await events.append(ctx, obj.name, record_id, "created")
    await index(ctx.tx, obj, "t.id = $1", record_id)
    return await read_written(ctx, object_name, record_id)


async def _within_reach(ctx: Context, obj: Object, record_id: int) -> None:
    """A role that creates its own records only cannot create somebody else's."""
    params: list[Any] = [record_id]
    allowed = access.predicate(ctx.actor, ctx.catalogue, obj, "create", "t", params)
    if allowed != "true" and not await ctx.tx.value(
        f"select {allowed} from {quoted(obj.name)} t where t.id = $1", *params
    ):
        raise access.refusal(ctx.actor, obj, "create")


def _owned(ctx: Context, obj: Object, values: Mapping[str, Any]) -> dict[str, int]:
    """Whose a new record is where the values do not say: also of an actor who may not choose, and has to find it."""
    links = {"owner": ctx.actor.user_id, "team": ctx.actor.team_id} if obj.scope.kind == "own" else {}
    free = obj.by_name.keys() - values.keys()
    return {name: link for name, link in links.items() if link is not None and name in free}


async def _insert(ctx: Context, obj: Object, ready: Values) -> int:
    names = ", ".join(quoted(name) for name in ready.columns)
    listed, picked, source = "created_by, updated_by", "$1::bigint, $1::bigint", ""
    args: list[Any] = [ctx.actor.user_id]
    if names:
        listed, picked = f"{listed}, {names}", f"{picked}, {names}"
        source = f" from json_to_record($2::text::json) as given ({ready.recordset})"
        args.append(ready.record)
    record_id: int = await ctx.tx.value(
        f"insert into {quoted(obj.name)} ({listed}) select {picked}{source} returning id", *args
    )
    return record_id


async def update(
    ctx: Context, object_name: str, record_id: int, values: Mapping[str, Any], version: int | None
) -> Read:
    """Change the given fields if the record is still at ``version``; ``VersionMismatch`` carries what is there now.

    Values that are as they were change nothing and leave no event.
    """
    obj = ctx.catalogue.object(object_name)
    await _locked(ctx, obj, record_id, "update", version, values)
    ready = await validated(ctx, obj, values, new=False, record_id=record_id)
    await keep_trees(ctx, obj, record_id, ready.fields)
    async with an_owner_stays(ctx, obj, ready.fields):
        with _unique(obj):
            changes = await _write(ctx, obj, record_id, ready)
    if changes:
        await keep_rules(ctx, obj, record_id, changes)
        await events.append(ctx, obj.name, record_id, "updated", changes)
        if any(obj.by_name[name].searchable or name in obj.title for name in changes.keys() & obj.by_name.keys()):
            await index(ctx.tx, obj, "t.id = $1", record_id)
    return await read_written(ctx, object_name, record_id)


async def trash(ctx: Context, object_name: str, record_id: int, version: int | None = None) -> None:
    """Move the record to the trash, from where ``restore`` brings it back as it was."""
    await _set_deleted(ctx, object_name, record_id, version, deleted=True)


async def restore(ctx: Context, object_name: str, record_id: int) -> Read:
    """Bring a record back from the trash; one that is not there stays as it is."""
    await _set_deleted(ctx, object_name, record_id, None, deleted=False)
    return await read(ctx, object_name, record_id)


async def _set_deleted(ctx: Context, object_name: str, record_id: int, version: int | None, *, deleted: bool) -> None:
    obj = ctx.catalogue.object(object_name)
    row = await _locked(ctx, obj, record_id, "delete", version)
    if (row["deleted_at"] is not None) == deleted:
        return
    if not deleted:
        await refuse_merged(ctx, record_id)
    async with an_owner_stays(ctx, obj):
        with _unique(obj):
            await ctx.tx.execute(
                f"update {quoted(obj.name)} set deleted_at = $2, version = version + 1, updated_at = $3,"
                " updated_by = $4 where id = $1",
                record_id,
                ctx.now if deleted else None,
                ctx.now,
                ctx.actor.user_id,
            )
    await events.append(ctx, obj.name, record_id, "deleted" if deleted else "restored")


async def _locked(
    ctx: Context, obj: Object, record_id: int, action: Action, version: int | None, sent: Mapping[str, Any] = _NOTHING
) -> Row:
    """The row, locked for this change. Unseen is ``NotFound``; seen but not to be changed is ``Forbidden``."""
    params: list[Any] = [record_id]
    sees = access.predicate(ctx.actor, ctx.catalogue, obj, "read", "t", params)
    may = access.predicate(ctx.actor, ctx.catalogue, obj, action, "t", params)
    row = await ctx.tx.row(
        f"select t.version, t.deleted_at, {may} as may from {quoted(obj.name)} t where t.id = $1 and {sees} for update",
        *params,
    )
    if row is None:
        raise NotFound(f"There is no {obj.name} {record_id}, or you may not see it.")
    if not row["may"]:
        access.require(ctx.actor, obj, action)
        raise access.refusal(ctx.actor, obj, action)
    if version is not None and row["version"] != version:
        raise await _mismatch(ctx, obj, record_id, version, sent)
    if action == "update" and row["deleted_at"] is not None:
        raise Conflict("The record is in the trash. Restore it first.")
    return row


async def permitted(ctx: Context, obj: Object, record_id: int, action: Action) -> None:
    """Lock the record for the action, or say why the actor may not."""
    await _locked(ctx, obj, record_id, action, None)


async def _mismatch(
    ctx: Context, obj: Object, record_id: int, version: int, sent: Mapping[str, Any]
) -> VersionMismatch:
    """What is there now, and each field that was sent: yours, theirs, and, if the log tells, what you had seen."""
    found = await read(ctx, obj.name, record_id)
    current = json.loads(found.body)
    fields = {name: {"yours": value, "theirs": current[name]} for name, value in sent.items() if name in current}
    seen = await before_writes(ctx, obj, record_id, found.version - version)
    for name, both in fields.items():
        if seen is not None:
            both["base"] = seen.get(name, current[name])
    return VersionMismatch(
        f"You changed version {version}, but the record is at {found.version}. Look at both and choose.",
        extra={"current": current, "fields": fields},
    )


async def _write(ctx: Context, obj: Object, record_id: int, ready: Values) -> dict[str, list[Any]]:
    """What changed, as ``{"field": [old, new]}``; nothing is written where nothing did."""
    if not ready.columns:
        return {}
    names = [quoted(name) for name in ready.columns]
    sets = ", ".join(f"{name} = given.{name}" for name in names)
    differs = " or ".join(f"t.{name} is distinct from given.{name}" for name in names)
    image = kept_image(obj, ready.fields, external_id=ready.external_id is not None)
    row = await ctx.tx.row(
        f"with given as (select * from json_to_record($2::text::json) as given ({ready.recordset})),"
        f" before as (select {image} as image from {quoted(obj.name)} t where t.id = $1)"
        f" update {quoted(obj.name)} t set {sets}, version = version + 1, updated_at = $3, updated_by = $4"
        f" from given where t.id = $1 and ({differs}) returning (select image from before) as old, {image} as new",
        record_id,
        ready.record,
        ctx.now,
        ctx.actor.user_id,
    )
    if row is None:
        return {}
    old, new = json.loads(row["old"]), json.loads(row["new"])
    return {name: [old[name], new[name]] for name in new if old[name] != new[name]}


def kept_image(obj: Object, names: Iterable[str], *, external_id: bool = False) -> str:
    """SQL of fields of ``t`` as the event log keeps them: money whole, links by id, numbers as the column has them."""
    parts = [f"'{name}', {kept_value(obj, name)}" for name in names]
    if external_id:
        parts.append("'external_id', t.external_id")
    return f"json_build_object({', '.join(parts)})::text"


def kept_value(obj: Object, name: str, alias: str = "t") -> str:
    """One of these values."""
    field = obj.field(name)
    place = column(field, alias)
    if type_of(field).wire == "money":
        _, (currency, _) = columns_of(field)
        return (
            f"case when {place} is null then null else"
            f" json_build_object('amount', {place}::text, 'currency', {alias}.{quoted(currency)}) end"
        )
    return f"{place}::text" if type_of(field).wire == "text" else place


@contextmanager
def _unique(obj: Object) -> Iterator[None]:
    try:
        yield
    except UniqueViolation as violation:
        names = [c for c in violation.columns if c in obj.by_name or c == "external_id"] or ["id"]
        taken = [FieldError(n, "not-unique", "Another record has this value.", "Use another value.") for n in names]
        raise Conflict("A value that has to be unique is taken.", errors=taken) from violation
