"""Sorting and the keyset behind a cursor. Empty values come last in both directions; the id breaks ties.

Text is sorted without regard to case, then by code point, on every server alike: orders by language need a server with
ICU, which not every one has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from visavis.catalogue import Object
from visavis.fields import type_of
from visavis.kernel.errors import BadRequest, Conflict
from visavis.store.build import SYSTEM_SORTS, Build, is_reference
from visavis.store.schema import CASELESS

UNSORTABLE = ("address", "long_text", "multi_choice")
MOST_KEYS = 4


@dataclass(frozen=True, slots=True)
class Key:
    """One term of the order: an SQL expression, its type, its direction, whether it can be empty or is derived."""

    place: str
    kind: str
    descending: bool
    nullable: bool = True
    derived: bool = False

    @property
    def sql(self) -> str:
        return self.at(self.place)

    @property
    def filled(self) -> str:
        """The term among rows that have a value."""
        return f"{self.place} desc" if self.descending else self.place

    def at(self, place: str) -> str:
        """The term where its value stands at another place."""
        return (
            place + (" desc" if self.descending else "") + (" nulls last" if self.nullable and self.descending else "")
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the list: its rows and their order. The parts of a list follow one another.

    ``filled``: its rows have a value of the first term and are sorted by that first.
    """

    fits: str
    order: str
    filled: bool = True

    def placed(self, terms: Sequence[Key], alias: str) -> str:
        """The order of the rows where they have the ``places``."""
        rest = [term.at(f"{alias}.k{number}") for number, term in enumerate(terms) if number]
        first = f"{alias}.k0 desc" if terms[0].descending else f"{alias}.k0"
        return ", ".join([first, *rest] if self.filled else rest)


def keys(build: Build, obj: Object, alias: str, sort: Sequence[str]) -> list[Key]:
    """The terms for ``["-amount", "name"]``, id last; ``BadRequest`` names what cannot be sorted by."""
    if len(sort) > MOST_KEYS:
        raise BadRequest(f"At most {MOST_KEYS} fields can be sorted by.")
    terms = [_key(build, obj, alias, word) for word in sort or _default(build, obj)]
    by_id = next((place for place, term in enumerate(terms, 1) if term.place == f"{alias}.id"), None)
    if by_id:
        return terms[:by_id]
    return [*terms, Key(f"{alias}.id", "bigint", terms[-1].descending, nullable=False)]


def _default(build: Build, obj: Object) -> Sequence[str]:
    """The object's own order, unless its field is hidden."""
    name = obj.sort.lstrip("-")
    known = name in build.visible(obj) or (name in SYSTEM_SORTS and name not in obj.by_name)
    return (obj.sort if known else "-updated_at",)


def is_sortable(obj: Object, name: str) -> bool:
    """Whether a list of the object can be sorted by the field."""
    field = obj.by_name.get(name)
    if field is None:
        return name in SYSTEM_SORTS
    return field.type not in UNSORTABLE and not is_reference(field)


def _key(build: Build, obj: Object, alias: str, word: str) -> Key:
    name, descending = word.removeprefix("-"), word.startswith("-")
    if name in SYSTEM_SORTS and name not in obj.by_name:
        return Key(f"{alias}.{name}", SYSTEM_SORTS[name], descending, nullable=False)
    field = build.field(obj, name)
    if not is_sortable(obj, name):
        raise BadRequest(f"{obj.name} cannot be sorted by {name}.")
    place = build.place(field, alias)
    if field.type in CASELESS:
        place = f"lower({place})"
    return Key(place, type_of(field).sql_type, descending, derived=field.derived)


def places(terms: Sequence[Key]) -> str:
    """The values of the terms in a row as ``k0``, ``k1`` …; the last is the id."""
    return ", ".join(f"{term.place} as k{number}" for number, term in enumerate(terms))


def placed(terms: Sequence[Key], alias: str) -> str:
    """The order of rows that have the ``places``."""
    return ", ".join(term.at(f"{alias}.k{number}") for number, term in enumerate(terms))


def texts(terms: Sequence[Key], alias: str) -> str:
    """The ``places`` as texts, for a cursor."""
    return ", ".join(f"{alias}.k{number}::text" for number in range(len(terms)))


def parts(build: Build, terms: Sequence[Key], values: Sequence[Any] | None) -> list[Part]:
    """The list, or what of it lies behind the row whose terms have these values.

    Rows where the first term is empty come last and stand in a part of their own. So the first part is one stretch of
    an index on (first term, id), read in either direction.
    """
    first, rest = terms[0], terms[1:]
    order = ", ".join([first.filled, *(term.sql for term in rest)])
    if values is None:
        whole = [Part(f"{first.place} is not null" if first.nullable else "true", order)]
    else:
        whole = _after(build, terms, values, order)
    if not first.nullable or (values is not None and values[0] is None):
        return whole
    return [*whole, Part(f"{first.place} is null", ", ".join(term.sql for term in rest), filled=False)]


def _after(build: Build, terms: Sequence[Key], values: Sequence[Any], order: str) -> list[Part]:
    if any(not (v is None or isinstance(v, str)) for v in values) or values[-1] is None:
        raise Conflict("The cursor cannot be read. Start again from the first page.")
    first, rest = terms[0], terms[1:]
    if values[0] is None:
        fits = f"({first.place} is null and {_rest(build, rest, values[1:])})"
        return [Part(fits, ", ".join(term.sql for term in rest), filled=False)]
    if _is_one_index(first, rest):
        return [Part(_row_after(build, terms, values), order)]
    bound = f"{first.place} {'<=' if first.descending else '>='} {build.bind(values[0], first.kind)}"
    return [Part(f"({bound} and {_rest(build, terms, values, filled=True)})", order)]


def _is_one_index(first: Key, rest: Sequence[Key]) -> bool:
    """Whether one comparison of rows says it: one table, one direction, nothing empty behind the first term."""
    return all(not t.nullable and t.descending == first.descending and t.derived == first.derived for t in rest)


def _row_after(build: Build, terms: Sequence[Key], values: Sequence[Any]) -> str:
    left = ", ".join(term.place for term in terms)
    right = ", ".join(build.bind(value, term.kind) for term, value in zip(terms, values, strict=True))
    return f"({left}) {'<' if terms[0].descending else '>'} ({right})"


def _rest(build: Build, terms: Sequence[Key], values: Sequence[Any], *, filled: bool = False) -> str:
    """Any term goes further while those before it are equal; nothing comes after an empty one.

    ``filled`` leaves out rows where the first is empty.
    """
    ways = []
    for place, (term, value) in enumerate(zip(terms, values, strict=True)):
        if value is not None:
            equal = [_same(build, t, v) for t, v in zip(terms[:place], values, strict=False)]
            beyond = _beyond(build, term, value, nullable=term.nullable and not (filled and place == 0))
            ways.append("(" + " and ".join([*equal, beyond]) + ")")
    return f"({' or '.join(ways)})"


def _same(build: Build, term: Key, value: Any) -> str:
    return f"{term.place} is null" if value is None else f"{term.place} = {build.bind(value, term.kind)}"


def _beyond(build: Build, term: Key, value: str, *, nullable: bool) -> str:
    further = f"{term.place} {'<' if term.descending else '>'} {build.bind(value, term.kind)}"
    return f"({further} or {term.place} is null)" if nullable else further
