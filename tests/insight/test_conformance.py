"""Every analysis on DuckDB and on a second engine: equal values, or red."""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.insight.rows import PRODUCTS, Line, sale_line, table
from visavis.insight.analyses import ABC, ANALYSES, PROFIT, SERVING, VALUE
from visavis.insight.engine import DuckEngine, Engine, SparkEngine
from visavis.insight.refresh import Computed, compute
from visavis.insight.settings import Settings
from visavis.insight.star import SALE_LINE, STAR

BEHAVIOUR = ("churn", "xyz", "clusters", "preference", "basket", "next_offer")
"""Their cases stand in test_behaviour.py; the zone and the order of rows are tested here for all."""
OTHERS = tuple(analysis for analysis in ANALYSES if analysis.name not in BEHAVIOUR)

D = dt.date
PLAIN = Line(invoice=1, day=D(2024, 1, 31), amount=100.0, company=1, cost=60.0)

MESSY = [
    PLAIN,
    PLAIN.but(invoice=2, day=D(2024, 2, 29), amount=None),
    PLAIN.but(invoice=3, day=None),
    PLAIN.but(invoice=4, kind=None, status=None, number=None, currency=None),
    PLAIN.but(invoice=5, company=None, person=7, amount=12.5, cost=None),
    PLAIN.but(invoice=6, company=None, amount=999.99),
    PLAIN.but(invoice=7, company=2, amount=-30.0, quantity=-1, kind="credit_note", number="C7"),
    PLAIN.but(invoice=8, company=2, amount=30.0, kind="credit_note"),
    PLAIN.but(invoice=9, company=3, amount=0.0, quantity=0),
    PLAIN.but(invoice=10, company=4, amount=-5.0, quantity=1),
    PLAIN.but(invoice=11, company=5, status="draft"),
    PLAIN.but(invoice=12, company=5, status="void"),
    PLAIN.but(invoice=13, company=6, currency="USD"),
    PLAIN.but(invoice=14, company=8, amount=0.0001, cost=0.0),
    PLAIN.but(invoice=15, company=8, amount=0.0003, product="FEE"),
    PLAIN.but(invoice=16, company=1, day=D(2024, 3, 1), amount=50.0, cost=None),
]
TIES = [PLAIN.but(invoice=n, company=n % 23, day=D(2024, 1 + n % 3, 1), amount=10.0) for n in range(1, 70)]
RHYTHM = [
    PLAIN.but(
        invoice=100 * n + k,
        company=n,
        person=None,
        day=D(2024, 1, 1) + dt.timedelta(days=gap * k + n % 9),
        amount=5.0 + n % 7 + k,
        product_id=1 + (n + k) % 14,
    )
    for n in range(1, 90)
    for gap in [3 + n % 17]
    for k in range(1 + n % 6)
]
MIDNIGHT = [PLAIN.but(invoice=n, company=n, day=D(2023, 12, 31) + dt.timedelta(days=n % 2)) for n in range(1, 6)]
DEALS: list[dict[str, Any]] = [
    {"id": 1, "company_id": 1, "stage": "won", "amount": 5_000_000, "currency": "EUR", "closed_on": D(2024, 1, 5)},
    {"id": 2, "company_id": 77, "stage": "won", "amount": None, "currency": "EUR", "closed_on": D(2024, 1, 5)},
    {"id": 3, "person_id": 7, "stage": "won", "amount": 1, "currency": "EUR", "closed_on": D(2024, 1, 6)},
    {"id": 4, "company_id": 1, "stage": "lost", "amount": 9, "currency": "EUR", "closed_on": D(2024, 1, 7)},
    {"id": 5, "company_id": 1, "stage": "won", "amount": 9, "currency": "USD", "closed_on": None},
    {"id": 6, "stage": None, "amount": 9},
]

