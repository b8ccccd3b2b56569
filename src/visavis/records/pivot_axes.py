"""The rows and columns of a pivot: where a value falls, and which filter holds exactly the records that fall there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from visavis.catalogue import Field, Object
from visavis.fields import Measure, type_of
from visavis.kernel.errors import BadRequest
from visavis.store.build import Build, column, is_reference, seen_link
from visavis.store.db import quoted
from visavis.store.filters import CURRENCY

Step = Literal["value", "day", "week", "month", "quarter", "year", "band"]
Key: TypeAlias = str | int | bool | None
Node: TypeAlias = dict[str, Any]

DAYS: tuple[Step, ...] = ("day", "week", "month", "quarter", "year")
BY_VALUE = ("choice", "boolean", "text", "integer", "relation", "user", "email", "phone", "url")
MOST_EDGES = 40
_TENS = tuple(Decimal(10) ** power for power in range(10))
LADDER = (*(-edge for edge in reversed(_TENS)), Decimal(0), *_TENS)
PERCENTS = tuple(Decimal(tenth * 10) for tenth in range(11))
_MOMENTS = {"created_at": "datetime", "updated_at": "datetime"}


@dataclass(frozen=True, slots=True)
class Axis:
    """What rows or columns are made of.

    ``field`` is a name, one of a linked record (``company.country``), or the currency of an amount
    (``total.currency``). ``edges`` are where bands begin, rising; without them bands of tens, and of percents tenths.
    """

    field: str
    by: Step = "value"
    edges: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """One axis in a statement: ``sql`` is its key, ``join`` the linked rows that it needs.

    ``label`` names the key that stands at ``%s``.
    """

    axis: Axis
    field: Field
    sql: str
    label: str
    edges: tuple[Decimal, ...] = ()
    join: str = ""

    def key(self, text: str | None) -> Key:
        if text is None:
            return None
        if self.axis.by == "band" or (self.axis.by == "value" and self._is_whole()):
            return int(text)
        return text == "true" if self.field.type == "boolean" else text

    def _is_whole(self) -> bool:
        return self.field.type == "integer" or is_reference(self.field)

    def order(self, key: Key, label: str | None) -> tuple[Any, ...]:
        """Choices as they are declared, all else rising; empty ones last."""
        if key is None:
            return (2,)
        if self.field.type == "choice" and self.axis.by == "value":
            known = [option.value for option in self.field.ever.options]
            return (0, known.index(str(key))) if key in known else (1, str(key))
        if isinstance(key, int) and not is_reference(self.field):
            return (0, key)
        return (0, (label or str(key)).casefold(), str(key))

    def span(self, key: Key) -> tuple[str | None, str | None]:
        """From where to where a band goes; the end is outside."""
        place = int(key or 0)
        low = self.edges[place - 1] if place > 0 else None
        high = self.edges[place] if place < len(self.edges) else None
        return None if low is None else f"{low:f}", None if high is None else f"{high:f}"

    def nodes(self, key: Key, zone: ZoneInfo) -> list[Node]:
        """Conditions that hold for exactly the records with this key."""
        name = self.axis.field
        if key is None:
            return [self._empty(name)]
        if self.axis.by == "band":
            ends = zip(("ge", "lt"), self.span(key), strict=True)
            return [{"field": name, "op": op, "value": end} for op, end in ends if end is not None]
        if self.axis.by in DAYS:
            return self._days(str(key), zone)
        if is_reference(self.field):
            return [{"field": name, "op": "in", "value": [key]}]
        return [{"field": name, "op": "in" if self.field.type == "choice" else "eq", "value": self._only(key)}]

    def _only(self, key: Key) -> Any:
        return [key] if self.field.type == "choice" else key

    def _empty(self, name: str) -> Node:
        """A record without a link has none of the fields beyond it."""
        empty = {"field": name, "op": "empty"}
        _, _, further = name.partition(".")
        if not further or further == CURRENCY:
            return empty
        return {"not": {"field": name, "op": "not_empty"}}

    def _days(self, key: str, zone: ZoneInfo) -> list[Node]:
        first = dt.date.fromisoformat(key)
        last = _last(first, self.axis.by)
        if self.field.type == "date":
            return [{"field": self.axis.field, "op": "between", "value": [first.isoformat(), last.isoformat()]}]
        ends = (("ge", _begin(first, zone)), ("lt", _begin(last, zone, after=1)))
        return [{"field": self.axis.field, "op": op, "value": end} for op, end in ends if end is not None]


def _last(first: dt.date, step: Step) -> dt.date:
    """The last day of the step that begins on that day."""
    days = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[step]
    if first.toordinal() + days > dt.date.max.toordinal():
        return dt.date.max
    if step in ("day", "week"):
        return first + dt.timedelta(days=days - 1)
    months = {"month": 1, "quarter": 3, "year": 12}[step]
    following = first.year * 12 + first.month - 1 + months
    return dt.date(following // 12, following % 12 + 1, 1) - dt.timedelta(days=1)


def _begin(day: dt.date, zone: ZoneInfo, after: int = 0) -> str | None:
    """The first moment of the day, or of one after it; None where the calendar ends."""
    try:
        local = dt.datetime.combine(day + dt.timedelta(days=after), dt.time(), zone)
        return local.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return None


def placed(statement: Build, obj: Object, axis: Axis, zone: ZoneInfo) -> Place:
    """Where the axis stands; ``BadRequest`` says what cannot make rows, and what can."""
    first, _, further = axis.field.partition(".")
    if not further:
        return _placed(statement, axis, _field(statement, obj, first), "t", zone)
    link = statement.field(obj, first)
    if further == CURRENCY and type_of(link).wire == "money":
        return _currency(statement, axis, link)
    if not is_reference(link):
        raise BadRequest(f"'{first}' cannot be followed; go one step along a link, as in company.country.")
    target = statement.catalogue.object(str(link.target))
    far = statement.alias()
    allowed = statement.allow(target, far, statement.params)
    rows = statement.rows(target, far)
    join = (
        f" left join {f'({rows})' if target.derived or target.rolled else rows} on {far}.id = {column(link, 't')}"
        f" and {far}.deleted_at is null and {allowed}"
    )
    return _placed(statement, axis, _field(statement, target, further), far, zone, join)


def _field(statement: Build, obj: Object, name: str) -> Field:
    if name in _MOMENTS and name not in obj.by_name:
        return Field(id=name, name=name, type=_MOMENTS[name], label={"en": name})
    return statement.field(obj, name)


def _currency(statement: Build, axis: Axis, field: Field) -> Place:
    if axis.by != "value":
        raise BadRequest("Currencies go by 'value'.")
    sql = f"case when {statement.place(field, 't')} is not null then {statement.currency(field, 't')} end"
    return Place(axis, Field(id=field.id, name=axis.field, type="text", label=field.label), sql, "null::text")


def _placed(statement: Build, axis: Axis, field: Field, alias: str, zone: ZoneInfo, join: str = "") -> Place:
    place = f"{alias}.{quoted(field.name)}" if field.name in _MOMENTS else statement.place(field, alias)
    if axis.by == "band":
        return _band(axis, field, place, join)
    if axis.by in DAYS:
        return Place(axis, field, _day(statement, axis, field, place, zone), "null::text", join=join)
    if field.type not in BY_VALUE:
        raise BadRequest(f"{field.name} makes no rows by its values. {_instead(field)}")
    if is_reference(field):
        return Place(axis, field, seen_link(statement, field, place), _title(statement, field), join=join)
    return Place(axis, field, place, "null::text", join=join)


def _instead(field: Field) -> str:
    if field.type in ("date", "datetime"):
        return f"Take it by {', '.join(DAYS)}."
    if isinstance(type_of(field), Measure):
        return "Take it by band."
    return "Choose a field with a choice, a link, a date, a number or a short text."


def _title(statement: Build, field: Field) -> str:
    target = statement.catalogue.object(str(field.target))
    inner = statement.alias()
    return f"(select {statement.title(target, inner)} from {quoted(target.name)} {inner} where {inner}.id = %s::bigint)"


def _day(statement: Build, axis: Axis, field: Field, place: str, zone: ZoneInfo) -> str:
    if field.type not in ("date", "datetime"):
        raise BadRequest(f"{field.name} is no date, so it has no {axis.by}.")
    local = (
        f"{place}::timestamp" if field.type == "date" else f"{place} at time zone {statement.bind(str(zone), 'text')}"
    )
    return f"date_trunc('{axis.by}', {local})::date"


def _band(axis: Axis, field: Field, place: str, join: str) -> Place:
    if not isinstance(type_of(field), Measure):
        raise BadRequest(f"{field.name} is no number, so it has no bands.")
    edges = axis.edges or (PERCENTS if field.type == "percent" else LADDER)
    if len(edges) > MOST_EDGES or any(low >= high for low, high in pairwise(edges)):
        raise BadRequest(f"Bands begin at up to {MOST_EDGES} numbers, each larger than the one before.")
    array = ", ".join(f"{edge:f}" for edge in edges)
    sql = f"width_bucket({place}::numeric, array[{array}]::numeric[])"
    return Place(axis, field, sql, "null::text", edges, join)
