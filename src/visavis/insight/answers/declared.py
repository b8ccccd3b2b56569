"""Churn by contract: who goes, told by any columns of a customer that the reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from visavis import access
from visavis.catalogue import Field, Object
from visavis.insight.analyses.base import CUSTOMERS
from visavis.insight.answers.scope import foreign, load_settings, unseen
from visavis.insight.entered import other_currency
from visavis.insight.lane import Lane
from visavis.insight.models import churn, survival
from visavis.insight.models.features import Feature
from visavis.insight.models.notes import Note, told
from visavis.kernel.errors import BadRequest
from visavis.records import Context
from visavis.records.query import build, where
from visavis.store import quoted
from visavis.store.build import column

MOST = 100_000
FITS = Lane(2, "Two models are being worked out already: try again in a minute.")
_POINTS = 60
_NUMBERS = {"integer": "{}", "decimal": "{}", "percent": "{}", "money": "{}", "date": "({} - date '1970-01-01')"}
_OTHER = " in another currency"
_CHOICES = ("choice", "text", "boolean")


async def churn_of(
    ctx: Context,
    name: str,
    target: str,
    gone: str,
    features: Sequence[str] | None,
    known_after: Sequence[str],
    without: Sequence[str] = (),
    tenure: str | None = None,
) -> dict[str, Any]:
    """A churn model of the customers whose `target` is known: those with the value `gone` went.

    Without `features` every entered number, choice, text and boolean that is filled and nobody's personal data takes
    part. Columns in `known_after`, and those that the catalogue marks so, never do. `tenure` is the number that says
    how long a customer has been one; with it the answer has the survival curve. At most 100,000 customers. Raises
    BadRequest, Forbidden, Unavailable while two others are worked out.
    """
    obj = _customers(ctx, name)
    aim = _field(ctx, obj, target)
    if aim.type not in _CHOICES:
        raise BadRequest(f"'{target}' is a {aim.type}: who went is told by a choice, a text or a boolean.")
    chosen = _offered(ctx, obj) if features is None else [_field(ctx, obj, each) for each in features]
    used = [field for field in chosen if field.name not in (target, *without)]
    after = {_field(ctx, obj, each).name for each in known_after} | {f.name for f in used if f.known_after}
    time = [_number(ctx, obj, tenure)] if tenure else []
    currency = (await load_settings(ctx.tx)).currency
    with FITS.place() as fitted:
        rows = await _rows(ctx, obj, aim, [*used, *(field for field in time if field not in used)], currency)
        if features is None:
            used = [field for field in used if any(row[field.name] is not None for row in rows)]
        columns = [_feature(field, [row[field.name] for row in rows], field.name in after) for field in used]
        went = [_text(row[target]) == gone for row in rows]
        model: churn.Churn = await fitted(churn.fit, columns, went)
    drawn = [Note("first_drawn", {"rows": MOST})] if len(rows) == MOST else []
    for note in (*drawn, *_others(rows, [*used, *time], currency)):
        model = model.noted(note)
    curve = {"survival": {"tenure": tenure, **_survival([row[tenure] for row in rows], went)}} if tenure else {}
    named = {"object": name, "target": target, "gone": gone, "features": [f.name for f in used]}
    return named | model.as_json() | curve


def _customers(ctx: Context, name: str) -> Object:
    if name not in CUSTOMERS:
        raise BadRequest(f"'{name}' is no kind of customer: choose company or person.")
    obj = ctx.catalogue.object(name)
    access.require(ctx.actor, obj, "read")
    return obj


def _number(ctx: Context, obj: Object, name: str) -> Field:
    found = _field(ctx, obj, name)
    if found.type not in _NUMBERS or found.type == "date":
        raise BadRequest(f"'{name}' is a {found.type}: a number is needed here.")
    return found


def _survival(spent: Sequence[float | None], went: Sequence[bool]) -> dict[str, Any]:
    """Kaplan-Meier over the customers whose time is known and not below zero, at up to 60 of its steps."""
    known = [(time, left) for time, left in zip(spent, went, strict=True) if time is not None and time >= 0]
    curve = survival.kaplan_meier(survival.lives([time for time, _ in known], [left for _, left in known]))
    some = np.unique(np.linspace(0, len(curve.t) - 1, min(_POINTS, len(curve.t))).astype(np.int64))
    named = {"time": curve.t, "at_risk": curve.at_risk, "survival": curve.survival}
    bounds = {"lower": curve.lower, "upper": curve.upper}
    points = [{name: round(float(v[k]), 6) for name, v in (named | bounds).items()} for k in some]
    return {"n": len(known), "median": curve.median, "points": points, **told(curve.notes)}


def _field(ctx: Context, obj: Object, name: str) -> Field:
    found = obj.by_name.get(name)
    if found is None or found.kind not in ("entered", "insight") or found.type not in (*_NUMBERS, *_CHOICES):
        raise BadRequest(f"'{name}' is no number, date, choice, text or boolean of {obj.plural}.")
    if name not in {field.name for field in access.readable(ctx.actor, obj)}:
        raise unseen(obj, name)
    return found


def _offered(ctx: Context, obj: Object) -> list[Field]:
    return [
        field
        for field in access.readable(ctx.actor, obj)
        if field.kind == "entered"
        and not field.hidden
        and field.sensitivity == "none"
        and field.type in (*_NUMBERS, *_CHOICES)
        and field.name not in obj.title
    ]


async def _rows(ctx: Context, obj: Object, target: Field, used: Sequence[Field], currency: str) -> list[Any]:
    """The customers that the reader may see and whose target is known, by id; of too many those with the least hash.

    An amount in another currency is unknown; that it is one says the column of the field with `_OTHER` behind.
    """
    params: list[Any] = []
    condition = where(ctx, obj, None, params)
    statement = build(ctx, params)
    others = {field.name: foreign(statement, field, currency) for field in used if field.type == "money"}
    values = {
        field.name: f"case when not {others[field.name]} then {_sql(field)} end"
        if field.name in others
        else _sql(field)
        for field in (target, *used)
    }
    values |= {f"{name}{_OTHER}": other for name, other in others.items()}
    columns = ", ".join(f"{value} as {quoted(name)}" for name, value in values.items())
    return list(
        await ctx.tx.rows(
            f"select {columns} from {statement.rows(obj, 't')} where {condition} and {_sql(target)} is not null"
            f" order by hashint8(t.id), t.id limit {MOST}",
            *params,
        )
    )


def _others(rows: Sequence[Any], used: Sequence[Field], currency: str) -> list[Note]:
    """How many amounts of the fields are in another currency."""
    names = {field.name for field in used if field.type == "money"}
    return other_currency(((name, sum(row[f"{name}{_OTHER}"] for row in rows)) for name in names), currency)


def _sql(field: Field) -> str:
    value = column(field, "t")
    return f"{_NUMBERS[field.type].format(value)}::float8" if field.type in _NUMBERS else value


def _feature(field: Field, values: list[Any], after: bool) -> Feature:
    if field.type in _NUMBERS:
        return Feature(field.name, values, "number", after)
    return Feature(field.name, [None if value is None else _text(value) for value in values], "choice", after)


def _text(value: Any) -> str:
    """Booleans as JSON writes them."""
    return str(value).lower() if isinstance(value, bool) else str(value)
