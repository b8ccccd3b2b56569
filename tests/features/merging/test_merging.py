"""Merging at the door: what is shown before, who may, what becomes of the old address, undo."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.web.conftest import SignedIn
from visavis.features.merging import logic
from visavis.features.merging.jobs import gather_job
from visavis.features.runtime import Workspace
from visavis.worker.runner import run_worker

Client = httpx.AsyncClient


async def make(client: Client, plural: str, **values: Any) -> int:
    answer = await client.post(f"/{plural}", json=values)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def two(client: Client, **more: Any) -> tuple[int, int]:
    return (
        await make(client, "companies", name="Acme", country="RO", tags=["a"], **more),
        await make(client, "companies", name="ACME Ltd", industry="Steel", tags=["b"], **more),
    )


def asked(ids: tuple[int, ...], keep: int, **more: Any) -> dict[str, Any]:
    return {"object": "company", "ids": list(ids), "keep": keep, **more}


async def merged(client: Client, ids: tuple[int, ...], keep: int, **more: Any) -> dict[str, Any]:
    answer = await client.post("/merges", json=asked(ids, keep, **more))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_preview_shows_every_value_and_what_would_move(ann: Client) -> None:
    ids = await two(ann)
    await make(ann, "deals", name="Deal", company=ids[1])
    answer = await ann.post("/merges/preview", json=asked(ids, ids[0], choose={"name": ids[1]}))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    fields = {f["name"]: f for f in found["fields"]}
    assert (fields["name"]["value"], fields["name"]["from"], fields["name"]["differs"]) == ("ACME Ltd", ids[1], True)
    assert (fields["industry"]["value"], fields["tags"]["from"]) == ("Steel", {"union": True})
    assert fields["tags"]["value"] == ["a", "b"]
    assert [(c["id"], c["value"], c["actor"]["title"]) for c in fields["name"]["candidates"]] == [
        (ids[0], "Acme", "Ann"),
        (ids[1], "ACME Ltd", "Ann"),
    ]
    assert found["moves"] == [{"object": "deal", "field": "company", "count": 1, "capped": False}]
    assert found["others"] is False and found["conflicts"] == []
    assert (await ann.get(f"/companies/{ids[1]}")).status_code == 200


async def test_the_old_address_says_where_it_went_and_history_tells(ann: Client) -> None:
    ids = await two(ann)
    merge = await merged(ann, ids, ids[0])
    assert (merge["state"], merge["losers"]) == ("done", [{"id": ids[1], "title": "ACME Ltd"}])
    gone = await ann.get(f"/companies/{ids[1]}")
    assert gone.status_code == 404 and gone.headers["location"] == f"/api/v1/companies/{ids[0]}"
    assert gone.json()["merged_into"] == {"id": ids[0], "title": "Acme"}
    assert (await ann.post(f"/companies/{ids[1]}/restoration")).status_code == 409
    told = (await ann.get(f"/companies/{ids[0]}/history")).json()["data"][0]
    assert told["kind"] == "merged" and "merged_from" not in told["changes"]
    assert told["merge"] == {"id": merge["id"], "undone": False, "records": [{"id": ids[1], "title": "ACME Ltd"}]}
    assert (await ann.get(f"/companies/{ids[0]}/timeline")).json()["data"][0]["kind"] == "merged"
    undone = await ann.post(f"/merges/{merge['id']}/undo")
    assert undone.status_code == 200 and undone.json()["state"] == "undone" and undone.json()["kept"] == []
    kinds = [e["kind"] for e in (await ann.get(f"/companies/{ids[0]}/history")).json()["data"]]
    assert kinds == ["unmerged", "merged", "created"]
    assert (await ann.get(f"/companies/{ids[1]}")).json()["industry"] == "Steel"
    assert (await ann.post(f"/merges/{merge['id']}/undo")).status_code == 409


async def test_an_edit_between_looking_and_merging_is_shown(ann: Client) -> None:
    ids = await two(ann)
    await ann.patch(f"/companies/{ids[1]}", json={"name": "New"}, headers={"If-Match": '"1"'})
    seen = [{"id": i, "version": 1} for i in ids]
    answer = await ann.post("/merges", json=asked(ids, ids[0], versions=seen))
    assert answer.status_code == 412
    stale = answer.json()["stale"]
    assert [(s["id"], s["yours"], s["theirs"], s["current"]["name"]) for s in stale] == [(ids[1], 1, 2, "New")]


async def test_the_preview_counts_only_what_one_may_see(ann: Client, colleague: SignedIn) -> None:
    bea = await colleague("Bea", "member")
    me = (await bea.get("/me")).json()["user"]["id"]
    ids = await two(ann, owner=me)
    await make(ann, "deals", name="Hidden", company=ids[1])
    await make(bea, "deals", name="Mine", company=ids[1])
    found = (await bea.post("/merges/preview", json=asked(ids, ids[0]))).json()
    assert [(m["object"], m["count"]) for m in found["moves"]] == [("deal", 1)] and found["others"] is True
    assert (await merged(bea, ids, ids[0]))["state"] == "done"
    deals = (await ann.get("/deals", params={"columns": "name,company"})).json()["data"]
    assert {d["company"]["id"] for d in deals} == {ids[0]}


async def test_foreign_records_are_not_there_to_be_merged(ann: Client, colleague: SignedIn) -> None:
    bea = await colleague("Bea", "member")
    ids = await two(ann)
    for path in ("/merges/preview", "/merges"):
        assert (await bea.post(path, json=asked(ids, ids[0]))).status_code == 404
    merge = await merged(ann, ids, ids[0])
    told = [(await bea.get(f"/merges/{i}")).json()["detail"] for i in (merge["id"], 1)]
    assert told == [f"There is no merge {i}, or you may not see what it made." for i in (merge["id"], 1)]
    assert (await bea.post(f"/merges/{merge['id']}/undo")).status_code == 404
    gone = await bea.get(f"/companies/{ids[1]}")
    assert gone.status_code == 404 and "merged_into" not in gone.json() and "location" not in gone.headers


@pytest.mark.parametrize(
    ("choose", "code"),
    [
        ({"name": None}, "required"),
        ({"name": {"union": True}}, "union"),
        ({"name": 999_999}, "unknown"),
        ({"revenue_net": None}, "readonly"),
        ({"nothing": None}, "readonly"),
    ],
)
async def test_a_wrong_choice_is_named(ann: Client, choose: dict[str, Any], code: str) -> None:
    ids = await two(ann)
    answer = await ann.post("/merges", json=asked(ids, ids[0], choose=choose))
    assert answer.status_code == 422 and [e["code"] for e in answer.json()["errors"]] == [code]


async def test_saved_filters_follow(ann: Client) -> None:
    ids = await two(ann)
    tree = {"and": [{"field": "company", "op": "in", "value": list(ids)}, {"field": "name", "op": "eq", "value": "2"}]}
    other = {"field": "company.parent", "op": "eq", "value": ids[1]}
    body = {"object": "deal", "name": "Theirs", "query": {"filter": {"or": [tree, other]}}}
    view = (await ann.post("/views", json=body)).json()
    merge = await merged(ann, ids, ids[0])
    now = (await ann.get("/views")).json()["data"][0]["query"]["filter"]
    assert now["or"][0]["and"][0]["value"] == [ids[0]] and now["or"][1]["value"] == ids[0]
    await ann.post(f"/merges/{merge['id']}/undo")
    assert (await ann.get("/views")).json()["data"][0]["query"] == view["query"]


async def test_a_view_that_was_changed_since_stays(ann: Client) -> None:
    ids = await two(ann)
    query = {"filter": {"field": "company", "op": "eq", "value": ids[1]}}
    view = (await ann.post("/views", json={"object": "deal", "name": "V", "query": query})).json()
    merge = await merged(ann, ids, ids[0])
    mine = {"filter": {"field": "name", "op": "eq", "value": "x"}}
    await ann.patch(f"/views/{view['id']}", json={"query": mine})
    undone = (await ann.post(f"/merges/{merge['id']}/undo")).json()
    assert [(k["object"], k["reason"]) for k in undone["kept"]] == [("saved_view", "edited")]
    assert (await ann.get("/views")).json()["data"][0]["query"] == mine


async def test_much_goes_as_a_job(ann: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logic, "AT_ONCE", 2)
    ids = await two(ann)
    for number in range(5):
        await make(ann, "deals", name=f"D{number}", company=ids[1])
    merge = await merged(ann, ids, ids[0])
    assert merge["state"] == "waiting"
    await _work(workspace, ann, merge["job_id"])
    assert (await ann.get(f"/merges/{merge['id']}")).json()["state"] == "done"
    undoing = (await ann.post(f"/merges/{merge['id']}/undo")).json()
    assert undoing["state"] == "undoing"
    await _work(workspace, ann, undoing["job_id"])
    assert (await ann.get(f"/merges/{merge['id']}")).json()["state"] == "undone"
    deals = (await ann.get("/deals", params={"columns": "company"})).json()["data"]
    assert {d["company"]["id"] for d in deals} == {ids[1]}


async def test_a_job_that_fails_says_why_and_what_to_do(
    ann: Client, colleague: SignedIn, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logic, "AT_ONCE", 0)
    bob, cleo = await colleague("Bob", "member"), await colleague("Cleo", "owner")
    ids = [(await client.get("/me")).json()["user"]["id"] for client in (ann, bob, cleo)]
    await make(ann, "companies", name="Acme", owner=ids[1])
    asked = {"object": "user", "ids": ids[:2], "keep": ids[0], "choose": {"role": ids[1]}}
    answer = await ann.post("/merges", json=asked)
    assert answer.status_code == 201, answer.text
    version = (await ann.get(f"/users/{ids[2]}")).json()["version"]
    turned = await ann.patch(f"/users/{ids[2]}", json={"role": "member"}, headers={"If-Match": f'"{version}"'})
    assert turned.status_code == 200, turned.text
    await _work(workspace, ann, answer.json()["job_id"])
    told = (await ann.get(f"/merges/{answer.json()['id']}")).json()
    assert told["state"] == "failed" and "Make somebody else an owner first" in told["error"]
    assert (await bob.get(f"/merges/{told['id']}")).json()["error"] is None


async def test_that_no_owner_would_be_left_is_told_before(ann: Client, colleague: SignedIn) -> None:
    ids = [(await client.get("/me")).json()["user"]["id"] for client in (ann, await colleague("Bob", "member"))]
    asked = {"object": "user", "ids": ids, "keep": ids[0], "choose": {"role": ids[1]}}
    told = (await ann.post("/merges/preview", json=asked)).json()["conflicts"]
    assert told == [{"kind": "last_owner", "object": "user", "field": "role", "ids": [ids[0]]}]
    refused = await ann.post("/merges", json=asked)
    assert refused.status_code == 409 and "Make somebody else an owner first" in refused.text
    assert (await ann.post("/merges/preview", json={**asked, "choose": {}})).json()["conflicts"] == []


async def _work(workspace: Workspace, client: Client, job_id: int) -> None:
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(workspace, stop=stop))
    for _ in range(600):
        if (await client.get(f"/jobs/{job_id}")).json()["state"] not in ("queued", "running"):
            break
        await asyncio.sleep(0.05)
    stop.set()
    await worker


async def test_merges_and_writes_at_the_same_moment_lose_nothing(ann: Client) -> None:
    """Deals that arrive while their company is merged hang on the one that stays, or are refused."""
    ids = await two(ann)

    async def arrive(number: int | str) -> int:
        return (await ann.post("/deals", json={"name": f"D{number}", "company": ids[1]})).status_code

    answers = await asyncio.gather(*(arrive(n) for n in range(6)), merged(ann, ids, ids[0]), *(arrive(n) for n in "ab"))
    made = sum(answer == 201 for answer in answers)
    assert all(isinstance(answer, dict) or answer in (201, 409) for answer in answers)
    deals = (await ann.get("/deals", params={"columns": "company"})).json()["data"]
    assert len(deals) == made and {d["company"]["id"] for d in deals} <= {ids[0]}


async def test_links_that_arrive_late_follow(ann: Client, workspace: Workspace) -> None:
    ids = await two(ann)
    deal = await make(ann, "deals", name="Late")
    merge = await merged(ann, ids, ids[0])
    async with workspace.db.transaction() as tx:
        await tx.execute("update deal set company = $1 where id = $2", ids[1], deal)
    await gather_job(SimpleNamespace(workspace=workspace))
    assert (await ann.get(f"/deals/{deal}")).json()["company"]["id"] == ids[0]
    await ann.post(f"/merges/{merge['id']}/undo")
    assert (await ann.get(f"/deals/{deal}")).json()["company"]["id"] == ids[1]


@pytest.mark.parametrize("kind", ["merge", "change", "import", "export"])
async def test_what_is_not_there_is_called_by_its_name(ann: Client, kind: str) -> None:
    other = await make(ann, "companies", name="Acme")
    answer = await ann.get(f"/{kind}s/{other}")
    assert (answer.status_code, answer.json()["detail"].startswith(f"There is no {kind} {other}")) == (404, True)


async def test_a_merge_twice_at_once_happens_once(ann: Client) -> None:
    ids = await two(ann)
    answers = await asyncio.gather(*(ann.post("/merges", json=asked(ids, ids[n % 2])) for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
