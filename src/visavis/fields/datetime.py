"""A moment, kept in UTC (RFC 3339)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from visavis.catalogue import Field
from visavis.fields.base import MOMENT, FieldProblem, Wire, shown
from visavis.kernel.clock import iso


class DateTime:
    name = "datetime"
    sql_type = "timestamptz"
    operators = MOMENT
    widget = "datetime"
    wire: Wire = "datetime"

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}

    def parse(self, value: Any, field: Field) -> Any:
        if isinstance(value, str) and not value.strip():
            return None
        try:
            return iso(_moment(value))
        except (ValueError, TypeError, OverflowError) as error:
            raise FieldProblem(
                "datetime", f"{shown(value)} is no date with time.", "Write it like 2026-11-22T09:30:00Z."
            ) from error


def _moment(value: Any) -> dt.datetime:
    if not isinstance(value, str):
        raise TypeError(value)
    moment = dt.datetime.fromisoformat(value.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
