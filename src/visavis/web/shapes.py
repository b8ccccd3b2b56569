"""The JSON Schema of a msgspec type in one piece, so that the gate can say what is wrong with a body."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

Schema = Mapping[str, Any]


@cache
def schema_of(kind: Any) -> Schema:
    """Every reference is replaced by what it names. What a type says of itself again is left open."""
    (made,), parts = msgspec.json.schema_components((kind,), ref_template="{name}", schema_hook=lambda _: {})
    found: Schema = _whole(made, parts, ())
    return found


def _whole(schema: Any, parts: Mapping[str, Any], within: tuple[str, ...]) -> Any:
    if isinstance(schema, (list, tuple)):
        return [_whole(part, parts, within) for part in schema]
    if not isinstance(schema, dict):
        return schema
    name = schema.get("$ref")
    if isinstance(name, str):
        return {} if name in within else _whole(parts[name], parts, (*within, name))
    return {key: _whole(part, parts, within) for key, part in schema.items() if not (key == "items" and part is False)}
