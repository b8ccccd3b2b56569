"""From records to derived fields and back again, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.insight.workspace import Shop, open_shop
from visavis.insight import api
from visavis.insight.settings import Settings
from visavis.kernel.errors import Conflict
from visavis.records import Query, list_page
from visavis.store import Database

D = dt.date
FEW = ("value",)


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await open_shop(database)


async def derived(shop: Shop, record: int, table: str = "company") -> dict[str, Any]:
    both = f"derived_{table} left join standing_{table} using (id)"
    row = await shop.db.row(f"select * from {both} where id = $1", record)
    return dict(row) if row else {}


async def test_a_refresh_writes_derived_fields(shop: Shop, tmp_path: Path) -> None:
    acme = await shop.add("company", name="Acme")
    ann = await shop.add("person", first_name="Ann", last_name="Lee")
    await shop.sell(D(2024, 3, 1), 100, 50, company=acme)
    await shop.sell(D(2024, 3, 9), -20, company=acme, kind="credit_note", number="C2")
    await shop.sell(D(2024, 3, 2), 30, person=ann)
    await shop.sell(D(2024, 3, 3), 7)
    report = await api.refresh(shop.db, tmp_path)
    assert report.rebuilt and report.lines == 5 and report.customers == {"company": 1, "person": 1}
    assert report.as_of == "2024-03-10"
    row = await derived(shop, acme)
    assert (row["revenue_gross"], row["returns"], row["revenue_net"]) == (Decimal(150), Decimal(-20), Decimal(130))
    assert row["revenue_net_currency"] == "EUR" and row["margin"] is None and row["margin_currency"] is None
    assert (row["invoice_count"], row["recency_days"], row["first_purchase"]) == (1, 9, D(2024, 3, 1))
    assert (row["abc_class"], row["abc_rank"]) == ("C", 1)
    assert (await derived(shop, ann, "person"))["revenue_net"] == Decimal(30)


async def test_the_second_feed_takes_changes_only(shop: Shop, tmp_path: Path) -> None:
    acme, beta = await shop.add("company", name="Acme"), await shop.add("company", name="Beta")
    first = await shop.sell(D(2024, 3, 1), 100, 50, company=acme)
    second = await shop.sell(D(2024, 3, 2), 40, company=beta)
    await api.refresh(shop.db, tmp_path, methods=FEW)
    await shop.change("invoice", first, company=beta)
    report = await api.refresh(shop.db, tmp_path, methods=FEW)
    assert not report.rebuilt
    assert (await derived(shop, beta))["revenue_net"] == Decimal(190) and await derived(shop, acme) == {}
    await shop.change("invoice", second, deleted_at=dt.datetime.now(dt.UTC))
    report = await api.refresh(shop.db, tmp_path, methods=FEW)
    assert report.lines == 2 and (await derived(shop, beta))["revenue_net"] == Decimal(150)


async def test_a_late_commit_is_not_missed(shop: Shop, tmp_path: Path) -> None:
    acme = await shop.add("company", name="Acme")
    await shop.sell(D(2024, 3, 1), 100, company=acme)
    async with shop.db.transaction() as late:
        invoice = await late.value(
            "insert into invoice (company, issued_at) values ($1, '2024-03-02') returning id", acme
        )
        line = await late.value(
            "insert into invoice_line (invoice, amount, amount_currency) values ($1, 5, 'EUR') returning id",
            invoice,
        )
        for name, record in (("invoice", invoice), ("invoice_line", line)):
            await late.execute(
                "insert into event (door, object, record_id, kind) values ('test', $1, $2, 'created')", name, record
            )
        await shop.sell(D(2024, 3, 3), 7, company=acme)
        await api.refresh(shop.db, tmp_path, methods=FEW)
        assert (await derived(shop, acme))["revenue_net"] == Decimal(107)
    report = await api.refresh(shop.db, tmp_path, methods=FEW)
    assert not report.rebuilt and (await derived(shop, acme))["revenue_net"] == Decimal(112)


async def test_somebody_elses_long_transaction_holds_nothing_up(shop: Shop, tmp_path: Path) -> None:
    acme = await shop.add("company", name="Acme")
    await shop.sell(D(2024, 3, 1), 100, company=acme)
    async with shop.db.transaction() as long:
        await long.value("select pg_current_xact_id()::text")
        await api.refresh(shop.db, tmp_path, methods=FEW)
        await shop.sell(D(2024, 3, 3), 7, company=acme)
        assert not (await api.refresh(shop.db, tmp_path, methods=FEW)).rebuilt
        assert (await derived(shop, acme))["revenue_net"] == Decimal(107)


async def test_a_missing_or_broken_file_is_made_again(shop: Shop, tmp_path: Path) -> None:
    await shop.sell(D(2024, 3, 1), 100, company=await shop.add("company", name="Acme"))
    await api.refresh(shop.db, tmp_path, methods=FEW)
    file = tmp_path / "warehouse" / "warehouse.duckdb"
    file.write_bytes(b"not a database")
    assert (await api.refresh(shop.db, tmp_path, methods=FEW)).rebuilt
    file.unlink()
    assert (await api.refresh(shop.db, tmp_path, methods=FEW)).lines == 1


async def test_another_engine_by_setting_writes_the_same(shop: Shop, tmp_path: Path) -> None:
    pytest.importorskip("pysail", reason="the second engine is not installed (extra visavis[sail])")
    for n in range(12):
        await shop.sell(D(2024, 3, 1 + n), 10.0 * (n + 1), company=await shop.add("company", name=f"Company {n}"))
    await api.refresh(shop.db, tmp_path)
    by_duckdb = await shop.db.rows("select * from derived_company order by id")
    await api.refresh(shop.db, tmp_path, Settings(engine="sail"))
    assert await shop.db.rows("select * from derived_company order by id") == by_duckdb
    assert not list((tmp_path / "warehouse" / "scratch").iterdir())


async def test_one_refresh_at_a_time(shop: Shop, tmp_path: Path) -> None:
    async def again(words: str, done: int, total: int) -> None:
        with pytest.raises(Conflict):
            await api.refresh(shop.db, tmp_path / "other")

    await api.refresh(shop.db, tmp_path, progress=again)


async def test_an_empty_workspace_has_an_empty_base(shop: Shop, tmp_path: Path) -> None:
    async with shop.context() as ctx:
        assert (await api.base_summary(ctx, "company"))["as_of"] is None
    await api.refresh(shop.db, tmp_path)
    async with shop.context() as ctx:
        base = await api.base_summary(ctx, "company")
        assert base["customers"] == 0 and base["classes"] == [] and Decimal(base["revenue_net"]["amount"]) == 0
        assert (await api.pareto(ctx, "company"))["points"] == []
        assert (await api.rfm(ctx, "person"))["n"] == 0
        assert (await api.cohorts(ctx, "company"))["cohorts"] == []
        assert (await api.distribution(ctx, "company"))["bins"] == []


async def test_runs_are_logged_with_drift(shop: Shop, tmp_path: Path) -> None:
    big, small = await shop.add("company", name="Big"), await shop.add("company", name="Small")
    await shop.sell(D(2024, 3, 1), 75, company=big)
    await shop.sell(D(2024, 3, 1), 25, company=small)
    await api.refresh(shop.db, tmp_path)
    await shop.sell(D(2024, 3, 2), 500, company=small)
    await api.refresh(shop.db, tmp_path)
    async with shop.context() as ctx:
        newest = {(run["object"], run["method"]): run for run in reversed(await api.runs(ctx))}
    value, abc = newest["company", "value"], newest["company", "abc"]
    assert value["drift"]["revenue_net"] == {"before": 100.0, "after": 600.0}
    assert abc["drift"]["abc_class"]["changed"] == 1.0 and abc["drift"]["abc_class"]["psi"] > 0
    assert abc["settings"]["measure"] == "revenue_net" and abc["rows"] == 2


async def test_nothing_is_done_where_nothing_has_changed(shop: Shop, tmp_path: Path) -> None:
    acme = await shop.add("company", name="Acme")
    await shop.sell(D(2024, 3, 1), 75, company=acme)
    first = await api.refresh(shop.db, tmp_path, methods=FEW)
    again = await api.refresh(shop.db, tmp_path, methods=FEW)
    assert again.up_to_date and not first.up_to_date
    assert (again.as_of, again.lines, again.customers) == (first.as_of, first.lines, first.customers)
    logged = await shop.db.rows("select seconds from insight_run where object = 'company' order by id")
    assert [row["seconds"] > 0 for row in logged] == [True, False]
    await shop.change("company", acme, name="Acme again")
    assert not (await api.refresh(shop.db, tmp_path, methods=FEW)).up_to_date
    assert not (await api.refresh(shop.db, tmp_path, Settings(assumed_margin=Decimal("0.5")), methods=FEW)).up_to_date
    async with shop.db.transaction() as tx:
        await tx.execute("update insight_stamp set stamp = 'of another warehouse' where name = 'derived_company'")
    assert not (await api.refresh(shop.db, tmp_path, methods=FEW)).up_to_date


async def test_only_rows_that_changed_are_written(shop: Shop, tmp_path: Path) -> None:
    ids = [await shop.add("company", name=f"Company {n}") for n in range(12)]
    sold = [await shop.sell(D(2024, 3, 1), 10.0 * (n + 1), company=each) for n, each in enumerate(ids)]
    await api.refresh(shop.db, tmp_path, methods=("abc",))
    versions = "select id, xmin::text as xmin from derived_company order by id"
    before = {row["id"]: row["xmin"] for row in await shop.db.rows(versions)}
    indexes = "select count(*) from pg_index where indrelid = 'derived_company'::regclass"
    indexed = await shop.db.value(indexes)
    await shop.change("invoice", sold[0], deleted_at=dt.datetime.now(dt.UTC))
    await shop.sell(D(2024, 3, 1), -1, company=ids[1], kind="credit_note")
    await api.refresh(shop.db, tmp_path, methods=FEW)
    after = {row["id"]: row["xmin"] for row in await shop.db.rows(versions)}
    assert set(before) - set(after) == {ids[0]}
    assert {key for key in after if after[key] != before[key]} == {ids[1]}
    assert (await derived(shop, ids[1]))["revenue_net"] == Decimal(19)
    assert (await derived(shop, ids[2]))["abc_rank"] == 10 and await shop.db.value(indexes) == indexed > 5


async def test_two_who_change_settings_at_once_both_do(shop: Shop) -> None:
    async def save(settings: dict[str, Any]) -> None:
        async with shop.context() as ctx:
            await api.save_settings(ctx, settings)
            await asyncio.sleep(0.05)

    await asyncio.gather(save({"crosser": "in"}), save({"horizon_days": 90}))
    async with shop.context() as ctx:
        kept = await api.load_settings(ctx.tx)
    assert (kept.crosser, kept.horizon_days) == ("in", 90)


async def test_settings_are_kept_and_checked(shop: Shop, tmp_path: Path) -> None:
    async with shop.context() as ctx:
        await api.save_settings(
            ctx, {"crosser": "in", "cuts": [70, 90], "period": {"from": "2024-01-01", "to": "2024-12-31"}}
        )
        kept = await api.load_settings(ctx.tx)
        assert (kept.crosser, kept.cuts, kept.cleaning) == ("in", (Decimal(70), Decimal(90)), "net")
        assert Settings.from_json(kept.as_json()) == kept


async def test_derived_fields_filter_and_sort_lists(shop: Shop, tmp_path: Path) -> None:
    ids = [await shop.add("company", name=f"Company {n}") for n in range(5)]
    for n, company in enumerate(ids):
        await shop.sell(D(2024, 3, 1 + n), 10.0 * (n + 1), company=company)
    await api.refresh(shop.db, tmp_path)
    async with shop.context() as ctx:
        tree = {"field": "revenue_net", "op": "ge", "value": "30"}
        page = await list_page(ctx, "company", Query(filter=tree, sort=("-revenue_net",), columns=("revenue_net",)))
    assert page
