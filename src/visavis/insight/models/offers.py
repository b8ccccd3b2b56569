"""What to offer next: what other buyers of the same things bought, and which offer is worth its contact.

Steck (2019), Embarrassingly shallow autoencoders for sparse data, WWW: EASE is the ridge regression of each item on all
others, solved at once by one inverse. Popularity and item-item similarity (BM25 of buyers; Robertson, Walker 1994)
are the baselines that it has to beat on later purchases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visavis.insight.models.fit import Floats, Ints

RIDGE = 300.0
AT = 10
NEIGHBOURS = 50
_CHUNK = 10_000
_K1, _B = 1.2, 0.75

Matrix: TypeAlias = Any
"""A sparse matrix of customers by items: 1 where the customer bought the item."""

Scorer: TypeAlias = Callable[[Matrix], NDArray[Any]]
"""From what customers bought to a score for each item: (customers, items)."""


@dataclass(frozen=True, slots=True)
class Hits:
    """How well proposals met later purchases of items that were new to the customer, over customers with one.

    `recall` is the share of the new items (at most `at` of them) that was proposed, `ndcg` weighs places, `hit` is the
    share of customers with at least one, `coverage` the share of items that was proposed to anybody.
    """

    method: str
    at: int
    customers: int
    recall: float
    ndcg: float
    hit: float
    coverage: float


def bought(customer: ArrayLike, item: ArrayLike, customers: int, items: int) -> Matrix:
    """The matrix of who bought what; rows may repeat. Numbers of customers and items begin at 0."""
    from scipy.sparse import csr_array

    rows, columns = np.asarray(customer, dtype=np.int64), np.asarray(item, dtype=np.int64)
    made = csr_array((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(customers, items))
    made.sum_duplicates()
    made.data[:] = 1.0
    return made


def popularity(train: Matrix) -> Scorer:
    """Everybody is offered what most customers bought."""
    sold = np.asarray(train.sum(axis=0), dtype=np.float64).ravel()
    return lambda rows: np.tile(sold, (rows.shape[0], 1))


def item_item(train: Matrix, neighbours: int = NEIGHBOURS) -> Scorer:
    """Items whose buyers are like those of the items bought: BM25 of the buyers, the nearest items of each.

    Buyers with few items weigh more, and so does an item with few buyers (k1 = 1.2, b = 0.75). Where the matrix counts
    purchases instead of saying 1, so do the weights.
    """
    train = train.astype(np.float64).tocoo()
    sold = np.asarray(train.sum(axis=0)).ravel()
    rare = np.log(max(2, train.shape[1])) - np.log1p(np.bincount(train.row, minlength=train.shape[0]))
    long = 1 - _B + _B * sold / max(1.0, sold.mean())
    train.data *= (_K1 + 1) / (_K1 * long[train.col] + train.data) * rare[train.row]
    near = _gram(train.tocsr())
    if neighbours < len(near):
        least = np.partition(near, -neighbours, axis=1)[:, -neighbours][:, None]
        near = np.where(near >= least, near, 0.0)
    return _linear(near)


def ease(train: Matrix, ridge: float = RIDGE) -> Scorer:
    """EASE with this ridge; memory grows with the square of the number of items."""
    return _linear(weights(_gram(train), ridge))


def weights(together: Floats, ridge: float = RIDGE) -> Floats:
    """The EASE matrix of a Gram matrix (items, items): how much having bought the row speaks for the column."""
    from scipy.linalg import cho_factor, cho_solve

    size = len(together)
    inverse = cho_solve(cho_factor(together + ridge * np.eye(size), lower=True), np.eye(size))
    found = -inverse / np.diag(inverse)
    np.fill_diagonal(found, 0.0)
    return np.asarray(found, dtype=np.float64)


def _gram(train: Matrix) -> Floats:
    return np.asarray((train.T @ train).todense(), dtype=np.float64)


def _linear(matrix: Floats) -> Scorer:
    small = matrix.astype(np.float32)
    return lambda rows: np.asarray(rows @ small)


def best(scorer: Scorer, rows: Matrix, at: int = AT) -> tuple[Ints, Floats]:
    """The `at` highest items that each customer has not bought, and their scores, highest first."""
    places, scores = [], []
    for begin in range(0, rows.shape[0], _CHUNK):
        part = rows[begin : begin + _CHUNK]
        score = scorer(part)
        score[part.nonzero()] = -np.inf
        place = _highest(score, at)
        places.append(place)
        scores.append(np.take_along_axis(score, place, axis=1))
    return np.concatenate(places), np.concatenate(scores)


def _highest(score: NDArray[Any], at: int) -> Ints:
    """Places of the `at` highest, in order; of equals at the end any, the same for the same scores."""
    if at >= score.shape[1]:
        return np.argsort(-score, axis=1, kind="stable").astype(np.int64)
    some = np.sort(np.argpartition(score, -at, axis=1)[:, -at:], axis=1)
    order = np.argsort(-np.take_along_axis(score, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1).astype(np.int64)


def evaluate(method: str, scorer: Scorer, train: Matrix, later: Matrix, at: int = AT) -> Hits:
    """Proposals from `train` against what the same customers bought `later`; NaN where nobody bought a new item."""
    at = min(at, train.shape[1])
    fresh = (later - later.multiply(train.sign())).tocsr()
    fresh.eliminate_zeros()
    who = np.flatnonzero(np.diff(fresh.indptr))
    known = np.flatnonzero(np.diff(train.tocsr().indptr))
    who = np.intersect1d(who, known)
    if not len(who):
        return Hits(method, at, 0, *[float("nan")] * 4)
    proposed, score = best(scorer, train[who], at)
    target = np.zeros((len(who), at), dtype=bool)
    wanted = np.diff(fresh[who].indptr)
    for row, items in enumerate(proposed):
        target[row] = np.isin(items, fresh.indices[fresh.indptr[who[row]] : fresh.indptr[who[row] + 1]])
    target &= np.isfinite(score)
    gain = 1 / np.log2(np.arange(2, at + 2))
    ideal = np.cumsum(gain)[np.minimum(wanted, at) - 1]
    return Hits(
        method,
        at,
        len(who),
        float((target.sum(axis=1) / np.minimum(wanted, at)).mean()),
        float(((target @ gain) / ideal).mean()),
        float(target.any(axis=1).mean()),
        len(np.unique(proposed)) / train.shape[1],
    )
