"""Cards, mails and appointments, as ``imports.personal`` makes tables of them."""

from __future__ import annotations

from visavis.features.imports.sources.model import Order, Part, Ref, System, Table, Take

VCARD = System(
    "vcard",
    "vCard",
    "vcard:",
    (
        Table(
            "Contacts", Order.PEOPLE, ("=card_uid", "=card_name"), (
                Part("person", ("carduid",), adopt="email", fields={
                    "first_name": "firstname", "last_name": ("lastname", "cardname", "email"), "email": "email",
                    "phone": "phone", "mobile": "mobile", "birthday": "birthday", "language": "language",
                    "country": "country", "note": "note"},
                    address={"street": "street", "city": "city", "region": "region", "postal_code": "postalcode",
                             "country": "country"}),
                Part("employment", ("carduid", "organization"), optional=True, fields={"role": "jobtitle"},
                     refs={"person": Ref(part="person"),
                           "company": Ref("organization", match="title", creates=True)}),
            ), "person", skips=(("cardkind", ("group",), "a group of cards"),),
            mentions=(("pictures", "Pictures are not kept."),),
        ),
    ),
)  # fmt: skip

MAIL = System(
    "mail",
    "E-mail",
    "mail:",
    (
        Table(
            "Mails", Order.ACTIVITIES, ("=message_id", "=mail_from"), (
                Part("activity", ("messageid",), fields={
                    "kind": Take(constant="email"), "subject": ("subject", "mailfrom", "messageid"), "body": "body",
                    "at": "sentat"},
                    refs={"person": Ref("addresses", match="email", several=True),
                          "owner": Ref("addresses", match="email", several=True),
                          "company": Ref("addresses", match="email", several=True)}),
            ), "activity", mentions=(("attachmentnames", "Attachments are not kept."),),
        ),
    ),
)  # fmt: skip

CALENDAR = System(
    "calendar",
    "Calendar",
    "calendar:",
    (
        Table(
            "Appointments", Order.ACTIVITIES, ("=event_uid", "=event_start"), (
                Part("activity", ("eventuid",), fields={
                    "kind": Take("eventkind", values={"vtodo": "task"}, otherwise="meeting"),
                    "subject": ("summary", "eventuid"), "body": "description", "at": "eventstart",
                    "due_at": "due", "done_at": "eventend"},
                    refs={"person": Ref("attendees", match="email", several=True),
                          "owner": Ref("attendees", match="email", several=True)}),
            ), "activity", skips=(("status", ("cancelled",), "cancelled"),), mentions=(
                ("repeats", "Of a series the first appointment goes in."),
                ("attachments", "Attachments are not kept.")),
        ),
    ),
)  # fmt: skip
