"""Revenue and margin per customer, and the deals won."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any

import pyarrow as pa

from visavis.insight.analyses.base import MONEY, Analysis, Facts, Made, Reason, Tables, day, only, units
from visavis.insight.engine import Engine, Frame
from visavis.insight.settings import Settings

OUTPUTS = {
    "revenue_net": MONEY,
    "revenue_gross": MONEY,
    "returns": MONEY,
    "margin": MONEY,
    "invoice_count": pa.int64(),
    "first_purchase": pa.date32(),
    "last_purchase": pa.date32(),
    "won_value": MONEY,
    "won_count": pa.int64(),
}


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """One row per customer with a counted line or a won deal. A customer without lines has no revenue, not zero."""
    F = engine.F  # noqa: N806
    lines, deals = _from_lines(engine, tables["receipts"], settings), _from_deals(engine, tables["deals"], settings)
    both = lines.join(deals, F.col("id") == F.col("won_by"), "full")
    return Made(both.select(F.coalesce(F.col("id"), F.col("won_by")).alias("id"), *OUTPUTS))


def _from_lines(engine: Engine, receipts: Frame, settings: Settings) -> Frame:
    F = engine.F  # noqa: N806
    sale, amount = F.col("bucket") == "sale", F.col("amount")

    def within(column: Any, condition: Any = None) -> Any:
        """Receipts end before the as-of day, so that only a period has to be asked for."""
        conditions = [*([condition] if condition is not None else []), *_period(engine, "day", settings)]
        return only(engine, reduce(and_, conditions), column) if conditions else column

    sums = receipts.groupBy(F.col("customer_id").alias("id")).agg(
        units(engine, within(amount)).alias("revenue_net"),
        units(engine, within(amount, sale)).alias("revenue_gross"),
        units(engine, within(amount, ~sale)).alias("returns"),
        units(engine, within(F.col("cost"))).alias("cost"),
        units(engine, within(F.col("uncosted"))).alias("uncosted"),
        units(engine, within(F.col("uncosted_lines"))).alias("uncosted_lines"),
        F.countDistinct(within(F.col("invoice_id"), sale)).cast("bigint").alias("invoice_count"),
        F.min(only(engine, sale, F.col("day"))).alias("first_purchase"),
        F.max(only(engine, sale, F.col("day"))).alias("last_purchase"),
    )
    filled = (
        F.when(F.col("revenue_net").isNotNull(), F.coalesce(F.col(n), F.lit(0))) for n in ("revenue_gross", "returns")
    )
    gross, returned = filled
    return sums.select(
        "id",
        "revenue_net",
        gross.cast("bigint").alias("revenue_gross"),
        returned.cast("bigint").alias("returns"),
        margin(engine, F.col("revenue_net"), settings).alias("margin"),
        *("invoice_count", "first_purchase", "last_purchase"),
    )


def margin(engine: Engine, revenue: Any, settings: Settings) -> Any:
    """Revenue less cost. Unknown as soon as the cost of one line is, unless the settings assume a margin for such."""
    F = engine.F  # noqa: N806
    if settings.assumed_margin is None:
        return F.when(F.col("uncosted_lines") == 0, revenue - F.col("cost")).cast("bigint")
    share = float(1 - settings.assumed_margin)
    return (revenue - F.col("cost") - F.round(F.col("uncosted") * F.lit(share)).cast("bigint")).cast("bigint")


def _from_deals(engine: Engine, deals: Frame, settings: Settings) -> Frame:
    F = engine.F  # noqa: N806
    known = F.col("customer_id").isNotNull() & (F.col("currency") == settings.currency)
    won = deals.where(known & (F.col("stage") == "won") & inside(engine, "closed_on", settings))
    return won.groupBy(F.col("customer_id").alias("won_by")).agg(
        units(engine, F.coalesce(F.col("amount"), F.lit(0))).alias("won_value"),
        F.count(F.lit(1)).cast("bigint").alias("won_count"),
    )


def deals_of(engine: Engine, deals: Frame, customer: str) -> Frame:
    """The deals of customers of one kind, with `customer_id`: a deal with a company belongs to the company."""
    F = engine.F  # noqa: N806
    if customer == "company":
        return deals.withColumn("customer_id", F.col("company_id"))
    return deals.withColumn("customer_id", only(engine, F.col("company_id").isNull(), F.col("person_id")))


def inside(engine: Engine, column: str, settings: Settings) -> Any:
    """Whether a day counts: before the as-of day and, where one is set, within the period."""
    F = engine.F  # noqa: N806
    before = F.col(column) < day(engine, settings.day)
    return reduce(and_, _period(engine, column, settings), before)


def _period(engine: Engine, column: str, settings: Settings) -> list[Any]:
    """What a day has to fulfil to lie in the period; nothing where none is set."""
    F = engine.F  # noqa: N806
    if settings.period is None:
        return []
    first, last = settings.period
    return [F.col(column) >= day(engine, first), F.col(column) <= day(engine, last)]


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: lines_summed, cost_unknown, margin_assumed, margin_known, purchases_counted, deals_won."""
    if field == "margin" and facts.get("revenue_net") is not None:
        return _margin_reason(facts, settings)
    if field in ("won_value", "won_count"):
        return Reason("deals_won", {"count": facts.get("won_count") or 0})
    if field in ("invoice_count", "first_purchase", "last_purchase"):
        return Reason("purchases_counted", {"invoices": facts.get("invoice_count") or 0})
    params = {name: facts.get(name) for name in ("revenue_gross", "returns", "invoice_count")}
    return Reason("lines_summed", {**params, "cleaning": settings.cleaning})


def _margin_reason(facts: Facts, settings: Settings) -> Reason:
    if facts.get("margin") is None:
        return Reason("cost_unknown", {})
    if settings.assumed_margin is not None:
        return Reason("margin_assumed", {"share": float(settings.assumed_margin)})
    return Reason("margin_known", {})


VALUE = Analysis(
    name="value",
    version="1",
    settings=("cleaning", "period", "as_of", "currency", "fee_products", "assumed_margin"),
    inputs=("receipts", "deals"),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
    alone=True,
)
