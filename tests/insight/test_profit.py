"""Costs become profit: bars sum to it, rows sum to bars, readers see what they may."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.insight.workspace import Shop, open_shop
from visavis.access import Actor
from visavis.access.policy import overlaid
from visavis.insight import api
from visavis.insight.answers.budget import Group, Judgement, Question
from visavis.insight.rates import Rate, load_rates, save_rates
from visavis.insight.settings import Settings
from visavis.kernel.errors import BadRequest, Forbidden, Invalid, NotFound
from visavis.records import Query, count
from visavis.store import Database

D = dt.date


def euros(amount: float | None, field: str = "amount") -> dict[str, Any]:
    return {} if amount is None else {field: amount, f"{field}_currency": "EUR"}


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(10), dt.UTC)


METHODS = ("profit", "serving")
RATES = [
    Rate("call", "hour", Decimal(60), D(2023, 1, 1), note="first"),
    Rate("call", "hour", Decimal("66.6667"), D(2024, 2, 1)),
    Rate("visit", "each", Decimal(180), D(2023, 1, 1)),
    Rate("meeting", "hour", Decimal(75), D(2023, 1, 1), minutes=Decimal(45)),
    Rate("ticket", "each", Decimal("12.5"), D(2023, 1, 1)),
    Rate("ticket.urgent", "each", Decimal(40), D(2023, 1, 1)),
    Rate("delivery", "each", Decimal("4.99"), D(2023, 1, 1)),
    Rate("return", "each", Decimal(7), D(2023, 1, 1)),
    Rate("credit", "per_cent_year", Decimal("8.25"), D(2023, 1, 1)),
]


async def sell(shop: Shop, chance: random.Random, who: dict[str, int]) -> None:
    day = D(2024, 1, 1) + dt.timedelta(days=chance.randrange(120))
    back = chance.random() < 0.2
    invoice = await shop.add(
        "invoice", number=str(chance.randrange(10**6)), kind="credit_note" if back else "invoice",
        status=chance.choice(["open", "paid", "draft"]), issued_at=at(day),
        due_on=chance.choice([None, day + dt.timedelta(days=30)]), **who,
    )  # fmt: skip
    for _ in range(chance.randrange(1, 4)):
        price, quantity = chance.randrange(100, 9000) / 100, chance.randrange(1, 5)
        amount = price * quantity * chance.choice([1, 1, 0.9, 0])
        if back:
            amount *= chance.choice([1, -1])
        cost = chance.choice([None, *[round(price * quantity / 2, 2)] * 9])
        money = euros(round(amount, 2)) | euros(price, "unit_price") | euros(cost, "cost")
        await shop.add("invoice_line", invoice=invoice, quantity=quantity, **money)
    if chance.random() < 0.5:
        await shop.add("payment", invoice=invoice, paid_on=day + dt.timedelta(days=chance.randrange(50)), **euros(20))
    if chance.random() < 0.3:
        kind = chance.choice(["delivery", "credit", "return"])
        await shop.add("cost", kind=kind, occurred_on=day, invoice=invoice, **euros(3.21), **who)


async def serve(shop: Shop, chance: random.Random, who: dict[str, int], owner: int) -> None:
    day = D(2024, 1, 1) + dt.timedelta(days=chance.randrange(130))
    ticket = await shop.add("ticket", subject="?", priority=chance.choice([None, "low", "urgent"]),
                            opened_at=at(day), owner=owner, **who)  # fmt: skip
    for _ in range(chance.randrange(3)):
        minutes = chance.choice([7, 30, 41.5, 30, 30])
        link = chance.choice([who, {"ticket": ticket}])
        activity = await shop.add("activity", kind=chance.choice(["call", "visit", "meeting", "note"]), subject="?",
                                  at=at(day), minutes=minutes, owner=owner, **link)  # fmt: skip
        if chance.random() < 0.2:
            await shop.add("cost", kind="time", occurred_on=day, activity=activity, **euros(9.99), **who)
    kind = chance.choice(["time", "campaign", "discount", "return", "other", "visit", "ticket"])
    amount = chance.choice([5.55, 5.55, 5.55, None])
    await shop.add("cost", kind=kind, occurred_on=day, quantity=2, **euros(amount), **who)


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> Shop:
    """Sixteen companies and four people, with whatever chance gives them."""
    opened, chance = await open_shop(database), random.Random(11)
    owners = [await opened.add("user", name=name) for name in ("Mia", "Noah")]
    for n in range(20):
        kind = "company" if n % 5 else "person"
        named = {"name": f"Company {n:02d}"} if kind == "company" else {"last_name": f"Lee {n}"}
        who = {kind: await opened.add(kind, owner=owners[n % 2], **named)}
        for _ in range(chance.randrange(1, 4)):
            await sell(opened, chance, who)
        for _ in range(n % 3):
            await serve(opened, chance, who, owners[chance.randrange(2)])
    async with opened.context() as ctx:
        await save_rates(ctx, RATES, "EUR")
    settings = Settings(as_of=D(2024, 4, 20), assumed_margin=Decimal("0.333"))
    await api.refresh(database, tmp_path, settings, methods=METHODS)
    return opened


def amount(money: Any) -> Decimal | None:
    return None if money is None else Decimal(money["amount"])


async def test_what_the_costs_say(shop: Shop) -> None:
    """One base for many questions: to make it is what costs the time."""
    for name in ("company", "person"):
        await rows_sum_to_bars_and_bars_to_profit(shop, name)
    await a_group_is_the_sum_of_its_customers(shop)
    await the_whale_curve_ends_at_the_total(shop)
    await a_member_sees_the_sum_of_what_is_hidden(shop)
    await rates_are_dated_and_never_changed(shop)
    await a_budget_is_compared_with_today(shop)


async def rows_sum_to_bars_and_bars_to_profit(shop: Shop, name: str) -> None:
    async with shop.context() as ctx:
        ids = await ctx.tx.rows(f"select id from derived_{name} where gross_sales is not null")
        known = 0
        for row in ids:
            fall = await api.waterfall(ctx, name, record_id=row["id"])
            bars = {bar["bar"]: amount(bar["amount"]) for bar in fall["bars"]}
            profit = bars.pop("net_profit")
            if profit is not None:
                known += 1
                assert (
                    sum(value for value in bars.values() if value is not None) == profit and None not in bars.values()
                )
            for bar in set(bars) - {"net_profit"}:
                behind = await api.behind(ctx, name, row["id"], bar, limit=500)
                rows = [amount(each["amount"]) for each in behind["data"]]
                assert behind["rows"] == len(rows) and behind["hidden"]["rows"] == 0
                assert (bars[bar] is None) == (None in rows), (bar, behind)
                if bars[bar] is not None:
                    assert abs(bars[bar] or 0) == abs(sum(value or 0 for value in rows)) and not behind["changed"], bar
        assert known > 0


async def a_group_is_the_sum_of_its_customers(shop: Shop) -> None:
    tree = {"field": "name", "op": "starts_with", "value": "Company 0"}
    async with shop.context() as ctx:
        for known in (True, False):
            fall = await api.waterfall(ctx, "company", tree, known=known)
            opened = await count(ctx, "company", Query(filter=fall["customers"]["filter"]))
            assert opened["value"] == fall["customers"]["count"] > 0
            bars = {bar["bar"]: amount(bar["amount"]) for bar in fall["bars"]}
            if known:
                profit = bars.pop("net_profit")
                assert sum(value or 0 for value in bars.values()) == profit
                assert all(bar["unknown"]["count"] == 0 for bar in fall["bars"])
        assert bars["net_profit"] is None


async def the_whale_curve_ends_at_the_total(shop: Shop) -> None:
    async with shop.context() as ctx:
        curve = await api.whale(ctx, "company")
        total = await ctx.tx.value("select sum(net_profit) from derived_company")
    assert amount(curve["total"]) == total == sum(amount(part["profit"]) or 0 for part in curve["parts"])
    assert Decimal(curve["points"][-1]["profit"]) == total and curve["n"] == sum(p["count"] for p in curve["parts"])
    assert amount(curve["top"]["profit"]) == max(Decimal(point["profit"]) for point in curve["points"])


async def a_member_sees_the_sum_of_what_is_hidden(shop: Shop) -> None:
    mia = await shop.db.value("""select id from "user" where name = 'Mia'""")
    own = await shop.db.rows("select d.id from derived_company d join company t using (id) where t.owner = $1", mia)
    other = await shop.db.value("select id from company where owner <> $1 limit 1", mia)
    async with shop.context(Actor(user_id=mia, role="member", name="Mia")) as ctx:
        hidden = 0
        for row in own:
            for bar in ("service", "sales"):
                behind = await api.behind(ctx, "company", row["id"], bar)
                hidden += behind["hidden"]["rows"]
                assert behind["rows"] == len(behind["data"]) + behind["hidden"]["rows"]
        assert hidden > 0
        with pytest.raises(NotFound):
            await api.behind(ctx, "company", other, "service")
        with pytest.raises(NotFound):
            await api.waterfall(ctx, "company", record_id=other)
        with pytest.raises(BadRequest):
            await api.behind(ctx, "company", own[0]["id"], "nothing")
    for source, field in (("invoice_line", "cost"), ("product", "cost")):
        rules = overlaid({"manager": {source: {"hidden": [field]}}})
        async with shop.context(Actor(mia, "manager", policy=rules)) as ctx:
            assert (await api.behind(ctx, "company", own[0]["id"], "gross"))["data"]
            with pytest.raises(Forbidden):
                await api.behind(ctx, "company", own[0]["id"], "goods")
    rules = overlaid({"manager": {"invoice": {"hidden": ["issued_at"]}}})
    async with shop.context(Actor(mia, "manager", policy=rules)) as ctx:
        behind = await api.behind(ctx, "company", own[0]["id"], "gross")
        assert [row["day"] for row in behind["data"]] == [None] * behind["rows"]
        assert [row["id"] for row in behind["data"]] == sorted(row["id"] for row in behind["data"])


async def rates_are_dated_and_never_changed(shop: Shop) -> None:
    async with shop.context() as ctx:
        told = await load_rates(ctx.tx)
        assert told["version"] == max(row["id"] for row in told["history"])
        assert {row["driver"]: row["amount"] for row in told["now"]}["call"] == "66.6667"
        wrong = [Rate("calls", "hour", Decimal(1), D(2024, 1, 1)), Rate("credit", "hour", Decimal(-1), D(2024, 1, 1))]
        with pytest.raises(Invalid) as problem:
            await save_rates(ctx, wrong, "EUR")
        assert [e.field for e in problem.value.errors] == ["rates.0.driver", "rates.1.unit", "rates.1.amount"]


async def a_budget_is_compared_with_today(shop: Shop) -> None:
    async with shop.context() as ctx:
        told = await api.budget(ctx, Question("company", outcome="revenue_net"))
        assert [group["response"]["refused"] for group in told["groups"]] == ["too_few_customers"] * len(told["groups"])
        assert told["spent"] == told["today"] and amount(told["gain"]) == 0 and told["evidence"] == "association"
        counted = await api.budget(ctx, Question("company", spend="unknown_costs", outcome="invoice_count"))
        assert [group["other_currency"] for group in counted["groups"]] == [0] * len(counted["groups"])
        judged = [
            Group("A", {"field": "abc_class", "op": "eq", "value": "A"}, judgement=Judgement(0.9, 0.6, 5_000)),
            Group("rest", {"field": "abc_class", "op": "ne", "value": "A"}, floor=2, judgement=Judgement(0.5, 0.4, 10)),
        ]
        total = float(amount(told["today"]) or 0) + 100
        told = await api.budget(ctx, Question("company", tuple(judged), total))
        first, second = told["groups"]
        assert (amount(first["gain"]) or 0) > 0 and second["floor_binds"]
        assert amount(second["proposal"]["each"]) == 2
        assert (amount(told["spent"]) or 0) <= Decimal(total) + 1 and told["evidence"] == "judgement"
        assert first["customers"] + second["customers"] == await ctx.tx.value("select count(*) from derived_company")
        await ctx.tx.execute(
            "update company set annual_revenue = 100,"
            " annual_revenue_currency = case when id % 2 = 0 then 'EUR' else 'USD' end"
        )
        (mixed,) = (await api.budget(ctx, Question("company", (Group("all"),), spend="annual_revenue")))["groups"]
        assert mixed["other_currency"] > 0 < mixed["known"] <= mixed["customers"] - mixed["other_currency"]
        assert amount(mixed["today"]["each"]) == 100
        await ctx.tx.execute("update company set employees = id % 5")
        asked = tuple(Group(name, satisfaction=least) for name, least in (("none", None), ("some", 0), ("never", 9)))
        told = await api.budget(ctx, Question("company", asked, 10**9, satisfaction="employees"))
        assert [group["satisfaction"]["reached"] for group in told["groups"]] == [None, True, False]
        with pytest.raises(Invalid):
            await api.budget(ctx, Question("company", (Group("all", floor=10**6),), 5))
        with pytest.raises(BadRequest):
            await api.budget(ctx, Question("company", spend="name"))


async def test_sales_of_trashed_customers_stand_apart(shop: Shop, tmp_path: Path) -> None:
    async def balance() -> tuple[Decimal, Decimal, Decimal, int]:
        async with shop.context() as ctx:
            base = await api.base_summary(ctx, "company")
            whole = await ctx.tx.value("select sum(amount) from invoice_line")
        own = [line for line in base["reconciliation"] if line["customer"] == "company" and line["counted"]]
        gone = [line for line in base["reconciliation"] if line["customer"] == "trashed"]
        assert sum(Decimal(line["amount"]["amount"]) for line in base["reconciliation"]) == whole
        return sum((Decimal(x["amount"]["amount"]) for x in own), Decimal(0)), Decimal(base["revenue_net"]["amount"]), (
            sum((Decimal(x["amount"]["amount"]) for x in gone), Decimal(0))), base["customers"]  # fmt: skip

    await shop.db.rows("update invoice_line set amount = -abs(amount) from invoice i"
                       " where i.id = invoice and i.kind = 'credit_note'")  # fmt: skip
    await shop.db.rows("insert into event (door, object, record_id, kind) select 'test', 'invoice_line', id, 'updated'"
                       " from invoice_line")  # fmt: skip
    settings = Settings(as_of=D(2024, 4, 20))
    await api.refresh(shop.db, tmp_path, settings, methods=METHODS)
    own, revenue, gone, many = await balance()
    assert own == revenue and gone == 0
    best = await shop.db.value("select id from derived_company order by revenue_net desc limit 1")
    await shop.change("company", best, deleted_at=at(D(2024, 5, 1)))
    own, revenue, gone, fewer = await balance()
    assert own == revenue and gone > 0 and fewer == many - 1
    await api.refresh(shop.db, tmp_path, settings, methods=METHODS)
    assert await balance() == (own, revenue, gone, fewer)


async def test_without_costs_there_is_no_net_profit(database: Database, tmp_path: Path) -> None:
    opened = await open_shop(database)
    await opened.sell(D(2024, 1, 1), 25, company=await opened.add("company", name="Acme"))
    await api.refresh(database, tmp_path, methods=METHODS)
    async with opened.context() as ctx:
        curve, dear = await api.whale(ctx, "company"), await api.dear(ctx, "company")
        assert curve["n"] == 0 and curve["unknown"]["count"] == 1 and curve["parts"] == [] and curve["top"] is None
        assert dear["count"] == 0 and dear["mean_of_a"] is None
        fall = await api.waterfall(ctx, "company")
        assert [bar["bar"] for bar in fall["bars"]] == ["gross", "discounts", "returns", "goods", "net_profit"]
        assert fall["bars"][-1]["amount"] is None and fall["bars"][0]["amount"]["amount"] == "25.00"
    policy = overlaid({"manager": {"company": {"hidden": ["service_cost"]}}})
    async with opened.context(Actor(user_id=1, role="manager", policy=policy)) as ctx:
        with pytest.raises(Forbidden):
            await api.waterfall(ctx, "company")
