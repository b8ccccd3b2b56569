"""Two records of one customer become one on the page, and two again."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Product, shot

_CALL = """async ([method, path, body]) => {
    const csrf = document.cookie.match(/vav_csrf=([^;]+)/)[1];
    const answer = await fetch(`/api/v1${path}`, {
        method,
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
        body: body && JSON.stringify(body),
    });
    return answer.status === 204 ? {} : answer.json();
}"""


def _call(page: Page, method: str, path: str, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(_CALL, [method, path, body or None])
    return found


def _made(page: Page, path: str, **values: Any) -> int:
    return int(_call(page, "POST", path, **values)["id"])


def test_two_become_one_and_two_again(page: Page, product: Product) -> None:
    one = _made(page, "/companies", name="Nordwind Handel", country="Germany")
    two = _made(page, "/companies", name="Nordwind Handel GmbH", industry="Wholesale")
    deal = _made(page, "/deals", name="Nordwind refit", company=two)
    page.goto(f"{product.url}/companies?q=nordwind%20handel")
    for name in ("Nordwind Handel", "Nordwind Handel GmbH"):
        page.get_by_label(f"Select {name}", exact=True).first.check()
    page.get_by_role("button", name="Merge…").click()
    _choose_and_merge(page)
    expect(page.get_by_text("Merged into Nordwind Handel GmbH.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The records are apart again.")).to_be_visible()
    _merge_from_the_record(page, product, one, two)
    for path in (f"/deals/{deal}", f"/companies/{one}", f"/companies/{two}"):
        _call(page, "DELETE", path)


def _choose_and_merge(page: Page) -> None:
    dialog = page.get_by_role("dialog", name="Merge companies")
    stays = dialog.get_by_role("radiogroup", name="Which record stays")
    stays.get_by_text("Nordwind Handel", exact=True).click()
    name = dialog.get_by_role("radiogroup", name="Name")
    name.get_by_text("Nordwind Handel GmbH", exact=True).click()
    expect(dialog.get_by_text(re.compile("Deals · Company: 1"))).to_be_visible()
    shot(page, "merge")
    dialog.get_by_role("button", name="Merge", exact=True).click()
    expect(dialog).to_have_count(0)


def _merge_from_the_record(page: Page, product: Product, one: int, two: int) -> None:
    """From the menu of one record, back from its history."""
    page.goto(f"{product.url}/companies/{one}")
    expect(page.get_by_role("heading", name="Nordwind Handel", exact=True)).to_be_visible()
    page.get_by_role("button", name="Actions").first.click()
    page.get_by_role("menuitem", name="Merge with…").click()
    page.get_by_label("Find by name").fill("nordwind handel gmbh")
    page.get_by_role("dialog").get_by_role("button", name="Nordwind Handel GmbH").click()
    _choose_and_merge(page)
    expect(page.get_by_role("heading", name="Nordwind Handel GmbH")).to_be_visible()
    expect(page.get_by_role("link", name="Nordwind refit").first).to_be_visible()
    page.get_by_text("History", exact=True).click()
    expect(page.get_by_text("merged this with").first).to_be_visible()
    shot(page, "merge-history")
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.get_by_role("heading", name="Nordwind Handel", exact=True)).to_be_visible()
    page.goto(f"{product.url}/companies/{two}")
    expect(page.get_by_role("heading", name="Nordwind Handel GmbH")).to_be_visible()
    expect(page.get_by_role("link", name="Nordwind refit").first).to_be_visible()
