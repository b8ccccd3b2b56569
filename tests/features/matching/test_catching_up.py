"""The search table laid out anew: the same rows as one by one, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.records.things import people
from visavis.features.matching import catching_up
from visavis.features.matching.catching_up import Span, catch_up, united
from visavis.features.runtime import Workspace
from visavis.records import create, search, searching, trash, update
from visavis.records.purging import purge

MADE = """
insert into person (first_name, last_name, email, phone, owner)
select (array['Ana', 'Zoë', '민수', 'דוד', 'Łukasz'])[1 + n % 5], (array['Pop', 'Şerban', '김', 'כהן'])[1 + n % 4],
    case when n % 3 > 0 then 'p' || n || '@example.com' end, '+40 21 ' || 1000000 + n,
    (select min(id) from "user") + n % (select count(*) from "user")
from generate_series(1, 400) n
"""
ROWS = """
select record_id, object, part, marks, title, heading, folded, array(select unnest(grams) order by 1) as grams, keys
from search order by record_id
"""
SHAPE = """
select indexname as name, indexdef as text from pg_indexes where schemaname = current_schema() and tablename = 'search'
union all select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = 'search'::regclass
order by 1, 2
"""
Meanwhile = Callable[[], Awaitable[None]]


@pytest.fixture
async def filled(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """People of several owners who cannot be found yet, so few that each would else be brought in by itself."""
    monkeypatch.setattr(catching_up, "FEWEST", 1)
    monkeypatch.setattr(catching_up, "_PIECE", 50)
    await people(workspace)
    async with workspace.context() as ctx:
        await ctx.tx.execute(MADE)
        await searching.note_new(ctx.tx, ctx.catalogue.object("person"), "select id from person")
    return workspace


async def rows(workspace: Workspace) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in await workspace.db.rows(ROWS)]


async def one_by_one(workspace: Workspace) -> list[tuple[Any, ...]]:
    async with workspace.context() as ctx:
        await ctx.tx.execute("delete from search")
        for name in ("company", "person"):
            await searching.index(ctx.tx, ctx.catalogue.object(name), "true")
    return await rows(workspace)


async def shape(workspace: Workspace) -> list[tuple[str, str]]:
    return [(row["name"], row["text"]) for row in await workspace.db.rows(SHAPE)]


async def caught_up(workspace: Workspace, meanwhile: Meanwhile | None = None) -> int:
    """``meanwhile`` happens once, while the rows are being written."""
    waits = [meanwhile] if meanwhile else []

    async def tell(done: int, total: int) -> None:
        if done and waits:
            await waits.pop()()

    return await catch_up(workspace.db, workspace.catalogue, tell)


async def test_the_same_rows_and_indexes_as_one_by_one(filled: Workspace) -> None:
    before = await shape(filled)
    async with filled.context() as ctx:
        await create(ctx, "company", {"name": "There Before"})
    assert await caught_up(filled) == 400
    assert await shape(filled) == before
    assert await filled.db.value("select to_regclass('search_next') is null and not exists (select from search_build)")
    async with filled.context() as ctx:
        assert not await searching.is_waiting(ctx.tx)
        for text in ("there before", "zoe şerban", "zoe serbann"):
            assert await search(ctx, text)
    assert await rows(filled) == await one_by_one(filled)


async def test_what_is_written_meanwhile_is_found_as_it_is(filled: Workspace) -> None:
    ids = [row["id"] for row in await filled.db.rows("select id from person order by id")]
    owner = await filled.db.value('select max(id) from "user"')

    async def meanwhile() -> None:
        async with filled.context() as ctx:
            for place in (0, 200, 399):
                await update(ctx, "person", ids[place], {"last_name": f"Changed {place}"}, 1)
                await update(ctx, "person", ids[place - 7], {"owner": owner}, 1)
            await create(ctx, "person", {"last_name": "Newcomer"})
            for place in (3, 250):
                await trash(ctx, "person", ids[place])
            assert await purge(ctx, ctx.catalogue.object("person"), [ids[3], ids[250]]) == 2

    await caught_up(filled, meanwhile)
    found = await rows(filled)
    assert {row[4] for row in found} >= {"Newcomer"}
    assert found == await one_by_one(filled)


async def test_a_build_that_breaks_off_is_begun_again(filled: Workspace) -> None:
    async def meanwhile() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await caught_up(filled, meanwhile)
    async with filled.context() as ctx:
        made = await create(ctx, "person", {"last_name": "Between"})
        assert [hit["id"] for hit in await search(ctx, "between")] == [made.id]
        assert await searching.is_waiting(ctx.tx)
    await caught_up(filled)
    assert await rows(filled) == await one_by_one(filled)


async def test_two_at_once_do_it_once(filled: Workspace) -> None:
    assert sorted(await asyncio.gather(caught_up(filled), caught_up(filled))) == [0, 400]
    assert await rows(filled) == await one_by_one(filled)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 30), st.integers(0, 9))))
@settings(deadline=None)
def test_united_spans_hold_the_same_ids_once(given: list[tuple[str, int, int]]) -> None:
    spans = [Span(name, low, low + more) for name, low, more in given]
    ids = [(s.object, id_) for s in united(spans) for id_ in range(s.low, s.high + 1)]
    assert len(ids) == len(set(ids))
    assert set(ids) == {(s.object, id_) for s in spans for id_ in range(s.low, s.high + 1)}
