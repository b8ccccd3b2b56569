"""What a formula means, said once more in plain Python over a record as JSON shows it."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from visavis.catalogue.formulas import Constant, Do, Node, Read

Record = Mapping[str, Any]
TODAY = dt.date(2026, 11, 22)
LIMIT = Decimal(10) ** 15
PLACES = {"integer": 0, "decimal": 6, "percent": 6, "money": 4}


def evaluate(node: Node, record: Record, linked: Mapping[int, Record], type_name: str) -> Any:
    """Decimal, (Decimal, currency), text, bool, date, datetime or None, as a field of that type has it."""
    with localcontext() as context:
        context.prec = 3_000
        return fit(_Evaluator(record, linked).value(node), type_name)


def fit(value: Any, type_name: str) -> Any:
    if value is None or type_name not in PLACES:
        return value[:1000] or None if isinstance(value, str) else value
    if isinstance(value, tuple):
        amount = fit(value[0], "money")
        return None if amount is None else (amount, value[1])
    rounded = rounding(value, PLACES[type_name])
    return rounded if abs(rounded) < LIMIT else None


def rounding(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0


class _Evaluator:
    def __init__(self, record: Record, linked: Mapping[int, Record]) -> None:
        self.record, self.linked = record, linked

    def value(self, node: Node) -> Any:
        if isinstance(node, Constant):
            return dt.date.fromisoformat(str(node.value)) if node.kind == "date" and node.value else node.value
        if isinstance(node, Read):
            return self.read(node)
        return self.do(node)

    def read(self, node: Read) -> Any:
        record: Record | None = self.record
        if node.through:
            link = self.record.get(node.through.name)
            record = self.linked.get(link["id"]) if link else None
        found = record.get(node.field.name) if record else None
        return None if found is None else typed(node.kind, found)

    def do(self, node: Do) -> Any:
        name = node.name
        if name == "if":
            parts = [*node.parts, Constant(node.kind, None)]
            return self.value(parts[1] if self.value(parts[0]) is True else parts[2])
        if name == "date" and node.detail:
            return dt.date.fromisoformat(node.detail)
        parts = [self.value(p) for p in node.parts]
        if name in _KLEENE:
            return _KLEENE[name](*parts)
        if name in _PASSING:
            return _PASSING[name](node, parts)
        return None if None in parts else _STRICT[name](node, *parts)


def typed(kind: str, value: Any) -> Any:
    if kind == "number":
        return Decimal(str(value))
    if kind == "money":
        return Decimal(value["amount"]), value["currency"]
    if kind == "date":
        return dt.date.fromisoformat(value)
    if kind == "datetime":
        return dt.datetime.fromisoformat(value)
    return value


def _and(left: Any, right: Any) -> Any:
    return False if False in (left, right) else None if None in (left, right) else True


def _or(left: Any, right: Any) -> Any:
    return True if True in (left, right) else None if None in (left, right) else False


def _concat(node: Do, parts: list[Any]) -> Any:
    return "".join(_spelled(p) for p in parts if p is not None) or None


def _spelled(value: Any) -> str:
    if isinstance(value, Decimal):
        text = f"{value + 0:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _sum(node: Do, left: Any, right: Any) -> Any:
    sign = 1 if node.name == "+" else -1
    if not isinstance(left, tuple):
        return left + sign * right
    return (left[0] + sign * right[0], left[1]) if left[1] == right[1] else None


def _times(node: Do, left: Any, right: Any) -> Any:
    if isinstance(right, tuple):
        left, right = right, left
    return (left[0] * right, left[1]) if isinstance(left, tuple) else left * right


def _over(node: Do, left: Any, right: Any) -> Any:
    if isinstance(right, tuple):
        return _share(left[0], right[0]) if left[1] == right[1] else None
    if isinstance(left, tuple):
        share = _share(left[0], right)
        return None if share is None else (share, left[1])
    return _share(left, right)


def _share(left: Decimal, right: Decimal) -> Decimal | None:
    return rounding(rounding(left, 20) / right, 12) if right else None


def _compare(node: Do, left: Any, right: Any) -> Any:
    if isinstance(left, tuple):
        if left[1] != right[1]:
            return None
        left, right = left[0], right[0]
    answers = {"=": left == right, "!=": left != right}
    if node.name in answers:
        return answers[node.name]
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[node.name]


def _one(node: Do, value: Any, change: Any) -> Any:
    return (change(value[0]), value[1]) if isinstance(value, tuple) else change(value)


def _whole(value: Decimal) -> int:
    return int(value)


def _day(value: Any) -> dt.date:
    return value.astimezone(dt.UTC).date() if isinstance(value, dt.datetime) else value


def _date_add(node: Do, start: Any, number: Decimal) -> Any:
    day, unit = _day(start), node.detail
    if unit in ("days", "weeks"):
        ordinal = day.toordinal() + _whole(number) * (7 if unit == "weeks" else 1)
        return dt.date.fromordinal(ordinal) if 0 < ordinal <= dt.date.max.toordinal() else None
    months = day.year * 12 + day.month - 1 + _whole(number) * (12 if unit == "years" else 1)
    year, month = months // 12, months % 12 + 1
    if not 1 <= year <= 9999:
        return None
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


_KLEENE: dict[str, Any] = {"and": _and, "or": _or}
_PASSING: dict[str, Any] = {
    "concat": _concat,
    "&": _concat,
    "coalesce": lambda _, parts: next((p for p in parts if p is not None), None),
    "empty": lambda _, parts: parts[0] is None,
    "min": lambda _, parts: min((p for p in parts if p is not None), default=None),
    "max": lambda _, parts: max((p for p in parts if p is not None), default=None),
}
_STRICT: dict[str, Any] = {
    **dict.fromkeys(("+", "-"), _sum),
    "*": _times,
    "/": _over,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _compare),
    "not": lambda _, a: not a,
    "negative": lambda n, a: _one(n, a, lambda x: -x + 0),
    "abs": lambda n, a: _one(n, a, abs),
    "round": lambda n, a: _one(n, a, lambda x: rounding(x, int(n.detail))),
    "floor": lambda _, a: a.to_integral_value(ROUND_FLOOR) + 0,
    "ceil": lambda _, a: a.to_integral_value(ROUND_CEILING) + 0,
    "trim": lambda _, a: a.strip(" ") or None,
    "length": lambda _, a: Decimal(len(a)),
    "left": lambda _, a, n: a[: min(max(_whole(n), 0), 1000)] or None,
    "contains": lambda _, a, b: b in a,
    "starts_with": lambda _, a, b: a.startswith(b),
    "has": lambda _, a, b: b in a,
    "date": lambda _, a: _day(a),
    "days_between": lambda _, a, b: Decimal((_day(b) - _day(a)).days),
    "date_add": _date_add,
    "year": lambda _, a: Decimal(_day(a).year),
    "month": lambda _, a: Decimal(_day(a).month),
    "day": lambda _, a: Decimal(_day(a).day),
    "amount": lambda _, a: a[0],
    "currency": lambda _, a: a[1],
    "money": lambda n, a: (a, n.detail),
    "fit": lambda n, a: fit(a, n.detail.partition(":")[2]),
}
