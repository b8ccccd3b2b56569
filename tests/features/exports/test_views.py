"""A view as a file: its rows in its order, its columns, its values; nothing that the list would not show."""

from __future__ import annotations

import datetime as dt
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import python_calamine

from tests.features.exports.exporting import export, names_in, rows_of
from tests.records.things import listed, people, values
from visavis import records
from visavis.access import SYSTEM, Actor, overlaid
from visavis.features.exports.columns import Column
from visavis.features.exports.sheets import Workbook
from visavis.features.runtime import Workspace
from visavis.kernel.errors import BadRequest
from visavis.records import Query

FILTER = {"field": "number", "op": "ge", "value": 0}


async def _add(workspace: Workspace, *bodies: dict[str, object], name: str = "thing") -> list[int]:
    async with workspace.context() as ctx:
        return [(await records.create(ctx, name, {"name": "x", **body})).id for body in bodies]


async def _add_random(workspace: Workspace, actors: list[Actor], count: int) -> None:
    rnd = random.Random(7)
    ids: list[int] = []
    for _ in range(count):
        body = values(rnd, ids, [a.user_id for a in actors if a.user_id]) | {"owner": rnd.choice(actors).user_id}
        ids += await _add(workspace, body)


async def test_rows_order_and_columns_are_those_of_the_list(things: Workspace, tmp_path: Path) -> None:
    await _add_random(things, await people(things), 30)
    asked: dict[str, Any] = {"filter": FILTER, "sort": "-number,name", "columns": "name,number,parent"}
    shown = await listed(things, SYSTEM, "thing", Query(FILTER, ("-number", "name"), ("name", "number", "parent")))
    found = rows_of(await export(things, "thing", tmp_path / "x.csv", **asked))
    assert list(found[0]) == ["thing:id", "thing:key", "name", "number", "parent", "parent.id", "parent.key"]
    assert [int(row["thing:id"]) for row in found] == [row["id"] for row in shown]
    assert [row["parent"] for row in found] == [(row["parent"] or {"title": ""})["title"] for row in shown]


async def test_values_of_every_type_as_written(things: Workspace, tmp_path: Path) -> None:
    body = {
        "label": 'Été, "x"\n2', "number": -3, "size": "2.2500", "share": "12.5",
        "worth": {"amount": "-5", "currency": "USD"}, "good": False, "day": "0001-01-01",
        "moment": "2026-01-01T02:00:00.000001+02:00", "tags": ["b;c", "a"], "phone": "+442079460018",
        "place": {"city": "Cluj"},
    }  # fmt: skip
    await _add(things, body)
    (row,) = rows_of(await export(things, "thing", tmp_path / "x.csv"))
    wanted = {
        "label": 'Été, "x"\n2', "number": "-3", "size": "2.25", "share": "12.5", "worth": "-5.00",
        "worth.currency": "USD", "good": "false", "day": "0001-01-01", "moment": "2026-01-01T00:00:00.000001Z",
        "tags": '["b;c","a"]', "phone": "+442079460018", "place.city": "Cluj", "place.street": "", "note": "",
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    assert row["thing:key"].endswith(f"/{row['thing:id']}")


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "'=1", "''@x", "＝1"])
async def test_no_cell_is_a_formula(things: Workspace, tmp_path: Path, cell: str) -> None:
    await _add(things, {"name": cell, "label": cell, "tags": [cell], "place": {"city": cell}, "number": -1})
    (row,) = rows_of(await export(things, "thing", tmp_path / "x.csv"))
    assert {row["name"], row["label"], row["tags"], row["place.city"]} == {f"'{cell}"}
    assert row["number"] == "-1"


async def test_a_member_gets_the_rows_and_columns_of_the_list(things: Workspace, tmp_path: Path) -> None:
    actors = await people(things)
    await _add_random(things, actors, 40)
    policy = overlaid({"member": {"thing": {"hidden": ["worth", "label"]}}})
    for actor in actors:
        member = Actor(actor.user_id, "member", actor.team_id, policy=policy)
        shown = await listed(things, member, "thing", Query(sort=("id",), limit=200))
        path = await export(things, "thing", tmp_path / "x.csv", member, sort="id")
        found = rows_of(path)
        assert [int(row["thing:id"]) for row in found] == [row["id"] for row in shown]
        assert not any(name.startswith(("worth", "label")) for row in found for name in row)
        seen = {row["id"] for row in shown}
        assert all(not row["parent.id"] or int(row["parent.id"]) in seen for row in found)
        assert all(bool(row["parent"]) == bool(row["parent.id"]) == bool(row["parent.key"]) for row in found)


