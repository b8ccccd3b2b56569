"""Pareto/NBD: purchases at a steady rate until a customer leaves at some moment, whether just after a purchase or not.

Schmittlein, Morrison, Colombo (1987), Counting Your Customers: Who Are They and What Will They Do Next?, Management
Science 33(1); Fader, Hardie (2005), A Note on Deriving the Pareto/NBD Model (brucehardie.com/notes/009). The purchase
rate is gamma(r, alpha) over customers, the rate of leaving gamma(s, beta).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.fit import Fit, Floats
from visavis.insight.models.repeating import fitted
from visavis.insight.models.table import Histories

MODEL = "pareto_nbd"
NAMES = ("r", "alpha", "s", "beta")
_STARTS = ((1.0, 0.2, 1.0, 0.2), (0.5, 0.2, 0.5, 0.3), (1.0, 0.5, 0.2, 2.0))
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
_ROWS = 4096
_NEGLIGIBLE = 36.0
_STEPS = 4


def fit(table: Histories) -> Fit:
    """Maximum-likelihood estimates in the time unit of `table`; refuses data that cannot identify the model."""
    starts = [dict(zip(NAMES, start, strict=True)) for start in _STARTS]
    return fitted(MODEL, table, _loss, starts, times=("alpha", "beta"), leaving=("s", probability_alive), dear=True)


def log_likelihood(params: Mapping[str, float], table: Histories) -> float:
    """Log-likelihood of the whole table."""
    return -_loss(np.log([params[name] for name in NAMES]), table)[0] * float(table.n.sum())


def probability_alive(params: Mapping[str, float], x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:  # noqa: N803
    """P(alive at T | x, t_x, T), in [0, 1]."""
    r, alpha, s, beta = (params[name] for name in NAMES)
    xs, ts, observed = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (x, t_x, T)))
    found = np.empty(xs.size)
    for part in _parts(xs.size):
        row = Histories(xs.ravel()[part], ts.ravel()[part], observed.ravel()[part], np.ones_like(xs.ravel()[part]))
        alive, gone = _both(r, alpha, s, beta, row)[:2]
        found[part] = np.exp(alive - np.logaddexp(alive, gone))
    return found.reshape(xs.shape)


def expected_purchases(
    params: Mapping[str, float],
    t: ArrayLike,
    x: ArrayLike,
    t_x: ArrayLike,
    T: ArrayLike,  # noqa: N803
) -> Floats:
    """E[Y(t) | x, t_x, T]: purchases in the next `t`."""
    xs, observed, ahead = (np.asarray(v, dtype=np.float64) for v in (x, T, t))
    rate = (params["r"] + xs) / (params["alpha"] + observed)
    stay = _staying(params["s"], params["beta"] + observed, ahead)
    return np.asarray(probability_alive(params, x, t_x, T) * rate * stay, dtype=np.float64)


def expected_count(params: Mapping[str, float], t: ArrayLike) -> Floats:
    """E[X(t)]: repeat purchases of a customer in the first `t` after the first purchase."""
    stay = _staying(params["s"], np.asarray(params["beta"]), np.asarray(t, dtype=np.float64))
    return np.asarray(params["r"] / params["alpha"] * stay, dtype=np.float64)


def discounted_purchases(
    params: Mapping[str, float],
    rate: float,
    x: ArrayLike,
    t_x: ArrayLike,
    T: ArrayLike,  # noqa: N803
) -> Floats:
    """DERT: all purchases after T, discounted continuously at `rate` > 0 per unit of time.

    Fader, Hardie, Lee (2005), RFM and CLV: Using Iso-Value Curves, Journal of Marketing Research 42(4), equation (2),
    with the confluent function of the second kind as its integral.
    """
    xs, observed = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(T, dtype=np.float64))
    base = (params["beta"] + observed)[..., None]
    longest = np.log1p(_NEGLIGIBLE / (rate * base))
    y = longest * (_NODES + 1) / 2
    worth = np.exp(-rate * base * np.expm1(y) + (1 - params["s"]) * y)
    lifetime = (worth @ _WEIGHTS) * (longest * base)[..., 0] / 2
    buying = (params["r"] + xs) / (params["alpha"] + observed)
    return np.asarray(probability_alive(params, x, t_x, T) * buying * lifetime, dtype=np.float64)


def _staying(s: float, base: Floats, ahead: Floats) -> Floats:
    """Expected time that a customer who is there stays within `ahead`: the integral of (1 + t / base)^-s."""
    growth = np.log1p(ahead / base)
    return np.asarray(base * (growth if abs(s - 1) < 1e-9 else np.expm1((1 - s) * growth) / (1 - s)), dtype=np.float64)


def _parts(rows: int) -> list[slice]:
    """So many rows at once that their nodes stay in the processor's cache."""
    return [slice(start, start + _ROWS) for start in range(0, rows, _ROWS)]


