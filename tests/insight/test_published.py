"""The analyses against published figures, on the whole of published data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.insight.data import CDNOW, MAVEN, ONLINE_RETAIL, cdnow, maven, needs
from tests.insight.rows import UNIT, Line, sale_line, table
from visavis.insight.analyses import ABC, ANALYSES, LIFETIME, RFM, VALUE, Analysis
from visavis.insight.engine import DuckEngine
from visavis.insight.refresh import compute
from visavis.insight.settings import Settings
from visavis.insight.warehouse import DEAL, SALE_LINE, create_tables

AS_OF = dt.date(2011, 12, 10)
RELATIONAL = (VALUE, ABC, RFM)

LOAD = """
insert into sale_line
select row_number() over (), dense_rank() over (order by InvoiceNo), InvoiceNo,
    if(InvoiceNo like 'C%', 'credit_note', 'invoice'), 'paid', CustomerID, null, null, StockCode,
    InvoiceDate::timestamp, InvoiceDate::date, Quantity * 10000, round(UnitPrice * 10000)::bigint,
    Quantity * round(UnitPrice * 10000)::bigint, null, 'GBP', null, 0, null, null
from '{path}'
"""


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Any]:
    with duckdb.connect() as connection:
        create_tables(connection)
        yield connection


@pytest.fixture(scope="module")
def retail(warehouse: Any) -> Any:
    warehouse.execute("delete from sale_line")
    warehouse.execute(LOAD.format(path=ONLINE_RETAIL))
    return warehouse


def results(
    connection: Any, settings: Settings, customer: int = 0, analyses: Sequence[Analysis] = ANALYSES
) -> dict[str, Any]:
    """Columns of all analyses as arrays by name, nulls dropped."""
    engine = DuckEngine(connection)
    computed = compute(engine, settings, analyses=analyses)
    engine.close()
    found: dict[str, Any] = {"computed": computed}
    for outcome in computed.bases[customer].outcomes:
        found[outcome.analysis.name] = outcome.rows
        found |= {name: outcome.rows.column(name).drop_null() for name in outcome.analysis.outputs}
    return found


@needs(ONLINE_RETAIL)
def test_online_retail_with_the_textbook_cleaning(retail: Any) -> None:
    found = results(retail, Settings(cleaning="textbook", currency="GBP", as_of=AS_OF), analyses=RELATIONAL)
    sales = [
        r
        for r in found["computed"].reconciliation.to_pylist()
        if (r["customer_kind"], r["bucket"]) == ("company", "sale")
    ]
    assert [row["lines"] for row in sales] == [397_884]
    revenue = np.sort(found["revenue_net"].to_numpy())[::-1]
    assert len(revenue) == 4_338
    assert round(Decimal(int(revenue.sum())) / UNIT, 2) == Decimal("8911407.90")
    assert round(revenue[:867].sum() / revenue.sum(), 3) == 0.746
    classes = found["abc_class"].to_pylist()
    assert (classes.count("A"), classes.count("A") + classes.count("B")) == (1_132, 2_601)
    assert np.median(found["recency_days"]) == 51
    assert round(float(np.mean(found["frequency"])), 3) == 4.272
    assert Decimal(int(np.median(found["monetary"]))) / UNIT == Decimal("674.485")


@needs(ONLINE_RETAIL)
def test_who_crosses_the_line_is_a_setting(retail: Any) -> None:
    settings = Settings(cleaning="textbook", currency="GBP", as_of=AS_OF, crosser="in")
    inside = results(retail, settings, analyses=RELATIONAL)
    classes = inside["abc_class"].to_pylist()
    assert (classes.count("A"), classes.count("A") + classes.count("B")) == (1_133, 2_602)


@needs(ONLINE_RETAIL)
def test_online_retail_net_of_returns_reconciles_to_the_file(retail: Any) -> None:
    found = results(retail, Settings(currency="GBP"), analyses=RELATIONAL)
    rows = {
        (r["customer_kind"], r["bucket"]): (r["lines"], r["raw"]) for r in found["computed"].reconciliation.to_pylist()
    }
    whole = retail.execute("select count(*), sum(amount)::bigint from sale_line").fetchone()
    assert (sum(lines for lines, _ in rows.values()), sum(raw for _, raw in rows.values())) == whole
    assert whole == (541_909, 97_477_479_340)
    assert rows["company", "sale"] == (397_884, 89_114_079_040)
    assert rows["company", "credit_note"] == (8_905, -6_113_420_900)
    assert sum(int(value) for value in found["revenue_net"].to_pylist()) == 83_000_658_140
    assert found["computed"].settings.as_of == AS_OF
    assert found["value"].num_rows == 4_372
    unassigned = sum(raw for (who, _), (_, raw) in rows.items() if who == "none")
    assert unassigned == 14_476_821_200


@needs(ONLINE_RETAIL)
def test_a_profile_uses_nothing_after_its_day(retail: Any) -> None:
    day = dt.date(2011, 6, 1)
    before = results(retail, Settings(currency="GBP", as_of=day))
    with duckdb.connect() as connection:
        create_tables(connection)
        connection.execute(LOAD.format(path=ONLINE_RETAIL) + " where InvoiceDate < '2011-06-01'")
        alone = results(connection, Settings(currency="GBP", as_of=day))
    for name in ("value", "abc", "rfm", "lifetime", "cohorts"):
        assert before[name].sort_by("id").equals(alone[name].sort_by("id")), name


@needs(CDNOW)
def test_cdnow_through_the_engine(warehouse: Any) -> None:
    """The paper counts days on which somebody paid nothing; a purchase here is above zero, so they get 0.0001.

    Its model is named, because MBG/NBD fits these customers a little better and would be chosen.
    """
    lines = [
        Line(invoice=n, day=p.day, amount=max(p.value, 0.0001), company=p.customer)
        for n, p in enumerate(cdnow(dt.date(1998, 6, 30)))
    ]
    warehouse.execute("delete from sale_line")
    rows = table(SALE_LINE, sale_line(lines))
    warehouse.register("rows", rows)
    warehouse.execute("insert into sale_line from rows")
    warehouse.unregister("rows")
    day = Settings(as_of=dt.date(1997, 10, 1), horizon_days=39 * 7, own={"lifetime_model": "bgnbd"})
    found = results(warehouse, day, analyses=(LIFETIME,))
    document = found["computed"].bases[0].outcomes[0].document
    purchases, spend = document["models"]
    assert {k: round(v, 3) for k, v in purchases["params"].items()} == {
        "r": 0.243,
        "alpha": 4.414,
        "a": 0.793,
        "b": 2.426,
    }
    assert round(purchases["ll"], 1) == -9582.4 and purchases["n"] == 2357
    assert [round(v, 2) for v in spend["params"].values()] == [6.25, 3.74, 15.44]
    assert round(sum(found["expected_purchases"].to_pylist())) == 1653
    free = results(warehouse, replace(day, own={}), analyses=(LIFETIME,))
    choice = free["computed"].bases[0].outcomes[0].document["choice"]
    lls = {each["name"]: round(each["ll"], 1) for each in choice["candidates"]}
    assert lls == {"bgnbd": -9582.4, "mbgnbd": -9582.1, "paretonbd": -9595.0}
    assert (document["choice"]["why"], choice["chosen"], choice["why"]) == ("setting", "mbgnbd", "likelihood")
    assert choice["holdout"] == {"from": "1997-07-03", "customers": 2357}
    came = [p for p in cdnow(dt.date(1997, 9, 30)) if p.day >= dt.date(1997, 7, 3)]
    assert all(each["holdout"]["seen"] == len(came) for each in choice["candidates"])


@needs(MAVEN)
def test_maven_is_a_base_that_is_not_80_20(warehouse: Any) -> None:
    accounts = {row["account"]: number for number, row in enumerate(maven("accounts.csv"), start=1)}
    deals = [
        {
            "id": number,
            "company_id": accounts.get(row["account"]),
            "stage": row["deal_stage"].lower(),
            "amount": int(row["close_value"] or 0) * UNIT,
            "currency": "USD",
            "closed_on": dt.date.fromisoformat(row["close_date"]) if row["close_date"] else None,
        }
        for number, row in enumerate(maven("sales_pipeline.csv"), start=1)
    ]
    warehouse.execute("delete from sale_line")
    rows = table(DEAL, deals)
    warehouse.register("rows", rows)
    warehouse.execute("insert into deal from rows")
    warehouse.unregister("rows")
    found = results(warehouse, Settings(currency="USD", measure="won_value"))
    warehouse.execute("delete from deal")
    won = np.sort(found["won_value"].to_numpy())[::-1]
    assert len(won) == 85 and won.sum() == 10_005_534 * UNIT
    assert round(won[:17].sum() / won.sum(), 3) == 0.317
    assert found["abc_class"].to_pylist().count("A") == 58
    assert sum(found["won_count"].to_pylist()) == 4_238
    assert len(found["revenue_net"]) == 0
