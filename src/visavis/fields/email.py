"""An e-mail address (the addr-spec of RFC 5322 as people use it), its domain in lower case."""

from __future__ import annotations

import re
from typing import Any

from visavis.catalogue import Field
from visavis.fields._textual import Textual
from visavis.fields.base import FieldProblem

PATTERN = r"^[^\s@<>,;\u0000]{1,64}@[^\s@<>,;\u0000.]+(\.[^\s@<>,;\u0000.]+)+$"
_SHAPE = re.compile(PATTERN)


class Email(Textual):
    name = "email"
    widget = "email"
    limit = 254

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.limit, "format": "email"}

    def check(self, text: str, field: Field) -> str:
        if text and not _SHAPE.fullmatch(text):
            raise FieldProblem("email", f"'{text[:80]}' is no e-mail address.", "Write it like name@example.com.")
        local, _, domain = text.rpartition("@")
        return f"{local}@{domain.lower()}" if text else ""
