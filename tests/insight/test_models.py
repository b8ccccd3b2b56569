"""The models against their papers, and against identities that hold for any data."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.legendre import leggauss
from scipy.special import betaincinv

from tests.insight.data import CDNOW, Purchase, cdnow, needs
from visavis.insight.models import bgnbd, gamma_gamma
from visavis.insight.models.table import Histories, compress, histories

END = dt.date(1997, 9, 30)
PAPER = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


def by_customer(purchases: list[Purchase]) -> list[list[Purchase]]:
    return [list(group) for _, group in itertools.groupby(purchases, key=lambda p: p.customer)]


def cdnow_histories() -> Histories:
    groups = by_customer(cdnow(END))
    x = [len(group) - 1 for group in groups]
    t_x = [(group[-1].day - group[0].day).days / 7 for group in groups]
    observed = [(END - group[0].day).days / 7 for group in groups]
    return histories(x, t_x, observed)


@needs(CDNOW)
def test_bgnbd_reproduces_the_paper() -> None:
    fit = bgnbd.fit(cdnow_histories())
    assert fit.converged and not fit.warnings and fit.n == 2357
    assert {name: round(value, 3) for name, value in fit.params.items()} == PAPER
    assert round(fit.ll, 1) == -9582.4
    assert all(0 < fit.errors[name] < fit.params[name] for name in PAPER)


@needs(CDNOW)
def test_bgnbd_forecasts_of_the_paper() -> None:
    params = bgnbd.fit(cdnow_histories()).params
    assert round(float(bgnbd.expected_purchases(params, 39, 2, 30.43, 38.86)), 3) == 1.226
    assert round(float(bgnbd.expected_count(params, 39)), 3) == 1.195


@needs(CDNOW)
def test_the_honest_forecast_stays_below_what_came() -> None:
    table = cdnow_histories()
    params = bgnbd.fit(table).params
    forecast = bgnbd.expected_purchases(params, 39, table.x, table.t_x, table.T).sum()
    later = [p for p in cdnow(dt.date(1998, 6, 30)) if p.day > END]
    assert round(float(forecast)) == 1653
    assert len(later) == 1882


@needs(CDNOW)
def test_gamma_gamma_reproduces_the_paper() -> None:
    repeat = [group[1:] for group in by_customer(cdnow(END)) if len(group) > 1]
    fit = gamma_gamma.fit([len(g) for g in repeat], [sum(p.value for p in g) / len(g) for g in repeat])
    assert fit.converged and fit.n == 946
    assert [round(fit.params[name], 2) for name in ("p", "q", "v")] == [6.25, 3.74, 15.44]
    assert round(fit.ll, 1) == -4055.9


@needs(CDNOW)
def test_the_archived_library_agrees() -> None:
    lifetimes = pytest.importorskip("lifetimes", reason="the oracle library is not installed")
    table = cdnow_histories()
    oracle = lifetimes.BetaGeoFitter().fit(table.x, table.t_x, table.T)
    ours = bgnbd.fit(table)
    assert ours.ll >= bgnbd.log_likelihood(dict(oracle.params_), table) - 1e-6
    alive = oracle.conditional_probability_alive(table.x, table.t_x, table.T)
    np.testing.assert_allclose(
        bgnbd.probability_alive(dict(oracle.params_), table.x, table.t_x, table.T), alive, rtol=1e-9
    )


shape = st.floats(0.05, 20.0)
PARAMS = st.fixed_dictionaries({"r": shape, "alpha": st.floats(0.1, 100.0), "a": shape, "b": shape})
HISTORY = st.tuples(st.integers(0, 60), st.floats(0.01, 1.0), st.floats(0.5, 200.0)).map(
    lambda row: (row[0], row[1] * row[2] if row[0] else 0.0, row[2])
)


@given(PARAMS, st.lists(HISTORY, min_size=1, max_size=30), st.integers(2, 5))
def test_compressed_and_uncompressed_have_one_likelihood(
    params: dict[str, float], rows: list[tuple[int, float, float]], times: int
) -> None:
    columns = np.array(rows, dtype=np.float64).T
    table = histories(*np.tile(columns, times))
    assert bgnbd.log_likelihood(params, compress(table)) == pytest.approx(bgnbd.log_likelihood(params, table))
    assert compress(table).customers == table.customers


@given(PARAMS, HISTORY, st.floats(0.1, 150.0))
@settings(deadline=None)
def test_forecast_equals_its_integral_over_the_chance_to_leave(
    params: dict[str, float], history: tuple[int, float, float], ahead: float
) -> None:
    """E[Y(t) | alive] = mean of (1 - ((alpha+T)/(alpha+T+pt))^(r+x)) / p for p ~ beta(a, b+x)."""
    x, t_x, observed = history
    nodes, weights = leggauss(120)
    p = np.maximum(betaincinv(params["a"], params["b"] + x, (nodes + 1) / 2), 1e-12)
    gone = -np.expm1(-(params["r"] + x) * np.log1p(p * ahead / (params["alpha"] + observed)))
    if_alive = float((gone / p) @ weights / 2)
    alive = float(bgnbd.probability_alive(params, x, t_x, observed))
    ours = float(bgnbd.expected_purchases(params, ahead, x, t_x, observed))
    assert ours == pytest.approx(alive * if_alive, rel=5e-3, abs=1e-6)


@given(PARAMS, HISTORY)
def test_the_chance_to_be_alive_is_a_probability(params: dict[str, float], history: tuple[int, float, float]) -> None:
    alive = float(bgnbd.probability_alive(params, *history))
    assert 0.0 <= alive <= 1.0
    assert history[0] > 0 or alive == 1.0


def test_frequent_buyers_do_not_overflow() -> None:
    params = {"r": 0.25, "alpha": 4.0, "a": 0.8, "b": 2.5}
    forecast = bgnbd.expected_purchases(params, 52, 20_000, 500.0, 500.0)
    assert np.isfinite(forecast) and 1_500 < float(forecast) < 2_080
    assert float(bgnbd.probability_alive(params, 20_000, 10.0, 500.0)) == pytest.approx(0.0, abs=1e-12)


def test_a_chance_to_leave_that_is_the_same_for_all() -> None:
    """a, b -> infinity with a / (a + b) = 0.2 is a fixed chance p: E = (1 - ((alpha+T)/(alpha+T+pt))^(r+x)) / p."""
    params = {"r": 0.5, "alpha": 4.0, "a": 2e9, "b": 8e9}
    expected = (1 - (34 / (34 + 0.2 * 52)) ** 3.5) / 0.2 * float(bgnbd.probability_alive(params, 3, 20.0, 30.0))
    assert float(bgnbd.expected_purchases(params, 52, 3, 20.0, 30.0)) == pytest.approx(expected, rel=1e-4)


def test_planted_parameters_are_found_again() -> None:
    table = simulate(4000, np.random.default_rng(7))
    fit = bgnbd.fit(table)
    assert fit.converged
    for name, planted in {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 3.0}.items():
        assert abs(fit.params[name] - planted) < 4 * fit.errors[name]


def simulate(customers: int, random: np.random.Generator) -> Histories:
    rows = []
    for rate, leave in zip(random.gamma(0.8, 1 / 6.0, customers), random.beta(0.9, 3.0, customers), strict=True):
        x, last, clock = 0, 0.0, random.exponential(1 / rate)
        while clock <= 78.0:
            x, last = x + 1, clock
            clock = 1e9 if random.random() < leave else clock + random.exponential(1 / rate)
        rows.append((x, last, 78.0))
    return histories(*np.array(rows).T)


@given(st.floats(0.01, 1000.0))
@settings(max_examples=10, deadline=None)
def test_the_unit_of_money_does_not_matter(unit: float) -> None:
    random = np.random.default_rng(3)
    x = random.integers(1, 9, 300).astype(float)
    m = random.gamma(6.0, 5.0 / random.gamma(4.0, 1.0, 300))
    plain, scaled = gamma_gamma.fit(x, m), gamma_gamma.fit(x, m * unit)
    assert scaled.params["v"] == pytest.approx(plain.params["v"] * unit, rel=1e-3)
    np.testing.assert_allclose(
        gamma_gamma.expected_spend(scaled.params, x, m * unit),
        gamma_gamma.expected_spend(plain.params, x, m) * unit,
        rtol=1e-4,
    )


def test_refusals_say_why() -> None:
    once = bgnbd.fit(histories([0] * 50, [0] * 50, [30.0] * 50))
    assert not once.usable and "only once" in str(once.warnings[0])
    few = bgnbd.fit(histories([1, *[0] * 49], [3.0, *[0] * 49], [30.0] * 50))
    assert not few.usable and "1 customers bought again" in str(few.warnings[0])
    assert not bgnbd.fit(histories([], [], [])).usable
    constant = gamma_gamma.fit([3] * 40, [25.0] * 40)
    assert not constant.usable and "spends the same" in str(constant.warnings[0])
    assert not gamma_gamma.fit([], []).usable


def test_spend_that_moves_with_frequency_is_told() -> None:
    random = np.random.default_rng(5)
    x = random.integers(1, 20, 400).astype(float)
    fit = gamma_gamma.fit(x, x * 10 + random.gamma(4, 2, 400))
    assert any("move together" in str(warning) for warning in fit.warnings)


def test_spend_at_or_below_zero_leaves_the_spend_model() -> None:
    random = np.random.default_rng(6)
    m = np.append(random.gamma(4, 10, 100), [0.0, -5.0])
    fit = gamma_gamma.fit(np.full(102, 2.0), m)
    assert fit.n == 100
    assert any(str(warning).startswith("2 customers") for warning in fit.warnings)


def test_a_history_must_make_sense() -> None:
    with pytest.raises(ValueError, match="purchase history"):
        histories([1], [5.0], [4.0])
