"""The screens in the settings that people really have: dark, Hebrew, a telephone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Product, shot


def test_hebrew_mirrors_the_page(page: Page, product: Product) -> None:
    _choose_language(page, "עברית")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("navigation").get_by_role("link", name="חברות")).to_be_visible()
    rail = page.get_by_role("navigation").first.bounding_box()
    assert rail is not None
    assert rail["x"] > 720
    shot(page, "base-hebrew")
    page.goto(f"{product.url}/companies")
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    _choose_language(page, "English")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")


def _choose_language(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("button", name=re.compile("Ada Demo")).click()
    page.get_by_role("menuitem", name=name).click()


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/base", "Who bought lately and often?"),
        ("/companies", "Aarhuss Interiors"),
        ("/imports", "online_retail.parquet"),
        ("/settings", "Objects and fields"),
    ],
)
def test_a_telephone_needs_no_sideways_scrolling(page: Page, product: Product, path: str, shown: str) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"{product.url}{path}")
    expect(page.get_by_text(shown).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, f"phone{path.replace('/', '-')}")


def test_a_custom_field_is_live_at_once(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/companies")
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    made = page.evaluate(
        """async () => {
            const csrf = document.cookie.match(/vav_csrf=([^;]+)/)[1];
            const answer = await fetch('/api/v1/catalogue/objects/company/fields', {
                method: 'POST',
                headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
                body: JSON.stringify({ name: 'shop_area', type: 'integer', label: { en: 'Shop size in m²' } }),
            });
            return answer.status;
        }"""
    )
    assert made == 201
    page.get_by_role("button", name="New company").click()
    page.get_by_role("button", name=re.compile(r"\d+ more fields")).click()
    expect(page.get_by_label("Shop size in m²")).to_be_visible()
