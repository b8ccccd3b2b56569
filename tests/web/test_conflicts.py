"""Edits at the same moment: none is lost, and who comes second sees both values."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

Client = httpx.AsyncClient


async def _company(client: Client, **values: Any) -> int:
    return int((await client.post("/companies", json={"name": "Acme", **values})).json()["id"])


def _seen(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


async def test_the_refusal_shows_yours_theirs_and_what_both_began_with(ann: Client) -> None:
    company = await _company(ann, country="RO")
    await ann.patch(f"/companies/{company}", json={"name": "Theirs"}, headers=_seen(1))
    await ann.patch(f"/companies/{company}", json={"phone": "+40 21 311 7474"}, headers=_seen(2))
    sent = {"name": "Mine", "country": "DE"}
    answer = await ann.patch(f"/companies/{company}", json=sent, headers=_seen(1))
    assert answer.status_code == 412
    problem = answer.json()
    assert problem["current"]["name"] == "Theirs" and problem["current"]["version"] == 3
    assert problem["fields"] == {
        "name": {"yours": "Mine", "theirs": "Theirs", "base": "Acme"},
        "country": {"yours": "DE", "theirs": "RO", "base": "RO"},
    }


async def test_links_and_amounts_are_shown_as_a_record_shows_them(ann: Client) -> None:
    parent = await _company(ann)
    company = await _company(ann, parent=parent, annual_revenue={"amount": "12.50", "currency": "EUR"})
    await ann.patch(f"/companies/{company}", json={"parent": None, "annual_revenue": None}, headers=_seen(1))
    sent = {"parent": parent, "annual_revenue": {"amount": "1.00", "currency": "EUR"}}
    fields = (await ann.patch(f"/companies/{company}", json=sent, headers=_seen(1))).json()["fields"]
    assert fields["parent"]["base"] == {"id": parent, "title": "Acme"} and fields["parent"]["theirs"] is None
    assert float(fields["annual_revenue"]["base"]["amount"]) == 12.5


async def test_a_file_that_came_meanwhile_hides_no_change(ann: Client) -> None:
    company = await _company(ann, country="RO")
    await ann.patch(f"/companies/{company}", json={"country": "DE"}, headers=_seen(1))
    where: dict[str, str | int] = {"object": "company", "record": company, "filename": "note.txt"}
    assert (await ann.post("/files", params=where, content=b"a note")).status_code == 201
    fields = (await ann.patch(f"/companies/{company}", json={"country": "ES"}, headers=_seen(1))).json()["fields"]
    assert fields["country"] == {"yours": "ES", "theirs": "DE", "base": "RO"}


async def test_a_version_from_nowhere_has_no_base(ann: Client) -> None:
    company = await _company(ann)
    answer = await ann.patch(f"/companies/{company}", json={"name": "Mine"}, headers=_seen(7))
    assert answer.status_code == 412 and answer.json()["fields"] == {"name": {"yours": "Mine", "theirs": "Acme"}}


async def test_no_update_is_lost_among_many_clients(ann: Client) -> None:
    """Each adds one to a number, again from what it is shown when somebody was faster; every one counts."""
    company = await _company(ann, employees=0)

    async def add() -> None:
        record = (await ann.get(f"/companies/{company}")).json()
        while True:
            sent = {"employees": record["employees"] + 1}
            answer = await ann.patch(f"/companies/{company}", json=sent, headers=_seen(record["version"]))
            if answer.status_code == 200:
                return
            assert answer.status_code == 412
            record = answer.json()["current"]

    await asyncio.gather(*(add() for _ in range(8)))
    assert (await ann.get(f"/companies/{company}")).json()["employees"] == 8
