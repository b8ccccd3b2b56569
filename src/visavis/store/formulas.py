"""Formulas as SQL: one expression for the value, one more for the currency of an amount.

A record that the actor may not see, and one in the trash, is read as having no values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from visavis.catalogue import Catalogue, Field, Object
from visavis.catalogue.formulas import Constant, Do, Node, Read, ValueKind


class Statement(Protocol):
    """What of ``visavis.store.build.Build`` is needed here."""

    catalogue: Catalogue
    params: list[Any]

    @property
    def allow(self) -> Callable[[Object, str, list[Any]], str]: ...
    def bind(self, value: Any, kind: str) -> str: ...
    def alias(self) -> str: ...
    def rows(self, obj: Object, alias: str) -> str: ...
    def place(self, field_: Field, alias: str) -> str: ...
    def currency(self, field_: Field, alias: str) -> str: ...


_SQL_TYPES: Mapping[ValueKind, str] = {
    "number": "numeric",
    "money": "numeric",
    "text": "text",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamptz",
}
_INFIX = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "and": "and", "or": "or"}
_CALLS = {"abs": "abs", "floor": "floor", "ceil": "ceil", "lower": "lower", "upper": "upper", "length": "char_length",
          "min": "least", "max": "greatest"}  # fmt: skip
_FITS = {"integer": 0, "decimal": 6, "percent": 6, "money": 4}


@dataclass(frozen=True, slots=True)
class Value:
    sql: str
    currency: str = ""


def value_of(statement: Statement, field: Field, alias: str) -> Value:
    """The formula of the field over the record ``alias``, rounded to its type; beyond its range no value."""
    assert field.node is not None
    return _fitted(_Compiler(statement, alias).value(field.node), field.type)


def condition(statement: Statement, node: Node, alias: str) -> str:
    """A formula that says yes or no."""
    return _Compiler(statement, alias).value(node).sql


def _fitted(value: Value, type_name: str) -> Value:
    if type_name in _FITS:
        fits = f"formula_fit({value.sql}, {_FITS[type_name]})"
        return Value(f"{fits}::bigint" if type_name == "integer" else fits, value.currency)
    return Value(f"nullif(left({value.sql}, 1000), '')") if type_name == "text" else value


class _Compiler:
    def __init__(self, statement: Statement, alias: str) -> None:
        self._statement, self._alias = statement, alias

    def value(self, node: Node) -> Value:
        if isinstance(node, Constant):
            return self._constant(node.kind, node.value)
        if isinstance(node, Read):
            return self._read(node)
        make = getattr(self, f"_do_{_NAMED.get(node.name, node.name)}", self._plain)
        found: Value = make(node)
        return found

    def _constant(self, kind: ValueKind, value: object) -> Value:
        sql_type = _SQL_TYPES[kind]
        if value is None:
            return Value(f"null::{sql_type}", "null::text")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return Value(self._statement.bind(text, sql_type))

    def _read(self, node: Read) -> Value:
        if node.through is None:
            return self._column(node, self._alias)
        link = self._statement.place(node.through, self._alias)
        value = self._through(node, link, lambda v: v.sql)
        currency = self._through(node, link, lambda v: v.currency) if node.kind == "money" else ""
        return Value(value, currency)

    def _through(self, node: Read, link: str, part: Callable[[Value], str]) -> str:
        statement = self._statement
        assert node.through is not None
        target, inner = statement.catalogue.object(str(node.through.target)), statement.alias()
        picked = part(self._column(node, inner))
        allowed = statement.allow(target, inner, statement.params)
        return (
            f"(select {picked} from {statement.rows(target, inner)} where {inner}.id = {link}"
            f" and {inner}.deleted_at is null and {allowed})"
        )

    def _column(self, node: Read, alias: str) -> Value:
        place = self._statement.place(node.field, alias)
        if node.kind == "money":
            return Value(place, f"{self._statement.currency(node.field, alias)}::text")
        return Value(f"{place}::{_SQL_TYPES[node.kind]}" if node.kind in _SQL_TYPES else place)

    def _parts(self, node: Do) -> list[Value]:
        return [self.value(part) for part in node.parts]

    def _plain(self, node: Do) -> Value:
        """Calls and operators that look in PostgreSQL as they do here."""
        parts = self._parts(node)
        if node.name in _INFIX:
            return Value(_alike(parts, f"({parts[0].sql} {_INFIX[node.name]} {parts[1].sql})"))
        return Value(f"{_CALLS[node.name]}({', '.join(p.sql for p in parts)})", parts[0].currency)

    def _do_fit(self, node: Do) -> Value:
        return _fitted(self.value(node.parts[0]), node.detail.partition(":")[2])

    def _do_sum(self, node: Do) -> Value:
        left, right = self._parts(node)
        total = f"({left.sql} {node.name} {right.sql})"
        return Value(_alike([left, right], total), _shared(left, right)) if node.kind == "money" else Value(total)

    def _do_times(self, node: Do) -> Value:
        left, right = self._parts(node)
        return Value(f"({left.sql} * {right.sql})", left.currency or right.currency)

    def _do_over(self, node: Do) -> Value:
        left, right = self._parts(node)
        share = f"round(round({left.sql}, 20) / nullif({right.sql}, 0), 12)"
        return Value(share, left.currency) if node.kind == "money" else Value(_alike([left, right], share))

    def _do_negative(self, node: Do) -> Value:
        (part,) = self._parts(node)
        return Value(f"(- {part.sql})", part.currency)

    def _do_not(self, node: Do) -> Value:
        return Value(f"(not {self.value(node.parts[0]).sql})")

    def _do_if(self, node: Do) -> Value:
        asked, then, *rest = self._parts(node)
        other = rest[0] if rest else self._constant(node.kind, None)
        way = f"case when {asked.sql} then {{}} else {{}} end"
        currency = way.format(then.currency, other.currency) if node.kind == "money" else ""
        return Value(way.format(then.sql, other.sql), currency)

    def _do_coalesce(self, node: Do) -> Value:
        parts = self._parts(node)
        value = f"coalesce({', '.join(p.sql for p in parts)})"
        if node.kind != "money":
            return Value(value)
        ways = "".join(f" when {p.sql} is not null then {p.currency}" for p in parts)
        return Value(value, f"case{ways} end")

    def _do_empty(self, node: Do) -> Value:
        return Value(f"({self.value(node.parts[0]).sql} is null)")

    def _do_round(self, node: Do) -> Value:
        part = self.value(node.parts[0])
        return Value(f"round({part.sql}, {int(node.detail)})", part.currency)

    def _do_concat(self, node: Do) -> Value:
        return Value(f"nullif(concat({', '.join(_spelled(p, self.value(p)) for p in node.parts)}), '')")

    def _do_trim(self, node: Do) -> Value:
        return Value(f"nullif(btrim({self.value(node.parts[0]).sql}), '')")

    def _do_left(self, node: Do) -> Value:
        text, count = self._parts(node)
        return Value(f"nullif(left({text.sql}, least(greatest(trunc({count.sql}), 0), 1000)::int), '')")

    def _do_contains(self, node: Do) -> Value:
        text, part = self._parts(node)
        return Value(f"(position({part.sql} in {text.sql}) > 0)")

    def _do_starts_with(self, node: Do) -> Value:
        text, part = self._parts(node)
        return Value(f"starts_with({text.sql}, {part.sql})")

    def _do_has(self, node: Do) -> Value:
        listed, one = self._parts(node)
        return Value(f"({one.sql} = any({listed.sql}))")

    def _do_today(self, node: Do) -> Value:
        return Value("current_date")

    def _do_now(self, node: Do) -> Value:
        return Value("now()")

    def _do_date(self, node: Do) -> Value:
        return self._constant("date", node.detail) if node.detail else Value(self._day(node.parts[0]))

    def _day(self, node: Node) -> str:
        sql = self.value(node).sql
        return f"({sql} at time zone 'UTC')::date" if node.kind == "datetime" else sql

    def _do_days_between(self, node: Do) -> Value:
        first, last = node.parts
        return Value(f"({self._day(last)} - {self._day(first)})::numeric")

    def _do_date_add(self, node: Do) -> Value:
        return Value(f"formula_add({self._day(node.parts[0])}, {self.value(node.parts[1]).sql}, '{node.detail}')")

    def _do_part(self, node: Do) -> Value:
        return Value(f"extract({node.name} from {self._day(node.parts[0])})")

    def _do_amount(self, node: Do) -> Value:
        return Value(self.value(node.parts[0]).sql)

    def _do_currency(self, node: Do) -> Value:
        part = self.value(node.parts[0])
        return Value(f"case when {part.sql} is not null then {part.currency} end")

    def _do_money(self, node: Do) -> Value:
        return Value(self.value(node.parts[0]).sql, self._constant("text", node.detail).sql)


_NAMED = {
    "+": "sum",
    "-": "sum",
    "*": "times",
    "/": "over",
    "&": "concat",
    "year": "part",
    "month": "part",
    "day": "part",
}


def _alike(parts: list[Value], sql: str) -> str:
    """Amounts meet in one currency only."""
    first, *rest = (p.currency for p in parts)
    return f"case when {first} = {rest[0]} then {sql} end" if first and rest else sql


def _shared(left: Value, right: Value) -> str:
    """The currency of both; the shorter expression of the two, so that long sums stay short."""
    shown = min(left.currency, right.currency, key=len)
    return f"case when {left.currency} = {right.currency} then {shown} end"


def _spelled(node: Node, value: Value) -> str:
    if node.kind == "number":
        return f"trim_scale({value.sql})::text"
    return f"to_char({value.sql}, 'YYYY-MM-DD')" if node.kind == "date" else value.sql
