"""``/policies``: working principles of groups, and what holds for a record."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from visavis.features.app import Answer, Ref, Request, Route
from visavis.features.policies import logic
from visavis.features.policies.logic import Ruling
from visavis.kernel.errors import NotFound
from visavis.records.context import Context
from visavis.store import Row

_HIGHEST = (1 << 53) - 1
Id = Annotated[int, Meta(ge=1, le=_HIGHEST)]
Days = Annotated[int, Meta(ge=0, le=3_650)]
Percent = Annotated[float, Meta(ge=0, le=100)]
Note = Annotated[str, Meta(max_length=4_000, pattern=r"^[^\u0000]*$")]
Level = Literal["self_service", "standard", "preferred", "premium"]
Channel = Literal["visit", "phone", "email", "online", "partner"]


class Principles(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """``contact_days``: one contact in so many days at least; ``max_discount``: per cent that may be granted."""

    service_level: Level | None = None
    contact_days: Days | None = None
    channel: Channel | None = None
    max_discount: Percent | None = None
    credit_days: Days | None = None
    owner: Id | None = None
    team: Id | None = None


class PolicyGiven(Struct, forbid_unknown_fields=True):
    """Of two groups that a record is in, the one of the lower ``precedence`` decides."""

    principles: Principles
    precedence: Annotated[int, Meta(ge=0, le=100_000)] = 100
    note: Note = ""


class Policy(Struct):
    """``id``: of the group, a saved view."""

    id: int
    name: str
    object: str
    precedence: int
    principles: Principles
    note: str
    at: datetime
    by: Ref | None


class Policies(Struct):
    data: list[Policy]


class RulingShown(Struct):
    """``value`` holds since ``group`` comes before those that it overrules."""

    principle: str
    value: Any
    group: Ref
    precedence: int
    overruled: list[Ref]


class EffectiveShown(Struct):
    """``groups``: all with principles that the record is in; ``withheld``: groups that you may not know about."""

    data: list[RulingShown]
    groups: list[Ref]
    withheld: int


async def listed(ctx: Context, request: Request) -> Answer:
    return Answer(Policies([_shown(row) for row in await logic.listed(ctx, request.query.get("object"))]))


async def put(ctx: Context, request: Request) -> Answer:
    body: PolicyGiven = request.body
    view_id = int(request.path["id"])
    await logic.put(ctx, view_id, msgspec.to_builtins(body.principles), body.precedence, body.note)
    for row in await logic.listed(ctx):
        if row["id"] == view_id:
            return Answer(_shown(row))
    raise NotFound(f"There is no group {view_id}.")


async def remove(ctx: Context, request: Request) -> Answer:
    await logic.remove(ctx, int(request.path["id"]))
    return Answer(status=204)


async def of_record(ctx: Context, request: Request) -> Answer:
    found = await logic.of_record(ctx, request.path["object"], int(request.path["id"]))
    groups = [_group(row) for row in found.groups]
    return Answer(EffectiveShown([_ruling(one) for one in found.rulings], groups, found.withheld))


def _shown(row: Row) -> Policy:
    editor = Ref(row["updated_by"], row["editor"]) if row["updated_by"] else None
    principles = msgspec.convert(row["principles"], Principles)
    return Policy(
        row["id"], row["name"], row["object"], row["precedence"], principles, row["note"], row["updated_at"], editor
    )


def _ruling(one: Ruling) -> RulingShown:
    overruled = [_group(row) for row in one.overruled]
    return RulingShown(one.principle, one.value, _group(one.group), one.group["precedence"], overruled)


def _group(row: Row) -> Ref:
    return Ref(row["id"], row["name"])


_OBJECT = {"object": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,47}$"}}
ROUTES = (
    Route("GET", "/policies", listed, "Groups with working principles, in order", answer=Policies, query=_OBJECT),
    Route("PUT", "/policies/{id}", put, "Give a group its working principles", PolicyGiven, Policy, access="managers",
          problems=(409,)),
    Route("DELETE", "/policies/{id}", remove, "Take a group's working principles away", status=204, access="managers"),
    Route("GET", "/policies/of/{object}/{id}", of_record, "The principles that hold for a record, and why",
          answer=EffectiveShown),
)  # fmt: skip
