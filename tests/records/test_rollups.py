"""Roll-ups: always what the related records come to, whoever writes them, however many at once."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visavis.access import SYSTEM, Actor, overlaid
from visavis.features.customizing.jobs import fill_rollups
from visavis.features.runtime import Workspace
from visavis.kernel.errors import BadRequest, Conflict, Problem
from visavis.objects import BUILT_IN
from visavis.records import Query, count, create, list_page, read, restore, trash, update
from visavis.store import SerializationRetry
from visavis.store.live import Change, change_catalogue, plan_now

OPEN = {"field": "stage", "op": "not_in", "value": ["won", "lost"]}
ROLLUPS: dict[str, dict[str, Any]] = {
    "deals": {"type": "integer", "rollup": {"object": "deal", "field": "company", "function": "count"}},
    "open_deals": {
        "type": "integer",
        "rollup": {"object": "deal", "field": "company", "function": "count", "filter": OPEN},
    },
    "pipeline": {"type": "money", "rollup": {"object": "deal", "field": "company", "function": "sum", "of": "amount"}},
    "chance": {
        "type": "percent",
        "rollup": {"object": "deal", "field": "company", "function": "avg", "of": "probability"},
    },
    "first_deal": {
        "type": "date",
        "rollup": {"object": "deal", "field": "company", "function": "min", "of": "opened_on"},
    },
    "stage_now": {
        "type": "text",
        "rollup": {"object": "deal", "field": "company", "function": "last", "of": "stage", "by": "opened_on"},
    },
    "subsidiaries": {"type": "integer", "rollup": {"object": "company", "field": "parent", "function": "count"}},
}


class Run:
    """What a job sees of its worker."""

    def __init__(self, workspace: Workspace, **args: Any) -> None:
        self.workspace, self.args = workspace, args
        self.told: list[tuple[float, float]] = []

    async def progress(self, done: float, total: float, unit: str = "") -> None:
        self.told.append((done, total))

    async def checkpoint(self) -> None: ...


async def add(workspace: Workspace, object_name: str, **fields: dict[str, Any]) -> None:
    changes = [
        Change(f"f_{object_name}_{name}", "field", object_name, {"name": name, "label": {"en": name}, **body})
        for name, body in fields.items()
    ]
    workspace.catalogue, _ = await change_catalogue(workspace.db, BUILT_IN, changes, None)


@pytest.fixture
async def rolled(workspace: Workspace) -> Workspace:
    await add(workspace, "company", **ROLLUPS)
    return workspace


async def shown(workspace: Workspace, record_id: int) -> dict[str, Any]:
    async with workspace.context() as ctx:
        body = json.loads((await read(ctx, "company", record_id)).body)
    return {name: body[name] for name in ROLLUPS}


_WANTED = """
select count(*) as deals, count(*) filter (where stage is null or stage not in ('won', 'lost')) as open_deals,
    case when count(distinct amount_currency) = 1 then sum(amount) end as pipeline,
    min(amount_currency) as currency, avg(probability) as chance, min(opened_on) as first_deal,
    (array_agg(stage order by opened_on desc nulls last, id desc))[1] as stage_now,
    (select count(*) from company c where c.parent = $1 and c.deleted_at is null) as subsidiaries
