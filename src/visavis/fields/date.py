"""A day of the calendar (ISO 8601)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from visavis.catalogue import Field
from visavis.fields.base import MOMENT, FieldProblem, Wire, shown

_SHAPE = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)


class Date:
    name = "date"
    sql_type = "date"
    operators = MOMENT
    widget = "date"
    wire: Wire = "plain"

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def parse(self, value: Any, field: Field) -> Any:
        if isinstance(value, str) and not value.strip():
            return None
        try:
            return _day(value).isoformat()
        except (ValueError, TypeError) as error:
            raise FieldProblem("date", f"{shown(value)} is no date.", "Write it like 2026-11-22.") from error


def _day(value: Any) -> dt.date:
    if not isinstance(value, str) or not _SHAPE.fullmatch(value.strip()):
        raise ValueError(value)
    return dt.date.fromisoformat(value.strip())
