"""Monthly retention: of the customers who first bought in a month, how many bought again in each later month."""

from __future__ import annotations

import pyarrow as pa

from visavis.insight.analyses.base import Analysis, Facts, Made, Reason, Tables, month
from visavis.insight.analyses.receipts import purchases
from visavis.insight.engine import Engine, Frame
from visavis.insight.settings import Settings

OUTPUTS = {"cohort_month": pa.date32()}
ACTIVITY = pa.schema([("id", pa.int64()), ("month", pa.date32())])


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """The month of the first purchase, one row per customer with a purchase."""
    F = engine.F  # noqa: N806
    first = (
        purchases(engine, tables["receipts"]).groupBy(F.col("customer_id").alias("id")).agg(F.min("day").alias("day"))
    )
    return Made(first.select("id", month(engine, F.col("day")).alias("cohort_month")))


def activity(engine: Engine, tables: Tables, settings: Settings) -> Frame:
    """The months in which a customer bought: one row per customer and month."""
    F = engine.F  # noqa: N806
    bought = purchases(engine, tables["receipts"])
    return bought.select(F.col("customer_id").alias("id"), month(engine, F.col("day")).alias("month")).distinct()


def matrix(engine: Engine, months: Frame) -> Frame:
    """Customers retained per cohort month and offset in months; offset 0 is the size of the cohort."""
    F = engine.F  # noqa: N806
    first = months.groupBy("id").agg(F.min("month").alias("cohort_month"))
    both = months.join(first, "id")
    apart = (F.year("month") - F.year("cohort_month")) * 12 + F.month("month") - F.month("cohort_month")
    return (
        both.withColumn("offset", apart.cast("bigint"))
        .groupBy("cohort_month", "offset")
        .agg(F.countDistinct("id").cast("bigint").alias("retained"))
    )


MATRIX = pa.schema([("cohort_month", pa.date32()), ("offset", pa.int64()), ("retained", pa.int64())])


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: first_bought, no_purchase."""
    first = facts.get("first_purchase")
    return Reason("no_purchase", {}) if first is None else Reason("first_bought", {"day": first})


COHORTS = Analysis(
    name="cohorts",
    version="1",
    settings=("cleaning", "as_of", "currency", "fee_products"),
    inputs=("receipts",),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
    alone=True,
)
