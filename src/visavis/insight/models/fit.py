"""What every fitted model returns, and the one optimiser they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Objective: TypeAlias = Callable[[Floats], tuple[float, Floats]]

_BOUND = 25.0
_GRADIENT_PER_ROW = 1e-5


@dataclass(frozen=True, slots=True)
class Fit:
    """A model fitted to data.

    `params` are the estimates by the names of the paper, empty when the model refused the data.
    `ll` is the log-likelihood at the estimates, `n` the number of customers behind it, `errors` the standard errors
    from the observed information (a parameter on its bound has none). `warnings` are sentences for a reader.
    """

    model: str
    params: Mapping[str, float]
    ll: float
    n: int
    converged: bool
    warnings: tuple[str, ...] = ()
    errors: Mapping[str, float] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        return bool(self.params)


def refused(model: str, n: int, reason: str) -> Fit:
    """A fit that was not attempted because the data cannot support it."""
    return Fit(model, {}, float("nan"), n, False, (reason,))


@dataclass(frozen=True, slots=True)
class Optimum:
    """Minimum of a negative log-likelihood over the logarithms of its parameters."""

    values: Floats
    loss: float
    converged: bool
    errors: Floats


def minimise(objective: Objective, starts: list[Floats], rows: float) -> Optimum:
    """Minimise over log-parameters from several starts and keep the best.

    `objective` maps log-parameters to the mean negative log-likelihood per row and its gradient; `rows` is the number
    of rows behind the mean, so that the standard errors come out on the right scale.
    """
    from scipy.optimize import minimize

    bounds = [(-_BOUND, _BOUND)] * len(starts[0])
    runs = [
        minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-15, "gtol": 1e-9})
        for start in starts
    ]
    best = min(runs, key=lambda run: float(run.fun) if np.isfinite(run.fun) else np.inf)
    point = np.asarray(best.x, dtype=np.float64)
    loss, gradient = objective(point)
    inside = np.abs(point) < _BOUND - 0.5
    flat = bool(np.all(np.abs(gradient[inside]) < _GRADIENT_PER_ROW))
    return Optimum(np.exp(point), loss, flat and bool(inside.all()), _errors(objective, point, rows))


def _errors(objective: Objective, point: Floats, rows: float) -> Floats:
    """Standard errors of the parameters: inverse Hessian of the log-parameters, then the delta method."""
    step = 1e-4
    columns = []
    for axis in np.eye(len(point)):
        ahead = objective(point + step * axis)[1]
        behind = objective(point - step * axis)[1]
        columns.append((ahead - behind) / (2 * step))
    hessian = np.array(columns) * rows
    try:
        variance = np.diag(np.linalg.inv((hessian + hessian.T) / 2))
    except np.linalg.LinAlgError:
        return np.full(len(point), np.nan)
    known = np.where(variance > 0, variance, np.nan)
    return np.asarray(np.exp(point) * np.sqrt(known), dtype=np.float64)
