"""Formulas as SQL: one expression for the value, one more for the currency of an amount.

A record that the actor may not see, and one in the trash, is read as having no values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
          "min": "least", "max": "greatest", "starts_with": "starts_with", "now": "now"}  # fmt: skip
_FITS = {"integer": 0, "decimal": 6, "percent": 6, "money": 4}


def value_of(statement: Statement, field: Field, alias: str) -> str:
    """The formula of the field over the record ``alias``, rounded to its type; beyond its range no value."""
    assert field.node is not None
    return _fitted(_Compiler(statement, alias).sql(field.node), field.type)


def currency_of(statement: Statement, field: Field, alias: str) -> str:
    """The currency of the amount that the formula gives."""
    assert field.node is not None
    return _Compiler(statement, alias).currency(field.node)


def condition(statement: Statement, node: Node, alias: str) -> str:
    """A formula that says yes or no."""
    return _Compiler(statement, alias).sql(node)


def literal(value: object, sql_type: str) -> str:
    """A constant of a definition, as it stands in SQL."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return "'" + text.replace("'", "''") + f"'::{sql_type}"


def _fitted(sql: str, type_name: str) -> str:
    if type_name in _FITS:
        fits = f"formula_fit({sql}, {_FITS[type_name]})"
        return f"{fits}::bigint" if type_name == "integer" else fits
    return f"nullif(left({sql}, 1000), '')" if type_name == "text" else sql


