"""Published files dropped on the page of a new workspace, as they are: import, second import, methods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.conftest import Product, Serving, shot

DATA = Path(__file__).parents[3] / "shared" / "data"
FILES = [DATA / "smcrm" / name for name in ("acquisitionRetention.csv", "customerRetentionTransactions.csv")]
WHOLESALE = DATA / "wholesale" / "wholesale_customers.csv"
RETAIL = DATA / "online_retail" / "online_retail.parquet"
CUT = 5_000

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the published files lie in the shared data folder only")


@pytest.fixture(scope="module")
def empty(product_dir: Path) -> Iterator[Product]:
    """A workspace with nothing in it: what others count must not change."""
    data_dir = product_dir / "empty"
    with Serving(data_dir) as url:
        yield Product(url, data_dir)
    Product("", data_dir).run("stop")


@pytest.fixture
def opened(browser: Browser, empty: Product) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(empty.run("sign-in-link", "--create", "--base", empty.url).strip())
    page.wait_for_url(re.compile(r"^(?!.*sign-in).*$"))
    yield page
    context.close()


def test_customers_over_time_dropped_with_their_table(opened: Page, empty: Product) -> None:
    opened.goto(f"{empty.url}/imports")
    opened.locator("input[type=file]").first.set_input_files(FILES)
    expect(opened.get_by_label("Make fields for columns that have none")).to_be_checked()
    opened.get_by_role("button", name="Import all").click()
    expect(opened.get_by_text(re.compile("no dates; quarter 1 is taken to begin on"))).to_be_visible(timeout=60_000)
    shot(opened, "import-over-time-together")
    _check(opened, empty, FILES[1], "All 6,000 rows are in order.")
    expect(opened.get_by_text("The dates are assumed")).to_be_visible()
    expect(opened.get_by_role("row", name="Companies")).to_have_text(re.compile(r"Companies00500\D*0"))
    opened.goto(f"{empty.url}/base")
    expect(opened.get_by_text("€811,847").first).to_be_visible(timeout=60_000)
    opened.goto(f"{empty.url}/methods")
    for method in ("Value", "ABC classes", "RFM segments", "Lifetime value", "Churn"):
        row = opened.get_by_role("row").filter(has=opened.get_by_role("link", name=method, exact=True))
        expect(row).to_contain_text("Up to date")


def test_spending_by_category_makes_groups(opened: Page, empty: Product) -> None:
    _check(opened, empty, WHOLESALE, "All 440 rows are in order.")
    _run(opened)
    _check(opened, empty, WHOLESALE, "All 440 rows are in order.")
    expect(opened.get_by_role("row", name="Companies")).to_have_text(re.compile(r"Companies004400"))
    opened.goto(f"{empty.url}/base/clusters")
    fields = opened.get_by_role("combobox", name="Customers alike in")
    for name in ("Fresh", "Milk", "Grocery"):
        fields.click()
        opened.get_by_role("option", name=name, exact=True).click()
    opened.get_by_role("button", name="Work it out").click()
    expect(opened.get_by_text(re.compile("440 customers · medians"))).to_be_visible(timeout=30_000)


def test_sales_lines_with_customers_written_as_decimals(opened: Page, empty: Product, tmp_path: Path) -> None:
    cut = pq.read_table(RETAIL).slice(0, CUT)
    at = cut.schema.get_field_index("CustomerID")
    texts = [f"{number}.0" if number else "" for number in cut["CustomerID"].to_pylist()]
    pacsv.write_csv(cut.set_column(at, "CustomerID", [texts]), tmp_path / "online_retail.csv")
    _check(opened, empty, tmp_path / "online_retail.csv", "All 5,000 rows are in order.")
    expect(opened.get_by_text(re.compile("1.0 as 1: CustomerID"))).to_be_visible()
    _run(opened)
    opened.goto(f"{empty.url}/companies?q=17850")
    expect(opened.get_by_text("17850", exact=True).first).to_be_visible()


def _check(page: Page, product: Product, file: Path, verdict: str) -> None:
    page.goto(f"{product.url}/imports")
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page).to_have_url(re.compile(r"/imports/\d+"))
    check = page.get_by_role("button", name="Check", exact=True)
    expect(check).to_be_visible()
    made = page.get_by_role("button", name=re.compile(r"^Create \d+ new fields?$"))
    if made.count():
        made.click()
        expect(page.get_by_text("Every column of the file is used.")).to_be_visible()
    check.click()
    expect(page.get_by_text(verdict)).to_be_visible(timeout=30_000)


def _run(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^Import [\d,]+ rows$")).click()
    expect(page.get_by_text("The import is done")).to_be_visible(timeout=60_000)
