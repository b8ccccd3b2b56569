"""Scores of satisfaction with the interval that belongs to them: NPS, and the share of satisfied answers.

Reichheld (2003), The One Number You Need to Grow, Harvard Business Review 81(12); the standard error of a difference of
two shares of one sample; Wilson (1927), Probable inference, JASA 22, for the interval of a share.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_Z = 1.959963984540054
FEW_ANSWERS = 30
PROMOTER, DETRACTOR = 9, 6


@dataclass(frozen=True, slots=True)
class Score:
    """A score with the number of answers behind it, its standard error and its 95 % interval, on its own scale.

    `response` is the share of those asked who answered, None where that is not known.
    """

    value: float
    n: int
    error: float
    low: float
    high: float
    response: float | None = None
    warnings: tuple[str, ...] = ()


def nps(answers: Iterable[int], asked: int | None = None) -> Score | None:
    """Net promoter score from answers of 0 to 10; None without an answer. Raises ValueError off the scale."""
    given = list(answers)
    if any(not 0 <= answer <= 10 for answer in given):
        raise ValueError("answers lie between 0 and 10")
    promoters = sum(answer >= PROMOTER for answer in given)
    detractors = sum(answer <= DETRACTOR for answer in given)
    return nps_of(promoters, len(given) - promoters - detractors, detractors, asked)


def nps_of(promoters: int, passives: int, detractors: int, asked: int | None = None) -> Score | None:
    """Net promoter score from counts: per cent of 9 and 10 less per cent of 0 to 6, from -100 to 100."""
    n = _counted(promoters, passives, detractors, asked=asked)
    if not n:
        return None
    p, d = promoters / n, detractors / n
    error = math.sqrt(max(p + d - (p - d) ** 2, 0.0) / n) * 100
    value = (p - d) * 100
    low, high = max(value - _Z * error, -100.0), min(value + _Z * error, 100.0)
    return Score(value, n, error, low, high, _response(n, asked), _warnings(n, error, asked))


def satisfied(top: int, rest: int, asked: int | None = None) -> Score | None:
    """Per cent of answers in the top two boxes (CSAT), or of any answer that counts as yes; None without an answer."""
    n = _counted(top, rest, asked=asked)
    if not n:
        return None
    p, spread = top / n, _Z**2 / n
    middle = (p + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * math.sqrt(p * (1 - p) / n + spread / (4 * n))
    error = math.sqrt(p * (1 - p) / n) * 100
    bounds = max((middle - half) * 100, 0.0), min((middle + half) * 100, 100.0)
    return Score(p * 100, n, error, *bounds, _response(n, asked), _warnings(n, error, asked))


def differ(one: Score, other: Score) -> bool:
    """Whether two scores of different people differ by more than chance at 95 %: nothing is paid inside of it."""
    return abs(one.value - other.value) > _Z * math.hypot(one.error, other.error)


def _counted(*counts: int, asked: int | None) -> int:
    n = sum(counts)
    if min(counts) < 0 or (asked is not None and asked < n):
        raise ValueError("answers are counted, and nobody answers without being asked")
    return n


def _response(n: int, asked: int | None) -> float | None:
    return n / asked if asked else None


def _warnings(n: int, error: float, asked: int | None) -> tuple[str, ...]:
    found = []
    if n < FEW_ANSWERS:
        found.append(f"Only {n} answers: the interval is a rough one.")
    if error == 0:
        found.append("All answers are alike: the sample says nothing about how far they could spread.")
    if asked and n / asked < 0.2:
        found.append(f"{n / asked:.0%} of those asked have answered: who is silent may think otherwise.")
    return tuple(found)
