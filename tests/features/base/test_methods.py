"""The method catalogue at the door: entries, settings with who and when, refusals, schedules, moves between classes."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import httpx
import pytest

from visavis import records
from visavis.access import SYSTEM
from visavis.features.runtime import Workspace
from visavis.insight import api as insight
from visavis.insight.analyses import ANALYSES
from visavis.insight.methods.keeping import due


async def sold(workspace: Workspace, day: str, *amounts: int, names: str = "Company") -> list[int]:
    """A company with one invoice for each amount; their ids."""
    ids = []
    async with workspace.context(SYSTEM) as ctx:
        for n, amount in enumerate(amounts):
            company = await records.create(ctx, "company", {"name": f"{names} {n}", "employees": 10 * n})
            await bought(ctx, company.id, day, amount)
            ids.append(company.id)
    return ids


async def bought(ctx: Any, company: int, day: str, amount: int) -> None:
    facts = {"number": "1", "kind": "invoice", "status": "paid", "company": company, "issued_at": f"{day}T12:00:00Z"}
    invoice = await records.create(ctx, "invoice", facts)
    money = {"amount": str(amount), "currency": "EUR"}
    line = {"invoice": invoice.id, "quantity": 1, "unit_price": money, "amount": money}
    await records.create(ctx, "invoice_line", line)


async def refreshed(workspace: Workspace, *methods: str) -> None:
    await insight.refresh(workspace.db, workspace.data_dir, methods=methods or None)


async def test_every_analysis_is_an_entry_and_its_outputs_are_fields(
    ann: httpx.AsyncClient, workspace: Workspace
) -> None:
    entries = {entry["key"]: entry for entry in (await ann.get("/insight/methods")).json()["data"]}
    assert list(entries) == [analysis.name for analysis in ANALYSES]
    for analysis in ANALYSES:
        for customer in ("company", "person"):
            fields = workspace.catalogue.object(customer).by_name
            assert all(fields[name].method == analysis.name for name in analysis.outputs), analysis.name
        whole = (await ann.get(f"/insight/methods/{analysis.name}")).json()
        assert [s["name"] for s in whole["settings"]] == [s.name for s in analysis.declared]
    assert entries["abc"]["schedule"] == "daily" and entries["abc"]["last"] == []
    assert (await ann.get("/insight/methods/nonsense")).status_code == 404


async def test_settings_are_bounded_versioned_and_for_managers(ann: httpx.AsyncClient, colleague: Any) -> None:
    weights = {"settings": {"key_index_weights": {"margin": 1, "employees": 2}}}
    refused = await ann.patch("/insight/methods/key_index", json=weights)
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "key_index_weights"
    me = (await ann.get("/me")).json()["user"]["id"]
    given = {"owner": me, "schedule": "weekly", "settings": {"key_index_weights": {"margin": 1, "frequency": 2}}}
    changed = (await ann.patch("/insight/methods/key_index", json=given)).json()
    assert (changed["owner"]["id"], changed["schedule"]) == (me, "weekly")
    newest = changed["changes"][0]
    assert newest["by"]["id"] == me and newest["changes"][0]["name"] == "key_index_weights"
    assert newest["changes"][0]["after"] == {"margin": 1.0, "frequency": 2.0}
    assert newest["changes"][0]["before"]["revenue_net"] == 4, "the default was in force"
    for wrong in (
        {"key_index_cuts": [10**400, 1]},
        {"no_such": 1},
        {"key_index_cuts": [90, 70]},
        {"key_index_cuts": [1, 200]},
    ):
        assert (await ann.patch("/insight/methods/key_index", json={"settings": wrong})).status_code == 422
    circle = {"settings": {"key_index_weights": {"abc_rank": 1}}}
    assert (await ann.patch("/insight/methods/abc", json={"settings": {"measure": "key_index"}})).status_code == 200
    assert (await ann.patch("/insight/methods/key_index", json=circle)).status_code == 409
    assert (await ann.patch("/insight/methods/value", json={"enabled": False})).status_code == 409
    bob = await colleague("Bob", "member")
    assert (await bob.patch("/insight/methods/abc", json={"schedule": "daily"})).status_code == 403


async def test_a_method_below_its_least_refuses_with_the_numbers(
    ann: httpx.AsyncClient, colleague: Any, workspace: Workspace
) -> None:
    await sold(workspace, "2026-01-10", 10, 20)
    await refreshed(workspace, "key_index", "abc")
    run = (await ann.get("/insight/methods/key_index")).json()["last"][0]
    assert run["refused"] == [{"code": "valued", "least": 10.0, "found": 2.0}] and run["rows"] == 0
    bob = await colleague("Bob", "member")
    run = (await bob.get("/insight/methods/key_index")).json()["last"][0]
    assert run["refused"] == [{"code": "valued", "least": 10.0, "found": None}]
    page = (await ann.get("/companies?columns=key_class,abc_class")).json()["data"]
    assert {row["key_class"] for row in page} == {None} and all(row["abc_class"] for row in page)


async def test_the_key_index_ranks_by_weights_and_abc_by_any_number(
    ann: httpx.AsyncClient, workspace: Workspace
) -> None:
    ids = await sold(workspace, "2026-01-10", *(10 * n for n in range(1, 12)))
    weights = {"key_index_weights": {"revenue_net": 1, "invoice_count": -1}, "key_index_cuts": [50, 75]}
    assert (await ann.patch("/insight/methods/key_index", json={"settings": weights})).status_code == 200
    assert (await ann.patch("/insight/methods/abc", json={"settings": {"measure": "key_index"}})).status_code == 200
    await refreshed(workspace, "key_index", "abc")
    rows = (await ann.get("/companies?columns=key_index,key_class,abc_rank&sort=-key_index&limit=20")).json()["data"]
    assert [row["id"] for row in rows] == ids[::-1]
    assert [float(row["key_index"]) for row in rows] == [5.0 * n for n in range(10, -1, -1)]
    assert [row["key_class"] for row in rows] == ["important"] + ["standard"] * 10
    assert [row["abc_rank"] for row in rows] == list(range(1, 12))
    why = (await ann.get(f"/insight/value/company/{ids[-1]}")).json()["facts"]
    reason = next(fact["reason"] for fact in why if fact["field"] == "key_index")
    assert reason["code"] == "ranks_weighted" and reason["params"]["weights"] == {"revenue_net": 1, "invoice_count": -1}


async def test_one_method_runs_alone_and_what_is_left_out_stays_or_goes(
    ann: httpx.AsyncClient, workspace: Workspace
) -> None:
    (acme,) = await sold(workspace, "2026-01-10", 10)
    await refreshed(workspace)
    async with workspace.context() as ctx:
        assert await due(ctx.tx, ctx.now) == []
        assert set(await due(ctx.tx, ctx.now + dt.timedelta(days=1))) == {a.name for a in ANALYSES}
    assert (await ann.patch("/insight/methods/rfm", json={"enabled": False})).status_code == 200
    async with workspace.context() as ctx:
        await bought(ctx, acme, "2026-01-20", 90)
    await refreshed(workspace, "abc")
    row = (await ann.get(f"/companies/{acme}")).json()
    assert float(row["revenue_net"]["amount"]) == 100 and row["cohort_month"] == "2026-01-01"
    assert row["rfm_segment"] is None
    logged = {run["method"] for run in (await ann.get("/insight/runs")).json()["data"][:4]}
    assert logged == {"value", "abc"}
    answer = await ann.post("/insight/methods/rfm/run")
    assert answer.status_code == 202 and answer.json()["state"] == "queued"


async def test_who_may_change_records_may_ask_for_new_figures(colleague: Any) -> None:
    for role, status in (("manager", 202), ("member", 202), ("reader", 403)):
        someone = await colleague(role.title(), role)
        for path in ("/insight/refresh", "/insight/methods/rfm/run"):
            answer = await someone.post(path)
            assert answer.status_code == status, (role, path)
            assert (status == 202) == ("role owner or manager or member" not in answer.text)


async def test_figures_of_a_run_are_for_whoever_sees_all_customers_and_the_field(
    ann: httpx.AsyncClient, colleague: Any, workspace: Workspace
) -> None:
    first, _ = await sold(workspace, "2026-01-10", 75, 20)
    await refreshed(workspace, "abc")
    async with workspace.context() as ctx:
        await bought(ctx, first, "2026-01-20", 5)
    await refreshed(workspace, "abc")
    rules = {"manager": {"company": {"hidden": ["margin", "revenue_net"]}}}
    assert (await ann.put("/access", json=rules)).status_code == 200
    bob, mary = await colleague("Bob", "member"), await colleague("Mary", "manager")

    async def told(client: httpx.AsyncClient) -> list[dict[str, Any]]:
        runs = (await client.get("/insight/runs")).json()["data"]
        runs += (await client.get("/insight/base")).json().get("run", {}).get("analyses", [])
        for method in (await client.get("/insight/methods")).json()["data"]:
            runs += method["last"]
        runs += (await client.get("/insight/methods/value")).json()["runs"]
        return [run for run in runs if run["object"] == "company"]

    drifts = [run["drift"] for run in await told(ann) if run["drift"]]
    assert {"before": 95.0, "after": 100.0} in [drift.get("revenue_net") for drift in drifts]
    assert all(run["drift"] is None and run["rows"] is None for run in await told(bob))
    seen = await told(mary)
    assert {run["rows"] for run in seen} == {2, None} and any(run["drift"] for run in seen)
    assert {run["rows"] for run in seen if run.get("method") == "abc"} == {None}
    assert not any({"margin", "revenue_net"} & set(run["drift"] or {}) for run in seen)


@pytest.mark.parametrize("role", ["owner", "member"])
async def test_moves_between_classes_are_counted_and_listed(
    ann: httpx.AsyncClient, colleague: Any, workspace: Workspace, role: str
) -> None:
    first, second = await sold(workspace, "2026-01-10", 75, 20)
    third = (await sold(workspace, "2026-01-10", 5, names="Small"))[0]
    await refreshed(workspace, "abc")
    async with workspace.context() as ctx:
        await bought(ctx, third, "2026-02-10", 300)
    await refreshed(workspace, "abc")
    await refreshed(workspace, "abc")
    bob = ann if role == "owner" else await colleague("Bob", "member")
    answer = (await bob.get("/insight/migration")).json()
    assert (answer["from"], answer["to"]) == ("2026-01-11", "2026-02-11")
    cells = {(cell["before"], cell["after"]): cell for cell in answer["cells"]}
    if role == "member":
        assert cells == {}
        return
    assert {pair: cell["count"] for pair, cell in cells.items()} == {("A", "B"): 1, ("B", "C"): 1, ("C", "A"): 1}
    assert float(cells["C", "A"]["value"]["amount"]) == 305
    for pair, listed in ((("C", "A"), {third}), (("A", "B"), {first}), (("B", "C"), {second})):
        asked = await ann.get("/companies", params={"filter": json.dumps(cells[pair]["filter"])})
        assert {row["id"] for row in asked.json()["data"]} == listed
    assert (await ann.get("/insight/migration?field=abc_rank")).status_code == 400
