"""Whole exports of other systems, unedited, in one go; every row accounted for."""

from __future__ import annotations

import asyncio
import csv
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from visavis.access import SYSTEM, Actor
from visavis.catalogue import Catalogue
from visavis.features.imports.api import FileReport, SetReport, import_set
from visavis.features.imports.sources import SYSTEMS
from visavis.features.imports.sources.model import Table
from visavis.features.imports.sources.recognising import plan_of, recognised
from visavis.features.runtime import Workspace
from visavis.objects import BUILT_IN

CATALOGUE = Catalogue(BUILT_IN)
EXPORTS = Path(__file__).parents[3] / "examples" / "crm-exports"

HEADERS = {
    "Id,FirstName,LastName,AccountId,OwnerId,CreatedDate,IsDeleted,MailingCity,Custom__c": "Salesforce: Contacts",
    "Id,Name,BillingCity,BillingCountry,OwnerId,Website,IsDeleted": "Salesforce: Accounts",
    "Id,CaseNumber,Subject,Status,Priority,AccountId": "Salesforce: Cases",
    "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lifecycle Stage,Create Date,Associated Company":
        "HubSpot: Contacts",
    "Record ID,Company name,Company owner,Industry,City": "HubSpot: Companies",
    "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Deal owner,Associated Company": "HubSpot: Deals",
    "Ticket ID,Ticket name,Ticket status,Pipeline,Create date,Priority,Ticket owner": "HubSpot: Tickets",
    "Person - ID,Person - Name,Person - Email - Work,Person - Phone - Work,Person - Organization": "Pipedrive: People",
    "Organization - ID,Organization - Name,Organization - Address,Organization - Owner": "Pipedrive: Organizations",
    "Deal - ID,Deal - Title,Deal - Value,Deal - Stage,Deal - Status,Deal - Organization": "Pipedrive: Deals",
    "id,name,is_company,parent_id/id,email,phone,country_id/id,category_id/id": "Odoo: Companies and contacts",
    "Name,Company Type,Email,Phone,Related Company,Salesperson": "Odoo: Companies and contacts",
    "id,name,partner_id/id,stage_id/id,expected_revenue,user_id/id": "Odoo: Opportunities",
    "id,name,website,emailAddress,phoneNumber,industry,billingAddressStreet,assignedUserId,assignedUserName":
        "EspoCRM: Accounts",
    "id,firstName,lastName,emailAddress,accountId,accountName,assignedUserName": "EspoCRM: Contacts",
    "id,name,amount,amountCurrency,accountId,stage,probability,closeDate": "EspoCRM: Opportunities",
    "name,id,date_entered,date_modified,account_type,industry,phone_office,website,billing_address_street":
        "SuiteCRM: Accounts",
    "first_name,last_name,id,date_entered,title,phone_work,phone_mobile,email1,account_name,primary_address_city":
        "SuiteCRM: Contacts",
    "ID,Last Name,First Name,Office Phone,Date Created,Account Name,Email Address": "SuiteCRM: Contacts",
    "id,name,sales_stage,date_closed,amount,account_name,probability": "SuiteCRM: Opportunities",
    "First Name,Last Name,E-mail 1 - Value,Phone 1 - Value,Organization Name,Organization Title":
        "Google Contacts: Contacts",
    "First Name,Last Name,Company,Job Title,Business Phone,Mobile Phone,E-mail Address": "Outlook: Contacts",
}  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_the_system_is_known_by_the_header(header: str) -> None:
    columns = header.split(",")
    known = recognised(columns)
    assert known is not None and known.label == HEADERS[header]
    plan = plan_of(known, columns, CATALOGUE, SYSTEM)
    assert plan is not None and plan.main and set(plan.columns()) <= set(columns)


@pytest.mark.parametrize("header", ["id,name,industry", "name,email", "Company,Country", "Name,Amount,Stage", ""])
def test_no_system_is_read_into_a_plain_file(header: str) -> None:
    assert recognised(header.split(",")) is None


def test_what_is_said_of_systems_fits_the_catalogue() -> None:
    """Every part names a record type and fields and relations that it has."""
    for system in SYSTEMS:
        for table in system.tables:
            mains = [table.main] if isinstance(table.main, str) else table.main
            assert set(mains) <= {part.name for part in table.parts}, (system.name, table.label)
            _check(table)


def _check(table: Table) -> None:
    for part in table.parts:
        obj = CATALOGUE.object(part.object)
        assert set(part.fields) <= {f.name for f in obj.entered}, (table.label, part.name)
        assert set(part.refs) <= {f.name for f in obj.entered if f.target}, (table.label, part.name)
        assert part.adopt is None or part.adopt in part.fields


