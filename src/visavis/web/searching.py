"""Search over every record type."""

from __future__ import annotations

from msgspec import Struct

from visavis import records
from visavis.features.app import Answer, Request, Route
from visavis.kernel.errors import NotFound
from visavis.records import Context, searching

DEFAULT = 10
MOST = 50


class Hit(Struct):
    object: str
    id: int
    title: str
    subtitle: str | None


class Hits(Struct):
    """``partial``: some records are still being made ready for search, and may be missing."""

    data: list[Hit]
    partial: bool


async def search(ctx: Context, request: Request) -> Answer:
    name = request.query.get("object")
    if name is not None and name not in ctx.catalogue.by_name:
        raise NotFound(f"There is no record type '{name}'.")
    limit = int(request.query.get("limit", DEFAULT))
    found = await records.search(ctx, request.query["q"], limit, name)
    return Answer({"data": found, "partial": await searching.is_waiting(ctx.tx)})


SEARCH = (
    Route(
        "GET",
        "/search",
        search,
        "Find records of any type",
        answer=Hits,
        query={
            "q": {"type": "string", "maxLength": 200, "pattern": r"^[^\u0000]*$", "required": True},
            "limit": {"type": "integer", "minimum": 1, "maximum": MOST},
            "object": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,47}$"},
        },
        problems=(404,),
    ),
)
