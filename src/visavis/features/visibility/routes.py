"""Who can see a record, and why."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from visavis.features.app import Answer, Ref, Request, Route
from visavis.features.visibility import logic
from visavis.features.visibility.logic import Standing
from visavis.records.context import Context


class Reason(Struct):
    """``via``: by a record that ``field`` links to; ``colleague``: its owner is in the same team."""

    code: Literal["role", "open", "own", "team", "colleague", "via"]
    field: str | None


class StandingShown(Struct):
    user: Ref
    role: str
    read: Reason | None
    update: Reason | None
    delete: Reason | None
    hidden: list[str]


class Visibility(Struct):
    """``data``: those who can see the record first; ``others``: colleagues whom the asker may not see."""

    data: list[StandingShown]
    others: int


async def show(ctx: Context, request: Request) -> Answer:
    found, others = await logic.who(ctx, request.query["object"], int(request.query["record"]))
    shown = [_shown(standing) for standing in found]
    return Answer(Visibility(sorted(shown, key=lambda s: s.read is None), others))


def _shown(standing: Standing) -> StandingShown:
    user = standing.user
    why: dict[str, Any] = standing.why
    reasons = {a: Reason(*why[a]) if a in why else None for a in logic.ACTIONS}
    return StandingShown(
        Ref(user["id"], user["name"]), user["role"], reasons["read"], reasons["update"], reasons["delete"],
        list(standing.hidden),
    )  # fmt: skip


ROUTES = (
    Route("GET", "/visibility", show, "Who can see a record, and why", answer=Visibility, problems=(404,),
          query={"object": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,47}$", "required": True},
                 "record": {"type": "integer", "minimum": 1, "maximum": (1 << 53) - 1, "required": True}}),
)  # fmt: skip
