"""Churn: who has stopped buying by the base's own rhythm, and how likely each of the others is to stop.

A customer who buys without a contract never says good-bye. So the days between purchases propose a window: nine of ten
who came back did so within it, and who stays away longer counts as lapsed. The model learns from the customers who were
there one window ago and is judged on them by what it would have learned two windows ago: by time.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa

from visavis.insight.analyses.base import Analysis, Facts, Made, Reason, Refusal, Tables, day, only, units
from visavis.insight.engine import Engine, Frame
from visavis.insight.models import churn, survival
from visavis.insight.models.features import Feature
from visavis.insight.models.fit import Bools, Floats
from visavis.insight.models.notes import Note
from visavis.insight.setting import Setting
from visavis.insight.settings import Settings

OUTPUTS = {"churn_probability": pa.float64(), "churn_state": pa.string()}
STATES = ("active", "slipping", "lapsed")
WINDOW_DAYS = Setting("churn_window_days", "integer", None, low=7, high=1825)
SAMPLE = 50_000
SEED = 42
_POINTS = 24
_GAPS = pa.schema([("gap", pa.int64()), ("n", pa.int64())])
_COLUMNS = ("id", "recency", "known", "purchases", "spent", "returned", "lately", "later")
_ROWS = pa.schema([(name, pa.int64()) for name in _COLUMNS])


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """One row per customer with a purchase: the state, and for those not lapsed the chance of no purchase in a window.

    The chance is null where the model refused; without a window there are neither.
    """
    days = engine.keep("churn_days", _days(engine, tables["receipts"]))
    found = _window(engine, days, settings)
    if isinstance(found, Note):
        return Made(None, {}, (Refusal("gaps", churn.MINIMUM_GAPS, float(found.params["gaps"])),))
    now = _at(engine, days, settings.day, found)
    model = _model(engine, days, settings.day, found)
    document = {
        "window": {"days": found.days, "slipping": found.slipping, "gaps": found.gaps},
        "proposed": settings[WINDOW_DAYS] is None,
        "survival": _curve(now, found),
        "models": [model.as_json()],
    }
    return Made(_scores(engine, now, model, found), document, learned=(model, found))


def told_by(engine: Engine, tables: Tables, settings: Settings, learned: tuple[churn.Churn, churn.Window]) -> Frame:
    """The same rows by a model and a window that were found before."""
    model, window = learned
    days = engine.keep("churn_days", _days(engine, tables["receipts"]))
    return _scores(engine, _at(engine, days, settings.day, window), model, window)


def _scores(engine: Engine, now: dict[str, Floats], model: churn.Churn, found: churn.Window) -> Frame:
    chance = np.full(len(now["id"]), np.nan)
    here = now["recency"] <= found.days
    if model.usable and here.any():
        chance[here] = model.probability(features({name: column[here] for name, column in now.items()}))
    scores = pa.table(
        {
            "id": pa.array(now["id"].astype(np.int64)),
            "churn_probability": pa.array(np.round(chance * 100, 4), mask=np.isnan(chance)),
            "churn_state": pa.array(churn.state(now["recency"], found), pa.string()),
        }
    )
    return engine.frame("churn_scores", scores)


def _days(engine: Engine, receipts: Frame) -> Frame:
    """id, day, bought (1 on a day with a purchase), amount, returned: one row per customer and day."""
    F = engine.F  # noqa: N806
    sale = F.col("bucket") == "sale"
    return receipts.groupBy(F.col("customer_id").alias("id"), "day").agg(
        F.max(F.when(sale, F.lit(1)).otherwise(F.lit(0))).cast("bigint").alias("bought"),
        units(engine, F.col("amount")).alias("amount"),
        units(engine, F.when(sale, F.lit(0)).otherwise(F.col("amount"))).alias("returned"),
    )


def _window(engine: Engine, days: Frame, settings: Settings) -> churn.Window | Note:
    F, Window = engine.F, engine.Window  # noqa: N806
    before = F.lag("day").over(Window.partitionBy("id").orderBy(F.col("day").asc_nulls_first()))
    gaps = (
        days.where(F.col("bought") == 1)
        .select("id", F.datediff(F.col("day"), before).cast("bigint").alias("gap"))
        .where(F.col("gap").isNotNull())
        .groupBy("gap")
        .agg(F.count(F.lit(1)).cast("bigint").alias("n"))
    )
    rows = engine.arrow(gaps, _GAPS)
    chosen = settings[WINDOW_DAYS]
    if chosen is not None:
        return churn.Window(max(1, chosen // 2), chosen, int(np.sum(_column(rows, "n"))))
    return churn.window(_column(rows, "gap"), _column(rows, "n"))


def _at(engine: Engine, days: Frame, cut: dt.date, window: churn.Window) -> dict[str, Floats]:
    """What was known of each customer with a purchase when the day `cut` began, by rising id, and what came `later`.

    Days for recency and time known; spent and returned in ten-thousandths; `lately` and `later` are days with a
    purchase in the window before and after.
    """
    F = engine.F  # noqa: N806
    begin, last = day(engine, cut), F.col("day")
    known, bought = last < begin, F.col("bought") == 1
    lately = known & bought & (last >= day(engine, cut - dt.timedelta(window.days)))
    later = bought & (last >= begin) & (last < day(engine, cut + dt.timedelta(window.days)))
    rows = days.groupBy("id").agg(
        F.max(only(engine, known & bought, last)).alias("last"),
        F.min(only(engine, known & bought, last)).alias("first"),
        *(
            units(engine, F.when(condition, value).otherwise(F.lit(0))).alias(name)
            for name, condition, value in (
                ("purchases", known & bought, F.lit(1)),
                ("spent", known, F.col("amount")),
                ("returned", known, F.col("returned")),
                ("lately", lately, F.lit(1)),
                ("later", later, F.lit(1)),
            )
        ),
    )
    told = rows.where(F.col("last").isNotNull()).select(
        "id",
        F.datediff(begin, F.col("last")).cast("bigint").alias("recency"),
        F.datediff(begin, F.col("first")).cast("bigint").alias("known"),
        *_COLUMNS[3:],
    )
    found = engine.arrow(told, _ROWS)
    order = np.argsort(found.column("id").to_numpy(), kind="stable")
    return {name: _column(found, name)[order] for name in _COLUMNS}


def features(rows: dict[str, Floats]) -> list[Feature]:
    """The features of the model; amounts and days by their logarithm, the own rhythm unknown after one purchase."""
    often = rows["purchases"] > 1
    rhythm = np.where(often, (rows["known"] - rows["recency"]) / np.maximum(rows["purchases"] - 1, 1), np.nan)
    late = np.where(often, rows["recency"] / np.maximum(rhythm, 1.0), np.nan)
    sold = rows["spent"] - rows["returned"]
    return [
        Feature("recency_days", np.log1p(rows["recency"])),
        Feature("days_known", np.log1p(rows["known"])),
        Feature("purchases", np.log(rows["purchases"])),
        Feature("purchases_lately", np.log1p(rows["lately"])),
        Feature("usual_gap", np.log1p(rhythm)),
        Feature("lateness", np.log1p(late)),
        Feature("spend_per_purchase", np.log1p(np.maximum(sold, 0) / rows["purchases"])),
        Feature("returned_share", np.clip(-rows["returned"] / np.maximum(sold, 1.0), 0.0, 1.0)),
    ]


def _model(engine: Engine, days: Frame, as_of: dt.date, window: churn.Window) -> churn.Churn:
    """Learned from the customers of one window ago; judged there by those of two windows ago, where they suffice."""
    one = _present(_at(engine, days, as_of - dt.timedelta(window.days), window), window)
    two = _present(_at(engine, days, as_of - dt.timedelta(2 * window.days), window), window)
    if _enough(one) and _enough(two):
        both = {name: np.concatenate([two[name], one[name]]) for name in one}
        later = np.arange(len(both["id"])) >= len(two["id"])
        return churn.fit(features(both), both["later"] == 0, later)
    model = churn.fit(features(one), one["later"] == 0)
    return model.noted(Note("not_validated_by_time")) if model.usable else model


def _present(rows: dict[str, Floats], window: churn.Window) -> dict[str, Floats]:
    """Those who had not lapsed, at most 50,000 of them."""
    here = np.flatnonzero(rows["recency"] <= window.days)
    if len(here) > SAMPLE:
        here = np.sort(np.random.default_rng(SEED).choice(here, SAMPLE, replace=False))
    return {name: column[here] for name, column in rows.items()}


def _enough(rows: dict[str, Floats]) -> bool:
    gone: Bools = rows["later"] == 0
    return min(int(gone.sum()), int((~gone).sum())) >= churn.MINIMUM_EVENTS


def _curve(rows: dict[str, Floats], window: churn.Window) -> list[dict[str, Any]]:
    """The share of customers still buying by days since the first purchase; who lapsed left with the last purchase."""
    left = rows["recency"] > window.days
    spent = np.where(left, rows["known"] - rows["recency"], rows["known"])
    curve = survival.kaplan_meier(survival.lives(spent, left))
    if not len(curve.t):
        return []
    some = np.unique(np.linspace(0, len(curve.t) - 1, min(_POINTS, len(curve.t))).astype(np.int64))
    named = {"day": curve.t, "at_risk": curve.at_risk, "survival": curve.survival}
    bounds = {"lower": curve.lower, "upper": curve.upper}
    return [{name: round(float(v[k]), 6) for name, v in (named | bounds).items()} for k in some]


def _column(rows: pa.Table, name: str) -> Floats:
    return np.asarray(rows.column(name).to_numpy(), dtype=np.float64)


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: no_purchase, no_window, has_lapsed, model_refused, churn_foreseen, churn_by_window."""
    if facts.get("first_purchase") is None:
        return Reason("no_purchase", {})
    state = facts.get("churn_state")
    if state is None:
        return Reason("no_window", {})
    seen = {name: facts.get(name) for name in ("recency_days", "last_purchase")}
    if field == "churn_state":
        return Reason("churn_by_window", seen)
    if state == "lapsed":
        return Reason("has_lapsed", seen)
    if facts.get("churn_probability") is None:
        return Reason("model_refused", {})
    return Reason("churn_foreseen", {**seen, "frequency": facts.get("frequency")})


CHURN = Analysis(
    name="churn",
    version="1",
    settings=("cleaning", "as_of", "currency", "fee_products", WINDOW_DAYS),
    inputs=("receipts",),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
    score=told_by,
    source="Neslin and others, Defection detection, JMR 43 (2006); Kaplan, Meier, JASA 53 (1958)",
    history=("churn_state",),
)
