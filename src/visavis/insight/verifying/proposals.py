"""What to propose to whom: four ways measured on the same later purchases of Online Retail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from visavis.insight.verifying.check import Check
from visavis.insight.verifying.folder import ONLINE_RETAIL, Folder

_NEIGHBOURS = 100
_BOUGHT = """
select CustomerID::bigint, StockCode, InvoiceDate::date > date '2011-09-30' as later, count(distinct InvoiceNo),
    sum(Quantity)
from read_parquet(?)
where CustomerID is not null and InvoiceNo not like 'C%' and Quantity > 0 and UnitPrice > 0
    and regexp_matches(StockCode, '^[0-9]{5}')
group by all
"""


@dataclass(frozen=True, slots=True)
class _Sales:
    """Customers by products: bought by 2011-09-30, on how many invoices, and bought later; pieces of each product."""

    bought: Any
    invoices: Any
    later: Any
    pieces: Any


def by_ease(folder: Folder) -> Mapping[str, float]:
    """EASE, learned to 2011-09-30, measured at 10 on the new products bought afterwards; so are the others."""
    from visavis.insight.models.offers import ease

    sales = folder.once("sales", lambda: _sales(folder))
    return _hits(ease(sales.bought), sales.bought, sales.later)


def by_popularity(folder: Folder) -> Mapping[str, float]:
    """What most customers bought; of products with as many buyers, the one of which more pieces were sold."""
    from visavis.insight.models.offers import popularity

    sales = folder.once("sales", lambda: _sales(folder))
    buyers = popularity(sales.bought)(sales.bought[:1])[0]
    place = np.empty(len(buyers))
    place[np.lexsort((sales.pieces, buyers))] = np.arange(len(buyers))
    return _hits(lambda rows: np.tile(place, (rows.shape[0], 1)), sales.bought, sales.later)


def by_neighbours(folder: Folder) -> Mapping[str, float]:
    """BM25 of the number of invoices, 100 neighbours."""
    from visavis.insight.models.offers import item_item

    sales = folder.once("sales", lambda: _sales(folder))
    return _hits(item_item(sales.invoices, _NEIGHBOURS), sales.invoices, sales.later)


def _hits(scorer: Any, train: Any, later: Any) -> Mapping[str, float]:
    from visavis.insight.models.offers import evaluate

    hits = evaluate("", scorer, train, later)
    return {"customers": hits.customers, "recall": hits.recall, "NDCG": hits.ndcg, "hit": hits.hit}


def _sales(folder: Folder) -> _Sales:
    import duckdb

    from visavis.insight.models.offers import bought

    with duckdb.connect() as connection:
        rows = connection.execute(_BOUGHT, [str(folder.path(ONLINE_RETAIL))]).fetchall()
    before = [row for row in rows if not row[2]]
    people = {who: k for k, who in enumerate(sorted({row[0] for row in before}))}
    items = {what: k for k, what in enumerate(sorted({row[1] for row in before}))}
    after = [row for row in rows if row[2] and row[0] in people and row[1] in items]
    parts = [([people[row[0]] for row in part], [items[row[1]] for row in part]) for part in (before, after)]
    size = (len(people), len(items))
    train, later = (bought(who, what, *size) for who, what in parts)
    often = train.copy()
    often[parts[0]] = np.array([row[3] for row in before], dtype=np.float32)
    pieces = np.bincount(parts[0][1], [float(row[4]) for row in before])
    return _Sales(train, often, later, pieces)


_RETAIL = "recomputed, UCI Online Retail to 2011-09-30 against later"

CHECKS = (
    Check(
        "EASE, lambda 300",
        _RETAIL,
        {"customers": "1,753", "recall": "0.1131", "NDCG": "0.1107", "hit": "0.508"},
        by_ease,
        (ONLINE_RETAIL,),
        slow=True,
    ),
    Check(
        "Popularity",
        _RETAIL,
        {"recall": "0.0448", "NDCG": "0.0442", "hit": "0.288"},
        by_popularity,
        (ONLINE_RETAIL,),
    ),
    Check(
        "BM25 item-item",
        _RETAIL,
        {"recall": "0.0969", "NDCG": "0.0961", "hit": "0.426"},
        by_neighbours,
        (ONLINE_RETAIL,),
    ),
    Check(
        "ALS, 64 factors",
        _RETAIL,
        {"recall": "0.0949", "NDCG": "0.0917", "hit": "0.448"},
        why="no method of the product, and it starts at random: where it began is not said. Twenty-seven runs of the "
        "library implicit 0.7.3 (pip install implicit) with other starts and weights gave recalls of 0.076 to 0.107",
    ),
)
