"""Records over HTTP: the generic routes, versions, idempotency, strictness."""

from __future__ import annotations

import asyncio
import gzip
import json

import httpx
import pytest

from visavis.features.runtime import Workspace

pytestmark = pytest.mark.filterwarnings("error")


def fields_of(answer: httpx.Response) -> set[str]:
    return {error["field"] for error in answer.json()["errors"]}


async def test_create_read_change(ann: httpx.AsyncClient) -> None:
    made = await ann.post("/companies", json={"name": "Acme", "annual_revenue": {"amount": "12.3", "currency": "GBP"}})
    assert made.status_code == 201
    assert made.headers["etag"] == '"1"'
    place = made.headers["location"]
    assert place == f"/api/v1/companies/{made.json()['id']}"
    read = await ann.get(place.removeprefix("/api/v1"))
    assert read.json() == made.json()
    assert read.json()["annual_revenue"] == {"amount": "12.30", "currency": "GBP"}
    changed = await ann.patch(place.removeprefix("/api/v1"), json={"country": "France"}, headers={"If-Match": '"1"'})
    assert (changed.json()["country"], changed.headers["etag"]) == ("France", '"2"')


async def test_a_change_needs_the_version_that_was_seen(ann: httpx.AsyncClient) -> None:
    made = (await ann.post("/companies", json={"name": "Acme"})).json()
    place = f"/companies/{made['id']}"
    assert (await ann.patch(place, json={"name": "Bolt"})).status_code == 428
    assert (await ann.patch(place, json={"name": "Bolt"}, headers={"If-Match": '"1"'})).status_code == 200
    late = await ann.patch(place, json={"name": "Cog"}, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    assert late.json()["current"]["name"] == "Bolt"
    assert (await ann.patch(place, json={"name": "Cog"}, headers={"If-Match": "new"})).status_code == 400


async def test_trash_and_back(ann: httpx.AsyncClient) -> None:
    made = (await ann.post("/companies", json={"name": "Acme"})).json()
    place = f"/companies/{made['id']}"
    assert (await ann.delete(place)).status_code == 204
    assert (await ann.get("/companies")).json()["data"] == []
    assert [r["id"] for r in (await ann.get("/companies", params={"trash": "true"})).json()["data"]] == [made["id"]]
    for tail in ("", "/history", "/timeline"):
        assert (await ann.get(place + tail)).status_code == 404
        assert (await ann.get(place + tail, params={"trash": "true"})).status_code == 200
    back = await ann.post(f"{place}/restoration")
    assert (back.status_code, back.json()["deleted_at"]) == (200, None)
    assert (await ann.get(place)).status_code == 200
    kinds = [event["kind"] for event in (await ann.get(f"{place}/history")).json()["data"]]
    assert kinds == ["restored", "deleted", "created"]
    assert (await ann.get(f"{place}/timeline")).status_code == 200


async def test_all_faults_at_once_by_field(ann: httpx.AsyncClient) -> None:
    body = {
        "employees": "12",
        "founded": True,
        "tags": "a;b",
        "owner": "me",
        "phone": "12",
        "nonsense": 1,
        "abc_rank": 3,
    }
    answer = await ann.post("/companies", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert fields_of(answer) == {"name", *body}
    many = await ann.post("/companies", json={f"nonsense_{n}": 1 for n in range(1_000)})
    assert len(many.json()["errors"]) == 100


async def test_a_whole_number_may_be_written_with_a_point(ann: httpx.AsyncClient) -> None:
    parent = (await ann.post("/companies", json={"name": "Acme"})).json()["id"]
    made = await ann.post("/companies", json={"name": "Bolt", "employees": 5.0, "parent": {"id": float(parent)}})
    assert (made.json()["employees"], made.json()["parent"]["id"]) == (5, parent)


async def test_what_clashes_is_a_conflict(ann: httpx.AsyncClient) -> None:
    assert (await ann.post("/companies", json={"name": "Acme", "external_id": "A"})).status_code == 201
    twice = await ann.post("/companies", json={"name": "Bolt", "external_id": "A"})
    nowhere = await ann.post("/companies", json={"name": "Bolt", "parent": 999_999})
    assert (twice.status_code, fields_of(twice)) == (409, {"external_id"})
    assert (nowhere.status_code, fields_of(nowhere)) == (409, {"parent"})


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=ten", "limit"),
        ("count=yes", "count"),
        ("sort=nonsense", "sort"),
        ("columns=", "columns"),
        ("colour=red", "colour"),
        ("abc_class=Z", "abc_class"),
    ],
)
async def test_a_query_says_which_parameter_is_wrong(ann: httpx.AsyncClient, query: str, field: str) -> None:
    answer = await ann.get(f"/companies?{query}")
    assert answer.status_code == 400
    assert fields_of(answer) == {field}


