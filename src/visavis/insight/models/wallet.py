"""Share of wallet without a look into it: from how a customer ranks those that he buys from.

Keiningham, Aksoy, Buoye, Cooil (2011), Customer Loyalty Isn't Enough. Grow Your Share of Wallet, Harvard Business
Review 89(10): the Wallet Allocation Rule.
"""

from __future__ import annotations


def allocated(rank: float, brands: int) -> float:
    """(1 - rank / (n + 1)) x 2 / n: estimated share of wallet of the brand ranked `rank` among `brands` in use.

    1 is the best. Brands that tie share the mean of their ranks, so 1.5 is a rank; the shares of all brands add up to
    1. Raises ValueError for a rank that is not among the brands.
    """
    if brands < 1 or not 1 <= rank <= brands:
        raise ValueError("a rank lies between 1 and the number of brands")
    return (1 - rank / (brands + 1)) * 2 / brands


def ranks(scores: list[float]) -> list[float]:
    """Ranks by score, the best 1, equal scores sharing the mean of their places."""
    places = sorted(scores, reverse=True)
    return [places.index(score) + (places.count(score) + 1) / 2 for score in scores]
