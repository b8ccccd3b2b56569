"""The catalogue, and what administrators change in it."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from visavis.features.app import Answer, App, Request, Route
from visavis.features.customizing import formulas, logic
from visavis.features.customizing.showing import show, show_field, show_object
from visavis.records.context import Context

PLAIN = r"^[^\u0000]*$"
Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
Days = Annotated[int, Meta(ge=1, le=3_650)]
Label = Annotated[str, Meta(min_length=1, max_length=100, pattern=PLAIN)]
FormulaText = Annotated[str, Meta(min_length=1, max_length=2_000, pattern=PLAIN)]
HelpText = Annotated[str, Meta(max_length=1_000, pattern=PLAIN)]
TypeName = Literal[
    "text",
    "long_text",
    "email",
    "phone",
    "url",
    "integer",
    "decimal",
    "percent",
    "money",
    "boolean",
    "date",
    "datetime",
    "choice",
    "multi_choice",
    "relation",
    "user",
    "address",
]


class Labels(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One text for each language; English is the one that all others fall back to."""

    en: Label
    ko: Label | None = None
    zh: Label | None = None
    ro: Label | None = None
    he: Label | None = None


class Helps(Struct, forbid_unknown_fields=True, omit_defaults=True):
    en: HelpText | None = None
    ko: HelpText | None = None
    zh: HelpText | None = None
    ro: HelpText | None = None
    he: HelpText | None = None


class OptionGiven(Struct, forbid_unknown_fields=True, omit_defaults=True):
    value: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9_\-]*$")]
    label: Labels | None = None
    color: Annotated[str, Meta(pattern="^[a-z]{1,20}$")] = "gray"


Options = Annotated[list[OptionGiven], Meta(max_length=200)]


