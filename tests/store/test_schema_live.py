"""Changing the catalogue of a workspace that is in use."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from visavis.features.runtime import Workspace, open_workspace
from visavis.kernel.errors import NotFound, Unavailable
from visavis.objects import BUILT_IN
from visavis.records import Query, create, list_page, read, update
from visavis.store import Database
from visavis.store.failures import LockTimeout
from visavis.store.live import Change, change_catalogue, load_catalogue, plan_now, synchronise
from visavis.store.schema import actual_tables


@pytest.fixture
async def workspace(dsn: str, schema: str, tmp_path: Path) -> AsyncIterator[Workspace]:
    async with open_workspace(dsn, tmp_path, schema, max_size=6) as opened:
        yield opened


def field(name: str, kind: str = "text", **body: Any) -> Change:
    return Change(f"f_{name}", "field", "company", {"name": name, "type": kind, "label": {"en": name}, **body})


async def test_the_second_time_there_is_nothing_to_do(workspace: Workspace) -> None:
    assert (await plan_now(workspace.db, BUILT_IN)).empty
    before = await _shape(workspace.db)
    await synchronise(workspace.db, BUILT_IN)
    assert await _shape(workspace.db) == before
    assert (await plan_now(workspace.db, BUILT_IN)).later == ()


async def test_places_of_an_older_workspace_move_to_a_table_of_their_own(workspace: Workspace) -> None:
    before = await _shape(workspace.db)
    older = ("abc_rank bigint", "abc_share numeric", "key_index numeric")
    async with workspace.db.transaction() as tx:
        await tx.execute("drop table standing_company")
        await tx.execute(f"alter table derived_company {', '.join(f'add column {column}' for column in older)}")
        await tx.execute("insert into derived_company (id, abc_rank, abc_share) values (1, 5, 80.5)")
    await synchronise(workspace.db, BUILT_IN)
    row = await workspace.db.row("select * from standing_company")
    assert row is not None and (row["id"], row["abc_rank"], float(row["abc_share"]), row["key_index"]) == (
        1,
        5,
        80.5,
        None,
    )
    assert "abc_rank" not in dict(await workspace.db.row("select * from derived_company") or {})
    assert (await plan_now(workspace.db, BUILT_IN)).empty and await _shape(workspace.db) == before


async def test_the_tables_are_read_while_a_refresh_swaps_one(workspace: Workspace) -> None:
    reading = True

    async def swap() -> None:
        while reading:
            async with workspace.db.transaction() as tx:
                await tx.execute("create table standing_next (like standing_company including all)")
                await tx.execute("drop table standing_company")
                await tx.execute("alter table standing_next rename to standing_company")

    swapping = asyncio.create_task(swap())
    try:
        for _ in range(100):
            async with workspace.db.transaction() as tx:
                assert "lower(name)" in (await actual_tables(tx))["company"].indexed
    finally:
        reading = False
        await swapping


async def _shape(db: Database) -> list[Any]:
    return await db.rows("select indexdef from pg_indexes where schemaname = current_schema() order by 1")


async def test_a_custom_type_and_field_work_at_once_and_in_other_processes(
    workspace: Workspace, dsn: str, schema: str, tmp_path: Path
) -> None:
    words = {"label": {"en": "Boat"}, "label_plural": {"en": "Boats"}}
    changes = [
        Change("o_boat", "object", "boat", {"name": "boat", "plural": "boats", **words}),
        Change(
            "f_port", "field", "boat", {"name": "port", "type": "relation", "target": "company", "label": {"en": "P"}}
        ),
        field("score", "integer"),
    ]
    async with open_workspace(dsn, tmp_path, schema) as other:
        workspace.catalogue, later = await change_catalogue(workspace.db, BUILT_IN, changes, None)
        assert later == ()
        async with workspace.context() as ctx:
            company = await create(ctx, "company", {"name": "Acme", "score": 7})
            boat = await create(ctx, "boat", {"name": "Anna", "port": company.id})
        await other.reload()
        assert other.catalogue == workspace.catalogue
        async with other.context() as ctx:
            shown = json.loads((await read(ctx, "boat", boat.id)).body)
            assert shown["port"] == {"id": company.id, "title": "Acme"}
            scored = Query(filter={"field": "score", "op": "ge", "value": 7}, columns=("score",))
            assert json.loads(await list_page(ctx, "company", scored))["data"][0]["score"] == 7


async def test_readers_and_writers_notice_nothing(workspace: Workspace) -> None:
    """Connections with prepared statements go on while columns are added beneath them."""
    async with workspace.context() as ctx:
        company = await create(ctx, "company", {"name": "Acme", "employees": 0})
    done = asyncio.Event()

    async def work() -> int:
        rounds = 0
        while not done.is_set():
            async with workspace.context() as ctx:
                current = await read(ctx, "company", company.id)
                await update(ctx, "company", company.id, {"employees": rounds + 1}, current.version)
                await list_page(ctx, "company", Query())
            rounds += 1
            await asyncio.sleep(0)
        return rounds

    task = asyncio.create_task(work())
    for number in range(6):
        workspace.catalogue, _ = await change_catalogue(workspace.db, BUILT_IN, [field(f"more_{number}")], None)
        await asyncio.sleep(0.05)
    done.set()
    rounds = await task
    async with workspace.context() as ctx:
        shown = json.loads((await read(ctx, "company", company.id)).body)
    assert rounds > 0
    assert (shown["employees"], shown["more_5"]) == (rounds, None)


async def test_a_table_in_use_is_waited_for(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visavis.store.live._WAIT", "50ms")
    reading = asyncio.Event()

    async def long_report() -> None:
        async with workspace.db.transaction() as tx:
            await tx.value("select count(*) from company")
            reading.set()
            await asyncio.sleep(0.4)

    report = asyncio.create_task(long_report())
    await reading.wait()
    catalogue, _ = await change_catalogue(workspace.db, BUILT_IN, [field("late")], None)
    await report
    assert catalogue.object("company").field("late")
    assert catalogue.version == workspace.catalogue.version + 1


async def test_a_change_that_cannot_get_through_leaves_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visavis.store.live._WAIT", "20ms")
    monkeypatch.setattr("visavis.store.live._TRIES", 2)
    async with workspace.db.transaction() as tx:
        await tx.value("select count(*) from company")
        with pytest.raises(LockTimeout):
            await change_catalogue(workspace.db, BUILT_IN, [field("never")], None)
    catalogue = await workspace.reload()
    assert catalogue.version == 1
    with pytest.raises(NotFound):
        catalogue.object("company").field("never")
    assert (await plan_now(workspace.db, BUILT_IN)).empty


async def test_two_administrators_at_once_both_get_their_field(workspace: Workspace) -> None:
    await asyncio.gather(*(change_catalogue(workspace.db, BUILT_IN, [field(f"a_{n}")], None) for n in range(4)))
    catalogue = await workspace.reload()
    assert catalogue.version == 5
    assert {f"a_{n}" for n in range(4)} <= set(catalogue.object("company").by_name)


async def test_the_listeners_are_told_the_new_version(workspace: Workspace, dsn: str) -> None:
    import asyncpg

    heard: asyncio.Queue[str] = asyncio.Queue()
    connection = await asyncpg.connect(dsn)
    channel = f"{workspace.db.schema}.catalogue"
    await connection.add_listener(channel, lambda *message: heard.put_nowait(message[-1]))
    await change_catalogue(workspace.db, BUILT_IN, [field("told")], None)
    assert await asyncio.wait_for(heard.get(), 10) == "2"
    await connection.close()


async def test_tables_that_cannot_be_explained_forbid_to_serve(
    workspace: Workspace, dsn: str, schema: str, tmp_path: Path
) -> None:
    async with workspace.db.transaction() as tx:
        await tx.execute("alter table company alter column industry type varchar(20)")
    with pytest.raises(Unavailable, match=r"company\.industry is character varying"):
        async with open_workspace(dsn, tmp_path, schema):
            pass


async def test_a_unique_index_against_the_data_waits_for_people(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        for _ in range(2):
            await create(ctx, "company", {"name": "Acme", "industry": "same"})
    unique = Change("company.industry", "field", "company", {"unique": True})
    _, later = await change_catalogue(workspace.db, BUILT_IN, [unique], None)
    assert len(later) == 1
    await synchronise(workspace.db, BUILT_IN)
    assert (await plan_now(workspace.db, BUILT_IN)).later == later


async def test_overlays_are_laid_over_one_another(workspace: Workspace) -> None:
    for body in ({"label": {"en": "Trade"}}, {"help": {"en": "What they do."}}):
        await change_catalogue(workspace.db, BUILT_IN, [Change("company.industry", "field", "company", body)], None)
    async with workspace.db.transaction() as tx:
        industry = (await load_catalogue(tx, BUILT_IN)).object("company").field("industry")
    assert (industry.label, industry.help) == ({"en": "Trade"}, {"en": "What they do."})
