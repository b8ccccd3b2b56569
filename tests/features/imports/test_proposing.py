"""Plans from headers."""

from __future__ import annotations

import pytest

from visavis.access import SYSTEM, Actor
from visavis.catalogue import Catalogue
from visavis.features.imports.errorfile import neutral
from visavis.features.imports.plan import plan_from, plan_json
from visavis.features.imports.proposing import Header, Proposal, fingerprint, propose
from visavis.features.imports.squash import squash
from visavis.objects import BUILT_IN

CATALOGUE = Catalogue(BUILT_IN)


def best(filename: str, **columns: list[str]) -> Proposal:
    return best_for(SYSTEM, filename, columns)


def best_for(actor: Actor, filename: str, columns: dict[str, list[str]]) -> Proposal:
    return propose(Header(filename, columns, CATALOGUE, actor))[0]


def mapped(proposal: Proposal) -> dict[str, str | None]:
    (target,) = proposal.plan.targets
    fields = {name: rule.column for name, rule in target.fields.items()}
    return fields | {name: link.column for name, link in target.links.items()}


def test_accounts() -> None:
    names = ("account", "sector", "year_established", "revenue", "employees", "office_location", "subsidiary_of")
    found = best("accounts.csv", **{n: ["a", "b"] for n in names})
    assert found.plan.targets[0].object == "company"
    assert mapped(found) == dict(zip(
        ("name", "industry", "founded", "annual_revenue", "employees", "country", "parent"), names, strict=True
    ))  # fmt: skip


def test_a_pipeline() -> None:
    names = (
        "opportunity_id",
        "sales_agent",
        "product",
        "account",
        "deal_stage",
        "engage_date",
        "close_date",
        "close_value",
    )
    found = best("sales_pipeline.csv", **{n: ["a", "b"] for n in names})
    (target,) = found.plan.targets
    assert (target.object, target.key.columns) == ("deal", ["opportunity_id"])
    assert mapped(found) == {
        "name": "opportunity_id", "owner": "sales_agent", "product": "product", "company": "account",
        "stage": "deal_stage", "opened_on": "engage_date", "closed_on": "close_date", "amount": "close_value",
    }  # fmt: skip


def test_colleagues_rather_than_a_team() -> None:
    found = best("sales_teams.csv", sales_agent=["a", "b"], manager=["m", "m"], regional_office=["r", "r"])
    assert found.plan.targets[0].object == "user"
    assert mapped(found) == {"name": "sales_agent", "manager": "manager", "region": "regional_office"}


def test_one_file_of_sales_lines() -> None:
    names = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
    plan = best("data.csv", **{n: ["1", "1"] for n in names}).plan
    assert [t.object for t in plan.ordered()] == ["product", "company", "invoice", "invoice_line"]
    line = plan.target("line")
    assert line.key.ordinal and line.fields["amount"].product_of == ["Quantity", "UnitPrice"]
    assert line.links["invoice"].target == "invoice"
    assert plan.target("invoice").links["company"].target == "company"


def test_customers_with_contacts() -> None:
    names = ("CustomerID", "Company", "First name", "Last name", "E-mail", "Job title", "Country")
    plan = best("customers.csv", **{n: ["1", "2"] for n in names}).plan
    assert [t.object for t in plan.targets] == ["company", "person", "employment"]
    assert plan.target("company").key.columns == ["CustomerID"]


@pytest.mark.parametrize("header", ["회사", "公司", "Companie", "חברה", "Company", "COMPANY"])
def test_headers_in_every_language(header: str) -> None:
    found = best("deals.csv", **{"Deal name": ["a", "b"], header: ["c", "d"], "Stage": ["won", "lost"]})
    assert mapped(found)["company"] == header


@pytest.mark.parametrize("header", ["회사", "公司", "Companie", "חברה", "Company"])
def test_a_type_alone_names_its_title(header: str) -> None:
    found = best("list.csv", **{header: ["a", "b"]})
    assert (found.plan.targets[0].object, mapped(found)) == ("company", {"name": header})


def test_ids_of_other_systems() -> None:
    names = ("Id", "Name", "AccountId", "OwnerId", "StageName", "Amount", "CurrencyIsoCode", "CloseDate")
    (target,) = best("Opportunity.csv", **{n: ["a", "b"] for n in names}).plan.targets
    assert (target.object, target.key.columns) == ("deal", ["Id"])
    assert {n: (link.column, link.match) for n, link in target.links.items()} == {
        "company": ("AccountId", "external_id"),
        "owner": ("OwnerId", "external_id"),
    }
    assert target.fields["stage"].column == "StageName"
    assert target.fields["amount"].currency_column == "CurrencyIsoCode"


def test_who_may_not_write_gets_no_plan() -> None:
    assert propose(Header("a.csv", {"name": ["a"]}, CATALOGUE, Actor(1, "reader"))) == []


def test_a_plan_survives_json() -> None:
    plan = best("data.csv", InvoiceNo=["1"], Quantity=["1"], UnitPrice=["1"]).plan
    assert plan_from(plan_json(plan)) == plan


def test_a_file_is_known_again_by_its_columns() -> None:
    assert fingerprint(["A b", "C"]) == fingerprint(["c", "a_B", "import_reason"]) != fingerprint(["a", "c"])
    assert squash("Invoice No.") == squash("invoice_no") == "invoiceno"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [("=1+1", "'=1+1"), ("-5", "-5"), ("+44 20", "+44 20"), ("@x", "'@x"), ("-cmd|x", "'-cmd|x"), ("plain", "plain")],
)
def test_no_spreadsheet_takes_a_cell_for_a_formula(cell: str, shown: str) -> None:
    assert neutral(cell) == shown
