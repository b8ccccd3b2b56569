"""Churn by declared columns, over the records that a reader may see."""

from __future__ import annotations

import pytest

from tests.insight.data import TELCO, needs, telco
from tests.insight.workspace import Shop, open_shop
from visavis.insight import api
from visavis.kernel.errors import BadRequest
from visavis.store import Database


@pytest.fixture
async def shop(database: Database) -> Shop:
    """Telco customers in the fields that a company has: terms as industry and country, months as employees."""
    shop = await open_shop(database)
    rows = telco() if TELCO.exists() else []
    async with shop.db.transaction() as tx:
        await tx.execute(
            "insert into company (name, industry, country, address, employees, annual_revenue, annual_revenue_currency,"
            " founded, note)"
            " select n, i, c, null, e, r, 'EUR', f, w from unnest($1::text[], $2::text[], $3::text[], $4::bigint[],"
            " $5::numeric[], $6::bigint[], $7::text[]) t(n, i, c, e, r, f, w)",
            [row["Churn"] for row in rows],
            [row["Contract"] for row in rows],
            [row["InternetService"] for row in rows],
            [int(row["tenure"]) for row in rows],
            [row["MonthlyCharges"] for row in rows],
            [1 if row["Churn"] == "Yes" else 0 for row in rows],
            ["" for _ in rows],
        )
    return shop


@needs(TELCO)
async def test_columns_tell_who_goes_and_leaks_are_named(shop: Shop) -> None:
    honest = ["industry", "country", "employees", "annual_revenue"]
    async with shop.context() as ctx:
        told = await api.churn_of(ctx, "company", "name", "Yes", honest, [])
        leaking = await api.churn_of(ctx, "company", "name", "Yes", [*honest, "founded"], [])
        marked = await api.churn_of(ctx, "company", "name", "Yes", [*honest, "founded"], ["founded"])
    assert told["n"] == 7_043 and told["events"] == 1_869
    assert 0.82 < told["quality"]["auc"] < 0.86 and len(told["quality"]["calibration"]) == 10
    assert {note["code"] for note in leaking["notes"]} >= {"leak_column", "leak_model"}
    assert [note["code"] for note in marked["notes"]] == ["known_after"]
    assert marked["quality"]["auc"] == told["quality"]["auc"]


async def test_what_is_no_column_is_said(database: Database) -> None:
    shop = await open_shop(database)
    async with shop.context() as ctx:
        empty = await api.churn_of(ctx, "company", "industry", "gone", None, [])
        assert empty["quality"] is None and empty["notes"][-1]["code"] == "too_few_events"
        for name, target, features in (
            ("deal", "stage", None),
            ("company", "nothing", None),
            ("company", "employees", None),
            ("company", "industry", ["address"]),
        ):
            with pytest.raises(BadRequest):
                await api.churn_of(ctx, name, target, "x", features, [])


@needs(TELCO)
async def test_how_long_they_stay_and_what_is_left_out(shop: Shop) -> None:
    async with shop.context() as ctx:
        told = await api.churn_of(
            ctx, "company", "name", "Yes", None, [], without=["annual_revenue"], tenure="employees"
        )
        with pytest.raises(BadRequest):
            await api.churn_of(ctx, "company", "name", "Yes", None, [], tenure="industry")
    assert told["features"] == ["industry", "country", "employees", "founded"]
    points = {point["time"]: point["survival"] for point in told["survival"]["points"]}
    assert points[72.0] == pytest.approx(0.5928, abs=5e-5)
    assert told["survival"]["median"] is None
