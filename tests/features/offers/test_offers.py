"""Who gets which offer: the highest expected value among those that hold, within the limits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import httpx

TODAY = dt.datetime.now(dt.UTC)


async def post(client: httpx.AsyncClient, path: str, **body: Any) -> int:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    found: int = answer.json()["id"]
    return found


def pounds(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


async def offer(client: httpx.AsyncClient, name: str, group: int | None, margin: str, chance: str, **more: Any) -> int:
    found = await post(client, "/offers", name=name, margin=pounds(margin), chance=chance, **more)
    answer = await client.put(f"/next-offers/{found}/group", json={"group": group})
    assert answer.status_code == 200, answer.text
    return found


async def romanians(client: httpx.AsyncClient, count: int) -> tuple[int, list[int]]:
    ids = [await post(client, "/companies", name=f"C{i}", country="Romania") for i in range(count)]
    query = {"filter": {"field": "country", "op": "eq", "value": "Romania"}}
    view = await post(client, "/views", object="company", name="Romania", kind="group", shared=True, query=query)
    return view, ids


async def test_each_customer_gets_the_offer_of_the_highest_value_within_its_limits(ann: httpx.AsyncClient) -> None:
    view, ids = await romanians(ann, 4)
    await post(ann, "/companies", name="Elsewhere", country="Korea")
    card = await offer(ann, "Card", view, "100", "10", contact_cost=pounds("1"), rest_days=30, places=1)
    loan = await offer(ann, "Loan", view, "40", "20", contact_cost=pounds("1"))
    await offer(ann, "Dear", view, "10", "5", contact_cost=pounds("1"))
    over = await offer(ann, "Over", view, "999", "99", valid_to="2020-01-01")
    nobody = await offer(ann, "Nobody", None, "999", "99")
    called = (TODAY - dt.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    await post(ann, "/activities", kind="call", subject="x", at=called, company=ids[0])
    answer = await ann.get("/next-offers", params={"object": "company"})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    found = {one["id"]: one for one in told["data"]}
    assert [c["id"] for c in found[card]["customers"]] == [ids[1]], "the first was called, and one place there is"
    assert [c["id"] for c in found[loan]["customers"]] == [ids[0], ids[2], ids[3]]
    assert (found[card]["eligible"], found[card]["chosen"], found[card]["value"]) == (4, 1, pounds("9.00"))
    assert found[loan]["value"] == pounds("21.00")
    assert {one["id"]: one["reason"] for one in told["left"]} == {over: "not_now", nobody: "no_group"}
    assert told["reasons"] == {"offered": 4}
    best = (await ann.get(f"/next-offers/of/company/{ids[2]}")).json()
    assert best == {"offer": {"id": card, "title": "Card"}, "value": pounds("9.00"), "reason": "offered"}
    assert (await ann.get("/next-offers/of/deal/1")).status_code == 404


async def test_who_was_contacted_too_often_or_is_not_worth_it_gets_none(ann: httpx.AsyncClient) -> None:
    view, ids = await romanians(ann, 3)
    made = await offer(ann, "Card", view, "100", "10", most_contacts=1, rest_days=400)
    called = (TODAY - dt.timedelta(days=200)).strftime("%Y-%m-%dT%H:%M:%SZ")
    await post(ann, "/activities", kind="call", subject="x", at=called, company=ids[0])
    recent = (TODAY - dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    await post(ann, "/activities", kind="email", subject="x", at=recent, company=ids[1])
    await post(ann, "/activities", kind="note", subject="x", at=recent, company=ids[2])
    told = (await ann.get("/next-offers?object=company")).json()
    assert told["reasons"] == {"too_soon": 1, "tired": 1, "offered": 1}
    reasons = [(await ann.get(f"/next-offers/of/company/{i}")).json()["reason"] for i in ids]
    assert reasons == ["too_soon", "tired", "offered"]
    version = {"if-match": '"1"'}
    assert (await ann.patch(f"/offers/{made}", json={"chance": "0"}, headers=version)).status_code == 200
    assert (await ann.get(f"/next-offers/of/company/{ids[2]}")).json()["reason"] == "not_worth_it"


async def test_a_colleague_sees_only_own_customers_in_an_offer(ann: httpx.AsyncClient, colleague: Any) -> None:
    view, _ = await romanians(ann, 2)
    made = await offer(ann, "Card", view, "100", "10")
    bob = await colleague("Bob", "member")
    me = (await bob.get("/me")).json()["user"]["id"]
    await post(ann, "/companies", name="Bob's", country="Romania", owner=me)
    assert (await bob.get("/next-offers?object=company")).json()["data"][0]["eligible"] == 1
    assert (await bob.put(f"/next-offers/{made}/group", json={"group": view})).status_code == 403
    assert (await ann.put(f"/next-offers/{made}/group", json={"group": 10**9})).status_code == 404
    assert (await ann.put(f"/next-offers/{10**9}/group", json={"group": view})).status_code == 404
    assert (await ann.put(f"/next-offers/{made}/group", json={"group": None})).json() == {"group": None}


async def test_an_offer_whose_group_one_cannot_ask_for_is_left_out_alone(
    ann: httpx.AsyncClient, colleague: Any
) -> None:
    view, _ = await romanians(ann, 1)
    query = {"filter": {"field": "industry", "op": "eq", "value": "Banking"}}
    inside = await post(ann, "/views", object="company", name="Banks", kind="group", shared=True, query=query)
    bank, country = [await offer(ann, "Card", group, "100", "10") for group in (inside, view)]
    assert (await ann.put("/access", json={"member": {"company": {"hidden": ["industry"]}}})).status_code == 200
    bob = await colleague("Bob", "member")
    me = (await bob.get("/me")).json()["user"]["id"]
    mine = await post(ann, "/companies", name="Bob's", country="Romania", industry="Banking", owner=me)
    told = (await bob.get("/next-offers?object=company")).json()
    assert told["left"] == [{"id": bank, "title": "Card", "reason": "group_blind"}]
    assert [(one["id"], one["chosen"]) for one in told["data"]] == [(country, 1)]
    assert (await bob.get(f"/next-offers/of/company/{mine}")).json()["offer"]["id"] == country
