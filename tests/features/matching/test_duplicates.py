"""Records that look like what is being typed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from visavis.access import Actor, overlaid
from visavis.features.matching.api import duplicates
from visavis.features.matching.names import likeness
from visavis.features.runtime import Workspace
from visavis.records import create

KNOWN: tuple[dict[str, Any], ...] = (
    {"first_name": "William", "last_name": "Harrison", "email": "will@acme.example", "country": "UK"},
    {"first_name": "Ioana", "last_name": "Şerbănescu", "phone": "+40212345678"},
    {"first_name": "민준", "last_name": "김"},
)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ({"email": "WILL@acme.example"}, [("William Harrison", ["email"])]),
        ({"first_name": "Bill", "last_name": "Harrison"}, []),
        (
            {"first_name": "Bill", "last_name": "Harrison", "country": "uk"},
            [("William Harrison", ["similar_name", "same"])],
        ),
        ({"first_name": "harrison", "last_name": "william"}, [("William Harrison", ["name"])]),
        ({"first_name": "William", "last_name": "Harison", "email": "x@acme.example"}, ["similar_name", "mail_domain"]),
        ({"mobile": "0040 21 234 5678"}, [("Ioana Şerbănescu", ["phone"])]),
        ({"phone": "021 234 5678"}, [("Ioana Şerbănescu", ["phone"])]),
        ({"first_name": "Ioana", "last_name": "Șerbănescu"}, [("Ioana Şerbănescu", ["name"])]),
        ({"last_name": "김", "first_name": "민준"}, [("김민준", ["name"])]),
        ({"last_name": "Harrison"}, []),
        ({"email": "will@"}, []),
        ({"email": "\x00\ud800", "phone": "12", "first_name": 7, "owner": {"id": 1}, "nonsense": "x"}, []),
        ({}, []),
    ],
)
async def test_reasons(workspace: Workspace, typed: dict[str, Any], wanted: list[Any]) -> None:
    async with workspace.context() as ctx:
        person = ctx.catalogue.object("person")
        for body in KNOWN:
            await create(ctx, "person", body)
        found = await duplicates(ctx, person, typed)
    reasons = [(c.title, [r.code for r in c.reasons]) for c in found]
    assert reasons == wanted or (len(reasons) == 1 and reasons[0][1] == wanted)
    assert all(0.6 <= c.score <= 1 for c in found)


async def test_only_what_the_actor_may_see_is_told(workspace: Workspace) -> None:
    rules = overlaid(
        {"reader": {"person": {"read": "own"}}, "member": {"person": {"read": "all", "hidden": ["email"]}}}
    )
    async with workspace.context() as ctx:
        await create(ctx, "person", KNOWN[0])
        person = ctx.catalogue.object("person")
    for actor in (Actor(999, "reader", None, policy=rules), Actor(999, "member", None, policy=rules)):
        async with workspace.context(actor) as ctx:
            assert await duplicates(ctx, person, {"email": "will@acme.example"}) == []


async def test_the_page_asks_while_it_is_typed(ann: httpx.AsyncClient) -> None:
    made = await ann.post("/companies", json={"name": "Acme Anvils Ltd.", "domain": "https://www.acme.example/x"})
    asked = await ann.post("/companies/duplicates", json={"name": "acme anvils", "domain": "acme.example"})
    assert asked.status_code == 200
    assert asked.json()["data"] == [
        {
            "id": made.json()["id"],
            "title": "Acme Anvils Ltd.",
            "score": 0.95,
            "reasons": [{"code": "url", "field": "domain"}, {"code": "name", "field": None}],
        }
    ]
    assert (await ann.post("/nonsense/duplicates", json={})).status_code == 404
    assert (await ann.post("/companies/duplicates", json=[1])).status_code == 422


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("acme gmbh", "acme", "same"),
        ("john doe", "doe john", "same"),
        ("bob smith", "robert smith", "similar"),
        ("jon smiht", "john smith", "similar"),
        ("maria pop", "maria popescu", "none"),
        ("", "x", "none"),
    ],
)
def test_likeness(one: str, other: str, how: str) -> None:
    assert likeness(one.split(), other.split()) == how
