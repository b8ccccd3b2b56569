"""The description as a function of the catalogue: whole, without dangling references, small."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from visavis.catalogue import merge
from visavis.features.runtime import assemble
from visavis.objects import BUILT_IN
from visavis.web.openapi import openapi
from visavis.web.records import Records

CATALOGUE = merge(BUILT_IN, (), 7)
ROUTES = assemble().routes
DESCRIPTION: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(openapi(CATALOGUE, ROUTES, Records().routes())))


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from references(inner)


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DESCRIPTION["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_reference_leads_somewhere() -> None:
    for reference in set(references(DESCRIPTION)):
        place: Any = DESCRIPTION
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_every_route_is_described_under_a_name_of_its_own() -> None:
    described = dict(operations())
    assert {f"{route.method} {route.path}" for route in ROUTES} <= set(described)
    for obj in CATALOGUE.objects:
        assert f"PATCH /{obj.plural}/{{id}}" in described
    names = [operation["operationId"] for operation in described.values()]
    assert len(names) == len(set(names))


def test_links_lead_to_operations() -> None:
    names = {operation["operationId"] for _, operation in operations()}
    links = [
        link["operationId"]
        for _, operation in operations()
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    ]
    assert links and set(links) <= names


def test_whoever_is_not_public_needs_a_token() -> None:
    public = {name for name, operation in operations() if operation.get("security") == []}
    assert public == {"POST /sessions", "POST /sessions/link"}
    for name, operation in operations():
        assert ("401" in operation["responses"]) or name in public


@pytest.mark.parametrize("name", list(DESCRIPTION["components"]["schemas"]))
def test_schemas_are_schemas(name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": DESCRIPTION["components"]}
    jsonschema_rs.validator_for(schema)
