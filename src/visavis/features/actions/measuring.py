"""What became of both groups: successes and money from the rows of the workspace, and the statistics over them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from visavis import access
from visavis.catalogue import Object
from visavis.features.actions.logic import knows_sizes, require_members, today
from visavis.insight.api import load_settings
from visavis.insight.settings import Settings
from visavis.kernel.errors import BadRequest, Conflict, Forbidden
from visavis.kernel.money import plain
from visavis.records.context import Context
from visavis.records.query import build, readable_where
from visavis.store import Row
from visavis.store.build import Build
from visavis.store.db import quoted
from visavis.store.filters import where as filter_sql

_READS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "purchase": {"invoice": ("issued_at", "status", "kind"), "invoice_line": ("amount", "invoice")},
    "won_deal": {"deal": ("stage", "closed_on", "amount")},
    "activity": {"activity": ("at", "kind")},
    "filter": {},
}


@dataclass(frozen=True, slots=True)
class Sums:
    """One group: how many, how many successes, and per customer the money that differs from nothing."""

    rows: int
    won: int
    revenue: list[float]
    margin: list[float]
    unknown: int


async def measured(ctx: Context, row: Row) -> dict[str, Any]:
    """Both groups as the actor sees them, from the first day of the action until its last, or today.

    Raises Forbidden where the success lies in rows or fields that the actor's role does not show, Conflict for a filter
    by fields that are hidden or gone.
    """
    require_members(ctx, row)
    settings = await load_settings(ctx.tx)
    obj = ctx.catalogue.object(row["object"])
    _require(ctx, row["success"]["kind"])
    now, known = await today(ctx), knows_sizes(ctx, row)
    groups = {group["treated"]: group for group in await _groups(ctx, row, obj, settings)}
    treated, control = (_sums(groups.get(which), row, settings) for which in (True, False))
    told: dict[str, Any] = {
        "as_of": now.isoformat(),
        "final": now >= row["ends_on"],
        "currency": row["currency"],
        "treated": _told(treated, row["treated"] if known else None),
        "control": _told(control, row["control"] if known else None),
        "partial": treated.rows + control.rows < row["treated"] + row["control"],
    }
    return told | _effects(treated, control, row)


def _require(ctx: Context, kind: str) -> None:
    for name, fields in _READS[kind].items():
        obj = ctx.catalogue.object(name)
        access.require(ctx.actor, obj, "read")
        if set(fields) - {f.name for f in access.readable(ctx.actor, obj)}:
            raise Forbidden(f"The success of this action lies in {obj.plural} that your role does not show.")


async def _groups(ctx: Context, row: Row, obj: Object, settings: Settings) -> list[Row]:
    """One row per group. Members are live and in the actor's sight; a merged one of both groups is in neither."""
    statement = build(ctx)
    seen = readable_where(statement, obj, "t", None)
    outcome = _OUTCOMES[row["success"]["kind"]](ctx, statement, row, obj, settings)
    place = len(statement.params) + 1
    sql = (
        "with m as (select record_id as id, bool_and(treated) as treated from action_member"
        f" where action_id = ${place} group by record_id having bool_and(treated) = bool_or(treated)),"
        f" seen as (select t.id, m.treated from m join {statement.rows(obj, 't')} on t.id = m.id where {seen}),"
        f" outcome as ({outcome})"
        " select s.treated, count(*) as n, count(*) filter (where o.won) as won,"
        " coalesce(array_agg(o.revenue::float8) filter (where o.revenue <> 0), '{}') as revenue,"
        " coalesce(array_agg(o.cost::float8) filter (where o.revenue <> 0), '{}') as cost,"
        " coalesce(array_agg(o.uncosted::float8) filter (where o.revenue <> 0), '{}') as uncosted"
        " from seen s left join outcome o on o.id = s.id group by 1"
    )
    return await ctx.tx.rows(sql, *statement.params, row["id"])


def _span(row: Row, settings: Settings) -> tuple[str, str]:
    """First moment, and the first moment after; both as text for the database."""
    zone = ZoneInfo(settings.timezone)
    days = (row["starts_on"], row["ends_on"])
    begin, end = (dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC).isoformat() for day in days)
    return begin, end


