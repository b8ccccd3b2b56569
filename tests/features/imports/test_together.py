"""Several files through the door: run together in their order, every row accounted for, taken back as one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx

from tests.features.imports.test_routes import MAVEN, upload
from visavis.features.accounts import api as accounts
from visavis.features.runtime import Workspace
from visavis.records import create

FIXTURE = Path(__file__).with_name("shop_by_quarter.csv")
FILES = ("sales_pipeline.csv", "products.csv", "accounts.csv", "sales_teams.csv")


async def _over(client: httpx.AsyncClient, job_id: int) -> dict[str, Any]:
    for _ in range(1200):
        job: dict[str, Any] = (await client.get(f"/jobs/{job_id}")).json()
        if job["state"] in ("done", "failed", "cancelled"):
            return job
        await asyncio.sleep(0.05)
    raise AssertionError(job)


async def _counts(client: httpx.AsyncClient) -> dict[str, int]:
    plurals = ("companies", "deals", "products")
    return {name: (await client.get(f"/{name}?limit=1&count=true")).json()["count"]["value"] for name in plurals}


async def test_files_go_in_by_their_order_and_come_out_again(client: httpx.AsyncClient) -> None:
    before = await _counts(client)
    ids = [(await upload(client, name, (MAVEN / name).read_bytes()))["id"] for name in FILES]
    begun = await client.post("/import-sets", json={"imports": ids})
    assert (begun.status_code, begun.json()["state"]) == (202, "running")
    place = begun.headers["location"].removeprefix("/api/v1")
    assert (await _over(client, begun.json()["job_id"]))["state"] == "done"
    done = (await client.get(place)).json()
    assert (done["state"], done["can_roll_back"], done["error"]) == ("done", True, None)
    for file in done["files"]:
        outcomes = sum(file[name] for name in ("created", "updated", "unchanged", "same"))
        assert file["state"] == "imported", file
        assert file["rows"] == outcomes + sum(file["skipped"].values()) + sum(file["refused"].values())
    assert {file["import_id"] for file in done["files"]} == set(ids)
    full = await _counts(client)
    assert (full["companies"], full["deals"]) == (85, 8_800)
    assert full["products"] == 8, "the deals spell one of the seven in a way of their own"
    again = await client.post("/import-sets", json={"imports": ids})
    assert again.status_code == 409
    back = await client.post(f"{place}/rollback")
    assert (await _over(client, back.json()["id"]))["state"] == "done"
    assert await _counts(client) == before
    assert (await client.get(place)).json()["state"] == "rolled_back"
    assert (await client.post(f"{place}/rollback")).status_code == 409


async def test_what_cannot_go_in_is_said_file_by_file(client: httpx.AsyncClient) -> None:
    bodies = {"accounts.csv": (MAVEN / "accounts.csv").read_bytes(), "odd.csv": b"q,w\n1,2\n"}
    ids = [(await upload(client, name, body))["id"] for name, body in bodies.items()]
    begun = await client.post("/import-sets", json={"imports": ids})
    await _over(client, begun.json()["job_id"])
    files = {f["name"]: f for f in (await client.get(f"/import-sets/{begun.json()['id']}")).json()["files"]}
    assert (files["accounts.csv"]["created"], files["odd.csv"]["state"]) == (85, "left")
    assert "not understood" in files["odd.csv"]["reason"]


async def test_others_do_not_get_at_it(client: httpx.AsyncClient, workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        member = await create(
            ctx, "user", {"name": "Max", "email": "max@example.com", "role": "member", "active": True}
        )
        token = await accounts.create_token(ctx, member.id, "test")
    mine = (await upload(client, "accounts.csv", (MAVEN / "accounts.csv").read_bytes()))["id"]
    others = {"authorization": f"Bearer {token}"}
    assert (await client.post("/import-sets", json={"imports": [mine]}, headers=others)).status_code == 404
    begun = await client.post("/import-sets", json={"imports": [mine]})
    await _over(client, begun.json()["job_id"])
    place = f"/import-sets/{begun.json()['id']}"
    assert (await client.get(place, headers=others)).status_code == 404
    assert (await client.post(f"{place}/rollback", headers=others)).status_code == 404
    assert (await client.get("/import-sets/999")).status_code == 404


async def _together(client: httpx.AsyncClient, *files: tuple[str, bytes], **more: Any) -> tuple[str, dict[str, Any]]:
    ids = [(await upload(client, name, body))["id"] for name, body in files]
    begun = await client.post("/import-sets", json={"imports": ids, **more})
    assert begun.status_code == 202, begun.text
    await _over(client, begun.json()["job_id"])
    place = begun.headers["location"].removeprefix("/api/v1")
    return place, (await client.get(place)).json()


SHOP = ("shop.csv", FIXTURE.read_bytes())
TABLE = ("customers.csv", b"customer,segment,age\n1.0,new,30\n2.0,old,41\n3.0,new,22\n4.0,old,63\n")


async def test_customers_of_several_files_are_the_same(client: httpx.AsyncClient, workspace: Workspace) -> None:
    place, first = await _together(client, SHOP, TABLE, make_fields=True)
    assert [(file["name"], file["state"]) for file in first["files"]] == [
        ("customers.csv", "imported"),
        ("shop.csv", "imported"),
    ], first
    assert "Quarter: no dates; quarter 1 is taken to begin on" in next(iter(first["files"][1]["remarks"]))
    assert first["files"][1]["skipped"] == {"order_quantity is zero": 5}
    people = (await client.get("/people?limit=10&count=true")).json()
    assert people["count"]["value"] == 4 and (await _counts(client))["companies"] == 0
    assert {"segment", "size"} <= set((await client.get(f"/people/{people['data'][0]['id']}")).json()), first
    _, again = await _together(client, TABLE, SHOP, make_fields=True)
    assert not any(file["created"] or file["updated"] for file in again["files"])
    fields = [f.name for f in workspace.catalogue.object("person").fields if f.name.startswith(("seg", "size"))]
    assert sorted(fields) == ["segment", "size"]
    back = await client.post(f"{place}/rollback")
    assert (await _over(client, back.json()["id"]))["result"]["removed"] == 4 + 19 + 19 + 12


async def test_without_new_fields_it_is_said_what_stays_out(client: httpx.AsyncClient) -> None:
    _, done = await _together(client, TABLE)
    assert done["files"][0]["remarks"] == {"no fields for these columns: segment, age": 4}


async def test_an_import_stands_in_one_set(client: httpx.AsyncClient) -> None:
    place, done = await _together(client, ("odd.csv", b"q,w\n1,2\n"), TABLE)
    odd = next(number for number in done["imports"] if number not in {f["import_id"] for f in done["files"]})
    other = await client.post("/import-sets", json={"imports": [odd]})
    await _over(client, other.json()["job_id"])
    assert odd not in (await client.get(place)).json()["imports"]
    assert (await client.get(place)).json()["files"] == done["files"]


async def test_only_owners_make_fields(client: httpx.AsyncClient, workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        team = await create(ctx, "team", {"name": "North"})
        who = {"name": "Mia", "email": "mia@example.com", "role": "manager", "active": True, "team": team.id}
        user = await create(ctx, "user", who)
        token = await accounts.create_token(ctx, user.id, "test")
    client.headers["authorization"] = f"Bearer {token}"
    number = (await upload(client, *TABLE))["id"]
    refused = await client.post("/import-sets", json={"imports": [number], "make_fields": True})
    assert refused.status_code == 403
    assert (await client.post("/import-sets", json={"imports": [number]})).status_code == 202
