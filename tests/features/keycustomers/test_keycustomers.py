"""Gut against data: sealed before seen, blind meanwhile, never changed, compared within rights."""

from __future__ import annotations

import datetime as dt
from contextlib import AsyncExitStack
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.web.conftest import client_of
from visavis import access, records
from visavis.features.accounts.api import starter_of
from visavis.features.keycustomers.jobs import rank
from visavis.features.runtime import Workspace
from visavis.insight import api as insight
from visavis.store import BadValue

ROUND = {"name": "January", "starts_on": "2026-01-01", "ends_on": "2026-01-31"}


def soon() -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).isoformat()


@pytest.fixture
async def again(workspace: Workspace) -> Any:
    """The same user with nothing remembered: what a door sees a moment later."""
    async with AsyncExitStack() as stack:

        async def _again(client: httpx.AsyncClient) -> httpx.AsyncClient:
            return await stack.enter_async_context(client_of(workspace, Authorization=client.headers["authorization"]))

        yield _again


async def customers(workspace: Workspace, *amounts: int, **more: Any) -> list[int]:
    """A company with an invoice of January for each amount, and one of 1,000 in February."""
    ids = []
    async with workspace.context() as ctx:
        for n, amount in enumerate(amounts):
            ids.append((await records.create(ctx, "company", {"name": f"C{n}", **more})).id)
            for day, value in (("2026-01-31T20:00:00Z", amount), ("2026-02-01T08:00:00Z", 1000)):
                status = "paid" if n else None
                facts = {"number": "1", "kind": "invoice", "status": status, "company": ids[-1], "issued_at": day}
                invoice = await records.create(ctx, "invoice", facts)
                money = {"amount": str(value), "currency": "EUR"}
                line = {"invoice": invoice.id, "quantity": 1, "unit_price": money, "amount": money}
                await records.create(ctx, "invoice_line", line)
    return ids


async def me(client: httpx.AsyncClient) -> int:
    found: int = (await client.get("/me")).json()["user"]["id"]
    return found


