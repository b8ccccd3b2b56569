"""Saved views: mine, shared, and only such as can be opened."""

from __future__ import annotations

import httpx
import pytest

FRENCH = {"filter": {"field": "country", "op": "eq", "value": "France"}, "sort": "-name", "columns": "name,country"}


async def test_save_change_remove(ann: httpx.AsyncClient) -> None:
    made = await ann.post("/views", json={"object": "company", "name": "French", "kind": "group", "query": FRENCH})
    assert made.status_code == 201
    view = made.json()
    assert (view["query"], view["mine"], view["shared"]) == (FRENCH, True, False)
    changed = await ann.patch(f"/views/{view['id']}", json={"name": "In France", "shared": True})
    assert (changed.json()["name"], changed.json()["query"]) == ("In France", FRENCH)
    assert [v["name"] for v in (await ann.get("/views?object=company")).json()["data"]] == ["In France"]
    assert (await ann.get("/views?object=person")).json()["data"] == []
    assert (await ann.delete(f"/views/{view['id']}")).status_code == 204
    assert (await ann.delete(f"/views/{view['id']}")).status_code == 404


@pytest.mark.parametrize("query", [{"sort": "nonsense"}, {"columns": "nonsense"}, {"filter": {"field": "nonsense"}}])
async def test_what_cannot_be_opened_is_not_saved(ann: httpx.AsyncClient, query: dict[str, object]) -> None:
    answer = await ann.post("/views", json={"object": "company", "name": "x", "query": query})
    assert answer.status_code == 409
    assert (await ann.post("/views", json={"object": "nonsense", "name": "x"})).status_code == 404


async def test_others_see_what_is_shared_and_change_nothing(ann: httpx.AsyncClient, colleague) -> None:
    bob = await colleague("Bob", "member")
    ids = [
        (await ann.post("/views", json={"object": "company", "name": n, "shared": n == "shared"})).json()["id"]
        for n in ("shared", "private")
    ]
    assert [(v["name"], v["mine"]) for v in (await bob.get("/views")).json()["data"]] == [("shared", False)]
    assert (await bob.patch(f"/views/{ids[0]}", json={"name": "x"})).status_code == 403
    assert (await bob.patch(f"/views/{ids[1]}", json={"name": "x"})).status_code == 404
    theirs = (await bob.post("/views", json={"object": "company", "name": "b", "shared": True})).json()["id"]
    assert (await ann.delete(f"/views/{theirs}")).status_code == 204
