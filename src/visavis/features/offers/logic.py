"""Which offers hold today, whom they may be made to, and which each customer gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from visavis import access
from visavis.catalogue import Object
from visavis.features.actions.api import held_back
from visavis.features.views.api import find_view
from visavis.insight.api import load_settings
from visavis.kernel.errors import BadRequest, Conflict, NotFound
from visavis.kernel.money import plain
from visavis.records import Context
from visavis.records.query import build, readable_object, readable_where
from visavis.store import Row
from visavis.store.build import Build
from visavis.store.filters import where as filter_sql
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
CUSTOMERS = ("company", "person")
MOST_OFFERS = 50
LISTED = 50
DAYS = 90
_CONTACTS = "'call', 'meeting', 'visit', 'email'"
_FIELDS = ("margin", "chance", "contact_cost", "valid_from", "valid_to", "rest_days", "most_contacts", "places")


@dataclass(frozen=True, slots=True)
class Offer:
    """One that may be made: amounts in the workspace's currency, `chance` a share of one."""

    id: int
    title: str
    product: str | None
    margin: float
    cost: float
    chance: float
    rest_days: int | None
    most_contacts: int | None
    places: int | None
    group: Row


@dataclass(frozen=True, slots=True)
class Left:
    """An offer that nobody gets, and why: no_group, other_object, not_now, other_currency, group_blind.

    `group_blind`: the group is told by a field that the actor does not see, or that is gone.
    """

    id: int
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Given:
    """Who gets what: for each customer of `rows` the place of the offer or -1, its value and the reason."""

    offers: list[Offer]
    left: list[Left]
    rows: list[Row]
    choice: Any
    currency: str


async def put_group(ctx: Context, offer_id: int, view_id: int | None) -> None:
    """Say whom an offer is for. Raises NotFound, Forbidden, Conflict (a group of neither companies nor people)."""
    obj = readable_object(ctx, "offer")
    access.require(ctx.actor, obj, "update")
    statement = build(ctx)
    there = f"select true from offer t where t.id = {statement.bind(str(offer_id), 'bigint')}"
    if not await ctx.tx.value(f"{there} and {readable_where(statement, obj, 't', None)}", *statement.params):
        raise NotFound(f"There is no offer {offer_id}.")
    if view_id is None:
        await ctx.tx.execute(SQL.remove, offer_id)
        return
    view = await find_view(ctx, view_id)
    if view["object"] not in CUSTOMERS or not view["shared"]:
        raise Conflict("Offers are made to shared groups of companies or people.")
    await ctx.tx.execute(SQL.put, offer_id, view_id)


async def group_of(ctx: Context, offer_id: int) -> Row | None:
    """The group of an offer, if the actor may open it."""
    rows = await ctx.tx.rows(SQL.groups, ctx.actor.user_id)
    return next((row for row in rows if row["id"] == offer_id), None)


async def given(ctx: Context, object_name: str, customer: int | None = None) -> Given:
    """The best offer for each customer in the actor's sight, or for one of them (then `places` do not count).

    An offer whose group cannot be asked for is left out, and said to be. Raises NotFound, Forbidden.
    """
    if object_name not in CUSTOMERS:
        raise NotFound(f"Offers are made to companies and people, not to '{object_name[:60]}'.")
    obj = readable_object(ctx, object_name)
    settings = await load_settings(ctx.tx)
    offers, left = await _offers(ctx, obj, settings.currency, ZoneInfo(settings.timezone))
    if not offers:
        return Given([], left, [], None, settings.currency)
    rows = await _customers(ctx, obj, offers, customer, ZoneInfo(settings.timezone))
    return Given(offers, left, rows, _chosen(offers, rows, limited=customer is None), settings.currency)


async def _offers(ctx: Context, customer: Object, currency: str, zone: ZoneInfo) -> tuple[list[Offer], list[Left]]:
    obj = readable_object(ctx, "offer")
    statement = build(ctx)
    fields = {name: statement.place(statement.field(obj, name), "t") for name in _FIELDS}
    product = ctx.catalogue.object("product")
    allowed = statement.allow(product, "p", statement.params)
    name = 'p."name"' if "name" in statement.visible(product) else "null::text"
    seen = readable_where(statement, obj, "t", None)
    shown = ", ".join(f"{place} as {name}" for name, place in fields.items())
    rows = await ctx.tx.rows(
        f"select t.id, {statement.title(obj, 't')} as title, {name} as product, {shown},"
        f" t.margin_currency, t.contact_cost_currency from offer t"
        f" left join product p on p.id = t.product and {allowed} where {seen} order by t.id limit {MOST_OFFERS}",
        *statement.params,
    )
    groups = {row["id"]: row for row in await ctx.tx.rows(SQL.groups, ctx.actor.user_id)}
    today = ctx.now.astimezone(zone).date()
    offers: list[Offer] = []
    left: list[Left] = []
    for row in rows:
        group = groups.get(row["id"])
        reason = _why_not(row, group, customer.name, currency, today)
        if reason is None and group is not None and not _asks(ctx, customer, group):
            reason = "group_blind"
        if reason:
            left.append(Left(row["id"], row["title"], reason))
        else:
            offers.append(_offer(row, groups[row["id"]]))
    return offers, left


