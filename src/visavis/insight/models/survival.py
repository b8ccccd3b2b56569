"""How long customers stay: Kaplan-Meier curves and the proportional hazards model.

Kaplan, Meier (1958), Nonparametric estimation from incomplete observations, JASA 53; Greenwood (1926) for its variance,
with the interval on the log-log scale (Kalbfleisch, Prentice 2002, 1.4), which stays within 0 and 1. Cox (1972),
Regression models and life-tables, JRSS B 34; Efron (1977) for ties, JASA 72; Harrell's C (1982) for concordance.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from visavis.insight.models.fit import Bools, Floats
from visavis.insight.models.notes import Note

MINIMUM_EVENTS = 20
EVENTS_PER_COLUMN = 10
FEW_AT_RISK = 20
_Z95 = 1.959963984540054
_STEPS = 50
_FLAT = 1e-9
_SHORTEST = 1e-6
_ENDLESS = 8.0
_PAIRS_FROM = 20_000
_SEED = 42


@dataclass(frozen=True, slots=True)
class Lives:
    """Distinct times in rising order with how many were at risk just before and how many left then."""

    t: Floats
    at_risk: Floats
    events: Floats


@dataclass(frozen=True, slots=True)
class Curve:
    """Share still there after each time, with a 95 % interval; `median` is None where it is not reached."""

    t: Floats
    at_risk: Floats
    events: Floats
    survival: Floats
    lower: Floats
    upper: Floats
    median: float | None
    notes: tuple[Note, ...] = ()

    def at(self, time: float) -> float:
        """S(time): the share still there after `time`."""
        place = int(np.searchsorted(self.t, time, side="right"))
        return float(self.survival[place - 1]) if place else 1.0


@dataclass(frozen=True, slots=True)
class Cox:
    """A proportional hazards fit. `effects` are log hazard ratios per unit of a column, empty when it was refused.

    `t` and `hazard` are the cumulative hazard of a customer whose columns are all at their mean (`centre`).
    """

    columns: tuple[str, ...]
    effects: Floats
    errors: Floats
    ll: float
    ll_null: float
    concordance: float
    n: int
    events: int
    converged: bool
    centre: Floats
    t: Floats
    hazard: Floats
    notes: tuple[Note, ...] = ()

    @property
    def usable(self) -> bool:
        return len(self.effects) > 0

    def survival(self, x: ArrayLike, time: ArrayLike) -> Floats:
        """S(time | x), x of shape (rows, columns), one time for all or one for each row."""
        risk = np.exp((np.asarray(x, dtype=np.float64) - self.centre) @ self.effects)
        place = np.searchsorted(self.t, np.asarray(time, dtype=np.float64), side="right")
        hazard = np.concatenate([[0.0], self.hazard])[place]
        return np.asarray(np.exp(-hazard * risk), dtype=np.float64)


def lives(duration: ArrayLike, left: ArrayLike, n: ArrayLike | None = None) -> Lives:
    """The table behind a curve. `left` is true where the end was seen, false where the customer is still there.

    `n` customers stand behind each row. Raises ValueError for arrays of different length or a time below zero.
    """
    time, seen = np.asarray(duration, dtype=np.float64), np.asarray(left, dtype=bool)
    weight = np.ones_like(time) if n is None else np.asarray(n, dtype=np.float64)
    if not time.shape == seen.shape == weight.shape:
        raise ValueError("duration, left and n must have the same length")
    if np.any(~np.isfinite(time)) or np.any(time < 0):
        raise ValueError("a duration is a number of zero or more")
    distinct, where = np.unique(time, return_inverse=True)
    total = np.bincount(where, weights=weight, minlength=len(distinct))
    gone = np.asarray(np.bincount(where, weights=weight * seen, minlength=len(distinct)), dtype=np.float64)
    return Lives(distinct, total[::-1].cumsum()[::-1], gone)


def kaplan_meier(table: Lives) -> Curve:
    """The product-limit curve of a table (t, at risk, events)."""
    if not len(table.t):
        nothing = np.zeros(0)
        return Curve(table.t, table.at_risk, table.events, nothing, nothing, nothing, None, (Note("no_lives"),))
    survival: Floats = np.cumprod(1 - table.events / table.at_risk, dtype=np.float64)
    after = table.at_risk - table.events
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(table.events / (table.at_risk * after))
        spread = _Z95 * np.sqrt(greenwood) / np.abs(np.log(survival))
        lower, upper = survival ** np.exp(spread), survival ** np.exp(-spread)
    certain = (survival >= 1) | (survival <= 0)
    lower, upper = np.where(certain, survival, lower), np.where(certain, survival, upper)
    below = np.flatnonzero(survival <= 0.5)
    median = float(table.t[below[0]]) if len(below) else None
    return Curve(table.t, table.at_risk, table.events, survival, lower, upper, median, _curve_notes(table))


def _curve_notes(table: Lives) -> tuple[Note, ...]:
    if not table.events.any():
        return (Note("nobody_left"),)
    few = np.flatnonzero(table.at_risk < FEW_AT_RISK)
    return (Note("few_at_risk", {"time": float(table.t[few[0]]), "needed": FEW_AT_RISK}),) if len(few) else ()


def cox(columns: Sequence[str], x: ArrayLike, duration: ArrayLike, left: ArrayLike, penalty: float = 0.0) -> Cox:
    """Fit by Newton's method on the partial likelihood with Efron's ties; x of shape (rows, columns).

    `penalty` takes half of it times the squared effects (per standard deviation of a column) from the mean
    log-likelihood of a customer: zero is the plain maximum likelihood, 0.01 calms many columns with few events.
    Columns without variation and those that follow from others leave with a note. Below 20 events it is refused.
    """
    rows, time, seen = np.asarray(x, dtype=np.float64), np.asarray(duration, dtype=np.float64), np.asarray(left, bool)
    keep, notes = independent(columns, rows)
    names = tuple(columns[k] for k in keep)
    reason = _refusal(names, seen)
    if reason:
        return _refused(len(time), int(seen.sum()), (*notes, reason))
    rows = rows[:, keep]
    centre, scale = rows.mean(axis=0), rows.std(axis=0)
    order = np.argsort(-time, kind="stable")
    sets = _risk_sets(((rows - centre) / scale)[order], time[order], seen[order])
    effects, ll, information, converged = _newton(sets, len(names), penalty * len(time))
    errors = np.sqrt(np.diag(np.linalg.pinv(information)))
    score = ((rows - centre) / scale) @ effects
    times, hazard = _baseline(sets, effects)
    found = Cox(
        columns=names,
        effects=effects / scale,
        errors=errors / scale,
        ll=ll,
        ll_null=_walk(sets, np.zeros(len(names)))[0],
        concordance=concordance(time, seen, score),
        n=len(time),
        events=int(seen.sum()),
        converged=converged,
        centre=centre,
        t=times,
        hazard=hazard,
    )
    endless = tuple(
        Note("separated", {"column": name})
        for name, effect in zip(names, effects, strict=True)
        if abs(effect) > _ENDLESS
    )
    return replace(found, notes=(*notes, *endless, *_cox_notes(found), *_drifting(names, sets, effects)))


def independent(columns: Sequence[str], x: Floats) -> tuple[list[int], tuple[Note, ...]]:
    """The places of the columns that vary and do not follow from those before them, and notes on the others."""
    keep: list[int] = []
    notes: list[Note] = []
    basis = np.zeros((len(x), 0))
    for place, name in enumerate(columns):
        column = x[:, place] - (x[:, place].mean() if len(x) else 0.0)
        size = float(np.sqrt(column @ column))
        if not size > 1e-12 * max(1.0, float(np.abs(x[:, place]).sum())):
            notes.append(Note("constant_column", {"column": name}))
            continue
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)
        left = float(np.sqrt(rest @ rest))
        if left < 1e-6 * size:
            notes.append(Note("dependent_column", {"column": name}))
            continue
        keep.append(place)
        basis = np.column_stack([basis, rest / left])
    return keep, tuple(notes)


def concordance(duration: ArrayLike, left: ArrayLike, risk: ArrayLike) -> float:
    """Harrell's C: of the pairs of which one is known to have left first, the share where that one had the higher risk.

    Equal risks count half; NaN without such a pair. Above 20,000 rows a sample (seed 42) stands for the whole.
    """
    time, seen = np.asarray(duration, dtype=np.float64), np.asarray(left, dtype=bool)
    score = np.asarray(risk, dtype=np.float64)
    if len(time) > _PAIRS_FROM:
        some = np.random.default_rng(_SEED).choice(len(time), _PAIRS_FROM, replace=False)
        time, seen, score = time[some], seen[some], score[some]
    later: list[float] = []
    right = pairs = 0.0
    order = np.lexsort((seen, -time))
    ends = np.flatnonzero(np.diff(time[order], append=-1.0) != 0) + 1
    begin = 0
    for end in ends:
        group = order[begin:end]
        for place in group[~seen[group]]:
            insort(later, float(score[place]))
        for place in group[seen[group]]:
            low, high = bisect_left(later, score[place]), bisect_right(later, score[place])
            right, pairs = right + low + (high - low) / 2, pairs + len(later)
        for place in group[seen[group]]:
            insort(later, float(score[place]))
        begin = int(end)
    return right / pairs if pairs else float("nan")


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows of one time; `gone` are those that left then."""

    t: float
    x: Floats
    gone: Bools


