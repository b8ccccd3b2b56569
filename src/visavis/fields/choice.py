"""One of the options."""

from __future__ import annotations

from typing import Any

from visavis.catalogue import Field, Option
from visavis.fields.base import EQUALITY, FieldProblem, Wire, as_text

_LIMIT = 200


class Choice:
    name = "choice"
    sql_type = "text"
    operators = EQUALITY
    widget = "select"
    wire: Wire = "plain"

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "enum": [option.value for option in field.options]}

    def parse(self, value: Any, field: Field) -> Any:
        if not isinstance(value, str):
            raise FieldProblem("type", "This has to be one of the options.", _offer(field))
        text = as_text(value, _LIMIT)
        return option_of(text, field) if text else None


def option_of(text: str, field: Field) -> str:
    """The option that the text names, by value, label or alias, case aside; the very value comes first."""
    if any(option.value == text.strip() for option in field.options):
        return text.strip()
    wanted = text.strip().casefold()
    for option in field.options:
        if wanted in spellings(option):
            return option.value
    if any(wanted in spellings(option) for option in field.former):
        message = f"'{text[:60]}' is no option of this field any more; only records that hold it keep it."
        raise FieldProblem("choice", message, _offer(field))
    raise FieldProblem("choice", f"'{text[:60]}' is not an option of this field.", _offer(field))


def spellings(option: Option) -> frozenset[str]:
    return frozenset(word.casefold() for word in (option.value, *option.label.values(), *option.aliases))


def _offer(field: Field) -> str:
    return "Choose one of: " + ", ".join(option.value for option in field.options) + "."
