"""Who may not see a value sees no figure that is made of it: at every door of the customer base, two worlds alike.

The worlds differ in one hidden field of the rows behind the figures, each row changed in its own way and the figures
worked out anew. Amounts stay above zero: that a line charges something at all is no secret.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from visavis import access, records
from visavis.access import Actor, overlaid
from visavis.catalogue import Catalogue
from visavis.features.accounts import api as accounts
from visavis.features.runtime import Workspace
from visavis.features.setup.api import access_policy
from visavis.insight import api as insight
from visavis.insight.methods.sources import sources
from visavis.insight.settings import Settings
from visavis.objects import BUILT_IN
from visavis.store import quoted
from visavis.web import create_app

MASKS: tuple[tuple[tuple[tuple[str, str], ...], tuple[str, ...]], ...] = (
    ((("invoice_line", "amount"),), ("serving", "rfm")),
    ((("invoice_line", "cost"), ("product", "cost")), ("profit",)),
    ((("deal", "amount"), ("cost", "amount"), ("payment", "amount"), ("activity", "minutes")), ("profit",)),
)
"""What is hidden, and the methods that make figures of it."""
CUSTOMERS = 12
_ASKED = (
    *("base", "rfm", "cohorts", "basket", "next-offers", "clusters", "whale", "dear", "migration"),
    *(f"pareto?measure={name}" for name in ("revenue_net", "margin", "won_value")),
    *(f"distribution?measure={name}" for name in ("revenue_net", "margin", "monetary")),
)
CATALOGUE = Catalogue(BUILT_IN)
COMPANY = CATALOGUE.object("company")


def euros(amount: float) -> dict[str, str]:
    return {"amount": str(amount), "currency": "EUR"}


@pytest.fixture
async def customers(workspace: Workspace) -> list[int]:
    """Customers who bought, with goods of known and of looked-up cost, work, entries, payments and deals."""
    ids = []
    async with workspace.context() as ctx:
        product = (await records.create(ctx, "product", {"name": "Tea", "code": "tea", "cost": euros(2)})).id
        for n in range(1, CUSTOMERS + 1):
            company = (await records.create(ctx, "company", {"name": f"C{n}"})).id
            ids.append(company)
            for month in (1, 2):
                moment = f"2026-0{month}-{n:02}T12:00:00Z"
                head = {"number": f"{n}-{month}", "kind": "invoice", "status": "open", "company": company}
                invoice = (await records.create(ctx, "invoice", {**head, "issued_at": moment})).id
                line = {"invoice": invoice, "quantity": 2, "unit_price": euros(20 * n), "amount": euros(39 * n)}
                goods = {"cost": euros(3 * n)} if month == 1 else {"product": product}
                await records.create(ctx, "invoice_line", {**line, **goods})
                paid = {"invoice": invoice, "amount": euros(n), "paid_on": f"2026-0{month}-28"}
                await records.create(ctx, "payment", paid)
            call = {"kind": "call", "subject": "x", "at": "2026-01-05T08:00:00Z", "minutes": 5 * n, "company": company}
            await records.create(ctx, "activity", call)
            entry = {"kind": "delivery", "occurred_on": "2026-01-06", "amount": euros(n), "company": company}
            await records.create(ctx, "cost", entry)
            deal = {"name": f"D{n}", "stage": "won", "amount": euros(n), "closed_on": "2026-01-07", "company": company}
            await records.create(ctx, "deal", deal)
    return ids


@pytest.fixture
async def client(workspace: Workspace) -> AsyncIterator[Any]:
    """A manager's client, and what has the door forget who they are."""
    async with workspace.context() as ctx:
        values = {"name": "Mary", "email": "mary@x.example", "role": "manager", "active": True}
        token = await accounts.create_token(ctx, (await records.create(ctx, "user", values)).id, "test")
    app = create_app(workspace)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://crm.example/api/v1", headers=headers
    ) as opened:
        yield opened, app.state.hub._identities.forget


