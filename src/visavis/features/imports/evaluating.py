"""One batch of the file becomes, for each target, a table of keys and values, and a list of what is wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from visavis.catalogue import Field
from visavis.features.imports import cells, own, periods
from visavis.features.imports.cells import Bad, Style, Values
from visavis.features.imports.identity import identified
from visavis.features.imports.plan import FieldRule, LinkRule, Period, Rule, Skip, Target, Where
from visavis.features.imports.reading import Batch
from visavis.features.imports.shape import Filled, Layout, Shape

KEY_COLUMN = "import_key"
MAX_KEY = 300
_AS_NUMBER = r"^([0-9]+)\.0+$"
_MARK = r"^'([=+\-@])"
_NONE = pa.scalar(None, pa.string())
_NUMBER = Field("number", "number", "decimal", {"en": "Number"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row, and the key of its numbered line, so that a corrected copy finds it again."""

    row: int
    target: str
    column: str
    value: str
    code: str
    message: str
    remedy: str
    key: str | None = None
    note: bool = False


@dataclass(frozen=True)
class Evaluated:
    """Tables by alias, ready for COPY: ``_row``, ``_key`` and the staged columns of the shape.

    ``skipped``: how many rows the plan leaves out, by its reason.
    """

    tables: Mapping[str, pa.Table]
    faults: list[Fault]
    rows: int
    skipped: Mapping[str, int]


@dataclass
class Evaluator:
    """Evaluates the batches of one file in order; running numbers of lines go on from batch to batch."""

    layout: Layout
    style: Style
    _counted: dict[str, int] = field(default_factory=dict)

    def evaluate(self, batch: Batch) -> Evaluated:
        sheet = _Sheet(batch.cells, self.style, batch.rows, frozenset(self.layout.plan.whole))
        wanted, skipped = _wanted(self.layout.plan.skip, sheet)
        keys = {s.alias: self._key(s, sheet) for s in self.layout.shapes}
        ordinal = keys[self.layout.ordinal.alias] if self.layout.ordinal else None
        good = wanted.copy()
        faults = [_ragged(r.row, len(sheet.cells.schema)) for r in batch.ragged]
        faults += _mentioned(self.layout, batch, sheet, wanted)
        drafts: dict[str, dict[str, pa.Array]] = {}
        for shape in self.layout.shapes:
            drafts[shape.alias], wrong = _columns(shape, sheet, keys[shape.alias])
            for column, bad, note in wrong:
                if wanted[bad.index]:
                    good[bad.index] &= note
                    faults.append(_fault(batch, shape, column, bad, ordinal, note=note))
        tables = {s.alias: _table(s, batch, drafts[s.alias], keys, good) for s in self.layout.shapes}
        return Evaluated(tables, faults, len(batch.rows) + len(batch.ragged), skipped)

    def _key(self, shape: Shape, sheet: _Sheet) -> pa.Array:
        parts = [sheet.text(c) for c in shape.target.key.columns]
        key = parts[0] if len(parts) == 1 else _joined(parts, gaps=_gaps(shape.target))
        key = identified(key, shape.target.key.prefix)
        if where := shape.target.where:
            key = pc.if_else(sheet.fulfils(where), key, _NONE)
        if not shape.target.key.ordinal:
            return key
        numbered = self._numbered(key)
        given = sheet.text(KEY_COLUMN) if sheet.is_returned else None
        return numbered if given is None else pc.coalesce(given, numbered)

    def _numbered(self, key: pa.Array) -> pa.Array:
        coded = key.dictionary_encode()
        codes = coded.indices.fill_null(-1).to_numpy().astype(np.int64)
        order = np.argsort(codes, kind="stable")
        ranked = codes[order]
        starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]) if len(ranked) else np.empty(0, np.int64)
        sizes = np.diff(np.r_[starts, len(ranked)])
        running = np.empty(len(codes), np.int64)
        running[order] = np.arange(len(ranked)) - np.repeat(starts, sizes) + 1
        names = coded.dictionary.to_pylist()
        offsets = np.array([self._counted.get(name, 0) for name in names] + [0], np.int64)
        for code, size in zip(ranked[starts], sizes, strict=True):
            if code >= 0:
                self._counted[names[code]] = int(offsets[code] + size)
        numbers = pa.array(running + offsets[codes]).cast(pa.string())
        return pc.binary_join_element_wise(key, numbers, "/")


