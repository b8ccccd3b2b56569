"""JSON schemas of record types: what is read, what may be written, what a list may be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from visavis.catalogue import Catalogue, Field, Object
from visavis.fields import Measure, type_of
from visavis.kernel.paging import MAX_LIMIT
from visavis.store.build import SYSTEM_SORTS, is_reference
from visavis.store.order import MOST_KEYS, is_sortable
from visavis.web.gate import FILLED, nullable

Json = dict[str, Any]
ID: Json = {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}
MOMENT: Json = {"type": "string", "format": "date-time"}
REFERENCE: Json = {
    "type": "object",
    "properties": {"id": ID, "title": {"type": "string"}},
    "required": ["id", "title"],
    "additionalProperties": False,
}
EXTERNAL_ID: Json = {"type": ["string", "null"], "minLength": 1, "maxLength": 300, "pattern": r"^[^\u0000]*$"}
YEARS = r"^[12][0-9]{3}-"
_WRITTEN: Mapping[str, Json] = {
    "phone": {
        "type": "string",
        "maxLength": 60,
        "pattern": r"^\+[1-9]([ ().\-/]?[0-9]){6,14}$",
        "description": "With its country code, like +44 20 7946 0018.",
    },
    "email": {
        "type": "string",
        "maxLength": 254,
        "pattern": r"^[A-Za-z0-9_.+\-]{1,64}@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+$|"
        r"^[^\s@<>,;\u0000-\u0020\u0085]{1,64}@[^\s@<>,;\u0000-\u0020\u0085.]+(\.[^\s@<>,;\u0000-\u0020\u0085.]+)+$",
        "description": "Like name@example.com.",
    },
    "url": {
        "type": "string",
        "maxLength": 1_990,
        "pattern": r"^(https?://)?[A-Za-z0-9_\-\u00a1-\u1fff\u2c00-\uabff\uac00-\ud7a3]+"
        r"(\.[A-Za-z0-9_\-\u00a1-\u1fff\u2c00-\uabff\uac00-\ud7a3]+)*"
        r"(:[0-9]{1,4})?([/?#][^\s\u0000-\u0020\u0085\u00a0\[\]]*)?$",
        "description": "Like https://example.com.",
    },
    "date": {"type": "string", "format": "date", "pattern": YEARS},
    "datetime": {"type": "string", "format": "date-time", "pattern": YEARS},
}


def read_value(field: Field) -> Json:
    """A field as an answer has it: any may be empty, links have a title."""
    if is_reference(field):
        return nullable(REFERENCE)
    if field.type in ("choice", "multi_choice"):
        return nullable(
            {"type": "string"} if field.type == "choice" else {"type": "array", "items": {"type": "string"}}
        )
    schema = dict(type_of(field).json_schema(field))
    if field.type in ("url", "email"):
        schema.pop("format", None)
    return nullable(schema)


def write_value(field: Field) -> Json:
    """A field as a body may say it; null empties it unless it is required."""
    if is_reference(field):
        linked: Json = {"anyOf": [ID, _reference_written()]}
        return linked if field.required else nullable(linked)
    schema = dict(_WRITTEN.get(field.type) or type_of(field).json_schema(field))
    if not field.required:
        return nullable(schema)
    if schema.get("type") == "string" and field.type in ("text", "long_text"):
        return schema | {"minLength": 1, "pattern": FILLED}
    return schema | ({"minItems": 1} if schema.get("type") == "array" else {})


def _reference_written() -> Json:
    return {
        "type": "object",
        "properties": {"id": ID, "title": {"type": "string"}},
        "required": ["id"],
        "additionalProperties": False,
    }


def record(obj: Object) -> Json:
    """A record as answers show it; a list shows the columns asked for."""
    system: Json = {
        "id": ID,
        "version": {"type": "integer", "minimum": 1},
        "title": {"type": "string"},
        "external_id": {"type": ["string", "null"]},
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "deleted_at": nullable(MOMENT),
    }
    fields = {f.name: _titled(read_value(f), f) for f in obj.by_name.values()}
    return {"type": "object", "properties": system | fields, "required": list(system), "additionalProperties": False}


def _titled(schema: Json, field: Field) -> Json:
    more = {"title": field.label.get("en", field.name)}
    return schema | more | ({"readOnly": True} if field.derived else {})


def written(obj: Object, *, new: bool) -> Json:
    """A body that creates or changes a record."""
    fields = {f.name: write_value(f if new else f.ever) for f in obj.entered}
    schema: Json = {
        "type": "object",
        "properties": {**fields, "external_id": EXTERNAL_ID},
        "additionalProperties": False,
    }
    required = [f.name for f in obj.entered if f.required]
    return schema | ({"required": required} if new and required else {} if new else {"minProperties": 1})


def list_query(catalogue: Catalogue, obj: Object) -> dict[str, Json]:
    """The query parameters of a list."""
    sortable = [*SYSTEM_SORTS, *(f.name for f in obj.by_name.values() if is_sortable(obj, f.name))]
    return {
        **_choosing(obj),
        "sort": _words(sortable, MOST_KEYS, "-?", "Like -amount,name: with '-' from the largest down. "),
        "columns": _words(list(obj.by_name), 250),
        "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT},
        "cursor": cursor(),
        "count": {"type": "boolean", "description": "Count what fits, up to 10,000."},
    }


def summary_query(obj: Object) -> dict[str, Json]:
    """The query parameters of a summary."""
    grouped = [f.name for f in obj.by_name.values() if f.type not in ("address", "multi_choice", "long_text")]
    summed = [f.name for f in obj.by_name.values() if isinstance(type_of(f), Measure)]
    found = {**_choosing(obj), "group": {"type": "string", "enum": grouped}}
    return found | ({"sum": _words(summed, 20)} if summed else {})


def _choosing(obj: Object) -> dict[str, Json]:
    """What chooses records: a filter tree, a text, the trash, and plain ``field=value``."""
    plain = {f.name: plain_value(f) for f in obj.by_name.values() if "eq" in type_of(f).operators}
    taken = {"filter", "sort", "columns", "limit", "cursor", "count", "trash", "q", "group", "sum"}
    return {
        "filter": {"$ref": f"#/components/schemas/Filter.{obj.name}"},
        "q": {"type": "string", "maxLength": 200, "pattern": r"^[^\u0000]*$", "description": "Words to look for."},
        "trash": {"type": "boolean", "description": "What is in the trash, in place of what is not."},
        **{name: schema for name, schema in plain.items() if name not in taken},
    }


def plain_value(field: Field) -> Json:
    """The value of ``field=value`` in a query string."""
    if is_reference(field):
        return {
            "type": "string",
            "pattern": r"^(me|[1-9][0-9]{0,14})$" if field.type == "user" else r"^[1-9][0-9]{0,14}$",
        }
    schema = dict(_WRITTEN.get(field.type) or type_of(field).json_schema(field.ever))
    if field.type == "money":
        return {"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$"}
    if schema.get("type") == "string" and "enum" not in schema and field.type in ("text", "long_text"):
        return {"type": "string", "minLength": 1, "maxLength": 1_000, "pattern": FILLED}
    return schema


def cursor() -> Json:
    return {"type": "string", "pattern": r"^[A-Za-z0-9_\-]{1,2000}$", "description": "The 'next' of the page before."}


def _words(names: list[str], most: int, prefix: str = "", how: str = "") -> Json:
    one = f"{prefix}({'|'.join(re.escape(name) for name in names)})"
    said = f"{how}Up to {most}, with commas between them, of {', '.join(names)}."
    return {"type": "string", "pattern": f"^{one}(,{one}){{0,{most - 1}}}$", "description": said}
