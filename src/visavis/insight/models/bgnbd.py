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
from visavis.insight.models.table import Counts, Histories, odds

MODEL = "bg_nbd"
NAMES = ("r", "alpha", "a", "b")
_STARTS = ((1.0, 0.1, 1.0, 1.0), (0.3, 0.1, 0.8, 2.5), (1.0, 0.5, 0.1, 5.0))
_SINGULAR = 1e-7
_BELOW_ONE = 1 - 1e-12


def fit(table: Histories) -> Fit:
    """Maximum-likelihood estimates in the time unit of `table`; refuses data that cannot identify the model."""
    starts = [dict(zip(NAMES, start, strict=True)) for start in _STARTS]
    return fitted(MODEL, table, _loss, starts, times=("alpha",), leaving=("a", probability_alive))


def log_likelihood(params: Mapping[str, float], table: Histories) -> float:
    """Log-likelihood of the whole table, equation (6) of the paper."""
    return -_loss(np.log([params[name] for name in NAMES]), table)[0] * float(table.n.sum())


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


def _loss(logs: Floats, table: Histories) -> tuple[float, Floats]:
    return loss(logs, table, early=False)


def loss(logs: Floats, table: Histories, early: bool) -> tuple[float, Floats]:
    """Mean negative log-likelihood and its gradient by the log-parameters; `early`: the first purchase may be the last.

    What depends on x alone is worked out once per count, and who cannot have left yet needs only T.
    """
    r, alpha, a, b = (float(value) for value in np.exp(logs))
    size, slopes = _by_count(r, a, b, table.counts, float(early))
    stayed, doubtful = ((), table.parts) if early else (table.once.parts, table.again.parts)
    log_first, over_first = sum((_once(alpha, part) for part in stayed), start=np.zeros(2))
    sums = sum((_rows(r, alpha, a, b + early, part) for part in doubtful), start=np.zeros(5))
    customers = float(table.n.sum())
    ll = size + customers * r * np.log(alpha) - r * log_first + sums[0]
    slopes[:2] += customers * np.log(alpha) - log_first, customers * r / alpha - r * over_first
    return -ll / customers, -(slopes + sums[1:]) * (r, alpha, a, b) / customers


def _rows(r: float, alpha: float, a: float, b: float, rows: Histories) -> Floats:
    """The part of the log-likelihood of customers who may have left at t_x, and its slopes by r, alpha, a, b."""
    n, k, chance = rows.n, rows.x + r, rows.x + (b - 1)
    over_seen, over_last = 1 / (alpha + rows.T), 1 / (alpha + rows.t_x)
    log_seen, gap = np.log(over_seen), np.log(over_last / over_seen)
    more, share = odds(np.log(a / chance) + k * gap)
    gone, k = n * share, n * k
    by_alpha = k @ (over_seen + share * (over_last - over_seen))
    ll, by_r = k @ log_seen + n @ more, n @ log_seen + gone @ gap
    return np.array([ll, by_r, -by_alpha, gone.sum() / a, -(gone @ (1 / chance))])


def _by_count(r: float, a: float, b: float, counts: Counts, early: float) -> tuple[float, Floats]:
    """The part of the log-likelihood that the counts decide, and its slopes by r, alpha, a, b."""
    from scipy.special import gammaln, psi

    x, n = counts.x, counts.n
    passed = x + early
    stays = gammaln(b + passed) - gammaln(b) - gammaln(a + b + passed) + gammaln(a + b)
    by_both, by_b = psi(a + b) - psi(a + b + passed), psi(b + passed) - psi(b)
    ll = float(n @ (stays + gammaln(r + x) - gammaln(r)))
    return ll, np.array([n @ (psi(r + x) - psi(r)), 0.0, n @ by_both, n @ (by_both + by_b)])


def _once(alpha: float, rows: Histories) -> Floats:
    """Sums of log(alpha + T) and of 1 / (alpha + T) over customers who cannot have left yet."""
    seen = alpha + rows.T
    return np.array([rows.n @ np.log(seen), rows.n @ (1 / seen)])
