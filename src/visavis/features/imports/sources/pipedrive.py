"""Pipedrive: labels with the type before them; one row may hold a person, an organisation and a deal."""

from __future__ import annotations

from visavis.features.imports.sources.model import Case, Order, Part, Ref, System, Table, Take

_STAGES = {
    "qualified": "engaging", "lead in": "prospecting", "contact made": "engaging", "demo scheduled": "engaging",
    "needs defined": "proposal", "proposal made": "proposal", "negotiations started": "negotiation",
}  # fmt: skip


def _owner(label: str) -> Ref:
    return Ref(label, match="title", creates=True)


def _organization(*, optional: bool) -> Part:
    return Part(
        "company", ("organizationid|dealorganizationid|personorganizationid",), optional=optional,
        fields={"name": ("organizationname", "dealorganization", "personorganization"),
                "domain": "organizationwebsite", "industry": "organizationindustry",
                "employees": "organizationnumberofemployees", "annual_revenue": "organizationannualrevenue",
                "country": "organizationcountryofaddress", "tags": ("organizationlabels", "organizationlabel")},
        address={"street": "organizationaddress"},
        refs={"owner": _owner("organizationowner")},
    )  # fmt: skip


def _person(*, optional: bool) -> Part:
    return Part(
        "person", ("personid|dealcontactpersonid|dealpersonid",), optional=optional, adopt="email",
        fields={"first_name": "personfirstname", "last_name": ("personlastname", "personname", "dealcontactperson"),
                "email": ("personemailwork", "personemail", "personemailhome", "personemailother"),
                "phone": ("personphonework", "personphone", "personphonehome"), "mobile": "personphonemobile"},
        refs={"owner": _owner("personowner")},
    )  # fmt: skip


PIPEDRIVE = System(
    "pipedrive",
    "Pipedrive",
    "pipedrive:",
    (
        Table(
            "Organizations", Order.COMPANIES, ("organizationid", "organizationname"), (_organization(optional=False),),
            "company", ("dealtitle", "personname"),
        ),
        Table(
            "People", Order.PEOPLE, ("personid", "personname"), (
                _person(optional=False),
                Part("employment", ("personid", "personorganizationid|organizationid|personorganization"),
                    optional=True,
                     fields={"role": "personjobtitle"}, refs={
                         "person": Ref(part="person"),
                         "company": Ref(("personorganizationid", "organizationid"),
                                        instead=Ref("personorganization", match="title", creates=True))}),
            ), "person", ("dealtitle",),
        ),
        Table(
            "Deals", Order.DEALS, ("dealid", "dealtitle"), (
                _organization(optional=True),
                _person(optional=True),
                Part("deal", ("dealid",), fields={
                    "name": "dealtitle", "amount": Take("dealvalue", currency="dealcurrencyofvalue|dealcurrency"),
                    "stage": Take("dealstage", values=_STAGES, cases=(
                        Case("dealstatus", "won", "won"), Case("dealstatus", "lost", "lost"))),
                    "opened_on": ("dealdealcreated", "dealcreated"), "probability": "dealprobability",
                    "closed_on": ("dealdealclosedon", "dealwontime", "deallosttime", "dealexpectedclosedate"),
                    "lost_reason": "deallostreason"},
                    refs={"owner": _owner("dealowner"),
                          "company": Ref(part="company", instead=Ref("dealorganization", match="title",
                              creates=True)),
                          "person": Ref(part="person", instead=Ref("dealcontactperson", match="title",
                              creates=True))}),
            ), "deal",
        ),
        Table(
            "Activities", Order.ACTIVITIES, ("activityid", "activitysubject"), (
                Part("activity", ("activityid",), fields={
                    "kind": Take("activitytype", values={"call": "call", "meeting": "meeting", "task": "task",
                                                         "email": "email", "lunch": "meeting", "deadline": "task"},
                                 otherwise="task"),
                    "subject": ("activitysubject", "activitytype"), "body": ("activitynote",
                        "activitypublicdescription"),
                    "at": ("activityaddtime", "activityduedate"), "due_at": "activityduedate",
                    "done_at": "activitymarkedasdonetime"},
                    refs={"owner": _owner("activityassignedtouser"), "deal": Ref("activitydealid"),
                          "company": Ref("activityorganization", match="title"),
                          "person": Ref("activitycontactperson", match="title")}),
            ), "activity",
        ),
    ),
)  # fmt: skip