async def test_what_is_hidden_cannot_be_asked_for(things: Workspace, tmp_path: Path) -> None:
    member = Actor(1, "member", None, policy=overlaid({"member": {"thing": {"hidden": ["worth"]}}}))
    for query in ({"columns": "worth"}, {"sort": "worth"}, {"filter": {"field": "worth", "op": "not_empty"}}):
        with pytest.raises(BadRequest, match="no field"):
            await export(things, "thing", tmp_path / "x.csv", member, **query)
    assert names_in(tmp_path) == set()


async def test_parquet_is_typed(things: Workspace, tmp_path: Path) -> None:
    body = {"worth": {"amount": "12.3001", "currency": "KRW"}, "day": "2026-01-31", "good": True, "label": "=1"}
    await _add(things, body, {"moment": "1969-12-31T23:59:59+02:00"})
    path = await export(things, "thing", tmp_path / "x.parquet", kind="parquet", sort="id")
    first, second = pq.read_table(path).to_pylist()
    assert (first["worth"], first["worth.currency"]) == (Decimal("12.3001"), "KRW")
    assert (first["day"], first["good"], first["label"]) == (dt.date(2026, 1, 31), True, "=1")
    assert second["moment"] == dt.datetime(1969, 12, 31, 21, 59, 59, tzinfo=dt.UTC)
    assert second["label"] is None


async def test_a_workbook_has_typed_cells(things: Workspace, tmp_path: Path) -> None:
    body = {"number": 7, "size": "999999999999999.999999", "day": "2026-01-31", "good": True, "label": "=1\x0b_x0041_"}
    await _add(things, body)
    path = await export(things, "thing", tmp_path / "x.xlsx", kind="xlsx")
    sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    names, cells = sheet.to_python()
    row = dict(zip(names, cells, strict=True))
    assert (row["number"], row["size"], row["good"]) == (7, "999999999999999.999999", True)
    assert row["day"] in (dt.date(2026, 1, 31), dt.datetime(2026, 1, 31))  # noqa: DTZ001
    assert row["label"] == "=1\x0b_x0041_"


def test_a_full_sheet_is_followed_by_another(tmp_path: Path) -> None:
    columns = [Column("n", "integer", ""), Column("t", "text", "")]
    with Workbook(tmp_path / "x.xlsx", "A/B: [x]", columns, most_rows=3) as book:
        texts = ["a&<b>\r", None, "", "_x0041_", "x" * 40_000]
        book.write(pa.RecordBatch.from_arrays([[str(n) for n in range(5)], pa.array(texts)], ["n", "t"]))
    found = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "x.xlsx"))
    assert found.sheet_names == ["A B   x", "A B   x 2", "A B   x 3"]
    sheets = [found.get_sheet_by_name(name).to_python() for name in found.sheet_names]
    assert [[row[0] for row in sheet] for sheet in sheets] == [["n", 0, 1], ["n", 2, 3], ["n", 4]]
    assert [row[1] for row in (*sheets[0][1:], *sheets[1][1:])] == ["a&<b>\r", "", "", "_x0041_"]
    assert book.cut == 1


async def test_an_empty_view_is_a_header(things: Workspace, tmp_path: Path) -> None:
    for kind in ("csv", "xlsx", "parquet"):
        path = await export(things, "thing", tmp_path / f"x.{kind}", kind=kind)
        assert path.stat().st_size
    assert rows_of(tmp_path / "x.csv") == []
    assert pq.read_table(tmp_path / "x.parquet").num_rows == 0
    assert json.dumps(pq.read_table(tmp_path / "x.parquet").schema.names[:2]) == '["thing:number", "thing:key"]'
