"""Merging over HTTP: look, merge, read, undo."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from visavis import records
from visavis.features.app import Answer, Request, Route
from visavis.features.merging import logic, showing
from visavis.kernel.errors import Forbidden, NotFound
from visavis.records.context import Context
from visavis.records.merge_plan import UNION, Wanted
from visavis.store import Row

_HIGHEST = 2**53 - 1
Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,47}$")]
Id = Annotated[int, Meta(ge=1, le=_HIGHEST)]
Version = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class Union(Struct, forbid_unknown_fields=True):
    union: bool


class Seen(Struct, forbid_unknown_fields=True):
    """The version of a record that the caller saw."""

    id: Id
    version: Version


class MergeAsked(Struct, forbid_unknown_fields=True):
    object: Name
    ids: Annotated[list[Id], Meta(min_length=2, max_length=100, extra_json_schema={"uniqueItems": True})]
    keep: Id
    choose: dict[str, Id | Union | None] = {}
    versions: Annotated[list[Seen], Meta(max_length=100)] = []


class Candidate(Struct):
    id: int
    value: Any
    at: datetime | None
    door: str | None
    actor: dict[str, Any] | None


class FieldShown(Struct):
    name: str
    from_: int | Union | None = msgspec.field(name="from")
    value: Any
    differs: bool
    writable: bool
    blocked: list[int]
    candidates: list[Candidate]


class RecordShown(Struct):
    id: int
    title: str
    version: int
    updated_at: datetime


class MoveShown(Struct):
    object: str
    field: str
    count: int
    capped: bool


class ConflictShown(Struct):
    kind: Literal["circle", "unique", "required", "last_owner"]
    object: str
    field: str
    ids: list[int]


class MergePreview(Struct):
    object: str
    keep: int
    records: list[RecordShown]
    fields: list[FieldShown]
    moves: list[MoveShown]
    others: bool
    conflicts: list[ConflictShown]


class KeptShown(Struct):
    object: str
    id: int
    title: str | None
    reason: str
    fields: list[str]


class MergeShown(Struct):
    """``error``: why it failed, or could not be undone, and what to do."""

    id: int
    object: str
    winner: dict[str, Any]
    losers: list[dict[str, Any]]
    state: Literal["waiting", "done", "undoing", "undone", "failed"]
    at: datetime
    job_id: int | None
    error: str | None
    kept: list[KeptShown]


async def preview(ctx: Context, request: Request) -> Answer:
    return Answer(await showing.preview(ctx, _wanted(request.body)))


async def merge(ctx: Context, request: Request) -> Answer:
    merge_id = await logic.start(ctx, _wanted(request.body))
    shown = await _shown(ctx, await logic.find(ctx, merge_id))
    return Answer(shown, 201, {"Location": f"/api/v1/merges/{merge_id}"})


async def read(ctx: Context, request: Request) -> Answer:
    return Answer(await _shown(ctx, await _found(ctx, request)))


async def undo(ctx: Context, request: Request) -> Answer:
    row = await _found(ctx, request)
    await logic.undo(ctx, row["id"])
    return Answer(await _shown(ctx, await logic.find(ctx, row["id"])))


async def _found(ctx: Context, request: Request) -> Row:
    """A merge is there for those who may see the record that stayed; others are told nothing of it."""
    merge_id = int(request.path["id"])
    try:
        row = await logic.find(ctx, merge_id)
        facts = row["facts"]
        await records.read(ctx, facts["object"], facts["keep"])
    except (NotFound, Forbidden) as problem:
        raise NotFound(f"There is no merge {merge_id}, or you may not see what it made.") from problem
    return row


def _wanted(body: MergeAsked) -> Wanted:
    choose = {name: _source(source) for name, source in body.choose.items()}
    return Wanted(body.object, tuple(body.ids), body.keep, choose, {seen.id: seen.version for seen in body.versions})


def _source(given: int | Union | None) -> int | str | None:
    if isinstance(given, Union):
        return UNION if given.union else None
    return given


async def _shown(ctx: Context, row: Row) -> dict[str, Any]:
    facts = row["facts"]
    others = [i for i in facts["ids"] if i != facts["keep"]]
    return {
        "id": row["id"],
        "object": facts["object"],
        "winner": (await showing.titles(ctx, facts["object"], [facts["keep"]]) or [{"id": facts["keep"]}])[0],
        "losers": await showing.titles(ctx, facts["object"], others),
        "state": await logic.state_of(ctx, row),
        "at": row["at"],
        "job_id": facts.get("job"),
        "error": await logic.why_not(ctx, row),
        "kept": await showing.kept(ctx, facts.get("kept", [])),
    }


ROUTES = (
    Route(
        "POST",
        "/merges/preview",
        preview,
        "What a merge of these records would make of them; nothing is written",
        MergeAsked,
        MergePreview,
        problems=(404, 409, 412),
    ),
    Route(
        "POST",
        "/merges",
        merge,
        "Make one record of several; much work goes on as a job",
        MergeAsked,
        MergeShown,
        status=201,
        problems=(404, 409, 412),
    ),
    Route("GET", "/merges/{id}", read, "A merge: what became of what", answer=MergeShown),
    Route(
        "POST", "/merges/{id}/undo", undo, "Make the records again what they were", answer=MergeShown, problems=(409,)
    ),
)
