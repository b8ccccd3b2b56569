"""The key-customer index: a weighted mean of the ranks that a customer has by several fields."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from visavis.insight.analyses.base import Analysis, Facts, Made, Need, Reason, Refusal, Tables, holding
from visavis.insight.engine import Engine, Frame
from visavis.insight.models.notes import Note, told
from visavis.insight.setting import Setting
from visavis.insight.settings import Settings

OUTPUTS = {"key_index": pa.float64(), "key_class": pa.string()}
CLASSES = ("key", "important", "standard")
WEIGHTS = Setting(
    "key_index_weights",
    "weights",
    {"revenue_net": 4.0, "margin": 3.0, "frequency": 2.0, "expected_value": 1.0},
    -100,
    100,
)
CUTS = Setting("key_index_cuts", "cuts", (70.0, 90.0), 0, 100)


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """One row per customer: the weighted mean of percentile ranks (0 the lowest, 100 the highest, equals alike).

    A weight below zero turns its field around. A customer without a value has rank 0 there; a field that fewer than
    half of the customers have a value of leaves the mean. At or above the second cut a customer is "key", at or above
    the first "important".
    """
    F = engine.F  # noqa: N806
    weights = {name: weight for name, weight in settings[WEIGHTS].items() if weight}
    joined = engine.keep("key_index_fields", _joined(tables, weights))
    counts = [F.count(name).cast("bigint").alias(name) for name in ("id", *weights)]
    schema = pa.schema([(name, pa.int64()) for name in ("id", *weights)])
    known = engine.arrow(joined.agg(*counts), schema).to_pylist()[0]
    used = {name: weights[name] for name in sorted(weights) if known[name] * 2 >= known["id"] > 0}
    if not used:
        return Made(None, refused=(Refusal("weighted_fields", 1, 0),))
    total = sum(abs(weight) for weight in used.values())
    parts = [_rank(engine, name, weight) * F.lit(abs(weight)) for name, weight in used.items()]
    mean = sum(parts[1:], parts[0]) / F.lit(total)
    indexed = joined.select("id", F.round(mean, 4).alias("key_index"))
    left_out = sorted(set(weights) - set(used))
    remarks = [
        Note("mostly_unknown", {"column": name, "rows": known[name], "customers": known["id"]}) for name in left_out
    ]
    document = {"weights": used, "left_out": left_out, "cuts": list(settings[CUTS]), **told(remarks)}
    return Made(indexed.withColumn("key_class", _class(engine, settings)), document)


def _joined(tables: Tables, weights: dict[str, float]) -> Frame:
    joined = tables["value"].select("id")
    for name in weights:
        joined = joined.join(holding(tables, name).select("id", name), "id", "left")
    return joined


def _rank(engine: Engine, name: str, weight: float) -> Any:
    F, Window = engine.F, engine.Window  # noqa: N806
    value = F.col(name)
    order = value.asc_nulls_last() if weight > 0 else value.desc_nulls_last()
    rank = F.percent_rank().over(Window.partitionBy(value.isNull()).orderBy(order)) * F.lit(100.0)
    return F.when(value.isNull(), F.lit(0.0)).otherwise(rank)


def _class(engine: Engine, settings: Settings) -> Any:
    F = engine.F  # noqa: N806
    low, high = (F.lit(float(cut)) for cut in settings[CUTS])
    index = F.col("key_index")
    return F.when(index >= high, F.lit("key")).when(index >= low, F.lit("important")).otherwise(F.lit("standard"))


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: ranks_weighted, not_ranked."""
    if facts.get("key_index") is None:
        return Reason("not_ranked", {})
    left_out = facts.get("not_weighed", ())
    weighed = {name: weight for name, weight in settings[WEIGHTS].items() if weight and name not in left_out}
    weights = {name: weight for name, weight in weighed.items() if name in facts}
    cuts = list(settings[CUTS])
    return Reason("ranks_weighted", {"index": facts["key_index"], "weights": weights, "cuts": cuts})


KEY_INDEX = Analysis(
    name="key_index",
    version="2",
    settings=(WEIGHTS, CUTS),
    inputs=("value",),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
    needs=(Need("valued", 10),),
    source="Krapfel, Salmond, Spekman 1991, A Strategic Approach to Managing Buyer-Seller Relationships",
    history=("key_class",),
)
