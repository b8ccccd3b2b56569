"""Drawing and freezing the two groups of an action, who may see it, and the decision."""

from __future__ import annotations

import datetime as dt
import random
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from visavis import access
from visavis.catalogue import Object
from visavis.features.views.api import check_query, find_view
from visavis.insight.api import load_settings
from visavis.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from visavis.kernel.paging import DEFAULT_LIMIT
from visavis.records.context import Context
from visavis.records.query import build, readable_where
from visavis.store import Row
from visavis.store.db import quoted
from visavis.store.filters import where as filter_sql
from visavis.store.formulas import literal
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
CUSTOMERS = ("company", "person")
STRATA = ("choice", "boolean", "text")
MOST = 200


async def today(ctx: Context) -> dt.date:
    """The day that it is in the workspace's time zone."""
    return ctx.now.astimezone(ZoneInfo((await load_settings(ctx.tx)).timezone)).date()


def held_back(object_name: str, alias: str, day: dt.date) -> str:
    """SQL condition: the record is in the control group of an action that still runs on that day."""
    sql = SQL.held.format(alias=alias, object=literal(object_name, "text"), day=literal(day.isoformat(), "date"))
    return f"exists ({sql})"


async def preview(ctx: Context, asked: Mapping[str, Any]) -> dict[str, Any]:
    """How many members would be drawn, and how many an action that still runs holds back."""
    view, obj, day = await _group(ctx, asked)
    statement = build(ctx)
    fits = readable_where(statement, obj, "t", view["query"].get("filter"))
    row = await ctx.tx.row(
        f"select count(*) as n, count(*) filter (where {held_back(obj.name, 't', day)}) as held"
        f" from {statement.rows(obj, 't')} where {fits}",
        *statement.params,
    )
    assert row is not None
    members = row["n"] - row["held"]
    control = round(members * asked["control_share"])
    return {"members": members, "treated": members - control, "control": control, "held_out": row["held"]}


async def begin(ctx: Context, asked: Mapping[str, Any]) -> int:
    """Freeze the group as the actor sees it now, draw the control group, note the action; its number.

    Raises NotFound (the group), BadRequest, Conflict (too few members, a start that is past, a filter that fails).
    """
    view, obj, day = await _group(ctx, asked)
    seed = asked.get("seed")
    seed = secrets.randbelow(1 << 31) if seed is None else seed
    ends = day + dt.timedelta(days=asked["success"]["days"])
    settings = await load_settings(ctx.tx)
    action_id: int = await ctx.tx.value(
        SQL.add,
        view["id"],
        view["name"],
        obj.name,
        view["query"].get("filter"),
        asked["name"],
        asked.get("channel"),
        asked["cost"],
        settings.currency,
        dict(asked["success"]),
        asked.get("margin_share"),
        asked.get("worth"),
        asked["control_share"],
        asked.get("stratify"),
        seed,
        day,
        ends,
        ctx.actor.user_id,
    )
    held = (await preview(ctx, asked))["held_out"]
    await _draw(ctx, action_id, obj, view["query"].get("filter"), asked, seed, day)
    drawn = await ctx.tx.row(SQL.count, action_id, held)
    if drawn is None or min(drawn["treated"], drawn["control"]) < 1:
        raise Conflict("The group is too small for both a treated and a control customer. Choose a larger one.")
    return action_id


async def _group(ctx: Context, asked: Mapping[str, Any]) -> tuple[Row, Object, dt.date]:
    view = await find_view(ctx, asked["group"])
    if view["object"] not in CUSTOMERS:
        raise Conflict("Offers are made to companies and people; this group is of neither.")
    obj = ctx.catalogue.object(view["object"])
    access.require(ctx.actor, obj, "update")
    now = await today(ctx)
    day = dt.date.fromisoformat(asked["starts_on"]) if asked.get("starts_on") else now
    if not now <= day <= now + dt.timedelta(days=366):
        raise Conflict("An action begins today or within a year: what was before it cannot be its success.")
    _check_stratum(ctx, obj, asked.get("stratify"))
    success = asked["success"]
    if success["kind"] == "filter":
        if not success.get("filter"):
            raise Conflict("Say which filter a successful customer fits.")
        await check_query(ctx, obj.name, {"filter": success["filter"]})
    return view, obj, day


def _check_stratum(ctx: Context, obj: Object, name: str | None) -> None:
    visible = {f.name: f for f in access.readable(ctx.actor, obj)}
    if name is not None and (name not in visible or visible[name].type not in STRATA or visible[name].unique):
        raise Conflict(f"'{name}' does not part the group: choose a field with a choice, a yes or no, or a short text.")