def test_a_reader_gets_no_plan() -> None:
    columns = ["Id", "Name", "BillingCity", "OwnerId", "Website", "IsDeleted"]
    known = recognised(columns)
    assert known and plan_of(known, columns, CATALOGUE, Actor(1, "reader")) is None


Files = Mapping[str, str]
SALESFORCE: Files = {
    "Account.csv": "Id,Name,BillingCity,OwnerId,ParentId,IsDeleted\n"
    "0015500000Xyy06,Acme,Cluj,0051G000005MreQAC,,false\n0015500000Xyy07AAB,Bolt,,0051G000005MreQAC,0015500000Xyy06AAB,0\n"
    "0015500000Xyy08AAB,Gone,,,,true\n",
    "Contact.csv": "Id,FirstName,LastName,Email,AccountId,Title,OwnerId,MailingCity\n"
    "0031G00000q9jPQAQ,Ana,Pop,ana@acme.io,0015500000Xyy06AAB,CEO,0051G000005MreQAC,Cluj\n"
    "0031G00000q9jPRAQ,,Bare,not-an-address,,,,\n",
    "Opportunity.csv": "Id,Name,StageName,CloseDate,Amount,CurrencyIsoCode,AccountId,OwnerId,IsWon,IsClosed\n"
    "0061G00000N38JZQAZ,Big,Id. Decision Makers,2026-01-02,10.5,USD,0015500000Xyy06AAB,0051G000005MreQAC,false,false\n"
    "0061G00000N38JZQAY,Old,Whatever,2026-01-02,,EUR,0015500000Xyy07AAB,,true,true\n",
    "Task.csv": "Id,Subject,WhoId,WhatId,ActivityDate,Status,TaskSubtype,OwnerId\n"
    "00T1G00003Ufap9UAB,Ring them,0031G00000q9jPQAQ,0061G00000N38JZQAZ,2026-02-03,Completed,Call,0051G000005MreQAC\n"
    "00T1G00003Ufap9UAC,Firm,,0015500000Xyy06AAB,2026-02-04,Open,Task,\n",
    "User.csv": "Id,Username,LastName,FirstName,Name,Email,IsActive,ProfileId\n"
    "0051G000005MreQAC,x@sf,Lee,Kim,Kim Lee,kim@house.io,true,00e\n",
    "readme.pdf": "%PDF",
    "odd.csv": "a,b\n1,2\n",
}


def put(folder: Path, files: Files) -> Path:
    folder.mkdir()
    for name, body in files.items():
        (folder / name).write_text(body, encoding="utf-8")
    return folder


def by_name(report: SetReport) -> dict[str, FileReport]:
    assert all(file.is_accounted for file in report.files), [f for f in report.files if not f.is_accounted]
    return {file.name: file for file in report.files}


async def rows(workspace: Workspace, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in await workspace.db.rows(sql)]


async def test_an_export_goes_in_with_its_relations(workspace: Workspace, tmp_path: Path) -> None:
    async with workspace.context(SYSTEM) as ctx:
        await ctx.tx.execute(
            """insert into "user" (name, email, role, active) values ('Kim', 'KIM@house.io', 'member', true)"""
        )
    folder = put(tmp_path / "sf", SALESFORCE)
    found = by_name(await import_set(workspace, [folder], actor=SYSTEM))
    assert found["Account.csv"].created == 2
    assert found["Account.csv"].skipped == {"deleted in the other system": 1}
    assert (found["Contact.csv"].created, found["Contact.csv"].refused) == (2, {})
    assert found["Contact.csv"].remarks == {"Email: 'not-an-address' is no e-mail address.": 1}
    assert found["odd.csv"].state == "left" and found["odd.csv"].reason.startswith("not understood")
    assert found["readme.pdf"].state == "failed" and "Files end in" in found["readme.pdf"].reason
    assert await rows(workspace, 'select name, role, active, external_id from "user"') == [
        ("Kim Lee", "member", True, "salesforce:0051G000005MreQAC")]  # fmt: skip
    assert await rows(workspace, """
        select c.name, p.name, u.name from company c left join company p on p.id = c.parent
        join "user" u on u.id = c.owner order by 1""") == [
            ("Acme", None, "Kim Lee"), ("Bolt", "Acme", "Kim Lee")]  # fmt: skip
    assert await rows(workspace, """
        select p.last_name, e.role, c.name from employment e join person p on p.id = e.person
        join company c on c.id = e.company""") == [("Pop", "CEO", "Acme")]  # fmt: skip
    assert await rows(workspace, """
        select d.name, d.stage, d.amount::text, d.amount_currency, c.name from deal d
        join company c on c.id = d.company order by 1""") == [("Big", "proposal", "10.5000", "USD", "Acme"),
                           ("Old", "won", None, None, "Bolt")]  # fmt: skip
    assert await rows(workspace, """
        select a.subject, a.kind, p.last_name, d.name, c.name from activity a left join person p on p.id = a.person
        left join deal d on d.id = a.deal left join company c on c.id = a.company order by 1""") == [
            ("Firm", "task", None, None, "Acme"), ("Ring them", "call", "Pop", "Big", None)]  # fmt: skip
    again = await import_set(workspace, [folder], actor=SYSTEM)
    assert not again.changed and by_name(again)["Account.csv"].unchanged == 2


