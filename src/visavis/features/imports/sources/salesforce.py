"""Salesforce: one CSV for each object with API names, or the same in snake case as connectors write them."""

from __future__ import annotations

from visavis.features.imports.identity import SALESFORCE as PREFIX
from visavis.features.imports.sources.model import (
    DELETED,
    Case,
    Columns,
    Left,
    Order,
    Part,
    Ref,
    System,
    Table,
    Take,
    address_of,
)

_HISTORY = ("fivetranstart",)
_OWNER = "ownerid"
_STAGES = {
    "qualification": "engaging", "needs analysis": "engaging", "value proposition": "proposal",
    "id. decision makers": "proposal", "perception analysis": "proposal", "proposal/price quote": "proposal",
    "negotiation/review": "negotiation", "closed won": "won", "closed lost": "lost",
}  # fmt: skip


_ACTIVITY_REFS: dict[str, Ref | str] = {
    "company": Ref(("accountid", "whatid"), begins="001"),
    "person": Ref("whoid", begins="003"),
    "deal": Ref("whatid", begins="006"),
    "ticket": Ref("whatid", begins="500"),
    "owner": _OWNER,
}

_PERSON: dict[str, Take | Columns] = {
    "first_name": "firstname",
    "last_name": ("lastname", "name", "email"),
    "email": "email",
    "phone": ("phone", "homephone"),
    "mobile": "mobilephone",
    "birthday": "birthdate",
    "note": "description",
}