class _Compiler:
    """Value and currency are compiled apart, so that each statement binds only what it names."""

    def __init__(self, statement: Statement, alias: str) -> None:
        self._statement, self._alias = statement, alias

    def sql(self, node: Node) -> str:
        if isinstance(node, Constant):
            kind = _SQL_TYPES[node.kind]
            return f"null::{kind}" if node.value is None else literal(node.value, kind)
        if isinstance(node, Read):
            return self._read(node, self._value)
        special: Callable[[Do], str] | None = getattr(self, f"_do_{_NAMED.get(node.name, node.name)}", None)
        return special(node) if special else self._call(node)

    def currency(self, node: Node) -> str:
        """Of an amount of money."""
        if isinstance(node, Constant):
            return "null::text"
        if isinstance(node, Read):
            return self._read(node, self._currency)
        special: Callable[[Do], str] | None = getattr(self, f"_currency_{_NAMED.get(node.name, node.name)}", None)
        return special(node) if special else self.currency(node.parts[0])

    def _read(self, node: Read, part: Callable[[Read, str], str]) -> str:
        if node.through is None:
            return part(node, self._alias)
        statement = self._statement
        target, inner = statement.catalogue.object(str(node.through.target)), statement.alias()
        picked, link = part(node, inner), statement.place(node.through, self._alias)
        allowed = statement.allow(target, inner, statement.params)
        return (
            f"(select {picked} from {statement.rows(target, inner)} where {inner}.id = {link}"
            f" and {inner}.deleted_at is null and {allowed})"
        )

    def _value(self, node: Read, alias: str) -> str:
        place = self._statement.place(node.field, alias)
        return f"{place}::{_SQL_TYPES[node.kind]}" if node.kind in _SQL_TYPES else place

    def _currency(self, node: Read, alias: str) -> str:
        return f"{self._statement.currency(node.field, alias)}::text"

    def _parts(self, node: Do) -> list[str]:
        return [self.sql(part) for part in node.parts]

    def _call(self, node: Do) -> str:
        """Calls and operators that look in PostgreSQL as they do here."""
        parts = self._parts(node)
        if node.name in _INFIX:
            return self._alike(node, f"({parts[0]} {_INFIX[node.name]} {parts[1]})")
        return f"{_CALLS[node.name]}({', '.join(parts)})"

    def _alike(self, node: Do, sql: str) -> str:
        """Amounts meet in one currency only."""
        if any(part.kind != "money" for part in node.parts):
            return sql
        left, right = (self.currency(part) for part in node.parts)
        return f"case when {left} = {right} then {sql} end"

    def _do_fit(self, node: Do) -> str:
        return _fitted(self.sql(node.parts[0]), node.detail.partition(":")[2])

    def _do_sum(self, node: Do) -> str:
        left, right = self._parts(node)
        return self._alike(node, f"({left} {node.name} {right})")

    def _currency_sum(self, node: Do) -> str:
        """The shorter expression of the two is shown, so that long sums stay short."""
        left, right = (self.currency(part) for part in node.parts)
        shown = min(left, right, key=len)
        return f"case when {left} = {right} then {shown} end"

    def _do_times(self, node: Do) -> str:
        left, right = self._parts(node)
        return f"({left} * {right})"

    def _currency_times(self, node: Do) -> str:
        return self.currency(next(part for part in node.parts if part.kind == "money"))

    def _do_over(self, node: Do) -> str:
        left, right = self._parts(node)
        return self._alike(node, f"round(round({left}, 20) / nullif({right}, 0), 12)")

    def _do_negative(self, node: Do) -> str:
        return f"(- {self.sql(node.parts[0])})"

    def _do_not(self, node: Do) -> str:
        return f"(not {self.sql(node.parts[0])})"

    def _do_if(self, node: Do) -> str:
        asked, *ways = self._parts(node)
        return f"case when {asked} then {ways[0]} else {ways[1] if len(ways) > 1 else 'null'} end"

    def _currency_if(self, node: Do) -> str:
        ways = [self.currency(part) for part in node.parts[1:]]
        return f"case when {self.sql(node.parts[0])} then {ways[0]} else {ways[1] if len(ways) > 1 else 'null'} end"

    def _do_coalesce(self, node: Do) -> str:
        return f"coalesce({', '.join(self._parts(node))})"

    def _currency_coalesce(self, node: Do) -> str:
        ways = [f"when {self.sql(part)} is not null then {self.currency(part)}" for part in node.parts]
        return f"case {' '.join(ways)} end"

    def _do_empty(self, node: Do) -> str:
        return f"({self.sql(node.parts[0])} is null)"

    def _do_round(self, node: Do) -> str:
        return f"round({self.sql(node.parts[0])}, {int(node.detail)})"

    def _do_concat(self, node: Do) -> str:
        return f"nullif(concat({', '.join(_spelled(part, self.sql(part)) for part in node.parts)}), '')"

    def _do_length(self, node: Do) -> str:
        return f"char_length({self.sql(node.parts[0])})::numeric"

    def _do_trim(self, node: Do) -> str:
        return f"nullif(btrim({self.sql(node.parts[0])}), '')"

    def _do_left(self, node: Do) -> str:
        text, count = self._parts(node)
        return f"nullif(left({text}, least(greatest(trunc({count}), 0), 1000)::int), '')"

    def _do_contains(self, node: Do) -> str:
        text, part = self._parts(node)
        return f"(position({part} in {text}) > 0)"

    def _do_has(self, node: Do) -> str:
        listed, one = self._parts(node)
        return f"({one} = any({listed}))"

    def _do_today(self, node: Do) -> str:
        return "current_date"

    def _do_date(self, node: Do) -> str:
        return literal(node.detail, "date") if node.detail else self._day(node.parts[0])

    def _day(self, node: Node) -> str:
        sql = self.sql(node)
        return f"({sql} at time zone 'UTC')::date" if node.kind == "datetime" else sql

    def _do_days_between(self, node: Do) -> str:
        first, last = node.parts
        return f"({self._day(last)} - {self._day(first)})::numeric"

    def _do_date_add(self, node: Do) -> str:
        return f"formula_add({self._day(node.parts[0])}, {self.sql(node.parts[1])}, '{node.detail}')"

    def _do_part(self, node: Do) -> str:
        return f"extract({node.name} from {self._day(node.parts[0])})"

    def _do_amount(self, node: Do) -> str:
        return self.sql(node.parts[0])

    def _do_currency(self, node: Do) -> str:
        (part,) = node.parts
        return f"case when {self.sql(part)} is not null then {self.currency(part)} end"

    def _do_money(self, node: Do) -> str:
        return self.sql(node.parts[0])

    def _currency_money(self, node: Do) -> str:
        return literal(node.detail, "text")


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


def _spelled(node: Node, sql: str) -> str:
    if node.kind == "number":
        return f"trim_scale({sql})::text"
    return f"to_char({sql}, 'YYYY-MM-DD')" if node.kind == "date" else sql
