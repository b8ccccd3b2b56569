"""Net profit per customer: what is left of the gross sales when all that serving the customer cost is taken off.

gross sales − discounts − returns − cost of goods − service − sales effort − delivery − credit − campaigns − other
"""

from __future__ import annotations

from collections.abc import Mapping
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
    unknown = {row["bar"]: row["unknown"] > 0 for row in whole}
    joined = tables["value"].select("id", "revenue_net", "revenue_gross", "returns", "margin")
    joined = joined.join(_lines(engine, tables["receipts"], settings), "id", "left")
    if unknown:
        joined = joined.join(_bars(engine, costs, unknown), "id", "left")
    bars = {bar: _bar(engine, bar, costed, unknown) for bar in BARS}
    bars["discounts"] += _filled(engine, "given") - F.col("returns") - _filled(engine, "returned")
    bars["returns"] = only(engine, F.col("revenue_net").isNotNull(), _filled(engine, "returned") + bars["returns"])
    bars["goods"] = F.col("revenue_net") - F.col("margin")
    serving = [_bar(engine, bar, costed, unknown) for bar in SERVING if bar in costed]
    shown = joined.select(
        *("id", (F.col("revenue_gross") + _filled(engine, "given")).alias("gross_sales")),
        *(bars[bar].alias(field) for bar, field in FIELDS.items()),
        (sum(serving[1:], serving[0]) if serving else F.lit(None).cast("bigint")).alias("cost_to_serve"),
        _unknown(engine, unknown, settings).alias("unknown_costs"),
    )
    left = F.col("gross_sales") - F.col("discount_cost") - F.col("return_cost") - F.col("goods_cost")
    profit = (left - F.col("cost_to_serve")).alias("net_profit")
    named = (profit if name == "net_profit" else name for name in OUTPUTS)
    return Made(shown.select("id", *named), _document(whole, costed))


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
    """What `value` does not tell apart. Most receipts have nothing of it and are not even looked up."""
    F = engine.F  # noqa: N806
    back = F.col("bucket") == "credit_note"
    told = back | (F.col("given") != 0) | (F.col("uncosted_lines") != 0)
    rows = receipts.where(told & inside(engine, "day", settings))
    return rows.groupBy(F.col("customer_id").alias("id")).agg(
        units(engine, F.when(back, -F.col("amount")).otherwise(F.lit(0))).alias("returned"),
        *(units(engine, F.col(name)).alias(name) for name in ("given", "uncosted_lines")),
    )


def _bars(engine: Engine, costs: Frame, unknown: Mapping[str, bool]) -> Frame:
    """The cost per customer of each bar that has rows; where some are unknown, how many."""
    F = engine.F  # noqa: N806
    parts = []
    for bar in sorted(unknown):
        here = F.col("bar") == bar
        parts.append(units(engine, F.when(here, _filled(engine, "cost")).otherwise(F.lit(0))).alias(f"cost_{bar}"))
        if unknown[bar]:
            missing = F.when(here & F.col("cost").isNull(), F.lit(1))
            parts.append(F.count(missing).cast("bigint").alias(f"missing_{bar}"))
    return costs.groupBy(F.col("customer_id").alias("id")).agg(*parts)


def _bar(engine: Engine, bar: str, costed: set[str], unknown: Mapping[str, bool]) -> Any:
    F = engine.F  # noqa: N806
    if bar not in costed or bar not in unknown:
        return F.lit(0 if bar in costed or bar in ("discounts", "returns") else None).cast("bigint")
    cost = _filled(engine, f"cost_{bar}")
    return F.when(_filled(engine, f"missing_{bar}") == 0, cost) if unknown[bar] else cost


def _filled(engine: Engine, name: str) -> Any:
    return engine.F.coalesce(engine.F.col(name), engine.F.lit(0))


def _unknown(engine: Engine, unknown: Mapping[str, bool], settings: Settings) -> Any:
    goods = engine.F.lit(0) if settings.assumed_margin is not None else _filled(engine, "uncosted_lines")
    return sum((_filled(engine, f"missing_{bar}") for bar in sorted(unknown) if unknown[bar]), goods).cast("bigint")


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
    alone=True,
    source="Kaplan and Narayanan 2001, Measuring and Managing Customer Profitability",
)
