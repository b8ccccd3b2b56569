"""BG/NBD by our own likelihood against the archived library `lifetimes`, on the same 100,000 simulated customers.

Both get the raw columns, customer by customer, the way `lifetimes` documents it (`BetaGeoFitter().fit(frequency,
recency, T)`), and both fit to the end with standard errors; neither is given rows added up before. In whole days about
half of the rows are distinct, in moments all are. The two take turns, in one process with the threads that it has.
The likelihoods at the two optima are compared under one formula: ours may not be lower.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from visavis.insight.models import bgnbd
from visavis.insight.models.table import histories

CUSTOMERS = 100_000
REPEATS = 7
_PLANTED = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
_SAME = 1e-3

Columns: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def run() -> list[dict[str, Any]]:
    """Fits per minute of both sides; `ratio` is how many times faster ours is. Wall-clock, then processor time."""
    lines = []
    for name, whole in (("lifetime_fit", True), ("lifetime_fit_moments", False)):
        wall, processor = _measured(simulate(CUSTOMERS, whole))
        lines += [_line(f"{name}_vs_lifetimes", *wall), _line(f"{name}_cpu_vs_lifetimes", *processor)]
    return lines


def simulate(customers: int, whole: bool = True) -> Columns:
    """x, t_x and T in weeks: customers of BG/NBD, first bought within a year, seen until the end of the second.

    `whole`: times are days, counted the way an invoice counts them.
    """
    random = np.random.default_rng(17)
    rate = random.gamma(_PLANTED["r"], 1 / _PLANTED["alpha"], customers) / 7
    leave = random.beta(_PLANTED["a"], _PLANTED["b"], customers)
    observed = random.integers(365, 731, customers) + (0.0 if whole else random.random(customers))
    x, last, clock = np.zeros(customers), np.zeros(customers), random.exponential(1 / rate)
    alive = clock <= observed
    while alive.any():
        x[alive], last[alive] = x[alive] + 1, clock[alive]
        alive &= random.random(customers) >= leave
        clock += random.exponential(1 / rate)
        alive &= clock <= observed
    return x, (np.minimum(np.ceil(last), observed) if whole else last) / 7, observed / 7


def _measured(columns: Columns) -> tuple[tuple[float, float], tuple[float, float]]:
    """Shortest wall-clock and processor time of ours and of theirs. Raises AssertionError for a lower likelihood."""
    import lifetimes

    sides: tuple[Callable[[], Any], ...] = (
        lambda: bgnbd.fit(histories(*columns)),
        lambda: lifetimes.BetaGeoFitter().fit(*columns),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        turns = [[_timed(side) for side in sides] for _ in range(REPEATS)]
    fit, oracle = (found for *_, found in turns[-1])
    reference = bgnbd.log_likelihood(dict(oracle.params_), histories(*columns))
    if fit.ll < reference - _SAME:
        raise AssertionError(f"the likelihood is lower: {fit.ll} against {reference}")
    wall, processor = ([min(turn[side][clock] for turn in turns) for side in (0, 1)] for clock in (0, 1))
    return (wall[0], wall[1]), (processor[0], processor[1])


def _timed(side: Callable[[], Any]) -> tuple[float, float, Any]:
    wall, processor = time.perf_counter(), time.process_time()
    found = side()
    return time.perf_counter() - wall, time.process_time() - processor, found


def _line(name: str, ours: float, theirs: float) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(60 / ours, 2),
        "reference": round(60 / theirs, 2),
        "ratio": round(theirs / ours, 3),
        "unit": "fits/min",
        "rows": CUSTOMERS,
    }


if __name__ == "__main__":
    for line in run():
        print(line)
