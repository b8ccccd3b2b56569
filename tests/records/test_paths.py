"""Paths: always what the records come to, whoever writes them, however many at once; lists along them as any other."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.test_budgets import counted
from visavis.access import Actor, overlaid
from visavis.features.runtime import Workspace
from visavis.kernel.errors import BadRequest, Conflict, Problem
from visavis.objects import BUILT_IN
from visavis.records import Query, batches, create, list_page, listing, paths, restore, trash, update
from visavis.records.merging import gather
from visavis.records.purging import purge
from visavis.store import SerializationRetry
from visavis.store import paths as store
from visavis.store.live import Change, change_catalogue
from visavis.store.paths import Path

EMPLOYERS = Path("employment", "person", "company", "country", "last_name")
BALANCES = Path("deal", "person", "company", "employees", "first_name")
COUNTRIES = ("France", "F" * 250 + "rance", "F" * 250, None)
_WANTED = """
select t.id as link, t.person as id, left(f.country, 100) as value, lower(b.last_name) as key, b.owner, b.team,
    f.owner as far_owner, f.team as far_team
from employment t
left join person b on b.id = t.person and b.deleted_at is null
left join company f on f.id = t.company and f.deleted_at is null
where t.deleted_at is null and t.person is not null and t.company is not null
"""
_MEMBERS = (Actor(1, "member", 2, colleagues=(1, 3)), Actor(4, "member"), Actor(5, "member", 6, colleagues=(5,)))


async def laid(workspace: Workspace, path: Path = EMPLOYERS) -> str:
    name = await store.lay(workspace.db, workspace.catalogue, path)
    assert name is not None
    assert await store.fill(workspace.db, workspace.catalogue, path)
    return name


async def filled(workspace: Workspace) -> str:
    """The same, again and again."""
    name = await store.lay(workspace.db, workspace.catalogue, EMPLOYERS)
    await store.fill(workspace.db, workspace.catalogue, EMPLOYERS)
    assert await workspace.db.value("select to_regclass($1) is not null", f'"{name}.ready"')
    return str(name)


async def check(workspace: Workspace, name: str) -> None:
    columns = "link, id, value, key, owner, team, far_owner, far_team"
    have, wanted = f'select {columns} from "{name}"', f"select {columns} from ({_WANTED}) w"
    assert not await workspace.db.rows(f"(({have}) except all ({wanted})) union all (({wanted}) except all ({have}))")


async def seeded(workspace: Workspace, rnd: random.Random, each: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {"person": [], "company": [], "employment": []}
    async with workspace.context() as ctx:
        for name in found:
            found[name] = [(await create(ctx, name, body(rnd, name, found))).id for _ in range(each)]
    return found


def body(rnd: random.Random, name: str, ids: dict[str, list[int]]) -> dict[str, Any]:
    if name == "employment":
        return {"person": rnd.choice(ids["person"]), "company": rnd.choice(ids["company"])}
    if name == "person":
        return {"last_name": rnd.choice(["Ana", "ANA", "Été", "김"]), "first_name": rnd.choice([None, "x", "y"])}
    return {"name": "Acme", "country": rnd.choice(COUNTRIES), "employees": rnd.choice([None, 1, 2])}


async def one_step(workspace: Workspace, rnd: random.Random, ids: dict[str, list[int]]) -> None:
    name = rnd.choice(list(ids))
    act = rnd.choice(
        ["create", "update", "update", "trash", "restore", "hand over", "merge", "purge", "delete", "come"]
    )
    some = rnd.sample(ids[name], min(2, len(ids[name])))
    async with workspace.context() as ctx:
        if act == "create" or len(some) < 2:
            ids[name].append((await create(ctx, name, body(rnd, name, ids))).id)
        elif act == "update":
            await update(ctx, name, some[0], body(rnd, name, ids), None)
        elif act == "hand over" and name != "employment":
            sql = f"update {name} set owner = nullif($1::bigint, 0), team = nullif($2::bigint, 0) where id = any($3)"
            await ctx.tx.execute(sql, rnd.randrange(4), rnd.randrange(4), some)
        elif act == "merge" and name != "employment":
            batch = await batches.begin(ctx, "merge")
            await gather(replace(ctx, batch_id=batch), name, some[0], some[1:])
            if rnd.random() < 0.5:
                await batches.undo(ctx, batch)
        elif act == "purge":
            await ctx.tx.execute(f"update {name} set deleted_at = now() where id = $1", some[0])
            await purge(ctx, ctx.catalogue.object(name), some[:1])
        elif act in ("delete", "come"):
            await ctx.tx.execute(
                f"create temp table kept on commit drop as select * from {name} where id = $1", some[0]
            )
            await ctx.tx.execute(f"delete from {name} where id = $1", some[0])
            if act == "come":
                await ctx.tx.execute(f"insert into {name} select * from kept")
        elif act in ("trash", "restore"):
            await (trash if act == "trash" else restore)(ctx, name, some[0])


@given(seed=st.integers(0, 2**32))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
async def test_whatever_happens(workspace: Workspace, seed: int) -> None:
    rnd = random.Random(seed)
    ids = await seeded(workspace, rnd, 4)
    name = await filled(workspace)
    for _ in range(15):
        with suppress(Problem):
            await one_step(workspace, rnd, ids)
        await check(workspace, name)


async def test_many_at_once_lose_nothing(workspace: Workspace) -> None:
    """Writers at both ends and in between, while what was there before is taken in."""
    rnd = random.Random(3)
    ids = await seeded(workspace, rnd, 6)
    name = await store.lay(workspace.db, workspace.catalogue, EMPLOYERS)
    assert name is not None

    async def writer() -> None:
        for _ in range(25):
            with suppress(SerializationRetry, Problem):
                await one_step(workspace, rnd, ids)

    await asyncio.gather(*(writer() for _ in range(3)), store.fill(workspace.db, workspace.catalogue, EMPLOYERS))
    await check(workspace, name)
    assert await workspace.db.value(f'select count(*) from "{name}"')


@pytest.mark.parametrize("first", ["relation", "end"])
async def test_a_relation_that_comes_while_its_end_changes_hands(workspace: Workspace, dsn: str, first: str) -> None:
    ids = await seeded(workspace, random.Random(1), 2)
    name = await laid(workspace)
    person, company = ids["person"][0], ids["company"][0]
    hired = f"insert into employment (person, company) values ({person}, {company})"
    moved = f"update person set owner = 77 where id = {person}"
    one, other = (hired, moved) if first == "relation" else (moved, hired)
    async with workspace.context() as ctx:
        await ctx.tx.execute(one)
        waiting = asyncio.create_task(workspace.db.rows(other))
        await asyncio.sleep(0.2)
        assert not waiting.done()
    await waiting
    await check(workspace, name)
    assert await workspace.db.value(f'select count(*) from "{name}" where owner = 77') >= 1


async def test_set_based_writes_count_too(workspace: Workspace) -> None:
    name = await laid(workspace)
    for sql in (
        "insert into person (last_name, owner, team) select 'P' || n % 7, n % 5, n % 3 from generate_series(1, 3000) n",
        "insert into company (name, country, owner) select 'C', 'C' || n % 3, n % 4 from generate_series(1, 50) n",
        "insert into employment (person, company) select p.id, p.id % 50 + (select min(id) from company) from person p",
        "update person set owner = 9 where id % 2 = 0",
        "update company set country = 'Other' where id % 3 = 0",
        "update employment set company = company + 1 where id % 5 = 0",
        "update company set deleted_at = now() where id % 7 = 0",
        "delete from person where id % 11 = 0",
        "delete from employment where id % 13 = 0",
    ):
        await workspace.db.rows(sql)
        await check(workspace, name)


async def test_filling_goes_on_where_it_was(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    await seeded(workspace, random.Random(2), 8)
    monkeypatch.setattr(store, "_AT_ONCE", 3)
    name = await store.lay(workspace.db, workspace.catalogue, EMPLOYERS)
    assert name is not None
    assert await store.lay(workspace.db, workspace.catalogue, EMPLOYERS) == name
    async with workspace.db.transaction() as tx:
        assert await store._fill_some(tx, name)
        assert not await store.is_ready(tx, name)
    assert await workspace.db.value(f'select count(*) from "{name}"') == 3
    assert await store.fill(workspace.db, workspace.catalogue, EMPLOYERS)
    await check(workspace, name)
    assert not await store.fill(workspace.db, workspace.catalogue, EMPLOYERS)


async def test_it_goes_with_one_of_its_fields(workspace: Workspace) -> None:
    await laid(workspace)
    assert await _left(workspace) > 0
    change = Change("company.country", "field", "company", {"hidden": True})
    workspace.catalogue, _ = await change_catalogue(workspace.db, BUILT_IN, [change], None)
    assert await _left(workspace) == 0
    assert await store.lay(workspace.db, workspace.catalogue, EMPLOYERS) is None
    assert not await store.fill(workspace.db, workspace.catalogue, EMPLOYERS)


async def _left(workspace: Workspace) -> int:
    """What there is of paths: tables, triggers, functions."""
    return int(
        await workspace.db.value(
            "select (select count(*) from pg_class where relname like 'path.%' and relnamespace = n)"
            " + (select count(*) from pg_proc where proname like 'path.%' and pronamespace = n)"
            " + (select count(*) from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " where t.tgname like 'path.%' and c.relnamespace = n) + (select count(*) from path_fill)"
            " from (select current_schema()::regnamespace as n) here"
        )
    )


def asked(value: Any, *, more: bool = False, **query: Any) -> Query:
    part = {"field": "company.country", "op": "eq", "value": value}
    tree: Any = {"related": "employment.person", "filter": part}
    if more:
        inner = {"and": [part, {"field": "role", "op": "empty"}]}
        tree = {"and": [{"field": "first_name", "op": "eq", "value": "x"}, tree | {"filter": inner}]}
    return Query(filter=tree, columns=("last_name", "owner"), **query)


async def pages(workspace: Workspace, actor: Actor, query: Query) -> list[Any]:
    found: list[Any] = []
    cursor = None
    while cursor is not None or not found:
        async with workspace.context(actor, readonly=True) as ctx:
            page = json.loads(await list_page(ctx, "person", Query(**_fields(query) | {"cursor": cursor})))
        found.append(page["data"])
        cursor = page["next"]
    return found


def _fields(query: Query) -> dict[str, Any]:
    return {name: getattr(query, name) for name in query.__slots__}


@given(seed=st.integers(0, 2**32))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
async def test_a_list_along_a_path_is_the_list(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Page after page, in both directions, with more to ask of either type, for members of several reaches."""
    rnd = random.Random(seed)
    ids = await seeded(workspace, rnd, 12)
    await workspace.db.rows("insert into employment (person, company) select person, company + 1 from employment")
    for name in ("person", "company"):
        sql = f"update {name} set owner = nullif(id % $1, 0), team = nullif(id % $2, 0),"
        await workspace.db.rows(sql + " deleted_at = case when id % 9 = 0 then now() end", *rnd.sample(range(2, 8), 2))
    await filled(workspace)
    monkeypatch.setattr(listing, "WORTH_A_THOUGHT", -1.0)
    grants = rnd.choice([{}, {"company": {"read": "own"}}, {"company": {"read": "all"}}, {"person": {"read": "own"}}])
    for member in _MEMBERS:
        actor = Actor(
            member.user_id, "member", member.team_id, colleagues=member.colleagues, policy=overlaid({"member": grants})
        )
        for query in (
            *(asked(value, limit=3, sort=sort) for value in COUNTRIES[:3] for sort in ((), ("-last_name",))),
            asked("France", limit=2, more=True),
        ):
            found = []
            for way in ("walk", "path"):
                monkeypatch.setattr(listing, "_way", lambda *_, way=way: asyncio.sleep(0, way))
                found.append(await pages(workspace, actor, query))
            assert found[0] == found[1]
    assert ids


