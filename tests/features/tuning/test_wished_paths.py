"""A list by something two relations away asks for its path when it is asked often; the job makes it, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from visavis.access import Actor
from visavis.features.runtime import Workspace, open_workspace
from visavis.features.tuning import jobs
from visavis.records import Query, list_page, listing
from visavis.records.wishing import PATH_JOB

ACTOR = Actor(1, "member", 2, colleagues=(1, 3))
EMPLOYED = Query(
    filter={"related": "employment.person", "filter": {"field": "company.country", "op": "eq", "value": "C1"}}
)
TRADES = {"related": "deal", "link": "person", "hop": "company", "field": "industry", "sort": "last_name"}


@pytest.fixture
async def employed(dsn: str, schema: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workspace]:
    """Two hundred employments are many here."""
    monkeypatch.setattr(jobs, "ROWS", 100)
    monkeypatch.setattr(listing, "WORTH_A_THOUGHT", -1.0)
    monkeypatch.setattr(listing, "OFTEN", 50.0)
    async with open_workspace(dsn, tmp_path, schema, max_size=4) as opened:
        for sql in (
            "insert into person (last_name, owner) select 'P' || n, n % 5 from generate_series(1, 200) n",
            "insert into company (name, country, owner) select 'C', 'C' || n % 3, n % 4 from generate_series(1, 20) n",
            "insert into employment (person, company) select id, id % 20 + (select min(id) from company) from person",
            "analyze employment",
        ):
            await opened.db.rows(sql)
        yield opened


async def built(workspace: Workspace, args: dict[str, Any]) -> str | None:
    found: str | None = (await jobs.build_path(SimpleNamespace(workspace=workspace, args=args)))["built"]
    return found


async def test_a_list_that_is_asked_often_gets_its_path(employed: Workspace) -> None:
    asked: list[Any] = []
    calls = 0
    while not asked:
        calls += 1
        async with employed.context(ACTOR, readonly=True) as ctx:
            await list_page(ctx, "person", EMPLOYED)
        asked = await employed.db.rows("delete from job where kind = $1 returning args", PATH_JOB)
    assert calls > 1
    path = asked[0]["args"]["path"]
    assert path == {**TRADES, "related": "employment", "field": "country"}
    name = await built(employed, {"path": path})
    assert name is not None
    assert await employed.db.value(f'select count(*) from "{name}"') == 200
    assert await built(employed, {"path": path}) is None
    assert await employed.db.value("select indisvalid from pg_index where indexrelid = $1::regclass", f'"{name}.team"')


async def test_small_tables_and_what_is_no_path_get_none(employed: Workspace) -> None:
    path = {**TRADES, "related": "employment", "field": "country"}
    for wrong in (TRADES, {**path, "hop": "role"}, {**path, "sort": "moon"}, {**path, "related": "moon"}):
        assert await built(employed, {"path": wrong}) is None
    assert not await employed.db.rows("select 1 from path_fill")


async def test_there_are_few_of_them(employed: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MOST_PATHS", 1)
    path = {**TRADES, "related": "employment", "field": "country"}
    assert await built(employed, {"path": path}) is not None
    assert await built(employed, {"path": {**path, "field": "industry"}}) is None
