"""Rates and questions of money over HTTP."""

from __future__ import annotations

import httpx

from tests.web.conftest import SignedIn

RATE = {"driver": "call", "unit": "hour", "amount": "60", "valid_from": "2024-01-01", "minutes": "10", "note": "2024"}


async def test_rates_are_said_and_told(ann: httpx.AsyncClient) -> None:
    assert (await ann.get("/costing/rates")).json()["now"] == []
    told = (await ann.put("/costing/rates", json={"rates": [RATE]})).json()
    assert [(row["driver"], row["amount"], row["currency"]) for row in told["now"]] == [("call", "60.00", "EUR")]
    later = RATE | {"amount": None, "valid_from": "2999-01-01"}
    told = (await ann.put("/costing/rates", json={"rates": [later]})).json()
    assert len(told["history"]) == 2 and told["now"][0]["amount"] == "60.00"
    assert told["history"][0]["set_by_name"] == "Ann"
    for wrong in (RATE | {"driver": "x"}, RATE | {"unit": "per_cent_year"}, RATE | {"amount": "-1"}):
        assert (await ann.put("/costing/rates", json={"rates": [wrong]})).status_code == 422


async def test_a_member_sets_no_rates(colleague: SignedIn) -> None:
    bob = await colleague("Bob", "member")
    assert (await bob.put("/costing/rates", json={"rates": [RATE]})).status_code == 403


async def test_questions_before_the_first_refresh(ann: httpx.AsyncClient) -> None:
    fall = (await ann.post("/insight/waterfall", json={})).json()
    assert fall["customers"]["count"] == 0 and fall["bars"][-1]["amount"] is None
    assert (await ann.get("/insight/whale")).json()["points"] == []
    assert (await ann.get("/insight/dear?object=person")).json()["count"] == 0
    told = (await ann.post("/insight/budget", json={})).json()
    assert [group["customers"] for group in told["groups"]] == [0, 0, 0]
    assert (await ann.post("/insight/waterfall", json={"id": 9})).status_code == 404
    for rows in ("rows", "rows/file"):
        assert (await ann.get(f"/insight/waterfall/{rows}?id=9&bar=gross")).status_code == 404
    for wrong in ("bar=gross", "id=9&bar=x", "id=9"):
        assert (await ann.get(f"/insight/waterfall/rows?{wrong}")).status_code in (400, 422)
    for body in (
        {"groups": [{"name": "A", "floor": 5, "most": 1}]},
        {"spend": "nothing"},
        {"groups": [{"name": "A", "filter": {"field": "x"}}]},
    ):
        assert (await ann.post("/insight/budget", json=body)).status_code in (409, 422)
    assert all(bar["known_amount"]["amount"] == "0.00" for bar in fall["bars"])
