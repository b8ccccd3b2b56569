"""Points of a loyalty programme in the books: what of a sale is owed, and when it is earned.

IFRS 15 Revenue from Contracts with Customers, paragraphs 74 and B39 to B43; Illustrative Example 52 (customer loyalty
programme). Unused points (breakage) are earned in proportion to the points used.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allocation:
    """The price of a sale, split between what was handed over and the points that came with it."""

    goods: float
    points: float


def allocate(price: float, goods: float, points: float, value: float) -> Allocation:
    """Split `price` by stand-alone selling prices: that of the `goods`, and `points` at `value` each.

    `value` is what a point buys times the chance that it is used. Raises ValueError for amounts below zero, or where
    both have no price.
    """
    promised = points * value
    if min(price, goods, promised) < 0 or goods + promised <= 0:
        raise ValueError("prices and points are at least zero, and not all of them zero")
    return Allocation(price * goods / (goods + promised), price * promised / (goods + promised))


def earned(owed: float, redeemed: float, expected: float, before: float = 0.0) -> float:
    """Revenue of a period from points: what is earned by its end less what was earned `before`.

    `owed` was put off at the sale, `redeemed` counts points used since then, `expected` those that will ever be used
    as far as is known now. Raises ValueError where more is used than is expected ever to be.
    """
    if not 0 <= redeemed <= expected or expected == 0:
        raise ValueError("points used lie between zero and the points expected ever to be used")
    return owed * redeemed / expected - before


def breakage(issued: float, expected: float) -> float:
    """Share of points issued that is expected never to be used."""
    if not 0 <= expected <= issued or issued == 0:
        raise ValueError("points expected to be used lie between zero and the points issued")
    return 1 - expected / issued
