"""Activity-based costing: every piece of work for a customer, priced by the rates of its day.

A row of the ledger is one record that cost something, in one bar of the waterfall:

    service     tickets, work that served a ticket
    sales       calls, meetings, visits, other work
    delivery    an invoice delivered            (counts once a rate or an entry says so)
    credit      money lent until it was paid    (counts once a rate or an entry says so)
    returns     handling of a credit note       (counts once a rate or an entry says so)
    discounts, campaign, other                  entries only

A cost entry that names an activity, a ticket or an invoice stands for the worked-out cost of that record. `cost` is
null where it is unknown: a call without a duration, a ticket without a rate, an entry in another currency.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyarrow as pa

from visavis.insight.analyses.base import day
from visavis.insight.analyses.receipts import kind_of
from visavis.insight.analyses.value import inside
from visavis.insight.engine import Engine, Frame, union
from visavis.insight.rates import BARS as BAR_OF
from visavis.insight.rates import WORK
from visavis.insight.settings import Settings

BARS = ("discounts", "returns", "service", "sales", "delivery", "credit", "campaign", "other")
OPTIONAL = ("task", "email", "note")
_NEVER = dt.date(9999, 12, 31)
_ROW = ("customer_kind", "customer_id", "bar", "source", "record_id", "day", "driver", "fallback")
_AMOUNTS = ("minutes", "pieces", "lent", "given")
LEDGER = pa.schema(
    [
        ("customer_kind", pa.string()),
        ("customer_id", pa.int64()),
        ("bar", pa.string()),
        ("source", pa.string()),
        ("record_id", pa.int64()),
        ("day", pa.date32()),
        ("cost", pa.int64()),
    ]
)
_RATE = pa.schema(
    [
        ("driver", pa.string()),
        ("unit", pa.string()),
        ("rate", pa.int64()),
        ("usual", pa.int64()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
    ]
)
_READ = pa.schema(
    [
        ("id", pa.int64()),
        ("driver", pa.string()),
        ("unit", pa.string()),
        ("amount", pa.int64()),
        ("currency", pa.string()),
        ("minutes", pa.int64()),
        ("valid_from", pa.date32()),
    ]
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """`rows`: customer_kind, customer_id, bar, source, record_id, day, cost (ten-thousandths).

    `costed`: the bars that a row or a rate of the workspace says something of. `version`: that of the rates.
    """

    rows: Frame
    costed: frozenset[str]
    version: int


def ledger(engine: Engine, receipts: Frame, settings: Settings) -> Ledger:
    """Everything that serving the customers cost, row by row."""
    rows = engine.arrow(engine.table("cost_rate"), _READ).to_pylist()
    spans = intervals(rows, settings.currency)
    drivers = {span["driver"] for span in spans}
    frames = [engine.keep(f"costs_{n}", frame.select(*_ROW, *_AMOUNTS)) for n, frame in
              enumerate(_sources(engine, receipts, drivers, settings))]  # fmt: skip
    version = max((row["id"] for row in rows), default=0)
    costed = {BAR_OF[driver] for driver in drivers}
    if not frames:
        return Ledger(engine.frame("costs", LEDGER.empty_table()), frozenset(costed), version)
    every = union(frames).where(inside(engine, "day", settings))
    kept = engine.keep("costs", _priced(engine, every, engine.frame("rates", pa.Table.from_pylist(spans, _RATE))))
    found = engine.arrow(kept.select("bar").distinct(), pa.schema([("bar", pa.string())]))
    return Ledger(kept, frozenset({*costed, *found.column("bar").to_pylist()}), version)


def _sources(engine: Engine, receipts: Frame, drivers: set[str], settings: Settings) -> Iterator[Frame]:
    """Each kind of record that can cost something, where there are any."""
    filled = {name for name in ("activity", "ticket", "cost") if not _empty(engine, name)}
    entered = "cost" in filled
    if "activity" in filled:
        yield _activities(engine, drivers, entered)
    if "ticket" in filled:
        yield _tickets(engine, entered)
    if entered:
        yield _entries(engine, settings)
    for driver, bucket, bar in _PIECES:
        if driver in drivers:
            yield _pieces(engine, receipts, driver, bucket, bar, entered)
    if "credit" in drivers:
        yield _credit(engine, settings, entered)


def _empty(engine: Engine, table: str) -> bool:
    F = engine.F  # noqa: N806
    some = engine.table(table).limit(1).agg(F.count(F.lit(1)).cast("bigint").alias("n"))
    return not engine.arrow(some, pa.schema([("n", pa.int64())])).to_pylist()[0]["n"]


def intervals(rows: Iterable[dict[str, Any]], currency: str) -> list[dict[str, Any]]:
    """The rates as spans of days that never overlap: the last word on a first day wins, and ends the span before."""
    said: dict[str, dict[dt.date, dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: row["id"]):
        said.setdefault(row["driver"], {})[row["valid_from"]] = row
    spans = []
    for driver, days in sorted(said.items()):
        starts = [*sorted(days), _NEVER]
        for first, following in pairwise(starts):
            row = days[first]
            if row["amount"] is not None and row["currency"] == currency:
                named = {"unit": row["unit"], "rate": row["amount"], "usual": row["minutes"]}
                spans.append({"driver": driver, **named, "valid_from": first, "valid_to": following})
    return spans


def _activities(engine: Engine, drivers: set[str], entered: bool) -> Frame:
    F = engine.F  # noqa: N806
    counted = sorted({*WORK, *(name for name in OPTIONAL if name in drivers)})
    rows = engine.table("activity").where(F.col("kind").isin(*counted))
    rows = _without(engine, rows, "id", "activity_id", None) if entered else rows
    bar = F.when(F.col("ticket_id").isNotNull(), F.lit("service")).otherwise(F.lit("sales"))
    return _row(engine, rows, bar, "activity", F.col("kind"), minutes=F.col("minutes"), pieces=F.lit(10_000))


def _tickets(engine: Engine, entered: bool) -> Frame:
    F = engine.F  # noqa: N806
    rows = engine.table("ticket").withColumn("day", F.col("opened_on"))
    rows = _without(engine, rows, "id", "ticket_id", None) if entered else rows
    driver = F.concat(F.lit("ticket."), F.coalesce(F.col("priority"), F.lit("none")))
    return _row(engine, rows, F.lit("service"), "ticket", driver, "ticket", pieces=F.lit(10_000))


_PIECES = (("delivery", "sale", "delivery"), ("return", "credit_note", "returns"))


def _pieces(engine: Engine, receipts: Frame, driver: str, bucket: str, bar: str, entered: bool) -> Frame:
    """One piece for each invoice with a line of that bucket."""
    F = engine.F  # noqa: N806
    rows = receipts.where(F.col("bucket") == bucket)
    rows = _without(engine, rows, "invoice_id", "invoice_id", driver) if entered else rows
    rows = rows.withColumn("id", F.col("invoice_id"))
    return _row(engine, rows, F.lit(bar), "invoice", F.lit(driver), pieces=F.lit(10_000), customer=False)


def _credit(engine: Engine, settings: Settings, entered: bool) -> Frame:
    """Money × days that an invoice was lent: each payment until its day, the rest until today.

    The rest of an invoice that counts as paid was paid when it was due; without a due day that is unknown.
    """
    F = engine.F  # noqa: N806
    today, currency = day(engine, settings.day), F.col("currency") == settings.currency
    sold = F.coalesce(F.col("invoice_kind"), F.lit("invoice")) != "credit_note"
    lines = engine.table("sale_line").where(
        sold & currency & ~F.coalesce(F.col("invoice_status"), F.lit("")).isin("draft", "void")
    )
    invoices = lines.groupBy("invoice_id", "company_id", "person_id", F.col("issued_on").alias("day")).agg(
        F.max(F.coalesce(F.col("invoice_status"), F.lit("open"))).alias("status"),
        F.min("due_on").alias("due_on"),
        F.coalesce(F.max("invoice_total"), F.sum("amount")).cast("bigint").alias("total"),
    )
    paid = engine.table("payment").where(currency & (F.col("paid_on") < today)).select(
        F.col("invoice_id").alias("paid_invoice"), "paid_on", F.col("amount").alias("paid")
    )  # fmt: skip
    both = engine.keep("credit_invoices", invoices).join(paid, F.col("invoice_id") == F.col("paid_invoice"), "left")
    spent = F.greatest(F.datediff(F.col("paid_on"), F.col("day")), F.lit(0)).cast("bigint")
    sums = both.groupBy("invoice_id", "company_id", "person_id", "day", "status", "due_on", "total").agg(
        F.coalesce(F.sum("paid"), F.lit(0)).cast("bigint").alias("paid"),
        F.coalesce(F.sum(F.col("paid") * spent), F.lit(0)).cast("bigint").alias("lent_paid"),
    )
    ends = F.when(F.col("status") == "paid", F.least(F.col("due_on"), today)).otherwise(today)
    ends = F.when(F.col("due_on").isNull() & (F.col("status") == "paid"), F.lit(None).cast("date")).otherwise(ends)
    rest = F.greatest(F.col("total") - F.col("paid"), F.lit(0))
    days = F.greatest(F.datediff(ends, F.col("day")), F.lit(0)).cast("bigint")
    unknown = ends.isNull() & (rest > 0)
    lent = F.when(~unknown, F.col("lent_paid") + F.when(rest > 0, rest * days).otherwise(F.lit(0)))
    sums = engine.keep("credit_sums", sums.where(F.col("total") > 0))
    rows = _without(engine, sums, "invoice_id", "invoice_id", "credit") if entered else sums
    rows = rows.withColumn("id", F.col("invoice_id")).withColumn("lent_days", lent)
    return _row(engine, rows, F.lit("credit"), "invoice", F.lit("credit"), lent=F.col("lent_days"))


def _entries(engine: Engine, settings: Settings) -> Frame:
    F = engine.F  # noqa: N806
    served = engine.table("activity").select(F.col("id").alias("served_id"), F.col("ticket_id").alias("served_ticket"))
    rows = engine.table("cost").join(served, F.col("activity_id") == F.col("served_id"), "left")
    ticket = F.coalesce(F.col("ticket_id"), F.col("served_ticket"))
    kind, work = F.col("kind"), F.when(ticket.isNotNull(), F.lit("service")).otherwise(F.lit("sales"))
    bar = (
        F.when(kind.isin("time", "visit"), work)
        .when(kind == "ticket", F.lit("service"))
        .when(kind == "discount", F.lit("discounts"))
        .when(kind == "return", F.lit("returns"))
        .when(kind.isin("delivery", "credit", "campaign"), kind)
        .otherwise(F.lit("other"))
    )
    known = F.when(F.col("currency") == settings.currency, F.col("amount"))
    driver = F.when(F.col("amount").isNull(), F.coalesce(kind, F.lit("other"))).otherwise(F.lit("by_hand"))
    quantity = F.col("quantity")
    return _row(engine, rows, bar, "cost", driver, minutes=quantity * F.lit(60), pieces=quantity, given=known)


def _without(engine: Engine, rows: Frame, key: str, link: str, kind: str | None) -> Frame:
    """The rows whose cost nobody entered by hand."""
    F = engine.F  # noqa: N806
    entered = engine.table("cost").where(F.col(link).isNotNull())
    if kind is not None:
        entered = entered.where(F.col("kind") == kind)
    elif link == "ticket_id":
        entered = entered.where(F.col("activity_id").isNull())
    named = entered.select(F.col(link).alias("entered_id")).distinct()
    return rows.join(named, F.col(key) == F.col("entered_id"), "left").where(F.col("entered_id").isNull())


def _row(
    engine: Engine,
    rows: Frame,
    bar: Any,
    source: str,
    driver: Any,
    fallback: str | None = None,
    *,
    customer: bool = True,
    **amounts: Any,
) -> Frame:
    """The shape that all sources share before they are priced."""
    F = engine.F  # noqa: N806
    whose = [F.col("customer_kind"), F.col("customer_id")]
    if customer:
        whose = [kind_of(engine), F.coalesce(F.col("company_id"), F.col("person_id"))]
    measured = [amounts.get(name, F.lit(None)).cast("bigint").alias(name) for name in _AMOUNTS]
    return rows.select(
        *(part.alias(name) for part, name in zip(whose, _ROW, strict=False)),
        bar.alias("bar"),
        F.lit(source).alias("source"),
        F.col("id").alias("record_id"),
        "day",
        driver.alias("driver"),
        F.lit(fallback).cast("string").alias("fallback"),
        *measured,
    )


def _priced(engine: Engine, rows: Frame, rates: Frame) -> Frame:
    """Each row at the rate of its day: that of its driver, else that of the fallback."""
    F = engine.F  # noqa: N806
    own = rates.select(*(F.col(name).alias(f"own_{name}") for name in _RATE.names))
    general = rates.select(*(F.col(name).alias(f"all_{name}") for name in _RATE.names))
    found = rows.join(own, _applies(engine, "driver", "own"), "left")
    found = found.join(general, _applies(engine, "fallback", "all"), "left")
    rate, unit = F.coalesce(F.col("own_rate"), F.col("all_rate")), F.coalesce(F.col("own_unit"), F.col("all_unit"))
    minutes = F.coalesce(F.col("minutes"), F.coalesce(F.col("own_usual"), F.col("all_usual")))
    worked = (
        F.when(unit == "hour", _times(engine, minutes, rate, 600_000.0))
        .when(unit == "each", _times(engine, F.col("pieces"), rate, 10_000.0))
        .otherwise(_times(engine, F.col("lent"), rate, 365_000_000.0))
    )
    cost = F.when(F.col("given").isNotNull(), F.col("given")).when(rate.isNotNull(), worked)
    return found.select(*_ROW[:6], cost.cast("bigint").alias("cost"))


def _applies(engine: Engine, driver: str, side: str) -> Any:
    F = engine.F  # noqa: N806
    first, last = F.col(f"{side}_valid_from"), F.col(f"{side}_valid_to")
    return (F.col(driver) == F.col(f"{side}_driver")) & (F.col("day") >= first) & (F.col("day") < last)


def _times(engine: Engine, quantity: Any, rate: Any, parts: float) -> Any:
    """Half a unit up. Doubles in this order of operations are alike on every engine, PostgreSQL too."""
    F = engine.F  # noqa: N806
    exact = quantity.cast("double") * rate.cast("double") / F.lit(parts)
    return F.floor(exact + F.lit(0.5)).cast("bigint")
