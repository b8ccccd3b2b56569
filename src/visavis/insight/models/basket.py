"""What is bought together: support, confidence and lift of pairs and triples.

Agrawal, Imielinski, Swami (1993), Mining association rules between sets of items; lift after Brin and others (1997).
Pairs are counted at once as the product of the basket matrix with itself, triples only where all three pairs are
frequent (Agrawal, Srikant 1994).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.notes import Note, told

MINIMUM_BASKETS = 100
LEAST_BASKETS = 5
MOST_ITEMS = 2_000
MOST_TRIPLES = 20_000

Items: TypeAlias = tuple[int, ...]
"""Items in rising order."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Of the baskets with `given`, the share `confidence` has `then`; `lift` times as many as of all baskets.

    `baskets` hold all of them, and are the share `support` of all.
    """

    given: Items
    then: int
    baskets: int
    support: float
    confidence: float
    lift: float


@dataclass(frozen=True, slots=True)
class Baskets:
    """Baskets behind each frequent set of items, sets as rising tuples, and the rules, highest lift first."""

    baskets: int
    items: Mapping[Items, int]
    pairs: Mapping[Items, int]
    triples: Mapping[Items, int]
    rules: tuple[Rule, ...]
    notes: tuple[Note, ...]

    def noted(self, note: Note) -> Baskets:
        """The same with one more remark."""
        return replace(self, notes=(*self.notes, note))

    def as_json(self, most: int = 200) -> dict[str, Any]:
        return {
            "model": "basket",
            "n": self.baskets,
            "items": len(self.items),
            "pairs": len(self.pairs),
            "triples": len(self.triples),
            "rules": [asdict(rule) for rule in self.rules[:most]],
            **told(self.notes),
        }


def rules(
    basket: ArrayLike, item: ArrayLike, support: float = 0.01, confidence: float = 0.5, baskets: int | None = None
) -> Baskets:
    """Rules with at least this support and confidence, and lift above 1.

    One row says that an item lies in a basket; rows may repeat. `baskets` is the number of all baskets where some of
    them hold none of the items. A set needs 5 baskets whatever the support.
    """
    rows, columns = np.asarray(basket, dtype=np.int64), np.asarray(item, dtype=np.int64)
    total = baskets or len(np.unique(rows))
    if total < MINIMUM_BASKETS:
        return Baskets(total, {}, {}, {}, (), (Note("too_few_baskets", {"baskets": total, "needed": MINIMUM_BASKETS}),))
    least = max(LEAST_BASKETS, int(np.ceil(support * total - 1e-9)))
    matrix, names, notes = _matrix(rows, columns, least)
    together = np.asarray((matrix.T @ matrix).todense(), dtype=np.int64)
    single: dict[Items, int] = {(int(names[k]),): int(together[k, k]) for k in range(len(names))}
    places = [(int(a), int(b)) for a, b in np.argwhere(np.triu(together, 1) >= least)]
    pairs: dict[Items, int] = {(int(names[a]), int(names[b])): int(together[a, b]) for a, b in places}
    triples = _triples(matrix, names, places, least)
    found = tuple(sorted(_rules(total, single, pairs, triples, confidence), key=_order))
    notes += () if pairs else (Note("single_items"),)
    return Baskets(total, single, pairs, triples, found, notes)


def _matrix(rows: Any, columns: Any, least: int) -> tuple[Any, Any, tuple[Note, ...]]:
    """Baskets by frequent items as 0 and 1, the items of its columns (rising), and a note on items left out."""
    from scipy.sparse import csr_array

    both = np.unique(np.column_stack([rows, columns]), axis=0)
    items, place, count = np.unique(both[:, 1], return_inverse=True, return_counts=True)
    frequent = np.flatnonzero(count >= least)
    best = np.sort(frequent[np.argsort(-count[frequent], kind="stable")][:MOST_ITEMS])
    notes = (Note("items_cut", {"items": len(best), "all": len(frequent)}),) if len(best) < len(frequent) else ()
    column = np.full(len(items), -1)
    column[best] = np.arange(len(best))
    keep = column[place] >= 0
    used, row = np.unique(both[keep, 0], return_inverse=True)
    ones = np.ones(int(keep.sum()), dtype=np.int32)
    return csr_array((ones, (row, column[place[keep]])), shape=(len(used), len(best))), items[best], notes


def _triples(matrix: Any, names: Any, places: list[tuple[int, int]], least: int) -> dict[Items, int]:
    """Baskets of the triples all of whose pairs are frequent."""
    frequent, following = set(places), dict[int, list[int]]()
    for a, b in places:
        following.setdefault(a, []).append(b)
    tried = [(a, b, c) for a, after in following.items() for b, c in combinations(after, 2) if (b, c) in frequent][
        :MOST_TRIPLES
    ]
    columns, found = matrix.tocsc(), dict[Items, int]()
    held = {k: columns.indices[columns.indptr[k] : columns.indptr[k + 1]] for k in {k for each in tried for k in each}}
    both: dict[tuple[int, int], Any] = {}
    for a, b, c in tried:
        if (a, b) not in both:
            both = {(a, b): np.intersect1d(held[a], held[b], assume_unique=True)}
        count = len(np.intersect1d(both[a, b], held[c], assume_unique=True))
        if count >= least:
            found[int(names[a]), int(names[b]), int(names[c])] = count
    return found


def _rules(
    total: int,
    single: Mapping[Items, int],
    pairs: Mapping[Items, int],
    triples: Mapping[Items, int],
    confidence: float,
) -> list[Rule]:
    known, found = {**single, **pairs}, []
    for together, count in {**pairs, **triples}.items():
        for then in together:
            given = tuple(item for item in together if item != then)
            share = count / known[given]
            lift = share / (known[then,] / total)
            if share >= confidence and lift > 1:
                found.append(Rule(given, then, count, count / total, share, lift))
    return found


def _order(rule: Rule) -> tuple[float, int, Items, int]:
    return (-rule.lift, -rule.baskets, rule.given, rule.then)
