"""Working principles: precedence, live membership, what a reader may know."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from visavis import records
from visavis.features.policies.api import principles_of
from visavis.features.runtime import Workspace


async def group(client: httpx.AsyncClient, name: str, tree: dict[str, Any], **more: Any) -> int:
    body = {"object": "company", "name": name, "kind": "group", "shared": True, "query": {"filter": tree}, **more}
    answer = await client.post("/views", json=body)
    assert answer.status_code == 201, answer.text
    found: int = answer.json()["id"]
    return found


def where(field: str, value: Any, op: str = "eq") -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


async def put(client: httpx.AsyncClient, view: int, precedence: int, **principles: Any) -> httpx.Response:
    return await client.put(f"/policies/{view}", json={"principles": principles, "precedence": precedence})


async def test_the_first_group_decides_each_principle_and_says_so(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    romanian = await group(ann, "Romania", where("country", "Romania"))
    large = await group(ann, "Large", where("employees", "100", "ge"))
    assert (await put(ann, romanian, 20, service_level="standard", channel="phone", max_discount=5)).status_code == 200
    assert (await put(ann, large, 10, service_level="premium", contact_days=30)).status_code == 200
    assert [p["name"] for p in (await ann.get("/policies?object=company")).json()["data"]] == ["Large", "Romania"]
    company = (await ann.post("/companies", json={"name": "A", "country": "Romania", "employees": 500})).json()["id"]
    answer = (await ann.get(f"/policies/of/company/{company}")).json()
    told = {one["principle"]: (one["value"], one["group"]["title"]) for one in answer["data"]}
    assert told == {
        "service_level": ("premium", "Large"),
        "contact_days": (30, "Large"),
        "channel": ("phone", "Romania"),
        "max_discount": (5, "Romania"),
    }
    level = next(one for one in answer["data"] if one["principle"] == "service_level")
    assert [one["title"] for one in level["overruled"]] == ["Romania"]
    version = {"if-match": '"1"'}
    assert (await ann.patch(f"/companies/{company}", json={"employees": 5}, headers=version)).status_code == 200
    after = (await ann.get(f"/policies/of/company/{company}")).json()
    assert {one["value"] for one in after["data"]} == {"standard", "phone", 5}
    async with workspace.context() as ctx:
        assert await principles_of(ctx, "company", company) == {
            "service_level": "standard", "channel": "phone", "max_discount": 5
        }  # fmt: skip
    assert (await ann.delete(f"/views/{romanian}")).status_code == 204
    assert (await ann.get(f"/policies/of/company/{company}")).json()["data"] == []


async def test_above_the_mean_of_the_own_branch_and_no_card(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    above = {"field": "employees", "op": "gt", "mean_of_group": "industry"}
    tree = {"and": [above, {"not": {"related": "deal.company", "filter": where("name", "Card")}}]}
    view = await group(ann, "Above", tree)
    assert (await put(ann, view, 1, channel="visit")).status_code == 200
    async with workspace.context() as ctx:
        ids = [
            (await records.create(ctx, "company", {"name": "x", "industry": "bank", "employees": n})).id
            for n in (10, 20, 90, 95)
        ]
        await records.create(ctx, "deal", {"name": "Card", "company": ids[3]})
    found = [(await ann.get(f"/policies/of/company/{i}")).json()["data"] for i in ids]
    assert [bool(one) for one in found] == [False, False, True, False]


async def test_hidden_fields_are_not_told_by_a_group(ann: httpx.AsyncClient, colleague: Any) -> None:
    assert (await ann.put("/access", json={"member": {"company": {"hidden": ["annual_revenue"]}}})).status_code == 200
    bob = await colleague("Bob", "member")
    own = (await bob.get("/me")).json()["user"]["id"]
    body = {"name": "A", "owner": own, "annual_revenue": {"amount": "9", "currency": "EUR"}}
    company = (await ann.post("/companies", json=body)).json()["id"]
    other = (await ann.post("/companies", json={"name": "B"})).json()["id"]
    rich = where("annual_revenue", "1", "gt")
    view = await group(ann, "Rich", {"and": [where("name", "A"), rich]})
    assert (await put(ann, view, 1, channel="visit")).status_code == 200
    assert (await bob.get(f"/policies/of/company/{company}")).json() == {"data": [], "groups": [], "withheld": 1}
    assert (await put(ann, await group(ann, "A", where("name", "A")), 2, channel="phone")).status_code == 200
    known = (await bob.get(f"/policies/of/company/{company}")).json()
    assert ([r["value"] for r in known["data"]], known["withheld"]) == (["phone"], 1)
    assert len((await ann.get(f"/policies/of/company/{company}")).json()["data"]) == 1
    assert (await bob.get(f"/policies/of/company/{other}")).status_code == 404
    assert (await put(bob, view, 1, channel="visit")).status_code == 403


@pytest.mark.parametrize("more", [{"kind": "view"}, {"shared": False}])
async def test_only_a_shared_group_that_is_the_same_for_all_can_have_one(
    ann: httpx.AsyncClient, more: dict[str, Any]
) -> None:
    view = await group(ann, "x", where("country", "Romania"), **more)
    assert (await put(ann, view, 1, channel="visit")).status_code == 409
    mine = await group(ann, "mine", where("owner", "me"))
    assert (await put(ann, mine, 1, channel="visit")).status_code == 409
    fine = await group(ann, "fine", where("country", "Romania"))
    assert (await put(ann, fine, 1, owner=10**9)).status_code == 409
    assert (await put(ann, 10**9, 1, channel="visit")).status_code == 404
    assert (await put(ann, fine, 1, max_discount=101)).status_code == 422
    assert (await ann.delete(f"/policies/{fine}")).status_code == 404
    assert (await ann.get("/policies/of/nonsense/1")).status_code == 404
