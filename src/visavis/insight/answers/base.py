"""The base in a few numbers, and how they add up to all that was sold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from visavis import access
from visavis.insight.analyses import MONEY_FIELDS
from visavis.insight.analyses.base import CUSTOMERS
from visavis.insight.analyses.receipts import counted
from visavis.insight.answers.scope import (
    MEASURES,
    SQL,
    Customers,
    Last,
    customers,
    equals,
    foreign,
    known_of_run,
    last,
    money,
    period,
    remarks,
    spent,
)
from visavis.kernel.money import from_units
from visavis.records import Context
from visavis.records.query import build

COUNTED = ("sale", "credit_note", "deduction", "free")
_OTHERS = ("fee", "left_out", "outside_period", "later", "undated", "other_currency", "not_issued")
_WORDS = {
    "sale": "Sales",
    "credit_note": "Credit notes and returns",
    "deduction": "Deductions on invoices",
    "free": "Lines without an amount",
    "fee": "Fees and adjustments named in the settings",
    "left_out": "Sales left out by the textbook cleaning",
    "outside_period": "Outside the period",
    "later": "On or after the as-of day",
    "undated": "Without a date",
    "other_currency": "In another currency",
    "not_issued": "Drafts and void invoices",
    "turned": "Credit notes written with a plus sign, turned",
}
_WHO = {
    "company": "companies",
    "person": "people",
    "trashed": "customers in the trash",
    "none": "no customer",
}


async def base_summary(ctx: Context, name: str) -> dict[str, Any]:
    """Customers, their value by class, who is active, what is to come, what has no customer."""
    found = await last(ctx, name)
    scope = customers(ctx, name, "abc_class", found.settings.measure)
    totals = await _totals(ctx, scope)
    currency = found.settings.currency
    lines = _lines(found) if scope.everybody else []
    told = [*(_told(line, currency) for line in lines), *_left(lines, name, found, totals)]
    return {
        "as_of": found.as_of and found.as_of.isoformat(),
        "currency": currency,
        "period": period(found),
        "measure": found.settings.measure,
        "customers": totals["customers"],
        "revenue_net": spent(totals.get("revenue_net"), currency),
        "margin": money(totals.get("margin"), currency),
        "margin_unknown": totals.get("margin_unknown"),
        "classes": await _classes(ctx, scope, found),
        "alive": None if totals.get("alive") is None else round(totals["alive"]),
        "expected_value": money(totals.get("expected_value"), currency),
        "unassigned": _unassigned(lines, currency) if scope.everybody else None,
        "reconciliation": told if _sees_all_customers(ctx) else [],
        "measures": _measures(ctx, scope),
        **remarks(_warnings(found) if scope.everybody else []),
        "run": {"settings": found.settings.as_json(), "analyses": await _runs(ctx, name)} if found.as_of else None,
    }


def _sees_all_customers(ctx: Context) -> bool:
    """What was sold adds up over both kinds of customer, so that it tells of the people beside the companies."""
    return all(access.sees_all(ctx.actor, ctx.catalogue, ctx.catalogue.object(kind)) for kind in CUSTOMERS)


async def _totals(ctx: Context, scope: Customers) -> dict[str, Any]:
    visible = {f.name for f in access.readable(ctx.actor, scope.obj)}
    parts = ["count(*) as customers"]
    parts += [f"sum(t_d.{n}) as {n}" for n in ("revenue_net", "expected_value") if n in visible]
    if "margin" in visible:
        unknown = "count(*) filter (where t_d.margin is null and t_d.revenue_net is not null)"
        parts += [f"{unknown} as margin_unknown", f"case when {unknown} = 0 then sum(t_d.margin) end as margin"]
    if "p_alive" in visible:
        parts.append("(sum(t_d.p_alive) / 100)::float8 as alive")
    row = await ctx.tx.row(f"select {', '.join(parts)} {scope.rows}", *scope.params)
    return dict(row or {})


async def _classes(ctx: Context, scope: Customers, found: Last) -> list[dict[str, Any]]:
    statement, field = build(ctx, list(scope.params)), scope.obj.field(found.settings.measure)
    other = foreign(statement, field, found.settings.currency)
    measure = f"sum({statement.place(field, 't')}) filter (where not {other})"
    rows = await ctx.tx.rows(
        f"select t_d.abc_class as class, count(*) as n, {measure} as value, sum(count(*)) over () as customers,"
        f" sum({measure}) over () as total {scope.rows} and t_d.abc_class is not null group by 1 order by 1",
        *statement.params,
    )
    return [
        {
            "class": row["class"],
            "count": row["n"],
            "share_customers": round(float(row["n"] / row["customers"]), 6),
            "share_value": share(row["value"], row["total"]),
            "value": spent(row["value"], found.settings.currency),
            "filter": equals("abc_class", row["class"]),
        }
        for row in rows
    ]


def share(part: Any, whole: Any) -> float:
    """A fraction of 1; zero where the whole is not above zero."""
    return round(float(Decimal(part or 0) / Decimal(whole)), 6) if whole and whole > 0 else 0.0


def _lines(found: Last) -> list[dict[str, Any]]:
    """The reconciliation in reading order: what counts for the customers of this page, the others, the whole."""
    rows = found.documents.get("base", {}).get("reconciliation", [])
    place = {bucket: number for number, bucket in enumerate((*COUNTED, *_OTHERS))}
    kinds = {kind: number for number, kind in enumerate(_WHO)}
    ordered = sorted(rows, key=lambda row: (kinds[row["customer_kind"]], place[row["bucket"]]))
    return ordered if rows else []


def _told(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    who, bucket = row["customer_kind"], row["bucket"]
    return {
        "code": f"{who}.{bucket}",
        "label": f"{_WORDS[bucket]}, {_WHO[who]}",
        "customer": who,
        "bucket": bucket,
        "counted": who in CUSTOMERS and bucket in COUNTED,
        "lines": row["lines"],
        "invoices": row["invoices"],
        "amount": spent(from_units(row["raw"]), currency),
    }


def _left(lines: list[dict[str, Any]], name: str, found: Last, totals: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Sales of customers who went into the trash or were removed since the refresh: out of the ones, into the others.

    From the next refresh on they are lines of their own.
    """
    buckets, currency = counted(found.settings), found.settings.currency
    own = [row["amount"] for row in lines if row["customer_kind"] == name and row["bucket"] in buckets]
    gone = from_units(sum(own)) - (totals.get("revenue_net") or 0)
    if not own or not gone or "revenue_net" not in totals:
        return
    words = f"Since the refresh in the trash, {_WHO[name]}"
    for who, amount in ((name, -gone), ("trashed", gone)):
        facts = {"code": f"{who}.gone", "label": words, "customer": who, "bucket": "gone", "counted": who == name}
        yield {**facts, "lines": 0, "invoices": 0, "amount": spent(amount, currency)}


