"""What each group brings and costs, what it might answer to more, and the budget over groups that earns most."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from visavis.insight.answers.scope import Last, customers, equals, foreign, last, money
from visavis.insight.models.response import Budget, Ceiling, Fitted, Share, Short, Steps, allocate, judged
from visavis.insight.models.response import fit_ceiling as ceiling
from visavis.insight.models.response import fit_concave as concave
from visavis.kernel.errors import BadRequest, FieldError, Invalid
from visavis.records import Context
from visavis.records.query import build
from visavis.store.build import column

BINS = 100
GATHERED = 4
_KEPT: OrderedDict[str, tuple[float, dict[str, Any]]] = OrderedDict()
_KEEP, _SECONDS = 256, 300.0
_NUMBERS = ("money", "integer", "decimal", "percent")

Curve = Literal["exponential", "concave"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a manager says instead of data: the rate kept at today's spend, the ceiling, the worth of one kept."""

    ceiling: float
    rate: float
    worth: float


@dataclass(frozen=True, slots=True)
class Group:
    """`filter` says who belongs. `floor` is the least spend for each customer, `most` the highest.

    `satisfaction` is the least mean satisfaction; `experiment` names the experiment that the spends come from.
    """

    name: str
    filter: Any = None
    floor: float = 0.0
    most: float | None = None
    satisfaction: float | None = None
    experiment: str | None = None
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """`spend` and `outcome` are numeric fields of the customer, `worth` what one unit of the outcome is worth."""

    object: str
    groups: tuple[Group, ...] = ()
    total: float | None = None
    spend: str = "cost_to_serve"
    outcome: str = "margin"
    worth: float = 1.0
    curve: Curve = "exponential"
    satisfaction: str | None = None


async def budget(ctx: Context, question: Question) -> dict[str, Any]:
    """The groups as they are today and the proposal, each in money and against today.

    Without groups, the ABC classes. A customer whose spend or outcome is unknown, or an amount in another currency
    than the figures (`other_currency` of them), is counted and left out of the fit. A group without a usable response
    keeps what it has today, and says why. Raises Invalid where the floors alone cost more than the total or lie above
    the highest spend, BadRequest for a field that is no number, Forbidden for one that is hidden.
    """
    found = await last(ctx, question.object)
    groups = question.groups or tuple(Group(each, equals("abc_class", each)) for each in "ABC")
    _check_bounds(groups)
    read = [await _seen(ctx, question, group, found) for group in groups]
    shares = [_share(group, facts) for group, facts in zip(groups, read, strict=True)]
    today = sum(facts["customers"] * facts["spend"] for facts in read)
    total = today if question.total is None else question.total
    try:
        proposal = allocate(shares, total)
    except Short as short:
        detail = f"The floors alone need {short.needed:,.2f}, and {total:,.2f} is there: lower a floor."
        raise Invalid("The budget is too small.", errors=[FieldError("total", "floors", detail)]) from short
    currency = found.settings.currency
    told = [_told(*each, currency) for each in zip(groups, read, shares, proposal.spends, strict=True)]
    return {
        "as_of": found.as_of and found.as_of.isoformat(),
        "currency": currency,
        "total": _cash(total, currency),
        "groups": told,
        **_whole(told, proposal, today, currency),
        "evidence": _evidence([group["evidence"] for group in told]),
    }


def _check_bounds(groups: Sequence[Group]) -> None:
    problems = [
        FieldError(f"groups.{place}.most", "floor", f"The highest spend of '{group.name}' lies below its floor.")
        for place, group in enumerate(groups)
        if group.most is not None and group.most < group.floor
    ]
    if problems:
        raise Invalid("The bounds of a group do not fit.", errors=problems)


async def _seen(ctx: Context, question: Question, group: Group, found: Last) -> dict[str, Any]:
    """What is known of a group and its fit, kept for a few minutes, so that a slider need not wait for it."""
    home = await ctx.tx.value("select current_schema() || ' ' || coalesce(max(id), 0) from insight_run")
    asked = (question.object, question.spend, question.outcome, question.worth, question.curve, question.satisfaction)
    currency = found.settings.currency
    about = [home, repr(ctx.actor), asked, group.filter, str(found.as_of), currency]
    key = json.dumps(about, sort_keys=True, default=str)
    now = time.monotonic()
    if key in _KEPT and now - _KEPT[key][0] < _SECONDS:
        _KEPT.move_to_end(key)
        return _KEPT[key][1]
    facts = await _facts(ctx, question, group, currency)
    _KEPT[key] = (now, facts)
    while len(_KEPT) > _KEEP:
        _KEPT.popitem(last=False)
    return facts


