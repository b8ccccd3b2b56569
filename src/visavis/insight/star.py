"""The star of the warehouse, declared once: tables, columns, what each means. The data dictionary is made of this.

Money, quantities and minutes are 64-bit integers of ten-thousandths; moments are UTC without a zone; days are days in
the workspace's time zone. Ids are those of the records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Columns: TypeAlias = Mapping[str, tuple[str, str]]
"""Name → SQL type and meaning."""


@dataclass(frozen=True, slots=True)
class Table:
    """``key`` names the column that is unique; ``about`` what a row is."""

    name: str
    about: str
    key: str
    columns: Columns

    @property
    def types(self) -> dict[str, str]:
        return {name: kind for name, (kind, _) in self.columns.items()}


_CUSTOMER: Columns = {
    "company_id": ("bigint", "the company, dimension `company`"),
    "person_id": ("bigint", "the person, dimension `person`; the customer where there is no company"),
}

SALE_LINE = Table(
    "sale_line",
    "Fact. One line of an invoice or credit note, with the head of its invoice.",
    "line_id",
    {
        "line_id": ("bigint", "record `invoice_line`"),
        "invoice_id": ("bigint", "record `invoice`"),
        "invoice_number": ("varchar", "number on the invoice"),
        "invoice_kind": ("varchar", "invoice | credit_note"),
        "invoice_status": ("varchar", "draft | open | paid | void"),
        **_CUSTOMER,
        "product_id": ("bigint", "record `product`"),
        "product_code": ("varchar", "code of the product"),
        "issued_at": ("timestamp", "moment of issue"),
        "issued_on": ("date", "day of issue"),
        "quantity": ("bigint", "ten-thousandths"),
        "unit_price": ("bigint", "price of one, before discount"),
        "amount": ("bigint", "what the line charges; returns are below zero"),
        "cost": ("bigint", "cost of the goods: of the line, else of the product × quantity; null = unknown"),
        "currency": ("varchar", "ISO 4217"),
        "position": ("bigint", "place on the invoice"),
        "discount": ("bigint", "unit price × quantity less amount, where that is 0.01 or more; else 0"),
        "due_on": ("date", "day by which the invoice is to be paid"),
        "invoice_total": ("bigint", "total of the invoice as written on it"),
    },
)
DEAL = Table(
    "deal",
    "Fact. One deal as it stands.",
    "id",
    {
        "id": ("bigint", "record `deal`"),
        **_CUSTOMER,
        "stage": ("varchar", "stage; won and lost are the last ones"),
        "amount": ("bigint", "value of the deal"),
        "currency": ("varchar", "ISO 4217"),
        "opened_on": ("date", "day of opening"),
        "closed_on": ("date", "day of winning or losing"),
    },
)
ACTIVITY = Table(
    "activity",
    "Fact. One call, meeting, visit, task, note or e-mail. The customer is its own, else that of its ticket or deal.",
    "id",
    {
        "id": ("bigint", "record `activity`"),
        **_CUSTOMER,
        "kind": ("varchar", "call | meeting | visit | task | note | email"),
        "day": ("date", "when it took place; of a task when it was done; null = not yet"),
        "minutes": ("bigint", "duration in ten-thousandths of a minute"),
        "ticket_id": ("bigint", "the ticket it served"),
        "deal_id": ("bigint", "the deal it served"),
        "owner_id": ("bigint", "record `user`"),
    },
)
TICKET = Table(
    "ticket",
    "Fact. One question or complaint.",
    "id",
    {
        "id": ("bigint", "record `ticket`"),
        **_CUSTOMER,
        "status": ("varchar", "status"),
        "priority": ("varchar", "low | normal | high | urgent"),
        "category": ("varchar", "category as entered"),
        "channel": ("varchar", "channel as entered"),
        "product_id": ("bigint", "record `product`"),
        "opened_at": ("timestamp", "moment of opening"),
        "first_reply_at": ("timestamp", "moment of the first reply"),
        "closed_at": ("timestamp", "moment of closing"),
        "opened_on": ("date", "day of opening"),
        "satisfaction": ("bigint", "what the customer said, ten-thousandths of a point"),
    },
)
PAYMENT = Table(
    "payment",
    "Fact. One payment. The customer is its own, else that of its invoice.",
    "id",
    {
        "id": ("bigint", "record `payment`"),
        **_CUSTOMER,
        "invoice_id": ("bigint", "record `invoice`"),
        "paid_on": ("date", "day of payment"),
        "amount": ("bigint", "what was paid"),
        "currency": ("varchar", "ISO 4217"),
        "method": ("varchar", "transfer | card | cash | other"),
    },
)
COST = Table(
    "cost",
    "Fact. One cost entry made by hand or imported.",
    "id",
    {
        "id": ("bigint", "record `cost`"),
        **_CUSTOMER,
        "kind": ("varchar", "time | ticket | visit | discount | return | credit | delivery | campaign | other"),
        "day": ("date", "when it occurred"),
        "quantity": ("bigint", "ten-thousandths of its unit"),
        "amount": ("bigint", "what it cost; null = quantity × the rate of its kind"),
        "currency": ("varchar", "ISO 4217"),
        "activity_id": ("bigint", "the activity that it is the cost of"),
        "ticket_id": ("bigint", "the ticket that it is the cost of"),
        "invoice_id": ("bigint", "the invoice that it is the cost of"),
    },
)
RATE = Table(
    "cost_rate",
    "Dimension. What one unit of a piece of work costs from a day on, until the next row of the driver.",
    "id",
    {
        "id": ("bigint", "row of the history of rates; the highest one is the version"),
        "driver": ("varchar", "what is priced: call, ticket.urgent, delivery, credit …"),
        "unit": ("varchar", "hour | each | per_cent_year"),
        "amount": ("bigint", "price of a unit, or per cent a year; null = not priced from that day on"),
        "currency": ("varchar", "ISO 4217"),
        "minutes": ("bigint", "what an hour's work is taken to last where no duration was logged"),
        "valid_from": ("date", "first day"),
    },
)


def _dimension(name: str, about: str) -> Table:
    columns = {
        "id": ("bigint", f"record `{name}`"),
        "name": ("varchar", "what it is called; null in the trash"),
        "trashed": ("boolean", "whether it lies in the trash"),
    }
    return Table(name, f"Dimension. {about}", "id", columns)


COMPANY = _dimension("company", "A company.")
PERSON = _dimension("person", "A person.")
PRODUCT = Table(
    "product",
    "Dimension. One product that is not in the trash.",
    "id",
    {
        "id": ("bigint", "record `product`"),
        "code": ("varchar", "its code"),
        "name": ("varchar", "what it is called"),
        "category": ("varchar", "its category; null = none"),
        "active": ("boolean", "whether it is still sold; null = not said"),
    },
)
STAR = (SALE_LINE, DEAL, ACTIVITY, TICKET, PAYMENT, COST, RATE, COMPANY, PERSON, PRODUCT)


def dictionary() -> str:
    """The data dictionary, as Markdown."""
    return "\n".join(_described(table) for table in STAR)


def _described(table: Table) -> str:
    rows = (f"| `{name}` | {kind} | {meaning} |" for name, (kind, meaning) in table.columns.items())
    head = (f"## {table.name}", "", table.about, "", "| column | type | meaning |", "|---|---|---|")
    return "\n".join((*head, *rows, ""))
