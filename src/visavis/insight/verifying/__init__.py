"""Published figures, got again on the machine of whoever asks. One declaration per method and set of data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from visavis.insight.verifying import bases, behaviour, formulas, lifetimes, literature, proposals
from visavis.insight.verifying.check import Check, Found, examples, run
from visavis.insight.verifying.folder import Folder

CHECKS: tuple[Check, ...] = (
    *bases.CHECKS,
    *lifetimes.CHECKS,
    *formulas.CHECKS,
    *behaviour.CHECKS,
    *proposals.CHECKS,
    *literature.CHECKS,
)

__all__ = ["CHECKS", "Check", "Found", "verify"]


def verify(data: Path | None, slow: bool = False, told: Callable[[str], None] = lambda _: None) -> list[Found]:
    """Every published figure with what came out here. `data` is searched before the examples of the product."""
    places = tuple(place for place in (data, examples()) if place is not None)
    return run(CHECKS, Folder(places), slow, told)