async def _facts(ctx: Context, question: Question, group: Group, currency: str) -> dict[str, Any]:
    fields = [question.spend, question.outcome, *([question.satisfaction] if question.satisfaction else [])]
    obj = ctx.catalogue.object(question.object)
    for name in fields:
        field = obj.by_name.get(name)
        if field is None or field.type not in _NUMBERS or field.kind not in ("entered", "insight"):
            raise BadRequest(f"'{name}' is no number of {obj.plural}: choose a numeric field.")
    scope = customers(ctx, question.object, *fields, "net_profit", tree=group.filter)
    statement = build(ctx, list(scope.params))
    others = {name: foreign(statement, obj.field(name), currency) for name in fields}
    places = {name: f"case when not {others[name]} then {column(obj.field(name), 't')}::float8 end" for name in fields}
    spend, outcome = places[question.spend], places[question.outcome]
    liked = places[question.satisfaction] if question.satisfaction else "null::float8"
    rows = await ctx.tx.rows(
        f"with v as (select {spend} as s, {outcome} as y, {liked} as q, t_d.net_profit::float8 as p,"
        f" {' or '.join(others.values())} as other {scope.rows}),"
        f" b as (select *, case when s is not null and y is not null"
        f" then ntile({BINS}) over (partition by s is not null and y is not null order by s) end as bin from v)"
        " select bin, count(*) as n, avg(s) as s, avg(y) as y, avg(q) as q, count(q) as nq, sum(p) as p,"
        " count(p) as np, sum(y) as sum_y, count(y) as ny, count(*) filter (where other) as other"
        " from b group by bin order by bin",
        *statement.params,
    )
    bins = [row for row in rows if row["bin"] is not None]
    columns = [[row[name] for row in bins] for name in ("s", "y", "n")]
    fitted = (concave if question.curve == "concave" else ceiling)(*columns, worth=question.worth)
    known = sum(columns[2])
    return {
        "customers": sum(row["n"] for row in rows),
        "known": known,
        "other": sum(row["other"] for row in rows),
        "spend": sum(s * n for s, n in zip(columns[0], columns[2], strict=True)) / known if known else 0.0,
        "outcome": sum(row["sum_y"] or 0.0 for row in rows),
        "profit": sum(row["p"] or 0.0 for row in rows) if any(row["np"] for row in rows) else None,
        "profit_unknown": sum(row["n"] - row["np"] for row in rows),
        "satisfaction": _mean([(row["q"], row["nq"]) for row in rows]),
        "rated": sum(row["nq"] for row in rows),
        "liking": [(row["s"], row["q"], row["nq"]) for row in bins if row["nq"]],
        "fitted": fitted,
        "points": _points(columns),
    }


def _points(columns: Sequence[Sequence[float]]) -> list[dict[str, float]]:
    """What the curve is laid through, gathered to be seen: a few bins together, weighted by their customers."""
    bins = list(zip(*columns, strict=True))
    parts = [bins[start : start + GATHERED] for start in range(0, len(bins), GATHERED)]
    many = [sum(n for _, _, n in part) for part in parts]
    return [
        {
            "spend": round(sum(s * n for s, _, n in part) / total, 4),
            "outcome": round(sum(y * n for _, y, n in part) / total, 4),
            "customers": total,
        }
        for part, total in zip(parts, many, strict=True)
    ]


def _mean(parts: Sequence[tuple[float | None, int]]) -> float | None:
    many = sum(n for value, n in parts if value is not None)
    return sum(value * n for value, n in parts if value is not None) / many if many else None


def _share(group: Group, facts: Mapping[str, Any]) -> Share:
    """Without a usable response a group keeps today's spend: its floor and its cap are the same."""
    many, today = facts["customers"], facts["spend"]
    floor = max(group.floor, _satisfying(group, facts)[0])
    most = float("inf") if group.most is None else group.most
    curve = _curve(group, facts)
    if curve is None:
        return Share(many, None, max(floor, today), max(floor, today))
    return Share(many, curve, floor, most)


