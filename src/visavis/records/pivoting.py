"""A pivot: records counted and measured by rows and columns of choice, in one statement.

PostgreSQL gives one row for each cell; totals are made of the cells, so that they agree to the last digit. Only records
and fields that the actor may see are in any cell. Amounts of several currencies are never added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from visavis.catalogue import Field, Object
from visavis.fields import Measure, type_of
from visavis.kernel.errors import BadRequest, Conflict
from visavis.kernel.money import plain
from visavis.records.context import Context
from visavis.records.means import with_means
from visavis.records.pivot_axes import Axis, Key, Place, placed
from visavis.records.query import Query, build, is_choosy, readable_object
from visavis.records.searching import fitting
from visavis.store import Row
from visavis.store.build import Build

MOST_CELLS = 20_000
MOST_ROWS = 2_000
MOST_COLUMNS = 200
FUNCTIONS = ("count", "sum", "mean", "min", "max")
Function = Literal["count", "sum", "mean", "min", "max"]
Keys: TypeAlias = tuple[Key, ...]
_DIGITS = Decimal(1).scaleb(-6)


@dataclass(frozen=True, slots=True)
class Figure:
    """What a cell says: how many records (without a field), or the sum, mean, least or most of a number."""

    function: Function
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """Rows by the figure of this number, of one column or (None) of their total; empty ones last."""

    figure: int
    column: Keys | None = None
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    rows: tuple[Axis, ...]
    columns: tuple[Axis, ...]
    figures: tuple[Figure, ...]
    sort: Sort | None = None


@dataclass(slots=True)
class Numbers:
    """The values of one field in a cell."""

    filled: int = 0
    total: Decimal = Decimal(0)
    low: Decimal | None = None
    high: Decimal | None = None
    currencies: set[str] = field(default_factory=set)

    def add(self, other: Numbers) -> None:
        self.filled += other.filled
        self.total += other.total
        self.low = min((v for v in (self.low, other.low) if v is not None), default=None)
        self.high = max((v for v in (self.high, other.high) if v is not None), default=None)
        self.currencies |= other.currencies

    def of(self, function: Function) -> Decimal | None:
        """The figure; none of nothing, and none of several currencies."""
        if not self.filled or len(self.currencies) > 1:
            return None
        if function == "mean":
            return (self.total / self.filled).quantize(_DIGITS)
        return {"sum": self.total, "min": self.low, "max": self.high}[function]


@dataclass(slots=True)
class Cell:
    count: int = 0
    numbers: dict[str, Numbers] = field(default_factory=dict)

    def add(self, other: Cell) -> None:
        self.count += other.count
        for name, found in other.numbers.items():
            self.numbers.setdefault(name, Numbers()).add(found)

    def value(self, figure: Figure) -> Decimal | None:
        if figure.field is None:
            return Decimal(self.count)
        found = self.numbers.get(figure.field)
        return found.of(figure.function) if found else None


@dataclass(frozen=True, slots=True)
class Head:
    """One row or column: its keys, what links in it are called, and the conditions that hold for its records."""

    keys: Keys
    labels: tuple[str | None, ...]
    spans: tuple[tuple[str | None, str | None] | None, ...]
    filter: tuple[Mapping[str, Any], ...]


@dataclass(slots=True)
class Table:
    """A whole pivot. ``cells`` are by (keys of the row, keys of the column); ``fields`` those of the figures."""

    rows: list[Head]
    columns: list[Head]
    cells: dict[tuple[Keys, Keys], Cell]
    by_row: dict[Keys, Cell]
    by_column: dict[Keys, Cell]
    whole: Cell
    fields: dict[str, Field]
    places: tuple[tuple[Place, ...], tuple[Place, ...]]


async def pivot(ctx: Context, object_name: str, query: Query, asked: Asked, zone: ZoneInfo) -> Table:
    """The table. Days are those of the time zone.

    Raises NotFound (the type), Forbidden, BadRequest (a field that one may not see or that does not fit its place) and
    Conflict: more cells than a page can hold, or a cell with amounts in several currencies.
    """
    obj = readable_object(ctx, object_name)
    _check(asked)
    if is_choosy(ctx, obj, query):
        await ctx.tx.with_values()
    query = await with_means(ctx, obj, query)
    statement = build(ctx)
    rows, columns = (tuple(placed(statement, obj, axis, zone) for axis in axes) for axes in (asked.rows, asked.columns))
    fields = {f.field: _measured(statement, obj, f) for f in asked.figures if f.field is not None}
    sql = pivot_sql(statement, obj, query, (*rows, *columns), fields)
    found = await ctx.tx.rows(sql, *statement.params)
    if len(found) > MOST_CELLS:
        raise Conflict(f"The table would have more than {MOST_CELLS:,} cells. {_FEWER}")
    return _sorted(_table(found, (rows, columns), fields, zone), asked)


_FEWER = "Take fewer fields, longer steps of time or wider bands, or filter the records first."


def _check(asked: Asked) -> None:
    names = [(axis.field, axis.by) for axis in (*asked.rows, *asked.columns)]
    if len(set(names)) < len(names):
        raise BadRequest("A field makes rows or columns once.")
    if any((f.function == "count") != (f.field is None) for f in asked.figures):
        raise BadRequest("'count' counts records and takes no field; sum, mean, min and max take one.")
    if asked.sort and asked.sort.figure >= len(asked.figures):
        raise BadRequest(f"Rows can be sorted by the figures 0 to {len(asked.figures) - 1}.")


def _measured(statement: Build, obj: Object, figure: Figure) -> Field:
    found = statement.field(obj, str(figure.field))
    if not isinstance(type_of(found), Measure):
        raise BadRequest(f"{found.name} is no number: it has no {figure.function}.")
    return found


def pivot_sql(statement: Build, obj: Object, query: Query, places: Sequence[Place], fields: Mapping[str, Field]) -> str:
    """One row for each cell that holds records: keys as texts, labels, count, and what the figures need."""
    keys = "".join(f"{place.sql} as k{i}, " for i, place in enumerate(places))
    parts = "".join(_parts(statement, found, i) for i, found in enumerate(fields.values()))
    joins = "".join(place.join for place in places)
    by = f" group by {', '.join(str(i) for i in range(1, len(places) + 1))}" if places else ""
    shown = "".join(f"k{i}::text as k{i}, {_label(place, i)} as l{i}, " for i, place in enumerate(places))
    numbers = "".join(f", {name}{i}" for i, _ in enumerate(fields) for name in ("n", "s", "a", "z", "b", "e"))
    return (
        f"with cell as materialized (select {keys}count(*) as n{parts} from {statement.rows(obj, 't')}{joins}"
        f" where {fitting(statement, obj, query)}{by} limit {MOST_CELLS + 1})"
        f" select {shown}n{numbers} from cell"
    )


def _label(place: Place, number: int) -> str:
    return place.label % f"k{number}" if "%s" in place.label else place.label


def _parts(statement: Build, found: Field, i: int) -> str:
    value = statement.place(found, "t")
    first = last = "null::text"
    if type_of(found).wire == "money":
        currency = f"({statement.currency(found, 't')})::text"
        first, last = (f"{end}({currency}) filter (where {value} is not null)" for end in ("min", "max"))
    return (
        f", count({value}) as n{i}, sum({value}) as s{i}, min({value}) as a{i}, max({value}) as z{i},"
        f" {first} as b{i}, {last} as e{i}"
    )


def _cell(row: Row, fields: Iterable[str]) -> Cell:
    numbers = {}
    for i, name in enumerate(fields):
        low, high = (None if row[f"{end}{i}"] is None else Decimal(row[f"{end}{i}"]) for end in ("a", "z"))
        currencies = {row[f"{end}{i}"].strip() for end in ("b", "e") if row[f"{end}{i}"] is not None}
        numbers[name] = Numbers(row[f"n{i}"], Decimal(row[f"s{i}"] or 0), low, high, currencies)
    return Cell(row["n"], numbers)


def _table(
    found: Sequence[Row], places: tuple[tuple[Place, ...], tuple[Place, ...]], fields: dict[str, Field], zone: ZoneInfo
) -> Table:
    first, second = places
    heads: tuple[dict[Keys, Head], dict[Keys, Head]] = ({}, {})
    table = Table([], [], {}, {}, {}, Cell(), fields, places)
    for row in found:
        cell = _cell(row, fields)
        _check_currencies(cell)
        keys = (_keys(first, row, 0), _keys(second, row, len(first)))
        for side, (known, axes) in enumerate(zip(heads, places, strict=True)):
            if keys[side] not in known:
                known[keys[side]] = _head(axes, keys[side], row, side * len(first), zone)
        table.cells[keys] = cell
        table.by_row.setdefault(keys[0], Cell()).add(cell)
        table.by_column.setdefault(keys[1], Cell()).add(cell)
        table.whole.add(cell)
    for what, known, most in (("rows", heads[0], MOST_ROWS), ("columns", heads[1], MOST_COLUMNS)):
        if len(known) > most:
            raise Conflict(f"The table would have {len(known):,} {what}; at most {most:,} fit. {_FEWER}")
    table.rows, table.columns = (
        sorted(known.values(), key=lambda head, axes=axes: _order(axes, head))  # type: ignore[misc]
        for known, axes in zip(heads, places, strict=True)
    )
    return table


def _check_currencies(cell: Cell) -> None:
    for name, numbers in cell.numbers.items():
        if len(numbers.currencies) > 1:
            named = " and ".join(sorted(numbers.currencies))
            raise Conflict(
                f"The amounts in {name} are in several currencies ({named}), which cannot be added up."
                f" Put {name}.currency in the rows or columns, or filter one currency.",
                extra={"currency_of": name},
            )


def _keys(places: Sequence[Place], row: Row, begin: int) -> Keys:
    return tuple(place.key(row[f"k{begin + i}"]) for i, place in enumerate(places))


def _head(places: Sequence[Place], keys: Keys, row: Row, begin: int, zone: ZoneInfo) -> Head:
    both = list(zip(places, keys, strict=True))
    return Head(
        keys,
        tuple(row[f"l{begin + i}"] for i, _ in enumerate(places)),
        tuple(place.span(key) if place.axis.by == "band" and key is not None else None for place, key in both),
        tuple(node for place, key in both for node in place.nodes(key, zone)),
    )


def _order(places: Sequence[Place], head: Head) -> tuple[Any, ...]:
    return tuple(place.order(k, label) for place, k, label in zip(places, head.keys, head.labels, strict=True))


def _sorted(table: Table, asked: Asked) -> Table:
    sort = asked.sort
    if sort is None:
        return table
    figure = asked.figures[sort.figure]

    def value(head: Head) -> Decimal | None:
        cell = table.by_row[head.keys] if sort.column is None else table.cells.get((head.keys, sort.column))
        return cell.value(figure) if cell else None

    valued = [(value(head), head) for head in table.rows]
    filled = [pair for pair in valued if pair[0] is not None]
    filled.sort(key=lambda pair: pair[0] or Decimal(0), reverse=sort.descending)
    table.rows = [head for _, head in filled] + [head for found, head in valued if found is None]
    return table


def shown(table: Table, cell: Cell | None, figures: Sequence[Figure]) -> list[Any] | None:
    """The figures of a cell as they travel: a number, a decimal as text, an amount with its currency; None: empty."""
    return None if cell is None else [_shown(table, cell, figure) for figure in figures]


def _shown(table: Table, cell: Cell, figure: Figure) -> Any:
    value = cell.value(figure)
    if figure.field is None or value is None:
        return None if value is None else int(value)
    if type_of(table.fields[figure.field]).wire == "money":
        return {"amount": plain(_short(value, 4)), "currency": next(iter(cell.numbers[figure.field].currencies))}
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _short(value: Decimal, places: int) -> Decimal:
    return round(value, places) if -value.as_tuple().exponent > places else value  # type: ignore[operator]
