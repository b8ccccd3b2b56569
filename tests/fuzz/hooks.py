"""What a client does that a schema cannot say."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import schemathesis
from schemathesis.generation.meta import TestPhase


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """It keeps its own token and user, never uses an idempotency key for two requests, and in a sequence it does not
    link to what is not there."""
    _keep_what_one_stands_on(case)
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    for name in case.headers or ():
        if name.lower() == "idempotency-key":
            case.headers[name] = uuid4().hex
    if case.meta.phase.name == TestPhase.STATEFUL and case.method == "POST" and isinstance(case.body, dict):
        for name in [name for name, value in case.body.items() if _is_link(value)]:
            del case.body[name]


def _keep_what_one_stands_on(case: Any) -> None:
    """The run's own user and token are the first records of the workspace."""
    own = case.path.startswith(("/users/{id}", "/tokens/{id}")) and case.method != "GET"
    if own and str(case.path_parameters.get("id")) in ("1", "1.0"):
        case.path_parameters["id"] = 10**6


def _is_link(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, dict) and "id" in value)
