"""For sequences of calls: schemathesis takes ``external_id`` for a link to a type that nothing makes, and would never
begin with making a record."""

from __future__ import annotations

from typing import Any

import schemathesis

from tests.fuzz import hooks

__all__ = ["before_load_schema", "hooks"]


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    for name, schema in raw_schema["components"]["schemas"].items():
        if name.startswith(("New.", "Change.")):
            schema["properties"].pop("external_id")
