"""RFM: how recently, how often and for how much a customer bought (Hughes 1994, independent quintiles)."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from visavis.insight.analyses.base import MONEY, Analysis, Facts, Made, Reason, Tables, day, only, units
from visavis.insight.engine import Engine, Frame
from visavis.insight.settings import Settings

OUTPUTS = {
    "recency_days": pa.int64(),
    "frequency": pa.int64(),
    "monetary": MONEY,
    "r_score": pa.int64(),
    "f_score": pa.int64(),
    "m_score": pa.int64(),
    "rfm_segment": pa.string(),
}
SEGMENTS = ("champions", "loyal", "promising", "new", "needs_attention", "at_risk", "cannot_lose", "hibernating")


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """One row per customer with a purchase before the as-of day.

    Scores are fifths of the customers, 5 the best; equal customers are told apart by id, the older customer first, so
    that every engine gives the same fifths.
    """
    F = engine.F  # noqa: N806
    given = tables.get("basis.rfm")
    base = own(engine, tables, settings) if given is None else given
    scored = (
        base.withColumn("r_score", _fifth(engine, F.col("recency_days").desc_nulls_last()))
        .withColumn("f_score", _fifth(engine, F.col("frequency").asc_nulls_first()))
        .withColumn("m_score", _fifth(engine, F.col("monetary").asc_nulls_first()))
    )
    columns = [name for name in OUTPUTS if name != "rfm_segment"]
    return Made(scored.select("id", *columns, _segment(engine).alias("rfm_segment")))


def own(engine: Engine, tables: Tables, settings: Settings) -> Frame:
    """What no other customer has a part in."""
    F = engine.F  # noqa: N806
    sale = F.col("bucket") == "sale"
    base = (
        tables["receipts"]
        .groupBy(F.col("customer_id").alias("id"))
        .agg(
            F.max(only(engine, sale, F.col("day"))).alias("last"),
            F.countDistinct(only(engine, sale, F.col("invoice_id"))).cast("bigint").alias("frequency"),
            units(engine, F.col("amount")).alias("monetary"),
        )
        .where(F.col("frequency") > 0)
        .withColumn("recency_days", F.datediff(day(engine, settings.day), F.col("last")).cast("bigint"))
    )
    return base.select("id", "recency_days", "frequency", "monetary")


def _fifth(engine: Engine, order: Any) -> Any:
    F, Window = engine.F, engine.Window  # noqa: N806
    return F.ntile(5).over(Window.orderBy(order, F.col("id").asc_nulls_last())).cast("bigint")


def _segment(engine: Engine) -> Any:
    """Names by recency and the sum of the other two scores (2 to 10)."""
    F = engine.F  # noqa: N806
    recent, worth = F.col("r_score"), F.col("f_score") + F.col("m_score")
    return (
        F.when((recent >= 4) & (worth >= 8), F.lit("champions"))
        .when((recent == 1) & (worth >= 8), F.lit("cannot_lose"))
        .when((recent >= 3) & (worth >= 7), F.lit("loyal"))
        .when((recent <= 2) & (worth >= 6), F.lit("at_risk"))
        .when((recent == 5) & (worth <= 3), F.lit("new"))
        .when(recent >= 4, F.lit("promising"))
        .when(recent == 3, F.lit("needs_attention"))
        .otherwise(F.lit("hibernating"))
    )


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: days_since, invoices_counted, net_spend, fifth, scores, no_purchase."""
    if facts.get("frequency") is None:
        return Reason("no_purchase", {})
    scores = {name: facts.get(name) for name in ("r_score", "f_score", "m_score")}
    source = {"r_score": "recency_days", "f_score": "frequency", "m_score": "monetary"}
    if field in source:
        return Reason("fifth", {"of": source[field], "value": facts.get(source[field])})
    if field == "rfm_segment":
        return Reason("scores", scores)
    code = {"recency_days": "days_since", "frequency": "invoices_counted", "monetary": "net_spend"}[field]
    return Reason(code, {"last_purchase": facts.get("last_purchase"), "as_of": settings.day})


RFM = Analysis(
    name="rfm",
    version="1",
    settings=("cleaning", "as_of", "currency", "fee_products"),
    inputs=("receipts",),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
    basis=own,
    source="Hughes 1994, Strategic Database Marketing",
    history=("rfm_segment",),
)
