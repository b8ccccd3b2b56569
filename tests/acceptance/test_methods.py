"""The method catalogue by hand: a setting changed, a run, who did both; and who moved between the classes."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Product, shot


def _known_a_month_ago(page: Page, product: Product) -> None:
    token = product.run("token", "--name", "moves").split()[-1]
    headers = {"Authorization": f"Bearer {token}"}
    asked = page.request.post(f"{product.url}/api/v1/insight/migration/earlier", data={"months": 1}, headers=headers)
    assert asked.status == 202, asked.text()
    job = asked.json()
    while job["state"] in ("queued", "running"):
        page.wait_for_timeout(500)
        job = page.request.get(f"{product.url}/api/v1/jobs/{job['id']}", headers=headers).json()
    assert job["state"] == "done", job


def test_a_setting_is_changed_and_the_method_run(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/base")
    page.get_by_role("link", name="Methods", exact=True).click()
    expect(page.get_by_role("row", name=re.compile("Dear to serve"))).to_contain_text("Too little data")
    page.get_by_role("link", name="XYZ classes").click()
    first = page.get_by_label("Where X and Y end, 1")
    first.fill("2")
    expect(page.get_by_text("The smaller number comes first.")).to_be_visible()
    first.fill("0.6")
    page.get_by_role("button", name="Save settings").click()
    log = page.get_by_role("region", name="What happened, and who decided it?").get_by_role("listitem")
    expect(log.first).to_contain_text("Where X and Y end: 0.5, 1 → 0.6, 1")
    page.get_by_role("button", name="Run now").click()
    expect(log.first).to_contain_text(re.compile(r"^Run.*Ada Demo"), timeout=60_000)
    drift = page.get_by_role("region", name="How far do the runs drift?")
    expect(drift).to_contain_text("of customers have another class than in the run before")
    shot(page, "method")


def test_a_move_between_classes_opens_its_customers(page: Page, product: Product) -> None:
    _known_a_month_ago(page, product)
    page.goto(f"{product.url}/base")
    moves = page.get_by_role("region", name="Who moved between the classes?")
    expect(moves.get_by_text("Classes on", exact=False)).to_be_visible(timeout=30_000)
    cell = moves.get_by_role("link", name=re.compile("went from A to B"))
    number = re.match(r"\d+", cell.inner_text())
    assert number
    cell.click()
    expect(page.get_by_text(re.compile(rf"^{number[0]}\b")).first).to_be_visible()
    expect(page.get_by_role("search")).to_contain_text(re.compile(r"ABC class is A on .*ABC class is B on "))
