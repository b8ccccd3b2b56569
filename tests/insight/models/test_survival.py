"""Survival curves and hazards against published figures, and against identities that hold for any data."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.insight.data import TELCO, needs, telco
from visavis.insight.models.survival import Cox, concordance, cox, kaplan_meier, lives

CHOICES = (
    "gender SeniorCitizen Partner Dependents PhoneService MultipleLines InternetService OnlineSecurity OnlineBackup"
    " DeviceProtection TechSupport StreamingTV StreamingMovies Contract PaperlessBilling PaymentMethod"
)


def telco_cox(penalty: float) -> Cox:
    rows = telco()
    levels = [(name, value) for name in CHOICES.split() for value in sorted({row[name] for row in rows})[1:]]
    x = np.array([[row[name] == value for name, value in levels] for row in rows], dtype=float)
    time, left = [float(row["tenure"]) for row in rows], [row["Churn"] == "Yes" for row in rows]
    return cox([f"{name} = {value}" for name, value in levels], x, time, left, penalty)


@needs(TELCO)
def test_the_curve_of_telco() -> None:
    rows = telco()
    curve = kaplan_meier(lives([float(row["tenure"]) for row in rows], [row["Churn"] == "Yes" for row in rows]))
    assert [round(curve.at(month), 4) for month in (12, 24, 60, 72)] == [0.8432, 0.7887, 0.6644, 0.5928]
    assert curve.median is None and not curve.notes
    assert np.all(curve.lower <= curve.survival) and np.all(curve.survival <= curve.upper)


@needs(TELCO)
def test_cox_of_telco_without_charges() -> None:
    fit = telco_cox(penalty=0.01)
    assert round(fit.concordance, 3) == 0.865 and fit.converged and (fit.n, fit.events) == (7_043, 1_869)
    assert {note.code for note in fit.notes} == {"dependent_column", "effect_drifts"}
    plain = telco_cox(penalty=0.0)
    assert round(plain.concordance, 3) == 0.866 and plain.ll > fit.ll > fit.ll_null


def test_efron_by_hand() -> None:
    """Four customers, two of them leave at once: the likelihood written out."""
    x, time, left = np.array([[0.0], [1.0], [1.0], [0.0]]), [1.0, 1.0, 2.0, 2.0], [True, True, False, False]
    doubled = cox(["c"], np.tile(x, (10, 1)), np.tile(time, 10), np.tile(left, 10))
    b = float(doubled.effects[0])
    assert abs(b) < 1e-9
    s0, t0 = 20 * (1 + math.exp(b)), 10 * (1 + math.exp(b))
    by_hand = 10 * b - sum(math.log(s0 - k / 20 * t0) for k in range(20))
    assert doubled.ll == pytest.approx(by_hand, abs=1e-9)


def test_a_planted_hazard_ratio_is_found() -> None:
    draw = np.random.default_rng(1)
    x = draw.integers(0, 2, (4_000, 1)).astype(float)
    time = draw.exponential(1 / (0.1 * np.exp(0.8 * x[:, 0])))
    end = draw.uniform(5, 20, 4_000)
    fit = cox(["c"], x, np.minimum(time, end), time <= end)
    assert fit.effects[0] == pytest.approx(0.8, abs=3 * fit.errors[0])
    assert not fit.notes
    expected = np.exp(-0.1 * 4)
    assert fit.survival([[0.0]], 4.0)[0] == pytest.approx(expected, abs=0.03)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=40))
def test_a_curve_falls_and_counts_everybody(rows: list[tuple[int, bool]]) -> None:
    table = lives([time for time, _ in rows], [left for _, left in rows])
    curve = kaplan_meier(table)
    assert np.all(np.diff(curve.survival) <= 1e-12) and np.all((curve.survival >= 0) & (curve.survival <= 1))
    assert table.at_risk[0] == len(rows) and table.events.sum() == sum(left for _, left in rows)
    twice = kaplan_meier(lives([time for time, _ in rows], [left for _, left in rows], [2] * len(rows)))
    assert np.allclose(curve.survival, twice.survival)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=2, max_size=25))
def test_concordance_counts_pairs(rows: list[tuple[int, bool, int]]) -> None:
    right = pairs = 0.0
    for time, left, risk in rows:
        for other, stayed, against in rows:
            if left and (time < other or (time == other and not stayed)):
                pairs, right = pairs + 1, right + (1.0 if risk > against else 0.5 if risk == against else 0.0)
    found = concordance(*(np.array(column) for column in zip(*rows, strict=True)))
    assert found == pytest.approx(right / pairs) if pairs else math.isnan(found)


def test_what_cannot_be_told_is_said() -> None:
    assert [note.code for note in kaplan_meier(lives([], [])).notes] == ["no_lives"]
    assert [note.code for note in kaplan_meier(lives([3.0], [False])).notes] == ["nobody_left"]
    refused = cox(["c"], [[1.0], [2.0]], [1.0, 2.0], [True, True])
    assert not refused.usable and [note.code for note in refused.notes] == ["too_few_events"]
    alike = cox(["c"], np.ones((50, 1)), np.arange(50), np.ones(50))
    assert [note.code for note in alike.notes] == ["constant_column", "no_features"]
    with pytest.raises(ValueError, match="zero or more"):
        lives([-1.0], [True])
    assert str(refused.notes[0]).startswith("2 of 2 went")


def test_a_column_that_decides_alone_is_not_trusted() -> None:
    time = np.arange(100.0)
    fit = cox(["c"], (time < 50)[:, None].astype(float), time, time < 50)
    assert "separated" in {note.code for note in fit.notes}
