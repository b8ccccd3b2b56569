"""Rounds: who takes part, sealing a list before the ranking may be seen, and the seal that can be checked."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from visavis import access
from visavis.features.accounts.api import blindfold, uncover
from visavis.insight.api import load_settings
from visavis.kernel.errors import Conflict, Forbidden, NotFound
from visavis.records.bulk import titles
from visavis.records.context import Context
from visavis.store import Row, jobs
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
RANK = "keycustomers.rank"
OF_PERIOD = ("revenue", "margin")
SALES = ("invoice", "invoice_line", "payment", "deal")
_FIRST_YEAR = 1900
_FURTHEST = dt.timedelta(days=3_653)
_NUMBERS = ("integer", "decimal", "percent", "money")


async def open_round(ctx: Context, asked: Mapping[str, Any]) -> int:
    """Open a round; its participants see no derived fields of that kind of customer until they seal. Its number.

    Raises Conflict: a deadline that is past, a period that ends before it begins, an unknown measure or user.
    """
    begin, end = (dt.date.fromisoformat(asked[name]) for name in ("starts_on", "ends_on"))
    seal_by = dt.datetime.fromisoformat(asked["seal_by"])
    if begin > end:
        raise Conflict("The period has to begin before it ends.")
    if begin.year < _FIRST_YEAR or end > ctx.now.date() + _FURTHEST:
        raise Conflict(f"The period lies between {_FIRST_YEAR} and ten years from now.")
    if not ctx.now < seal_by <= ctx.now + dt.timedelta(days=366):
        raise Conflict("The lists have to be sealed between now and a year from now.")
    _check_measure(ctx, asked["object"], asked["measure"])
    round_id: int = await ctx.tx.value(
        SQL.open, asked["object"], asked["name"], begin, end, asked["measure"], seal_by, ctx.actor.user_id,
        asked["hide_amounts"],
    )  # fmt: skip
    wanted = sorted(set(asked["participants"]))
    invited = await ctx.tx.rows(SQL.invite, round_id, wanted)
    if len(invited) < len(wanted):
        raise Conflict("Some participants are no active users.")
    for name, fields in _withheld(ctx, asked["object"], asked["hide_amounts"]).items():
        await blindfold(ctx, wanted, name, fields, seal_by, f"{_cause(round_id)} {name}")
    zone = ZoneInfo((await load_settings(ctx.tx)).timezone)
    over = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), zone)
    await jobs.enqueue(ctx.tx, RANK, {"round": round_id}, run_at=max(over, ctx.now), lane="insight")
    return round_id


def _withheld(ctx: Context, customer: str, amounts: bool) -> dict[str, list[str]]:
    """By type, what would tell the ranking: derived fields, sums of sales, and if asked for the amounts themselves."""
    obj = ctx.catalogue.object(customer)
    sums = [field for field in obj.rolled if field.rollup and field.rollup.object in SALES]
    found = {customer: [field.name for field in (*obj.derived, *sums)]}
    for name in SALES if amounts else ():
        sold = ctx.catalogue.by_name.get(name)
        found[name] = [field.name for field in sold.fields if field.type == "money"] if sold else []
    return {name: fields for name, fields in found.items() if fields}


def _cause(round_id: int) -> str:
    return f"gut {round_id}"


def _check_measure(ctx: Context, object_name: str, measure: str) -> None:
    field = ctx.catalogue.object(object_name).by_name.get(measure)
    if measure not in OF_PERIOD and (field is None or field.kind != "insight" or field.type not in _NUMBERS):
        raise Conflict("Rank by 'revenue' or 'margin' of the period, or by a derived number of the customer.")


async def rounds(ctx: Context, round_id: int | None = None) -> list[Row]:
    """The rounds, newest period first, with what the actor did in each."""
    found = await ctx.tx.rows(SQL.rounds, ctx.actor.user_id, round_id)
    known = ctx.catalogue.by_name
    return [row for row in found if row["object"] in known and access.can(ctx.actor, known[row["object"]], "read")]


async def find(ctx: Context, round_id: int) -> Row:
    found = await rounds(ctx, round_id)
    if not found:
        raise NotFound(f"There is no round {round_id}.")
    return found[0]


def may_look(ctx: Context, row: Row) -> bool:
    """Whether the ranking may be seen: not by a participant who can still seal."""
    return not row["invited"] or bool(row["sealed_at"] or row["waived_at"]) or row["seal_by"] <= ctx.now


def require_look(ctx: Context, row: Row) -> None:
    if not may_look(ctx, row):
        raise Forbidden("Seal your own list first, or waive it: only what was named before counts.")


async def seal(ctx: Context, row: Row, picks: Sequence[Mapping[str, Any]], note: str) -> None:
    """Seal the actor's list, for good. Raises Conflict (not invited, too late, sealed, waived), NotFound (a pick)."""
    if not row["invited"]:
        raise Conflict("You do not take part in this round; whoever sees the ranking cannot seal a list any more.")
    await ctx.tx.value(SQL.lock, row["id"], ctx.actor.user_id)
    row = await find(ctx, row["id"])
    if row["sealed_at"]:
        raise Conflict("Your list is sealed. It stays as it is.")
    if may_look(ctx, row):
        raise Conflict("It is too late to seal a list: you may see the ranking already.")
    ids = [pick["id"] for pick in picks]
    if len(set(ids)) < len(ids):
        raise Conflict("A customer stands on the list twice.")
    seen = await titles(ctx, ctx.catalogue.object(row["object"]), ids)
    if set(ids) - set(seen):
        raise NotFound(f"There is no {row['object']} {min(set(ids) - set(seen))}, or you may not see it.")
    listed = [(pick["id"], pick.get("note", "")) for pick in picks]
    at = ctx.now.replace(microsecond=0)
    mark = fingerprint(row["id"], ctx.actor.user_id, at, note, listed)
    list_id = await ctx.tx.value(SQL.seal, row["id"], ctx.actor.user_id, note, at, mark)
    await ctx.tx.execute_many(SQL.pick, [(list_id, place, i, words) for place, (i, words) in enumerate(listed, 1)])
    await uncover(ctx, ctx.actor.user_id, _cause(row["id"]))


