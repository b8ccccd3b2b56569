"""Any number of the options. Without options it is a set of free tags."""

from __future__ import annotations

from typing import Any

from visavis.catalogue import Field
from visavis.fields._textual import PLAIN
from visavis.fields.base import MULTIPLE, FieldProblem, Wire, as_text
from visavis.fields.choice import option_of

MOST = 100


class MultiChoice:
    name = "multi_choice"
    sql_type = "text[]"
    operators = MULTIPLE
    widget = "tags"
    wire: Wire = "plain"

    def json_schema(self, field: Field) -> dict[str, Any]:
        item: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": PLAIN}
        if field.options:
            item = {"type": "string", "enum": [option.value for option in field.options]}
        return {"type": "array", "items": item, "maxItems": MOST}

    def parse(self, value: Any, field: Field) -> Any:
        words = value.split(";") if isinstance(value, str) else value
        if not isinstance(words, list):
            raise FieldProblem("type", "This has to be a list of options.", 'Write it like ["a", "b"].')
        chosen = [_one(word, field) for word in words if word != ""]
        if len(chosen) > MOST:
            raise FieldProblem("length", f"There are {len(chosen)} options; {MOST} fit.", "Choose fewer.")
        return list(dict.fromkeys(word for word in chosen if word))


def _one(word: Any, field: Field) -> str:
    text = as_text(word, 200)
    return option_of(text, field) if field.options and text else text
