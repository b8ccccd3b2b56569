"""Sorting and the keyset behind a cursor. Empty values come last in both directions; the id breaks ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from visavis.catalogue import Object
from visavis.fields import type_of
from visavis.kernel.errors import BadRequest, Conflict
from visavis.store.build import SYSTEM_SORTS, Build, column, is_reference

UNSORTABLE = ("address", "long_text", "multi_choice")
MOST_KEYS = 4


@dataclass(frozen=True, slots=True)
class Key:
    """One term of the order: an SQL expression, its type, its direction, and whether it can be empty."""

    place: str
    kind: str
    descending: bool
    nullable: bool = True

    @property
    def sql(self) -> str:
        direction = " desc" if self.descending else ""
        return f"{self.place}{direction}{' nulls last' if self.nullable and self.descending else ''}"


def keys(build: Build, obj: Object, alias: str, sort: Sequence[str]) -> list[Key]:
    """The terms for ``["-amount", "name"]``, id last; ``BadRequest`` names what cannot be sorted by."""
    if len(sort) > MOST_KEYS:
        raise BadRequest(f"At most {MOST_KEYS} fields can be sorted by.")
    terms = [_key(build, obj, alias, word) for word in sort]
    last = terms[-1].descending if terms else False
    if any(term.place == f"{alias}.id" for term in terms):
        return terms
    return [*terms, Key(f"{alias}.id", "bigint", last, nullable=False)]


def is_sortable(obj: Object, name: str) -> bool:
    """Whether a list of the object can be sorted by the field."""
    field = obj.by_name.get(name)
    if field is None:
        return name in SYSTEM_SORTS
    return field.type not in UNSORTABLE and not is_reference(field)


def _key(build: Build, obj: Object, alias: str, word: str) -> Key:
    name, descending = word.lstrip("-"), word.startswith("-")
    if name in SYSTEM_SORTS and name not in obj.by_name:
        return Key(f"{alias}.{name}", SYSTEM_SORTS[name], descending, nullable=False)
    field = build.field(obj, name)
    if not is_sortable(obj, name):
        raise BadRequest(f"{obj.name} cannot be sorted by {name}.")
    return Key(column(field, alias), type_of(field).sql_type, descending, not field.required)


def order_by(terms: Sequence[Key]) -> str:
    return ", ".join(term.sql for term in terms)


def cursor_of(terms: Sequence[Key]) -> str:
    """The values of the terms in a row, as a JSON array of texts."""
    return "json_build_array(" + ", ".join(f"({term.place})::text" for term in terms) + ")::text"


def after(build: Build, terms: Sequence[Key], values: Sequence[Any]) -> str:
    """The rows behind the one whose terms have these values."""
    if any(not (v is None or isinstance(v, str)) for v in values):
        raise Conflict("The cursor cannot be read. Start again from the first page.")
    plain = all(not t.nullable and t.descending == terms[0].descending for t in terms)
    if plain and None not in values:
        return _row_after(build, terms, values)
    ways = []
    for place, term in enumerate(terms):
        equal = [_same(build, t, v) for t, v in zip(terms[:place], values, strict=False)]
        beyond = _beyond(build, term, values[place])
        if beyond:
            ways.append("(" + " and ".join([*equal, beyond]) + ")")
    return f"({' or '.join(ways)})"


def _row_after(build: Build, terms: Sequence[Key], values: Sequence[Any]) -> str:
    left = ", ".join(term.place for term in terms)
    right = ", ".join(build.bind(value, term.kind) for term, value in zip(terms, values, strict=True))
    return f"({left}) {'<' if terms[0].descending else '>'} ({right})"


def _same(build: Build, term: Key, value: Any) -> str:
    return f"{term.place} is null" if value is None else f"{term.place} = {build.bind(value, term.kind)}"


def _beyond(build: Build, term: Key, value: Any) -> str:
    if value is None:
        return ""
    further = f"{term.place} {'<' if term.descending else '>'} {build.bind(value, term.kind)}"
    return f"({further} or {term.place} is null)" if term.nullable else further
