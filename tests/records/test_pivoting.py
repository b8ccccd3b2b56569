"""Each cell of a pivot counts exactly the records that its filter lists."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.records.things import people, values
from visavis.access import SYSTEM
from visavis.features.runtime import Workspace
from visavis.kernel.errors import BadRequest, Conflict
from visavis.records import Query, count, create, list_page
from visavis.records.pivot_axes import Axis
from visavis.records.pivoting import Asked, Figure, Sort, Table, pivot

COUNT = (Figure("count"),)
SEOUL = ZoneInfo("Asia/Seoul")


async def table(workspace: Workspace, asked: Asked, name: str = "thing", tree: Any = None) -> Table:
    async with workspace.context(SYSTEM) as ctx:
        return await pivot(ctx, name, Query(filter=tree), asked, SEOUL)


async def fill(workspace: Workspace, number: int) -> None:
    actors = await people(workspace)
    rnd = random.Random(7)
    ids: list[int] = []
    async with workspace.context() as ctx:
        for _ in range(number):
            body = values(rnd, ids[-9:], [a.user_id for a in actors if a.user_id])
            ids.append((await create(ctx, "thing", body)).id)


AXES = [
    Axis("stage"), Axis("good"), Axis("label"), Axis("parent"), Axis("helper"), Axis("mail"), Axis("phone"),
    Axis("day", "month"), Axis("day", "quarter"), Axis("day", "year"), Axis("day", "week"), Axis("moment", "day"),
    Axis("moment", "month"), Axis("created_at", "day"), Axis("size", "band"), Axis("share", "band"), Axis("number"),
    Axis("worth.currency"), Axis("worth", "band", (Decimal(0), Decimal("12.3"))), Axis("helper.team"),
    Axis("parent.stage"), Axis("parent.day", "year"), Axis("parent.helper"), Axis("parent.number", "band"),
]  # fmt: skip


async def test_a_cell_holds_what_its_filter_lists(things: Workspace) -> None:
    await fill(things, 60)
    for axis in AXES:
        other = Axis("stage") if axis.field != "stage" else Axis("good")
        found = await table(things, Asked((axis,), (other,), COUNT))
        assert found.whole.count == 60
        async with things.context() as ctx:
            for row in found.rows:
                for column in found.columns:
                    cell = found.cells.get((row.keys, column.keys))
                    tree = {"and": [*row.filter, *column.filter]}
                    listed = await count(ctx, "thing", Query(filter=tree))
                    assert listed["value"] == (cell.count if cell else 0), (axis, tree)


async def test_totals_are_those_of_the_cells(things: Workspace) -> None:
    await fill(things, 40)
    figures = (Figure("sum", "size"), Figure("mean", "size"), Figure("min", "size"), Figure("max", "size"))
    found = await table(things, Asked((Axis("stage"),), (Axis("good"),), figures))
    async with things.context() as ctx:
        rows = json.loads(await list_page(ctx, "thing", Query(columns=("stage", "size"), limit=100)))["data"]
    for head in found.rows:
        sizes = [Decimal(r["size"]) for r in rows if r["stage"] == head.keys[0] and r["size"] is not None]
        mean = (sum(sizes, Decimal(0)) / len(sizes)).quantize(Decimal("0.000001"))
        expected = [sum(sizes), mean, min(sizes), max(sizes)]
        assert [found.by_row[head.keys].value(f) for f in figures] == expected
    assert [head.keys[0] for head in found.rows] == ["won", "lost", "open", None]
    order = Asked((Axis("stage"),), (Axis("good"),), figures, Sort(0, (True,), descending=False))
    ordered = await table(things, order)
    sums = [ordered.cells[row.keys, (True,)].value(figures[0]) for row in ordered.rows]
    assert sums == sorted(sums, key=lambda v: v or Decimal(0))


async def test_amounts_of_several_currencies_are_never_added_up(things: Workspace) -> None:
    async with things.context() as ctx:
        for amount, currency in (("1", "EUR"), ("2", "EUR"), ("3", "USD")):
            await create(ctx, "thing", {"name": "x", "stage": "won", "worth": {"amount": amount, "currency": currency}})
    figures = (Figure("sum", "worth"),)
    with pytest.raises(Conflict, match=r"EUR and USD.*worth\.currency"):
        await table(things, Asked((Axis("stage"),), (), figures))
    found = await table(things, Asked((Axis("stage"),), (Axis("worth.currency"),), figures))
    assert [found.by_column[c.keys].value(figures[0]) for c in found.columns] == [Decimal(3), Decimal(3)]
    assert found.by_row["won",].value(figures[0]) is None
    assert found.whole.value(figures[0]) is None
    only = {"field": "worth.currency", "op": "eq", "value": "EUR"}
    assert (await table(things, Asked((), (), figures), tree=only)).whole.value(figures[0]) == 3


REFUSED = [
    (Axis("day"), "Take it by day, week"),
    (Axis("worth"), "Take it by band"),
    (Axis("tags"), "Choose a field"),
    (Axis("stage", "month"), "is no date"),
    (Axis("stage", "band"), "is no number"),
    (Axis("stage.name"), "cannot be followed"),
    (Axis("nothing"), "has no field"),
    (Axis("size", "band", (Decimal(2), Decimal(1))), "each larger"),
]


async def test_what_makes_no_rows_says_what_does(things: Workspace) -> None:
    for axis, why in REFUSED:
        with pytest.raises(BadRequest, match=why):
            await table(things, Asked((axis,), (), COUNT))
