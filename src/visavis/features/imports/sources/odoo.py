"""Odoo: import-compatible exports (``id``, ``parent_id/id``) and plain ones with labels."""

from __future__ import annotations

from visavis.features.imports.sources.model import Case, Order, Part, Ref, System, Table, Take

_ADDRESS = {
    "street": "street", "street2": "street2", "city": "city", "postal_code": "zip",
        "region": "stateid|state|stateidid",
    "country": "country|countryid|countryidid",
}  # fmt: skip
_LINES = (("id", ("",), "a line of the record above it"),)
_ANY_COMPANY = ("iscompany", ("true", "1", "yes"))
_ANY_PERSON = ("iscompany", ("false", "0", "no", ""))


def _owner() -> Ref:
    return Ref(("useridid",), instead=Ref(("userid", "salesperson"), match="title", creates=True))


_COMPANY = Part(
    "company", ("id",), optional=True, where=_ANY_COMPANY, address=_ADDRESS, fields={
        "name": ("name", "displayname"), "domain": "website", "phone": ("phone", "mobile"), "email": "email",
        "country": ("countryid", "country"), "industry": ("industryid", "industry"), "note": ("comment", "notes"),
        "tags": ("categoryid", "tags")},
    refs={"owner": _owner()},
)  # fmt: skip
_PERSON = Part(
    "person", ("id",), optional=True, where=_ANY_PERSON, adopt="email", address=_ADDRESS, fields={
        "last_name": ("name", "displayname", "email"), "email": "email", "phone": "phone", "mobile": "mobile",
        "country": ("countryid", "country"), "language": ("lang", "language"), "note": ("comment", "notes")},
    refs={"owner": _owner()},
)  # fmt: skip
_EMPLOYMENT = Part(
    "employment", ("id", "parentidid"), optional=True, where=_ANY_PERSON, fields={"role": ("function",
        "jobposition")},
    refs={"person": Ref(part="person"), "company": Ref("parentidid")},
)  # fmt: skip
_STAGES = {"new": "prospecting", "qualified": "engaging", "proposition": "proposal", "won": "won"}

ODOO = System(
    "odoo",
    "Odoo",
    "odoo:",
    (
        Table(
            "Companies and contacts", Order.COMPANIES, ("id", "name", "iscompany"), (_COMPANY, _PERSON, _EMPLOYMENT),
                ("company", "person"),
            skips=_LINES,
        ),
        Table(
            "Companies and contacts", Order.COMPANIES,
            ("=name|=complete name|=display name", "=company type", "email"), (
                Part("company", ("name|displayname|completename",), optional=True,
                     where=("companytype", ("company",)), address=_ADDRESS, fields=_COMPANY.fields,
                     refs={"owner": _owner()}),
                Part("person", ("email", "name|displayname|completename"), optional=True, adopt="email",
                     where=("companytype", ("person", "individual", "")), address=_ADDRESS, fields=_PERSON.fields,
                     refs={"owner": _owner()}),
                Part("employment", ("email", "name|displayname|completename", "relatedcompany"), optional=True,
                     where=("relatedcompany", ()), fields={"role": "jobposition"},
                     refs={"person": Ref(part="person"),
                           "company": Ref("relatedcompany", match="title", creates=True)}),
            ), ("company", "person"),
        ),
        Table(
            "Opportunities", Order.DEALS, ("id", "name", "stageid|stageidid",
                "expectedrevenue|plannedrevenue|probability"), (
                Part("deal", ("id",), fields={
                    "name": "name", "amount": ("expectedrevenue", "plannedrevenue"), "probability": "probability",
                    "stage": Take(("stageid", "stageidid"), values=_STAGES, cases=(
                        Case("wonstatus", "won", "won"), Case("wonstatus", "lost", "lost"),
                        Case("active", "lost", "false"))),
                    "opened_on": "createdate", "closed_on": ("dateclosed", "datedeadline"),
                    "lost_reason": ("lostreasonid", "lostreason")},
                    refs={"company": Ref("partneridid", instead=Ref("partnerid", match="title")), "owner": _owner()}),
            ), "deal", skips=_LINES,
        ),
        Table(
            "Opportunities", Order.DEALS, ("=opportunity", "=stage", "expectedrevenue|salesperson"), (
                Part("deal", ("opportunity",), fields={
                    "name": "opportunity", "amount": "expectedrevenue", "probability": "probability",
                    "stage": Take("stage", values=_STAGES), "opened_on": ("createdon", "createdate"),
                    "closed_on": ("closeddate", "expectedclosing")},
                    refs={"company": Ref(("customer", "companyname"), match="title", creates=True),
                        "owner": _owner()}),
            ), "deal",
        ),
        Table(
            "Products", Order.PRODUCTS, ("id", "name", "listprice|defaultcode|standardprice"), (
                Part("product", ("id",), fields={
                    "name": "name", "code": ("defaultcode",), "price": ("listprice",), "cost": "standardprice",
                    "category": ("categid", "categidid")}),
            ), "product", ("opportunityid", "isdeleted"), skips=_LINES,
        ),
        Table(
            "Meetings", Order.ACTIVITIES, ("id", "name", "start", "stop"), (
                Part("activity", ("id",), fields={
                    "kind": Take(constant="meeting"), "subject": "name", "body": "description", "at": "start",
                    "done_at": "stop"}, refs={"owner": _owner()}),
            ), "activity", skips=_LINES,
        ),
    ),
)  # fmt: skip
