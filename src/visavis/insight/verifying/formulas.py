"""Satisfaction, wallet and loyalty points: closed formulas with an example in print."""

from __future__ import annotations

from collections.abc import Mapping

from visavis.insight.models import loyalty, satisfaction, wallet
from visavis.insight.models.response import Ceiling, Share, allocate
from visavis.insight.verifying.check import Check
from visavis.insight.verifying.folder import Folder


def promoters(_: Folder) -> Mapping[str, float]:
    score = satisfaction.nps_of(70, 20, 10)
    assert score is not None
    return {"score": score.value, "standard error": score.error}


def wallets(_: Folder) -> Mapping[str, float]:
    return {f"rank {rank} of {n}": wallet.allocated(rank, n) for n in (2, 3) for rank in range(1, n + 1)}


def points(_: Folder) -> Mapping[str, float]:
    split = loyalty.allocate(100_000, 100_000, 10_000, 0.95)
    first = loyalty.earned(split.points, 4_500, 9_500)
    second = loyalty.earned(split.points, 8_500, 9_700, before=first)
    return {"goods": split.goods, "points": split.points, "year 1": first, "year 2": second}


def spends(_: Folder) -> Mapping[str, float]:
    """The optimiser on one group: it has to hit ln(m c k) / k, and nothing where m c k is at most one."""
    pays, does_not = (Share(1, Ceiling(0.4, 0.05, worth), 0.0) for worth in (100.0, 45.0))
    return {"m 100, c .4, k .05": allocate([pays]).spends[0], "m 45, c .4, k .05": allocate([does_not]).spends[0]}


CHECKS = (
    Check(
        "Spend per customer, s* = ln(m c k) / k",
        "Blattberg, Deighton 1996, Harvard Business Review 74(4)",
        {"m 100, c .4, k .05": "13.863", "m 45, c .4, k .05": "0.000"},
        spends,
    ),
    Check(
        "Net promoter score, 70/20/10",
        "standard error of a difference of shares",
        {"score": "60", "standard error": "6.6"},
        promoters,
    ),
    Check(
        "Wallet Allocation Rule",
        "Keiningham et al. 2011, Harvard Business Review 89(10)",
        {
            "rank 1 of 2": "0.667",
            "rank 2 of 2": "0.333",
            "rank 1 of 3": "0.500",
            "rank 2 of 3": "0.333",
            "rank 3 of 3": "0.167",
        },
        wallets,
    ),
    Check(
        "Loyalty points",
        "IFRS 15, Illustrative Example 52",
        {"goods": "91,324", "points": "8,676", "year 1": "4,110", "year 2": "3,493"},
        points,
    ),
)
