"""sBG: how long customers with a contract stay, from how many renewed it.

Fader, Hardie (2007), How to Project Customer Retention, Journal of Interactive Marketing 21(1). At each renewal a
customer leaves with a probability that is beta(alpha, beta) over customers; retention rises with age because those who
leave easily are gone. The value of who is left: Fader, Hardie (2010), Customer-Base Valuation in a Contractual Setting:
The Perils of Ignoring Heterogeneity, Marketing Science 29(1).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.fit import Fit, Floats, minimise, refused
from visavis.insight.models.notes import Note

MODEL = "sbg"
NAMES = ("alpha", "beta")
MINIMUM_CUSTOMERS = 20
MINIMUM_LOST = 10
_STARTS = ((1.0, 1.0), (0.5, 3.0), (3.0, 10.0))


def fit(lost: ArrayLike, kept: ArrayLike) -> Fit:
    """Estimates from customers by the age at which they were last seen.

    `lost[t]` customers left at renewal t + 1, `kept[t]` renewed t + 1 times and are still there (censored). Customers
    who have not come to a renewal yet tell nothing and are not given. Raises ValueError where counts make no sense.
    """
    gone, there = _counts(lost, kept)
    n = float(gone.sum() + there.sum())
    reason = _refusal(gone, there)
    if reason:
        return refused(MODEL, int(n), reason)
    starts = [np.log(np.array(start)) for start in _STARTS]
    best = minimise(lambda logs: _loss(logs, gone, there), starts, n)
    params, errors = best.told(NAMES, np.ones(2))
    found = _warnings(gone, best.converged)
    return Fit(MODEL, params, float(-best.loss * n), int(n), best.converged, found, errors, best.covariance)


def of_cohort(survivors: ArrayLike) -> tuple[Floats, Floats]:
    """`lost` and `kept` of one cohort from its size and the number left after each renewal."""
    left = np.asarray(survivors, dtype=np.float64)
    if np.any(np.diff(left) > 0):
        raise ValueError("the number of customers left can only fall")
    kept = np.zeros(len(left) - 1)
    kept[-1:] = left[-1]
    return -np.diff(left), kept


def survival(params: Mapping[str, float], t: ArrayLike) -> Floats:
    """S(t): share of a cohort that is still there after `t` renewals, equation (2)."""
    from scipy.special import betaln

    alpha, beta = (params[name] for name in NAMES)
    return np.asarray(np.exp(betaln(alpha, beta + np.asarray(t, dtype=np.float64)) - betaln(alpha, beta)), np.float64)


def retention(params: Mapping[str, float], t: ArrayLike) -> Floats:
    """r(t): share of those who came to renewal `t` that renew, equation (8)."""
    alpha, beta = (params[name] for name in NAMES)
    age = np.asarray(t, dtype=np.float64)
    return np.asarray((beta + age - 1) / (alpha + beta + age - 1), dtype=np.float64)


def residual_lifetime(params: Mapping[str, float], rate: float, renewals: ArrayLike) -> Floats:
    """DERL: payments still to come from who has renewed so often, at the moment before the next renewal.

    Each period is worth 1 / (1 + rate) of the one before it; a payment at the next renewal is worth one.
    Equation (8) of the second paper. Raises ValueError for a rate that is not above zero.
    """
    from scipy.special import hyp2f1

    if not rate > 0:
        raise ValueError("without a discount rate above zero the sum need not be finite")
    alpha, beta = (params[name] for name in NAMES)
    age = np.asarray(renewals, dtype=np.float64)
    whole = hyp2f1(1, beta + age + 1, alpha + beta + age + 1, 1 / (1 + rate))
    return np.asarray((beta + age) / (alpha + beta + age) * whole, dtype=np.float64)


def _counts(lost: ArrayLike, kept: ArrayLike) -> tuple[Floats, Floats]:
    gone, there = np.asarray(lost, dtype=np.float64), np.asarray(kept, dtype=np.float64)
    if gone.shape != there.shape or gone.ndim != 1 or np.any(gone < 0) or np.any(there < 0):
        raise ValueError("lost and kept count customers, one number per renewal in each")
    return gone, there


def _refusal(lost: Floats, kept: Floats) -> Note | None:
    n = int(lost.sum() + kept.sum())
    if n < MINIMUM_CUSTOMERS:
        return Note("few_renewals", {"customers": n, "needed": MINIMUM_CUSTOMERS})
    if lost.sum() < MINIMUM_LOST:
        return Note("few_lost", {"customers": int(lost.sum()), "needed": MINIMUM_LOST})
    if not kept.sum() and not lost[1:].sum():
        return Note("left_at_first")
    return None


def _warnings(lost: Floats, converged: bool) -> tuple[Note, ...]:
    found = []
    if len(lost) < 2:
        found.append(Note("one_renewal"))
    if not converged:
        found.append(Note("not_determined"))
    return tuple(found)


def _loss(logs: Floats, lost: Floats, kept: Floats) -> tuple[float, Floats]:
    """Mean negative log-likelihood and its gradient by the log-parameters."""
    from scipy.special import betaln, psi

    alpha, beta = params = np.exp(logs)
    age = np.arange(1, len(lost) + 1, dtype=np.float64)
    n = float(lost.sum() + kept.sum())
    ll = lost @ betaln(alpha + 1, beta + age - 1) + kept @ betaln(alpha, beta + age) - n * betaln(alpha, beta)
    whole, both = psi(alpha + beta + age), (lost + kept) @ np.ones_like(age)
    by_alpha = lost @ (psi(alpha + 1) - whole) + kept @ (psi(alpha) - whole) - both * (psi(alpha) - psi(alpha + beta))
    by_beta = lost @ (psi(beta + age - 1) - whole) + kept @ (psi(beta + age) - whole)
    by_beta -= both * (psi(beta) - psi(alpha + beta))
    return -float(ll) / n, -np.array([by_alpha, by_beta]) * params / n
