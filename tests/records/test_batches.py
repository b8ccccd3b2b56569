"""Sets of changes taken back: rows as they were, also in chunks, and never over what somebody did since."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visavis.features.runtime import Workspace
from visavis.records import batches, create, restore, trash, update
from visavis.records.context import Context

_ROWS = "select (to_jsonb(t) - 'version')::text as row from {} t order by id"


async def _all(ctx: Context, table: str) -> list[str]:
    return [row["row"] for row in await ctx.tx.rows(_ROWS.format(table))]


async def _company(workspace: Workspace, name: str, **values: Any) -> int:
    async with workspace.context() as ctx:
        return (await create(ctx, "company", {"name": name, **values})).id


async def _undo(workspace: Workspace, batch: int, limit: int = 2) -> batches.Undone:
    total = batches.Undone(more=True)
    while total.more:
        async with workspace.context(batch_id=batch) as ctx:
            part = await batches.undo(ctx, batch, limit)
        total.restored += part.restored
        total.removed += part.removed
        total.kept += part.kept
        total.more = part.more
    return total


async def _begin(workspace: Workspace) -> int:
    async with workspace.context() as ctx:
        return await batches.begin(ctx, "test")


async def _changed(workspace: Workspace, batch: int, record_id: int, values: dict[str, Any]) -> None:
    async with workspace.context(batch_id=batch) as ctx:
        await batches.keep(ctx, "company", "t.id = $1", record_id)
        await update(ctx, "company", record_id, values, None)


_CHANGES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.one_of(
            st.fixed_dictionaries({"name": st.sampled_from(["Acme", "Ștefan", "삼성"])}),
            st.fixed_dictionaries({"annual_revenue": st.sampled_from([None, {"amount": "1.5000", "currency": "EUR"}])}),
            st.fixed_dictionaries({"tags": st.lists(st.sampled_from(["a", "b"]), unique=True)}),
            st.sampled_from(["trash", "restore", "new"]),
        ),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_CHANGES)
async def test_any_batch_is_taken_back_whole(workspace: Workspace, changes: list[tuple[int, Any]]) -> None:
    ids = [await _company(workspace, f"Company {n}", domain="https://x.example") for n in range(4)]
    async with workspace.context(readonly=True) as ctx:
        before = await _all(ctx, "company")
    batch = await _begin(workspace)
    async with workspace.context(batch_id=batch) as ctx:
        for place, change in changes:
            await _apply(ctx, ids, ids[place], change)
    done = await _undo(workspace, batch)
    async with workspace.context(readonly=True) as ctx:
        assert await _all(ctx, "company") == before
        found = await ctx.tx.rows("select record_id, title from search where record_id = any($1::bigint[])", ids)
    assert {row["record_id"]: row["title"] for row in found} == {i: f"Company {n}" for n, i in enumerate(ids)}
    assert not done.kept


async def _apply(ctx: Context, ids: list[int], record_id: int, change: Any) -> None:
    await batches.keep(ctx, "company", "t.id = $1", record_id)
    if change == "new":
        there = await ctx.tx.value("select id from company where id = $1 and deleted_at is null", record_id)
        made = await create(ctx, "company", {"name": "New", "parent": there})
        await update(ctx, "company", made.id, {"name": "Newer"}, None)
    elif change == "trash":
        await trash(ctx, "company", record_id)
    elif change == "restore":
        await restore(ctx, "company", record_id)
    elif not await ctx.tx.value("select deleted_at from company where id = $1", record_id):
        await update(ctx, "company", record_id, change, None)


async def test_an_edit_since_stays_and_is_named(workspace: Workspace) -> None:
    one = await _company(workspace, "One", industry="Steel")
    batch = await _begin(workspace)
    await _changed(workspace, batch, one, {"name": "Changed", "industry": "Glass"})
    async with workspace.context() as ctx:
        await update(ctx, "company", one, {"name": "By hand"}, None)
    done = await _undo(workspace, batch)
    async with workspace.context(readonly=True) as ctx:
        row = await ctx.tx.row("select name, industry from company where id = $1", one)
    assert row is not None and (row["name"], row["industry"]) == ("By hand", "Steel")
    assert [(k.reason, k.fields) for k in done.kept] == [("edited", ("name",))]


async def test_a_created_record_that_others_hang_on_stays(workspace: Workspace) -> None:
    batch = await _begin(workspace)
    async with workspace.context(batch_id=batch) as ctx:
        parent = (await create(ctx, "company", {"name": "Parent"})).id
        child = (await create(ctx, "company", {"name": "Child", "parent": parent})).id
        lone = (await create(ctx, "company", {"name": "Lone"})).id
    await _company(workspace, "Later", parent=parent)
    done = await _undo(workspace, batch, 1)
    async with workspace.context(readonly=True) as ctx:
        left = {row["id"] for row in await ctx.tx.rows("select id from company")}
    assert parent in left and child not in left and lone not in left
    assert [(k.id, k.reason) for k in done.kept] == [(parent, "linked")]


async def test_unique_values_that_moved_come_back(workspace: Workspace) -> None:
    one, two = await _company(workspace, "One", external_id="x1"), await _company(workspace, "Two", external_id="x2")
    batch = await _begin(workspace)
    await _changed(workspace, batch, two, {"external_id": "x3"})
    await _changed(workspace, batch, one, {"external_id": "x2"})
    await _undo(workspace, batch, 10)
    async with workspace.context(readonly=True) as ctx:
        found = await ctx.tx.rows("select id, external_id from company order by id")
    assert [(row["id"], row["external_id"]) for row in found] == [(one, "x1"), (two, "x2")]


async def test_history_tells_what_was_taken_back(workspace: Workspace) -> None:
    one = await _company(workspace, "One")
    batch = await _begin(workspace)
    await _changed(workspace, batch, one, {"name": "Two"})
    await _undo(workspace, batch)
    async with workspace.context(readonly=True) as ctx:
        sql = "select changes::text as changes from event where record_id = $1 and kind = 'updated' order by seq"
        told = [json.loads(row["changes"]) for row in await ctx.tx.rows(sql, one)]
    assert told == [{"name": ["One", "Two"]}, {"name": ["Two", "One"]}]
