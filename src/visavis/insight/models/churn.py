"""Who is likely to go: logistic regression on declared features, and the window after which a buyer counts as gone.

Hosmer, Lemeshow, Applied Logistic Regression (2000); scikit-learn fits it with a ridge of strength 1 on standardised
columns. Quality is measured only on rows that the model has not seen: AUC, average precision, Brier score, a
calibration table, and the lift of the tenth with the highest scores (Neslin and others 2006, JMR 43).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.features import Column, Feature, alone, auc, columns, matrix
from visavis.insight.models.fit import Bools, Floats, Ints
from visavis.insight.models.notes import Note, told
from visavis.insight.models.survival import EVENTS_PER_COLUMN

MINIMUM_EVENTS = 50
MINIMUM_GAPS = 50
LEAK_COLUMN = 0.90
LEAK_MODEL = 0.95
RETURNED = 0.9
SLOW = 0.75
FOLDS = 5
BINS = 10
SEED = 42


@dataclass(frozen=True, slots=True)
class Window:
    """Days without a purchase after which a buyer is slipping, and gone: three of four, nine of ten are back."""

    slipping: int
    days: int
    gaps: int


@dataclass(frozen=True, slots=True)
class Bin:
    """A tenth of the rows by score: what was foreseen and what came."""

    rows: int
    foreseen: float
    came: float


@dataclass(frozen=True, slots=True)
class Quality:
    """How a model did on rows that it had not seen. `lift` is the churn of the highest tenth over that of all."""

    how: Literal["time", "folds"]
    rows: int
    events: int
    auc: float
    average_precision: float
    brier: float
    lift: float
    calibration: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a feature does: odds of going times `odds_ratio` for `step` more of it, or for `level` after `reference`."""

    feature: str
    level: str | None
    reference: str | None
    unknown: bool
    step: float
    odds_ratio: float
    log_odds: float


@dataclass(frozen=True, slots=True)
class Churn:
    """A fitted model; without effects where it refused the data. Strongest effect first."""

    columns: tuple[Column, ...]
    weights: Floats
    intercept: float
    centre: Floats
    scale: Floats
    rows: int
    events: int
    effects: tuple[Effect, ...]
    quality: Quality | None
    notes: tuple[Note, ...]

    @property
    def usable(self) -> bool:
        return len(self.weights) > 0

    def probability(self, features: Sequence[Feature]) -> Floats:
        """The chance to go of each row, in [0, 1]. Raises ValueError where the model refused."""
        if not self.usable:
            raise ValueError("the model refused its data and foresees nothing")
        return _logistic((matrix(self.columns, features) - self.centre) / self.scale @ self.weights + self.intercept)

    def noted(self, note: Note) -> Churn:
        """The same model with one more remark."""
        return replace(self, notes=(*self.notes, note))

    def as_json(self) -> dict[str, Any]:
        return {
            "model": "churn",
            "n": self.rows,
            "events": self.events,
            "effects": [asdict(effect) for effect in self.effects],
            "quality": self.quality and asdict(self.quality),
            **told(self.notes),
        }


def window(gaps: ArrayLike, n: ArrayLike | None = None) -> Window | Note:
    """The window that the days between purchases propose, `n` times each. A Note where there are fewer than 50."""
    days = np.asarray(gaps, dtype=np.float64)
    counts = np.ones_like(days) if n is None else np.asarray(n, dtype=np.float64)
    if counts.sum() < MINIMUM_GAPS:
        return Note("too_few_gaps", {"gaps": int(counts.sum()), "needed": MINIMUM_GAPS})
    order = np.argsort(days, kind="stable")
    until = np.cumsum(counts[order])
    slow, gone = (int(days[order][np.searchsorted(until, share * until[-1])]) for share in (SLOW, RETURNED))
    return Window(max(1, slow), max(2, gone, slow + 1), int(counts.sum()))


def state(recency: ArrayLike, found: Window) -> list[str]:
    """active, slipping or lapsed, by days since the last purchase."""
    days = np.asarray(recency, dtype=np.float64)
    names = np.array(["active", "slipping", "lapsed"])
    return [str(name) for name in names[(days > found.slipping).astype(int) + (days > found.days).astype(int)]]


def fit(features: Sequence[Feature], churned: ArrayLike, later: ArrayLike | None = None) -> Churn:
    """A model of `churned` (true or false for each row) on all features that may be used.

    `later` marks the rows of a later time: the quality is measured there, by a model of the earlier rows. Without it,
    five stratified folds (seed 42) stand in, and the quality says so.
    """
    gone = np.asarray(churned, dtype=bool)
    made, notes = columns(features)
    x = matrix(made, features)
    reason = _refusal(len(made), gone, None if later is None else np.asarray(later, dtype=bool))
    if reason:
        nothing = np.zeros(0)
        return Churn((), nothing, 0.0, nothing, nothing, len(gone), int(gone.sum()), (), None, (*notes, reason))
    quality = _quality(x, gone, None if later is None else np.asarray(later, dtype=bool))
    centre, scale, weights, intercept = _fitted(x, gone)
    first, same = _twins(x)
    weights = np.asarray(np.bincount(same, weights=weights)[same[first]], dtype=np.float64)
    notes += tuple(Note("dependent_column", {"column": made[k].name}) for k in range(len(made)) if k not in first)
    made, centre, scale = tuple(made[k] for k in first), centre[first], scale[first]
    effects = tuple(_effect(*each) for each in zip(made, scale, weights, strict=True))
    ordered = tuple(sorted(effects, key=lambda effect: -abs(effect.log_odds)))
    notes += _notes(features, made, gone, quality)
    return Churn(made, weights, intercept, centre, scale, len(gone), int(gone.sum()), ordered, quality, notes)


