"""A file keeps the rules of a record type: rows that break one stay out and say which field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from visavis.access import SYSTEM
from visavis.features.imports.api import import_file
from visavis.features.runtime import Workspace
from visavis.objects import BUILT_IN
from visavis.store.live import Change, change_catalogue

Make = Callable[[str, str | bytes], Path]
RULE = {"required_if": 'stage = "lost" and (empty(company) or company.country != "FR")'}
PLAN: dict[str, Any] = {
    "targets": [
        {
            "alias": "deal",
            "object": "deal",
            "key": {"columns": ["name"]},
            "fields": {
                "name": {"column": "name"},
                "stage": {"column": "stage"},
                "lost_reason": {"column": "why"},
            },
        }
    ]
}


async def bring(workspace: Workspace, path: Path, **more: Any) -> tuple[Mapping[str, int], list[tuple[str, str]]]:
    report = await import_file(workspace, path, actor=SYSTEM, plan=PLAN, **more)
    problems = await workspace.db.rows(
        "select column_name, code from import_problem where import_id = $1 order by row_no", report.id
    )
    return report.objects["deal"], [(row["column_name"], row["code"]) for row in problems]


async def test_rows_that_break_a_rule_stay_out(workspace: Workspace, make: Make) -> None:
    changes = [Change("deal.lost_reason", "field", "deal", RULE)]
    workspace.catalogue, _ = await change_catalogue(workspace.db, BUILT_IN, changes, None)
    counts, problems = await bring(workspace, make("a.csv", "name,stage,why\na,lost,\nb,lost,price\nc,won,\n"))
    assert (counts["created"], counts["invalid"]) == (2, 1)
    assert problems == [("lost_reason", "required")]
    counts, problems = await bring(workspace, make("b.csv", "name,stage,why\nb,lost,\nc,lost,\n"))
    assert (counts["unchanged"], counts["invalid"]) == (1, 1)
    assert problems == [("lost_reason", "required")]
    assert await workspace.db.value("select stage from deal where name = 'c'") == "won"