@dataclass
class _Sheet:
    """The cells of a batch; text of a column is made once."""

    cells: pa.RecordBatch
    style: Style
    rows: np.ndarray[Any, np.dtype[np.int64]]
    whole: frozenset[str] = frozenset()
    _texts: dict[str, pa.Array] = field(default_factory=dict)

    @cached_property
    def is_escaped(self) -> bool:
        """Whether this is an export of our own that comes back, with its marks against formulas."""
        return own.is_escaped(self.cells.schema.names)

    @property
    def is_returned(self) -> bool:
        """Whether this is an error file that comes back, with its marks against formulas."""
        return KEY_COLUMN in self.cells.schema.names

    def text(self, column: str) -> pa.Array:
        if column not in self._texts:
            text = cells.text_of(self.cells.column(column))
            if self.is_escaped:
                text = own.bare(text)
            elif self.is_returned:
                text = pc.replace_substring_regex(text, _MARK, r"\1")
            if column in self.whole:
                text = pc.replace_substring_regex(text, _AS_NUMBER, r"\1")
            self._texts[column] = text
        return self._texts[column]

    def parsed(self, column: str, target: Field) -> Values:
        if self.is_returned or self.is_escaped or column in self.whole:
            return cells.parse_text(self.text(column), target, self.style)
        return cells.parse(self.cells.column(column), target, self.style)

    def fulfils(self, where: Where) -> pa.Array:
        """The rows that a condition means. A cell that is no number counts as one, so that it is told of."""
        if where.nonzero:
            values = self.parsed(where.column, _NUMBER)
            found = pc.fill_null(pc.match_substring_regex(values.array, "[1-9]"), False)
            wrong = np.isin(np.arange(self.length), [bad.index for bad in values.bad])
            return pc.or_(found, pa.array(wrong))
        return self.is_one_of(where.column, where.values) if where.values else self.text(where.column).is_valid()

    def is_one_of(self, column: str, values: Sequence[str]) -> pa.Array:
        """Whether each cell is one of the values, letter case aside; an empty cell is an empty text."""
        folded = pc.fill_null(pc.utf8_lower(self.text(column)), "")
        return pc.is_in(folded, value_set=pa.array([value.lower() for value in values], pa.string()))

    @property
    def length(self) -> int:
        return int(self.cells.num_rows)


def _gaps(target: Target) -> bool:
    """Whether some cells of a key may be empty. In an optional target a gap says that there is no such record."""
    return not target.optional or target.where is not None


def _joined(parts: list[pa.Array], *, gaps: bool) -> pa.Array:
    """Cells as one key. With ``gaps`` some of them may be empty, but not all; a long one becomes its digest."""
    if not gaps:
        return _shortened(pc.binary_join_element_wise(*parts, "/"))
    whole = pc.binary_join_element_wise(*parts, "/", null_handling="replace", null_replacement="")
    nothing = "/" * (len(parts) - 1)
    return _shortened(pc.if_else(pc.equal(whole, nothing), _NONE, whole))


