"""How customers buy: churn, steadiness, groups, preferences, baskets and offers, on two engines and by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.insight.rows import PRODUCTS, Line
from tests.insight.test_conformance import MESSY, TIES, assert_equal, duck, store
from visavis.insight.analyses import BASKET, CHURN, CLUSTERS, NEXT_OFFER, PREFERENCE, RFM, VALUE, XYZ
from visavis.insight.engine import SparkEngine
from visavis.insight.refresh import Computed, compute
from visavis.insight.settings import Settings

D = dt.date
METHODS = (VALUE, RFM, CHURN, XYZ, CLUSTERS, PREFERENCE, BASKET, NEXT_OFFER)
ACTIVITIES = [
    {"id": k, "company_id": 1 + k % 5, "kind": ["call", "visit", "note", "email"][k % 4], "day": D(2023, 5, 1 + k % 20)}
    for k in range(60)
] + [{"id": 99, "company_id": 1, "kind": "call", "day": None}]
TICKETS = [
    {"id": k, "company_id": 1, "channel": name, "opened_on": D(2023, 6, 1)}
    for k, name in enumerate(["Phone", "social media", None, "telex", "Chat"])
]


def base(customers: int = 420, seed: int = 11) -> list[Line]:
    """Two years of customers with rhythms of their own, some of whom stop."""
    draw = np.random.default_rng(seed)
    lines: list[Line] = []
    for who in range(1, customers + 1):
        gap, first = draw.integers(5, 60), draw.integers(0, 400)
        stop = 730 if draw.uniform() < 0.6 else draw.integers(first + 1, 730)
        day, taste = first, int(draw.integers(1, 13))
        while day < stop:
            product = taste if draw.uniform() < 0.6 else int(draw.integers(1, 13))
            price = 3.0 * product
            amount = float(price * draw.integers(1, 5)) * (-1 if draw.uniform() < 0.03 else 1)
            lines.append(
                Line(
                    invoice=len(lines) + 1,
                    day=D(2022, 1, 1) + dt.timedelta(int(day)),
                    amount=amount,
                    quantity=amount / price,
                    company=who,
                    product_id=product,
                )
            )
            day += max(1, int(draw.exponential(gap)))
    return lines


FREE_AND_RETURNED = [
    Line(invoice=100 * who + k, day=D(2023, 1 + k, 3), amount=amount, quantity=amount, company=who, product_id=1 + k)
    for who in range(1, 40)
    for k, amount in enumerate((0.0, -5.0, 5.0, 0.0, None, -float(who % 3)))
]
CASES = {
    "two years": (base(), Settings()),
    "window chosen": (base(200), Settings(own={"churn_window_days": 45})),
    "before its end": (base(), Settings(as_of=D(2023, 3, 15))),
    "messy": (MESSY, Settings()),
    "ties": (TIES, Settings(as_of=D(2024, 6, 1))),
    "free and returned": (FREE_AND_RETURNED, Settings(own={"churn_window_days": 40})),
    "one customer": (MESSY[:1], Settings()),
    "one customer, often": (FREE_AND_RETURNED[:6], Settings()),
    "empty": ([], Settings(as_of=D(2024, 1, 1))),
}


def worked_out(folder: Path, lines: list[Line], settings: Settings, **more: Any) -> Computed:
    store(folder, lines, [], product=PRODUCTS, activity=ACTIVITIES, ticket=TICKETS)
    with duckdb.connect() as connection:
        return compute(duck(connection, folder), settings, analyses=METHODS)


def columns(computed: Computed, method: str) -> dict[int, dict[str, Any]]:
    outcome = next(o for o in computed.bases[0].outcomes if o.analysis.name == method)
    return {row["id"]: row for row in outcome.rows.to_pylist()}


def document(computed: Computed, method: str) -> Any:
    return next(o for o in computed.bases[0].outcomes if o.analysis.name == method).document


@pytest.mark.parametrize("case", CASES)
def test_both_engines_agree(case: str, second: SparkEngine, tmp_path: Path) -> None:
    lines, settings = CASES[case]
    ours = worked_out(tmp_path, lines, settings)
    second.snapshots = tmp_path
    assert_equal(ours, compute(second, settings, analyses=METHODS))


def test_churn_is_validated_by_time_and_foresees(tmp_path: Path) -> None:
    found = worked_out(tmp_path, base(), Settings())
    told = document(found, "churn")
    model = told["models"][0]
    assert model["quality"]["how"] == "time" and model["quality"]["auc"] > 0.65
    assert told["window"]["days"] > told["window"]["slipping"] > 0 and told["proposed"]
    rows = columns(found, "churn")
    assert {row["churn_state"] for row in rows.values()} == {"active", "slipping", "lapsed"}
    for row in rows.values():
        assert (row["churn_probability"] is None) == (row["churn_state"] == "lapsed")
    curve = [point["survival"] for point in told["survival"]]
    assert curve == sorted(curve, reverse=True) and curve[0] <= 1


def test_nothing_after_the_day_is_known(tmp_path: Path) -> None:
    lines, day = base(), D(2023, 6, 1)
    settings = Settings(as_of=day)
    whole = worked_out(tmp_path, lines, settings)
    alone = worked_out(tmp_path, [line for line in lines if line.day and line.day < day], settings)
    assert_equal_but_reconciliation(whole, alone)


def assert_equal_but_reconciliation(one: Computed, two: Computed) -> None:
    for a, b in zip(one.bases[0].outcomes, two.bases[0].outcomes, strict=True):
        assert a.rows.sort_by("id").equals(b.rows.sort_by("id")), a.analysis.name
        assert a.document == b.document


def test_steady_and_irregular_sales(tmp_path: Path) -> None:
    steady = [Line(invoice=k, day=D(2023, k, 5), amount=100.0, company=1) for k in range(1, 13)]
    single = [Line(invoice=20, day=D(2023, 1, 9), amount=1_200.0, company=2)]
    newcomer = [Line(invoice=30 + k, day=D(2023, 10 + k, 9), amount=10.0, company=3) for k in range(3)]
    returned = [Line(invoice=40, day=D(2023, 1, 2), amount=10.0, company=4)]
    returned.append(Line(invoice=41, day=D(2023, 2, 2), amount=-10.0, quantity=-1, company=4, kind="credit_note"))
    rows = columns(worked_out(tmp_path, steady + single + newcomer + returned, Settings(as_of=D(2024, 1, 1))), "xyz")
    assert (rows[1]["xyz_class"], rows[1]["xyz_variation"]) == ("X", 0.0)
    assert (rows[2]["xyz_class"], rows[2]["xyz_variation"]) == ("Z", round(11**0.5, 6))
    assert rows[3]["xyz_class"] is None and rows[4]["xyz_class"] is None


def test_preferences_are_counted(tmp_path: Path) -> None:
    days = [D(2023, 5, 1), D(2023, 5, 8), D(2023, 5, 16), D(2023, 5, 24)]
    lines = [
        Line(invoice=k, day=day, amount=10.0 * p, company=1, product_id=p)
        for k, (day, p) in enumerate(zip(days, (4, 4, 4, 5), strict=True))
    ]
    lines += [Line(invoice=9, day=days[0], amount=5.0, company=2, product_id=4)]
    lines += [Line(invoice=20 + p, day=days[0], amount=10.0 * p, company=9, product_id=p) for p in range(1, 13)]
    rows = columns(worked_out(tmp_path, lines, Settings()), "preference")
    mine = rows[1]
    assert (mine["preferred_product"], mine["preferred_category"]) == ("Product 4", "tea")
    assert mine["preferred_product_sure"] == pytest.approx(43.3, abs=1.0)
    assert (mine["preferred_weekday"], mine["price_band"]) == ("monday", "low")
    assert mine["preferred_channel"] == "call"
    assert rows[2]["preferred_product"] is None and rows[2]["preferred_weekday"] is None


def test_what_goes_together_is_found_and_offered(tmp_path: Path) -> None:
    draw = np.random.default_rng(5)
    lines, number = [], 0
    for who in range(1, 301):
        for day in draw.integers(0, 360, 6):
            number += 1
            pair = 1 + 2 * (who % 4 if draw.uniform() < 0.9 else int(draw.integers(0, 4)))
            both = (pair, pair + 1) if draw.uniform() < 0.3 else (pair + int(draw.integers(0, 2)),)
            for product in both:
                moment = D(2023, 1, 1) + dt.timedelta(int(day))
                lines.append(Line(invoice=number, day=moment, amount=10.0, company=who, product_id=product, cost=4.0))
    lines += [Line(invoice=9_999, day=D(2023, 12, 1), amount=10.0, company=900, product_id=3, cost=4.0)]
    found = worked_out(tmp_path, lines, Settings(own={"next_offer_contact_cost": 0.5}))
    rule = document(found, "basket")["models"][0]["rules"][0]
    assert (rule["given"][0] + 1) // 2 == (rule["then"] + 1) // 2 and rule["lift"] > 2
    model = document(found, "next_offer")["models"][0]
    assert model["value_of"] == "margin" and model["quality"][0]["hit"] > model["quality"][1]["hit"]
    offered = columns(found, "next_offer")[900]
    assert offered["next_product"] == "Product 4" and 0 < offered["next_product_chance"] <= 100
    by_hand = (offered["next_product_chance"] / 100 * 6.0 - 0.5) * 10_000
    assert offered["next_offer_value"] == pytest.approx(by_hand, abs=2)
    dear = worked_out(tmp_path, lines, Settings(own={"next_offer_contact_cost": 1_000.0}))
    assert all(row["next_product"] is None for row in columns(dear, "next_offer").values())


def test_degenerate_bases_say_so(tmp_path: Path) -> None:
    once = [Line(invoice=k, day=D(2023, 5, 1), amount=10.0, company=k) for k in range(1, 80)]
    found = worked_out(tmp_path, once, Settings())
    refused = {o.analysis.name: [r.code for r in o.refused] for o in found.bases[0].outcomes if o.refused}
    assert refused == {"churn": ["gaps"], "next_offer": ["products"]}
    assert document(found, "clusters")["models"][0]["notes"][0]["code"] == "all_alike"
    assert all(row["cluster"] is None for row in columns(found, "clusters").values())
