"""What stands beside a record: its files, and who can see it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Product, shot

_POST = """async ([path, body]) => {
    const csrf = document.cookie.match(/vav_csrf=([^;]+)/)[1];
    const answer = await fetch(`/api/v1${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
        body: JSON.stringify(body),
    });
    return answer.json();
}"""
_PNG = (
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63506868000001e401210b070b190000000049454e44ae426082"
)


def _made(page: Page, path: str, **values: Any) -> int:
    return int(page.evaluate(_POST, [path, values])["id"])


def test_files_are_attached_shown_and_taken_off(page: Page, product: Product, tmp_path: Path) -> None:
    company = _made(page, "/companies", name="Attachments and Sons")
    page.goto(f"{product.url}/companies/{company}")
    panel = page.get_by_role("region", name="Files")
    expect(panel.get_by_text("Nothing is attached yet")).to_be_visible()
    (tmp_path / "offer.pdf").write_bytes(b"%PDF-1.4 an offer")
    (tmp_path / "logo.png").write_bytes(bytes.fromhex(_PNG))
    panel.locator("input[type=file]").set_input_files([tmp_path / "offer.pdf", tmp_path / "logo.png"])
    expect(panel.get_by_role("link", name="logo.png")).to_be_visible()
    with page.expect_download() as saved:
        panel.get_by_role("link", name="offer.pdf").click()
    assert saved.value.path().read_bytes() == b"%PDF-1.4 an offer"
    shot(page, "record-files")
    panel.get_by_role("button", name="Take offer.pdf off").click()
    expect(panel.get_by_role("link", name="offer.pdf")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(panel.get_by_role("link", name="offer.pdf")).to_be_visible()
    page.get_by_text("History", exact=True).click()
    expect(page.get_by_text("offer.pdf")).to_have_count(4)


def test_who_can_see_a_record_and_why(page: Page, product: Product) -> None:
    member = {"role": "member", "active": True}
    bob = _made(page, "/users", name="Bob Kim", email="bob@sight.example", **member)
    _made(page, "/users", name="Dan Levi", email="dan@sight.example", **member)
    company = _made(page, "/companies", name="Seen and Sons", owner=bob)
    page.goto(f"{product.url}/companies/{company}")
    panel = page.get_by_role("region", name="Who can see this")
    panel.get_by_role("button").click()
    row = panel.get_by_role("listitem").filter(has_text="Bob Kim")
    expect(row).to_contain_text("Owns it")
    expect(panel.get_by_role("listitem").filter(has_text="Ada Demo")).to_contain_text("sees all of this kind")
    expect(panel.get_by_text(re.compile(r"\d+ colleagues? cannot see it"))).to_be_visible()
    expect(panel.get_by_role("listitem").filter(has_text="Dan Levi")).to_have_count(0)
    shot(page, "record-visibility")
