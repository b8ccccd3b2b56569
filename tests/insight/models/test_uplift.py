"""Differences between groups, and the size of a wallet: known answers and planted ones."""

from __future__ import annotations

import numpy as np
import pytest

from visavis.insight.models.features import Feature
from visavis.insight.models.uplift import means, qini, rates, sample_ratio, two_models, wilson
from visavis.insight.models.wallet_estimate import estimate, regression


def test_wilson_and_newcombe_as_published() -> None:
    """Newcombe (1998): 81 of 263 (table of single rates), 56/70 against 48/80 (method 10)."""
    assert [round(x, 4) for x in wilson(81, 263)] == [0.2553, 0.3662]
    found = rates((56, 70), (48, 80), planted := 70 / 150)
    assert planted and round(found.difference, 4) == 0.2
    assert (round(found.lower, 4), round(found.upper, 4)) == (0.0524, 0.3339)
    assert found.certain and found.holds and found.profit(10.0, 1.0)[0] == pytest.approx(70 * (0.2 * 10 - 1))


def test_a_ratio_that_was_not_planned_holds_nothing() -> None:
    assert sample_ratio(500, 500) == 1.0 and sample_ratio(0, 0) == 1.0
    found = rates((300, 1_000), (100, 600))
    assert not found.holds and not found.certain and found.notes[0].code == "ratio_mismatch"
    assert rates((300, 1_000), (100, 600), planned=0.625).holds


def test_looking_often_widens_and_small_groups_are_named() -> None:
    once, often = rates((60, 500), (40, 500)), rates((60, 500), (40, 500), looks=5)
    assert often.lower < once.lower and often.upper > once.upper and often.notes[0].code == "peeked"
    assert [note.code for note in rates((1, 5), (0, 5)).notes] == ["small_group"]
    assert rates((0, 40), (0, 40)).p == 1.0
    with pytest.raises(ValueError, match="need customers"):
        rates((0, 0), (1, 2))


def test_values_before_sharpen_the_difference() -> None:
    draw = np.random.default_rng(4)
    before = draw.normal(100, 20, 2_000)
    after = before + draw.normal(0, 5, 2_000)
    after[:1_000] += 2
    plain = means(after[:1_000], after[1_000:])
    sharp = means(after[:1_000], after[1_000:], (before[:1_000], before[1_000:]))
    assert sharp.upper - sharp.lower < (plain.upper - plain.lower) / 3
    assert sharp.lower < 2 < sharp.upper and sharp.certain
    noise = means(after[:1_000], after[1_000:], (draw.normal(size=1_000), draw.normal(size=1_000)))
    assert "covariate_weak" in {note.code for note in noise.notes}
    assert means([3.0, 3.0], [3.0, 3.0]).p == 1.0


def test_a_planted_effect_in_part_of_the_customers_is_found() -> None:
    draw = np.random.default_rng(9)
    young, treated = draw.integers(0, 2, 8_000), draw.integers(0, 2, 8_000).astype(bool)
    won = draw.uniform(size=8_000) < 0.1 + 0.2 * young * treated
    half = np.arange(8_000) < 4_000
    names = np.array(["old", "young"])[young]
    model = two_models([Feature("age", list(names[half]), "choice")], treated[half], won[half])
    assert model.usable
    score = model.uplift([Feature("age", list(names[~half]), "choice")])
    lifted, others = score[young[~half] == 1].mean(), score[young[~half] == 0].mean()
    assert lifted == pytest.approx(0.2, abs=0.05) and others == pytest.approx(0.0, abs=0.05)
    judged = qini(score, treated[~half], won[~half])
    assert judged.coefficient > 0.02 > abs(qini(np.ones(4_000), treated[~half], won[~half]).coefficient)
    worst = qini(-score, treated[~half], won[~half])
    assert worst.coefficient < 0 and judged.gained[-1] == pytest.approx(worst.gained[-1])


def test_quantile_regression_cuts_at_its_quantile() -> None:
    draw = np.random.default_rng(6)
    x = np.column_stack([np.ones(1_500), draw.normal(size=1_500)])
    y = x @ [2.0, 1.0] + draw.exponential(1.0, 1_500)
    found = regression(x, y, 0.9)
    assert (y <= x @ found + 1e-9).mean() == pytest.approx(0.9, abs=0.01)
    assert found == pytest.approx([2 + np.log(10), 1.0], abs=0.15)


def test_a_wallet_is_an_estimate_with_an_interval() -> None:
    draw = np.random.default_rng(8)
    staff = draw.integers(1, 200, 600)
    spend = 100.0 * staff * draw.uniform(0, 1, 600)
    found = estimate([Feature("staff", np.log(staff))], spend)
    assert found.held == pytest.approx(0.9, abs=0.03) and "wallet_estimated" in {note.code for note in found.notes}
    assert np.all(found.lower <= found.size) and np.all(found.size <= found.upper)
    assert np.all((found.share >= 0) & (found.share <= 1))
    assert np.median(found.size / (100.0 * staff)) == pytest.approx(0.9, abs=0.1)
    assert found.as_json()["held"] == found.held
    assert not estimate([Feature("staff", [1.0] * 5)], [1.0] * 5).usable
    assert not estimate([Feature("staff", [1.0] * 200)], [1.0] * 200).usable
    with pytest.raises(ValueError, match="zero or more"):
        estimate([], [-1.0])
