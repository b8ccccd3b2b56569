"""MBG/NBD: BG/NBD in which a customer may also leave right after the first purchase.

Batislam, Denizel, Filiztekin (2007), Empirical validation and comparison of models for customer base analysis,
International Journal of Research in Marketing 24(3); Hoppe, Wagner (2007), Customer Base Analysis: The Case for a
Central Variant of the Betageometric/NBD Model, Marketing ZFP 29(2). So one-time buyers are not alive for certain.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models import bgnbd
from visavis.insight.models.fit import Fit, Floats
from visavis.insight.models.repeating import fitted
from visavis.insight.models.table import Histories

MODEL = "mbg_nbd"
NAMES = ("r", "alpha", "a", "b")
_STARTS = ((1.0, 0.1, 1.0, 1.0), (0.5, 0.1, 0.8, 2.5), (1.0, 0.5, 0.1, 5.0))


def fit(table: Histories) -> Fit:
    """Maximum-likelihood estimates in the time unit of `table`; refuses data that cannot identify the model."""
    starts = [dict(zip(NAMES, start, strict=True)) for start in _STARTS]
    return fitted(MODEL, table, _loss, starts, times=("alpha",), leaving=("a", probability_alive))


def log_likelihood(params: Mapping[str, float], table: Histories) -> float:
    """Log-likelihood of the whole table."""
    return -_loss(np.log([params[name] for name in NAMES]), table)[0] * float(table.n.sum())


def probability_alive(params: Mapping[str, float], x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:  # noqa: N803
    """P(alive at T | x, t_x, T), in [0, 1]; below 1 for x = 0 too."""
    return np.asarray(1.0 / (1.0 + _odds_gone(params, x, t_x, T)), dtype=np.float64)


def expected_purchases(
    params: Mapping[str, float],
    t: ArrayLike,
    x: ArrayLike,
    t_x: ArrayLike,
    T: ArrayLike,  # noqa: N803
) -> Floats:
    """E[Y(t) | x, t_x, T]: purchases in the next `t`.

    Who is alive has passed x + 1 chances to leave instead of x, and is like a customer of BG/NBD from there on.
    """
    xs, ts, observed, ahead = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (x, t_x, T, t)))
    if_alive = bgnbd.purchases_if_alive(_after_first(params), ahead, xs, observed)
    return np.asarray(if_alive / (1.0 + _odds_gone(params, xs, ts, observed)), dtype=np.float64)


def expected_count(params: Mapping[str, float], t: ArrayLike) -> Floats:
    """E[X(t)]: repeat purchases of a customer in the first `t` after the first purchase."""
    stays = params["b"] / (params["a"] + params["b"])
    return np.asarray(stays * bgnbd.expected_count(_after_first(params), t), dtype=np.float64)


def _after_first(params: Mapping[str, float]) -> dict[str, float]:
    return {**params, "b": params["b"] + 1}


def _odds_gone(params: Mapping[str, float], x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:  # noqa: N803
    r, alpha, a, b = (params[name] for name in NAMES)
    xs, ts, observed = (np.asarray(v, dtype=np.float64) for v in (x, t_x, T))
    exponent = (r + xs) * (np.log(alpha + observed) - np.log(alpha + ts))
    return np.asarray(np.exp(np.minimum(np.log(a) - np.log(b + xs) + exponent, 700.0)), dtype=np.float64)


def _loss(logs: Floats, table: Histories) -> tuple[float, Floats]:
    """Mean negative log-likelihood and its gradient by the log-parameters."""
    return bgnbd.loss(logs, table, early=True)
