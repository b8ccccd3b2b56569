"""Net profit per customer: what is left of the gross sales when all that serving the customer cost is taken off.

gross sales − discounts − returns − cost of goods − service − sales effort − delivery − credit − campaigns − other
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from visavis.insight.analyses.base import MONEY, Analysis, Facts, Made, Reason, Tables, only, units
from visavis.insight.analyses.costs import BARS
from visavis.insight.analyses.value import inside
from visavis.insight.engine import Engine, Frame
from visavis.insight.settings import Settings

FIELDS = {
    "discounts": "discount_cost",
    "returns": "return_cost",
    "goods": "goods_cost",
    "service": "service_cost",
    "sales": "sales_cost",
    "delivery": "delivery_cost",
    "credit": "credit_cost",
    "campaign": "campaign_cost",
    "other": "other_cost",
}
"""The bars of the waterfall and the field in which each is kept, as a cost above zero."""
SERVING = ("service", "sales", "delivery", "credit", "campaign", "other")
OUTPUTS = {
    "gross_sales": MONEY,
    **dict.fromkeys(FIELDS.values(), MONEY),
    "cost_to_serve": MONEY,
    "net_profit": MONEY,
    "unknown_costs": pa.int64(),
}
_PARTS = {
    "cost_to_serve": tuple(FIELDS[bar] for bar in SERVING),
    "net_profit": ("gross_sales", "discount_cost", "return_cost", "goods_cost", "cost_to_serve"),
}
_WHOLE = pa.schema([("bar", pa.string()), ("rows", pa.int64()), ("unknown", pa.int64()), ("cost", pa.int64())])
_COSTED = pa.schema([("bar", pa.string())])


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """One row per customer that `value` knows.

    A bar that nothing in the workspace costs (no row, no rate) is empty for everybody and no part of the profit; the
    document names such bars. Where the cost of one row is unknown, so are its bar and the profit of its customer;
    `unknown_costs` counts such rows. Without any cost to serve there is no net profit, only a margin.
    """
    F = engine.F  # noqa: N806
    costs = tables["costs"]
    whole = engine.arrow(costs.groupBy("bar").agg(*_counted(engine)), _WHOLE).to_pylist()
    costed = set(engine.arrow(tables["costed"], _COSTED).column("bar").to_pylist())
    sums = engine.keep("profit_lines", _lines(engine, tables["receipts"], settings))
    worked = engine.keep("profit_bars", _bars(engine, costs))
    joined = tables["value"].select("id", "revenue_net", "margin").join(sums, "id", "left").join(worked, "id", "left")
    bars = {bar: _bar(engine, bar, costed) for bar in BARS}
    sold = F.col("revenue_net").isNotNull()
    bars["discounts"] = only(engine, sold, F.col("given") + F.col("deducted") + bars["discounts"])
    bars["returns"] = only(engine, sold, F.col("returned") + bars["returns"])
    bars["goods"] = F.col("revenue_net") - F.col("margin")
    shown = joined.select(
        "id",
        only(engine, sold, F.col("sold") + F.col("given")).cast("bigint").alias("gross_sales"),
        *(bars[bar].cast("bigint").alias(field) for bar, field in FIELDS.items()),
        _unknown(engine, settings).alias("unknown_costs"),
    )
    serving = [FIELDS[bar] for bar in SERVING if bar in costed]
    served = sum((F.col(name) for name in serving[1:]), F.col(serving[0])) if serving else F.lit(None)
    before = F.col("gross_sales") - F.col("discount_cost") - F.col("return_cost") - F.col("goods_cost")
    shown = shown.withColumn("cost_to_serve", served.cast("bigint"))
    shown = shown.withColumn("net_profit", (before - F.col("cost_to_serve")).cast("bigint"))
    return Made(shown.select("id", *OUTPUTS), _document(whole, costed))


def _counted(engine: Engine) -> list[Any]:
    F = engine.F  # noqa: N806
    return [
        F.count(F.lit(1)).cast("bigint").alias("rows"),
        units(engine, F.when(F.col("cost").isNull(), F.lit(1)).otherwise(F.lit(0))).alias("unknown"),
        units(engine, F.coalesce(F.col("cost"), F.lit(0))).alias("cost"),
    ]


def _document(whole: list[dict[str, Any]], costed: set[str]) -> dict[str, Any]:
    """Rows and cost per bar over the whole base, customers without a sale included, and what nothing costs."""
    bars = {row["bar"]: {name: row[name] for name in ("rows", "unknown", "cost")} for row in whole}
    return {"bars": dict(sorted(bars.items())), "not_costed": [bar for bar in SERVING if bar not in costed]}


def _lines(engine: Engine, receipts: Frame, settings: Settings) -> Frame:
    F = engine.F  # noqa: N806
    bucket, amount = F.col("bucket"), F.coalesce(F.col("amount"), F.lit(0))
    rows = receipts.where(inside(engine, "day", settings))

    def summed(name: str, value: Any) -> Any:
        return F.when(bucket == name, value).otherwise(F.lit(0))

    return rows.groupBy(F.col("customer_id").alias("id")).agg(
        units(engine, summed("sale", amount)).alias("sold"),
        units(engine, summed("deduction", -amount)).alias("deducted"),
        units(engine, summed("credit_note", -amount)).alias("returned"),
        units(engine, F.col("given")).alias("given"),
        units(engine, F.col("uncosted_lines")).alias("uncosted_lines"),
    )


def _bars(engine: Engine, costs: Frame) -> Frame:
    F = engine.F  # noqa: N806
    cost, missing = F.coalesce(F.col("cost"), F.lit(0)), F.when(F.col("cost").isNull(), F.lit(1)).otherwise(F.lit(0))
    parts = []
    for bar in BARS:
        here = F.col("bar") == bar
        parts.append(units(engine, F.when(here, cost).otherwise(F.lit(0))).alias(f"cost_{bar}"))
        parts.append(units(engine, F.when(here, missing).otherwise(F.lit(0))).alias(f"missing_{bar}"))
    return costs.groupBy(F.col("customer_id").alias("id")).agg(*parts)


def _bar(engine: Engine, bar: str, costed: set[str]) -> Any:
    F = engine.F  # noqa: N806
    if bar not in costed:
        return F.lit(0 if bar in ("discounts", "returns") else None).cast("bigint")
    known = F.coalesce(F.col(f"missing_{bar}"), F.lit(0)) == 0
    return F.when(known, F.coalesce(F.col(f"cost_{bar}"), F.lit(0)))


def _unknown(engine: Engine, settings: Settings) -> Any:
    F = engine.F  # noqa: N806
    goods = F.lit(0) if settings.assumed_margin is not None else F.coalesce(F.col("uncosted_lines"), F.lit(0))
    parts = [F.coalesce(F.col(f"missing_{bar}"), F.lit(0)) for bar in BARS]
    return sum(parts, goods).cast("bigint")


def _uncosted(facts: Facts) -> set[str]:
    """The fields that nothing in the workspace costs."""
    bars = set(facts.get("not_costed", ()))
    return {FIELDS[bar] for bar in bars} | ({"cost_to_serve"} if bars >= set(SERVING) else set())


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: profit_left, costs_added, costs_summed, costs_unknown, not_costed, no_sales."""
    if field != "unknown_costs" and facts.get(field) is None:
        if facts.get("gross_sales") is None:
            return Reason("no_sales", {})
        unknown = facts.get("unknown_costs") or 0
        if not unknown or field in _uncosted(facts):
            return Reason("not_costed", {})
        return Reason("costs_unknown", {"rows": unknown})
    if field in _PARTS:
        parts = {name: facts[name] for name in _PARTS[field] if facts.get(name)}
        return Reason("profit_left" if field == "net_profit" else "costs_added", {"parts": parts})
    return Reason("costs_summed", {"unknown": facts.get("unknown_costs") or 0})


PROFIT = Analysis(
    name="profit",
    version="1",
    settings=("cleaning", "period", "as_of", "currency", "fee_products", "assumed_margin"),
    inputs=("receipts", "value", "costs", "costed"),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
    source="Kaplan and Narayanan 2001, Measuring and Managing Customer Profitability",
)
