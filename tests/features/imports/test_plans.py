"""What plans can say beyond one cell for one field: rows left out, cells let off, ids of systems, adoption."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from visavis.access import SYSTEM
from visavis.features.imports.api import ImportReport, import_file
from visavis.features.imports.identity import SALESFORCE, identified, lengthened
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Invalid

Make = Callable[[str, str | bytes], Path]
PERSON: dict[str, Any] = {
    "alias": "person",
    "object": "person",
    "key": {"columns": ["id"], "prefix": "hubspot:", "adopt": "email"},
    "fields": {
        "last_name": {"column": "name", "or": ["email", "phone"]},
        "email": {"column": "email", "lenient": True},
        "phone": {"column": "phone", "lenient": True},
    },
}


async def bring(workspace: Workspace, path: Path, *targets: dict[str, Any], **more: Any) -> ImportReport:
    return await import_file(workspace, path, actor=SYSTEM, plan={"targets": list(targets)} | more)


async def rows(workspace: Workspace, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in await workspace.db.rows(sql)]


def test_ids_bear_their_system() -> None:
    assert lengthened("0015500000Xyy06") == "0015500000Xyy06AAB"
    ids = pa.array(["0015500000Xyy06", "0015500000Xyy06AAB", None])
    assert identified(ids, SALESFORCE).to_pylist() == ["salesforce:0015500000Xyy06AAB"] * 2 + [None]
    assert identified(ids, "").equals(ids)


async def test_rows_are_left_out_and_cells_let_off(workspace: Workspace, make: Make) -> None:
    body = (
        "id,name,email,phone,gone\n1,Lee,lee@x.io,,false\n2,Kim,not an address,,FALSE\n3,Out,,,TRUE\n4,,,+4420794600,\n"
    )
    skip = [{"column": "gone", "values": ["true"], "reason": "deleted there"}]
    report = await bring(workspace, make("a.csv", body), PERSON, skip=skip)
    assert (report.rows, report.invalid, report.skipped) == (4, 0, {"deleted there": 1})
    assert report.objects["person"]["created"] == 3
    assert [(e["row"], e["code"], e["note"]) for e in report.errors] == [(3, "email", True)]
    found = await rows(workspace, "select external_id, last_name, email from person order by 1")
    assert found == [("hubspot:1", "Lee", "lee@x.io"), ("hubspot:2", "Kim", None), ("hubspot:4", "+4420794600", None)]
    assert not (await bring(workspace, make("a.csv", body), PERSON, skip=skip)).changed


async def test_a_record_without_a_key_is_adopted_by_its_address(workspace: Workspace, make: Make) -> None:
    async with workspace.context(SYSTEM) as ctx:
        await ctx.tx.execute("insert into person (last_name, email) values ('Old', 'A@x.io'), ('Two', 'b@x.io')")
        await ctx.tx.execute("insert into person (last_name, email) values ('Too', 'b@x.io')")
    body = "id,name,email,phone\n1,New,a@x.io,\n2,Other,a@x.io,\n3,Third,b@x.io,\n"
    report = await bring(workspace, make("a.csv", body), PERSON)
    assert report.objects["person"] == {"created": 2, "updated": 1, "unchanged": 0, "invalid": 0}
    found = await rows(workspace, "select external_id, last_name from person where last_name in ('New', 'Other')")
    assert sorted(found) == [("hubspot:1", "New"), ("hubspot:2", "Other")]
    assert not (await bring(workspace, make("a.csv", body), PERSON)).changed


async def test_links_may_stay_empty_and_belong_to_systems(workspace: Workspace, make: Make) -> None:
    company = {"alias": "c", "object": "company", "key": {"columns": ["id"], "prefix": SALESFORCE},
               "fields": {"name": {"column": "name"}}}  # fmt: skip
    await bring(workspace, make("c.csv", "id,name\n0015500000Xyy06,Acme\n"), company)
    await bring(workspace, make("p.csv", "id,name,email,phone\n1,Lee,lee@x.io,\n"), PERSON)
    deal = {
        "alias": "deal", "object": "deal", "key": {"columns": ["id"]}, "fields": {
            "name": {"column": "id"},
            "stage": {"column": "stage", "else": "lost",
                      "rules": [{"column": "won", "equals": "true", "value": "won"}]},
        },
        "links": {
            "company": {"column": "what", "or": "account", "match": "external_id", "prefix": SALESFORCE,
                        "starts_with": "001", "missing": "empty"},
            "person": {"column": "who", "match": "email", "several": True, "missing": "empty"},
        },
    }  # fmt: skip
    body = (
        "id,what,account,who,won,stage\n1,0015500000Xyy06AAB,,x@y.z; LEE@x.io,TRUE,?\n"
        "2,0061,0015500000Xyy06,,,\n3,0019,,nobody@x.io,false,?\n"
    )
    report = await bring(workspace, make("d.csv", body), deal)
    assert report.objects["deal"]["created"] == 3 and report.invalid == 0
    assert [(e["row"], e["column"], e["code"]) for e in report.errors] == [
        (4, "company", "unlinked"), (4, "person", "unlinked")]  # fmt: skip
    sql = (
        "select d.name, d.stage, c.name as c, p.last_name as p from deal d"
        " left join company c on c.id = d.company left join person p on p.id = d.person order by 1"
    )
    assert await rows(workspace, sql) == [
        ("1", "won", "Acme", "Lee"),
        ("2", "lost", "Acme", None),
        ("3", "lost", None, None),
    ]


async def test_rows_that_only_change_what_is_there(workspace: Workspace, make: Make) -> None:
    await bring(workspace, make("p.csv", "id,name,email,phone\n1,Lee,,\n"), PERSON)
    change = {"alias": "p", "object": "person", "create": False, "key": {"columns": ["id"], "prefix": "hubspot:"},
              "fields": {"country": {"column": "land"}}}  # fmt: skip
    report = await bring(workspace, make("l.csv", "id,land\n1,RO\n2,KR\n"), change)
    assert report.objects["person"] == {"created": 0, "updated": 1, "unchanged": 0, "invalid": 1}
    assert [(e["row"], e["code"]) for e in report.errors] == [(3, "absent")]


async def test_no_import_lets_anybody_in(workspace: Workspace, make: Make) -> None:
    path = make("users.csv", "name,email,role,active\nAnn,ann@x.io,owner,true\n")
    report = await import_file(workspace, path, actor=SYSTEM)
    assert report.objects["user"]["created"] == 1
    assert await rows(workspace, 'select name, role, active from "user"') == [("Ann", None, False)]
    for name in ("role", "active"):
        plan = {"alias": "user", "object": "user", "fields": {"name": {"column": "name"}, name: {"column": name}}}
        with pytest.raises(Invalid, match="mending"):
            await bring(workspace, path, plan)
    linked = {
        "alias": "user",
        "object": "user",
        "fields": {"name": {"column": "name"}},
        "links": {"team": {"column": "name"}},
    }
    with pytest.raises(Invalid, match="mending"):
        await bring(workspace, path, linked)


async def test_colleagues_made_on_the_way_cannot_sign_in(workspace: Workspace, make: Make) -> None:
    await import_file(workspace, make("deals.csv", "Deal name,Stage,Deal owner\nBig,won,Ann Lee\n"), actor=SYSTEM)
    assert await rows(workspace, 'select name, active from "user"') == [("Ann Lee", False)]
