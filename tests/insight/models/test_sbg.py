"""sBG against its paper and identities."""

from __future__ import annotations

import numpy as np
import pytest

from visavis.insight.models import sbg

REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241)
HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491)


@pytest.mark.parametrize(
    ("survivors", "alpha", "beta", "ll"), [(REGULAR, 0.704, 1.182, -1680.3), (HIGH_END, 0.668, 3.806, -1611.2)]
)
def test_the_paper(survivors: tuple[int, ...], alpha: float, beta: float, ll: float) -> None:
    fit = sbg.fit(*sbg.of_cohort(survivors))
    assert fit.converged and not fit.warnings and fit.n == 1000
    assert [round(fit.params[name], 3) for name in sbg.NAMES] == [alpha, beta]
    assert round(fit.ll, 1) == ll
    assert all(0 < fit.errors[name] < fit.params[name] for name in sbg.NAMES)


def test_retention_rises_and_makes_survival() -> None:
    params, ages = {"alpha": 0.704, "beta": 1.182}, np.arange(1, 13)
    np.testing.assert_allclose(np.cumprod(sbg.retention(params, ages)), sbg.survival(params, ages), rtol=1e-12)
    assert np.all(np.diff(sbg.retention(params, ages)) > 0)


def test_what_is_still_to_come_is_the_discounted_sum_of_survival() -> None:
    params, later = {"alpha": 0.668, "beta": 3.806}, np.arange(0, 3000)
    for renewals in (0, 4):
        stays = sbg.survival(params, renewals + 1 + later) / sbg.survival(params, renewals)
        by_hand = stays @ 1.1 ** -later.astype(float)
        assert float(sbg.residual_lifetime(params, 0.1, renewals)) == pytest.approx(by_hand, rel=1e-9)


def test_staggered_cohorts_and_planted_parameters() -> None:
    random = np.random.default_rng(3)
    ends = random.integers(1, 9, 5000)
    ages = random.geometric(random.beta(0.8, 2.5, 5000))
    lost = np.bincount(ages[ages <= ends], minlength=9)[1:9]
    kept = np.bincount(ends[ages > ends], minlength=9)[1:9]
    fit = sbg.fit(lost, kept)
    assert fit.n == 5000 and fit.converged
    assert abs(fit.params["alpha"] - 0.8) < 4 * fit.errors["alpha"]
    assert abs(fit.params["beta"] - 2.5) < 4 * fit.errors["beta"]


def test_too_little_is_refused_in_words() -> None:
    assert "at least 20" in str(sbg.fit([1, 1], [0, 3]).warnings[0])
    assert "have left" in str(sbg.fit([5, 0], [0, 100]).warnings[0])
    assert "first renewal" in str(sbg.fit([100, 0], [0, 0]).warnings[0])
    assert "Only one renewal" in str(sbg.fit([30], [70]).warnings[0])


def test_counts_must_make_sense() -> None:
    with pytest.raises(ValueError, match="only fall"):
        sbg.of_cohort([10, 11])
    with pytest.raises(ValueError, match="one number per renewal"):
        sbg.fit([1, 2], [3])
    with pytest.raises(ValueError, match="above zero"):
        sbg.residual_lifetime({"alpha": 1.0, "beta": 1.0}, 0.0, 1)
