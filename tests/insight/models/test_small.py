"""The small formulas against their sources."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.insight.models import loyalty, multiple, satisfaction, wallet


def test_margin_multiple_of_the_paper() -> None:
    assert round(multiple.margin_multiple(0.9, 0.12), 2) == 4.09
    assert round(multiple.margin_multiple(0.6, 0.10), 2) == 1.20
    assert multiple.lifetime_value(100, 0.6, 0.1, acquisition=20) == pytest.approx(100)
    by_hand = sum(0.9**year / 1.12**year for year in range(1, 400))
    assert multiple.margin_multiple(0.9, 0.12) == pytest.approx(by_hand)
    for retention, discount in ((1.0, 0.1), (-0.1, 0.1), (0.5, -0.1)):
        with pytest.raises(ValueError, match="retention"):
            multiple.margin_multiple(retention, discount)


def test_nps_with_its_error() -> None:
    score = satisfaction.nps_of(70, 20, 10, asked=400)
    assert score is not None
    assert (round(score.value, 6), round(score.error, 1), score.n, score.response) == (60, 6.6, 100, 0.25)
    assert round(score.low, 1) == 47.0 and round(score.high, 1) == 73.0 and not score.warnings
    assert satisfaction.nps([10] * 70 + [7] * 20 + [3] * 10, asked=400) == score


def test_scores_of_few_or_silent_people_are_told_so() -> None:
    assert satisfaction.nps([]) is None and satisfaction.satisfied(0, 0) is None
    alike = satisfaction.nps([10] * 5, asked=100)
    assert alike is not None and len(alike.warnings) == 3
    with pytest.raises(ValueError, match="between 0 and 10"):
        satisfaction.nps([11])
    with pytest.raises(ValueError, match="without being asked"):
        satisfaction.nps_of(5, 5, 5, asked=10)


def test_satisfied_share_stays_on_its_scale() -> None:
    score = satisfaction.satisfied(40, 0)
    assert score is not None and score.value == 100 and score.high == pytest.approx(100) and 90 < score.low < 92


def test_a_difference_inside_the_interval_is_none() -> None:
    one, other, far = (satisfaction.nps_of(*counts) for counts in ((70, 20, 10), (65, 20, 15), (40, 20, 40)))
    assert one and other and far
    assert not satisfaction.differ(one, other) and satisfaction.differ(one, far)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_wallets_add_up(scores: list[int]) -> None:
    ranks = wallet.ranks([float(score) for score in scores])
    assert sum(wallet.allocated(rank, len(scores)) for rank in ranks) == pytest.approx(1)


def test_the_wallet_allocation_rule_as_published() -> None:
    assert [round(wallet.allocated(rank, 2), 3) for rank in (1, 2)] == [0.667, 0.333]
    assert [round(wallet.allocated(rank, 3), 3) for rank in (1, 2, 3)] == [0.5, 0.333, 0.167]
    with pytest.raises(ValueError, match="number of brands"):
        wallet.allocated(3, 2)


def test_the_loyalty_example_of_the_standard() -> None:
    split = loyalty.allocate(100_000, 100_000, 10_000, 0.95)
    assert (round(split.goods), round(split.points)) == (91_324, 8_676)
    first = loyalty.earned(split.points, 4_500, 9_500)
    second = loyalty.earned(split.points, 8_500, 9_700, before=first)
    assert (round(first), round(second)) == (4_110, 3_493)
    assert loyalty.breakage(10_000, 9_500) == pytest.approx(0.05)


def test_points_must_make_sense() -> None:
    with pytest.raises(ValueError, match="at least zero"):
        loyalty.allocate(100, 0, 0, 1)
    with pytest.raises(ValueError, match="ever to be used"):
        loyalty.earned(100, 11, 10)
    with pytest.raises(ValueError, match="points issued"):
        loyalty.breakage(0, 0)
