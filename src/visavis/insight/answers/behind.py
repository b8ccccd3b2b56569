"""The rows behind one bar of one customer's waterfall: they sum to the bar as long as nothing changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from visavis import access
from visavis.insight.analyses.profit import FIELDS
from visavis.insight.analyses.receipts import counted
from visavis.insight.answers.scope import SQL, Last, customers, last, money
from visavis.kernel.errors import BadRequest, NotFound
from visavis.kernel.money import from_units
from visavis.records import Context
from visavis.store import Row, quoted
from visavis.store.build import title
from visavis.store.queries import queries

BEHIND = queries(Path(__file__).with_name("behind.sql"))
BARS = {"gross": "gross_sales", **FIELDS}
"""Every bar that rows stand behind, with its field."""
SOURCES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "invoice_line": ("invoice", ("issued_at",)),
    "invoice": ("invoice", ("issued_at",)),
    "activity": ("activity", ("at", "done_at")),
    "ticket": ("ticket", ("opened_at",)),
    "cost": ("cost", ("occurred_on",)),
}
"""What rows are of, with the fields that date them."""
MOST = 500


async def behind(ctx: Context, name: str, record_id: int, bar: str, limit: int = 50, offset: int = 0) -> dict[str, Any]:
    """The rows, newest first, with what each cost and at which rate; those that the actor may not read only as a sum.

    `bar` is the field as the last refresh left it, `sum` that of the rows as they are now; they differ where records
    changed since. A day that the actor may not see is null, and orders nothing. Raises NotFound, BadRequest for a bar
    that is none, Forbidden where the field is hidden.
    """
    if bar not in BARS:
        raise BadRequest(f"'{bar}' is no bar of the waterfall: choose one of {', '.join(BARS)}.")
    found = await last(ctx, name)
    scope = customers(ctx, name, BARS[bar])
    row = await ctx.tx.row(
        f"select t_d.{quoted(BARS[bar])} as bar {scope.rows} and t.id = ${len(scope.params) + 1}",
        *scope.params,
        record_id,
    )
    if row is None:
        raise NotFound(f"There is no {name} {record_id} with results.")
    rows = await _rows(ctx, found, name, record_id, bar, limit, offset)
    return await _told(ctx, found, bar, row["bar"], rows)


async def _rows(
    ctx: Context, found: Last, name: str, record_id: int, bar: str, limit: int, offset: int
) -> Sequence[Row]:
    settings = found.settings
    begin, end = settings.period or (None, None)
    share = None if settings.assumed_margin is None else float(1 - settings.assumed_margin)
    version = found.documents.get("base", {}).get("rates", 0)
    params: list[Any] = [
        *(record_id, found.as_of, settings.currency, list(settings.fee_products), settings.cleaning == "textbook"),
        *(list(counted(settings)), begin, end, version, share, bar, min(limit, MOST), offset),
    ]
    return await ctx.tx.rows(_statement(ctx, settings.timezone, name, params), *params)


def _statement(ctx: Context, timezone: str, name: str, params: list[Any]) -> str:
    zone = timezone.replace("'", "''")
    own = {"company": "{0}company = $1::bigint", "person": "{0}person = $1::bigint and {0}company is null"}[name]
    work = {"company": "company_id = $1::bigint", "person": "person_id = $1::bigint and company_id is null"}[name]
    columns = {f"{key}_columns": SQL[f"{key}_columns"] for key in ("line", "activity", "ticket", "cost")}
    return BEHIND.rows.format(
        **{key: text.format(timezone=zone) for key, text in columns.items()},
        activity_joins=SQL.activity_joins,
        customer=name,
        own_invoice=own.format("i."),
        own_ticket=own.format("t."),
        own_work=work,
        visible=" ".join(f"when '{source}' then {_seen(ctx, source, params)}" for source in SOURCES),
        dated=", ".join(f"'{source}'" for source, dates in SOURCES.items() if _dated(ctx, *dates)) or "null",
    )


def _dated(ctx: Context, name: str, fields: tuple[str, ...]) -> bool:
    """Whether the actor may know the day of such a row: the number does not tell it."""
    return access.shows(ctx.actor, ctx.catalogue.object(name), fields)


def _seen(ctx: Context, source: str, params: list[Any]) -> str:
    """The rows that may be told one by one. Who sees the bar sees the fields that make the number."""
    allowed = access.predicate(ctx.actor, ctx.catalogue, ctx.catalogue.object(source), "read", "v", params)
    return f"exists (select 1 from {quoted(source)} v where v.id = f.record_id and {allowed})"


async def _told(ctx: Context, found: Last, bar: str, value: Decimal | None, rows: Sequence[Row]) -> dict[str, Any]:
    currency = found.settings.currency
    whole = dict(rows[0]) if rows else dict.fromkeys(_TOTALS, 0)
    total = from_units(int(whole["all_cost"]))
    titles = await _titles(ctx, rows)
    return {
        "bar": bar,
        "as_of": found.as_of and found.as_of.isoformat(),
        "amount": money(value, currency),
        "sum": money(total, currency),
        "changed": value is not None and total != value,
        "rows": whole["all_rows"],
        "unknown": whole["all_unknown"],
        "hidden": {"rows": whole["hidden_rows"], "sum": money(from_units(int(whole["hidden_cost"])), currency)},
        "data": [_row(row, titles, currency) for row in rows if row["visible"]],
    }


_TOTALS = ("all_rows", "all_cost", "all_unknown", "hidden_rows", "hidden_cost")


def _row(row: Row, titles: dict[tuple[str, int], str], currency: str) -> dict[str, Any]:
    rate = None if row["rate"] is None else float(from_units(row["rate"]))
    quantity = None if row["quantity"] is None else float(from_units(row["quantity"]))
    return {
        "object": row["source"],
        "id": row["record_id"],
        "title": titles.get((row["source"], row["record_id"])),
        "day": row["told_day"] and row["told_day"].isoformat(),
        "amount": money(None if row["cost"] is None else from_units(row["cost"]), currency),
        "driver": row["driver"],
        "unit": row["unit"],
        "rate": rate,
        "quantity": quantity,
    }


async def _titles(ctx: Context, rows: Sequence[Row]) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], str] = {}
    for source in {row["source"] for row in rows if row["visible"]}:
        obj = ctx.catalogue.object(source)
        visible = {field.name: field for field in access.readable(ctx.actor, obj)}
        ids = [row["record_id"] for row in rows if row["visible"] and row["source"] == source]
        named = await ctx.tx.rows(
            f"select t.id, {title(obj, 't', visible)} as title from {quoted(source)} t where t.id = any($1::bigint[])",
            ids,
        )
        found |= {(source, row["id"]): row["title"] for row in named}
    return found
