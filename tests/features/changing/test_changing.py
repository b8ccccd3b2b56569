"""Changes to many records by HTTP: what comes is told first, runs in the background, and goes back on request."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from visavis.access import Actor, overlaid
from visavis.features.changing import logic
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Forbidden
from visavis.records import batches, bulk, update
from visavis.records.bulk import Change

Client = httpx.AsyncClient
STEEL = {"field": "industry", "op": "eq", "value": "Steel"}


async def _companies(client: Client, number: int, **values: Any) -> list[int]:
    made = [await client.post("/companies", json={"name": f"Company {n}", **values}) for n in range(number)]
    return [answer.json()["id"] for answer in made]


async def _over(client: Client, change: dict[str, Any]) -> dict[str, Any]:
    while change["state"] in ("queued", "running", "undoing"):
        await asyncio.sleep(0.02)
        change = (await client.get(f"/changes/{change['id']}")).json()
    return change


async def _changed(client: Client, **body: Any) -> dict[str, Any]:
    answer = await client.post("/changes", json={"object": "company", **body})
    assert answer.status_code == 202, answer.text
    return await _over(client, answer.json())


async def _industries(client: Client) -> list[str | None]:
    data = (await client.get("/companies?columns=industry&sort=name")).json()["data"]
    return [row["industry"] for row in data]


async def test_edit_and_undo(ann: Client, worker: None) -> None:
    await _companies(ann, 3, industry="Steel", tags=["old"])
    await _companies(ann, 1, industry="Retail")
    body = {"filter": STEEL, "set": {"industry": "Metals"}, "add": {"tags": ["new"]}, "remove": {"tags": ["old"]}}
    ahead = (await ann.post("/changes/preview", json={"object": "company", **body})).json()
    assert (ahead["fits"], ahead["may"], ahead["changes"], ahead["refused"]) == (3, 3, 3, [])
    assert ahead["samples"][0]["fields"] == {"industry": ["Steel", "Metals"], "tags": [["old"], ["new"]]}
    change = await _changed(ann, **body)
    assert (change["state"], change["total"], change["changed"], change["can_undo"]) == ("done", 3, 3, True)
    assert sorted(await _industries(ann), key=str) == ["Metals", "Metals", "Metals", "Retail"]
    assert [c["id"] for c in (await ann.get("/changes")).json()["data"]] == [change["id"]]
    undone = await _over(ann, (await ann.post(f"/changes/{change['id']}/undo")).json())
    assert (undone["state"], undone["restored"], undone["kept"], undone["can_undo"]) == ("undone", 3, {}, False)
    assert sorted(await _industries(ann), key=str) == ["Retail", "Steel", "Steel", "Steel"]
    assert (await ann.post(f"/changes/{change['id']}/undo")).status_code == 409


async def test_undo_leaves_what_was_edited_since_and_says_so(ann: Client, worker: None) -> None:
    first, second = await _companies(ann, 2, industry="Steel")
    change = await _changed(ann, ids=[first, second], set={"industry": "Metals"})
    version = (await ann.get(f"/companies/{first}")).json()["version"]
    edited = await ann.patch(f"/companies/{first}", json={"industry": "Mine"}, headers={"If-Match": f'"{version}"'})
    assert edited.status_code == 200
    undone = await _over(ann, (await ann.post(f"/changes/{change['id']}/undo")).json())
    assert (undone["restored"], undone["kept"]) == (1, {"edited": 1})
    kept = (await ann.get(f"/changes/{change['id']}")).json()["kept_records"]
    assert [(each["id"], each["reason"], each["fields"]) for each in kept] == [(first, "edited", ["industry"])]
    assert await _industries(ann) == ["Mine", "Steel"]


async def test_trash_and_restore(ann: Client, worker: None) -> None:
    ids = await _companies(ann, 3)
    trashed = await _changed(ann, action="trash", ids=ids[:2])
    assert trashed["changed"] == 2
    assert [row["id"] for row in (await ann.get("/companies")).json()["data"]] == [ids[2]]
    restored = await _changed(ann, action="restore", ids=ids)
    assert (restored["total"], restored["changed"]) == (2, 2)
    assert len((await ann.get("/companies")).json()["data"]) == 3


async def test_what_may_not_be_changed_is_counted_and_left(ann: Client, colleague: Any, worker: None) -> None:
    bob = await colleague("Bob", "manager")
    await _companies(ann, 2, industry="Steel")
    await _companies(bob, 1, industry="Steel")
    body = {"object": "company", "filter": STEEL, "set": {"industry": "Metals"}}
    ahead = (await bob.post("/changes/preview", json=body)).json()
    assert (ahead["fits"], ahead["may"], ahead["changes"], ahead["skipped"]) == (3, 1, 1, {"access": 2})
    change = await _changed(bob, filter=STEEL, set={"industry": "Metals"})
    assert (change["total"], change["changed"], change["skipped"]) == (3, 1, {"access": 2})
    assert sorted(await _industries(ann), key=str) == ["Metals", "Steel", "Steel"]


async def test_a_change_is_seen_by_who_made_it_and_by_owners(ann: Client, colleague: Any, worker: None) -> None:
    bob, eve = await colleague("Bob", "manager"), await colleague("Eve", "manager")
    await _companies(bob, 1, industry="Steel")
    change = await _changed(bob, filter=STEEL, set={"industry": "Metals"})
    assert (await eve.get(f"/changes/{change['id']}")).status_code == 404
    assert (await eve.post(f"/changes/{change['id']}/undo")).status_code == 404
    assert (await eve.get("/changes")).json()["data"] == []
    assert len((await ann.get("/changes")).json()["data"]) == 1
    assert (await ann.post(f"/changes/{change['id']}/undo")).status_code == 202


async def test_what_is_refused_is_named_before_anything_runs(ann: Client) -> None:
    ids = await _companies(ann, 1, industry="Steel")
    body = {"object": "company", "set": {"industry": "x", "revenue_net": "1", "nonsense": 1}, "add": {"name": ["x"]}}
    ahead = (await ann.post("/changes/preview", json=body)).json()
    assert {each["field"]: each["code"] for each in ahead["refused"]} == {
        "revenue_net": "derived",
        "nonsense": "unknown",
        "name": "type",
    }
    assert (ahead["changes"], ahead["samples"][0]["id"]) == (1, ids[0])
    refused = await ann.post("/changes", json=body)
    assert refused.status_code == 422
    assert len(refused.json()["errors"]) == 3


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"object": "company"}, 400),
        ({"object": "nothing", "set": {"a": 1}}, 404),
        ({"object": "user", "set": {"name": "x"}}, 409),
        ({"object": "company", "set": {"industry": "x"}, "filter": {"field": "nope", "op": "eq", "value": 1}}, 400),
        ({"object": "company", "set": {"external_id": "x"}}, 422),
        ({"object": "company", "set": {"parent": 99}}, 409),
        ({"object": "company", "set": {"name": None}}, 422),
        ({"object": "company", "set": {"industry": "a\u0000b"}}, 422),
        ({"object": "company", "add": {"tags": ["a"]}, "remove": {"tags": ["a"]}}, 422),
        ({"object": "company", "action": "trash", "set": {"industry": "x"}}, 422),
        ({"object": "company", "ids": [0], "action": "trash"}, 422),
    ],
)
async def test_a_change_that_cannot_be(ann: Client, body: dict[str, Any], status: int) -> None:
    assert (await ann.post("/changes", json=body)).status_code == status


async def test_readers_change_nothing(ann: Client, colleague: Any) -> None:
    bob = await colleague("Bob", "reader")
    for path in ("/changes", "/changes/preview"):
        assert (await bob.post(path, json={"object": "company", "action": "trash"})).status_code == 403


async def test_one_that_is_stopped_keeps_what_is_done(workspace: Workspace, ann: Client) -> None:
    await _companies(ann, 1)
    change = (await ann.post("/changes", json={"object": "company", "action": "trash"})).json()
    await ann.post(f"/jobs/{change['job_id']}/cancellation")
    stopped = (await ann.get(f"/changes/{change['id']}")).json()
    assert (stopped["state"], stopped["changed"], stopped["can_undo"]) == ("cancelled", 0, False)


async def test_a_single_editor_loses_nothing_and_hears_of_it(ann: Client, workspace: Workspace) -> None:
    """Whoever has the row first is waited for; the edit on an old version is refused with both values."""
    (company,) = await _companies(ann, 1, industry="Steel", country="France")
    change = Change(set={"industry": "Metals"})
    async with workspace.context() as held:
        batch = await batches.begin(held, "bulk")
    async with workspace.context(batch_id=batch) as ctx:
        await bulk.apply(ctx, "company", change, [company])
        headers = {"If-Match": '"1"'}
        single = asyncio.create_task(ann.patch(f"/companies/{company}", json={"country": "Korea"}, headers=headers))
        await _waits_for_a_row(workspace)
    refused = await single
    assert refused.status_code == 412
    assert refused.json()["current"]["industry"] == "Metals"
    again = await ann.patch(f"/companies/{company}", json={"country": "Korea"}, headers={"If-Match": '"2"'})
    assert (again.json()["industry"], again.json()["country"]) == ("Metals", "Korea")


async def test_an_edit_made_first_is_kept_and_is_what_the_change_starts_from(ann: Client, workspace: Workspace) -> None:
    (company,) = await _companies(ann, 1, industry="Steel", tags=["old"])
    async with workspace.context() as ctx:
        batch = await batches.begin(ctx, "bulk")

    async def change() -> bulk.Applied:
        async with workspace.context(batch_id=batch) as ctx:
            return await bulk.apply(ctx, "company", Change(add={"tags": ["new"]}), [company])

    async with workspace.context() as ctx:
        await update(ctx, "company", company, {"tags": ["mine"]}, 1)
        many = asyncio.create_task(change())
        await _waits_for_a_row(workspace)
    assert (await many).changed == 1
    found = (await ann.get(f"/companies/{company}")).json()
    assert (found["tags"], found["version"]) == (["mine", "new"], 3)


async def _waits_for_a_row(workspace: Workspace) -> None:
    sql = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%\"company\"%'"
    for _ in range(2_000):
        if await workspace.db.value(sql):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waited")


async def test_a_filter_on_the_edited_field_does_not_move_underneath(
    ann: Client, workspace: Workspace, worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logic, "PART", 2)
    await _companies(ann, 7, industry="Steel")
    change = await _changed(ann, filter=STEEL, set={"industry": "Metals"})
    assert (change["total"], change["changed"]) == (7, 7)
    undone = await _over(ann, (await ann.post(f"/changes/{change['id']}/undo")).json())
    assert undone["restored"] == 7


async def test_none_stands_below_itself(ann: Client, worker: None) -> None:
    top, middle, low = await _companies(ann, 3)
    for child, above in ((middle, top), (low, middle)):
        await ann.patch(f"/companies/{child}", json={"parent": above}, headers={"If-Match": '"1"'})
    body = {"object": "company", "set": {"parent": low}}
    ahead = (await ann.post("/changes/preview", json=body)).json()
    assert (ahead["fits"], ahead["may"], ahead["skipped"]) == (3, 0, {"circle": 3})
    other = await _companies(ann, 1)
    change = await _changed(ann, set={"parent": low})
    assert (change["changed"], change["skipped"]) == (len(other), {"circle": 3})


async def test_nothing_tells_of_what_is_hidden(ann: Client, colleague: Any, worker: None) -> None:
    """A field out of sight is as if it were not there; a link to what is out of sight reads and stays as empty."""
    rules = {"member": {"company": {"read": "own", "hidden": ["industry"]}}}
    assert (await ann.put("/access", json=rules)).status_code == 200
    bob = await colleague("Bob", "member")
    (secret,) = await _companies(ann, 1, industry="Steel")
    mine, other = await _companies(bob, 2)
    await ann.patch(f"/companies/{mine}", json={"parent": secret}, headers={"If-Match": '"1"'})
    hidden = {"object": "company", "set": {"industry": "x"}}
    unknown = {"object": "company", "set": {"nonsense": "x"}}
    for body in (hidden, unknown):
        assert (await bob.post("/changes", json=body)).status_code == 422
        ahead = (await bob.post("/changes/preview", json=body)).json()
        assert (ahead["fits"], ahead["changes"], ahead["samples"]) == (2, 0, [])
    assert (await bob.post("/changes/preview", json={**hidden, "filter": STEEL})).status_code == 400
    assert (await bob.post("/changes", json={"object": "company", "set": {"parent": secret}})).status_code == 409
    ahead = (
        await bob.post("/changes/preview", json={"object": "company", "ids": [secret, mine], "action": "trash"})
    ).json()
    assert (ahead["fits"], [each["id"] for each in ahead["samples"]]) == (1, [mine])
    emptied = await _changed(bob, set={"parent": None})
    assert (emptied["total"], emptied["changed"], emptied["unchanged"]) == (2, 0, 2)
    assert (await ann.get(f"/companies/{mine}")).json()["parent"]["id"] == secret
    assert other != mine


async def test_what_an_undo_left_names_only_what_may_be_seen(
    ann: Client, colleague: Any, workspace: Workspace, worker: None
) -> None:
    bob = await colleague("Bob", "manager")
    (company,) = await _companies(bob, 1, industry="Steel")
    change = await _changed(bob, set={"industry": "Metals"})
    version = (await ann.get(f"/companies/{company}")).json()["version"]
    await ann.patch(f"/companies/{company}", json={"industry": "Secret"}, headers={"If-Match": f'"{version}"'})
    undone = await _over(bob, (await bob.post(f"/changes/{change['id']}/undo")).json())
    me = (await bob.get("/me")).json()["user"]["id"]

    async def kept(rule: dict[str, Any]) -> list[dict[str, Any]]:
        actor = Actor(me, "manager", policy=overlaid({"manager": {"company": rule}}))
        async with workspace.context(actor) as ctx:
            return await logic.kept(ctx, await logic.find(ctx, undone["id"]))

    assert [each["fields"] for each in await kept({})] == [["industry"]]
    assert [each["fields"] for each in await kept({"hidden": ["industry"]})] == [[]]
    assert await kept({"read": "none"}) == []


async def test_fields_that_one_may_not_fill_in_any_more_are_not_taken_back(
    workspace: Workspace, ann: Client, colleague: Any, worker: None
) -> None:
    bob = await colleague("Bob", "member")
    await _companies(bob, 2, industry="Steel")
    change = await _changed(bob, filter=STEEL, set={"industry": "Retail"})
    assert change["changed"] == 2
    actor = Actor(change["actor"]["id"], "member", policy=overlaid({"member": {"company": {"hidden": ["industry"]}}}))
    with pytest.raises(Forbidden):
        async with workspace.context(actor) as ctx:
            await logic.undo(ctx, change["id"])
    async with workspace.context() as ctx:
        await ctx.tx.execute("update bulk_change set state = 'undoing' where id = $1", change["id"])
    with pytest.raises(Forbidden):
        async with workspace.context(actor, batch_id=change["id"]) as ctx:
            await logic.undo_step(ctx, change["id"])
    assert await _industries(ann) == ["Retail", "Retail"]
