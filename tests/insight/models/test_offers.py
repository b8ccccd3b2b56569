"""Baskets, proposals and the choice among offers: published figures, and counting by hand."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.insight.data import GROCERIES, ONLINE_RETAIL, needs
from visavis.insight.models.basket import rules
from visavis.insight.models.choosing import NOTHING, Fatigue, choose
from visavis.insight.models.offers import best, bought, ease, evaluate, item_item, popularity


@needs(GROCERIES)
def test_groceries() -> None:
    names: dict[str, int] = {}
    rows = [
        (number, names.setdefault(item.strip(), len(names)))
        for number, line in enumerate(GROCERIES.read_text().splitlines())
        for item in line.split(",")
    ]
    basket, item = zip(*rows, strict=True)
    found = rules(basket, item)
    assert found.baskets == 9_835 and len(found.rules) == 15 and not found.notes
    assert (len(found.items), len(found.pairs), len(found.triples)) == (88, 213, 32)
    wanted = ((names["other vegetables"],), names["whole milk"])
    rule = next(r for r in rules(basket, item, confidence=0.1).rules if (r.given, r.then) == wanted)
    assert (round(rule.confidence, 4), round(rule.lift, 4)) == (0.3868, 1.5136)


SETS = st.lists(st.sets(st.integers(0, 6), min_size=1), min_size=100, max_size=130)


@settings(max_examples=25, deadline=None)
@given(SETS)
def test_sets_are_counted_as_by_hand(baskets: list[set[int]]) -> None:
    rows = [(number, item) for number, items in enumerate(baskets) for item in items]
    found = rules([row[0] for row in rows], [row[1] for row in rows], support=0.08, confidence=0.1)
    least = max(5, -(-len(baskets) * 8 // 100))
    for size, counted in ((2, found.pairs), (3, found.triples)):
        sums = Counter(each for items in baskets for each in combinations(sorted(items), size))
        assert counted == {each: count for each, count in sums.items() if count >= least}
    for rule in found.rules:
        given_ = [items for items in baskets if set(rule.given) <= items]
        assert rule.confidence == pytest.approx(sum(rule.then in items for items in given_) / len(given_))


def test_baskets_too_few_or_single() -> None:
    assert [note.code for note in rules([], []).notes] == ["too_few_baskets"]
    alone = rules(range(200), [k % 3 for k in range(200)])
    assert [note.code for note in alone.notes] == ["single_items"] and not alone.rules
    assert rules([1, 1, 2], [5, 5, 5], baskets=400).items == {}


def split() -> tuple[Any, Any]:
    with duckdb.connect() as connection:
        cleaned = (
            f"select distinct CustomerID::bigint, StockCode, InvoiceDate::date > '2011-09-30' from '{ONLINE_RETAIL}'"
            " where CustomerID is not null and InvoiceNo not like 'C%' and Quantity > 0 and UnitPrice > 0"
            " and regexp_matches(StockCode, '^[0-9]{5}')"
        )
        rows = connection.execute(cleaned).fetchall()
    train = [(who, what) for who, what, later in rows if not later]
    people = {who: k for k, who in enumerate(sorted({who for who, _ in train}))}
    items = {what: k for k, what in enumerate(sorted({what for _, what in train}))}
    after = [(who, what) for who, what, later in rows if later and who in people and what in items]
    size = (len(people), len(items))
    parts = [bought([people[a] for a, _ in part], [items[b] for _, b in part], *size) for part in (train, after)]
    return parts[0], parts[1]


@needs(ONLINE_RETAIL)
def test_online_retail_by_time() -> None:
    train, later = split()
    assert train.shape == (3_613, 3_502) and train.nnz == 188_399
    hits = evaluate("ease", ease(train), train, later)
    assert hits.customers == 1_753
    assert (round(hits.recall, 4), round(hits.ndcg, 4), round(hits.hit, 3)) == (0.1131, 0.1107, 0.508)
    simple = evaluate("popularity", popularity(train), train, later)
    assert (round(simple.recall, 3), round(simple.ndcg, 4), round(simple.hit, 3)) == (0.045, 0.0441, 0.287)
    near = evaluate("item_item", item_item(train), train, later)
    assert (round(near.recall, 3), round(near.ndcg, 4), round(near.hit, 3)) == (0.098, 0.0961, 0.425)
    assert simple.coverage < near.coverage


def test_what_goes_together_is_proposed() -> None:
    draw = np.random.default_rng(2)
    rows = [(who, 2 * int(pair) + side) for who in range(300) for pair in draw.integers(0, 5, 2) for side in (0, 1)]
    rows.append((300, 4))
    train = bought([r[0] for r in rows], [r[1] for r in rows], 301, 10)
    for scorer in (ease(train, 10.0), item_item(train, 3)):
        places, scores = best(scorer, train[[300]], 3)
        assert places[0, 0] == 5 and scores[0, 0] == scores[0].max()
    nobody = evaluate("ease", ease(train), train, bought([], [], 301, 10))
    assert nobody.customers == 0 and np.isnan(nobody.hit)


def test_the_best_offer_is_chosen() -> None:
    chance = [[0.5, 0.1], [0.5, 0.1], [0.0, 0.0], [0.9, 0.9], [0.9, 0.9]]
    found = choose(
        chance,
        margin=[10.0, 100.0],
        cost=1.0,
        eligible=[[1, 1], [1, 0], [1, 1], [0, 0], [1, 1]],
        recent=[0, 0, 0, 0, 3],
        fatigue=Fatigue(contacts=3),
    )
    assert found.offer.tolist() == [1, 0, NOTHING, NOTHING, NOTHING]
    assert found.value.tolist() == [9.0, 4.0, 0.0, 0.0, 0.0]
    assert found.reason.tolist() == ["offered", "offered", "not_worth_it", "not_eligible", "tired"]


def test_limits_in_time_and_number() -> None:
    found = choose([[0.2], [0.9], [0.5]], 10.0, since=[np.nan, np.nan, 5], fatigue=Fatigue(days=30), places=[1])
    assert found.offer.tolist() == [NOTHING, 0, NOTHING]
    assert found.reason.tolist() == ["used_up", "offered", "too_soon"]
    empty = choose(np.zeros((2, 0)), 1.0)
    assert empty.offer.tolist() == [NOTHING, NOTHING] and empty.reason.tolist() == ["not_eligible"] * 2
    with pytest.raises(ValueError, match="between 0 and 1"):
        choose([[1.2]], 1.0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_enough_places_change_nothing(seed: int) -> None:
    draw = np.random.default_rng(seed)
    chance, margin = draw.uniform(size=(7, 3)), draw.uniform(0, 20, 3)
    free, bound = choose(chance, margin, 2.0), choose(chance, margin, 2.0, places=[7, 7, 7])
    assert np.array_equal(free.offer, bound.offer) and np.allclose(free.value, bound.value)