def _curve(group: Group, facts: Mapping[str, Any]) -> Ceiling | Steps | None:
    if group.judgement is not None:
        said = group.judgement
        try:
            return judged(said.ceiling, facts["spend"], said.rate, said.worth)
        except ValueError as error:
            wrong = FieldError("groups", "value", f"Of '{group.name}': {error}.")
            raise Invalid("The judgement does not fit.", errors=[wrong]) from error
    fitted: Fitted = facts["fitted"]
    return fitted.curve


def _satisfying(group: Group, facts: Mapping[str, Any]) -> tuple[float, bool | None]:
    """The least spend seen at which customers were as satisfied as asked, by a rising fit, and whether any were.

    Where none were it is the highest spend seen. Nothing asked: 0 and None.
    """
    if group.satisfaction is None or not facts["liking"]:
        return 0.0, None if group.satisfaction is None else False
    import numpy as np
    from scipy.optimize import isotonic_regression

    spends, liked, many = (np.asarray(column, dtype=np.float64) for column in zip(*facts["liking"], strict=True))
    rising = isotonic_regression(liked, weights=many).x
    enough = np.flatnonzero(rising >= group.satisfaction - 1e-12)
    return float(spends[enough[0] if len(enough) else -1]), bool(len(enough))


def _told(group: Group, facts: Mapping[str, Any], share: Share, spend: float, currency: str) -> dict[str, Any]:
    fitted: Fitted = facts["fitted"]
    many, today, curve = share.customers, facts["spend"], _curve(group, facts)
    gain = curve.value(spend) - spend - (curve.value(today) - today) if curve else 0.0
    return {
        "name": group.name,
        "filter": group.filter,
        "customers": many,
        "known": facts["known"],
        "other_currency": facts["other"],
        "brings": _cash(facts["outcome"], currency),
        "net_profit": _cash(facts["profit"], currency),
        "net_profit_unknown": facts["profit_unknown"],
        "satisfaction": {
            "mean": facts["satisfaction"],
            "rated": facts["rated"],
            "reached": _satisfying(group, facts)[1],
        },
        "today": {"each": _cash(today, currency), "all": _cash(today * many, currency)},
        "proposal": {"each": _cash(spend, currency), "all": _cash(spend * many, currency)},
        "change": _cash((spend - today) * many, currency),
        "gain": _cash(gain * many, currency),
        "floor": _cash(share.floor, currency),
        "floor_binds": curve is not None and share.floor > 0 and spend <= share.floor * (1 + 1e-9),
        "response": {**_response(curve, fitted, group), "points": facts["points"]},
        "evidence": "judgement" if group.judgement else "experiment" if group.experiment else "association",
        "experiment": group.experiment,
    }


def _response(curve: Ceiling | Steps | None, fitted: Fitted, group: Group) -> dict[str, Any]:
    shape: dict[str, Any] = {}
    if isinstance(curve, Ceiling):
        shape = {"kind": "exponential", "c": curve.c, "k": curve.k, "worth": curve.m, "best": curve.best}
    elif curve is not None:
        shape = {"kind": "concave", "slopes": curve.slopes, "widths": curve.widths, "start": curve.start}
    judgement = group.judgement is not None
    return {
        **shape,
        "r2": None if judgement else fitted.r2,
        "seen": {"from": fitted.low, "to": fitted.high},
        "warnings": [] if judgement else list(fitted.warnings),
        "refused": None if judgement else fitted.refused,
    }


def _whole(told: Sequence[Mapping[str, Any]], proposal: Budget, today: float, currency: str) -> dict[str, Any]:
    gain = sum((Decimal(group["gain"]["amount"]) for group in told), Decimal(0))
    return {
        "today": _cash(today, currency),
        "spent": _cash(proposal.spent, currency),
        "gain": money(gain, currency),
        "marginal_return": proposal.marginal,
    }


def _evidence(kinds: Sequence[str]) -> str:
    """The weakest of what stands behind the groups."""
    return next((kind for kind in ("association", "judgement") if kind in kinds), "experiment")


def _cash(amount: float | None, currency: str) -> Any:
    return money(None if amount is None else Decimal(f"{amount:.4f}"), currency)
