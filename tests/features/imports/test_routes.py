"""Imports through the door: upload, plan, check, run, errors; with a worker beside."""

from __future__ import annotations

import asyncio
import csv
import io
from pathlib import Path
from typing import Any

import httpx
import pytest

from visavis.features.accounts import api as accounts
from visavis.features.runtime import Workspace

MAVEN = Path(__file__).parents[3] / "examples" / "maven-crm"
SALES = "id,name,employees\n1,Acme,12\n2,=Evil(),many\n3,,7\n"


async def upload(client: httpx.AsyncClient, name: str, body: bytes) -> dict[str, Any]:
    answer = await client.post("/imports", params={"filename": name}, content=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/v1/imports/{found['id']}"
    return found


async def finished(client: httpx.AsyncClient, import_id: int, what: str) -> dict[str, Any]:
    started = await client.post(f"/imports/{import_id}/{what}")
    assert started.status_code == 202, started.text
    for _ in range(600):
        job = (await client.get(f"/jobs/{started.json()['id']}")).json()
        if job["state"] in ("done", "failed", "cancelled"):
            break
        await asyncio.sleep(0.05)
    assert job["state"] == "done", job
    found: dict[str, Any] = (await client.get(f"/imports/{import_id}")).json()
    return found


async def test_check_run_correct(client: httpx.AsyncClient) -> None:
    draft = await upload(client, "../../companies.csv", SALES.encode())
    assert (draft["filename"], draft["state"], draft["format"]) == ("companies.csv", "draft", "csv")
    assert [c["name"] for c in draft["columns"]] == ["id", "name", "employees"]
    assert draft["columns"][1] == {"name": "name", "samples": ["Acme", "=Evil()"], "filled": 0.667, "suggested": "text"}
    assert draft["plan"] == draft["proposals"][0]["plan"]
    checked = await finished(client, draft["id"], "check")
    assert checked["state"] == "checked"
    expected = {"created": 1, "updated": 0, "unchanged": 0, "invalid": 2}
    assert checked["counts"] == {"rows": 3, "invalid": 2, "objects": {"company": expected}, "skipped": {}}
    assert {(e["row"], e["column"], e["code"]) for e in checked["errors"]} == {
        (3, "employees", "decimal"),
        (4, "name", "required"),
    }
    assert (await client.get("/companies")).json()["data"] == []
    done = await finished(client, draft["id"], "run")
    assert (done["state"], done["counts"]) == ("done", checked["counts"])
    answer = await client.get(f"/imports/{draft['id']}/errors")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    bad = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(b["id"], b["name"], b["import_row"]) for b in bad] == [("2", "'=Evil()", "3"), ("3", "", "4")]
    again = await upload(client, "corrected.csv", answer.content.replace(b"many", b"5").replace(b"3,,", b"3,Cy,"))
    done = await finished(client, again["id"], "run")
    assert done["counts"]["objects"]["company"]["created"] == 2
    names = [r["name"] for r in (await client.get("/companies", params={"sort": "name"})).json()["data"]]
    assert names == ["=Evil()", "Acme", "Cy"]
    listed = (await client.get("/imports")).json()["data"]
    assert [i["id"] for i in listed] == [again["id"], draft["id"]]


async def test_another_plan_and_other_options(client: httpx.AsyncClient) -> None:
    draft = await upload(client, "deals.csv", b"name;amount\nA;1.234,50\n")
    assert (draft["options"]["delimiter"], draft["options"]["decimal"]) == (";", ",")
    target = {"alias": "d", "object": "deal", "key": {"columns": ["name"]}, "fields": {
        "name": {"column": "name"}, "amount": {"column": "amount"}, "stage": {"value": "won"}}}  # fmt: skip
    answer = await client.put(f"/imports/{draft['id']}/plan", json={"plan": {"targets": [target], "currency": "RON"}})
    assert answer.status_code == 200 and answer.json()["plan"]["currency"] == "RON"
    await finished(client, draft["id"], "run")
    (deal,) = (await client.get("/deals", params={"columns": "name,amount,stage"})).json()["data"]
    assert (deal["amount"], deal["stage"]) == ({"amount": "1234.50", "currency": "RON"}, "won")
    wrong = await client.put(f"/imports/{draft['id']}/plan", json={"plan": {"targets": []}})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "targets"
    target["fields"] = {"name": {"value": "a\u0000b"}}
    nul = await client.put(f"/imports/{draft['id']}/plan", json={"plan": {"targets": [target]}})
    assert nul.status_code == 422
    unknown = await client.put(f"/imports/{draft['id']}/plan", json={"plan": {"targets": [], "sql": "drop"}})
    assert unknown.status_code in (400, 422)


