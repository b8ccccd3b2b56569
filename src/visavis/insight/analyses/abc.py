"""ABC: which customers make up 80 % and 95 % of a measure."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from visavis.insight.analyses.base import Analysis, Facts, Made, Reason, Tables, holding
from visavis.insight.engine import Engine
from visavis.insight.settings import Settings

OUTPUTS = {"abc_class": pa.string(), "abc_rank": pa.int64(), "abc_share": pa.float64()}
MEASURES = ("revenue_net", "revenue_gross", "returns", "margin", "won_value")
_EXACT = "decimal(38,0)"
_PARTS = 10_000


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """One row per customer whose measure is known; largest first, equals by id.

    A customer is A while the running sum stays within the first cut of the total (`crosser` "out"), or while the sum
    before it does ("in"). At or below zero a customer is C. `abc_share` is the running sum in per cent of the total; it
    may pass 100 before returns take it back, and is null where the total is not above zero. A measure that is no money
    of `value` counts in ten-thousandths, rounded.
    """
    F, Window = engine.F, engine.Window  # noqa: N806
    value = F.col(settings.measure)
    if settings.measure not in MEASURES:
        value = F.round(value.cast("double") * F.lit(float(_PARTS))).cast("bigint")
    measured = (
        holding(tables, settings.measure)
        .where(F.col(settings.measure).isNotNull())
        .select("id", value.cast("bigint").alias("measure"))
    )
    order = Window.orderBy(F.col("measure").desc_nulls_last(), F.col("id").asc_nulls_last())
    running = order.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    # The order of the others, which no total needs: one sort serves all three, and DuckDB shares it between threads.
    whole = order.rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
    sums = measured.select(
        *("id", "measure", F.row_number().over(order).cast("bigint").alias("abc_rank")),
        F.sum("measure").over(running).cast(_EXACT).alias("until"),
        F.sum("measure").over(whole).cast(_EXACT).alias("total"),
    )
    share = F.when(F.col("total") > 0, F.round(F.col("until").cast("double") * 100 / F.col("total").cast("double"), 6))
    return Made(sums.select("id", _class(engine, settings).alias("abc_class"), "abc_rank", share.alias("abc_share")))


def _class(engine: Engine, settings: Settings) -> Any:
    F = engine.F  # noqa: N806
    reached = F.col("until") if settings.crosser == "out" else F.col("until") - F.col("measure").cast(_EXACT)
    a, b = (_within(engine, reached, int(cut * 100), settings) for cut in settings.cuts)
    positive = (F.col("measure") > 0) & (F.col("total") > 0)
    return F.when(~positive, F.lit("C")).when(a, F.lit("A")).when(b, F.lit("B")).otherwise(F.lit("C"))


def _within(engine: Engine, reached: Any, cut: int, settings: Settings) -> Any:
    """Whole numbers on both sides, so that no rounding decides about a class. `cut` in hundredths of a per cent."""
    F = engine.F  # noqa: N806
    left, right = reached * F.lit(_PARTS).cast("decimal(5,0)"), F.col("total") * F.lit(cut).cast("decimal(5,0)")
    return left <= right if settings.crosser == "out" else left < right


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: within_cut, behind_cuts, not_positive, no_measure."""
    if facts.get("abc_class") is None:
        return Reason("no_measure", {"measure": settings.measure})
    value = facts.get(settings.measure)
    params = {
        "measure": settings.measure,
        "rank": facts.get("abc_rank"),
        "share": facts.get("abc_share"),
        "crosser": settings.crosser,
    }
    if value is not None and value <= 0:
        return Reason("not_positive", params)
    cut = {"A": settings.cuts[0], "B": settings.cuts[1]}.get(str(facts["abc_class"]))
    if cut is None:
        return Reason("behind_cuts", {**params, "cut": float(settings.cuts[1])})
    return Reason("within_cut", {**params, "cut": float(cut)})


ABC = Analysis(
    name="abc",
    version="1",
    settings=("measure", "cuts", "crosser", "period", "as_of", "cleaning"),
    inputs=("value",),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
    source="Pareto 1896; Dickie 1951, ABC Inventory Analysis Shoots for Dollars, not Pennies",
    history=("abc_class",),
)
