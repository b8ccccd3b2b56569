"""A link to another record."""

from __future__ import annotations

from typing import Any, Literal

from visavis.catalogue import Field
from visavis.fields.base import EQUALITY, FieldProblem, Wire

_HIGHEST = 2**53 - 1


class Relation:
    name = "relation"
    sql_type = "bigint"
    operators = EQUALITY
    widget = "record"
    wire: Wire = "reference"
    references: Literal[True] = True

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1, "maximum": _HIGHEST}

    def parse(self, value: Any, field: Field) -> Any:
        number = value.get("id") if isinstance(value, dict) else value
        if isinstance(number, str) and not number.strip():
            return None
        if isinstance(number, str) and number.strip().isascii() and number.strip().isdigit() and len(number) < 17:
            number = int(number)
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= _HIGHEST:
            raise FieldProblem("relation", "This has to be the id of a record.", "Choose a record.")
        return number
