"""The models of repeat purchases against their papers, an archived library, simulation and identities."""

from __future__ import annotations

import itertools
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import hyp2f1, hyperu

from tests.insight.data import CDNOW, needs
from tests.insight.test_models import cdnow_histories
from visavis.insight.models import bgbb, bgnbd, mbgnbd, pareto_nbd
from visavis.insight.models.table import Histories, coarse, compress, histories

CONTINUOUS = (bgnbd, mbgnbd, pareto_nbd)
PLANTED: dict[str, dict[str, float]] = {
    "bg_nbd": {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 3.0},
    "mbg_nbd": {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 3.0},
    "pareto_nbd": {"r": 0.8, "alpha": 6.0, "s": 0.7, "beta": 9.0},
}

DONATIONS = {
    (6, 6): 1203, (5, 6): 728, (4, 6): 512, (3, 6): 357, (2, 6): 234, (1, 6): 129, (5, 5): 335, (4, 5): 284,
    (3, 5): 225, (2, 5): 173, (1, 5): 119, (4, 4): 240, (3, 4): 181, (2, 4): 155, (1, 4): 78, (3, 3): 322,
    (2, 3): 255, (1, 3): 129, (2, 2): 613, (1, 2): 277, (1, 1): 1091, (0, 0): 3464,
}  # fmt: skip


def donations() -> Histories:
    x, t_x = np.array(list(DONATIONS)).T
    return histories(x, t_x, np.full(len(DONATIONS), 6), list(DONATIONS.values()))


