"""What operators and functions take and give.

No value: an operation on it gives no value; ``&``, ``concat``, ``min``, ``max`` and ``coalesce`` pass over it; ``and``
and ``or`` know three answers, and ``if`` takes its second way unless the condition is true. A division by zero, a sum
of two currencies and a result that does not fit its type give no value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from visavis.catalogue.formulas.nodes import Constant, Do, FormulaError, Node, ValueKind, Written

Kinds = Sequence[ValueKind]
Result = Callable[[Kinds], ValueKind | None]


@dataclass(frozen=True, slots=True)
class Function:
    """``usage`` is how it is written; ``result`` the kind of the answer, or None for parts that do not fit."""

    usage: str
    result: Result
    least: int
    most: int = 0


def unified(kinds: Kinds) -> ValueKind | None:
    """The one kind that all have, whatever of them is no value."""
    known: set[ValueKind] = {kind for kind in kinds if kind != "nothing"}
    return known.pop() if len(known) == 1 else "nothing" if not known else None


def _all(*wanted: ValueKind, gives: ValueKind | None = None) -> Result:
    def result(kinds: Kinds) -> ValueKind | None:
        one = unified(kinds)
        return (gives or one) if one in wanted and "nothing" not in kinds else None

    return result


def _each(*wanted: tuple[ValueKind, ...], gives: ValueKind) -> Result:
    def result(kinds: Kinds) -> ValueKind | None:
        fits = all(kind in some for kind, some in zip(kinds, wanted, strict=False))
        return gives if fits else None

    return result


def _product(kinds: Kinds) -> ValueKind | None:
    if set(kinds) <= {"number", "money"} and list(kinds).count("money") < 2:
        return "money" if "money" in kinds else "number"
    return None


def _quotient(kinds: Kinds) -> ValueKind | None:
    left, right = kinds
    if left == right and left in ("number", "money"):
        return "number"
    return "money" if (left, right) == ("money", "number") else None


def _branches(kinds: Kinds) -> ValueKind | None:
    return _value(unified(kinds[1:])) if kinds[0] == "boolean" else None


def _first(kinds: Kinds) -> ValueKind | None:
    return _value(unified(kinds))


def _value(kind: ValueKind | None) -> ValueKind | None:
    return kind if kind not in ("list", "link", "other", "nothing") else None


_NUMERIC: tuple[ValueKind, ...] = ("number", "money")
_DAY: tuple[ValueKind, ...] = ("date", "datetime")
_SHOWN: tuple[ValueKind, ...] = ("text", "number", "date")


def _shown(kinds: Kinds) -> ValueKind | None:
    return "text" if all(kind in (*_SHOWN, "nothing") for kind in kinds) else None


_SUM = _all(*_NUMERIC)
_SAME = _all("number", "money", "text", "boolean", "date", "datetime", gives="boolean")
_ORDERED = _all("number", "money", "date", "datetime", gives="boolean")
_LOGIC = _all("boolean")
_PART = _each(("text",), ("text",), gives="boolean")

OPERATORS: Mapping[str, Function] = {
    "+": Function("a + b", _SUM, 2),
    "-": Function("a - b", _SUM, 2),
    "*": Function("a * b", _product, 2),
    "/": Function("a / b", _quotient, 2),
    "&": Function("a & b", _shown, 2),
    "=": Function("a = b", _SAME, 2),
    "!=": Function("a != b", _SAME, 2),
    "<": Function("a < b", _ORDERED, 2),
    "<=": Function("a <= b", _ORDERED, 2),
    ">": Function("a > b", _ORDERED, 2),
    ">=": Function("a >= b", _ORDERED, 2),
    "and": Function("a and b", _LOGIC, 2),
    "or": Function("a or b", _LOGIC, 2),
    "not": Function("not a", _LOGIC, 1),
    "negative": Function("-a", _SUM, 1),
}
FUNCTIONS: Mapping[str, Function] = {
    "if": Function("if(condition, then, else)", _branches, 2, 3),
    "coalesce": Function("coalesce(a, b, …)", _first, 1, 20),
    "empty": Function("empty(field)", lambda _: "boolean", 1),
    "round": Function("round(number, decimals)", _each(_NUMERIC, ("number",), gives="number"), 1, 2),
    "floor": Function("floor(number)", _all("number"), 1),
    "ceil": Function("ceil(number)", _all("number"), 1),
    "abs": Function("abs(number)", _SUM, 1),
    "min": Function("min(a, b, …)", _all("number", "date", "datetime"), 2, 20),
    "max": Function("max(a, b, …)", _all("number", "date", "datetime"), 2, 20),
    "concat": Function("concat(a, b, …)", _shown, 1, 20),
    "lower": Function("lower(text)", _all("text"), 1),
    "upper": Function("upper(text)", _all("text"), 1),
    "trim": Function("trim(text)", _all("text"), 1),
    "length": Function("length(text)", _all("text", gives="number"), 1),
    "left": Function("left(text, characters)", _each(("text",), ("number",), gives="text"), 2),
    "contains": Function("contains(text, part)", _PART, 2),
    "starts_with": Function("starts_with(text, part)", _PART, 2),
    "has": Function("has(choices, value)", _each(("list",), ("text",), gives="boolean"), 2),
    "today": Function("today()", lambda _: "date", 0),
    "now": Function("now()", lambda _: "datetime", 0),
    "date": Function('date("2026-01-31")', _each(("text", "datetime"), gives="date"), 1),
    "days_between": Function("days_between(from, to)", _each(_DAY, _DAY, gives="number"), 2),
    "date_add": Function('date_add(date, number, "days")', _each(_DAY, ("number",), ("text",), gives="date"), 2, 3),
    "year": Function("year(date)", _each(_DAY, gives="number"), 1),
    "month": Function("month(date)", _each(_DAY, gives="number"), 1),
    "day": Function("day(date)", _each(_DAY, gives="number"), 1),
    "amount": Function("amount(money)", _all("money", gives="number"), 1),
    "currency": Function("currency(money)", _all("money", gives="text"), 1),
    "money": Function('money(number, "EUR")', _each(("number",), ("text",), gives="money"), 2),
}
UNITS = ("days", "weeks", "months", "years")
TIMED = frozenset({"today", "now"})
_MOST_DECIMALS = 6


def special(written: Written, node: Do) -> Do:
    """What a function asks of its parts beyond their kinds: constants where constants are needed."""
    if node.name == "round":
        return _rounding(written, node)
    if node.name == "date_add":
        return _adding(written, node)
    if node.name == "date" and node.parts[0].kind == "text":
        return Do("date", "date", node.parts, _day(written.parts[0]))
    if node.name == "money":
        return _currency(written, node)
    return node


def _rounding(written: Written, node: Do) -> Do:
    places = written.parts[1].value if len(node.parts) > 1 else Decimal(0)
    if not isinstance(places, Decimal) or places not in range(_MOST_DECIMALS + 1):
        raise FormulaError(written.parts[1].at, f"The decimals are a number from 0 to {_MOST_DECIMALS}.")
    kind: ValueKind = "money" if node.parts[0].kind == "money" else "number"
    return Do(kind, "round", node.parts[:1], str(places))


def _adding(written: Written, node: Do) -> Do:
    unit = written.parts[2].value if len(node.parts) > 2 else "days"
    if unit not in UNITS:
        raise FormulaError(written.parts[2].at, "There is no such span of time.", f"Use one of {', '.join(UNITS)}.")
    return Do("date", "date_add", node.parts[:2], cast("str", unit))


def _day(text: Written) -> str:
    import datetime as dt

    try:
        return dt.date.fromisoformat(str(text.value)).isoformat()
    except ValueError as error:
        raise FormulaError(text.at, "This is no date.", 'Write it like date("2026-01-31").') from error


def _currency(written: Written, node: Do) -> Do:
    code = written.parts[1].value
    if not (isinstance(code, str) and len(code) == 3 and code.isascii() and code.isupper()):
        raise FormulaError(written.parts[1].at, "The currency is a code in quotes.", 'Write it like money(100, "EUR").')
    return Do("money", "money", node.parts[:1], code)


def typed(node: Node, kind: ValueKind) -> Node:
    """No value, as one of the kind that its place asks for."""
    return Constant(kind, None) if node.kind == "nothing" and isinstance(node, Constant) else node
