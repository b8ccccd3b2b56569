"""Code and overlays make the catalogue: a pure function, so an upgrade is new code and nothing to migrate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from visavis.catalogue.linking import worked_out
from visavis.catalogue.model import Catalogue, Field, Object, Option, Rollup, Scope

FIELD_KEYS = frozenset(
    {
        "label",
        "help",
        "required",
        "unique",
        "options",
        "hidden",
        "sensitivity",
        "reverse",
        "required_if",
        "required_message",
        "verify_every",
        "known_after",
        "former",
    }
)
ADDED_KEYS = FIELD_KEYS | {"formula", "hierarchy", "rollup"}
OBJECT_KEYS = frozenset({"label", "label_plural", "list", "sort", "icon", "hidden"})


@dataclass(frozen=True, slots=True)
class _Overlays:
    objects: Mapping[str, Mapping[str, Any]]
    fields: Mapping[str, Mapping[str, Any]]


def merge(code: Iterable[Object], overlays: Iterable[Mapping[str, Any]], version: int = 0) -> Catalogue:
    """The effective catalogue.

    Each overlay is ``{"id", "kind": "object" | "field", "object", "body": {...}}``, keyed by stable id. Overlays of
    built-in types may change only ``OBJECT_KEYS`` and ``FIELD_KEYS``; the rest of such a body is ignored.
    """
    known = _sorted(overlays)
    built_in = [_overlay_object(obj, known) for obj in code]
    added = [_overlay_object(object_from(i, b), known) for i, b in known.objects.items() if "name" in b]
    return Catalogue(tuple(worked_out(_without_dead_links(built_in + added))), version)


def _without_dead_links(objects: list[Object]) -> Iterator[Object]:
    """A field that points at a hidden type is hidden with it."""
    seen = {o.name for o in objects if not o.hidden}
    for obj in objects:
        fields = tuple(replace(f, hidden=True) if f.target and f.target not in seen else f for f in obj.fields)
        yield replace(obj, fields=fields) if fields != obj.fields else obj


def _sorted(overlays: Iterable[Mapping[str, Any]]) -> _Overlays:
    objects: dict[str, Mapping[str, Any]] = {}
    fields: dict[str, Mapping[str, Any]] = {}
    for overlay in overlays:
        place = objects if overlay["kind"] == "object" else fields
        place[overlay["id"]] = {**overlay["body"], "_object": overlay["object"]}
    return _Overlays(objects, fields)


def _overlay_object(obj: Object, known: _Overlays) -> Object:
    fields = tuple(_overlay_field(f, known.fields.get(f.id, {})) for f in obj.fields)
    built_in = {f.id for f in obj.fields}
    added = tuple(
        field_from(i, b)
        for i, b in known.fields.items()
        if b["_object"] == obj.name and i not in built_in and {"name", "type", "label"} <= b.keys()
    )
    changes = {k: _value(k, v) for k, v in known.objects.get(obj.name, {}).items() if k in OBJECT_KEYS}
    return replace(obj, fields=fields + added, **changes)


def _overlay_field(fld: Field, body: Mapping[str, Any]) -> Field:
    keys = ADDED_KEYS - {"hierarchy"} if fld.kind in ("formula", "rollup") else FIELD_KEYS
    laid = replace(fld, **{k: _value(k, v) for k, v in body.items() if k in keys})
    return replace(laid, former=gone_options((*fld.options, *laid.former), laid.options))


def gone_options(before: Iterable[Option], now: Iterable[Option]) -> tuple[Option, ...]:
    """Those options that there are no more, each once."""
    there = {option.value for option in now}
    return tuple({option.value: option for option in before if option.value not in there}.values())


def _value(key: str, value: Any) -> Any:
    if key in ("options", "former"):
        return tuple(_option(o) for o in value)
    if key == "rollup":
        return Rollup(**value)
    return tuple(value) if isinstance(value, list) else value


def _option(body: Mapping[str, Any]) -> Option:
    return Option(body["value"], body.get("label") or {"en": body["value"]}, body.get("color", "gray"))


def field_from(stable_id: str, body: Mapping[str, Any]) -> Field:
    """A field that an administrator added."""
    return Field(
        id=stable_id,
        name=body["name"],
        type=body["type"],
        target=body.get("target"),
        label=body["label"],
        origin="user",
        searchable=bool(body.get("searchable", False)),
        derived="formula" in body or "rollup" in body,
        **{k: _value(k, v) for k, v in body.items() if k in ADDED_KEYS - {"label"}},
    )


def object_from(stable_id: str, body: Mapping[str, Any]) -> Object:
    """An object that an administrator added; its fields come as overlays of their own."""
    return Object(
        name=body["name"],
        plural=body["plural"],
        label=body["label"],
        label_plural=body["label_plural"],
        icon=body.get("icon", "box"),
        fields=(
            Field(f"{stable_id}.name", "name", "text", {"en": "Name"}, required=True, searchable=True, origin="user"),
            Field(f"{stable_id}.owner", "owner", "user", {"en": "Owner"}, target="user", origin="user"),
            Field(f"{stable_id}.team", "team", "relation", {"en": "Team"}, target="team", origin="user"),
        ),
        title=("name",),
        list=tuple(body.get("list") or ("name", "owner")),
        scope=Scope("own"),
        origin="user",
    )
