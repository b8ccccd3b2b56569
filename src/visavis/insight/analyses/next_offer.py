"""Next offer: the product that a customer does not buy yet and is most worth offering.

EASE says what buyers of the same things bought; how often such a proposal came true in a window that the model had not
seen turns its score into a chance. Expected value = chance x what such a purchase brings - cost of the contact.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from visavis.insight.analyses.base import MONEY, Analysis, Facts, Made, Reason, Refusal, Tables, units
from visavis.insight.engine import Engine, Frame
from visavis.insight.models import offers
from visavis.insight.models.fit import Floats, Ints
from visavis.insight.models.notes import Note, told
from visavis.insight.setting import Setting
from visavis.insight.settings import Settings

OUTPUTS = {"next_product": pa.string(), "next_product_chance": pa.float64(), "next_offer_value": MONEY}
WINDOW_DAYS = Setting("next_offer_days", "integer", 90, low=7, high=730)
CONTACT_COST = Setting("next_offer_contact_cost", "number", 0.0, low=0, high=1_000_000)
MOST_ITEMS = 500
LEAST_BUYERS = 20
LEAST_ITEMS = 5
LEAST_CUSTOMERS = 50
SAMPLE = 50_000
SEED = 42
_STEPS = 20
_CANDIDATES = 5
_CHUNK = 50_000
_PAIRS = pa.schema([("id", pa.int64()), ("product_id", pa.int64()), ("first", pa.date32())])
_ITEMS = pa.schema(
    [("product_id", pa.int64()), ("buyers", pa.int64()), ("title", pa.string())]
    + [(name, pa.int64()) for name in ("lines", "amount", "margin", "uncosted")]
)


@dataclass(frozen=True, slots=True)
class _Items:
    """The products that may be offered, most bought first, and what one purchase line of each brings."""

    ids: Ints
    titles: list[str]
    worth: Floats
    costed: bool


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Who (place in `ids`) bought what (place in the items), first on which day (days since 1970)."""

    ids: Ints
    who: Ints
    what: Ints
    first: Ints


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """One row per customer who bought one of the compared products: the offer of the highest value, if above zero.

    The 500 products with most buyers are compared, those in the trash or not sold any more left out. Value is margin
    where the cost of every line of the compared products is known, else revenue, and the document says so.
    """
    items = _items(engine, tables)
    if len(items.ids) < LEAST_ITEMS:
        return Made(None, {}, (Refusal("products", LEAST_ITEMS, len(items.ids)),))
    pairs = _pairs(engine, tables["sales"], items)
    if len(pairs.ids) < LEAST_CUSTOMERS:
        return Made(None, {}, (Refusal("customers", LEAST_CUSTOMERS, len(pairs.ids)),))
    hits, chance, notes = _judged(pairs, len(items.ids), settings)
    if not items.costed:
        notes += (Note("margin_unknown"),)
    learned = _Learned(items, chance, _scorer(pairs, len(items.ids)))
    frame = _proposed(pairs, learned, settings)
    document = {
        "model": "next_offer",
        "n": len(pairs.ids),
        "products": len(items.ids),
        "days": settings[WINDOW_DAYS],
        "value_of": "margin" if items.costed else "revenue",
        "quality": [asdict(each) for each in hits] if hits[0].customers else [],
        **told(notes),
    }
    return Made(engine.frame("next_offers", frame), {"models": [document]}, learned=learned)


def told_by(engine: Engine, tables: Tables, settings: Settings, learned: _Learned) -> Frame:
    """The same rows by the products, chances and scores of before."""
    pairs = _pairs(engine, tables["sales"], learned.items)
    return engine.frame("next_offers", _proposed(pairs, learned, settings))