CASES: dict[str, tuple[list[Line], list[dict[str, Any]], Settings]] = {
    "messy": (MESSY, DEALS, Settings(fee_products=("FEE",))),
    "messy, textbook": (MESSY, DEALS, Settings(cleaning="textbook")),
    "assumed margin": (MESSY, DEALS, Settings(assumed_margin=Decimal("0.333"), lifetime_value="margin")),
    "ties": (TIES, [], Settings(as_of=D(2024, 6, 1))),
    "ties, crosser in": (TIES, [], Settings(crosser="in", cuts=(Decimal("33.33"), Decimal("66.67")))),
    "rhythm": (RHYTHM, [], Settings()),
    "rhythm, discounted": (RHYTHM, [], Settings(discount_rate=Decimal("0.1"), horizon_days=90)),
    "rhythm, a month": (RHYTHM, [], Settings(own={"purchase_opportunity": "month"})),
    "rhythm, a week": (RHYTHM, [], Settings(own={"purchase_opportunity": "week", "lifetime_model": "bgnbd"})),
    "rhythm, a quarter": (RHYTHM, [], Settings(own={"purchase_opportunity": "quarter"}, horizon_days=400)),
    "rhythm, Pareto": (RHYTHM, [], Settings(own={"lifetime_model": "paretonbd"}, discount_rate=Decimal("0.05"))),
    "period": (RHYTHM, DEALS, Settings(period=(D(2024, 1, 10), D(2024, 2, 10)), as_of=D(2024, 3, 1))),
    "before everything": (RHYTHM, DEALS, Settings(as_of=D(2020, 1, 1))),
    "measure won": (MESSY, DEALS, Settings(measure="won_value")),
    "measure margin": (MESSY, DEALS, Settings(measure="margin")),
    "weighed": (
        RHYTHM,
        DEALS,
        Settings(
            measure="key_index", own={"key_index_weights": {"revenue_net": 1, "recency_days": -2, "p_alive": 0.5}}
        ),
    ),
    "midnight": (MIDNIGHT, [], Settings()),
    "one customer": ([PLAIN], [], Settings()),
    "only returns": ([MESSY[6]], [], Settings()),
    "empty": ([], [], Settings(as_of=D(2024, 1, 1))),
}


@pytest.mark.parametrize("case", CASES)
def test_both_engines_agree(case: str, second: SparkEngine, tmp_path: Path) -> None:
    lines, deals, settings = CASES[case]
    store(tmp_path, lines, deals)
    second.snapshots = tmp_path
    with duckdb.connect() as connection:
        ours = compute(duck(connection, tmp_path), settings, analyses=OTHERS)
    assert_equal(ours, compute(second, settings, analyses=OTHERS))


def test_the_zone_of_the_machine_does_not_matter(second: SparkEngine, tmp_path: Path) -> None:
    """Half an hour before midnight it is the next day in Seoul, and evening in New York."""
    store(tmp_path, MIDNIGHT + RHYTHM + MESSY, DEALS, product=PRODUCTS, **COSTS)
    second.snapshots = tmp_path
    with duckdb.connect() as connection:
        engine = duck(connection, tmp_path)
        ours = compute(engine, Settings())
        for zone in ("Asia/Seoul", "America/New_York"):
            connection.execute(f"set timezone = '{zone}'")
            assert_equal(ours, compute(engine, Settings()))
    second.session.conf.set("spark.sql.session.timeZone", "Asia/Seoul")
    try:
        assert_equal(ours, compute(second, Settings()))
    finally:
        second.session.conf.set("spark.sql.session.timeZone", "UTC")


