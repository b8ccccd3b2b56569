"""Columns without fields: what is suggested for them, and how fields are made of them."""

from __future__ import annotations

import httpx
import pyarrow as pa
import pytest

from tests.features.imports.test_routes import finished, upload
from visavis.features.imports import suggesting
from visavis.features.imports.cells import Style

STYLE = Style()


@pytest.mark.parametrize(
    ("column", "cells", "kind"),
    [
        ("Partner", ["Yes", "No", None], "boolean"),
        ("Senior", ["0", "1", "1"], "boolean"),
        ("purchase", ["1.0", "0.0"], "boolean"),
        ("tenure", ["1", "34", "72"], "integer"),
        ("count", ["1.0", "34.0", "72.0"], "integer"),
        ("MonthlyCharges", ["29.85", "56.95"], "money"),
        ("acq_exp", ["693.54", "12"], "money"),
        ("weight", ["0.5", "12"], "decimal"),
        ("zip", ["01067", "80331"], "text"),
        ("since", ["2026-01-31", "2025-12-01"], "date"),
        ("seen", ["2026-01-31 10:00", "2025-12-01 09:30"], "datetime"),
        ("Contract", ["Month-to-month", "One year", "Two year"] * 5, "choice"),
        ("name", ["Ann", "Bob", "Cem"], "text"),
        ("story", ["x" * 300, "y"], "long_text"),
        ("nothing", [None, None], "text"),
    ],
)
def test_a_type_by_the_cells(column: str, cells: list[str | None], kind: str) -> None:
    assert suggesting.type_for(column, pa.array(cells, pa.string()), STYLE) == kind


def test_names_and_labels() -> None:
    assert suggesting.name_for("MonthlyCharges", set()) == "monthly_charges"
    assert suggesting.name_for("customerID", {"customer_id"}) == "customer_id_2"
    assert suggesting.name_for("2024 sales", set()) == "field_2024_sales"
    assert suggesting.name_for("회사", set()) == "field"
    assert suggesting.name_for("Price", {"price_currency"}) == "price_2"
    assert suggesting.label_for("PaperlessBilling") == "Paperless billing"
    assert suggesting.label_for("acq_exp") == "Acq exp"


def test_options_have_names_of_their_own() -> None:
    found = suggesting.options_for(["Yes", "예", "yes!", "아니요"])
    assert [option["value"] for option in found] == ["yes", "option", "yes_2", "option_2"]
    assert [option["label"]["en"] for option in found] == ["Yes", "예", "yes!", "아니요"]


SPEND = b"fresh,milk\n12,5\n12,5\n3,1\n"
CONTRACTS = "customerID,gender,Contract,Charges,Churn,Count\n" + "".join(
    f"C{n},{'Female' if n % 2 else 'Male'},{('One year', 'Two year')[n % 2]},{n}.5,{'Yes' if n % 3 else 'No'},{n}\n"
    for n in range(12)
)


async def test_customers_with_columns_that_nothing_knows(client: httpx.AsyncClient) -> None:
    draft = await upload(client, "contracts.csv", CONTRACTS.encode())
    plan = draft["plan"]
    assert [target["object"] for target in plan["targets"]] == ["person"]
    assert plan["targets"][0]["key"] == {"columns": ["customerID"]}
    suggested = {column["name"]: column["suggested"] for column in draft["columns"]}
    assert suggested["Charges"] == "money"
    asked = {"object": "person", "fields": [{"column": name} for name in list(suggested)[1:]]}
    made = await client.post(f"/imports/{draft['id']}/fields", json=asked)
    assert made.status_code == 201, made.text
    fields = {each["column"]: each for each in made.json()["fields"]}
    assert [each["type"] for each in fields.values()] == ["choice", "choice", "money", "boolean", "integer"]
    assert fields["Count"]["name"] == "count_2"
    plan["targets"][0]["fields"] |= {each["name"]: {"column": each["column"]} for each in fields.values()}
    assert (await client.put(f"/imports/{draft['id']}/plan", json={"plan": plan})).status_code == 200
    done = await finished(client, draft["id"], "run")
    assert done["counts"]["objects"]["person"]["created"] == 12
    assert (await client.post(f"/imports/{draft['id']}/fields", json=asked)).json()["fields"][0]["name"] == "gender_2"


async def test_customers_without_a_number_are_counted(client: httpx.AsyncClient) -> None:
    draft = await upload(client, "spend.csv", SPEND)
    assert draft["plan"]["targets"][0]["fields"] == {"name": {"numbered": "Customer"}}
    asked = {"object": "company", "fields": [{"column": "meat"}]}
    refused = await client.post(f"/imports/{draft['id']}/fields", json=asked)
    assert refused.status_code == 422
    assert "meat" in refused.json()["detail"]
    done = await finished(client, draft["id"], "run")
    assert done["counts"]["objects"]["company"]["created"] == 3
    again = await upload(client, "spend.csv", SPEND)
    done = await finished(client, again["id"], "run")
    assert done["counts"]["objects"]["company"]["unchanged"] == 3
