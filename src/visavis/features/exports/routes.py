"""Exports over HTTP: ask for one, follow it, fetch its file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

import msgspec
from msgspec import Meta, Struct

from visavis import records
from visavis.features.app import Answer, Request, Route
from visavis.features.exports import logic
from visavis.features.exports.logic import SQL
from visavis.kernel.errors import BadRequest, Conflict, Invalid, NotFound
from visavis.records.context import Context
from visavis.store import Row, jobs

Format = Literal["csv", "xlsx", "parquet"]
State = Literal["queued", "running", "done", "failed", "cancelled"]
_MEDIA = "application/octet-stream"


ObjectName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,47}$")]
Words = Annotated[str, Meta(max_length=4_000, pattern=r"^[^\u0000]*$")]


class ExportQuery(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What the list is asked: the same as in its query string."""

    filter: dict[str, Any] | None = None
    sort: Words | None = None
    columns: Words | None = None
    q: Words | None = None


class NewExport(Struct, forbid_unknown_fields=True):
    """``query`` without columns takes every field that one may see; ``whole`` the workspace, without an object."""

    object: ObjectName | None = None
    whole: bool = False
    format: Format = "csv"
    query: ExportQuery = msgspec.field(default_factory=ExportQuery)


class ExportShown(Struct):
    """``notes`` say what the format could not hold. The file is kept until ``expires_at``."""

    id: int
    object: str | None
    format: Literal["csv", "xlsx", "parquet", "zip"]
    filename: str
    state: State
    job_id: int | None
    rows: int | None
    size: int | None
    notes: list[str]
    error: str | None
    created_at: datetime
    expires_at: datetime


class Exports(Struct):
    data: list[ExportShown]


async def ask(ctx: Context, request: Request) -> Answer:
    body: NewExport = request.body
    if body.whole == (body.object is not None):
        raise Conflict("Name a record type, or the whole workspace, but not both.")
    if body.object is None:
        logic.require_owner(ctx.actor)
        return await _start(ctx, None, "zip", {}, f"workspace {ctx.now:%Y-%m-%d}.zip")
    query = msgspec.to_builtins(body.query)
    obj = ctx.catalogue.by_name.get(body.object)
    if obj is None:
        raise NotFound(f"There is no record type '{body.object}'.")
    await _check(ctx, obj.name, query)
    name = logic.filename_of(obj, body.format, ctx.now)
    return await _start(ctx, obj.name, body.format, query, name)


async def _check(ctx: Context, object_name: str, query: dict[str, Any]) -> None:
    """``Conflict`` at once for what the job could not do."""
    asked = logic.query_of(query)
    try:
        async with ctx.tx.savepoint():
            await records.list_page(ctx, object_name, replace(asked, limit=1))
    except (BadRequest, Invalid) as problem:
        raise Conflict(f"This list could not be exported: {problem.detail}") from problem


async def _start(ctx: Context, object_name: str | None, kind: str, query: dict[str, Any], name: str) -> Answer:
    user = ctx.actor.user_id
    export_id = await ctx.tx.value(SQL.add, object_name, kind, query, name, ctx.actor.role, user)
    args = {"export": export_id, "role": ctx.actor.role}
    job_id = await jobs.enqueue(ctx.tx, "exports.run", args, actor_id=user, lane=f"export {user}")
    await ctx.tx.execute(SQL.set_job, export_id, job_id)
    row = await logic.find(ctx, export_id)
    return Answer(_shown(ctx, row), 202, {"location": f"/api/v1/exports/{export_id}"})


async def listed(ctx: Context, request: Request) -> Answer:
    return Answer(Exports([_shown(ctx, row) for row in await logic.listed(ctx)]))


async def show(ctx: Context, request: Request) -> Answer:
    return Answer(_shown(ctx, await _found(ctx, request)))


async def fetch(ctx: Context, request: Request) -> Answer:
    row = await _found(ctx, request)
    path = logic.file_of(ctx, row)
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(row['filename'])}",
        "content-length": str(path.stat().st_size),
    }
    return Answer(logic.chunks(path), headers=headers, media_type=_MEDIA)


async def remove(ctx: Context, request: Request) -> Answer:
    row = await _found(ctx, request)
    if row["job_id"]:
        await jobs.cancel(ctx.tx, row["job_id"])
    await logic.remove(ctx, row)
    return Answer(status=204)


async def _found(ctx: Context, request: Request) -> Row:
    return await logic.find(ctx, int(request.path["id"]))


def _shown(ctx: Context, row: Row) -> ExportShown:
    outdated = logic.is_outdated(ctx, row)
    lost = logic.OUTDATED if outdated else "The work ended early. Export it again."
    state: Any = "done" if row["path"] else row["job_state"] or "failed"
    if outdated or (state == "done" and not row["path"]):
        state = "failed"
    return ExportShown(
        id=row["id"],
        object=row["object"],
        format=row["format"],
        filename=row["filename"],
        state=state,
        job_id=row["job_id"],
        rows=row["rows"],
        size=row["size"],
        notes=row["notes"],
        error=(row["error"] or lost) if state == "failed" else None,
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )


ROUTES = (
    Route("POST", "/exports", ask, "Export a list; as an owner, all: a job does it", NewExport, ExportShown, status=202,
          problems=(404, 409)),
    Route("GET", "/exports", listed, "My newest exports; owners see all", answer=Exports),
    Route("GET", "/exports/{id}", show, "An export: how far it is, how long it is kept", answer=ExportShown),
    Route("GET", "/exports/{id}/file", fetch, "The file", media_type=_MEDIA, problems=(409,)),
    Route("DELETE", "/exports/{id}", remove, "Remove an export with its file", status=204),
)  # fmt: skip