async def opened(ann: httpx.AsyncClient, *participants: int, **more: Any) -> dict[str, Any]:
    body = {**ROUND, "seal_by": soon(), "participants": list(participants), **more}
    answer = await ann.post("/key-customers/rounds", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ranked(workspace: Workspace, round_id: int) -> None:
    await rank(SimpleNamespace(workspace=workspace, args={"round": round_id}))


async def test_a_list_is_sealed_before_the_ranking_is_seen_and_compared(
    ann: httpx.AsyncClient, colleague: Any, workspace: Workspace, again: Any
) -> None:
    ids = await customers(workspace, 500, 300, 200, 50, 10)
    await insight.refresh(workspace.db, workspace.data_dir, methods=["abc"])
    mia = await colleague("Mia", "manager")
    made = await opened(ann, await me(mia), hide_amounts=True)
    assert made["hide_amounts"]
    mia, path = await again(mia), f"/key-customers/rounds/{made['id']}"
    bought = (await mia.get("/invoice-lines?limit=1")).json()["data"][0]
    assert bought["quantity"] and not {"amount", "unit_price", "cost"} & set(bought)
    await ranked(workspace, made["id"])
    for place in ("ranking", "comparison"):
        assert (await mia.get(f"{path}/{place}")).status_code == 403
    assert "revenue_net" not in (await mia.get(f"/companies/{ids[0]}")).json()
    assert (await mia.get("/companies?sort=-revenue_net")).status_code == 400
    assert (await mia.get("/insight/pareto")).status_code == 403
    assert (await ann.get("/insight/pareto")).status_code == 200
    job = SimpleNamespace(workspace=workspace, actor_id=made["participants"][0]["user"]["id"], args={})
    assert "revenue_net" not in {
        f.name for f in access.readable(await starter_of(job), workspace.catalogue.object("company"))
    }
    picks = [{"id": ids[3], "note": "old friend"}, {"id": ids[0]}, {"id": ids[4]}]
    sealed = await mia.post(f"{path}/list", json={"picks": picks, "note": "By heart"})
    assert sealed.status_code == 201 and sealed.json()["intact"] and len(sealed.json()["hash"]) == 64
    assert (await mia.post(f"{path}/list", json={"picks": picks})).status_code == 409
    mia = await again(mia)
    assert (await mia.get("/insight/pareto")).status_code == 200
    assert "amount" in (await mia.get("/invoice-lines?limit=1")).json()["data"][0]
    told = (await mia.get(f"{path}/comparison")).json()
    assert (told["size"], told["agreed"], told["hidden"], told["hash"]) == (3, 1, 0, sealed.json()["hash"])
    assert [one["id"] for one in told["both"]] == [ids[0]]
    assert [(one["id"], one["rank"], one["note"]) for one in told["only_gut"]] == [
        (ids[3], 4, "old friend"), (ids[4], 5, "")
    ]  # fmt: skip
    assert [(one["id"], one["rank"]) for one in told["only_data"]] == [(ids[1], 2), (ids[2], 3)]
    assert [Decimal(told[name]) for name in ("gut_value", "data_value", "at_stake", "total")] == [560, 1000, 440, 1060]
    standings = (await mia.get("/key-customers/history")).json()["data"]
    assert [(one["round"], one["agreed"]) for one in standings] == [(made["id"], 1)]
    whole = (await ann.get(path)).json()
    assert [(p["user"]["title"], p["state"]) for p in whole["participants"]] == [("Mia", "sealed")]
    others = await ann.get(f"{path}/comparison?user={whole['participants'][0]['user']['id']}")
    assert others.status_code == 200 and others.json()["agreed"] == 1


async def test_a_sealed_list_cannot_be_changed_and_follows_a_merge(
    ann: httpx.AsyncClient, workspace: Workspace
) -> None:
    ids = await customers(workspace, 500, 300)
    made = await opened(ann, await me(ann))
    path = f"/key-customers/rounds/{made['id']}"
    assert (await ann.post(f"{path}/list", json={"picks": [{"id": ids[1]}]})).status_code == 201
    for sql in ("update gut_pick set place = 2", "update gut_list set note = 'x'", "delete from gut_list"):
        with pytest.raises(BadValue):
            async with workspace.context() as ctx:
                await ctx.tx.execute(sql)
    body = {"object": "company", "ids": ids, "keep": ids[0]}
    assert (await ann.post("/merges", json=body)).status_code in (200, 201, 202)
    found = (await ann.get(f"{path}/list")).json()
    assert found["intact"] and found["picks"] == [{"id": ids[1], "note": ""}]


async def test_who_waives_sees_and_cannot_seal_and_deadlines_end_it(
    ann: httpx.AsyncClient, colleague: Any, workspace: Workspace, again: Any
) -> None:
    (acme,) = await customers(workspace, 500)
    mia, tom = await colleague("Mia", "manager"), await colleague("Tom", "manager")
    made = await opened(ann, await me(mia), await me(tom))
    path, picks = f"/key-customers/rounds/{made['id']}", {"picks": [{"id": acme}]}
    assert (await mia.post(f"{path}/waiver")).json()["state"] == "waived"
    assert (await mia.get(f"{path}/ranking")).status_code == 200
    assert (await mia.post(f"{path}/list", json=picks)).status_code == 409
    assert (await ann.post(f"{path}/list", json=picks)).status_code == 409
    await workspace.db.rows("update gut_round set seal_by = now() returning id")
    await workspace.db.rows("update blindfold set until = now() returning user_id")
    tom = await again(tom)
    assert (await tom.get(path)).json()["state"] == "missed"
    assert (await tom.post(f"{path}/list", json=picks)).status_code == 409
    assert (await tom.get("/companies?sort=-revenue_net")).status_code == 200


async def test_members_compare_within_their_sight(
    ann: httpx.AsyncClient, colleague: Any, workspace: Workspace, again: Any
) -> None:
    bob = await colleague("Bob", "member")
    number = await me(bob)
    (own,) = await customers(workspace, 100, owner=number)
    others = await customers(workspace, 900, 800)
    made = await opened(ann, number)
    path = f"/key-customers/rounds/{made['id']}"
    assert (await bob.post(f"{path}/list", json={"picks": [{"id": others[0]}]})).status_code == 404
    assert (await bob.post(f"{path}/list", json={"picks": [{"id": own}, {"id": own}]})).status_code == 409
    assert (await bob.post(f"{path}/list", json={"picks": [{"id": own}]})).status_code == 201
    await ranked(workspace, made["id"])
    bob = await again(bob)
    told = (await bob.get(f"{path}/comparison")).json()
    assert told["only_data"] == [] and told["hidden"] == 1 and told["total"] is None
    assert (await bob.get(f"{path}/ranking")).json()["data"][0]["rank"] == 3
    assert (await bob.get(f"{path}/comparison?user=1")).status_code == 403
    assert (await bob.post("/key-customers/rounds", json=ROUND)).status_code in (403, 422)


SENSELESS: tuple[tuple[dict[str, Any], int], ...] = (
    ({"seal_by": "2020-01-01T00:00:00Z"}, 409),
    ({"ends_on": "2025-01-01"}, 409),
    ({"ends_on": "9999-12-31"}, 409),
    ({"starts_on": "0001-01-01"}, 409),
    ({"measure": "name"}, 409),
    ({"participants": [10**9]}, 409),
    ({"object": "deal"}, 422),
)


async def test_rounds_that_make_no_sense(ann: httpx.AsyncClient) -> None:
    body = {**ROUND, "seal_by": soon(), "participants": [await me(ann)]}
    answers = [await ann.post("/key-customers/rounds", json=body | wrong) for wrong, _ in SENSELESS]
    assert [answer.status_code for answer in answers] == [status for _, status in SENSELESS]


@pytest.mark.parametrize("measure", ["margin", "revenue_net"])
async def test_other_measures_rank_too(
    ann: httpx.AsyncClient, colleague: Any, workspace: Workspace, measure: str
) -> None:
    """A cost in another currency than its line is unknown."""
    ids = await customers(workspace, 500, 300, 200)
    await insight.refresh(workspace.db, workspace.data_dir, methods=["abc"])
    async with workspace.context() as ctx:
        await ctx.tx.execute("update invoice_line set cost = 1, cost_currency = 'USD' where amount = 200")
        await ctx.tx.execute("update invoice_line set cost = 450, cost_currency = 'EUR' where amount = 500")
        await ctx.tx.execute("update invoice_line set cost = 0, cost_currency = 'EUR' where amount = 300")
    made = await opened(ann, await me(ann), measure=measure)
    await ranked(workspace, made["id"])
    path = f"/key-customers/rounds/{made['id']}"
    assert (await ann.post(f"{path}/list", json={"picks": [{"id": ids[1]}]})).status_code == 201
    best = (await ann.get(f"{path}/ranking")).json()["data"]
    assert [one["id"] for one in best] == (ids[1::-1] if measure == "margin" else ids)
    hidden = {"invoice_line": ["cost"]} if measure == "margin" else {"company": [measure]}
    rules = {"manager": {name: {"hidden": fields} for name, fields in hidden.items()}}
    assert (await ann.put("/access", json=rules)).status_code == 200
    mary = await colleague("Mary", "manager")
    for asked in ("ranking", f"comparison?user={await me(ann)}"):
        assert (await mary.get(f"{path}/{asked}")).status_code == 403
    standing = f"/key-customers/history?user={await me(ann)}"
    assert len((await ann.get(standing)).json()["data"]) == 1 and (await mary.get(standing)).json()["data"] == []
