"""Whole imports on a real database: what goes in, what stays out, what a second run does."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from visavis import records
from visavis.access import SYSTEM, Actor, Grant, Policy
from visavis.features.imports import errorfile, service
from visavis.features.imports.api import ImportReport, import_file
from visavis.features.imports.ledger import SQL
from visavis.features.runtime import Workspace
from visavis.features.uploads import uploaded
from visavis.kernel.errors import Forbidden, Invalid

Make = Callable[[str, str | bytes], Path]
USERS = {"targets": [{"alias": "user", "object": "user", "fields": {"name": {"column": "name"}}}]}
COMPANIES = "id,name,sector,employees,revenue,subsidiary_of\n1,Acme,retail,12,1000.50,\n2,Bolt,medical,7,,Acme\n"


async def bring(workspace: Workspace, path: Path, **more: Any) -> ImportReport:
    return await import_file(workspace, path, **({"actor": SYSTEM} | more))


async def rows(workspace: Workspace, sql: str, *args: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in await workspace.db.rows(sql, *args)]


async def error_file(workspace: Workspace, import_id: int) -> str:
    row = await workspace.db.row(SQL.read, import_id)
    assert row is not None
    found = {p["row_no"]: (p["key"], p["reason"]) for p in await workspace.db.rows(SQL.problems, import_id)}
    parts = [part async for part in errorfile.lines(await service.source_of(row), found)]
    return b"".join(parts).decode("utf-8-sig")


async def test_companies_go_in_with_parent_and_events(workspace: Workspace, make: Make) -> None:
    report = await bring(workspace, make("companies.csv", COMPANIES), options={"currency": "EUR"})
    assert report.objects["company"] == {"created": 2, "updated": 0, "unchanged": 0, "invalid": 0}
    acme, bolt = await rows(workspace, "select * from company order by external_id")
    assert (acme["name"], acme["employees"], str(acme["annual_revenue"])) == ("Acme", 12, "1000.5000")
    assert (acme["annual_revenue_currency"], bolt["annual_revenue_currency"]) == ("EUR", None)
    assert bolt["parent"] == acme["id"] and bolt["version"] == 1
    events = await rows(workspace, "select kind, changes, batch_id, door from event")
    (batch,) = await workspace.db.value("select batch_ids from import_run where id = $1", report.id)
    assert events == [{"kind": "created", "changes": None, "batch_id": batch, "door": "import"}] * 2
    assert await workspace.db.value("select count(*) from search where title in ('Acme', 'Bolt')") == 2


async def test_a_second_run_changes_nothing(workspace: Workspace, make: Make) -> None:
    path = make("companies.csv", COMPANIES)
    await bring(workspace, path)
    again = await bring(workspace, path)
    assert again.objects["company"] == {"created": 0, "updated": 0, "unchanged": 2, "invalid": 0}
    assert not again.changed
    assert await workspace.db.value("select count(*) from event") == 2


async def test_changed_cells_update_and_are_told(workspace: Workspace, make: Make) -> None:
    apart = COMPANIES.replace(",,Acme", ",,")
    await bring(workspace, make("companies.csv", apart), options={"currency": "EUR"})
    changed = apart.replace("1,Acme,retail,12,1000.50,", "1,Acme,,13,1000.75,Bolt")
    report = await bring(workspace, make("companies.csv", changed), options={"currency": "EUR"})
    assert report.objects["company"] == {"created": 0, "updated": 1, "unchanged": 1, "invalid": 0}
    (event,) = await rows(workspace, "select record_id, changes from event where kind = 'updated'")
    bolt = await workspace.db.value("select id from company where name = 'Bolt'")
    assert event["changes"] == {
        "employees": [12, 13],
        "annual_revenue": [{"amount": "1000.5000", "currency": "EUR"}, {"amount": "1000.7500", "currency": "EUR"}],
        "parent": [None, bolt],
    }
    acme = await workspace.db.row("select industry, version from company where name = 'Acme'")
    assert acme is not None and (acme["industry"], acme["version"]) == ("retail", 2)


async def test_bad_rows_come_back_and_the_corrected_file_goes_in(workspace: Workspace, make: Make) -> None:
    body = (
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "1,A,Anvil,2,2026-01-02 10:00,5.00,77,France\n"
        "1,B,Bell,=1+1,2026-01-02 10:00,1.25,77,France\n"
        "1,C,Cap,1,2026-01-02 10:00,1.00,77,France\n"
        "C2,A,Anvil,-1,2026-01-03 10:00,5.00,,France\n"
        "3,too,few\n"
    )
    report = await bring(workspace, make("sales.csv", body), options={"currency": "GBP"})
    assert (report.rows, report.invalid) == (5, 2)
    assert report.objects["invoice_line"]["created"] == 3
    kinds = await rows(
        workspace, "select number, kind, status, total::text, company is null as bare from invoice order by 1"
    )
    assert kinds == [
        {"number": "1", "kind": "invoice", "status": "paid", "total": "11.0000", "bare": False},
        {"number": "C2", "kind": "credit_note", "status": "paid", "total": "-5.0000", "bare": True},
    ]
    text = await error_file(workspace, report.id)
    bad, short = csv.DictReader(io.StringIO(text))
    assert (bad["Quantity"], bad["import_row"], bad["import_key"]) == ("'=1+1", "3", "1/2")
    assert "no number" in bad["import_reason"] and short["import_row"] == "6"
    corrected = "\n".join(text.replace("'=1+1", "4").splitlines()[:2])
    again = await bring(workspace, make("sales errors.csv", corrected), options={"currency": "GBP"})
    assert again.invalid == 0 and again.objects["invoice_line"]["created"] == 1
    keys = await rows(
        workspace, "select external_id, amount::text from invoice_line where external_id like '1/%' order by 1"
    )
    assert [(k["external_id"], k["amount"]) for k in keys] == [("1/1", "10.0000"), ("1/2", "5.0000"), ("1/3", "1.0000")]
    assert await workspace.db.value("select total::text from invoice where number = '1'") == "16.0000"
    assert await workspace.db.value("select count(*) from invoice_line") == 4


async def test_unknown_links_are_told_or_made(workspace: Workspace, make: Make) -> None:
    body = "deal name,account,stage\nOne,Nobody Ltd,won\nTwo,NOBODY LTD,lost\nThree,,won\n"
    path = make("deals.csv", body)
    strict = {
        "targets": [
            {
                "alias": "deal",
                "object": "deal",
                "key": {"columns": ["deal name"]},
                "fields": {"name": {"column": "deal name"}, "stage": {"column": "stage"}},
                "links": {"company": {"column": "account", "match": "name"}},
            }
        ]
    }
    dry = await bring(workspace, path, plan=strict, dry_run=True)
    assert dry.objects["deal"] == {"created": 1, "updated": 0, "unchanged": 0, "invalid": 2}
    assert [(e["row"], e["column"], e["value"], e["code"]) for e in dry.errors] == [
        (2, "company", "Nobody Ltd", "unknown"),
        (3, "company", "NOBODY LTD", "unknown"),
    ]
    assert await workspace.db.value("select count(*) from deal") == 0
    lenient = {"targets": [strict["targets"][0] | {"create_missing": True}]}
    dry = await bring(workspace, path, plan=lenient, dry_run=True)
    assert dry.objects["company"]["created"] == 1 and dry.objects["deal"]["created"] == 3
    report = await bring(workspace, path, plan=lenient)
    assert report.objects == dry.objects
    companies = await rows(workspace, "select name, external_id from company")
    assert companies == [{"name": "NOBODY LTD", "external_id": "NOBODY LTD"}]
    assert await workspace.db.value("select count(distinct company) from deal where company is not null") == 1


async def test_a_dry_run_counts_what_a_run_does(workspace: Workspace, make: Make) -> None:
    await bring(workspace, make("companies.csv", COMPANIES))
    body = (
        COMPANIES
        + "3,,x,1,1,\n4,Dora,x,many,1,\n5,Eva,x,1,1,Nowhere\n6,Finn,x,1,1,Gil\n7,Gil,x,1,1,Acme\n1,Twice,,,,\n"
    )
    path = make("more.csv", body.replace("2,Bolt,medical,7", "2,Bolt,medical,8"))
    plan = {
        "targets": [
            {
                "alias": "company",
                "object": "company",
                "key": {"columns": ["id"]},
                "fields": {"name": {"column": "name"}, "employees": {"column": "employees"}},
                "links": {"parent": {"column": "subsidiary_of", "match": "name"}},
            }
        ]
    }
    dry = await bring(workspace, path, plan=plan, dry_run=True)
    assert dry.objects["company"] == {"created": 2, "updated": 1, "unchanged": 1, "invalid": 4}
    assert {(e["row"], e["code"]) for e in dry.errors} == {
        (4, "required"),
        (5, "decimal"),
        (6, "unknown"),
        (9, "double"),
    }
    wet = await bring(workspace, path, plan=plan)
    assert (wet.objects, wet.invalid) == (dry.objects, dry.invalid)
    parents = await rows(
        workspace, "select c.name, p.name as parent from company c left join company p on p.id = c.parent order by 1"
    )
    assert [(p["name"], p["parent"]) for p in parents] == [
        ("Acme", None),
        ("Bolt", "Acme"),
        ("Finn", "Gil"),
        ("Gil", "Acme"),
    ]


async def test_keys_may_be_compared_with_a_field(workspace: Workspace, make: Make) -> None:
    async with workspace.context(SYSTEM) as ctx:
        await records.create(ctx, "person", {"last_name": "Kim", "email": "kim@example.com"})
    path = make("people.csv", "first name,last name,e-mail\nMinsu,Kim,KIM@example.com\nAna,Pop,ana@example.com\n")
    report = await bring(workspace, path)
    assert report.objects["person"] == {"created": 1, "updated": 1, "unchanged": 0, "invalid": 0}
    people = await rows(workspace, "select first_name, last_name from person order by id")
    assert [p["first_name"] for p in people] == ["Minsu", "Ana"]
    assert not (await bring(workspace, path)).changed


async def test_unique_fields_hold(workspace: Workspace, make: Make) -> None:
    await bring(workspace, make("users.csv", "name,email\nAnn,ann@example.com\n"))
    path = make("more users.csv", "id,name,email\n1,Bob,ann@example.com\n2,Cy,cy@example.com\n3,Di,cy@example.com\n")
    report = await bring(workspace, path)
    assert report.objects["user"] == {"created": 1, "updated": 0, "unchanged": 0, "invalid": 2}
    assert {(e["row"], e["code"]) for e in report.errors} == {(2, "not-unique"), (4, "not-unique")}


async def test_records_in_the_trash_stay_there(workspace: Workspace, make: Make) -> None:
    path = make("companies.csv", COMPANIES)
    await bring(workspace, path)
    async with workspace.context(SYSTEM) as ctx:
        found = await ctx.tx.value("select id from company where name = 'Bolt'")
        await records.trash(ctx, "company", found)
    report = await bring(workspace, path)
    assert report.objects["company"] == {"created": 0, "updated": 0, "unchanged": 1, "invalid": 1}
    assert report.errors[0]["code"] == "trashed"


async def test_nobody_reaches_further_than_they_may(workspace: Workspace, make: Make) -> None:
    async with workspace.context(SYSTEM) as ctx:
        mine = (await records.create(ctx, "user", {"name": "Mia", "role": "member"})).id
        other = (await records.create(ctx, "user", {"name": "Otto", "role": "member"})).id
        for number, owner in (("1", mine), ("2", other)):
            await records.create(ctx, "company", {"name": f"C{number}", "external_id": number, "owner": owner})
    member = Actor(mine, "member")
    report = await bring(workspace, make("c.csv", "id,name\n1,New 1\n2,New 2\n3,New 3\n"), actor=member)
    assert report.objects["company"] == {"created": 1, "updated": 1, "unchanged": 0, "invalid": 1}
    assert report.errors[0]["code"] == "forbidden" and report.errors[0]["row"] == 3
    assert await workspace.db.value("select owner from company where external_id = '3'") == mine
    with pytest.raises(Forbidden):
        await bring(workspace, make("u.csv", "name\nEve\n"), actor=Actor(mine, "reader"), plan=USERS)


async def test_no_second_record_beside_one_that_is_not_to_be_seen(workspace: Workspace, make: Make) -> None:
    async with workspace.context(SYSTEM) as ctx:
        mine = (await records.create(ctx, "user", {"name": "Mia", "role": "member"})).id
        other = (await records.create(ctx, "user", {"name": "Otto", "role": "member"})).id
        secret = await records.create(ctx, "company", {"name": "Secret", "external_id": "K1", "owner": other})
    narrow = Actor(mine, "member", policy=Policy({"member": {"*": Grant("own", "own", "own", "own")}}))
    link = {"column": "company", "match": "external_id", "create_missing": True}
    target = {"alias": "deal", "object": "deal", "key": {"columns": ["id"]}, "fields": {"name": {"column": "name"}}}
    plan = {"targets": [target | {"links": {"company": link}}]}
    path = make("deals.csv", "id,name,company\n1,One,K1\n2,Two,K2\n")
    for _ in range(2):
        report = await bring(workspace, path, actor=narrow, plan=plan)
        assert [(e["row"], e["code"], e["value"]) for e in report.errors] == [(2, "hidden", "K1")]
        assert "Secret" not in str(report.errors)
    assert await workspace.db.value("select count(*) from company") == 2
    async with workspace.context(SYSTEM) as ctx:
        await records.trash(ctx, "company", secret.id)
    seeing = await bring(workspace, path, plan=plan)
    assert [e["code"] for e in seeing.errors] == ["hidden"]
    assert await workspace.db.value("select count(*) from company") == 2


async def test_a_wrong_plan_says_all_that_is_wrong(workspace: Workspace, make: Make) -> None:
    target = {"alias": "x y", "object": "company", "fields": {"nme": {"column": "nope"}}, "links": {"owner": {}}}
    with pytest.raises(Invalid) as refused:
        await bring(workspace, make("c.csv", "id,name\n1,A\n"), plan={"targets": [target], "currency": "QQQ"})
    assert {e.field for e in refused.value.errors} == {
        "targets",
        "currency",
        "targets.x y",
        "targets.x y.nme",
        "targets.x y.owner",
    }


async def test_money_in_the_currency_of_a_column(workspace: Workspace, make: Make) -> None:
    plan = {
        "targets": [
            {
                "alias": "deal",
                "object": "deal",
                "key": {"columns": ["name"]},
                "fields": {"name": {"column": "name"}, "amount": {"column": "amount", "currency_column": "cur"}},
            }
        ],
        "currency": "EUR",
    }
    path = make("d.csv", "name,amount,cur\na,1,USD\nb,2,\nc,3,ZZZ\n")
    report = await bring(workspace, path, plan=plan)
    assert report.invalid == 1 and report.errors[0]["code"] == "currency"
    found = await rows(workspace, "select name, amount_currency from deal order by 1")
    assert [(f["name"], f["amount_currency"]) for f in found] == [("a", "USD"), ("b", "EUR")]


async def test_a_plan_is_remembered_for_its_author_and_for_managers(workspace: Workspace, make: Make) -> None:
    body = b"Name,Odd column\nAcme,x\n"
    path = make("a.csv", body)
    plan = {"targets": [{"alias": "company", "object": "company", "fields": {"name": {"column": "Odd column"}}}]}

    async def offered(actor: Actor) -> list[str]:
        folder = workspace.data_dir
        async with (
            uploaded(folder, _body(body)) as upload,
            service.looked(path.name, upload) as look,
            workspace.context(actor, "import") as ctx,
        ):
            row = await service.take_in(ctx, look)
        return [offer["name"] for offer in row["proposals"]]

    author = Actor(7, "member")
    await import_file(workspace, path, actor=author, plan=plan)
    assert "As last time" in await offered(author)
    assert "As last time" in await offered(Actor(8, "manager"))
    assert "As last time" not in await offered(Actor(9, "member"))


async def _body(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def test_what_was_mapped_is_remembered(workspace: Workspace, make: Make) -> None:
    plan = {
        "targets": [{"alias": "c", "object": "company", "key": {"columns": ["A"]}, "fields": {"name": {"column": "B"}}}]
    }
    await bring(workspace, make("x.csv", "A,B\n1,One\n"), plan=plan)
    report = await bring(workspace, make("y.csv", "B,A\nTwo,2\n"))
    assert report.objects["company"]["created"] == 1


async def test_a_file_of_many_ranges(workspace: Workspace, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visavis.features.imports.merging.RANGE", 7)
    body = "id,name\n" + "".join(f"{n},P {n}\n" for n in range(50))
    report = await bring(workspace, make("products.csv", body))
    assert report.objects["product"]["created"] == 50
    assert not (await bring(workspace, make("products.csv", body))).changed


NASTY = (
    "1e15", "-1e15", "999999999999999.99999", "999999999999999.9999", "0.0000000001", "1e-40", "(1)", "٣", "१", "½",
    "1_000", "+-5", ".5", "5.", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00",
    "2026-02-30", "29.2.2024", "{}", "{a,b}", '"', "a\\b", 'say "x"; y', "\\.", "\\N", "NULL", "null", "true",
    "\u202e", "a\u0000b", "'", "x" * 1001, "=1+1", "line\nbreak", "e\u0301", "\ufffe",
)  # fmt: skip


async def test_what_a_file_accepts_the_database_takes(workspace: Workspace, make: Make) -> None:
    """No cell that passes the check makes the COPY fail."""
    wanted = {
        "person": ("first_name", "note", "email", "phone", "birthday"),
        "company": ("domain", "employees", "annual_revenue", "tags"),
        "deal": ("probability", "stage", "amount", "opened_on"),
        "activity": ("at", "subject"),
        "product": ("active", "price"),
    }
    fixed = {"person": "last_name", "company": "name", "deal": "name", "activity": "kind", "product": "name"}
    body = io.StringIO()
    csv.writer(body).writerows([["id", "cell"], *([str(n), cell] for n, cell in enumerate(NASTY))])
    for obj, names in wanted.items():
        for name in names:
            fields = {name: {"column": "cell"}}
            if fixed[obj] != name:
                fields[fixed[obj]] = {"value": "note"}
            if obj == "activity" and name != "subject":
                fields["subject"] = {"value": "s"}
            plan = {"targets": [{"alias": "x", "object": obj, "key": {"columns": ["id"]}, "fields": fields}]}
            path = make(f"{obj} {name}.csv", body.getvalue())
            report = await bring(workspace, path, plan=plan)
            found = report.objects[obj]
            assert sum(found.values()) == len(NASTY) == report.rows, (obj, name)
            assert not (await bring(workspace, path, plan=plan)).changed, (obj, name)


async def test_only_a_header(workspace: Workspace, make: Make) -> None:
    report = await bring(workspace, make("companies.csv", "id,name\n"))
    assert (report.rows, report.invalid, report.changed) == (0, 0, False)


async def test_nul_in_a_cell_is_told(workspace: Workspace, make: Make) -> None:
    body = "id,name\n" + "".join(f"{n},Company {n}\n" for n in range(100)) + "x,a\0b\n"
    report = await bring(workspace, make("companies.csv", body.replace("Company 1\n", "a\0c\n")))
    assert report.invalid == 2 and {e["code"] for e in report.errors} == {"characters"}


async def test_an_address_from_its_parts(workspace: Workspace, make: Make) -> None:
    path = make("companies.csv", "id,name,town,zip\n1,Acme,Cluj,400001\n2,Bolt,,\n")
    rule = {"parts": {"city": "town", "postal_code": "zip"}}
    fields = {"name": {"column": "name"}, "address": rule}
    plan = {"targets": [{"alias": "c", "object": "company", "key": {"columns": ["id"]}, "fields": fields}]}
    await bring(workspace, path, plan=plan)
    found = await rows(workspace, "select address from company order by name")
    assert [f["address"] for f in found] == [{"city": "Cluj", "postal_code": "400001"}, None]
    assert not (await bring(workspace, path, plan=plan)).changed


async def test_values_are_translated(workspace: Workspace, make: Make) -> None:
    path = make("deals.csv", "name,state\nA,Gewonnen\nB,verloren\nC,\nD,offen\n")
    stage = {"column": "state", "values": {"gewonnen": "won", "Verloren": "lost"}, "else": "prospecting"}
    fields = {"name": {"column": "name"}, "stage": stage}
    plan = {"targets": [{"alias": "d", "object": "deal", "key": {"columns": ["name"]}, "fields": fields}]}
    await bring(workspace, path, plan=plan)
    found = await rows(workspace, "select stage from deal order by name")
    assert [f["stage"] for f in found] == ["won", "lost", "prospecting", "prospecting"]


async def test_two_imports_of_the_same_file_at_once(workspace: Workspace, make: Make) -> None:
    path = make("companies.csv", "id,name\n" + "".join(f"{n},Company {n}\n" for n in range(3000)))
    found = await asyncio.gather(*(bring(workspace, path) for _ in range(3)))
    assert sum(f.objects["company"]["created"] for f in found) == 3000
    assert await workspace.db.value("select count(*) from company") == 3000
    assert await workspace.db.value("select count(*) from event") == 3000