HUBSPOT: Files = {
    "owner_data.csv": "owner_id,email,first_name,last_name,type\n7,eve@house.io,Eve,Ng,PERSON\n",
    "company_data.csv": "id,is_deleted,property_name,property_city,property_hubspot_owner_id\n1,false,Acme,Cluj,7\n",
    "contact_data.csv": "id,property_email,property_firstname,property_lastname,property_company\n"
    "1,ana@acme.io,Ana,,Acme\n2,bo@acme.io,Bo,Li,\n",
    "deal_data.csv": "deal_id,property_dealname,deal_pipeline_stage_id,owner_id,property_amount\n"
    "5,Big,s1,7,12.5\n6,Small,s2,,\n7,Third,unheard,,\n",
    "deal_pipeline_stage_data.csv": "stage_id,label,pipeline_id,probability,closed_won,is_closed\n"
    "s1,Odd name,p,0.6,false,false\ns2,x,p,1.0,true,true\n",
    "ticket_data.csv": "id,property_subject,property_hs_pipeline_stage,property_hs_ticket_priority,"
    "property_createdate\n9,Help,4,HIGH,2026-01-02 3:04:05\n",
    "engagement_data.csv": "id,type,portal_id\n11,CALL,1\n12,MEETING,1\n13,NOTE,1\n",
    "engagement_call_data.csv": "engagement_id,property_hs_timestamp,property_hs_call_title,type\n"
    "11,2026-01-02 3:04:05.123000 UTC,Hello,CALL\n",
    "engagement_meeting_data.csv": "engagement_id,start_time,end_time,title\n"
    "12,2026-01-02 10:00:00,2026-01-02 11:00:00,Talk\n",
    "engagement_contact_data.csv": "contact_id,engagement_id,engagement_type\n1,11,CALL\n2,12,MEETING\n",
    "engagement_company_data.csv": "company_id,engagement_id,engagement_type\n1,11,CALL\n",
    "engagement_deal_data.csv": "deal_id,engagement_id,engagement_type\n5,12,MEETING\n",
    "deal_company_data.csv": "company_id,deal_id,type_id\n1,5,5\n1,404,5\n",
    "deal_contact_data.csv": "contact_id,deal_id,type_id\n1,5,3\n2,5,3\n",
    "ticket_contact_data.csv": "ticket_id,contact_id\n9,2\n",
    "ticket_company_data.csv": "ticket_id,company_id\n9,1\n",
    "ticket_deal_data.csv": "ticket_id,deal_id\n9,5\n",
    "ticket_engagement_data.csv": "ticket_id,engagement_id\n9,11\n",
}


async def test_tables_of_links_bind_what_is_there(workspace: Workspace, tmp_path: Path) -> None:
    folder = put(tmp_path / "hs", HUBSPOT)
    found = by_name(await import_set(workspace, [folder], actor=SYSTEM))
    assert {name for name, file in found.items() if file.state != "imported"} == {"deal_pipeline_stage_data.csv"}
    assert found["deal_company_data.csv"].refused == {"The record that the row belongs to is not there.": 1}
    assert found["deal_contact_data.csv"].created == 2
    assert await rows(workspace, """
        select d.name, d.stage, c.name, p.first_name, u.name, u.active from deal d
        left join company c on c.id = d.company left join person p on p.id = d.person
        left join "user" u on u.id = d.owner order by 1""") == [
            ("Big", "proposal", "Acme", "Ana", "Eve Ng", False),
            ("Small", "won", None, None, None, None), ("Third", None, None, None, None, None)]  # fmt: skip
    assert await rows(workspace, """
        select t.subject, t.status, t.priority, c.name, p.last_name, d.name,
            to_char(t.opened_at at time zone 'UTC', 'HH24:MI')
        from ticket t join company c on c.id = t.company join person p on p.id = t.person join deal d on d.id = t.deal
        """) == [("Help", "closed", "high", "Acme", "Li", "Big", "03:04")]  # fmt: skip
    assert await rows(workspace, """
        select a.kind, a.subject, p.first_name, c.name, d.name, t.subject from activity a
        left join person p on p.id = a.person left join company c on c.id = a.company
        left join deal d on d.id = a.deal left join ticket t on t.id = a.ticket order by 1""") == [
            ("call", "Hello", "Ana", "Acme", None, "Help"), ("meeting", "Talk", "Bo", None, "Big", None),
            ("note", "NOTE", None, None, None, None)]  # fmt: skip
    people = await rows(workspace, "select first_name, last_name from person order by 1")
    assert people == [("Ana", "ana@acme.io"), ("Bo", "Li")]
    assert await rows(workspace, "select name from company") == [("Acme",)]
    assert not (await import_set(workspace, [folder], actor=SYSTEM)).changed