from deal where company = $1 and deleted_at is null
"""


async def check(workspace: Workspace, ids: list[int]) -> None:
    for record_id in ids:
        row = await workspace.db.row(_WANTED, record_id)
        assert row is not None
        found = await shown(workspace, record_id)
        amount = found["pipeline"] and found["pipeline"]["amount"]
        assert (found["deals"], found["open_deals"], found["subsidiaries"]) == (
            row["deals"], row["open_deals"], row["subsidiaries"],
        )  # fmt: skip
        assert (None if amount is None else float(amount)) == (
            None if row["pipeline"] is None else float(row["pipeline"])
        )
        assert found["stage_now"] == row["stage_now"]
        assert found["first_deal"] == (row["first_deal"] and row["first_deal"].isoformat())
        assert (found["chance"] is None) == (row["chance"] is None)
        if row["chance"] is not None:
            assert abs(float(found["chance"]) - float(row["chance"])) < 1e-5


async def companies(workspace: Workspace, number: int) -> list[int]:
    async with workspace.context() as ctx:
        return [(await create(ctx, "company", {"name": f"Company {n}"})).id for n in range(number)]


def deal(rnd: random.Random, ids: list[int]) -> dict[str, Any]:
    money = {"amount": str(rnd.randrange(100)), "currency": rnd.choice(["EUR", "EUR", "EUR", "USD"])}
    return {
        "company": rnd.choice([None, *ids]),
        "stage": rnd.choice([None, "won", "lost", "proposal"]),
        "amount": rnd.choice([None, money]),
        "probability": rnd.choice([None, "10", "55.5"]),
        "opened_on": rnd.choice([None, "2026-01-02", "2025-06-07"]),
    }


async def one_step(workspace: Workspace, rnd: random.Random, ids: list[int], deals: list[int]) -> None:
    async with workspace.context() as ctx:
        act = rnd.choice(["create", "create", "update", "update", "trash", "restore", "parent", "delete"])
        if act == "create" or not deals:
            deals.append((await create(ctx, "deal", {"name": "d", **deal(rnd, ids)})).id)
        elif act == "update":
            await update(ctx, "deal", rnd.choice(deals), deal(rnd, ids), None)
        elif act == "parent":
            await update(ctx, "company", rnd.choice(ids[1:]), {"parent": rnd.choice([None, ids[0]])}, None)
        elif act == "delete":
            await ctx.tx.execute("delete from deal where id = $1", deals[-1])
            deals.pop()
        else:
            await (trash if act == "trash" else restore)(ctx, "deal", rnd.choice(deals))


@given(seed=st.integers(0, 2**32))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
async def test_whatever_happens(rolled: Workspace, seed: int) -> None:
    rnd = random.Random(seed)
    ids, deals = await companies(rolled, 3), list[int]()
    for _ in range(12):
        with suppress(Conflict):
            await one_step(rolled, rnd, ids, deals)
        await check(rolled, ids)


async def test_many_at_once_lose_nothing(rolled: Workspace) -> None:
    ids = await companies(rolled, 3)
    rnd = random.Random(3)

    async def writer(number: int) -> None:
        own: list[int] = []
        for _ in range(12):
            for _try in range(20):
                try:
                    await one_step(rolled, rnd, ids, own)
                    break
                except SerializationRetry:
                    continue
                except Problem:
                    break

    await asyncio.gather(*(writer(n) for n in range(4)))
    await check(rolled, ids)


async def test_set_based_writes_count_too(rolled: Workspace) -> None:
    ids = await companies(rolled, 4)
    async with rolled.context() as ctx:
        await ctx.tx.execute(
            "insert into deal (name, company, amount, amount_currency) select 'd', ($1::bigint[])[1 + n % 3], n, 'EUR'"
            " from generate_series(1, 500) n",
            ids,
        )
    await check(rolled, ids)
    async with rolled.context() as ctx:
        await ctx.tx.execute("update deal set company = $1 where id % 2 = 0", ids[3])
    await check(rolled, ids)
    async with rolled.context() as ctx:
        await ctx.tx.execute("delete from deal where id % 3 = 0")
    await check(rolled, ids)


async def test_they_are_chosen_sorted_and_read_by_formulas(rolled: Workspace) -> None:
    await add(rolled, "company", busy={"type": "boolean", "formula": "open_deals > 1"})
    one, two = await companies(rolled, 2)
    async with rolled.context() as ctx:
        for company, stage in ((one, "won"), (two, "proposal"), (two, None)):
            await create(ctx, "deal", {"name": "d", "company": company, "stage": stage})
        page = json.loads(await list_page(ctx, "company", Query(sort=("-open_deals",), columns=("open_deals", "busy"))))
        assert [(r["id"], r["open_deals"], r["busy"]) for r in page["data"]] == [(two, 2, True), (one, 0, False)]
        more = {"field": "open_deals", "op": "gt", "value": 1}
        assert (await count(ctx, "company", Query(filter=more)))["value"] == 1
        hop = {"field": "company.open_deals", "op": "gt", "value": 1}
        assert (await count(ctx, "deal", Query(filter=hop)))["value"] == 2


async def test_a_formula_can_be_rolled_up(workspace: Workspace) -> None:
    await add(workspace, "deal", weighted={"type": "money", "formula": "amount * probability / 100"})
    rollup = {"object": "deal", "field": "company", "function": "sum", "of": "weighted"}
    await add(workspace, "company", forecast={"type": "money", "rollup": rollup})
    (acme,) = await companies(workspace, 1)
    async with workspace.context() as ctx:
        money = {"amount": "200", "currency": "EUR"}
        made = await create(ctx, "deal", {"name": "d", "company": acme, "amount": money, "probability": "10"})
        await create(ctx, "deal", {"name": "e", "company": acme, "amount": money, "probability": "50"})
        await update(ctx, "deal", made.id, {"probability": "20"}, None)
        body = json.loads((await read(ctx, "company", acme)).body)
    assert body["forecast"] == {"amount": "140.00", "currency": "EUR"}


async def test_records_that_were_there_before(workspace: Workspace) -> None:
    ids = await companies(workspace, 5)
    rnd = random.Random(1)
    async with workspace.context() as ctx:
        for _ in range(20):
            await create(ctx, "deal", {"name": "d", **deal(rnd, ids)})
    await add(workspace, "company", **ROLLUPS)
    assert (await shown(workspace, ids[0]))["deals"] is None
    waiting = await workspace.db.rows("select args from job where kind = 'rollups.fill' and state = 'queued'")
    assert [row["args"] for row in waiting] == [{"object": "company"}]
    run = Run(workspace, object="company")
    assert await fill_rollups(run) == {"records": 5}
    assert run.told == [(5, 5)]
    await check(workspace, ids)
    assert await fill_rollups(run) == {"records": 0}
    assert (await plan_now(workspace.db, BUILT_IN)).empty


async def test_a_changed_definition_is_worked_out_anew(rolled: Workspace) -> None:
    ids = await companies(rolled, 2)
    async with rolled.context() as ctx:
        await create(ctx, "deal", {"name": "d", "company": ids[0], "stage": "won"})
    await fill_rollups(Run(rolled, object="company"))
    won = {"object": "deal", "field": "company", "function": "count",
           "filter": {"field": "stage", "op": "eq", "value": "won"}}  # fmt: skip
    changes = [Change("f_company_open_deals", "field", "company", {"rollup": won})]
    rolled.catalogue, _ = await change_catalogue(rolled.db, BUILT_IN, changes, None)
    await fill_rollups(Run(rolled, object="company"))
    assert (await shown(rolled, ids[0]))["open_deals"] == 1
    assert (await plan_now(rolled.db, BUILT_IN)).empty


async def test_hidden_ones_cost_nothing(rolled: Workspace) -> None:
    changes = [Change(f"f_company_{name}", "field", "company", {"hidden": True}) for name in ROLLUPS]
    rolled.catalogue, _ = await change_catalogue(rolled.db, BUILT_IN, changes, None)
    left = await rolled.db.value(
        "select count(*) from pg_trigger where tgname like 'rollup.%'"
        " and tgrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace)"
    )
    assert left == 0
    (acme,) = await companies(rolled, 1)
    changes = [Change("f_company_deals", "field", "company", {"hidden": False})]
    rolled.catalogue, _ = await change_catalogue(rolled.db, BUILT_IN, changes, None)
    await fill_rollups(Run(rolled, object="company"))
    async with rolled.context() as ctx:
        assert json.loads((await read(ctx, "company", acme)).body)["deals"] == 0


async def test_they_are_masked_with_what_they_read(rolled: Workspace) -> None:
    for rules in ({"deal": {"hidden": ["amount"]}}, {"deal": {"read": "none"}}):
        actor = Actor(None, "manager", policy=overlaid({"manager": rules}))
        async with rolled.context(actor) as ctx:
            for query in (Query(columns=("pipeline",)), Query(sort=("pipeline",))):
                with pytest.raises(BadRequest):
                    await list_page(ctx, "company", query)
    async with rolled.context(SYSTEM) as ctx:
        await list_page(ctx, "company", Query(columns=tuple(ROLLUPS)))


async def test_records_that_come_after_those_that_point_at_them(rolled: Workspace) -> None:
    async with rolled.context() as ctx:
        await ctx.tx.execute("insert into deal (name, company, stage) values ('d', 900001, 'won'), ('e', 900001, null)")
        await ctx.tx.execute("insert into company (id, name) values (900001, 'Late'), (900002, 'Bare')")
    await check(rolled, [900001, 900002])
