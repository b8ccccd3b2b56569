"""Groups: published data, planted groups, and data without any."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from tests.insight.data import WHOLESALE, needs
from visavis.insight.models.clusters import Clusters, fit, scaled

SPEND = ("fresh", "milk", "grocery", "frozen", "detergents_paper", "delicassen")


def codes(found: Clusters) -> set[str]:
    return {note.code for note in found.notes}


def planted(groups: int = 3, each: int = 120) -> np.ndarray:
    draw = np.random.default_rng(3)
    centres = np.array([[10.0, 2.0, 50.0], [300.0, 1.0, 20.0], [20.0, 40.0, 9_000.0]])[:groups]
    return np.concatenate([draw.lognormal(np.log(centre), 0.15, (each, 3)) for centre in centres])


@needs(WHOLESALE)
def test_wholesale_falls_into_two_groups_that_come_out_again() -> None:
    with WHOLESALE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = fit(SPEND, [[float(row[name]) for name in SPEND] for row in rows])
    assert found.rows == 440 and len(found.groups) == 2 and sum(group.rows for group in found.groups) == 440
    assert found.named and found.stability > 0.8 and 0.25 < found.silhouette < 0.35
    retail = np.array([row["channel"] == "Retail" for row in rows])
    per_group = [retail[found.labels == number].mean() for number in (1, 2)]
    assert max(per_group) > 0.6 and min(per_group) < 0.1
    assert all(1 <= len(group.conditions) <= 2 and group.right > 0.7 for group in found.groups)
    assert json.dumps(found.as_json(), allow_nan=False)


def test_planted_groups_are_found_and_described() -> None:
    raw = planted()
    found = fit(("recency", "frequency", "monetary"), raw)
    assert len(found.groups) == 3 and found.named and found.stability > 0.99 and not codes(found)
    assert [set(found.labels[k : k + 120]) for k in (0, 120, 240)] == [{2}, {3}, {1}]
    for group in found.groups:
        assert group.right > 0.98 and group.covered > 0.98
        meets = np.ones(len(raw), dtype=bool)
        for each in group.conditions:
            column = raw[:, found.features.index(each.feature)]
            meets &= column > each.value if each.op == "gt" else column <= each.value
        assert group.right == (found.labels[meets] == group.number).mean()


def test_one_cloud_gets_no_names_or_a_warning() -> None:
    found = fit(("a", "b", "c"), np.random.default_rng(5).lognormal(3, 1, (600, 3)))
    assert {"weak_clusters", "unstable"} & codes(found)
    assert found.named == (found.stability >= 0.8)


@pytest.mark.parametrize(
    ("raw", "code"),
    [(np.ones((200, 2)), "all_alike"), (np.ones((3, 2)), "too_few_rows"), (np.zeros((0, 2)), "too_few_rows")],
)
def test_what_cannot_be_grouped_is_said(raw: np.ndarray, code: str) -> None:
    found = fit(("a", "b"), raw)
    assert not found.usable and not found.named and codes(found) == {code} and len(found.labels) == len(raw)
    assert json.dumps(found.as_json(), allow_nan=False)


def test_negative_and_constant_features() -> None:
    raw = planted()
    raw[:, 2] -= 500
    raw[:, 1] = 7
    assert np.isfinite(scaled(raw)).all() and fit(("a", "b", "c"), raw).usable
    with pytest.raises(ValueError, match="known values"):
        fit(("a",), [[np.nan]] * 60)


def test_the_same_rows_give_the_same_groups() -> None:
    first, second = (fit(("a", "b", "c"), planted()) for _ in range(2))
    assert np.array_equal(first.labels, second.labels) and first.stability == second.stability
