"""One change to many records does to exactly those what a change of each would do, and is taken back whole."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.things import people
from visavis.access import SYSTEM, Actor, overlaid
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Forbidden
from visavis.records import Context, Query, batches, bulk, create, trash
from visavis.records.bulk import Change, Selection

INDUSTRIES = ["Retail", "Steel", None]
TAGS = [None, ["a"], ["a", "b"], ["c"]]
MONEY = [None, {"amount": "1.5000", "currency": "EUR"}, {"amount": "2.0000", "currency": "KRW"}]
Rows = dict[int, dict[str, Any]]


async def _raw(ctx: Context) -> Rows:
    rows = await ctx.tx.rows("select to_jsonb(t)::text as row from company t order by id")
    found = [json.loads(row["row"]) for row in rows]
    return {row["id"]: row for row in found}


def _bare(rows: Rows) -> dict[int, dict[str, Any]]:
    return {i: {k: v for k, v in row.items() if k != "version"} for i, row in rows.items()}


async def _fill(workspace: Workspace, actors: list[Actor], rnd: random.Random) -> None:
    ids: list[int] = []
    async with workspace.context() as ctx:
        for number in range(12):
            owner = rnd.choice([None, *actors])
            values = {
                "name": f"Company {number}",
                "industry": rnd.choice(INDUSTRIES),
                "tags": rnd.choice(TAGS),
                "annual_revenue": rnd.choice(MONEY),
                "parent": rnd.choice([None, *ids]),
                "owner": owner.user_id if owner else None,
                "team": rnd.choice([None, owner.team_id if owner else None]),
            }
            made = (await create(ctx, "company", values)).id
            if rnd.random() < 0.2:
                await trash(ctx, "company", made)
            else:
                ids.append(made)


def _reaches(far: str, actor: Actor, row: Mapping[str, Any], team_of: Mapping[int, int | None]) -> bool:
    """The rule of scopes once more, in plain words."""
    if far in ("none", "all"):
        return far == "all"
    if row["owner"] == actor.user_id:
        return True
    theirs = (row["team"], team_of.get(row["owner"]))
    return far == "team" and actor.team_id is not None and actor.team_id in theirs


def _expected(row: dict[str, Any], change: Change) -> dict[str, Any]:
    """The row after the change, but for who and when."""
    if change.action != "edit":
        return {**row, "deleted_at": change.action == "trash"}
    after = dict(row)
    for name, value in change.set.items():
        if name == "annual_revenue":
            after[name] = value and float(value["amount"])
            after[f"{name}_currency"] = value and value["currency"]
        else:
            after[name] = value or None
    for name in {**change.add, **change.remove}:
        now = row[name] or []
        add, remove = change.add.get(name, []), change.remove.get(name, [])
        stay = [word for word in now if word not in remove]
        after[name] = [*stay, *(word for word in add if word not in now)] or None
    return after


_EDITS = st.one_of(
    st.builds(lambda v: Change(set={"industry": v}), st.sampled_from(INDUSTRIES)),
    st.builds(lambda v: Change(set={"annual_revenue": v, "tags": ["z"]}), st.sampled_from(MONEY)),
    st.builds(lambda a, r: Change(add={"tags": a}, remove={"tags": r}), st.just(["a", "x"]), st.just(["b", "c"])),
    st.builds(lambda w: Change(set={"industry": "Steel"}, remove={"tags": w}), st.sampled_from([["a"], ["a", "b"]])),
    st.just(Change("trash")),
    st.just(Change("restore")),
)
_FILTERS = st.sampled_from(
    [None, {"field": "industry", "op": "eq", "value": "Retail"}, {"field": "industry", "op": "empty"}]
)
_REACH = st.sampled_from(["none", "own", "team", "all"])


def _fits(tree: Any, row: Mapping[str, Any]) -> bool:
    if tree is None:
        return True
    return bool(row["industry"] == "Retail" if tree["op"] == "eq" else row["industry"] is None)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
async def test_it_changes_what_the_oracle_says_and_undo_restores_it(workspace: Workspace, data: st.DataObject) -> None:
    rnd = random.Random(data.draw(st.integers(0, 10**6)))
    actors = await people(workspace)
    async with workspace.context() as ctx:
        await ctx.tx.execute("delete from company; delete from search; delete from event")
    await _fill(workspace, actors, rnd)
    who = data.draw(st.sampled_from([SYSTEM, *actors]))
    reaches = {action: data.draw(_REACH) for action in ("read", "update", "delete")}
    who = Actor(who.user_id, who.role, who.team_id, policy=overlaid({"member": {"company": reaches}}))
    change, tree = data.draw(_EDITS), data.draw(_FILTERS)
    await _judge(workspace, who, actors, reaches if who.user_id else {}, change, tree)


async def _judge(
    workspace: Workspace, who: Actor, actors: list[Actor], reaches: dict[str, str], change: Change, tree: Any
) -> None:
    team_of = {a.user_id: a.team_id for a in actors if a.user_id is not None}
    action = "update" if change.action == "edit" else "delete"
    async with workspace.context() as ctx:
        before = await _raw(ctx)
    in_trash = change.action == "restore"
    seen = [
        row for row in before.values()
        if (row["deleted_at"] is not None) == in_trash and _fits(tree, row)
        and _reaches(reaches.get("read", "all"), who, row, team_of)
    ]  # fmt: skip
    mine = [row for row in seen if _reaches(reaches.get(action, "all"), who, row, team_of)]
    if "none" in (reaches.get("read"), reaches.get(action)):
        with pytest.raises(Forbidden):
            await _done(workspace, who, change, tree)
        return
    batch, ahead, applied = await _done(workspace, who, change, tree)
    async with workspace.context() as ctx:
        after = await _raw(ctx)
        told = await ctx.tx.rows("select record_id, changes from event where batch_id = $1", batch)
    changed = {i for i in before if after[i] != before[i]}
    meant = {
        row["id"] for row in mine
        if change.action != "edit" or _expected(row, change) != row
    }  # fmt: skip
    assert changed == meant == {row["record_id"] for row in told}
    assert (ahead.fits, ahead.may, ahead.changes) == (len(seen), len(mine), len(meant))
    assert len(told) == sum(a.changed for a in applied) == len(meant)
    assert sum(a.skipped.get("access", 0) for a in applied) == len(seen) - len(mine)
    assert {s["id"] for s in ahead.samples} <= meant
    assert len(ahead.samples) == min(5, len(meant))
    stamps = ("version", "updated_at", "updated_by")
    for i in changed:
        now = {**after[i], "deleted_at": after[i]["deleted_at"] is not None} if change.action != "edit" else after[i]
        wanted = _expected(before[i], change)
        assert {k: v for k, v in now.items() if k not in stamps} == {k: v for k, v in wanted.items() if k not in stamps}
        assert after[i]["version"] == before[i]["version"] + 1
    undone = await _undone(workspace, who, batch)
    assert (undone, True) == (len(meant), True)
    async with workspace.context() as ctx:
        assert _bare(await _raw(ctx)) == _bare(before)


async def _done(
    workspace: Workspace, who: Actor, change: Change, tree: Any, size: int = 3
) -> tuple[int, bulk.Preview, list[bulk.Applied]]:
    selection = Selection(Query(tree))
    async with workspace.context(who) as ctx:
        ahead = await bulk.preview(ctx, "company", selection, change)
        sql, params = bulk.select(ctx, "company", selection, change.action)
        ids = [row["id"] for row in await ctx.tx.rows(sql, *params)]
        batch = await batches.begin(ctx, "bulk")
    applied = []
    for start in range(0, len(ids), size):
        async with workspace.context(who, "bulk", batch_id=batch) as ctx:
            applied.append(await bulk.apply(ctx, "company", change, ids[start : start + size]))
    return batch, ahead, applied


async def _undone(workspace: Workspace, who: Actor, batch: int) -> int:
    restored, more = 0, True
    while more:
        async with workspace.context(who, "bulk", batch_id=batch) as ctx:
            done = await batches.undo(ctx, batch, 4)
        assert not done.kept
        restored, more = restored + done.restored, done.more
    return restored
