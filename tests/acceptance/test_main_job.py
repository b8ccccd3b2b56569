"""The main job, as a person does it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Product, shot


def test_from_the_base_to_a_group_to_a_face(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/base")
    expect(page.get_by_role("heading", name="Customer base")).to_be_visible()
    expect(page.get_by_text("4,372", exact=True).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"customers .* earn 80%"))).to_be_visible()
    expect(page.locator("[_echarts_instance_]").first).to_be_visible()
    page.wait_for_timeout(1_000)
    shot(page, "base")
    count = _click_a_cell(page)
    _save_group(page, "Lately and often", count)
    _open_a_customer(page)
    _find_a_person(page)


def _click_a_cell(page: Page) -> str:
    """The cell says how many customers it holds; the list behind it has to hold exactly those."""
    cell = page.get_by_role("link", name=re.compile("recency 5, frequency 5"))
    count = re.match(r"([\d,]+)", cell.inner_text())
    assert count
    cell.click()
    expect(page).to_have_url(re.compile(r"/companies\?.*filter"))
    header = page.get_by_role("banner").or_(page.locator("main")).first
    expect(header.get_by_text(count[1], exact=True).first).to_be_visible()
    return count[1]


def _save_group(page: Page, name: str, count: str) -> None:
    page.get_by_role("button", name="Save view").click()
    page.get_by_role("menuitem", name="Save as…").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("dialog").get_by_role("button", name="Save view").click()
    kept = page.get_by_role("navigation").get_by_role("link", name=name)
    expect(kept).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Companies").click()
    expect(page.get_by_text("4,372", exact=True).first).to_be_visible()
    kept.click()
    expect(page.get_by_text(count, exact=True).first).to_be_visible()
    shot(page, "group")


def _open_a_customer(page: Page) -> None:
    page.get_by_role("row").nth(1).click()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Derived").first).to_be_visible()
    shot(page, "customer")


def _find_a_person(page: Page) -> None:
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog").filter(has=page.get_by_role("textbox", name="Search"))
    palette.get_by_role("textbox").fill("bennet")
    hit = palette.get_by_role("button").filter(has_text=re.compile("bennet.*Person", re.IGNORECASE | re.DOTALL)).first
    expect(hit).to_be_visible()
    shot(page, "search")
    hit.click()
    expect(page).to_have_url(re.compile(r"/(people|companies)/\d+"))
