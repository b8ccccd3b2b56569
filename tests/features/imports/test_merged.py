"""Files that still speak of records that were merged since."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.features.imports.conftest import Make
from visavis.access import SYSTEM
from visavis.features.imports.api import ImportReport, import_file
from visavis.features.runtime import Workspace
from visavis.records import batches, merging
from visavis.records.merge_plan import Wanted

COMPANIES = "id,name,sector,subsidiary_of\n1,Acme,retail,\n2,ACME Ltd,medical,\n3,Bolt,,ACME Ltd\n"
DEALS = "id,name,account\nD1,First,2\n"
PLAN = {
    "targets": [
        {
            "alias": "deal",
            "object": "deal",
            "key": {"columns": ["id"]},
            "fields": {"name": {"column": "name"}},
            "links": {"company": {"column": "account", "match": "external_id"}},
        }
    ]
}


async def bring(workspace: Workspace, path: Path, **more: Any) -> ImportReport:
    return await import_file(workspace, path, actor=SYSTEM, **more)


async def merge(workspace: Workspace, keep: int, other: int) -> tuple[int, Wanted]:
    wanted = Wanted("company", (keep, other), keep)
    async with workspace.context() as ctx:
        batch = await batches.begin(ctx, merging.KIND)
        await merging.merge(replace(ctx, batch_id=batch), wanted, _silent)
    return batch, wanted


async def _silent(_: int) -> None:
    """Nobody waits."""


async def _ids(workspace: Workspace) -> dict[str, int]:
    return {row["external_id"]: row["id"] for row in await workspace.db.rows("select id, external_id from company")}


async def test_the_same_file_makes_no_duplicate_and_leaves_the_choice(workspace: Workspace, make: Make) -> None:
    path = make("companies.csv", COMPANIES)
    await bring(workspace, path)
    ids = await _ids(workspace)
    await merge(workspace, ids["1"], ids["2"])
    again = await bring(workspace, path)
    assert again.objects["company"] == {"created": 0, "updated": 0, "unchanged": 3, "invalid": 0}
    acme = await workspace.db.row("select name, industry from company where id = $1", ids["1"])
    assert acme is not None and tuple(acme.values()) == ("Acme", "retail")
    assert await workspace.db.value("select count(*) from company") == 3


async def test_news_of_the_merged_record_alone_reach_the_one_that_stayed(workspace: Workspace, make: Make) -> None:
    await bring(workspace, make("companies.csv", COMPANIES))
    ids = await _ids(workspace)
    batch, wanted = await merge(workspace, ids["1"], ids["2"])
    news = make("news.csv", "id,name,sector,subsidiary_of\n2,ACME Ltd,steel,\n")
    told = await bring(workspace, news)
    assert told.objects["company"]["updated"] == 1
    sql = "select industry from company where id = $1"
    assert await workspace.db.value(sql, ids["1"]) == "steel"
    async with workspace.context(batch_id=batch) as ctx:
        await merging.unmerge(ctx, wanted, {}, _silent)
    assert (await bring(workspace, news)).objects["company"]["updated"] == 1
    assert await workspace.db.value(sql, ids["2"]) == "steel"


async def test_links_to_the_merged_record_lead_to_the_one_that_stayed(workspace: Workspace, make: Make) -> None:
    await bring(workspace, make("companies.csv", COMPANIES))
    ids = await _ids(workspace)
    await merge(workspace, ids["1"], ids["2"])
    told = await bring(workspace, make("deals.csv", DEALS), plan=PLAN)
    assert told.objects["deal"]["created"] == 1
    assert await workspace.db.value("select company from deal") == ids["1"]
