"""BG/NBD: how many purchases a customer will make, and whether the customer is still there.

Fader, Hardie, Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2). While alive a customer buys
as a Poisson process whose rate is gamma(r, alpha) over customers; after each repeat purchase the customer leaves with a
probability that is beta(a, b) over customers.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.fit import Fit, Floats
from visavis.insight.models.repeating import fitted
from visavis.insight.models.table import Histories, by_count, total

MODEL = "bg_nbd"
NAMES = ("r", "alpha", "a", "b")
_STARTS = ((1.0, 0.1, 1.0, 1.0), (0.3, 0.1, 0.8, 2.5), (1.0, 0.5, 0.1, 5.0))
_SINGULAR = 1e-7
_BELOW_ONE = 1 - 1e-12


def fit(table: Histories) -> Fit:
    """Maximum-likelihood estimates in the time unit of `table`; refuses data that cannot identify the model."""
    starts = [dict(zip(NAMES, start, strict=True)) for start in _STARTS]
    return fitted(MODEL, table, _loss, starts, times=("alpha",), leaving="a")


def log_likelihood(params: Mapping[str, float], table: Histories) -> float:
    """Log-likelihood of the whole table, equation (6) of the paper."""
    r, alpha, a, b = (params[name] for name in NAMES)
    return float(table.n @ _terms(r, alpha, a, b, table)[0])


def probability_alive(params: Mapping[str, float], x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:  # noqa: N803
    """P(alive at T | x, t_x, T), in [0, 1]. Exactly 1 for x = 0: under this model nobody leaves before a repeat."""
    return np.asarray(1.0 / (1.0 + _odds_gone(params, x, t_x, T)), dtype=np.float64)


def expected_purchases(
    params: Mapping[str, float],
    t: ArrayLike,
    x: ArrayLike,
    t_x: ArrayLike,
    T: ArrayLike,  # noqa: N803
) -> Floats:
    """E[Y(t) | x, t_x, T]: purchases in the next `t`, equation (10) after Euler's transformation of 2F1.

    The transformed series has parameters that do not grow with x, so it neither overflows nor loses digits for
    frequent buyers. Where a + b is so large that it still does, the mean over the chance to leave is integrated.
    """
    xs, ts, observed, ahead = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (x, t_x, T, t)))
    if_alive = purchases_if_alive(params, ahead, xs, observed)
    return np.asarray(if_alive / (1.0 + _odds_gone(params, xs, ts, observed)), dtype=np.float64)


def purchases_if_alive(params: Mapping[str, float], ahead: Floats, x: Floats, observed: Floats) -> Floats:
    """E[Y(t)] of customers who are still there at T, arrays of one shape."""
    found = np.array(_series(params, ahead, x, observed))
    lost = ~np.isfinite(found)
    if lost.any():
        found[lost] = _integral(params, ahead[lost], x[lost], observed[lost])
    return np.maximum(found, 0.0)


def _series(params: Mapping[str, float], ahead: Floats, x: Floats, observed: Floats) -> Floats:
    from scipy.special import hyp2f1

    r, alpha, a, b = _regular(params)
    z = np.minimum(ahead / (alpha + observed + ahead), _BELOW_ONE)
    with np.errstate(all="ignore"):
        series = (1 - z) ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, z)
        return np.asarray((a + b + x - 1) / (a - 1) * (1 - series), dtype=np.float64)


def _integral(params: Mapping[str, float], ahead: Floats, x: Floats, observed: Floats) -> Floats:
    """Mean of (1 - ((alpha + T) / (alpha + T + p t))^(r + x)) / p over p ~ beta(a, b + x), by its quantiles."""
    from scipy.special import betaincinv

    r, alpha, a, b = (params[name] for name in NAMES)
    nodes, weights = np.polynomial.legendre.leggauss(64)
    p = np.maximum(betaincinv(a, b + x[:, None], (nodes + 1) / 2), 1e-12)
    growth = np.log1p(p * (ahead / (alpha + observed))[:, None])
    return np.asarray((-np.expm1(-(r + x)[:, None] * growth) / p) @ (weights / 2), dtype=np.float64)


def expected_count(params: Mapping[str, float], t: ArrayLike) -> Floats:
    """E[X(t)]: repeat purchases of a customer in the first `t` after the first purchase, equation (9)."""
    from scipy.special import hyp2f1

    r, alpha, a, b = _regular(params)
    ahead = np.asarray(t, dtype=np.float64)
    z = np.minimum(ahead / (alpha + ahead), _BELOW_ONE)
    series = (1 - z) ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, a + b - 1, z)
    return np.asarray((a + b - 1) / (a - 1) * (1 - series), dtype=np.float64)


def _regular(params: Mapping[str, float]) -> tuple[float, float, float, float]:
    """The parameters, moved off the removable singularities at a = 1 and a + b = 1."""
    r, alpha, a, b = (params[name] for name in NAMES)
    a = a if abs(a - 1) > _SINGULAR else 1 + _SINGULAR
    b = b if abs(a + b - 1) > _SINGULAR else b + _SINGULAR
    return r, alpha, a, b


def _odds_gone(params: Mapping[str, float], x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:  # noqa: N803
    r, alpha, a, b = (params[name] for name in NAMES)
    xs, ts, observed = (np.asarray(v, dtype=np.float64) for v in (x, t_x, T))
    repeat = xs > 0
    exponent = (r + xs) * (np.log(alpha + observed) - np.log(alpha + ts))
    odds = np.log(a) - np.log(np.where(repeat, b + xs - 1, 1.0)) + np.minimum(exponent, 700.0)
    return np.where(repeat, np.exp(np.minimum(odds, 700.0)), 0.0)


def _terms(r: float, alpha: float, a: float, b: float, table: Histories) -> tuple[Floats, Floats]:
    """Log-likelihood of each row, and the share of it that comes from having left at t_x."""
    return _halves(r, alpha, a, b, table, np.log(alpha + table.t_x), np.log(alpha + table.T))


def _halves(
    r: float, alpha: float, a: float, b: float, table: Histories, log_last: Floats, log_seen: Floats
) -> tuple[Floats, Floats]:
    from scipy.special import gammaln

    x = table.x
    repeat = x > 0

    def leaving(count: Floats) -> Floats:
        return np.asarray(gammaln(b + count) - gammaln(a + b + count) + gammaln(r + count), dtype=np.float64)

    constant = gammaln(a + b) - gammaln(b) - gammaln(r) + r * np.log(alpha)
    alive = -(r + x) * log_seen
    odds = np.log(a) - np.log(np.where(repeat, b + x - 1, 1.0)) + (r + x) * (log_seen - log_last)
    more = np.where(repeat, np.logaddexp(0.0, odds), 0.0)
    return constant + by_count(leaving, 0.0, x) + alive + more, np.where(repeat, np.exp(odds - more), 0.0)


def _loss(logs: Floats, table: Histories) -> tuple[float, Floats]:
    """Mean negative log-likelihood and its gradient by the log-parameters."""
    from scipy.special import psi

    r, alpha, a, b = np.exp(logs)
    x, t_x, T, n = table.x, table.t_x, table.T, table.n  # noqa: N806
    log_last, log_seen = np.log(alpha + t_x), np.log(alpha + T)
    ll, gone = _halves(r, alpha, a, b, table, log_last, log_seen)
    customers, both = float(n.sum()), by_count(psi, a + b, x)
    start = psi(a + b)
    by_r = by_count(psi, r, x) - psi(r) + np.log(alpha) - log_seen + (log_seen - log_last) * gone
    by_alpha = r / alpha - (r + x) * ((1 - gone) / (alpha + T) + gone / (alpha + t_x))
    by_a = start - both + gone / a
    by_b = start + by_count(psi, b, x) - psi(b) - both - gone / np.where(x > 0, b + x - 1, 1.0)
    slopes = ((by_r, r), (by_alpha, alpha), (by_a, a), (by_b, b))
    gradient = np.array([total(n, slope) * value for slope, value in slopes])
    return -total(n, ll) / customers, -gradient / customers