def test_what_is_kept_is_the_same_over_the_wire_and_where_it_lies(second: SparkEngine, tmp_path: Path) -> None:
    snapshots = tmp_path / "snapshots"
    snapshots.mkdir()
    store(snapshots, MESSY, [])
    schema = pa.schema([("line_id", pa.int64()), ("amount", pa.int64()), ("issued_on", pa.date32())])
    found = []
    for near in (True, False):
        engine = SparkEngine(second.session, snapshots, near)
        lines = engine.table("sale_line")
        both = (lines, lines.where(engine.F.col("line_id") < 0))
        found += [engine.arrow(engine.keep("lines", each), schema).sort_by("line_id") for each in both]
    assert found[0].num_rows == len(MESSY) and found[1].num_rows == 0
    assert found[:2] == found[2:]


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    store(tmp_path, TIES + MESSY, DEALS)
    shutil.copytree(tmp_path, tmp_path / "turned")
    turned = table(SALE_LINE.types, sale_line(TIES + MESSY)).take(list(range(len(TIES + MESSY)))[::-1])
    pq.write_table(turned, tmp_path / "turned" / "sale_line.parquet")
    with duckdb.connect() as one, duckdb.connect() as two:
        first, second = compute(duck(one, tmp_path), Settings()), compute(duck(two, tmp_path / "turned"), Settings())
    assert_equal(first, second)


def store(folder: Path, lines: list[Line], deals: list[dict[str, Any]], **more: list[dict[str, Any]]) -> None:
    rows = {"sale_line": sale_line(lines), "deal": deals} | more
    for star in STAR:
        pq.write_table(table(star.types, rows.get(star.name, [])), folder / f"{star.name}.parquet")


def duck(connection: Any, folder: Path) -> Engine:
    for star in STAR:
        connection.execute(f"create table {star.name} as from '{folder / star.name}.parquet'")
    return DuckEngine(connection)


def assert_equal(one: Computed, two: Computed) -> None:
    assert one.settings == two.settings
    assert one.reconciliation.to_pylist() == two.reconciliation.to_pylist()
    for ours, theirs in zip(one.bases, two.bases, strict=True):
        for a, b in zip(ours.outcomes, theirs.outcomes, strict=True):
            assert _by_id(a.rows) == _by_id(b.rows), (ours.customer, a.analysis.name)
            assert a.document == b.document
        assert sorted(map(str, ours.months.to_pylist())) == sorted(map(str, theirs.months.to_pylist()))


def _by_id(rows: pa.Table) -> list[dict[str, Any]]:
    return sorted(rows.to_pylist(), key=lambda row: row["id"])


