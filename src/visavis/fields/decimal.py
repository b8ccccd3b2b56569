"""An exact number with up to six decimals."""

from __future__ import annotations

import re
from decimal import Decimal as Number
from typing import Any

from visavis.catalogue import Field
from visavis.fields.base import NUMBER, FieldProblem, Wire

_SHAPE = re.compile(r"^[+-]?(\d{1,15})(\.\d{0,12})?$", re.ASCII)


class Decimal:
    name = "decimal"
    sql_type = "numeric(21,6)"
    operators = NUMBER
    widget = "number"
    wire: Wire = "text"
    unit = "number"

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$"}

    def parse(self, value: Any, field: Field) -> Any:
        return exact(value)


def exact(value: Any) -> str | None:
    """The number as plain digits, or None for an empty string; ``FieldProblem`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Number):
        raise FieldProblem("type", "This has to be a number.", "Write it like 1234.56.")
    text = value.strip() if isinstance(value, str) else f"{Number(str(value)):f}"
    if not text:
        return None
    if not _SHAPE.fullmatch(text):
        raise FieldProblem("decimal", f"'{text[:40]}' is no number that fits.", "Write it like 1234.56.")
    return text
