"""``/actions``: offers to groups, measured against a control group."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from visavis import access
from visavis.features.actions import logic, measuring
from visavis.features.app import Answer, Ref, Request, Route
from visavis.features.exports.api import neutralised
from visavis.kernel.errors import Unauthenticated, asked_in_a_body
from visavis.kernel.money import plain
from visavis.records.context import Context
from visavis.store import Row

_TEXT = r"^[^\u0000]*$"
_HIGHEST = (1 << 53) - 1
_MOST_LISTED = 1_000_000
Id = Annotated[int, Meta(ge=1, le=_HIGHEST)]
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=_TEXT)]
Note = Annotated[str, Meta(max_length=4_000, pattern=_TEXT)]
Amount = Annotated[str, Meta(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
Days = Annotated[int, Meta(ge=1, le=730)]
Share = Annotated[float, Meta(ge=0, le=1)]
Kind = Literal["purchase", "won_deal", "activity", "filter"]
Decision = Literal["roll_out", "adjust", "repeat", "stop"]


class Success(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """``days`` counts from the first day of the action. ``activity``: a kind (call, meeting, email …), or any.

    ``filter``: the customer fits it when the result is read.
    """

    kind: Kind
    days: Days
    activity: Annotated[str, Meta(max_length=100, pattern=_TEXT)] | None = None
    filter: dict[str, Any] | None = None


class NewAction(Struct, forbid_unknown_fields=True):
    """``group``: a saved view of companies or people. ``cost``: of one contact, in the workspace's currency.

    Profit: ``worth`` of one success where it is given, else the margin of what was sold; ``margin_share`` stands in
    where costs are unknown. ``control_share`` of the members is not contacted. ``stratify``: a field whose values are
    spread evenly over both groups. ``seed``: the draw of an earlier action again.
    """

    group: Id
    name: Name
    success: Success
    cost: Amount = "0"
    control_share: Annotated[float, Meta(ge=0.01, le=0.9)] = 0.2
    channel: Annotated[str, Meta(max_length=100, pattern=_TEXT)] | None = None
    margin_share: Share | None = None
    worth: Amount | None = None
    stratify: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,62}$")] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None
    starts_on: date | None = None


class Preview(Struct):
    """``held_out``: members in the control group of another action that still runs."""

    members: int
    treated: int
    control: int
    held_out: int


class Decided(Struct):
    decision: Decision
    note: str
    at: datetime
    by: Ref


class Action(Struct):
    """``result``: what was known when it was decided, for those who may see all of it.

    ``withheld``: the group was chosen by fields that you may not see, so who is in it is not told.
    ``treated``, ``control``, ``held_out``: null for whoever did not begin the action and sees only some customers.
    """

    id: int
    group: Ref
    object: str
    name: str
    channel: str | None
    cost: str
    currency: str
    success: dict[str, Any]
    margin_share: float | None
    worth: str | None
    control_share: float
    stratify: str | None
    seed: int
    starts_on: date
    ends_on: date
    running: bool
    treated: int | None
    control: int | None
    held_out: int | None
    withheld: bool
    created_at: datetime
    by: Ref
    decided: Decided | None
    result: dict[str, Any] | None


class Actions(Struct):
    data: list[Action]


class Group(Struct):
    """``drawn`` into the group, where that may be known; ``rows`` of them are there and in sight."""

    drawn: int | None
    rows: int
    successes: int
    rate: float | None
    revenue: str


class Ratio(Struct):
    """Below p 0.001 the groups do not have the sizes that were drawn, and nothing else here ``holds``."""

    p: float
    planned: float
    holds: bool


class Uplift(Struct):
    """Rate of the treated less that of the control group, with its 95 % interval."""

    difference: float
    lower: float
    upper: float
    p: float


class Incremental(Struct, omit_defaults=True):
    """Over all treated, with its 95 % interval. ``by``: margin, or worth (of a success)."""

    amount: str
    lower: str
    upper: str
    by: str | None = None


class Remark(Struct):
    code: str
    params: dict[str, Any]


class Result(Struct):
    """``final``: the last day has come. ``partial``: some customers of the groups are out of sight or gone.

    ``certain``: the interval of the uplift leaves zero out and the sample ratio holds.
    """

    as_of: str
    final: bool
    currency: str
    treated: Group
    control: Group
    partial: bool
    sample_ratio: Ratio
    uplift: Uplift | None
    revenue: Incremental | None
    profit: Incremental | None
    certain: bool
    notes: list[Remark]


class Contact(Struct):
    id: int
    title: str | None
    external_id: str | None
    stratum: str | None


class Contacts(Struct):
    """``after`` for the next page; null at the end."""

    data: list[Contact]
    after: int | None


class DecisionGiven(Struct, forbid_unknown_fields=True):
    decision: Decision
    note: Note = ""


async def preview(ctx: Context, request: Request) -> Answer:
    with asked_in_a_body():
        return Answer(await logic.preview(ctx, _asked(request.body)))


async def begin(ctx: Context, request: Request) -> Answer:
    if ctx.actor.user_id is None:
        raise Unauthenticated("An action belongs to a user.")
    with asked_in_a_body():
        action_id = await logic.begin(ctx, _asked(request.body))
    return Answer(await _action(ctx, action_id), 201)


async def listed(ctx: Context, request: Request) -> Answer:
    group = request.query.get("group")
    rows = await logic.listed(ctx, int(group) if group else None)
    day = await logic.today(ctx)
    return Answer(Actions([_shown(ctx, row, day) for row in rows]))


async def read(ctx: Context, request: Request) -> Answer:
    return Answer(await _action(ctx, int(request.path["id"])))


async def result(ctx: Context, request: Request) -> Answer:
    return Answer(await measuring.measured(ctx, await _row(ctx, request)))


async def decide(ctx: Context, request: Request) -> Answer:
    row = await _row(ctx, request)
    body: DecisionGiven = request.body
    await logic.decide(ctx, row, body.decision, body.note, await measuring.measured(ctx, row))
    return Answer(await _action(ctx, row["id"]))


async def worklist(ctx: Context, request: Request) -> Answer:
    row = await _row(ctx, request)
    limit = int(request.query.get("limit", "50"))
    found = await logic.worklist(ctx, row, int(request.query.get("after", "0")), limit)
    contacts = [Contact(one["id"], one["title"], one["external_id"], one["stratum"]) for one in found]
    return Answer(Contacts(contacts, found[-1]["id"] if len(found) == limit else None))


async def export(ctx: Context, request: Request) -> Answer:
    row = await _row(ctx, request)
    found = await logic.worklist(ctx, row, 0, _MOST_LISTED)
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["id", "external_id", "title", "stratum"])
    named = ("external_id", "title", "stratum")
    columns = [await neutralised(ctx, [one[name] or "" for one in found]) for name in named]
    lines.writerows(zip((one["id"] for one in found), *columns, strict=True))
    headers = {"content-disposition": f'attachment; filename="action-{row["id"]}.csv"'}
    return Answer("\ufeff".encode() + out.getvalue().encode(), headers=headers, media_type="text/csv; charset=utf-8")


async def _row(ctx: Context, request: Request) -> Row:
    return await logic.find(ctx, int(request.path["id"]))


def _asked(body: NewAction) -> dict[str, Any]:
    asked: dict[str, Any] = msgspec.to_builtins(body)
    for name in ("cost", "worth"):
        asked[name] = None if asked[name] is None else Decimal(asked[name])
    return asked


def _may_know(ctx: Context, row: Row) -> bool:
    """What was decided on are sums over all that whoever decided could see."""
    return row["decided_by"] == ctx.actor.user_id or access.sees_everything(ctx.actor)


async def _action(ctx: Context, action_id: int) -> Action:
    return _shown(ctx, await logic.find(ctx, action_id), await logic.today(ctx))


def _shown(ctx: Context, row: Row, day: date) -> Action:
    plain_fields = {
        name: row[name]
        for name in ("id", "object", "name", "channel", "currency", "success", "control_share", "stratify", "seed",
                     "starts_on", "ends_on", "created_at")
    }  # fmt: skip
    known = logic.knows_sizes(ctx, row)
    sizes: dict[str, Any] = {name: row[name] if known else None for name in ("treated", "control", "held_out")}
    decided = row["decision"] and Decided(
        row["decision"], row["decision_note"] or "", row["decided_at"], Ref(row["decided_by"], row["decider"])
    )
    return Action(
        **plain_fields,
        **sizes,
        withheld=logic.withheld(ctx, row),
        group=Ref(row["view_id"], row["group_name"]),
        cost=plain(row["cost"]),
        margin_share=None if row["margin_share"] is None else float(row["margin_share"]),
        worth=None if row["worth"] is None else plain(row["worth"]),
        running=day < row["ends_on"],
        by=Ref(row["created_by"], row["creator"]),
        decided=decided or None,
        result=row["result"] if _may_know(ctx, row) else None,
    )


_LIMIT = {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
_ID = {"type": "integer", "minimum": 0, "maximum": _HIGHEST}
ROUTES = (
    Route("GET", "/actions", listed, "Actions, the newest first; those of a group", answer=Actions,
          query={"group": {"type": "integer", "minimum": 1, "maximum": _HIGHEST}}),
    Route("POST", "/actions/preview", preview, "How large both groups would be", NewAction, Preview,
          problems=(404, 409)),
    Route("POST", "/actions", begin, "Begin an action: freeze the group and draw the control group", NewAction, Action,
          status=201, problems=(404, 409)),
    Route("GET", "/actions/{id}", read, "An action", answer=Action),
    Route("GET", "/actions/{id}/result", result, "What the action changed so far", answer=Result,
          problems=(409,)),
    Route("PUT", "/actions/{id}/decision", decide, "Decide; the result of the moment is kept with it", DecisionGiven,
          Action, problems=(409,)),
    Route("GET", "/actions/{id}/worklist", worklist, "Those to be contacted", answer=Contacts,
          query={"after": {**_ID, "default": 0}, "limit": _LIMIT}),
    Route("GET", "/actions/{id}/worklist/file", export, "Those to be contacted, as CSV", media_type="text/csv"),
)  # fmt: skip
