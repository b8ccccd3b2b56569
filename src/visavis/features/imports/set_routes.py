"""Several uploaded files over HTTP: run them together, see what came of each, take all back."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from visavis.features.app import Answer, Request, Route
from visavis.features.imports import together
from visavis.features.imports.ledger import SQL
from visavis.features.jobs.api import JobShown
from visavis.kernel.errors import Conflict
from visavis.records.context import Context
from visavis.store import Row, jobs

_OVER = ("done", "failed", "cancelled")
ImportId = Annotated[int, Meta(ge=1, le=2**53 - 1)]


class NewSet(Struct, forbid_unknown_fields=True):
    """Imports that were uploaded and not run yet. ``make_fields``: columns that have no field get one (owners)."""

    imports: Annotated[list[ImportId], Meta(min_length=1, max_length=200)]
    make_fields: bool = False


class FileShown(Struct):
    """``rows`` = created + updated + unchanged + same + all of ``skipped`` + all of ``refused``.

    ``left``: nothing of the file goes in, and ``reason`` says why. ``remarks``: cells that did not go in, by reason.
    """

    name: str
    state: Literal["imported", "left", "failed"]
    kind: str
    reason: str
    objects: list[str]
    rows: int
    created: int
    updated: int
    unchanged: int
    same: int
    skipped: dict[str, int]
    refused: dict[str, int]
    remarks: dict[str, int]
    import_id: int | None


class SetShown(Struct):
    """``files`` in the order in which they went in, once all are through."""

    id: int
    imports: list[int]
    state: Literal["running", "done", "failed", "rolled_back"]
    files: list[FileShown]
    job_id: int | None
    error: str | None
    can_roll_back: bool


async def begin(ctx: Context, request: Request) -> Answer:
    set_id = await together.make(ctx, request.body.imports, make_fields=request.body.make_fields)
    await _start(ctx, set_id, "imports.set")
    return Answer(_shown(await together.find(ctx, set_id)), 202, {"location": f"/api/v1/import-sets/{set_id}"})


async def show(ctx: Context, request: Request) -> Answer:
    return Answer(_shown(await together.find(ctx, int(request.path["id"]))))


async def rollback(ctx: Context, request: Request) -> Answer:
    row = await together.find(ctx, int(request.path["id"]))
    if row["job_state"] not in (None, *_OVER):
        raise Conflict("These imports are still running. Wait until they are through.")
    await together.require_undoable(ctx, row)
    job = await jobs.get(ctx.tx, await _start(ctx, row["id"], "imports.set_rollback"))
    assert job is not None
    return Answer(job.as_json(), 202)


async def _start(ctx: Context, set_id: int, kind: str) -> int:
    args = {"set": set_id, "role": ctx.actor.role}
    lane = f"import set {set_id}"
    job_id = await jobs.enqueue(ctx.tx, kind, args, dedupe=f"{kind} {set_id}", lane=lane, actor_id=ctx.actor.user_id)
    await ctx.tx.execute(SQL.set_job_of_set, set_id, job_id)
    return job_id


def _shown(row: Row) -> SetShown:
    files = msgspec.convert((row["report"] or {}).get("files", []), list[FileShown])
    state = row["state"]
    if state == "running" and row["job_state"] in (None, *_OVER):
        state = "failed"
    wrote = any(file.created or file.updated for file in files)
    lost = "The work ended early. What was written stays, and can be taken back." if state == "failed" else None
    undoable = state == "failed" or (state == "done" and wrote)
    return SetShown(row["id"], row["imports"], state, files, row["job_id"], row["job_error"] or lost, undoable)


ROUTES = (
    Route(
        "POST",
        "/import-sets",
        begin,
        "Run several uploaded files together, each by its header, in the order in which they depend on each other",
        NewSet,
        SetShown,
        status=202,
        problems=(403, 404, 409),
    ),
    Route("GET", "/import-sets/{id}", show, "What came of each file", answer=SetShown, problems=(404,)),
    Route(
        "POST",
        "/import-sets/{id}/rollback",
        rollback,
        "Take all of them back, the last first",
        answer=JobShown,
        status=202,
        problems=(403, 404, 409),
    ),
)
