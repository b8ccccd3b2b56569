"""What the columns of an exported view are, and the statement that gives its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from visavis import access
from visavis.catalogue import Field, Object
from visavis.fields import type_of
from visavis.fields.address import PARTS
from visavis.records.context import Context
from visavis.records.query import Query, build, chosen, readable_object
from visavis.records.searching import fitting
from visavis.store.build import Build, digits, is_reference, title
from visavis.store.db import quoted
from visavis.store.order import keys

Kind = Literal["text", "integer", "decimal", "money", "boolean", "date", "datetime"]
SYSTEM = ("created_at", "updated_at")
_NUMBERS: dict[str, Kind] = {"decimal": "decimal", "percent": "decimal", "integer": "integer"}
_PLAIN: dict[str, Kind] = {"boolean": "boolean", "date": "date", "datetime": "datetime"}
_WRITTEN = {
    "decimal": "trim_scale({0})::text",
    "datetime": "rtrim(rtrim(to_char({0} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US'), '0'), '.') || 'Z'",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file. Its cells may be taken for formulas unless they are ``safe``, or match it."""

    name: str
    kind: Kind
    sql: str
    safe: bool | str = False


@dataclass
class Selection:
    """The columns of a view and the tables that they need beside that of the record (alias ``t``)."""

    statement: Build
    identity: str
    columns: list[Column] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)

    def add(self, name: str, kind: Kind, sql: str, *, safe: bool | str = True) -> None:
        self.columns.append(Column(name, kind, sql, safe))

    def add_text(self, name: str, sql: str) -> None:
        self.add(name, "text", sql, safe=False)


def selection(ctx: Context, obj: Object, query: Query, identity: str, *, neutral: bool) -> Selection:
    """Identification, then the columns asked for, or all that the actor may see.

    The first column also says whether the cells have marks against formulas (``features/imports/own.py``).
    """
    found = Selection(build(ctx), identity)
    _identify(found, f"{obj.name}:", "t", "id" if neutral else "number")
    fields = chosen(found.statement, obj, query.columns) if query.columns else list(access.readable(ctx.actor, obj))
    for each in fields:
        _add(found, each)
    if not query.columns:
        for name in SYSTEM:
            found.add(name, "datetime", _WRITTEN["datetime"].format(f"t.{name}"))
    return found


def rows_sql(ctx: Context, object_name: str, query: Query, identity: str, *, neutral: bool) -> tuple[str, Selection]:
    """The statement for all rows of a view in its order, as texts; ``neutral`` takes the bite out of formulas.

    The selection holds the columns and the parameters. ``Forbidden`` or ``BadRequest`` as the list answers them.
    """
    obj = readable_object(ctx, object_name)
    found = selection(ctx, obj, query, identity, neutral=neutral)
    statement = found.statement
    fits = fitting(statement, obj, query)
    order = ", ".join(term.sql for term in keys(statement, obj, "t", query.sort))
    shown = ", ".join(f"{_cell(c, neutral=neutral)} as {quoted(c.name)}" for c in found.columns)
    joins = " ".join(found.joins)
    return f"select {shown} from {statement.rows(obj, 't')} {joins} where {fits} order by {order}", found


def count_sql(ctx: Context, object_name: str, query: Query) -> tuple[str, list[Any]]:
    """How many rows there will be."""
    obj = readable_object(ctx, object_name)
    statement = build(ctx)
    fits = fitting(statement, obj, query)
    return f"select count(*) from {statement.rows(obj, 't')} where {fits}", statement.params


def _cell(column: Column, *, neutral: bool) -> str:
    if not neutral or column.safe is True:
        return column.sql
    guarded = f"neutral({column.sql})"
    return f"case when {column.sql} ~ '{column.safe}' then {column.sql} else {guarded} end" if column.safe else guarded


def _identify(found: Selection, prefix: str, alias: str, number: str = "id") -> None:
    """The number here, and the key by which the record is known anywhere."""
    found.add(f"{prefix}{number}", "integer", f"{alias}.id")
    own = f"'{found.identity}/' || {alias}.id"
    found.add_text(f"{prefix}key", f"coalesce({alias}.external_id, {own})")


def _add(found: Selection, each: Field) -> None:
    place = found.statement.place(each, "t")
    if is_reference(each):
        _add_reference(found, each, place)
    elif type_of(each).wire == "money":
        currency = f"{found.statement.currency(each, 't')}::text"
        found.add(each.name, "money", digits(place))
        found.add(f"{each.name}.currency", "text", f"case when {place} is not null then {currency} end")
    elif each.type == "address":
        for part in PARTS:
            found.add_text(f"{each.name}.{part}", f"{place} ->> '{part}'")
    else:
        _add_plain(found, each, place)


def _add_reference(found: Selection, each: Field, place: str) -> None:
    """A link that leads to a record that the actor may not see is empty."""
    statement = found.statement
    target = statement.catalogue.object(str(each.target))
    alias = statement.alias()
    allowed = statement.allow(target, alias, statement.params)
    found.joins.append(f"left join {quoted(target.name)} {alias} on {alias}.id = {place} and {allowed}")
    called = title(target, alias, statement.visible(target))
    found.add_text(each.name, f"case when {alias}.id is not null then {called} end")
    _identify(found, f"{each.name}.", alias)


def _add_plain(found: Selection, each: Field, place: str) -> None:
    kind = _NUMBERS.get(each.type) or _PLAIN.get(each.type)
    if kind:
        found.add(each.name, kind, _WRITTEN.get(kind, "{0}::text").format(place))
    elif each.type == "phone":
        found.add(each.name, "text", place, safe=r"^\+[0-9]+$")
    elif type_of(each).sql_type == "text[]":
        found.add_text(each.name, f"in_one_cell({place})")
    else:
        found.add_text(each.name, f"{place}::text")
