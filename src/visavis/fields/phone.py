"""A telephone number, kept as E.164 (ITU-T), read in the ways that people write it."""

from __future__ import annotations

import re
from typing import Any

from visavis.catalogue import Field
from visavis.fields._textual import Textual
from visavis.fields.base import FieldProblem

_E164 = re.compile(r"^\+[1-9]\d{6,14}$")


class Phone(Textual):
    name = "phone"
    widget = "phone"
    limit = 60

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\+[1-9][0-9]{6,14}$"}

    def check(self, text: str, field: Field) -> str:
        return text if not text or _E164.fullmatch(text) else _by_library(text)


def _by_library(text: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException as error:
        raise FieldProblem(
            "phone", f"'{text}' is no telephone number.", "Write it with its country code, like +44 20 7946 0018."
        ) from error
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not _E164.fullmatch(written):
        raise FieldProblem("phone", f"'{text}' is no telephone number.", "Write it with all its digits.")
    return written