def _shortened(key: pa.Array) -> pa.Array:
    long = pc.fill_null(pc.greater(pc.utf8_length(key), MAX_KEY // 2), False)
    if not pc.any(long).as_py():
        return key
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in key.filter(long).to_pylist()]
    return pc.replace_with_mask(key, long, pa.array(digests, pa.string()))


def _wanted(skips: Sequence[Skip], sheet: _Sheet) -> tuple[np.ndarray[Any, Any], dict[str, int]]:
    """Which rows the plan takes, and how many it leaves out for which reason."""
    wanted = np.ones(sheet.length, dtype=bool)
    skipped: dict[str, int] = {}
    for skip in skips:
        out = wanted & sheet.is_one_of(skip.column, skip.values).to_numpy(zero_copy_only=False)
        if out.any():
            skipped[skip.reason] = skipped.get(skip.reason, 0) + int(out.sum())
        wanted &= ~out
    return wanted, skipped


Wrong = list[tuple[str, Bad, bool]]


def _columns(shape: Shape, sheet: _Sheet, key: pa.Array) -> tuple[dict[str, pa.Array], Wrong]:
    """The staged columns of a target; the bad cells with their columns, and whether the row goes in all the same."""
    staged: dict[str, pa.Array] = {}
    wrong: Wrong = [(shape.target.key.columns[0], bad, False) for bad in _bad_keys(shape, key)]
    for filled in shape.filled:
        if filled.staged:
            values = _value(filled.rule, filled.field, sheet)
            staged[filled.staged[0][0]] = values.array
            wrong += [(_column_of(filled.rule), bad, filled.rule.lenient) for bad in values.bad]
            _add_currency(filled, sheet, staged, wrong)
    for link in shape.links:
        staged[link.staged] = _named(link.rule, sheet)
    return staged, _of_present(shape, key, wrong)


def _of_present(shape: Shape, key: pa.Array, wrong: Wrong) -> Wrong:
    """An optional record that the row does not have cannot have bad cells."""
    if not wrong or not shape.target.optional:
        return wrong
    present = key.is_valid()
    return [found for found in wrong if present[found[1].index].as_py()]


def _named(rule: LinkRule, sheet: _Sheet) -> Any:
    """The cells that name the linked records, as their keys or names are written."""
    names = [_counting(sheet.text(column), rule.starts_with) for column in rule.columns()]
    if not names:
        return _NONE
    return identified(names[0] if len(names) == 1 else pc.coalesce(*names), rule.prefix)


def _counting(text: pa.Array, beginning: str | None) -> pa.Array:
    return text if beginning is None else pc.if_else(pc.starts_with(text, beginning), text, _NONE)


def _bad_keys(shape: Shape, key: pa.Array) -> Iterator[Bad]:
    if not shape.target.optional:
        for index in np.flatnonzero(key.is_null().to_numpy(zero_copy_only=False)):
            yield Bad(int(index), "", "key", "The row does not say which record it is.", "Fill in this column.")
    strange = pc.or_(pc.greater(pc.utf8_length(key), MAX_KEY), pc.match_substring_regex(key, r"\x00"))
    for index in np.flatnonzero(strange.fill_null(False).to_numpy(zero_copy_only=False)):
        message = f"The key is longer than {MAX_KEY} characters or cannot be stored."
        yield Bad(int(index), str(key[int(index)].as_py())[:80], "key", message, "Shorten it.")


def _column_of(rule: FieldRule) -> str:
    return next(rule.columns(), "")


def _add_currency(filled: Filled, sheet: _Sheet, staged: dict[str, pa.Array], wrong: Wrong) -> None:
    column = filled.rule.currency_column
    if column is None or not filled.is_money:
        return
    found = cells.currency(sheet.text(column))
    staged[filled.staged[1][0]] = pc.fill_null(found.array, filled.currency)
    wrong += [(column, bad, filled.rule.lenient) for bad in found.bad]


def _value(rule: FieldRule, target: Field, sheet: _Sheet) -> Values:
    if rule.value is not None:
        return _constant(rule.value, target, sheet)
    if rule.numbered:
        return cells.parse_text(_counted_off(rule.numbered, sheet), target, sheet.style)
    if rule.parts:
        return Values(_address(rule.parts, sheet))
    if rule.product_of:
        return _product(rule, sheet)
    if rule.joined:
        return cells.parse_text(_in_one(rule, sheet), target, sheet.style)
    column = str(rule.column)
    if rule.period:
        return _dated(column, rule.period, target, sheet)
    if not (rule.or_ or rule.values or rule.rules or rule.else_ is not None):
        return sheet.parsed(column, target)
    text = sheet.text(column)
    if rule.others:
        text = pc.coalesce(text, *(sheet.text(other) for other in rule.others))
    return cells.parse_text(_elsewhere(_translated(text, rule), rule, sheet), target, sheet.style)


def _counted_off(word: str, sheet: _Sheet) -> pa.Array:
    """The word with the number of the row behind the header: Customer 1, Customer 2."""
    return pc.binary_join_element_wise(word, pa.array(sheet.rows - 1).cast(pa.string()), " ")


def _in_one(rule: FieldRule, sheet: _Sheet) -> pa.Array:
    """Cells with a blank between, where any is filled; else the first filled of the other columns."""
    parts = [sheet.text(column) for column in rule.joined]
    whole = pc.binary_join_element_wise(*parts, rule.between, null_handling="replace", null_replacement="")
    whole = pc.utf8_trim(whole, " " + rule.between)
    text = pc.if_else(pc.equal(whole, ""), _NONE, whole)
    return pc.coalesce(text, *(sheet.text(other) for other in rule.others))


def _dated(column: str, period: Period, target: Field, sheet: _Sheet) -> Values:
    """Each distinct period once."""
    years = sheet.text(period.year) if period.year else pa.nulls(sheet.length, pa.string())
    cell_of = sheet.text(column)
    both = pc.binary_join_element_wise(cell_of, pc.fill_null(years, ""), "\x1f").dictionary_encode()
    split = [text.partition("\x1f") for text in both.dictionary.to_pylist()]
    days = [periods.day_of(cell, year, period) for cell, _, year in split]
    found = pa.DictionaryArray.from_arrays(both.indices, pa.array(days, pa.string())).dictionary_decode()
    wrong = np.flatnonzero(pc.and_(cell_of.is_valid(), found.is_null()).to_numpy(zero_copy_only=False))
    bad = tuple(_no_period(int(index), str(cell_of[int(index)].as_py())) for index in wrong)
    values = cells.parse_text(found, target, replace(sheet.style, date_order="ymd"))
    return Values(values.array, (*values.bad, *bad))


def _no_period(index: int, cell: str) -> Bad:
    message = f"'{cell[:40]}' is no period that could be dated."
    return Bad(index, cell[:200], "period", message, "Write its number, or a date like 2026-05.")


def _elsewhere(text: pa.Array, rule: FieldRule, sheet: _Sheet) -> pa.Array:
    """What the cells of other columns decide; the first rule that fits counts."""
    for case in reversed([case for case in rule.rules if case.column]):
        coded = sheet.text(str(case.column)).dictionary_encode()
        fits = pa.array([_fits(cell.casefold(), case) for cell in coded.dictionary.to_pylist()], pa.bool_())
        chosen = pa.DictionaryArray.from_arrays(coded.indices, fits).dictionary_decode()
        text = pc.if_else(pc.fill_null(chosen, False), case.value, text)
    return text


def _constant(value: Any, target: Field, sheet: _Sheet) -> Values:
    text = ";".join(value) if isinstance(value, list) else str(value)
    one = cells.parse_text(pa.array([text]), target, replace(sheet.style, decimal="."))
    if one.bad:
        return Values(
            pa.nulls(sheet.length, pa.string()), tuple(replace(one.bad[0], index=i) for i in range(sheet.length))
        )
    return Values(pa.array([one.array[0].as_py()] * sheet.length, pa.string()))


def _product(rule: FieldRule, sheet: _Sheet) -> Values:
    factors = [sheet.parsed(c, _NUMBER) for c in rule.product_of]
    bad = tuple(b for f in factors for b in f.bad)
    try:
        return Values(cells.product(factors), bad)
    except pa.ArrowException:
        return _product_by_row(factors, bad)


def _product_by_row(factors: list[Values], bad: tuple[Bad, ...]) -> Values:
    """Some number is too large for the quick way."""
    done: list[str | None] = []
    wrong = list(bad)
    for index, numbers in enumerate(zip(*(f.array.to_pylist() for f in factors), strict=True)):
        value = cells.product_of(numbers)
        if value is None and None not in numbers:
            text = " x ".join(str(n) for n in numbers)
            wrong.append(Bad(index, text, "range", "The product is out of range.", "Use at most 15 digits."))
        done.append(value)
    return Values(pa.array(done, pa.string()), tuple(wrong))


def _address(parts: Mapping[str, str], sheet: _Sheet) -> pa.Array:
    columns = [sheet.text(column).to_pylist() for column in parts.values()]
    rows = (dict(zip(parts, row, strict=True)) for row in zip(*columns, strict=True))
    filled = ({name: text[:300].replace("\x00", "") for name, text in row.items() if text} for row in rows)
    return pa.array([json.dumps(row, ensure_ascii=False) if row else None for row in filled], pa.string())


def _translated(text: pa.Array, rule: FieldRule) -> pa.Array:
    """Each distinct cell through the plan's translations and rules."""
    if not (rule.values or rule.rules or rule.else_ is not None):
        return text
    coded = text.dictionary_encode()
    known = {cell.casefold(): value for cell, value in rule.values.items()}
    meant = [_meaning(cell, known, rule) for cell in coded.dictionary.to_pylist()]
    decoded = pa.DictionaryArray.from_arrays(coded.indices, pa.array(meant, pa.string())).dictionary_decode()
    return decoded if rule.else_ is None else pc.fill_null(decoded, rule.else_)


def _meaning(cell: str, known: Mapping[str, str], rule: FieldRule) -> str | None:
    folded = cell.casefold()
    if folded in known:
        return known[folded] or None
    for case in rule.rules:
        if case.column is None and _fits(folded, case):
            return case.value
    return cell if rule.else_ is None else rule.else_


def _fits(folded: str, case: Rule) -> bool:
    tests = (
        case.starts_with is not None and folded.startswith(case.starts_with.casefold()),
        case.equals is not None and folded == case.equals.casefold(),
        case.contains is not None and case.contains.casefold() in folded,
    )
    return any(tests)


def _ragged(row: int, width: int) -> Fault:
    message = f"The row has not the {width} cells of the header."
    return Fault(row, "", "", "", "cells", message, "Add or remove cells, or put quotation marks around the text.")


def _mentioned(layout: Layout, batch: Batch, sheet: _Sheet, wanted: np.ndarray[Any, Any]) -> Iterator[Fault]:
    """What the plan says is left behind."""
    for mention in layout.plan.mention:
        cells_of = sheet.text(mention.column)
        for index in np.flatnonzero(wanted & cells_of.is_valid().to_numpy(zero_copy_only=False)):
            row, cell = int(batch.rows[index]), str(cells_of[int(index)].as_py())
            yield Fault(
                row, layout.shapes[-1].alias, mention.column, cell[:200], "left", mention.reason, "", None, True
            )


def _fault(batch: Batch, shape: Shape, column: str, bad: Bad, ordinal: pa.Array | None, *, note: bool) -> Fault:
    key = ordinal[bad.index].as_py() if ordinal is not None else None
    row = int(batch.rows[bad.index])
    return Fault(row, shape.alias, column, bad.value, bad.code, bad.message, bad.remedy, key, note)


def _table(
    shape: Shape, batch: Batch, draft: dict[str, pa.Array], keys: Mapping[str, pa.Array], good: np.ndarray[Any, Any]
) -> pa.Table:
    present = good & keys[shape.alias].is_valid().to_numpy(zero_copy_only=False)
    for link in shape.links:
        if link.rule.target:
            draft[link.staged] = keys[link.rule.target]
    names = [name for name, _ in shape.staged]
    whole = pa.table([pa.array(batch.rows), keys[shape.alias], *(draft[n] for n in names)], ["_row", "_key", *names])
    found = whole if present.all() else whole.filter(pa.array(present))
    return _once(found, names) if shape.repeats else found


def _once(table: pa.Table, names: list[str]) -> pa.Table:
    """The first filled cell of each column for each key."""
    grouped = table.group_by("_key", use_threads=False).aggregate([(n, "first") for n in ("_row", *names)])
    return grouped.select(["_row_first", "_key", *(f"{n}_first" for n in names)]).rename_columns(
        ["_row", "_key", *names]
    )
