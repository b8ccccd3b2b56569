"""What spending more brings: response curves of groups, and the budget over groups that earns most.

Blattberg and Deighton 1996, "Manage Marketing by the Customer Equity Test": the share of customers kept at a spend of s
for each is c (1 - exp(-k s)), c being the ceiling. With m the worth of one that is kept, m c (1 - exp(-k s)) - s is
greatest at s* = ln(m c k) / k, and at zero where m c k <= 1. Over several groups and one budget the marginal return
m c k exp(-k s) is equal wherever nothing binds (water-filling).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.fit import Floats

LEAST_CUSTOMERS = 30
LEAST_SPENDS = 5
_STEPS = 200


class Response(Protocol):
    """What a customer brings at a spend of s, in money before the spend: rising, and ever less steeply."""

    def value(self, spend: float) -> float:
        """What is brought."""
        ...

    def spend_at(self, slope: float) -> float:
        """The spend at which the next unit brings `slope`; zero where even the first brings less. `slope` > 0."""
        ...


@dataclass(frozen=True, slots=True)
class Ceiling:
    """m c (1 - exp(-k s)). `base` is brought without any spend."""

    c: float
    k: float
    m: float = 1.0
    base: float = 0.0

    def value(self, spend: float) -> float:
        return self.base + self.m * self.c * float(-np.expm1(-self.k * spend))

    def spend_at(self, slope: float) -> float:
        first = self.m * self.c * self.k
        return float(np.log(first / slope)) / self.k if first > slope else 0.0

    @property
    def best(self) -> float:
        """s*: ln(m c k) / k, zero where m c k <= 1."""
        return self.spend_at(1.0)


@dataclass(frozen=True, slots=True)
class Steps:
    """A concave line through points: `slopes` fall, `widths` are the lengths of spend that have them."""

    slopes: tuple[float, ...]
    widths: tuple[float, ...]
    start: float = 0.0
    base: float = 0.0

    def value(self, spend: float) -> float:
        left, brought = spend - self.start, self.base
        for slope, width in zip(self.slopes, self.widths, strict=True):
            brought += slope * min(max(left, 0.0), width)
            left -= width
        return brought

    def spend_at(self, slope: float) -> float:
        """The first point with data where the curve is nowhere steep enough: below it nothing is known."""
        return self.start + sum(w for s, w in zip(self.slopes, self.widths, strict=True) if s > slope)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A response fitted to spends and outcomes. `warnings` and `refused` are codes; without `curve` it was refused.

    `r2`: share of the variance of the binned outcomes that the curve explains. `low`, `high`: spends seen.
    """

    curve: Ceiling | Steps | None
    customers: int
    low: float
    high: float
    r2: float | None = None
    warnings: tuple[str, ...] = ()
    refused: str | None = None


def fit_ceiling(
    spend: ArrayLike, outcome: ArrayLike, n: ArrayLike, *, worth: float = 1.0, most: float = np.inf
) -> Fitted:
    """Least squares of c (1 - exp(-k s)) over bins of customers: mean spend, mean outcome, number of customers.

    `most` bounds c (1 for a rate). For each k the best c is known in closed form, so the search has one dimension.
    """
    s, y, weight = (np.asarray(values, dtype=np.float64) for values in (spend, outcome, n))
    refusal = _refusal(s, weight)
    if refusal:
        return _none(s, weight, refusal)
    scale = float(s.max())
    grid = np.geomspace(1e-3, 1e3, _STEPS) / scale
    losses = [_loss(k, s, y, weight, most)[0] for k in grid]
    best = int(np.argmin(losses))
    k = _golden(grid[max(best - 1, 0)], grid[min(best + 1, _STEPS - 1)], s, y, weight, most)
    loss, c = _loss(k, s, y, weight, most)
    if c <= 0:
        return _none(s, weight, "no_response")
    warnings = []
    if best in (0, _STEPS - 1):
        warnings.append("no_curvature_seen")
    spread = float(np.sum(weight * (y - np.average(y, weights=weight)) ** 2))
    r2 = 1 - loss / spread if spread > 0 else None
    if r2 is None or r2 < 0:
        warnings.append("worse_than_the_mean")
    curve = Ceiling(c, k, worth)
    if curve.best > scale:
        warnings.append("best_lies_beyond_what_was_seen")
    return Fitted(curve, int(weight.sum()), float(s.min()), scale, r2, tuple(warnings))


def fit_concave(spend: ArrayLike, outcome: ArrayLike, n: ArrayLike, *, worth: float = 1.0) -> Fitted:
    """A rising line that is nowhere curved upwards: isotonic means, then their least concave majorant."""
    from scipy.optimize import isotonic_regression

    s, y, weight = (np.asarray(values, dtype=np.float64) for values in (spend, outcome, n))
    refusal = _refusal(s, weight)
    if refusal:
        return _none(s, weight, refusal)
    order = np.argsort(s, kind="stable")
    s, y, weight = s[order], y[order], weight[order]
    rising = np.asarray(isotonic_regression(y, weights=weight).x, dtype=np.float64)
    corners = _hull(s, rising)
    widths, rises = np.diff(s[corners]), np.diff(rising[corners])
    slopes = tuple(float(v) for v in worth * rises / widths)
    if not any(slope > 0 for slope in slopes):
        return _none(s, weight, "no_response")
    curve = Steps(slopes, tuple(float(w) for w in widths), float(s[0]), float(worth * rising[0]))
    told = np.array([curve.value(float(x)) for x in s]) / worth
    spread = float(np.sum(weight * (y - np.average(y, weights=weight)) ** 2))
    r2 = 1 - float(np.sum(weight * (y - told) ** 2)) / spread if spread > 0 else None
    return Fitted(curve, int(weight.sum()), float(s[0]), float(s[-1]), r2)


