"""OpenAPI 3.1 as a function of the catalogue and the routes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from visavis.catalogue import Catalogue, Object
from visavis.features.app import Route
from visavis.web import schemas
from visavis.web.describing_filters import condition_schema, filter_schema
from visavis.web.gate import nullable
from visavis.web.schemas import ID, MOMENT, Json

VERSION = "1.0.0"
NAME: Json = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,47}$"}
_REF = "#/components/schemas/"
_WORDS = {
    400: "The request cannot be read",
    401: "Not signed in",
    403: "The role does not allow it",
    404: "Nothing is there",
    409: "It clashes with what is there",
    412: "Somebody changed the record meanwhile",
    413: "Too large",
    415: "Not a kind of body that is read here",
    422: "Some values need mending",
    428: "If-Match is missing",
    429: "Too many attempts",
    503: "Not available at the moment",
}


def openapi(catalogue: Catalogue, fixed: Iterable[Route], generic: Sequence[Route]) -> Json:
    """The whole description: fixed routes as declared, generic ones once for each record type."""
    shown = [route for route in fixed if "{plural}" not in route.path]
    components, of_type = _msgspec_components(shown)
    paths: dict[str, Json] = {}
    for route in shown:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, of_type)
    for obj in catalogue.by_name.values():
        for route in generic:
            path = route.path.replace("{plural}", obj.plural)
            paths.setdefault(path, {})[route.method.lower()] = _record_operation(catalogue, obj, route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Vis-à-vis", "version": VERSION, "summary": f"Catalogue version {catalogue.version}"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _own_schemas(catalogue) | components,
            "responses": {f"Problem{status}": _problem_response(status) for status in _WORDS},
        },
    }


def _msgspec_components(routes: Iterable[Route]) -> tuple[Json, Mapping[int, Json]]:
    types = {id(t): t for route in routes for t in (route.body, route.answer) if t is not None}
    made, components = msgspec.json.schema_components(
        types.values(), ref_template=_REF + "{name}", schema_hook=lambda _: {}
    )
    return _plain(components), dict(zip(types, _plain(list(made)), strict=True))


def _plain(value: Any) -> Any:
    """msgspec's schemas without defaults that are no JSON, closed where the answer is."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, (list, tuple)) else value


def _own_schemas(catalogue: Catalogue) -> Json:
    own: Json = {"Problem": _problem(), "Reference": schemas.REFERENCE, "HistoryEvent": _history_event()}
    own |= {"TimelineEntry": _timeline_entry(), "Fact": _fact()}
    for obj in catalogue.by_name.values():
        own[f"Record.{obj.name}"] = schemas.record(obj)
        own[f"Listed.{obj.name}"] = _listed(obj)
        own[f"New.{obj.name}"] = schemas.written(obj, new=True)
        own[f"Change.{obj.name}"] = schemas.written(obj, new=False)
        own[f"Filter.{obj.name}"] = filter_schema(catalogue, obj)
        own[f"Condition.{obj.name}"] = condition_schema(obj)
    return own


def _problem() -> Json:
    text: Json = {"type": "string"}
    error = {
        "type": "object",
        "properties": {"field": text, "code": text, "message": text, "remedy": text},
        "required": ["field", "code", "message"],
    }
    return {
        "type": "object",
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "errors": {"type": "array", "items": error},
        },
        "required": ["type", "title", "status"],
    }


def _listed(obj: Object) -> Json:
    whole = schemas.record(obj)
    return whole | {"required": ["id", "version", "title"]}


def _history_event() -> Json:
    pair = {"type": "array", "minItems": 2, "maxItems": 2}
    return _closed(
        seq={"type": "integer"},
        at=MOMENT,
        actor=nullable({"$ref": f"{_REF}Reference"}),
        door={"type": "string"},
        kind={"type": "string", "enum": ["created", "updated", "deleted", "restored", "merged", "unmerged"]},
        changes={"type": "object", "additionalProperties": pair},
        merge=nullable(_closed(id=ID, undone={"type": "boolean"}, records=_list_of_references())),
    )


def _list_of_references() -> Json:
    return {"type": "array", "items": {"$ref": f"{_REF}Reference"}}


