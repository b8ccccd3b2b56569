"""Groups of companies: everything below one, and never a circle."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.things import people
from visavis.access import SYSTEM, Actor, overlaid
from visavis.features.runtime import Workspace
from visavis.kernel.errors import BadRequest, Invalid
from visavis.records import Query, create, list_page, summary, update
from visavis.store import SerializationRetry


async def group(workspace: Workspace, parents: list[int | None], owners: list[int | None] | None = None) -> list[int]:
    """Companies, each below the one at the given place."""
    ids: list[int] = []
    async with workspace.context() as ctx:
        for place, parent in enumerate(parents):
            body: dict[str, Any] = {"name": f"Company {place}", "owner": owners[place] if owners else None}
            ids.append((await create(ctx, "company", body)).id)
            if parent is not None:
                await update(ctx, "company", ids[place], {"parent": ids[parent]}, None)
    return ids


async def below(workspace: Workspace, actor: Actor, top: int) -> set[int]:
    tree = {"field": "parent", "op": "under", "value": top}
    async with workspace.context(actor) as ctx:
        page = json.loads(await list_page(ctx, "company", Query(filter=tree, limit=200)))
    return {row["id"] for row in page["data"]}


@given(shape=st.lists(st.integers(0, 30), min_size=1, max_size=12))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
async def test_below_is_everything_below(workspace: Workspace, shape: list[int]) -> None:
    parents: list[int | None] = [None if n > place else n for place, n in enumerate(shape, 1)]
    parents = [p if p is not None and p < place else None for place, p in enumerate(parents)]
    ids = await group(workspace, parents)
    for place, top in enumerate(ids):
        wanted = {ids[n] for n in range(len(ids)) if place in _above(parents, n)}
        assert await below(workspace, SYSTEM, top) == wanted


def _above(parents: list[int | None], place: int) -> set[int]:
    found: set[int] = set()
    at = parents[place]
    while at is not None:
        found.add(at)
        at = parents[at]
    return found


async def test_figures_of_a_whole_group(workspace: Workspace) -> None:
    top, middle, leaf, other = await group(workspace, [None, 0, 1, None])
    async with workspace.context() as ctx:
        for company, amount in ((top, "1"), (middle, "10"), (leaf, "100"), (other, "1000")):
            money = {"amount": amount, "currency": "EUR"}
            await create(ctx, "deal", {"name": "d", "company": company, "amount": money})
        whole = {"or": [{"field": "company", "op": "eq", "value": top},
                        {"field": "company.parent", "op": "under", "value": top}]}  # fmt: skip
        found = await summary(ctx, "deal", Query(filter=whole), None, ("amount",))
    assert found["total"] == {"count": 3, "sum": {"amount": [{"amount": "111.00", "currency": "EUR"}]}}


async def test_a_circle_is_refused(workspace: Workspace) -> None:
    top, middle, leaf = await group(workspace, [None, 0, 1])
    for above in (top, leaf):
        with pytest.raises(Invalid) as caught:
            async with workspace.context() as ctx:
                await update(ctx, "company", top, {"parent": above}, None)
        assert [(e.field, e.code) for e in caught.value.errors] == [("parent", "circle")]
    assert await below(workspace, SYSTEM, top) == {middle, leaf}


async def test_two_at_once_make_no_circle(workspace: Workspace) -> None:
    one, two = await group(workspace, [None, None])

    async def put(record_id: int, above: int) -> bool:
        """As the door does it: once more where the database says that nothing happened."""
        try:
            async with workspace.context() as ctx:
                await update(ctx, "company", record_id, {"parent": above}, None)
        except SerializationRetry:
            return await put(record_id, above)
        except Invalid:
            return False
        return True

    for _ in range(5):
        assert sorted(await asyncio.gather(put(one, two), put(two, one))) == [False, True]
        async with workspace.context() as ctx:
            await update(ctx, "company", one, {"parent": None}, None)
            await update(ctx, "company", two, {"parent": None}, None)


async def test_no_way_leads_through_what_one_may_not_see(workspace: Workspace) -> None:
    actor, *_ = await people(workspace)
    top, _, leaf, near = await group(workspace, [None, 0, 1, 0], [actor.user_id, None, actor.user_id, actor.user_id])
    member = Actor(actor.user_id, "member", actor.team_id, policy=overlaid({"member": {"company": {"read": "own"}}}))
    assert await below(workspace, member, top) == {near}
    assert leaf in await below(workspace, SYSTEM, top)


@pytest.mark.parametrize("tree", [
    {"field": "owner", "op": "under", "value": 1},
    {"field": "parent", "op": "under"},
    {"field": "parent", "op": "under", "value": [1]},
    {"field": "parent", "op": "under", "value": "x"},
])  # fmt: skip
async def test_what_has_no_below(workspace: Workspace, tree: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        async with workspace.context() as ctx:
            await list_page(ctx, "company", Query(filter=tree))