def _risk_sets(x: Floats, time: Floats, seen: Bools) -> list[_Group]:
    """Rows by time of leaving, latest first; those last seen in between stand with the next earlier leaving."""
    ends = [*np.flatnonzero(np.diff(time) != 0) + 1, len(time)]
    groups, begin = [], 0
    for end in ends:
        if seen[begin:end].any():
            groups.append(_Group(float(time[end - 1]), x[begin:end], seen[begin:end]))
            begin = int(end)
    return groups


def _newton(sets: list[_Group], size: int, ridge: float) -> tuple[Floats, float, Floats, bool]:
    """Effects, log partial likelihood, information of the penalised likelihood, and whether the search ended flat."""
    effects, one = np.zeros(size), np.eye(size)
    ll, gradient, information = _walk(sets, effects)
    for _ in range(_STEPS):
        step = np.linalg.lstsq(information + ridge * one, gradient - ridge * effects, rcond=None)[0]
        worth, length = ll - ridge / 2 * effects @ effects, 1.0
        while length > _SHORTEST:
            tried = effects + length * step
            ahead = _walk(sets, tried)
            if ahead[0] - ridge / 2 * tried @ tried >= worth:
                break
            length /= 2
        gain = ahead[0] - ridge / 2 * tried @ tried - worth
        effects, (ll, gradient, information) = tried, ahead
        if abs(gain) <= _FLAT * (abs(ll) + 1):
            return effects, ll, information + ridge * one, True
    return effects, ll, information + ridge * one, False


