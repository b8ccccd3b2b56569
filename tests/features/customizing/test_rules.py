"""Required under a condition: for whoever may see what the condition asks, in their language, at every door."""

from __future__ import annotations

from typing import Any

import httpx

from visavis.access import Actor, overlaid
from visavis.features.runtime import Workspace
from visavis.records import create
from visavis.records.bulk import Change, Selection, preview
from visavis.records.query import Query

PLACE = "/catalogue/objects/deal/fields/lost_reason"
RULE: dict[str, Any] = {
    "required_if": 'stage = "lost"',
    "required_message": {"en": "Say why it was lost.", "ko": "실주 사유를 적어 주세요."},
}


async def test_required_under_a_condition(ann: httpx.AsyncClient) -> None:
    shown = (await ann.patch(PLACE, json=RULE)).json()
    assert (shown["required_if"], shown["required_message"]["ko"]) == (RULE["required_if"], "실주 사유를 적어 주세요.")
    refused = await ann.post("/deals", json={"name": "d", "stage": "lost"})
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["field"], error["code"]) == (422, "lost_reason", "required")
    assert error["message"] == "Say why it was lost."
    assert (await ann.post("/deals", json={"name": "d", "stage": "lost", "lost_reason": "price"})).status_code == 201
    deal = (await ann.post("/deals", json={"name": "d", "stage": "won"})).json()
    place, match = f"/deals/{deal['id']}", {"If-Match": '"1"'}
    assert (await ann.patch(place, json={"stage": "lost"}, headers=match)).status_code == 422
    assert (await ann.get(place)).json()["stage"] == "won"
    both = {"stage": "lost", "lost_reason": "price"}
    assert (await ann.patch(place, json=both, headers=match)).status_code == 200
    assert (await ann.patch(place, json={"lost_reason": None}, headers={"If-Match": '"2"'})).status_code == 422
    assert (await ann.patch(PLACE, json={"required_if": None})).json()["required_if"] is None
    assert (await ann.patch(place, json={"lost_reason": None}, headers={"If-Match": '"2"'})).status_code == 200


async def test_a_merge_breaks_no_rule(ann: httpx.AsyncClient) -> None:
    lost, won = [
        (await ann.post("/deals", json={"name": "d", "stage": stage, "lost_reason": reason})).json()["id"]
        for stage, reason in (("lost", "price"), ("won", None))
    ]
    await ann.patch(PLACE, json=RULE)
    wanted = {"object": "deal", "ids": [lost, won], "keep": lost}
    for choose in ({"lost_reason": won}, {"lost_reason": None}):
        refused = await ann.post("/merges", json={**wanted, "choose": choose})
        (error,) = refused.json()["errors"]
        assert (refused.status_code, error["field"], error["code"]) == (422, "lost_reason", "required")
        (conflict,) = (await ann.post("/merges/preview", json={**wanted, "choose": choose})).json()["conflicts"]
        assert conflict == {"kind": "required", "object": "deal", "field": "lost_reason", "ids": [lost]}
    assert (await ann.post("/merges", json=wanted)).status_code == 201


async def test_what_was_there_before_can_be_mended_in_parts(ann: httpx.AsyncClient) -> None:
    deal = (await ann.post("/deals", json={"name": "d", "stage": "lost"})).json()
    await ann.patch(PLACE, json=RULE)
    renamed = await ann.patch(f"/deals/{deal['id']}", json={"name": "e"}, headers={"If-Match": '"1"'})
    assert renamed.status_code == 200


async def test_the_condition_is_checked(ann: httpx.AsyncClient) -> None:
    for text in ("stage = lost", "amount", 'stage = "lots"', "stage ="):
        refused = await ann.patch(PLACE, json={"required_if": text})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, "required_if")
    await ann.patch(PLACE, json=RULE)
    assert (await ann.delete("/catalogue/objects/deal/fields/stage")).status_code == 409


async def test_a_rule_tells_nothing(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    await ann.patch(PLACE, json=RULE)
    rules = {"deal": {"hidden": ["stage"]}}
    actor = Actor(None, "manager", policy=overlaid({"manager": rules}))
    async with workspace.context(actor) as ctx:
        await create(ctx, "deal", {"name": "d"})


async def test_many_at_once(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    for reason in ("price", None):
        await ann.post("/deals", json={"name": "d", "stage": "won", "lost_reason": reason})
    await ann.patch(PLACE, json=RULE)
    async with workspace.context() as ctx:
        found = await preview(ctx, "deal", Selection(Query()), Change(set={"stage": "lost"}))
    assert (found.fits, found.changes, found.skipped) == (2, 1, {"required": 1})


async def test_a_tie_has_two_ends(ann: httpx.AsyncClient) -> None:
    acme = (await ann.post("/companies", json={"name": "Acme"})).json()["id"]
    bare = await ann.post("/ties", json={"kind": "supplier", "from_company": acme})
    assert [e["field"] for e in bare.json()["errors"]] == ["to_person"]
    assert (await ann.post("/ties", json={"kind": "supplier", "from_company": acme, "to_company": acme})).is_success
    assert (await ann.post("/party-roles", json={"role": "payer"})).status_code == 422
