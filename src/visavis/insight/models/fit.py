"""What every fitted model returns, and the one optimiser they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from visavis.insight.models.notes import Note

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]
Objective: TypeAlias = Callable[[Floats], tuple[float, Floats]]

_BOUND = 25.0
_GRADIENT_PER_ROW = 1e-5
_FLAT = 1e-9
_POLISHED = 1e-8
_STEPS = 12


@dataclass(frozen=True, slots=True)
class Fit:
    """A model fitted to data.

    `params` are the estimates by the names of the paper, empty when the model refused the data.
    `ll` is the log-likelihood at the estimates, `n` the number of customers behind it, `errors` the standard errors
    from the observed information (a parameter on its bound has none), `covariance` that of the logarithms of the
    estimates, NaN where it is not known. `warnings` are notes for a reader.
    """

    model: str
    params: Mapping[str, float]
    ll: float
    n: int
    converged: bool
    warnings: tuple[Note, ...] = ()
    errors: Mapping[str, float] = field(default_factory=dict)
    covariance: Floats | None = field(default=None, compare=False)

    @property
    def usable(self) -> bool:
        return bool(self.params)

    @property
    def bic(self) -> float:
        """Schwarz's criterion: the smaller, the better. NaN when the model refused."""
        return float(len(self.params) * np.log(self.n) - 2 * self.ll) if self.usable else float("nan")


def refused(model: str, n: int, reason: Note) -> Fit:
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
    close to the first, the starts are tried on that, and its curvature leads to the optimum and gives the errors.
    """
    with _one_thread().limit(limits=1, user_api="blas"):
        point = _lowest(coarse or objective, starts)
        hessian = _curvature(coarse or objective, point)
        if coarse is not None:
            point = _polished(objective, point, hessian)
    loss, gradient = objective(point)
    inside = np.abs(point) < _BOUND - 0.5
    flat = bool(np.all(np.abs(gradient[inside]) < _GRADIENT_PER_ROW))
    covariance = _covariance(hessian, rows)
    variance = np.diag(covariance)
    errors = np.exp(point) * np.sqrt(np.where(variance > 0, variance, np.nan))
    return Optimum(np.exp(point), loss, flat and bool(inside.all()), errors, covariance)


@cache
def _one_thread() -> Any:
    """Limits the threads of linear algebra: given a handful of numbers they do nothing but wait for each other."""
    import scipy.optimize  # noqa: F401  (its libraries have to be there when they are looked for)
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _lowest(objective: Objective, starts: list[Floats]) -> Floats:
    """From every start to about the minimum, and from the best of these to the end."""
    runs = [_search(objective, start, {"ftol": 1e-10, "gtol": 1e-6}) for start in starts]
    best = min(runs, key=lambda run: float(run.fun) if np.isfinite(run.fun) else np.inf)
    return np.asarray(_search(objective, best.x, {"ftol": 1e-15, "gtol": _FLAT}).x, dtype=np.float64)


def _search(objective: Objective, start: Floats, stop: Mapping[str, float]) -> Any:
    from scipy.optimize import minimize

    bounds = [(-_BOUND, _BOUND)] * len(start)
    return minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=dict(stop))


def _polished(objective: Objective, point: Floats, hessian: Floats) -> Floats:
    """The minimum near `point`, by Newton's steps with a curvature that is nearly right; a search where they stray."""
    here, size = point, np.inf
    try:
        inverse = np.linalg.inv(hessian)
    except np.linalg.LinAlgError:
        return _lowest(objective, [point])
    for _ in range(_STEPS):
        gradient = objective(here)[1]
        left = float(np.abs(gradient).max())
        if left < _POLISHED:
            return here
        if not left < size:
            break
        here, size = here - inverse @ gradient, left
    return _lowest(objective, [point if np.abs(here).max() > _BOUND else here])


def _covariance(hessian: Floats, rows: float) -> Floats:
    try:
        return np.asarray(np.linalg.inv(hessian * rows), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full_like(hessian, np.nan)


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
