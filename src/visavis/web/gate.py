"""The part of JSON Schema that the API speaks, checked strictly at the door, every fault with its place.

``fields.parse`` is lenient, because forms and files use it too; a JSON body says exactly what it means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from visavis.kernel.errors import FieldError

Schema = Mapping[str, Any]
_MOMENT = re.compile(r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$", re.ASCII)
_NO_NUL = r"^[^\u0000]*$"
_DIRECTING = (
    r"\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufff9-\ufffb"
)
FILLED = rf"^[^\u0000]*[^\s\u0000-\u0020\u0085\u00a0\ufeff{_DIRECTING}][^\u0000]*$"
_SAID = {
    _NO_NUL: "Leave out characters that cannot be stored.",
    FILLED: "Write something that can be seen, without characters that cannot be stored.",
}
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$", re.ASCII)


def faults(schema: Schema, value: Any, at: str = "") -> Iterator[FieldError]:
    """What is wrong with the value; the field of each fault is a dotted path."""
    if "anyOf" in schema:
        yield from _any_of(schema["anyOf"], value, at)
    elif not _of_type(schema.get("type"), value):
        yield FieldError(at, "type", f"This has to be {_spoken(schema['type'])}, not {_kind(value)}.")
    elif "enum" in schema and not _among(schema["enum"], value):
        yield FieldError(at, "choice", "This is not one of the values allowed.", _offer(schema["enum"]))
    elif isinstance(value, dict):
        yield from _in_object(schema, value, at)
    elif isinstance(value, list):
        yield from _in_list(schema, value, at)
    elif isinstance(value, str):
        yield from _in_text(schema, value, at)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _in_number(schema, value, at)


def nullable(schema: Schema) -> dict[str, Any]:
    """The schema, or null."""
    if "anyOf" in schema or "$ref" in schema or not isinstance(schema.get("type"), str):
        return {"anyOf": [dict(schema), {"type": "null"}]}
    changed = dict(schema) | {"type": [schema["type"], "null"]}
    return changed | {"enum": [*schema["enum"], None]} if "enum" in schema else changed


def _any_of(choices: list[Schema], value: Any, at: str) -> Iterator[FieldError]:
    found = [list(faults(choice, value, at)) for choice in choices]
    if all(found):
        yield from min(found, key=lambda some: (some[0].code == "type", len(some)))


_TESTS: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda v: v is None,
    "boolean": lambda v: isinstance(v, bool),
    "string": lambda v: isinstance(v, str),
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "integer": lambda v: (isinstance(v, int) and not isinstance(v, bool)) or (isinstance(v, float) and v.is_integer()),
}
_WORDS = {
    "null": "nothing",
    "boolean": "true or false",
    "string": "text",
    "array": "a list",
    "object": "an object",
    "number": "a number",
    "integer": "a whole number",
}


def _of_type(wanted: Any, value: Any) -> bool:
    kinds = wanted if isinstance(wanted, list) else [wanted]
    return wanted is None or any(_TESTS[kind](value) for kind in kinds)


def _spoken(wanted: Any) -> str:
    kinds = wanted if isinstance(wanted, list) else [wanted]
    return " or ".join(_WORDS[kind] for kind in kinds if kind != "null")


def _kind(value: Any) -> str:
    return next((_WORDS[name] for name, test in _TESTS.items() if test(value)), type(value).__name__)


def _among(values: list[Any], value: Any) -> bool:
    return any(type(v) is type(value) and v == value for v in values)


def _offer(values: list[Any]) -> str:
    shown = ", ".join(str(v) for v in values[:20] if v is not None)
    return f"Choose one of: {shown}{' …' if len(values) > 20 else ''}"


def _in_object(schema: Schema, value: dict[str, Any], at: str) -> Iterator[FieldError]:
    known: Mapping[str, Schema] = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield FieldError(_join(at, name), "required", "This is missing.", "Fill it in.")
    if len(value) < schema.get("minProperties", 0):
        yield FieldError(at, "empty", "Nothing is said here.", "Name at least one field.")
    for name, inner in value.items():
        if name in known:
            yield from faults(known[name], inner, _join(at, name))
        elif schema.get("additionalProperties") is False:
            yield FieldError(_join(at, name[:60]), "unknown", "There is no such field to fill in.")


def _in_list(schema: Schema, value: list[Any], at: str) -> Iterator[FieldError]:
    if len(value) > schema.get("maxItems", len(value)):
        yield FieldError(at, "length", f"At most {schema['maxItems']} fit.")
    elif len(value) < schema.get("minItems", 0):
        yield FieldError(at, "length", f"At least {schema['minItems']} are needed.")
    for number, inner in enumerate(value):
        yield from faults(schema.get("items", {}), inner, f"{at}[{number}]")


def _in_text(schema: Schema, value: str, at: str) -> Iterator[FieldError]:
    if len(value) > schema.get("maxLength", len(value)):
        yield FieldError(at, "length", f"At most {schema['maxLength']:,} characters fit.", "Shorten it.")
    elif len(value) < schema.get("minLength", 0):
        yield FieldError(at, "length", "This is too short.", f"Give at least {schema['minLength']} characters.")
    elif "pattern" in schema and not _pattern(schema["pattern"]).search(value):
        yield FieldError(at, "pattern", f"'{value[:40]}' is not written as it has to be.", _written(schema))
    elif not _fits(schema.get("format"), value):
        yield FieldError(at, "format", f"'{value[:40]}' is no {schema['format']}.", "Use the form of RFC 3339.")


def _in_number(schema: Schema, value: float, at: str) -> Iterator[FieldError]:
    above, low, high = (schema.get(name) for name in ("exclusiveMinimum", "minimum", "maximum"))
    if (
        not (low is None or low <= value)
        or not (high is None or value <= high)
        or (above is not None and value <= above)
    ):
        yield FieldError(at, "range", f"{_short(value)} is out of range.", _range(above, low, high))


def _short(value: float) -> str:
    return str(value) if abs(value) < 1e20 else "This number"


def _range(above: float | None, low: float | None, high: float | None) -> str:
    parts = ((above, "more than"), (low, "at least"), (high, "at most"))
    said = [f"{word} {bound:,}" for bound, word in parts if bound is not None]
    return f"Give {' and '.join(said)}."


def _written(schema: Schema) -> str:
    pattern = schema["pattern"]
    return _SAID.get(pattern) or schema.get("description") or f"It has to match {pattern}"


@cache
def _pattern(text: str) -> re.Pattern[str]:
    closed = text[:-1] + r"\Z" if text.endswith("$") else text
    return re.compile(closed)


def _fits(form: str | None, value: str) -> bool:
    if form == "date":
        return _DAY.match(value) is not None and _reads(date.fromisoformat, value)
    if form == "date-time":
        return _MOMENT.match(value) is not None and _reads(datetime.fromisoformat, value.upper())
    return True


def _reads(read: Callable[[str], Any], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True


def _join(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name