def _unassigned(lines: list[dict[str, Any]], currency: str) -> dict[str, Any]:
    """Everything without a customer that would count if it had one."""
    rows = [row for row in lines if row["customer_kind"] == "none" and row["bucket"] in COUNTED]
    return {
        "lines": sum(row["lines"] for row in rows),
        "invoices": sum(row["invoices"] for row in rows),
        "amount": spent(from_units(sum(row["raw"] for row in rows)), currency),
    }


def _measures(ctx: Context, scope: Customers) -> list[dict[str, Any]]:
    visible = {f.name: f for f in access.readable(ctx.actor, scope.obj)}
    return [{"name": n, "label": dict(visible[n].label)} for n in MEASURES if n in visible and n in MONEY_FIELDS]


def _warnings(found: Last) -> list[Any]:
    parts = [*found.documents.get("lifetime", {}).get("models", []), found.documents.get("abc", {})]
    return [note for part in parts for note in part.get("notes", part.get("warnings", []))]


async def _runs(ctx: Context, name: str) -> list[dict[str, Any]]:
    rows = [row for row in await ctx.tx.rows(SQL.runs) if row["object"] == name]
    return [run_told(ctx, row) for row in rows]


def run_told(ctx: Context, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of insight_run as JSON values."""
    moments = {key: row[key].isoformat().replace("+00:00", "Z") for key in ("as_of", "finished_at")}
    return known_of_run(ctx, row["method"], row) | moments
