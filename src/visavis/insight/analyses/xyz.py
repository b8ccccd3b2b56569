"""XYZ: how steadily a customer buys, by the variation of the monthly sales of a year."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

from visavis.insight.analyses.base import Analysis, Facts, Made, Reason, Tables, day, units
from visavis.insight.engine import Engine
from visavis.insight.setting import Setting
from visavis.insight.settings import Settings

OUTPUTS = {"xyz_class": pa.string(), "xyz_variation": pa.float64()}
CUTS = Setting("xyz_cuts", "cuts", (0.5, 1.0), low=0.01, high=10)
MONTHS = 12
LEAST_MONTHS = 6


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """One row per customer with a purchase in the twelve full months before the as-of day.

    The variation is the standard deviation of the monthly sales over their mean; months without a sale count as zero,
    those before the month of the first purchase do not count. With fewer than six months, or sales that do not add up
    to more than zero, both are null. Amounts are sales net of returns, as settled by `cleaning`.
    """
    F = engine.F  # noqa: N806
    begin, end = span(settings.day)
    amount = F.col("amount").cast("decimal(19,0)")
    squares = F.sum((amount * amount).cast("decimal(38,0)")).cast("double")
    sums = (
        tables["receipts"]
        .where((F.col("day") >= day(engine, begin)) & (F.col("day") < day(engine, end)))
        .groupBy(F.col("customer_id").alias("id"), _month(engine, "day").alias("month"))
        .agg(units(engine, F.col("amount")).alias("amount"))
        .groupBy("id")
        .agg(F.sum("amount").cast("double").alias("total"), squares.alias("squares"))
    )
    counted = F.least(F.lit(MONTHS), F.lit(end.year * 12 + end.month) - _month(engine, "first_purchase"))
    bought = tables["value"].where(F.col("first_purchase").isNotNull()).select("id", counted.alias("months"))
    both = sums.join(bought, "id").select("id", _variation(engine).alias("xyz_variation"))
    x, y = (F.lit(float(cut)) for cut in settings[CUTS])
    variation = F.col("xyz_variation")
    letter = F.when(variation <= x, F.lit("X")).when(variation <= y, F.lit("Y")).when(variation > y, F.lit("Z"))
    return Made(both.select("id", letter.alias("xyz_class"), "xyz_variation"))


def span(as_of: dt.date) -> tuple[dt.date, dt.date]:
    """The first day of the twelve full months before the as-of day, and the first day after them."""
    end = as_of.replace(day=1)
    return end.replace(year=end.year - 1), end


def _variation(engine: Engine) -> Any:
    """Deviation over mean, both times the number of months: sqrt(n Σx² - (Σx)²) / Σx."""
    F = engine.F  # noqa: N806
    spread = F.col("months") * F.col("squares") - F.col("total") * F.col("total")
    known = (F.col("months") >= LEAST_MONTHS) & (F.col("total") > 0)
    return F.when(known, F.round(F.sqrt(F.greatest(spread, F.lit(0.0))) / F.col("total"), 6))


def _month(engine: Engine, column: str) -> Any:
    """Months since the year zero: a number is grouped by sooner than a date cut to its month."""
    F = engine.F  # noqa: N806
    return F.year(column) * 12 + F.month(column)


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: no_purchase, too_few_months, sales_vary."""
    if facts.get("first_purchase") is None:
        return Reason("no_purchase", {})
    if facts.get("xyz_class") is None:
        return Reason("too_few_months", {"months": LEAST_MONTHS})
    x, y = settings[CUTS]
    return Reason("sales_vary", {"variation": facts.get("xyz_variation"), "x": x, "y": y, "months": MONTHS})


XYZ = Analysis(
    name="xyz",
    version="1",
    settings=("cleaning", "as_of", "currency", "fee_products", CUTS),
    inputs=("receipts", "value"),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
    alone=True,
    source="Scholz-Reiter and others, Integration of demand forecasts in ABC-XYZ analysis (2012)",
    history=("xyz_class",),
)
