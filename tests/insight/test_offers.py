"""What is bought together and what to offer now: figures, filters, and who is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.insight.workspace import Shop, open_shop
from visavis.access import Actor, overlaid
from visavis.insight import api
from visavis.insight.api import SQL
from visavis.insight.models.notes import Note, told
from visavis.records import Query, count
from visavis.store import Database

DAY = dt.date(2024, 1, 3)


def rule(given: list[int], then: int, lift: float) -> dict[str, Any]:
    return {"given": given, "then": then, "baskets": 9, "support": 0.1, "confidence": 0.75, "lift": lift}


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> tuple[Shop, list[int]]:
    """Mia's customer bought tea, Noah's tea and a pot; the results of the methods are written by hand."""
    opened = await open_shop(database)
    tea, pot = [await opened.add("product", name=name, code=name[:3]) for name in ("Tea", "Pot")]
    for name, bought in (("Mia", [tea]), ("Noah", [tea, pot])):
        owner = await opened.add("user", name=name)
        company = await opened.add("company", name=f"Of {name}", owner=owner)
        for product in bought:
            invoice = await opened.sell(DAY, 20, company=company)
            line = await opened.db.value("select id from invoice_line where invoice = $1", invoice)
            await opened.change("invoice_line", line, product=product)
    await api.refresh(database, tmp_path, methods=["value"])
    gone = 10**9
    models = {
        "basket": {"n": 100, "rules": [rule([tea], pot, 3.0), rule([tea], gone, 2.0)]},
        "next_offer": {
            "value_of": "margin",
            "days": 90,
            "quality": [{"method": "ease", "at": 5, "customers": 7, "hit": 0.5}],
            "notes": told([Note("margin_unknown"), Note("sampled", {"rows": 5, "all": 9, "seed": 42})])["notes"],
        },
    }
    async with opened.context() as ctx:
        for name, model in models.items():
            when = dt.datetime(2024, 2, 1, tzinfo=dt.UTC)
            await ctx.tx.execute(SQL.put_result, "company", name, when, {"models": [model]})
        await ctx.tx.execute(
            "update derived_company set next_product = 'Pot', next_product_chance = 40, next_offer_value = 8,"
            " next_offer_value_currency = 'EUR'"
        )
    return opened, [tea, pot]


async def test_rules_open_who_bought_the_one_and_not_the_other(shop: tuple[Shop, list[int]]) -> None:
    opened, (tea, pot) = shop
    async with opened.context() as ctx:
        answer = await api.bought_together(ctx, "company")
        (only,) = answer["rules"]
        assert only["given"] == [{"id": tea, "title": "Tea"}] and only["then"] == {"id": pot, "title": "Pot"}
        assert (answer["baskets"], answer["hidden"], only["lift"]) == (100, False, 3.0)
        assert (await count(ctx, "company", Query(filter=only["filter"])))["value"] == 1
    blind = Actor(1, "manager", policy=overlaid({"manager": {"invoice_line": {"hidden": ["product"]}}}))
    async with opened.context(blind) as ctx:
        answer = await api.bought_together(ctx, "company")
        assert (answer["rules"], answer["hidden"]) == ([], True)


async def test_offers_add_up_over_the_customers_that_one_may_see(shop: tuple[Shop, list[int]]) -> None:
    opened, _ = shop
    mia = await opened.db.value("""select id from "user" where name = 'Mia'""")
    for actor, customers in ((None, 2), (Actor(user_id=mia, role="member", name="Mia"), 1)):
        async with opened.context(*([actor] if actor else [])) as ctx:
            answer = await api.offers_now(ctx, "company")
            (offer,) = answer["products"]
            assert (answer["customers"], offer["count"], offer["chance"]) == (customers, customers, 0.4)
            assert float(offer["value"]["amount"]) == 8 * customers and answer["value_of"] == "margin"
            assert (await count(ctx, "company", Query(filter=offer["filter"])))["value"] == customers
            counted = [note["code"] for note in answer["notes"]] == ["margin_unknown", "sampled"]
            assert counted == bool(answer["quality"]) == (customers == 2), "figures of everybody's customers"
            rules = await api.bought_together(ctx, "company")
            assert rules["hidden"] == (customers == 1) and bool(rules["rules"]) != rules["hidden"]
