"""Gamma-Gamma: what a customer spends on a purchase, on average and once chance is taken out.

Fader, Hardie (2013), "The Gamma-Gamma Model of Monetary Value" (brucehardie.com/notes/025), after Colombo and
Jiang (1999). Each purchase is gamma(p, nu) with nu gamma(q, v) over customers, whatever the frequency.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.fit import Fit, Floats, minimise, refused
from visavis.insight.models.notes import Note

MODEL = "gamma_gamma"
NAMES = ("p", "q", "v")
MINIMUM_REPEATERS = 10
STRONG_CORRELATION = 0.3


def fit(x: ArrayLike, m: ArrayLike, n: ArrayLike | None = None) -> Fit:
    """Estimates from customers with x >= 1 repeat purchases of mean value m; `n` customers stand behind each row.

    Rows with m <= 0 cannot be gamma distributed: they leave, and a warning counts them.
    """
    counts, spend = np.asarray(x, dtype=np.float64), np.asarray(m, dtype=np.float64)
    weights = np.ones_like(counts) if n is None else np.asarray(n, dtype=np.float64)
    repeat = counts > 0
    keep = repeat & (spend > 0)
    left_out = int(weights[repeat & ~keep].sum())
    counts, spend, weights = counts[keep], spend[keep], weights[keep]
    reason = _refusal(spend, weights)
    if reason:
        return refused(MODEL, int(weights.sum()), reason)
    return _fit(counts, spend, weights, left_out)


def _fit(x: Floats, m: Floats, n: Floats, left_out: int) -> Fit:
    scale = float(np.average(m, weights=n))
    starts = [np.log(np.array(start)) for start in ((6.0, 4.0, 0.5), (1.0, 2.0, 1.0), (2.0, 10.0, 5.0))]
    best = minimise(lambda logs: _loss(logs, x, m / scale, n), starts, n.sum())
    unit = np.array([1.0, 1.0, scale])
    params, errors = best.told(NAMES, unit)
    warnings = _warnings(x, m, n, params, left_out, best.converged)
    return Fit(
        MODEL, params, log_likelihood(params, x, m, n), int(n.sum()), best.converged, warnings, errors, best.covariance
    )


def log_likelihood(params: Mapping[str, float], x: ArrayLike, m: ArrayLike, n: ArrayLike | None = None) -> float:
    """Log-likelihood of all rows, equation (1a) of the note."""
    counts, spend = np.asarray(x, dtype=np.float64), np.asarray(m, dtype=np.float64)
    weights = np.ones_like(counts) if n is None else np.asarray(n, dtype=np.float64)
    p, q, v = (params[name] for name in NAMES)
    return float(weights @ _terms(p, q, v, counts, spend))


def expected_spend(params: Mapping[str, float], x: ArrayLike, m: ArrayLike) -> Floats:
    """E[M | x, m]: mean value of a future purchase, equation (5); the mean of the population where x = 0.

    NaN where it has no finite mean (x = 0 and q <= 1).
    """
    counts, spend = np.asarray(x, dtype=np.float64), np.asarray(m, dtype=np.float64)
    p, q, v = (params[name] for name in NAMES)
    total = np.where(counts > 0, counts * spend, 0.0)
    below = p * counts + q - 1
    return np.where(below > 0, p * (v + total) / np.where(below > 0, below, 1.0), np.nan)


def _terms(p: float, q: float, v: float, x: Floats, m: Floats) -> Floats:
    from scipy.special import gammaln

    shape = p * x
    density = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v)
    return np.asarray(
        density + (shape - 1) * np.log(m) + shape * np.log(x) - (shape + q) * np.log(x * m + v), dtype=np.float64
    )


def _loss(logs: Floats, x: Floats, m: Floats, n: Floats) -> tuple[float, Floats]:
    """Mean negative log-likelihood and its gradient by the log-parameters."""
    from scipy.special import psi

    p, q, v = np.exp(logs)
    shape, total = p * x, np.log(x * m + v)
    by_p = x * (psi(shape + q) - psi(shape) + np.log(m) + np.log(x) - total)
    by_q = psi(shape + q) - psi(q) + np.log(v) - total
    by_v = q / v - (shape + q) / (x * m + v)
    gradient = np.array([n @ by_p * p, n @ by_q * q, n @ by_v * v])
    return -float(n @ _terms(p, q, v, x, m)) / n.sum(), -gradient / n.sum()


def _refusal(m: Floats, n: Floats) -> Note | None:
    if n.sum() < MINIMUM_REPEATERS:
        return Note("few_spenders", {"customers": int(n.sum()), "needed": MINIMUM_REPEATERS})
    if np.ptp(m) <= 1e-9 * m.max():
        return Note("same_spend")
    return None


def _warnings(
    x: Floats, m: Floats, n: Floats, params: Mapping[str, float], left_out: int, converged: bool
) -> tuple[Note, ...]:
    found = []
    together = correlation(x, m, n)
    if abs(together) >= STRONG_CORRELATION:
        found.append(Note("spend_with_frequency", {"correlation": round(together, 2)}))
    if left_out:
        found.append(Note("spend_left_out", {"customers": left_out}))
    if params["q"] <= 1:
        found.append(Note("spend_without_mean"))
    if not converged:
        found.append(Note("not_determined"))
    return tuple(found)


def correlation(x: Floats, m: Floats, n: Floats) -> float:
    """Pearson correlation of frequency and mean spend over customers; 0 where either is constant."""
    dx, dm = x - np.average(x, weights=n), m - np.average(m, weights=n)
    spread = float(np.sqrt((n @ dx**2) * (n @ dm**2)))
    return float(n @ (dx * dm)) / spread if spread > 0 else 0.0