def judged(ceiling: float, spend: float, rate: float, worth: float) -> Ceiling:
    """The curve through what a manager says: `rate` at today's `spend`, never above `ceiling`. Raises ValueError."""
    if not 0 < rate < ceiling or spend <= 0:
        raise ValueError("today's rate lies between zero and the ceiling, and today's spend above zero")
    return Ceiling(ceiling, float(-np.log1p(-rate / ceiling) / spend), worth)


def _refusal(s: Floats, weight: Floats) -> str | None:
    if weight.sum() < LEAST_CUSTOMERS:
        return "too_few_customers"
    return "too_few_different_spends" if len(np.unique(s)) < LEAST_SPENDS or s.max() <= 0 else None


def _none(s: Floats, weight: Floats, refusal: str) -> Fitted:
    low, high = (float(s.min()), float(s.max())) if len(s) else (0.0, 0.0)
    return Fitted(None, int(weight.sum()), low, high, refused=refusal)


def _loss(k: float, s: Floats, y: Floats, weight: Floats, most: float) -> tuple[float, float]:
    shape = -np.expm1(-k * s)
    norm = float(np.sum(weight * shape * shape))
    c = min(max(float(np.sum(weight * shape * y)) / norm, 0.0), most) if norm > 0 else 0.0
    return float(np.sum(weight * (y - c * shape) ** 2)), c


def _golden(low: float, high: float, s: Floats, y: Floats, weight: Floats, most: float) -> float:
    """The k of least loss between two, on a logarithmic scale."""
    from scipy.optimize import minimize_scalar

    def loss(log_k: float) -> float:
        return _loss(float(np.exp(log_k)), s, y, weight, most)[0]

    found = minimize_scalar(loss, bounds=(np.log(low), np.log(high)), method="bounded", options={"xatol": 1e-10})
    return float(np.exp(found.x))


def _hull(x: Floats, y: Floats) -> list[int]:
    """Corners of the upper hull, left to right; of equal x the highest."""
    corners: list[int] = []
    for i in range(len(x)):
        if corners and x[i] == x[corners[-1]]:
            corners.pop()
        while len(corners) > 1 and _below(x, y, corners[-2], corners[-1], i):
            corners.pop()
        corners.append(i)
    return corners


def _below(x: Floats, y: Floats, a: int, b: int, c: int) -> bool:
    return bool((y[b] - y[a]) * (x[c] - x[a]) <= (y[c] - y[a]) * (x[b] - x[a]))


@dataclass(frozen=True, slots=True)
class Share:
    """A group that takes part: how many customers, what they answer, and the spend for each that must not be undercut.

    `most` caps the spend for each. Without a response the group keeps its floor.
    """

    customers: int
    response: Response | None
    floor: float = 0.0
    most: float = np.inf


@dataclass(frozen=True, slots=True)
class Budget:
    """`spends`: for each customer of each group. `marginal`: what the last unit of the budget brings; 1 = all of the
    budget that pays is spent. `spent` is the sum over all customers."""

    spends: tuple[float, ...]
    marginal: float
    spent: float


class Short(ValueError):
    """The floors alone cost more than the budget; `needed` is what they cost."""

    def __init__(self, needed: float) -> None:
        super().__init__(f"the floors alone need {needed:.4f}")
        self.needed = needed


def allocate(shares: Sequence[Share], total: float | None = None) -> Budget:
    """The spends that earn most: equal marginal return by bisection, floors and caps kept, at most `total`.

    Without a total every group gets what pays. Raises Short where the floors do not fit.
    """
    free = _spends(shares, 1.0)
    floors = _cost(shares, _spends(shares, np.inf))
    if total is not None and floors > total * (1 + 1e-12) + 1e-9:
        raise Short(floors)
    total = None if total is None else max(total, floors)
    if total is None or _cost(shares, free) <= total:
        return Budget(tuple(free), 1.0, _cost(shares, free))
    low, high = 1.0, 2.0
    while _cost(shares, _spends(shares, high)) > total:
        low, high = high, high * 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if _cost(shares, _spends(shares, middle)) > total else (low, middle)
    return _filled(shares, low, high, total)


def _filled(shares: Sequence[Share], low: float, high: float, total: float) -> Budget:
    """At a step of the curves many spends earn the same: the budget is used up by going part of the way."""
    more, less = np.array(_spends(shares, low)), np.array(_spends(shares, high))
    over, under = _cost(shares, more), _cost(shares, less)
    way = (total - under) / (over - under) if over > under else 0.0
    spends = less + way * (more - less)
    return Budget(tuple(float(s) for s in spends), high, _cost(shares, spends))


def _spends(shares: Sequence[Share], slope: float) -> list[float]:
    return [_spend(share, slope) for share in shares]


def _spend(share: Share, slope: float) -> float:
    wished = share.response.spend_at(slope) if share.response is not None and np.isfinite(slope) else 0.0
    return min(max(wished, share.floor), max(share.most, share.floor))


def _cost(shares: Sequence[Share], spends: Sequence[float] | Floats) -> float:
    return float(sum(share.customers * spend for share, spend in zip(shares, spends, strict=True)))