SALESFORCE = System(
    "salesforce",
    "Salesforce",
    PREFIX,
    (
        Table(
            "Users", Order.USERS, ("id", "lastname|name", "username|alias|communitynickname", "profileid|userroleid"), (
                Part("user", ("id",), adopt="email", fields={
                    "name": Take("name", joined=("firstname", "lastname")), "email": Take("email", keep=True)}),
            ), "user", _HISTORY,
        ),
        Table(
            "Accounts", Order.COMPANIES, ("id", "name",
                "ownerid|billingcity|billingstreet|billingcountry|accountsource|isdeleted"), (
                Part("company", ("id",), address=address_of("billing"), fields={
                    "name": "name", "domain": "website", "industry": "industry", "phone": "phone",
                    "country": "billingcountry", "employees": "numberofemployees",
                    "annual_revenue": Take("annualrevenue", currency="currencyisocode"), "note": "description",
                    "tags": "type"}, refs={"owner": _OWNER, "parent": "parentid"}),
            ), "company", (*_HISTORY, "accountid", "stagename", "lastname", "productcode", "subject", "status"),
            skips=DELETED,
        ),
        Table(
            "Contacts", Order.PEOPLE, ("id", "lastname", "accountid|mailingcity|mailingstreet|reportstoid"), (
                Part("person", ("id",), adopt="email", address=address_of("mailing"),
                     fields=_PERSON | {"country": "mailingcountry"}, refs={"owner": _OWNER}),
                Part("employment", ("id", "accountid"), optional=True, fields={"role": "title"},
                     refs={"person": Ref(part="person"), "company": "accountid"}),
            ), "person", (*_HISTORY, "isconverted", "profileid"), skips=DELETED,
        ),
        Table(
            "Leads", Order.PEOPLE, ("id", "lastname", "company", "leadsource|isconverted|status"), (
                Part("person", ("id",), adopt="email", address=address_of(""),
                     fields=_PERSON | {"country": "country"}, refs={"owner": _OWNER}),
                Part("employment", ("id", "company"), optional=True, fields={"role": "title"},
                     refs={"person": Ref(part="person"), "company": Ref("company", match="title", creates=True)}),
            ), "person", _HISTORY,
            skips=(*DELETED, ("isconverted", ("true", "1"), "converted: the contact stands in its own file")),
        ),
        Table(
            "Opportunities", Order.DEALS, ("id", "name", "stagename", "closedate"), (
                Part("deal", ("id",), fields={
                    "name": "name", "amount": Take("amount", currency="currencyisocode"),
                        "probability": "probability",
                    "opened_on": "createddate", "closed_on": "closedate",
                    "stage": Take("stagename", values=_STAGES, cases=(
                        Case("iswon", "won", "true"), Case("isclosed", "lost", "true")))},
                    refs={"company": "accountid", "person": "contactid", "owner": _OWNER}),
            ), "deal", _HISTORY, skips=DELETED,
        ),
        Table(
            "Cases", Order.TICKETS, ("id", "casenumber", "subject", "status"), (
                Part("ticket", ("id",), fields={
                    "subject": ("subject", "casenumber"), "body": "description", "status": "status",
                    "priority": "priority", "category": ("type", "reason"), "channel": "origin",
                    "opened_at": "createddate", "closed_at": "closeddate"},
                    refs={"company": "accountid", "person": "contactid", "owner": _OWNER}),
            ), "ticket", _HISTORY, skips=DELETED,
        ),
        Table(
            "Events", Order.ACTIVITIES, ("id", "subject", "startdatetime|activitydatetime|durationinminutes",
                "whoid|whatid"), (
                Part("activity", ("id",), fields={
                    "kind": Take(constant="meeting"), "subject": ("subject", "type"), "body": "description",
                    "at": ("startdatetime", "activitydatetime", "activitydate"), "done_at": "enddatetime"},
                    refs=_ACTIVITY_REFS),
            ), "activity", _HISTORY, skips=DELETED,
        ),
        Table(
            "Tasks", Order.ACTIVITIES,
            ("id", "subject", "whoid|whatid", "activitydate", "status|priority|tasksubtype"), (
                Part("activity", ("id",), fields={
                    "kind": Take("tasksubtype", values={"call": "call", "email": "email"}, otherwise="task", cases=(
                        Case("type", "call", "call"), Case("type", "email", "email"))),
                    "subject": ("subject", "type", "tasksubtype"), "body": "description",
                    "at": ("completeddatetime", "createddate"), "due_at": "activitydate",
                    "done_at": "completeddatetime"}, refs=_ACTIVITY_REFS),
            ), "activity", (*_HISTORY, "startdatetime", "durationinminutes"), skips=DELETED,
        ),
        Table(
            "Products", Order.PRODUCTS, ("id", "name", "productcode|stockkeepingunit", "isactive|family"), (
                Part("product", ("id",), fields={
                    "name": ("name", "productcode"), "code": ("stockkeepingunit", "productcode"),
                        "category": "family",
                    "active": "isactive"}),
            ), "product", ("opportunityid", "quantity", "unitprice"), skips=DELETED,
        ),
        Table(
            "Account contact relations", Order.LINKS, ("id", "accountid", "contactid", "isdirect|roles|isactive"), (
                Part("employment", ("contactid", "accountid"), fields={
                    "role": "roles", "valid_from": "startdate", "valid_to": "enddate"},
                    refs={"person": "contactid", "company": "accountid"}),
            ), "employment", skips=DELETED,
        ),
        Table(
            "Opportunity contact roles", Order.LINKS, ("id", "opportunityid", "contactid", "role|isprimary"), (
                Part("party_role", ("id",), fields={"role": Take(("role",), otherwise="participant", values={
                    name: name for name in ("decision maker", "economic buyer", "economic decision maker",
                        "influencer",
                                            "evaluator", "executive sponsor", "other")})},
                    refs={"deal": "opportunityid", "person": "contactid"}),
            ), "party_role", skips=DELETED,
        ),
    ),
    (
        Left("History", ("id", "fivetranstart", "fivetranend"),
            "earlier versions of records; the records themselves go in"),
        Left("Roles", ("id", "portaltype|rollupdescription|parentroleid", "name"),
             "roles decide who sees what: set them by hand"),
        Left("Opportunity lines", ("opportunityid", "quantity", "unitprice"), "lines of deals have no place yet"),
        Left("Orders", ("id", "ordernumber", "accountid"), "orders have no place yet"),
    ),
)  # fmt: skip