def _items(engine: Engine, tables: Tables) -> _Items:
    F = engine.F  # noqa: N806
    sold = (
        tables["sales"]
        .groupBy("product_id")
        .agg(
            F.countDistinct("customer_id").cast("bigint").alias("buyers"),
            F.count(F.lit(1)).cast("bigint").alias("lines"),
            units(engine, F.col("amount")).alias("amount"),
            units(engine, F.col("amount") - F.coalesce(F.col("cost"), F.lit(0))).alias("margin"),
            units(engine, F.when(F.col("cost").isNull(), F.lit(1)).otherwise(F.lit(0))).alias("uncosted"),
        )
        .where(F.col("buyers") >= LEAST_BUYERS)
    )
    sellable = tables["product"].where(F.coalesce("active", F.lit(True)))
    named = sellable.select(F.col("id").alias("product_id"), F.coalesce("name", "code").alias("title"))
    rows = engine.arrow(sold.join(named, "product_id"), _ITEMS)
    rows = rows.sort_by([("buyers", "descending"), ("product_id", "ascending")]).slice(0, MOST_ITEMS)
    costed = not any(rows.column("uncosted").to_pylist())
    lines = np.asarray(rows.column("lines").to_numpy(), dtype=np.float64)
    worth = np.asarray(rows.column("margin" if costed else "amount").to_numpy(), dtype=np.float64)
    ids = np.asarray(rows.column("product_id").to_numpy(), dtype=np.int64)
    return _Items(ids, rows.column("title").to_pylist(), worth / np.maximum(lines, 1), costed)


def _pairs(engine: Engine, sales: Frame, items: _Items) -> _Pairs:
    """Ordered by customer and product, so that every engine gives the same."""
    F = engine.F  # noqa: N806
    wanted = engine.frame("next_items", pa.table({"product_id": pa.array(items.ids)}))
    both = sales.select(F.col("customer_id").alias("id"), "product_id", "day").join(wanted, "product_id")
    rows = engine.arrow(both.groupBy("id", "product_id").agg(F.min("day").alias("first")), _PAIRS)
    who = np.asarray(rows.column("id").to_numpy(), dtype=np.int64)
    product = np.asarray(rows.column("product_id").to_numpy(), dtype=np.int64)
    first = np.asarray(rows.column("first").cast(pa.int32()).to_numpy(), dtype=np.int64)
    by_id = np.argsort(items.ids)
    what = by_id[np.searchsorted(items.ids[by_id], product)]
    order = np.lexsort((what, who))
    ids, place = np.unique(who[order], return_inverse=True)
    return _Pairs(ids, place.astype(np.int64), what[order].astype(np.int64), first[order])