async def test_what_is_made_of_a_hidden_value_is_hidden(
    workspace: Workspace, customers: list[int], client: tuple[httpx.AsyncClient, Any]
) -> None:
    asking, forget = client
    for driver, unit, rate in (("call", "hour", "60"), ("credit", "per_cent_year", "10")):
        async with workspace.context() as ctx:
            await ctx.tx.execute(
                insight.SQL.add_rate, driver, unit, Decimal(rate), "EUR", None, dt.date(2020, 1, 1), None, None
            )
    await insight.refresh(workspace.db, workspace.data_dir, methods=MASKS[0][1])
    for fields, methods in MASKS:
        await _hide(workspace, fields)
        forget()
        seen = {f.name for f in access.readable(await _manager(workspace), COMPANY)}
        before = await _told(asking, customers)
        known = await _derived(workspace)
        for name, field in fields:
            await _shuffle(workspace, name, field)
        await insight.refresh(workspace.db, workspace.data_dir, methods=methods)
        moved = {
            key
            for row, old in zip(await _derived(workspace), known, strict=True)
            for key in row
            if row[key] != old[key]
        }
        assert moved - {"as_of"}, f"{fields} make no figure here"
        assert not moved & seen, f"made of {fields}, and shown"
        for path, answer in (await _told(asking, customers)).items():
            assert answer == before[path], (fields, path)
        one = min(moved - {"as_of"})
        assert (await asking.get(f"/companies?sort={one}")).status_code == 400


async def _hide(workspace: Workspace, fields: tuple[tuple[str, str], ...]) -> None:
    async with workspace.context() as ctx:
        sql = "insert into setting (key, value) values ('access', $1) on conflict (key) do update set value = $1"
        await ctx.tx.execute(sql, {"manager": {name: {"hidden": [field]} for name, field in fields}})


async def _manager(workspace: Workspace) -> Actor:
    return Actor(1, "manager", policy=await access_policy(workspace.db))


async def _told(client: httpx.AsyncClient, ids: list[int]) -> dict[str, Any]:
    """What each door answers, less the times of runs."""
    paths = [f"/insight/{path}" for path in _ASKED]
    paths += ["/companies?limit=50", *(f"/companies/{i}" for i in ids[:3]), f"/insight/value/company/{ids[0]}"]
    paths += [f"/insight/waterfall/rows?id={ids[0]}&bar={bar}" for bar in ("gross", "goods", "sales", "credit")]
    found = {path: await client.get(path) for path in paths}
    found |= {path: await client.post(path, json={}) for path in ("/insight/waterfall", "/insight/budget")}
    assert all(answer.status_code < 500 for answer in found.values())
    told = {path: (answer.status_code, answer.json()) for path, answer in found.items()}
    for _, body in told.values():
        body.pop("run", None)
    return told


async def _derived(workspace: Workspace) -> list[dict[str, Any]]:
    return [
        dict(row)
        for row in await workspace.db.rows(
            "select * from derived_company left join standing_company using (id) order by id"
        )
    ]


async def _shuffle(workspace: Workspace, name: str, field: str) -> None:
    """Another value in each row, and what was large gets small."""
    async with workspace.context() as ctx:
        rows = await ctx.tx.rows(f"select id from {quoted(name)} where {quoted(field)} is not null order by id")
        for place, row in enumerate(rows):
            number = 7 * (len(rows) - place) + 1
            value = number if field == "minutes" else euros(number)
            await records.update(ctx, name, row["id"], {field: value}, None)


def test_every_amount_is_made_of_amounts() -> None:
    money = {(o.name, f.name) for o in CATALOGUE.objects for f in o.entered if f.type == "money"}
    for field in COMPANY.derived:
        assert field.type != "money" or money & set(field.reads), field.name
        for name, read in field.reads:
            assert read in CATALOGUE.object(name).by_name, (field.name, read)


@pytest.mark.parametrize(
    ("settings", "hidden", "gone"),
    [
        ({}, {"product": {"hidden": ["cost"]}}, False),
        ({"measure": "margin"}, {"product": {"hidden": ["cost"]}}, True),
        ({"measure": "won_value"}, {"invoice_line": {"hidden": ["amount"]}}, False),
        ({"measure": "key_index"}, {"company": {"hidden": ["frequency"]}}, True),
        ({"measure": "employees"}, {"company": {"hidden": ["employees"]}}, True),
    ],
)
def test_settings_say_what_classes_are_made_of(settings: dict[str, Any], hidden: Any, gone: bool) -> None:
    policy = overlaid({"member": hidden}, sources(Settings.from_json(settings)))
    names = {f.name for f in access.readable(Actor(1, "member", policy=policy), COMPANY)}
    assert ("abc_rank" not in names) == gone, json.dumps(settings)