async def test_a_pipeline_unedited(client: httpx.AsyncClient) -> None:
    for name in ("accounts", "products", "sales_teams", "sales_pipeline"):
        draft = await upload(client, f"{name}.csv", (MAVEN / f"{name}.csv").read_bytes())
        assert (await finished(client, draft["id"], "run"))["counts"]["invalid"] == 0
    won = '{"field":"stage","op":"eq","value":"won"}'
    total = (await client.get("/deals/summary", params={"filter": won, "sum": "amount"})).json()["total"]
    assert total["count"] == 4238 and "10005534" in str(total["sum"])


@pytest.mark.parametrize(("name", "body"), [("a.exe", b"x"), ("a.csv", b""), ("a.xlsx", b"zip?"), ("a.parquet", b"x")])
async def test_what_is_no_table_is_refused(
    client: httpx.AsyncClient, workspace: Workspace, name: str, body: bytes
) -> None:
    answer = await client.post("/imports", params={"filename": name}, content=body)
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"
    folder = workspace.data_dir / "uploads"
    assert not folder.exists() or not list(folder.iterdir())


async def test_cancelled_and_gone_on_with(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visavis.features.imports.merging.RANGE", 50)
    body = "id,name\n" + "".join(f"{n},P {n}\n" for n in range(2000))
    draft = await upload(client, "products.csv", body.encode())
    job = (await client.post(f"/imports/{draft['id']}/run")).json()
    for _ in range(1000):
        if (await client.get("/products", params={"limit": "1"})).json()["data"]:
            break
    assert (await client.post(f"/imports/{draft['id']}/cancellation")).status_code == 200
    for _ in range(1000):
        job = (await client.get(f"/jobs/{job['id']}")).json()
        if job["state"] not in ("queued", "running"):
            break
    found = (await client.get(f"/imports/{draft['id']}")).json()
    assert (job["state"], found["state"]) == ("cancelled", "failed") and found["error"].startswith("Cancelled.")
    done = await finished(client, draft["id"], "run")
    assert done["state"] == "done" and done["counts"]["objects"]["product"]["created"] == 2000
    assert (await client.get("/imports/999999")).status_code == 404


async def test_others_do_not_see_it(client: httpx.AsyncClient, workspace: Workspace) -> None:
    from visavis import records

    draft = await upload(client, "companies.csv", SALES.encode())
    async with workspace.context() as ctx:
        member = await records.create(ctx, "user", {"name": "Mo", "email": "mo@example.com", "role": "member"})
        token = await accounts.create_token(ctx, member.id, "test")
    other = {"authorization": f"Bearer {token}"}
    assert (await client.get(f"/imports/{draft['id']}", headers=other)).status_code == 404
    assert (await client.get("/imports", headers=other)).json()["data"] == []


async def test_the_rules_of_the_workspace_hold_here_too(client: httpx.AsyncClient, workspace: Workspace) -> None:
    rules = {"manager": {"company": {"update": "own"}}}
    assert (await client.put("/access", json=rules)).status_code == 200
    team = (await client.post("/teams", json={"name": "North"})).json()["id"]
    person = {"name": "Mia", "email": "mia@example.com", "role": "manager", "active": True, "team": team}
    manager = (await client.post("/users", json=person)).json()["id"]
    await client.post("/companies", json={"name": "Acme", "external_id": "1", "team": team})
    async with workspace.context() as ctx:
        token = await accounts.create_token(ctx, manager, "test")
    client.headers["authorization"] = f"Bearer {token}"
    draft = await upload(client, "companies.csv", b"id,name\n1,Taken\n")
    done = await finished(client, draft["id"], "run")
    assert [error["code"] for error in done["errors"]] == ["forbidden"]


async def test_others_take_nothing_back_that_lies_out_of_their_reach(
    client: httpx.AsyncClient, workspace: Workspace
) -> None:
    done = await finished(client, (await upload(client, "companies.csv", b"id,name\n1,Acme\n"))["id"], "run")
    person = {"name": "Mia", "email": "mia@example.com", "role": "manager", "active": True}
    manager = (await client.post("/users", json=person)).json()["id"]
    async with workspace.context() as ctx:
        token = await accounts.create_token(ctx, manager, "test")
    mia = {"authorization": f"Bearer {token}"}
    assert (await client.get(f"/imports/{done['id']}", headers=mia)).status_code == 200
    refused = await client.post(f"/imports/{done['id']}/rollback", headers=mia)
    assert refused.status_code == 403 and "team" in refused.json()["detail"]
    assert len((await client.get("/companies")).json()["data"]) == 1
    assert (await client.put("/access", json={"manager": {"company": {"hidden": ["industry"]}}})).status_code == 200
    for path in (f"/imports/{done['id']}", f"/imports/{done['id']}/errors", f"/jobs/{done['job_id']}"):
        assert (await client.get(path, headers=mia)).status_code == 404
    assert (await client.get("/imports", headers=mia)).json()["data"] == []
    everything = {"manager": {"company": {"update": "all", "delete": "all"}}}
    assert (await client.put("/access", json=everything)).status_code == 200
    assert (await client.post(f"/imports/{done['id']}/rollback", headers=mia)).status_code == 202
