"""Files through the import wizard."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Product, shot

MAVEN = Path(__file__).parents[3] / "shared" / "data" / "maven_crm_sales"
ROWS = """Customer no,Company name,E-mail,Phone,Country,Employees
N1,Nordlicht Handel,info@nordlicht.example,+49 30 901820,Germany,12
N2,Casa Verde,not-an-address,+40 21 311 7474,Romania,7
N3,서울 꽃집,hello@seoul.example,+82 2 731 2120,South Korea,many
N4,Papier & Co,post@papier.example,,Austria,3
"""


def test_bad_rows_come_back_while_the_rest_goes_in(page: Page, product: Product, tmp_path: Path) -> None:
    file = tmp_path / "new_customers.csv"
    file.write_text(ROWS, encoding="utf-8")
    _upload(page, product, file)
    shot(page, "import-plan")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("What the check found")).to_be_visible()
    expect(page.get_by_text("not-an-address").first).to_be_visible()
    shot(page, "import-check")
    page.get_by_role("button", name=re.compile(r"^Import \d+ rows?$")).click()
    expect(page.get_by_text("The import is done")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_text("Download rows with errors").click()
    bad = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [row["Customer no"] for row in bad] == ["N2", "N3"]
    page.goto(f"{product.url}/companies?q=papier%20%26%20co")
    expect(page.get_by_text("Papier & Co").first).to_be_visible()


def test_an_import_is_taken_back(page: Page, product: Product, tmp_path: Path) -> None:
    file = tmp_path / "wrong_list.csv"
    file.write_text("Customer no,Company name,Employees\nW1,Wrong One,5\nW2,Wrong Two,6\n", encoding="utf-8")
    _upload(page, product, file)
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_role("button", name=re.compile(r"^Import \d+ rows?$")).click()
    expect(page.get_by_text("The import is done")).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    shot(page, "import-take-back")
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(page.get_by_text("2 records removed")).to_be_visible(timeout=30_000)
    shot(page, "import-taken-back")
    page.goto(f"{product.url}/companies?q=wrong%20one")
    expect(page.get_by_text("Wrong One")).to_have_count(0)


@pytest.mark.skipif(not MAVEN.exists(), reason="the Maven CRM files lie in the shared data folder only")
def test_a_sales_pipeline_goes_in_unedited(page: Page, product: Product) -> None:
    for name in ("accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv"):
        _upload(page, product, MAVEN / name)
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.get_by_text("What the check found")).to_be_visible()
        page.get_by_role("button", name=re.compile(r"^Import [\d,]+ rows$")).click()
        expect(page.get_by_text("The import is done")).to_be_visible(timeout=60_000)
    page.goto(
        f"{product.url}/deals?filter=%7B%22field%22%3A%22stage%22%2C%22op%22%3A%22eq%22%2C%22value%22%3A%22won%22%7D"
    )
    expect(page.get_by_text("4,238", exact=True)).to_be_visible()
    page.goto(f"{product.url}/base?object=company&measure=won_value")
    expect(page.get_by_text(re.compile(r"best 20% \(17 customers\) hold 31\.7%"))).to_be_visible(timeout=60_000)


def _upload(page: Page, product: Product, file: Path) -> None:
    page.goto(f"{product.url}/imports")
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page).to_have_url(re.compile(r"/imports/\d+"))
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_visible()
