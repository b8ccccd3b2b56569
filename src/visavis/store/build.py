"""The small compiler of record statements: explicit columns, bound values, and permission asked for every row."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from visavis.catalogue import Catalogue, Field, Object
from visavis.fields import TYPES, References, type_of
from visavis.kernel.errors import BadRequest
from visavis.store.db import quoted
from visavis.store.formulas import currency_of, value_of
from visavis.store.tables import side, tables_beside

Allow = Callable[[Object, str, list[Any]], str]
Below = Callable[[Object, str, list[Any], str], str]
Visible = Callable[[Object], Mapping[str, Field]]
Cut = Callable[[Object, str, list[Any]], list[str]]

SYSTEM_SORTS = {"id": "bigint", "created_at": "timestamptz", "updated_at": "timestamptz"}


def uncut(obj: Object, alias: str, params: list[Any]) -> list[str]:
    """Where it is not known how what ``allow`` gives can be cut."""
    return []


@dataclass
class Build:
    """One statement in the making.

    ``allow`` gives the row predicate of an object under an alias, ``below`` the same for rows that hang by that link on
    a record which has been asked for, ``visible`` the fields that may be named, ``me`` the user that the word "me"
    stands for. ``stretches`` cuts what ``allow`` gives into parts that an index has in order, ``ranges`` into few
    that it has in any order, if that can be done.
    ``gathered``: where a filter asks for related records of the rows ``t``, those are looked for first.
    """

    catalogue: Catalogue
    allow: Allow
    below: Below
    visible: Visible
    params: list[Any] = field(default_factory=list)
    me: int | None = None
    gathered: bool = False
    stretches: Cut = uncut
    ranges: Cut = uncut
    _aliases: int = 0

    def bind(self, value: Any, kind: str) -> str:
        """The value as a parameter of that SQL type; it travels as text and PostgreSQL casts it."""
        self.params.append(value)
        text = "text[]" if isinstance(value, list) else "text"
        return f"${len(self.params)}::{text}::{kind}"

    def alias(self) -> str:
        self._aliases += 1
        return f"r{self._aliases}"

    def rows(self, obj: Object, alias: str, *, sample: float | None = None, used: str | None = None) -> str:
        """The record table and, beside it, what is worked out.

        The planner would drop a join that nothing needs, but takes its time for that: ``used`` is all that the
        statement says of these rows, and only what that names is joined. ``sample``: so many percent of the pages,
        picked by chance.
        """
        rows = f"{quoted(obj.name)} {alias}"
        if sample is not None:
            rows += f" tablesample system ({sample:.6f})"
        for key, table in tables_beside(obj).items():
            if used is None or f"{alias}{key}." in used:
                rows += f" left join {quoted(table)} {alias}{key} on {alias}{key}.id = {alias}.id"
        return rows

    def place(self, field_: Field, alias: str) -> str:
        """The value of the field; of an amount its number."""
        return value_of(self, field_, alias) if field_.kind == "formula" else column(field_, alias)

    def currency(self, field_: Field, alias: str) -> str:
        """The currency of an amount."""
        if field_.kind == "formula":
            return currency_of(self, field_, alias)
        return column(field_, alias, "_currency")

    def title(self, obj: Object, alias: str) -> str:
        """What a record is called, as far as the actor may know."""
        return title(obj, alias, self.visible(obj))

    def field(self, obj: Object, name: str) -> Field:
        """A field that the actor may name; others do not exist for them."""
        found = self.visible(obj).get(name)
        if found is None:
            raise BadRequest(f"{obj.name} has no field '{name}'. Look at /api/v1/catalogue for its fields.")
        return found


def column(field_: Field, alias: str, part: str = "") -> str:
    """Where the first column of a field stands that has one, or that ``part``. ``Build.place`` knows formulas, too."""
    return f"{alias}{side(field_)}.{quoted(field_.name + part)}"


def title(obj: Object, alias: str, visible: Container[str] | None = None) -> str:
    """What a record is called, by those of its title fields that are ``visible``, else by its number.

    Names in Hangul or Han are written family name first, without a blank.
    """
    known = obj.by_name if visible is None else visible
    parts = [f"{alias}.{quoted(name)}" for name in obj.title if name in known]
    if len(parts) == 2:
        first, last = parts
        named = (
            f"case when {last} ~ '^[가-힣一-鿿]' then concat({last}, {first})"
            f" else nullif(concat_ws(' ', nullif({first}, ''), nullif({last}, '')), '') end"
        )
    else:
        named = parts[0] if parts else "null"
    return f"coalesce({named}, '#' || {alias}.id)"


def projection(build: Build, obj: Object, alias: str, fields: list[Field]) -> str:
    """The select list of a record as JSON shows it."""
    system = [
        f"{alias}.id",
        f"{alias}.version",
        f"{build.title(obj, alias)} as title",
        f"{alias}.external_id",
        f"{alias}.created_at",
        f"{alias}.updated_at",
        f"{alias}.deleted_at",
    ]
    return ", ".join(system + [f"{wire(build, f, alias)} as {quoted(f.name)}" for f in fields])


def wire(build: Build, field_: Field, alias: str) -> str:
    """The field as it travels: decimals as text, money with its currency, links with their titles."""
    place = build.place(field_, alias)
    kind = type_of(field_).wire
    if kind == "money":
        currency = build.currency(field_, alias)
        return (
            f"case when {place} is null then null else"
            f" json_build_object('amount', {digits(place)}, 'currency', {currency}) end"
        )
    if kind == "text":
        return f"trim_scale({place})::text"
    if kind == "reference":
        return _reference(build, field_, place)
    return place


def digits(place: str) -> str:
    """An amount as text, with two decimals or as many as it has."""
    return f"round({place}, greatest(2, min_scale({place})))::text"


def _reference(build: Build, field_: Field, place: str) -> str:
    target = build.catalogue.object(str(field_.target))
    inner = build.alias()
    allowed = build.allow(target, inner, build.params)
    return (
        f"(select json_build_object('id', {inner}.id, 'title', {build.title(target, inner)})"
        f" from {quoted(target.name)} {inner} where {inner}.id = {place} and {allowed})"
    )


def seen_link(build: Build, field_: Field, place: str) -> str:
    """The id in a link, or null where it leads to a record that the actor may not see."""
    target = build.catalogue.object(str(field_.target))
    inner = build.alias()
    allowed = build.allow(target, inner, build.params)
    if allowed == "true":
        return place
    return f"(select {inner}.id from {quoted(target.name)} {inner} where {inner}.id = {place} and {allowed})"


def is_reference(field_: Field) -> bool:
    return field_.type in _REFERENCES


_REFERENCES = frozenset(name for name, kind in TYPES.items() if isinstance(kind, References))
