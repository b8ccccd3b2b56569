"""Undoing and purging beside others: what they do at the same moment is never overwritten, nothing points nowhere."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

import pytest

from visavis.features.runtime import Workspace
from visavis.objects import BUILT_IN
from visavis.records import batches, create, purging, read, restore, trash, update
from visavis.store.live import Change, change_catalogue


async def _made(workspace: Workspace, object_name: str, **values: Any) -> int:
    async with workspace.context() as ctx:
        return (await create(ctx, object_name, values)).id


async def _changed(workspace: Workspace, object_name: str, record_id: int, **values: Any) -> int:
    async with workspace.context() as ctx:
        batch = await batches.begin(ctx, "test")
    async with workspace.context(batch_id=batch) as ctx:
        await batches.keep(ctx, object_name, "t.id = $1", record_id)
        await update(ctx, object_name, record_id, values, None)
    return batch


async def _undo(workspace: Workspace, batch: int) -> list[batches.Kept]:
    kept, more = [], True
    while more:
        async with workspace.context(batch_id=batch) as ctx:
            done = await batches.undo(ctx, batch)
        kept += done.kept
        more = done.more
    return kept


async def _body(workspace: Workspace, object_name: str, record_id: int) -> Any:
    async with workspace.context() as ctx:
        return json.loads((await read(ctx, object_name, record_id)).body)


async def _turned(workspace: Workspace, record_id: int, *, deleted: bool) -> int:
    async with workspace.context() as ctx:
        batch = await batches.begin(ctx, "test")
    async with workspace.context(batch_id=batch) as ctx:
        await batches.keep(ctx, "company", "t.id = $1", record_id)
        await (trash(ctx, "company", record_id) if deleted else restore(ctx, "company", record_id))
    return batch


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_batches_are_undone_in_any_order(workspace: Workspace, order: tuple[int, ...]) -> None:
    one = await _made(workspace, "company", name="Acme", country="France")
    before = await _body(workspace, "company", one)
    done = [await _changed(workspace, "company", one, country="Spain")]
    done += [await _changed(workspace, "company", one, industry="Steel"), await _turned(workspace, one, deleted=True)]
    kept = [each for place in order for each in await _undo(workspace, done[place])]
    after = await _body(workspace, "company", one)
    same = ("name", "country", "industry", "deleted_at")
    assert ({name: after[name] for name in same}, kept) == ({name: before[name] for name in same}, [])


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::3])
async def test_what_lies_under_a_later_change_goes_back_with_it(workspace: Workspace, order: tuple[int, ...]) -> None:
    price = {"amount": "1.0000", "currency": "EUR"}
    one = await _made(workspace, "company", name="Acme", country="France", annual_revenue=price)
    before = await _body(workspace, "company", one)
    done = [await _changed(workspace, "company", one, country="Spain", annual_revenue=None)]
    done.append(await _changed(workspace, "company", one, country="Peru"))
    done.append(await _turned(workspace, one, deleted=True))
    done.append(await _turned(workspace, one, deleted=False))
    for place in order:
        await _undo(workspace, done[place])
    after = await _body(workspace, "company", one)
    same = ("country", "annual_revenue", "deleted_at")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


async def test_what_a_later_restore_covers_is_told(workspace: Workspace) -> None:
    one = await _made(workspace, "company", name="Acme")
    away, back = await _turned(workspace, one, deleted=True), await _turned(workspace, one, deleted=False)
    assert [(kept.id, kept.reason) for kept in await _undo(workspace, away)] == [(one, "edited")]
    assert await _undo(workspace, back) == []
    assert (await _body(workspace, "company", one))["deleted_at"] is None


async def test_an_edit_under_way_is_waited_for_and_kept(workspace: Workspace) -> None:
    one = await _made(workspace, "company", name="Old")
    batch = await _changed(workspace, "company", one, name="New", industry="Steel")
    async with workspace.context() as ctx:
        await update(ctx, "company", one, {"name": "Edited meanwhile"}, None)
        undoing = asyncio.create_task(_undo(workspace, batch))
        await _waits(workspace)
    kept = await undoing
    found = await _body(workspace, "company", one)
    assert (found["name"], found["industry"]) == ("Edited meanwhile", None)
    assert [(each.reason, each.fields) for each in kept] == [("edited", ("name",))]


async def test_a_made_record_that_is_edited_at_that_moment_stays(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        batch = await batches.begin(ctx, "test")
    async with workspace.context(batch_id=batch) as ctx:
        one = (await create(ctx, "company", {"name": "Made"})).id
    async with workspace.context() as ctx:
        await update(ctx, "company", one, {"name": "Edited meanwhile"}, None)
        undoing = asyncio.create_task(_undo(workspace, batch))
        await _waits(workspace)
    assert [each.reason for each in await undoing] == ["edited"]
    assert (await _body(workspace, "company", one))["name"] == "Edited meanwhile"


async def _waits(workspace: Workspace) -> None:
    """Until somebody waits for a lock that is held."""
    for _ in range(500):
        if await workspace.db.value("select count(*) from pg_locks where not granted"):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


async def test_fields_that_came_since_keep_what_they_hold(workspace: Workspace) -> None:
    one = await _made(workspace, "company", name="Old")
    batch = await _changed(workspace, "company", one, name="New")
    body = {"name": "rating", "type": "integer", "label": {"en": "Rating"}}
    workspace.catalogue, _ = await change_catalogue(
        workspace.db, BUILT_IN, [Change("f_rating", "field", "company", body)], None
    )
    async with workspace.context() as ctx:
        await ctx.tx.execute("update company set rating = 5")
    await _undo(workspace, batch)
    found = await _body(workspace, "company", one)
    assert (found["name"], found["rating"]) == ("Old", 5)


async def test_links_to_what_was_purged_since_stay_empty(workspace: Workspace) -> None:
    old, new = await _made(workspace, "company", name="Old"), await _made(workspace, "company", name="New")
    deal = await _made(workspace, "deal", name="Deal", company=old)
    other = await _made(workspace, "deal", name="Other", company=old)
    batch = await _changed(workspace, "deal", deal, company=new)
    partly = await _changed(workspace, "deal", other, company=new, name="Renamed")
    async with workspace.context() as ctx:
        await update(ctx, "deal", other, {"name": "Edited"}, None)
        await trash(ctx, "company", old)
        assert await purging.purge(ctx, ctx.catalogue.object("company"), [old]) == 1
    for each in (batch, partly):
        await _undo(workspace, each)
    assert await workspace.db.value("select count(*) from deal where company is not null") == 0


async def test_what_was_merged_stays_while_the_other_has_to(workspace: Workspace) -> None:
    kept, gone = await _made(workspace, "person", last_name="Kept"), await _made(workspace, "person", last_name="Gone")
    company = await _made(workspace, "company", name="Acme")
    await _made(workspace, "employment", person=kept, company=company)
    async with workspace.context() as ctx:
        await trash(ctx, "person", gone)
        await ctx.tx.execute(
            "insert into merged_record (id, object, winner_id, batch_id) values ($1, 'person', $2, 1)", gone, kept
        )
        assert await purging.purge(ctx, ctx.catalogue.object("person"), [kept]) == 0
        assert await ctx.tx.value("select count(*) from person") == 2


async def test_only_what_lies_in_the_trash_is_purged(workspace: Workspace) -> None:
    one = await _made(workspace, "company", name="Back")
    async with workspace.context() as ctx:
        await trash(ctx, "company", one)

    async def purged() -> int:
        async with workspace.context() as ctx:
            return await purging.purge(ctx, ctx.catalogue.object("company"), [one])

    async with workspace.context() as ctx:
        await restore(ctx, "company", one)
        purging_it = asyncio.create_task(purged())
        await _waits(workspace)
    assert await purging_it == 0
    assert (await _body(workspace, "company", one))["name"] == "Back"


async def test_no_way_back_closes_a_circle(workspace: Workspace) -> None:
    top, one, two = [await _made(workspace, "company", name=name) for name in ("Top", "One", "Two")]
    async with workspace.context() as ctx:
        await update(ctx, "company", one, {"parent": two}, None)
    batch = await _changed(workspace, "company", one, parent=top, industry="Steel")
    async with workspace.context() as ctx:
        await update(ctx, "company", two, {"parent": one}, None)
    assert [(each.id, each.reason, each.fields) for each in await _undo(workspace, batch)] == [
        (one, "circle", ("parent",))
    ]
    found = await _body(workspace, "company", one)
    assert (found["parent"]["id"], found["industry"]) == (top, None)


async def test_nor_where_the_record_was_edited_since(workspace: Workspace) -> None:
    one, two = [await _made(workspace, "company", name=name) for name in ("One", "Two")]
    async with workspace.context() as ctx:
        await update(ctx, "company", one, {"parent": two}, None)
    batch = await _changed(workspace, "company", one, parent=None, industry="Steel")
    async with workspace.context() as ctx:
        await update(ctx, "company", one, {"name": "Edited"}, None)
        await update(ctx, "company", two, {"parent": one}, None)
    assert [(each.reason, each.fields) for each in await _undo(workspace, batch)] == [("circle", ("parent",))]
    found = await _body(workspace, "company", one)
    assert (found["parent"], found["industry"], found["name"]) == (None, None, "Edited")
