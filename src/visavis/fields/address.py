"""A postal address in five parts, as one JSON value."""

from __future__ import annotations

from typing import Any

from visavis.catalogue import Field
from visavis.fields._textual import PLAIN
from visavis.fields.base import FieldProblem, Wire, as_text

PARTS = ("street", "city", "region", "postal_code", "country")
_LIMIT = 300


class Address:
    name = "address"
    sql_type = "jsonb"
    operators = ("contains", "not_contains", "empty", "not_empty")
    widget = "address"
    wire: Wire = "plain"

    def json_schema(self, field: Field) -> dict[str, Any]:
        part = {"type": "string", "maxLength": _LIMIT, "pattern": PLAIN}
        return {"type": "object", "properties": dict.fromkeys(PARTS, part), "additionalProperties": False}

    def parse(self, value: Any, field: Field) -> Any:
        parts = {"street": value} if isinstance(value, str) else value
        if not isinstance(parts, dict) or not set(parts) <= set(PARTS):
            raise FieldProblem("address", "This has to be an address.", f"Its parts are {', '.join(PARTS)}.")
        filled = {name: as_text(part, _LIMIT) for name, part in parts.items() if part not in (None, "")}
        return {name: text for name, text in filled.items() if text} or None
