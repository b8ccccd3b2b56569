"""The filter tree of a record type as a JSON schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from visavis.catalogue import Catalogue, Field, Object
from visavis.fields import type_of
from visavis.fields.base import FieldType
from visavis.store.build import is_reference
from visavis.web.schemas import ID, Json, plain_value

_NO_VALUE = ("empty", "not_empty")
_LIST = ("in", "not_in", "has_any", "has_all")
_TEXT = ("contains", "not_contains", "starts_with")
_SPAN: Json = {"type": "string", "pattern": "^P[0-9]{1,4}[DWMY]$"}
_PART: Json = {"type": "string", "minLength": 1, "maxLength": 1_000, "pattern": r"^[^\u0000]+$"}


def filter_schema(catalogue: Catalogue, obj: Object) -> Json:
    """Conditions on its own fields, joined by and, or, not. Hops along relations are described in words."""
    again: Json = {"$ref": f"#/components/schemas/Filter.{obj.name}"}
    several: Json = {"type": "array", "items": again, "minItems": 1, "maxItems": 20}
    joined = [_only(**{word: several}) for word in ("and", "or")] + [_only(**{"not": again})]
    return {
        "description": "Plain field=value in the query string does for equality. "
        "A field may be one hop away (company.country); "
        '{"related": "invoice.company", "filter": …} asks for records that point here.',
        "anyOf": [*_conditions(obj), *joined],
    }


def _only(**properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _conditions(obj: Object) -> Iterable[Json]:
    """One schema for all fields of a type, one for each field with values of its own."""
    shared: dict[str, list[Field]] = {}
    for field in obj.by_name.values():
        own = bool(field.options) or is_reference(field)
        shared.setdefault(field.name if own else field.type, []).append(field)
    for fields in shared.values():
        yield from _of_kind([f.name for f in fields], fields[0])


def _of_kind(names: list[str], field: Field) -> Iterable[Json]:
    kind = type_of(field)
    value = _value(field, kind)
    name: Json = {"type": "string", "enum": names}
    compared = [op for op in kind.operators if op not in (*_NO_VALUE, *_LIST, *_TEXT, "between", "within")]
    for ops, schema in (
        (compared, value),
        (
            [op for op in _LIST if op in kind.operators],
            {"type": "array", "items": value, "minItems": 1, "maxItems": 100},
        ),
        ([op for op in _TEXT if op in kind.operators], _PART),
        ([op for op in ("between",) if op in kind.operators], _pair(value)),
        ([op for op in ("within",) if op in kind.operators], _SPAN),
    ):
        if ops:
            yield _only(field=name, op={"type": "string", "enum": ops}, value=schema)
    yield _only(field=name, op={"type": "string", "enum": [op for op in _NO_VALUE if op in kind.operators]})


def _pair(value: Json) -> Json:
    return {"type": "array", "items": value, "minItems": 2, "maxItems": 2}


def _value(field: Field, kind: FieldType) -> Json:
    if is_reference(field):
        return {"anyOf": [ID, {"const": "me"}]} if field.type == "user" else ID
    if field.type == "multi_choice":
        items: Any = kind.json_schema(field)["items"]
        return (
            items
            if field.options
            else {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[^\u0000]*\S[^\u0000]*$"}
        )
    return plain_value(field)
