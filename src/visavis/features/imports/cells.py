"""Whole columns of cells become whole columns of values, by the type of the field they are for.

What can be told by a pattern is told for all cells at once; the rest is parsed once for each distinct cell by the
field type itself, so a file and a form accept the same things.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation, localcontext
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from visavis.catalogue import Field
from visavis.features.imports.dates import moment
from visavis.features.imports.options import Options
from visavis.fields import FieldProblem, type_of
from visavis.fields.money import currencies

_PLAIN_NUMBER = r"^[+-]?[0-9]{1,14}(\.[0-9]{0,6})?$"
_PLAIN_INTEGER = r"^[+-]?[0-9]{1,15}$"
_GROUPED = {
    ".": r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$",
    ",": r"^[+-]?([0-9]{1,3}(\.[0-9]{3})+|[0-9]{1,15})(,[0-9]*)?$",
}
_EMAIL = r"^[^\s@<>,;\x00]{1,64}@[^\s@<>,;\x00.A-Z]+(\.[^\s@<>,;\x00.A-Z]+)+$"
_E164 = r"^\+[1-9][0-9]{6,14}$"
_SPACED_PHONE = r"^\+[1-9][0-9]{0,2}[ .\-][2-79]([ .\-]?[0-9]){5,11}$"
_DOMAIN = r"^[A-Za-z0-9][A-Za-z0-9\-]*(\.[A-Za-z0-9\-]+)+$"
_ADDRESS = r"^https?://[A-Za-z0-9][A-Za-z0-9.\-]*(/[A-Za-z0-9._~%/?=&#+,;!\-]*)?$"
_BLANKS = r"^[\s\x{feff}]+|[\s\x{feff}]+$"
_CURRENCY_SIGNS = re.compile(r"^(?:[A-Z]{3}|[$€£¥₩₪₹₽]|lei)\s*|\s*(?:[A-Z]{3}|[$€£¥₩₪₹₽%]|lei)$")
_LONGEST_NUMBER = 100
_TOO_MUCH = Decimal(10) ** 15
_REMEDY = "Write it like 1234.56."


_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Style:
    """How this file writes numbers and dates; ``zone`` is that of times without one."""

    decimal: str = "."
    date_order: str = "dmy"
    zone: ZoneInfo = _UTC

    @classmethod
    def of(cls, options: Options, timezone: str) -> Style:
        return cls(options.decimal, options.date_order, ZoneInfo(timezone))


@dataclass(frozen=True, slots=True)
class Bad:
    """Cell ``index`` of a column does not fit."""

    index: int
    value: str
    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Values:
    """A column ready to be copied into PostgreSQL, null where the cell was empty or bad."""

    array: pa.Array
    bad: tuple[Bad, ...] = ()


def text_of(cells: pa.Array) -> pa.Array:
    """Any column as trimmed text, empty cells as null."""
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    if pa.types.is_binary(cells.type) or pa.types.is_nested(cells.type):
        return pa.nulls(len(cells), pa.string())
    text = cells if pa.types.is_string(cells.type) else cells.cast(pa.string())
    edges = pc.match_substring_regex(text, _BLANKS)
    if pc.any(edges).as_py():
        text = pc.if_else(edges, pc.replace_substring_regex(text, _BLANKS, ""), text)
    empty = pc.equal(text, "")
    return pc.if_else(empty, pa.scalar(None, pa.string()), text) if pc.any(empty).as_py() else text


def parse(cells: pa.Array, field: Field, style: Style) -> Values:
    """The values of a column for a field; money gives its amounts only."""
    typed = _typed(cells, field, style)
    if typed is not None:
        return Values(typed)
    return parse_text(text_of(cells), field, style)


def parse_text(text: pa.Array, field: Field, style: Style) -> Values:
    """Like ``parse`` for trimmed text."""
    if field.type in ("text", "long_text"):
        return _by_pattern(text, r"^[^\x00]*$", field, style, longest=1000 if field.type == "text" else 100_000)
    if field.type in ("decimal", "percent", "money"):
        return _by_pattern(_ungrouped(text, style), _PLAIN_NUMBER, field, style, original=text)
    if field.type == "integer":
        whole = pc.replace_substring_regex(_ungrouped(text, style), r"\.0*$", "")
        return _by_pattern(whole, _PLAIN_INTEGER, field, style, original=text)
    if field.type == "email":
        return _by_pattern(text, _EMAIL, field, style, longest=254)
    if field.type == "phone":
        return _by_pattern(_unspaced(text), _E164, field, style, original=text)
    if field.type == "url":
        return _by_pattern(_with_scheme(text), _ADDRESS, field, style, longest=2000, original=text)
    return _by_value(text, field, style)


def currency(text: pa.Array) -> Values:
    """ISO 4217 codes."""
    known = pc.is_in(text, value_set=pa.array(sorted(currencies())))
    wrong = pc.and_(pc.is_valid(text), pc.invert(known))
    bad = [
        Bad(int(i), text[int(i)].as_py(), "currency", "This is no ISO 4217 currency.", "Use a code like EUR.")
        for i in np.flatnonzero(wrong.to_numpy(zero_copy_only=False))
    ]
    return Values(pc.if_else(known, text, pa.scalar(None, pa.string())), tuple(bad))


def product(factors: list[Values]) -> pa.Array:
    """The factors multiplied exactly, as text with four decimals."""
    result = factors[0].array.cast(pa.decimal256(28, 6))
    for factor in factors[1:]:
        exact = pc.multiply(result, factor.array.cast(pa.decimal256(28, 6)))
        result = pc.round(exact, 4, round_mode="half_towards_infinity").cast(pa.decimal256(28, 6), safe=False)
    return pc.replace_substring_regex(result.cast(pa.string()), r"(\.[0-9]{4})[0-9]*$", r"\1")


def product_of(numbers: tuple[str | None, ...]) -> str | None:
    """The same for one row; None where a factor is missing or the product is out of range."""
    result = Decimal(1)
    for number in numbers:
        if number is None:
            return None
        result *= Decimal(number)
    return f"{round(result, 4):f}" if abs(result) < _TOO_MUCH else None


def _typed(cells: pa.Array, field: Field, style: Style) -> pa.Array | None:
    """Columns that have the right type already."""
    kind = cells.type
    if field.type == "datetime" and pa.types.is_timestamp(kind):
        moments = cells if kind.tz else _localised(cells, style)
        return moments.cast(pa.timestamp("us", "UTC"), safe=False)
    if field.type == "date" and (pa.types.is_date(kind) or pa.types.is_timestamp(kind)):
        return cells.cast(pa.date32(), safe=False)
    if field.type == "boolean" and pa.types.is_boolean(kind):
        return cells
    return None


def _localised(cells: pa.Array, style: Style) -> pa.Array:
    return pc.assume_timezone(cells, style.zone.key, ambiguous="earliest", nonexistent="earliest")


def _unspaced(text: pa.Array) -> pa.Array:
    """Telephone numbers with their country code, without blanks; those with a trunk prefix are left to the library."""
    spaced = pc.match_substring_regex(text, _SPACED_PHONE)
    if not pc.any(spaced).as_py():
        return text
    return pc.if_else(spaced, pc.replace_substring_regex(text, r"[ .\-]", ""), text)


def _with_scheme(text: pa.Array) -> pa.Array:
    bare = pc.match_substring_regex(text, _DOMAIN)
    if not pc.any(bare).as_py():
        return text
    return pc.if_else(bare, pc.binary_join_element_wise("https://", text, ""), text)


def _ungrouped(text: pa.Array, style: Style) -> pa.Array:
    """Numbers as this file writes them, with a point and no separators of thousands; others stay as they are."""
    grouped = pc.match_substring_regex(text, _GROUPED[style.decimal])
    if not pc.any(grouped).as_py():
        return text
    other = "," if style.decimal == "." else "."
    bare = pc.replace_substring(pc.replace_substring(text, other, ""), style.decimal, ".")
    return pc.if_else(grouped, bare, text)


def _by_pattern(
    text: pa.Array,
    pattern: str,
    field: Field,
    style: Style,
    *,
    longest: int | None = None,
    original: pa.Array | None = None,
) -> Values:
    """Cells that match are taken as they are; the distinct others are parsed one by one."""
    fits = pc.match_substring_regex(text, pattern)
    if longest is not None:
        fits = pc.and_(fits, pc.less_equal(pc.utf8_length(text), longest))
    odd = pc.fill_null(pc.invert(fits), False)
    if not pc.any(odd).as_py():
        return Values(text)
    places = pa.array(np.flatnonzero(odd.to_numpy(zero_copy_only=False)))
    source = text if original is None else original
    parsed = _by_value(source.take(places), field, style)
    bad = tuple(replace(b, index=places[b.index].as_py()) for b in parsed.bad)
    return Values(pc.replace_with_mask(text, odd, parsed.array), bad)


def _by_value(text: pa.Array, field: Field, style: Style) -> Values:
    """Each distinct cell once, through the field type."""
    coded = text.dictionary_encode()
    parser = _PARSERS.get(field.type, _parse_plain)
    values: list[str | None] = []
    wrong: dict[int, FieldProblem] = {}
    for place, cell in enumerate(coded.dictionary.to_pylist()):
        try:
            values.append(_as_copied(parser(cell, field, style)))
        except FieldProblem as problem:
            wrong[place] = problem
            values.append(None)
    result = pa.DictionaryArray.from_arrays(coded.indices, pa.array(values, pa.string())).dictionary_decode()
    return Values(result, _bad_cells(coded, wrong))


def _bad_cells(coded: pa.DictionaryArray, wrong: dict[int, FieldProblem]) -> tuple[Bad, ...]:
    if not wrong:
        return ()
    indices = coded.indices.fill_null(-1).to_numpy()
    found = np.flatnonzero(np.isin(indices, list(wrong)))
    return tuple(_bad(int(i), coded, wrong[int(indices[i])]) for i in found)


def _bad(index: int, coded: pa.DictionaryArray, problem: FieldProblem) -> Bad:
    cell = str(coded[index].as_py())[:200]
    return Bad(index, cell, problem.code, problem.message, problem.remedy)


def _as_copied(value: Any) -> str | None:
    """A canonical value as PostgreSQL reads it from CSV."""
    if value is None or value in ("", [], {}):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "{" + ",".join('"' + str(v).replace("\\", "\\\\").replace('"', '\\"') + '"' for v in value) + "}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _parse_plain(cell: str, field: Field, style: Style) -> Any:
    return type_of(field).parse(cell, field)


def _parse_number(cell: str, field: Field, style: Style) -> Any:
    digits = _digits(cell, style)
    if field.type == "integer":
        return _whole(digits, cell, field)
    exact = type_of(replace(field, type="decimal")).parse(digits, field)
    if field.type == "money" and abs(round(Decimal(exact), 4)) >= _TOO_MUCH:
        raise FieldProblem("range", f"'{cell[:40]}' is out of range.", "Use at most 15 digits.")
    return exact


def _whole(exact: str, cell: str, field: Field) -> Any:
    number = Decimal(exact)
    if number != number.to_integral_value():
        raise FieldProblem("integer", f"'{cell[:40]}' is no whole number.", "Write digits only.")
    return type_of(field).parse(str(int(number)), field)


def _digits(cell: str, style: Style) -> str:
    """A number as people write it: with a currency sign, blanks, brackets or a minus behind."""
    if len(cell) > _LONGEST_NUMBER:
        raise FieldProblem("decimal", f"'{cell[:40]}' is no number.", _REMEDY)
    text = _CURRENCY_SIGNS.sub("", _CURRENCY_SIGNS.sub("", cell.strip())).strip().replace("−", "-")
    negative = (text.startswith("(") and text.endswith(")")) or text.endswith("-")
    text = _CURRENCY_SIGNS.sub("", re.sub(r"[\s\u00a0\u202f'’_]", "", text.strip("()").removesuffix("-")))
    if re.fullmatch(_GROUPED[style.decimal], text):
        text = text.replace("," if style.decimal == "." else ".", "").replace(style.decimal, ".")
    text = f"-{text}" if negative and not text.startswith("-") else text
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise FieldProblem("decimal", f"'{cell[:40]}' is no number.", _REMEDY) from error
    if not number.is_finite() or number.adjusted() > 15 or len(text) > 60:
        raise FieldProblem("decimal", f"'{cell[:40]}' is no number that fits.", _REMEDY)
    with localcontext() as exactly:
        exactly.prec = 80
        return f"{round(number, 12):f}"


def _parse_date(cell: str, field: Field, style: Style) -> str:
    return _moment(cell, style, partial(_no_date, field)).date().isoformat()


def _parse_datetime(cell: str, field: Field, style: Style) -> str:
    moment = _moment(cell, style, partial(_no_date, field))
    return str(type_of(field).parse(_zoned(moment, style).isoformat(), field))


def _zoned(moment: datetime, style: Style) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=style.zone)


def _no_date(field: Field, cell: str) -> FieldProblem:
    like = "2026-11-22" if field.type == "date" else "2026-11-22 09:30"
    return FieldProblem(field.type, f"'{cell[:40]}' is no date.", f"Write it like {like}.")


def _moment(cell: str, style: Style, refusal: Callable[[str], FieldProblem]) -> datetime:
    try:
        return moment(cell, style.date_order)
    except (ValueError, OverflowError) as error:
        raise refusal(cell) from error


def _parse_multiple(cell: str, field: Field, style: Style) -> Any:
    """Options apart by semicolons, as most systems write them, as ``^a^,^b^`` or as a JSON list."""
    if cell.startswith("[") and cell.endswith("]"):
        return type_of(field).parse(_listed(cell), field)
    if cell.startswith("^") and cell.endswith("^"):
        cell = cell.strip("^").replace("^,^", ";")
    return type_of(field).parse(cell, field)


def _listed(cell: str) -> Any:
    try:
        return [str(item) for item in json.loads(cell)]
    except ValueError:
        return cell


_PARSERS: dict[str, Callable[[str, Field, Style], Any]] = {
    "decimal": _parse_number,
    "percent": _parse_number,
    "money": _parse_number,
    "integer": _parse_number,
    "date": _parse_date,
    "datetime": _parse_datetime,
    "multi_choice": _parse_multiple,
}
