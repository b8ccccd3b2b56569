"""What a workspace decided about each method: owner, schedule, settings, whether it runs; and who changed that when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from visavis.insight.analyses import ANALYSES
from visavis.insight.analyses.base import CUSTOMERS, Analysis
from visavis.insight.setting import Setting
from visavis.insight.settings import SHARED, Settings
from visavis.kernel.errors import Conflict, FieldError, Invalid, NotFound
from visavis.records import Context
from visavis.store import Tx
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
Schedule = Literal["by_hand", "daily", "weekly", "monthly"]
_EVERY: Mapping[str, int] = {"daily": 1, "weekly": 7, "monthly": 30}
_SLACK = dt.timedelta(hours=1)
_NUMERIC = ("integer", "decimal", "percent", "money")
ENTERED: Mapping[str, tuple[str, ...]] = {
    "fields": _NUMERIC,
    "column": ("choice", "text", "boolean"),
    "columns": (*_NUMERIC, "date", "choice", "text", "boolean"),
}
"""The kinds of settings that name entered fields of either kind of customer, with the field types that fit."""
ALWAYS = "value"


@dataclass(frozen=True, slots=True)
class Kept:
    """How a workspace keeps one method."""

    analysis: Analysis
    owner_id: int | None = None
    schedule: Schedule = "daily"
    enabled: bool = True


async def kept(tx: Tx) -> dict[str, Kept]:
    """Every method of the product, by key."""
    rows = {row["key"]: row for row in await tx.rows(SQL.kept)}
    return {a.name: _kept(a, rows.get(a.name)) for a in ANALYSES}


def _kept(analysis: Analysis, row: Mapping[str, Any] | None) -> Kept:
    return Kept(analysis, row["owner_id"], row["schedule"], row["enabled"]) if row else Kept(analysis)


def method(key: str) -> Analysis:
    """Raises NotFound."""
    for analysis in ANALYSES:
        if analysis.name == key:
            return analysis
    raise NotFound(f"There is no method '{key}'.")


async def change(ctx: Context, key: str, wanted: Mapping[str, Any]) -> None:
    """Change owner, schedule or enabled (``wanted`` names some of them). Raises NotFound, Conflict."""
    now = (await kept(ctx.tx))[method(key).name]
    new = {name: wanted.get(name, getattr(now, name)) for name in ("owner_id", "schedule", "enabled")}
    if key == ALWAYS and not new["enabled"]:
        raise Conflict("Every other method stands on this one; it cannot be left out.")
    if new["owner_id"] is not None and not await ctx.tx.value(SQL.user_there, new["owner_id"]):
        raise Conflict(f"There is no user {new['owner_id']} to own the method.")
    await ctx.tx.execute(SQL.keep, key, new["owner_id"], new["schedule"], new["enabled"], ctx.actor.user_id)
    changes = {name: [getattr(now, name), value] for name, value in new.items() if value != getattr(now, name)}
    await note(ctx, key, changes)


async def note(ctx: Context, key: str | None, changes: Mapping[str, Any]) -> None:
    """Who changed what: name → [before, after]."""
    if changes:
        await ctx.tx.execute(SQL.note, key, ctx.actor.user_id, dict(changes))


def laid_over(ctx: Context, own: Mapping[str, Any], key: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings document of the workspace with those of one method over it. Raises Invalid by setting."""
    declared = {setting.name: setting for setting in method(key).declared}
    problems, document, mine = [], dict(own), dict(own.get("own", {}))
    for name, value in given.items():
        try:
            read = checked(ctx, declared[name], value)
        except KeyError:
            problems.append(FieldError(name, "unknown", f"The method has no setting '{name}'."))
        except (ValueError, TypeError) as error:
            problems.append(FieldError(name, "value", str(error) or "This value does not fit."))
        else:
            (document if name in SHARED else mine)[name] = read
    if problems:
        raise Invalid("The settings do not fit.", errors=problems)
    return document | {"own": mine}


def checked(ctx: Context, setting: Setting, value: Any) -> Any:
    """The value as it is kept. Raises ValueError."""
    read = setting.read(value)
    if setting.kind in ENTERED:
        _check_entered(ctx, setting, read)
        return read
    for name in setting.fields(read):
        if not all(_is_number(ctx, customer, name) for customer in CUSTOMERS):
            raise ValueError(f"'{name}' is no number that companies and people both have.")
    return read


def _check_entered(ctx: Context, setting: Setting, value: Any) -> None:
    """Each has to be an entered field of one kind of customer, and to be known before the fact where it foresees."""
    allowed = ENTERED[setting.kind]
    for name in setting.fields(value):
        found = [f for each in CUSTOMERS if (f := ctx.catalogue.object(each).by_name.get(name))]
        if not any(field.kind == "entered" and field.type in allowed for field in found):
            raise ValueError(f"'{name}' is no entered field of customers that fits here.")
        if setting.kind == "columns" and any(field.known_after for field in found):
            raise ValueError(f"'{name}' is known only after the fact: nobody can be foreseen by it.")


def _is_number(ctx: Context, customer: str, name: str) -> bool:
    field = ctx.catalogue.object(customer).by_name.get(name)
    return field is not None and field.type in _NUMERIC and field.kind in ("entered", "insight")


def asks_itself(settings: Settings) -> str | None:
    """The key of a method that would have to run before itself, by the fields that settings name."""
    makers = {field: a.name for a in ANALYSES for field in a.outputs}
    reads = {a.name: {*a.inputs, *(makers.get(field, "") for field in a.asked(settings))} for a in ANALYSES}
    for name, before in reads.items():
        seen, ahead = set[str](), set(before)
        while ahead - seen:
            seen |= ahead
            ahead = {below for above in ahead for below in reads.get(above, ())}
        if name in seen:
            return name
    return None


async def due(tx: Tx, now: dt.datetime) -> list[str]:
    """The methods whose schedule says that they should run again; none before there is anything to analyse."""
    last = {row["method"]: row["finished_at"] for row in await tx.rows(SQL.last_runs)}
    found = []
    for key, state in (await kept(tx)).items():
        days = _EVERY.get(state.schedule)
        began = last.get(key)
        if state.enabled and days and (began is None or began <= now - dt.timedelta(days=days) + _SLACK):
            found.append(key)
    return found if found and await tx.value(SQL.anything) else []


def needed(keys: Sequence[str], settings: Settings) -> tuple[Analysis, ...]:
    """These methods and all that they read, in the order of the product."""
    makers = {field: a.name for a in ANALYSES for field in a.outputs}
    wanted, left = {ALWAYS}, list(keys)
    while left:
        key = left.pop()
        wanted.add(key)
        read = {*method(key).inputs, *(makers[f] for f in method(key).asked(settings) if f in makers)}
        left += [name for name in read if name not in wanted and any(a.name == name for a in ANALYSES)]
    return tuple(a for a in ANALYSES if a.name in wanted)