async def test_a_zip_is_a_folder(workspace: Workspace, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for name, body in SALESFORCE.items():
            archive.writestr(f"export/{name}", body)
        archive.writestr("__MACOSX/x.csv", "a")
    found = by_name(await import_set(workspace, [tmp_path / "export.zip"], actor=SYSTEM, dry_run=True))
    assert set(found) == {f"export/{name}" for name in SALESFORCE}
    assert await rows(workspace, "select count(*) from company") == [(0,)]
    found = by_name(await import_set(workspace, [tmp_path / "export.zip"], actor=SYSTEM))
    assert found["export/Contact.csv"].created == 2
    assert not list((workspace.data_dir).glob("unpacked-*"))


async def test_odoo_keeps_companies_and_people_in_one_file(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "res.partner.csv"
    path.write_text(
        "id,name,is_company,parent_id/id,email,function,user_id/id,line_ids/name\n__export__.p_1,Acme,True,,,,,a\n,,,,,,,b\n"
        "__export__.p_2,Ana Pop,False,__export__.p_1,ana@acme.io,CEO,,\n"
    )
    (file,) = (await import_set(workspace, [path], actor=SYSTEM)).files
    assert (file.created, file.skipped, file.is_accounted) == (2, {"a line of the record above it": 1}, True)
    assert await rows(workspace, """
        select p.last_name, e.role, c.name from employment e join person p on p.id = e.person
        join company c on c.id = e.company""") == [("Ana Pop", "CEO", "Acme")]  # fmt: skip


async def test_a_row_of_pipedrive_is_a_deal_with_its_customer(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(
        "Deal - ID,Deal - Title,Deal - Value,Deal - Currency,Deal - Stage,Deal - Status,Deal - Organization,"
        "Deal - Contact person,Deal - Owner\n1,Big,1200,EUR,Contact Made,Open,Acme,Ana Pop,Kim\n"
        "2,Small,,EUR,Qualified,Won,Acme,Ana Pop,Kim\n"
    )
    (file,) = (await import_set(workspace, [path], actor=SYSTEM)).files
    assert (file.created, file.is_accounted) == (2, True)
    assert await rows(workspace, """
        select d.name, d.stage, c.name, p.first_name, p.last_name, u.name, u.active from deal d
        join company c on c.id = d.company join person p on p.id = d.person join "user" u on u.id = d.owner order by 1
        """) == [("Big", "engaging", "Acme", "Ana", "Pop", "Kim", False),
                 ("Small", "won", "Acme", "Ana", "Pop", "Kim", False)]  # fmt: skip


@pytest.mark.parametrize(
    ("system", "states"), [("salesforce", {"imported": 8, "left": 6}), ("hubspot", {"imported": 22, "left": 34})]
)
async def test_the_published_exports_unedited(workspace: Workspace, system: str, states: dict[str, int]) -> None:
    report = await import_set(workspace, [EXPORTS / system], actor=SYSTEM)
    found = by_name(report)
    files = await asyncio.to_thread(lambda: list((EXPORTS / system).glob("*.csv")))
    lines = {path.name: len(list(csv.reader(path.read_text(encoding="utf-8").splitlines(keepends=True)))) - 1
             for path in files}  # fmt: skip
    assert {name: file.rows for name, file in found.items()} == lines
    assert all(file.state != "failed" and (file.reason or file.state == "imported") for file in report.files)
    counted = {state: sum(f.state == state for f in report.files) for state in states}
    assert counted == states
    assert not (await import_set(workspace, [EXPORTS / system], actor=SYSTEM)).changed
