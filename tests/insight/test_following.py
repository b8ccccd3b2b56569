"""A refresh after few changes says what one over the whole base would, but for what that would learn anew."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from tests.insight.workspace import Shop, open_shop
from visavis.insight import api, preparing, remembering
from visavis.insight.analyses import ANALYSES
from visavis.insight.settings import Settings
from visavis.store import Database

DAY = dt.date(2024, 1, 1)
ALL = tuple(analysis.name for analysis in ANALYSES)
LEARNED = {name for analysis in ANALYSES if analysis.score for name in analysis.outputs}


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "LEAST_CUSTOMERS", 0)
    monkeypatch.setattr(remembering, "MOST_TOUCHED", 1.0)
    monkeypatch.setattr(preparing, "LAID_AT_ONCE", 25)


@pytest.fixture
async def shop(database: Database) -> Shop:
    """Sixty companies (7 to 66) that bought tea (1 to 6)."""
    shop, chance = await open_shop(database), random.Random(7)
    sales = [
        (n, DAY + dt.timedelta(days=chance.randint(0, 300)), chance.randint(5, 200), chance.randint(1, 6))
        for n in range(1, 61)
        for _ in range(chance.randint(1, 6))
    ]
    columns = [list(column) for column in zip(*sales, (1, DAY + dt.timedelta(days=320), 10, 1), strict=True)]
    async with shop.db.transaction() as tx:
        for statement in FILL.strip().split(";\n"):
            await tx.execute(statement, *(columns if "$1" in statement else ()))
    return shop


FILL = """
insert into product (name, category) select 'Tea ' || n, 'tea' from generate_series(1, 6) n;
insert into company (name) select 'C' || n from generate_series(1, 60) n;
create temp table sold on commit drop as
    select * from unnest($1::int[], $2::date[], $3::int[], $4::int[]) with ordinality s (who, day, amount, product, id);
insert into invoice (number, kind, status, issued_at, company)
    select id::text, 'invoice', 'paid', day + time '12:00', who + 6 from sold order by id;
insert into invoice_line (invoice, quantity, product, amount, amount_currency, unit_price, unit_price_currency)
    select id + 66, 1, product, amount, 'EUR', amount, 'EUR' from sold order by id;
insert into cost (kind, amount, amount_currency, occurred_on, company)
    select 'campaign', 3, 'EUR', date '2024-01-01', n * 7 + 6 from generate_series(1, 8) n
"""


async def only(shop: Shop, *methods: str) -> None:
    """Switch off the others, which take their time."""
    off = [name for name in ALL if name not in methods]
    switch = "insert into insight_method (key, enabled) select unnest($1::text[]), false on conflict (key) do"
    async with shop.db.transaction() as tx:
        await tx.execute(f"{switch} update set enabled = false", off)


async def standing(shop: Shop) -> dict[tuple[str, int], dict[str, Any]]:
    """Every derived field of every customer."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for kind in ("company", "person"):
        rows = await shop.db.rows(f"select * from derived_{kind} d full join standing_{kind} s using (id) order by id")
        found |= {(kind, row["id"]): dict(row) for row in rows}
    return found


async def months(shop: Shop) -> list[tuple[Any, ...]]:
    rows = await shop.db.rows("select object, id, month from insight_month order by object, id, month")
    return [tuple(row.values()) for row in rows]


async def history(shop: Shop) -> list[tuple[Any, ...]]:
    """Since when each customer is in a class that nothing learned decides."""
    rows = await shop.db.rows("select object, field, id, class, since, until from class_history order by 1, 2, 3, 5")
    return [tuple(row.values()) for row in rows if row["field"] not in LEARNED]


def moved(one: dict[str, Any], other: dict[str, Any], names: Collection[str]) -> list[str]:
    """Which of the fields have another value now."""
    return [name for name in names if rounded(one[name]) != rounded(other[name])]


def rounded(value: Any) -> Any:
    return float(f"{value:.9g}") if isinstance(value, float) else value


def test_methods_that_stand_alone_need_nothing_of_the_base() -> None:
    assert [analysis.name for analysis in ANALYSES if analysis.alone and analysis.needs] == []


