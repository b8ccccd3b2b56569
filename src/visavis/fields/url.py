"""A web address; one without a scheme gets https."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from visavis.catalogue import Field
from visavis.fields._textual import Textual
from visavis.fields.base import FieldProblem, as_text


class Url(Textual):
    name = "url"
    widget = "url"
    limit = 2_000

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.limit, "format": "uri"}

    def check(self, text: str, field: Field) -> str:
        if not text:
            return ""
        address = text if "://" in text else f"https://{text}"
        if not _is_web(address):
            raise FieldProblem("url", f"'{text[:80]}' is no web address.", "Write it like https://example.com.")
        return as_text(address, self.limit)


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme in ("http", "https") and bool(host) and not any(c.isspace() for c in address)
