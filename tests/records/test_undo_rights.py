"""Taking back one's own changes writes no record that one may not write any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.records.things import people
from visavis.access import SYSTEM, Actor, Policy, overlaid
from visavis.features.runtime import Workspace
from visavis.records import batches, create, update
from visavis.records.bulk import Change, apply

_TEAM = overlaid({"member": {"company": {"read": "team", "update": "team", "delete": "team"}}})
_OWN = overlaid({"member": {"company": {"read": "own", "update": "own", "delete": "own"}}})


async def _member(workspace: Workspace, policy: Policy = _TEAM) -> tuple[Actor, Actor]:
    """A member and a colleague of the same team."""
    one, other, *_ = await people(workspace)
    return replace(one, policy=policy), replace(other, policy=policy)


async def _company(workspace: Workspace, owner: Actor) -> int:
    async with workspace.context() as ctx:
        return (await create(ctx, "company", {"name": "Old", "owner": owner.user_id})).id


async def _changed(workspace: Workspace, actor: Actor, change: Change, ids: list[int]) -> int:
    async with workspace.context(actor) as ctx:
        inside = replace(ctx, batch_id=await batches.begin(ctx, "test"))
        assert (await apply(inside, "company", change, ids)).changed == len(ids)
    return inside.batch_id or 0


async def _undone(workspace: Workspace, actor: Actor, batch: int) -> batches.Undone:
    async with workspace.context(actor, batch_id=batch) as ctx:
        return await batches.undo(ctx, batch)


async def _is(workspace: Workspace, record_id: int) -> Any:
    row = await workspace.db.row("select name, owner, deleted_at is null as live from company where id = $1", record_id)
    return tuple(row.values()) if row else None


async def test_a_record_given_to_somebody_else_stays(workspace: Workspace) -> None:
    ann, bob = await _member(workspace, _OWN)
    record = await _company(workspace, ann)
    batch = await _changed(workspace, ann, Change(set={"name": "New"}), [record])
    async with workspace.context(SYSTEM) as ctx:
        await update(ctx, "company", record, {"owner": bob.user_id}, None)
    assert [each.reason for each in (await _undone(workspace, ann, batch)).kept] == ["edited"]
    assert await _is(workspace, record) == ("New", bob.user_id, True)


async def test_who_left_the_team_writes_nothing_there(workspace: Workspace) -> None:
    ann, bob = await _member(workspace)
    own, other = await _company(workspace, ann), await _company(workspace, bob)
    batch = await _changed(workspace, ann, Change(set={"name": "New"}), [own, other])
    gone = replace(ann, team_id=None)
    done = await _undone(workspace, gone, batch)
    assert [(each.id, each.reason) for each in done.kept] == [(other, "access")]
    assert (await _is(workspace, own), await _is(workspace, other)) == (
        ("Old", ann.user_id, True),
        ("New", bob.user_id, True),
    )


async def test_nor_does_a_narrowed_role(workspace: Workspace) -> None:
    ann, bob = await _member(workspace)
    record = await _company(workspace, bob)
    batch = await _changed(workspace, ann, Change("trash"), [record])
    narrow = replace(ann, policy=overlaid({"member": {"company": {"update": "team", "delete": "own"}}}))
    assert [each.reason for each in (await _undone(workspace, narrow, batch)).kept] == ["access"]
    assert await _is(workspace, record) == ("Old", bob.user_id, False)


async def test_what_one_gave_away_oneself_comes_back(workspace: Workspace) -> None:
    ann, bob = await _member(workspace, _OWN)
    record = await _company(workspace, ann)
    batch = await _changed(workspace, ann, Change(set={"owner": bob.user_id}), [record])
    assert (await _undone(workspace, ann, batch)).kept == []
    assert await _is(workspace, record) == ("Old", ann.user_id, True)
