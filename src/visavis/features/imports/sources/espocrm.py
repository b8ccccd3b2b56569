"""EspoCRM: attribute names in camel case, or labels."""

from __future__ import annotations

from visavis.features.imports.sources.model import DELETED, Order, Part, Ref, System, Table, Take, address_of

_OWNER = Ref("assignedusername", match="title", creates=True)
_STAGES = {"prospecting": "prospecting", "qualification": "engaging", "proposal": "proposal",
           "negotiation": "negotiation", "closed won": "won", "closed lost": "lost"}  # fmt: skip


def _activity(label: str, kind: str, mark: str) -> Table:
    return Table(
        label, Order.ACTIVITIES, ("id", "name", mark, "parenttype|parentid|parentname"), (
            Part("activity", ("id",), suffix=f"{kind}:", fields={
                "kind": Take(constant=kind), "subject": "name", "body": "description",
                "at": ("datestart", "createdat"), "due_at": ("datedue",) if kind == "task" else (),
                "done_at": ("datecompleted",) if kind == "task" else ("dateend",)},
                refs={"owner": _OWNER, "company": Ref("accountid"), "person": Ref("contactid")}),
        ), "activity", ("amount", "number"), skips=DELETED,
    )  # fmt: skip


ESPOCRM = System(
    "espocrm",
    "EspoCRM",
    "espocrm:",
    (
        Table(
            "Accounts", Order.COMPANIES, ("=id", "=name", "=billingaddressstreet|=siccode|=billingaddresscity",
                "=assigneduserid|=assignedusername|=emailaddress"), (
                Part("company", ("id",), address=address_of("billingaddress"), fields={
                    "name": "name", "domain": "website", "email": "emailaddress", "phone": "phonenumber",
                    "industry": "industry", "country": "billingaddresscountry", "note": "description",
                        "tags": "type"},
                    refs={"owner": _OWNER}),
            ), "company", skips=DELETED,
        ),
        Table(
            "Contacts", Order.PEOPLE,
            ("=id", "=lastname", "=accountid|=accountname", "=emailaddress|=assigneduserid"), (
                Part("person", ("id",), adopt="email", address=address_of("address"), fields={
                    "first_name": "firstname", "last_name": ("lastname", "name", "emailaddress"),
                    "email": "emailaddress", "phone": "phonenumber", "mobile": "phonenumbermobile",
                    "country": "addresscountry", "note": "description"}, refs={"owner": _OWNER}),
                Part("employment", ("id", "accountid|accountname"), optional=True, fields={"role": ("title",
                    "accountrole")},
                     refs={"person": Ref(part="person"), "company": Ref(
                         "accountid", instead=Ref("accountname", match="title", creates=True))}),
            ), "person", skips=DELETED,
        ),
        Table(
            "Leads", Order.PEOPLE, ("=id", "=lastname", "=accountname", "=status", "=emailaddress|=assigneduserid"), (
                Part("person", ("id",), suffix="lead:", adopt="email", address=address_of("address"), fields={
                    "first_name": "firstname", "last_name": ("lastname", "name", "emailaddress"),
                    "email": "emailaddress", "phone": "phonenumber", "country": "addresscountry",
                        "note": "description"},
                    refs={"owner": _OWNER}),
                Part("employment", ("id", "accountname"), optional=True, suffix="lead:", fields={"role": "title"},
                     refs={"person": Ref(part="person"),
                           "company": Ref("accountname", match="title", creates=True)}),
            ), "person", skips=(*DELETED, ("status", ("converted",),
                "converted: the contact stands in its own file")),
        ),
        Table(
            "Opportunities", Order.DEALS, ("=id", "=name", "=amount", "=stage", "=closedate|=amountcurrency"), (
                Part("deal", ("id",), fields={
                    "name": "name", "amount": Take("amount", currency="amountcurrency"), "probability": "probability",
                    "opened_on": "createdat", "closed_on": "closedate", "stage": Take("stage", values=_STAGES)},
                    refs={"company": Ref("accountid", instead=Ref("accountname", match="title", creates=True)),
                          "person": "contactid", "owner": _OWNER}),
            ), "deal", skips=DELETED,
        ),
        Table(
            "Cases", Order.TICKETS, ("=id", "=number", "=name", "=status", "=priority|=type"), (
                Part("ticket", ("id",), fields={
                    "subject": ("name", "number"), "body": "description", "status": "status", "priority": "priority",
                    "category": "type", "opened_at": "createdat"},
                    refs={"company": Ref("accountid", instead=Ref("accountname", match="title")),
                          "person": "contactid", "owner": _OWNER}),
            ), "ticket", skips=DELETED,
        ),
        _activity("Tasks", "task", "=datedue"),
        _activity("Meetings", "meeting", "=dateend"),
    ),
)  # fmt: skip
