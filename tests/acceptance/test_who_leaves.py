"""A file of contracts becomes customers with fields, and the page says who leaves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Product, shot

TELCO = Path(__file__).parents[3] / "shared" / "data" / "telco" / "Telco-Customer-Churn.csv"


@pytest.mark.skipif(not TELCO.exists(), reason="the file of contracts lies in the shared data folder only")
def test_contracts_go_in_and_tell_who_leaves(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/imports")
    page.locator("input[type=file]").first.set_input_files(TELCO)
    page.get_by_role("button", name=re.compile(r"^Create \d+ new fields$")).click()
    expect(page.get_by_text("Every column of the file is used.")).to_be_visible()
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("All 7,043 rows are in order.")).to_be_visible()
    page.get_by_role("button", name="Import 7,043 rows").click()
    expect(page.get_by_text("The import is done")).to_be_visible(timeout=60_000)

    page.goto(f"{product.url}/base/leaving?object=person")
    page.get_by_role("button", name="Work it out").click()
    auc = page.locator("dt", has_text="AUC").locator("xpath=following-sibling::dd/span").first
    assert 0.84 <= float(auc.inner_text()) <= 0.86
    expect(page.get_by_text(re.compile("The chances mean what they say"))).to_be_visible()
    expect(page.get_by_text("Contract: Two year rather than Month-to-month").first).to_be_visible()
    shot(page, "who-leaves")
    page.get_by_label("Total charges is known only after the fact").click()
    expect(page.get_by_text("Refused:")).to_be_visible()
    expect(page.get_by_text(re.compile("Total charges – known only after the fact"))).to_be_visible()