def fingerprint(
    round_id: int, user_id: int | None, at: dt.datetime, note: str, picks: Sequence[tuple[int, str]]
) -> str:
    """SHA-256 of the list as JSON: [round, user, sealed at (UTC, to the second), note, [[id, note], …]]."""
    document = [round_id, user_id, at.astimezone(dt.UTC).isoformat(), note, [list(pick) for pick in picks]]
    return hashlib.sha256(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


async def waive(ctx: Context, row: Row) -> None:
    """Take no part: the ranking may be seen from now on, and no list sealed. Raises Conflict."""
    if not row["invited"] or row["sealed_at"]:
        raise Conflict("There is nothing to waive: you do not take part, or your list is sealed.")
    await ctx.tx.execute(SQL.waive, row["id"], ctx.actor.user_id)
    await uncover(ctx, ctx.actor.user_id, _cause(row["id"]))


async def list_of(ctx: Context, row: Row, user_id: int) -> tuple[Row, list[Row], bool]:
    """A sealed list, its picks, and whether it still bears its seal; others' lists for managers, after one's own.

    Raises NotFound, Forbidden.
    """
    if user_id != ctx.actor.user_id:
        require_look(ctx, row)
        if ctx.actor.role not in ("owner", "manager"):
            raise Forbidden("A sealed list is its maker's; managers compare those of others.")
    found = await ctx.tx.row(SQL.list_of, row["id"], user_id)
    if found is None:
        raise NotFound("There is no sealed list of theirs in this round.")
    picks = await ctx.tx.rows(SQL.picks, found["id"])
    mark = fingerprint(row["id"], user_id, found["sealed_at"], found["note"], [(p["picked"], p["note"]) for p in picks])
    return found, picks, mark == found["hash"]
