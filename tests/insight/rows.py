"""Sale lines for tests, written the way a person would say them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

UNIT = 10_000
_TYPES = {
    "bigint": pa.int64(),
    "varchar": pa.string(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}

PRODUCTS: list[dict[str, Any]] = [
    {"id": k, "code": f"P{k}", "name": None if k == 7 else f"Product {k}", "category": [None, "tea", "tools"][k % 3]}
    for k in range(1, 13)
]


@dataclass(frozen=True)
class Line:
    invoice: int
    day: dt.date | None
    amount: float | None
    company: int | None = None
    person: int | None = None
    quantity: float | None = 1
    cost: float | None = None
    kind: str | None = "invoice"
    status: str | None = "paid"
    currency: str | None = "EUR"
    number: str | None = None
    product: str | None = None
    product_id: int | None = None

    def but(self, **changes: Any) -> Line:
        return replace(self, **changes)


def table(columns: dict[str, str], rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Rows with exactly the columns of a warehouse table; what a row does not name is null."""
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], type=_TYPES[kind]) for name, kind in columns.items()}
    )


def sale_line(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [_row(number, line) for number, line in enumerate(lines, start=1)]


def _row(number: int, line: Line) -> dict[str, Any]:
    price = None if line.amount is None or not line.quantity else line.amount / line.quantity
    moment = None if line.day is None else dt.datetime.combine(line.day, dt.time(23, 30))
    return {
        "line_id": number,
        "invoice_id": line.invoice,
        "invoice_number": line.number or f"{line.invoice:06d}",
        "invoice_kind": line.kind,
        "invoice_status": line.status,
        "company_id": line.company,
        "person_id": line.person,
        "product_code": line.product,
        "product_id": line.product_id,
        "issued_at": moment,
        "issued_on": line.day,
        "quantity": _units(line.quantity),
        "unit_price": _units(price),
        "amount": _units(line.amount),
        "cost": _units(line.cost),
        "currency": line.currency,
        "position": number,
    }


def _units(value: float | None) -> int | None:
    return None if value is None else round(value * UNIT)
