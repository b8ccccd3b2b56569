"""Errors as ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping

import msgspec

from visavis.features.app import Answer
from visavis.kernel.errors import Problem, TooLarge, TooMany, Unauthenticated

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 60
log = logging.getLogger("visavis.web")


class MethodNotAllowed(Problem):
    status, code, title = 405, "method-not-allowed", "This cannot be done here"

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = ", ".join(sorted(allowed))
        super().__init__(f"Use one of: {self.allowed}.")


class UnsupportedMedia(Problem):
    status, code, title = 415, "unsupported-media-type", "This kind of body is not read here"


class Internal(Problem):
    status, code, title = 500, "internal", "Something went wrong on our side"


def answer_of(error: BaseException) -> Answer:
    """The answer for an error. An unknown one is logged under an id, and the answer tells no more than that id."""
    problem = error if isinstance(error, Problem) else _unknown(error)
    return Answer(msgspec.json.encode(problem.as_json()), problem.status, _headers(problem), MEDIA_TYPE)


def _unknown(error: BaseException) -> Problem:
    incident = secrets.token_hex(6)
    log.error("request failed, id %s", incident, exc_info=error)
    return Internal(f"The log has the details under {incident}.", extra={"id": incident})


def _headers(problem: Problem) -> Mapping[str, str]:
    if isinstance(problem, MethodNotAllowed):
        return {"Allow": problem.allowed}
    if isinstance(problem, Unauthenticated):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(problem, TooMany):
        return {"Retry-After": str(problem.extra.get("retry_after", RETRY_SECONDS))}
    if "location" in problem.extra:
        return {"Location": str(problem.extra["location"])}
    return {"Connection": "close"} if isinstance(problem, TooLarge) else {}
