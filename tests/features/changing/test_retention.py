"""What is kept for how long: nothing goes unless a rule says so, and what goes leaves nothing behind."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from visavis.features.runtime import Workspace
from visavis.records import create, search, trash
from visavis.store import jobs

Client = httpx.AsyncClient
OFF = {"undo_days": 30, "trash": [], "rules": []}


async def _night(workspace: Workspace) -> Any:
    async with workspace.db.transaction() as tx:
        job_id = await jobs.enqueue(tx, "changing.retention")
    while True:
        async with workspace.db.transaction(readonly=True) as tx:
            job = await jobs.get(tx, job_id)
        assert job is not None
        if job.state == "done":
            return job.result
        assert job.state in ("queued", "running"), job.error
        await asyncio.sleep(0.02)


async def _made(workspace: Workspace, object_name: str, **values: Any) -> int:
    async with workspace.context() as ctx:
        return (await create(ctx, object_name, values)).id


async def _trashed(workspace: Workspace, object_name: str, record_id: int, days: int) -> None:
    async with workspace.context() as ctx:
        await trash(ctx, object_name, record_id)
        sql = f"update {object_name} set deleted_at = now() - make_interval(days => $2) where id = $1"
        await ctx.tx.execute(sql, record_id, days)


async def _aged(workspace: Workspace, object_name: str, record_id: int, months: int) -> None:
    sql = f"update {object_name} set updated_at = now() - make_interval(months => $2) where id = $1"
    async with workspace.context() as ctx:
        await ctx.tx.execute(sql, record_id, months)


async def test_nothing_goes_unless_a_rule_says_so(workspace: Workspace, ann: Client, worker: None) -> None:
    assert (await ann.get("/retention")).json() == OFF
    old = await _made(workspace, "company", name="Old")
    await _trashed(workspace, "company", old, 4_000)
    assert (await _night(workspace))["purged"] == 0


async def test_the_trash_is_emptied_and_nothing_of_it_is_left(workspace: Workspace, ann: Client, worker: None) -> None:
    old = await _made(workspace, "company", name="Forgettable Ltd", industry="Steel")
    young = await _made(workspace, "company", name="Young")
    deal = await _made(workspace, "deal", name="Deal", company=old)
    await ann.patch(f"/companies/{old}", json={"industry": "Secret"}, headers={"If-Match": '"1"'})
    await _trashed(workspace, "company", old, 31)
    await _trashed(workspace, "company", young, 29)
    attach = (
        "insert into file (object, record_id, digest, name, media_type, size)"
        " values ('company', $1, 'd', 'offer.pdf', 'application/pdf', 1)"
    )
    async with workspace.context() as ctx:
        await ctx.tx.execute(attach, old)
    rules = {**OFF, "trash": [{"object": "company", "days": 30}]}
    ahead = (await ann.post("/retention/preview", json=rules)).json()
    assert [(found["count"], found["samples"][0]["title"]) for found in ahead["trash"]] == [(1, "Forgettable Ltd")]
    assert (await ann.put("/retention", json=rules)).status_code == 200
    assert (await _night(workspace))["purged"] == 1
    async with workspace.context() as ctx:
        assert await ctx.tx.value("select array_agg(id) from company") == [young]
        assert await ctx.tx.value("select company from deal where id = $1", deal) is None
        left = await ctx.tx.rows("select kind, changes from event where record_id = $1 order by seq", old)
        assert [(row["kind"], row["changes"]) for row in left][-1] == ("purged", None)
        assert not any(row["changes"] for row in left)
        told = await ctx.tx.value("select changes from event where record_id = $1 order by seq desc limit 1", deal)
        assert told == {"company": [old, None]}
        for table, key in (("search", "record_id"), ("file", "record_id"), ("before_image", "id")):
            assert await ctx.tx.value(f"select count(*) from {table} where {key} = $1", old) == 0
        assert await search(ctx, "Forgettable") == []
    assert (await ann.get(f"/companies/{old}?trash=true")).status_code == 404


async def test_what_another_record_cannot_be_without_stays(workspace: Workspace, ann: Client, worker: None) -> None:
    company = await _made(workspace, "company", name="Boss")
    person = await _made(workspace, "person", last_name="Lee")
    employment = await _made(workspace, "employment", person=person, company=company)
    await _trashed(workspace, "person", person, 40)
    await ann.put("/retention", json={**OFF, "trash": [{"object": "person"}]})
    assert (await _night(workspace))["purged"] == 0
    await _trashed(workspace, "employment", employment, 40)
    await ann.put("/retention", json={**OFF, "trash": [{"object": "employment"}, {"object": "person"}]})
    assert (await _night(workspace))["purged"] == 2


async def test_what_nobody_touched_goes_to_the_trash_and_can_come_back(
    workspace: Workspace, ann: Client, worker: None
) -> None:
    ids = [await _made(workspace, "company", name=f"C{n}", country="France") for n in range(4)]
    await _made(workspace, "deal", name="Fresh", company=ids[1])
    for place, months in ((0, 30), (1, 30), (2, 1), (3, 30)):
        await _aged(workspace, "company", ids[place], months)
    await ann.patch(f"/companies/{ids[3]}", json={"country": "Spain"}, headers={"If-Match": '"1"'})
    await _aged(workspace, "company", ids[3], 30)
    rule = {"object": "company", "months": 24, "filter": {"field": "country", "op": "eq", "value": "France"}}
    await ann.put("/retention", json={**OFF, "rules": [rule]})
    assert (await _night(workspace))["trashed"] == 0
    await ann.put("/retention", json={**OFF, "rules": [{**rule, "active": True}]})
    assert (await _night(workspace))["trashed"] == 1
    change = (await ann.get("/changes")).json()["data"][0]
    assert (change["action"], change["actor"], change["changed"]) == ("trash", None, 1)
    gone = (await ann.get("/companies?trash=true")).json()["data"]
    assert [row["id"] for row in gone] == [ids[0]]
    assert (await ann.post(f"/changes/{change['id']}/undo")).status_code == 202


async def test_what_is_too_old_cannot_be_undone(workspace: Workspace, ann: Client, worker: None) -> None:
    await _made(workspace, "company", name="A")
    change = (await ann.post("/changes", json={"object": "company", "set": {"industry": "x"}})).json()
    while change["state"] != "done":
        change = (await ann.get(f"/changes/{change['id']}")).json()
    async with workspace.context() as ctx:
        await ctx.tx.execute("update batch set at = now() - interval '31 days'")
    assert (await _night(workspace))["forgotten"] == 1
    assert (await ann.get(f"/changes/{change['id']}")).json()["can_undo"] is False
    assert (await ann.post(f"/changes/{change['id']}/undo")).status_code == 409


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ({"trash": [{"object": "nothing"}]}, 404),
        ({"trash": [{"object": "user"}]}, 409),
        ({"trash": [{"object": "company"}, {"object": "company", "days": 3}]}, 409),
        ({"trash": [{"object": "company", "days": 0}]}, 422),
        ({"rules": [{"object": "company", "months": 1, "filter": {"field": "nope", "op": "eq", "value": 1}}]}, 400),
    ],
)
async def test_rules_that_cannot_be(ann: Client, colleague: Any, rules: dict[str, Any], status: int) -> None:
    assert (await ann.put("/retention", json={**OFF, **rules})).status_code == status
    bob = await colleague("Bob", "manager")
    assert (await bob.get("/retention")).status_code == 403
