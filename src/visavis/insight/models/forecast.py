"""What a fitted model expects of each customer within a horizon, discounted, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from visavis.insight.models.choice import Repeating
from visavis.insight.models.fit import Fit, Floats
from visavis.insight.models.table import Histories

Z90 = 1.6448536269514722
_PERIODS = 12
_STEP = 1e-4
_WIDEST = 20.0


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far to look: `length` in the time unit of the model, `years`, and the yearly `rate` to discount by."""

    length: float
    years: float
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Total:
    """Purchases expected of all customers together, with a 90 % interval of that expectation (None where unknown)."""

    expected: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Per row of the table: chance to be alive, purchases in the horizon, those discounted to its beginning.

    `spread` is the standard error of the logarithm of the purchases, from the uncertainty of the parameters alone; NaN
    where the parameters are too badly determined to say.
    """

    alive: Floats
    purchases: Floats
    discounted: Floats
    spread: Floats
    total: Total


def forecast(model: Repeating, fit: Fit, table: Histories, horizon: Horizon) -> Forecast:
    """The forecast of a fit that is usable; all NaN for one that is not."""
    if not fit.usable:
        nothing = np.full(len(table.x), np.nan)
        return Forecast(nothing, nothing, nothing, nothing, Total(float("nan"), None, None))
    alive = model.probability_alive(fit.params, table.x, table.t_x, table.T)
    purchases, discounted = _worth(model, fit.params, table, horizon)
    slopes = _slopes(model, fit, table, horizon, purchases)
    spread = _spread(fit, slopes) / np.maximum(purchases, 1e-300)
    return Forecast(alive, purchases, discounted, spread, _total(fit, table, purchases, slopes))


def _worth(model: Repeating, params: Mapping[str, float], table: Histories, horizon: Horizon) -> tuple[Floats, Floats]:
    """Purchases in the horizon, and each twelfth of them discounted from its middle."""
    if not horizon.rate:
        whole = model.expected_purchases(params, horizon.length, table.x, table.t_x, table.T)
        return whole, whole
    ends = np.linspace(0, horizon.length, _PERIODS + 1)[1:, None]
    until = model.expected_purchases(params, ends, table.x, table.t_x, table.T)
    middle = (np.arange(_PERIODS) + 0.5) / _PERIODS * horizon.years
    weights = (1 + horizon.rate) ** -middle
    return until[-1], np.asarray(weights @ np.diff(until, axis=0, prepend=0.0), dtype=np.float64)


def _slopes(model: Repeating, fit: Fit, table: Histories, horizon: Horizon, purchases: Floats) -> Floats:
    """Derivatives of the purchases by the logarithm of each parameter: (parameters, rows)."""
    moved = [{**fit.params, name: value * np.exp(_STEP)} for name, value in fit.params.items()]
    each = [model.expected_purchases(params, horizon.length, table.x, table.t_x, table.T) for params in moved]
    return np.asarray([(up - purchases) / _STEP for up in each], dtype=np.float64)


def _spread(fit: Fit, slopes: Floats) -> Floats:
    """Standard errors by the delta method: one per column of `slopes`."""
    if fit.covariance is None:
        return np.full(slopes.shape[1], np.nan)
    variance = np.einsum("ir,ij,jr->r", slopes, fit.covariance, slopes)
    return np.sqrt(np.where(variance >= 0, variance, np.nan))


def _total(fit: Fit, table: Histories, purchases: Floats, slopes: Floats) -> Total:
    """Errors of customers do not even out in the sum: all hang on the same parameters."""
    expected = float(table.n @ purchases)
    relative = float(_spread(fit, (slopes @ table.n)[:, None])[0]) / max(expected, 1e-300)
    if not np.isfinite(relative):
        return Total(expected, None, None)
    factor = float(np.exp(min(Z90 * relative, _WIDEST)))
    return Total(expected, expected / factor, expected * factor)