def _why_not(row: Row, group: Row | None, object_name: str, currency: str, today: Any) -> str | None:
    begins, ends = row["valid_from"], row["valid_to"]
    if group is None:
        return "no_group"
    if group["object"] != object_name:
        return "other_object"
    if (begins and begins > today) or (ends and ends < today):
        return "not_now"
    return "other_currency" if {row["margin_currency"], row["contact_cost_currency"]} - {currency, None} else None


def _asks(ctx: Context, obj: Object, group: Row) -> bool:
    """Whether the actor may ask for the group: its filter stands on fields that are there and in sight."""
    try:
        filter_sql(build(ctx), obj, "t", group["query"].get("filter"))
    except BadRequest:
        return False
    return True


def _offer(row: Row, group: Row) -> Offer:
    return Offer(
        row["id"],
        row["title"],
        row["product"],
        float(row["margin"] or 0),
        float(row["contact_cost"] or 0),
        min(1.0, max(0.0, float(row["chance"] or 0) / 100)),
        row["rest_days"],
        row["most_contacts"],
        row["places"],
        group,
    )


async def _customers(
    ctx: Context, obj: Object, offers: Sequence[Offer], customer: int | None, zone: ZoneInfo
) -> list[Row]:
    """Everybody for whom some offer is, with what is known of contacts and of the next product, by id."""
    statement = build(ctx)
    statement_now = statement.bind(ctx.now.isoformat(), "timestamptz")
    today = ctx.now.astimezone(zone).date()
    fits = [filter_sql(statement, obj, "t", offer.group["query"].get("filter")) for offer in offers]
    eligible = ", ".join(f"({condition})" for condition in fits)
    seen = readable_where(statement, obj, "t", None)
    one = f" and t.id = {statement.bind(str(customer), 'bigint')}" if customer else ""
    contacts = _contacts(ctx, statement, obj, statement_now)
    return await ctx.tx.rows(
        f"with contact as ({contacts}) select t.id, {statement.title(obj, 't')} as title,"
        f" array[{eligible}] as eligible, {_next(statement, obj)}, coalesce(c.recent, 0) as recent,"
        f" extract(epoch from {statement_now} - c.last) / 86400 as since"
        f" from {statement.rows(obj, 't')} left join (select id, sum(recent) as recent, max(last) as last"
        f" from contact group by id) c on c.id = t.id where {seen}{one} and ({' or '.join(fits)})"
        f" and not {held_back(obj.name, 't', today)} order by t.id",
        *statement.params,
    )


def _next(statement: Build, obj: Object) -> str:
    known = {"next_product", "next_product_chance"} <= statement.visible(obj).keys()
    named = ("t_d.next_product", "t_d.next_product_chance") if known else ("null::text", "null::float8")
    return f"{named[0]} as next_product, {named[1]} as next_chance"


def _contacts(ctx: Context, statement: Build, obj: Object, now: str) -> str:
    """Contacts so far: those of 90 days, and the last; of activities only where their kind and time may be seen."""
    activity = ctx.catalogue.object("activity")
    told = {"kind", "at", obj.name} <= statement.visible(activity).keys()
    seen = statement.allow(activity, "a", statement.params)
    recent = f"count(*) filter (where {{at}} > {now} - interval '{DAYS} days')"
    return (
        f"select a.{obj.name} as id, {recent.format(at='a.at')} as recent, max(a.at) as last from activity a"
        f" where a.{obj.name} is not null and a.kind in ({_CONTACTS}) and a.at <= {now} and {str(told).lower()}"
        f" and a.deleted_at is null and {seen} group by 1 union all"
        f" select m.record_id, {recent.format(at='x.starts_on')}, max(x.starts_on)::timestamptz from action_member m"
        f" join action x on x.id = m.action_id where m.treated and x.starts_on <= {now} group by 1"
    )


def _chosen(offers: Sequence[Offer], rows: Sequence[Row], *, limited: bool) -> Any:
    import numpy as np

    from visavis.insight.models.choosing import Fatigue, choose

    if not rows:
        return None
    chance = np.array([[_chance(offer, row) for offer in offers] for row in rows], dtype=np.float64)
    limits = [len(rows) if offer.places is None else max(0, offer.places) for offer in offers]
    return choose(
        chance,
        np.array([offer.margin for offer in offers]),
        np.array([offer.cost for offer in offers]),
        np.array([row["eligible"] for row in rows], dtype=object) == True,  # noqa: E712
        np.array([row["recent"] for row in rows], dtype=np.float64),
        np.array([np.nan if row["since"] is None else float(row["since"]) for row in rows]),
        [Fatigue(offer.most_contacts, offer.rest_days) for offer in offers],
        limits if limited and any(offer.places is not None for offer in offers) else None,
    )


def _chance(offer: Offer, row: Row) -> float:
    known = offer.product is not None and offer.product == row["next_product"] and row["next_chance"] is not None
    return min(1.0, max(0.0, float(row["next_chance"]) / 100)) if known else offer.chance


def amount(value: float, currency: str) -> dict[str, str]:
    """Expected values are worked out as floats, and told to the cent."""
    return {"amount": plain(round(Decimal(value), 2)), "currency": currency}
