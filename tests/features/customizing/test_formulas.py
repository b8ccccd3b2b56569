"""Formula fields through the door: checked while they are written, live at once, kept from losing what they read."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

WEIGHTED = {
    "name": "weighted",
    "type": "money",
    "label": {"en": "Weighted"},
    "formula": "amount * probability / 100",
}
PLACE = "/catalogue/objects/deal/fields"


async def test_a_check_says_what_a_formula_gives(ann: httpx.AsyncClient) -> None:
    given = {"object": "deal", "formula": "amount * probability / 100"}
    found = await ann.post("/catalogue/formulas/check", json=given)
    assert found.json() == {"kind": "money", "types": ["money"], "reads": ["amount", "probability"]}
    wrong = await ann.post("/catalogue/formulas/check", json=given | {"formula": "amount * probabilty"})
    (error,) = wrong.json()["errors"]
    assert (wrong.status_code, error["field"]) == (409, "formula")
    assert "character 10" in error["message"] and "probability" in error["remedy"]
    assert (await ann.post("/catalogue/formulas/check", json=given | {"object": "nonsense"})).status_code == 404


async def test_a_formula_field(ann: httpx.AsyncClient, colleague) -> None:
    made = await ann.post(PLACE, json=WEIGHTED)
    assert (made.status_code, made.json()["kind"], made.json()["writable"]) == (201, "formula", False)
    body = {"name": "d", "amount": {"amount": "10", "currency": "EUR"}, "probability": "50"}
    deal = (await ann.post("/deals", json=body)).json()
    assert deal["weighted"] == {"amount": "5.00", "currency": "EUR"}
    assert (await ann.get("/deals?sort=-weighted&columns=weighted")).json()["data"][0]["weighted"] == deal["weighted"]
    changed = await ann.patch(f"{PLACE}/weighted", json={"formula": "amount * 3"})
    assert changed.json()["formula"] == "amount * 3"
    assert (await ann.get(f"/deals/{deal['id']}")).json()["weighted"]["amount"] == "30.00"
    refused = await ann.patch(f"/deals/{deal['id']}", json={"weighted": None}, headers={"If-Match": '"1"'})
    assert refused.status_code == 422
    described = (await ann.get("/openapi.json")).json()["components"]["schemas"]
    assert described["Record.deal"]["properties"]["weighted"]["readOnly"]
    assert "weighted" not in described["New.deal"]["properties"]
    manager = await colleague("Max", "manager")
    assert (await manager.post("/catalogue/formulas/check", json={"object": "deal", "formula": "1"})).status_code == 403


NO_FORMULA: tuple[tuple[dict[str, object], int], ...] = (
    ({"type": "text"}, 409),
    ({"type": "address"}, 409),
    ({"formula": "amount +"}, 409),
    ({"formula": 'money(1, "ZZZ")'}, 409),
    ({"formula": "weighted * 2"}, 409),
    ({"formula": ""}, 422),
    ({"required": True}, 409),
    ({"unique": True}, 409),
    ({"searchable": True}, 409),
)


async def test_what_is_no_formula(ann: httpx.AsyncClient) -> None:
    answers = [await ann.post(PLACE, json=WEIGHTED | change) for change, _ in NO_FORMULA]
    assert [answer.status_code for answer in answers] == [status for _, status in NO_FORMULA]


async def test_what_a_formula_reads_stays(ann: httpx.AsyncClient) -> None:
    await ann.post(PLACE, json=WEIGHTED)
    refused = await ann.delete(f"{PLACE}/probability")
    assert refused.status_code == 409 and "deal.weighted" in refused.json()["detail"]
    assert (await ann.patch(f"{PLACE}/probability", json={"hidden": True})).status_code == 409
    assert (await ann.delete(f"{PLACE}/weighted")).status_code == 204
    assert (await ann.delete(f"{PLACE}/probability")).status_code == 204
    broken = await ann.patch(f"{PLACE}/weighted", json={"hidden": False})
    assert broken.status_code == 409
    await ann.patch(f"{PLACE}/probability", json={"hidden": False})
    assert (await ann.patch(f"{PLACE}/weighted", json={"hidden": False})).status_code == 200


async def test_formulas_make_no_circle(ann: httpx.AsyncClient) -> None:
    await ann.post(PLACE, json=WEIGHTED)
    assert (await ann.post(PLACE, json=WEIGHTED | {"name": "twice", "formula": "weighted * 2"})).status_code == 201
    circle = await ann.patch(f"{PLACE}/weighted", json={"formula": "twice / 2"})
    assert circle.status_code == 409 and "stands on" in circle.json()["errors"][0]["message"]
    assert (await ann.patch(f"{PLACE}/amount", json={"formula": "twice"})).status_code == 409


async def test_an_own_hierarchy(ann: httpx.AsyncClient) -> None:
    region = {"name": "region", "label": {"en": "Region"}, "label_plural": {"en": "Regions"}}
    assert (await ann.post("/catalogue/objects", json=region)).status_code == 201
    above = {"name": "above", "type": "relation", "target": "region", "hierarchy": True, "label": {"en": "Above"},
             "reverse": {"en": "Below"}}  # fmt: skip
    made = await ann.post("/catalogue/objects/region/fields", json=above)
    assert "under" in made.json()["operators"]
    assert (await ann.post("/catalogue/objects/company/fields", json=above)).status_code == 409
    objects = {o["name"]: o for o in (await ann.get("/catalogue")).json()["objects"]}
    assert {"object": "region", "field": "above", "label": {"en": "Below"}} in objects["region"]["relations"]


PIPELINE: dict[str, Any] = {
    "name": "pipeline",
    "type": "money",
    "label": {"en": "Pipeline"},
    "rollup": {"object": "deal", "field": "company", "function": "sum", "of": "amount",
               "filter": {"field": "stage", "op": "ne", "value": "lost"}},
}  # fmt: skip


async def test_a_rollup_field(ann: httpx.AsyncClient) -> None:
    found = await ann.post("/catalogue/rollups/check", json={"object": "company", "rollup": PIPELINE["rollup"]})
    assert found.json() == {"type": "money", "reads": ["deal.company", "deal.stage", "deal.amount"]}
    made = await ann.post("/catalogue/objects/company/fields", json=PIPELINE)
    assert (made.status_code, made.json()["kind"], made.json()["rollup"]) == (201, "rollup", PIPELINE["rollup"])
    acme = (await ann.post("/companies", json={"name": "Acme"})).json()
    for stage, amount in (("won", "3"), ("lost", "5"), ("proposal", "4.5")):
        body = {"name": "d", "company": acme["id"], "stage": stage, "amount": {"amount": amount, "currency": "EUR"}}
        assert (await ann.post("/deals", json=body)).status_code == 201
    shown = (await ann.get(f"/companies/{acme['id']}")).json()
    assert shown["pipeline"] == {"amount": "7.50", "currency": "EUR"}
    place = "/catalogue/objects/company/fields/pipeline"
    assert (await ann.patch(place, json={"required": True})).status_code == 409
    assert (await ann.delete("/catalogue/objects/deal/fields/amount")).status_code == 409
    options = [{"value": "won"}, {"value": "proposal"}]
    gone = await ann.patch("/catalogue/objects/deal/fields/stage", json={"options": options})
    assert gone.status_code == 409 and "pipeline" in gone.json()["detail"]
    assert (await ann.delete(place)).status_code == 204


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"object": "nonsense"}, "rollup.object"),
        ({"field": "person"}, "rollup.field"),
        ({"of": "nonsense"}, "rollup.of"),
        ({"of": "name"}, "rollup.of"),
        ({"of": None}, "rollup.of"),
        ({"function": "last", "by": "name"}, "rollup.by"),
        ({"function": "count"}, "type"),
        ({"filter": {"field": "stage", "op": "eq", "value": "lots"}}, "rollup.filter"),
        ({"filter": {"field": "company.country", "op": "eq", "value": "FR"}}, "rollup.filter"),
        ({"filter": {"field": "opened_on", "op": "within", "value": "P3D"}}, "rollup.filter"),
        ({"filter": {"field": "owner", "op": "eq", "value": "me"}}, "rollup.filter"),
        ({"filter": {"related": "activity.deal"}}, "rollup.filter"),
    ],
)
async def test_what_is_no_rollup(ann: httpx.AsyncClient, change: dict[str, object], field: str) -> None:
    body = PIPELINE | {"rollup": {k: v for k, v in (PIPELINE["rollup"] | change).items() if v is not None}}
    refused = await ann.post("/catalogue/objects/company/fields", json=body)
    assert refused.status_code == 409, refused.json()
    assert refused.json()["errors"][0]["field"] == field
