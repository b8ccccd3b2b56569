"""``/key-customers/rounds``: sealed lists and the ranking of a period."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from visavis.features.app import Answer, Ref, Request, Route
from visavis.features.keycustomers import logic, ranking
from visavis.features.keycustomers.ranking import Customer
from visavis.kernel.errors import Unauthenticated
from visavis.kernel.money import plain
from visavis.records.context import Context
from visavis.store import Row

_HIGHEST = (1 << 53) - 1
_TEXT = r"^[^\u0000]*$"
Id = Annotated[int, Meta(ge=1, le=_HIGHEST)]
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=_TEXT)]
Note = Annotated[str, Meta(max_length=2_000, pattern=_TEXT)]


class NewRound(Struct, forbid_unknown_fields=True):
    """``measure``: revenue or margin of the period, or a derived number of the customer (as of the day of ranking).

    ``participants``: users who seal a list until ``seal_by``; until then they see no derived fields of the object and
    no sums of their sales, and with ``hide_amounts`` no amounts of invoices, payments and deals either.
    """

    name: Name
    starts_on: date
    ends_on: date
    seal_by: Annotated[datetime, Meta(tz=True)]
    participants: Annotated[list[Id], Meta(min_length=1, max_length=200)]
    object: Literal["company", "person"] = "company"
    measure: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,62}$")] = "revenue"
    hide_amounts: bool = False


class Pick(Struct, forbid_unknown_fields=True):
    id: Id
    note: Note = ""


class Sealing(Struct, forbid_unknown_fields=True):
    """The most important first."""

    picks: Annotated[list[Pick], Meta(min_length=1, max_length=500)]
    note: Note = ""


class Participant(Struct):
    user: Ref
    state: Literal["open", "sealed", "waived", "missed"]
    sealed_at: datetime | None
    hash: str | None


class Round(Struct):
    """``state``: mine. ``may_look``: whether I may see the ranking; ``ranked_at``: since when there is one."""

    id: int
    name: str
    object: str
    starts_on: date
    ends_on: date
    measure: str
    seal_by: datetime
    hide_amounts: bool
    opened_at: datetime
    by: Ref | None
    state: Literal["open", "sealed", "waived", "missed", "looking_on"]
    may_look: bool
    ranked_at: datetime | None
    customers: int | None


class WholeRound(Round):
    participants: list[Participant]


class Rounds(Struct):
    data: list[Round]


class SealedList(Struct):
    """``hash``: SHA-256 of the list as it was sealed; ``intact``: the list still has it."""

    user: int
    note: str
    sealed_at: datetime
    hash: str
    intact: bool
    picks: list[Pick]


class Ranking(Struct):
    ranked_at: datetime | None
    currency: str | None
    customers: int | None
    total: str | None
    data: list[Customer]


class Comparison(Struct):
    """The list beside as many of the best. ``at_stake``: what the best bring more than those that were named.

    ``hidden``: customers of either side that are out of sight. Before there is a ranking, ``ranked_at`` is null.
    """

    ranked_at: datetime | None
    hash: str
    intact: bool
    size: int
    agreed: int
    share: float | None
    hidden: int
    both: list[Customer]
    only_gut: list[Customer]
    only_data: list[Customer]
    currency: str | None
    total: str | None
    gut_value: str | None
    data_value: str | None
    at_stake: str | None


class Standing(Struct):
    """One period of the history: how far a list and the ranking agreed."""

    round: int
    name: str
    starts_on: date
    ends_on: date
    size: int
    agreed: int
    share: float | None
    currency: str | None
    at_stake: str | None


class History(Struct):
    data: list[Standing]


async def listed(ctx: Context, request: Request) -> Answer:
    return Answer(Rounds([Round(**_shown(ctx, row)) for row in await logic.rounds(ctx)]))


async def open_round(ctx: Context, request: Request) -> Answer:
    if ctx.actor.user_id is None:
        raise Unauthenticated("A round is opened by a user.")
    round_id = await logic.open_round(ctx, msgspec.to_builtins(request.body))
    return Answer(await _whole(ctx, await logic.find(ctx, round_id)), 201)


async def read(ctx: Context, request: Request) -> Answer:
    return Answer(await _whole(ctx, await _row(ctx, request)))


async def seal(ctx: Context, request: Request) -> Answer:
    row, body = await _row(ctx, request), msgspec.to_builtins(request.body)
    await logic.seal(ctx, row, body["picks"], body["note"])
    return Answer(await _sealed(ctx, await _row(ctx, request), ctx.actor.user_id or 0), 201)


async def sealed(ctx: Context, request: Request) -> Answer:
    return Answer(await _sealed(ctx, await _row(ctx, request), _user(ctx, request)))


async def waive(ctx: Context, request: Request) -> Answer:
    await logic.waive(ctx, await _row(ctx, request))
    return Answer(await _whole(ctx, await _row(ctx, request)))


async def ranked(ctx: Context, request: Request) -> Answer:
    row = await _row(ctx, request)
    logic.require_look(ctx, row)
    ranking.require_measure(ctx, row)
    best = await ranking.top(ctx, row, int(request.query.get("limit", "50")))
    total = None if row["total"] is None else plain(row["total"])
    everything = ranking.sees_all(ctx, row)
    return Answer(
        Ranking(row["ranked_at"], row["currency"], row["customers"] if everything else None,
                total if everything else None, best)
    )  # fmt: skip


async def compare(ctx: Context, request: Request) -> Answer:
    row = await _row(ctx, request)
    logic.require_look(ctx, row)
    ranking.require_measure(ctx, row)
    found, picks, intact = await logic.list_of(ctx, row, _user(ctx, request))
    told = await ranking.compared(ctx, row, picks)
    return Answer(Comparison(ranked_at=row["ranked_at"], hash=found["hash"], intact=intact, **told))


async def history(ctx: Context, request: Request) -> Answer:
    """Of those rounds that are ranked, by what may be seen, and in which the list was sealed."""
    user, data = _user(ctx, request), []
    for row in await logic.rounds(ctx):
        open_to_me = row["ranked_at"] and logic.may_look(ctx, row) and ranking.shows_measure(ctx, row)
        if open_to_me and await ctx.tx.row(logic.SQL.list_of, row["id"], user):
            _, picks, _ = await logic.list_of(ctx, row, user)
            told = await ranking.compared(ctx, row, picks)
            kept = {name: told[name] for name in ("size", "agreed", "share", "currency", "at_stake")}
            data.append(Standing(row["id"], row["name"], row["starts_on"], row["ends_on"], **kept))
    return Answer(History(data))


def _user(ctx: Context, request: Request) -> int:
    return int(request.query.get("user") or ctx.actor.user_id or 0)


async def _row(ctx: Context, request: Request) -> Row:
    return await logic.find(ctx, int(request.path["id"]))


async def _sealed(ctx: Context, row: Row, user_id: int) -> SealedList:
    found, picks, intact = await logic.list_of(ctx, row, user_id)
    shown = [Pick(pick["picked"], pick["note"]) for pick in picks]
    return SealedList(user_id, found["note"], found["sealed_at"], found["hash"], intact, shown)


def _shown(ctx: Context, row: Row) -> dict[str, Any]:
    same = (
        "id",
        "name",
        "object",
        "starts_on",
        "ends_on",
        "measure",
        "seal_by",
        "hide_amounts",
        "opened_at",
        "ranked_at",
    )
    state = _state(ctx, row, row) if row["invited"] else "looking_on"
    by = Ref(row["opened_by"], row["opener"]) if row["opened_by"] else None
    looking = logic.may_look(ctx, row)
    customers = row["customers"] if looking and ranking.sees_all(ctx, row) else None
    return {name: row[name] for name in same} | {
        "by": by, "state": state, "may_look": looking, "customers": customers
    }  # fmt: skip


def _state(ctx: Context, row: Row, who: Row) -> Any:
    if who["sealed_at"]:
        return "sealed"
    if who["waived_at"]:
        return "waived"
    return "open" if row["seal_by"] > ctx.now else "missed"


async def _whole(ctx: Context, row: Row) -> WholeRound:
    participants = [
        Participant(Ref(one["user_id"], one["name"]), _state(ctx, row, one), one["sealed_at"], one["hash"])
        for one in await ctx.tx.rows(logic.SQL.participants, row["id"])
    ]
    return WholeRound(**_shown(ctx, row), participants=participants)


_USER = {"user": {"type": "integer", "minimum": 1, "maximum": _HIGHEST}}
_LIMIT = {"limit": {"type": "integer", "minimum": 1, "maximum": ranking.MOST, "default": 50}}
_ROUND = "/key-customers/rounds/{id}"
ROUTES = (
    Route("GET", "/key-customers/rounds", listed, "Rounds, the newest period first", answer=Rounds),
    Route("POST", "/key-customers/rounds", open_round, "Open a round for a period", NewRound, WholeRound, status=201,
          access="managers", problems=(409,)),
    Route("GET", _ROUND, read, "A round and who has sealed", answer=WholeRound),
    Route("POST", f"{_ROUND}/list", seal, "Seal my list of key customers, for good", Sealing, SealedList, status=201,
          problems=(409,)),
    Route("GET", f"{_ROUND}/list", sealed, "A sealed list", answer=SealedList, query=_USER),
    Route("POST", f"{_ROUND}/waiver", waive, "Take no part, and see the ranking", answer=WholeRound, problems=(409,)),
    Route("GET", f"{_ROUND}/ranking", ranked, "The ranking of the period", answer=Ranking, query=_LIMIT),
    Route("GET", f"{_ROUND}/comparison", compare, "A sealed list beside the ranking", answer=Comparison, query=_USER),
    Route("GET", "/key-customers/history", history, "Gut and data, period by period", answer=History, query=_USER),
)  # fmt: skip