COSTS: dict[str, list[dict[str, Any]]] = {
    "activity": [
        {"id": 1, "company_id": 1, "kind": "call", "day": D(2024, 2, 1), "minutes": 125_000},
        {"id": 2, "company_id": 1, "kind": "visit", "day": D(2024, 2, 28)},
        {"id": 3, "company_id": 2, "kind": "call", "day": D(2023, 1, 1), "minutes": 10_000},
        {"id": 4, "person_id": 7, "kind": "meeting", "day": D(2024, 1, 2), "ticket_id": 20},
        {"id": 5, "company_id": 1, "kind": "call", "day": D(2030, 1, 1), "minutes": 10_000},
        {"id": 6, "company_id": 3, "kind": "note", "day": D(2024, 2, 1)},
        {"id": 7, "company_id": 4, "kind": "call", "minutes": 10_000},
        {"id": 8, "kind": "call", "day": D(2024, 2, 1), "minutes": 10_000},
    ],
    "ticket": [
        {"id": 20, "person_id": 7, "priority": "urgent", "opened_on": D(2024, 1, 1)},
        {"id": 21, "company_id": 8, "priority": None, "opened_on": D(2024, 1, 1)},
        {"id": 22, "company_id": 2, "priority": "low", "opened_on": D(2024, 1, 3)},
    ],
    "payment": [
        {"id": 30, "invoice_id": 1, "company_id": 1, "paid_on": D(2024, 2, 9), "amount": 400_000, "currency": "EUR"},
        {"id": 31, "invoice_id": 1, "company_id": 1, "paid_on": D(2025, 2, 9), "amount": 400_000, "currency": "EUR"},
        {"id": 32, "invoice_id": 14, "paid_on": D(2024, 1, 1), "amount": 1_000_000, "currency": "EUR"},
    ],
    "cost": [
        {"id": 40, "company_id": 2, "kind": "ticket", "day": D(2024, 1, 3), "amount": 33_333, "ticket_id": 22},
        {"id": 41, "company_id": 3, "kind": "campaign", "day": D(2024, 1, 3), "amount": 50_000, "currency": "EUR"},
        {"id": 42, "company_id": 3, "kind": "time", "day": D(2024, 1, 3), "quantity": 15_000},
        {"id": 43, "company_id": 1, "kind": "delivery", "day": D(2024, 1, 31), "amount": 70_000, "invoice_id": 1},
        {"id": 44, "company_id": 4, "kind": None, "day": D(2024, 1, 31), "amount": -1, "currency": "EUR"},
        {"id": 45, "company_id": 4, "kind": "discount", "day": D(2024, 1, 31), "amount": 10_000, "currency": "EUR"},
    ],
    "cost_rate": [
        {"id": 1, "driver": "call", "unit": "hour", "amount": 600_000, "valid_from": D(2023, 6, 1)},
        {"id": 2, "driver": "call", "unit": "hour", "amount": 700_001, "valid_from": D(2024, 2, 1)},
        {"id": 3, "driver": "call", "unit": "hour", "amount": 650_003, "valid_from": D(2024, 2, 1)},
        {"id": 4, "driver": "visit", "unit": "hour", "amount": 9, "minutes": 900_000, "valid_from": D(2023, 6, 1)},
        {"id": 5, "driver": "ticket", "unit": "each", "amount": 120_000, "valid_from": D(2023, 6, 1)},
        {"id": 6, "driver": "ticket.urgent", "unit": "each", "amount": 350_000, "valid_from": D(2023, 6, 1)},
        {"id": 7, "driver": "delivery", "unit": "each", "amount": 45_000, "valid_from": D(2024, 2, 1)},
        {"id": 8, "driver": "return", "unit": "each", "amount": 25_000, "valid_from": D(2023, 2, 1)},
        {"id": 9, "driver": "credit", "unit": "per_cent_year", "amount": 83_333, "valid_from": D(2023, 2, 1)},
        {"id": 10, "driver": "note", "unit": "each", "amount": 5, "currency": "USD", "valid_from": D(2023, 2, 1)},
        {"id": 11, "driver": "time", "unit": "hour", "amount": None, "valid_from": D(2024, 1, 1)},
    ],
    "company": [{"id": 9, "name": None, "trashed": True}, {"id": 1, "name": "One", "trashed": False}],
}  # fmt: skip
for _rate in COSTS["cost_rate"]:
    _rate.setdefault("currency", "EUR")


COSTED: dict[str, tuple[list[Line], Settings]] = {
    "messy": ([*MESSY, PLAIN.but(invoice=90, company=9), *RHYTHM], Settings()),
    "assumed margin": ([*MESSY, *RHYTHM], Settings(assumed_margin=Decimal("0.3"))),
    "ties": (TIES, Settings()),
    "one customer": ([PLAIN], Settings()),
    "only returns": ([MESSY[6]], Settings()),
    "empty": ([], Settings()),
}


@pytest.mark.parametrize("case", COSTED)
def test_both_engines_agree_on_costs(case: str, second: SparkEngine, tmp_path: Path) -> None:
    lines, settings = COSTED[case]
    store(tmp_path, lines, DEALS, **COSTS)
    second.snapshots = tmp_path
    settings = settings.at(D(2024, 6, 1))
    analyses = [VALUE, ABC, PROFIT, SERVING]
    with duckdb.connect() as connection:
        ours = compute(duck(connection, tmp_path), settings, analyses=analyses)
    assert_equal(ours, compute(second, settings, analyses=analyses))
    if case == "messy":
        rows = {row["id"]: row for row in ours.bases[0].outcomes[2].rows.to_pylist()}
        assert rows[2]["service_cost"] is None and rows[8]["service_cost"] == 120_000 and 9 not in rows
        assert rows[3]["campaign_cost"] == 50_000 and rows[3]["sales_cost"] is None and rows[3]["net_profit"] is None
