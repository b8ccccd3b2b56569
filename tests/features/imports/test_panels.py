"""Files with many rows for each customer: sales and costs over time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.features.imports.conftest import Make
from visavis.access import SYSTEM
from visavis.catalogue import Catalogue
from visavis.features.imports import cells, panels, periods, proposing, reading
from visavis.features.imports.api import import_file
from visavis.features.imports.header import Header, Proposal
from visavis.features.imports.panels import Panel
from visavis.features.imports.plan import Period, Target
from visavis.features.runtime import Workspace
from visavis.objects import BUILT_IN

SMCRM = Path(__file__).parents[4] / "shared" / "data" / "smcrm"
FIXTURE = Path(__file__).with_name("shop_by_quarter.csv")
CATALOGUE = Catalogue(BUILT_IN)


def look(path: Path) -> tuple[Panel | None, Proposal]:
    kind = reading.format_of(path.name)
    options = reading.look(path, kind, {})
    source = reading.open_source(path, kind, options)
    panel = panels.look(source, cells.Style.of(options, "UTC"))
    head = source.head().cells
    samples = {c: cells.text_of(head.column(c)).drop_null().to_pylist() for c in head.schema.names}
    return panel, proposing.propose(Header(path.name, samples, CATALOGUE, SYSTEM, panel))[0]


def period_of(target: Target, field: str) -> Period:
    period = target.fields[field].period
    assert period is not None
    return period


def test_a_customer_by_quarter_is_sales_and_costs() -> None:
    panel, found = look(FIXTURE)
    assert panel is not None and panel.unique and panel.when.last == 6
    plan = found.plan
    assert [t.object for t in plan.targets] == ["company", "invoice", "invoice_line", "cost"]
    assert plan.target("company").fields["country"].column == "Country"
    assert plan.target("line").fields["amount"].column == "order_quantity"
    assert plan.target("cost_1").fields["kind"].value == "campaign"
    assert plan.whole == ["Customer", "Quarter"]
    assert {left.column: left.because for left in plan.left} == {"bought": "flag", "mailing_cost_sq": "square"}
    assert plan.belongs == {"size": "company", "crossbuy": "invoice"}


def test_numbered_periods_end_before_today() -> None:
    _, found = look(FIXTURE)
    period = period_of(found.plan.target("invoice"), "issued_at")
    assert (period.unit, period.first) == ("quarter", 1)
    after = periods.moved(datetime.fromisoformat(str(period.start)).date(), 6, "quarter")
    today = datetime.now(UTC).date()
    assert after <= today < periods.moved(after, 1, "quarter")
    assert period_of(found.plan.target("cost_1"), "occurred_on") == period


@pytest.mark.parametrize(
    ("header", "when", "unit"),
    [
        ("client_id,month,revenue", ("2024-01", "2024-02"), "month"),
        ("Client,Trimestru,Vanzari", ("2024 Q1", "2024-T2"), "quarter"),
        ("고객번호,분기,매출", ("2024년 1분기", "2024년 2분기"), "quarter"),
        ("客户编号,月份,销售额", ("202401", "202402"), "month"),
        ("לקוח,שנה,מכירות", ("2023", "2024"), "year"),
        ("account no,week,sales", ("2024-W01", "2024-W02"), "week"),
    ],
)
def test_named_periods_in_every_language(make: Make, header: str, when: tuple[str, str], unit: str) -> None:
    rows = "".join(f"{who},{day},{who}.50\n" for who in (1, 2, 3) for day in when)
    _, found = look(make("sales.csv", f"{header}\n{rows}"))
    period = period_of(found.plan.target("invoice"), "issued_at")
    assert (period.unit, period.start) == (unit, None)
    assert periods.day_of(when[0], "", period) is not None


def test_months_of_a_year_column(make: Make) -> None:
    rows = "".join(f"{who},{year},{month},{month}.5\n" for who in "ab" for year in (2023, 2024) for month in (1, 2, 3))
    _, found = look(make("sales.csv", f"customer,year,month,spend\n{rows}"))
    assert period_of(found.plan.target("invoice"), "issued_at") == Period(unit="month", year="year")
    assert found.plan.target("invoice").key.columns == ["customer", "year", "month"]


def test_rows_in_the_order_of_their_periods_are_read_to_the_end(make: Make) -> None:
    rows = "".join(f"{who},{month},{who % 9}.5\n" for month in range(1, 25) for who in range(20_000))
    panel, _ = look(make("long.csv", f"customer,month,spend\n{rows}"))
    assert panel is not None and (panel.when.first, panel.when.last) == (1, 24)


def test_purchases_by_day_without_numbers(make: Make) -> None:
    rows = "1,2024-01-05,9.90\n1,2024-01-05,5\n1,2024-02-01,7\n2,2024-03-01,3\n2,2024-03-09,4.5\n"
    _, found = look(make("log.csv", f"customer_id,date,amount\n{rows}"))
    assert [t.object for t in found.plan.targets] == ["company", "invoice", "invoice_line"]
    assert found.plan.target("invoice").fields["issued_at"].period is None


@pytest.mark.parametrize("column", ["paid", "AmountPaid", "amount_paid"])
def test_what_was_paid_numbers_no_rows(make: Make, column: str) -> None:
    rows = "1,2024-01,9.90\n1,2024-02,5\n2,2024-01,3\n2,2024-02,4.5\n"
    panel, _ = look(make("paid.csv", f"customer,month,{column}\n{rows}"))
    assert panel is not None and panel.amount == column


@pytest.mark.parametrize(
    "body",
    [
        "payment_id,customer_id,date,amount\n1,7,2024-01-05,3\n2,7,2024-02-05,4\n3,7,2024-03-05,5\n",
        "customer,month,colour\n1,1,red\n1,2,blue\n2,1,red\n2,2,blue\n",
        "customer,year_founded,revenue\n1,1990,5\n2,1991,6\n3,1992,7\n",
        "customer,month,revenue\n",
    ],
)
def test_other_files_are_no_such_file(make: Make, body: str) -> None:
    assert look(make("other.csv", body))[0] is None


@pytest.mark.parametrize(
    ("cell", "year", "unit", "day"),
    [
        ("1", "", "quarter", "2024-01-31"), ("2.0", "", "month", "2024-02-29"), ("3", "", "week", "2024-02-14"),
        ("13", "", "month", "2025-01-31"), ("0", "", "half", "2023-07-31"), ("x", "", "month", None),
        ("2024-Q3", "", "quarter", "2024-07-01"), ("Q3 2024", "", "quarter", "2024-07-01"), ("", "", "month", None),
        ("999999", "", "year", None), ("2024-13", "", "month", None), ("1.5", "", "month", None),
    ],
)  # fmt: skip
def test_the_first_day_of_a_period(cell: str, year: str, unit: periods.Unit, day: str | None) -> None:
    assert periods.day_of(cell, year, Period(unit=unit, start="2024-01-31")) == day


@pytest.mark.parametrize(("cell", "year", "day"), [("2", "2024.0", "2024-04-01"), ("5", "2024", None), ("1", "", None)])
def test_a_quarter_within_a_year(cell: str, year: str, day: str | None) -> None:
    assert periods.day_of(cell, year, Period(unit="quarter", year="year")) == day


async def _sums(workspace: Workspace) -> Mapping[str, object]:
    row = await workspace.db.row(
        "select (select count(*) from company) as companies, (select count(*) from invoice) as invoices,"
        " (select sum(amount) from invoice_line) as lines, (select sum(total) from invoice) as totals,"
        " (select count(*) from cost) as costs, (select sum(amount) from cost) as spent,"
        " (select count(*) from invoice where company is null) as lost"
    )
    assert row is not None
    return dict(row)


async def test_it_goes_in_once(workspace: Workspace) -> None:
    report = await import_file(workspace, FIXTURE, actor=SYSTEM)
    assert (report.rows, report.invalid) == (24, 0)
    assert report.assumed is not None and report.assumed.startswith("Quarter: no dates; quarter 1 is taken to begin on")
    sums = await _sums(workspace)
    assert (sums["companies"], sums["invoices"], sums["costs"], sums["lost"]) == (4, 19, 12, 0)
    assert float(str(sums["lines"])) == float(str(sums["totals"])) == pytest.approx(3018.29)
    names = await workspace.db.rows("select name, external_id, country from company order by name")
    assert [(r["name"], r["external_id"]) for r in names] == [(n, n) for n in ("1", "2", "3", "4")]
    back = await workspace.db.value("select count(*) from invoice where kind = 'credit_note'")
    again = await import_file(workspace, FIXTURE, actor=SYSTEM)
    assert (back, again.changed) == (1, False)


async def test_customers_stay_what_they_are(workspace: Workspace, make: Make) -> None:
    people = make("people.csv", "customer,age,gender\n1,30,f\n2,41,m\n3,28,f\n4,55,m\n")
    await import_file(workspace, people, actor=SYSTEM)
    report = await import_file(workspace, FIXTURE, actor=SYSTEM)
    assert {t["object"] for t in report.plan["targets"]} == {"person", "invoice", "invoice_line", "cost"}
    assert report.objects["person"]["created"] == 0
    assert await workspace.db.value("select count(*) from company") == 0


async def test_a_cell_that_is_no_amount_is_told(workspace: Workspace, make: Make) -> None:
    rows = "1,1,5.5\n1,2,many\n2,1,0\n2,2,7.25\n"
    report = await import_file(workspace, make("s.csv", f"customer,month,sales\n{rows}"), actor=SYSTEM)
    assert (report.rows, report.invalid, report.objects["invoice"]["created"]) == (4, 1, 2)


@pytest.mark.skipif(not SMCRM.exists(), reason="the published files lie in the shared data folder only")
async def test_the_published_files_meet(workspace: Workspace) -> None:
    report = await import_file(workspace, SMCRM / "customerRetentionTransactions.csv", actor=SYSTEM)
    assert (report.rows, report.invalid) == (6000, 0)
    assert report.objects["company"]["created"] == 500
    other = await import_file(workspace, SMCRM / "acquisitionRetention.csv", actor=SYSTEM)
    assert other.objects["company"]["created"] == 0
    assert not (await import_file(workspace, SMCRM / "customerRetentionTransactions.csv", actor=SYSTEM)).changed
    sums = await _sums(workspace)
    assert (sums["companies"], sums["invoices"], sums["costs"]) == (500, 3178, 2412)
