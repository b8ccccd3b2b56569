"""HubSpot: one file for each object with the labels of the export wizard, or tables as connectors write them."""

from __future__ import annotations

from visavis.features.imports.sources.model import (
    DELETED,
    Case,
    Columns,
    Left,
    Lookup,
    Order,
    Part,
    Ref,
    System,
    Table,
    Take,
)

_ID = "recordid|hsobjectid|id"
_SYNC = ("fivetransynced", "fivetrandeleted", "isdeleted", "category", "typeid", "type", "engagementtype")
_OWNER_COLUMNS = ("hubspotownerid", "ownerid")
_STAGES = {
    "appointmentscheduled": "prospecting", "appointment scheduled": "prospecting",
    "qualifiedtobuy": "engaging", "qualified to buy": "engaging",
    "presentationscheduled": "engaging", "presentation scheduled": "engaging",
    "decisionmakerboughtin": "proposal", "decision maker bought-in": "proposal",
    "contractsent": "negotiation", "contract sent": "negotiation",
    "closedwon": "won", "closed won": "won", "closedlost": "lost", "closed lost": "lost",
}  # fmt: skip
_STATUSES = {
    "1": "new", "2": "waiting", "3": "waiting", "4": "closed", "waiting on contact": "waiting",
        "waiting on us": "open",
}  # fmt: skip
_KINDS = {
    "call": "call", "email": "email", "incoming_email": "email", "forwarded_email": "email", "meeting": "meeting",
    "task": "task", "note": "note", "communication": "note", "postal_mail": "note",
}  # fmt: skip


def _owner(label: str) -> Ref:
    """Connectors and API names bear the id of the owner, the wizard his name or address."""
    return Ref(_OWNER_COLUMNS, instead=Ref(label, match="title", creates=True))


def _address(*, second: bool = True) -> dict[str, str]:
    names = {"street": "address|streetaddress", "city": "city", "region": "state|stateregion", "postal_code":
             "zip|postalcode", "country": "country|countryregion"}  # fmt: skip
    return names | ({"street2": "address2|streetaddress2"} if second else {})


def _links(label: str, one: str, other: str, part: Part, *more: Part) -> Table:
    """A table that says which records of two kinds belong together."""
    return Table(label, Order.LINKS, (one, other), (part, *more), (more or (part,))[0].name, only=(one, other, *_SYNC))


def _link(obj: str, key: str, field: str, column: str) -> Part:
    return Part(obj, (key,), refs={field: Ref(column, keep=True)}, create=False)


_PERSON: dict[str, Take | Columns] = {
    "first_name": "firstname", "last_name": ("lastname", "email", "firstname", "phone"), "email": "email",
    "phone": ("phone", "phonenumber"), "mobile": ("mobilephone", "mobilephonenumber"), "birthday": "dateofbirth",
    "country": ("country", "countryregion"), "language": ("preferredlanguage", "hslanguage"),
}  # fmt: skip
_EMPLOYER = ("primaryassociatedcompanyid", "associatedcompanyidsprimary", "associatedcompanyids", "associatedcompanyid")

