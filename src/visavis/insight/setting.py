"""One setting of a method: what it may be. Told to readers, and asked before a value is kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

Kind = Literal[
    "integer", "number", "flag", "choice", "choices", "codes", "text", "day", "field", "weights", "cuts", "period",
    "fields", "column", "columns",
]  # fmt: skip

_FIELD = re.compile(r"[a-z][a-z0-9_]{0,62}")
_MOST = 1_000
_MOST_FIELDS = 50
_LARGEST = 1e15
_YEARS = range(1900, 2200)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Setting:
    """`name` is unique among all methods. `low` and `high` bound numbers, both included; `options` the choices.

    `field` is the name of a numeric field of the customer, `weights` maps such names to numbers, `cuts` are
    ascending numbers. `fields` are entered numbers, `column` and `columns` entered fields of any plain type, of
    either kind of customer: a method uses those that its customers have. The product runs a method after those that
    make the fields which its settings name. A value is a plain JSON value; None only where the default is None.
    """

    name: str
    kind: Kind
    default: Any
    low: float | None = None
    high: float | None = None
    options: tuple[str, ...] = ()

    def read(self, value: Any) -> Any:
        """The value as it is kept. Raises ValueError with a sentence for the reader."""
        if value is None:
            if self.default is not None:
                raise ValueError("A value is needed here.")
            return None
        return _READERS[self.kind](self, value)

    def fields(self, value: Any) -> frozenset[str]:
        """The fields of the customer that a value names."""
        if self.kind in ("field", "column") and value is not None:
            return frozenset((value,))
        return frozenset(value or ()) if self.kind in ("weights", "fields", "columns") else frozenset()

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kind": self.kind,
            "default": list(self.default) if isinstance(self.default, tuple) else self.default,
            "low": self.low,
            "high": self.high,
            "options": list(self.options),
        }


def _within(setting: Setting, value: float) -> Any:
    low, high = setting.low, setting.high
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(f"It lies between {_told(low)} and {_told(high)}.")
    return value


def _told(bound: float | None) -> str:
    return "any number" if bound is None else f"{bound:,g}"


def _integer(setting: Setting, value: Any) -> int:
    number = _number(setting, value)
    if number != int(number):
        raise ValueError("A whole number is needed.")
    return int(number)


def _number(setting: Setting, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= _LARGEST:
        raise ValueError("A number of up to 15 digits is needed.")
    return float(_within(setting, value))


def _flag(setting: Setting, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("Choose true or false.")
    return value


def _text(setting: Setting, value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST or "\0" in value:
        raise ValueError(f"A text of up to {_LONGEST} characters is needed.")
    return value


def _choice(setting: Setting, value: Any) -> str:
    if value not in setting.options:
        raise ValueError(f"Choose one of {', '.join(setting.options)}.")
    return str(value)


def _several(setting: Setting, value: Any, each: Callable[[Setting, Any], Any]) -> list[Any]:
    if not isinstance(value, (list, tuple)) or len(value) > _MOST:
        raise ValueError(f"A list of up to {_MOST:,} values is needed.")
    return [each(setting, part) for part in value]


def _day(setting: Setting, value: Any) -> str:
    try:
        day = dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        day = dt.date.min
    if day.year not in _YEARS:
        raise ValueError(f"A day between {_YEARS[0]} and {_YEARS[-1]} is needed, like 2026-01-31.")
    return day.isoformat()


def _field(setting: Setting, value: Any) -> str:
    if not isinstance(value, str) or not _FIELD.fullmatch(value):
        raise ValueError("The name of a field of the customer is needed.")
    return value


def _fields(setting: Setting, value: Any) -> list[str]:
    names = _several(setting, value, _field)
    if len(names) > _MOST_FIELDS or len(set(names)) < len(names):
        raise ValueError(f"Up to {_MOST_FIELDS} different fields are needed.")
    return names


def _weights(setting: Setting, value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping) or len(value) > _MOST:
        raise ValueError("Fields with their weights are needed.")
    return {_field(setting, name): _number(setting, weight) for name, weight in value.items()}


def _cuts(setting: Setting, value: Any) -> list[float]:
    cuts = _several(setting, value, _number)
    if len(cuts) != len(setting.default) or any(b <= a for a, b in pairwise(cuts)):
        raise ValueError(f"{len(setting.default)} numbers are needed, the smaller first.")
    return cuts


def _period(setting: Setting, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or set(value) != {"from", "to"}:
        raise ValueError("The first and the last day are needed, as 'from' and 'to'.")
    return {part: _day(setting, value[part]) for part in ("from", "to")}


_READERS: Mapping[Kind, Callable[[Setting, Any], Any]] = {
    "integer": _integer,
    "number": _number,
    "flag": _flag,
    "choice": _choice,
    "choices": lambda setting, value: _several(setting, value, _choice),
    "codes": lambda setting, value: _several(setting, value, _text),
    "text": _text,
    "day": _day,
    "field": _field,
    "weights": _weights,
    "fields": _fields,
    "column": _field,
    "columns": _fields,
    "cuts": _cuts,
    "period": _period,
}