def _walk(sets: list[_Group], effects: Floats) -> tuple[float, Floats, Floats]:
    """Log partial likelihood, its gradient, and the observed information, in one pass from the latest time."""
    size = len(effects)
    ll, gradient, information = 0.0, np.zeros(size), np.zeros((size, size))
    s0, s1, s2 = 0.0, np.zeros(size), np.zeros((size, size))
    for group in sets:
        risk = np.exp(np.minimum(group.x @ effects, 500.0))
        weighted = group.x * risk[:, None]
        s0, s1, s2 = s0 + risk.sum(), s1 + weighted.sum(axis=0), s2 + weighted.T @ group.x
        gone, ties = group.gone, int(group.gone.sum())
        t0, t1, t2 = risk[gone].sum(), weighted[gone].sum(axis=0), weighted[gone].T @ group.x[gone]
        part = np.arange(ties) / ties
        here = s0 - part * t0
        ll += float((group.x[gone] @ effects).sum() - np.log(here).sum())
        one, some = (1 / here).sum(), (part / here).sum()
        gradient += group.x[gone].sum(axis=0) - one * s1 + some * t1
        k0, k1, k2 = ((part**power / here**2).sum() for power in range(3))
        mixed = np.outer(s1, t1)
        information += one * s2 - some * t2 - k0 * np.outer(s1, s1) + k1 * (mixed + mixed.T) - k2 * np.outer(t1, t1)
    return ll, gradient, information


def _baseline(sets: list[_Group], effects: Floats) -> tuple[Floats, Floats]:
    """Cumulative hazard at the mean of the columns, times rising (Efron's form of Breslow's estimate)."""
    times, steps, s0 = [], [], 0.0
    for group in sets:
        risk = np.exp(np.minimum(group.x @ effects, 500.0))
        s0, ties = s0 + risk.sum(), int(group.gone.sum())
        times.append(group.t)
        steps.append(float((1 / (s0 - np.arange(ties) / ties * risk[group.gone].sum())).sum()))
    return np.array(times[::-1]), np.cumsum(steps[::-1])


def _drifting(names: tuple[str, ...], sets: list[_Group], effects: Floats) -> tuple[Note, ...]:
    """Columns whose Schoenfeld residuals move with the order of time (Grambsch, Therneau 1994), after Bonferroni."""
    from scipy.stats import pearsonr, rankdata

    s0, s1, times, rest = 0.0, np.zeros(len(names)), [], []
    for group in sets:
        risk = np.exp(np.minimum(group.x @ effects, 500.0))
        s0, s1 = s0 + risk.sum(), s1 + (group.x * risk[:, None]).sum(axis=0)
        times += [group.t] * int(group.gone.sum())
        rest.append(group.x[group.gone] - s1 / s0)
    residuals, ranks = np.concatenate(rest), rankdata(times)
    if np.ptp(ranks) == 0:
        return ()
    found = []
    for place, name in enumerate(names):
        p = float(pearsonr(residuals[:, place], ranks).pvalue) * len(names)
        if p < 0.01:
            found.append(Note("effect_drifts", {"column": name, "p": p}))
    return tuple(found)


def _refusal(names: tuple[str, ...], seen: Bools) -> Note | None:
    if not names:
        return Note("no_features")
    events = int(seen.sum())
    if events < MINIMUM_EVENTS:
        return Note("too_few_events", {"events": events, "rows": len(seen), "needed": MINIMUM_EVENTS})
    return None


def _refused(n: int, events: int, notes: tuple[Note, ...]) -> Cox:
    nothing, nan = np.zeros(0), float("nan")
    return Cox((), nothing, nothing, nan, nan, nan, n, events, False, nothing, nothing, nothing, notes)


def _cox_notes(fit: Cox) -> tuple[Note, ...]:
    found = []
    if fit.events < EVENTS_PER_COLUMN * len(fit.columns):
        facts = {"events": fit.events, "columns": len(fit.columns), "needed": EVENTS_PER_COLUMN}
        found.append(Note("few_events_per_column", facts))
    if not fit.converged:
        found.append(Note("not_converged"))
    return tuple(found)
