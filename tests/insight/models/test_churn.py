"""The churn model against published figures, planted effects and planted leaks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.insight.data import TELCO, needs, telco
from visavis.insight.models.churn import Churn, Window, fit, state, window
from visavis.insight.models.features import Feature, alone, auc
from visavis.insight.models.notes import WORDS, Note

NUMBERS = ("tenure", "MonthlyCharges", "TotalCharges")


def telco_features() -> tuple[list[Feature], list[bool]]:
    rows = telco()
    features = []
    for name in rows[0]:
        if name in NUMBERS:
            features.append(Feature(name, [float(row[name].strip() or 0) for row in rows]))
        elif name not in ("customerID", "Churn"):
            features.append(Feature(name, [row[name] for row in rows], "choice"))
    return features, [row["Churn"] == "Yes" for row in rows]


@needs(TELCO)
def test_telco_by_five_folds() -> None:
    model = fit(*telco_features())
    quality = model.quality
    assert quality is not None and quality.how == "folds" and (quality.rows, quality.events) == (7_043, 1_869)
    assert (round(quality.auc, 4), round(quality.average_precision, 4)) == (0.8450, 0.6539)
    assert (round(quality.brier, 4), round(quality.lift, 2)) == (0.1356, 2.86)
    assert len(quality.calibration) == 10 and sum(part.rows for part in quality.calibration) == 7_043
    assert all(abs(part.foreseen - part.came) < 0.05 for part in quality.calibration)
    assert {note.code for note in model.notes} == {"dependent_column"}
    contract = next(effect for effect in model.effects if effect.level == "Two year")
    assert contract.reference == "Month-to-month" and contract.odds_ratio < 0.3


@needs(TELCO)
def test_what_is_known_after_the_fact_stays_out() -> None:
    features, churned = telco_features()
    reason = ["moved" if gone else None for gone in churned]
    marked = fit([*features, Feature("churn_reason", reason, "choice", known_after=True)], churned)
    assert marked.quality is not None and round(marked.quality.auc, 4) == 0.8450
    assert "known_after" in codes(marked)
    unmarked = fit([*features[:3], Feature("churn_reason", reason, "choice")], churned)
    assert {"leak_column", "leak_model"} <= codes(unmarked)


def codes(model: Churn) -> set[str]:
    return {note.code for note in model.notes}


def drawn(rows: int = 2_000, base: float = -1.0, effect: float = 1.2) -> tuple[Any, Any]:
    draw = np.random.default_rng(7)
    x = draw.normal(size=rows)
    return x, draw.uniform(size=rows) < 1 / (1 + np.exp(-(base + effect * x)))


def test_a_planted_effect_is_found_and_calibrated() -> None:
    x, gone = drawn(20_000)
    model = fit([Feature("x", x)], gone)
    assert model.effects[0].log_odds / model.effects[0].step == pytest.approx(1.2, abs=0.06)
    foreseen = model.probability([Feature("x", np.array([0.0, 1.0]))])
    assert foreseen == pytest.approx([1 / (1 + np.e), 1 / (1 + np.exp(-0.2))], abs=0.02)


def test_a_later_time_is_the_test() -> None:
    x, gone = drawn()
    later = np.arange(len(x)) >= 1_500
    quality = fit([Feature("x", x)], gone, later).quality
    assert quality is not None and (quality.how, quality.rows) == ("time", 500)
    assert fit([Feature("x", x)], gone, np.arange(len(x)) >= 1_990).quality is None


def test_unknown_values_have_a_column_of_their_own() -> None:
    x, gone = drawn()
    holes = [None if k % 3 == 0 else float(value) for k, value in enumerate(x)]
    model = fit([Feature("x", holes)], gone)
    assert [column.name for column in model.columns] == ["x", "x unknown"]
    leak = [1.0 if g else None for g in gone]
    assert alone(Feature("left_on", leak), gone) == 1.0
    assert "leak_column" in codes(fit([Feature("left_on", leak), Feature("x", x)], gone))


@pytest.mark.parametrize(
    ("features", "churned", "code"),
    [
        ([Feature("x", [1.0, 2.0] * 30)], [True, False] * 30, "too_few_events"),
        ([Feature("x", [1.0] * 200)], [True, False] * 100, "no_features"),
        ([Feature("id", [str(k) for k in range(200)], "choice")], [True, False] * 100, "too_many_values"),
        ([], [], "too_few_events"),
        ([Feature("x", [None] * 200)], [True, False] * 100, "constant_column"),
        ([Feature("x", [1.0, 2.0] * 100)], [True] * 200, "too_few_events"),
    ],
)
def test_it_refuses_and_says_why(features: list[Feature], churned: list[bool], code: str) -> None:
    model = fit(features, churned)
    assert not model.usable and model.quality is None and code in codes(model)
    assert all(str(note) for note in model.notes) and model.as_json()["warnings"]
    with pytest.raises(ValueError, match="refused"):
        model.probability(features)


def test_the_window_comes_from_the_gaps() -> None:
    found = window(np.arange(1, 101))
    assert found == Window(75, 90, 100) == window([*range(1, 101)], [1] * 100)
    assert isinstance(found, Window)
    assert state([0, 75, 76, 90, 91], found) == ["active", "active", "slipping", "slipping", "lapsed"]
    assert window([5.0] * 60) == Window(5, 6, 60)
    assert window([5.0] * 10) == Note("too_few_gaps", {"gaps": 10, "needed": 50})


def test_auc_of_ties_is_a_half() -> None:
    assert auc(np.ones(4), np.array([True, False, True, False])) == 0.5


def test_every_note_has_words() -> None:
    assert all(words.endswith(".") for words in WORDS.values())
