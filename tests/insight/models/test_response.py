"""The optimiser hits what the paper writes down, and what trying everything finds."""

from __future__ import annotations

import csv
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.insight.data import ROOT, needs
from visavis.insight.models.response import (
    Ceiling,
    Share,
    Short,
    Steps,
    allocate,
    fit_ceiling,
    fit_concave,
    judged,
)

SMCRM = ROOT / "smcrm" / "acquisitionRetention.csv"
POSITIVE = st.floats(0.05, 20)


@given(POSITIVE, POSITIVE, POSITIVE)
def test_blattberg_and_deightons_optimum(m: float, c: float, k: float) -> None:
    budget = allocate([Share(7, Ceiling(c, k, m))])
    expected = math.log(m * c * k) / k if m * c * k > 1 else 0.0
    assert budget.spends[0] == pytest.approx(expected, rel=1e-12, abs=1e-12)
    curve = Ceiling(c, k, m)
    for other in np.linspace(0, 2 * expected + 1, 50):
        assert curve.value(expected) - expected >= curve.value(float(other)) - other - 1e-9


GROUPS = st.lists(st.tuples(POSITIVE, POSITIVE, st.integers(1, 5), st.floats(0, 1)), min_size=2, max_size=3)


def shares(groups: list[tuple[float, float, int, float]]) -> list[Share]:
    return [Share(n, Ceiling(c, k), floor) for c, k, n, floor in groups]


def profit(all_shares: list[Share], spends: tuple[float, ...]) -> float:
    each = zip(all_shares, spends, strict=True)
    return sum(share.customers * (share.response.value(s) - s) for share, s in each if share.response)


@settings(max_examples=40, deadline=None)
@given(GROUPS, st.floats(0.1, 12))
def test_no_grid_point_within_the_budget_earns_more(
    groups: list[tuple[float, float, int, float]], extra: float
) -> None:
    every = shares(groups)
    total = sum(share.customers * share.floor for share in every) + extra
    budget = allocate(every, total)
    assert budget.spent <= total * (1 + 1e-9)
    assert all(spend >= share.floor for share, spend in zip(every, budget.spends, strict=True))
    best = profit(every, budget.spends)
    axes = [np.linspace(share.floor, share.floor + extra / share.customers, 15) for share in every]
    for point in itertools.product(*axes):
        if sum(share.customers * s for share, s in zip(every, point, strict=True)) <= total:
            assert profit(every, point) <= best + 1e-9


def test_the_marginal_return_is_equal_where_nothing_binds() -> None:
    every = [
        Share(100, Ceiling(0.9, 0.05, 400)),
        Share(50, Ceiling(0.6, 0.1, 900)),
        Share(10, Ceiling(0.2, 0.01, 30), 5),
    ]
    budget = allocate(every, 5_000)
    slopes = [400 * 0.9 * 0.05 * math.exp(-0.05 * budget.spends[0]), 900 * 0.06 * math.exp(-0.1 * budget.spends[1])]
    assert slopes[0] == pytest.approx(slopes[1]) and slopes[0] == pytest.approx(budget.marginal)
    assert budget.spends[2] == 5 and budget.spent == pytest.approx(5_000)


def test_floors_that_a_rounded_total_just_misses_fit() -> None:
    kept = (Share(3, None, 1.1, 1.1), Share(7, None, 0.3, 0.3))
    assert allocate(kept, 5.4 * (1 - 5e-13)).spends == (1.1, 0.3)


def test_floors_that_do_not_fit_are_refused() -> None:
    with pytest.raises(Short) as short:
        allocate([Share(10, None, 5), Share(10, Ceiling(1, 1), 6)], 100)
    assert short.value.needed == 110
    assert allocate([Share(10, None, 5)], 100).spends == (5,)


def test_a_step_of_equal_slopes_is_filled_to_the_budget() -> None:
    every = [Share(1, Steps((3.0, 0.5), (10.0, 5.0))), Share(2, Steps((3.0,), (10.0,)))]
    budget = allocate(every, 12)
    assert budget.spent == pytest.approx(12) and profit(every, budget.spends) == pytest.approx(24)
    assert allocate(every).spends == (10.0, 10.0)


def test_the_fit_finds_the_curve_that_made_the_data() -> None:
    s = np.linspace(0, 60, 40)
    fitted = fit_ceiling(
        s, Ceiling(0.8, 0.07).value(0) + 0.8 * -np.expm1(-0.07 * s), np.full(40, 25.0), worth=200, most=1
    )
    assert isinstance(fitted.curve, Ceiling)
    assert fitted.curve.c == pytest.approx(0.8) and fitted.curve.k == pytest.approx(0.07)
    assert fitted.r2 == pytest.approx(1) and fitted.warnings == () and fitted.customers == 1000
    assert judged(0.8, 30, 0.8 * -math.expm1(-2.1), 200).k == pytest.approx(0.07)


@pytest.mark.parametrize(
    ("spend", "outcome", "n", "code"),
    [
        ([], [], [], "too_few_customers"),
        ([1], [1], [10], "too_few_customers"),
        ([5, 5, 5], [1, 2, 3], [99, 99, 99], "too_few_different_spends"),
        ([0] * 9, [1] * 9, [99] * 9, "too_few_different_spends"),
        ([1, 2, 3, 4, 5], [-1, -2, -3, -4, -5], [99] * 5, "no_response"),
    ],
)
def test_what_cannot_be_fitted_is_refused(spend: list[float], outcome: list[float], n: list[float], code: str) -> None:
    assert fit_ceiling(spend, outcome, n).refused == code and fit_concave(spend, outcome, n).refused == code


def test_the_concave_fit_never_curves_upwards() -> None:
    fitted = fit_concave([0, 1, 2, 3, 4, 5], [0, 1, 5, 5, 4, 6], [10] * 6)
    assert isinstance(fitted.curve, Steps)
    assert list(fitted.curve.slopes) == sorted(fitted.curve.slopes, reverse=True)
    assert fitted.curve.value(5) >= 5


@needs(SMCRM)
def test_retention_spend_of_the_textbook_case() -> None:
    """SMCRM (Kumar and Petersen 2012), simulated: the spends are observed, so all this is an association."""
    with SMCRM.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if float(row["acquisition"]) == 1]
    spend = np.array([float(row["ret_exp"]) for row in rows])
    outcome = np.array([float(row["profit"]) for row in rows]) + spend
    fitted = fit_ceiling(spend, outcome, np.ones(len(rows)))
    assert isinstance(fitted.curve, Ceiling) and fitted.customers == len(rows) == 338
    grid = np.linspace(0, 3 * fitted.high, 30_001)
    net = fitted.curve.c * -np.expm1(-fitted.curve.k * grid) - grid
    assert allocate([Share(338, fitted.curve)]).spends[0] == pytest.approx(float(grid[net.argmax()]), abs=0.2)
