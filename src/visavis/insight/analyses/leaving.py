"""Leaving: how likely each customer with a contract is to go, learned from fields that people entered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from visavis.catalogue import Catalogue
from visavis.insight.analyses.base import CUSTOMERS, Analysis, Facts, Made, Reason, Tables, carried, holding
from visavis.insight.engine import Engine
from visavis.insight.models import churn
from visavis.insight.models.features import Feature
from visavis.insight.setting import Setting
from visavis.insight.settings import Settings

OUTPUTS = {"leave_probability": pa.float64()}
FIELD = Setting("leaving_field", "column", None)
GONE = Setting("leaving_gone", "text", "true")
FROM = Setting("leaving_from", "columns", ())
SAMPLE = 50_000
SEED = 42


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """The chance to go, 0 to 100, of each customer with any of the fields who has not gone; null for those who have.

    Learned from those of whom it is known whether they went, at most 50,000 of them (seed 42). Nothing without a field
    that says who went, for customers who have no such field, and where the model refuses.
    """
    target = settings[FIELD]
    names = [name for name in settings[FROM] if f"field.{name}" in tables and name != target]
    if target is None or f"text.{target}" not in tables or not names:
        return Made(None)
    types = {name: pa.string() if f"text.{name}" in tables else pa.float64() for name in (target, *names)}
    schema = pa.schema([("id", pa.int64()), *types.items()])
    rows = engine.arrow(holding(tables, target).select("id", target, *names), schema).sort_by("id")
    known = np.flatnonzero(rows.column(target).is_valid().to_numpy())
    if len(known) > SAMPLE:
        known = np.sort(np.random.default_rng(SEED).choice(known, SAMPLE, replace=False))
    seen = rows.take(pa.array(known))
    model = churn.fit(_features(seen, names), [value == settings[GONE] for value in seen.column(target).to_pylist()])
    document = {"models": [model.as_json()], "field": target, "gone": settings[GONE], "from": names}
    if not model.usable:
        return Made(None, document)
    gone = np.array([value == settings[GONE] for value in rows.column(target).to_pylist()])
    chance = np.round(model.probability(_features(rows, names)) * 100, 4)
    scores = pa.table({"id": rows.column("id"), "leave_probability": pa.array(chance, mask=gone)})
    return Made(engine.frame("leaving_scores", scores), document)


def _features(rows: pa.Table, names: list[str]) -> list[Feature]:
    found = []
    for name in names:
        column = rows.column(name)
        choice = pa.types.is_string(column.type)
        found.append(Feature(name, column.to_pylist(), "choice" if choice else "number"))
    return found


def foreseeing(settings: Settings, catalogue: Catalogue) -> Settings:
    """The settings without what has been marked as known only after the fact since they were kept."""
    after = {field.name for each in CUSTOMERS for field in catalogue.object(each).fields if field.known_after}
    if not after & set(settings[FROM]):
        return settings
    return replace(settings, own={**settings.own, FROM.name: [name for name in settings[FROM] if name not in after]})


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: leaving_not_asked, leaving_unknown, leaving_learned."""
    if settings[FIELD] is None:
        return Reason("leaving_not_asked", {})
    if facts.get("leave_probability") is None:
        return Reason("leaving_unknown", {})
    return Reason("leaving_learned", {"fields": len(settings[FROM])})


LEAVING = Analysis(
    name="leaving",
    version="1",
    settings=(FIELD, GONE, FROM),
    inputs=(),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
    score=carried,
    source="Hosmer, Lemeshow, Applied Logistic Regression (2000); Neslin and others, JMR 43 (2006)",
    beyond=True,
)