class RollupGiven(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What the records of ``object`` whose ``field`` points here come to.

    ``of`` is what is added up (for ``count`` nothing), ``filter`` chooses among them, ``by`` dates them for ``last``.
    """

    object: Name
    field: Name
    function: Literal["count", "sum", "min", "max", "avg", "last"]
    of: Name | None = None
    filter: dict[str, Any] | None = None
    by: Name | None = None


class NewField(Struct, forbid_unknown_fields=True, omit_defaults=True):
    name: Name
    type: TypeName
    label: Labels
    help: Helps | None = None
    required: bool = False
    unique: bool = False
    options: Options | None = None
    target: Name | None = None
    searchable: bool = False
    formula: FormulaText | None = None
    rollup: RollupGiven | None = None
    hierarchy: bool = False
    reverse: Labels | None = None
    required_if: FormulaText | None = None
    required_message: Labels | None = None
    verify_every: Days | None = None
    known_after: bool = False


class NewObject(Struct, forbid_unknown_fields=True, omit_defaults=True):
    name: Name
    label: Labels
    label_plural: Labels
    plural: Name | None = None
    icon: Annotated[str, Meta(pattern="^[a-z0-9-]{1,40}$")] = "box"
    fields: Annotated[list[NewField], Meta(max_length=100)] = []


class FieldChange(Struct, forbid_unknown_fields=True):
    label: Labels | UnsetType = UNSET
    help: Helps | UnsetType = UNSET
    required: bool | UnsetType = UNSET
    hidden: bool | UnsetType = UNSET
    options: Options | UnsetType = UNSET
    reverse: Labels | UnsetType = UNSET
    formula: FormulaText | UnsetType = UNSET
    rollup: RollupGiven | UnsetType = UNSET
    required_if: FormulaText | UnsetType | None = UNSET
    required_message: Labels | UnsetType = UNSET
    verify_every: Days | UnsetType | None = UNSET
    known_after: bool | UnsetType = UNSET


class RollupAsked(Struct, forbid_unknown_fields=True):
    object: Name
    rollup: RollupGiven


class RollupFound(Struct):
    """The field type that the roll-up gives, and the fields that it reads."""

    type: str
    reads: list[str]


class FormulaGiven(Struct, forbid_unknown_fields=True):
    """``name`` is the field that the formula is for, where there is one already; ``type`` what it has to fit."""

    object: Name
    formula: FormulaText
    name: Name | None = None
    type: TypeName | None = None


class FormulaFound(Struct):
    """``types`` are the field types that the result fits, ``reads`` the fields that it stands on."""

    kind: str
    types: list[str]
    reads: list[str]


async def read(ctx: Context, request: Request) -> Answer:
    body = msgspec.json.encode(show(ctx.catalogue, ctx.actor))
    return Answer(body, headers={"ETag": f'"{ctx.catalogue.version}-{hashlib.sha256(body).hexdigest()[:12]}"'})


async def add_field(ctx: Context, request: Request) -> Answer:
    body: NewField = request.body
    name = request.path["object"]
    catalogue = await logic.add_field(ctx, name, _plain(body))
    obj = catalogue.object(name)
    return Answer(show_field(obj, obj.field(body.name), ctx.actor), 201)


async def change_field(ctx: Context, request: Request) -> Answer:
    name, field = request.path["object"], request.path["field"]
    catalogue = await logic.change_field(ctx, name, field, _plain(request.body))
    obj = catalogue.object(name)
    found = next(f for f in obj.fields if f.name == field)
    held = {} if found.hidden else await logic.holders(ctx, obj, found)
    return Answer({**show_field(obj, found, ctx.actor), "held": held})


async def hide_field(ctx: Context, request: Request) -> Answer:
    await logic.hide_field(ctx, request.path["object"], request.path["field"])
    return Answer(status=204)


async def check_formula(ctx: Context, request: Request) -> Answer:
    body: FormulaGiven = request.body
    kind, types, reads = formulas.explain(ctx.catalogue, body.object, body.formula, body.name or "", body.type or "")
    return Answer(FormulaFound(kind, types, reads))


async def check_rollup(ctx: Context, request: Request) -> Answer:
    body: RollupAsked = request.body
    return Answer(RollupFound(*formulas.explain_rollup(ctx.catalogue, body.object, _plain(body.rollup))))


def _plain(body: Struct) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(body)
    return found


def routes_of(app: App) -> tuple[Route, ...]:
    """The routes; the names of all first path segments are kept from record types."""

    async def add_object(ctx: Context, request: Request) -> Answer:
        body: NewObject = request.body
        catalogue = await logic.add_object(ctx, _plain(body), reserved_of(app))
        return Answer(show_object(catalogue, catalogue.object(body.name), ctx.actor), 201)

    one = "/catalogue/objects/{object}/fields/{field}"
    return (
        Route("GET", "/catalogue", read, "Every record type with its fields", answer=dict[str, Any]),
        Route(
            "POST",
            "/catalogue/objects",
            add_object,
            "Add a record type",
            NewObject,
            dict[str, Any],
            status=201,
            access="owners",
            problems=(409,),
        ),
        Route(
            "POST",
            "/catalogue/objects/{object}/fields",
            add_field,
            "Add a field",
            NewField,
            dict[str, Any],
            status=201,
            access="owners",
            problems=(409,),
        ),
        Route(
            "PATCH", one, change_field, "Change a field", FieldChange, dict[str, Any], access="owners", problems=(409,)
        ),
        Route(
            "POST",
            "/catalogue/formulas/check",
            check_formula,
            "Say what a formula gives, or what is wrong with it",
            FormulaGiven,
            FormulaFound,
            access="owners",
            problems=(404, 409),
        ),
        Route(
            "POST",
            "/catalogue/rollups/check",
            check_rollup,
            "Say what a roll-up gives, or what is wrong with it",
            RollupAsked,
            RollupFound,
            access="owners",
            problems=(404, 409),
        ),
        Route("DELETE", one, hide_field, "Hide a field", access="owners", status=204, problems=(409,)),
    )


def reserved_of(app: App) -> frozenset[str]:
    """First path segments in use, and those that the door keeps for itself."""
    used = {route.path.split("/")[1] for route in app.routes}
    return frozenset(used | {"search", "events", "openapi", "docs", "docs.json", "healthz", "api", "assets"})
