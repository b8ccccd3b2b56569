"""Which model of repeat purchases suits a base: by how well it fits, and by how well it foresaw what is already known.

Schwarz (1978), Estimating the Dimension of a Model, Annals of Statistics 6(2), for the criterion (BIC).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models import bgbb, bgnbd, mbgnbd, pareto_nbd
from visavis.insight.models.fit import Fit, Floats
from visavis.insight.models.table import Histories, coarse

Why = Literal["setting", "discrete", "only", "holdout", "likelihood", "none"]
ALIKE = 0.01
FEW_BEFORE = 100


class Repeating(Protocol):
    """What a model of repeat purchases answers; the modules of this folder are of this form."""

    MODEL: str

    def fit(self, table: Histories) -> Fit: ...

    def probability_alive(
        self,
        params: Mapping[str, float],
        x: ArrayLike,
        t_x: ArrayLike,
        T: ArrayLike,  # noqa: N803
    ) -> Floats: ...

    def expected_purchases(
        self,
        params: Mapping[str, float],
        t: ArrayLike,
        x: ArrayLike,
        t_x: ArrayLike,
        T: ArrayLike,  # noqa: N803
    ) -> Floats: ...


CONTINUOUS: Mapping[str, Repeating] = MappingProxyType({"bgnbd": bgnbd, "mbgnbd": mbgnbd, "paretonbd": pareto_nbd})
DISCRETE: Mapping[str, Repeating] = MappingProxyType({"bgbb": bgbb})


@dataclass(frozen=True, slots=True)
class Holdout:
    """The base as it was `ahead` before its end, and what has come since.

    Per row of `table`: `bought`, purchases of all its customers since then, and `squares`, the sum of their squares.
    """

    table: Histories
    bought: Floats
    squares: Floats
    ahead: float

    @property
    def enough(self) -> bool:
        """Whether the time before is long enough to learn from."""
        return self.table.repeaters >= FEW_BEFORE


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How a model that knew only the time before the hold-out did in it: totals, and the error per customer (RMSE)."""

    forecast: float
    seen: float
    error: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model fitted to all of the history, and how it foresaw the end of it where that could be tried."""

    name: str
    model: Repeating
    fit: Fit
    foreseen: Foreseen | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The model that was chosen among the candidates, and why."""

    chosen: Candidate
    why: Why
    candidates: tuple[Candidate, ...]


def choose(models: Mapping[str, Repeating], table: Histories, fixed: str | None, holdout: Holdout | None) -> Choice:
    """Fit every model and choose one; with `fixed` that one, but the others are still shown.

    Models whose error in the hold-out is within 1 % of the smallest are taken to foresee alike; among them, or among
    all without a hold-out, the one with the smallest BIC is chosen. A model that refuses the data is chosen only where
    there is no other.
    """
    tried = holdout if holdout is not None and holdout.enough else None
    candidates = tuple(_candidate(name, model, table, tried) for name, model in models.items())
    if fixed is not None:
        return Choice(next(each for each in candidates if each.name == fixed), "setting", candidates)
    usable = [each for each in candidates if each.fit.usable]
    if not usable:
        return Choice(candidates[0], "none", candidates)
    if len(usable) == 1:
        return Choice(usable[0], "discrete" if models is DISCRETE else "only", candidates)
    return _best(usable, candidates)


def _best(usable: Sequence[Candidate], candidates: tuple[Candidate, ...]) -> Choice:
    fitting = min(usable, key=lambda each: each.fit.bic)
    errors = [each.foreseen.error for each in usable if each.foreseen is not None]
    if not errors:
        return Choice(fitting, "likelihood", candidates)
    near = [each for each in usable if each.foreseen is not None and each.foreseen.error <= min(errors) * (1 + ALIKE)]
    best = min(near, key=lambda each: each.fit.bic)
    return Choice(best, "likelihood" if best is fitting else "holdout", candidates)


def _candidate(name: str, model: Repeating, table: Histories, holdout: Holdout | None) -> Candidate:
    fit = model.fit(table)
    return Candidate(name, model, fit, _foreseen(model, holdout) if holdout is not None and fit.usable else None)


def _foreseen(model: Repeating, holdout: Holdout) -> Foreseen | None:
    """Fitted to the time before on a grid where the table is long: what is asked is who foresees better, not digits."""
    table = holdout.table
    before = model.fit(coarse(table) if model not in DISCRETE.values() else table)
    if not before.usable:
        return None
    each = model.expected_purchases(before.params, holdout.ahead, table.x, table.t_x, table.T)
    squares = holdout.squares - 2 * each * holdout.bought + table.n * each**2
    error = float(np.sqrt(max(squares.sum(), 0.0) / table.n.sum()))
    return Foreseen(float(table.n @ each), float(holdout.bought.sum()), error) if np.isfinite(error) else None
