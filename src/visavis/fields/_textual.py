"""What the types that are kept as text have in common."""

from __future__ import annotations

from typing import Any

from visavis.catalogue import Field
from visavis.fields.base import TEXT, Wire, as_text

PLAIN = r"^[^\u0000]*$"


class Textual:
    """Text up to ``limit`` characters."""

    sql_type = "text"
    operators = TEXT
    wire: Wire = "plain"
    limit = 1_000

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.limit, "pattern": PLAIN}

    def parse(self, value: Any, field: Field) -> Any:
        return self.check(as_text(value, self.limit), field)

    def check(self, text: str, field: Field) -> str:
        return text
