"""Purchase histories compressed to distinct rows with counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.fit import Bools, Floats, Ints

COARSE_ABOVE = 5_000
GRID = 24
_ROWS = 8_192
_MOST_CELLS = 10_000_000


@dataclass(frozen=True, slots=True)
class Counts:
    """The different x of a table, ascending, with the number of customers behind each."""

    x: Floats
    n: Floats


@dataclass(frozen=True)
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

    @cached_property
    def counts(self) -> Counts:
        values, places = _ranked(self.x.astype(np.int64))
        return Counts(values.astype(np.float64), _sums(places, self.n))

    @cached_property
    def once(self) -> Histories:
        """The rows of customers who did not come back."""
        return self._where(self.x == 0)

    @cached_property
    def again(self) -> Histories:
        """The rows of customers who did."""
        return self._where(self.x > 0)

    @cached_property
    def parts(self) -> tuple[Histories, ...]:
        """So many rows at once that what is worked out of them stays in the processor's cache."""
        starts = range(0, len(self.x), _ROWS)
        return tuple(self._where(slice(start, start + _ROWS)) for start in starts)

    def _where(self, chosen: Bools | slice) -> Histories:
        return Histories(self.x[chosen], self.t_x[chosen], self.T[chosen], self.n[chosen])


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
    return Histories(table.x[first], table.t_x[first], table.T[first], _sums(where, table.n))


def odds(logs: Floats) -> tuple[Floats, Floats]:
    """log(1 + e^v) and e^v / (1 + e^v) of each v, to the last digits of 1 and without overflow."""
    smaller = np.exp(-np.abs(logs))
    both = 1 + smaller
    return np.maximum(logs, 0.0) + np.log(both), np.where(logs > 0, 1.0, smaller) / both


def coarse(table: Histories, above: int = COARSE_ABOVE) -> Histories:
    """The table with times on a grid of `GRID` steps where it has more than `above` rows; else the table itself.

    Rows of equal x in one cell of the grid become one with their mean times. Close enough to find where to search, and
    small whatever the number of customers.
    """
    if len(table.x) <= above:
        return table
    step = float(table.T.max()) / GRID
    cells = _ranked(table.x.astype(np.int64))[1]
    for times in (table.t_x, table.T):
        cells = cells * (GRID + 1) + np.rint(times / step).astype(np.int64)
    where = _ranked(cells)[1]
    counts = _sums(where, table.n)
    some = counts > 0
    sums = (_sums(where, table.n * column)[some] for column in (table.x, table.t_x, table.T))
    x, t_x, observed = (column / counts[some] for column in sums)
    return Histories(np.rint(x), np.minimum(t_x, observed), observed, counts[some])


def _sums(places: Ints, values: Floats) -> Floats:
    return np.bincount(places, values).astype(np.float64)


def _ranked(codes: Ints) -> tuple[Ints, Ints]:
    """The different whole numbers >= 0 of a column, ascending, and the place of each row among them."""
    most = int(codes.max(initial=0))
    if most > _MOST_CELLS:
        return np.unique_inverse(codes)
    seen = np.zeros(most + 1, dtype=bool)
    seen[codes] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[codes]
