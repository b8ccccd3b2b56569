"""What a request says: query string, body, headers; each read strictly, each complaint naming the parameter."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from visavis.features.app import Route
from visavis.kernel.errors import BadRequest, FieldError, Invalid, TooLarge
from visavis.web.gate import faults
from visavis.web.problems import UnsupportedMedia
from visavis.web.shapes import schema_of

ANY: Mapping[str, Mapping[str, Any]] = {"*": {}}
MOST_JSON = 4 * 1024 * 1024
MOST_STREAM = 4 * 1024**3
MOST_PARAMETERS = 200
MOST_FAULTS = 100
EXACT = 2**53
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
_INTEGER = re.compile(r"^-?(0|[1-9][0-9]{0,15})$", re.ASCII)


def query_of(raw: bytes) -> dict[str, str]:
    """The query string, each parameter once."""
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(raw),
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except ValueError as error:
        raise BadRequest("The query string cannot be read. Write it as name=value&name=value, in UTF-8.") from error
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1)
        raise BadRequest(f"The query parameter '{twice[:60]}' is given twice.")
    if any("\x00" in text for pair in pairs for text in pair):
        raise BadRequest("The query string holds a NUL character.")
    return found


def check_query(declared: Mapping[str, Mapping[str, Any]], query: Mapping[str, str]) -> None:
    """``BadRequest`` with every parameter that is unknown, missing, or not of its schema.

    ``ANY`` leaves the checking to the handler, who knows the record type.
    """
    if declared is ANY:
        return
    errors = [
        FieldError(name[:60], "unknown", "There is no such query parameter.", _offer(declared))
        for name in query
        if name not in declared
    ]
    for name, schema in declared.items():
        if name in query:
            errors += faults(schema, as_json(schema, query[name]), name)
        elif schema.get("required") is True:
            errors.append(FieldError(name, "required", "This query parameter is missing."))
    if errors:
        raise BadRequest(f"Query parameter '{errors[0].field}': {errors[0].message}", errors=errors)


def check_headers(declared: Mapping[str, Mapping[str, Any]], headers: Mapping[str, str]) -> None:
    """``BadRequest`` naming the request header that is not of its schema."""
    for name, schema in declared.items():
        given = headers.get(name.lower())
        if given is not None and any(faults(schema, given, name)):
            raise BadRequest(f"The header {name} is not written as it has to be: {schema['pattern']}")


def _offer(declared: Mapping[str, Any]) -> str:
    return f"There are: {', '.join(declared)}." if declared else "This address takes none."


def as_json(schema: Mapping[str, Any], text: str) -> Any:
    """The text of a parameter as the JSON value that its schema speaks of, or the text itself if it is none."""
    kind = schema.get("type")
    if kind == "integer" and _INTEGER.match(text):
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


async def body_of(route: Route, headers: Mapping[str, str], receive: Receive) -> Any:
    """The decoded body of a route that declares one."""
    if route.body is None:
        return None
    _check_media(headers.get("content-type", ""))
    return decode(await read_all(receive, MOST_JSON), route.body)


def decode(raw: bytes, kind: Any) -> Any:
    """JSON of a msgspec type. ``BadRequest`` for what is no JSON, ``Invalid`` for what is of another shape."""
    if not raw.strip():
        raise BadRequest("A JSON body is needed here.")
    try:
        found = whole(msgspec.json.decode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"The body is no JSON: {error}.") from error
    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), list(islice(faults(schema_of(kind), found), MOST_FAULTS))) from error


def whole(value: Any) -> Any:
    """The same JSON with 7.0 as 7: to JSON (and to JSON Schema) they are one number."""
    if isinstance(value, dict):
        return {name: whole(part) for name, part in value.items()}
    if isinstance(value, list):
        return [whole(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < EXACT else value


def _check_media(content_type: str) -> None:
    media = content_type.partition(";")[0].strip().lower()
    if media not in ("application/json", "application/merge-patch+json"):
        raise UnsupportedMedia(f"The body is '{media[:60] or 'of no stated type'}'. Send application/json.")


def _invalid(text: str, errors: Sequence[FieldError]) -> Invalid:
    """What the schema cannot say is said in the words of the reader."""
    if not errors:
        message, _, place = text.partition(" - at `$")
        return Invalid(message, errors=[FieldError(place.rstrip("`").lstrip("."), "type", message)])
    first = errors[0]
    return Invalid(f"{first.field}: {first.message}" if first.field else first.message, errors=errors)


async def read_all(receive: Receive, most: int) -> bytes:
    """The whole body; ``TooLarge`` beyond ``most`` bytes."""
    parts = [part async for part in stream_of(receive, most)]
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def stream_of(receive: Receive, most: int = MOST_STREAM) -> AsyncIterator[bytes]:
    """The body as it arrives."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("The connection ended in the middle of the body.")
        part: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(part)
        if size > most:
            raise TooLarge(f"At most {most // 1024**2:,} MiB are taken in.")
        if part:
            yield part
