"""The last owner cannot lock the workspace, by whatever way, nor can two of them at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from visavis.features.runtime import Workspace
from visavis.kernel.errors import Conflict
from visavis.records import batches, create, merging, trash, update
from visavis.records.merge_plan import Wanted


async def silent(_: int) -> None:
    """Nobody waits."""


async def user(workspace: Workspace, role: str) -> int:
    async with workspace.context() as ctx:
        return (await create(ctx, "user", {"name": "Ann", "role": role, "active": True})).id


@pytest.mark.parametrize("change", [{"role": "member"}, {"active": False}, {"role": None}, None])
async def test_the_last_owner_stays(workspace: Workspace, change: dict[str, Any] | None) -> None:
    ann, other = await user(workspace, "owner"), await user(workspace, "member")

    async def turn(record_id: int) -> None:
        async with workspace.context() as ctx:
            if change is None:
                await trash(ctx, "user", record_id)
            else:
                await update(ctx, "user", record_id, change, None)

    with pytest.raises(Conflict, match="last owner"):
        await turn(ann)
    await turn(other)
    await user(workspace, "owner")
    await turn(ann)


async def test_two_owners_cannot_leave_at_once(workspace: Workspace) -> None:
    both = [await user(workspace, "owner") for _ in range(2)]

    async def leave(record_id: int) -> bool:
        try:
            async with workspace.context() as ctx:
                await update(ctx, "user", record_id, {"role": "reader"}, None)
        except Conflict:
            return False
        return True

    assert sorted(await asyncio.gather(*(leave(i) for i in both))) == [False, True]


async def test_a_merge_keeps_an_owner(workspace: Workspace) -> None:
    ann, other = await user(workspace, "owner"), await user(workspace, "member")

    async def merge(wanted: Wanted) -> None:
        async with workspace.context() as ctx:
            inside = replace(ctx, batch_id=await batches.begin(ctx, merging.KIND))
            await merging.merge(inside, wanted, silent)

    for wanted in (Wanted("user", (ann, other), ann, {"role": other}), Wanted("user", (ann, other), other)):
        with pytest.raises(Conflict, match="last owner"):
            await merge(wanted)


async def test_a_way_back_keeps_an_owner(workspace: Workspace) -> None:
    ann, bea = await user(workspace, "owner"), await user(workspace, "member")
    async with workspace.context() as ctx:
        inside = replace(ctx, batch_id=await batches.begin(ctx, "test"))
        await batches.keep(inside, "user", "t.id = $1", bea)
        await update(inside, "user", bea, {"role": "owner"}, None)
    async with workspace.context() as ctx:
        await update(ctx, "user", ann, {"role": "member"}, None)
    with pytest.raises(Conflict, match="last owner"):
        async with workspace.context(batch_id=inside.batch_id) as ctx:
            await batches.undo(ctx, inside.batch_id or 0)