async def _draw(
    ctx: Context, action_id: int, obj: Object, tree: Any, asked: Mapping[str, Any], seed: int, day: dt.date
) -> None:
    statement = build(ctx)
    fits = readable_where(statement, obj, "t", tree)
    name = asked.get("stratify")
    stratum = f"({statement.place(statement.field(obj, name), 't')})::text" if name else "null::text"
    place = len(statement.params)
    chance = random.Random(seed).random()  # noqa: S311
    await ctx.tx.execute(
        f"with chosen as (select t.id, {stratum} as stratum from {statement.rows(obj, 't')}"
        f" where {fits} and not {held_back(obj.name, 't', day)}),"
        f" ordered as (select id, stratum, row_number() over (order by stratum nulls last,"
        f" md5(${place + 2}::text || ':' || id), id) as place from chosen)"
        " insert into action_member (action_id, record_id, treated, stratum)"
        f" select ${place + 1}::bigint, id, floor(place * ${place + 3}::float8 + ${place + 4}::float8)"
        f" = floor((place - 1) * ${place + 3}::float8 + ${place + 4}::float8), stratum from ordered",
        *statement.params,
        action_id,
        str(seed),
        asked["control_share"],
        chance,
    )


async def find(ctx: Context, action_id: int) -> Row:
    """An action of a group that the actor may open, or their own; owners and managers find all."""
    rows = await _found(ctx, "a.id = $4", action_id)
    if not rows:
        raise NotFound(f"There is no action {action_id}, or its group is not shared with you.")
    return rows[0]


async def listed(ctx: Context, view_id: int | None) -> list[Row]:
    """The newest first; those of one group, or all."""
    return await _found(ctx, "($4::bigint is null or a.view_id = $4)", view_id)


async def _found(ctx: Context, which: str, *args: Any) -> list[Row]:
    kinds = [obj.name for obj in ctx.catalogue.objects if access.can(ctx.actor, obj, "read")]
    leads = ctx.actor.role in ("owner", "manager")
    return await ctx.tx.rows(SQL.shown.format(which=which, most=MOST), leads, ctx.actor.user_id, kinds, *args)


def knows_sizes(ctx: Context, row: Row) -> bool:
    """Whether the actor may know how many were drawn: they drew them, or see every customer and field there is."""
    obj = ctx.catalogue.object(row["object"])
    sees_fields = len(access.readable(ctx.actor, obj)) == len(obj.by_name)
    return row["created_by"] == ctx.actor.user_id or (sees_fields and access.sees_all(ctx.actor, ctx.catalogue, obj))


def withheld(ctx: Context, row: Row) -> bool:
    """Whether the group was chosen by what the actor may not see: who is in it would tell that."""
    sees_all = replace(ctx, actor=replace(ctx.actor, role="owner"))
    return not _reads(ctx, row) and _reads(sees_all, row)


def _reads(ctx: Context, row: Row) -> bool:
    try:
        filter_sql(build(ctx), ctx.catalogue.object(row["object"]), "t", row["filter"])
    except (BadRequest, Forbidden):
        return False
    return True


def require_members(ctx: Context, row: Row) -> None:
    """Raise Forbidden where the members are withheld, and say whom to ask."""
    if withheld(ctx, row):
        raise Forbidden(
            f"The group '{row['group_name']}' was chosen by fields that your role does not show; who is in it would"
            f" tell them. Ask {row['creator'] or 'an owner'} for what you need."
        )


async def worklist(ctx: Context, row: Row, after: int, limit: int = DEFAULT_LIMIT) -> list[Row]:
    """Those to be contacted, as far as the actor sees them. The control group is never listed. Raises Forbidden."""
    require_members(ctx, row)
    obj = ctx.catalogue.object(row["object"])
    statement = build(ctx)
    fits = readable_where(statement, obj, "t", None)
    stratum = "m.stratum" if row["stratify"] in statement.visible(obj) else "null::text as stratum"
    place = len(statement.params)
    return await ctx.tx.rows(
        f"select t.id, {statement.title(obj, 't')} as title, t.external_id, {stratum}"
        f" from action_member m join {quoted(obj.name)} t on t.id = m.record_id"
        f" where m.action_id = ${place + 1} and m.treated and m.record_id > ${place + 2} and {fits}"
        f" order by m.record_id limit ${place + 3}",
        *statement.params,
        row["id"],
        after,
        limit,
    )


async def decide(ctx: Context, row: Row, decision: str, note: str, result: Mapping[str, Any]) -> None:
    """Keep the decision with the result that it was taken on."""
    if ctx.actor.role not in ("owner", "manager") and row["created_by"] != ctx.actor.user_id:
        raise Conflict("Whoever began the action decides about it, or a manager.")
    await ctx.tx.execute(SQL.decide, row["id"], decision, note, ctx.actor.user_id, dict(result))
