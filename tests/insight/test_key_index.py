"""What hardly anybody has a value of does not decide who a key customer is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from tests.insight.rows import Line
from tests.insight.test_conformance import duck, store
from visavis.insight.analyses import KEY_INDEX, VALUE
from visavis.insight.refresh import Outcome, compute
from visavis.insight.settings import Settings

MANY = 20
SETTINGS = Settings(own={"key_index_weights": {"revenue_net": 1, "margin": 3}})


def _indexed(folder: Path, costed: int) -> Outcome:
    lines = [
        Line(k, dt.date(2024, 1, k), 10.0 * k, company=k, cost=1.0 if k <= costed else None) for k in range(1, MANY + 1)
    ]
    store(folder, lines, [])
    with duckdb.connect() as connection:
        return compute(duck(connection, folder), SETTINGS, analyses=[VALUE, KEY_INDEX]).bases[0].outcomes[1]


@pytest.mark.parametrize(("costed", "left_out"), [(0, ["margin"]), (9, ["margin"]), (10, []), (20, [])])
def test_a_field_that_most_lack_leaves_the_index(tmp_path: Path, costed: int, left_out: list[str]) -> None:
    outcome = _indexed(tmp_path, costed)
    best = next(row for row in outcome.rows.to_pylist() if row["id"] == MANY)
    assert outcome.document["left_out"] == left_out
    assert [note["params"] for note in outcome.document["notes"]] == [
        {"column": name, "rows": costed, "customers": MANY} for name in left_out
    ]
    assert best["key_class"] == ("standard" if costed == 10 else "key")


def test_the_reason_names_what_was_weighed() -> None:
    reason = KEY_INDEX.explain("key_class", {"key_index": 95.0, "revenue_net": 1, "margin": None}, SETTINGS)
    assert reason is not None and reason.params["weights"] == {"revenue_net": 1, "margin": 3}
    facts = {"key_index": 95.0, "revenue_net": 1, "margin": None, "not_weighed": ["margin"]}
    reason = KEY_INDEX.explain("key_class", facts, SETTINGS)
    assert reason is not None and reason.params["weights"] == {"revenue_net": 1}
