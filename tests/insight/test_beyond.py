"""What is said of customers who never bought: by the fields that people entered."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.insight.workspace import Shop, open_shop
from visavis.insight import api
from visavis.insight.settings import Settings
from visavis.objects import BUILT_IN
from visavis.store import Database
from visavis.store.live import Change, change_catalogue

OWN = {
    "clusters_fields": ["employees", "founded"],
    "clusters_most": 3,
    "leaving_field": "industry",
    "leaving_gone": "gone",
    "leaving_from": ["employees", "country"],
}


async def _filled(shop: Shop) -> None:
    """200 companies of two kinds; the small ones of them mostly gone."""
    async with shop.db.transaction() as tx:
        await tx.execute(
            "insert into company (name, employees, founded, country, industry) select 'C' || k,"
            " case when k % 2 = 0 then 1000 + k else 10 + k % 7 end, case when k % 2 = 0 then 1900 else 2020 end,"
            " case when k % 3 = 0 then 'RO' else 'KR' end,"
            " case when k > 190 then null when (k % 2 = 1) = (k % 10 < 8) then 'gone' else 'there' end"
            " from generate_series(1, 200) k"
        )


async def _refreshed(shop: Shop, folder: Path, *methods: str, **own: Any) -> None:
    settings = replace(Settings(), own=OWN | own)
    await api.refresh(shop.db, folder, settings, methods=methods or None)


async def _derived(shop: Shop) -> list[Any]:
    async with shop.db.transaction(readonly=True) as tx:
        return list(
            await tx.rows(
                "select c.employees, c.industry, d.cluster, d.leave_probability, d.as_of from company c"
                " left join derived_company d on d.id = c.id order by c.id"
            )
        )


async def test_groups_and_chances_of_those_who_never_bought(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database)
    await _filled(shop)
    await _refreshed(shop, tmp_path, "clusters", "leaving")
    rows = await _derived(shop)
    assert {(row["employees"] > 500, row["cluster"]) for row in rows} == {(True, 2), (False, 1)}
    assert all(row["as_of"] is None for row in rows)
    assert all((row["leave_probability"] is None) == (row["industry"] == "gone") for row in rows)
    chance = {row["employees"] > 500: row["leave_probability"] for row in rows if row["leave_probability"] is not None}
    assert chance[False] > chance[True]
    async with shop.context() as ctx:
        told = await api.clusters_told(ctx, "company")
        base = await api.base_summary(ctx, "company")
    assert [group["customers"] for group in told["clusters"]] == [100, 100] and told["all"]["customers"] == 200
    assert told["by"] == "fields" and told["clusters"][0]["medians"]["founded"] == 2020 and told["stable"]
    assert base["customers"] == 0


async def test_one_method_leaves_the_others_as_they_are(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database)
    await _filled(shop)
    buyer = await shop.add("company", name="Buyer")
    await shop.sell(dt.date(2026, 3, 1), 40.0, company=buyer)
    await _refreshed(shop, tmp_path, "clusters", "leaving")
    before = await _derived(shop)
    await _refreshed(shop, tmp_path, "clusters")
    after = await _derived(shop)
    assert [row["leave_probability"] for row in after] == [row["leave_probability"] for row in before]
    assert [row["cluster"] for row in after] == [row["cluster"] for row in before]
    assert [row["as_of"] is not None for row in after] == [False] * 200 + [True]


async def test_what_is_marked_later_is_not_learned_from(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database)
    await _filled(shop)
    field = shop.catalogue.object("company").field("employees")
    await change_catalogue(shop.db, BUILT_IN, [Change(field.id, "field", "company", {"known_after": True})], None)
    await _refreshed(shop, tmp_path, "leaving")
    async with shop.db.transaction(readonly=True) as tx:
        document = await tx.value("select body from insight_result where object = 'company' and name = 'leaving'")
    assert document["from"] == ["country"]
