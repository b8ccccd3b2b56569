"""Gut against data, a budget moved by hand, and the rows behind a bar: what customers and groups earn and cost."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Product, shot

REFRESH_MS = 120_000


def _amount(text: str) -> Decimal:
    """An amount as the page writes it; in parentheses it is below zero."""
    found = re.search(r"[\d,]+(?:\.\d+)?", text)
    assert found, text
    value = Decimal(found.group().replace(",", ""))
    return -value if "(" in text else value


def _best(page: Page, product: Product) -> str:
    """Who stands first in the list of companies by revenue."""
    page.goto(f"{product.url}/companies?sort=-revenue_net")
    name = page.get_by_role("row").nth(1).get_by_role("link").first.inner_text()
    return name.splitlines()[-1]


def _add(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Add a customer").fill(name)
    page.get_by_role("option", name=name).first.click()
    expect(page.get_by_role("listitem").filter(has_text=name)).to_be_visible()


def test_a_gut_list_is_sealed_blind_and_compared(page: Page, product: Product) -> None:
    best = _best(page, product)
    page.get_by_role("link", name="Key customers").click()
    page.get_by_role("button", name="Open a round").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("The year 2011")
    dialog.get_by_label("Period from").fill("2011-01-01")
    dialog.get_by_label("Period to").fill("2011-12-31")
    dialog.get_by_label("Period to").press("Tab")
    dialog.get_by_role("button", name="Open a round").click()
    expect(page.get_by_text("Until you seal your list, you do not see the ranking")).to_be_visible()
    round_at = page.url
    page.get_by_role("link", name="Companies", exact=True).click()
    expect(page.get_by_role("columnheader", name="Country")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Net revenue")).to_have_count(0)
    page.goto(round_at)
    _add(page, best)
    page.get_by_role("button", name="Paste names").click()
    page.get_by_label("Names, one a line").fill("White's Flowers\nNobody at all")
    page.get_by_role("button", name="Add these").click()
    expect(page.get_by_text("These fit nobody, or several.", exact=False)).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_count(2)
    page.get_by_role("button", name="Seal the list (2)").click()
    page.get_by_role("button", name="Seal for good").click()
    expect(page.get_by_text("1 of 2 agree (50%).")).to_be_visible()
    expect(page.get_by_role("table", name="Named, and among the best")).to_contain_text(best)
    expect(page.get_by_role("table", name="Named, but not among the best")).to_contain_text("White's Flowers")
    expect(page.get_by_role("table", name="Among the best, but not named").get_by_role("row")).to_have_count(1)
    shot(page, "key-customers")
    page.get_by_role("link", name="All rounds").click()
    expect(page.get_by_text("One period so far.", exact=False)).to_be_visible()


def _price(page: Page, product: Product) -> None:
    """Say what a delivery costs and which margin to assume, and work the base out anew."""
    page.goto(f"{product.url}/base")
    page.get_by_role("link", name="Say what work costs").click()
    page.get_by_role("button", name="Set the first rate").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Rate", exact=True).fill("15")
    dialog.get_by_role("button", name="Set the rate").click()
    expect(page.get_by_role("table", name="Rates of today")).to_contain_text(re.compile("£15.00.? each"))
    page.get_by_role("link", name="Customer value").click()
    page.get_by_label("Assumed margin").fill("30")
    page.get_by_role("button", name="Save and refresh").click()
    expect(page.get_by_text("The customer base is up to date.")).to_be_visible(timeout=REFRESH_MS)


def test_a_budget_is_moved_and_a_bar_opened(page: Page, product: Product) -> None:
    _price(page, product)
    page.get_by_role("link", name="Cost per group").click()
    gain = page.get_by_test_id("gain")
    expect(gain).to_have_text(re.compile(r"£"))
    before = gain.inner_text()
    slider = page.get_by_role("slider", name="Spent on customers in all")
    slider.focus()
    for _ in range(5):
        slider.press("ArrowLeft")
    expect(gain).not_to_have_text(before)
    expect(page.get_by_text(re.compile("less than today, divided as below"))).to_be_visible()
    expect(page.get_by_text("An association, no proof", exact=False)).to_be_visible()
    shot(page, "budget")
    _open_a_bar(page, product)


def _open_a_bar(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/base")
    page.get_by_role("button", name="Delivery cost").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_contain_text("these make up most of it")
    line = dialog.get_by_role("row").nth(8)
    bar = _amount(line.get_by_role("cell").last.inner_text())
    line.get_by_role("button").press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text("exactly what the bar takes off")
    more = dialog.get_by_role("button", name="Show more")
    shown = dialog.get_by_role("row").filter(has=page.get_by_role("link"))
    while more.count():
        rows = shown.count()
        more.click()
        expect(shown).not_to_have_count(rows)
    amounts = [_amount(row.get_by_role("cell").last.inner_text()) for row in shown.all()]
    assert len(amounts) > 20 and sum(amounts) == bar
    with page.expect_download() as download:
        dialog.get_by_role("link", name="All rows as CSV").click()
    written = csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig")))
    assert sum(Decimal(row["amount"]) for row in written) == bar
    shot(page, "rows-behind-a-bar")
    dialog.get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/invoices/\d+$"))
