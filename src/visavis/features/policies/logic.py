"""Which groups a record is in, and which of their principles hold for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from visavis import access
from visavis.access import SYSTEM
from visavis.features.views.api import find_view
from visavis.kernel.errors import BadRequest, Conflict, NotFound
from visavis.records.context import Context
from visavis.records.query import build
from visavis.records.reaching import require_reach
from visavis.store import Row
from visavis.store.filters import where as filter_sql
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
PRINCIPLES = ("service_level", "contact_days", "channel", "max_discount", "credit_days", "owner", "team")


@dataclass(frozen=True, slots=True)
class Ruling:
    """One principle of a record: the value, the group that decides, and the groups that it overrules."""

    principle: str
    value: Any
    group: Row
    overruled: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Effective:
    """What holds for a record. ``withheld``: groups that ask for what the reader may not see."""

    rulings: tuple[Ruling, ...]
    groups: tuple[Row, ...]
    withheld: int


async def listed(ctx: Context, object_name: str | None = None) -> list[Row]:
    """The groups with principles, of types that the actor may read, in the order in which they decide."""
    known = ctx.catalogue.by_name
    rows = await ctx.tx.rows(SQL.listed, object_name)
    return [row for row in rows if row["object"] in known and access.can(ctx.actor, known[row["object"]], "read")]


async def put(ctx: Context, view_id: int, principles: Mapping[str, Any], precedence: int, note: str) -> None:
    """Give a group its principles. Raises NotFound, Conflict (no shared group; somebody who is not there)."""
    view = await find_view(ctx, view_id)
    if view["kind"] != "group" or not view["shared"]:
        raise Conflict("Only a group that is shared can have a policy: it holds for everybody.")
    if _asks_for_me(view["query"].get("filter")):
        raise Conflict("The group depends on who looks at it ('me'); its members would differ from reader to reader.")
    for name, table in (("owner", "user"), ("team", "team")):
        wanted = principles.get(name)
        if wanted is not None and not await ctx.tx.value(SQL.there.format(object=table), wanted):
            raise Conflict(f"There is no {table} {wanted}.")
    await ctx.tx.execute(SQL.put, view_id, precedence, dict(principles), note, ctx.actor.user_id)


def _asks_for_me(node: Any) -> bool:
    if isinstance(node, Mapping):
        return node.get("value") == "me" or any(_asks_for_me(part) for part in node.values())
    return isinstance(node, list) and ("me" in node or any(_asks_for_me(part) for part in node))


async def remove(ctx: Context, view_id: int) -> None:
    await find_view(ctx, view_id)
    if not await ctx.tx.execute(SQL.remove, view_id):
        raise NotFound(f"The group {view_id} has no policy.")


async def of_record(ctx: Context, object_name: str, record_id: int) -> Effective:
    """What holds for a record, as far as the actor may know. Raises NotFound."""
    if object_name not in ctx.catalogue.by_name:
        raise NotFound(f"There is no record type '{object_name}'.")
    await require_reach(ctx, object_name, record_id, "read")
    return await _effective(ctx, object_name, record_id)


async def principles_of(ctx: Context, object_name: str, record_id: int) -> dict[str, Any]:
    """The principles that hold for a record, whatever the actor may see: for the product to act by, not to be shown."""
    found = await _effective(replace(ctx, actor=SYSTEM), object_name, record_id)
    return {ruling.principle: ruling.value for ruling in found.rulings}


async def _effective(ctx: Context, object_name: str, record_id: int) -> Effective:
    policies = await listed(ctx, object_name)
    statement = build(ctx)
    obj = ctx.catalogue.object(object_name)
    asked, conditions = [], []
    for row in policies:
        bound = len(statement.params)
        try:
            conditions.append(filter_sql(statement, obj, "t", row["query"].get("filter")))
            asked.append(row)
        except BadRequest:
            del statement.params[bound:]
    place = len(statement.params) + 1
    fits = (
        await ctx.tx.value(
            f"select array[{', '.join(f'coalesce(({c}), false)' for c in conditions)}]::boolean[]"
            f" from {statement.rows(obj, 't')} where t.id = ${place} and t.deleted_at is null",
            *statement.params,
            record_id,
        )
        if asked
        else None
    )
    groups = tuple(row for row, yes in zip(asked, fits or [], strict=bool(fits)) if yes)
    return Effective(tuple(_rulings(groups)), groups, len(policies) - len(asked))


def _rulings(groups: Sequence[Row]) -> list[Ruling]:
    """For each principle the first group that has it."""
    found = []
    for name in PRINCIPLES:
        having = [row for row in groups if row["principles"].get(name) is not None]
        if having:
            found.append(Ruling(name, having[0]["principles"][name], having[0], tuple(having[1:])))
    return found