def _purchase(ctx: Context, statement: Build, row: Row, obj: Object, settings: Settings) -> str:
    """Won: an invoice (no draft, not void, no credit note) with a line above zero. Credit notes take revenue away."""
    begin, end = (statement.bind(moment, "timestamptz") for moment in _span(row, settings))
    invoice, line = (ctx.catalogue.object(name) for name in ("invoice", "invoice_line"))
    seen = [statement.allow(o, alias, statement.params) for o, alias in ((invoice, "i"), (line, "l"))]
    product = ctx.catalogue.object("product")
    costs = "cost" in statement.visible(line)
    listed = costs and "cost" in statement.visible(product) and access.can(ctx.actor, product, "read")
    priced = "case when p.cost_currency = l.amount_currency then p.cost * l.quantity end" if listed else "null::numeric"
    own = "when l.cost_currency = l.amount_currency then l.cost" if costs else ""
    cost = f"case when l.cost is null then {priced} {own} end" if costs else priced
    signed = "case when i.kind = 'credit_note' then -abs(l.amount) else l.amount end"
    turned = f"case when i.kind = 'credit_note' then -abs({cost}) else {cost} end"
    who = "i.company" if obj.name == "company" else "i.person"
    alone = "" if obj.name == "company" else " and i.company is null"
    return (
        f"select {who} as id, bool_or(l.amount > 0 and i.kind is distinct from 'credit_note') as won,"
        f" sum({signed}) as revenue, sum({turned}) as cost, sum({signed}) filter (where {cost} is null) as uncosted"
        " from seen s"
        f" join invoice i on {who} = s.id{alone} and i.deleted_at is null"
        " and coalesce(i.status, '') not in ('draft', 'void')"
        f" and i.issued_at >= {begin} and i.issued_at < least({end}, now()) and {seen[0]}"
        f" join invoice_line l on l.invoice = i.id and l.deleted_at is null and {seen[1]}"
        f" and l.amount_currency = {statement.bind(row['currency'], 'text')}"
        " left join product p on p.id = l.product group by 1"
    )


def _won_deal(ctx: Context, statement: Build, row: Row, obj: Object, settings: Settings) -> str:
    deal = ctx.catalogue.object("deal")
    seen = statement.allow(deal, "d", statement.params)
    begin, end = (statement.bind(row[name].isoformat(), "date") for name in ("starts_on", "ends_on"))
    alone = "" if obj.name == "company" else " and d.company is null"
    amount = f"d.amount) filter (where d.amount_currency = {statement.bind(row['currency'], 'text')}"
    return (
        f"select d.{quoted(obj.name)} as id, true as won, sum({amount}) as revenue, null::numeric as cost,"
        f" sum({amount}) as uncosted from seen s join deal d on d.{quoted(obj.name)} = s.id{alone}"
        f" and d.deleted_at is null and d.stage = 'won' and d.closed_on >= {begin} and d.closed_on < {end}"
        f" and d.closed_on <= (now() + interval '1 day')::date and {seen} group by 1"
    )


def _activity(ctx: Context, statement: Build, row: Row, obj: Object, settings: Settings) -> str:
    activity = ctx.catalogue.object("activity")
    seen = statement.allow(activity, "a", statement.params)
    begin, end = (statement.bind(moment, "timestamptz") for moment in _span(row, settings))
    kind = row["success"].get("activity")
    which = f" and a.kind = {statement.bind(kind, 'text')}" if kind else ""
    return (
        f"select a.{quoted(obj.name)} as id, true as won, {_NOTHING} from seen s join activity a"
        f" on a.{quoted(obj.name)} = s.id and a.deleted_at is null and a.at >= {begin} and a.at < least({end}, now())"
        f" and {seen}{which} group by 1"
    )


def _filter(ctx: Context, statement: Build, row: Row, obj: Object, settings: Settings) -> str:
    try:
        fits = filter_sql(statement, obj, "t", row["success"]["filter"])
    except BadRequest as problem:
        raise Conflict(f"The filter that tells a success cannot be read by you: {problem.detail}") from problem
    return (
        f"select t.id, true as won, {_NOTHING} from seen s join {statement.rows(obj, 't')} on t.id = s.id where {fits}"
    )


