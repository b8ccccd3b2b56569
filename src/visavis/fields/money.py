"""An amount to four decimals with its ISO 4217 currency, in two columns."""

from __future__ import annotations

from functools import cache
from typing import Any

from visavis.catalogue import Field
from visavis.fields.base import NUMBER, FieldProblem, Wire, shown
from visavis.fields.decimal import exact
from visavis.kernel.money import SCALE, plain


class Money:
    name = "money"
    sql_type = "numeric(19,4)"
    operators = NUMBER
    widget = "money"
    wire: Wire = "money"
    unit = "money"

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                "amount": {"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$"},
                "currency": {"type": "string", "enum": sorted(currencies())},
            },
            "required": ["amount", "currency"],
            "additionalProperties": False,
        }

    def parse(self, value: Any, field: Field) -> Any:
        if value == "":
            return None
        if not isinstance(value, dict) or set(value) != {"amount", "currency"}:
            raise FieldProblem("money", "This has to be an amount with a currency.", _LIKE)
        return _parsed(value["amount"], value["currency"])

    def columns(self, field: Field) -> tuple[tuple[str, str], ...]:
        return (field.name, self.sql_type), (f"{field.name}_currency", "char(3)")

    def split(self, value: Any) -> tuple[Any, ...]:
        return (None, None) if value is None else (value["amount"], value["currency"])


_LIKE = 'Write it like {"amount": "12.30", "currency": "EUR"}.'


def _parsed(amount: Any, currency: Any) -> dict[str, str] | None:
    number = exact(amount, SCALE)
    if number is None:
        return None
    if not isinstance(currency, str) or currency not in currencies():
        raise FieldProblem("currency", f"{shown(currency)} is no ISO 4217 currency.", "Use a code like EUR.")
    return {"amount": plain(number), "currency": currency}


@cache
def currencies() -> frozenset[str]:
    """The ISO 4217 codes."""
    from babel.numbers import list_currencies

    return frozenset(code for code in list_currencies() if len(code) == 3)
