"""Which offer each customer gets: the highest expected value among those that may be made.

Expected value of a contact = chance of taking the offer x margin of it - cost of the contact. Nobody is contacted at a
loss, oftener than the limits allow, or with an offer for which the customer is not eligible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visavis.insight.models.fit import Bools, Floats, Ints

NOTHING = -1
REASONS = ("offered", "not_eligible", "tired", "too_soon", "not_worth_it", "used_up")


@dataclass(frozen=True, slots=True)
class Fatigue:
    """At most `contacts` in the time that `recent` counts, and at least `days` since the last one."""

    contacts: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """For each customer the number of the offer or -1, its expected value (0 without), and the reason."""

    offer: Ints
    value: Floats
    reason: NDArray[Any]


def choose(
    chance: ArrayLike,
    margin: ArrayLike,
    cost: ArrayLike = 0.0,
    eligible: ArrayLike | None = None,
    recent: ArrayLike | None = None,
    since: ArrayLike | None = None,
    fatigue: Fatigue | Sequence[Fatigue] = Fatigue(),
    places: ArrayLike | None = None,
) -> Choice:
    """The best offer for each customer.

    `chance` is (customers, offers) in [0, 1]; `margin` and `cost` of an offer broadcast to it; `eligible` is of the
    same shape. `recent` and `since` are contacts and days since the last (NaN: never) for each customer; the limits of
    fatigue are the same for all offers, or one for each: who is tired then is tired of every offer made for them.
    `places` limits how often each offer may be made: the most valuable contacts get it. Equal values: the first offer,
    the first customer. Raises ValueError for chances outside [0, 1].
    """
    p = np.asarray(chance, dtype=np.float64)
    if p.ndim != 2 or np.any(~((p >= 0) & (p <= 1))):
        raise ValueError("a chance lies between 0 and 1, for each customer and offer")
    worth = p * np.asarray(margin, dtype=np.float64) - np.asarray(cost, dtype=np.float64)
    may = np.ones(p.shape, dtype=bool) if eligible is None else np.asarray(eligible, dtype=bool)
    tired, soon = _resting(p.shape, recent, since, fatigue)
    open_ = may & (worth > 0) & ~(tired | soon)
    offer, value, left_out = _assigned(np.where(open_, worth, -np.inf), places)
    reason = np.select(
        [offer != NOTHING, ~may.any(axis=1), _all(tired, may), _all(tired | soon, may), left_out],
        ["offered", "not_eligible", "tired", "too_soon", "used_up"],
        "not_worth_it",
    )
    return Choice(offer, value, reason)


def _all(resting: Bools, may: Bools) -> Bools:
    """Who rests from every offer that may be made to them."""
    return np.asarray((resting | ~may).all(axis=1))


def _resting(
    shape: tuple[int, ...],
    recent: ArrayLike | None,
    since: ArrayLike | None,
    fatigue: Fatigue | Sequence[Fatigue],
) -> tuple[Bools, Bools]:
    each = [fatigue] * shape[1] if isinstance(fatigue, Fatigue) else list(fatigue)
    tired, soon = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for place, limit in enumerate(each):
        if recent is not None and limit.contacts is not None:
            tired[:, place] = np.asarray(recent) >= limit.contacts
        if since is not None and limit.days is not None:
            soon[:, place] = np.asarray(since, dtype=np.float64) < limit.days
    return tired, soon


def _assigned(worth: Floats, places: ArrayLike | None) -> tuple[Ints, Floats, Bools]:
    """Offer and value for each row, and who had something to gain but found every place taken."""
    rows, offers = worth.shape
    wants = np.isfinite(worth).any(axis=1) if offers else np.zeros(rows, dtype=bool)
    if places is None and offers:
        offer = np.where(wants, worth.argmax(axis=1), NOTHING).astype(np.int64)
        return offer, np.where(wants, worth.max(axis=1), 0.0), np.zeros(rows, dtype=bool)
    offer, value = np.full(rows, NOTHING, dtype=np.int64), np.zeros(rows)
    left = [] if places is None else [int(count) for count in np.asarray(places)]
    who, what = np.nonzero(np.isfinite(worth))
    for k in np.argsort(-worth[who, what], kind="stable"):
        row, column = int(who[k]), int(what[k])
        if offer[row] == NOTHING and left[column] > 0:
            offer[row], value[row] = column, worth[row, column]
            left[column] -= 1
    return offer, value, wants & (offer == NOTHING)
