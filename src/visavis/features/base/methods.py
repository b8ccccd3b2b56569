"""``/insight/methods``: the method catalogue, and the moves between classes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from visavis.features.app import Answer, Ref, Request, Route
from visavis.features.base.api import enqueue_look_back, enqueue_refresh
from visavis.features.base.routes import MEASURE
from visavis.features.jobs.api import JobShown
from visavis.insight import api as insight
from visavis.insight.answers.migration import HISTORIES, migration
from visavis.insight.methods import keeping, telling
from visavis.insight.methods.keeping import Schedule
from visavis.records.context import Context
from visavis.store import jobs

Id = Annotated[int, Meta(ge=1, le=(1 << 53) - 1)]
Key = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]


class Need(Struct):
    """There must be ``least`` of what ``code`` names: valued, customers, repeaters, days, deals."""

    code: str
    least: int


class Refusal(Struct):
    """The run made nothing: ``found`` of ``code`` where ``least`` are needed.

    ``found`` is null for whoever sees only some of the customers.
    """

    code: str
    least: float
    found: float | None


class Noted(Struct):
    """``words``: the remark in English; ``code`` is empty where there is nothing else."""

    code: str
    params: dict[str, Any]
    words: str


class Run(Struct):
    """``drift``: by field, ``changed`` and ``psi`` of classes, ``before`` and ``after`` of totals.

    ``notes`` are the ``warnings`` by code, for pages that have their own words.
    ``rows`` and ``drift`` are null, ``warnings`` and ``notes`` empty, for whoever sees only some of the customers,
    or none of the fields that the method makes.
    """

    id: int
    object: str
    version: str
    as_of: str
    rows: int | None
    seconds: float
    settings: dict[str, Any]
    drift: dict[str, Any] | None
    warnings: list[str]
    notes: list[Noted]
    refused: list[Refusal]
    finished_at: str
    by: Ref | None


class Setting(Struct):
    """``shared``: other methods read it, too."""

    name: str
    kind: str
    default: Any
    low: float | None
    high: float | None
    options: list[str]
    value: Any
    shared: bool


class Changed(Struct):
    name: str
    before: Any
    after: Any


class Change(Struct):
    at: str
    by: Ref | None
    shared: bool
    changes: list[Changed]


class Method(Struct):
    """``history``: outputs whose classes are kept with their days; ``last``: the newest run per kind of customer."""

    key: str
    version: str
    source: str
    doc: str
    inputs: list[str]
    outputs: list[str]
    history: list[str]
    needs: list[Need]
    owner: Ref | None
    schedule: Schedule
    enabled: bool
    due: bool
    last: list[Run]


class WholeMethod(Method):
    settings: list[Setting]
    runs: list[Run]
    changes: list[Change]


class Methods(Struct):
    data: list[Method]


class MethodChange(Struct, forbid_unknown_fields=True):
    owner: Id | UnsetType | None = UNSET
    schedule: Schedule | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    settings: dict[Key, Any] | UnsetType = UNSET


class LookBack(Struct, forbid_unknown_fields=True):
    """So many months before the first day of which classes are known, each at its first day."""

    months: Annotated[int, Meta(ge=1, le=60)] = 12


class Cell(Struct):
    """``filter`` opens the list of those who moved so; null is no class."""

    before: str | None
    after: str | None
    count: int
    value: dict[str, Any] | None
    filter: dict[str, Any]


class Migration(Struct):
    """``days``: the newest days on which a class changed."""

    field: str
    from_: str | None = msgspec.field(name="from")
    to: str | None
    days: list[str]
    classes: list[str]
    cells: list[Cell]


async def listed(ctx: Context, request: Request) -> Answer:
    return Answer({"data": await telling.listed(ctx)})


async def shown(ctx: Context, request: Request) -> Answer:
    return Answer(await telling.shown(ctx, request.path["key"]))


async def change(ctx: Context, request: Request) -> Answer:
    key, given = request.path["key"], msgspec.to_builtins(request.body)
    keeping.method(key)
    settings = given.pop("settings", {})
    if "owner" in given:
        given["owner_id"] = given.pop("owner")
    if given:
        await keeping.change(ctx, key, given)
    await insight.set_method(ctx, key, settings)
    return Answer(await telling.shown(ctx, key))


async def run(ctx: Context, request: Request) -> Answer:
    key = keeping.method(request.path["key"]).name
    job = await jobs.get(ctx.tx, await enqueue_refresh(ctx, [key]))
    assert job is not None
    return Answer(job.as_json(), status=202)


async def moves(ctx: Context, request: Request) -> Answer:
    asked = request.query
    days = [dt.date.fromisoformat(asked[part]) if part in asked else None for part in ("from", "to")]
    name, field = asked.get("object", "company"), asked.get("field", "abc_class")
    return Answer(await migration(ctx, name, field, days[0], days[1], asked.get("measure")))


async def look_back(ctx: Context, request: Request) -> Answer:
    job = await jobs.get(ctx.tx, await enqueue_look_back(ctx, request.body.months))
    assert job is not None
    return Answer(job.as_json(), status=202)


_DAY = {"type": "string", "format": "date", "pattern": "^(19|20)[0-9]{2}-"}
ROUTES = (
    Route("GET", "/insight/methods", listed, "Every method: owner, schedule, newest run", answer=Methods),
    Route("GET", "/insight/methods/{key}", shown, "A method, its settings, runs and changes", answer=WholeMethod),
    Route(
        "PATCH",
        "/insight/methods/{key}",
        change,
        "Change owner, schedule or settings of a method; settings hold from the next run",
        MethodChange,
        WholeMethod,
        access="managers",
        problems=(409, 422),
    ),
    Route(
        "POST", "/insight/methods/{key}/run", run, "Run a method and what it reads", answer=JobShown, status=202,
        access="writers",
    ),
    Route(
        "POST",
        "/insight/migration/earlier",
        look_back,
        "Work out which classes customers had in earlier months",
        LookBack,
        JobShown,
        access="managers",
        status=202,
    ),
    Route(
        "GET",
        "/insight/migration",
        moves,
        "Who moved from which class to which between two days",
        answer=Migration,
        query={
            "object": {"type": "string", "enum": ["company", "person"], "default": "company"},
            "field": {"type": "string", "enum": sorted(HISTORIES), "default": "abc_class"},
            "from": _DAY,
            "to": _DAY,
            **MEASURE,
        },
    ),
)  # fmt: skip
