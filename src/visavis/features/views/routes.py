"""Saved views: list, save, change, remove."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from visavis.features.app import Answer, Request, Route
from visavis.features.views import logic
from visavis.features.views.logic import SQL
from visavis.kernel.errors import Unauthenticated
from visavis.records.context import Context

NAME = r"^[^\u0000]*$"
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=NAME)]
ObjectName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,47}$")]
Words = Annotated[str, Meta(max_length=4_000, pattern=NAME)]
Kind = Literal["view", "group"]


class ViewQuery(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What the list is asked: the same as in its query string."""

    filter: dict[str, Any] | None = None
    sort: Words | None = None
    columns: Words | None = None


class NewView(Struct, forbid_unknown_fields=True):
    object: ObjectName
    name: Name
    kind: Kind = "view"
    shared: bool = False
    query: ViewQuery = msgspec.field(default_factory=ViewQuery)


class ViewChange(Struct, forbid_unknown_fields=True):
    name: Name | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    shared: bool | UnsetType = UNSET
    query: ViewQuery | UnsetType = UNSET


class SavedView(Struct):
    id: int
    object: str
    name: str
    kind: Kind
    shared: bool
    query: dict[str, Any]
    mine: bool


class SavedViews(Struct):
    data: list[SavedView]


async def listed(ctx: Context, request: Request) -> Answer:
    rows = await logic.listed(ctx, request.query.get("object"))
    return Answer(SavedViews([_shown(row) for row in rows]))


async def save(ctx: Context, request: Request) -> Answer:
    body: NewView = request.body
    if ctx.actor.user_id is None:
        raise Unauthenticated("A view belongs to a user.")
    query = msgspec.to_builtins(body.query)
    await logic.check(ctx, body.object, query)
    row = await ctx.tx.row(SQL.add, ctx.actor.user_id, body.object, body.name, body.kind, body.shared, query)
    return Answer(_shown(row), 201)


async def change(ctx: Context, request: Request) -> Answer:
    row = await logic.changeable(ctx, int(request.path["id"]))
    wanted = {k: row[k] for k in ("name", "kind", "shared", "query")} | msgspec.to_builtins(request.body)
    await logic.check(ctx, row["object"], wanted["query"])
    await ctx.tx.execute(SQL.change, row["id"], wanted["name"], wanted["kind"], wanted["shared"], wanted["query"])
    return Answer(_shown({**row, **wanted}))


async def remove(ctx: Context, request: Request) -> Answer:
    row = await logic.changeable(ctx, int(request.path["id"]))
    await ctx.tx.execute(SQL.remove, row["id"])
    return Answer(status=204)


def _shown(row: Any) -> SavedView:
    return SavedView(row["id"], row["object"], row["name"], row["kind"], row["shared"], row["query"], row["mine"])


ROUTES = (
    Route(
        "GET",
        "/views",
        listed,
        "My saved views and those shared with me",
        answer=SavedViews,
        query={"object": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,47}$"}},
    ),
    Route("POST", "/views", save, "Save a view or a group", NewView, SavedView, status=201, problems=(404, 409)),
    Route("PATCH", "/views/{id}", change, "Change a saved view", ViewChange, SavedView, problems=(409,)),
    Route("DELETE", "/views/{id}", remove, "Remove a saved view", status=204),
)
