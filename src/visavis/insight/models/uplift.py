"""What an action changed: two groups drawn at random, compared.

Newcombe (1998), method 10, for the interval of a difference of rates; Welch for means; Deng, Xu, Kohavi, Walker (2013)
for CUPED; Fabijan and others (2019) for the sample-ratio check; Pocock (1977) for looking more than once. Uplift of
single customers: two models, one per group (T-learner; Künzel and others 2019), judged by the Qini curve (Radcliffe
2007), here: successes of the treated minus those of the control scaled to the size of the treated, over the share
contacted, best first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.churn import Churn, fit
from visavis.insight.models.features import Feature
from visavis.insight.models.fit import Bools, Floats
from visavis.insight.models.notes import Note

ALPHA = 0.05
MISMATCH = 0.001
FEW = 30
WEAK = 0.05
_POCOCK = (1.0, 0.05, 0.0294, 0.0221, 0.0182, 0.0158)


@dataclass(frozen=True, slots=True)
class Effect:
    """Treated less control, with a 95 % interval. `holds` is false where the sample ratio speaks against the draw."""

    treated: float
    control: float
    difference: float
    lower: float
    upper: float
    p: float
    rows: tuple[int, int]
    holds: bool
    notes: tuple[Note, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether the interval leaves zero out and the draw holds."""
        return self.holds and (self.lower > 0 or self.upper < 0)

    def profit(self, margin: float, cost: float) -> tuple[float, float, float]:
        """Incremental profit over the treated: middle, lower, upper; margin per success, cost per contact."""
        rows = self.rows[0]
        middle, low, high = (rows * (x * margin - cost) for x in (self.difference, self.lower, self.upper))
        return middle, low, high


@dataclass(frozen=True, slots=True)
class Qini:
    """`gained` successes when the best `share` of the customers is contacted; `coefficient` is the area over chance."""

    share: Floats
    gained: Floats
    coefficient: float


def sample_ratio(treated: int, control: int, planned: float = 0.5) -> float:
    """Chi-square p-value that groups of these sizes come from a draw with the share `planned` treated."""
    from scipy.stats import chisquare

    total = treated + control
    if not total or not 0 < planned < 1:
        return 1.0
    return float(chisquare([treated, control], [planned * total, (1 - planned) * total]).pvalue)


def rates(treated: tuple[int, int], control: tuple[int, int], planned: float = 0.5, looks: int = 1) -> Effect:
    """Difference of two rates, each group as (successes, customers). Raises ValueError for an empty group."""
    from scipy.stats import norm

    (a, n), (b, m) = treated, control
    if not (0 <= a <= n and 0 <= b <= m and n and m):
        raise ValueError("both groups need customers, and no more successes than customers")
    level, notes = _level(looks)
    z = float(norm.isf(level / 2))
    p, q, (l1, u1), (l2, u2) = a / n, b / m, wilson(a, n, z), wilson(b, m, z)
    lower = p - q - float(np.hypot(p - l1, u2 - q))
    upper = p - q + float(np.hypot(u1 - p, q - l2))
    pooled = (a + b) / (n + m)
    error = float(np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)))
    value = float(2 * norm.sf(abs(p - q) / error)) if error else 1.0
    notes += _small((n, a), (m, b))
    return _effect(p, q, lower, upper, value, (n, m), planned, notes)


def means(
    treated: ArrayLike,
    control: ArrayLike,
    before: tuple[ArrayLike, ArrayLike] | None = None,
    planned: float = 0.5,
    looks: int = 1,
) -> Effect:
    """Difference of two means (Welch). `before` are the same customers' values before the action: CUPED.

    Raises ValueError for a group with fewer than two customers.
    """
    from scipy.stats import t as student

    x, y = np.asarray(treated, dtype=np.float64), np.asarray(control, dtype=np.float64)
    if min(len(x), len(y)) < 2:
        raise ValueError("both groups need two customers or more")
    level, notes = _level(looks)
    if before is not None:
        x, y, more = _cuped(x, y, *(np.asarray(part, dtype=np.float64) for part in before))
        notes += more
    vx, vy = x.var(ddof=1) / len(x), y.var(ddof=1) / len(y)
    error, difference = float(np.sqrt(vx + vy)), float(x.mean() - y.mean())
    free = (vx + vy) ** 2 / (vx**2 / (len(x) - 1) + vy**2 / (len(y) - 1)) if error else 1.0
    spread = float(student.isf(level / 2, free)) * error
    p = float(2 * student.sf(abs(difference) / error, free)) if error else float(difference == 0)
    notes += _small((len(x), None), (len(y), None))
    rows = (len(x), len(y))
    return _effect(float(x.mean()), float(y.mean()), difference - spread, difference + spread, p, rows, planned, notes)


