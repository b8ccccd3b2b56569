"""How far a token reaches: never further than it was made for."""

from __future__ import annotations

import httpx

from tests.web.conftest import client_of
from visavis.features.runtime import Workspace
from visavis.store import jobs


async def test_a_cookie_beside_a_token_widens_nothing(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    made = (await ann.post("/tokens", json={"name": "till", "role": "reader"})).json()
    beside = {"Authorization": f"Bearer {made['token']}", "Cookie": "vav_session=anything"}
    async with client_of(workspace, **beside) as till:
        assert (await till.post("/tokens", json={"name": "wider"})).json()["role"] == "reader"
        assert (await till.put("/me/password", json={"new": "a long new one indeed"})).status_code == 409
        assert (await till.delete("/sessions/current")).status_code == 404


async def test_a_narrow_token_shuts_no_wider_one_out(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    till = (await ann.post("/tokens", json={"name": "till", "role": "reader"})).json()
    wide = (await ann.post("/tokens", json={"name": "wide", "role": "manager"})).json()
    async with client_of(workspace, Authorization=f"Bearer {till['token']}") as narrow:
        assert (await narrow.delete(f"/tokens/{wide['id']}")).status_code == 403
        assert (await narrow.delete(f"/tokens/{till['id']}")).status_code == 204
    assert (await ann.delete(f"/tokens/{wide['id']}")).status_code == 204


async def test_who_only_reads_brings_no_file_and_stops_no_job(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        user = await ctx.tx.value("select user_id from api_token")
        job = await jobs.enqueue(ctx.tx, "imports.run", {"import": 1, "role": "owner"}, actor_id=user)
    till = (await ann.post("/tokens", json={"name": "till", "role": "reader"})).json()
    brought = await ann.post("/imports?filename=a.csv", content=b"name\nAcme\n")
    place = f"/imports/{brought.json()['id']}"
    async with client_of(workspace, Authorization=f"Bearer {till['token']}") as narrow:
        assert (await narrow.post("/imports?filename=a.csv", content=b"name\nAcme\n")).status_code == 403
        assert (await narrow.get("/imports")).json() == {"data": []}
        seen = [await narrow.get(place), await narrow.post(f"{place}/run"), await narrow.post(f"{place}/cancellation")]
        seen += [await narrow.get(f"/jobs/{job}"), await narrow.post(f"/jobs/{job}/cancellation")]
        assert [answer.status_code for answer in seen] == [404] * 5
        assert (await narrow.get("/jobs")).json() == {"data": []}
    assert (await ann.get(place)).status_code == 200
    assert (await ann.get(f"/jobs/{job}")).status_code == 200
