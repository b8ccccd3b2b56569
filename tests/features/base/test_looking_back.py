"""Classes of earlier days: worked out from what was known then, without touching what is known."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import httpx

from tests.features.base.test_methods import bought, refreshed, sold
from visavis.features.base.jobs import months_before
from visavis.features.runtime import Workspace
from visavis.insight.earlier import look_back


def test_months_before_a_day_are_their_first_days() -> None:
    assert months_before(dt.date(2026, 3, 15), 2) == [dt.date(2026, 3, 1), dt.date(2026, 2, 1)]
    assert months_before(dt.date(2026, 2, 1), 2) == [dt.date(2026, 1, 1), dt.date(2025, 12, 1)]


async def test_earlier_classes_are_told_by_earlier_sales_alone(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    await sold(workspace, "2026-01-10", 75, 20)
    third = (await sold(workspace, "2026-01-10", 5, names="Small"))[0]
    async with workspace.context() as ctx:
        await bought(ctx, third, "2026-02-10", 300)
    await refreshed(workspace, "abc")
    days = [dt.date(2026, month, 1) for month in (1, 2)]
    kept = await look_back(workspace.db, workspace.data_dir, days)
    assert kept == {"days": ["2026-02-01"]}, "before the first sale there is nothing to tell"
    answer = (await ann.get("/insight/migration")).json()
    assert answer["days"] == ["2026-02-11", "2026-02-01"]
    cells: dict[Any, Any] = {(cell["before"], cell["after"]): cell for cell in answer["cells"]}
    assert {pair: cell["count"] for pair, cell in cells.items()} == {("A", "B"): 1, ("B", "C"): 1, ("C", "A"): 1}
    asked = await ann.get("/companies", params={"filter": json.dumps(cells["C", "A"]["filter"])})
    assert [row["id"] for row in asked.json()["data"]] == [third]
    queued = await ann.post("/insight/migration/earlier", json={"months": 3})
    assert queued.status_code == 202 and queued.json()["kind"] == "insight.look_back"
