"""Lifetime value: a model of repeat purchases for those to come, Gamma-Gamma for what they are worth.

A purchase is a day with at least one, or a period with one where there is only one opportunity per period. The engine
makes one history per customer and adds equal ones up; the models are fitted and chosen here on that small table; the
engine joins the forecasts back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from visavis.insight.analyses.base import MONEY, Analysis, Facts, Made, Reason, Tables, only, units
from visavis.insight.analyses.slots import CLOCKS, Clock, slot
from visavis.insight.analyses.value import margin
from visavis.insight.engine import Engine, Frame
from visavis.insight.models import gamma_gamma
from visavis.insight.models.choice import CONTINUOUS, DISCRETE, Candidate, Choice, Foreseen, Holdout, choose
from visavis.insight.models.fit import Fit, Floats
from visavis.insight.models.forecast import Z90, Horizon, Total, forecast
from visavis.insight.models.notes import told
from visavis.insight.models.table import Histories, histories
from visavis.insight.setting import Setting
from visavis.insight.settings import Settings

OUTPUTS = {
    "p_alive": pa.float64(),
    "expected_purchases": pa.float64(),
    "expected_value": MONEY,
    "expected_value_low": MONEY,
    "expected_value_high": MONEY,
}
MODEL = Setting("lifetime_model", "choice", "auto", options=("auto", *CONTINUOUS))
OPPORTUNITY = Setting("purchase_opportunity", "choice", "any_day", options=tuple(CLOCKS))
SCALE = 10_000
HISTORIES = pa.schema([("x", pa.int64()), ("t_x", pa.int64()), ("observed", pa.int64()), ("n", pa.int64())])
_KNOWN = pa.schema([*HISTORIES, ("bought", pa.int64()), ("squares", pa.int64())])
_SPEND = pa.schema([("x", pa.int64()), ("m", pa.float64()), ("n", pa.int64())])
_HELD_OUT = 3
_SHORTEST = 28
_WIDEST = 20.0
_LARGEST = 9e17


@dataclass(frozen=True, slots=True)
class Models:
    """What was fitted to one kind of customer, and to how much of it the choice was put to the test."""

    choice: Choice
    spend: Fit
    table: Histories
    holdout: Holdout | None

    @property
    def purchases(self) -> Candidate:
        return self.choice.chosen


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """One row per customer with a purchase; fields that a model refused are null."""
    summary = engine.keep("lifetime_summary", summarise(engine, tables["receipts"], settings))
    models = fit(engine, tables["receipts"], summary, settings)
    frame, total = score(engine, summary, models, settings)
    return Made(frame, _document(models, total, settings), learned=models)


def told_by(engine: Engine, tables: Tables, settings: Settings, models: Models) -> Frame:
    """The same rows by models that were fitted before."""
    summary = engine.keep("lifetime_summary", summarise(engine, tables["receipts"], settings))
    clock = CLOCKS[settings[OPPORTUNITY]]
    table = _read(engine.arrow(compressed(engine, summary), HISTORIES), clock)
    return score(engine, summary, replace(models, table=table), settings)[0]


def summarise(engine: Engine, receipts: Frame, settings: Settings) -> Frame:
    """id, x, t_x and observed (slots), repeat (value after the first slot, ten-thousandths, null if unknown).

    A slot is a day, or a period of one opportunity; one that has not ended yet does not count. Returns after the first
    take away from `repeat`, whichever purchase they belong to.
    """
    F, Window = engine.F, engine.Window  # noqa: N806
    sale = F.col("bucket") == "sale"
    now = CLOCKS[settings[OPPORTUNITY]].last(settings.day)
    first = F.min(only(engine, sale, F.col("slot"))).over(Window.partitionBy("customer_id"))
    known = F.col("slot") <= now
    later = known & (F.col("slot") > F.col("first"))
    sums = (
        receipts.withColumn("slot", slot(engine, settings[OPPORTUNITY]))
        .withColumn("first", first)
        .where(F.col("first").isNotNull())
        .groupBy(F.col("customer_id").alias("id"))
        .agg(
            F.countDistinct(only(engine, sale & later, F.col("slot"))).cast("bigint").alias("x"),
            F.min("first").alias("first"),
            F.max(only(engine, sale & known, F.col("slot"))).alias("last"),
            *(
                units(engine, F.when(later, F.col(name)).otherwise(F.lit(0))).alias(name)
                for name in ("amount", "cost", "uncosted", "uncosted_lines")
            ),
        )
    )
    value = F.col("amount") if settings.lifetime_value == "revenue" else margin(engine, F.col("amount"), settings)
    return sums.select(
        *("id", "x"),
        (F.coalesce(F.col("last"), F.col("first")) - F.col("first")).cast("bigint").alias("t_x"),
        F.greatest(F.lit(now) - F.col("first"), F.lit(0)).cast("bigint").alias("observed"),
        value.alias("repeat"),
    )


def compressed(engine: Engine, summary: Frame) -> Frame:
    """Distinct histories with the number of customers behind each."""
    F = engine.F  # noqa: N806
    return summary.groupBy("x", "t_x", "observed").agg(F.count(F.lit(1)).cast("bigint").alias("n"))


def known_before(engine: Engine, receipts: Frame, cut: int, settings: Settings) -> Frame:
    """Distinct histories as they were known when slot `cut` began, with what came from then on.

    Only customers who had bought by then; `bought` and `squares` are sums over the customers of a row.
    """
    F, Window = engine.F, engine.Window  # noqa: N806
    place = F.col("slot")
    slots = (
        receipts.where(F.col("bucket") == "sale")
        .select(F.col("customer_id").alias("id"), slot(engine, settings[OPPORTUNITY]).alias("slot"))
        .where(place <= CLOCKS[settings[OPPORTUNITY]].last(settings.day))
        .distinct()
        .withColumn("first", F.min("slot").over(Window.partitionBy("id")))
    )
    each = (
        slots.where(F.col("first") < cut)
        .groupBy("id")
        .agg(
            F.min("first").alias("first"),
            F.max(only(engine, place < cut, place)).alias("last"),
            (F.count(only(engine, place < cut, place)) - 1).cast("bigint").alias("x"),
            F.count(only(engine, place >= cut, place)).cast("bigint").alias("y"),
        )
        .select(
            *("x", "y"),
            (F.col("last") - F.col("first")).cast("bigint").alias("t_x"),
            (F.lit(cut - 1) - F.col("first")).cast("bigint").alias("observed"),
        )
    )
    return each.groupBy("x", "t_x", "observed").agg(
        F.count(F.lit(1)).cast("bigint").alias("n"),
        F.sum("y").cast("bigint").alias("bought"),
        F.sum(F.col("y") * F.col("y")).cast("bigint").alias("squares"),
    )


def fit(engine: Engine, receipts: Frame, summary: Frame, settings: Settings) -> Models:
    """The models on one `summary`, the best of them chosen. A model that refuses its data says why in its warnings."""
    clock = CLOCKS[settings[OPPORTUNITY]]
    table = _read(engine.arrow(compressed(engine, summary), HISTORIES), clock)
    fixed = None if settings[MODEL] == "auto" or clock.discrete else settings[MODEL]
    held = _holdout(engine, receipts, table, settings)
    choice = choose(DISCRETE if clock.discrete else CONTINUOUS, table, fixed, held)
    return Models(choice, _spend_model(engine, summary), table, held)


def _spend_model(engine: Engine, summary: Frame) -> Fit:
    F = engine.F  # noqa: N806
    spend = (
        summary.where((F.col("x") > 0) & F.col("repeat").isNotNull())
        .withColumn("m", F.col("repeat").cast("double") / (F.col("x") * SCALE).cast("double"))
        .groupBy("x", "m")
        .agg(F.count(F.lit(1)).cast("bigint").alias("n"))
    )
    rows = engine.arrow(spend, _SPEND)
    order = np.lexsort((_floats(rows, "m"), _floats(rows, "x")))
    return gamma_gamma.fit(*(_floats(rows, name)[order] for name in ("x", "m", "n")))


def _holdout(engine: Engine, receipts: Frame, table: Histories, settings: Settings) -> Holdout | None:
    """The last third of the history, at most the horizon; None where that is shorter than four weeks."""
    clock = CLOCKS[settings[OPPORTUNITY]]
    history = round(float(table.T.max(initial=0.0)) * clock.scale)
    ahead = min(history // _HELD_OUT, int(settings.horizon_days / clock.days))
    if ahead * clock.days < _SHORTEST:
        return None
    cut = clock.last(settings.day) - ahead + 1
    rows = _in_order(engine.arrow(known_before(engine, receipts, cut, settings), _KNOWN))
    return Holdout(_read(rows, clock), _floats(rows, "bought"), _floats(rows, "squares"), ahead / clock.scale)


def score(engine: Engine, summary: Frame, models: Models, settings: Settings) -> tuple[Frame, Total]:
    """The forecasts of `horizon_days` for each customer, rounded at the end, and the purchases of all of them."""
    F = engine.F  # noqa: N806
    rows, total = _forecast(models, settings)
    both = summary.join(engine.frame("lifetime_forecast", rows), ["x", "t_x", "observed"])
    worth = F.col("discounted") * _spend(engine, models.spend) * SCALE
    spread = F.sqrt(F.col("spread") * F.col("spread") + _spend_variance(engine, models.spend))
    width = F.when(spread.isNotNull(), F.exp(F.least(spread * Z90, F.lit(_WIDEST))))
    high = F.when(width.isNotNull() & worth.isNotNull(), F.least(worth * width, F.lit(_LARGEST)))
    frame = both.select(
        "id",
        F.round(F.col("alive") * 100, 4).alias("p_alive"),
        F.round(F.col("purchases"), 6).alias("expected_purchases"),
        F.round(worth).cast("bigint").alias("expected_value"),
        F.round(worth / width).cast("bigint").alias("expected_value_low"),
        F.round(high).cast("bigint").alias("expected_value_high"),
    )
    return frame, total


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


def _spend_variance(engine: Engine, model: Fit) -> Any:
    """Variance of the logarithm of E[M | x, m] by the delta method, as a column; null where it is not known.

    Its slopes by the logarithms of p, q and v are (q - 1) / d, -q / d and e, with d = p x + q - 1, e = v / (v + x m).
    """
    F = engine.F  # noqa: N806
    if not model.usable or model.covariance is None or not np.isfinite(model.covariance).all():
        return F.lit(None).cast("double")
    p, q, v = (float(model.params[name]) for name in gamma_gamma.NAMES)
    turn = np.array([[q - 1, -q, 0.0], [0.0, 0.0, 1.0]])
    (dd, de), (_, ee) = (turn @ model.covariance @ turn.T).tolist()
    d = F.col("x").cast("double") * p + (q - 1)
    e = F.when(F.col("x") == 0, F.lit(1.0)).otherwise(F.lit(v) / (F.col("repeat").cast("double") / SCALE + v))
    variance = (F.lit(dd) / d + e * (2 * de)) / d + e * e * ee
    return F.when(variance < 0, F.lit(0.0)).otherwise(variance)


def _forecast(models: Models, settings: Settings) -> tuple[pa.Table, Total]:
    """Per distinct history: P(alive), purchases in the horizon, those discounted to the as-of day, their spread."""
    clock, table, chosen = CLOCKS[settings[OPPORTUNITY]], models.table, models.purchases
    ahead = Horizon(
        settings.horizon_days / clock.days / clock.scale, settings.horizon_days / 365.25, float(settings.discount_rate)
    )
    found = forecast(chosen.model, chosen.fit, table, ahead)
    keys = {"x": table.x, "t_x": table.t_x * clock.scale, "observed": table.T * clock.scale}
    values = {
        "alive": found.alive,
        "purchases": found.purchases,
        "discounted": found.discounted,
        "spread": found.spread,
    }
    return pa.table(
        {name: pa.array(np.rint(column).astype(np.int64)) for name, column in keys.items()}
        | {name: pa.array(column, mask=np.isnan(column)) for name, column in values.items()}
    ), found.total


def _read(rows: pa.Table, clock: Clock) -> Histories:
    """The compressed table in a fixed order, so that sums of doubles come out the same on every engine."""
    x, t_x, observed, n = (_floats(_in_order(rows), name) for name in HISTORIES.names)
    return histories(x, t_x / clock.scale, observed / clock.scale, n)


def _in_order(rows: pa.Table) -> pa.Table:
    return rows.take(np.lexsort([_floats(rows, name) for name in ("observed", "t_x", "x")]))


def _document(models: Models, total: Total, settings: Settings) -> dict[str, Any]:
    held = models.holdout if models.holdout is not None and models.holdout.enough else None
    clock = CLOCKS[settings[OPPORTUNITY]]
    since = held and clock.begins(clock.last(settings.day) + 1 - round(held.ahead * clock.scale))
    return {
        "models": [_told(models.purchases.fit), _told(models.spend)],
        "choice": {
            "chosen": models.purchases.name,
            "why": models.choice.why,
            "candidates": [_candidate(each) for each in models.choice.candidates],
            "holdout": since and held and {"from": since.isoformat(), "customers": held.table.customers},
        },
        "purchases": {name: _number(getattr(total, name)) for name in ("expected", "low", "high")},
    }


def _candidate(each: Candidate) -> dict[str, Any]:
    return {"name": each.name, **_told(each.fit), "bic": _number(each.fit.bic), "holdout": _foreseen(each.foreseen)}


def _foreseen(found: Foreseen | None) -> dict[str, Any] | None:
    return None if found is None else {name: _number(getattr(found, name)) for name in ("forecast", "seen", "error")}


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
        **told(model.warnings),
    }


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and np.isfinite(value) else None


def _floats(rows: pa.Table, name: str) -> Floats:
    return np.asarray(rows.column(name).to_numpy(), dtype=np.float64)


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Codes: no_purchase, model_refused, one_purchase, rhythm, spend_unknown, purchases_times_spend, interval."""
    if facts.get("first_purchase") is None:
        return Reason("no_purchase", {})
    if facts.get("p_alive") is None:
        return Reason("model_refused", {})
    seen = {name: facts.get(name) for name in ("first_purchase", "last_purchase", "frequency")}
    if field in ("expected_value_low", "expected_value_high") and facts.get(field) is not None:
        return Reason("interval", {"of": "expected_value", "percent": 90})
    if field.startswith("expected_value"):
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
    version="2",
    settings=(
        *("cleaning", "as_of", "currency", "fee_products", "lifetime_value", "horizon_days", "discount_rate"),
        MODEL,
        OPPORTUNITY,
    ),
    inputs=("receipts",),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
    score=told_by,
)