def _judged(pairs: _Pairs, size: int, settings: Settings) -> tuple[list[offers.Hits], Any, tuple[Note, ...]]:
    """How proposals of one window ago came true against everybody's favourites, and the chance that a score means."""
    cut = (settings.day - dt.timedelta(settings[WINDOW_DAYS]) - dt.date(1970, 1, 1)).days
    some = np.arange(len(pairs.ids))
    notes: tuple[Note, ...] = ()
    if len(some) > SAMPLE:
        some = np.sort(np.random.default_rng(SEED).choice(some, SAMPLE, replace=False))
        notes = (Note("sampled", {"rows": SAMPLE, "all": len(pairs.ids), "seed": SEED}),)
    before, after = (_matrix(pairs, some, size, mask) for mask in (pairs.first < cut, pairs.first >= cut))
    scorer, at = offers.ease(before), max(1, min(offers.AT, size // _CANDIDATES))
    hits = [
        offers.evaluate("ease", scorer, before, after, at),
        offers.evaluate("popularity", offers.popularity(before), before, after, at),
    ]
    if not hits[0].customers:
        return hits, _Chance(np.zeros(0), np.zeros(1)), (*notes, Note("no_later_purchases"))
    if hits[0].hit <= hits[1].hit:
        notes += (Note("popularity_wins"),)
    return hits, _chance(scorer, before, after), notes


def _matrix(pairs: _Pairs, some: Ints, size: int, mask: Any) -> offers.Matrix:
    place = np.full(len(pairs.ids), -1)
    place[some] = np.arange(len(some))
    keep = mask & (place[pairs.who] >= 0)
    return offers.bought(place[pairs.who[keep]], pairs.what[keep], len(some), size)


@dataclass(frozen=True, slots=True)
class _Chance:
    """Share of proposals that came true, for scores between the `edges`; rising with the score."""

    edges: Floats
    share: Floats

    def of(self, score: Floats) -> Floats:
        return np.asarray(self.share[np.searchsorted(self.edges, score, side="right")], dtype=np.float64)


def _chance(scorer: offers.Scorer, before: offers.Matrix, after: offers.Matrix) -> _Chance:
    """Twentieths of the best proposals by score, made to rise by pooling neighbours."""
    from sklearn.isotonic import IsotonicRegression

    known = np.flatnonzero(np.diff(before.indptr))
    places, scores = offers.best(scorer, before[known], _CANDIDATES)
    came = after[known].toarray()[np.arange(len(known))[:, None], places] > 0
    fine = np.isfinite(scores)
    score, true = scores[fine], came[fine].astype(np.float64)
    edges = np.unique(np.quantile(score, np.arange(1, _STEPS) / _STEPS))
    bin_ = np.searchsorted(edges, score, side="right")
    count = np.bincount(bin_, minlength=len(edges) + 1)
    share = np.bincount(bin_, weights=true, minlength=len(edges) + 1) / np.maximum(count, 1)
    rising = IsotonicRegression().fit_transform(np.arange(len(share)), share, sample_weight=np.maximum(count, 1e-9))
    return _Chance(edges, np.asarray(rising, dtype=np.float64))


@dataclass(frozen=True, slots=True)
class _Learned:
    items: _Items
    chance: _Chance
    scorer: offers.Scorer


def _scorer(pairs: _Pairs, size: int) -> offers.Scorer:
    whole, some = np.ones(len(pairs.who), dtype=bool), np.arange(len(pairs.ids))
    if len(some) > SAMPLE:
        some = np.sort(np.random.default_rng(SEED).choice(some, SAMPLE, replace=False))
    return offers.ease(_matrix(pairs, some, size, whole))


def _proposed(pairs: _Pairs, learned: _Learned, settings: Settings) -> pa.Table:
    """The offer of each customer among its five best by score."""
    items, size = learned.items, len(learned.items.ids)
    cost = float(settings[CONTACT_COST]) * 10_000
    titles, chances, values = [], [], []
    ends = np.searchsorted(pairs.who, np.arange(len(pairs.ids) + 1))
    for begin in range(0, len(pairs.ids), _CHUNK):
        end = min(begin + _CHUNK, len(pairs.ids))
        part = slice(ends[begin], ends[end])
        rows = offers.bought(pairs.who[part] - begin, pairs.what[part], end - begin, size)
        places, scores = offers.best(learned.scorer, rows, _CANDIDATES)
        p = np.where(np.isfinite(scores), learned.chance.of(scores), 0.0)
        value = p * items.worth[places] - cost
        pick = np.argmax(np.where(p > 0, value, -np.inf), axis=1)[:, None]
        values.append(np.take_along_axis(value, pick, axis=1)[:, 0])
        chances.append(np.take_along_axis(p, pick, axis=1)[:, 0])
        titles.append(np.take_along_axis(places, pick, axis=1)[:, 0])
    value, p, place = np.concatenate(values), np.concatenate(chances), np.concatenate(titles)
    nothing = ~((p > 0) & (value > 0))
    named = pa.array(items.titles, pa.string()).take(pa.array(place, mask=nothing))
    return pa.table(
        {
            "id": pa.array(pairs.ids),
            "next_product": named,
            "next_product_chance": pa.array(np.round(p * 100, 4), mask=nothing),
            "next_offer_value": pa.array(np.rint(value).astype(np.int64), mask=nothing),
        }
    )


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: no_purchase, nothing_to_offer, like_buyers."""
    if facts.get("first_purchase") is None:
        return Reason("no_purchase", {})
    if facts.get("next_product") is None:
        return Reason("nothing_to_offer", {})
    chance = (facts.get("next_product_chance") or 0) / 100
    return Reason("like_buyers", {"share": chance, "days": settings[WINDOW_DAYS], "contact": settings[CONTACT_COST]})


NEXT_OFFER = Analysis(
    name="next_offer",
    version="1",
    settings=("cleaning", "as_of", "currency", "fee_products", WINDOW_DAYS, CONTACT_COST),
    inputs=("sales", "product"),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
    score=told_by,
    source="Steck, Embarrassingly shallow autoencoders for sparse data, WWW (2019)",
)