@needs(CDNOW)
def test_pareto_nbd_reproduces_the_paper() -> None:
    fit = pareto_nbd.fit(cdnow_histories())
    assert fit.converged and not fit.warnings
    assert {k: round(v, 3) for k, v in fit.params.items()} == {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
    assert round(fit.ll, 1) == -9595.0


@needs(CDNOW)
@pytest.mark.parametrize(("model", "name"), [(mbgnbd, "ModifiedBetaGeoFitter"), (pareto_nbd, "ParetoNBDFitter")])
def test_the_archived_library_agrees(model: Any, name: str) -> None:
    lifetimes = pytest.importorskip("lifetimes", reason="the oracle library is not installed")
    table = cdnow_histories()
    oracle = getattr(lifetimes, name)().fit(table.x, table.t_x, table.T)
    params, ours = dict(oracle.params_), model.fit(table)
    assert model.log_likelihood(params, table) - 1e-6 <= ours.ll <= model.log_likelihood(params, table) + 1e-3
    x, t_x, observed = table.x, table.t_x, table.T
    np.testing.assert_allclose(
        model.probability_alive(params, x, t_x, observed),
        oracle.conditional_probability_alive(x, t_x, observed),
        rtol=1e-9,
    )
    np.testing.assert_allclose(
        model.expected_purchases(params, 39, x, t_x, observed),
        oracle.conditional_expected_number_of_purchases_up_to_time(39, x, t_x, observed),
        rtol=1e-7,
    )
    assert float(model.expected_count(params, 39)) == pytest.approx(
        float(oracle.expected_number_of_purchases_up_to_time(39))
    )


def test_bgbb_reproduces_the_paper() -> None:
    """The table of the paper: 11,104 people who first gave in 1995, at the six yearly occasions that followed."""
    fit = bgbb.fit(donations())
    assert fit.n == 11_104 and fit.converged and not fit.warnings
    assert {name: round(value, 3) for name, value in fit.params.items()} == {
        "alpha": 1.204,
        "beta": 0.750,
        "gamma": 0.657,
        "delta": 2.783,
    }
    assert round(fit.ll, 1) == -33225.6


def test_bgbb_forecasts_agree_with_the_archived_library() -> None:
    lifetimes = pytest.importorskip("lifetimes", reason="the oracle library is not installed")
    table = donations()
    oracle = lifetimes.BetaGeoBetaBinomFitter().fit(*(v.astype(int) for v in (table.x, table.t_x, table.T, table.n)))
    params = dict(oracle.params_)
    seen = [oracle.data[name].to_numpy() for name in ("frequency", "recency", "n_periods")]
    np.testing.assert_allclose(
        bgbb.expected_purchases(params, 5, *seen),
        oracle.conditional_expected_number_of_purchases_up_to_time(5, *seen),
        rtol=1e-9,
    )
    np.testing.assert_allclose(
        bgbb.probability_alive(params, *seen), oracle.conditional_probability_alive(1, *seen), rtol=1e-9
    )


def simulate(model: ModuleType, customers: int, random: np.random.Generator, end: float = 78.0) -> Histories:
    planted = PLANTED[model.MODEL]
    rates = random.gamma(planted["r"], 1 / planted["alpha"], customers)
    rows = []
    for rate in rates:
        gone = end if "a" in planted else random.exponential(1 / random.gamma(planted["s"], 1 / planted["beta"]))
        leave = random.beta(planted["a"], planted["b"]) if "a" in planted else 0.0
        x, last = 0, 0.0
        alive = model is not mbgnbd or random.random() >= leave
        clock = random.exponential(1 / rate)
        while alive and clock <= min(gone, end):
            x, last = x + 1, clock
            alive = random.random() >= leave
            clock += random.exponential(1 / rate)
        rows.append((x, last, end))
    return histories(*np.array(rows).T)


@pytest.mark.parametrize("model", [mbgnbd, pareto_nbd])
def test_planted_parameters_are_found_again(model: Any) -> None:
    fit = model.fit(simulate(model, 3000, np.random.default_rng(11)))
    assert fit.converged
    for name, planted in PLANTED[model.MODEL].items():
        assert abs(fit.params[name] - planted) < 4 * fit.errors[name]


def test_opportunities_that_were_planted_are_found_again() -> None:
    random, planted = np.random.default_rng(4), {"alpha": 1.2, "beta": 0.9, "gamma": 0.7, "delta": 3.0}
    buys = random.beta(1.2, 0.9, 4000)[:, None]
    stays = random.random((4000, 8)) >= random.beta(0.7, 3.0, 4000)[:, None]
    bought = stays.cumprod(axis=1).astype(bool) & (random.random((4000, 8)) < buys)
    last = np.where(bought.any(axis=1), 8 - bought[:, ::-1].argmax(axis=1), 0)
    fit = bgbb.fit(histories(bought.sum(axis=1), last, np.full(4000, 8)))
    assert fit.converged
    assert all(abs(fit.params[name] - value) < 4 * fit.errors[name] for name, value in planted.items())


shape = st.floats(0.05, 20.0)
time = st.floats(0.05, 200.0)
HISTORY = st.tuples(st.integers(0, 60), st.floats(0.01, 1.0), st.floats(0.5, 200.0)).map(
    lambda row: (row[0], row[1] * row[2] if row[0] else 0.0, row[2])
)


@given(shape, time, shape, time, HISTORY)
@settings(deadline=None)
def test_the_integral_is_what_the_note_writes_with_2f1(
    r: float, alpha: float, s: float, beta: float, history: tuple[int, float, float]
) -> None:
    """Where 2F1 keeps its digits: P(alive) by equation (11) of the note."""
    x, t_x, observed = history
    k, (big, small) = r + s + x, (max(alpha, beta), min(alpha, beta))
    other = s + 1 if alpha >= beta else r + x

    def term(t: float) -> Any:
        return float(hyp2f1(k, other, k + 1, (big - small) / (big + t))) * ((alpha + observed) / (big + t)) ** (r + x)

    def full(t: float) -> Any:
        return term(t) * ((beta + observed) / (big + t)) ** s

    gone = s / k * (full(t_x) - full(observed))
    digits = abs(full(t_x) - full(observed)) / max(abs(full(t_x)), 1e-300)
    if np.isfinite(gone) and digits > 1e-6:
        ours = float(
            pareto_nbd.probability_alive(dict(zip(pareto_nbd.NAMES, (r, alpha, s, beta), strict=True)), *history)
        )
        assert ours == pytest.approx(1 / (1 + gone), rel=1e-5, abs=1e-9)


@given(shape, time, shape, time, HISTORY, st.floats(0.1, 150.0))
@settings(deadline=None)
def test_forecasts_are_sane_everywhere(
    first: float, alpha: float, second: float, third: float, history: tuple[int, float, float], ahead: float
) -> None:
    for model in CONTINUOUS:
        params = dict(zip(model.NAMES, (first, alpha, second, third), strict=True))
        alive = float(model.probability_alive(params, *history))
        forecast = float(model.expected_purchases(params, ahead, *history))
        rate = (first + history[0]) / (alpha + history[2])
        assert 0.0 <= alive <= 1.0
        assert 0.0 <= forecast <= alive * rate * ahead * (1 + 1e-6) + 1e-12


@given(shape, time, shape, time, st.lists(HISTORY, min_size=2, max_size=20))
@settings(deadline=None, max_examples=30)
def test_gradients_are_those_of_the_likelihood(
    first: float, alpha: float, second: float, third: float, rows: list[tuple[int, float, float]]
) -> None:
    table = histories(*np.array(rows, dtype=np.float64).T)
    logs = np.log([first, alpha, second, third])
    for model in CONTINUOUS:
        _, gradient = model._loss(logs, table)
        numeric = [(model._loss(logs + e, table)[0] - model._loss(logs - e, table)[0]) / 2e-5 for e in np.eye(4) * 1e-5]
        np.testing.assert_allclose(gradient, numeric, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("s", [0.4, 1.0, 2.5])
def test_discounted_purchases_are_their_closed_form(s: float) -> None:
    """Equation (2) of Fader, Hardie, Lee (2005) with the confluent function of the second kind."""
    params = {"r": 0.55, "alpha": 10.6, "s": s, "beta": 11.7}
    x, t_x, observed, rate = np.array([0.0, 2, 9]), np.array([0.0, 30.4, 70]), np.array([38.9, 38.9, 77.9]), 0.0027
    base = 11.7 + observed
    lifetime = base * (rate * base) ** (s - 1) * hyperu(s, s, rate * base)
    expected = pareto_nbd.probability_alive(params, x, t_x, observed) * (0.55 + x) / (10.6 + observed) * lifetime
    ours = pareto_nbd.discounted_purchases(params, rate, x, t_x, observed)
    np.testing.assert_allclose(ours, expected, rtol=1e-8)
    far = pareto_nbd.expected_purchases(params, 1e9, x, t_x, observed)
    assert np.all(ours < far)


def test_discounted_opportunities_are_their_sum() -> None:
    params = {"alpha": 1.204, "beta": 0.75, "gamma": 0.657, "delta": 2.783}
    steps = np.arange(1, 600)
    until = bgbb.expected_purchases(params, steps, 5, 6, 6)
    by_hand = np.diff(until, prepend=0.0) @ 1.1 ** -steps.astype(float)
    assert float(bgbb.discounted_purchases(params, 0.1, 5, 6, 6)) == pytest.approx(by_hand, rel=1e-6)


def test_scales_that_lie_far_apart_keep_their_digits() -> None:
    """Where 2F1 fails: the quadrature against an adaptive one, in pieces."""
    r, alpha, s, beta = 0.3, 1e-3, 0.4, 5e3
    x, t_x, observed = 40, 10.0, 300.0

    def ratio(tau: float) -> Any:
        decay = ((alpha + observed) / (alpha + tau)) ** (r + x)
        return s * decay * ((beta + observed) / (beta + tau)) ** s / (beta + tau)

    pieces = np.geomspace(t_x, observed, 30)
    gone = sum(quad(ratio, low, high)[0] for low, high in itertools.pairwise(pieces))
    params = dict(zip(pareto_nbd.NAMES, (r, alpha, s, beta), strict=True))
    assert float(pareto_nbd.probability_alive(params, x, t_x, observed)) == pytest.approx(1 / (1 + gone), rel=1e-9)


@pytest.mark.parametrize("model", [*CONTINUOUS, bgbb])
def test_refusals_say_why(model: Any) -> None:
    once = model.fit(histories([0] * 50, [0] * 50, [30.0] * 50))
    assert not once.usable and "only once" in str(once.warnings[0]) and np.isnan(once.bic)
    assert "needs at least" in str(model.fit(histories([1], [3], [30])).warnings[0])
    assert not model.fit(histories([], [], [])).usable


def test_opportunities_are_whole_numbers() -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        bgbb.fit(histories([1] * 30, [1.5] * 30, [6] * 30))


def test_a_base_that_nobody_leaves_is_told() -> None:
    random = np.random.default_rng(2)
    rows = [(int(random.poisson(rate * 50)), 50.0) for rate in random.gamma(2.0, 0.1, 400)]
    table = histories([x for x, _ in rows], [end * x / (x + 1) for x, end in rows], [end for _, end in rows])
    for model in CONTINUOUS:
        assert "hardly_leaving" in [note.code for note in model.fit(table).warnings]
    after = histories(table.x, table.t_x, table.T + 500, table.n)
    for model in CONTINUOUS:
        fitted = model.fit(after)
        assert model.probability_alive(fitted.params, after.x, after.t_x, after.T).mean() < 0.5
        assert "hardly_leaving" not in [note.code for note in fitted.warnings], "long after the last sale all are gone"


def test_equal_rows_may_be_added_up_or_not() -> None:
    table = simulate(mbgnbd, 400, np.random.default_rng(5))
    days = histories(table.x, np.ceil(table.t_x), np.ceil(table.T), table.n)
    few = compress(days)
    assert len(few.x) < len(days.x)
    for model in CONTINUOUS:
        one, two = model.fit(days), model.fit(few)
        assert one.ll == pytest.approx(two.ll, abs=1e-6)
        assert one.params == pytest.approx(two.params, rel=1e-3)
        assert model.log_likelihood(one.params, days) == pytest.approx(one.ll)


def test_a_coarse_table_keeps_its_customers() -> None:
    table = simulate(bgnbd, 300, np.random.default_rng(1))
    few = coarse(table, above=100)
    assert few.customers == table.customers and len(few.x) < len(compress(table).x)
    assert coarse(table) is table
    assert few.n @ few.x == table.n @ table.x and np.all(few.t_x <= few.T)


def test_searching_a_coarse_table_first_finds_the_same_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    table = simulate(mbgnbd, 1500, np.random.default_rng(8))
    plain = {model.MODEL: model.fit(table) for model in CONTINUOUS}
    monkeypatch.setattr(coarse, "__defaults__", (50,))
    for model in CONTINUOUS:
        fit = model.fit(table)
        assert fit.converged == plain[model.MODEL].converged
        assert fit.ll == pytest.approx(plain[model.MODEL].ll, abs=1e-6)
        assert fit.params == pytest.approx(plain[model.MODEL].params, rel=1e-3)
