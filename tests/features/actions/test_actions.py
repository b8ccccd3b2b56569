"""Measured action at the door: the draw, what counts as success, the arithmetic, rights, decisions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import httpx
import pytest

from visavis import records
from visavis.features.runtime import Workspace

PURCHASE = {"kind": "purchase", "days": 30}
TODAY = dt.datetime.now(dt.UTC).date()


async def group_of(workspace: Workspace, client: httpx.AsyncClient, rows: int, **more: Any) -> tuple[int, list[int]]:
    """A saved group of companies, every second one in Korea; its id and theirs."""
    ids = []
    async with workspace.context() as ctx:
        for n in range(rows):
            values = {"name": f"C{n}", "industry": "grouped", "country": "Korea" if n % 2 else "Romania", **more}
            ids.append((await records.create(ctx, "company", values)).id)
    query = {"filter": {"field": "industry", "op": "eq", "value": "grouped"}}
    body = {"object": "company", "name": "Grouped", "kind": "group", "shared": True, "query": query}
    return (await client.post("/views", json=body)).json()["id"], ids


async def begun(client: httpx.AsyncClient, group: int, **more: Any) -> dict[str, Any]:
    answer = await client.post("/actions", json={"group": group, "name": "Offer", "success": PURCHASE, **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def members(workspace: Workspace, action: int) -> dict[int, bool]:
    rows = await workspace.db.rows("select record_id, treated from action_member where action_id = $1", action)
    return {row["record_id"]: row["treated"] for row in rows}


async def buys(
    workspace: Workspace, company: int, amount: str, days: int = 0, cost: str | None = None, **more: Any
) -> None:
    moment = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    facts = {"number": "1", "kind": "invoice", "status": "paid", "company": company, "issued_at": moment.isoformat()}
    money = {"amount": amount, "currency": "EUR"}
    async with workspace.context() as ctx:
        invoice = await records.create(ctx, "invoice", facts | more)
        line = {"invoice": invoice.id, "quantity": 1, "unit_price": money, "amount": money}
        line |= {"cost": {"amount": cost, "currency": "EUR"}} if cost else {}
        await records.create(ctx, "invoice_line", line)


async def test_the_draw_is_frozen_even_over_strata_and_can_be_repeated(
    ann: httpx.AsyncClient, workspace: Workspace
) -> None:
    group, ids = await group_of(workspace, ann, 40)
    asked = {"group": group, "name": "x", "success": PURCHASE, "control_share": 0.25}
    assert (await ann.post("/actions/preview", json=asked)).json() == {
        "members": 40, "treated": 30, "control": 10, "held_out": 0
    }  # fmt: skip
    first = await begun(ann, group, control_share=0.25, stratify="country", seed=7)
    drawn = await members(workspace, first["id"])
    assert (first["treated"], first["control"], set(drawn)) == (30, 10, set(ids))
    korean = [drawn[i] for n, i in enumerate(ids) if n % 2]
    assert korean.count(False) == 5
    async with workspace.context() as ctx:
        await records.create(ctx, "company", {"name": "Late", "industry": "grouped"})
        await ctx.tx.execute("update action set ends_on = current_date where id = $1", first["id"])
    again = await begun(ann, group, control_share=0.25, stratify="country", seed=7)
    assert again["treated"] + again["control"] == 41
    assert await members(workspace, first["id"]) == drawn
    listed = (await ann.get(f"/actions?group={group}")).json()["data"]
    assert [one["id"] for one in listed] == [again["id"], first["id"]]


async def test_the_control_group_of_a_running_action_is_left_alone(
    ann: httpx.AsyncClient, workspace: Workspace
) -> None:
    group, _ = await group_of(workspace, ann, 20)
    first = await begun(ann, group, control_share=0.5)
    held = {i for i, treated in (await members(workspace, first["id"])).items() if not treated}
    second = await begun(ann, group, control_share=0.5)
    assert second["held_out"] == 10 and not held & set(await members(workspace, second["id"]))
    assert (await ann.post("/actions", json={"group": group, "name": "x", "success": PURCHASE})).status_code == 201
    work = (await ann.get(f"/actions/{first['id']}/worklist?limit=6")).json()
    rest = (await ann.get(f"/actions/{first['id']}/worklist?limit=6&after={work['after']}")).json()
    assert len(work["data"]) == 6 and rest["after"] is None
    assert not held & {one["id"] for one in work["data"] + rest["data"]}
    file = await ann.get(f"/actions/{first['id']}/worklist/file")
    assert file.headers["content-type"].startswith("text/csv") and len(file.text.splitlines()) == 11


async def test_the_result_counts_what_was_sold_since_and_nothing_before(
    ann: httpx.AsyncClient, workspace: Workspace
) -> None:
    group, ids = await group_of(workspace, ann, 40)
    for company in ids:
        await buys(workspace, company, "1000", days=2)
    action = await begun(ann, group, control_share=0.5, cost="2", margin_share=0.5)
    drawn = await members(workspace, action["id"])
    treated, control = ([i for i, t in drawn.items() if t is which] for which in (True, False))
    for company in [*treated[:12], *control[:4]]:
        await buys(workspace, company, "100", cost="60")
    await buys(workspace, treated[0], "50", status=None)
    await buys(workspace, treated[19], "70", status="draft")
    await buys(workspace, control[19], "10", kind="credit_note")
    answer = (await ann.get(f"/actions/{action['id']}/result")).json()
    assert answer["treated"] == {"drawn": 20, "rows": 20, "successes": 12, "rate": 0.6, "revenue": "1250.00"}
    assert answer["control"]["successes"] == 4 and answer["control"]["revenue"] == "390.00"
    assert answer["uplift"]["difference"] == pytest.approx(0.4) and answer["sample_ratio"]["holds"]
    assert answer["certain"] and not answer["final"] and not answer["partial"]
    assert Decimal(answer["revenue"]["amount"]) == 860
    assert (
        Decimal(answer["profit"]["amount"]) == 12 * 40 + 25 - (4 * 40 - 5) - 20 * 2
        and answer["profit"]["by"] == "margin"
    )
    assert Decimal(answer["profit"]["lower"]) < Decimal(answer["profit"]["amount"]) < Decimal(answer["profit"]["upper"])


async def test_profit_is_unknown_with_costs_and_by_worth_where_it_is_stated(
    ann: httpx.AsyncClient, workspace: Workspace
) -> None:
    group, _ = await group_of(workspace, ann, 8)
    action = await begun(ann, group, control_share=0.5)
    drawn = await members(workspace, action["id"])
    lucky = next(i for i, treated in drawn.items() if treated)
    await buys(workspace, lucky, "100")
    answer = (await ann.get(f"/actions/{action['id']}/result")).json()
    assert answer["profit"] is None and Decimal(answer["revenue"]["amount"]) == 100
    success = {"kind": "activity", "days": 10, "activity": "email"}
    called = await begun(ann, group, control_share=0.5, success=success, worth="30", cost="1")
    answered = next(i for i, treated in (await members(workspace, called["id"])).items() if treated)
    async with workspace.context() as ctx:
        now = dt.datetime.now(dt.UTC).isoformat()
        values = {"kind": "email", "subject": "Yes", "company": answered, "at": now}
        await records.create(ctx, "activity", values)
        await records.create(ctx, "activity", values | {"kind": "call"})
    answer = (await ann.get(f"/actions/{called['id']}/result")).json()
    assert answer["treated"]["successes"] == 1 and answer["revenue"] is None
    assert Decimal(answer["profit"]["amount"]) == 30 - called["treated"] and answer["profit"]["by"] == "worth"


@pytest.mark.parametrize("kind", ["won_deal", "filter"])
async def test_deals_and_filters_are_successes_too(ann: httpx.AsyncClient, workspace: Workspace, kind: str) -> None:
    group, _ = await group_of(workspace, ann, 8)
    tree = {"field": "tags", "op": "has_any", "value": ["yes"]} if kind == "filter" else None
    success = {"kind": kind, "days": 5, **({"filter": tree} if tree else {})}
    action = await begun(ann, group, control_share=0.5, success=success, margin_share=0.1)
    lucky = next(i for i, treated in (await members(workspace, action["id"])).items() if treated)
    async with workspace.context() as ctx:
        money = {"amount": "500", "currency": "EUR"}
        deal = {"name": "D", "stage": "won", "company": lucky, "amount": money, "closed_on": TODAY.isoformat()}
        await records.create(ctx, "deal", deal)
        await records.update(ctx, "company", lucky, {"tags": ["yes"]}, version=1)
    answer = (await ann.get(f"/actions/{action['id']}/result")).json()
    assert (answer["treated"]["successes"], answer["control"]["successes"]) == (1, 0)
    if kind == "won_deal":
        assert Decimal(answer["profit"]["amount"]) == 50


async def test_who_sees_what_and_who_decides(ann: httpx.AsyncClient, colleague: Any, workspace: Workspace) -> None:
    bob, rea = await colleague("Bob", "member"), await colleague("Rea", "reader")
    own = (await bob.get("/me")).json()["user"]["id"]
    group, ids = await group_of(workspace, ann, 10)
    async with workspace.context() as ctx:
        await records.update(ctx, "company", ids[0], {"owner": own}, version=1)
    action = await begun(ann, group, control_share=0.5)
    path = f"/actions/{action['id']}"
    told = (await bob.get(path)).json()
    assert [told[name] for name in ("treated", "control", "held_out")] == [None] * 3
    seen = (await bob.get(f"{path}/result")).json()
    assert seen["partial"] and seen["treated"]["rows"] + seen["control"]["rows"] == 1 and seen["uplift"] is None
    assert seen["treated"]["drawn"] is None and seen["control"]["drawn"] is None
    assert len((await bob.get(f"{path}/worklist")).json()["data"]) <= 1
    assert (await bob.put(f"{path}/decision", json={"decision": "stop"})).status_code == 409
    asked = {"group": group, "name": "x", "success": PURCHASE}
    assert (await rea.post("/actions", json=asked)).status_code == 403
    assert (await bob.post("/actions", json=asked)).status_code == 409
    decided = (await ann.put(f"{path}/decision", json={"decision": "stop", "note": "No effect."})).json()
    assert decided["decided"]["by"]["title"] == "Ann" and decided["result"]["treated"]["drawn"] == 5
    assert (await ann.patch(f"/views/{group}", json={"shared": False})).status_code == 200
    assert (await bob.get(path)).status_code == 404
    hidden = {"member": {"invoice_line": {"hidden": ["amount"]}}}
    assert (await ann.patch(f"/views/{group}", json={"shared": True})).status_code == 200
    assert (await ann.put("/access", json=hidden)).status_code == 200
    cem = await colleague("Cem", "member")
    assert (await cem.get(f"{path}/result")).status_code == 403
    assert (await cem.get(path)).json()["result"] is None


async def test_a_worklist_shows_no_hidden_field_and_its_file_no_formula(
    ann: httpx.AsyncClient, colleague: Any, workspace: Workspace
) -> None:
    group, ids = await group_of(workspace, ann, 4)
    async with workspace.context() as ctx:
        for i in ids:
            await records.update(ctx, "company", i, {"name": "＝1+1"}, version=1)
    by_country = {"kind": "filter", "days": 5, "filter": {"field": "country", "op": "eq", "value": "Korea"}}
    path = f"/actions/{(await begun(ann, group, stratify='country', control_share=0.5, success=by_country))['id']}"
    assert {one["stratum"] for one in (await ann.get(f"{path}/worklist")).json()["data"]} == {"Korea", "Romania"}
    lines = (await ann.get(f"{path}/worklist/file")).text.splitlines()[1:]
    assert len(lines) == 2 and all(line.split(",")[2] == "'＝1+1" for line in lines)
    assert (await ann.put("/access", json={"manager": {"company": {"hidden": ["country"]}}})).status_code == 200
    mary = await colleague("Mary", "manager")
    assert [one["stratum"] for one in (await mary.get(f"{path}/worklist")).json()["data"]] == [None, None]
    assert "Korea" not in (await mary.get(f"{path}/worklist/file")).text
    assert (await mary.get(path)).json()["treated"] is None
    assert (await mary.get(f"{path}/result")).status_code == 409
    by_group = {"group": group, "name": "x", "success": PURCHASE}
    rules = {"manager": {"company": {"hidden": ["industry"]}}}
    assert (await ann.put("/access", json=rules)).status_code == 200
    blind = await colleague("Nora", "manager")
    for asked in ("/actions", "/actions/preview"):
        assert (await blind.post(asked, json=by_group)).status_code == 409


async def test_who_may_not_see_what_a_group_was_chosen_by_is_not_told_who_is_in_it(
    ann: httpx.AsyncClient, colleague: Any, workspace: Workspace
) -> None:
    group, _ = await group_of(workspace, ann, 4)
    path = f"/actions/{(await begun(ann, group, control_share=0.5))['id']}"
    assert (await ann.put("/access", json={"manager": {"company": {"hidden": ["industry"]}}})).status_code == 200
    mary = await colleague("Mary", "manager")
    for part in ("worklist", "worklist/file", "result"):
        refused = await mary.get(f"{path}/{part}")
        assert (refused.status_code, "Ask Ann" in refused.json()["detail"]) == (403, True)
    told = [(await client.get("/actions")).json()["data"][0] for client in (mary, ann)]
    assert [one["withheld"] for one in told] == [True, False]
    assert len((await ann.get(f"{path}/worklist")).json()["data"]) == 2


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"starts_on": "2020-01-01"}, 409),
        ({"stratify": "name_of_nothing"}, 409),
        ({"stratify": "domain"}, 409),
        ({"success": {"kind": "filter", "days": 5}}, 409),
        ({"success": {"kind": "filter", "days": 5, "filter": {"field": "nonsense"}}}, 409),
        ({"success": {"kind": "purchase", "days": 0}}, 422),
        ({"cost": "-1"}, 422),
        ({"group": 10**9}, 404),
    ],
)
async def test_what_cannot_be_measured_is_refused(
    ann: httpx.AsyncClient, workspace: Workspace, wrong: dict[str, Any], status: int
) -> None:
    group, _ = await group_of(workspace, ann, 2)
    body = {"group": group, "name": "x", "success": PURCHASE, **wrong}
    assert (await ann.post("/actions", json=body)).status_code == status
