"""Files that tell of the same customers again and again, known by their shape: a customer, a period or day, amounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from visavis.catalogue import Field
from visavis.features.imports import cells, periods, suggesting
from visavis.features.imports.cells import Style
from visavis.features.imports.periods import Unit
from visavis.features.imports.plan import Left
from visavis.features.imports.reading import Source
from visavis.features.imports.squash import squash
from visavis.features.imports.suggesting import words_of
from visavis.features.imports.vocabulary import COSTS, GOODS, PERIODS, PRICES, QUANTITIES, SALES, is_customer, means
from visavis.kernel.errors import Problem

MOST_ROWS = 200_000
_MOST_CELLS = 4_000_000
_MOST_BYTES = 64 << 20
_OFTEN = 1.5
_WHOLE = r"^[0-9]+\.0+$"
_NUMERIC = ("integer", "decimal", "money")
_NUMBERED = ("id", "no", "number", "key", "code")
_SQUARES = ("sq", "squared", "square", "2")

Columns = Mapping[str, pa.Array]


@dataclass(frozen=True, slots=True)
class When:
    """The column that dates the rows: a ``date``, the name of a period (``named``), or its number (``numbered``).

    ``first`` and ``last`` are the lowest and highest number; ``year`` the column of the year that numbers count in.
    """

    column: str
    kind: Literal["date", "named", "numbered"]
    unit: Unit
    first: int = 1
    last: int = 1
    year: str | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """What each column says. ``costs``: columns with their kind of cost; ``unique``: one row for customer and period.

    ``constant`` columns say something about the customer, ``varying`` ones about the customer in the period.
    """

    customer: str
    when: When
    unique: bool
    amount: str | None = None
    quantity: str | None = None
    price: str | None = None
    goods: str | None = None
    costs: tuple[tuple[str, str], ...] = ()
    left: tuple[Left, ...] = ()
    constant: tuple[str, ...] = ()
    varying: tuple[str, ...] = ()

    @property
    def sells(self) -> bool:
        return bool(self.amount or (self.quantity and self.price))


def look(source: Source, style: Style) -> Panel | None:
    """What the file tells of its customers over time; None where it is no such file. Reads up to 200,000 rows of it."""
    try:
        return _look(source, style)
    except Problem:
        return None


def _look(source: Source, style: Style) -> Panel | None:
    customers = [column for column in source.columns if is_customer(column)]
    if not customers or not any(means(column, words) for column in source.columns for words in PERIODS.values()):
        return None
    columns = _first_rows(source)
    customer = next((column for column in customers if _repeats(columns[column])), None)
    if customer is None or _has_own_number(columns, customer):
        return None
    when = _when(columns, style)
    if when is None or not _repeats_over(columns, customer, when):
        return None
    if when.kind == "numbered" and when.year is None:
        when = _ranged(source, when)
    panel = _sorted_out(columns, customer, when, style)
    return panel if panel.sells or (panel.costs and when.kind != "date") else None


def is_whole(text: pa.Array) -> bool:
    """Whether the cells are whole numbers that were written with a point: 1.0, 2.0."""
    known = text.drop_null()
    return bool(len(known) and pc.all(pc.match_substring_regex(known, _WHOLE)).as_py())


def _first_rows(source: Source) -> dict[str, pa.Array]:
    most = min(MOST_ROWS, _MOST_CELLS // max(1, len(source.columns)))
    parts: dict[str, list[pa.Array]] = {column: [pa.array([], pa.string())] for column in source.columns}
    rows = held = 0
    for batch in source.batches():
        for column, texts in parts.items():
            texts.append(cells.text_of(batch.cells.column(column).slice(0, most - rows)))
        rows += batch.cells.num_rows
        held += batch.cells.nbytes
        if rows >= most or held >= _MOST_BYTES:
            break
    return {column: pa.concat_arrays(texts) for column, texts in parts.items()}


def _repeats(text: pa.Array) -> bool:
    known = text.drop_null()
    return bool(len(known)) and len(known) >= _OFTEN * len(pc.unique(known))


def _has_own_number(columns: Columns, customer: str) -> bool:
    """Whether a column numbers the rows themselves: invoices, payments, calls."""
    ids = [c for c in columns if c != customer and squash(c).endswith(_NUMBERED) and not _is_paid(c)]
    return any(len(columns[c]) and len(pc.unique(columns[c])) == len(columns[c]) for c in ids)


def _is_paid(column: str) -> bool:
    """A sum like Amount paid, which ends as numbers of rows do; not a Payment ID."""
    return means(column, SALES) and words_of(column).isdisjoint(_NUMBERED)


def _when(columns: Columns, style: Style) -> When | None:
    """The finest of the columns that date a row."""
    year = next((c for c in columns if means(c, PERIODS["year"]) and _all(columns[c], periods.is_year)), None)
    for unit, words in PERIODS.items():
        for column in (c for c in columns if means(c, words)):
            if found := _dating(column, unit, columns[column], style):
                return found if found.kind != "numbered" or column == year else _in_year(found, year)
    return None


def _in_year(found: When, year: str | None) -> When:
    most = {"day": 366, "week": 53, "month": 12, "quarter": 4, "half": 2}.get(found.unit, 0)
    return replace(found, year=year if found.last <= most else None)


def _dating(column: str, name: str, text: pa.Array, style: Style) -> When | None:
    known = pc.unique(text.drop_null())
    units = {periods.unit_of_name(cell) for cell in known.to_pylist()}
    if len(units) == 1 and (named := units.pop()):
        return When(column, "named", named)
    if name == "year" and _all(known, periods.is_year):
        return When(column, "named", "year")
    numbers = [periods.number_of(cell) for cell in known.to_pylist()]
    there = [number for number in numbers if number is not None]
    if there and len(there) == len(numbers):
        fits = name != "date" and min(there) >= 0
        unit = _UNITS.get(name, "month")
        return When(column, "numbered", unit, min(there), max(there)) if fits else None
    if suggesting.type_for(column, text, style) in ("date", "datetime"):
        return When(column, "date", "day")
    return None


_UNITS: Mapping[str, Unit] = {"day": "day", "week": "week", "quarter": "quarter", "half": "half", "year": "year"}


def _all(text: pa.Array, test: object) -> bool:
    assert callable(test)
    known = pc.unique(text.drop_null()).to_pylist()
    return bool(known) and all(test(cell) for cell in known)


def _ranged(source: Source, when: When) -> When:
    """The lowest and highest number in the whole file."""
    first, last = when.first, when.last
    for batch in source.batches():
        known = pc.unique(cells.text_of(batch.cells.column(when.column)).drop_null()).to_pylist()
        numbers = [number for cell in known if (number := periods.number_of(cell)) is not None]
        first, last = min([first, *numbers]), max([last, *numbers])
    return replace(when, first=first, last=last)


def _repeats_over(columns: Columns, customer: str, when: When) -> bool:
    """Whether customers are told of in several periods, one row or a few for each."""
    table = pa.table({"who": columns[customer], "when": _period(columns, when)}).drop_null()
    pairs = table.group_by(["who", "when"]).aggregate([])
    return bool(pairs.num_rows >= _OFTEN * len(pc.unique(table["who"])))


def _period(columns: Columns, when: When) -> pa.Array:
    text = columns[when.column]
    return pc.binary_join_element_wise(columns[when.year], text, "/") if when.year else text


def _sorted_out(columns: Columns, customer: str, when: When, style: Style) -> Panel:
    table = pa.table({"who": columns[customer], "when": _period(columns, when)})
    unique = table.group_by(["who", "when"]).aggregate([]).num_rows == table.num_rows
    rest = [c for c in columns if c not in (customer, when.column, when.year)]
    constant = [c for c in rest if _is_constant(columns[customer], columns[c])]
    kinds = {c: _kind(c, columns[c], style) for c in rest}
    numbers = [c for c in rest if kinds[c] in _NUMERIC]
    numeric = [c for c in numbers if c not in constant]
    squares = tuple(_squares(columns, numeric))
    told = [c for c in numeric if c not in {left.column for left in squares}]
    goods = next((c for c in told if means(c, GOODS)), None)
    costs = tuple(_costs([c for c in told if c != goods])) if unique else ()
    out = {goods, *dict(costs), *(left.column for left in squares)}
    amount, quantity, price = _amounts([c for c in told if c not in out], kinds)
    if amount is None and price is None:
        amount, quantity, price = _amounts([c for c in numbers if c not in out], kinds)
    flags = tuple(_flags(columns, [c for c in rest if kinds[c] == "boolean"], amount or quantity))
    used = {amount, quantity, price, goods, *dict(costs), *(left.column for left in (*squares, *flags))}
    varying = [c for c in rest if c not in used and c not in constant]
    return Panel(
        customer, when, unique, amount, quantity, price, goods, costs, (*squares, *flags),
        tuple(c for c in constant if c not in used), tuple(varying),
    )  # fmt: skip


def _kind(column: str, text: pa.Array, style: Style) -> str:
    """The type of field that takes the cells; some that are no numbers do not make numbers a text."""
    found = suggesting.type_for(column, text, style)
    if found not in ("text", "choice"):
        return found
    known = text.drop_null()
    odd = cells.parse_text(known, Field("number", "number", "decimal", {"en": ""}), style).bad
    return "decimal" if len(odd) * 2 < len(known) else found


def _is_constant(who: pa.Array, what: pa.Array) -> bool:
    """Whether each customer has one value only."""
    pairs = pa.table({"who": who, "what": what}).drop_null().group_by(["who", "what"]).aggregate([])
    customers = len(pc.unique(pairs["who"]))
    return customers > 0 and int(pairs.num_rows) == customers


def _costs(numeric: list[str]) -> Iterator[tuple[str, str]]:
    for column in numeric:
        kind = next((kind for kind, words in COSTS.items() if means(column, words)), None)
        if kind:
            yield column, kind


def _amounts(numeric: list[str], kinds: Mapping[str, str]) -> tuple[str | None, str | None, str | None]:
    """Amount, quantity, price. A quantity with cents, where nothing else is an amount, is one: a sum of money."""
    amount = next((c for c in numeric if means(c, SALES) and not means(c, QUANTITIES)), None)
    quantities = [c for c in numeric if c != amount and means(c, QUANTITIES)]
    price = next((c for c in numeric if c != amount and means(c, PRICES)), None)
    if amount is None and price is None:
        amount = next((c for c in quantities if kinds[c] != "integer"), None)
    return amount, next((c for c in quantities if c != amount), None), price


def _numbers(text: pa.Array) -> pa.Array:
    return pc.cast(pc.if_else(pc.match_substring_regex(text, r"^[+-]?[0-9]+(\.[0-9]*)?$"), text, None), pa.float64())


def _squares(columns: Columns, numeric: list[str]) -> Iterator[Left]:
    """Columns that hold the square of another one, as their names say too."""
    for column in numeric:
        for other in numeric:
            if squash(column) in {squash(other) + end for end in _SQUARES} and _is_square(
                columns[column], columns[other]
            ):
                yield Left(column=column, because="square", of=other)


def _is_square(square: pa.Array, root: pa.Array) -> bool:
    value = pc.power(_numbers(root), 2)
    off = pc.abs(pc.subtract(_numbers(square), value))
    near = pc.less_equal(off, pc.add(pc.multiply(value, 1e-3), 0.02))
    return near.null_count < len(near) and bool(pc.all(near).as_py())


def _flags(columns: Columns, booleans: list[str], amount: str | None) -> Iterator[Left]:
    """Columns that only say whether there is an amount."""
    if amount is None:
        return
    filled = pc.not_equal(pc.fill_null(_numbers(columns[amount]), 0), 0)
    for column in booleans:
        yes = pc.is_in(pc.utf8_lower(columns[column]), value_set=pa.array(["1", "1.0", "yes", "y", "true", "t"]))
        if pc.all(pc.equal(yes, filled)).as_py():
            yield Left(column=column, because="flag", of=amount)


def squares_of(samples: Mapping[str, list[str]]) -> list[Left]:
    """The same for columns whose cells are all filled."""
    columns = {c: pa.array(texts, pa.string()) for c, texts in samples.items() if texts}
    longest = max((len(text) for text in columns.values()), default=0)
    return list(_squares(columns, [c for c, text in columns.items() if len(text) == longest]))
