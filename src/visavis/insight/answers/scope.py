"""The rows that a question may look at, and the words of its answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from visavis import access
from visavis.catalogue import Field, Object, text_of
from visavis.insight.analyses import ANALYSES
from visavis.insight.analyses.base import CUSTOMERS
from visavis.insight.settings import Settings
from visavis.kernel.errors import BadRequest, Forbidden
from visavis.kernel.money import plain
from visavis.records import Context
from visavis.records.query import build, where
from visavis.store import Tx
from visavis.store.build import Build
from visavis.store.queries import queries

SQL = queries(Path(__file__).parents[1] / "sql.sql")
_NUMBERS = ("money", "decimal", "integer", "percent")
MEASURES = ("revenue_net", "revenue_gross", "margin", "won_value", "expected_value", "monetary")

Filter = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Customers:
    """The customers of one kind with derived fields that the actor may read.

    `rows` is a FROM ... WHERE clause with the record as `t` and its derived fields as `t_d`; `params` belong to it.
    """

    obj: Object
    rows: str
    params: tuple[Any, ...]
    everybody: bool


@dataclass(frozen=True, slots=True)
class Last:
    """What the last refresh left about one kind of customer; empty documents before the first."""

    as_of: dt.date | None
    settings: Settings
    documents: Mapping[str, Any]


def customers(ctx: Context, name: str, *fields: str, tree: Any = None) -> Customers:
    """Those who fit the filter tree.

    Raises BadRequest for an object that is no customer, Forbidden for a field that the actor may not see.
    """
    if name not in CUSTOMERS:
        raise BadRequest(f"'{name}' is no kind of customer: choose company or person.")
    obj = ctx.catalogue.object(name)
    access.require(ctx.actor, obj, "read")
    hidden = set(fields) - {f.name for f in access.readable(ctx.actor, obj)}
    if hidden:
        raise unseen(obj, *sorted(hidden))
    params: list[Any] = []
    condition = where(ctx, obj, tree, params)
    rows = f"from {build(ctx).rows(obj, 't')} where {condition} and t_d.as_of is not null"
    return Customers(obj, rows, tuple(params), access.sees_all(ctx.actor, ctx.catalogue, obj))


def unseen(obj: Object, *names: str) -> Forbidden:
    """The error for fields that are there and that the actor may not see, by what they are called."""
    labels = {name: text_of(field.label) for name, field in obj.by_name.items()}
    told = " and ".join(labels.get(name, name) for name in names)
    return Forbidden(
        f"Your role does not show {told} of {obj.plural}, or a value that is part of it."
        " An owner decides that under Settings, Roles."
    )


async def load_settings(tx: Tx) -> Settings:
    """The workspace's settings; its currency and time zone stand in for those not set."""
    row = await tx.row(SQL.load_settings)
    workspace, own = (dict(row["workspace"]), dict(row["insight"])) if row else ({}, {})
    shared = {key: workspace[key] for key in ("currency", "timezone") if workspace.get(key)}
    return Settings.from_json(shared | own)


async def last(ctx: Context, name: str) -> Last:
    """The documents of the last refresh."""
    rows = {row["name"]: row for row in await ctx.tx.rows(SQL.results, name)}
    if "base" not in rows:
        return Last(None, Settings(), {})
    documents = {key: row["body"] for key, row in rows.items()}
    return Last(rows["base"]["as_of"].date(), Settings.from_json(documents["base"]["settings"]), documents)


def known_of_run(ctx: Context, method: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A run of the method without what the actor may not know: `rows`, `drift`, `warnings` and what was `found` to be
    too little are figures of every customer, hidden fields too.

    They are left out for whoever sees only some of the customers, or no field that the method makes; that a run made
    nothing is no secret.
    """
    obj = ctx.catalogue.object(row["object"])
    visible = {f.name for f in access.readable(ctx.actor, obj)}
    if not access.sees_all(ctx.actor, ctx.catalogue, obj) or not _made_by(method, visible):
        untold: dict[str, Any] = {"rows": None if row["rows"] else 0, "drift": None, "warnings": [], "notes": []}
        return {**row, **untold, "refused": [{**each, "found": None} for each in row["refused"]]}
    drift = row["drift"] and {name: change for name, change in row["drift"].items() if name in visible}
    return {**row, **remarks(row["warnings"]), "drift": drift}


def _made_by(method: str, visible: Container[str]) -> bool:
    outputs = [name for analysis in ANALYSES if analysis.name == method for name in analysis.outputs]
    return not outputs or any(name in visible for name in outputs)


def remarks(kept: Sequence[Mapping[str, Any] | str]) -> dict[str, Any]:
    """What models said, as notes and as English sentences; runs from before notes were kept have the sentence only."""
    notes = [{"code": "", "params": {}, "words": note} if isinstance(note, str) else note for note in kept]
    return {"warnings": [note["words"] for note in notes], "notes": notes}


def said(everybody: bool, notes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The remarks of a model that the actor may hear: those with figures only if everybody is in sight."""
    return [note for note in notes if everybody or not note["params"]]


def measure_field(ctx: Context, name: str, measure: str) -> Field:
    """The derived number to measure customers by. Raises BadRequest for anything else."""
    field = ctx.catalogue.object(name).by_name.get(measure)
    if field is None or field.kind != "insight" or field.type not in _NUMBERS:
        raise BadRequest(f"'{measure}' is no measure of customers: choose a derived number like {MEASURES[0]}.")
    return field


def foreign(statement: Build, field: Field, currency: str) -> str:
    """Whether a row `t` has an amount there in another currency, as SQL. An amount without one counts as of this."""
    if field.type != "money":
        return "false"
    known = f"{statement.place(field, 't')} is not null"
    return f"coalesce({known} and {statement.currency(field, 't')}::text <> {statement.bind(currency, 'text')}, false)"


def money(amount: Decimal | None, currency: str) -> dict[str, str] | None:
    return None if amount is None else {"amount": plain(Decimal(amount)), "currency": currency}


def spent(amount: Decimal | None, currency: str) -> dict[str, str]:
    """Like `money`, where nothing is zero."""
    return {"amount": plain(Decimal(amount or 0)), "currency": currency}


def period(found: Last) -> dict[str, str] | None:
    """First and last day of what the revenue covers; None before the first sale."""
    base = found.documents.get("base", {})
    if found.settings.period:
        return dict(zip(("from", "to"), (day.isoformat() for day in found.settings.period), strict=True))
    if not base.get("first_day"):
        return None
    return {"from": base["first_day"], "to": min(base["last_day"], (found.settings.day - dt.timedelta(1)).isoformat())}


def equals(field: str, value: Any) -> Filter:
    return {"field": field, "op": "eq", "value": value}
