"""What every fitted model returns, and the one optimiser they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]
Objective: TypeAlias = Callable[[Floats], tuple[float, Floats]]

_BOUND = 25.0
_GRADIENT_PER_ROW = 1e-5


@dataclass(frozen=True, slots=True)
class Fit:
    """A model fitted to data.

    `params` are the estimates by the names of the paper, empty when the model refused the data.
    `ll` is the log-likelihood at the estimates, `n` the number of customers behind it, `errors` the standard errors
    from the observed information (a parameter on its bound has none), `covariance` that of the logarithms of the
    estimates, NaN where it is not known. `warnings` are sentences for a reader.
    """

    model: str
    params: Mapping[str, float]
    ll: float
    n: int
    converged: bool
    warnings: tuple[str, ...] = ()
    errors: Mapping[str, float] = field(default_factory=dict)
    covariance: Floats | None = field(default=None, compare=False)

    @property
    def usable(self) -> bool:
        return bool(self.params)

    @property
    def bic(self) -> float:
        """Schwarz's criterion: the smaller, the better. NaN when the model refused."""
        return float(len(self.params) * np.log(self.n) - 2 * self.ll) if self.usable else float("nan")


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
    covariance: Floats

    def told(self, names: Sequence[str], unit: Floats) -> tuple[dict[str, float], dict[str, float]]:
        """Estimates and standard errors by name, each times its unit."""
        both = (self.values * unit, self.errors * unit)
        params, errors = (dict(zip(names, map(float, column), strict=True)) for column in both)
        return params, errors


def minimise(objective: Objective, starts: list[Floats], rows: float, coarse: Objective | None = None) -> Optimum:
    """Minimise over log-parameters from several starts and keep the best.

    `objective` maps log-parameters to the mean negative log-likelihood per row and its gradient; `rows` is the number
    of rows behind the mean, so that the standard errors come out on the right scale. With `coarse`, a cheaper objective
    close to the first, the starts are tried on that, and its curvature guides the one search that remains.
    """
    point = _lowest(coarse or objective, starts)
    if coarse is not None:
        point = _polished(objective, point, _curvature(coarse, point))
    loss, gradient = objective(point)
    inside = np.abs(point) < _BOUND - 0.5
    flat = bool(np.all(np.abs(gradient[inside]) < _GRADIENT_PER_ROW))
    covariance = _covariance(objective, point, rows)
    variance = np.diag(covariance)
    errors = np.exp(point) * np.sqrt(np.where(variance > 0, variance, np.nan))
    return Optimum(np.exp(point), loss, flat and bool(inside.all()), errors, covariance)


def _lowest(objective: Objective, starts: list[Floats]) -> Floats:
    runs = [_search(objective, start) for start in starts]
    best = min(runs, key=lambda run: float(run.fun) if np.isfinite(run.fun) else np.inf)
    return np.asarray(best.x, dtype=np.float64)


def _search(objective: Objective, start: Floats) -> Any:
    from scipy.optimize import minimize

    bounds, stop = [(-_BOUND, _BOUND)] * len(start), {"ftol": 1e-15, "gtol": 1e-9}
    return minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=stop)


def _polished(objective: Objective, point: Floats, hessian: Floats) -> Floats:
    """The minimum near `point`, searched in directions in which the curvature is about one."""
    try:
        turn = np.linalg.inv(np.linalg.cholesky(hessian)).T
    except np.linalg.LinAlgError:
        return _lowest(objective, [point])

    def turned(moved: Floats) -> tuple[float, Floats]:
        loss, gradient = objective(point + turn @ moved)
        return loss, turn.T @ gradient

    found = point + turn @ _lowest(turned, [np.zeros_like(point)])
    return found if np.all(np.abs(found) <= _BOUND) else _lowest(objective, [point])


def _covariance(objective: Objective, point: Floats, rows: float) -> Floats:
    try:
        return np.asarray(np.linalg.inv(_curvature(objective, point) * rows), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full((len(point), len(point)), np.nan)


def _curvature(objective: Objective, point: Floats) -> Floats:
    """The Hessian by the log-parameters, from differences of the gradient."""
    step = 1e-4
    columns = []
    for axis in np.eye(len(point)):
        ahead = objective(point + step * axis)[1]
        behind = objective(point - step * axis)[1]
        columns.append((ahead - behind) / (2 * step))
    hessian = np.array(columns)
    return np.asarray((hessian + hessian.T) / 2, dtype=np.float64)
