"""Who costs more than his class: B customers as dear to serve as the mean A customer."""

from __future__ import annotations

import pyarrow as pa

from visavis.insight.analyses.base import Analysis, Facts, Made, Reason, Refusal, Tables, units
from visavis.insight.engine import Engine
from visavis.insight.settings import Settings

_MEAN = pa.schema([("cost", pa.int64()), ("customers", pa.int64())])


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """One row per B customer whose cost to serve is known: whether it reaches the mean of the A customers."""
    F = engine.F  # noqa: N806
    known = tables["profit"].where(F.col("cost_to_serve").isNotNull()).select("id", "cost_to_serve")
    both = tables["abc"].select("id", "abc_class").join(known, "id", "inner")
    mean = both.where(F.col("abc_class") == "A").agg(
        F.coalesce(units(engine, F.col("cost_to_serve")), F.lit(0)).cast("bigint").alias("cost"),
        F.count(F.lit(1)).cast("bigint").alias("customers"),
    )
    found = engine.arrow(mean, _MEAN).to_pylist()[0]
    if not found["customers"]:
        return Made(None, refused=(Refusal("costed_a_customers", 1, 0),))
    total, many = (F.lit(found[name]).cast("decimal(38,0)") for name in ("cost", "customers"))
    reached = F.col("cost_to_serve").cast("decimal(19,0)") * many.cast("decimal(18,0)") >= total
    flagged = both.where(F.col("abc_class") == "B").select("id", reached.alias("dear_to_serve"))
    return Made(flagged, {"mean_of_a": round(found["cost"] / found["customers"]), "customers_a": found["customers"]})


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: against_mean_of_a, not_class_b."""
    if facts.get(field) is None:
        return Reason("not_class_b", {"abc_class": facts.get("abc_class")})
    return Reason("against_mean_of_a", {"cost_to_serve": facts.get("cost_to_serve")})


SERVING = Analysis(
    name="serving",
    version="1",
    settings=("measure", "cuts", "crosser", "period", "as_of"),
    inputs=("abc", "profit"),
    outputs={"dear_to_serve": pa.bool_()},
    run=run,
    explain=explain,
)
