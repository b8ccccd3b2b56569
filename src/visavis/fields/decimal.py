"""An exact number with up to six decimals."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context
from decimal import Decimal as Number
from typing import Any

from visavis.catalogue import Field
from visavis.fields.base import NUMBER, FieldProblem, Wire, shown

PLACES = 6
_SHAPE = re.compile(r"^[+-]?(\d{1,15})(\.\d{0,12})?$", re.ASCII)
_LIMIT = 10**15
_WIDEST = 10**40
_ROOM = Context(prec=60)


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
        number = exact(value, PLACES)
        return None if number is None else _trimmed(number)


def exact(value: Any, places: int) -> Number | None:
    """The number at so many decimals, or None for an empty string; ``FieldProblem`` for anything else."""
    text = _digits(value)
    if not text:
        return None
    if not _SHAPE.fullmatch(text):
        raise FieldProblem("decimal", f"{shown(text)} is no number that fits.", "Write it like 1234.56.")
    number = Number(text).quantize(Number(1).scaleb(-places), rounding=ROUND_HALF_EVEN, context=_ROOM)
    if abs(number) >= _LIMIT:
        raise FieldProblem("range", "The number is out of range.", "Use at most 15 digits before the point.")
    return number or abs(number)


def _digits(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float | Number):
        raise FieldProblem("type", "This has to be a number.", "Write it like 1234.56.")
    if not -_WIDEST < value < _WIDEST:
        raise FieldProblem("range", "The number is out of range.", "Use at most 15 digits before the point.")
    return f"{Number(str(value)):f}"


def _trimmed(number: Number) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
