"""How much a customer could spend: an upper quantile of what like customers spend.

Koenker, Bassett (1978), Regression quantiles: with the upper quantile as the size of wallet (Rosset and others 2007,
"Wallet estimation models"). An estimate, never an answer of the customer, and so it comes with an interval: the spread
of 50 bootstraps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.features import Column, Feature, columns, matrix
from visavis.insight.models.fit import Floats
from visavis.insight.models.notes import Note, told
from visavis.insight.models.survival import independent

MINIMUM_ROWS = 100
QUANTILE = 0.9
BOOTSTRAPS = 50
SAMPLE = 2_000
SEED = 42
_Z90 = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Wallet:
    """Of like customers the share `quantile` spends no more than `size`; 90 % interval of that estimate.

    `share` is spend over size, at most 1. `held` is how many of all customers really spend no more (the check: it
    should be near `quantile`). Empty arrays where the data were refused.
    """

    size: Floats
    lower: Floats
    upper: Floats
    share: Floats
    quantile: float
    held: float
    rows: int
    notes: tuple[Note, ...]

    @property
    def usable(self) -> bool:
        return len(self.size) > 0

    def as_json(self) -> dict[str, Any]:
        held = self.held if np.isfinite(self.held) else None
        return {"model": "wallet", "n": self.rows, "quantile": self.quantile, "held": held, **told(self.notes)}


def estimate(features: Sequence[Feature], spend: ArrayLike, quantile: float = QUANTILE) -> Wallet:
    """Size of wallet of each customer from the features and the spend of all; spend in any unit, zero or more.

    Fitted on logarithms, so that nothing comes out below zero; at most 2,000 customers are drawn (seed 42).
    """
    money = np.asarray(spend, dtype=np.float64)
    if np.any(~np.isfinite(money)) or np.any(money < 0):
        raise ValueError("spend is a number of zero or more")
    made, notes = columns(features)
    keep, more = independent([column.name for column in made], matrix(made, features))
    made, notes = tuple(made[k] for k in keep), notes + more
    if len(money) < MINIMUM_ROWS:
        return _refused(len(money), quantile, (*notes, Note("too_few_rows", {"rows": len(money), "needed": 100})))
    if not made:
        return _refused(len(money), quantile, (*notes, Note("no_features")))
    x, target = _standard(made, features), np.log1p(money)
    draw = np.random.default_rng(SEED)
    some = np.sort(draw.choice(len(money), min(SAMPLE, len(money)), replace=False))
    if len(some) < len(money):
        notes += (Note("sampled", {"rows": len(some), "all": len(money), "seed": SEED}),)
    middle = x @ regression(x[some], target[some], quantile)
    error = _spread(x, x[some], target[some], quantile, draw)
    size, lower, upper = (np.expm1(np.maximum(middle + k * error, 0.0)) for k in (0.0, -_Z90, _Z90))
    share = np.divide(money, size, out=np.ones_like(money), where=size > 0)
    held = float((money <= size).mean())
    return Wallet(
        size, lower, upper, np.minimum(share, 1.0), quantile, held, len(money), (*notes, Note("wallet_estimated"))
    )


def regression(x: Floats, y: Floats, quantile: float) -> Floats:
    """Coefficients of the quantile regression, as a linear programme (HiGHS)."""
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, hstack

    rows, size = x.shape
    cost = np.concatenate([np.zeros(2 * size), np.full(rows, quantile), np.full(rows, 1 - quantile)])
    equal = hstack([x, -x, eye_array(rows), -eye_array(rows)], format="csr")
    found = linprog(cost, A_eq=equal, b_eq=y, method="highs").x
    return np.asarray(found[:size] - found[size : 2 * size], dtype=np.float64)


def _spread(x: Floats, some: Floats, target: Floats, quantile: float, draw: np.random.Generator) -> Floats:
    """Standard error of the prediction of each row over bootstraps of the sample."""
    fits = []
    for _ in range(BOOTSTRAPS):
        drawn = draw.integers(0, len(some), min(len(some), 500))
        fits.append(regression(some[drawn], target[drawn], quantile))
    smaller = np.sqrt(min(len(some), 500) / len(some))
    return np.asarray(np.std(x @ np.array(fits).T, axis=1) * smaller, dtype=np.float64)


def _standard(made: Sequence[Column], features: Sequence[Feature]) -> Floats:
    """Columns at mean 0 and deviation 1 behind a column of ones."""
    raw = matrix(made, features)
    return np.column_stack([np.ones(len(raw)), (raw - raw.mean(axis=0)) / raw.std(axis=0)])


def _refused(rows: int, quantile: float, notes: tuple[Note, ...]) -> Wallet:
    nothing = np.zeros(0)
    return Wallet(nothing, nothing, nothing, nothing, quantile, float("nan"), rows, notes)
