"""Groups of customers who are alike: k-means, how many by silhouette, named only when they come out again.

Lloyd (1982) as scikit-learn does it; Rousseeuw (1987) for the silhouette; Hubert, Arabie (1985) for the adjusted Rand
index, here between the groups and those of resampled customers (Hennig 2007). Features are taken by their logarithm
(with their sign) and standardised, so that one big customer does not make a group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.fit import Floats, Ints
from visavis.insight.models.notes import Note, told

MINIMUM_ROWS = 50
STABLE = 0.8
WEAK = 0.25
MOST_GROUPS = 8
BOOTSTRAPS = 20
SEED = 42
SAMPLE = 20_000
SILHOUETTE_SAMPLE = 2_000
STABILITY_SAMPLE = 3_000
_STARTS = 4
_CHUNK = 100_000


@dataclass(frozen=True, slots=True)
class Condition:
    """One half of a description: the feature lies above or up to a value, in the unit of the feature."""

    feature: str
    op: Literal["gt", "le"]
    value: float


@dataclass(frozen=True, slots=True)
class Group:
    """A group. Of the customers who meet all `conditions` the share `right` is in it, and they are `covered` of it.

    `medians` are those of the features over the group, in their units.
    """

    number: int
    rows: int
    share: float
    medians: tuple[float, ...]
    conditions: tuple[Condition, ...]
    right: float
    covered: float


@dataclass(frozen=True, slots=True)
class Space:
    """Where the centres of the groups lie, by number: in logarithms less `mean`, in units of `spread`."""

    mean: Floats
    spread: Floats
    centres: Floats

    def nearest(self, values: ArrayLike) -> Ints:
        """The number of the group that each row (rows, features) would be in."""
        raw = np.asarray(values, dtype=np.float64).reshape(-1, len(self.mean))
        return assign((_logs(raw) - self.mean) / self.spread, self.centres) + 1


@dataclass(frozen=True, slots=True)
class Clusters:
    """Groups numbered from 1, in falling order of the mean of the last feature; none where the data were refused."""

    features: tuple[str, ...]
    labels: Ints
    groups: tuple[Group, ...]
    silhouette: float
    stability: float
    rows: int
    notes: tuple[Note, ...]
    space: Space | None = None

    @property
    def usable(self) -> bool:
        return bool(self.groups)

    @property
    def named(self) -> bool:
        """Whether the groups come out again, so that they may get names."""
        return self.usable and self.stability >= STABLE

    def as_json(self) -> dict[str, Any]:
        return {
            "model": "clusters",
            "n": self.rows,
            "features": list(self.features),
            "silhouette": _number(self.silhouette),
            "stability": _number(self.stability),
            "named": self.named,
            "groups": [asdict(group) for group in self.groups],
            **told(self.notes),
        }


def fit(features: Sequence[str], values: ArrayLike, most: int = MOST_GROUPS) -> Clusters:
    """Groups of the rows of `values` (rows, features). Unknown values are not allowed: raises ValueError."""
    raw = np.asarray(values, dtype=np.float64).reshape(-1, len(features))
    if not np.isfinite(raw).all():
        raise ValueError("a group needs known values")
    if len(raw) < MINIMUM_ROWS:
        return _refused(features, len(raw), Note("too_few_rows", {"rows": len(raw), "needed": MINIMUM_ROWS}))
    mean, spread = _scale(raw)
    x = (_logs(raw) - mean) / spread
    draw = np.random.default_rng(SEED)
    some = np.sort(draw.choice(len(x), min(SAMPLE, len(x)), replace=False))
    distinct = len(np.unique(x[some], axis=0))
    if distinct < 2:
        return _refused(features, len(raw), Note("all_alike"))
    centres, silhouette = _best(x[some], min(most, distinct), draw)
    stability = _stability(x[some], centres, draw)
    places = assign(x, centres)
    order = _order(places, raw)
    space = Space(mean, spread, centres[order])
    labels = _numbered(places, order)
    groups = tuple(_group(features, raw, labels, number) for number in range(1, labels.max() + 1))
    notes = _notes(len(raw), len(some), silhouette, stability)
    return Clusters(tuple(features), labels, groups, silhouette, stability, len(raw), notes, space)


def scaled(raw: Floats) -> Floats:
    """Logarithms with the sign kept, at mean 0 and deviation 1; a feature without variation is 0."""
    mean, spread = _scale(raw)
    return np.asarray((_logs(raw) - mean) / spread, dtype=np.float64)


def _logs(raw: Floats) -> Floats:
    return np.asarray(np.sign(raw) * np.log1p(np.abs(raw)), dtype=np.float64)


def _scale(raw: Floats) -> tuple[Floats, Floats]:
    logs = _logs(raw)
    spread = logs.std(axis=0)
    return logs.mean(axis=0), np.where(spread > 1e-12, spread, np.inf)


def assign(x: Floats, centres: Floats) -> Ints:
    """The place of the nearest centre for each row."""
    parts = [
        np.argmin((centres**2).sum(axis=1) - 2 * x[k : k + _CHUNK] @ centres.T, axis=1)
        for k in range(0, len(x), _CHUNK)
    ]
    return np.concatenate(parts).astype(np.int64)


def _means(x: Floats, k: int, starts: int, seed: int) -> Floats:
    """Centres from the best of some starts, on one thread: two wait for each other more than they give."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return np.asarray(KMeans(k, n_init=starts, random_state=seed).fit(x).cluster_centers_, dtype=np.float64)


