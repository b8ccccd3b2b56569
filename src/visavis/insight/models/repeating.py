"""What all models of repeat purchases share: how they are searched, when they refuse, and what they warn of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from visavis.insight.models.fit import Fit, Floats, minimise, refused
from visavis.insight.models.notes import Note
from visavis.insight.models.table import Histories, coarse, compress

MINIMUM_CUSTOMERS = 20
MINIMUM_REPEATERS = 10
FEW_REPEATERS = 100
NEARLY_ALL = 0.95

Loss: TypeAlias = Callable[[Floats, Histories], tuple[float, Floats]]
Params: TypeAlias = Mapping[str, float]
Alive: TypeAlias = Callable[[Params, Floats, Floats, Floats], Floats]
"""P(alive) by the parameters and x, t_x and T."""


def fitted(
    model: str,
    table: Histories,
    loss: Loss,
    starts: Sequence[Mapping[str, float]],
    times: Sequence[str] = (),
    leaving: tuple[str, Alive] | None = None,
    dear: bool = False,
) -> Fit:
    """Maximum-likelihood estimates of a model of repeat purchases, in the time unit of `table`.

    `loss` gives the mean negative log-likelihood and its gradient by the log-parameters, whose names are those of
    `starts`. Parameters named in `times` are times: they are searched in units of the longest history. `leaving` is the
    parameter that cannot be told from zero where hardly anybody leaves, and what says who is still there. Where a row
    is `dear`, rows that are equal are added up before. The likelihood of x moments is a density of x times, so a change
    of unit multiplies it by scale^-x.
    """
    reason = refusal(table)
    if reason:
        return refused(model, table.customers, reason)
    rows = compress(table) if dear else table
    scale = float(rows.T.max()) if times else 1.0
    scaled = Histories(rows.x, rows.t_x / scale, rows.T / scale, rows.n)
    few = coarse(scaled) if times else scaled
    points = [np.log(np.array(list(start.values()))) for start in starts]
    rough = None if few is scaled else lambda logs: loss(logs, few)
    best = minimise(lambda logs: loss(logs, scaled), points, rows.n.sum(), rough)
    names = tuple(starts[0])
    unit = np.array([scale if name in times else 1.0 for name in names])
    params, errors = best.told(names, unit)
    ll = -best.loss * float(rows.n.sum()) - float(np.log(scale)) * float(np.einsum("i,i->", rows.n, rows.x))
    stay = leaving is not None and _hardly_leaving(rows, *leaving, params, errors)
    warnings = _warnings(table, stay, best.converged)
    return Fit(model, params, ll, table.customers, best.converged, warnings, errors, best.covariance)


def refusal(table: Histories) -> Note | None:
    """Why no model can be fitted to these histories; None where one can."""
    if table.customers < MINIMUM_CUSTOMERS:
        return Note("few_buyers", {"customers": table.customers, "needed": MINIMUM_CUSTOMERS})
    if table.repeaters == 0:
        return Note("once_only")
    if table.repeaters < MINIMUM_REPEATERS:
        return Note("few_returned", {"customers": table.repeaters, "needed": MINIMUM_REPEATERS})
    return None


def _hardly_leaving(rows: Histories, name: str, alive: Alive, params: Params, errors: Params) -> bool:
    """Where all left alike the parameter is as unsure, but beyond all bounds instead of zero."""
    if params[name] > 2 * errors[name]:
        return False
    return bool(np.average(alive(params, rows.x, rows.t_x, rows.T), weights=rows.n) >= NEARLY_ALL)


def _warnings(table: Histories, stay: bool, converged: bool) -> tuple[Note, ...]:
    found = []
    if table.repeaters < FEW_REPEATERS:
        found.append(Note("careful_forecasts", {"customers": table.repeaters}))
    if table.repeaters == table.customers:
        found.append(Note("all_returned"))
    if stay:
        found.append(Note("hardly_leaving"))
    elif not converged:
        found.append(Note("not_determined"))
    return tuple(found)
