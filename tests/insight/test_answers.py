"""Every number of the base opens exactly the customers behind it, and nobody sees more than they may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.insight.workspace import Shop, open_shop
from visavis.access import Actor
from visavis.access.policy import overlaid
from visavis.insight import api
from visavis.insight.settings import Settings
from visavis.kernel.errors import BadRequest, Forbidden, NotFound
from visavis.records import Query, count
from visavis.store import Database

D = dt.date

ASKED = ("value", "abc", "rfm", "lifetime", "cohorts")


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> Shop:
    """Thirty companies and four people of two owners; each buys on a few days, one only returns."""
    opened = await open_shop(database)
    owners = [await opened.add("user", name=name) for name in ("Mia", "Noah")]
    for n in range(30):
        company = await opened.add("company", name=f"Company {n:02d}", owner=owners[n % 2])
        for k in range(1 + n % 4):
            day = D(2024, 1, 3) + dt.timedelta(days=19 * k + n)
            await opened.sell(day, 7.5 * (n + 1) + k, company=company)
    await opened.sell(D(2024, 2, 2), -9, company=company, kind="credit_note")
    await opened.sell(D(2024, 5, 2), 0, company=company)
    await opened.sell(D(2024, 5, 3), 99, company=company, status="void")
    await opened.sell(D(2024, 2, 3), -4, company=await opened.add("company", name="Only returns"), kind="credit_note")
    await opened.add("company", name="Never bought")
    for n in range(4):
        person = await opened.add("person", first_name="Ann", last_name=f"Lee {n}", owner=owners[n % 2])
        await opened.sell(D(2024, 1, 5) + dt.timedelta(days=40 * n), 12, person=person)
    await opened.sell(D(2024, 3, 3), 11)
    await api.refresh(database, tmp_path, methods=ASKED)
    return opened


def filters(answer: Any) -> Iterator[tuple[int, Any]]:
    """Every (number, filter) pair of an answer."""
    if isinstance(answer, dict):
        if "filter" in answer:
            yield next(answer[key] for key in ("count", "retained", "size") if key in answer), answer["filter"]
        for key, part in answer.items():
            yield from filters(part) if key != "filter" else ()
    elif isinstance(answer, list):
        for part in answer:
            yield from filters(part)


@pytest.mark.parametrize("name", ["company", "person"])
async def test_every_filter_opens_exactly_its_customers(shop: Shop, name: str) -> None:
    async with shop.context() as ctx:
        answers = [
            await api.base_summary(ctx, name),
            await api.rfm(ctx, name),
            await api.cohorts(ctx, name),
            *[await api.distribution(ctx, name, m) for m in ("revenue_net", "recency_days", "frequency", "p_alive")],
        ]
        found = list(filters(answers))
        assert len(found) > 10
        for number, tree in found:
            assert (await count(ctx, name, Query(filter=tree)))["value"] == number, tree


async def test_a_month_opens_those_who_bought_by_the_settings(database: Database, tmp_path: Path) -> None:
    opened = await open_shop(database)
    fee = await opened.add("product", code="POST", name="Postage")
    for n in range(5):
        company = await opened.add("company", name=f"Company {n}")
        await opened.sell(D(2024, 1, 5), 10, company=company)
        await opened.sell(D(2024, 2, 5), 10, company=company, number="C7" if n == 3 else "7")
    lines = await database.rows("select l.id from invoice_line l join invoice i on i.id = l.invoice order by 1")
    await opened.change("invoice_line", lines[1]["id"], product=fee)
    await opened.change("invoice_line", lines[3]["id"], amount_currency="USD", unit_price_currency="USD")
    await opened.change("invoice_line", lines[5]["id"], unit_price=0)
    settings = Settings(fee_products=("POST",), cleaning="textbook")
    await api.refresh(database, tmp_path, settings, methods=ASKED)
    async with opened.context() as ctx:
        found = await api.cohorts(ctx, "company")
        assert [cell["retained"] for cell in found["cohorts"][0]["cells"]] == [5, 1]
        for expected, tree in filters(found):
            assert (await count(ctx, "company", Query(filter=tree)))["value"] == expected, tree


async def test_the_base_adds_up(shop: Shop) -> None:
    async with shop.context() as ctx:
        base = await api.base_summary(ctx, "company")
        whole = await ctx.tx.value("select sum(amount) from invoice_line")
    lines = [Decimal(line["amount"]["amount"]) for line in base["reconciliation"]]
    assert sum(lines) == whole
    own = [line for line in base["reconciliation"] if line["customer"] == "company" and line["counted"]]
    assert sum(Decimal(line["amount"]["amount"]) for line in own) == Decimal(base["revenue_net"]["amount"])
    assert base["unassigned"] == {"lines": 1, "invoices": 1, "amount": {"amount": "11.00", "currency": "EUR"}}
    assert base["customers"] == 31 and sum(c["count"] for c in base["classes"]) == 31
    assert base["period"] == {"from": "2024-01-03", "to": "2024-05-04"}


async def test_the_curve_and_its_cuts(shop: Shop) -> None:
    async with shop.context() as ctx:
        curve = await api.pareto(ctx, "company")
        base = await api.base_summary(ctx, "company")
    sizes = {c["class"]: c["count"] for c in base["classes"]}
    assert [cut["rank"] for cut in curve["cuts"]] == [sizes["A"], sizes["A"] + sizes["B"]]
    assert curve["cuts"][0]["share_value"] <= 0.8 and curve["cuts"][0]["crosses"]["title"].startswith("Company")
    assert curve["n"] == 31 and curve["whole"] and curve["top20"]["count"] == 6 and 0 < curve["gini"] < 1
    assert curve["points"][0]["rank"] == 1 and curve["points"][-1]["rank"] == 31
    assert curve["points"][-1]["share_value"] == 1.0


async def test_gini_of_equal_customers_is_zero(database: Database, tmp_path: Path) -> None:
    equal = await open_shop(database)
    for n in range(4):
        await equal.sell(D(2024, 1, 1), 25, company=await equal.add("company", name=f"{n}"))
    await api.refresh(database, tmp_path, methods=ASKED)
    async with equal.context() as ctx:
        curve = await api.pareto(ctx, "company", "revenue_gross")
    assert curve["gini"] == 0.0


async def test_a_member_counts_only_their_own(shop: Shop) -> None:
    mia = await shop.db.value("""select id from "user" where name = 'Mia'""")
    async with shop.context(Actor(user_id=mia, role="member", name="Mia")) as ctx:
        base = await api.base_summary(ctx, "company")
        assert base["customers"] == 15 and base["reconciliation"] == [] and base["unassigned"] is None
        curve = await api.pareto(ctx, "company")
        assert curve["n"] == 15 and not curve["whole"]
        for number, tree in filters([base, await api.rfm(ctx, "company"), await api.cohorts(ctx, "company")]):
            assert (await count(ctx, "company", Query(filter=tree)))["value"] == number
        other = await shop.db.value("select id from company where name = 'Company 01'")
        with pytest.raises(NotFound):
            await api.explain(ctx, "company", other)


async def test_a_hidden_field_stays_hidden(shop: Shop) -> None:
    policy = overlaid({"manager": {"company": {"hidden": ["margin", "expected_value"]}}})
    async with shop.context(Actor(user_id=1, role="manager", policy=policy)) as ctx:
        with pytest.raises(Forbidden):
            await api.pareto(ctx, "company", "margin")
        base = await api.base_summary(ctx, "company")
        assert base["expected_value"] is None and "margin" not in [m["name"] for m in base["measures"]]
        first = await ctx.tx.value("select min(id) from company")
        assert "margin" not in [fact["field"] for fact in (await api.explain(ctx, "company", first))["facts"]]
    policy = overlaid({"manager": {"company": {"hidden": ["name"]}}})
    async with shop.context(Actor(user_id=1, role="manager", policy=policy)) as ctx:
        crosses = (await api.pareto(ctx, "company"))["cuts"][0]["crosses"]
        assert crosses["title"] == f"#{crosses['id']}"
    policy = overlaid({"manager": {"person": {"read": "own"}}})
    async with shop.context(Actor(user_id=1, role="manager", policy=policy)) as ctx:
        base = await api.base_summary(ctx, "company")
        assert base["customers"] == 31 and base["reconciliation"] == [], "it would tell what all people bought"


async def test_each_value_is_explained(shop: Shop) -> None:
    async with shop.context() as ctx:
        ids = {row["name"]: row["id"] for row in await ctx.tx.rows("select id, name from company")}
        best = await api.explain(ctx, "company", ids["Company 29"])
        facts = {fact["field"]: fact for fact in best["facts"]}
        assert facts["abc_class"]["reason"]["code"] == "within_cut"
        assert facts["margin"] | {"method": "", "version": ""} == {
            "field": "margin",
            "value": None,
            "method": "",
            "version": "",
            "reason": {"code": "cost_unknown", "params": {}},
            "interval": None,
        }
        assert [step["label"] for step in best["waterfall"]] == ["revenue_gross", "returns", "revenue_net"]
        returns = {f["field"]: f for f in (await api.explain(ctx, "company", ids["Only returns"]))["facts"]}
        assert returns["abc_class"]["reason"]["code"] == "not_positive"
        assert returns["rfm_segment"]["reason"]["code"] == "no_purchase"
        assert (await api.explain(ctx, "company", ids["Never bought"]))["facts"] == []
        with pytest.raises(NotFound):
            await api.explain(ctx, "company", 10**9)


async def test_questions_that_make_no_sense(shop: Shop) -> None:
    async with shop.context() as ctx:
        for question in (
            api.base_summary(ctx, "deal"),
            api.pareto(ctx, "company", "name"),
            api.distribution(ctx, "company", "abc_class"),
        ):
            with pytest.raises(BadRequest):
                await question