def _best(x: Floats, most: int, draw: np.random.Generator) -> tuple[Floats, float]:
    """The number of groups with the highest silhouette, measured on at most 2,000 rows."""
    from sklearn.metrics import silhouette_score

    some = np.sort(draw.choice(len(x), min(SILHOUETTE_SAMPLE, len(x)), replace=False))
    found: list[tuple[float, Floats]] = []
    for k in range(2, most + 1):
        centres = _means(x, k, _STARTS, SEED)
        labels = assign(x[some], centres)
        if 2 <= len(np.unique(labels)) < len(some):
            found.append((float(silhouette_score(x[some], labels)), centres))
    silhouette, centres = max(found, key=lambda each: each[0])
    return centres, silhouette


def _stability(x: Floats, centres: Floats, draw: np.random.Generator) -> float:
    """Mean adjusted Rand index between the groups and those of 20 bootstraps, on at most 3,000 rows."""
    from sklearn.metrics import adjusted_rand_score

    rows = x[np.sort(draw.choice(len(x), min(STABILITY_SAMPLE, len(x)), replace=False))]
    first = assign(rows, centres)
    again = []
    for round_ in range(BOOTSTRAPS):
        drawn = rows[draw.integers(0, len(rows), len(rows))]
        again.append(adjusted_rand_score(first, assign(rows, _means(drawn, len(centres), _STARTS, SEED + round_))))
    return float(np.mean(again))


def _order(places: Ints, raw: Floats) -> list[int]:
    """The places that are used, by falling mean of the last feature."""
    used = np.unique(places)
    return sorted((int(k) for k in used), key=lambda k: (-float(raw[places == k, -1].mean()), k))


def _numbered(places: Ints, order: Sequence[int]) -> Ints:
    number = np.zeros(int(places.max()) + 1, dtype=np.int64)
    number[list(order)] = np.arange(1, len(order) + 1)
    return np.asarray(number[places], dtype=np.int64)


def _group(features: Sequence[str], raw: Floats, labels: Ints, number: int) -> Group:
    inside = labels == number
    conditions = _described(features, raw, inside)
    meets = np.ones(len(raw), dtype=bool)
    for each in conditions:
        column = raw[:, list(features).index(each.feature)]
        meets &= column > each.value if each.op == "gt" else column <= each.value
    both = int((meets & inside).sum())
    return Group(
        number,
        int(inside.sum()),
        float(inside.mean()),
        tuple(float(value) for value in np.median(raw[inside], axis=0)),
        conditions,
        both / max(1, int(meets.sum())),
        both / int(inside.sum()),
    )


def _described(features: Sequence[str], raw: Floats, inside: Any) -> tuple[Condition, ...]:
    """The way to the leaf of a two-level tree in which most of the group lies; thresholds to three digits."""
    from sklearn.tree import DecisionTreeClassifier

    draw = np.random.default_rng(SEED)
    some = np.sort(draw.choice(len(raw), min(SAMPLE, len(raw)), replace=False))
    tree = DecisionTreeClassifier(max_depth=2, class_weight="balanced", random_state=SEED).fit(raw[some], inside[some])
    leaves = tree.apply(raw[some][inside[some]]) if inside[some].any() else np.zeros(0, dtype=np.int64)
    if not len(leaves):
        return ()
    target = int(np.bincount(leaves).argmax())
    node, found, shape = 0, list[Condition](), tree.tree_
    while shape.children_left[node] != shape.children_right[node]:
        name, value = features[shape.feature[node]], float(f"{shape.threshold[node]:.3g}")
        below = _reaches(shape, int(shape.children_left[node]), target)
        found.append(Condition(name, "le" if below else "gt", value))
        node = int((shape.children_left if below else shape.children_right)[node])
    return _tightened(found)


def _reaches(shape: Any, node: int, target: int) -> bool:
    if node == target:
        return True
    if shape.children_left[node] == shape.children_right[node]:
        return False
    return _reaches(shape, int(shape.children_left[node]), target) or _reaches(
        shape, int(shape.children_right[node]), target
    )


def _tightened(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """Two bounds of one feature on the same side say one thing: the narrower stays."""
    kept: dict[tuple[str, str], Condition] = {}
    for each in conditions:
        key = (each.feature, each.op)
        other = kept.get(key)
        narrower = other is None or (each.value > other.value) == (each.op == "gt")
        kept[key] = each if narrower else kept[key]
    return tuple(kept.values())


def _notes(rows: int, sampled: int, silhouette: float, stability: float) -> tuple[Note, ...]:
    found = []
    if sampled < rows:
        found.append(Note("sampled", {"rows": sampled, "all": rows, "seed": SEED}))
    if silhouette < WEAK:
        found.append(Note("weak_clusters", {"silhouette": silhouette}))
    if stability < STABLE:
        found.append(Note("unstable", {"stability": stability, "needed": STABLE}))
    return tuple(found)


def _refused(features: Sequence[str], rows: int, note: Note) -> Clusters:
    nan = float("nan")
    return Clusters(tuple(features), np.zeros(rows, dtype=np.int64), (), nan, nan, rows, (note,))


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None
