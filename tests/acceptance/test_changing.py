"""One change to all records that fit, and back again, by hand."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from tests.acceptance.conftest import Product, shot

BRITISH = {"field": "country", "op": "eq", "value": "United Kingdom"}
MANY = re.compile(r"^Change [\d,]{5,} records$")


def _listed(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/companies?columns=country,industry&filter={quote(json.dumps(BRITISH))}")
    expect(page.get_by_role("row").nth(1)).to_be_visible()


def _dialog(page: Page, field: str, value: str) -> Locator:
    page.get_by_role("toolbar").get_by_role("button", name="Edit a field").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Field", exact=True).fill(field)
    page.get_by_role("option", name=field, exact=True).click()
    dialog.get_by_label("New value").fill(value)
    return dialog


def test_all_that_fit_are_changed_and_come_back(page: Page, product: Product) -> None:
    _listed(page, product)
    page.get_by_label("Select all loaded rows").check()
    page.get_by_role("button", name=re.compile("^Select all .* that fit$")).click()
    expect(page.get_by_role("toolbar")).to_contain_text("that fit selected")
    dialog = _dialog(page, "Industry", "Gifts")
    expect(dialog.get_by_role("button", name=MANY)).to_be_enabled()
    expect(dialog.get_by_role("table")).to_contain_text("Gifts")
    shot(page, "change-many")
    dialog.get_by_role("button", name=MANY).click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible(timeout=60_000)
    expect(page.get_by_role("row").nth(1)).to_contain_text("Gifts")
    shot(page, "change-many-undo")
    undo.click()
    expect(page.get_by_text(re.compile("records are as they were"))).to_be_visible(timeout=60_000)
    expect(page.get_by_role("row").nth(1)).not_to_contain_text("Gifts")
    page.goto(f"{product.url}/settings/changes")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Taken back")


def test_a_change_can_be_undone_later_and_by_keyboard_alone(page: Page, product: Product) -> None:
    _listed(page, product)
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.get_by_role("toolbar").get_by_role("button", name="Edit a field")).to_be_visible()
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Field", exact=True)).to_be_focused()
    page.keyboard.type("Industry")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("New value")).to_be_focused()
    page.keyboard.type("Toys")
    expect(dialog.get_by_role("button", name="Change 2 records")).to_be_enabled()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 records changed.")).to_be_visible(timeout=60_000)
    page.goto(f"{product.url}/settings/changes")
    row = page.get_by_role("row").nth(1)
    expect(row).to_contain_text("Industry: Toys")
    row.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 records are as they were.")).to_be_visible(timeout=60_000)


def test_on_a_telephone(page: Page, product: Product) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    _listed(page, product)
    page.get_by_label("Select all loaded rows").check()
    _dialog(page, "Industry", "Gifts")
    expect(page.get_by_role("button", name="Change 100 records")).to_be_enabled()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, "phone-change-many")
