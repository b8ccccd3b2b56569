"""A whole import is taken back: every table as it was, what others did since stays, and the file goes in again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from visavis import records
from visavis.access import SYSTEM
from visavis.features.imports import service, takingback
from visavis.features.imports.api import ImportReport, import_file, roll_back
from visavis.features.imports.jobs import rollback_job, run_job
from visavis.features.imports.ledger import Cancelled, read
from visavis.features.runtime import Workspace
from visavis.insight.feed import Source, feed
from visavis.insight.warehouse import Warehouse, open_warehouse
from visavis.kernel.errors import Conflict
from visavis.store import jobs
from visavis.worker import JobRun

Make = Callable[[str, str | bytes], Path]
HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
COMPANIES: dict[str, Any] = {
    "targets": [
        {
            "alias": "company",
            "object": "company",
            "key": {"columns": ["id"]},
            "fields": {"name": {"column": "name"}, "employees": {"column": "size"}, "tags": {"column": "tags"}},
            "links": {"parent": {"column": "parent", "create_missing": True}},
        }
    ]
}


def sales(first: int, last: int, price: str = "2.50") -> str:
    """Invoices of three lines; a part of them is in two files, with other prices."""
    lines = (
        f"{n // 3},P{n % 7},Thing {n % 7},{n % 9 + 1},2026-01-{n % 28 + 1:02} 10:00,{price},{n % 11 or ''},France\n"
        for n in range(first, last)
    )
    return HEAD + "".join(lines)


async def sums(workspace: Workspace) -> dict[str, Any]:
    """A checksum of each record table, without the lock tokens, and of what can be searched."""
    rows = "select md5(coalesce(string_agg(md5(r), '' order by id), '')) from"
    found = {
        name: await workspace.db.value(f"{rows} (select id, (to_jsonb(t) - 'version')::text as r from \"{name}\" t) s")
        for name in workspace.catalogue.by_name
    }
    search = "(select record_id as id, to_jsonb(t)::text as r from search t) s"
    return found | {"search": await workspace.db.value(f"{rows} {search}")}


async def bring(workspace: Workspace, path: Path, **more: Any) -> ImportReport:
    return await import_file(workspace, path, actor=SYSTEM, **more)


async def test_sales_with_sums_and_updates_are_as_before(workspace: Workspace, make: Make) -> None:
    await bring(workspace, make("sales.csv", sales(0, 90)), options={"currency": "GBP"})
    before = await sums(workspace)
    assert await workspace.db.value("select max(total) from invoice") > 0
    report = await bring(workspace, make("sales.csv", sales(45, 150, "3.75")), options={"currency": "GBP"})
    counted = report.objects
    assert counted["invoice_line"]["updated"] and counted["invoice_line"]["created"] and counted["invoice"]["updated"]
    assert await sums(workspace) != before
    done = await roll_back(workspace, report.id, actor=SYSTEM)
    assert await sums(workspace) == before
    assert done["removed"] == await _made(workspace, report.id) and done["restored"] and not done["kept"]
    state = await workspace.db.row("select state, undone from import_run where id = $1", report.id)
    assert state is not None and (state["state"], state["undone"]) == ("rolled_back", done)


async def _made(workspace: Workspace, import_id: int) -> int:
    found: int = await workspace.db.value(
        "select count(*) from event where kind = 'created'"
        " and batch_id = any((select batch_ids from import_run where id = $1)::bigint[])",
        import_id,
    )
    return found


async def test_created_links_go_and_the_file_goes_in_again(workspace: Workspace, make: Make) -> None:
    body = "id,name,size,tags,parent\n1,Acme,12,a;b,Holding\n2,Bolt,7,,Acme\n3,Cog,,,Group\n"
    await bring(workspace, make("old.csv", "id,name,size,tags,parent\n1,Acme,9,z,\n2,Bolt,8,,\n"), plan=COMPANIES)
    before = await sums(workspace)
    report = await bring(workspace, make("new.csv", body), plan=COMPANIES)
    after = await workspace.db.rows("select name, employees from company order by name")
    assert report.objects["company"] == {"created": 3, "updated": 2, "unchanged": 0, "invalid": 0}
    done = await roll_back(workspace, report.id, actor=SYSTEM)
    assert (done["removed"], done["restored"]) == (3, 2)
    assert await sums(workspace) == before
    with pytest.raises(Conflict):
        await roll_back(workspace, report.id, actor=SYSTEM)
    again = await bring(workspace, make("new.csv", body), plan=COMPANIES)
    assert again.objects == report.objects
    assert await workspace.db.rows("select name, employees from company order by name") == after


async def test_what_others_did_since_stays_and_is_told(workspace: Workspace, make: Make) -> None:
    await bring(workspace, make("a.csv", "id,name,size,tags,parent\n1,Acme,9,,\n"), plan=COMPANIES)
    body = "id,name,size,tags,parent\n1,Acme Ltd,12,,\n2,Bolt,7,,\n3,Cog,3,,\n4,Dot,3,,Bolt\n"
    report = await bring(workspace, make("b.csv", body), plan=COMPANIES)
    ids = {r["name"]: r["id"] for r in await workspace.db.rows("select id, name from company")}
    async with workspace.context() as ctx:
        await records.update(ctx, "company", ids["Acme Ltd"], {"employees": 99}, None)
        await records.update(ctx, "company", ids["Dot"], {"employees": 4}, None)
        await records.create(ctx, "deal", {"name": "Hand", "company": ids["Cog"]})
    done = await roll_back(workspace, report.id, actor=SYSTEM)
    left = {r["name"]: r["employees"] for r in await workspace.db.rows("select name, employees from company")}
    assert left == {"Acme": 99, "Bolt": 7, "Cog": 3, "Dot": 4}
    assert done["reasons"] == {"edited": 2, "linked": 2} and done["removed"] == 0 and done["restored"] == 1
    assert {(k["id"], k["reason"], tuple(k["fields"])) for k in done["rows"]} == {
        (ids["Acme Ltd"], "edited", ("employees",)),
        (ids["Dot"], "edited", ()),
        (ids["Cog"], "linked", ()),
        (ids["Bolt"], "linked", ()),
    }


async def test_two_runs_of_one_import_are_both_taken_back(workspace: Workspace, make: Make) -> None:
    """Also the first one, although the second has changed the same records since."""
    before = await sums(workspace)
    path = make("a.csv", "id,name,size,tags,parent\n1,Acme,9,,\n2,Bolt,8,,\n")
    report = await bring(workspace, path, plan=COMPANIES)
    async with workspace.context() as ctx:
        row = await service.set_plan(ctx, await read(ctx.tx, report.id), _with_note(), None)
    await service.run(workspace, row["id"], SYSTEM)
    assert await workspace.db.value("select count(*) from event where kind = 'updated'") == 2
    done = await roll_back(workspace, report.id, actor=SYSTEM)
    assert (done["removed"], done["kept"]) == (2, 0)
    assert await sums(workspace) == before


def _with_note() -> dict[str, Any]:
    target = COMPANIES["targets"][0]
    return {"targets": [target | {"fields": target["fields"] | {"industry": {"value": "retail"}}}]}


async def test_a_job_that_died_after_the_end_does_nothing_twice(workspace: Workspace, make: Make) -> None:
    report = await bring(workspace, make("a.csv", "id,name,size,tags,parent\n1,Acme,9,,\n"), plan=COMPANIES)
    await roll_back(workspace, report.id, actor=SYSTEM)
    for kind, handler, column in (("run", run_job, "counts"), ("rollback", rollback_job, "undone")):
        async with workspace.context() as ctx:
            await jobs.enqueue(ctx.tx, f"imports.{kind}", {"import": report.id, "role": "owner"})
            (job,) = await jobs.claim(ctx.tx, "w", {f"imports.{kind}": 9}, 1)
        first = await handler(JobRun(workspace, job, "w"))
        assert await handler(JobRun(workspace, job, "w")) == first
        assert await workspace.db.value(f"select {column} from import_run where id = $1", report.id) == first
    assert len(await workspace.db.value("select batch_ids from import_run where id = $1", report.id)) == 2


async def test_cancelled_half_way_it_goes_on(workspace: Workspace, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takingback, "CHUNK", 10)
    before = await sums(workspace)
    report = await bring(workspace, make("sales.csv", sales(0, 60)), options={"currency": "GBP"})
    whole = await _made(workspace, report.id)

    async def stop(done: int, total: int, doing: str) -> None:
        assert total == whole and doing == "Taking back"
        if done >= 30:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        await takingback.roll_back(workspace, report.id, SYSTEM, stop)
    assert await workspace.db.value("select state from import_run where id = $1", report.id) == "failed"
    done = await roll_back(workspace, report.id, actor=SYSTEM)
    assert await sums(workspace) == before and done["removed"] == whole


async def test_the_warehouse_loses_the_removed_rows(workspace: Workspace, make: Make, dsn: str, tmp_path: Path) -> None:
    await bring(workspace, make("sales.csv", sales(0, 90)), options={"currency": "GBP"})
    source = Source(dsn, workspace.db.schema)
    with open_warehouse(tmp_path / "warehouse") as warehouse:
        await asyncio.to_thread(feed, warehouse, source)
        before = _content(warehouse)
        report = await bring(workspace, make("sales.csv", sales(45, 120, "3.75")), options={"currency": "GBP"})
        await asyncio.to_thread(feed, warehouse, source)
        assert _content(warehouse) != before
        await roll_back(workspace, report.id, actor=SYSTEM)
        fed = await asyncio.to_thread(feed, warehouse, source)
        assert not fed.rebuilt and _content(warehouse) == before


def _content(warehouse: Warehouse) -> list[Any]:
    return [warehouse.connection.execute(f"select * from {t} order by 1").fetchall() for t in ("sale_line", "company")]
