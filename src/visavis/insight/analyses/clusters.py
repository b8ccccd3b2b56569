"""Clusters: groups of customers alike in how they buy, or in chosen fields, found by k-means, not by rule."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from visavis.insight.analyses.base import Analysis, Facts, Made, Reason, Tables, holding
from visavis.insight.engine import Engine, Frame
from visavis.insight.models import clusters
from visavis.insight.models.fit import Floats, Ints
from visavis.insight.setting import Setting
from visavis.insight.settings import Settings

OUTPUTS = {"cluster": pa.int64(), "cluster_profile": pa.string()}
FEATURES = ("recency_days", "frequency", "monetary")
PROFILES = tuple(
    f"{recent}_{often}_{much}"
    for recent in ("recent", "past")
    for often in ("often", "seldom")
    for much in ("high", "low")
)
MOST = Setting("clusters_most", "integer", clusters.MOST_GROUPS, low=2, high=12)
FIELDS = Setting("clusters_fields", "fields", ())
_SCALE = 10_000
_ROWS = pa.schema([("id", pa.int64()), *((name, pa.int64()) for name in FEATURES)])


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """One row per customer with a purchase: the number of the group, 1 the one that spends most, and its profile.

    With `clusters_fields` one row per customer whose chosen fields are all known, with a purchase or without; group 1
    is the one with the most of the last field, and there are no profiles: the fields have no words of their own.

    The profile says on which side of the median customer the median of the group lies, for each feature. It is null
    where the groups do not come out again from resampled customers: then they are slices, not kinds.
    """
    chosen = [name for name in settings[FIELDS] if f"field.{name}" in tables]
    if chosen:
        return _by_fields(engine, tables, chosen, settings)
    ids, raw = _rows(engine, tables)
    found = clusters.fit(FEATURES, raw, settings[MOST])
    middle = np.median(raw, axis=0) if len(raw) else np.zeros(3)
    names = {group.number: profile(group.medians, middle) for group in found.groups}
    document = found.as_json()
    for told in document["groups"]:
        told["profile"] = names[told["number"]] if found.named else None
    names = names if found.named else {}
    learned = found.space and (found.space, names)
    return Made(_labelled(engine, ids, found.labels, names), {"models": [document]}, learned=learned)


def told_by(
    engine: Engine, tables: Tables, settings: Settings, learned: tuple[clusters.Space, dict[int, str]]
) -> Frame:
    """The same rows by the nearest of the groups that were found before."""
    ids, raw = _rows(engine, tables)
    space, names = learned
    return _labelled(engine, ids, space.nearest(raw), names)


def _rows(engine: Engine, tables: Tables) -> tuple[pa.Array, Floats]:
    rows = engine.arrow(tables["rfm"].select("id", *FEATURES), _ROWS).sort_by("id")
    raw = np.column_stack([rows.column(name).to_numpy() for name in FEATURES]).astype(np.float64)
    raw[:, 2] /= _SCALE
    return rows.column("id"), raw


def _labelled(engine: Engine, ids: pa.Array, labels: Ints, names: Mapping[int, str]) -> Frame:
    profiles = [names.get(label) for label in labels.tolist()]
    columns = {
        "id": ids,
        "cluster": pa.array(labels, mask=labels == 0),
        "cluster_profile": pa.array(profiles, pa.string()),
    }
    return engine.frame("cluster_labels", pa.table(columns))


def _by_fields(engine: Engine, tables: Tables, chosen: list[str], settings: Settings) -> Made:
    schema = pa.schema([("id", pa.int64()), *((name, pa.float64()) for name in chosen)])
    rows = engine.arrow(holding(tables, chosen[0]).select("id", *chosen), schema).sort_by("id")
    raw = np.column_stack([rows.column(name).to_numpy(zero_copy_only=False) for name in chosen]).astype(np.float64)
    known = np.isfinite(raw).all(axis=1)
    found = clusters.fit(chosen, raw[known], settings[MOST])
    columns = {
        "id": rows.column("id").filter(pa.array(known)),
        "cluster": pa.array(found.labels, mask=found.labels == 0),
        "cluster_profile": pa.nulls(int(known.sum()), pa.string()),
    }
    document = found.as_json() | {"unknown": int((~known).sum())}
    return Made(engine.frame("cluster_labels", pa.table(columns)), {"models": [document]})


def profile(means: tuple[float, ...], middle: np.ndarray) -> str:
    """The word of a group: more recent, more often, more than the median customer, or not."""
    recent = "recent" if means[0] <= middle[0] else "past"
    often = "often" if means[1] > middle[1] else "seldom"
    return f"{recent}_{often}_{'high' if means[2] > middle[2] else 'low'}"


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: no_purchase, no_groups, unstable_groups, nearest_group, nearest_by_fields."""
    if settings[FIELDS] and facts.get("cluster") is not None:
        return Reason("nearest_by_fields", {"fields": len(settings[FIELDS])})
    if facts.get("frequency") is None:
        return Reason("no_purchase", {})
    if facts.get("cluster") is None:
        return Reason("no_groups", {})
    if field == "cluster_profile" and facts.get("cluster_profile") is None:
        return Reason("unstable_groups", {})
    return Reason("nearest_group", {name: facts.get(name) for name in FEATURES})


CLUSTERS = Analysis(
    name="clusters",
    version="2",
    settings=("cleaning", "as_of", "currency", "fee_products", MOST, FIELDS),
    inputs=("rfm",),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
    score=told_by,
    source="Lloyd, IEEE Trans. Inf. Theory 28 (1982); Hennig, Comput. Stat. Data Anal. 52 (2007)",
    history=("cluster_profile",),
    beyond=True,
)