@pytest.mark.parametrize("query", ["sort=nonsense", "columns=nonsense"])
async def test_who_names_no_field_is_told_the_fields(ann: httpx.AsyncClient, query: str) -> None:
    (error,) = (await ann.get(f"/companies?{query}")).json()["errors"]
    assert "annual_revenue" in error["remedy"] and "^" not in error["remedy"]


async def test_what_nobody_can_see_is_no_name(ann: httpx.AsyncClient) -> None:
    (error,) = (await ann.post("/companies", json={"name": "\u200b"})).json()["errors"]
    assert (error["field"], error["remedy"][:15]) == ("name", "Write something")


@pytest.mark.parametrize("query", ["limit=1&limit=2", "%ff=1", "name=%00", "filter=[]", "filter={", "filter=null",
                                   "filter=%7B%22field%22:%22%5Cud800%22%7D", "filter=%7B%22a%22:NaN%7D"])  # fmt: skip
async def test_a_query_that_cannot_be_read(ann: httpx.AsyncClient, query: str) -> None:
    assert (await ann.get(f"/companies?{query}")).status_code == 400


async def test_filters_and_plain_equality(ann: httpx.AsyncClient) -> None:
    for name, country, employees in (("Acme", "France", 5), ("Bolt", "Spain", 50), ("Cog", "France", 500)):
        await ann.post("/companies", json={"name": name, "country": country, "employees": employees})
    tree = json.dumps({"field": "employees", "op": "gt", "value": 10})
    found = await ann.get("/companies", params={"filter": tree, "country": "France", "count": "true"})
    assert [r["name"] for r in found.json()["data"]] == ["Cog"]
    assert found.json()["count"] == {"value": 1, "capped": False}
    summary = await ann.get("/companies/summary", params={"group": "country", "sum": "employees"})
    assert summary.json()["total"] == {"count": 3, "sum": {"employees": "555"}}
    assert {g["key"]: g["count"] for g in summary.json()["groups"]} == {"France": 2, "Spain": 1}


async def test_pages_by_cursor(ann: httpx.AsyncClient) -> None:
    for name in "DBCA":
        await ann.post("/companies", json={"name": name})
    names: list[str] = []
    cursor = None
    while cursor is not None or not names:
        params = {"limit": "1", "sort": "-name"} | ({"cursor": cursor} if cursor else {})
        page = (await ann.get("/companies", params=params)).json()
        names += [r["name"] for r in page["data"]]
        cursor = page["next"]
    assert names == ["D", "C", "B", "A"]
    assert (await ann.get("/companies?cursor=abcd")).status_code == 409


async def test_an_idempotency_key_creates_once(ann: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "one"}
    first, again = [await ann.post("/companies", json={"name": "Acme"}, headers=headers) for _ in range(2)]
    assert again.json() == first.json()
    assert (again.status_code, again.headers["location"]) == (201, first.headers["location"])
    assert again.headers["idempotent-replayed"] == "true"
    assert (await ann.post("/companies", json={"name": "Bolt"}, headers=headers)).status_code == 422
    assert len((await ann.get("/companies")).json()["data"]) == 1


async def test_the_same_key_at_the_same_moment(ann: httpx.AsyncClient) -> None:
    calls = [ann.post("/companies", json={"name": "Acme"}, headers={"Idempotency-Key": "k"}) for _ in range(3)]
    answers = await asyncio.gather(*calls)
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1


async def test_a_refused_request_does_not_use_up_its_key(ann: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "one"}
    assert (await ann.post("/companies", json={}, headers=headers)).status_code == 422
    assert (await ann.post("/companies", json={"name": "Acme"}, headers=headers)).status_code == 201


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b'{"name":"\xff"}', "application/json", 400),
        (b'{"name":' + b"[" * 100_000, "application/json", 400),
        (b"[]", "application/json", 422),
        (b"name=Acme", "application/x-www-form-urlencoded", 415),
        (b" " * (4 * 1024 * 1024 + 1), "application/json", 413),
    ],
)
async def test_bodies_that_cannot_be_read(ann: httpx.AsyncClient, content: bytes, media: str, status: int) -> None:
    answer = await ann.post("/companies", content=content, headers={"Content-Type": media})
    assert answer.status_code == status
    assert answer.json()["status"] == status


