"""The facts of a workspace, and its own rights laid over the built-in ones."""

from __future__ import annotations

from typing import Any

import httpx
import pytest


async def test_facts(ann: httpx.AsyncClient, colleague) -> None:
    facts = {"name": "Anvils & Co", "currency": "GBP", "locale": "ro"}
    assert (await ann.put("/workspace", json=facts)).json() == facts
    assert (await ann.get("/me")).json()["workspace"] == facts
    assert (await ann.put("/workspace", json=facts | {"currency": "QQQ"})).status_code == 409
    bob = await colleague("Bob", "manager")
    assert (await bob.put("/workspace", json=facts)).status_code == 403


async def test_rights_take_hold_at_once(ann: httpx.AsyncClient, colleague) -> None:
    bob = await colleague("Bob", "member")
    made = (
        await bob.post("/companies", json={"name": "Acme", "annual_revenue": {"amount": "1", "currency": "EUR"}})
    ).json()
    rules = {"member": {"company": {"hidden": ["annual_revenue"], "readonly": ["name"], "delete": "none"}}}
    assert (await ann.put("/access", json=rules)).json() == rules
    assert (await ann.get("/access")).json() == rules
    bob = await colleague("Bo", "member")
    assert (await bob.get("/companies?columns=annual_revenue")).status_code == 400
    assert (await bob.get("/companies?sort=annual_revenue")).status_code == 400
    refused = await bob.post("/companies", json={"name": "Bolt"})
    assert {error["field"] for error in refused.json()["errors"]} == {"name"}
    shown = {o["name"]: o for o in (await bob.get("/catalogue")).json()["objects"]}["company"]
    assert "annual_revenue" not in {f["name"] for f in shown["fields"]}
    assert shown["can"]["delete"] is False
    assert (await ann.get(f"/companies/{made['id']}")).json()["annual_revenue"]["amount"] == "1.00"


async def test_a_rule_for_all_types_underlies_those_for_one(ann: httpx.AsyncClient, colleague) -> None:
    rules = {"member": {"*": {"update": "none"}, "company": {"readonly": ["note"]}}}
    assert (await ann.put("/access", json=rules)).status_code == 200
    bob = await colleague("Bob", "member")
    shown = {o["name"]: o["can"]["update"] for o in (await bob.get("/catalogue")).json()["objects"]}
    assert (shown["deal"], shown["company"]) == (False, False)


NOWHERE: tuple[dict[str, Any], ...] = (
    {"member": {"nonsense": {}}},
    {"member": {"company": {"hidden": ["nonsense"]}}},
    {"reader": {"*": {"hidden": ["name"]}}},
)


@pytest.mark.parametrize("rules", NOWHERE)
async def test_rights_to_what_is_not_there(ann: httpx.AsyncClient, rules: dict[str, object]) -> None:
    assert (await ann.put("/access", json=rules)).status_code == 409


async def test_the_owner_cannot_be_locked_out(ann: httpx.AsyncClient) -> None:
    assert (await ann.put("/access", json={"owner": {"*": {"read": "none"}}})).status_code == 422