def wilson(successes: float, rows: float, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson's interval of a rate."""
    p, share = successes / rows, z * z / rows
    middle, spread = p + share / 2, z * float(np.sqrt(p * (1 - p) / rows + share / (4 * rows)))
    return max(0.0, (middle - spread) / (1 + share)), min(1.0, (middle + spread) / (1 + share))


def qini(uplift: ArrayLike, treated: ArrayLike, success: ArrayLike) -> Qini:
    """The Qini curve of a ranking by `uplift`, best first; equal scores enter together."""
    score, who, won = np.asarray(uplift, np.float64), np.asarray(treated, bool), np.asarray(success, bool)
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.diff(score[order], append=-np.inf) != 0)
    n_t, n_c = (np.cumsum(mask[order])[ends].astype(np.float64) for mask in (who, ~who))
    s_t, s_c = (np.cumsum(mask[order])[ends].astype(np.float64) for mask in (who & won, ~who & won))
    gained = s_t - np.divide(s_c * n_t, n_c, out=np.zeros_like(n_t), where=n_c > 0)
    share, curve = np.concatenate([[0.0], (ends + 1) / len(score)]), np.concatenate([[0.0], gained])
    area = float(np.trapezoid(curve, share)) - float(curve[-1]) / 2
    size = max(1, int(who.sum()))
    return Qini(share, curve, area / size)


@dataclass(frozen=True, slots=True)
class TwoModels:
    """A T-learner: a model of success for each group. Not usable where one of them refused."""

    treated: Churn
    control: Churn

    @property
    def usable(self) -> bool:
        return self.treated.usable and self.control.usable

    def uplift(self, features: Sequence[Feature]) -> Floats:
        """How much the action adds to the chance of success of each customer. Raises ValueError if not usable."""
        return self.treated.probability(features) - self.control.probability(features)


def two_models(features: Sequence[Feature], treated: ArrayLike, success: ArrayLike) -> TwoModels:
    """Fit both groups apart. Judge it by `qini` on customers it has not seen, never on these."""
    who, won = np.asarray(treated, dtype=bool), np.asarray(success, dtype=bool)
    return TwoModels(fit(_rows(features, who), won[who]), fit(_rows(features, ~who), won[~who]))


def _rows(features: Sequence[Feature], mask: Bools) -> list[Feature]:
    places = np.flatnonzero(mask)
    return [Feature(f.name, [f.values[int(k)] for k in places], f.kind, f.known_after) for f in features]


def _cuped(x: Floats, y: Floats, x0: Floats, y0: Floats) -> tuple[Floats, Floats, tuple[Note, ...]]:
    """Values less theta times how far the customer stood from the mean before; one theta for both groups."""
    before, after = np.concatenate([x0, y0]), np.concatenate([x, y])
    spread = float(before.var())
    together = float(np.mean((before - before.mean()) * (after - after.mean())))
    theta = together / spread if spread else 0.0
    explained = together**2 / (spread * float(after.var())) if spread and after.var() else 0.0
    notes = (Note("covariate_weak", {"share": explained}),) if explained < WEAK else ()
    return x - theta * (x0 - before.mean()), y - theta * (y0 - before.mean()), notes


def _level(looks: int) -> tuple[float, tuple[Note, ...]]:
    """The level of each look (Pocock for up to five, Bonferroni beyond)."""
    if looks < 2:
        return ALPHA, ()
    level = _POCOCK[looks] if looks < len(_POCOCK) else ALPHA / looks
    return level, (Note("peeked", {"looks": looks}),)


def _small(*groups: tuple[int, int | None]) -> tuple[Note, ...]:
    for rows, events in groups:
        if rows < FEW or (events is not None and min(events, rows - events) < 5):
            return (Note("small_group", {"rows": rows, "events": rows if events is None else events}),)
    return ()


def _effect(
    a: float, b: float, lower: float, upper: float, p: float, rows: tuple[int, int], planned: float, notes: Any
) -> Effect:
    ratio = sample_ratio(*rows, planned)
    holds = ratio >= MISMATCH
    if not holds:
        facts = {"treated": rows[0], "control": rows[1], "planned": planned, "p": ratio}
        notes = (Note("ratio_mismatch", facts), *notes)
    return Effect(a, b, a - b, lower, upper, p, rows, holds, tuple(notes))
