"""The ranking of a round's period, worked out once, and a sealed list beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from visavis import access
from visavis.features.keycustomers.logic import OF_PERIOD, SQL, find
from visavis.insight.api import load_settings
from visavis.insight.settings import Settings
from visavis.kernel.errors import Forbidden
from visavis.kernel.money import plain
from visavis.records.context import Context
from visavis.records.query import build, readable_where
from visavis.store import Row
from visavis.store.build import column
from visavis.store.db import quoted

MOST = 500
_REVENUE = {"invoice": ("kind", "status", "issued_at"), "invoice_line": ("amount",)}
_MADE_OF: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "revenue": _REVENUE,
    "margin": {**_REVENUE, "invoice_line": ("amount", "cost"), "product": ("cost",)},
}
_COST = (
    "case when l.cost is null then case when p.cost_currency = l.amount_currency then p.cost * l.quantity end"
    " when l.cost_currency = l.amount_currency then l.cost end"
)


async def rank(ctx: Context, round_id: int) -> int:
    """Rank every customer of the period, with the rights of the system; how many. Equal values by id.

    Margin is unknown for a customer with a line of unknown cost, unless the workspace assumes one; such are not ranked.
    """
    row = await find(ctx, round_id)
    settings = await load_settings(ctx.tx)
    source, params, currency = _source(ctx, row, settings)
    await ctx.tx.execute("delete from gut_rank where round_id = $1", round_id)
    await ctx.tx.execute(
        "insert into gut_rank (round_id, record_id, rank, value)"
        f" select $1::bigint, id, row_number() over (order by value desc, id), value from ({source}) v"
        " where value is not null",
        round_id,
        *params,
    )
    sums = await ctx.tx.row("select count(*) as n, sum(value) as total from gut_rank where round_id = $1", round_id)
    assert sums is not None
    await ctx.tx.execute(SQL.ranked, round_id, sums["n"], sums["total"], currency)
    return int(sums["n"])


def _source(ctx: Context, row: Row, settings: Settings) -> tuple[str, list[Any], str | None]:
    obj, measure = ctx.catalogue.object(row["object"]), row["measure"]
    if measure not in OF_PERIOD:
        money = obj.field(measure).type == "money"
        value = f"select t.id, {column(obj.field(measure), 't')} as value from {build(ctx).rows(obj, 't')}"
        return f"{value} where t.deleted_at is null", [], settings.currency if money else None
    zone = ZoneInfo(settings.timezone)
    days = (row["starts_on"], row["ends_on"] + dt.timedelta(days=1))
    begin, end = (dt.datetime.combine(day, dt.time(), zone) for day in days)
    who = "i.company" if obj.name == "company" else "case when i.company is null then i.person end"
    lines = SQL.lines.format(who=who, cost=_COST)
    value, params = "s.revenue", [settings.currency, begin, end]
    if measure == "margin":
        share = settings.assumed_margin
        value = "case when s.uncosted = 0 then s.revenue - coalesce(s.cost, 0) end"
        if share is not None:
            value, params = "s.revenue - coalesce(s.cost, 0) - s.uncosted * (1 - $5::numeric)", [*params, share]
    alive = f"{quoted(obj.name)} t on t.id = s.id and t.deleted_at is null"
    live = f"select s.id, {value} as value from ({lines}) s join {alive}"
    return live, params, settings.currency


def sees_all(ctx: Context, row: Row) -> bool:
    """Whether sums over all customers of the round tell the actor nothing of what is out of sight."""
    obj = ctx.catalogue.object(row["object"])
    return access.sees_all(ctx.actor, ctx.catalogue, obj)


def shows_measure(ctx: Context, row: Row) -> bool:
    """Whether the actor may see what the round ranks by: the derived field, or the fields of sales that make it."""
    wanted = _MADE_OF.get(row["measure"], {row["object"]: (row["measure"],)})
    return all(access.shows(ctx.actor, ctx.catalogue.object(name), fields) for name, fields in wanted.items())


def require_measure(ctx: Context, row: Row) -> None:
    if not shows_measure(ctx, row):
        raise Forbidden(f"This round ranks by {row['measure']}, and what that is made of is not shown to you.")


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer of a comparison; rank and value are null where the ranking does not know it."""

    id: int
    title: str | None
    rank: int | None
    value: str | None
    place: int | None = None
    note: str = ""


async def top(ctx: Context, row: Row, limit: int) -> list[Customer]:
    """The best customers of the period, as far as the actor sees them; ranks are those among all."""
    found = await _known(ctx, row, "r.rank <= $1", limit)
    return sorted(found.values(), key=lambda one: one.rank or 0)


async def compared(ctx: Context, row: Row, picks: Sequence[Row]) -> dict[str, Any]:
    """The list beside as many of the best: agreed, only named, only ranked; and the money between them.

    Customers out of sight are counted in `hidden` and take no part in the sums.
    """
    named = {pick["record_id"]: pick for pick in picks}
    best = await _known(ctx, row, "r.rank <= $1", len(named))
    gut = await _known(ctx, row, "t.id = any($1::bigint[])", list(named))
    told = {i: _named(one, named[i]) for i, one in gut.items()}
    both = [told[i] for i in told if i in best]
    only_gut = [told[i] for i in told if i not in best]
    only_data = sorted((one for i, one in best.items() if i not in told), key=lambda one: one.rank or 0)
    sums = {"gut": _sum(told.values()), "data": _sum(best.values())}
    ranked = min(len(named), row["customers"] or 0)
    return {
        "size": len(named),
        "agreed": len(both),
        "share": len(both) / len(named) if named else None,
        "hidden": len(named) - len(told) + ranked - len(best),
        "both": both,
        "only_gut": only_gut,
        "only_data": only_data,
        "currency": row["currency"],
        "total": _amount(row["total"]) if sees_all(ctx, row) else None,
        "gut_value": _amount(sums["gut"]),
        "data_value": _amount(sums["data"]),
        "at_stake": _amount(sums["data"] - sums["gut"]),
    }


async def _known(ctx: Context, row: Row, which: str, value: Any) -> dict[int, Customer]:
    obj = ctx.catalogue.object(row["object"])
    statement = build(ctx, [value, row["id"]])
    seen = readable_where(statement, obj, "t", None)
    kind = "left join" if which.startswith("t.") else "join"
    rows = await ctx.tx.rows(
        f"select t.id, {statement.title(obj, 't')} as title, r.rank, r.value from {quoted(obj.name)} t"
        f" {kind} gut_rank r on r.record_id = t.id and r.round_id = $2 where {which} and {seen}",
        *statement.params,
    )
    return {one["id"]: Customer(one["id"], one["title"], one["rank"], _amount(one["value"])) for one in rows}


def _named(one: Customer, pick: Mapping[str, Any]) -> Customer:
    return Customer(one.id, one.title, one.rank, one.value, pick["place"], pick["note"])


def _sum(customers: Any) -> Decimal:
    return sum((Decimal(one.value) for one in customers if one.value is not None), Decimal(0))


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else plain(Decimal(value))
