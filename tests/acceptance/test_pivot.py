"""A pivot of companies: a cell is chosen by keyboard, its list opened, its filter kept as a group."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Product, shot


def test_a_pivot_leads_to_its_customers_and_makes_a_group(page: Page, product: Product) -> None:
    page.get_by_role("link", name="Pivot table").click()
    grid = page.get_by_role("grid", name="Pivot table")
    expect(grid.get_by_role("row", name=re.compile("^United Kingdom"))).to_be_visible()
    grid.get_by_role("button", name="Total").click()
    expect(grid.locator("tbody tr").first).to_contain_text("United Kingdom")
    first = grid.locator("tbody tr").first.get_by_role("gridcell").first
    count = first.inner_text().strip()
    first.click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    chosen = page.get_by_role("toolbar", name="The chosen cell")
    expect(chosen).to_contain_text(f"United Kingdom · A Number {count}")
    shot(page, "pivot")
    chosen.get_by_role("link", name="Open these companies").click()
    expect(page.locator("header").filter(has=page.get_by_role("heading", name="Companies"))).to_contain_text(count)
    page.go_back()
    grid.locator("tbody tr").first.get_by_role("gridcell").first.click()
    chosen.get_by_role("button", name="Save as group").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("British As")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("navigation").get_by_role("link", name="British As")).to_be_visible()
    expect(page).to_have_url(re.compile("/companies"))
