"""For one record and every colleague: what they may do with it, on which ground, and which fields they do not see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visavis import access
from visavis.access import Action, Actor, Ground
from visavis.catalogue import Object
from visavis.features.setup.api import access_policy
from visavis.records.context import Context
from visavis.records.reaching import require_reach
from visavis.store import Row
from visavis.store.db import quoted
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
ACTIONS: tuple[Action, ...] = ("read", "update", "delete")
MOST = 2000
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """One colleague and the record. ``why`` has a ground for each action that is allowed: (code, field or None)."""

    user: Row
    why: dict[str, tuple[str, str | None]]
    hidden: tuple[str, ...]


async def who(ctx: Context, object_name: str, record_id: int) -> tuple[list[Standing], int]:
    """Every colleague whom the actor may see, by name, and how many there are besides."""
    await require_reach(ctx, object_name, record_id, "read")
    obj = ctx.catalogue.object(object_name)
    people = await _colleagues(ctx)
    found: list[Standing] = []
    for place in range(0, len(people), _AT_ONCE):
        found += await _standings(ctx, obj, record_id, people[place : place + _AT_ONCE])
    return found, await ctx.tx.value(SQL.count) - len(people)


async def _colleagues(ctx: Context) -> list[Row]:
    user = ctx.catalogue.object("user")
    if not access.can(ctx.actor, user, "read") or not {"name", "role", "team"} <= _names(ctx.actor, user):
        return []
    params: list[Any] = []
    allowed = access.predicate(ctx.actor, ctx.catalogue, user, "read", "t", params)
    return await ctx.tx.rows(SQL.colleagues.format(allowed=allowed, limit=MOST), *params)


def _names(actor: Actor, obj: Object) -> set[str]:
    return {field.name for field in access.readable(actor, obj)}


async def _standings(ctx: Context, obj: Object, record_id: int, people: Sequence[Row]) -> list[Standing]:
    """One statement for all of them: a row of booleans, a column for each ground."""
    policy = await access_policy(ctx.tx)
    actors = [Actor(row["id"], row["role"], row["team"], policy=policy) for row in people]
    params: list[Any] = [record_id]
    asked = [_grounds(ctx, obj, actor, params) for actor in actors]
    columns = [ground.condition for grounds in asked for _, ground in grounds]
    listed = ", ".join(f"({c})" for c in columns) or "true"
    answers = await ctx.tx.value(
        f"select array[{listed}]::boolean[] from {quoted(obj.name)} t where t.id = $1", *params
    )
    told = iter(answers)
    visible = _names(ctx.actor, obj)
    return [
        Standing(row, _why(grounds, told, visible), _hidden(actor, obj, visible))
        for row, actor, grounds in zip(people, actors, asked, strict=True)
    ]


def _grounds(ctx: Context, obj: Object, actor: Actor, params: list[Any]) -> list[tuple[Action, Ground]]:
    return [
        (action, ground)
        for action in ACTIONS
        for ground in access.grounds(actor, ctx.catalogue, obj, action, "t", params)
    ]


def _why(
    grounds: Sequence[tuple[Action, Ground]], told: Iterator[bool | None], visible: set[str]
) -> dict[str, tuple[str, str | None]]:
    """The first ground that holds, for each action; a field that the asker does not see is not named."""
    why: dict[str, tuple[str, str | None]] = {}
    for action, ground in grounds:
        if next(told):
            why.setdefault(action, (ground.code, ground.field if ground.field in visible else None))
    return why


def _hidden(actor: Actor, obj: Object, visible: set[str]) -> tuple[str, ...]:
    """What this colleague does not see, as far as the asker sees it."""
    return tuple(sorted(visible - _names(actor, obj)))
