"""Published data sets beside the checkout; the tests that need one skip with a reason where it is missing."""

from __future__ import annotations

import csv
import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("VISAVIS_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
CDNOW = ROOT / "cdnow" / "CDNOW_sample.txt"
ONLINE_RETAIL = ROOT / "online_retail" / "online_retail.parquet"
MAVEN = ROOT / "maven_crm_sales"
TELCO = ROOT / "telco" / "Telco-Customer-Churn.csv"
WHOLESALE = ROOT / "wholesale" / "wholesale_customers.csv"
GROCERIES = ROOT / "groceries" / "groceries.csv"


def needs(path: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not path.exists(), reason=f"the published data set {path.name} is missing")


@dataclass(frozen=True)
class Purchase:
    customer: int
    day: dt.date
    value: float


def cdnow(end: dt.date) -> list[Purchase]:
    """CDNOW purchases up to and including `end`, one per customer and day, in order of customer and day."""
    days: dict[tuple[int, dt.date], float] = {}
    for line in CDNOW.read_text().splitlines():
        _, customer, day, _, dollars = line.split()
        key = (int(customer), dt.date.fromisoformat(day))
        if key[1] <= end:
            days[key] = days.get(key, 0.0) + float(dollars)
    return [Purchase(customer, day, value) for (customer, day), value in sorted(days.items())]


def maven(name: str) -> list[dict[str, str]]:
    with (MAVEN / name).open(newline="") as file:
        return list(csv.DictReader(file))


def telco() -> list[dict[str, str]]:
    with TELCO.open(newline="") as file:
        return list(csv.DictReader(file))
