"""``/next-offers``: who gets which offer."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal

from msgspec import Meta, Struct

from visavis.features.app import Answer, Request, Route
from visavis.features.offers import logic
from visavis.features.offers.logic import Given
from visavis.kernel.errors import NotFound
from visavis.records.context import Context

Id = Annotated[int, Meta(ge=1, le=(1 << 53) - 1)]
Reason = Literal["offered", "not_eligible", "tired", "too_soon", "not_worth_it", "used_up"]
OBJECT = {"type": "string", "enum": ["company", "person"]}


class GroupGiven(Struct, forbid_unknown_fields=True):
    """``group``: a shared saved view of companies or people, or null for nobody."""

    group: Id | None = None


class Named(Struct):
    id: int
    title: str | None


class Amount(Struct):
    amount: str
    currency: str


class Customer(Struct):
    """``value``: what the offer is expected to bring after the cost of its contact."""

    id: int
    title: str | None
    value: Amount


class OfferGiven(Struct):
    """``eligible``: in its group; ``chosen``: it is the best for so many; ``value``: what is expected of them together.

    ``customers``: the most valuable of them.
    """

    id: int
    title: str | None
    group: Named
    eligible: int
    chosen: int
    value: Amount
    customers: list[Customer]


class NotGiven(Struct):
    id: int
    title: str | None
    reason: Literal["no_group", "other_object", "not_now", "other_currency", "group_blind"]


class Allocation(Struct):
    """``reasons``: how many customers of all groups get an offer, and why the others get none."""

    data: list[OfferGiven]
    left: list[NotGiven]
    reasons: dict[str, int]


class Best(Struct):
    """``offer`` is null where none is worth its contact or may be made now; ``reason`` says which."""

    offer: Named | None
    value: Amount | None
    reason: Reason


class Group(Struct):
    group: Named | None


async def everybody(ctx: Context, request: Request) -> Answer:
    found = await logic.given(ctx, request.query.get("object", "company"))
    reasons = Counter(str(reason) for reason in found.choice.reason) if found.choice else Counter()
    data = [_told(found, place) for place in range(len(found.offers))]
    left = [NotGiven(one.id, one.title, one.reason) for one in found.left]  # type: ignore[arg-type]
    return Answer(Allocation(data, left, dict(reasons)))


def _told(found: Given, place: int) -> OfferGiven:
    offer, choice = found.offers[place], found.choice
    getting = [] if choice is None else [i for i, number in enumerate(choice.offer) if number == place]
    first = sorted(getting, key=lambda i: (-choice.value[i], found.rows[i]["id"]))[: logic.LISTED]
    return OfferGiven(
        offer.id,
        offer.title,
        Named(offer.group["view_id"], offer.group["name"]),
        sum(row["eligible"][place] is True for row in found.rows),
        len(getting),
        _amount(found, sum(float(choice.value[i]) for i in getting)),
        [Customer(found.rows[i]["id"], found.rows[i]["title"], _amount(found, choice.value[i])) for i in first],
    )


def _amount(found: Given, value: float) -> Amount:
    return Amount(**logic.amount(float(value), found.currency))


async def one(ctx: Context, request: Request) -> Answer:
    found = await logic.given(ctx, request.path["object"], int(request.path["id"]))
    if found.choice is None:
        return Answer(Best(None, None, "not_eligible"))
    place, reason = int(found.choice.offer[0]), str(found.choice.reason[0])
    if place < 0:
        return Answer(Best(None, None, reason))  # type: ignore[arg-type]
    offer = found.offers[place]
    return Answer(Best(Named(offer.id, offer.title), _amount(found, found.choice.value[0]), "offered"))


async def group(ctx: Context, request: Request) -> Answer:
    row = await logic.group_of(ctx, int(request.path["id"]))
    return Answer(Group(Named(row["view_id"], row["name"]) if row else None))


async def put_group(ctx: Context, request: Request) -> Answer:
    body: GroupGiven = request.body
    await logic.put_group(ctx, int(request.path["id"]), body.group)
    row = await logic.group_of(ctx, int(request.path["id"]))
    if body.group is not None and row is None:
        raise NotFound(f"There is no group {body.group}.")
    return Answer(Group(Named(row["view_id"], row["name"]) if row else None))


ROUTES = (
    Route(
        "GET", "/next-offers", everybody, "Who gets which offer", answer=Allocation, query={"object": OBJECT}
    ),
    Route("GET", "/next-offers/of/{object}/{id}", one, "The best offer for a customer", answer=Best),
    Route("GET", "/next-offers/{id}/group", group, "Whom an offer is for", answer=Group),
    Route(
        "PUT", "/next-offers/{id}/group", put_group, "Say whom an offer is for", GroupGiven, Group, problems=(404, 409)
    ),
)  # fmt: skip