HUBSPOT = System(
    "hubspot",
    "HubSpot",
    "hubspot:",
    (
        Table(
            "Owners", Order.USERS, ("ownerid", "email", "firstname", "lastname"), (
                Part("user", ("ownerid",), adopt="email", fields={
                    "name": Take("email", joined=("firstname", "lastname")), "email": Take("email", keep=True)}),
            ), "user", ("dealname", "subject", "accountid", "createdbyid"),
        ),
        Table(
            "Users", Order.USERS + 1, ("id", "email", "firstname", "lastname", "roleid|primaryteamid"), (
                Part("user", ("id",), adopt="email", suffix="user:", fields={
                    "name": Take("email", joined=("firstname", "lastname")), "email": Take("email", keep=True)}),
            ), "user",
        ),
        Table(
            "Companies", Order.COMPANIES,
            ("=property_name|recordid|hsobjectid", "companyname|name",
                "industry|domain|companydomainname|city|companyowner"),
            (
                Part("company", (_ID,), address=_address(), fields={
                    "name": ("companyname", "name", "companydomainname", "domain"),
                    "domain": ("companydomainname", "domain", "website", "websiteurl"),
                    "industry": "industry", "phone": ("phone", "phonenumber"), "country": ("country",
                        "countryregion"),
                    "employees": ("numberofemployees",), "annual_revenue": "annualrevenue",
                    "founded": "yearfounded", "note": ("description",), "tags": ("type", "companytype")},
                    refs={"owner": _owner("companyowner"),
                          "parent": Ref(("parentcompanyid", "hsparentcompanyid"))}),
            ), "company", ("firstname", "lastname", "dealname", "subject", "ticketname", "unitprice"), skips=DELETED,
        ),
        Table(
            "Contacts", Order.PEOPLE,
            ("=property_email|=property_lastname|recordid|hsobjectid|=vid", "email", "firstname|lastname"), (
                Part("person", ("recordid|hsobjectid|id|vid",), adopt="email", address=_address(second=False),
                     fields=_PERSON, refs={"owner": _owner("contactowner")}),
                Part("employment", ("recordid|hsobjectid|id|vid", "|".join(_EMPLOYER)), optional=True, fields={
                    "role": "jobtitle"}, refs={"person": Ref(part="person"), "company": Ref(_EMPLOYER)}),
                Part("employment", ("recordid|hsobjectid|id|vid", "company|companyname|associatedcompany"),
                     optional=True, instead_of="|".join(_EMPLOYER), fields={"role": "jobtitle"},
                     refs={"person": Ref(part="person"),
                           "company": Ref(("company", "companyname", "associatedcompany"), match="title",
                               creates=True)}),
            ), "person", ("dealname", "ticketname", "roleid"), skips=DELETED,
        ),
        Table(
            "Deals", Order.DEALS, ("dealid|recordid|hsobjectid|id", "dealname",
                "amount|dealstage|dealpipelinestageid|closedate"), (
                Part("deal", ("dealid|recordid|hsobjectid|id",), fields={
                    "name": "dealname", "amount": Take("amount", currency="currency|dealcurrencycode"),
                    "opened_on": ("createdate", "createddate"), "closed_on": "closedate",
                    "stage": Take(("dealstage", "dealpipelinestageid"), values=_STAGES, lookup="deal stages", cases=(
                        Case("isclosedwon", "won", "true"), Case("isclosedlost", "lost", "true"))),
                    "lost_reason": ("closedlostreason",)},
                    refs={"owner": _owner("dealowner"),
                          "company": Ref(_EMPLOYER, instead=Ref("associatedcompany", match="title", creates=True)),
                          "person": Ref(("associatedcontactids", "primaryassociatedcontactid"), several=True,
                                        instead=Ref("associatedcontact", match="auto"))}),
            ), "deal", ("mergeddealid",), skips=DELETED,
        ),
        Table(
            "Tickets", Order.TICKETS,
            ("ticketid|recordid|hsobjectid|id", "subject|ticketname",
             "hspipelinestage|ticketstatus|hsticketpriority|ticketowner|priority"), (
                Part("ticket", ("ticketid|recordid|hsobjectid|id",), fields={
                    "subject": ("subject", "ticketname", "content", "ticketdescription"),
                    "body": ("content", "ticketdescription"),
                    "status": Take(("ticketstatus", "hspipelinestage"), values=_STATUSES, lookup="ticket stages"),
                    "priority": ("hsticketpriority", "priority"), "category": ("hsticketcategory", "category"),
                    "channel": ("sourcetype", "source"), "opened_at": ("createdate", "createddate"),
                    "first_reply_at": ("firstagentreplydate",), "closed_at": ("closeddate", "closedate"),
                    "solution": "hsresolution"},
                    refs={"owner": _owner("ticketowner"),
                          "company": Ref(_EMPLOYER, instead=Ref("associatedcompany", match="title", creates=True)),
                          "person": Ref(("associatedcontactids", "primaryassociatedcontactid"), several=True,
                                        instead=Ref("associatedcontact", match="auto"))}),
            ), "ticket", ("dealname", "casenumber", "whoid", "assigneduserid"), skips=DELETED,
        ),
        Table(
            "Engagement details", Order.ACTIVITIES, ("engagementid", "hstimestamp|starttime|hscreatedate"), (
                Part("activity", ("engagementid",), fields={
                    "kind": Take("type", values=_KINDS, otherwise="note", cases=(
                        Case("tasktype", "task", contains=""), Case("hstasktype", "task", contains=""),
                        Case("starttime", "meeting", contains=""))),
                    "subject": ("hsemailsubject", "hstasksubject", "hsmeetingtitle", "hscalltitle", "title",
                        "subject",
                                "hsbodypreview", "type", "engagementid"),
                    "body": ("hsemailtext", "hsnotebody", "hscallbody", "hstaskbody", "hsmeetingbody", "body"),
                    "at": ("hstimestamp", "starttime", "hscreatedate"),
                    "done_at": ("hstaskcompletiondate", "endtime")},
                    refs={"owner": Ref(_OWNER_COLUMNS)}),
            ), "activity", skips=DELETED,
        ),
        Table(
            "Engagements", Order.ACTIVITIES + 1, ("id", "type", "portalid"), (
                Part("activity", ("id",), fields={
                    "kind": Take("type", values=_KINDS, otherwise="note", keep=True),
                    "subject": Take("type", keep=True), "at": Take(("timestamp", "createdat"), keep=True)},
                    refs={"owner": Ref(_OWNER_COLUMNS, keep=True)}),
            ), "activity", ("name", "email", "title", "emailcampaignid", "recipient"), skips=DELETED,
        ),
        _links("Companies of deals", "dealid", "companyid", _link("deal", "dealid", "company", "companyid")),
        _links(
            "Contacts of deals", "dealid", "contactid", _link("deal", "dealid", "person", "contactid"),
            Part("party_role", ("dealid", "contactid"), fields={"role": Take(constant="participant")},
                 refs={"deal": Ref(part="deal"), "person": "contactid"}),
        ),
        _links("Companies of tickets", "ticketid", "companyid", _link("ticket", "ticketid", "company", "companyid")),
        _links("Contacts of tickets", "ticketid", "contactid", _link("ticket", "ticketid", "person", "contactid")),
        _links("Deals of tickets", "ticketid", "dealid", _link("ticket", "ticketid", "deal", "dealid")),
        _links("Engagements of tickets", "ticketid", "engagementid",
               _link("activity", "engagementid", "ticket", "ticketid")),
        _links("Companies of engagements", "engagementid", "companyid",
               _link("activity", "engagementid", "company", "companyid")),
        _links("Contacts of engagements", "engagementid", "contactid",
               _link("activity", "engagementid", "person", "contactid")),
        _links("Deals of engagements", "engagementid", "dealid", _link("activity", "engagementid", "deal", "dealid")),
    ),
    (
        Left("Stages of deals", ("stageid", "label", "pipelineid", "probability|closedwon"),
             "read for what the stages of deals mean", lookup=Lookup(
                 "stageid", "deal stages",
                 (Case("closedwon", "won", "true"), Case("isclosed", "lost", "true")), "label",
                 ("probability", ((0.2, "prospecting"), (0.45, "engaging"), (0.7, "proposal"), (1.0, "negotiation"))),
             )),
        Left("Stages of tickets", ("stageid", "label", "pipelineid", "ticketstate|isclosed"),
             "read for what the stages of tickets mean", ("closedwon",), lookup=Lookup(
                 "stageid", "ticket stages",
                 (Case("isclosed", "closed", "true"), Case("ticketstate", "closed", "closed")), "label",
                 otherwise="open",
             )),
        Left("Pipelines", ("pipelineid", "label", "displayorder"), "pipelines have no place; stages are translated",
             ("stageid",)),
        Left("Stages passed", ("dealid", "dateentered", "value"),
            "earlier stages of deals; the deals themselves go in"),
        Left("Property history", ("name", "value", "timestamp|timestampinstant", "source"),
             "earlier values of fields; the values of today go in"),
        Left("Merged contacts", ("canonicalvid", "vidtomerge"),
            "which contacts were merged in HubSpot: nothing to store"),
        Left("Merged deals", ("dealid", "mergeddealid"), "which deals were merged in HubSpot: nothing to store"),
        Left("Lists", ("processingtype|listversion|dynamic", "name"), "lists of contacts have no place yet"),
        Left("Members of lists", ("contactid", "contactlistid"), "lists of contacts have no place yet"),
        Left("Forms", ("guid", "formtype|submittext"), "forms have no place yet"),
        Left("Form submissions", ("formid", "contactid", "conversionid|pageurl"),
            "form submissions have no place yet"),
        Left("Campaigns", ("appid", "contentid|numincluded", "subject"), "mail campaigns have no place yet"),
        Left("Mail events", ("id", "emailcampaignid|sentbyeventid|recipient|filteredevent"),
             "events of mail campaigns have no place yet"),
        Left("Mail events", ("id", "fivetransynced",
            "bounced|ipaddress|useragent|cc|dropreason|duration|attempt|response"),
             "events of mail campaigns have no place yet", ("ownerid",)),
        Left("Mail events", ("id", "fivetransynced", "replyto|subscriptions|browser|category"),
             "events of mail campaigns have no place yet", ("ownerid",)),
        Left("Fields", ("fieldtype", "groupname", "label"), "definitions of fields: add fields of your own by hand"),
        Left("Options of fields", ("=property_id", "value", "displayorder"),
             "definitions of fields: add fields of your own by hand"),
        Left("Roles", ("id", "name", "requiresbillingwrite"), "roles decide who sees what: set them by hand"),
        Left("Teams", ("id", "name"), "teams decide who sees what: set them by hand",
             only=("id", "name", "fivetransynced", "fivetrandeleted")),
        Left("Members of teams", ("teamid", "userid|ownerid"), "teams decide who sees what: set them by hand"),
    ),
)  # fmt: skip
