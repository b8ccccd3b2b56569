"""Real files, unedited, by the plans that are proposed for them; the facts are those of their sources."""

from __future__ import annotations

import csv
import runpy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from visavis.access import SYSTEM
from visavis.features.imports.api import ImportReport, import_file
from visavis.features.runtime import Workspace

ROOT = Path(__file__).parents[3]
RETAIL = ROOT / "examples" / "online-retail"
MAVEN = ROOT / "examples" / "maven-crm"


async def bring(workspace: Workspace, path: Path) -> ImportReport:
    return await import_file(workspace, path, actor=SYSTEM, options={"currency": "GBP"})


async def facts(workspace: Workspace, sql: str) -> dict[str, Any]:
    row = await workspace.db.row(sql)
    assert row is not None
    return dict(row)


@pytest.mark.parametrize("order", [("accounts", "products", "sales_teams", "sales_pipeline"),
                                   ("sales_pipeline", "sales_teams", "products", "accounts")])  # fmt: skip
async def test_a_pipeline_with_its_accounts_in_any_order(workspace: Workspace, order: tuple[str, ...]) -> None:
    for name in order:
        assert (await bring(workspace, MAVEN / f"{name}.csv")).invalid == 0
    assert await facts(workspace, """
        select (select count(*) from company) as companies, (select count(*) from deal) as deals,
            (select count(*) from "user") as users, (select count(*) from product) as products,
            (select count(*) from deal where stage = 'won') as won,
            (select sum(amount) from deal where stage = 'won') as won_sum,
            (select count(*) from deal where company is null) as bare,
            (select count(distinct owner) from deal) as sellers,
            (select count(*) from company where parent is not null) as children
    """) == {
        "companies": 85, "deals": 8800, "users": 35, "products": 8, "won": 4238, "won_sum": Decimal(10_005_534),
        "bare": 1425, "sellers": 30, "children": 15,
    }  # fmt: skip
    for name in order:
        assert not (await bring(workspace, MAVEN / f"{name}.csv")).changed
    shares = await workspace.db.rows(
        "select sum(amount) as won from deal where stage = 'won' and company is not null"
        " group by company order by 1 desc"
    )
    top = sum(row["won"] for row in shares[:17]) / sum(row["won"] for row in shares)
    assert len(shares) == 85 and round(top * 100, 1) == Decimal("31.7")


async def test_half_a_million_sales_lines(workspace: Workspace) -> None:
    people = await bring(workspace, RETAIL / "customers.csv")
    assert {name: found["created"] for name, found in people.objects.items()} == {
        "company": 4372, "person": 4372, "employment": 4372,
    }  # fmt: skip
    report = await bring(workspace, RETAIL / "online_retail.parquet")
    assert (report.rows, report.invalid) == (541_909, 0)
    assert {name: found["created"] for name, found in report.objects.items()} == {
        "company": 0, "product": 4070, "invoice": 25_900, "invoice_line": 541_909,
    }  # fmt: skip
    assert report.objects["company"]["unchanged"] == 4372
    assert await facts(workspace, """
        select count(*) as lines, sum(l.amount) as amount, count(*) filter (where i.company is null) as unassigned,
            count(*) filter (where i.kind = 'credit_note') as cancelled, count(distinct i.company) as customers,
            sum(l.amount) filter (where i.company is not null and i.kind = 'invoice' and l.quantity > 0
                and l.unit_price > 0) as textbook,
            count(*) filter (where i.company is not null and i.kind = 'invoice' and l.quantity > 0
                and l.unit_price > 0) as textbook_lines
        from invoice_line l join invoice i on i.id = l.invoice
    """) == {
        "lines": 541_909, "amount": Decimal("9747747.9340"), "unassigned": 135_080, "cancelled": 9_288,
        "customers": 4372, "textbook": Decimal("8911407.9040"), "textbook_lines": 397_884,
    }  # fmt: skip
    assert await workspace.db.value("select sum(total) from invoice") == Decimal("9747747.9340")
    assert await workspace.db.value("select count(*) from company where name ~ '^[0-9]+$'") == 0
    assert await workspace.db.value("select count(*) from event") == 3 * 4372 + 4070 + 25_900 + 541_909


def test_the_made_up_customers_are_as_their_script_makes_them() -> None:
    made = runpy.run_path(str(RETAIL / "make_customers.py"))
    with (RETAIL / "customers.csv").open(encoding="utf-8", newline="") as file:
        header, *written = csv.reader(file)
    fresh = [[str(cell) for cell in row] for row in made["rows"]()]
    assert (tuple(header), written) == (made["HEADER"], fresh)
    assert len({row[1] for row in written}) == len({row[5] for row in written}) == 4372
    assert all(row[5].endswith("@example.com") for row in written)
