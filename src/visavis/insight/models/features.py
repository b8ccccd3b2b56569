"""Declared features of customers as columns of a model: numbers as they are, choices as a column for each value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from visavis.insight.models.fit import Bools, Floats
from visavis.insight.models.notes import Note

MOST_VALUES = 50
UNKNOWN = ""
_SMOOTHING = 20.0


@dataclass(frozen=True, slots=True)
class Feature:
    """One declared feature: a value for each row, None (or NaN) where unknown.

    `known_after` says that the value comes to be known only after the fact: such a feature never enters a model.
    """

    name: str
    values: Sequence[Any] | NDArray[Any]
    kind: Literal["number", "choice"] = "number"
    known_after: bool = False

    def numbers(self) -> Floats:
        """The values as doubles, NaN where unknown."""
        if isinstance(self.values, np.ndarray) and self.values.dtype.kind in "fiub":
            return np.asarray(self.values, dtype=np.float64)
        return np.array([np.nan if value is None else float(value) for value in self.values], dtype=np.float64)

    def choices(self) -> list[str]:
        """The values as text, empty where unknown."""
        return [UNKNOWN if value is None else str(value) for value in self.values]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a model. `level` is a value of a choice compared with `reference`, the first in order.

    A number is filled with `fill` (its median) where unknown; with `unknown` the column is 1 exactly there.
    """

    feature: str
    level: str | None = None
    reference: str | None = None
    fill: float = 0.0
    unknown: bool = False

    @property
    def name(self) -> str:
        if self.level is not None:
            return f"{self.feature} = {self.level or 'unknown'}"
        return f"{self.feature} unknown" if self.unknown else self.feature

    def of(self, feature: Feature) -> Floats:
        if self.level is not None:
            return np.array([value == self.level for value in feature.choices()], dtype=np.float64)
        numbers = feature.numbers()
        return (
            np.asarray(np.isnan(numbers), np.float64)
            if self.unknown
            else np.where(np.isnan(numbers), self.fill, numbers)
        )


def columns(features: Sequence[Feature]) -> tuple[tuple[Column, ...], tuple[Note, ...]]:
    """The columns that these features make, and notes on the features that were left out."""
    made: list[Column] = []
    notes: list[Note] = []
    for feature in features:
        found = _refused(feature) or _columns(feature)
        if isinstance(found, Note):
            notes.append(found)
        else:
            made += found
    return tuple(made), tuple(notes)


def matrix(made: Sequence[Column], features: Sequence[Feature]) -> Floats:
    """The columns side by side: (rows, columns). Raises KeyError for a feature that is missing."""
    named = {feature.name: feature for feature in features}
    rows = len(features[0].values) if features else 0
    return np.column_stack([column.of(named[column.feature]) for column in made]) if made else np.zeros((rows, 0))


def alone(feature: Feature, churned: Bools) -> float:
    """How well the feature alone sorts those who go from those who stay: AUC, never below one half.

    A choice is sorted by the share of its values, drawn to the mean as by 20 more rows; a number also by being unknown.
    """
    if feature.kind == "number":
        numbers = feature.numbers()
        missing = np.isnan(numbers)
        known = np.where(missing, np.nanmedian(numbers) if not missing.all() else 0.0, numbers)
        return max(_either(known, churned), _either(missing.astype(np.float64), churned))
    place = np.unique(np.array(feature.choices()), return_inverse=True)[1]
    rows = np.bincount(place).astype(np.float64)
    gone = np.bincount(place, weights=churned)
    return _either(((gone + _SMOOTHING * churned.mean()) / (rows + _SMOOTHING))[place], churned)


def auc(score: Floats, churned: Bools) -> float:
    """The chance that one who goes has a higher score than one who stays (equal scores count half)."""
    from scipy.stats import rankdata

    events = int(churned.sum())
    others = len(churned) - events
    if not events or not others:
        return float("nan")
    return float((rankdata(score)[churned].sum() - events * (events + 1) / 2) / (events * others))


def _either(score: Floats, churned: Bools) -> float:
    found = auc(score, churned)
    return max(found, 1 - found)


def _refused(feature: Feature) -> Note | None:
    if feature.known_after:
        return Note("known_after", {"column": feature.name})
    if feature.kind == "number":
        numbers = feature.numbers()
        known = numbers[~np.isnan(numbers)]
        alike = not len(known) or (float(np.ptp(known)) == 0 and len(known) == len(numbers))
        return Note("constant_column", {"column": feature.name}) if alike else None
    values = len(set(feature.choices()))
    if values > MOST_VALUES:
        return Note("too_many_values", {"column": feature.name, "values": values})
    return Note("constant_column", {"column": feature.name}) if values < 2 else None


def _columns(feature: Feature) -> list[Column]:
    if feature.kind == "choice":
        reference, *others = sorted(set(feature.choices()))
        return [Column(feature.name, value, reference) for value in others]
    numbers = feature.numbers()
    middle = float(np.nanmedian(numbers))
    found = [Column(feature.name, fill=middle)]
    return [*found, Column(feature.name, unknown=True)] if np.isnan(numbers).any() else found