async def test_what_learned_methods_say_of_touched_customers_is_what_they_said(shop: Shop, tmp_path: Path) -> None:
    assert (await api.refresh(shop.db, tmp_path)).touched is None
    before, bought = await standing(shop), await months(shop)
    for kind, key in before:
        await shop.change(kind, key, name="Other")
    report = await api.refresh(shop.db, tmp_path)
    after = await standing(shop)
    assert report.touched == len(before) == 60 and report.customers == {"company": 60, "person": 0}
    assert after.keys() == before.keys() and not any(moved(row, after[key], row) for key, row in before.items())
    assert await months(shop) == bought
    assert sum(row["expected_value"] is not None for row in after.values()) > 50


async def test_a_followed_refresh_equals_a_whole_one(shop: Shop, tmp_path: Path) -> None:
    settings = Settings(own={"key_index_weights": {"revenue_net": 2, "frequency": 1}})
    await api.refresh(shop.db, tmp_path, settings)
    before = await standing(shop)
    new = await shop.add("company", name="New")
    await shop.sell(DAY + dt.timedelta(days=100), 700, company=new)
    for row in await shop.db.rows("select id from invoice where company = 8"):
        await shop.change("invoice", row["id"], deleted_at=dt.datetime.now(dt.UTC))
    given = await shop.db.value("select min(id) from invoice where company = 9")
    await shop.change("invoice", given, company=10)
    await shop.sell(DAY + dt.timedelta(days=200), -40, company=11, kind="credit_note")
    await shop.add("cost", kind="campaign", amount=8, amount_currency="EUR", occurred_on=DAY, company=12)
    await shop.sell(DAY + dt.timedelta(days=30), 55, company=13)
    touched = {("company", n) for n in (8, 9, 10, 11, 12, 13, new)}
    report = await api.refresh(shop.db, tmp_path, settings)
    followed, bought, classes = await standing(shop), await months(shop), await history(shop)
    assert report.touched == 7 and ("company", 8) not in followed and ("company", new) in followed
    for key in followed.keys() - touched:
        assert moved(before[key], followed[key], LEARNED) == []
    assert followed["company", new]["expected_value"] is not None
    assert any(followed[key]["abc_rank"] != before[key]["abc_rank"] for key in followed.keys() - touched)
    whole = await api.refresh(shop.db, tmp_path, settings, methods=ALL)
    assert whole.touched is None and not whole.up_to_date
    after = await standing(shop)
    assert after.keys() == followed.keys() and await months(shop) == bought
    for key, row in followed.items():
        assert moved(row, after[key], row.keys() - LEARNED) == []
    assert await history(shop) == classes


async def test_what_concerns_everybody_is_learned_anew(shop: Shop, tmp_path: Path) -> None:
    await only(shop, "value", "profit", "churn")
    await api.refresh(shop.db, tmp_path)
    steps = {
        "a later day": shop.sell(DAY + dt.timedelta(days=321), 5, company=7),
        "a product": shop.change("product", 1, name="Coffee"),
        "a bar that cost nothing": shop.add(
            "cost", kind="other", amount=1, amount_currency="EUR", occurred_on=DAY, company=7
        ),
    }
    for name, step in steps.items():
        await step
        assert (await api.refresh(shop.db, tmp_path)).touched is None, name
    await shop.sell(DAY, 5, company=7)
    assert (await api.refresh(shop.db, tmp_path)).touched == 1
    await api.refresh(shop.db, tmp_path, methods=("churn",))
    await shop.sell(DAY, 5, company=7)
    assert (await api.refresh(shop.db, tmp_path)).touched == 1
    remembering._MEMORIES.clear()
    await shop.sell(DAY, 5, company=7)
    assert (await api.refresh(shop.db, tmp_path)).touched is None


async def test_many_changes_are_learned_from(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MOST_TOUCHED", 0.04)
    await only(shop, "value", "abc")
    await api.refresh(shop.db, tmp_path)
    found = []
    for company in (7, 8, 9):
        await shop.sell(DAY, 5, company=company)
        found.append((await api.refresh(shop.db, tmp_path)).touched)
    assert found == [1, 1, None]
