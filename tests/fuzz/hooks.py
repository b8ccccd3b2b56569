"""What a client does that a schema cannot say: it never uses an idempotency key for two requests."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import schemathesis


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    if case.meta is None or not case.meta.generation.mode.is_positive or not case.headers:
        return
    for name in case.headers:
        if name.lower() == "idempotency-key":
            case.headers[name] = uuid4().hex
