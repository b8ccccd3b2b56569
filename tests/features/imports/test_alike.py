"""The check tells of new records that are called like others: each becomes one of its own."""

from __future__ import annotations

from typing import Any

from tests.features.imports.conftest import Make
from visavis.access import SYSTEM, Actor
from visavis.features.imports.api import ImportReport, import_file
from visavis.features.runtime import Workspace
from visavis.records import create, trash

FILE = "id,name,sector\n1,Acme,a\n2,ACME,b\n3,Bolt,c\n4,Core,d\n5,,e\n6,Gone,f\n"


def _plan(**key: Any) -> dict[str, Any]:
    fields = {"name": {"column": "name"}, "industry": {"column": "sector"}}
    target = {"alias": "c", "object": "company", "key": {"columns": ["id"], **key}, "fields": fields}
    return {"targets": [target]}


async def _checked(workspace: Workspace, make: Make, actor: Actor = SYSTEM, **key: Any) -> ImportReport:
    path = make("companies.csv", FILE)
    return await import_file(workspace, path, actor=actor, plan=_plan(**key), dry_run=True)


async def test_rows_of_one_name_are_told_with_what_is_there(workspace: Workspace, make: Make) -> None:
    async with workspace.context() as ctx:
        await create(ctx, "company", {"name": "bolt"})
        gone = await create(ctx, "company", {"name": "Gone"})
        await trash(ctx, "company", gone.id, gone.version)
    assert (await _checked(workspace, make)).alike == {"company": {"rows": 3, "there": 1}}
    assert (await _checked(workspace, make, adopt="name")).alike == {"company": {"rows": 2, "there": 0}}


async def test_nobody_is_told_of_what_he_may_not_see(workspace: Workspace, make: Make) -> None:
    async with workspace.context() as ctx:
        await create(ctx, "company", {"name": "Bolt"})
    assert (await _checked(workspace, make, Actor(7, "member"))).alike == {"company": {"rows": 2, "there": 0}}


async def test_what_is_there_by_its_number_is_not_told(workspace: Workspace, make: Make) -> None:
    report = await import_file(workspace, make("companies.csv", FILE), actor=SYSTEM, plan=_plan())
    assert report.alike == {}
    assert (await _checked(workspace, make)).alike == {}
