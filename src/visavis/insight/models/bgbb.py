"""BG/BB: purchases where there is one chance to buy per period (a fair, a yearly order, a monthly donation).

Fader, Hardie, Shang (2010), Customer-Base Analysis in a Discrete-Time Noncontractual Setting, Marketing Science 29(6).
While there, a customer buys at each opportunity with a probability that is beta(alpha, beta) over customers; at the
beginning of each the customer has left for good with a probability that is beta(gamma, delta).
In `Histories`, x counts opportunities used, t_x is the number of the last one used and T the number of opportunities
so far, the first purchase not among them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.fit import Fit, Floats
from visavis.insight.models.repeating import fitted
from visavis.insight.models.table import Histories

MODEL = "bg_bb"
NAMES = ("alpha", "beta", "gamma", "delta")
_STARTS = ((1.0, 1.0, 1.0, 1.0), (1.0, 0.7, 0.7, 3.0), (0.5, 2.0, 0.5, 5.0))


def fit(table: Histories) -> Fit:
    """Maximum-likelihood estimates; refuses data that cannot identify the model. Raises ValueError for broken times."""
    _whole(table)
    return fitted(MODEL, table, _loss, [dict(zip(NAMES, start, strict=True)) for start in _STARTS], leaving="gamma")


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


def _terms(alpha: float, beta: float, gamma: float, delta: float, table: Histories) -> tuple[Floats, Floats, Floats]:
    """Log-likelihood of each row, and the shares in it of each moment to have left.

    Column 0 is still being there, column i + 1 having left after i opportunities without a purchase; the third answer
    is the number of opportunities at which the customer was there and could buy.
    """
    from scipy.special import betaln

    silent = table.T - table.t_x
    steps = np.arange(int(silent.max(initial=0.0)))
    until = np.column_stack([table.T, table.t_x[:, None] + steps])
    left = np.column_stack([np.zeros_like(silent), np.ones((len(silent), len(steps)))])
    x = table.x[:, None]
    known = np.column_stack([np.ones_like(silent, dtype=bool), steps < silent[:, None]])
    until = np.where(known, until, table.T[:, None])
    heights = betaln(alpha + x, beta + until - x) + betaln(gamma + left, delta + until)
    heights = np.where(known, heights, -np.inf)
    top = heights.max(axis=1, keepdims=True)
    shares = np.exp(heights - top)
    area = shares.sum(axis=1, keepdims=True)
    ll = (top + np.log(area))[:, 0] - betaln(alpha, beta) - betaln(gamma, delta)
    return np.asarray(ll, dtype=np.float64), shares / area, until


def _loss(logs: Floats, table: Histories) -> tuple[float, Floats]:
    """Mean negative log-likelihood and its gradient by the log-parameters."""
    from scipy.special import psi

    alpha, beta, gamma, delta = params = np.exp(logs)
    ll, shares, until = _terms(alpha, beta, gamma, delta, table)
    x, n = table.x[:, None], table.n
    left = (np.arange(shares.shape[1]) > 0).astype(np.float64)
    bought, stayed = psi(alpha + beta + until), psi(gamma + delta + left + until)
    slopes = (
        psi(alpha + x) - bought - psi(alpha) + psi(alpha + beta),
        psi(beta + until - x) - bought - psi(beta) + psi(alpha + beta),
        psi(gamma + left) - stayed - psi(gamma) + psi(gamma + delta),
        psi(delta + until) - stayed - psi(delta) + psi(gamma + delta),
    )
    gradient = np.array([n @ (shares * slope).sum(axis=1) for slope in slopes]) * params
    return -float(n @ ll) / n.sum(), -gradient / n.sum()