async def test_what_one_may_not_see_leads_nowhere(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    await laid(workspace)
    monkeypatch.setattr(listing, "_way", lambda *_: asyncio.sleep(0, "path"))
    monkeypatch.setattr(listing, "WORTH_A_THOUGHT", -1.0)
    for rules in ({"company": {"hidden": ["country"]}}, {"employment": {"hidden": ["company"]}}):
        actor = Actor(1, "member", 2, colleagues=(1,), policy=overlaid({"member": rules}))
        with pytest.raises(BadRequest):
            await pages(workspace, actor, asked("France"))


async def test_where_no_path_leads(workspace: Workspace) -> None:
    member = _MEMBERS[0]
    async with workspace.context(member, readonly=True) as ctx:
        person = ctx.catalogue.object("person")
        found = paths.along(ctx, person, asked("France"))
        assert found is not None
        assert found.path == EMPLOYERS
        for query in (
            asked("France", trash=True),
            asked("France", sort=("last_name", "first_name")),
            asked("France", sort=("-updated_at",)),
            asked("France", sort=("abc_class",)),
            Query(filter={"not": asked("France").filter}),
            Query(filter=asked("France").filter | {"count": {"op": "gt", "value": 1}}),
            Query(filter={"related": "employment.person", "filter": {"field": "role", "op": "eq", "value": "x"}}),
        ):
            assert paths.along(ctx, person, query) is None
    async with workspace.context(Actor(1, "manager"), readonly=True) as ctx:
        assert paths.along(ctx, person, asked("France")) is None


async def test_a_number_at_the_far_end_and_empty_terms_of_the_order(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rnd = random.Random(5)
    ids = await seeded(workspace, rnd, 10)
    await workspace.db.rows("update person set owner = 4")
    await workspace.db.rows("update company set owner = 4")
    await workspace.db.rows(
        "insert into deal (name, person, company, owner) select 'd', $1::bigint + n % 10, $2::bigint + n % 7, 4"
        " from generate_series(1, 40) n",
        ids["person"][0],
        ids["company"][0],
    )
    await laid(workspace, BALANCES)
    tree = {"related": "deal.person", "filter": {"field": "company.employees", "op": "eq", "value": 1}}
    monkeypatch.setattr(listing, "WORTH_A_THOUGHT", -1.0)
    for sort in ("first_name", "-first_name"):
        found = []
        for way in ("walk", "path"):
            monkeypatch.setattr(listing, "_way", lambda *_, way=way: asyncio.sleep(0, way))
            found.append(await pages(workspace, Actor(4, "member"), Query(filter=tree, sort=(sort,), limit=2)))
        assert found[0] == found[1]
        assert len(found[0]) > 1


async def test_a_path_that_is_taken_may_go_meanwhile(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again within a minute the list would take the path, which has been dropped and is laid anew."""
    await workspace.db.rows(
        "insert into person (last_name, owner) select 'P' || n % 977, n % 11 from generate_series(1, 5000) n"
    )
    await workspace.db.rows(
        "insert into company (name, country, owner) select 'C', 'C' || n % 9, n % 7 from generate_series(1, 500) n"
    )
    await workspace.db.rows(
        "insert into employment (person, company) select p.id, c.low + p.id * 7919 % 500"
        " from person p, (select min(id) low from company) c"
    )
    for name in ("person", "company", "employment"):
        await workspace.db.rows(f"analyze {name}")
    name = await laid(workspace)
    monkeypatch.setattr(listing, "WORTH_A_THOUGHT", -1.0)
    monkeypatch.setattr(listing, "CLOSE", 1000.0)
    actor = Actor(4, "member", 2, colleagues=(4, 5))
    async with workspace.context(actor, readonly=True) as ctx:
        with counted(ctx) as seen:
            before = await list_page(ctx, "person", asked("C3"))
    assert any(f'from "{name}.ready"' in sql and "explain" not in sql for sql in seen)
    async with workspace.db.transaction() as tx:
        await store.drop(tx, name)
    assert await store.lay(workspace.db, workspace.catalogue, EMPLOYERS) == name
    async with workspace.context(actor, readonly=True) as ctx:
        with counted(ctx) as seen:
            assert await list_page(ctx, "person", asked("C3")) == before
    assert not any("explain" in sql for sql in seen)
    assert len(json.loads(before)["data"]) > 5


async def test_a_cursor_that_is_none(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    await laid(workspace)
    monkeypatch.setattr(listing, "_way", lambda *_: asyncio.sleep(0, "path"))
    monkeypatch.setattr(listing, "WORTH_A_THOUGHT", -1.0)
    async with workspace.context(_MEMBERS[0], readonly=True) as ctx:
        with pytest.raises(Conflict):
            await list_page(ctx, "person", asked("France", cursor="W10"))