_NOTHING = "null::numeric as revenue, null::numeric as cost, null::numeric as uncosted"
_OUTCOMES = {"purchase": _purchase, "won_deal": _won_deal, "activity": _activity, "filter": _filter}


def _sums(group: Row | None, row: Row, settings: Settings) -> Sums:
    """Margin: known costs taken off; where they are unknown, the share that the action (or the workspace) states."""
    if group is None:
        return Sums(0, 0, [], [], 0)
    share = row["margin_share"] if row["margin_share"] is not None else settings.assumed_margin
    margin, unknown = [], 0
    for revenue, cost, uncosted in zip(group["revenue"], group["cost"], group["uncosted"], strict=True):
        if uncosted and share is None:
            unknown += 1
        margin.append(revenue - (cost or 0.0) - (uncosted or 0.0) * (1 - float(share or 0)))
    return Sums(group["n"], group["won"], list(group["revenue"]), margin, unknown)


def _told(sums: Sums, drawn: int | None) -> dict[str, Any]:
    return {
        "drawn": drawn,
        "rows": sums.rows,
        "successes": sums.won,
        "rate": sums.won / sums.rows if sums.rows else None,
        "revenue": _money(sum(sums.revenue)),
    }


def _money(value: float) -> str:
    return plain(Decimal(value).quantize(Decimal("0.01")))


def _effects(treated: Sums, control: Sums, row: Row) -> dict[str, Any]:
    """Rates, revenue and profit; null where a group is too small, or the profit of a purchase is not known."""
    from visavis.insight.models import uplift

    planned = 1 - row["control_share"]
    sizes = {"p": uplift.sample_ratio(treated.rows, control.rows, planned), "planned": planned}
    told: dict[str, Any] = {
        "sample_ratio": sizes | {"holds": sizes["p"] >= uplift.MISMATCH},
        "uplift": None,
        "revenue": None,
        "profit": None,
        "certain": False,
        "notes": [],
    }
    smaller = min(treated, control, key=lambda group: group.rows)
    if smaller.rows < 2:
        return told | {"notes": [{"code": "small_group", "params": {"rows": smaller.rows, "events": smaller.won}}]}
    rate = uplift.rates((treated.won, treated.rows), (control.won, control.rows), planned)
    told |= {
        "uplift": _effect(rate),
        "certain": rate.certain,
        "notes": [{"code": note.code, "params": dict(note.params)} for note in rate.notes],
    }
    if row["success"]["kind"] in ("purchase", "won_deal"):
        told["revenue"] = _scaled(treated, control, "revenue", planned, 0.0)
    return told | _profit(rate, treated, control, row, planned)


def _profit(rate: Any, treated: Sums, control: Sums, row: Row, planned: float) -> dict[str, Any]:
    """By what a success is worth where the action says so, else by the margin of what was sold."""
    cost = float(row["cost"])
    if row["worth"] is not None:
        middle, low, high = rate.profit(float(row["worth"]), cost)
        return {"profit": {"amount": _money(middle), "lower": _money(low), "upper": _money(high), "by": "worth"}}
    if row["success"]["kind"] not in ("purchase", "won_deal") or treated.unknown + control.unknown:
        return {"profit": None}
    return {"profit": _scaled(treated, control, "margin", planned, cost) | {"by": "margin"}}


def _scaled(treated: Sums, control: Sums, name: str, planned: float, cost: float) -> dict[str, str]:
    """The difference of the means per customer, less the cost, over all treated."""
    from visavis.insight.models import uplift

    values = [[*getattr(s, name), *([0.0] * (s.rows - len(getattr(s, name))))] for s in (treated, control)]
    effect = uplift.means(values[0], values[1], planned=planned)
    amounts = ((x - cost) * treated.rows for x in (effect.difference, effect.lower, effect.upper))
    return dict(zip(("amount", "lower", "upper"), map(_money, amounts), strict=True))


def _effect(effect: Any) -> dict[str, Any]:
    return {"difference": effect.difference, "lower": effect.lower, "upper": effect.upper, "p": effect.p}
