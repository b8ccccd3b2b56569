"""Imports over HTTP: upload, plan, check, run, errors, cancel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from msgspec import Meta, Struct

from visavis.access import Actor
from visavis.features.app import Answer, Request, Route
from visavis.features.customizing.api import add_fields
from visavis.features.imports import errorfile, service, suggesting, takingback, together
from visavis.features.imports.ledger import BUSY, SQL
from visavis.features.imports.options import DateOrder
from visavis.features.imports.plan import Plan, plan_json
from visavis.features.jobs.api import JobShown
from visavis.kernel.errors import Conflict
from visavis.records.context import Context
from visavis.store import Row, jobs

_LISTED = 100
Offered = Literal["boolean", "integer", "decimal", "money", "date", "datetime", "choice", "text", "long_text"]
_OVER = ("done", "failed", "cancelled")


class ColumnShown(Struct):
    name: str
    samples: list[str]
    filled: float
    suggested: str = "text"


class ProposalShown(Struct):
    name: str
    confidence: float
    plan: dict[str, Any]


class Outcomes(Struct):
    created: int
    updated: int
    unchanged: int
    invalid: int


class AlikeShown(Struct):
    """``rows``: new records called like another new one or one that is there; ``there``: like one that is there."""

    rows: int
    there: int


class CountsShown(Struct):
    """``alike``: of a check, by record type."""

    rows: int
    invalid: int
    objects: dict[str, Outcomes]
    skipped: dict[str, int] = {}
    alike: dict[str, AlikeShown] = {}


class ErrorShown(Struct):
    row: int
    target: str
    column: str
    value: str
    code: str
    message: str
    remedy: str
    note: bool = False


class KeptShown(Struct):
    object: str
    id: int
    reason: Literal["edited", "linked", "taken", "circle", "access"]
    fields: list[str]


class UndoneShown(Struct):
    """``rows``: the first of those kept; ``reasons``: how many were kept for which reason."""

    restored: int
    removed: int
    kept: int
    reasons: dict[str, int]
    rows: list[KeptShown]


class ImportShown(Struct):
    id: int
    filename: str
    format: Literal["csv", "xlsx", "parquet", "vcard", "calendar", "mail"]
    state: Literal["draft", "checking", "checked", "running", "done", "failed", "rolling_back", "rolled_back"]
    columns: list[ColumnShown]
    options: dict[str, Any]
    plan: dict[str, Any] | None
    proposals: list[ProposalShown]
    counts: CountsShown | None
    errors: list[ErrorShown]
    job_id: int | None
    error: str | None
    created_at: datetime
    can_roll_back: bool
    undone: UndoneShown | None


class ImportList(Struct):
    data: list[ImportShown]


class OptionsGiven(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    encoding: str | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    decimal: Literal[".", ","] | None = None
    date_order: DateOrder | None = None
    sheet: str | None = None

    def given(self) -> dict[str, Any]:
        return {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not None}


class PlanGiven(Struct, forbid_unknown_fields=True):
    plan: Plan
    options: OptionsGiven = OptionsGiven()


class FieldWished(Struct, forbid_unknown_fields=True):
    """A field to be made for a column; without a type the one that the cells of the file suggest."""

    column: Annotated[str, Meta(min_length=1, max_length=250)]
    type: Offered | None = None


class FieldsWished(Struct, forbid_unknown_fields=True):
    object: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,47}$")]
    fields: Annotated[list[FieldWished], Meta(min_length=1, max_length=200)]


class FieldMade(Struct):
    column: str
    name: str
    type: str


class FieldsMade(Struct):
    fields: list[FieldMade]


def _looked(workspace: Any, actor: Actor, request: Request) -> AbstractAsyncContextManager[service.Look]:
    assert request.upload is not None
    return service.looked(request.query["filename"], request.upload)


@asynccontextmanager
async def _unpacked(workspace: Any, actor: Actor, request: Request) -> AsyncIterator[None]:
    """Another sheet of a workbook is unpacked once."""
    given: PlanGiven = request.body
    async with workspace.context(actor, "web", readonly=True) as ctx:
        row = await _mine(ctx, request)
    await service.source_of(row, given.options.given())
    yield


@asynccontextmanager
async def _wished(workspace: Any, actor: Actor, request: Request) -> AsyncIterator[list[dict[str, Any]]]:
    """The file is read outside of the transaction."""
    given: FieldsWished = request.body
    async with workspace.context(actor, "web", readonly=True) as ctx:
        row = await _mine(ctx, request)
        obj = ctx.catalogue.object(given.object)
    wishes = [suggesting.Wish(each.column, each.type) for each in given.fields]
    yield await service.wished(row, wishes, obj)


async def make_fields(ctx: Context, request: Request) -> Answer:
    given: FieldsWished = request.body
    await add_fields(ctx, given.object, request.before)
    made = zip(given.fields, request.before, strict=True)
    return Answer(FieldsMade([FieldMade(w.column, body["name"], body["type"]) for w, body in made]), 201)


async def upload(ctx: Context, request: Request) -> Answer:
    row = await service.take_in(ctx, request.before)
    return Answer(shown(row), 201, {"location": f"/api/v1/imports/{row['id']}"})


async def listed(ctx: Context, request: Request) -> Answer:
    found = await ctx.tx.rows(SQL.listed, service.whose(ctx), _LISTED)
    return Answer({"data": [shown(row) for row in found]})


async def show(ctx: Context, request: Request) -> Answer:
    return Answer(await _with_errors(ctx, await _mine(ctx, request)))


async def set_plan(ctx: Context, request: Request) -> Answer:
    given: PlanGiven = request.body
    row = await service.set_plan(ctx, await _mine(ctx, request), plan_json(given.plan), given.options.given())
    return Answer(shown(row))


async def check(ctx: Context, request: Request) -> Answer:
    return await _start(ctx, request, "imports.check")


async def run(ctx: Context, request: Request) -> Answer:
    return await _start(ctx, request, "imports.run")


async def rollback(ctx: Context, request: Request) -> Answer:
    row = await _mine(ctx, request)
    takingback.require_batches(row)
    await takingback.require_rights(ctx, row)
    return await _start(ctx, request, "imports.rollback")


async def _start(ctx: Context, request: Request, kind: str) -> Answer:
    row = await _mine(ctx, request)
    if row["plan"] is None:
        raise Conflict("There is no plan yet. Say which columns become which fields.")
    if row["state"] in BUSY and row["token"]:
        raise Conflict("The import is running already.")
    name = f"import {row['id']}"
    args = {"import": row["id"], "role": ctx.actor.role}
    job_id = await jobs.enqueue(ctx.tx, kind, args, dedupe=f"{kind} {row['id']}", lane=name, actor_id=ctx.actor.user_id)
    await ctx.tx.execute(SQL.set_job, row["id"], job_id)
    job = await jobs.get(ctx.tx, job_id)
    assert job is not None
    return Answer(job.as_json(), 202)


async def cancel(ctx: Context, request: Request) -> Answer:
    row = await _mine(ctx, request)
    changed = await ctx.tx.row(SQL.cancel, row["id"])
    waiting = await jobs.cancel(ctx.tx, row["job_id"]) if row["job_id"] else None
    if waiting != "running" and row["state"] in BUSY:
        changed = await ctx.tx.row(SQL.abandon, row["id"])
    return Answer(shown(changed or row))


async def errors(ctx: Context, request: Request) -> Answer:
    row = await _mine(ctx, request)
    found = {p["row_no"]: (p["key"], p["reason"]) for p in await ctx.tx.rows(SQL.problems, row["id"])}
    source = await service.source_of(row)
    stem = row["filename"].rsplit(".", 1)[0]
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(f'{stem} errors.csv')}"}
    return Answer(errorfile.lines(source, found), headers=headers, media_type="text/csv; charset=utf-8")


async def _mine(ctx: Context, request: Request) -> Row:
    return await together.own(ctx, int(request.path["id"]))


async def _with_errors(ctx: Context, row: Row) -> dict[str, Any]:
    body = shown(row)
    body["errors"] = [dict(e) for e in await ctx.tx.rows(SQL.samples, row["id"], _LISTED)]
    if body["state"] in BUSY and row["job_id"]:
        job = await jobs.get(ctx.tx, row["job_id"])
        if job is None or job.state in _OVER:
            body |= {"state": "failed", "error": (job.error if job else None) or "The work ended early. Run it again."}
    return body


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """An import as the API shows it."""
    same = ("id", "filename", "format", "state", "columns", "options", "plan", "proposals", "job_id", "error")
    return {name: row[name] for name in same} | {
        "counts": row["counts"] or None,
        "errors": [],
        "created_at": row["created_at"],
        "can_roll_back": bool(row["batch_ids"]) and row["state"] != "rolled_back",
        "undone": row["undone"],
    }


_FILENAME = {"filename": {"type": "string", "minLength": 1, "maxLength": 255, "required": True}}

ROUTES = (
    Route("POST", "/imports", upload, "Upload a table, cards, a calendar or mails as the raw body; plans are proposed",
          answer=ImportShown, query=_FILENAME, status=201, stream=True, access="writers", problems=(413, 422),
          before=_looked),
    Route("GET", "/imports", listed, "The newest imports", answer=ImportList),
    Route("GET", "/imports/{id}", show, "An import: state, plan, counts, first errors", answer=ImportShown),
    Route("PUT", "/imports/{id}/plan", set_plan, "Choose which columns become which fields", PlanGiven, ImportShown,
          problems=(409, 422), before=_unpacked),
    Route("POST", "/imports/{id}/fields", make_fields, "Make fields for columns, by what their cells hold",
          FieldsWished, FieldsMade, status=201, access="owners", problems=(409, 422), before=_wished),
    Route("POST", "/imports/{id}/check", check, "Judge every row; nothing is written", answer=JobShown, status=202,
          problems=(409,)),
    Route("POST", "/imports/{id}/run", run, "Write the records; goes on where an earlier run ended", answer=JobShown,
          status=202, problems=(409,)),
    Route("POST", "/imports/{id}/rollback", rollback, "Take the import back: remove what it made, restore the rest",
          answer=JobShown, status=202, problems=(409,)),
    Route("GET", "/imports/{id}/errors", errors, "The rows that did not go in, with the reason, to be corrected",
          media_type="text/csv", problems=(422,)),
    Route("POST", "/imports/{id}/cancellation", cancel, "Stop; what was written stays", answer=ImportShown),
)  # fmt: skip
