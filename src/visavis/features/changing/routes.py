"""Changes to many records: look ahead, start, follow, take back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from visavis.features.app import Answer, Request, Route
from visavis.features.changing import logic, retention
from visavis.features.changing.retention import Retention, RetentionPreview
from visavis.kernel.errors import Unauthenticated
from visavis.records import bulk
from visavis.records.context import Context
from visavis.store import Row

PLAIN = r"^[^\u0000]*$"
ObjectName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,47}$")]
Id = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Ids = Annotated[list[Id], Meta(min_length=1, max_length=10_000)]
Text = Annotated[str, Meta(max_length=1_000, pattern=PLAIN)]
Word = Annotated[str, Meta(min_length=1, max_length=200, pattern=PLAIN)]
Words = dict[str, Annotated[list[Word], Meta(max_length=100)]]
Action = Literal["edit", "trash", "restore"]
State = Literal["queued", "running", "done", "cancelled", "failed", "undoing", "undone"]


class NewChange(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Which records (all that fit ``filter`` and ``q``; with ``ids`` only those among them), and what to do to them."""

    object: ObjectName
    action: Action = "edit"
    filter: dict[str, Any] | None = None
    q: Text | None = None
    ids: Ids | None = None
    set: dict[str, Any] = {}
    add: Words = {}
    remove: Words = {}


class Refused(Struct):
    field: str
    code: str
    message: str
    remedy: str


class Sample(Struct):
    id: int
    title: str
    fields: dict[str, list[Any]]


class ChangePreview(Struct):
    fits: int
    may: int
    changes: int
    skipped: dict[str, int]
    samples: list[Sample]
    refused: list[Refused]


class By(Struct):
    id: int
    title: str


class Change(Struct):
    id: int
    object: str
    action: Action
    set: dict[str, Any]
    add: dict[str, list[str]]
    remove: dict[str, list[str]]
    state: State
    actor: By | None
    at: datetime
    finished_at: datetime | None
    total: int | None
    changed: int
    unchanged: int
    skipped: dict[str, int]
    restored: int
    kept: dict[str, int]
    job_id: int | None
    error: str | None
    can_undo: bool


class KeptRecord(Struct):
    id: int
    title: str
    reason: str
    fields: list[str]


class ChangeRead(Change):
    kept_records: list[KeptRecord] = []


class Changes(Struct):
    data: list[Change]
    next: int | None


async def preview(ctx: Context, request: Request) -> Answer:
    body = _asked(request)
    found = await bulk.preview(ctx, body["object"], logic.selection_of(body), logic.change_of(body))
    refused = [Refused(e.field, e.code, e.message, e.remedy) for e in found.refused]
    samples = [Sample(each["id"], each["title"], each["fields"]) for each in found.samples]
    return Answer(ChangePreview(found.fits, found.may, found.changes, found.skipped, samples, refused))


async def start(ctx: Context, request: Request) -> Answer:
    if ctx.actor.user_id is None:
        raise Unauthenticated("A change belongs to a user.")
    change_id = await logic.begin(ctx, _asked(request))
    return Answer(_shown(await logic.find(ctx, change_id)), 202)


async def recent(ctx: Context, request: Request) -> Answer:
    before = request.query.get("before")
    rows = await logic.recent(ctx, int(before) if before else None)
    further = rows[-1]["id"] if len(rows) == logic.PAGE else None
    return Answer(Changes([_shown(row) for row in rows], further))


async def read(ctx: Context, request: Request) -> Answer:
    row = await logic.find(ctx, int(request.path["id"]))
    left = [KeptRecord(**each) for each in await logic.kept(ctx, row)]
    return Answer(ChangeRead(**msgspec.structs.asdict(_shown(row)), kept_records=left))


async def undo(ctx: Context, request: Request) -> Answer:
    change_id = int(request.path["id"])
    await logic.undo(ctx, change_id)
    return Answer(_shown(await logic.find(ctx, change_id)), 202)


async def read_retention(ctx: Context, request: Request) -> Answer:
    return Answer(await retention.read(ctx))


async def set_retention(ctx: Context, request: Request) -> Answer:
    await retention.write(ctx, request.body)
    return Answer(await retention.read(ctx))


async def preview_retention(ctx: Context, request: Request) -> Answer:
    return Answer(await retention.preview(ctx, request.body))


def _asked(request: Request) -> dict[str, Any]:
    asked: dict[str, Any] = msgspec.structs.asdict(request.body)
    return asked


def _shown(row: Row) -> Change:
    change = row["change"]
    by = By(row["actor_id"], row["actor_name"] or "") if row["actor_id"] is not None else None
    over = row["state"] in ("done", "cancelled", "failed")
    return Change(
        id=row["id"],
        object=row["object"],
        action=change["action"],
        set=change.get("set", {}),
        add=change.get("add", {}),
        remove=change.get("remove", {}),
        state=row["state"],
        actor=by,
        at=row["at"],
        finished_at=row["finished_at"],
        total=row["total"],
        changed=row["changed"],
        unchanged=row["unchanged"],
        skipped=row["skipped"],
        restored=row["restored"],
        kept=row["kept"],
        job_id=row["job_id"],
        error=row["error"],
        can_undo=over and (row["undoable"] or row["undo_began"]),
    )


ROUTES = (
    Route(
        "POST",
        "/changes/preview",
        preview,
        "What a change to many records would do",
        NewChange,
        ChangePreview,
        problems=(404, 409),
    ),
    Route(
        "POST",
        "/changes",
        start,
        "Change many records, in the background",
        NewChange,
        Change,
        status=202,
        problems=(404, 409),
    ),
    Route(
        "GET",
        "/changes",
        recent,
        "The newest changes to many records: mine, and to owners everybody's",
        answer=Changes,
        query={"before": {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}},
    ),
    Route("GET", "/changes/{id}", read, "A change, and what an undo left alone", answer=ChangeRead),
    Route("POST", "/changes/{id}/undo", undo, "Take a change back", answer=Change, status=202, problems=(409,)),
    Route("GET", "/retention", read_retention, "What is kept for how long", answer=Retention, access="owners"),
    Route(
        "PUT",
        "/retention",
        set_retention,
        "Say what is kept for how long",
        Retention,
        Retention,
        access="owners",
        problems=(404, 409),
    ),
    Route(
        "POST",
        "/retention/preview",
        preview_retention,
        "What such rules would take now",
        Retention,
        RetentionPreview,
        access="owners",
        problems=(404, 409),
    ),
)
