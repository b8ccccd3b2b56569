"""Address books as CSV: Google Contacts and Outlook."""

from __future__ import annotations

from visavis.features.imports.sources.model import Order, Part, Ref, System, Table

_GOOGLE_ORGANIZATION = "organization1name|organizationname"
_GOOGLE_KEY = ("email1value", "phone1value", "givenname|firstname", "familyname|lastname")

GOOGLE = System(
    "google",
    "Google Contacts",
    "google:",
    (
        Table(
            "Contacts", Order.PEOPLE, ("givenname|firstname", "familyname|lastname", "email1value|phone1value"), (
                Part("person", _GOOGLE_KEY, adopt="email", fields={
                    "first_name": ("givenname", "firstname"),
                    "last_name": ("familyname", "lastname", "name", "email1value", "givenname", "firstname"),
                    "email": "email1value", "phone": "phone1value", "mobile": "phone2value", "birthday": "birthday",
                    "note": "notes", "country": "address1country"},
                    address={"street": "address1street", "city": "address1city", "region": "address1region",
                             "postal_code": "address1postalcode", "country": "address1country"}),
                Part("employment", (*_GOOGLE_KEY, _GOOGLE_ORGANIZATION), optional=True,
                     where=(_GOOGLE_ORGANIZATION, ()),
                     fields={"role": ("organization1title", "organizationtitle")},
                     refs={"person": Ref(part="person"),
                           "company": Ref(("organization1name", "organizationname"), match="title", creates=True)}),
            ), "person",
        ),
    ),
)  # fmt: skip

OUTLOOK = System(
    "outlook",
    "Outlook",
    "outlook:",
    (
        Table(
            "Contacts", Order.PEOPLE,
            ("firstname", "lastname", "emailaddress", "businessphone|mobilephone", "company"), (
                Part("person", ("emailaddress", "mobilephone|businessphone", "firstname", "lastname"), adopt="email",
                    fields={
                    "first_name": "firstname", "last_name": ("lastname", "emailaddress", "firstname"),
                    "email": "emailaddress", "phone": ("businessphone", "homephone"), "mobile": "mobilephone",
                    "birthday": "birthday", "note": "notes", "country": ("businesscountryregion",
                        "homecountryregion")},
                    address={"street": "businessstreet", "city": "businesscity", "region": "businessstate",
                             "postal_code": "businesspostalcode", "country": "businesscountryregion"}),
                Part("employment", ("emailaddress", "mobilephone|businessphone", "firstname", "lastname", "company"),
                    optional=True,
                     where=("company", ()),
                     fields={"role": "jobtitle"}, refs={
                         "person": Ref(part="person"), "company": Ref("company", match="title", creates=True)}),
            ), "person", ("leadsource", "isconverted", "id", "recordid"),
        ),
    ),
)  # fmt: skip
