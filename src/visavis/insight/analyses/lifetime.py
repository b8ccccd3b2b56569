"""Lifetime value: BG/NBD for purchases to come, Gamma-Gamma for what they are worth.

Time is in weeks, a purchase is a day with at least one. The engine makes one history per customer and adds equal ones
up; the models are fitted here on that small table; the engine joins the forecasts back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from visavis.insight.analyses.base import MONEY, Analysis, Facts, Made, Reason, Tables, day, only, units
from visavis.insight.analyses.value import margin
from visavis.insight.engine import Engine, Frame
from visavis.insight.models import bgnbd, gamma_gamma
from visavis.insight.models.fit import Fit, Floats
from visavis.insight.models.table import Histories, histories
from visavis.insight.settings import Settings

OUTPUTS = {"p_alive": pa.float64(), "expected_purchases": pa.float64(), "expected_value": MONEY}
SCALE = 10_000
WEEK = 7
_PERIODS = 12
HISTORIES = pa.schema([("x", pa.int64()), ("t_x", pa.int64()), ("observed", pa.int64()), ("n", pa.int64())])
_SPEND = pa.schema([("x", pa.int64()), ("m", pa.float64()), ("n", pa.int64())])


@dataclass(frozen=True, slots=True)
class Models:
    """The two fitted models of one kind of customer."""

    purchases: Fit
    spend: Fit


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """One row per customer with a purchase; fields that a model refused are null."""
    summary = engine.keep("lifetime_summary", summarise(engine, tables["receipts"], settings))
    models = fit(engine, summary)
    return Made(score(engine, summary, models, settings), {"models": [_told(models.purchases), _told(models.spend)]})


def summarise(engine: Engine, receipts: Frame, settings: Settings) -> Frame:
    """id, x, t_x and observed (days), repeat (value after the first purchase day, ten-thousandths, null if unknown).

    Returns after the first day take away from `repeat`, whichever purchase they belong to.
    """
    F, Window = engine.F, engine.Window  # noqa: N806
    sale = F.col("bucket") == "sale"
    first = F.min(only(engine, sale, F.col("day"))).over(Window.partitionBy("customer_id"))
    later = F.col("day") > F.col("first")
    sums = (
        receipts.withColumn("first", first)
        .where(F.col("first").isNotNull())
        .groupBy(F.col("customer_id").alias("id"))
        .agg(
            (F.countDistinct(only(engine, sale, F.col("day"))) - 1).cast("bigint").alias("x"),
            F.min("first").alias("first"),
            F.max(only(engine, sale, F.col("day"))).alias("last"),
            *(
                units(engine, F.when(later, F.col(name)).otherwise(F.lit(0))).alias(name)
                for name in ("amount", "cost", "uncosted", "uncosted_lines")
            ),
        )
    )
    value = F.col("amount") if settings.lifetime_value == "revenue" else margin(engine, F.col("amount"), settings)
    seen = F.date_sub(day(engine, settings.day), 1)
    return sums.select(
        *("id", "x"),
        F.datediff(F.col("last"), F.col("first")).cast("bigint").alias("t_x"),
        F.datediff(seen, F.col("first")).cast("bigint").alias("observed"),
        value.alias("repeat"),
    )


def compressed(engine: Engine, summary: Frame) -> Frame:
    """Distinct histories with the number of customers behind each."""
    F = engine.F  # noqa: N806
    return summary.groupBy("x", "t_x", "observed").agg(F.count(F.lit(1)).cast("bigint").alias("n"))


def fit(engine: Engine, summary: Frame) -> Models:
    """Both models on one `summary`. A model that refuses its data says why in its warnings."""
    F = engine.F  # noqa: N806
    spend = (
        summary.where((F.col("x") > 0) & F.col("repeat").isNotNull())
        .withColumn("m", F.col("repeat").cast("double") / (F.col("x") * SCALE).cast("double"))
        .groupBy("x", "m")
        .agg(F.count(F.lit(1)).cast("bigint").alias("n"))
    )
    rows = engine.arrow(spend, _SPEND)
    order = np.lexsort((_floats(rows, "m"), _floats(rows, "x")))
    x, m, n = (_floats(rows, name)[order] for name in ("x", "m", "n"))
    return Models(bgnbd.fit(_weeks(engine, summary)), gamma_gamma.fit(x, m, n))


def score(engine: Engine, summary: Frame, models: Models, settings: Settings) -> Frame:
    """The forecasts of `horizon_days` for each customer, rounded at the end."""
    F = engine.F  # noqa: N806
    forecast = engine.frame("lifetime_forecast", _forecast(_weeks(engine, summary), models.purchases, settings))
    both = summary.join(forecast, ["x", "t_x", "observed"])
    worth = F.col("discounted") * _spend(engine, models.spend) * SCALE
    return both.select(
        "id",
        F.round(F.col("alive") * 100, 4).alias("p_alive"),
        F.round(F.col("purchases"), 6).alias("expected_purchases"),
        F.round(worth).cast("bigint").alias("expected_value"),
    )


def _spend(engine: Engine, model: Fit) -> Any:
    """E[M | x, m] as a column; null where repeat spend is unknown or not above zero, or the model has no mean."""
    F = engine.F  # noqa: N806
    if not model.usable:
        return F.lit(None).cast("double")
    p, q, v = (float(model.params[name]) for name in gamma_gamma.NAMES)
    x, repeat = F.col("x").cast("double"), F.col("repeat").cast("double") / SCALE
    newcomer = F.lit(p * v / (q - 1)) if q > 1 else F.lit(None).cast("double")
    known = (F.lit(v) + repeat) * p / (x * p + (q - 1))
    return F.when(F.col("x") == 0, newcomer).when((repeat > 0) & (x * p + q > 1), known)


def _weeks(engine: Engine, summary: Frame) -> Histories:
    """The compressed table in a fixed order, so that sums of doubles come out the same on every engine."""
    rows = engine.arrow(compressed(engine, summary), HISTORIES)
    columns = [_floats(rows, name) for name in HISTORIES.names]
    order = np.lexsort(columns[2::-1])
    x, t_x, observed, n = (column[order] for column in columns)
    return histories(x, t_x / WEEK, observed / WEEK, n)


def _forecast(table: Histories, model: Fit, settings: Settings) -> pa.Table:
    """Per distinct history: P(alive), purchases expected in the horizon, and those discounted to the as-of day."""
    alive = purchases = discounted = np.full(len(table.x), np.nan)
    if model.usable:
        alive = bgnbd.probability_alive(model.params, table.x, table.t_x, table.T)
        steps = _steps(table, model, settings.horizon_days / WEEK)
        purchases, discounted = steps.sum(axis=0), _discounts(settings) @ steps
    keys = {"x": table.x, "t_x": table.t_x * WEEK, "observed": table.T * WEEK}
    return pa.table(
        {name: pa.array(np.rint(column).astype(np.int64)) for name, column in keys.items()}
        | {
            name: pa.array(column, mask=np.isnan(column))
            for name, column in (("alive", alive), ("purchases", purchases), ("discounted", discounted))
        }
    )


def _steps(table: Histories, model: Fit, horizon: float) -> Floats:
    """Purchases expected in each twelfth of the horizon: (12, rows)."""
    ends = np.linspace(0, horizon, _PERIODS + 1)[1:, None]
    until = bgnbd.expected_purchases(model.params, ends, table.x, table.t_x, table.T)
    return np.diff(until, axis=0, prepend=0.0)


def _discounts(settings: Settings) -> Floats:
    """Each twelfth is discounted from its middle, by the yearly rate of the settings."""
    middle = (np.arange(_PERIODS) + 0.5) / _PERIODS * settings.horizon_days / 365.25
    return np.asarray((1 + float(settings.discount_rate)) ** -middle, dtype=np.float64)


def _told(model: Fit) -> dict[str, Any]:
    """A fit as a JSON document; what is not a number is null."""
    numbers = {
        name: {key: _number(value) for key, value in getattr(model, name).items()} for name in ("params", "errors")
    }
    return {
        "model": model.model,
        **numbers,
        "ll": _number(model.ll),
        "n": model.n,
        "converged": model.converged,
        "warnings": list(model.warnings),
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _floats(rows: pa.Table, name: str) -> Floats:
    return np.asarray(rows.column(name).to_numpy(), dtype=np.float64)


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: no_purchase, model_refused, one_purchase, rhythm, spend_unknown, purchases_times_spend."""
    if facts.get("first_purchase") is None:
        return Reason("no_purchase", {})
    if facts.get("p_alive") is None:
        return Reason("model_refused", {})
    seen = {name: facts.get(name) for name in ("first_purchase", "last_purchase", "frequency")}
    if field == "expected_value":
        if facts.get("expected_value") is None:
            return Reason("spend_unknown", {"of": settings.lifetime_value})
        terms = {"purchases": facts.get("expected_purchases"), "of": settings.lifetime_value}
        return Reason(
            "purchases_times_spend",
            {**terms, "days": settings.horizon_days, "discount_rate": float(settings.discount_rate)},
        )
    if facts["first_purchase"] == facts.get("last_purchase"):
        return Reason("one_purchase", seen)
    return Reason("rhythm", {**seen, "days": settings.horizon_days})


LIFETIME = Analysis(
    name="lifetime",
    version="1",
    settings=("cleaning", "as_of", "currency", "fee_products", "lifetime_value", "horizon_days", "discount_rate"),
    inputs=("receipts",),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
)
