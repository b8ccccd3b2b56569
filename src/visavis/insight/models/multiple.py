"""The margin multiple: what a customer's yearly margin is worth for good, in a word that fits on a napkin.

Gupta, Lehmann (2003), Customers as Assets, Journal of Interactive Marketing 17(1).
"""

from __future__ import annotations


def margin_multiple(retention: float, discount: float) -> float:
    """r / (1 + i - r): lifetime value per unit of yearly margin, the first margin coming at the end of the first year.

    `retention` is the share of customers who stay from year to year, in [0, 1), `discount` the yearly rate, at least 0.
    Raises ValueError outside of them: with nobody leaving and nothing discounted there is no finite value.
    """
    if not 0 <= retention < 1 or discount < 0:
        raise ValueError("the multiple needs 0 <= retention < 1 and a discount rate of at least 0")
    return retention / (1 + discount - retention)


def lifetime_value(margin: float, retention: float, discount: float, acquisition: float = 0.0) -> float:
    """Yearly `margin` times its multiple, less what it cost to win the customer."""
    return margin * margin_multiple(retention, discount) - acquisition
