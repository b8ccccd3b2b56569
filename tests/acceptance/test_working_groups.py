"""A group by aggregate, an offer to it with a control group, results, the uplift, a decision: by hand."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Product, shot

REGULARS = {"related": "invoice.company", "count": {"op": "gt", "value": 15}}


def _group(page: Page, product: Product, name: str) -> None:
    page.goto(f"{product.url}/companies?filter={quote(json.dumps(REGULARS))}")
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    page.get_by_role("button", name="Save view").click()
    page.get_by_role("menuitem", name="Save as…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_text("Group", exact=True).click()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name=name)).to_be_visible()


def _begin(page: Page) -> tuple[int, int]:
    """Freeze both groups; how many get the offer, and how many do not."""
    page.get_by_role("button", name="Make this group an offer, measured").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Offer").fill("Free delivery")
    dialog.get_by_label("It worked if there is", exact=True).click()
    page.get_by_role("option", name="a won deal").click()
    dialog.get_by_label("Not contacted").fill("40")
    dialog.get_by_label("Cost of one contact").fill("2")
    sizes = dialog.get_by_role("status")
    expect(sizes).to_have_text(re.compile(r"^\d+ get the offer, \d+ do not\."))
    page.wait_for_timeout(500)
    treated, control = (int(number) for number in re.findall(r"\d+", sizes.inner_text())[:2])
    dialog.get_by_role("button", name="Freeze both groups and begin").click()
    page.wait_for_url(re.compile(r"/actions/\d+$"))
    return treated, control


def _win(page: Page, product: Product, numbers: list[str]) -> None:
    token = product.run("token", "--name", "results").split()[-1]
    today = dt.datetime.now(dt.UTC).date().isoformat()
    for number in numbers:
        deal = {"name": "Follow-up", "company": int(number), "stage": "won", "closed_on": today,
                "amount": {"amount": "50", "currency": "GBP"}}  # fmt: skip
        made = page.request.post(f"{product.url}/api/v1/deals", data=deal, headers={"Authorization": f"Bearer {token}"})
        assert made.status == 201, made.text()


def test_an_offer_is_measured_against_a_control_group(page: Page, product: Product) -> None:
    _group(page, product, "Regulars")
    treated, control = _begin(page)
    assert treated > control > 20
    expect(page.get_by_text("That cannot be told yet", exact=False)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Those to contact").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert abs(len(rows) - treated) <= 1, "the draw rounds by chance"
    treated = len(rows)
    _win(page, product, [row["id"] for row in rows[: treated // 2]])
    page.reload()
    expect(page.get_by_text(re.compile(r"^Yes: \d+(\.\d)? points more customers succeed"))).to_be_visible()
    expect(page.get_by_role("cell", name=str(treated // 2), exact=True)).to_be_visible()
    shot(page, "action-result")
    page.get_by_role("combobox", name="Decision").click()
    page.get_by_role("option", name="Offer it to all").click()
    page.get_by_label("Why").fill("Half of them bought")
    page.get_by_role("button", name="Keep the decision").click()
    expect(page.get_by_text("Half of them bought")).to_be_visible()
    page.get_by_role("link", name="Measured actions").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Offer it to all")