def _fact() -> Json:
    who: Json = nullable({"$ref": f"{_REF}Reference"})
    text: Json = {"type": ["string", "null"]}
    return _closed(
        field=NAME,
        value={},
        since=nullable(MOMENT),
        author=who,
        source=nullable(_closed(door={"type": "string"}, kind=text, file=text)),
        verified=nullable(_closed(at=MOMENT, by=who)),
        due=nullable(MOMENT),
    )


def _timeline_entry() -> Json:
    return {
        "type": "object",
        "properties": {
            "at": MOMENT,
            "object": NAME,
            "id": ID,
            "kind": {"type": ["string", "null"]},
            "title": {"type": ["string", "null"]},
            "amount": {"type": ["object", "null"]},
        },
        "required": ["at", "object", "id", "kind", "title"],
    }


def _closed(**properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _operation(route: Route, of_type: Mapping[int, Json]) -> Json:
    answer = of_type.get(id(route.answer), {})
    found = _base(route, _name(route), answer, _parameters(route.path) + _queries(route.query) + _headers(route))
    found["tags"] = [route.path.split("/")[1]]
    if route.body is not None:
        found["requestBody"] = _body(of_type[id(route.body)])
    elif route.stream:
        found["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
    return found


def _base(route: Route, name: str, answer: Json, parameters: list[Json]) -> Json:
    statuses = _statuses(route)
    responses: Json = {str(route.status): _response(route, answer)}
    responses |= {str(status): _refused(status) for status in sorted(statuses)}
    found: Json = {"operationId": name, "summary": route.summary, "parameters": parameters, "responses": responses}
    return found | ({"security": []} if route.access == "public" else {})


def _statuses(route: Route) -> set[int]:
    statuses = {400, 503, *route.problems}
    if route.access != "public":
        statuses |= {401, 403}
    if "{" in route.path:
        statuses.add(404)
    if route.body is not None or route.stream:
        statuses |= {413, 415, 422}
    return statuses


def _response(route: Route, answer: Json) -> Json:
    response: Json = {"description": route.summary}
    if route.status != 204:
        content = answer if route.media_type == "application/json" else {}
        response["content"] = {route.media_type: {"schema": content}}
    return response


def _problem_response(status: int) -> Json:
    response: Json = {
        "description": _WORDS.get(status, "Refused"),
        "content": {"application/problem+json": {"schema": {"$ref": f"{_REF}Problem"}}},
    }
    header = {401: "WWW-Authenticate", 429: "Retry-After"}.get(status)
    return response | ({"headers": {header: {"schema": {"type": "string"}}}} if header else {})


def _refused(status: int) -> Json:
    return {"$ref": f"#/components/responses/Problem{status}"}


def _body(schema: Json) -> Json:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _parameters(path: str) -> list[Json]:
    names = re.findall(r"{(\w+)}", path)
    return [
        {"name": n, "in": "path", "required": True, "schema": ID if n == "id" else NAME} for n in names if n != "plural"
    ]


def _queries(query: Mapping[str, Mapping[str, Any]]) -> list[Json]:
    return [_query(name, schema) for name, schema in query.items()]


def _query(name: str, given: Mapping[str, Any]) -> Json:
    schema = {k: v for k, v in given.items() if not (k == "required" and v is True)}
    found: Json = {"name": name, "in": "query", "required": given.get("required") is True}
    if "$ref" in schema:
        return found | {"content": {"application/json": {"schema": schema}}}
    return found | {"schema": schema}


def _headers(route: Route) -> list[Json]:
    required = route.method == "PATCH"
    return [
        {"name": name, "in": "header", "required": required and name == "If-Match", "schema": dict(schema)}
        for name, schema in route.headers.items()
    ]


def _name(route: Route) -> str:
    words = [w.strip("{}") for w in re.split(r"[/.\-]", route.path) if w]
    return "_".join([route.method.lower(), *words])


def _record_operation(catalogue: Catalogue, obj: Object, route: Route) -> Json:
    verb = str(route.handler.__name__)
    parameters = _parameters(route.path) + _queries(_record_query(catalogue, obj, route, verb)) + _headers(route)
    found = _base(route, f"{verb}_{obj.name}", _record_answer(obj, verb), parameters)
    found["tags"] = [obj.name]
    if route.body is not None:
        found["requestBody"] = _body(_record_body(obj, verb))
    conditional = {"update": (404, 409, 412, 428), "trash": (404, 409, 412), "restore": (404, 409), "create": (409,)}
    conditional |= {"verify": (404, 409)}
    conditional |= dict.fromkeys(("list_page", "history", "timeline"), (409,))
    for status in conditional.get(verb, ()):
        found["responses"][str(status)] = _refused(status)
    if verb in ("create", "read", "update", "restore"):
        headers = ("ETag", "Location") if verb == "create" else ("ETag",)
        found["responses"][str(route.status)]["headers"] = {
            h: {"required": True, "schema": {"type": "string"}} for h in headers
        }
    if verb in ("create", "restore"):
        found["responses"][str(route.status)]["links"] = _links(obj)
    return found


def _record_body(obj: Object, verb: str) -> Json:
    if verb == "verify":
        names: Json = {"type": "string", "enum": [f.name for f in obj.entered]}
        return _closed(fields={"type": "array", "items": names, "minItems": 1, "maxItems": 250})
    if verb == "duplicates":
        return {"type": "object", "description": "Values by field, as far as they are typed."}
    return {"$ref": f"{_REF}{'New' if verb == 'create' else 'Change'}.{obj.name}"}


def _links(obj: Object) -> Json:
    """What can be done next with a record that an answer shows."""
    here = {"id": "$response.body#/id"}
    seen = {**here, "If-Match": "$response.header.ETag"}
    wanted = {"read": here, "update": seen, "trash": seen, "restore": here, "history": here, "timeline": here}
    return {verb: {"operationId": f"{verb}_{obj.name}", "parameters": given} for verb, given in wanted.items()}


def _record_query(catalogue: Catalogue, obj: Object, route: Route, verb: str) -> Mapping[str, Mapping[str, Any]]:
    if verb not in ("list_page", "summary"):
        return route.query
    taken = schemas.list_query(catalogue, obj) if verb == "list_page" else schemas.summary_query(obj)
    return {name: schema for name, schema in taken.items() if _is_shown(obj, name)}


def _is_shown(obj: Object, name: str) -> bool:
    """Every field can be asked for as ``field=value``; those with a few known values are listed."""
    field = obj.by_name.get(name)
    return field is None or field.type in ("choice", "boolean", "relation", "user")


def _record_answer(obj: Object, verb: str) -> Json:
    page = {"next": {"type": ["string", "null"]}}
    if verb == "list_page":
        return _closed(
            data=_list_of(f"Listed.{obj.name}"), **page, count=nullable(_count()), partial={"type": "boolean"}
        )
    if verb == "page":
        return _page(obj, page)
    if verb == "history":
        return _closed(data=_list_of("HistoryEvent"), **page)
    if verb == "timeline":
        return _closed(data=_list_of("TimelineEntry"), **page)
    if verb == "duplicates":
        return _duplicates()
    if verb in ("facts", "verify"):
        return _closed(data=_list_of("Fact"))
    return _summary() if verb == "summary" else {"$ref": f"{_REF}Record.{obj.name}"}


def _duplicates() -> Json:
    text: Json = {"type": "string"}
    reason = _closed(code=text, field=nullable(text))
    one = _closed(
        id={"type": "integer"},
        title=text,
        score={"type": "number", "minimum": 0, "maximum": 1},
        reasons={"type": "array", "items": reason},
    )
    return _closed(data={"type": "array", "items": one})


def _count() -> Json:
    flag: Json = {"type": "boolean"}
    return {
        "type": "object",
        "properties": {"value": {"type": ["integer", "null"]}, "capped": flag, "estimated": flag},
        "required": ["value", "capped"],
        "additionalProperties": False,
    }


def _page(obj: Object, page: Json) -> Json:
    name: Json = {"type": "string"}
    listed: Json = {"type": "array", "items": {"type": "object"}}
    related = _closed(object=name, field=name, count=_count(), data=listed)
    timeline = _closed(data=_list_of("TimelineEntry"), **page)
    return _closed(
        record={"$ref": f"{_REF}Record.{obj.name}"}, related={"type": "array", "items": related}, timeline=timeline
    )


def _list_of(name: str) -> Json:
    return {"type": "array", "items": {"$ref": _REF + name}}


def _summary() -> Json:
    number: Json = {"type": "integer", "minimum": 0}
    group = _closed(key={}, label={"type": ["string", "null"]}, count=number, sum={"type": "object"})
    return _closed(total=_closed(count=number, sum={"type": "object"}), groups={"type": "array", "items": group})
