"""Yes or no."""

from __future__ import annotations

from typing import Any

from visavis.catalogue import Field
from visavis.fields.base import FieldProblem, Wire, shown

_YES = frozenset({"true", "yes", "y", "1", "1.0", "t", "on"})
_NO = frozenset({"false", "no", "n", "0", "0.0", "f", "off"})


class Boolean:
    name = "boolean"
    sql_type = "boolean"
    operators = ("eq", "ne", "empty", "not_empty")
    widget = "switch"
    wire: Wire = "plain"

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "boolean"}

    def parse(self, value: Any, field: Field) -> Any:
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            return _from_text(value.strip().lower())
        raise FieldProblem("boolean", "This has to be yes or no.", "Write true or false.")


def _from_text(text: str) -> bool | None:
    if not text:
        return None
    if text in _YES or text in _NO:
        return text in _YES
    raise FieldProblem("boolean", f"{shown(text)} is neither yes nor no.", "Write true or false.")
