"""The pivot over HTTP: the table, its file, and what is refused in words."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from visavis.records import pivoting


async def company(client: httpx.AsyncClient, name: str, **more: Any) -> None:
    answer = await client.post("/companies", json={"name": name, **more})
    assert answer.status_code == 201, answer.text


def euros(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


async def test_rows_columns_totals_and_the_records_behind_a_cell(ann: httpx.AsyncClient) -> None:
    for name, country, industry, amount in (
        ("A", "Romania", "Bank", "10"), ("B", "Romania", "Bank", "5.5"), ("C", "Korea", "Steel", "1"),
        ("D", "Korea", None, None),
    ):  # fmt: skip
        await company(ann, name, country=country, industry=industry, annual_revenue=amount and euros(amount))
    asked = {
        "object": "company",
        "rows": [{"field": "country"}],
        "columns": [{"field": "industry"}],
        "figures": [{"function": "count"}, {"function": "sum", "field": "annual_revenue"}],
        "sort": {"figure": 1, "descending": True},
    }
    answer = await ann.post("/pivots", json=asked)
    assert answer.status_code == 200, answer.text
    table = answer.json()
    assert [row["keys"] for row in table["rows"]] == [["Romania"], ["Korea"]]
    assert [column["keys"] for column in table["columns"]] == [["Bank"], ["Steel"], [None]]
    assert table["rows"][0]["cells"] == [[2, euros("15.50")], None, None]
    assert table["rows"][1]["cells"] == [None, [1, euros("1.00")], [1, None]]
    assert table["total"] == [4, euros("16.50")]
    tree = {"and": [*table["rows"][1]["filter"], *table["columns"][2]["filter"]]}
    listed = await ann.get("/companies", params={"filter": json.dumps(tree)})
    assert [record["name"] for record in listed.json()["data"]] == ["D"]
    view = {"object": "company", "name": "Unknown", "kind": "group", "shared": True, "query": {"filter": tree}}
    assert (await ann.post("/views", json=view)).status_code == 201


async def test_a_file_holds_the_same_and_no_formula(ann: httpx.AsyncClient) -> None:
    await company(ann, "A", country="=cmd()", employees=-5)
    await company(ann, "B", country="Korea", employees=7)
    asked = {
        "object": "company",
        "rows": [{"field": "country"}],
        "columns": [{"field": "employees", "by": "band", "edges": ["0", "10"]}],
        "figures": [{"function": "min", "field": "employees"}],
        "language": "ro",
    }
    answer = await ann.post("/pivots/file", json=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.decode("utf-8-sig").splitlines() == [
        "Țară,< 0 · Minim: Angajați,0 – 10 · Minim: Angajați,Total · Minim: Angajați",
        "'=cmd(),-5,,-5",
        "Korea,,7,7",
        "Total,-5,7,-5",
    ]


async def test_what_is_too_large_or_mixed_is_refused_in_words(
    ann: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await company(ann, "A", country="Romania", annual_revenue=euros("1"))
    await company(ann, "B", country="Korea", annual_revenue=euros("1", "USD"))
    mixed = {"object": "company", "figures": [{"function": "sum", "field": "annual_revenue"}]}
    answer = await ann.post("/pivots", json=mixed)
    assert answer.status_code == 409
    assert answer.json()["currency_of"] == "annual_revenue"
    assert "several currencies (EUR and USD)" in answer.json()["detail"]
    split = await ann.post("/pivots", json={**mixed, "columns": [{"field": "annual_revenue.currency"}]})
    assert split.json()["totals"] == [[euros("1.00")], [euros("1.00", "USD")]]
    assert split.json()["total"] == [None]
    monkeypatch.setattr(pivoting, "MOST_CELLS", 1)
    answer = await ann.post("/pivots", json={"object": "company", "rows": [{"field": "country"}]})
    assert answer.status_code == 409
    assert "more than 1 cells" in answer.json()["detail"]
    for body, status in (
        ({"object": "nonsense"}, 404),
        ({"object": "company", "rows": [{"field": "nonsense"}]}, 409),
        ({"object": "company", "rows": [{"field": "country", "by": "fortnight"}]}, 422),
        ({"object": "company", "figures": [{"function": "sum"}]}, 409),
        ({"object": "company", "filter": {"field": "nonsense", "op": "eq", "value": 1}}, 409),
    ):
        assert (await ann.post("/pivots", json=body)).status_code == status, body


async def test_a_step_along_a_link_reads_what_is_worked_out_there(ann: httpx.AsyncClient) -> None:
    made = (await ann.post("/companies", json={"name": "A", "country": "Korea"})).json()
    for link in (made["id"], None):
        assert (
            await ann.post("/activities", json={"kind": "call", "subject": "x", "company": link})
        ).status_code == 201
    asked = {"object": "activity", "rows": [{"field": "company.country"}, {"field": "company.abc_class"}]}
    table = (await ann.post("/pivots", json=asked)).json()
    assert [row["keys"] for row in table["rows"]] == [["Korea", None], [None, None]]
