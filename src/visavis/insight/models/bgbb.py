"""BG/BB: purchases where there is one chance to buy per period (a fair, a yearly order, a monthly donation).

Fader, Hardie, Shang (2010), Customer-Base Analysis in a Discrete-Time Noncontractual Setting, Marketing Science 29(6).
While there, a customer buys at each opportunity with a probability that is beta(alpha, beta) over customers; at the
beginning of each the customer has left for good with a probability that is beta(gamma, delta).
In `Histories`, x counts opportunities used, t_x is the number of the last one used and T the number of opportunities
so far, the first purchase not among them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visavis.insight.models.fit import Fit, Floats
from visavis.insight.models.repeating import fitted
from visavis.insight.models.table import Histories

MODEL = "bg_bb"
NAMES = ("alpha", "beta", "gamma", "delta")
Ints: TypeAlias = NDArray[np.int64]
_STARTS = ((1.0, 1.0, 1.0, 1.0), (1.0, 0.7, 0.7, 3.0), (0.5, 2.0, 0.5, 5.0))


def fit(table: Histories) -> Fit:
    """Maximum-likelihood estimates; refuses data that cannot identify the model. Raises ValueError for broken times."""
    _whole(table)
    starts = [dict(zip(NAMES, start, strict=True)) for start in _STARTS]
    return fitted(MODEL, table, _loss, starts, leaving=("gamma", probability_alive), dear=True)


def log_likelihood(params: Mapping[str, float], table: Histories) -> float:
    """Log-likelihood of the whole table, equation (5) of the paper."""
    return -_loss(np.log([params[name] for name in NAMES]), table)[0] * float(table.n.sum())


def probability_alive(params: Mapping[str, float], x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:  # noqa: N803
    """P(alive at opportunity T + 1 | x, t_x, T), equation (11), in [0, 1]."""
    return _alive_at(params, 1.0, *_broadcast(x, t_x, T))


def expected_purchases(
    params: Mapping[str, float],
    t: ArrayLike,
    x: ArrayLike,
    t_x: ArrayLike,
    T: ArrayLike,  # noqa: N803
) -> Floats:
    """E[X(T, T + t) | x, t_x, T]: purchases at the next `t` opportunities, equation (13) as its sum.

    A `t` between two whole numbers takes its part of the opportunity that it ends in.
    """
    ahead, xs, ts, seen = _broadcast(t, x, t_x, T)
    buys = (params["alpha"] + xs) / (params["alpha"] + params["beta"] + seen)
    first = _alive_at(params, 1.0, xs, ts, seen)
    return np.asarray(first * buys * _chances(params, seen, ahead), dtype=np.float64)


def expected_count(params: Mapping[str, float], t: ArrayLike) -> Floats:
    """E[X(t)]: purchases at the first `t` opportunities, equation (8) as its sum."""
    ahead = np.asarray(t, dtype=np.float64)
    stays = params["delta"] / (params["gamma"] + params["delta"])
    buys = params["alpha"] / (params["alpha"] + params["beta"])
    return np.asarray(stays * buys * _chances(params, np.zeros_like(ahead), ahead), dtype=np.float64)


def discounted_purchases(
    params: Mapping[str, float],
    rate: float,
    x: ArrayLike,
    t_x: ArrayLike,
    T: ArrayLike,  # noqa: N803
) -> Floats:
    """DERT: all purchases after T, each opportunity worth 1 / (1 + rate) of the one before it, equation (14)."""
    from scipy.special import hyp2f1

    xs, ts, seen = _broadcast(x, t_x, T)
    gamma, delta = params["gamma"], params["delta"]
    buys = (params["alpha"] + xs) / (params["alpha"] + params["beta"] + seen)
    ahead = hyp2f1(1, delta + seen + 1, gamma + delta + seen + 1, 1 / (1 + rate)) / (1 + rate)
    return np.asarray(_alive_at(params, 1.0, xs, ts, seen) * buys * ahead, dtype=np.float64)


def _whole(table: Histories) -> None:
    for column in (table.x, table.t_x, table.T):
        if np.any(column != np.rint(column)):
            raise ValueError("opportunities are counted: x, t_x and T must be whole numbers")


def _broadcast(*values: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in values)))


def _chances(params: Mapping[str, float], seen: Floats, ahead: Floats) -> Floats:
    """Opportunities that who is there at the next one still sees among the next `ahead`, on average."""
    gamma, delta = params["gamma"], params["delta"]
    total, stay = np.zeros_like(seen), np.ones_like(seen)
    for step in range(int(np.ceil(ahead.max(initial=0.0)))):
        total = total + stay * np.clip(ahead - step, 0.0, 1.0)
        stay = stay * (delta + seen + step + 1) / (gamma + delta + seen + step + 1)
    return total


def _alive_at(params: Mapping[str, float], more: float, x: Floats, t_x: Floats, seen: Floats) -> Floats:
    from scipy.special import betaln

    shape = x.shape
    table = Histories(x.ravel(), t_x.ravel(), seen.ravel(), np.ones(x.size))
    alpha, beta, gamma, delta = (params[name] for name in NAMES)
    both = _terms(alpha, beta, gamma, delta, table)[0]
    there = betaln(alpha + table.x, beta + table.T - table.x) - betaln(alpha, beta)
    there += betaln(gamma, delta + table.T + more) - betaln(gamma, delta)
    return np.asarray(np.exp(np.minimum(there - both, 0.0)), dtype=np.float64).reshape(shape)


def _terms(alpha: float, beta: float, gamma: float, delta: float, table: Histories) -> tuple[Floats, Floats, _Steps]:
    """Log-likelihood of each row, and the shares in it of each moment to have left.

    Column 0 is still being there, column i + 1 having left after i opportunities without a purchase.
    """
    from scipy.special import betaln, gammaln

    at = _steps(table)
    by = _Lookup(gammaln, at.most)
    buying = by(alpha, at.x) + by(beta, at.until - at.x) - by(alpha + beta, at.until)
    leaving = by(gamma, at.left) + by(delta, at.until) - by(gamma + delta, at.until + at.left)
    heights = np.where(at.known, buying + leaving, -np.inf)
    top = heights.max(axis=1, keepdims=True)
    shares = np.exp(heights - top)
    area = shares.sum(axis=1, keepdims=True)
    ll = (top + np.log(area))[:, 0] - betaln(alpha, beta) - betaln(gamma, delta)
    return np.asarray(ll, dtype=np.float64), shares / area, at


@dataclass(frozen=True, slots=True)
class _Steps:
    """Whole numbers of shape (rows, moments to leave): opportunities used, seen while there, and whether it left."""

    x: Ints
    until: Ints
    left: Ints
    known: NDArray[np.bool_]
    most: int


def _steps(table: Histories) -> _Steps:
    x, t_x, seen = (np.asarray(column, dtype=np.int64)[:, None] for column in (table.x, table.t_x, table.T))
    most = int(seen.max(initial=0))
    moments = np.arange(int((seen - t_x).max(initial=0)))[None, :]
    until = np.hstack([seen, np.minimum(t_x + moments, seen)])
    known = np.hstack([np.ones_like(seen, dtype=bool), t_x + moments < seen])
    left = (np.arange(until.shape[1]) > 0).astype(np.int64)[None, :]
    return _Steps(x, until, left, known, most)


class _Lookup:
    """A function of a parameter plus a whole number, worked out once per whole number."""

    def __init__(self, function: Callable[[Floats], Floats], most: int) -> None:
        self._function, self._numbers = function, np.arange(most + 2, dtype=np.float64)

    def __call__(self, value: float, numbers: Ints) -> Floats:
        return self._function(value + self._numbers)[numbers]


def _loss(logs: Floats, table: Histories) -> tuple[float, Floats]:
    """Mean negative log-likelihood and its gradient by the log-parameters."""
    from scipy.special import psi

    alpha, beta, gamma, delta = params = np.exp(logs)
    ll, shares, at = _terms(alpha, beta, gamma, delta, table)
    by, n = _Lookup(psi, at.most), table.n
    bought, stayed = by(alpha + beta, at.until), by(gamma + delta, at.until + at.left)
    slopes = (
        by(alpha, at.x) - bought - psi(alpha) + psi(alpha + beta),
        by(beta, at.until - at.x) - bought - psi(beta) + psi(alpha + beta),
        by(gamma, at.left) - stayed - psi(gamma) + psi(gamma + delta),
        by(delta, at.until) - stayed - psi(delta) + psi(gamma + delta),
    )
    gradient = np.array([n @ (shares * slope).sum(axis=1) for slope in slopes]) * params
    return -float(n @ ll) / n.sum(), -gradient / n.sum()
