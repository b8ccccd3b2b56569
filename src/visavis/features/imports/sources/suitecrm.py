"""SuiteCRM (and SugarCRM before it): names of the database or English labels; ids are GUIDs."""

from __future__ import annotations

from visavis.features.imports.sources.model import DELETED, Order, Part, Ref, System, Table, Take, address_of

_OWNER = Ref(("assignedusername", "assignedto"), match="title", creates=True)
_STAGES = {
    "qualification": "engaging", "needs analysis": "engaging", "value proposition": "proposal",
    "id. decision makers": "proposal", "perception analysis": "proposal", "proposal/price quote": "proposal",
    "negotiation/review": "negotiation", "closed won": "won", "closed lost": "lost",
}  # fmt: skip
_STATUSES = {
    "open_new": "new", "open_assigned": "open", "open_pending input": "waiting", "closed_closed": "closed",
    "closed_rejected": "closed", "closed_duplicate": "closed", "assigned": "open", "pending input": "waiting",
}  # fmt: skip


def _person(suffix: str) -> Part:
    return Part(
        "person", ("id",), suffix=suffix, adopt="email", address=address_of("primaryaddress", "primary"), fields={
            "first_name": "firstname", "last_name": ("lastname", "name", "emailaddress", "email1"),
            "email": ("emailaddress", "email1", "email", "anyemail"),
            "phone": ("phonework", "officephone"), "mobile": ("phonemobile", "mobile"), "birthday": "birthdate",
            "country": ("primaryaddresscountry", "primarycountry"), "note": "description"},
        refs={"owner": _OWNER},
    )  # fmt: skip


def _employment(suffix: str) -> Part:
    return Part(
        "employment", ("id", "accountid|accountname"), suffix=suffix, optional=True,
        fields={"role": ("title", "jobtitle")},
        refs={"person": Ref(part="person"), "company": Ref(
            "accountid", instead=Ref("accountname", match="title", creates=True))},
    )  # fmt: skip


def _activity(label: str, kind: str, needs: tuple[str, ...]) -> Table:
    return Table(
        label, Order.ACTIVITIES, ("id", "name|subject", "dateentered|datecreated", *needs), (
            Part("activity", ("id",), fields={
                "kind": Take(constant=kind), "subject": ("name", "subject"), "body": "description",
                "at": ("datestart", "startdate", "dateentered"), "due_at": ("datedue", "duedate"),
                "done_at": ("dateend",) if kind != "task" else ()}, refs={"owner": _OWNER}),
        ), "activity", skips=DELETED,
    )  # fmt: skip


SUITECRM = System(
    "suitecrm",
    "SuiteCRM",
    "suitecrm:",
    (
        Table(
            "Accounts", Order.COMPANIES,
            ("id", "name", "phoneoffice|officephone", "dateentered|datecreated|accounttype"), (
                Part("company", ("id",), address=address_of("billingaddress", "billing"), fields={
                    "name": "name", "domain": "website", "email": ("emailaddress", "email1", "anyemail"),
                    "phone": ("phoneoffice", "officephone"), "industry": "industry", "employees": "employees",
                    "annual_revenue": "annualrevenue", "note": "description",
                    "country": ("billingaddresscountry", "billingcountry"), "tags": ("accounttype", "type")},
                    refs={"owner": _OWNER, "parent": "parentid"}),
            ), "company", skips=DELETED,
        ),
        Table(
            "Contacts", Order.PEOPLE, ("id", "lastname", "phonework|officephone|primaryaddressstreet",
                "dateentered|datecreated"),
            (_person(""), _employment("")), "person", ("leadsource", "status"), skips=DELETED,
        ),
        Table(
            "Contacts", Order.PEOPLE, ("id", "lastname", "phonework|officephone|primaryaddressstreet",
                "dateentered|datecreated",
                                 "leadsource"),
            (_person(""), _employment("")), "person", ("status",), skips=DELETED,
        ),
        Table(
            "Leads", Order.PEOPLE, ("id", "lastname", "status", "phonework|officephone|primaryaddressstreet",
                              "dateentered|datecreated", "leadsource|converted"),
            (_person("lead:"), _employment("lead:")), "person",
            skips=(*DELETED, ("status", ("converted",), "converted: the contact stands in its own file")),
        ),
        Table(
            "Opportunities", Order.DEALS, ("id", "name|opportunityname", "salesstage",
                "dateclosed|expectedclosedate|amount"), (
                Part("deal", ("id",), fields={
                    "name": ("name", "opportunityname"), "amount": ("amount", "opportunityamount", "amountusdollar"),
                    "probability": ("probability", "probabilitypercent"),
                    "opened_on": ("dateentered", "datecreated"), "closed_on": ("dateclosed", "expectedclosedate"),
                    "stage": Take("salesstage", values=_STAGES)},
                    refs={"company": Ref("accountid", instead=Ref("accountname", match="title", creates=True)),
                          "owner": _OWNER}),
            ), "deal", skips=DELETED,
        ),
        Table(
            "Cases", Order.TICKETS, ("id", "casenumber|number", "name|subject", "dateentered|datecreated",
                "priority|status"), (
                Part("ticket", ("id",), fields={
                    "subject": ("name", "subject"), "body": "description", "category": "type",
                    "status": Take(("status", "state"), values=_STATUSES), "priority": "priority",
                    "opened_at": ("dateentered", "datecreated"), "solution": "resolution"},
                    refs={"company": Ref("accountid", instead=Ref("accountname", match="title", creates=True)),
                          "owner": _OWNER}),
            ), "ticket", skips=DELETED,
        ),
        _activity("Calls", "call", ("durationhours", "direction")),
        _activity("Meetings", "meeting", ("durationhours", "location|joinurl")),
        _activity("Tasks", "task", ("datedue|duedate", "priority|status")),
    ),
)  # fmt: skip
