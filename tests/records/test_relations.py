"""Links that carry data and dates: employments, roles and ties, seen from both ends."""

from __future__ import annotations

import json
from typing import Any

from visavis.access import SYSTEM
from visavis.features.customizing.showing import show
from visavis.features.runtime import Workspace
from visavis.records import Query, create, list_page

MAKES = {
    "company": {"name": "Acme"},
    "person": {"last_name": "Lovelace"},
    "deal": {"name": "Engine"},
}


async def made(workspace: Workspace, object_name: str, **values: Any) -> int:
    async with workspace.context() as ctx:
        return (await create(ctx, object_name, MAKES.get(object_name, {}) | values)).id


async def linked(workspace: Workspace, object_name: str, **where: Any) -> list[int]:
    tree = {
        "and": [{"field": name, **({"op": "eq", "value": v} if v else {"op": "empty"})} for name, v in where.items()]
    }
    async with workspace.context() as ctx:
        return [r["id"] for r in json.loads(await list_page(ctx, object_name, Query(filter=tree)))["data"]]


async def test_one_person_in_several_companies(workspace: Workspace) -> None:
    ada = await made(workspace, "person")
    old, new, side = [await made(workspace, "company", name=name) for name in ("Old", "New", "Side")]
    past = await made(workspace, "employment", person=ada, company=old, valid_from="2010-01-01", valid_to="2020-01-01")
    now = [await made(workspace, "employment", person=ada, company=c, role="Adviser") for c in (new, side)]
    assert set(await linked(workspace, "employment", person=ada)) == {past, *now}
    assert set(await linked(workspace, "employment", person=ada, valid_to=None)) == set(now)


async def test_who_plays_which_role_in_a_deal(workspace: Workspace) -> None:
    deal, ada, acme = [await made(workspace, name) for name in ("deal", "person", "company")]
    decider = await made(workspace, "party_role", role="decider", person=ada, deal=deal, valid_from="2026-01-01")
    payer = await made(workspace, "party_role", role="payer", company=acme, deal=deal)
    assert set(await linked(workspace, "party_role", deal=deal)) == {decider, payer}
    assert await linked(workspace, "party_role", person=ada) == [decider]


async def test_ties_are_seen_from_both_ends(workspace: Workspace) -> None:
    ada, byron = await made(workspace, "person"), await made(workspace, "person", last_name="Byron")
    acme = await made(workspace, "company")
    family = await made(workspace, "tie", kind="child", from_person=ada, to_person=byron)
    board = await made(workspace, "tie", kind="director", from_person=ada, to_company=acme, share="12.5")
    assert set(await linked(workspace, "tie", from_person=ada)) == {family, board}
    assert await linked(workspace, "tie", to_person=byron) == [family]
    objects = {o["name"]: o for o in show(workspace.catalogue, SYSTEM)["objects"]}
    ends = {(r["object"], r["field"]): r["label"]["en"] for r in objects["person"]["relations"]}
    assert ends["tie", "from_person"] != ends["tie", "to_person"]
    assert objects["tie"]["period"] == ["valid_from", "valid_to"]