def _both(r: float, alpha: float, s: float, beta: float, table: Histories) -> tuple[Floats, Floats, Floats, Floats]:
    """Logarithms of the two halves of the likelihood but for their common factor: still there at T, and left before.

    The second half is s times the integral over tau from t_x to T of (alpha + tau)^-(r+x) (beta + tau)^-(s+1), which
    the note writes as a difference of two 2F1. Those lose digits where alpha and beta are far apart or x is great. Over
    y = log of (c + tau) with c the smaller of alpha and beta the integrand is smooth, whatever the parameters. Also
    answers alpha + tau at the nodes and their shares of the integral.
    """
    k, c = (r + table.x)[:, None], min(alpha, beta)
    start = table.t_x[:, None]
    end = _end(k, alpha, s, beta, table)
    y = end * (_NODES + 1) / 2
    tau = start + (c + start) * np.expm1(y)
    heights = y - k * np.log(alpha + tau) - (s + 1) * np.log(beta + tau)
    top = heights.max(axis=1, keepdims=True)
    shares = np.exp(heights - top) * _WEIGHTS
    area = shares.sum(axis=1)
    with np.errstate(divide="ignore"):
        gone = np.log(s) + top[:, 0] + np.log(area * ((c + start) * end)[:, 0] / 2)
    alive = -k[:, 0] * np.log(alpha + table.T) - s * np.log(beta + table.T)
    return alive, gone, tau, shares / area[:, None]


def _end(k: Floats, alpha: float, s: float, beta: float, table: Histories) -> Floats:
    """Where the integrand may be cut off: at T, or before, once it has become negligible.

    Its logarithm is concave, so a tangent at a point behind the end crosses the level behind the end too: Newton's
    steps come from the right and never cut too much.
    """
    c, start = min(alpha, beta), table.t_x[:, None]
    end = np.log1p((table.T[:, None] - start) / (c + start))
    level = -k * np.log(alpha + start) - (s + 1) * np.log(beta + start) - _NEGLIGIBLE
    for _ in range(_STEPS):
        tau = start + (c + start) * np.expm1(end)
        below = end - k * np.log(alpha + tau) - (s + 1) * np.log(beta + tau) - level
        slope = 1 - k * (c + tau) / (alpha + tau) - (s + 1) * (c + tau) / (beta + tau)
        end = np.where((below < 0) & (slope < 0), end - below / np.minimum(slope, -1e-9), end)
    return np.maximum(end, 0.0)


def _loss(logs: Floats, table: Histories) -> tuple[float, Floats]:
    """Mean negative log-likelihood and its gradient by the log-parameters."""
    params = np.exp(logs)
    total, gradient = 0.0, np.zeros(4)
    for part in _parts(len(table.x)):
        rows = Histories(table.x[part], table.t_x[part], table.T[part], table.n[part])
        ll, slopes = _part(params, rows)
        total, gradient = total + ll, gradient + slopes
    return -total / table.n.sum(), -gradient * params / table.n.sum()


def _part(params: Floats, table: Histories) -> tuple[float, Floats]:
    from scipy.special import gammaln, psi

    r, alpha, s, beta = (float(value) for value in params)
    x, T, n = table.x, table.T, table.n  # noqa: N806
    alive, gone, tau, shares = _both(r, alpha, s, beta, table)
    both = np.logaddexp(alive, gone)
    left, there = np.exp(gone - both), np.exp(alive - both)
    ll = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + both

    def mean(values: Floats) -> Floats:
        return np.asarray((shares * values).sum(axis=1), dtype=np.float64)

    buying, leaving = np.log(alpha + tau), np.log(beta + tau)
    by_r = psi(r + x) - psi(r) + np.log(alpha) - there * np.log(alpha + T) - left * mean(buying)
    by_alpha = r / alpha - (r + x) * (there / (alpha + T) + left * mean(1 / (alpha + tau)))
    by_s = np.log(beta) - there * np.log(beta + T) + left * (1 / s - mean(leaving))
    by_beta = s / beta - there * s / (beta + T) - left * (s + 1) * mean(1 / (beta + tau))
    return float(n @ ll), np.array([n @ by_r, n @ by_alpha, n @ by_s, n @ by_beta])
