"""Purchase histories compressed to distinct rows with counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.fit import Floats

COARSE_ABOVE = 5_000
GRID = 24
_MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class Histories:
    """Distinct (x, t_x, T) with the number of customers behind each.

    x = repeat purchase occasions, t_x = time of the last one since the first purchase, T = time observed since the
    first purchase; t_x and T share one unit of time. 0 <= t_x <= T; x = 0 exactly when t_x = 0.
    """

    x: Floats
    t_x: Floats
    T: Floats
    n: Floats

    @property
    def customers(self) -> int:
        return int(self.n.sum())

    @property
    def repeaters(self) -> int:
        return int(self.n[self.x > 0].sum())


def histories(x: ArrayLike, t_x: ArrayLike, T: ArrayLike, n: ArrayLike | None = None) -> Histories:  # noqa: N803
    """Build `Histories` from arrays of one length; without `n` every row is one customer. Raises ValueError."""
    xs, ts, observed = (np.asarray(values, dtype=np.float64) for values in (x, t_x, T))
    counts = np.ones_like(xs) if n is None else np.asarray(n, dtype=np.float64)
    if not xs.shape == ts.shape == observed.shape == counts.shape:
        raise ValueError("x, t_x, T and n must have the same length")
    if np.any(xs < 0) or np.any(ts < 0) or np.any(ts > observed) or np.any(counts < 0) or np.any(xs != np.rint(xs)):
        raise ValueError("a purchase history needs a count x >= 0, 0 <= t_x <= T and n >= 0")
    return Histories(xs, ts, observed, counts)


def compress(table: Histories) -> Histories:
    """The same histories with equal rows added up."""
    columns = [np.unique(column, return_inverse=True) for column in (table.x, table.t_x, table.T)]
    codes = np.zeros(len(table.x), dtype=np.int64)
    for values, places in columns:
        codes = codes * max(len(values), 1) + places
    _, first, where = np.unique(codes, return_index=True, return_inverse=True)
    counts = np.bincount(where, weights=table.n, minlength=len(first)).astype(np.float64)
    return Histories(table.x[first], table.t_x[first], table.T[first], counts)


def by_count(function: Callable[[Floats], Floats], start: float, x: Floats) -> Floats:
    """`function(start + x)` for counts x: there are few different ones, so each is worked out once."""
    most = int(x.max(initial=0.0))
    if most > _MOST_COUNTED:
        return function(start + x)
    return function(start + np.arange(most + 1.0))[x.astype(np.int64)]


def total(n: Floats, values: Floats) -> float:
    """The sum of n times values, in one thread and in one order."""
    return float(np.einsum("i,i->", n, values))


def coarse(table: Histories, above: int = COARSE_ABOVE) -> Histories:
    """The table with times on a grid of `GRID` steps where it has more than `above` rows; else the table itself.

    Close enough to find where to search, and small whatever the number of customers.
    """
    if len(table.x) <= above:
        return table
    step = float(table.T.max()) / GRID
    t_x, observed = (np.rint(times / step) * step for times in (table.t_x, table.T))
    return compress(Histories(table.x, t_x, observed, table.n))
