"""The published data sets: where they lie, and how they are read."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

CDNOW = "cdnow/CDNOW_sample.txt"
ONLINE_RETAIL = "online_retail/online_retail.parquet"
MAVEN_ACCOUNTS = "maven_crm_sales/accounts.csv"
MAVEN_PIPELINE = "maven_crm_sales/sales_pipeline.csv"
TELCO = "telco/Telco-Customer-Churn.csv"
GROCERIES = "groceries/groceries.csv"
GETTING = {
    CDNOW: "from brucehardie.com/datasets (CDNOW_sample.zip)",
    TELCO: "from github.com/IBM/telco-customer-churn-on-icp4d, folder data",
    GROCERIES: 'from R: data("Groceries", package = "arules"); arules::write(Groceries, "groceries.csv", format = '
    '"basket", sep = ",", quote = FALSE)',
}
"""How to get those that do not come with the product."""
_ALIKE = {"online_retail": "online-retail", "maven_crm_sales": "maven-crm"}

_SALE_LINES = """
insert into sale_line by name
select row_number() over () as line_id, dense_rank() over (order by InvoiceNo) as invoice_id,
    InvoiceNo as invoice_number, if(InvoiceNo like 'C%', 'credit_note', 'invoice') as invoice_kind,
    'paid' as invoice_status, CustomerID as company_id, StockCode as product_code,
    InvoiceDate::timestamp as issued_at, InvoiceDate::date as issued_on, Quantity * 10000 as quantity,
    round(UnitPrice * 10000)::bigint as unit_price, Quantity * round(UnitPrice * 10000)::bigint as amount,
    'GBP' as currency
from read_parquet(?)
"""

_DEALS = """
insert into deal by name
select row_number() over () as id, a.number as company_id, lower(p.deal_stage) as stage,
    coalesce(p.close_value, 0)::bigint * 10000 as amount, 'USD' as currency, p.close_date as closed_on
from read_csv(?) p left join (select account, row_number() over () as number from read_csv(?)) a using (account)
"""


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a customer paid on a day."""

    customer: int
    day: dt.date
    value: float


@dataclass
class Folder:
    """Folders that are searched in order, and what has been worked out from them: several checks share one reading."""

    places: tuple[Path, ...]
    _kept: dict[str, Any] = field(default_factory=dict)

    def find(self, name: str) -> Path | None:
        """The file of that name, or of the name under which it comes with the product."""
        head, _, rest = name.partition("/")
        names = [name, f"{_ALIKE[head]}/{rest}"] if head in _ALIKE else [name]
        found = (place / each for place in self.places for each in names)
        return next((path for path in found if path.is_file()), None)

    def path(self, name: str) -> Path:
        """Raises FileNotFoundError where no folder has the file."""
        found = self.find(name)
        if found is None:
            raise FileNotFoundError(name)
        return found

    def once(self, name: str, work: Callable[[], T]) -> T:
        """The result of `work`, which is done at the first asking."""
        if name not in self._kept:
            self._kept[name] = work()
        kept: T = self._kept[name]
        return kept

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a CSV file with a header."""
        with self.path(name).open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))

    def cdnow(self, end: dt.date) -> list[Purchase]:
        """CDNOW purchases up to and including `end`, one per customer and day, in order of customer and day."""
        days: dict[tuple[int, dt.date], float] = {}
        for line in self.path(CDNOW).read_text(encoding="ascii").splitlines():
            _, customer, day, _, dollars = line.split()
            key = (int(customer), dt.date.fromisoformat(day))
            if key[1] <= end:
                days[key] = days.get(key, 0.0) + float(dollars)
        return [Purchase(customer, day, value) for (customer, day), value in sorted(days.items())]

    def cdnow_customers(self, end: dt.date) -> list[list[Purchase]]:
        """The same, a list per customer."""
        return [list(each) for _, each in groupby(self.cdnow(end), key=lambda p: p.customer)]

    @contextmanager
    def retail(self) -> Iterator[Any]:
        """A warehouse of its own with the sale lines of Online Retail; companies are its customers."""
        with _warehouse() as connection:
            connection.execute(_SALE_LINES, [str(self.path(ONLINE_RETAIL))])
            yield connection

    @contextmanager
    def maven(self) -> Iterator[Any]:
        """A warehouse of its own with the deals of the Maven sales pipeline."""
        with _warehouse() as connection:
            connection.execute(_DEALS, [str(self.path(MAVEN_PIPELINE)), str(self.path(MAVEN_ACCOUNTS))])
            yield connection


@contextmanager
def _warehouse() -> Iterator[Any]:
    import duckdb

    from visavis.insight.engine import prepare
    from visavis.insight.warehouse import create_tables

    with duckdb.connect() as connection:
        prepare(connection)
        create_tables(connection)
        yield connection
