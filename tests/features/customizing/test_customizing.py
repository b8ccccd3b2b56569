"""What an administrator adds is live at once, in every part of the API."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from visavis.features.runtime import Workspace

COLOUR = {
    "name": "colour",
    "type": "choice",
    "label": {"en": "Colour", "ko": "색"},
    "options": [{"value": "red"}, {"value": "blue"}],
}
SHIP = {
    "name": "ship",
    "label": {"en": "Ship"},
    "label_plural": {"en": "Ships"},
    "fields": [COLOUR, {"name": "company", "type": "relation", "target": "company", "label": {"en": "Company"}}],
}


async def catalogue(client: httpx.AsyncClient) -> dict[str, dict]:
    return {o["name"]: o for o in (await client.get("/catalogue")).json()["objects"]}


async def test_a_field(ann: httpx.AsyncClient) -> None:
    made = await ann.post("/catalogue/objects/company/fields", json=COLOUR)
    assert made.status_code == 201
    assert (made.json()["options"][0]["label"], made.json()["writable"]) == ({"en": "red"}, True)
    acme = (await ann.post("/companies", json={"name": "Acme", "colour": "red"})).json()
    assert acme["colour"] == "red"
    assert (await ann.get("/companies?colour=red")).json()["data"][0]["id"] == acme["id"]
    assert (await ann.post("/companies", json={"name": "Bolt", "colour": "green"})).status_code == 422
    described = (await ann.get("/openapi.json")).json()["components"]["schemas"]["New.company"]
    assert described["properties"]["colour"]["enum"] == ["red", "blue", None]


async def test_changes_to_a_field(ann: httpx.AsyncClient) -> None:
    await ann.post("/catalogue/objects/company/fields", json=COLOUR)
    place = "/catalogue/objects/company/fields/colour"
    more = [{"value": "red"}, {"value": "green", "label": {"en": "Green"}, "color": "green"}]
    changed = await ann.patch(place, json={"options": more, "label": {"en": "Paint"}, "required": True})
    assert (changed.json()["label"], changed.json()["required"]) == ({"en": "Paint"}, True)
    assert (await ann.post("/companies", json={"name": "Acme"})).status_code == 422
    acme = (await ann.post("/companies", json={"name": "Acme", "colour": "green"})).json()
    assert (await ann.delete(place)).status_code == 204
    assert "colour" not in (await ann.get(f"/companies/{acme['id']}")).json()
    assert (await ann.patch(place, json={"hidden": False})).status_code == 200
    assert (await ann.get(f"/companies/{acme['id']}")).json()["colour"] == "green"


async def edited(client: httpx.AsyncClient, place: str, values: dict[str, object]) -> httpx.Response:
    version = (await client.get(place)).json()["version"]
    return await client.patch(place, json=values, headers={"If-Match": f'"{version}"'})


async def test_an_option_that_was_taken_away_stays_with_its_records(ann: httpx.AsyncClient) -> None:
    tags = {**COLOUR, "name": "shades", "type": "multi_choice"}
    for field in (COLOUR, tags):
        await ann.post("/catalogue/objects/company/fields", json=field)
    body = {"name": "Acme", "colour": "red", "shades": ["red", "blue"]}
    acme = f"/companies/{(await ann.post('/companies', json=body)).json()['id']}"
    bolt = f"/companies/{(await ann.post('/companies', json={'name': 'Bolt'})).json()['id']}"
    left = {"options": [{"value": "blue"}, {"value": "rose", "label": {"en": "Red"}}]}
    for name in ("colour", "shades"):
        gone = (await ann.patch(f"/catalogue/objects/company/fields/{name}", json=left)).json()
        assert ([o["value"] for o in gone["former"]], gone["held"]) == (["red"], {"red": 1})
    for asked in (
        {"field": "colour", "op": "in", "value": ["red"]},
        {"field": "shades", "op": "has_any", "value": ["red"]},
    ):
        found = await ann.get("/companies", params={"filter": json.dumps(asked)})
        assert [row["title"] for row in found.json()["data"]] == ["Acme"]
    assert (await ann.get("/companies?colour=red")).json()["data"]
    same = await edited(ann, acme, {"colour": "red", "shades": ["red"], "industry": "Steel"})
    assert (same.status_code, same.json()["colour"], same.json()["shades"]) == (200, "red", ["red"])
    other = await edited(ann, bolt, {"colour": "red"})
    assert (other.status_code, other.json()["colour"]) == (200, "rose")
    for name in ("colour", "shades"):
        await ann.patch(f"/catalogue/objects/company/fields/{name}", json={"options": [{"value": "blue"}]})
    refused = await edited(ann, bolt, {"colour": "red"})
    assert (refused.status_code, "any more" in refused.json()["errors"][0]["message"]) == (422, True)
    assert (await edited(ann, acme, {"colour": "red"})).json()["colour"] == "red"
    taken = {"object": "company", "remove": {"shades": ["red"]}}
    assert (await ann.post("/changes/preview", json=taken)).json()["changes"] == 1
    more = await ann.post("/changes/preview", json={"object": "company", "add": {"shades": ["red"]}})
    assert [one["field"] for one in more.json()["refused"]] == ["shades"]
    await ann.patch("/catalogue/objects/company/fields/colour", json={"options": COLOUR["options"]})
    assert (await edited(ann, bolt, {"colour": "red"})).json()["colour"] == "red"


async def test_an_object(ann: httpx.AsyncClient) -> None:
    made = await ann.post("/catalogue/objects", json=SHIP)
    assert (made.status_code, made.json()["plural"]) == (201, "ships")
    acme = (await ann.post("/companies", json={"name": "Acme"})).json()
    ship = await ann.post("/ships", json={"name": "Argo", "colour": "blue", "company": acme["id"]})
    assert ship.json()["company"] == {"id": acme["id"], "title": "Acme"}
    assert [r["name"] for r in (await ann.get("/ships")).json()["data"]] == ["Argo"]
    relations = (await catalogue(ann))["company"]["relations"]
    assert {"object": "ship", "field": "company", "label": {"en": "Ships"}} in relations


CLASHING: tuple[dict[str, object], ...] = (
    {"name": "id"},
    {"name": "title"},
    {"name": "filter"},
    {"name": "name"},
    {"name": "annual_revenue_currency"},
    {"name": "xmin"},
    {"type": "relation"},
    {"type": "relation", "target": "nonsense"},
    {"type": "text"},
    {"options": []},
    {"options": [{"value": "a"}, {"value": "a"}]},
)
TAKEN = (
    *("company", "companies", "views", "event", "session", "derived_company", "search", "catalogue", "tokens"),
    *("pg_class", "record_id", "company_pkey"),
)


async def test_fields_that_clash(ann: httpx.AsyncClient) -> None:
    place = "/catalogue/objects/company/fields"
    answers = [await ann.post(place, json=COLOUR | change) for change in CLASHING]
    assert [answer.status_code for answer in answers] == [409] * len(CLASHING)


async def test_objects_that_clash(ann: httpx.AsyncClient) -> None:
    answers = [await ann.post("/catalogue/objects", json=SHIP | {"name": name}) for name in TAKEN]
    assert [answer.status_code for answer in answers] == [409] * len(TAKEN)


@pytest.mark.parametrize("order", [1, -1])
async def test_the_currency_of_an_amount_has_a_place_of_its_own(ann: httpx.AsyncClient, order: int) -> None:
    fields = [
        {"name": "price", "type": "money", "label": {"en": "Price"}},
        {"name": "price_currency", "type": "text", "label": {"en": "Currency"}},
    ][::order]
    assert (await ann.post("/catalogue/objects", json=SHIP | {"fields": fields})).status_code == 409


@pytest.mark.parametrize("body", [COLOUR | {"name": "Colour"}, COLOUR | {"type": "colour"}, COLOUR | {"colour": 1}])
async def test_fields_that_are_not_well_formed(ann: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert (await ann.post("/catalogue/objects/company/fields", json=body)).status_code == 422


async def test_only_owners(ann: httpx.AsyncClient, colleague) -> None:
    manager = await colleague("Max", "manager")
    assert (await manager.post("/catalogue/objects", json=SHIP)).status_code == 403
    assert (await manager.delete("/catalogue/objects/company/fields/note")).status_code == 403


async def test_what_an_object_cannot_do_without(ann: httpx.AsyncClient) -> None:
    assert (await ann.delete("/catalogue/objects/company/fields/name")).status_code == 409
    assert (await ann.delete("/catalogue/objects/company/fields/nonsense")).status_code == 404
    for place in ("company/fields/name", "company/fields/owner", "user/fields/role", "user/fields/active"):
        assert (await ann.patch(f"/catalogue/objects/{place}", json={"hidden": True})).status_code == 409


async def test_of_two_who_add_the_same_at_once_one_is_told(ann: httpx.AsyncClient) -> None:
    places = {"/catalogue/objects": SHIP, "/catalogue/objects/company/fields": COLOUR}
    for place, body in places.items():
        answers = await asyncio.gather(*(ann.post(place, json=body) for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_roles_stay_what_they_are(ann: httpx.AsyncClient) -> None:
    place = "/catalogue/objects/user/fields/role"
    roles: list[dict[str, object]] = [{"value": name} for name in ("owner", "manager", "member", "reader")]
    assert (await ann.patch(place, json={"options": roles[1:]})).status_code == 409
    assert (await ann.patch(place, json={"options": [*roles, {"value": "boss"}]})).status_code == 409
    roles[0]["label"] = {"en": "Head"}
    assert (await ann.patch(place, json={"options": roles})).json()["options"][0]["label"] == {"en": "Head"}


async def test_the_next_start_finds_it(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    await ann.post("/catalogue/objects", json=SHIP)
    version = workspace.catalogue.version
    reloaded = await workspace.reload()
    assert (reloaded.version, reloaded.object("ship").field("colour").type) == (version, "choice")