async def test_a_page_is_compressed_where_the_client_asks(ann: httpx.AsyncClient) -> None:
    for number in range(5):
        await ann.post("/companies", json={"name": f"Acme {number}"})
    packed = await ann.get("/companies", headers={"Accept-Encoding": "gzip"})
    plain = await ann.get("/companies", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) == len(gzip.compress(plain.content, 1))


async def test_what_a_role_may_not_see_is_not_there(ann: httpx.AsyncClient, colleague) -> None:
    theirs = (await ann.post("/companies", json={"name": "Acme"})).json()
    bob = await colleague("Bob", "member")
    assert (await bob.get(f"/companies/{theirs['id']}")).status_code == 404
    assert (await bob.get(f"/companies/{theirs['id']}/history")).status_code == 404
    assert (await bob.post("/users", json={"name": "Eve", "email": "eve@example.com"})).status_code == 403
    reader = await colleague("Rea", "reader")
    assert (await reader.post("/companies", json={"name": "Bolt"})).status_code == 403


async def test_who_looks_for_a_word_is_told_that_search_is_being_prepared(
    ann: httpx.AsyncClient, workspace: Workspace
) -> None:
    await ann.post("/companies", json={"name": "Acme Anvils"})
    assert (await ann.get("/companies?q=anvil")).json()["partial"] is False
    await workspace.db.rows("delete from search")
    await workspace.db.rows("insert into search_fill (object) values ('company')")
    assert (await ann.get("/search?q=anvil")).json() == {"data": [], "partial": True}
    found = (await ann.get("/companies?q=anvil")).json()
    assert found["data"] == [] and found["partial"] is True
    plain = (await ann.get("/companies")).json()
    assert len(plain["data"]) == 1 and plain["partial"] is False


async def test_search(ann: httpx.AsyncClient) -> None:
    await ann.post("/companies", json={"name": "Acme Anvils"})
    found = (await ann.get("/search?q=anvil")).json()
    assert [hit["title"] for hit in found["data"]] == ["Acme Anvils"]
    assert found["partial"] is False
    assert (await ann.get("/search?q=anvil&object=nonsense")).status_code == 404
    assert (await ann.get("/search")).status_code == 400


async def test_an_unknown_error_says_nothing_of_the_inside(
    ann: httpx.AsyncClient, workspace: Workspace, caplog
) -> None:
    async with workspace.db.transaction() as tx:
        await tx.execute("alter table company rename column country to land")
    answer = await ann.get("/companies")
    assert answer.status_code == 500
    assert "column" not in answer.text
    assert answer.json()["id"] in caplog.text


async def test_facts_verifications_and_the_past(ann: httpx.AsyncClient) -> None:
    made = (await ann.post("/people", json={"last_name": "Kim", "phone": "+442079460018"})).json()
    place = f"/people/{made['id']}"
    await ann.patch("/catalogue/objects/person/fields/phone", json={"verify_every": 30})
    facts = {f["field"]: f for f in (await ann.get(f"{place}/facts")).json()["data"]}
    assert (facts["phone"]["author"]["title"], facts["phone"]["source"]["door"]) == ("Ann", "web")
    assert facts["phone"]["due"] and facts["last_name"]["due"] is None
    verified = await ann.post(f"{place}/verifications", json={"fields": ["phone"]})
    assert verified.status_code == 200
    assert {f["field"]: f["verified"] for f in verified.json()["data"]}["phone"]["by"]["title"] == "Ann"
    assert (await ann.post(f"{place}/verifications", json={"fields": ["nonsense"]})).status_code == 422
    assert (await ann.post("/people/1/verifications", json={"fields": ["phone"]})).status_code == 404
    then = (await ann.get(place)).json()["updated_at"]
    await ann.patch(place, json={"last_name": "Park"}, headers={"If-Match": '"1"'})
    was = await ann.get(place, params={"as_of": then})
    assert (was.status_code, was.json()["last_name"], was.json()["title"]) == (200, "Kim", "Kim")
    assert (await ann.get(place, params={"as_of": "1999-01-01T00:00:00Z"})).status_code == 404
    assert (await ann.get(place, params={"as_of": "yesterday"})).status_code == 400