def measure(how: Literal["time", "folds"], score: Floats, churned: Bools) -> Quality:
    """The quality of `score`, the foreseen chances, against what came."""
    order = np.argsort(-score, kind="stable")
    best = order[: max(1, len(order) // BINS)]
    return Quality(
        how,
        len(score),
        int(churned.sum()),
        auc(score, churned),
        _average_precision(score, churned),
        float(np.mean((score - churned) ** 2)),
        float(churned[best].mean() / churned.mean()),
        tuple(
            Bin(len(part), float(score[part].mean()), float(churned[part].mean()))
            for part in np.array_split(order[::-1], BINS)
            if len(part)
        ),
    )


def _average_precision(score: Floats, churned: Bools) -> float:
    """Sum of precision times the recall gained, equal scores as one step."""
    order = np.argsort(-score, kind="stable")
    steps = np.flatnonzero(np.diff(score[order], append=-np.inf) != 0)
    hits = np.cumsum(churned[order])[steps].astype(np.float64)
    return float(np.sum(np.diff(hits, prepend=0.0) / churned.sum() * hits / (steps + 1)))


def _refusal(made: int, gone: Bools, later: Bools | None) -> Note | None:
    for part in (gone,) if later is None else (gone[~later], gone[later]):
        events = int(part.sum())
        if min(events, len(part) - events) < MINIMUM_EVENTS:
            return Note("too_few_events", {"events": events, "rows": len(part), "needed": MINIMUM_EVENTS})
    return None if made else Note("no_features")


def _fitted(x: Floats, gone: Bools) -> tuple[Floats, Floats, Floats, float]:
    from sklearn.linear_model import LogisticRegression

    centre, scale = x.mean(axis=0), x.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    model = LogisticRegression(max_iter=1000).fit((x - centre) / scale, gone)
    return centre, scale, np.asarray(model.coef_[0], dtype=np.float64), float(model.intercept_[0])


def _twins(x: Floats) -> tuple[list[int], Ints]:
    """The places of columns unlike all before them, and for each column the number of its kind.

    The ridge gives equal columns an equal part of one effect, so their sum is the effect of the first.
    """
    kinds: dict[bytes, int] = {}
    same = [kinds.setdefault(x[:, k].tobytes(), len(kinds)) for k in range(x.shape[1])]
    return [same.index(kind) for kind in range(len(kinds))], np.array(same, dtype=np.int64)


def _quality(x: Floats, gone: Bools, later: Bools | None) -> Quality:
    if later is not None:
        return measure("time", _foreseen(x, gone, ~later, later), gone[later])
    score = np.zeros(len(gone))
    for test in _folds(gone):
        score[test] = _foreseen(x, gone, ~test, test)
    return measure("folds", score, gone)


def _foreseen(x: Floats, gone: Bools, train: Bools, test: Bools) -> Floats:
    centre, scale, weights, intercept = _fitted(x[train], gone[train])
    return _logistic((x[test] - centre) / scale @ weights + intercept)


def _folds(gone: Bools) -> Iterator[Bools]:
    from sklearn.model_selection import StratifiedKFold

    for _, test in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(np.zeros(len(gone)), gone):
        mask = np.zeros(len(gone), dtype=bool)
        mask[test] = True
        yield mask


def _logistic(value: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(value), dtype=np.float64)


def _effect(column: Column, scale: float, weight: float) -> Effect:
    """A choice as a whole step from its reference; a number per standard deviation."""
    whole = column.level is not None or column.unknown
    log_odds = weight / scale if whole else weight
    step = 1.0 if whole else float(scale)
    ratio = float(np.exp(np.clip(log_odds, -700, 700)))
    return Effect(column.feature, column.level, column.reference, column.unknown, step, ratio, float(log_odds))


def _notes(features: Sequence[Feature], made: Sequence[Column], gone: Bools, quality: Quality) -> tuple[Note, ...]:
    used = {column.feature for column in made}
    found = [
        Note("leak_column", {"column": feature.name, "auc": single, "limit": LEAK_COLUMN})
        for feature in features
        if feature.name in used and (single := alone(feature, gone)) > LEAK_COLUMN
    ]
    if quality.auc > LEAK_MODEL:
        found.append(Note("leak_model", {"auc": quality.auc}))
    events = min(int(gone.sum()), int((~gone).sum()))
    if events < EVENTS_PER_COLUMN * len(made):
        facts = {"events": events, "columns": len(made), "needed": EVENTS_PER_COLUMN}
        found.append(Note("few_events_per_column", facts))
    return tuple(found)
