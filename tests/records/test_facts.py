"""Values with their source, verified anew, and records as they were."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.things import people, values
from visavis.access import SYSTEM, Actor, overlaid
from visavis.features.runtime import Workspace
from visavis.kernel import clock
from visavis.kernel.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound
from visavis.objects import BUILT_IN
from visavis.records import Query, as_of, batches, count, create, facts, read, restore, trash, update, verify
from visavis.store.live import Change, change_catalogue


async def one(workspace: Workspace, actor: Actor = SYSTEM, **given: Any) -> int:
    async with workspace.context(actor, "web") as ctx:
        return (await create(ctx, "person", {"last_name": "Kim", **given})).id


async def told(workspace: Workspace, record_id: int, actor: Actor = SYSTEM) -> dict[str, dict[str, Any]]:
    async with workspace.context(actor) as ctx:
        return {fact["field"]: fact for fact in (await facts(ctx, "person", record_id))["data"]}


async def test_every_value_has_its_source(workspace: Workspace) -> None:
    ann, ben, *_ = await people(workspace, teams=1)
    ann = replace(ann, role="owner")
    record_id = await one(workspace, ann, phone="+442079460018", email="kim@example.com", country="KR")
    async with workspace.context(SYSTEM) as ctx:
        batch = await batches.begin(ctx, "import", {"filename": "people.csv"})
    async with workspace.context(replace(ben, role="owner"), "import", batch_id=batch) as ctx:
        await update(ctx, "person", record_id, {"phone": "+442079460019", "country": None}, None)
    found = await told(workspace, record_id)
    assert found["last_name"]["author"]["id"] == ann.user_id
    assert found["last_name"]["source"] == {"door": "web", "kind": None, "file": None}
    assert found["phone"]["author"]["id"] == ben.user_id
    assert found["phone"]["source"] == {"door": "import", "kind": "import", "file": "people.csv"}
    assert found["phone"]["since"] > found["email"]["since"]
    assert "country" not in found and "revenue_net" not in found


async def test_verified_values(workspace: Workspace) -> None:
    changes = [Change("person.phone", "field", "person", {"verify_every": 100})]
    workspace.catalogue, _ = await change_catalogue(workspace.db, BUILT_IN, changes, None)
    record_id = await one(workspace, phone="+442079460018")
    fresh = await one(workspace, phone="+442079460018")
    await one(workspace)
    old = clock.now() - timedelta(days=200)
    async with workspace.context() as ctx:
        await ctx.tx.execute("update event set at = $2 where record_id = $1", record_id, old)
    assert (await told(workspace, record_id))["phone"]["due"] == old + timedelta(days=100)
    assert await overdue(workspace) == 1
    async with workspace.context() as ctx:
        await verify(ctx, "person", record_id, ["phone"])
    fact = (await told(workspace, record_id))["phone"]
    assert fact["verified"]["by"] is None and fact["due"] > clock.now()
    assert await overdue(workspace) == 0
    async with workspace.context() as ctx:
        await update(ctx, "person", record_id, {"phone": "+442079460011"}, None)
    assert (await told(workspace, record_id))["phone"]["verified"] is None
    assert (await told(workspace, fresh))["phone"]["due"] > clock.now()


async def overdue(workspace: Workspace) -> int:
    tree = {"field": "phone", "op": "unverified", "value": "P100D"}
    async with workspace.context() as ctx:
        found: int = (await count(ctx, "person", Query(filter=tree)))["value"]
    return found


async def test_what_cannot_be_verified(workspace: Workspace) -> None:
    record_id = await one(workspace)
    for names in (["phone"], ["nonsense"], ["revenue_net"], ["id"]):
        with pytest.raises(Conflict if names == ["phone"] else Invalid):
            async with workspace.context() as ctx:
                await verify(ctx, "person", record_id, names)
    with pytest.raises(Forbidden):
        async with workspace.context(Actor(None, "reader", policy=overlaid({"reader": {"*": {"read": "all"}}}))) as ctx:
            await verify(ctx, "person", record_id, ["last_name"])
    with pytest.raises(BadRequest):
        async with workspace.context() as ctx:
            await count(ctx, "person", Query(filter={"field": "phone", "op": "unverified", "value": "P1D"}))


async def test_what_is_hidden_has_no_facts(workspace: Workspace) -> None:
    record_id = await one(workspace, phone="+442079460018")
    actor = Actor(None, "manager", policy=overlaid({"manager": {"person": {"hidden": ["phone"]}}}))
    assert "phone" not in await told(workspace, record_id, actor)
    async with workspace.context(actor) as ctx:
        assert "phone" not in await as_of(ctx, "person", record_id, clock.now())
    stranger = Actor(None, "member")
    with pytest.raises(NotFound):
        await told(workspace, record_id, stranger)
    with pytest.raises(NotFound):
        async with workspace.context(stranger) as ctx:
            await as_of(ctx, "person", record_id, clock.now())


@given(seed=st.integers(0, 2**32))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
async def test_a_record_as_it_was(things: Workspace, seed: int) -> None:
    rnd = random.Random(seed)
    async with things.context() as ctx:
        others = [(await create(ctx, "thing", {"name": f"Other {n}"})).id for n in range(2)]
        before = ctx.now - timedelta(seconds=1)
        record_id = (await create(ctx, "thing", values(rnd, others, []))).id
    states = []
    for _ in range(4):
        async with things.context() as ctx:
            states.append((await ctx.tx.value("select now()"), await read_fields(ctx, record_id)))
        async with things.context() as ctx:
            await update(ctx, "thing", record_id, values(rnd, others, []), None)
        if rnd.random() < 0.4:
            for change in (trash, restore):
                async with things.context() as ctx:
                    await change(ctx, "thing", record_id)
    async with things.context() as ctx:
        for moment, wanted in states:
            then = await as_of(ctx, "thing", record_id, moment)
            assert {name: then[name] for name in wanted} == wanted
        with pytest.raises(NotFound):
            await as_of(ctx, "thing", record_id, before)


async def read_fields(ctx: Any, record_id: int) -> dict[str, Any]:
    body = json.loads((await read(ctx, "thing", record_id)).body)
    return {k: v for k, v in body.items() if k not in ("version", "created_at", "updated_at")}


async def test_the_trash_as_it_was(workspace: Workspace) -> None:
    record_id = await one(workspace)
    moments = []
    for change in (trash, restore):
        async with workspace.context() as ctx:
            await change(ctx, "person", record_id)
        moments.append(await workspace.db.value("select now()"))
    async with workspace.context() as ctx:
        assert (await as_of(ctx, "person", record_id, moments[0]))["deleted_at"] is not None
        assert (await as_of(ctx, "person", record_id, moments[1]))["deleted_at"] is None
