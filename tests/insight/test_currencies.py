"""An amount in another currency is unknown to a method, never a wrong number, and the run says how many there were."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.insight.rows import Line
from tests.insight.test_conformance import assert_equal, duck, store
from tests.insight.workspace import Shop, open_shop
from visavis.access import Actor
from visavis.access.policy import overlaid
from visavis.insight import api
from visavis.insight.analyses import ABC, CLUSTERS, KEY_INDEX, LEAVING, VALUE
from visavis.insight.engine import SailEngine
from visavis.insight.entered import in_currency
from visavis.insight.methods.sources import made_of
from visavis.insight.refresh import Base, Computed, compute
from visavis.insight.settings import Settings
from visavis.kernel.errors import Forbidden
from visavis.objects import BUILT_IN
from visavis.store import Database
from visavis.store.live import Change, change_catalogue

D = dt.date
MANY = 120
OWN = {
    "key_index_weights": {"potential": 3, "revenue_net": 1},
    "clusters_fields": ["potential", "size"],
    "leaving_field": "state",
    "leaving_gone": "gone",
    "leaving_from": ["potential", "size"],
}
TOLD = {"column": "potential", "currency": "EUR", "rows": 12}


def _sold() -> list[Line]:
    return [Line(invoice=k, day=D(2024, 1, 1 + k % 28), amount=10.0 + k, company=k) for k in range(1, MANY + 1)]


def _entered() -> pa.Table:
    """Every tenth potential in won, a thousand times the number; one without a currency counts as of the workspace."""
    every = range(1, MANY + 1)
    rows = {
        "id": pa.array(every, pa.int64()),
        "potential": pa.array([float(k if k % 10 else 1_000 * k) for k in every]),
        "potential_currency": [None if k == 3 else "EUR" if k % 10 else "KRW" for k in every],
        "size": pa.array([float(1 + k % 2 * 500) for k in every]),
        "state": pa.array(["gone" if k % 2 == (k % 5 > 0) else "there" for k in every]),
    }
    return pa.table(rows)


def _computed(engine: Any) -> Computed:
    settings = Settings(measure="potential", own=OWN)
    analyses = [VALUE, ABC, KEY_INDEX, CLUSTERS, LEAVING]
    rows = _entered()
    return compute(engine, settings, analyses=analyses, entered={"company": rows, "person": rows.slice(0, 0)})


def _outcome(base: Base, name: str) -> tuple[dict[int, dict[str, Any]], dict[str, Any]]:
    found = next(outcome for outcome in base.outcomes if outcome.analysis.name == name)
    return {row["id"]: row for row in found.rows.to_pylist()}, dict(found.document)


def test_every_engine_takes_other_currencies_as_unknown(tmp_path: Path) -> None:
    store(tmp_path, _sold(), [])
    with duckdb.connect() as connection:
        ours = _computed(duck(connection, tmp_path))
    base = ours.bases[0]
    ranked, document = _outcome(base, "abc")
    assert set(ranked) == {k for k in range(1, MANY + 1) if k % 10} and ranked[119]["abc_rank"] == 1
    assert [note["params"] for note in document["notes"]] == [TOLD]
    assert "12" in document["warnings"][0] and "EUR" in document["warnings"][0]
    indexed, document = _outcome(base, "key_index")
    assert (
        indexed[120]["key_index"] == 25.0 and indexed[119]["key_index"] > 99 and document["notes"][0]["params"] == TOLD
    )
    grouped, document = _outcome(base, "clusters")
    assert 120 not in {k for k, row in grouped.items() if row["cluster"]} and len(grouped) == MANY - 12
    assert document["models"][0]["unknown"] == 12 and document["notes"][0]["params"] == TOLD
    _, document = _outcome(base, "leaving")
    unknown = {effect["feature"] for effect in document["models"][0]["effects"] if effect["unknown"]}
    assert unknown == {"potential"} and document["notes"][0]["params"] == TOLD
    pytest.importorskip("pysail", reason="the second engine is not installed (extra visavis[sail])")
    sail = SailEngine(tmp_path)
    try:
        assert_equal(ours, _computed(sail))
    finally:
        sail.close()


def test_who_has_nothing_else_is_left_out() -> None:
    rows = pa.table({"id": [1, 2], "potential": [5.0, 7.0], "potential_currency": ["EUR", "USD"]})
    known, others = in_currency(rows, "EUR")
    assert known.to_pylist() == [{"id": 1, "potential": 5.0}] and others == {"potential": 1}


async def _filled(database: Database) -> Shop:
    """200 companies, half of them small; every tenth has its revenue in won."""
    shop = await open_shop(database)
    async with shop.db.transaction() as tx:
        await tx.execute(
            "insert into company (name, employees, industry, annual_revenue, annual_revenue_currency) select 'C' || k,"
            " 10 + k % 7, case when (k % 2 = 1) = (k % 10 < 8) then 'gone' else 'there' end,"
            " case when k % 10 = 0 then 1000000 when k % 2 = 0 then 900 else 30 end,"
            " case when k % 10 = 0 then 'KRW' else 'EUR' end from generate_series(1, 200) k"
        )
    return shop


FIELDS = {"clusters_fields": ["employees", "annual_revenue"], "clusters_most": 3}
LEARNED = {"leaving_field": "industry", "leaving_gone": "gone", "leaving_from": ["annual_revenue"]}


async def test_groups_and_their_page_leave_other_currencies_out(database: Database, tmp_path: Path) -> None:
    """And nobody hears of the run of a method that makes only fields hidden from them."""
    shop = await _filled(database)
    async with shop.context() as ctx:
        await api.set_method(ctx, "clusters", FIELDS)
        await api.set_method(ctx, "leaving", LEARNED)
    report = await api.refresh(shop.db, tmp_path, methods=("clusters", "leaving"))
    assert sum("another currency" in warning for warning in report.warnings) == 2
    async with shop.context() as ctx:
        told = await api.clusters_told(ctx, "company")
        runs = {run["method"]: run for run in await api.runs(ctx) if run["object"] == "company"}
    assert told["all"]["customers"] == 180
    assert {group["medians"]["annual_revenue"] for group in told["clusters"]} == {900, 30}
    assert {"other_currency"} == {note["code"] for note in told["notes"] if note["params"].get("rows") == 20}
    for method in ("clusters", "leaving"):
        assert [note["params"]["rows"] for note in runs[method]["notes"] if note["code"] == "other_currency"] == [20]
    assert (await api.refresh(shop.db, tmp_path, methods=("clusters", "leaving"))).up_to_date
    await shop.change("company", await shop.db.value("select min(id) from company"), annual_revenue_currency="USD")
    again = await api.refresh(shop.db, tmp_path, methods=("clusters",))
    assert not again.up_to_date and "annual_revenue: 21 in another" in again.warnings[0]
    policy = replace(overlaid({"manager": {"company": {"hidden": ["annual_revenue"]}}}), made_of=await made_of(shop.db))
    async with shop.context(Actor(user_id=1, role="manager", policy=policy)) as ctx:
        hidden = {run["method"]: run for run in await api.runs(ctx) if run["object"] == "company"}
        with pytest.raises(Forbidden):
            await api.clusters_told(ctx, "company")
    assert hidden["value"]["rows"] == runs["value"]["rows"]
    for method in ("clusters", "leaving"):
        assert [hidden[method][name] for name in ("rows", "notes", "warnings", "drift")] == [None, [], [], None]


async def test_churn_by_columns_takes_the_currency_of_the_workspace(database: Database) -> None:
    shop = await _filled(database)
    async with shop.context() as ctx:
        told = await api.churn_of(ctx, "company", "industry", "gone", ["annual_revenue"], [], tenure="annual_revenue")
        await ctx.tx.execute("insert into setting (key, value) values ('workspace', '{\"currency\": \"KRW\"}')")
        turned = await api.churn_of(ctx, "company", "industry", "gone", ["annual_revenue"], [])
    note = {"column": "annual_revenue", "currency": "EUR", "rows": 20}
    assert [each["params"] for each in told["notes"] if each["code"] == "other_currency"] == [note]
    assert told["survival"]["n"] == 180
    assert [each["params"]["rows"] for each in turned["notes"] if each["code"] == "other_currency"] == [180]


async def test_a_cost_in_another_currency_is_unknown(database: Database, tmp_path: Path) -> None:
    """Of a line as of its product; what the product costs does not stand in for what the line cost."""
    shop = await open_shop(database)
    won = await shop.add("product", code="W", name="Won", cost=Decimal(1_000), cost_currency="KRW")
    euro = await shop.add("product", code="E", name="Euro", cost=Decimal(4), cost_currency="EUR")
    margins: dict[int, Decimal | None] = {}
    for product, cost, currency, margin in (
        (won, None, None, None),
        (euro, None, None, Decimal(6)),
        (euro, Decimal(3), "EUR", Decimal(7)),
        (euro, Decimal(3_000), "KRW", None),
    ):
        company = await shop.add("company", name=f"C{len(margins)}")
        invoice = await shop.sell(D(2024, 3, 1), 10.0, company=company)
        line = await shop.db.value("select id from invoice_line where invoice = $1", invoice)
        await shop.change("invoice_line", line, product=product, cost=cost, cost_currency=currency)
        margins[company] = margin
    await api.refresh(shop.db, tmp_path, methods=("value",))
    rows = await shop.db.rows("select id, margin from derived_company")
    assert {row["id"]: row["margin"] for row in rows} == margins


async def test_a_measure_that_people_entered_has_its_classes(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database)
    added = [
        Change(
            f"x_{name}_potential", "field", name, {"name": "potential", "type": "money", "label": {"en": "Potential"}}
        )
        for name in ("company", "person")
    ]
    await change_catalogue(shop.db, BUILT_IN, added, None)
    shop = await open_shop(database)
    for k, (potential, currency) in enumerate(((900, "EUR"), (80, "EUR"), (20, "EUR"), (10**6, "KRW"))):
        company = await shop.add("company", name=f"C{k}", potential=potential, potential_currency=currency)
        await shop.sell(D(2024, 3, 1), 10.0, company=company)
    async with shop.context() as ctx:
        await api.save_settings(ctx, {"measure": "potential", "crosser": "in"})
    await api.refresh(shop.db, tmp_path, methods=("abc",))
    async with shop.context() as ctx:
        base = await api.base_summary(ctx, "company")
    assert {each["class"]: each["value"]["amount"] for each in base["classes"]} == {
        "A": "900.00",
        "B": "80.00",
        "C": "20.00",
    }
    assert [note["params"]["rows"] for note in base["notes"] if note["code"] == "other_currency"] == [1]
