"""A pivot as JSON, and as the lines of a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from visavis.catalogue import text_of
from visavis.features.exports.api import neutralised
from visavis.insight.api import load_settings
from visavis.kernel.errors import asked_in_a_body
from visavis.records.context import Context
from visavis.records.pivot_axes import Place
from visavis.records.pivoting import Asked, Cell, Figure, Head, Table, pivot, shown
from visavis.records.query import Query

Labels = Mapping[str, str]
TOTAL: Labels = {"en": "Total", "ko": "합계", "zh": "合计", "ro": "Total", "he": "סך הכול"}
EMPTY: Labels = {"en": "(empty)", "ko": "(없음)", "zh": "（空）", "ro": "(gol)", "he": "(ריק)"}
FIGURES: Mapping[str, Labels] = {
    "count": {"en": "Count", "ko": "개수", "zh": "数量", "ro": "Număr", "he": "מספר"},
    "sum": {"en": "Sum", "ko": "합계", "zh": "合计", "ro": "Sumă", "he": "סכום"},
    "mean": {"en": "Mean", "ko": "평균", "zh": "平均", "ro": "Medie", "he": "ממוצע"},
    "min": {"en": "Least", "ko": "최소", "zh": "最小", "ro": "Minim", "he": "מינימום"},
    "max": {"en": "Most", "ko": "최대", "zh": "最大", "ro": "Maxim", "he": "מקסימום"},
}
YES_NO: Mapping[bool, Labels] = {
    True: {"en": "Yes", "ko": "예", "zh": "是", "ro": "Da", "he": "כן"},
    False: {"en": "No", "ko": "아니요", "zh": "否", "ro": "Nu", "he": "לא"},
}


async def table_of(ctx: Context, object_name: str, query: Query, asked: Asked) -> Table:
    """The table, with days of the workspace's time zone; what cannot be asked is a ``Conflict``."""
    zone = ZoneInfo((await load_settings(ctx.tx)).timezone)
    with asked_in_a_body():
        return await pivot(ctx, object_name, query, asked, zone)


def told(table: Table, figures: Sequence[Figure]) -> dict[str, Any]:
    """The whole table: rows with their cells and totals, in order."""
    none = Cell()
    return {
        "count": table.whole.count,
        "columns": [_head(head) for head in table.columns],
        "rows": [
            _head(head)
            | {
                "cells": [shown(table, table.cells.get((head.keys, c.keys)), figures) for c in table.columns],
                "total": shown(table, table.by_row[head.keys], figures),
            }
            for head in table.rows
        ],
        "totals": [shown(table, table.by_column[head.keys], figures) for head in table.columns],
        "total": shown(table, table.whole or none, figures),
        "currencies": {name: sorted(found.currencies) for name, found in table.whole.numbers.items()},
    }


def _head(head: Head) -> dict[str, Any]:
    return {"keys": head.keys, "labels": head.labels, "spans": head.spans, "filter": head.filter}


async def csv_of(ctx: Context, table: Table, asked: Asked, language: str) -> bytes:
    """The table as CSV in UTF-8 with a mark for spreadsheets; no cell of words is taken for a formula."""
    lines = [_heading(table, asked, language)]
    for head in table.rows:
        cells = [table.cells.get((head.keys, column.keys)) for column in table.columns]
        words = _words(table.places[0], head, language)
        lines.append([*words, *_numbers(table, [*cells, table.by_row[head.keys]], asked)])
    totals = [*(table.by_column[column.keys] for column in table.columns), table.whole]
    named = [text_of(TOTAL, language), *[""] * (len(asked.rows) - 1)] if asked.rows else []
    lines.append([*named, *_numbers(table, totals, asked)])
    return await _written(ctx, lines, len(asked.rows))


def _heading(table: Table, asked: Asked, language: str) -> list[str]:
    named = [text_of(place.field.label, language) for place in table.places[0]]
    columns = [" · ".join(_words(table.places[1], head, language)) for head in table.columns] if asked.columns else []
    figures = [_figure(table, figure, language) for figure in asked.figures]
    total = text_of(TOTAL, language)
    return named + [f"{column} · {figure}" if columns else figure for column in [*columns, total] for figure in figures]


def _figure(table: Table, figure: Figure, language: str) -> str:
    word = text_of(FIGURES[figure.function], language)
    return word if figure.field is None else f"{word}: {text_of(table.fields[figure.field].label, language)}"


def _words(places: Sequence[Place], head: Head, language: str) -> list[str]:
    both = zip(places, head.keys, head.labels, head.spans, strict=True)
    return [_word(place, key, label, span, language) for place, key, label, span in both]


def _word(place: Place, key: Any, label: str | None, span: tuple[str | None, str | None] | None, language: str) -> str:
    if key is None:
        return text_of(EMPTY, language)
    if span is not None:
        low, high = span
        return f"< {high}" if low is None else f"≥ {low}" if high is None else f"{low} – {high}"
    if isinstance(key, bool):
        return text_of(YES_NO[key], language)
    option = next((option for option in place.field.ever.options if option.value == key), None)
    return text_of(option.label, language) if option else label or str(key)


def _numbers(table: Table, cells: Sequence[Cell | None], asked: Asked) -> list[str]:
    """Without columns the total is all there is."""
    wanted = cells if asked.columns else cells[-1:]
    return [
        _number(value) for cell in wanted for value in shown(table, cell, asked.figures) or [None] * len(asked.figures)
    ]


def _number(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['amount']} {value['currency']}"
    return "" if value is None else str(value)


async def _written(ctx: Context, lines: list[list[str]], words: int) -> bytes:
    """Cells of words are made harmless; figures are numbers, and stay so."""
    places = [(y, x) for y, line in enumerate(lines) for x in range(len(line) if y == 0 else words)]
    harmless = await neutralised(ctx, [lines[y][x] for y, x in places])
    for (y, x), text in zip(places, harmless, strict=True):
        lines[y][x] = text
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return "\ufeff".encode() + out.getvalue().encode()
