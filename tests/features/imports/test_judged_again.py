"""What rows mean is looked up for the whole file at first; a range asks again where others wrote meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.features.imports.conftest import Make
from tests.features.imports.test_merged import merge
from visavis.access import SYSTEM
from visavis.features.imports import merging
from visavis.features.imports.api import import_file
from visavis.features.imports.merging import Merge
from visavis.features.runtime import Workspace
from visavis.records.context import Context

FIRST = "id,name,sector\n1,Acme,retail\n2,ACME Ltd,retail\n3,Bolt,retail\n"
NEWS = "id,name,sector\n2,Acme,steel\n3,Bolt,steel\n4,Core,steel\n"
Before = Callable[[Context], Awaitable[Any]]


def _plan(**key: Any) -> dict[str, Any]:
    fields = {"name": {"column": "name"}, "industry": {"column": "sector"}}
    target = {"alias": "c", "object": "company", "key": {"columns": ["id"], **key}, "fields": fields}
    return {"targets": [target]}


async def _bring(workspace: Workspace, make: Make, body: str, **key: Any) -> dict[str, int]:
    report = await import_file(workspace, make("companies.csv", body), actor=SYSTEM, plan=_plan(**key))
    return {name: count for name, count in report.objects["company"].items() if count}


def _judging_after(monkeypatch: pytest.MonkeyPatch, before: Before | None, *, again: bool) -> None:
    """Ranges of one row; before the first is judged somebody writes."""
    original, done = Merge._judge, list[int]()

    async def judge(self: Merge, ctx: Context, *rest: Any) -> None:
        self.is_disturbed = again
        if before is not None and not done:
            await before(ctx)
        done.append(1)
        await original(self, ctx, *rest)

    monkeypatch.setattr(merging, "RANGE", 1)
    monkeypatch.setattr(merging, "_AT_ONCE", 1)
    monkeypatch.setattr(Merge, "_judge", judge)


async def _there(workspace: Workspace) -> list[tuple[Any, ...]]:
    sql = "select name, external_id, industry from company where deleted_at is null order by name, external_id"
    return [tuple(row.values()) for row in await workspace.db.rows(sql)]


@pytest.mark.parametrize("again", [False, True])
async def test_keys_of_merged_records_mean_the_others(
    workspace: Workspace, make: Make, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    await _bring(workspace, make, FIRST)
    ids = {row["external_id"]: row["id"] for row in await workspace.db.rows("select id, external_id from company")}
    await merge(workspace, ids["1"], ids["2"])
    _judging_after(monkeypatch, None, again=again)
    assert await _bring(workspace, make, NEWS) == {"created": 1, "updated": 2}
    assert await _there(workspace) == [("Acme", "1", "steel"), ("Bolt", "3", "steel"), ("Core", "4", "steel")]
    assert await _bring(workspace, make, NEWS) == {"unchanged": 3}


async def test_a_record_that_came_meanwhile_is_found(
    workspace: Workspace, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = "insert into company (name, external_id) values ('Core', '4')"
    _judging_after(monkeypatch, lambda ctx: ctx.tx.execute(sql), again=True)
    assert await _bring(workspace, make, NEWS) == {"created": 2, "updated": 1}


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("change", ["external_id = 'other'", "name = 'Another'", "deleted_at = now()"])
async def test_what_a_key_was_to_adopt_has_changed_meanwhile(
    workspace: Workspace, make: Make, monkeypatch: pytest.MonkeyPatch, change: str, again: bool
) -> None:
    """Nobody's record is overwritten: the row makes one of its own."""
    await workspace.db.rows("insert into company (name) values ('Bolt')")
    sql = f"update company set {change}"
    _judging_after(monkeypatch, lambda ctx: ctx.tx.execute(sql), again=again)
    assert await _bring(workspace, make, NEWS, adopt="name") == {"created": 3}
    assert ("Bolt", "3", "steel") in await _there(workspace)
    assert await workspace.db.value("select count(*) from company where industry is null") == 1


async def test_a_key_adopts_the_only_record_of_the_name(
    workspace: Workspace, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workspace.db.rows("insert into company (name) values ('BOLT'), ('Core'), ('core')")
    _judging_after(monkeypatch, None, again=True)
    assert await _bring(workspace, make, NEWS, adopt="name") == {"created": 2, "updated": 1}
