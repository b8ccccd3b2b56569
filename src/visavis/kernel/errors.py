"""The one tree of errors. Each class names its HTTP status, a stable code and a title (RFC 9457).

Problem
├── BadRequest 400            ├── VersionMismatch 412
├── Unauthenticated 401       ├── TooLarge 413
├── Forbidden 403             ├── Invalid 422
├── NotFound 404              ├── PreconditionRequired 428
├── Conflict 409              ├── TooMany 429
└── Unavailable 503 (TooSlow)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of the input, and how to mend it."""

    field: str
    code: str
    message: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        return {"field": self.field, "code": self.code, "message": self.message, "remedy": self.remedy}


class Problem(Exception):
    """Something that the caller can understand and mend."""

    status = 500
    code = "problem"
    title = "Something went wrong"

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = tuple(errors)
        self.extra = dict(extra or {})

    def as_json(self) -> dict[str, Any]:
        """The body of an ``application/problem+json`` answer."""
        body: dict[str, Any] = {
            "type": f"about:blank#{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = [error.as_json() for error in self.errors]
        return body | self.extra


class BadRequest(Problem):
    status, code, title = 400, "bad-request", "The request cannot be read"


class Unauthenticated(Problem):
    status, code, title = 401, "unauthenticated", "Sign in first"


class Forbidden(Problem):
    status, code, title = 403, "forbidden", "Your role does not allow this"


class NotFound(Problem):
    status, code, title = 404, "not-found", "Nothing is here"


class Conflict(Problem):
    status, code, title = 409, "conflict", "This clashes with what is there"


class VersionMismatch(Problem):
    status, code, title = 412, "version-mismatch", "Somebody changed this record meanwhile"


class TooLarge(Problem):
    status, code, title = 413, "too-large", "This is more than can be taken in"


class Invalid(Problem):
    status, code, title = 422, "invalid", "Some values need mending"


class PreconditionRequired(Problem):
    status, code, title = 428, "precondition-required", "Say which version you are changing"


class TooMany(Problem):
    status, code, title = 429, "too-many", "Too many attempts; wait a little"


class Unavailable(Problem):
    status, code, title = 503, "unavailable", "Not available at the moment"


class TooSlow(Unavailable):
    """The work was stopped, and nothing was written."""

    code, title = "too-slow", "This takes too long"


@contextmanager
def asked_in_a_body() -> Iterator[None]:
    """A body that fits its schema can be read: what it asks for and is not there is a conflict, not a bad request."""
    try:
        yield
    except BadRequest as problem:
        raise Conflict(problem.detail) from problem
