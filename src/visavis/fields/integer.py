"""A whole number of up to 15 digits, so that every JSON reader keeps it exact."""

from __future__ import annotations

import re
from typing import Any

from visavis.catalogue import Field
from visavis.fields.base import NUMBER, FieldProblem, Wire, shown

LIMIT = 10**15
_SHAPE = re.compile(r"^[+-]?\d{1,19}$", re.ASCII)


class Integer:
    name = "integer"
    sql_type = "bigint"
    operators = NUMBER
    widget = "number"
    wire: Wire = "plain"
    unit = "count"

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "integer", "minimum": -LIMIT, "maximum": LIMIT}

    def parse(self, value: Any, field: Field) -> Any:
        number = _whole(value)
        if number is not None and abs(number) > LIMIT:
            raise FieldProblem("range", "The number is out of range.", "Use at most 15 digits.")
        return number


def _whole(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        return _from_text(value.strip())
    raise FieldProblem("type", "This has to be a whole number.", "Write digits only.")


def _from_text(text: str) -> int | None:
    if not text:
        return None
    if _SHAPE.fullmatch(text):
        return int(text)
    raise FieldProblem("integer", f"{shown(text)} is no whole number.", "Write digits only.")
